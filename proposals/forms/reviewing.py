"""The forms of pre-review (预审): the finding, asking the author, passing on, naming a department."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from civic.forms import TextField
from civic.models import Organisation
from civic.rules import RuleBroken
from proposals import queries
from proposals.forms.acts import ActForm, RuleForm, reason_field
from proposals.forms.intake import items_field
from proposals.models import PreReview, ReviewFinding
from proposals.round_rules import RoundRules
from proposals.rules import Answer
from proposals.services import reviews

POINT_ANSWERS = [("yes", _("是")), ("no", _("否")), ("n/a", _("不涉及"))]
KEPT = ("finding", "amount_yuan", "amount_reason", "conditions", "reason", "rule_from", "rule_text")


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
        label=_("这件事可行吗"),
        choices=ReviewFinding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个意见")},
    )
    conditions = TextField(
        label=_("要怎样修改"), max_length=1000, rows=3, required=False, help_text=_("选“修改后可行”就要写")
    )
    reason = TextField(
        label=_("理由"), max_length=1000, rows=3, required=False, help_text=_("会公开。选“不可行”就要写，并选依据")
    )

    def __init__(self, *args: Any, review: PreReview, **kwargs: Any) -> None:
        terms = review.project.round.terms
        super().__init__(*args, terms=terms, initial={"version": review.version, **review.typed}, **kwargs)
        self.review, self.checklist = review, terms.checklist
        for number, point in enumerate(self.checklist):
            self.fields[f"point_{number}"] = forms.ChoiceField(
                label=point,
                choices=POINT_ANSWERS,
                widget=forms.RadioSelect(attrs={"class": "tiles"}),
                error_messages={"required": _("这一条还没核对")},
            )

    def rules_of(self, terms: RoundRules) -> list[str]:
        """The negative list, and the points of the checklist themselves."""
        return [*super().rules_of(terms), *(f"《{terms.rule_book}》预审要点：{point}" for point in terms.checklist)]

    @property
    def points(self) -> list[Any]:
        return [self[f"point_{number}"] for number in range(len(self.checklist))]

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
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            try:
                self.sentence = reviews.preview(self.review, self.answer)
            except RuleBroken as broken:
                self.add_error(self._field_of(broken), broken.message)
        return data

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


def _plain(text: str) -> str:
    """What is kept unchecked: no control characters, which the database refuses, and no endless text."""
    return "".join(c for c in text[:1000] if c.isprintable() or c in "\n\t")
