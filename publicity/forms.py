"""What people type into public pages: the list's filters, objections and their answers."""

import re
from collections.abc import Iterable
from dataclasses import fields
from html import escape
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from civic.forms import PhoneField, PhotosField, PublicText, SpokenForm, TextField, UploadsForm, VoiceField
from civic.models import Area, Person
from civic.models.record import Channel
from proposals.models import MOST_DRAWN, Among, Finding, Programme, ProjectState, WorkType
from proposals.round_rules import CATEGORIES
from publicity import channels
from publicity.message_rules import WORDS_MOST, switchable
from publicity.models import ObjectionOutcome, Topic, Via
from publicity.queries.areas import filter_places
from publicity.queries.search import PRIME, RoundKey, Wanted
from publicity.queries.stats.scope import ALL as WHOLE
from publicity.queries.stats.scope import PROGRAMMES, Scope
from publicity.services import sending
from publicity.steps import PublicStep

ALL = ("", _("全部"))
HEARD = _("最长1分钟。只有您、答复的人和村里的社工能听。写下来的话公开，录音不公开")


class PlainSelect(forms.Select):
    """A select written out at once: the list's form has dozens of options on every page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" if str(key) == chosen else ""}>{escape(str(label))}</option>'
            for key, label in self.choices
        )
        return SafeString(f"<select{flatatt(self.build_attrs({'name': name, **self.attrs}, attrs))}>{options}</select>")


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[ALL, *choices], required=False, widget=PlainSelect)


class ProjectFilter(forms.Form):
    """The list's filters as people see them; what an address asks for is read by Wanted.read."""

    q = forms.CharField(label=_("搜项目：几个词，或编号"), max_length=40, required=False)
    area = _choice(_("哪个镇、哪个村居"), [])
    cat = _choice(_("类别"), [(c, c) for c in CATEGORIES])
    type = _choice(_("工程、货物还是服务"), list(WorkType.choices))
    step = _choice(_("走到哪一步"), [(str(n), step.label) for n, step in enumerate(PublicStep, start=1)])
    status = _choice(
        _("状态"),
        [("doing", _("正在实施（开工到验收）")), *(s for s in ProjectState.choices if s[0] != ProjectState.DRAFT)],
    )
    year = _choice(_("年度"), [])
    programme = _choice(_("哪一类项目"), list(Programme.choices))
    money = _choice(
        _("金额"),
        [("5", _("5万元以下")), ("20", _("5万到20万元")), ("50", _("20万到50万元")), ("over", _("50万元以上"))],
    )
    due = _choice(_("时限"), [("over", _("已超期"))])
    sponsor = _choice(_("领办"), [("yes", _("领导领办"))])
    sort = forms.ChoiceField(
        choices=[("latest", _("最新进展")), ("due", _("快到期")), ("money", _("金额")), ("random", _("随机"))],
        required=False,
        widget=forms.HiddenInput,
    )
    seed = forms.IntegerField(min_value=1, max_value=PRIME - 1, required=False, widget=forms.HiddenInput)

    def __init__(self, wanted: Wanted, rounds: Iterable[RoundKey]) -> None:
        super().__init__({f.name: getattr(wanted, f.name) for f in fields(wanted)})
        places, years = filter_places(settings.HOME_AREA, wanted.area), {year for _pk, year, _programme in rounds}
        self.fields["area"].choices = [ALL, *((place.code, place.short_name) for place in places)]
        self.fields["year"].choices = [ALL, *((str(year), str(year)) for year in sorted(years, reverse=True))]
        self.fields["q"].widget.attrs |= {"type": "search", "enterkeyhint": "search"}


class StatsFilter(forms.Form):
    """What the statistics are asked for (统计范围), as people choose it; read by queries.stats.scope.read."""

    area = forms.ChoiceField(label=_("哪个镇、哪个村居"), required=False, widget=PlainSelect)
    year = forms.ChoiceField(label=_("年度"), required=False, widget=PlainSelect)
    programme = _choice(_("哪一类项目"), [(one.value, one.label) for one in PROGRAMMES])

    def __init__(self, scope: Scope, rounds: Iterable[RoundKey]) -> None:
        super().__init__({"area": scope.area.code, "year": scope.year or WHOLE, "programme": scope.programme})
        places = {place.code: place for place in [scope.area, *filter_places(settings.HOME_AREA, scope.area.code)]}
        years = sorted(
            {year for _pk, year, _programme in rounds} | ({scope.year} if scope.year else set()), reverse=True
        )
        self.fields["area"].choices = [(place.code, place.short_name) for _code, place in sorted(places.items())]
        self.fields["year"].choices = [(str(year), str(year)) for year in years] + [(WHOLE, _("全部年度"))]


