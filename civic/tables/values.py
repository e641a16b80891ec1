"""Single cells into values (读格子): amounts, days and numbers in every way offices write them. ValueError otherwise."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from civic.fields import CENT, MOST_YUAN

EMPTY = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无"})
TEN_THOUSAND = Decimal(10_000)
UNITS = {"元": Decimal(1), "万": TEN_THOUSAND, "万元": TEN_THOUSAND}
AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万元|万|元)?", re.ASCII)
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 00:00(?::00)?)?", re.ASCII)
SERIAL = re.compile(r"[1-9]\d{4}", re.ASCII)  # days as a spreadsheet counts them: 1927 to 2173
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)  # what a spreadsheet makes of a phone
SERIAL_START = date(1899, 12, 30)
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """A cell in half-width letters and figures, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def unquoted(text: str) -> str:
    """A cell without the mark that kept a spreadsheet from taking it for a formula (公式注入)."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def is_empty(text: str) -> bool:
    return plain(text) in EMPTY


def amount(text: str, unit: Decimal = Decimal(1)) -> Decimal:
    """Yuan, exact to the fen, of 5.28 where the unit is 万元, of 52,800.00元, of ５．２８万."""
    found = AMOUNT.fullmatch(re.sub(r"[,\s¥￥]", "", plain(text)))
    if found is None:
        raise ValueError(text)
    try:
        yuan = Decimal(found[1]) * UNITS.get(found[2] or "", unit)
        exact = yuan.quantize(CENT)
    except InvalidOperation:
        raise ValueError(text) from None
    if exact != yuan or yuan > MOST_YUAN:
        raise ValueError(text)
    return exact


def day(text: str) -> date:
    """A day of 2026-3-1, 2026/3/1, 2026.3.1, 20260301, 2026年3月1日, or of 46082 as spreadsheets count."""
    words = re.sub(r"(?<=[年月])\s+", "", plain(text))
    if SERIAL.fullmatch(words):
        return SERIAL_START + timedelta(days=int(words))
    found = DAY.fullmatch(words)
    if found is None:
        raise ValueError(text)
    year, *rest = found.groups()
    month, number = [part for part in rest if part is not None]
    return date(int(year), int(month), int(number))


def whole(text: str) -> int:
    """A whole number of 12, １２, 2026年."""
    found = re.fullmatch(r"([0-9]{1,9})(?:\.0+)?[年人户个项]?", plain(text).replace(",", ""), re.ASCII)
    if found is None:
        raise ValueError(text)
    return int(found[1])
