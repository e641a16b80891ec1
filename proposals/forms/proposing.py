"""The three steps of proposing (提议): 什么事, 在哪里, 谁提. Each is checked alone, and all together before filing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from civic.forms import PhoneField, PhotosField, SpokenForm, TextField, UploadsForm
from civic.models import Area
from civic.rules import RuleBroken
from proposals.models import AssistedHow, Draft, WorkType
from proposals.round_rules import RoundRules
from proposals.rules import OTHER, TITLE_LEAST, TITLE_MOST, category_unsaid, check_within_cap

ICONS = {
    "关爱特殊群体": "care",
    "提升居住环境": "living",
    "健全公共设施": "facility",
    "消除安全隐患": "safety",
    "提供科技服务": "technology",
}
PIN = ("latitude", "longitude")
SELF, FOR_RESIDENT, FOR_UNIT, FOR_FAMILY = "self", "resident", "unit", "family-"  # the last with whose key


class DegreesField(forms.DecimalField):
    """A latitude or longitude: typed, or set by the phone and moved (static/js/pin.js)."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_digits=9, decimal_places=6, **kwargs)
        message = _("这个位置不在地图范围内，请重新点一下，或写旁边有什么")
        self.validators += [MinValueValidator(least, message), MaxValueValidator(most, message)]
        self.error_messages["invalid"] = message


class What(SpokenForm):
    """第1步 什么事: the one thing that must be said, in writing or aloud."""

    stands_for = "title"
    title = TextField(
        label=_("什么事"),
        max_length=TITLE_MOST,
        help_text=_("用平常话说就行，比如“卫生站门口台阶太高，轮椅上不去”"),
        error_messages={"required": _("写下是什么事（至少5个字）")},
    )
    category = forms.ChoiceField(
        label=_("属于哪一类"), required=False, widget=forms.RadioSelect(attrs={"class": "tiles"})
    )
    need = TextField(
        label=_("为什么要办"), max_length=1000, rows=4, required=False, help_text=_("谁碰到了、多久了、有多不方便")
    )

    def __init__(self, *args: Any, terms: RoundRules, may_speak: bool, **kwargs: Any) -> None:
        super().__init__(*args, may_speak=may_speak, **kwargs)
        self.terms = terms
        if may_speak:
            self.fields["voice"].help_text = _(
                "最长1分钟。录了音，上面“什么事”可以不写，社工听后写下。只有您和经办的工作人员能听，不公开"
            )
        self.fields["title"].validators.append(MinLengthValidator(TITLE_LEAST, _("写下是什么事（至少5个字）")))
        self.fields["title"].widget.attrs |= {
            "hx-get": reverse("proposals:similar"),
            "hx-trigger": "input changed delay:600ms",
            "hx-target": "#similar",
            "hx-include": "[name=draft]",
        }
        self.fields["category"].choices = [(name, self._label(name)) for name in terms.categories]

    @staticmethod
    def _label(category: str) -> Any:
        icon = render_to_string("parts/_icon.html", {"name": ICONS.get(category, "other")})
        return format_html("{} {}", icon, _("其他、说不清") if category == OTHER else category)

    def clean_category(self) -> str:
        return self.cleaned_data["category"] or category_unsaid(self.terms)


