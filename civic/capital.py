"""Amounts in capital figures (大写金额), as cheques and approval forms write them. Pure."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
MOST = Decimal(10) ** (4 * len(GROUPS))


def capital(amount: Decimal) -> str:
    """人民币壹万陆仟肆佰零玖元零贰分 for 16409.02 yuan.

    整 stands after 元 and 角, not after 分; one 零 for any gap inside, also between 元 and 分; 负 before what is below
    zero. ValueError for parts of a fen, and for a trillion yuan and more. Source: 正确填写票据和结算凭证的基本规定
    (支付结算办法 附一).
    """
    fen = amount * 100
    if fen != fen.to_integral_value() or abs(amount) >= MOST:
        raise ValueError(f"no amount to the fen: {amount}")
    whole, cents = divmod(abs(int(fen)), 100)
    words = f"{_whole(whole)}元" if whole else ""
    return f"人民币{'负' if amount < 0 else ''}{words}{_cents(cents, has_yuan=bool(whole))}"


def _whole(number: int) -> str:
    """A whole number above zero: groups of four digits, one 零 over each gap."""
    words, gap, place = "", False, len(GROUPS)
    while place:
        place -= 1
        group, number = divmod(number, 10_000**place)
        if not group:
            gap = bool(words)
            continue
        words += ("零" if words and (gap or group < 1000) else "") + _four(group) + GROUPS[place]
        gap = False
    return words


def _four(group: int) -> str:
    """One to four digits: 肆佰零玖 for 409."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return words


def _cents(cents: int, *, has_yuan: bool) -> str:
    jiao, fen = divmod(cents, 10)
    if not cents:
        return "整" if has_yuan else "零元整"
    if not jiao:
        return f"{'零' if has_yuan else ''}{DIGITS[fen]}分"
    return f"{DIGITS[jiao]}角" + (f"{DIGITS[fen]}分" if fen else "整")
