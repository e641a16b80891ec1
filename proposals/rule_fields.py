"""A round's rules as form fields, one per rule, made from the typed rules themselves (proposals.round_rules).

A field left blank keeps the default, which it shows. Lists are written one per line, tables as 名称：内容 per
line, choices in the field's own words; what is wrong is said beside the rule it belongs to.
"""

import re
from collections.abc import Mapping
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from proposals import round_rules
from proposals.models import Step
from proposals.round_rules import RoundRules, rule_name
from proposals.rule_words import CHAPTERS, WORDS

PREFIX = "rule_"


class Widgets(NamedTuple):
    """What the fields are drawn with: the admin site's own, or those of our pages."""

    text: type[forms.Widget] = UnfoldAdminTextInputWidget
    lines: type[forms.Widget] = UnfoldAdminTextareaWidget
    number: type[forms.Widget] = UnfoldAdminIntegerFieldWidget
    one_of: type[forms.Widget] = UnfoldAdminSelectWidget
    some_of: type[forms.Widget] = UnfoldAdminCheckboxSelectMultipleWidget


ADMIN = Widgets()
PLAIN = Widgets(forms.TextInput, forms.Textarea, forms.NumberInput, forms.Select, forms.CheckboxSelectMultiple)
NO_LIMIT = gettext_lazy("不限")


def fields(widgets: Widgets = ADMIN) -> dict[str, forms.Field]:
    """Every rule as an optional field: label from its description, placeholder from its default."""
    return {f"{PREFIX}{name}": _field(name, widgets) for name in RoundRules.model_fields}


def chapters() -> list[tuple[str, tuple[str, ...]]]:
    """The fields' names under the chapters of the rule book; what none names comes last."""
    named = [(str(title), names) for title, names in CHAPTERS.items()]
    known = {name for _title, names in named for name in names}
    rest = tuple(name for name in RoundRules.model_fields if name not in known)
    named += [(_("其他规定"), rest)] if rest else []
    return [(title, tuple(f"{PREFIX}{name}" for name in names)) for title, names in named]


