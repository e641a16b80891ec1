"""How the record says days and choices: in Chinese, whatever language the officer's browser asks for."""

from datetime import date, datetime

from django.utils.timezone import localtime


def day(value: date) -> str:
    """6月20日."""
    return f"{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """2月12日17:00."""
    local = localtime(value)
    return f"{day(local)}{local:%H:%M}"
