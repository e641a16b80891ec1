"""The pools' table (资金池表样): what a year's allotments call their columns."""

from django.utils.translation import gettext_lazy as _

from civic.imports.kinds import Kind, importable
from civic.imports.places import COLUMNS as PLACE_COLUMNS
from civic.tables.layout import Column
from delivery.services.importing import import_pools
from proposals.services.importing import round_names

COLUMNS = (
    Column("round", _("轮次"), ("批次", "期次", "项目轮次"), most=80, example="2026年民生微实事"),
    Column("year", _("年度"), ("年份", "年"), kind="whole", example="2026"),
    *PLACE_COLUMNS,
    Column("amount", _("总额"), ("金额", "资金池总额", "资金总额", "安排资金", "下达资金", "年度资金"), kind="yuan",
           required=True, example="500000"),
    Column("reason", _("理由"), ("调整理由", "说明", "备注"), kind="public", means=_("改总额时要写，会公开")),
)  # fmt: skip

importable(
    Kind(
        "pools",
        _("资金池"),
        _("每个轮次、每个地方一行。改总额要写理由，不能少于已经批出的。"),
        COLUMNS,
        "delivery.set_pool",
        import_pools,
        {"round": round_names},
    )
)
