"""Words as people type them and as the public reads them: plain text, phone numbers, masked names."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from django.db.models import Choices
from django.utils import translation
from django.utils.translation import gettext as _

ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u3164\u115f\u1160\u180e"))
BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
MAX_MARKS = 8  # combining marks on one letter; more is a picture, not a word


def clean_text(text: str) -> str:
    """Plain text as we keep it: NFC, LF, no direction overrides (改写方向的字符), trimmed.

    Raises ValueError for what no person types: NUL and other control characters, lone surrogates,
    a letter under a heap of combining marks, or nothing but invisible characters.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(BIDI)).strip()
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise ValueError(_("有看不见的特殊字符，请重新输入这一段"))
    if re.search(
        r"[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{%d,}" % (MAX_MARKS + 1), unicodedata.normalize("NFD", text)
    ):
        raise ValueError(_("有一个字上叠了太多符号，请重新输入"))
    if text and not text.translate(ZERO_WIDTH).strip():
        raise ValueError(_("只有看不见的字符，请写出内容"))
    return text


def check_public(text: str) -> str:
    """Words everybody will read hold no phone and no identity number (不写手机号). ValueError with words otherwise."""
    if PERSONAL.search(text):
        raise ValueError(_("这段话会公开，请去掉手机号和身份证号"))
    return text


def normal_phone(text: str) -> str:
    """A mainland mobile number as +8613800138000, from any way people write it (全角、空格、0086).

    ValueError, with words for the person, for anything else. One phone is one identity, so this is
    the only form that is stored or compared.
    """
    digits = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s\-()]+", "", digits)
    if re.fullmatch(r"(0086|86)?1[0-9]{10}", digits):
        digits = "+86" + digits[-11:]
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise ValueError(_("请填写11位手机号")) from None
    if number.country_code != 86:
        raise ValueError(_("暂只支持中国大陆手机号"))
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not re.fullmatch(r"\+861[3-9][0-9]{9}", normal):
        raise ValueError(_("请填写11位手机号"))
    return normal


def label(choice: Choices) -> str:
    """A choice's word as the record keeps it: in the place's own language, whoever acts and whoever reads."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(choice.label)


def mask_resident(name: str) -> str:
    """A resident in public: the family name and always two stars (王**), whatever the name's length."""
    return f"{name[:1]}**" if name else _("居民")


def mask_staff(name: str) -> str:
    """A person in office in public: the family name and one star (李*)."""
    return f"{name[:1]}*" if name else _("工作人员")
