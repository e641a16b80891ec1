"""Every form there is (表单目录), in the order of a project's life: its name, how it is written, what it still lacks."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civic.moments import today
from publicity.documents import money, proposing, site
from publicity.documents.content import Form, Part, day
from publicity.documents.facts import Facts

Lacks = Callable[[Facts], str | Promise]


class Kind(NamedTuple):
    """One form: its name in addresses, its title, its parts, and what the record lacks for it ("" where nothing).

    ``is_public``: everybody may have it, people masked. ``by_hand``: a blank paper. ``if_any``: not every project needs it.
    """

    key: str
    title: str | Promise
    write: Callable[[Facts], Iterable[Part]]
    lacks: Lacks
    is_public: bool = True
    by_hand: bool = False
    if_any: bool = False


def _nothing(_facts: Facts) -> str:
    return ""


def _review(facts: Facts) -> str | Promise:
    waits = [each for each in facts.reviews if each not in facts.answered]
    return _("部门还没有审完") if waits else "" if facts.answered else _("还没有部门预审")


def _vote(facts: Facts) -> str | Promise:
    if facts.item is not None:
        return ""
    is_voted = facts.project.agenda_items.exclude(outcome="").exists()
    return _("主持人还没有确认纪要") if is_voted else _("议事会还没有表决")


def _ballot(facts: Facts) -> str | Promise:
    return "" if facts.item or facts.poll_entry else _("还没有列入会议或投票")


def _contract(facts: Facts) -> str | Promise:
    return "" if facts.contract else _("合同还没有登记")


def _changes(facts: Facts) -> str | Promise:
    return "" if facts.changes or facts.project.state == "terminated" else _("没有变更，也没有取消")


def _acceptance(facts: Facts) -> str | Promise:
    if facts.acceptance is None:
        return _("还没有验收")
    return "" if facts.acceptance.conclusion else _("验收还没有结论")


FORMS = (
    Kind("needs", _("问需表"), proposing.needs, _nothing, by_hand=True),
    Kind("needs-summary", _("需求汇总表"), proposing.needs_summary, _nothing, by_hand=True),
    Kind("proposal", _("提议表"), proposing.proposal, _nothing),
    Kind("application", _("服务项目申报书"), proposing.application, _nothing, by_hand=True),
    Kind("review", _("部门会审意见"), proposing.review, _review),
    Kind("minutes", _("会议纪要和表决记录"), proposing.minutes, _vote),
    Kind("ballot", _("票决票（样张）"), proposing.ballot, _ballot),
    Kind(
        "approval", _("审批表"), money.approval, lambda facts: "" if facts.is_approved else _("镇街还没有批准"), False
    ),
    Kind("notice", _("公示"), money.notice, lambda facts: "" if facts.notices else _("还没有公示")),
    Kind("procurement", _("采购记录"), money.procurement, _contract, False),
    Kind("agreement", _("协议书"), money.agreement, _contract, False),
    Kind("progress", _("进度和整改表"), site.progress, lambda facts: "" if facts.work else _("还没有开工")),
    Kind("change", _("变更（取消）表"), money.change, _changes, False, if_any=True),
    Kind("acceptance", _("验收表"), site.acceptance, _acceptance),
    Kind("settlement", _("结算表"), money.settlement, lambda facts: "" if facts.settlement else _("还没有结算")),
    Kind("satisfaction", _("满意度表"), site.satisfaction, lambda facts: "" if facts.scores else _("还没有人评价")),
)
BY_KEY = {kind.key: kind for kind in FORMS}


def form(kind: Kind, facts: Facts) -> Form:
    """A project's form, in the place's own language whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        return Form(
            title=str(kind.title),
            code=facts.project.code or "",
            parts=tuple(kind.write(facts)),
            issuer=facts.issuer,
            address=facts.address,
            drawn_on=day(today()),
        )


def fits(kind: Kind, facts: Facts) -> bool:
    """Whether a project has this form at all: only a service is applied for by an organisation (申报书)."""
    return kind.key != "application" or facts.project.work_type == "service"


def is_open(kind: Kind, facts: Facts) -> bool:
    """Whether everybody may have it (公开): a public form that lacks nothing, and is no paper to fill in."""
    return kind.is_public and is_complete(kind, facts)


def is_complete(kind: Kind, facts: Facts) -> bool:
    """Whether the record holds all it says (齐了); a paper to fill in by hand never is."""
    return not kind.by_hand and fits(kind, facts) and not kind.lacks(facts)
