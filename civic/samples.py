"""Samples for the style guide (样式手册): every component in its default, long, empty and error state."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from civic import charts
from civic.fields import YuanFormField
from civic.forms import PhotosField
from civic.models import Attachment
from civic.sample_states import NEVER, STATES
from civic.undo import Undo

NOW = datetime(2026, 3, 12, 1, 14, tzinfo=UTC)
LONG = _("小濠冲村卫生站门口台阶太高、轮椅和婴儿车都上不去，想请村里修一条带扶手的缓坡并把门口的路灯一起修好")


class SampleForm(forms.Form):
    """One field of each kind a page uses."""

    title = forms.CharField(
        label=_("什么事"),
        min_length=5,
        error_messages={"required": _("写下是什么事（至少5个字）")},
        help_text=_("用平常话说就行，比如“卫生站门口台阶太高，轮椅上不去”"),
    )
    need = forms.CharField(label=_("为什么要做"), required=False, widget=forms.Textarea)
    category = forms.ChoiceField(
        label=_("属于哪一类"),
        choices=[("care", _("关爱特殊群体")), ("safety", _("消除安全隐患")), ("other", _("其他/说不清"))],
        widget=forms.RadioSelect(attrs={"class": "tiles"}),
        error_messages={"required": _("选一类，说不清就选最后一个")},
    )
    village = forms.ChoiceField(label=_("村居"), choices=[("1", _("小濠冲村")), ("2", _("南潮村"))])
    starts_on = forms.DateField(label=_("哪天开始"), widget=forms.DateInput(attrs={"type": "date"}))
    estimate_yuan = YuanFormField(label=_("大概要花多少钱"), required=False)
    photo = PhotosField(label=_("照片"), single=True, help_text=_("JPG、PNG、WebP、HEIC，单个不超过10MB"))
    photos = PhotosField(label=_("再加一张"), required=False)
    more = PhotosField(label=_("照片（最多6张）"), required=False)
    code = forms.CharField(label=_("验证码"), widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))
    agree = forms.BooleanField(label=_("我知道事情和照片会公开，电话和门牌不会"))


class SampleVoteForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("村口坡道，您的意见"),
        choices=[("for", _("赞成")), ("against", _("反对")), ("abstain", _("弃权"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("赞成、反对、弃权，选一个")},
    )

    def __init__(self, *args: Any, question: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question is not None:
            self.fields["choice"].label = question


class SampleBallotForm(forms.Form):
    points = forms.IntegerField(
        label=_("给几分"),
        required=False,
        max_value=10,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-score": ""}),
        error_messages={"max_value": _("写0到10的整数")},
    )


class SampleFilterForm(forms.Form):
    q = forms.CharField(label=_("搜索项目"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    village = forms.ChoiceField(label=_("村居"), required=False, choices=[("", _("全部")), ("1", _("小濠冲村"))])
    step = forms.ChoiceField(label=_("步骤"), required=False, choices=[("", _("全部")), ("5", _("实施"))])


PROJECT_STATES = [
    ("draft", _("草稿")),
    ("filed", _("待受理")),
    ("returned", _("待补充")),
    ("objected", _("异议处理中")),
    ("in_progress", _("实施中")),
    ("completed", _("已完成")),
    ("declined", _("未采纳")),
    ("merged", _("已合并")),
]
CHIPS = [
    {"kind": "left", "days": 5},
    {"kind": "soon", "days": 1},
    {"kind": "soon", "days": 0},
    {"kind": "over", "days": 3},
    {"kind": "done", "days": 4, "limit": 5},
    {"kind": "paused"},
    {"kind": "none"},
    {"kind": "over", "days": 126},
    {"kind": "till", "days": 12},
]
PHOTO = {"url": "/static/img/mark.svg", "alt": _("卫生站门口的台阶"), "caption": _("卫生站门口")}
CARDS = [
    {
        "url": "#1",
        "title": _("卫生站门口坡道"),
        "place": _("白蕉镇 小濠冲村"),
        "state": "in_progress",
        "state_label": _("实施中"),
        "deadline": CHIPS[0],
        "amount_yuan": Decimal(49500),
        "amount_word": _("合同价"),
        "photo_url": "/static/img/mark.svg",
    },
    {
        "url": "#2",
        "title": LONG,
        "place": _("斗门镇 南潮村（含上洲、下洲自然村）"),
        "state": "objected",
        "state_label": _("异议处理中"),
        "deadline": CHIPS[3],
        "lamp": {"colour": "yellow", "why": _("30天没有更新")},
        "amount_yuan": Decimal("1234567.80"),
        "amount_word": _("批准金额"),
        "seconds": 128,
    },
    {"url": "#3", "title": _("村口坡道"), "place": _("小濠冲村"), "state": "draft", "state_label": _("草稿")},
]
FIGURES = [
    {"number": "77", "unit": _("项"), "label": _("今年办成"), "url": "#figure_card", "on": _("截至3月12日")},
    {"number": "1.24", "unit": _("亿元"), "label": _("计划投入"), "url": "#figure_card"},
    {"number": "96%", "label": _("按时率")},
    {"number": "1,234", "unit": _("亿元"), "label": LONG, "url": "#figure_card"},
    {"number": "0", "unit": _("项"), "label": _("今年办成")},
]
LADDER = [
    {"label": _("提议估算"), "amount_yuan": Decimal(60000), "on": date(2025, 12, 19)},
    {
        "label": _("部门核定"),
        "amount_yuan": Decimal(52800),
        "on": date(2025, 12, 26),
        "note": _("核定比估算少7,200元：单价按定额"),
    },
    {"label": _("批准金额"), "amount_yuan": Decimal(52800), "on": date(2026, 2, 3)},
    {"label": _("合同价"), "amount_yuan": Decimal(49500), "on": date(2026, 2, 24), "current": True},
    {"label": _("变更增减"), "amount_yuan": Decimal(1200), "change": True, "note": _("扶手改不锈钢")},
    {"label": _("结算金额"), "amount_yuan": None},
]
DAILY = [
    {
        "id": 7 - n,
        "happened_at": NOW - timedelta(days=9 + n),
        "date_only": False,
        "kind": "daily",
        "text": _("基层养护"),
        "who": _("施工单位 李*"),
    }
    for n in range(2)
]
EVENTS = [
    {
        "id": 9,
        "happened_at": NOW,
        "date_only": False,
        "kind": "photo",
        "is_now": True,
        "text": _("坡道基层浇筑完成，里程碑3/5"),
        "who": _("施工单位 李*"),
        "photos": [PHOTO, PHOTO, PHOTO],
    },
    {
        "id": 8,
        "happened_at": NOW - timedelta(days=3),
        "date_only": False,
        "kind": "money",
        "text": _("同意变更：扶手改不锈钢"),
        "unsaid_delta_yuan": Decimal(1200),
        "who": _("镇建设办 审核岗 周*"),
        "reason": _("木扶手在海边两年就要换"),
        "correct_url": "#correct",
        "rule": _("办法第12条：变更不超过批准金额10%的，镇建设办同意即可"),
        "documents": [{"title": _("变更单"), "url": "#doc"}],
        "used_workdays": 2,
        "limit_workdays": 3,
    },
    {"fold": DAILY},
    {
        "id": 5,
        "happened_at": NOW - timedelta(days=20),
        "date_only": True,
        "late_on": date(2026, 3, 5),
        "mark": _("演示数据"),
        "corrected_url": "#e9",
        "kind": "objection",
        "text": LONG,
        "who": _("王**提出，驻村社工陈*代录（本人在场）"),
    },
]
EXPECTED = [
    {"text": _("居民评价"), "on": None},
    {"text": _("居民代表验收"), "on": date(2026, 3, 24)},
]
FILTERS = [
    {"label": label, "url": f"?log={n}", "current": n == 0}
    for n, label in enumerate([_("全部"), _("决定"), _("钱"), _("照片"), _("异议")])
]
ANSWERS = [
    {"label": _("什么事"), "value": LONG, "url": "#a"},
    {"label": _("在哪里"), "value": _("小濠冲村卫生站门口"), "url": "#b"},
    {"label": _("照片"), "value": "", "url": "#c"},
]
PHOTOS = [
    PHOTO
    | {"slot": _("施工前"), "taken_on": date(2025, 12, 19), "stamp": _("3月12日 09:14 · WSS-2026-0101 · 施工单位")},
    {"slot": _("施工后"), "due_on": date(2026, 3, 20)},
]


BAR = {
    "segments": [{"mark": mark} for mark in ("done", "done", "done", "done", "now", "later")],
    "number": 5,
    "name": _("实施"),
    "skipped": (),
}
BARS = {
    "now": BAR,
    "done": BAR | {"segments": [{"mark": "done"}] * 6, "is_done": True},
    "first": BAR | {"segments": [{"mark": "now"}] + [{"mark": "later"}] * 5, "number": 1, "name": _("提议")},
    "short": BAR
    | {
        "segments": [{"mark": mark} for mark in ("done", "skipped", "skipped", "now", "later", "later")],
        "number": 4,
        "name": _("审批公示"),
        "skipped": (_("预审"), _("议事投票")),
    },
    "halted": BAR
    | {
        "segments": [{"mark": mark} for mark in ("done", "halted", "later", "later", "later", "later")],
        "number": 2,
        "name": _("预审"),
    },
}
POSTER = {
    "site": _("民生微实事"),
    "title": _("卫生站门口坡道"),
    "place": _("白蕉镇 小濠冲村"),
    "code": "WSS-2026-0101",
    "mark": _("演示数据"),
    "segments": ("done", "done", "done", "done", "now", "later"),
    "step": _("第5步，共6步：实施"),
    "answers": ((_("现在"), _("坡道基层已浇好，正在装扶手。")), (_("花多少钱"), _("合同价 49,500元"))),
    "address": "http://127.0.0.1:8000/q/WSS-2026-0101/",
    "phone": "0756-0000000",
}
PLACE = {
    "name": _("小濠冲村"),
    "x": 220,
    "y": 80,
    "centre": (90, 150),
    "is_centre_left": True,
    "words": _("在小濠冲村坐标点的东北边，直线约280米。"),
    "bar_px": 83.2,
    "bar_metres": 200,
    "width": 328,
    "height": 210,
}
SKETCH = {"": (3, 15), "elder": (2, 21), "elder-xl": (2, 27)}  # by the size of letters: columns, px


def sample_sketch(size: str, names: list[tuple[object, int]], kind: str = "points") -> dict:
    """A sketch map as publicity.sketch lays it out, and its places with where they lead."""
    columns, letters = SKETCH[size]
    width, height = (328 - 8 * (columns - 1)) / columns, letters * 3 + 24
    spots = []
    for n, (name, count) in enumerate(names):
        row, column = divmod(n, columns)
        x, y = column * (width + 8), row * (height + 8)
        spot = {"place": {"count": count}, "x": x, "y": y, "width": width, "height": height}
        spots.append(
            (spot | {"lines": [(y + letters + 8, name)], "middle": x + width / 2, "number_y": y + height - 12}, "#")
        )
    rows = (len(names) + columns - 1) // columns
    return {
        "sketch": {"kind": kind, "letters": letters, "width": 328, "height": int(rows * (height + 8))},
        "spots": spots,
    }


def _chart(key: str, title: object, headline: object, drawings: list[charts.Drawing], rows: list[charts.Row]) -> dict:
    """A chart as c-chart takes it, with the table of the same numbers."""
    columns = [{"label": _("名称"), "is_number": False}, {"label": _("项"), "is_number": True}]
    shown = [{"label": row.label, "url": "", "cells": row.shown} for row in rows]
    total = [f"{sum(row.values[0] or 0 for row in rows):,}"]
    return {
        "key": key,
        "title": title,
        "headline": headline,
        "table": {"title": title, "columns": columns, "rows": rows, "shown_rows": shown, "shown_total": total},
        "drawings": drawings,
        "definition": _("按时率=按限办结的步骤÷全部办结步骤。"),
        "files": [("CSV", "#csv")],
    }


def sample_charts() -> list[dict]:
    """Bars, long words and a number that is not told; several series; a funnel; areas; nothing at all."""
    steps = [charts.Row(str(name), (n,), (f"{n:,}",)) for name, n in ((_("提议"), 624), (_("实施"), 201), (LONG, 77))]
    told = [*steps[:2], charts.Row(str(_("电话")), (None,), (str(_("少于10")),))]
    lamps = [charts.Row(str(_("斗门镇")), (5, 3, 1, 8, 2, 4), ("5", "3", "1", "8", "2", "4"))]
    words = [str(word) for word in (_("绿灯"), _("黄灯"), _("红灯"), _("蓝灯"), _("灰灯"), _("其他"))]
    fields = charts.treemap([(str(_("安全")), steps), (str(_("环境")), steps[:2])])
    return [
        _chart("sample-bars", _("条形图"), _("624项提议里，201项在实施。"), [charts.bars(told)], told),
        _chart("sample-stacked", _("分段条形图"), _("按计划的最多。"), [charts.stacked(lamps, words)], lamps),
        _chart("sample-funnel", _("漏斗图"), _("一半以上走到了实施。"), [charts.funnel(steps)], steps),
        _chart("sample-areas", _("面积图"), _("钱最多的是安全。"), [charts.bars(steps), fields], steps),
        _chart("sample-none", _("没有数"), _("还没有项目。"), [charts.bars([])], []),
    ]


def samples(size: str = "") -> dict[str, object]:
    """All of the above, for this size of letters, and bound forms with errors."""
    kept = [Attachment(kind="document", token=UUID(int=number)) for number in (1, 2)]
    places = [(_("小濠冲村"), 12), (_("南潮村"), 3), (_("赤坎村"), 0)]
    # what is bad is made by the template: a page that gets a bound form with errors is a 422
    return {
        "state_names": STATES,
        "never": NEVER,
        "form": SampleForm(initial={"title": _("村口坡道"), "photo": kept[:1], "photos": kept}),
        "points": SampleBallotForm(initial={"points": 3}),
        "points_blank": SampleBallotForm(auto_id="blank_%s"),
        "points_many": SampleBallotForm({"points": 10}, auto_id="many_%s"),
        "tick": {"code": "WSS-2026-0101", "is_ticked": True},
        "untick": {"code": "WSS-2026-0102", "is_ticked": False},
        "bad_line": lambda: {"field": SampleBallotForm({"points": 11}, auto_id="bad_%s")["points"]},
        "bad_vote": lambda: SampleVoteForm({}, auto_id="bad_vote_%s"),
        "bars": BARS,
        "sheet": POSTER,
        "sheet_long": POSTER
        | {"title": LONG, "answers": ((_("现在"), LONG), (_("谁在办"), LONG), (_("下一步"), LONG))},
        "sheet_bare": POSTER | {"mark": "", "answers": POSTER["answers"][:1]},
        "sketch": sample_sketch(size, places),
        "sketch_long": sample_sketch(size, [(_("白蕉工业区…"), 1234567), (_("南潮村"), 3)], kind="order"),
        "sketch_none": sample_sketch(size, [(name, 0) for name, _count in places]),
        "place": PLACE,
        "place_long": PLACE | {"name": _("白蕉工业开发区社区"), "words": LONG, "path": "M20,30L300,20L260,180L60,190Z"},
        "undo": Undo("#toast"),
        "bad": lambda: SampleForm({"need": str(LONG), "estimate_yuan": "-3"}, auto_id="bad_%s"),
        "bad_photo": lambda: SampleForm({}, auto_id="bad_photo_%s"),
        "bad_proxy": lambda: SampleForm({}, auto_id="bad_proxy_%s"),
        "bad_stop": lambda: SampleForm({}, auto_id="bad_stop_%s"),
        "bad_long": lambda: SampleForm({}, auto_id="bad_long_%s"),
        "points_line": {"field": SampleBallotForm(initial={"points": 3}, auto_id="line_%s")["points"]},
        "vote": SampleVoteForm(),
        "vote_long": SampleVoteForm(auto_id="long_vote_%s", question=LONG),
        "filters": SampleFilterForm(),
        "filters_folded": SampleFilterForm(auto_id="folded_%s"),
        "filters_long": SampleFilterForm({"q": LONG}, auto_id="long_%s"),
        "states": PROJECT_STATES,
        "chips": CHIPS,
        "cards": CARDS,
        "charts": sample_charts(),
        "ladder": LADDER,
        "ladder_long": [
            row | {"label": LONG, "note": LONG, "amount_yuan": Decimal("123456789.10")} for row in LADDER[:2]
        ],
        "ladder_later": [{"label": row["label"], "amount_yuan": None} for row in LADDER],
        "figures": FIGURES,
        "events": EVENTS[:3],
        "events_long": EVENTS[3:],
        "expected": EXPECTED,
        "log_filters": FILTERS,
        "answers": ANSWERS[:1],
        "answers_short": ANSWERS[1:2],
        "answers_none": ANSWERS[2:],
        "photos": PHOTOS,
        "photos_long": [PHOTO | {"caption": LONG}, PHOTO, PHOTO],
        "photos_none": PHOTOS[1:],
        "found": Paginator(range(128), 20).page(2),
        "found_first": Paginator(range(128), 20).page(1),
        "found_many": Paginator(range(2_469_120), 20).page(61_728),
        "now": NOW,
        "long": LONG,
        "money": {
            "total": Decimal(5000000),
            "approved": Decimal(3120000),
            "proposed": Decimal(960000),
            "available": Decimal(920000),
            "contract": Decimal(49500),
            "paid": Decimal(24750),
            "approved_most": Decimal(4700000),
            "none": Decimal(0),
            "over": Decimal(120000),
            "most": Decimal(12345678),
        },
        "active_long": [{"label": LONG, "url": "?"}, {"label": _("小濠冲村"), "url": "?"}],
        "active": [{"label": _("2025年"), "url": "?"}, {"label": _("小濠冲村"), "url": "?"}],
        "sorts": [
            {"label": _("最新进展"), "url": "?", "current": True},
            {"label": _("快到期"), "url": "?sort=due"},
        ],
    }
