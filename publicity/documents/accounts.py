"""A village's account of a quarter as the sheet for its board (村务公开): what each project cost, and what is still to be paid."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.timezone import localdate

from proposals.models import ProjectState
from publicity.documents.content import Form, Part, both, day, fields, figure, grid, moment, signs
from publicity.documents.content import Words as Text
from publicity.documents.place import of_place
from publicity.models import AccountLine, VillageAccount
from publicity.queries.accounts import Sums, sums

HEADS = ("编号", "项目", "批准金额（元）", "本季度付款（元）", "累计付款（元）", "未付（元）", "到哪一步")
ON_PAPER = ("项目", "批准金额", "本季度付款", "累计付款", "未付", "到哪一步")
MEANS = (
    "累计付款算到季度最后一天。未付＝批准金额加后来批准的变更，减累计付款；那天以前结算了的，按结算金额减。"
    "每一项的全过程，扫右上角二维码看。"
)


def form(account: VillageAccount, lines: Sequence[AccountLine], as_of: datetime, address: str) -> Form:
    """The sheet of these lines as they were at a moment; its square code leads to the same on the village's page."""
    year, number = account.quarter
    title = f"{account.area.short_name}{year}年第{number}季度资金公开表"
    return of_place(
        account.area,
        title=title,
        code=f"{account.area_id[6:]}-{year}-{number}",
        parts=lambda: sheet(account, lines, as_of),
        address=address,
        scan="扫码看明细",
        drawn_on=localdate(as_of),
    )


def sheet(account: VillageAccount, lines: Sequence[AccountLine], as_of: datetime) -> Iterable[Part]:
    """Whose and of when, each project, the sums also in capitals, what the words mean, whom to ask."""
    total = sums(lines)
    yield fields(
        ("村居", account.area.name),
        ("哪一段", f"{day(account.starts_on)}到{day(account.ends_on)}"),
        ("数字截至", moment(as_of)),
    )
    foot = (f"合计{len(lines)}项", *map(figure, total), "")
    rows = [_said(line) for line in lines]
    yield grid(ON_PAPER, rows, foot=foot, numbers=(1, 2, 3, 4), heading="各项目的钱，单位：元", blank=1)
    yield fields(("本季度付款合计", both(total.paid_now_yuan)), ("累计付款合计", both(total.paid_yuan)), heading="合计")
    yield Text(MEANS, heading="怎么看")
    yield fields(("有疑问，打电话", settings.HELP_PHONE))
    yield signs("村（居）委会", "村务监督小组")


def _said(line: AccountLine) -> tuple[str, ...]:
    code, title, *amounts, state = cells(line)
    return (f"{title}　{code}", *map(figure, amounts), state)


def cells(line: AccountLine) -> tuple[str, str, Decimal, Decimal, Decimal, Decimal, str]:
    """One line as a table has it."""
    project = line.project
    amounts = Sums(line.approved_yuan, line.paid_now_yuan, line.paid_yuan, line.rest_yuan)
    return (project.code or "", project.title, *amounts, str(ProjectState(line.state).label))
