"""What people fill in around a meeting (表单). ``facts`` is what the service takes, by its own names."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civic.forms import CorrectionForm, PhotosField, PublicText, TextField, UploadsForm
from civic.models import Person, Role
from civic.moments import today
from voting import queries
from voting.models import AgendaItem, Assembly, AssemblyKind, Choice, How, Meeting, UndertakingState
from voting.permissions import OFFICE

COUNTERS = (*OFFICE, Role.SUPERVISOR, Role.GRID_WORKER)
DOERS = (*COUNTERS, Role.TOWN_HANDLER)


class PersonChoice(forms.ModelChoiceField):
    """People by their full name: for the desks of those who run a meeting, never for a public page."""

    default_error_messages = {"required": _("请选一个人"), "invalid_choice": _("请从名单里选")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_label=_("请选择"), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        return obj.name


class PeopleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.name


def day_field(label: Any) -> forms.DateField:
    """A day, typed or tapped."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写日期"), "invalid": _("请填写日期，例如 2026-03-20")},
    )


class ActForm(UploadsForm):
    """The form of one act; the empty one is a bare button. ``about`` is the meeting or the item it is on."""

    def __init__(self, *args: Any, about: Meeting | AgendaItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data


class WhenWhere(forms.Form):
    """Day, hour and place of a meeting (时间、地点)."""

    starts_on = day_field(_("哪天"))
    starts_time = forms.TimeField(
        label=_("几点"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("请填写几点"), "invalid": _("请填写时间，例如 19:30")},
    )
    place = TextField(label=_("在哪里"), max_length=60)

    def starts_at(self) -> datetime:
        day, hour = self.cleaned_data["starts_on"], self.cleaned_data["starts_time"]
        return timezone.make_aware(datetime.combine(day, hour))


class PostsForm(ActForm):
    """Who chairs, records, counts and watches the count."""

    chair = PersonChoice(label=_("主持人"), queryset=Person.objects.none())
    recorder = PersonChoice(label=_("记录人"), queryset=Person.objects.none())
    teller = PersonChoice(label=_("计票人"), queryset=Person.objects.none(), required=False)
    monitor = PersonChoice(label=_("监票人"), queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, assembly: Assembly | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = (assembly or self.about.assembly).area
        for name, roles in {"chair": OFFICE, "teller": COUNTERS, "monitor": COUNTERS}.items():
            self.fields[name].queryset = queries.candidates(area, roles, today())
        self.fields["recorder"].queryset = queries.recorders(area, today())
        if isinstance(self.about, Meeting):
            self.initial |= {name: getattr(self.about, f"{name}_id") for name in self.fields}


class CallForm(WhenWhere, PostsForm):
    """安排议事: when, where, who, and which projects."""

    projects = forms.ModelMultipleChoiceField(
        label=_("议题"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topic = TextField(
        label=_("另外商量什么"),
        max_length=120,
        required=False,
        help_text=_("例如：听上次议定的事办得怎样。没有项目也可以开会"),
    )
    field_order = ("projects", "topic", "starts_on", "starts_time", "place", "chair", "recorder", "teller", "monitor")

    def __init__(self, *args: Any, assembly: Assembly, round: Any, **kwargs: Any) -> None:
        super().__init__(*args, assembly=assembly, **kwargs)
        earliest = today() + timedelta(days=round.terms.meeting_notice_days)
        self.initial = {"starts_on": earliest, "starts_time": "19:30"} | self.initial
        for name in ("teller", "monitor"):
            self.fields[name].help_text = _("可以到会前再定")
        waiting = queries.waiting_projects(assembly.area, round)
        self.fields["projects"].queryset = waiting
        if not self.is_bound and not self.initial.get("projects") and len(only := list(waiting[:2])) == 1:
            self.initial["projects"] = [only[0].pk]
        self.fields["projects"].label_from_instance = lambda project: f"{project.code} {project.title}"

    @property
    def facts(self) -> dict[str, Any]:
        taken = {k: v for k, v in self.cleaned_data.items() if k not in {"starts_on", "starts_time"}}
        return taken | {"starts_at": self.starts_at()}


class ReconveneForm(WhenWhere, ActForm):
    """另行召集: when and where; all else is as before."""

    @property
    def facts(self) -> dict[str, Any]:
        return {"starts_at": self.starts_at(), "place": self.cleaned_data["place"]}


class AssemblyForm(forms.Form):
    name = TextField(label=_("名称"), max_length=40, help_text=_("例如：小濠冲村居民议事会"))
    kind = forms.ChoiceField(label=_("类别"), choices=AssemblyKind.choices, widget=forms.RadioSelect, initial="council")


class PriorStudyForm(ActForm):
    body = TextField(label=_("哪个组织研究的"), max_length=60, help_text=_("例如：村党总支"))
    on = day_field(_("哪天"))
    conclusion = TextField(label=_("结论"), max_length=300, rows=3)
    document = PhotosField(label=_("会议记录照片或PDF"), documents=True, single=True, required=False)

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"document": next(iter(self.cleaned_data["document"]), None)}


class TickForm(ActForm):
    """勾选签到: those due who are not signed in yet."""

    members = PeopleChoice(
        label=_("到场的人"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请勾选到场的人")},
    )
    how = forms.ChoiceField(
        label=_("怎样签到"),
        choices=[(how.value, how.label) for how in (How.TICK, How.PAPER, How.REMOTE)],
        widget=forms.RadioSelect,
        initial=How.TICK,
    )
    sheet = PhotosField(label=_("纸质签到表照片"), single=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = self.about.attendances.values("member_id")
        self.fields["members"].queryset = queries.due(self.about, today()).exclude(pk__in=here)

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"sheet": next(iter(self.cleaned_data["sheet"]), None)}


class UntickForm(ActForm):
    member = PersonChoice(queryset=Person.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = Person.objects.filter(pk__in=self.about.attendances.values("member_id"))


class ReasonForm(ActForm):
    reason = TextField(label=_("理由"), max_length=200, rows=2, help_text=_("会公开给大家看"))


class CountsForm(ActForm):
    """录入票数: the four add up to who is present and does not stand aside."""

    votes_for = forms.IntegerField(label=_("赞成"), min_value=0, max_value=9999)
    against = forms.IntegerField(label=_("反对"), min_value=0, max_value=9999)
    abstain = forms.IntegerField(label=_("弃权"), min_value=0, max_value=9999)
    not_voted = forms.IntegerField(label=_("未投"), min_value=0, max_value=9999, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = forms.TextInput(attrs={"inputmode": "numeric", "size": "4", "autocomplete": "off"})
            field.error_messages |= {"required": _("填人数，没有填0"), "invalid": _("请填数字")}


class NoteForm(ActForm):
    text = TextField(label=_("讨论记录"), max_length=2000, rows=4, required=False, help_text=_("问了什么、怎样答的"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("text", self.about.discussion)


class UndertakeForm(ActForm):
    """议定事项: what, who, by when."""

    text = TextField(label=_("要办什么"), max_length=120, help_text=_("例如：请供电所装两盏路灯。会公开"))
    owner = PersonChoice(label=_("谁办"), queryset=Person.objects.none())
    due_on = day_field(_("哪天前办好"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = queries.candidates(self.about.assembly.area, DOERS, today())


class ClosingForm(forms.Form):
    """定稿: the chair's last word, if there is one."""

    closing = PublicText(
        label=_("会议小结"),
        max_length=300,
        rows=3,
        required=False,
        help_text=_("写在纪要最后，一起公开。定稿后不能再改"),
    )


class AboutItem(forms.ModelChoiceField):
    def label_from_instance(self, item: AgendaItem) -> str:
        return _("第%(order)d项：%(title)s") % {"order": item.order, "title": item.project.title}


class MinutesCorrectionForm(CorrectionForm):
    """更正纪要: about which item, what the minutes say, what is right, why they were wrong."""

    item = AboutItem(
        label=_("关于哪一项"), queryset=AgendaItem.objects.none(), required=False, empty_label=_("整份纪要")
    )
    field_order = ("item", "recorded", "right", "reason")

    def __init__(self, *args: Any, about: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = queries.agenda(about)
        self.fields["recorded"].help_text = _("照抄纪要上错的那几个字，比如“地点：二楼”")
        self.fields["right"].help_text = _("写成一句完整的话，比如“会议在三楼开”")


class SettleForm(forms.Form):
    """办得怎样: done or not to be done, and a word for everybody."""

    state = forms.ChoiceField(
        label=_("结果"),
        choices=[(s.value, s.label) for s in (UndertakingState.DONE, UndertakingState.DROPPED)],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选“已办好”或“不办了”")},
    )
    outcome = TextField(label=_("办得怎样"), max_length=200, rows=2, help_text=_("会公开给大家看；不办了要写为什么"))


class ConflictForm(ActForm):
    reason = TextField(
        label=_("为什么回避"), max_length=200, rows=2, help_text=_("写给主持人和记录人看，不公开；公开的只有“王**回避”")
    )


class ConflictOfForm(ConflictForm):
    """回避，由记录人代填: for a member who says so in the room."""

    member = PersonChoice(label=_("谁回避"), queryset=Person.objects.none())
    field_order = ("member", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        aside = self.about.conflicts.values("member_id")
        self.fields["member"].queryset = queries.due(self.about.meeting, today()).exclude(pk__in=aside)


class VoteForm(forms.Form):
    """Three equal radios, none preselected."""

    choice = forms.ChoiceField(
        label=_("您的意见"),
        choices=Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选赞成、反对或弃权"), "invalid_choice": _("请选赞成、反对或弃权")},
    )
    ballot = forms.IntegerField(required=False, min_value=1, max_value=9999, widget=forms.HiddenInput)
