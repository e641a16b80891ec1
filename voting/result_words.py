"""A poll's result in plain words (结果的话): what a project came to, why, and what would have changed it. Pure.

One sentence a project, from the figures that were kept, for the page and, untranslated, for the record.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.models import AgeBand, BallotChannel, BallotMethod, LineOutcome, Result, ResultLine
from voting.poll_count import turnout

BY_POINTS = frozenset({BallotMethod.POINTS, BallotMethod.RANK})
BARRED = {
    "withdrawn": gettext_lazy("投票期间撤回或停办，不计票"),
    "no_votes": gettext_lazy("没有人选它"),
    "min_score": gettext_lazy("没达到最低得分"),
    "min_votes": gettext_lazy("选它的人没达到最低人数"),
    "min_share": gettext_lazy("选它的人没达到最低比例"),
    "quota": gettext_lazy("票数和要花的钱相比不够"),
    "within_budget": gettext_lazy("一项就超过一共的钱"),
}
TIED_BY = {
    "cost": gettext_lazy("金额少的在前"),
    "score": gettext_lazy("得分高的在前"),
    "lot": gettext_lazy("公开抽签定先后"),
}
RULES = {
    "greedy": gettext_lazy("按得票从高到低一项一项选，剩下的钱不够的跳过，看下一项。"),
    "equal_shares": gettext_lazy(
        "一共的钱平均分给每位投票人，每次选支持者分摊最省的一项，由支持它的人平摊；支持者的份额用完就不能再出钱。"
    ),
    "phragmen": gettext_lazy("每次选让支持者负担最轻的一项，下一项钱不够就结束。"),
}
OTHER_RULES = {
    "greedy_by_score": gettext_lazy("只按得票从高到低选"),
    "es-authors": gettext_lazy("用等额分摊的办法"),
    "sequential_phragmen": gettext_lazy("用依次分担的办法"),
}
CAUSES = {
    "voters": gettext_lazy("票箱里的选票数不一样：原来%(before)s张，现在%(after)s张。"),
    "ballots": gettext_lazy("票箱里有选票的内容不一样，张数没有变。"),
    "rule": gettext_lazy("选票一样，计票规则记录不一样。"),
    "program": gettext_lazy("选票和规则都一样，是计票程序改了。"),
}
COMPLETION = gettext_lazy("剩下的钱按得票从高到低选完。")


def score(line: ResultLine, method: str) -> str:
    """412票, or 412分 where points or places are given."""
    words = _("%(score)s分") if method in BY_POINTS else _("%(score)s票")
    return words % {"score": f"{line.score:,}"}


def sentence(line: ResultLine, method: str) -> str:
    """Why the project is in or out (为什么入选、没入选), in one sentence."""
    place = _("第%(rank)s名，%(score)s") % {"rank": line.rank, "score": score(line, method)}
    return _("，").join(part for part in (place, why(line), _tie(line)) if part) + _("。")


def why(line: ResultLine) -> str:
    """What decided, without the project's rank."""
    said = _yes_no(line) if line.reason in {"passed", "not_passed", "no_quorum"} else _by_money(line)
    if line.outcome == LineOutcome.RESERVE:
        return _("没入选：%(why)s，进入候补第%(place)s位") % {"why": said, "place": line.facts["reserve"]}
    return said if line.outcome == LineOutcome.WON else _("没入选：%(why)s") % {"why": said}


def what_would_change(line: ResultLine) -> str:
    """What would have made a loser win (还差多少); empty where nothing so simple can be said."""
    facts = line.facts
    if facts.get("more_yes"):
        return _("再有%(more)s个没投票的人赞成，就能通过。") % {"more": f"{facts['more_yes']:,}"}
    said = {
        "more": f"{facts.get('more_votes') or 0:,}",
        "price": _yuan(Decimal(facts.get("price_fen") or 0).scaleb(-2)),
    }
    if facts.get("more_votes") and facts.get("price_fen"):
        return _("再有%(more)s个人只选它，或者金额降到%(price)s，就能入选。") % said
    if facts.get("more_votes"):
        return _("再有%(more)s个人只选它，就能入选。") % said
    return _("金额降到%(price)s，就能入选。") % said if facts.get("price_fen") else ""


def method(result: Result) -> list[str]:
    """How it was counted, in plain words (计票办法)."""
    record = result.rule_record
    if result.poll.method == BallotMethod.YES_NO:
        return [_("每一项单独计票，按赞成、反对和弃权的人数定是否通过。")]
    said = [str(RULES[record["method"]])]
    if record["method"] == "greedy" and not record["skip"]:
        said = [_("按得票从高到低一项一项选，遇到剩下的钱不够就停。")]
    if record["completion"] != "none":
        said.append(str(COMPLETION))
    said.append(_("票数一样时，%(order)s。") % {"order": _("，再比").join(_orders(record["tie"]["keys"]))})
    return said


def tie(one: Mapping[str, object], titles: Mapping[str, str]) -> str:
    """One tie that was met while counting (遇到的并列)."""
    codes = one["tied"]
    names = "、".join(titles.get(code, code) for code in codes) if isinstance(codes, list) else ""
    return _("%(names)s并列，%(by)s。") % {"names": names, "by": TIED_BY.get(str(one["by"]), one["by"])}