def initial(rules: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show for the rules a round sets itself."""
    return {f"{PREFIX}{name}": _shown(name, value) for name, value in rules.items() if name in RoundRules.model_fields}


def collect(cleaned: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The rules the form sets, as they are stored, and what is wrong by field."""
    raw = {}
    for name in RoundRules.model_fields:
        value = cleaned.get(f"{PREFIX}{name}")
        if value not in (None, "", []):
            raw[name] = _raw(name, value)
    try:
        terms = round_rules.read(raw)
    except ValidationError as error:
        return {}, _by_field(error)
    return terms.model_dump(mode="json", include=set(raw)), {}


def read_route(text: str) -> list[str]:
    """The steps of a route, one per line, in words or codes; an unknown word stays as it is for the check."""
    known = {str(step.label): step.value for step in Step}
    return [known.get(line, line) for line in _lines(text)]


def show_route(route: list[str]) -> str:
    return "\n".join(str(Step(step).label) if step in Step.values else step for step in route)


def _field(name: str, widgets: Widgets) -> forms.Field:
    kind = _kind(name)
    how = {"label": rule_name(name), "required": False}
    default = _as_text(name, RoundRules.model_fields[name].get_default())
    if get_origin(kind) in (tuple, dict):
        return _list_field(kind, default, how, widgets)
    if kind is bool or get_origin(kind) is Literal:
        choices = [("true", _("是")), ("false", _("否"))] if kind is bool else _choices(kind)
        blank = ("", _("默认（%(default)s）") % {"default": default})
        return forms.ChoiceField(choices=[blank, *choices], widget=widgets.one_of(), **how)
    if kind is int and not _may_be_none(name):
        widget = widgets.number(attrs={"placeholder": default})
        return forms.IntegerField(widget=widget, error_messages={"invalid": _("要填整数")}, **how)
    return forms.CharField(widget=widgets.text(attrs={"placeholder": default}), max_length=200, **how)


def _list_field(kind: Any, default: str, how: dict[str, Any], widgets: Widgets) -> forms.Field:
    """A choice of several, or lines of text."""
    shown, inner = default.replace("\n", "；") or _("没有"), get_args(kind)[0]
    if get_origin(kind) is tuple and get_origin(inner) is Literal:
        how["help_text"] = _("都不选就是：%(default)s") % {"default": shown}
        return forms.MultipleChoiceField(choices=_choices(inner), widget=widgets.some_of(), **how)
    per_line = _("一行一项") if get_origin(kind) is tuple else _("一行一项，名称和内容用冒号隔开")
    how["help_text"] = _("%(how)s。空着就是：%(default)s") % {"how": per_line, "default": shown}
    widget = widgets.lines(attrs={"placeholder": default, "rows": 4})
    return forms.CharField(widget=widget, max_length=4000, **how)


def _kind(name: str) -> Any:
    """The rule's type without its bounds and without None."""
    annotation = RoundRules.model_fields[name].annotation
    if _may_be_none(name):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _may_be_none(name: str) -> bool:
    annotation = RoundRules.model_fields[name].annotation
    return NoneType in get_args(annotation)


def _choices(literal: Any) -> list[tuple[str, Any]]:
    return [(code, WORDS.get(code, code)) for code in get_args(literal)]


def _default_choice(default: str) -> str:
    return _("默认（%(default)s）") % {"default": default}


def _as_text(name: str, value: Any) -> str:
    """Any value, typed or stored, in the words and lines of the form."""
    if value is None:
        return str(NO_LIMIT)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return "\n".join(f"{_word(key)}：{_flat(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(_word(item) for item in value)
    return _word(value)


def _flat(item: Any) -> str:
    return "、".join(map(_word, item)) if isinstance(item, list | tuple) else _word(item)


def _word(value: Any) -> str:
    return str(WORDS.get(value, value)) if isinstance(value, str) else str(value)


def _shown(name: str, value: Any) -> Any:
    """A stored value as its field wants it: codes for choices, words and lines for text."""
    kind = _kind(name)
    if kind is bool:
        return "true" if value else "false"
    if get_origin(kind) is Literal or (kind is int and value is not None):
        return value
    if get_origin(kind) is tuple and get_origin(get_args(kind)[0]) is Literal:
        return list(value)
    return _as_text(name, value)


def _raw(name: str, value: Any) -> Any:
    """What the person wrote as the typed rules read it; they judge it."""
    kind = _kind(name)
    if kind is bool:
        return value == "true"
    if _may_be_none(name) and str(value).strip() == str(NO_LIMIT):
        return None
    if get_origin(kind) is tuple and isinstance(value, str):
        return _lines(value)
    if get_origin(kind) is dict:
        return dict(_pair(line, get_args(kind)[1]) for line in _lines(value))
    return _codes().get(value, value) if kind is str else value


def _pair(line: str, kind: Any) -> tuple[str, Any]:
    """工程：500,000 or 工程：建设、财政 → the code and what stands behind it."""
    key, _colon, rest = line.replace("：", ":").partition(":")
    code = _codes().get(key.strip(), key.strip())
    if get_origin(kind) is tuple:
        return code, [part.strip() for part in re.split("[、,，]", rest) if part.strip()]
    return code, rest.replace(",", "").strip()


def _codes() -> dict[str, str]:
    return {str(word): code for code, word in WORDS.items()}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    """pydantic's findings beside the rule they belong to, in our words (工程：要大于0)."""
    found: dict[str, list[str]] = {}
    for place, said in round_rules.problems(error).items():
        name, *inside = place.split(".")
        in_words = re.sub(r"'(\w+)'", lambda code: _word(code[1]), said).replace(" or ", "、").replace(", ", "、")
        found.setdefault(f"{PREFIX}{name}", []).append(_place(inside) + in_words)
    return found


def _place(inside: list[str]) -> str:
    if not inside:
        return ""
    return _("第%(number)s项：") % {"number": int(inside[0]) + 1} if inside[0].isdigit() else f"{_word(inside[0])}："
