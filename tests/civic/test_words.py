"""Words, names, phones and money as people really type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from civic.fields import YuanFormField
from civic.forms import TextField
from civic.rules import mask_resident, mask_staff, normal_phone
from proposals.models import Project
from tests import make

PHONES = [
    "13800138000",
    "１３８００１３８０００",
    "+86 138 0013 8000",
    "86-13800138000",
    "008613800138000",
    " 13800138000\n",
]


@pytest.mark.parametrize("typed", PHONES)
def test_one_phone_is_one_identity_however_it_is_typed(typed):
    assert normal_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "typed", ["+852 5123 4567", "+1 415 555 2671", "0756-5551234", "1380013800", "138001380001", "", "abc", "１２"]
)
def test_any_other_number_is_refused_in_words(typed):
    with pytest.raises(ValueError, match="手机号"):
        normal_phone(typed)


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "a\x07b", "\u200b\u3164", "e" + "\u0301" * 40])
def test_what_no_person_types_is_refused(typed):
    with pytest.raises(ValidationError):
        TextField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("卫生站\u202e台阶", "卫生站台阶"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("e\u0301", "é"),
        ("𠮷野家😀䶮", "𠮷野家😀䶮"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("  两头有空格 ", "两头有空格"),
        ("null", "null"),
    ],
)
def test_text_is_kept_in_one_form(typed, kept):
    assert TextField().clean(typed) == kept


def test_length_is_counted_in_code_points_and_told():
    with pytest.raises(ValidationError, match="最多3个字，现在有4个"):
        TextField(max_length=3).clean("𠮷𠮷𠮷𠮷")


@pytest.mark.parametrize(
    ("typed", "amount"), [("１２", "12"), ("1,000", "1000"), ("52800.50元", "52800.50"), (" 7 ", "7")]
)
def test_an_amount_is_read_as_people_write_it(typed, amount):
    assert YuanFormField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["-1", "-0.00", "NaN", "Infinity", "1e9", "1e1000000", "1.234", "0", "1_000", "十元", "9" * 20]
)
def test_an_amount_that_is_none_is_refused(typed):
    with pytest.raises(ValidationError):
        YuanFormField().clean(typed)


@pytest.mark.django_db
def test_sums_of_money_are_exact():
    for _ in range(30):
        make.project(estimate_yuan=Decimal("123456.78"), round=None)

    assert Project.objects.aggregate(total=Sum("estimate_yuan"))["total"] == Decimal("3703703.40")


def test_residents_and_people_in_office_are_masked_differently():
    assert (mask_resident("欧阳小明"), mask_resident("王五"), mask_staff("李工程"), mask_resident("")) == (
        "欧**",
        "王**",
        "李*",
        "居民",
    )
