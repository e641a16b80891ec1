"""Paper forms of proposals, one a row (批量录入纸质表): a grid that the keyboard alone fills."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.forms import Batch, PhoneField, PhotosField, PublicText, TextField, UploadsForm
from civic.models import Area
from civic.rules import RuleBroken
from proposals.models import Project, Round
from proposals.rules import SERIAL_MOST, TITLE_LEAST, TITLE_MOST, category_unsaid
from proposals.services import papers

TYPED = ("serial", "name", "phone", "title", "place_text", "category")
ROWS = (10, 25, 50)


class PaperForm(UploadsForm):
    """One paper: its number, who signed it, and what it asks for. A row nobody wrote in is none."""

    serial = TextField(
        label=_("表号"), max_length=SERIAL_MOST, error_messages={"required": _("照纸质表上的编号写，本人签过名的")}
    )
    name = TextField(label=_("姓名"), max_length=40, error_messages={"required": _("请写居民的姓名")})
    phone = PhoneField(label=_("手机号"), required=False)
    title = PublicText(
        label=_("什么事"),
        min_length=TITLE_LEAST,
        max_length=TITLE_MOST,
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    place_text = PublicText(
        label=_("在哪里"),
        max_length=100,
        error_messages={"required": _("写旁边有什么，比如“村口榕树下”")},
    )
    category = forms.ChoiceField(label=_("类别"), required=False)
    evidence = PhotosField(label=_("签名表的照片"), required=False, single=True, documents=True)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, round: Round, area: Area, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.round, self.area = round, area
        self.filed: Project | None = None
        names = round.terms.categories
        self.fields["category"].choices = [("", _("说不清")), *((n, f"{i} {n}") for i, n in enumerate(names, 1))]
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
        """Whether the row is told done, with its code, and asked for no more."""
        return self.filed is not None

    def clean_category(self) -> str:
        return self.cleaned_data["category"] or category_unsaid(self.round.terms)

    def enter(self, by: Any) -> None:
        """File this row by itself; a rule that forbids it stands beside its field."""
        said = self.cleaned_data
        paper = papers.Paper(
            round=self.round,
            area=self.area,
            evidence=next(iter(said["evidence"]), None),
            **{name: said[name] for name in TYPED},
        )
        try:
            self.filed = papers.enter(paper, by=by, key=said["key"])
        except RuleBroken as broken:
            field = {"resident_phone": "phone"}.get(broken.field, broken.field)
            self.add_error(field if field in TYPED else None, broken.message)


def grid(data: Any, files: Any, *, rows: int, round: Round, area: Area, by: Any) -> Batch:
    """The grid of some rows, empty or as it was sent."""
    kind = forms.formset_factory(PaperForm, formset=Batch, extra=rows, max_num=ROWS[-1], absolute_max=ROWS[-1])
    return kind(data, files, prefix="paper", form_kwargs={"round": round, "area": area, "by": by})
