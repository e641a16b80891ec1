"""A ballot as it is filled in (选票): one control for each project, in the voter's own order. Works without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from civic.rules import RuleBroken
from voting import ballot_sentences as sentences
from voting.ballot_rules import Choices, Style, check_ballot
from voting.models import BallotMethod, Poll, PollProject

SKIPPED = "-"  # 不表态: never preselected, so it is no empty value
TICKED = frozenset({BallotMethod.CHOOSE, BallotMethod.BUDGET})
STRANGE = _("有的项目不在这张选票上，请刷新后再选")


@dataclass(frozen=True)
class Line:
    """One project of the ballot with its control; ``field`` is None where projects are ticked."""

    entry: PollProject
    field: forms.BoundField | None
    is_ticked: bool

    @property
    def code(self) -> str:
        return self.entry.project.code or ""


class BallotForm(forms.Form):
    """``choices`` after validation: project code → score, never beyond the style of the box.

    The style alone says what is valid: poll and entries are needed only where the form is shown.

    ``is_refused`` tells a ballot beyond its style (409) from an entry that cannot be read (422).
    """

    replaces = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        poll: Poll,
        style: Style,
        entries: list[PollProject],
        own: Choices | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.poll, self.style, self.entries = poll, style, entries
        self.choices: Choices = {}
        self.is_refused = False
        if self.is_of_ticks:
            self.fields["choices"] = forms.MultipleChoiceField(
                label=_("项目"),
                choices=[(project["id"], project["id"]) for project in style["projects"]],
                required=False,
                error_messages={"invalid_choice": STRANGE},
            )
            self.initial["choices"] = list(own or {})
        else:
            for project in style["projects"]:
                name = _name(project["id"])
                self.fields[name] = _control(style, label=lazy(self._title, str)(project["id"]))
                self.initial[name] = (own or {}).get(project["id"], "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.choices = self._scores(cleaned)
        if not self.errors:
            try:
                self.choices = check_ballot(self.choices, self.style)
            except RuleBroken as broken:
                self.is_refused = True
                raise ValidationError(broken.message, code=broken.code) from broken
        elif not self.is_of_ticks:  # what has to be mended is listed in the order of the page
            self.order_fields([_name(entry.project.code) for entry in self.entries])
        return cleaned

    def lines(self) -> Iterator[Line]:
        ticked = set(self["choices"].value() or ()) if self.is_of_ticks else set()
        for entry in self.entries:
            field = None if self.is_of_ticks else self[_name(entry.project.code)]
            yield Line(entry, field, entry.project.code in ticked)

    @property
    def is_of_ticks(self) -> bool:
        return self.style["method"] in TICKED

    def sent(self) -> Iterator[tuple[str, Any]]:
        """What was filled in, to be sent once more as it is."""
        for name in self.fields:
            value = self.cleaned_data.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, ""):
                    yield self.add_prefix(name), one

    def told(self) -> str:
        """What is chosen and what is left."""
        chosen = self.choices if self.is_bound else self._scores(self.initial)
        return sentences.bar(self.poll, chosen, self.entries)

    def _scores(self, values: dict[str, Any]) -> Choices:
        if self.is_of_ticks:
            return dict.fromkeys(values.get("choices") or (), 1)
        found = ((project["id"], values.get(_name(project["id"]))) for project in self.style["projects"])
        least = 0 if self.style["method"] == BallotMethod.YES_NO else 1
        return {id: int(score) for id, score in found if score not in (None, "") and int(score) >= least}

    def _title(self, code: str) -> str:
        return next(entry.project.title for entry in self.entries if entry.project.code == code)


def _name(code: str | None) -> str:
    return f"score-{code}"


def _control(style: Style, label: Any) -> forms.Field:
    """The control of one project where a figure, a place or a yes is given."""
    if style["method"] == BallotMethod.POINTS:
        most = min(style["project_max"], style["limit"])
        widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-score": ""})
        wrong = {"invalid": _("写0到%(most)d的整数") % {"most": most}}
        return forms.IntegerField(
            label=label, required=False, min_value=0, max_value=most, widget=widget, error_messages=wrong
        )
    if style["method"] == BallotMethod.RANK:
        places = [("", _("不排"))] + [(n, _("第%(place)d名") % {"place": n}) for n in range(1, style["limit"] + 1)]
        return forms.TypedChoiceField(
            label=label,
            required=False,
            choices=places,
            coerce=int,
            empty_value=None,
            widget=forms.Select(attrs={"data-score": ""}),
        )
    answers = [(1, _("赞成")), (0, _("反对")), (SKIPPED, _("不表态"))]
    return forms.TypedChoiceField(
        label=label, required=False, choices=answers, coerce=_answer, empty_value=None, widget=forms.RadioSelect
    )


def _answer(value: str) -> int | None:
    return None if value == SKIPPED else int(value)
