"""A ballot as it is filled in (选票): one control for each project, in the voter's own order. Works without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
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
        if poll.method in TICKED:
            codes = [(entry.project.code, entry.project.title) for entry in entries]
            self.fields["choices"] = forms.MultipleChoiceField(
                label=_("项目"), choices=codes, required=False, error_messages={"invalid_choice": STRANGE}
            )
            self.initial["choices"] = list(own or {})
        else:
            for entry in entries:
                self.fields[_name(entry)] = _control(poll, entry)
                self.initial[_name(entry)] = (own or {}).get(entry.project.code or "", "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.choices = self._scores(cleaned)
        if not self.errors:
            try:
                self.choices = check_ballot(self.choices, self.style)
            except RuleBroken as broken:
                self.is_refused = True
                raise ValidationError(broken.message, code=broken.code) from broken
        return cleaned

    def lines(self) -> Iterator[Line]:
        ticked = set(self["choices"].value() or ()) if self.is_of_ticks else set()
        for entry in self.entries:
            field = None if self.is_of_ticks else self[_name(entry)]
            yield Line(entry, field, entry.project.code in ticked)

    @property
    def is_of_ticks(self) -> bool:
        return self.poll.method in TICKED

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
        found = ((entry.project.code or "", values.get(_name(entry))) for entry in self.entries)
        least = 0 if self.poll.method == BallotMethod.YES_NO else 1
        return {code: int(score) for code, score in found if score not in (None, "") and int(score) >= least}


def _name(entry: PollProject) -> str:
    return f"score-{entry.project.code}"


def _control(poll: Poll, entry: PollProject) -> forms.Field:
    """The control of one project where a figure, a place or a yes is given."""
    title = entry.project.title
    if poll.method == BallotMethod.POINTS:
        most = min(poll.project_max, poll.limit)
        widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-score": ""})
        wrong = {"invalid": _("写0到%(most)d的整数") % {"most": most}}
        return forms.IntegerField(
            label=title, required=False, min_value=0, max_value=most, widget=widget, error_messages=wrong
        )
    if poll.method == BallotMethod.RANK:
        places = [("", _("不排"))] + [(n, _("第%(place)d名") % {"place": n}) for n in range(1, poll.limit + 1)]
        return forms.TypedChoiceField(
            label=title,
            required=False,
            choices=places,
            coerce=int,
            empty_value=None,
            widget=forms.Select(attrs={"data-score": ""}),
        )
    answers = [(1, _("赞成")), (0, _("反对")), (SKIPPED, _("不表态"))]
    return forms.TypedChoiceField(
        label=title, required=False, choices=answers, coerce=_answer, empty_value=None, widget=forms.RadioSelect
    )


def _answer(value: str) -> int | None:
    return None if value == SKIPPED else int(value)