class Where(UploadsForm):
    """第2步 在哪里: a photo if there is one, the village, and a pin or words for the spot."""

    photos = PhotosField(
        label=_("拍张照片"), required=False, help_text=_("拍清楚现在的样子，不要拍到小孩的脸。照片里的定位会去掉")
    )
    area = forms.ChoiceField(label=_("哪个村居"), error_messages={"required": _("请选村居")})
    place_text = TextField(
        label=_("旁边有什么"),
        max_length=100,
        help_text=_("比如“村口榕树下”“卫生站门口”"),
        error_messages={"required": _("写旁边有什么，比如“村口榕树下”")},
    )
    latitude = DegreesField(-90, 90, label=_("纬度"), help_text=_("比如22.229300"))
    longitude = DegreesField(-180, 180, label=_("经度"), help_text=_("比如113.296500"))

    def __init__(self, *args: Any, villages: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns: dict[str, list[tuple[str, str]]] = {}
        self.villages = {village.code: village for village in villages}
        for village in self.villages.values():
            towns.setdefault(village.parent.name if village.parent else "", []).append(
                (village.code, village.short_name)
            )
        self.fields["area"].choices = [("", _("请选")), *towns.items()]
        self.fields["place_text"].required = not (self["latitude"].value() and self["longitude"].value())

    def clean_area(self) -> Area:
        return self.villages[self.cleaned_data["area"]]

    def clean(self) -> dict[str, Any]:
        """Half a pin is none, and told."""
        data = super().clean() or self.cleaned_data
        missing = [name for name in PIN if name not in self.errors and data.get(name) is None]
        if len(missing) == 1 and not set(PIN) & set(self.errors):
            self.add_error(missing[0], _("纬度和经度要一起填；不填也行"))
        return data

    @property
    def pin_is_open(self) -> bool:
        """Whether the folded pin must show: it stands somewhere, or has to be mended."""
        return any(self[name].value() or name in self.errors for name in PIN)


class Who(UploadsForm):
    """第3步 谁提: whose proposal it is, and, folded away, what is known of the works."""

    who = forms.ChoiceField(
        label=_("谁提的"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选谁提的"), "invalid_choice": _("这一项现在不能选，请重选")},
    )
    name = TextField(
        label=_("您的姓名"),
        max_length=40,
        help_text=_("公开时只写姓，显示成“王**”"),
        error_messages={"required": _("请写姓名")},
    )
    resident_name = TextField(
        label=_("居民姓名"), max_length=40, required=False, error_messages={"required": _("请写居民的姓名")}
    )
    resident_phone = PhoneField(label=_("居民手机号"), required=False, help_text=_("没有就空着，和家人共用的也不用填"))
    how = forms.ChoiceField(
        label=_("怎样说的"),
        choices=AssistedHow.of_workers(),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎样说的")},
    )
    evidence = PhotosField(
        label=_("凭据照片"),
        required=False,
        single=True,
        documents=True,
        help_text=_("签名的纸质表，或本人在场的照片；不公开"),
    )
    note = TextField(
        label=_("凭据说明（没有照片就写这里）"),
        max_length=200,
        required=False,
        help_text=_("比如“上门时本人口述，女儿在场”；不公开"),
    )
    work_type = forms.ChoiceField(label=_("大概是哪种"), choices=WorkType, required=False, widget=forms.RadioSelect)
    plan = TextField(label=_("您觉得可以怎么办"), max_length=2000, rows=4, required=False)
    estimate_yuan = YuanFormField(label=_("大概要多少钱"), required=False)
    beneficiaries = TextField(label=_("谁会受益"), max_length=100, required=False, help_text=_("比如“60户，老人多”"))

    MORE = ("work_type", "plan", "estimate_yuan", "beneficiaries")
    FOR_OTHERS = ("resident_name", "resident_phone", "how", "evidence", "note")

    def __init__(self, *args: Any, terms: RoundRules, choices: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms
        self.fields["who"].choices = list(choices.items())
        self.fields["estimate_yuan"].widget.attrs["class"] = "money"
        if self.by.name:
            del self.fields["name"]
        if set(choices) == {SELF} and not str(self["who"].value()).startswith(
            FOR_FAMILY
        ):  # hers never becomes one's own
            del self.fields["who"]
        if FOR_RESIDENT not in choices:
            for name in self.FOR_OTHERS:
                del self.fields[name]
        elif self["who"].value() == FOR_RESIDENT:
            self.fields["resident_name"].required = self.fields["how"].required = True

    def clean_work_type(self) -> str:
        return self.cleaned_data["work_type"] or WorkType.WORKS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.setdefault("who", SELF) == FOR_RESIDENT:
            self._check_resident(data)
        try:
            check_within_cap(self.terms, data.get("work_type", ""), data.get("estimate_yuan"))
        except RuleBroken as broken:
            self.add_error("estimate_yuan", broken.message)
        return data

    def _check_resident(self, data: dict[str, Any]) -> None:
        if data.get("resident_phone") and data["resident_phone"] == self.by.phone:
            self.add_error("resident_phone", _("这是您自己的手机号。自己的事请选“我自己提”"))
        if not data.get("evidence") and not data.get("note") and not {"evidence", "note"} & set(self.errors):
            self.add_error("note", _("要有凭据：传一张照片，或写明本人怎样同意的"))

    @property
    def more_is_open(self) -> bool:
        """Whether the folded part must show: something is filled in there or has to be mended."""
        return any(self[name].value() or name in self.errors for name in self.MORE)


def as_typed(draft: Draft) -> QueryDict:
    """A draft as if it were sent by a form, to check it as a whole."""
    data = QueryDict(mutable=True)
    data.update(draft.data)
    if draft.pk:
        data.setlist("photos-kept", [str(a.token) for a in draft.photos.all()])
        data.setlist("evidence-kept", [str(draft.evidence.token)] if draft.evidence else [])
        data.setlist("voice-kept", [str(draft.voice.token)] if draft.voice else [])
    return data
