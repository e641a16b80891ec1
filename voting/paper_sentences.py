"""What the public reads of paper ballots (公开的话): numbers, never names. Pure; the record is in the place's own language."""

from voting.models import PaperBatch
from voting.paper_rules import Account


def made(batch: PaperBatch) -> str:
    return f"{batch.station}做纸质票{batch.size}张，编号{batch.first_serial:04d}到{batch.last_serial:04d}"


def printed(batch: PaperBatch) -> str:
    return f"打印{batch.station}的纸质票，编号{batch.first_serial:04d}到{batch.last_serial:04d}"


def handed_out(batch: PaperBatch) -> str:
    return f"{batch.station}发出纸质票1张"


def refused(batch: PaperBatch) -> str:
    return f"{batch.station}有1人已投过票，没有发纸质票"


def undone(batch: PaperBatch) -> str:
    return f"{batch.station}撤回误记的发放1张"


def exchanged(batch: PaperBatch) -> str:
    return f"{batch.station}换发写坏的纸质票1张"


def returned(batch: PaperBatch, account: Account) -> str:
    said = f"{batch.station}收回纸质票{account.returned}张，发出{account.given}张，没发出{account.left}张"
    return f"{said}，不拆封{batch.set_aside}张" if batch.set_aside else said


def keyed(batch: PaperBatch) -> str:
    return f"{batch.station}的纸质票两人各录一遍，{batch.to_key}张都已一致"


def settled(batch: PaperBatch) -> str:
    return f"{batch.station}的纸质票1张两遍录得不一样，第三人对着票定下"


def struck(batch: PaperBatch) -> str:
    return f"{batch.station}撤回录错编号的1张"


def asked(batch: PaperBatch) -> str:
    return f"{batch.station}选票账已签字，等另一人确认"


def balanced(batch: PaperBatch, account: Account) -> str:
    """The account in one line: 印200＝发150＋换2＋剩48；收回148，计入140，无效8，没交回2."""
    return (
        f"{batch.station}选票账：印{account.printed}，发{account.given}，换{account.spoiled}，剩{account.left}；"
        f"收回{account.returned}，没交回{account.not_returned}；计入{account.counted}，无效{account.invalid}"
    )


def into_urn(account: Account, ballots: int) -> str:
    return f"纸质票{ballots}张入票箱；一共印{account.printed}张，收回{account.returned}张，无效{account.invalid}张"