def said(wanted: Wanted, name: str) -> str:
    """How a filter that is on reads: 2021, 斗门镇, 已完成."""
    value = getattr(wanted, name)
    if name == "area":
        place = Area.objects.filter(pk=value).first()
        return place.short_name if place else value
    if name == "year":
        return _("%(year)s年") % {"year": value}
    return str(dict(getattr(ProjectFilter.base_fields[name], "choices", [])).get(value, value))


class CalendarFilter(forms.Form):
    """Whose calendar (看哪里的日历); the month stays as it is."""

    area = _choice(_("哪个镇、哪个村居"), [])
    month = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, area: str, month: str) -> None:
        super().__init__(initial={"area": area, "month": month})
        places = filter_places(settings.HOME_AREA, area)
        self.fields["area"].choices = [ALL, *((place.code, place.short_name) for place in places)]


class ObjectionForm(SpokenForm):
    """An objection of one's own (提异议): what and why, or a recording that says it; photos."""

    stands_for = "what"
    what = PublicText(label=_("您不同意什么"), max_length=60, help_text=_("一句话，比如“坡道挡住了消防通道”"))
    why = PublicText(
        label=_("为什么"), max_length=1000, rows=5, help_text=_("说得越具体越好：在哪里、会怎样、怎样改更好")
    )
    photos = PhotosField(label=_("照片"), required=False, most=5)
    voice = VoiceField(help_text=HEARD)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = self.fields["what"].required

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["voice"] = next(iter(data.get("voice") or ()), None)
        if not data["voice"] and not data.get("why") and not {"why", "voice"} & set(self.errors):
            self.add_error("why", self.fields["why"].error_messages["required"])
        return data


class EnteredObjectionForm(ObjectionForm):
    """One that came by phone or on paper (代录异议): whose it is, how it came, and the proof."""

    channel = forms.ChoiceField(
        label=_("怎样收到的"),
        choices=[(Channel.PHONE, _("打电话来说的")), (Channel.PAPER, _("纸质，意见箱或交到公服站"))],
        widget=forms.RadioSelect,
    )
    name = TextField(label=_("提异议的人姓名"), max_length=40, help_text=_("公开只显示姓，比如王**"))
    phone = PhoneField(label=_("他的手机号"), required=False, help_text=_("不公开；和家人共用的不用填"))
    provenance = TextField(label=_("什么时候、在哪里收到的"), max_length=100)
    evidence = PhotosField(label=_("纸质原件的照片"), required=False, single=True, documents=True)
    voice = None  # type: ignore[assignment]  # who enters it writes it

    @property
    def _is_spoken(self) -> bool:
        return False

    def clean(self) -> dict[str, Any]:
        return {name: value for name, value in super().clean().items() if name != "voice"}


class WriteDownForm(forms.Form):
    """听后写下: what an objection says that came as a recording."""

    what = PublicText(
        label=_("不同意什么"), max_length=60, help_text=_("照录音里的意思写，会公开。不写姓名、电话、门牌")
    )
    why = PublicText(label=_("为什么"), max_length=1000, rows=5)


class WriteDownRecheckForm(forms.Form):
    """听后写下: why a recheck was asked for."""

    reason = PublicText(
        label=_("申请复核的理由"),
        max_length=500,
        rows=4,
        help_text=_("照录音里的意思写，会公开。不写姓名、电话、门牌"),
    )


