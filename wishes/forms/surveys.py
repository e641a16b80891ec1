"""What a worker fills in about a survey (问需): what may be ticked, and the papers, one a row."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from civic.forms import Batch, PublicText, TextField
from civic.models import Area
from civic.rules import RuleBroken
from proposals.models import Round
from wishes.models import Group, Sheet, Survey
from wishes.rules import NEEDS_MOST
from wishes.services import surveys

NEED_LONGEST, SERIAL_MOST, SAID_MOST = 30, 20, 200
TYPED = ("serial", "group", "ticked", "said")
ROWS = (1, 10, 50)


class BeginForm(forms.Form):
    """开问需: which village, before which round, and what can be ticked, one a line."""

    area = forms.ModelChoiceField(label=_("哪个村居"), queryset=None, empty_label=None)
    round = forms.ModelChoiceField(label=_("哪一轮"), queryset=None, empty_label=None)
    needs = PublicText(
        label=_("可以勾的需要"),
        max_length=NEEDS_MOST * (NEED_LONGEST + 1),
        rows=8,
        help_text=_("每行一项，会印在表上"),
        error_messages={"required": _("写出可以勾的需要，每行一项")},
    )

    def __init__(self, *args: Any, villages: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset, self.fields["round"].queryset = villages, rounds
        self.fields["area"].label_from_instance = lambda area: area.short_name
        self.fields["round"].label_from_instance = lambda one: one.name

    def clean_needs(self) -> list[str]:
        needs = [line.strip() for line in self.cleaned_data["needs"].splitlines() if line.strip()]
        if any(len(need) > NEED_LONGEST for need in needs):
            raise ValidationError(_("每项最多%(most)d个字"), params={"most": NEED_LONGEST})
        return needs

    def begin(self, by: Any) -> Survey | None:
        """Do it; None where the rules forbid it, which then stands in the form."""
        area: Area = self.cleaned_data["area"]
        round: Round = self.cleaned_data["round"]
        try:
            return surveys.begin(area, round, by=by, needs=self.cleaned_data["needs"])
        except RuleBroken as broken:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)
            return None


class SheetForm(forms.Form):
    """One paper. A row nobody wrote in is none."""

    serial = TextField(label=_("表号"), max_length=SERIAL_MOST, error_messages={"required": _("照表上的编号写")})
    group = forms.ChoiceField(label=_("人群"), required=False)
    ticked = forms.CharField(label=_("勾了第几项"), required=False, max_length=80)
    said = TextField(label=_("还想说的"), max_length=SAID_MOST, required=False)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.kept: Sheet | None = None
        groups = [(group.value, f"{n} {group.label}") for n, group in enumerate(Group, 1) if group != Group.UNSAID]
        self.fields["group"].choices = [("", Group.UNSAID.label), *groups]
        for name in TYPED:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def has_changed(self) -> bool:
        """Whether anybody wrote in this row."""
        return any(self.data.get(self.add_prefix(name), "").strip() for name in TYPED)

    @property
    def cells(self) -> list[Any]:
        return [self[name] for name in TYPED]

    @property
    def is_kept(self) -> bool:
        """Whether the paper was entered just now."""
        return self.kept is not None

    def clean_ticked(self) -> list[int]:
        """Numbers with anything between them: 1 3 5, 1，3、5."""
        parts = [part for part in re.split(r"[\s,，、.;；]+", self.cleaned_data["ticked"]) if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 3 for part in parts):
            raise ValidationError(_("写项号，用空格隔开，比如“1 3 5”"))
        return [int(part) for part in parts]

    def enter(self, by: Any) -> None:
        """Enter this paper by itself; a rule that forbids it stands beside its field."""
        said = self.cleaned_data
        group, numbers = said["group"] or Group.UNSAID, said["ticked"]
        try:
            self.kept = surveys.enter(
                self.survey, by=by, serial=said["serial"], group=group, numbers=numbers, said=said["said"]
            )
        except RuleBroken as broken:
            self.add_error(broken.field if broken.field in TYPED else None, broken.message)


def grid(data: Any, *, rows: int, survey: Survey) -> Batch:
    """The grid of some rows, empty or as it was sent."""
    kind = forms.formset_factory(SheetForm, formset=Batch, extra=rows, max_num=ROWS[-1], absolute_max=ROWS[-1])
    return kind(data, prefix="sheet", form_kwargs={"survey": survey})
