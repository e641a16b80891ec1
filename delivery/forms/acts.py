"""What the forms here share: one act each, files that survive an error, and which refusals are theirs to mend."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.forms import PhotosField, TextField, UploadsForm
from civic.rules import RuleBroken
from proposals.forms.acts import ActForm, reason_field

DATE = {"type": "date"}


class DeskForm(UploadsForm, ActForm):
    """One act on one thing. What was typed wrongly is a form to mend (422); where things stand, a conflict (409).

    A rule that names a field of the form speaks of what was typed, unless the page is older than what it speaks of:
    ``initial["version"]`` is the version now, the posted one that of the page.
    """

    def refuse(self, broken: RuleBroken) -> None:
        super().refuse(broken)
        self.refused = broken.field not in self.fields or self.is_stale

    @property
    def is_stale(self) -> bool:
        seen, now = self.cleaned_data.get("version"), self.initial.get("version")
        return seen is not None and now is not None and seen != now


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, typed or tapped; years people mean."""
    more = {"error_messages": {"invalid": _("请填写日期，例如 2026-03-20"), "required": _("请填写日期")}} | more
    return SensibleDateField(label=label, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), **more)


class SensibleDateField(forms.DateField):
    """A date from 2000 to 2100."""

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("年份要在2000到2100之间"), code="year")
        return day


def note_field(label: Any, most: int = 200, **more: Any) -> TextField:
    return TextField(label=label, max_length=most, **{"required": False, "rows": 2} | more)


def photo_field(label: Any, **more: Any) -> PhotosField:
    """One photo."""
    more = {"error_messages": {"required": _("请传一张照片")}} | more
    return PhotosField(label=label, single=True, **more)


def photos_field(label: Any, **more: Any) -> PhotosField:
    return PhotosField(label=label, most=6, **{"required": False, "help_text": _("最多6张，不拍人脸")} | more)


def scan_field(label: Any, **more: Any) -> PhotosField:
    """One document: a PDF or a photo of the paper."""
    more = {"help_text": _("PDF 或照片，会公开")} | more
    return PhotosField(label=label, documents=True, single=True, **more)


class Line(NamedTuple):
    """One of several lines of fields; folded away while there is nothing in it."""

    number: int
    fields: list[forms.BoundField]
    is_open: bool


def lines_of(form: forms.Form, parts: Iterable[str], count: int) -> list[Line]:
    """The lines of a form whose fields are named part_1, part_2 …; the first is always open."""
    found = []
    for n in range(1, count + 1):
        fields = [form[f"{part}_{n}"] for part in parts]
        is_open = n == 1 or any(field.errors or field.value() not in (None, "", []) for field in fields)
        found.append(Line(n, fields, is_open))
    return found


def one(files: list[Any] | None) -> Any:
    """The single file of a field, or None."""
    return files[0] if files else None


__all__ = [
    "DeskForm",
    "Line",
    "day_field",
    "lines_of",
    "note_field",
    "one",
    "photo_field",
    "photos_field",
    "reason_field",
    "scan_field",
]
