"""What the desk fills in around a poll (投票表单): how and when is voted, who is on the roll, and why."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from civic.accounts.forms import VillageField
from civic.accounts.queries import own_villages
from civic.fields import YuanFormField
from civic.forms import PhotosField, TextField, UploadsForm
from civic.models import Person
from civic.tables.fields import TableField
from proposals.rule_words import COUNT_RULES
from voting import poll_queries
from voting.models import BallotMethod, Openings, Poll
from voting.roll_files.people import MOST_AGE
from voting.rules.records import RECORDS

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"]


class MomentField(forms.DateTimeField):
    """A day and its minute (几月几日几点); a browser without a picker takes 2026-06-20 08:00."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        wrong = {"invalid": _("请写成 2026-06-20 08:00")}
        super().__init__(widget=widget, input_formats=MOMENT_FORMATS, error_messages=wrong, **kwargs)


class PrepareForm(forms.Form):
    """筹备投票: what the round does not say already."""

    budget_yuan = YuanFormField(label=_("一共多少钱（元）"), required=False, help_text=_("逐项赞成或反对时不用填"))
    opens_at = MomentField(label=_("开始投票"), required=False)
    closes_at = MomentField(label=_("截止投票"), required=False)


class ChangeForm(PrepareForm):
    """改投票安排: all that may change before the opening is asked for."""

    method = forms.ChoiceField(label=_("投票方式"), choices=BallotMethod.choices, widget=forms.RadioSelect)
    limit = forms.IntegerField(label=_("每人最多选几项；打分时是一共几分"), min_value=1, max_value=100)
    project_max = forms.IntegerField(label=_("打分时每项最多几分"), min_value=1, max_value=100)
    min_age = forms.IntegerField(label=_("投票最小年龄"), min_value=0, max_value=MOST_AGE)
    count_rule = forms.ChoiceField(label=_("计票规则"))
    openings = forms.ChoiceField(
        label=_("截止以后选票怎样公开"), choices=Openings.choices, widget=forms.RadioSelect, help_text=_("都不带姓名")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["count_rule"].choices = [(name, COUNT_RULES[name]) for name in RECORDS]
        for name in ("limit", "project_max", "min_age"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric", "size": "4"})


class ProjectsForm(forms.Form):
    """参投项目: which of those that wait are voted on."""

    projects = forms.ModelMultipleChoiceField(
        label=_("参投项目"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个项目")},
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = poll.entries.values_list("project_id", flat=True)
        waiting = poll_queries.waiting_for_poll(poll.round, poll.area)
        self.initial = {"projects": list(listed)}
        self.fields["projects"].queryset = waiting.model.objects.filter(
            pk__in=[*listed, *waiting.values_list("pk", flat=True)]
        ).order_by("code")
        self.fields["projects"].label_from_instance = lambda project: f"{project.code} {project.title}"


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=200, rows=2, help_text=_("会公开给大家看"))

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes, by its own names."""
        return self.cleaned_data


class ExtendForm(ReasonForm):
    closes_at = MomentField(label=_("延长到"))
    field_order = ("closes_at", "reason")


class ListForm(forms.Form):
    """导入名册: one file."""

    file = TableField(
        label=_("名单文件"),
        help_text=_("xlsx 或 CSV。要有“姓名”，还有“出生日期”或“年龄”；“手机号”“村居”“户号”有就写"),
    )


class AgesForm(forms.Form):
    """按已核对的居民身份: an age for each who comes onto the roll; who has none stays off it."""

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for person in people:
            self.fields[f"age-{person.pk}"] = forms.IntegerField(
                label=_("%(name)s几周岁") % {"name": person.name},
                required=False,
                min_value=0,
                max_value=MOST_AGE,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "4", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.ages:
            raise forms.ValidationError(_("至少给一个人写上年龄"))
        return self.cleaned_data

    @property
    def ages(self) -> dict[int, int]:
        given = {name: age for name, age in self.cleaned_data.items() if age is not None}
        return {int(name.removeprefix("age-")): age for name, age in given.items()}


class NameForm(forms.Form):
    name = TextField(label=_("姓名"), max_length=40, error_messages={"required": _("写下要添加的人的姓名")})


class EnrolForm(UploadsForm):
    """社工添加: one person with evidence. ``late`` when voting has begun; ``namesake`` once there is one."""

    area = VillageField(label=_("在哪个村居投票"))
    age = forms.IntegerField(
        label=_("开始投票那天几周岁"),
        min_value=0,
        max_value=MOST_AGE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "4", "autocomplete": "off"}),
    )
    evidence = TextField(label=_("凭什么添加"), max_length=200, rows=2, help_text=_("比如：看了户口簿。不公开"))
    document = PhotosField(label=_("凭据照片或PDF"), documents=True, single=True, required=False, help_text=_("不公开"))
    is_no_namesake = forms.BooleanField(label=_("核对过了，名册里同名的是另一个人"), required=False)
    reason = TextField(label=_("为什么现在才添加"), max_length=200, rows=2, help_text=_("会公开给大家看，不要写姓名"))

    def __init__(self, *args: Any, poll: Poll, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(own_villages(self.by).filter(code__startswith=poll.area.prefix))
        if not late:
            del self.fields["reason"]

    @property
    def asks_namesake(self) -> bool:
        return bool(self.data.get("is_no_namesake")) or self.has_error(NON_FIELD_ERRORS, "namesake")

    @property
    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"document": next(iter(self.cleaned_data["document"]), None)}
