"""Money as the project keeps it: Decimal yuan in Python, integer fen (分) in the database."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
MOST_YUAN = Decimal("9999999999.99")


class YuanFormField(forms.DecimalField):
    """An amount as people type it: full-width digits and thousands commas are fine; exponents, NaN, -0 are not."""

    default_error_messages = {"invalid": _("请填写金额，例如 52800.00"), "negative": _("金额不能是负数")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", CENT)
        super().__init__(max_digits=12, decimal_places=2, **{k: v for k, v in kwargs.items() if k not in FIELD_ONLY})
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("class", "money")  # drawn with its 元

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """A known amount as people write it: 52,800, with cents only where there are some."""
        return f"{value:,.2f}".removesuffix(".00") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace("元", "").strip()
            if "e" in value.lower() or "_" in value:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        amount = super().to_python(value)
        if amount is not None and amount.is_signed():
            raise ValidationError(self.error_messages["negative"], code="negative")
        return amount


FIELD_ONLY = {"max_digits", "decimal_places"}


class YuanField(models.BigIntegerField):
    """Yuan to the cent, stored as fen, because SQLite cannot add decimals exactly.

    Sums and comparisons in queries are exact on both engines; ``Sum`` of it comes back in yuan.
    """

    description = "元（以分存储）"
    _pyi_private_set_type: Decimal | Combinable  # for the type checker: Decimal, where the column holds an integer
    _pyi_private_get_type: Decimal

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2).quantize(CENT)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise ValidationError(_("请填写金额，例如 52800.00"), code="invalid") from None

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        fen = Decimal(value).scaleb(2)
        if fen != fen.to_integral_value():
            raise ValueError(f"{value} yuan has a fraction of a fen")
        return int(fen)

    def formfield(self, **kwargs: Any) -> forms.Field:
        return models.Field.formfield(self, **({"form_class": YuanFormField} | kwargs))
