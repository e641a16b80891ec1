"""Forms of acceptance and after (验收、整改、评价、回头看)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.forms import PublicText, TextField, VoiceField
from delivery.forms.acts import DeskForm, Line, day_field, lines_of, note_field, one, photo_field, reason_field
from delivery.forms.drawn import DrawnField
from delivery.models import (
    Acceptance,
    Afterword,
    CallBack,
    FollowUp,
    ItemResult,
    Rating,
    Rectification,
    Score,
    SignRole,
)
from delivery.rules.acceptance import REASONS, Measured
from delivery.services import acceptance, call_backs, ratings, rectifying
from proposals.models import Project

ITEMS = 6
MOST_ITEMS = 12
PARTS = ("name", "unit", "contract_quantity", "measured", "result", "note", "photo")
SAYS = {
    "name": _("写下验收什么"),
    "unit": _("写单位，例如 米"),
    "contract_quantity": _("填写合同数量"),
    "result": _("选一个结果"),
}
AGREE = [("yes", _("同意通过")), ("no", _("不同意"))]


class OpenForm(DeskForm):
    held_on = day_field(_("验收日期"))

    def act(self, project: Project, *, by: Any) -> Acceptance:
        return acceptance.open_for(project, by=by, held_on=self.cleaned_data["held_on"])


def quantity_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        **{"required": False} | more,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("请填写数字，例如 12.5")},
    )


class ItemsForm(DeskForm):
    """逐项验收: some lines of what the contract says and what was measured; empty ones do not count."""

    def __init__(self, *args: Any, lines: int = ITEMS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = min(max(lines, ITEMS), MOST_ITEMS)
        for n in range(1, self.lines + 1):
            self._add_line(n, first=n == 1)

    def _add_line(self, n: int, *, first: bool) -> None:
        """The fields of a line; the first one has to be filled in."""
        unless = _("“不适用”的不用填")
        fields = {
            "name": TextField(label=_("第%(n)d项：验收什么") % {"n": n}, max_length=40, required=first),
            "unit": TextField(label=_("单位"), max_length=8, required=first),
            "contract_quantity": quantity_field(_("合同数量"), required=first),
            "measured": quantity_field(_("实测数量"), help_text=unless),
            "result": forms.ChoiceField(
                label=_("结果"),
                choices=ItemResult,
                required=first,
                widget=forms.RadioSelect(attrs={"class": "tiles"}),
            ),
            "note": note_field(_("说明"), most=100, rows=0),
            "photo": photo_field(_("照片"), required=False, help_text=unless),
        }
        fields["photo"].belong_to(self.by)
        fields["photo"].held = self.initial.get(f"photo_{n}") or ()
        for part, said in SAYS.items():
            fields[part].error_messages["required"] = said
        self.fields |= {f"{part}_{n}": field for part, field in fields.items()}

    @property
    def rows(self) -> list[Line]:
        return lines_of(self, PARTS, self.lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for n in range(1, self.lines + 1):
            if any(data.get(f"{part}_{n}") not in (None, "", []) for part in PARTS):
                self._check_line(n, data)
        return data

    def _check_line(self, n: int, data: dict[str, Any]) -> None:
        wanted = dict(SAYS)
        if data.get(f"result_{n}") != ItemResult.NOT_APPLICABLE:
            wanted |= {"measured": _("填写实测数量"), "photo": _("请传一张照片")}
        for part, said in wanted.items():
            if data.get(f"{part}_{n}") in (None, "", []) and f"{part}_{n}" not in self.errors:
                self.add_error(f"{part}_{n}", said)
        if data.get(f"contract_quantity_{n}") == 0:
            self.add_error(f"contract_quantity_{n}", _("合同数量要大于0"))

    def act(self, held: Acceptance, *, by: Any) -> Acceptance:
        data = self.cleaned_data
        items = [
            Measured(
                name=data[f"name_{n}"],
                unit=data[f"unit_{n}"],
                contract_quantity=data[f"contract_quantity_{n}"],
                result=data[f"result_{n}"],
                measured=data[f"measured_{n}"],
                note=data[f"note_{n}"],
                photo=one(data[f"photo_{n}"]),
            )
            for n in range(1, self.lines + 1)
            if data[f"name_{n}"]
        ]
        return acceptance.set_items(held, items, by=by, version=data["version"])


class SignForm(DeskForm):
    """验收签字: in which capacity, and whether one agrees."""

    role = forms.ChoiceField(
        label=_("以什么身份"), widget=forms.RadioSelect, error_messages={"required": _("选一个身份")}
    )
    agrees = forms.ChoiceField(
        label=_("同不同意通过"),
        choices=AGREE,
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("选一个：同意还是不同意")},
    )
    dissent = note_field(_("不同意见"), help_text=_("不同意的要写；同意的也可以写。会公开"))
    drawn = DrawnField()

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drawn"].by = self.by
        self.fields["role"].choices = [(role, SignRole(role).label) for role in roles]
        if len(roles) == 1:
            self.initial.setdefault("role", roles[0])

    def act(self, held: Acceptance, *, by: Any) -> Any:
        data = self.cleaned_data
        return acceptance.sign(
            held,
            data["role"],
            by=by,
            agrees=data["agrees"] == "yes",
            dissent=data["dissent"],
            name=data.get("name", ""),
            paper=one(data.get("paper")),
            drawn=data["drawn"],
        )


class WitnessForm(SignForm):
    """代录签字: the worker writes down whom they saw sign."""

    name = TextField(
        label=_("签字人姓名"),
        max_length=40,
        help_text=_("不公开，公开时显示为王**"),
        error_messages={"required": _("写签字人的姓名")},
    )
    paper = photo_field(_("纸质签字的照片"), required=False, help_text=_("不公开，只作凭据"))
    field_order = ("version", "role", "name", "agrees", "dissent", "drawn", "paper")


class SetAsideForm(DeskForm):
    """作废: why the list was wrong."""

    reason = reason_field(_("哪里写错了"), max_length=300, error_messages={"required": _("请写明哪里写错了，会公开")})

    def act(self, held: Acceptance, *, by: Any) -> Acceptance:
        data = self.cleaned_data
        return acceptance.set_aside(held, by=by, reason=data["reason"], version=data["version"])


class ConcludeForm(DeskForm):
    note = note_field(_("说明"), most=300)

    def act(self, held: Acceptance, *, by: Any) -> Project:
        return acceptance.conclude(held, by=by, note=self.cleaned_data["note"], version=self.cleaned_data["version"])


class FixForm(DeskForm):
    """报改好、公开答复."""

    reply = reason_field(_("怎样改的"), max_length=300, error_messages={"required": _("请写明怎样改的，会公开")})
    photo = photo_field(_("改好后的照片"), required=False)

    def act(self, fix: Rectification, *, by: Any) -> Rectification:
        done = rectifying.mend if fix.acceptance_id else rectifying.answer
        return done(fix, by=by, reply=self.cleaned_data["reply"], photo=one(self.cleaned_data["photo"]))


def score_field(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=Score.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个"), "invalid_choice": _("请选一个")},
    )


def reasons_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("哪方面"),
        choices=[(reason, reason) for reason in REASONS],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tiles"}),
    )


def own_words() -> PublicText:
    return PublicText(
        label=_("想说的话"), max_length=300, rows=3, required=False, help_text=_("会公开。不写电话、门牌")
    )


class RateForm(DeskForm):
    """评价: five labels, nothing preselected."""

    score = score_field(_("您满意吗"))
    reasons = reasons_field()
    words = own_words()
    voice = VoiceField()
    photo = photo_field(_("照片"), required=False, help_text=_("会公开。不拍人脸，照片里的定位会去掉"))

    def act(self, project: Project, *, by: Any) -> Rating:
        data = self.cleaned_data
        return ratings.rate(
            project,
            by=by,
            score=data["score"],
            reasons=data["reasons"],
            words=data["words"],
            photo=one(data["photo"]),
            voice=one(data["voice"]),
        )


class CallBackForm(DeskForm):
    """电话回访: what the resident says on the phone, in the words of the form they would fill in themselves."""

    score = score_field(_("您满意吗"))
    reasons = reasons_field()
    words = own_words()
    service = staticmethod(call_backs.rated)

    def act(self, call: CallBack, *, by: Any) -> Rating:
        data = self.cleaned_data
        return self.service(call, by=by, score=data["score"], reasons=data["reasons"], words=data["words"])


class CallMendForm(CallBackForm):
    """记错了: the same form, with what was written down."""

    service = staticmethod(call_backs.amended)


class RateAgainForm(DeskForm):
    """追评: how it is now."""

    score = score_field(_("现在您满意吗"))
    words = own_words()
    voice = VoiceField()

    def act(self, look: FollowUp, *, by: Any) -> Afterword:
        data = self.cleaned_data
        return ratings.rate_again(look, by=by, score=data["score"], words=data["words"], voice=one(data["voice"]))


class SolvedForm(DeskForm):
    """现在解决了吗."""

    solved = forms.ChoiceField(
        label=_("现在解决了吗？"),
        choices=[("yes", _("解决了")), ("no", _("还没有"))],
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("请选一个")},
    )

    def act(self, fix: Rectification, *, by: Any) -> Rectification:
        return rectifying.confirm(fix, by=by, solved=self.cleaned_data["solved"] == "yes")


class FollowUpForm(DeskForm):
    note = TextField(
        label=_("看到什么"),
        max_length=300,
        rows=3,
        help_text=_("会公开"),
        error_messages={"required": _("写下看到什么")},
    )
    photo = photo_field(_("照片"), required=False)

    def act(self, visit: FollowUp, *, by: Any) -> FollowUp:
        return ratings.look_back(visit, by=by, note=self.cleaned_data["note"], photo=one(self.cleaned_data["photo"]))
