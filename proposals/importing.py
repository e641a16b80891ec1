"""The register's table (项目清单表样): what a district's list of projects calls its columns; open data writes the same."""

from django.utils.translation import gettext_lazy as _

from civic.imports.kinds import Kind, importable
from civic.imports.places import COLUMNS as PLACE_COLUMNS
from civic.tables.layout import Column
from civic.words import label
from proposals.models import Origin, ProjectState, WorkType
from proposals.services.importing import import_projects, round_names

STATES = {label(state): state.value for state in ProjectState if state != ProjectState.DRAFT} | {
    "已完工": "completed", "完工": "completed", "完成": "completed", "已验收": "completed", "已竣工": "completed",
    "在建": "in_progress", "已开工": "in_progress", "施工中": "in_progress", "正在实施": "in_progress", "已实施": "in_progress",
    "未开工": "awaiting_start", "待实施": "awaiting_start", "已批准": "awaiting_start", "不予采纳": "declined",
}  # fmt: skip
TYPES = {label(one): one.value for one in WorkType} | {
    "工程类": "works", "货物类": "goods", "服务类": "service", "实物": "goods", "实物类": "goods", "采购": "goods",
}  # fmt: skip
ORIGINS = {label(one): one.value for one in Origin} | {
    "居民": "resident", "群众": "resident", "村居": "village", "部门": "department", "12345": "hotline",
}  # fmt: skip
COLUMNS = (
    Column("code", _("编号"), ("项目编号", "项目编码", "编码"), most=20, means=_("已有编号的项目按编号认；没有就空着，导入时编")),
    Column("title", _("什么事"), ("项目名称", "名称", "项目", "事项", "民生微实事项目名称"), kind="public", required=True,
           most=40, example="村口坡道加扶手"),
    Column("round", _("轮次"), ("批次", "期次"), most=80, means=_("正在征集的只有一个轮次时可以空着")),
    Column("year", _("年度"), ("年份", "年"), kind="whole", example="2026"),
    *PLACE_COLUMNS,
    Column("category", _("类别"), ("项目类别", "内容类别", "领域"), required=True, most=20, example="消除安全隐患"),
    Column("work_type", _("类型"), ("项目类型", "工程货物服务", "性质", "项目性质"), kind="choice", choices=TYPES,
           required=True, example="工程"),
    Column("origin", _("来源"), ("项目来源", "提出方式"), kind="choice", choices=ORIGINS, example="村居申报"),
    Column("unit", _("申报单位"), ("申请单位", "实施单位", "责任单位", "申报主体"), most=80, means=_("空着就是村居两委")),
    Column("need", _("为什么要办"), ("项目背景", "申报理由", "存在问题", "必要性"), kind="public", most=1000,
           example="坡道陡，老人上下不方便。"),
    Column("plan", _("打算怎么办"), ("实施方案", "建设方案", "主要措施", "实施内容"), kind="public", most=2000),
    Column("place_text", _("在哪里"), ("地点", "实施地点", "项目地点", "建设地点", "地址"), kind="public", most=100),
    Column("beneficiaries", _("受益的人"), ("受益对象", "受益人群", "受益人数", "受益群众"), kind="public", most=100),
    Column("size_text", _("规模"), ("建设规模", "建设内容", "项目内容", "主要内容", "建设内容及规模"), kind="public", most=100),
    Column("estimate_yuan", _("提议估算"),
           ("金额", "项目金额", "预算", "预算金额", "项目预算", "资金预算", "估算", "估算金额", "计划投资", "投资金额", "总投资",
            "所需资金", "申请资金", "申请金额"), kind="yuan", example="52800"),
    Column("reviewed_yuan", _("部门核定"), ("核定金额", "审核金额", "审定金额"), kind="yuan"),
    Column("approved_yuan", _("批准金额"), ("批复金额", "审批金额", "安排资金", "下达资金"), kind="yuan"),
    Column("state", _("状态"), ("进展", "进度", "项目进度", "进展情况", "实施情况", "完成情况", "目前进展"), kind="choice",
           choices=STATES, example="待受理", means=_("空着算待受理")),
    Column("resume_state", _("原状态"), (), kind="choice", choices=STATES, means=_("待补充、已合并、已暂停和异议处理中的要写")),
    Column("filed_on", _("提交日期"), ("申报日期", "申报时间", "提交时间", "提出时间"), kind="date", example="2026-03-01"),
    Column("due_on", _("本步期限"), ("完成时限", "计划完成时间", "拟完成时间"), kind="date"),
    Column("archived_on", _("归档日期"), ("归档时间",), kind="date"),
    Column("mark", _("标注"), (), kind="public", most=40, means=_("如 据公开报道；平常空着")),
)  # fmt: skip

importable(
    Kind(
        "projects",
        _("项目"),
        _("以前的项目清单，办到哪一步就是哪一步。导入的项目在系统里一开始办理，就只能在系统里改。"),
        COLUMNS,
        "proposals.import_projects",
        import_projects,
        {"round": round_names},
    )
)
