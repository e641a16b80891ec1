"""What Django's own fields answer is said in our pages' words, not in its translation's (空、整数、日期)."""

import pytest
from django import forms


class Plain(forms.Form):
    count = forms.IntegerField(min_value=1, max_value=9)
    share = forms.DecimalField()
    day = forms.DateField()
    one = forms.ChoiceField(choices=[("a", "甲")])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("count", "", "还没有填"),
        ("count", "三", "要填整数，比如 12"),
        ("count", "0", "不能少于1"),
        ("count", "10", "不能多于9"),
        ("share", "一半", "要填数字，比如 12.5"),
        ("day", "明天", "请写成 2026-03-20"),
        ("one", "b", "“b”不在可选的里面，请重选"),
    ],
)
def test_a_field_says_how_to_mend_it(field, typed, said):
    assert Plain({field: typed}).errors[field] == [said]
