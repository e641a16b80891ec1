"""Forms of the works (实施): contract, plan, start, milestones, news, changes, reminders."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from civic.forms import PublicText, TextField
from civic.models import Organisation, OrganisationKind, Person
from civic.rules import RuleBroken
from delivery import queries
from delivery.forms.acts import (
    DeskForm,
    Line,
    day_field,
    lines_of,
    note_field,
    one,
    photo_field,
    photos_field,
    reason_field,
    scan_field,
)
from delivery.models import ChangeOrder, Contract, Method, Milestone, ProgressReport, Slot
from delivery.rules.works import Stage, photo_needed
from delivery.services import changes, contracts, works
from proposals.models import Project

BUILDERS = [OrganisationKind.CONTRACTOR, OrganisationKind.SOCIAL_WORK, OrganisationKind.PARTNER]
STAGES = 6
UP, DOWN, NONE = "up", "down", "none"


class ContractForm(DeskForm):
    """登记合同: the paper's own words, and each project's share when it bundles several."""

    number = TextField(label=_("合同编号"), max_length=40, error_messages={"required": _("请写合同编号")})
    client = PublicText(
        label=_("甲方"),
        max_length=60,
        error_messages={"required": _("请写甲方是谁")},
        help_text=_("替村居或镇街签字的一方，照合同上的全称写，会公开"),
    )
    contractor = forms.ModelChoiceField(
        label=_("承接单位"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        error_messages={"required": _("请选承接单位"), "invalid_choice": _("请从名单里选承接单位")},
    )
    method = forms.ChoiceField(
        label=_("采购方式"),
        choices=Method,
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("请选采购方式")},
    )
    signed_on = day_field(_("签订日期"))
    finish_on = day_field(_("约定完工"))
    total_yuan = YuanFormField(label=_("合同总价"), error_messages={"required": _("请填写合同总价")})
    scan = scan_field(_("合同扫描件"), error_messages={"required": _("请传合同扫描件")})
    split_reason = note_field(
        _("为什么不是拆分采购"), help_text=_("同一承接单位一年内同类合同合计超过采购限额才要写，会公开")
    )

    def __init__(self, *args: Any, project: Project, others: list[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = [project, *others]
        self.fields["client"].initial = queries.client_of(project)
        self.fields["contractor"].queryset = Organisation.objects.filter(
            kind__in=BUILDERS, area__code__startswith=project.area_id[:6]
        ).order_by("name")
        for each in self.projects:
            self.fields[f"amount_{each.pk}"] = YuanFormField(
                label=each.title,
                required=False,
                help_text=""  # not approved yet: the service says so
                if each.approved_yuan is None
                else _("%(code)s，批准%(amount)s元") % {"code": each.code, "amount": f"{each.approved_yuan:,.0f}"},
            )

    @property
    def shares(self) -> list[forms.BoundField]:
        """The amount of each project; only asked where there is more than one to choose from."""
        return [self[f"amount_{each.pk}"] for each in self.projects] if len(self.projects) > 1 else []

    def clean(self) -> dict[str, Any]:
        """A contract for several projects says what each costs; this one's own share is the one forgotten."""
        data = super().clean() or self.cleaned_data
        own, *rest = (f"amount_{each.pk}" for each in self.projects)
        if any(data.get(name) for name in rest) and not data.get(own) and own not in self.errors:
            self.add_error(own, _("合在一份合同里，这个项目多少钱也要写"))
        return data

    def act(self, _project: Project, *, by: Any) -> Contract:
        data = self.cleaned_data
        terms = contracts.Terms(
            number=data["number"],
            client=data["client"],
            contractor=data["contractor"],
            method=data["method"],
            signed_on=data["signed_on"],
            finish_on=data["finish_on"],
            total_yuan=data["total_yuan"],
            scan=one(data["scan"]),
            split_reason=data["split_reason"],
        )
        return contracts.sign(terms, self._items(data), by=by)

    def _items(self, data: dict[str, Any]) -> list[tuple[Project, Decimal]]:
        amounts = [(each, data.get(f"amount_{each.pk}")) for each in self.projects]
        shared = [(each, amount) for each, amount in amounts if amount]
        return shared or [(self.projects[0], data["total_yuan"])]


