"""Rounds and their rules in the admin site (轮次后台); projects are only looked up here.

The rules' fields are made from the typed rules (rule_fields); saving goes through proposals.services.rounds.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from civic.admin import Base, ReadOnly, ReadOnlyInline
from civic.forms import TextField
from civic.rules import RuleBroken
from proposals import rule_fields
from proposals.models import Project, Round, RuleVersion
from proposals.models.rounds import check_route
from proposals.services import rounds

DETAILS = ("area", "year", *rounds.DETAILS)


class RoundForm(forms.ModelForm):
    """A round with its route and every rule; a change of either needs a reason."""

    route = forms.CharField(
        label=_("路线"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=_("一行一步，从上到下：受理、预审、议事、投票、审批、公示。最后两步是审批、公示"),
    )
    reason = TextField(
        label=_("修改路线或规则的理由"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("改了路线或规则要写。已经在走的时限不会变"),
    )

    class Meta:
        model = Round
        fields = DETAILS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial |= rule_fields.initial(self.instance.rules)
            self.initial["route"] = rule_fields.show_route(self.instance.route)

    def clean_route(self) -> list[str]:
        route = rule_fields.read_route(self.cleaned_data["route"])
        check_route(route)
        return route

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["rules"], wrong = rule_fields.collect(data)
        for field, said in wrong.items():
            self.add_error(field, ValidationError(said))
        if wrong:  # the page is long: say at its head which rules
            names = "、".join(str(self.fields[field].label) for field in wrong)
            self.add_error(None, _("规则要改：%(names)s") % {"names": names})
        if not self.errors and self.instance.pk:
            self._check_change(data)
        return data

    def _check_change(self, data: dict[str, Any]) -> None:
        stands = Round.objects.get(pk=self.instance.pk)
        if (stands.route, stands.rules) != (data["route"], data["rules"]) and not data["reason"]:
            self.add_error("reason", _("改了路线或规则，请写明理由"))
        try:
            if (stands.route, stands.rules) != (data["route"], data["rules"]):
                rounds.check_none_waits(stands)
            rounds.check_closing(stands, data.get("closes_at"))
            rounds.check_nobody_is_stranded(Round(pk=stands.pk, route=data["route"]), stands.route)
        except RuleBroken as error:
            self.add_error(error.field or None, error.message)


for _name, _field in rule_fields.fields().items():
    RoundForm.base_fields[_name] = RoundForm.declared_fields[_name] = _field


class RuleVersionInline(ReadOnlyInline):
    model = RuleVersion
    fields = ("version", "changed_at", "changed_by", "reason")
    ordering = ("-version",)


@admin.register(Round)
class RoundAdmin(Base):
    may_add = may_change = True
    form = RoundForm
    list_display = ("name", "area", "year", "programme", "rules_version", "opens_at", "closes_at")
    list_filter = ("programme", "year")
    search_fields = ("name",)
    autocomplete_fields = ("area",)
    inlines = (RuleVersionInline,)

    def get_fieldsets(self, request: HttpRequest, obj: Round | None = None) -> list[tuple[str | None, dict[str, Any]]]:
        return [
            (None, {"fields": DETAILS}),
            (
                _("路线"),
                {
                    "fields": ("route",),
                    "description": _("下面每条规则，空着的用默认值；灰字就是默认值。时限没写单位的，都是工作日。"),
                },
            ),
            *[
                (_("规则：%(chapter)s") % {"chapter": title}, {"fields": names})
                for title, names in rule_fields.chapters()
            ],
            *([(_("理由"), {"fields": ("reason",)})] if obj else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> tuple[str, ...]:
        return ("area", "year") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Round | None) -> tuple[type, ...]:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Round, form: forms.Form, change: bool) -> None:
        given = form.cleaned_data
        if not change:
            obj.route, obj.rules = given["route"], given["rules"]
            rounds.set_up(obj, by=request.user)
            return
        rounds.change_dates(obj, by=request.user)
        if (obj.route, obj.rules) != (given["route"], given["rules"]):
            rounds.change_rules(
                obj, by=request.user, reason=given["reason"], route=given["route"], rules=given["rules"]
            )


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    """Projects move by services alone (办理流转); here one is looked up."""

    list_display = ("code", "title", "area", "state", "round", "updated_at")
    list_filter = ("state", "round")
    list_select_related = ("area", "round")
    search_fields = ("code", "title")