class ReplyForm(forms.Form):
    """An answer (答复异议): one of three, the reason, and for an upheld one the step to do again."""

    outcome = forms.ChoiceField(
        label=_("采纳不采纳"),
        choices=ObjectionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个结果")},
    )
    reply = PublicText(
        label=_("理由"),
        max_length=1000,
        rows=6,
        help_text=_("会公开在项目页上，先说结果，再说为什么"),
        error_messages={"required": _("请写明理由，会公开给大家看")},
    )
    to_step = forms.ChoiceField(label=_("如果采纳，退回到哪一步重办"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, steps: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_step"].choices = steps
        if not steps:
            del self.fields["to_step"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upheld = data.get("outcome") == ObjectionOutcome.UPHELD
        if upheld and "to_step" in self.fields and not data.get("to_step"):
            self.add_error("to_step", _("采纳后要退回重办，请选退回到哪一步"))
        return data


class RecheckForm(SpokenForm):
    """Asking for a recheck (申请复核), in writing or by a recording."""

    stands_for = "reason"
    reason = PublicText(
        label=_("为什么不同意这个答复"),
        max_length=500,
        rows=4,
        error_messages={"required": _("请写明理由，会公开给大家看")},
    )
    voice = VoiceField(help_text=_("最长1分钟。只有您和复核的人能听。写下来的话公开，录音不公开"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["voice"] = next(iter(data.get("voice") or ()), None)
        return data


class ExtendForm(forms.Form):
    """A longer notice (延长公示)."""

    to = forms.DateField(label=_("延长到哪一天"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = PublicText(
        label=_("为什么延长"), max_length=200, error_messages={"required": _("请写明理由，会公开给大家看")}
    )


class WordingForm(forms.Form):
    """How a text message names a step (通知用语)."""

    words = PublicText(
        label=_("用语"),
        max_length=WORDS_MOST,
        help_text=_("接在项目名后面，比如“已开工”。不写人名、电话、网址和标点结尾"),
    )

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if re.search(r"[%{}\n]|https?:|www\.", words):
            raise forms.ValidationError(_("不能有网址、换行和 % { } 这些符号"))
        return words.rstrip("。.")


class AreaSearch(forms.Form):
    """Which village (找村居)."""

    q = forms.CharField(label=_("找村居"), max_length=20, required=False)
    worker = forms.ChoiceField(
        label=_("驻村社工"),
        choices=[ALL, ("yes", _("有社工")), ("no", _("没有社工"))],
        required=False,
        widget=PlainSelect,
    )


class LedgerForm(forms.Form):
    """By what a ledger is put together, and of which year (台账)."""

    by = forms.ChoiceField(
        label=_("按什么汇总"),
        choices=[
            ("area", _("村居")),
            ("type", _("类型")),
            ("category", _("类别")),
            ("stage", _("状态")),
            ("sponsor", _("领办人")),
        ],
    )
    year = forms.TypedChoiceField(label=_("哪一年"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ALL, *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]


class MessageSettingsForm(forms.Form):
    """What I want to be told, one list of ticks for each way out that there is (消息设置)."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on, topics = sending.wanted(person), switchable(is_office=person.is_office)
        for via, channel in channels.ready().items():
            if channel.reaches(person):
                self.fields[via] = forms.MultipleChoiceField(
                    label=via.label,
                    choices=[(topic.value, topic.label) for topic in topics],
                    initial=[topic.value for topic in topics if (via, topic) in on],
                    required=False,
                    help_text=_("全部取消打勾，就不再用这个办法告诉您。消息里照样都有。"),
                    widget=forms.CheckboxSelectMultiple,
                )

    def chosen(self) -> list[tuple[Via, list[Topic]]]:
        """The topics that are ticked, by way."""
        return [(Via(name), [Topic(topic) for topic in topics]) for name, topics in self.cleaned_data.items()]


class DrawForm(forms.Form):
    """What to draw from, and how many (随机抽查)."""

    area = forms.ChoiceField(label=_("哪里的项目"), widget=PlainSelect)
    among = forms.ChoiceField(
        label=_("从哪些里抽"), choices=Among.choices, initial=Among.DOING, widget=forms.RadioSelect
    )
    size = forms.IntegerField(
        label=_("抽几项"),
        initial=10,
        min_value=1,
        max_value=MOST_DRAWN,
        help_text=_("最多%(most)s项；项目不够就全抽") % {"most": MOST_DRAWN},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, places: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [(place.code, place.short_name) for place in places]


class FindingForm(UploadsForm):
    """What was found on the spot (抽查结果); public on the project's page."""

    finding = forms.ChoiceField(
        label=_("抽查结果"),
        choices=Finding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个结果")},
    )
    words = PublicText(
        label=_("看到什么"),
        max_length=300,
        rows=4,
        required=False,
        help_text=_("会公开在项目页上。有出入的，写清哪里不一样；没有看成的，写为什么"),
    )
    photos = PhotosField(label=_("照片"), required=False, most=5)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("finding") not in (None, Finding.MATCHES) and not data.get("words") and "words" not in self.errors:
            self.add_error("words", _("请写明看到什么"))
        return data


class PostForm(UploadsForm):
    """已上墙: on which day a village's account was hung up, where, and a photo of it there."""

    posted_on = forms.DateField(
        label=_("哪天贴的"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填哪天贴的"), "invalid": _("请填写日期，例如 2026-03-20")},
    )
    place = PublicText(
        label=_("贴在哪里"),
        max_length=60,
        error_messages={"required": _("请写贴在哪里，例如村委会门口公开栏")},
        help_text=_("会公开，例如村委会门口公开栏"),
    )
    photo = PhotosField(
        label=_("照片"), required=False, single=True, help_text=_("可以不传。拍贴好的表，不拍人脸；会公开")
    )

    def clean_photo(self) -> Any:
        """The photo alone, of a field that brings a list."""
        return next(iter(self.cleaned_data["photo"] or []), None)


class AuditFilter(forms.Form):
    """What of the log is looked for (查日志): whose number, where, which unit, from when to when."""

    code = forms.CharField(label=_("编号"), max_length=40, required=False)
    unit = forms.CharField(label=_("单位"), max_length=80, required=False)
    action = forms.CharField(label=_("动作"), max_length=60, required=False)
    since = forms.DateField(label=_("从哪天"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到哪天"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    shown = _choice(_("公开不公开"), [("public", _("公开的")), ("internal", _("内部的"))])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("结束的日子不能早于开始的日子"))
        return data