class PlanForm(DeskForm):
    """排工期: some lines of name, day, share and photo; empty ones do not count."""

    visits_planned = forms.IntegerField(label=_("计划上门几次"), required=False, min_value=1, max_value=10000)

    def __init__(self, *args: Any, service: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not service:
            del self.fields["visits_planned"]
        for n in range(1, STAGES + 1):
            first = n == 1
            self.fields[f"name_{n}"] = TextField(label=_("里程碑%(n)d") % {"n": n}, max_length=40, required=first)
            self.fields[f"planned_on_{n}"] = day_field(_("计划哪天完成"), required=first)
            self.fields[f"share_{n}"] = forms.IntegerField(
                label=_("占工作量（百分比）"), required=first, min_value=1, max_value=100
            )
            self.fields[f"slot_{n}"] = forms.ChoiceField(
                label=_("要传的照片"), choices=[("", _("不要照片")), *Slot.choices], required=False
            )

    @property
    def rows(self) -> list[Line]:
        return lines_of(self, ("name", "planned_on", "share", "slot"), STAGES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for n in range(1, STAGES + 1):
            if any(data.get(f"{part}_{n}") for part in ("name", "planned_on", "share")):
                for part in ("name", "planned_on", "share"):
                    if not data.get(f"{part}_{n}") and f"{part}_{n}" not in self.errors:
                        self.add_error(f"{part}_{n}", _("这一行要填完整"))
        return data

    def act(self, project: Project, *, by: Any) -> Any:
        data = self.cleaned_data
        stages = [
            Stage(data[f"name_{n}"], data[f"planned_on_{n}"], data[f"share_{n}"], data[f"slot_{n}"])
            for n in range(1, STAGES + 1)
            if data[f"name_{n}"]
        ]
        return works.set_plan(project, stages, by=by, visits_planned=data.get("visits_planned"))


class StartForm(DeskForm):
    board_photo = photo_field(_("公示牌照片"), help_text=_("拍工地上的公示牌，看得清字"))

    def act(self, project: Project, *, by: Any) -> Project:
        return works.start(project, by=by, board_photo=one(self.cleaned_data["board_photo"]))


class MilestoneForm(DeskForm):
    """报里程碑完成."""

    on = day_field(_("哪天完成的"))
    photo = photo_field(_("照片"), required=False)
    late_reason = note_field(_("晚了的原因"), help_text=_("比计划晚才要写，会公开"))

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        photo = self.fields["photo"]
        photo.required = bool(milestone.photo_slot)
        if milestone.photo_slot:
            photo.label = _("“%(slot)s”照片") % {"slot": milestone.get_photo_slot_display()}
            photo.help_text = _("站在拍旧照片的地方，对着同一处拍；不拍人脸")

    def act(self, milestone: Milestone, *, by: Any) -> Milestone:
        data = self.cleaned_data
        return works.finish_milestone(
            milestone, by=by, photo=one(data["photo"]), late_reason=data["late_reason"], on=data["on"]
        )


class RescheduleForm(DeskForm):
    planned_on = day_field(_("改到哪天"))
    reason = reason_field(_("为什么改期"))

    def act(self, milestone: Milestone, *, by: Any) -> Milestone:
        return works.reschedule(milestone, self.cleaned_data["planned_on"], by=by, reason=self.cleaned_data["reason"])


class SiteForm(DeskForm):
    """What a phone sends from the site: its key makes sending twice once; its photos go with it, not one by one.

    Without a network the whole of it waits on the phone (static/js/site-queue.js).
    """

    key = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"id": False}))
    photos = photos_field(_("照片"))
    place = PublicText(
        label=_("在哪里拍的"), max_length=60, required=False, help_text=_("您确认一下，会公开。写路段，不写门牌")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs.pop("data-upload", None)

    @property
    def sent(self) -> dict[str, Any]:
        """What every report from the site carries."""
        return {name: self.cleaned_data[name] for name in ("key", "photos", "place")}


class ReportForm(SiteForm):
    """传照片、报进度."""

    percent = forms.IntegerField(label=_("做到百分之几"), required=False, min_value=0, max_value=100)
    note = note_field(_("说一句进展"))
    field_order = ("version", "key", "photos", "percent", "note", "place")

    def act(self, project: Project, *, by: Any) -> ProgressReport:
        data = self.cleaned_data
        return works.report(project, by=by, percent=data["percent"], note=data["note"], **self.sent)


class TroubleForm(SiteForm):
    """报问题."""

    note = TextField(label=_("遇到什么问题"), max_length=200, rows=3, error_messages={"required": _("写下是什么问题")})
    field_order = ("version", "key", "note", "photos", "place")

    def act(self, project: Project, *, by: Any) -> ProgressReport:
        return works.report_trouble(project, by=by, note=self.cleaned_data["note"], **self.sent)


class AnswerForm(DeskForm):
    answer = reason_field(_("怎样处理"), max_length=200, error_messages={"required": _("写下怎样处理，会公开")})

    def act(self, report: ProgressReport, *, by: Any) -> ProgressReport:
        return works.answer_trouble(report, by=by, answer=self.cleaned_data["answer"])


class DoneForm(SiteForm):
    """报完成, of a stage (the one the page was opened for, else the next that is open) or of the whole."""

    stage = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"id": False}))
    on = day_field(_("哪天完成的"), required=False)
    late_reason = note_field(_("晚了的原因"), help_text=_("比计划晚才要写，会公开"))
    note = note_field(_("说明"), most=60)
    field_order = ("version", "key", "stage", "photos", "on", "late_reason", "note", "place")

    def __init__(self, *args: Any, stage: Milestone | None = None, is_whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_whole:
            del self.fields["on"], self.fields["late_reason"]
            self.fields["photos"].label = _("完工照片")
        elif stage is not None:
            del self.fields["note"]
            self.fields["on"].required = True
            self._ask_photo(stage)

    def _ask_photo(self, stage: Milestone) -> None:
        if stage.photo_slot:
            photos = self.fields["photos"]
            photos.label = _("“%(slot)s”照片") % {"slot": stage.get_photo_slot_display()}
            photos.help_text = _("站在拍旧照片的地方，对着同一处拍；不拍人脸")
            photos.required, photos.error_messages["required"] = True, photo_needed(stage)
            photos.widget.attrs["data-need"] = photo_needed(stage)

    def refuse(self, broken: RuleBroken) -> None:
        broken.field = "photos" if broken.field == "photo" else broken.field
        super().refuse(broken)

    def act(self, project: Project, *, by: Any) -> ProgressReport:
        told = {name: self.cleaned_data[name] for name in ("on", "late_reason", "note") if name in self.fields}
        return works.report_finished(project, by=by, stage=self.cleaned_data["stage"], **told, **self.sent)


class VisitForm(DeskForm):
    """记上门服务."""

    visited_on = day_field(_("哪天去的"))
    served = forms.IntegerField(
        label=_("服务了几个人"), min_value=1, max_value=10000, error_messages={"required": _("请填写人数")}
    )
    note = note_field(_("做了什么"), help_text=_("不写姓名、病情、门牌"))

    def act(self, project: Project, *, by: Any) -> Any:
        data = self.cleaned_data
        return works.log_visit(project, by=by, visited_on=data["visited_on"], served=data["served"], note=data["note"])


class UrgeForm(DeskForm):
    words = TextField(
        label=_("催什么"), max_length=140, rows=2, help_text=_("会公开"), error_messages={"required": _("写下催什么")}
    )

    def act(self, project: Project, *, by: Any) -> Any:
        return works.urge(project, by=by, words=self.cleaned_data["words"])


class HandOverForm(DeskForm):
    contact = forms.ModelChoiceField(
        label=_("以后找谁"),
        queryset=Person.objects.none(),
        empty_label=_("请选择"),
        error_messages={"required": _("请选一个人")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = people
        self.fields["contact"].label_from_instance = lambda person: person.name

    def act(self, project: Project, *, by: Any) -> Any:
        return works.hand_over(project, by=by, to=self.cleaned_data["contact"])


class ChangeForm(DeskForm):
    """报变更: what and why, up or down, how many days, a photo."""

    reason = TextField(
        label=_("改什么，为什么"),
        max_length=200,
        rows=3,
        help_text=_("会公开"),
        error_messages={"required": _("写下改什么、为什么")},
    )
    direction = forms.ChoiceField(
        label=_("钱"),
        choices=[(UP, _("增加")), (DOWN, _("减少")), (NONE, _("不变"))],
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("选一个：增加、减少还是不变")},
    )
    amount_yuan = YuanFormField(label=_("增减多少"), required=False)
    extra_days = forms.IntegerField(label=_("工期增加几天"), required=False, min_value=-365, max_value=365)
    photo = photo_field(_("现场照片"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("direction") in (UP, DOWN) and not data.get("amount_yuan") and "amount_yuan" not in self.errors:
            self.add_error("amount_yuan", _("请填写金额，例如 52800.00"))
        if data.get("direction") == NONE and not data.get("extra_days"):
            self.add_error("extra_days", _("钱不变的，填工期增加几天"))
        return data

    def act(self, project: Project, *, by: Any) -> ChangeOrder:
        data = self.cleaned_data
        sign = {UP: 1, DOWN: -1, NONE: 0}[data["direction"]]
        return changes.report(
            project,
            by=by,
            reason=data["reason"],
            delta_yuan=(data["amount_yuan"] or Decimal(0)) * sign,
            extra_days=data["extra_days"] or 0,
            photo=one(data["photo"]),
        )


class ConfirmChangeForm(DeskForm):
    def act(self, change: ChangeOrder, *, by: Any) -> ChangeOrder:
        return changes.confirm(change, by=by)


class SubmitChangeForm(DeskForm):
    minutes_no = TextField(label=_("依据的会议纪要号"), max_length=60, error_messages={"required": _("请写会议纪要号")})

    def act(self, change: ChangeOrder, *, by: Any) -> ChangeOrder:
        return changes.submit(change, by=by, minutes_no=self.cleaned_data["minutes_no"])


class ApproveChangeForm(DeskForm):
    def act(self, change: ChangeOrder, *, by: Any) -> ChangeOrder:
        return changes.approve(change, by=by)


class RefuseChangeForm(DeskForm):
    answer = reason_field(_("不同意的理由"), max_length=200)

    def act(self, change: ChangeOrder, *, by: Any) -> ChangeOrder:
        return changes.refuse(change, by=by, answer=self.cleaned_data["answer"])
