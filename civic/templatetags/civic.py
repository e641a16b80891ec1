"""Filters and tags every template shares: money, dates, people, permissions. Loaded as a builtin."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import pages
from civic import undo as undoing
from civic.permissions import allowed as is_allowed

register = template.Library()
MONTHS = (
    gettext_lazy("1月"), gettext_lazy("2月"), gettext_lazy("3月"), gettext_lazy("4月"),
    gettext_lazy("5月"), gettext_lazy("6月"), gettext_lazy("7月"), gettext_lazy("8月"),
    gettext_lazy("9月"), gettext_lazy("10月"), gettext_lazy("11月"), gettext_lazy("12月"),
)  # fmt: skip
WEEKDAYS = (
    gettext_lazy("周一"), gettext_lazy("周二"), gettext_lazy("周三"), gettext_lazy("周四"),
    gettext_lazy("周五"), gettext_lazy("周六"), gettext_lazy("周日"),
)  # fmt: skip
MASKED = re.compile(r"[^\W\d_]\*{1,2}")
CODE = re.compile(r"\b[A-Z]{2,4}-\d{4}-\d{4,}\b")
AMOUNT = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?(?:万|亿)?元")


@register.filter
def yuan(amount: Decimal | None) -> SafeString | str:
    """52,800元; the cents only where there are any; never broken over two lines."""
    if amount is None or amount == "":
        return ""
    amount = Decimal(amount)
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return format_html('<span class="money">{}</span>', _("%(amount)s元") % {"amount": text})


@register.filter
def yuan_signed(amount: Decimal | None) -> SafeString | str:
    """+1,200元 or −7,200元, for what changed."""
    if amount is None or amount == "":
        return ""
    amount = Decimal(amount)
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return format_html("{}{}", sign, yuan(abs(amount)))


@register.filter
def unbroken(text: str) -> SafeString:
    """Words of the record with amounts, codes and masked names whole: no line ends between 50,000 and 元, 陈 and **."""
    priced = AMOUNT.sub(r'<span class="money">\g<0></span>', conditional_escape(text))
    coded = CODE.sub(r'<span class="nowrap">\g<0></span>', priced)
    return mark_safe(MASKED.sub(r'<span class="nowrap">\g<0></span>', coded))  # noqa: S308


@register.filter
def wan(amount: Decimal | None) -> str:
    """12.40万元, for charts and big figures."""
    return "" if amount is None else _("%(amount)s万元") % {"amount": f"{Decimal(amount) / 10000:,.2f}"}


@register.filter
def thousands(count: int) -> str:
    """1,286: a whole number as people read it."""
    return f"{count:,}"


@register.filter
def day(value: date | datetime | None, style: str = "") -> str:
    """3月20日（周五）; the year only when it is not this one; style "long" always gives 2021年6月15日."""
    if not value:
        return ""
    value = timezone.localtime(value).date() if isinstance(value, datetime) else value
    parts = {
        "year": value.year,
        "month": MONTHS[value.month - 1],
        "day": value.day,
        "weekday": WEEKDAYS[value.weekday()],
    }
    if style == "long" or value.year != timezone.localdate().year:
        return _("%(year)s年%(month)s%(day)s日") % parts
    return (_("%(month)s%(day)s日") if style == "short" else _("%(month)s%(day)s日（%(weekday)s）")) % parts


@register.filter
def moment(value: datetime | None, date_only: bool = False) -> SafeString | str:
    """A <time> with 3月12日 09:14, or the date alone when the time is unknown."""
    if not value:
        return ""
    local = timezone.localtime(value)
    shown = day(local, "short") if date_only else f"{day(local, 'short')} {local:%H:%M}"
    machine = f"{local:%Y-%m-%d}" if date_only else local.isoformat(timespec="minutes")
    return format_html('<time datetime="{}">{}</time>', machine, shown)


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """The value of a key that is only known when the page is rendered."""
    return (mapping or {}).get(key)


@register.filter
def undo(message: Message) -> undoing.Undo | None:
    """What a toast offers to take back (撤销), if anything."""
    return undoing.offered(message)


@register.simple_tag(takes_context=True)
def allowed(context: template.Context, name: str, obj: Any = None) -> bool:
    """{% allowed "proposals.review" project as may %}: the same answer the view will give."""
    return is_allowed(context["request"].user, name, obj)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """This page's query string with some values changed or, when empty, removed; for links that keep filters."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag(takes_context=True)
def after_act(context: template.Context, project: Any) -> SafeString:
    """What is asked right after an act on a project (办完事再问), such as 要在微信提醒您结果吗？"""
    return mark_safe("".join(offer(context["request"], project) for offer in pages.AFTER_ACT))  # noqa: S308
