"""The forms of signing in and of the residents' desk."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth import password_validation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from civic.accounts import queries
from civic.accounts.codes import digits
from civic.forms import PhoneField, TextField
from civic.models import Area, HowKnown, Person, ResidencyBasis
from civic.permissions import User


class VillageField(forms.ModelChoiceField):
    """One village, listed under its town (按镇街分组); the form sets which ones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Area.objects.none(), **kwargs)

    def offer(self, villages: Any) -> None:
        """Offer these villages; where there is but one, it is chosen."""
        self.queryset = villages
        towns: dict[str, list[tuple[str, str]]] = {}
        for village in villages.order_by("code"):
            towns.setdefault(village.parent.name if village.parent else "", []).append((village.pk, village.short_name))
        grouped = list(towns.items())
        if len(grouped) == 1 and len(grouped[0][1]) == 1:
            self.initial = grouped[0][1][0][0]
        blank = [] if self.required and self.initial else [("", _("请选择"))]
        self.choices = [*blank, *(grouped if len(grouped) > 1 else (grouped[0][1] if grouped else []))]


class HelpForm(forms.Form):
    """Which village's social worker lets the resident in (社工帮我登录)."""

    area = VillageField(label=_("您在哪个村居"), error_messages={"required": _("请选村居，找那里的社工")})

    def __init__(self, *args: Any, area: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"area": area}, **kwargs)
        self.fields["area"].offer(queries.villages())


class PhoneForm(forms.Form):
    phone = PhoneField(label=_("手机号"))
    work = forms.CharField(max_length=2000, required=False)  # what the browser solved where it had to


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        error_messages={"required": _("请填写短信里的6位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": False}),
    )
    own_phone = forms.BooleanField(
        label=_("这是我自己的手机，90天内不用再登录"),
        required=False,
        help_text=_("和别人合用的不要选：两天没用会自动退出。"),
    )

    def clean_code(self) -> str:
        code = digits(self.cleaned_data["code"])
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise forms.ValidationError(_("请填写短信里的6位数字"))
        return code


class StaffCodeForm(CodeForm):
    """The code beside the password of somebody in office (登录第二步)."""

    own_phone = None


class NumberForm(forms.Form):
    """What the authenticator's app shows now, or one of the recovery codes."""

    code = forms.CharField(
        label=_("身份验证器上的6位数字"),
        max_length=20,
        help_text=_("手机不在身边，填一个没用过的8位备用码"),
        error_messages={"required": _("请填写身份验证器上的6位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": False}),
    )
    lengths: tuple[int, ...] = (6, 8)

    def clean_code(self) -> str:
        code = digits(self.cleaned_data["code"])
        if not (code.isascii() and code.isdigit() and len(code) in self.lengths):
            raise forms.ValidationError(
                _("请填写6位数字，或者8位备用码") if 8 in self.lengths else _("请填写身份验证器上的6位数字")
            )
        return code


