"""How a broken rule is said, and the one rule every app shares: an act that goes against someone has a reason."""

from django.utils.translation import gettext as _

from civic.words import clean_text, mask_resident, mask_staff, normal_phone

__all__ = ["PhoneNotProved", "RuleBroken", "check_reason", "clean_text", "mask_resident", "mask_staff", "normal_phone"]


class RuleBroken(Exception):
    """The rules forbid this now (409). The text is for the person who tried; ``code`` is for programs.

    ``field`` names the form field the text belongs to, where there is one.
    """

    def __init__(self, message: str, *, code: str = "rule_broken", field: str = "") -> None:
        super().__init__(message)
        self.message, self.code, self.field = message, code, field


class PhoneNotProved(RuleBroken):
    """A worker's word opened this session (社工帮我登录), and the act wants the person's own phone (手机号核对)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="phone_not_proved")


def check_reason(reason: str) -> None:
    """An act that goes against someone says why (理由必填). Raises RuleBroken on a blank reason."""
    if not reason.strip():
        raise RuleBroken(_("请写明理由，会公开给大家看"), code="reason_required", field="reason")
