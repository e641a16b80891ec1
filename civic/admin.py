"""The registers in the admin site (后台登记): places, people, units, offices, the calendar.

Every save goes through a service of civic.people, which records it. Nothing is deleted but a calendar day.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from civic import people
from civic.forms import PhoneField, TextField
from civic.models import Appointment, Area, CalendarDay, Organisation, Person, Residency
from civic.permissions import allowed
from civic.rules import RuleBroken


class Base(ModelAdmin):
    """Who may: the administrator looks; adding and changing is opened model by model, deleting is not."""

    actions = None
    list_per_page = 50
    may_add = may_change = may_delete = False

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """What is missing is said as on every other page (还没有填)."""
        form = super().get_form(*args, **kwargs)
        for field in form.base_fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = TextField.default_error_messages["required"]
        return form

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return allowed(request.user, "civic.administer")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_add and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self.has_view_permission(request)


class ReadOnly(Base):
    """To look something up; whatever changes it is a service with a page of its own."""

    def save_model(self, request: HttpRequest, obj: Model, form: forms.Form, change: bool) -> None:
        raise PermissionDenied


class Register(Base):
    """Reference data the administrator keeps; ``people.keep`` saves and records."""

    may_add = may_change = True

    def save_model(self, request: HttpRequest, obj: Any, form: forms.Form, change: bool) -> None:
        people.keep(obj, by=request.user)


class ReadOnlyInline(TabularInline):
    extra = 0
    can_delete = False
    show_change_link = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return allowed(request.user, "civic.administer")


@admin.register(Area)
class AreaAdmin(Register):
    """Places come by import_areas; here a name is put right or a place closed."""

    may_add = False
    list_display = ("name", "code", "level", "parent", "is_zone", "valid_to")
    list_filter = ("level", "is_zone")
    search_fields = ("name", "code")
    fields = (
        "code",
        "name",
        "level",
        "parent",
        "is_zone",
        "valid_from",
        "valid_to",
        "population",
        "latitude",
        "longitude",
    )
    readonly_fields = ("code", "level", "parent", "valid_from")


@admin.register(Organisation)
class OrganisationAdmin(Register):
    list_display = ("name", "kind", "area", "duty", "phone")
    list_filter = ("kind",)
    search_fields = ("name",)
    fields = ("name", "kind", "area", "duty", "phone")
    autocomplete_fields = ("area",)


@admin.register(CalendarDay)
class CalendarDayAdmin(Register):
    may_delete = True
    list_display = ("day", "is_workday", "name")
    list_filter = ("is_workday",)
    date_hierarchy = "day"

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarDay | None = None) -> tuple[str, ...]:
        return ("day",) if obj else ()

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        people.remove_day(obj, by=request.user)


class AppointmentInline(ReadOnlyInline):
    model = Appointment
    fields = ("role", "area", "organisation", "post", "starts_on", "ends_on")


class ResidencyInline(ReadOnlyInline):
    model = Residency
    fk_name = "person"
    fields = ("area", "basis", "how_verified", "verified_by", "verified_at", "ended_on")


class PersonForm(forms.ModelForm):
    phone = PhoneField(label=_("手机号"), required=False, widget=UnfoldAdminTextInputWidget())
    clear_password = forms.BooleanField(
        label=_("清除密码"),
        required=False,
        help_text=_("清除后，本人用手机验证码登录时重新设密码；已登录的地方会退出"),
        widget=UnfoldBooleanWidget(),
    )
    reset_second_factor = forms.BooleanField(
        label=_("重设登录第二步"),
        required=False,
        help_text=_("手机丢了时用：原来的身份验证器和备用码都作废，本人会收到消息。手机在别人手里，请同时清除密码"),
        widget=UnfoldBooleanWidget(),
    )
    reason = TextField(
        label=_("清除密码或重设第二步的理由"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget()
    )
    by: Any = None  # set by the admin, which knows the request

    def clean_phone(self) -> str | None:
        return self.cleaned_data["phone"] or None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("clear_password") or data.get("reset_second_factor")) and not data.get("reason"):
            self.add_error("reason", _("请写明理由"))
        if data.get("reset_second_factor") and self.instance == self.by:
            self.add_error("reset_second_factor", _("自己的请在“我的”里停用，或请另一位管理员来办"))
        elif data.get("reset_second_factor") and not _has_app(self.instance):
            self.add_error(None, _("没有绑定身份验证器，不用重设"))
        return data


@admin.register(Person)
class PersonAdmin(Register):
    """Names and offices of people; a phone is given once here and changed only at the desk."""

    form = PersonForm
    list_display = ("name", "phone", "home_area", "is_active", "is_demo")
    list_filter = ("is_active", "is_demo")
    search_fields = ("name", "phone")
    autocomplete_fields = ("home_area",)
    inlines = (AppointmentInline, ResidencyInline)
    seen = ("phone_verified_at", "app", "last_login", "created_at")

    def get_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "phone", "home_area")
        acts = ("clear_password", "reset_second_factor", "reason") if _has_app(obj) else ("clear_password", "reason")
        return ("name", "phone", "home_area", "is_active", *self.seen, *acts)

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        return ("phone", *self.seen) if obj else ()

    def get_form(self, request: HttpRequest, obj: Person | None = None, change: bool = False, **kwargs: Any) -> type:
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    @admin.display(description=_("身份验证器"))
    def app(self, person: Person) -> str:
        """Whether an app is bound, and nothing of it."""
        return _("已绑定") if _has_app(person) else _("没有绑定")

    def get_inlines(self, request: HttpRequest, obj: Person | None) -> tuple[type, ...]:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Person, form: forms.Form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("clear_password"):
            people.clear_password(obj, by=request.user, reason=form.cleaned_data["reason"])
        if form.cleaned_data.get("reset_second_factor"):
            people.reset_second_factor(obj, by=request.user, reason=form.cleaned_data["reason"])


def _has_app(person: Person) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


class AppointmentForm(forms.ModelForm):
    """A new office; or, for one that stands, its last day and why."""

    reason = TextField(label=_("结束的理由"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget())
    by: Any = None  # set by the admin, which knows the request

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            if self.instance.pk:
                people.check_end(self.instance, data.get("ends_on"), data.get("reason", ""), by=self.by)
            else:
                people.check_appointment(Appointment(**self._wanted(data)), by=self.by)
        except RuleBroken as error:
            raise ValidationError(
                {error.field: error.message} if error.field in self.fields else error.message
            ) from None
        except PermissionDenied:
            raise ValidationError(_("不能任免自己，请另一位管理员来办")) from None
        return data

    def _wanted(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "reason"}


@admin.register(Appointment)
class AppointmentAdmin(Base):
    """Offices are given and ended, never rewritten (任免)."""

    may_add = may_change = True
    form = AppointmentForm
    list_display = ("person_name", "role", "area", "organisation", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("person", "area", "organisation")
    search_fields = ("person__name", "area__name", "organisation__name")
    autocomplete_fields = ("person", "area", "organisation")
    given = ("person", "role", "area", "organisation", "post", "starts_on")

    @admin.display(description=_("人"), ordering="person__name")
    def person_name(self, appointment: Appointment) -> str:
        return appointment.person.name or str(appointment.person)

    def get_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        return (*self.given, "ends_on", "reason") if obj else (*self.given, "ends_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        return self.given if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Appointment | None = None, change: bool = False, **kwargs: Any
    ) -> type:
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Appointment, form: forms.Form, change: bool) -> None:
        given = form.cleaned_data
        if change:
            kept = people.end_appointment(obj, by=request.user, reason=given["reason"], ends_on=given["ends_on"])
        else:
            kept = people.appoint(**{name: given[name] for name in (*self.given, "ends_on")}, by=request.user)
        obj.pk, obj.ends_on = kept.pk, kept.ends_on


@admin.register(Residency)
class ResidencyAdmin(ReadOnly):
    """Residencies are verified at the desk (居民核对); here they are looked up."""

    list_display = ("person", "area", "basis", "verified_by", "verified_at", "ended_on")
    list_filter = ("basis",)
    list_select_related = ("person", "area", "verified_by")