class BindForm(NumberForm):
    """The first number of an app that is being bound (绑定身份验证器)."""

    lengths = (6,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = ""


class OwnBindForm(BindForm):
    """The same by somebody signed in, whose page may have been left open: the password again."""

    password = forms.CharField(
        label=_("您的密码"),
        strip=False,
        max_length=200,
        error_messages={"required": _("请填写密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("code", "password")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        if not self.person.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("密码不对"))
        return str(self.cleaned_data["password"])


class FamilyForm(PhoneForm):
    """Whom one helps (帮家里人办); the answer is the same whether or not the number is known."""

    name = TextField(
        label=_("家里人的姓名"),
        max_length=40,
        help_text=_("公开的页面只显示姓，例如“王**”"),
        error_messages={"required": _("写下家里人的姓名")},
    )
    field_order = ("name", "phone")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["phone"].label = _("家里人的手机号")
        self.fields["phone"].widget.attrs["autocomplete"] = "off"

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        if phone == self.person.phone:
            raise forms.ValidationError(_("这是您自己的手机号，请填家里人的"))
        return phone


class AgreedForm(CodeForm):
    """The code that the family member read out (本人同意)."""

    own_phone = None


class StaffForm(LoginForm):
    """allauth's own form with our fields; whoever is not in office gets the same words as a wrong password."""

    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=200,
        error_messages={"required": _("请填写密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """A first password (首次设密码)."""

    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=200,
        error_messages={"required": _("请填写密码")},
        help_text=lazy(lambda: "；".join(password_validation.password_validators_help_texts()), str)(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再填一次"),
        strip=False,
        max_length=200,
        error_messages={"required": _("请再填一次密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password_validation.validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "password" in data and "again" in data and data["password"] != data["again"]:
            self.add_error("again", _("两次填的密码不一样"))
        return data


class WelcomeForm(forms.Form):
    """Who is it, and which village to show first; asked once after the first sign-in."""

    name = TextField(
        label=_("怎么称呼您"),
        max_length=40,
        help_text=_("公开的页面只显示姓，例如“王**”"),
        error_messages={"required": _("写下怎么称呼您")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    home_area = VillageField(label=_("您在哪个村居"), required=False)

    def __init__(self, *args: Any, person: Person, area: str = "", **kwargs: Any) -> None:
        initial = {"name": person.name, "home_area": person.home_area_id or area}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["home_area"].offer(queries.villages())


class EraseForm(forms.Form):
    """That one means it (注销账号)."""

    sure = forms.BooleanField(
        label=_("我看明白了，注销以后找不回来"), error_messages={"required": _("请先在这里打勾，再按注销")}
    )


class FindForm(forms.Form):
    find = TextField(
        label=_("手机号或姓名"),
        max_length=40,
        error_messages={"required": _("填写手机号或姓名")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DigitsForm(forms.Form):
    """The four digits on a resident's screen, as the worker is told them."""

    digits = forms.CharField(
        label=_("居民手机上的4位数"),
        max_length=20,
        error_messages={"required": _("填写居民念给您的4位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": False}),
    )

    def clean_digits(self) -> str:
        code = digits(self.cleaned_data["digits"])
        if not (code.isascii() and code.isdigit() and len(code) == 4):
            raise forms.ValidationError(_("填写居民念给您的4位数字"))
        return code


class ResidentField(forms.ModelChoiceField):
    """One resident of those found, with name and villages, so that two of one name are told apart."""

    def label_from_instance(self, person: Any) -> str:
        places = {each.area.short_name: None for each in person.live_residencies}
        if person.home_area:
            places[person.home_area.short_name] = None
        return " · ".join([person.name or person.public_name, "、".join(places)])


class VouchForm(forms.Form):
    """Who it is and how the worker knows (怎样认得)."""

    person = ResidentField(
        label=_("是哪一位"),
        queryset=Person.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("选出是哪一位"), "invalid_choice": _("选出是哪一位")},
    )
    how = forms.ChoiceField(
        label=_("您怎样认得是本人"),
        choices=HowKnown.choices,
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("请选一项")},
    )

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = found


class VerifyForm(forms.Form):
    """How a worker verified a resident (核对居民身份)."""

    area = VillageField(label=_("村居"), error_messages={"required": _("请选村居")})
    basis = forms.ChoiceField(
        label=_("凭什么算本村居民"),
        choices=ResidencyBasis.choices,
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("请选一项")},
    )
    how = TextField(
        label=_("怎样核对的"),
        max_length=100,
        help_text=_("例如：看了户口簿、上门核实、村委会名册"),
        error_messages={"required": _("请写明怎样核对的")},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].offer(queries.own_villages(by))


class RegisterForm(VerifyForm):
    """A resident entered at the desk, with or without a phone (窗口登记)."""

    name = TextField(label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名")})
    phone = PhoneField(label=_("手机号"), required=False, help_text=_("没有手机的不用填"))
    field_order = ("name", "phone", "area", "basis", "how")


class EndForm(forms.Form):
    reason = TextField(
        label=_("为什么失效"), max_length=200, error_messages={"required": _("请写明理由，例如：已搬走")}
    )
