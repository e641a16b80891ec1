"""A round's route and rules as our own pages ask for them (改规则), with the day they hold from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.forms import PublicText
from civic.moments import today
from proposals import rule_fields
from proposals.models import Round
from proposals.models.rounds import check_route


class RulesForm(forms.Form):
    """The route, every rule, from which day, and why; what is left blank keeps the default."""

    from_day = forms.DateField(
        label=_("从哪天起"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("今天，或以后的一天；到那天自动生效"),
    )
    reason = PublicText(label=_("为什么改"), max_length=200, help_text=_("会公开在这一轮的办法里"))
    route = forms.CharField(
        label=_("路线"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一步，从上到下：受理、预审、议事、投票、审批、公示。最后两步是审批、公示"),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        stands = rule_fields.initial(round.rules)
        stands |= {"route": rule_fields.show_route(round.route), "from_day": today()}
        super().__init__(*args, initial=stands, **kwargs)
        self.fields |= rule_fields.fields(rule_fields.PLAIN)

    def chapters(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The rules' fields under the chapters of the rule book."""
        return [(title, [self[name] for name in names]) for title, names in rule_fields.chapters()]

    def clean_route(self) -> list[str]:
        route = rule_fields.read_route(self.cleaned_data["route"])
        check_route(route)
        return route

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["rules"], wrong = rule_fields.collect(data)
        for field, said in wrong.items():
            self.add_error(field, forms.ValidationError(said))
        return data

    @property
    def decided(self) -> dict[str, Any]:
        """What the service is told."""
        return {name: self.cleaned_data[name] for name in ("rules", "route", "from_day", "reason")}