def channels(result: Result, *, is_paper_told: bool = False) -> list[tuple[str, int]]:
    """How people voted (投票渠道), in words."""
    groups = channel_groups(result, is_paper_told=is_paper_told)
    return [("、".join(str(BallotChannel(name).label) for name in names), many) for names, many in groups]


def channel_groups(result: Result, *, is_paper_told: bool = False) -> list[tuple[list[str], int]]:
    """How many voted by which channels, small groups joined so that they tell of nobody.

    Where the ballot account tells how many voted on paper, paper stands by itself: joined with another group, it
    would give that one away.
    """
    told = {BallotChannel.PAPER} if is_paper_told else set()
    kept = {name: many for name, many in result.channels.items() if name not in told}
    groups = turnout(kept, result.poll.round.terms.suppress_below)
    return groups + [([str(name)], result.channels[name]) for name in told if name in result.channels]


def ages(result: Result) -> list[tuple[str, int]]:
    """How many of which age voted (各年龄段投票人数), as it was joined and rounded when it was counted."""
    labels = dict(AgeBand.choices) | {"": _("年龄没有登记")}
    return [("、".join(str(labels[band]) for band in bands), many) for bands, many in result.ages]


def other_rules(result: Result, titles: Mapping[str, str]) -> list[str]:
    """What the same ballots would come to by other rules (换一种规则), one sentence a rule."""
    return [_other_rule(one, titles) for one in result.by_other_rules]


def _other_rule(one: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    said: dict[str, Any] = {"rule": OTHER_RULES[one["rule"]]}
    if not one["taken_in"] and not one["left_out"]:
        return _("%(rule)s：入选的一样。") % said
    told = {name: _("、").join(titles.get(code, code) for code in one[name]) for name in ("taken_in", "left_out")}
    said |= {"count": len(one["taken_in"]) + len(one["left_out"])} | told
    if not one["left_out"]:
        return _("%(rule)s：有%(count)s项不同，多入选%(taken_in)s。") % said
    if not one["taken_in"]:
        return _("%(rule)s：有%(count)s项不同，少入选%(left_out)s。") % said
    return _("%(rule)s：有%(count)s项不同，%(taken_in)s会入选，%(left_out)s不会入选。") % said


def recounted(result: Result) -> str:
    """Why a recount came to something else (为什么不同)."""
    before, after = result.explained["voters"]
    return str(CAUSES[result.explained["cause"]]) % {"before": f"{before:,}", "after": f"{after:,}"}


def changed_rows(result: Result, titles: Mapping[str, str]) -> list[str]:
    """What a recount changed, one sentence a project (哪几行不同)."""
    return [_changed_row(row, titles, result.poll.method) for row in result.explained["rows"]]


def _changed_row(row: Mapping[str, Any], titles: Mapping[str, str], method: str) -> str:
    words = _("%(score)s分") if method in BY_POINTS else _("%(score)s票")
    old, new = (
        {
            "rank": row["rank"][n],
            "score": words % {"score": f"{row['score'][n]:,}"},
            "outcome": LineOutcome(row["outcome"][n]).label,
        }
        for n in (0, 1)
    )
    place = _("第%(rank)s名，%(score)s，%(outcome)s")
    said = {"project": titles.get(row["project"], row["project"]), "before": place % old, "after": place % new}
    return _("%(project)s：原来%(before)s；重算%(after)s。") % said


def _orders(keys: Iterable[str]) -> list[str]:
    return [str(TIED_BY.get(key, key)) for key in keys]


def _by_money(line: ResultLine) -> str:
    match line.reason:
        case "won":
            return _("入选")
        case "guaranteed":
            return _("按保底入选")
        case "completed":
            return _("用剩下的钱入选")
        case "barred":
            return str(BARRED[line.facts["condition"]])
        case "too_dear":
            short = Decimal(line.facts["short_fen"]).scaleb(-2)
            return _("轮到它时剩下的钱还差%(short)s") % {"short": _yuan(short)}
        case "supporters_spent":
            return _("支持它的人分到的钱已经用在他们也选了的其他项目上")
    return _("没轮到它，钱已经用到前面的项目")


def _yes_no(line: ResultLine) -> str:
    facts = line.facts
    told = {name: f"{facts[name]:,}" for name in ("yes", "no", "abstain", "present", "quorum", "needed")}
    if line.reason == "passed":
        return _("赞成%(yes)s、反对%(no)s、弃权%(abstain)s，要%(needed)s票，通过") % told
    if line.reason == "no_quorum":
        return _("投票的有%(present)s人，要有%(quorum)s人才算数") % told
    return _("赞成%(yes)s、反对%(no)s、弃权%(abstain)s，要%(needed)s票") % told


def _tie(line: ResultLine) -> str:
    met = line.facts.get("tie")
    if not met:
        return ""
    return _("和%(others)s并列，%(by)s") % {"others": "、".join(met["with"]), "by": TIED_BY.get(met["by"], met["by"])}


def _yuan(amount: Decimal) -> str:
    """52,800元 for who reads Chinese; the cents only where there are any."""
    whole = amount == amount.to_integral_value()
    return _("%(amount)s元") % {"amount": f"{amount:,.0f}" if whole else f"{amount:,.2f}"}
