"""What the desks' forms share: each names one act, shows which version it was made for, and keeps what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.forms import TextField
from civic.rules import RuleBroken
from proposals.round_rules import RoundRules

OTHER_RULE = "other"
RADIOS_MOST = 7


class ActForm(forms.Form):
    """One act on one thing. ``attempt`` calls the service; a rule that forbids it stands in the form (409)."""

    version = forms.IntegerField(
        widget=forms.HiddenInput(attrs={"id": False}), required=False, min_value=1, max_value=2**31 - 1
    )
    refused = False

    def act(self, on: Any, *, by: Any) -> Any:
        """Call the one service of this form."""
        raise NotImplementedError

    def attempt(self, on: Any, *, by: Any) -> bool:
        """Do it. False for a form to mend (422) or an act the rules forbid now (409); ``status`` says which."""
        if not self.is_valid():
            return False
        try:
            self.act(on, by=by)
        except RuleBroken as broken:
            self.refuse(broken)
            return False
        return True

    def refuse(self, broken: RuleBroken) -> None:
        """Show what the rule said, at its field where it has one; everything typed stays."""
        self.add_error(broken.field if broken.field in self.fields else None, broken.message)
        self.refused = True

    def renew(self, version: int) -> None:
        """After a stale form: the page shows what is there now, so that the next try counts (文字已保留)."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(version)

    @property
    def status(self) -> int:
        return 409 if self.refused else 422 if self.is_bound and not self.is_valid() else 200


def reason_field(label: Any, **more: Any) -> TextField:
    """Why, in public words."""
    more = {
        "max_length": 500,
        "rows": 3,
        "help_text": _("会公开。不写姓名、电话、门牌"),
        "error_messages": {"required": _("请写明理由，会公开给大家看")},
    } | more
    return TextField(label=label, **more)


class RuleForm(ActForm):
    """An act that names its rule (依据): picked from the round's list, or written."""

    rule_from = forms.ChoiceField(label=_("依据哪一条"), error_messages={"required": _("请选依据哪一条")})
    rule_text = TextField(
        label=_("其他依据"), max_length=200, required=False, help_text=_("选了“其他依据”才要写，例如：办法第8条")
    )
    rule_needed = True

    def __init__(self, *args: Any, terms: RoundRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(text, text) for text in self.rules_of(terms)] + [(OTHER_RULE, _("其他依据，写在下面"))]
        field = self.fields["rule_from"]
        field.required = self.rule_needed
        field.widget = forms.RadioSelect() if len(choices) <= RADIOS_MOST and self.rule_needed else forms.Select()
        field.choices = choices if self.rule_needed else [("", _("没有")), *choices]

    def rules_of(self, terms: RoundRules) -> list[str]:
        """What may be refused by: the round's negative list."""
        return [f"《{terms.rule_book}》负面清单：{entry}" for entry in terms.negative_list]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("rule_from") == OTHER_RULE and not data.get("rule_text"):
            self.add_error("rule_text", _("请写明依据哪一条"))
        return data

    @property
    def rule(self) -> str:
        """The rule as the record names it; empty when none was picked."""
        picked = self.cleaned_data.get("rule_from", "")
        return self.cleaned_data.get("rule_text", "") if picked == OTHER_RULE else picked
