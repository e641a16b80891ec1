"""The forms of pre-review (预审): the finding, asking the author, passing on, naming a department."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from civic.forms import PhotosField, PublicText, TextField, UploadsForm
from civic.models import Organisation, Person
from civic.rules import RuleBroken
from proposals import queries
from proposals.forms.acts import ActForm, RuleForm, reason_field
from proposals.forms.intake import ItemsField, items_field
from proposals.models import Consultation, Extension, PreReview, ReviewFinding
from proposals.review_rules import COST_ROWS
from proposals.round_rules import RoundRules
from proposals.rules import Answer, CostLine
from proposals.services import beside, reviews

POINT_ANSWERS = [("yes", _("是")), ("no", _("否")), ("n/a", _("不涉及"))]
COST_NAMES = tuple(
    f"cost_{n}_{part}" for n in range(1, COST_ROWS + 1) for part in ("item", "asked", "amount", "reason")
)
KEPT = (
    "finding",
    "amount_yuan",
    "amount_reason",
    "conditions",
    "phrase",
    "reason",
    "rule_from",
    "rule_text",
    *COST_NAMES,
)


class AnswerForm(RuleForm):
    """预审意见. The checklist's points are the round's own; ``typed`` is what was kept without handing it in."""

    rule_needed = False
    amount_yuan = YuanFormField(
        label=_("核定金额"), required=False, help_text=_("不改就留空"), widget=forms.TextInput(attrs={"class": "money"})
    )
    amount_reason = TextField(
        label=_("核价理由"),
        max_length=300,
        required=False,
        help_text=_("改了金额就要写，例如：按2026年定额，扶手单价下调"),
    )
    finding = forms.ChoiceField(
        label=_("预审意见"),
        choices=ReviewFinding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个意见")},
    )
    conditions = TextField(
        label=_("要怎样修改"), max_length=1000, rows=3, required=False, help_text=_("选“需修改”就要写")
    )
    reason = TextField(
        label=_("理由"), max_length=1000, rows=3, required=False, help_text=_("会公开。选“不通过”就要写，并选依据")
    )

    phrase = forms.ChoiceField(
        label=_("常用语"), required=False, help_text=_("选一句写进理由，可以再改"), widget=forms.Select()
    )
    phrase.widget.attrs["data-phrase"] = "reason"
    field_order = ["amount_yuan", "amount_reason", "finding", "conditions", "phrase", "reason"]

    def __init__(self, *args: Any, review: PreReview, **kwargs: Any) -> None:
        terms = review.project.round.terms
        start = {"version": review.version} | _costs_so_far(review) | review.typed
        self._points = review.points
        super().__init__(*args, terms=terms, initial=start, **kwargs)
        self.review, self.checklist, self.terms = review, self._points, terms
        self.fields["phrase"].choices = [("", _("没有")), *((words, words) for words in terms.review_phrases)]
        for number in range(1, COST_ROWS + 1):
            self.fields |= _cost_fields(number)
        for number, point in enumerate(self.checklist):
            self.fields[f"point_{number}"] = forms.ChoiceField(
                label=point,
                choices=POINT_ANSWERS,
                widget=forms.RadioSelect(attrs={"class": "tiles"}),
                error_messages={"required": _("这一条还没核对")},
            )

    def rules_of(self, terms: RoundRules) -> list[str]:
        """The negative list, and the points of the checklist themselves."""
        return [*super().rules_of(terms), *(f"《{terms.rule_book}》预审要点：{point}" for point in self._points)]

    @property
    def points(self) -> list[Any]:
        return [self[f"point_{number}"] for number in range(len(self.checklist))]

    @property
    def gates(self) -> list[tuple[str, list[Any]]]:
        """The points under the three gates (三关)."""
        place = {point: self[f"point_{number}"] for number, point in enumerate(self.checklist)}
        gates = self.terms.gates(self.review.project.work_type)
        return [(gate, [place[point] for point in points]) for gate, points in gates.items()]

    @property
    def cost_rows(self) -> list[list[Any]]:
        return [
            [self[f"cost_{n}_{part}"] for part in ("item", "asked", "amount", "reason")]
            for n in range(1, COST_ROWS + 1)
        ]

    @property
    def has_costs(self) -> bool:
        return any(self[name].value() for name in COST_NAMES)

    @property
    def typed(self) -> dict[str, str]:
        """Everything typed so far, as typed, checked or not."""
        names = [*KEPT, *(f"point_{number}" for number in range(len(self.checklist)))]
        return {name: _plain(self.data[name]) for name in names if self.data.get(name)}

    @property
    def answer(self) -> Answer:
        data = self.cleaned_data
        return Answer(
            finding=data["finding"],
            checklist={point: data[f"point_{number}"] for number, point in enumerate(self.checklist)},
            amount_yuan=data["amount_yuan"] and Decimal(data["amount_yuan"]),
            amount_reason=data["amount_reason"],
            conditions=data["conditions"],
            reason=data["reason"],
            rule=self.rule,
            costs=self._costs,
        )

    @property
    def _costs(self) -> tuple[CostLine, ...]:
        """The items written down; an amount left blank is not changed."""
        rows = [[self.cleaned_data.get(field.name) for field in row] for row in self.cost_rows]
        return tuple(
            CostLine(item, asked, asked if amount is None else amount, reason)
            for item, asked, amount, reason in rows
            if item and asked is not None
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("phrase") and data["phrase"] not in data.get("reason", ""):
            data["reason"] = "；".join(part for part in (data["phrase"], data.get("reason", "")) if part)
        self._check_rows(data)
        if not self.errors:
            try:
                self.sentence = reviews.preview(self.review, self.answer)
            except RuleBroken as broken:
                self.add_error(self._field_of(broken), broken.message)
        return data

    def _check_rows(self, data: dict[str, Any]) -> None:
        """An item has a name and what was asked for it."""
        for row in self.cost_rows:
            item, asked, amount, reason = (field.name for field in row)
            if any(data.get(name) not in (None, "") for name in (item, asked, amount, reason)):
                if not data.get(item) and item not in self.errors:
                    self.add_error(item, _("请写明这一项是什么"))
                if data.get(asked) is None and asked not in self.errors:
                    self.add_error(asked, _("请填这一项原来多少钱"))

    def _field_of(self, broken: RuleBroken) -> str | None:
        name = {"rule": "rule_from", "checklist": "point_0"}.get(broken.field, broken.field)
        return name if name in self.fields else None

    def act(self, on: PreReview, *, by: Any) -> PreReview:
        return reviews.answer(on, by=by, answer=self.answer, version=self.cleaned_data["version"])


class AskForm(ActForm):
    """退回补充."""

    items = items_field()
    reason = reason_field(_("为什么要补充"))

    def act(self, on: PreReview, *, by: Any) -> PreReview:
        return reviews.ask(on, by=by, **self.cleaned_data)


class DepartmentForm(ActForm):
    """Which unit of the town and above."""

    department = forms.ModelChoiceField(
        label=_("交给哪个部门"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个部门"), "invalid_choice": _("请选一个部门")},
    )

    def __init__(self, *args: Any, review: PreReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = queries.departments_near(review.project.area_id)
        self.fields["department"].queryset = units.exclude(pk=review.department_id) if review.department_id else units
        self.fields["department"].label_from_instance = lambda unit: f"{unit.name}（{unit.duty}）"


class PassOnForm(DepartmentForm):
    """转给其他部门."""

    reason = reason_field(_("为什么由他们审"))

    def act(self, on: PreReview, *, by: Any) -> PreReview:
        data = self.cleaned_data
        return reviews.pass_on(on, by=by, to=data["department"], reason=data["reason"], version=data["version"])


class AssignForm(DepartmentForm):
    """指定预审部门."""

    def act(self, on: PreReview, *, by: Any) -> PreReview:
        return reviews.assign(on, by=by, to=self.cleaned_data["department"])


class ColleagueField(forms.ModelChoiceField):
    """A colleague of the department, by masked name and post; one drop-down, since a department may have many."""

    def __init__(self) -> None:
        super().__init__(
            label=_("交给哪位同事"),
            queryset=Person.objects.none(),
            empty_label=_("请选择"),
            error_messages={"required": _("请选一位同事"), "invalid_choice": _("请选一位同事")},
        )

    def label_from_instance(self, colleague: Any) -> str:
        return f"{colleague.staff_name} {colleague.post}".rstrip()


class GiveForm(ActForm):
    """交给同事."""

    colleague = ColleagueField()

    def __init__(self, *args: Any, review: PreReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = queries.colleagues_on([review])

    def act(self, on: PreReview, *, by: Any) -> Any:
        return beside.give(on, by=by, to=self.cleaned_data["colleague"], version=self.cleaned_data["version"])


class ConsultForm(ActForm):
    """征求意见."""

    unit = forms.ModelChoiceField(
        label=_("问哪个单位"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个单位"), "invalid_choice": _("请选一个单位")},
    )
    question = reason_field(
        _("要问什么"), max_length=200, error_messages={"required": _("请写明要问什么，会公开给大家看")}
    )

    def __init__(self, *args: Any, review: PreReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = queries.departments_near(review.project.area_id)
        self.fields["unit"].queryset = units.exclude(pk=review.department_id)
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.name}（{unit.duty}）"

    def act(self, on: PreReview, *, by: Any) -> Any:
        return beside.consult(on, by=by, **self.cleaned_data)


class ConsultedForm(ActForm):
    """答复征求意见."""

    text = reason_field(_("答复"), error_messages={"required": _("请写答复，会公开给大家看")})

    def act(self, on: Consultation, *, by: Any) -> Any:
        return beside.answer(on, by=by, text=self.cleaned_data["text"])


class ExtendForm(ActForm):
    """请求延期."""

    workdays = forms.IntegerField(
        label=_("延几个工作日"),
        min_value=1,
        max_value=365,
        error_messages={"required": _("请填要延几个工作日"), "invalid": _("请填一个整数")},
    )
    reason = reason_field(_("为什么要延"))

    def act(self, on: PreReview, *, by: Any) -> Any:
        return beside.ask_for_time(on, by=by, **self.cleaned_data)


class ExtensionForm(ActForm):
    """答复预审延期: yes or no; a no has its reason."""

    decision = forms.ChoiceField(
        label=_("同意延期吗"),
        choices=[("grant", _("同意")), ("refuse", _("不同意"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选同意或不同意")},
    )
    reason = reason_field(_("说明"), required=False, help_text=_("会公开。不同意就要写理由"))

    def act(self, on: Extension, *, by: Any) -> Any:
        said = self.cleaned_data["reason"]
        if self.cleaned_data["decision"] == "grant":
            return beside.grant(on, by=by, note=said)
        return beside.refuse_time(on, by=by, reason=said)


class SurveyForm(UploadsForm, ActForm):
    """现场踏勘."""

    surveyed_on = forms.DateField(
        label=_("哪天去的"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填踏勘的日期"), "invalid": _("日期不对，请重新选")},
    )
    units = ItemsField(
        label=_("哪些单位参加"),
        help_text=_("每行一个单位，会公开"),
        error_messages={"required": _("请写明哪些单位参加")},
    )
    people = TextField(label=_("谁去的"), max_length=200, required=False, help_text=_("只留在档案里，不公开"))
    findings = PublicText(
        label=_("看到什么"),
        max_length=500,
        rows=4,
        help_text=_("会公开。不写居民的姓名、电话、门牌"),
        error_messages={"required": _("请写看到什么")},
    )
    photos = PhotosField(label=_("现场照片"), most=6, required=False, help_text=_("最多6张，会公开，不拍人脸"))

    def act(self, on: PreReview, *, by: Any) -> Any:
        data = self.cleaned_data
        seen = {name: data[name] for name in ("surveyed_on", "units", "people", "findings", "photos")}
        return beside.survey(on, by=by, seen=beside.Survey(**seen), version=data["version"])


class TogetherForm(forms.Form):
    """批量指定部门: units that may take every one of the ticked tasks, as one drop-down, since there may be many."""

    department = forms.ModelChoiceField(
        label=_("交给哪个部门"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args: Any, reviews: list[PreReview], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Organisation.objects.exclude(duty="").order_by("-area_id", "id")
        for code in {review.project.area_id for review in reviews}:
            units = units.filter(area_id__in=queries.line_of(code))
        self.fields["department"].queryset = units
        self.fields["department"].label_from_instance = lambda unit: f"{unit.name}（{unit.duty}）"


class GiveTogetherForm(forms.Form):
    """批量交给同事: who of the department may take every one of the ticked tasks."""

    colleague = ColleagueField()

    def __init__(self, *args: Any, reviews: list[PreReview], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = queries.colleagues_on(reviews)


def _costs_so_far(review: PreReview) -> dict[str, str]:
    """The items another department named already, with what it made of them as what now stands."""
    given = [other.costs for other in queries.reviews_of(review.project).order_by("answered_at") if other.costs]
    lines = given[-1][:COST_ROWS] if given else []
    return {
        f"cost_{n}_{part}": said
        for n, line in enumerate(lines, start=1)
        for part, said in (("item", line["item"]), ("asked", line["amount"]))
    }


def _cost_fields(number: int) -> dict[str, forms.Field]:
    """One row of the table of costs."""
    money = {"class": "money", "inputmode": "decimal"}
    fields: dict[str, forms.Field] = {
        "item": TextField(label=_("哪一项"), max_length=40, required=False),
        "asked": YuanFormField(label=_("原来（元）"), required=False, widget=forms.TextInput(attrs=money)),
        "amount": YuanFormField(label=_("核定（元）"), required=False, widget=forms.TextInput(attrs=money)),
        "reason": TextField(label=_("为什么改"), max_length=100, required=False),
    }
    for field in fields.values():
        field.widget.attrs["aria-label"] = _("第%(number)s项，%(what)s") % {"number": number, "what": field.label}
    return {f"cost_{number}_{part}": field for part, field in fields.items()}


def _plain(text: str) -> str:
    """What is kept unchecked: no control characters, which the database refuses, and no endless text."""
    return "".join(c for c in text[:1000] if c.isprintable() or c in "\n\t")
