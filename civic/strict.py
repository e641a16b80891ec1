"""What the API takes in: exact types, no unknown fields, text and money as every other door keeps them.

DRF would read 12 as a text, "1" as a number and 1e9 as an amount, and pass over what it does not know.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from civic.fields import YuanFormField
from civic.rules import RuleBroken, clean_text, normal_phone
from civic.words import check_public


class Strict(serializers.Serializer):
    """A field nobody knows is an error, never silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            raise serializers.ValidationError({_printable(name): [_("没有这一项")] for name in sorted(unknown)})
        return super().to_internal_value(data)


def _printable(name: str) -> str:
    """A field's name as an answer can say it: not endless, no half of a character (lone surrogate)."""
    return name[:40].encode(errors="replace").decode()


class Words(serializers.CharField):
    """Text as civic.rules.clean_text keeps it."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return clean_text(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class PublicWords(Words):
    """Words everybody will read: no phone, no identity number."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return check_public(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class Phone(Words):
    """A mainland mobile number in any spelling; comes out as +86…"""

    def to_internal_value(self, data: Any) -> str:
        try:
            return normal_phone(text) if (text := super().to_internal_value(data)) else ""
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class Code(serializers.SlugRelatedField):
    """A row named by its code, which is a text."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, not a text or a truth value that could be read as one."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """true or false, not 1, "yes" or "on"."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field(OpenApiTypes.DECIMAL)
class Yuan(serializers.Field):
    """Money: in as people type it ("52,800"), out as "52800.00"; never a JSON number, which is a float elsewhere."""

    default_error_messages = {"invalid": _('金额写成文字，例如 "52800.00"')}

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return YuanFormField().clean(data)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


@contextmanager
def naming_the_field() -> Iterator[None]:
    """A rule about one field is a field to mend (400); any other is a conflict (409)."""
    try:
        yield
    except RuleBroken as broken:
        if not broken.field:
            raise
        raise serializers.ValidationError({broken.field: [broken.message]}) from None
