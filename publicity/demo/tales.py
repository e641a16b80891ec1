"""What the stories are about (故事梗概): the six projects reported in Doumen, and the samples of today.

Titles, villages, sizes and outcomes of the six are the reports'; amounts, dates and needs are the demo's own.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True)
class Tale:
    """What a story is about and how far it has come; amounts and dates are the demo's own."""

    title: str
    place: str
    category: str
    work_type: str
    need: str
    proposed_on: date
    estimate: int
    reviewed: int
    until: str
    size: str = ""
    items: tuple[tuple[str, str, int], ...] = ()
    seconders: int = 2
    by_resident: bool = False
    pictured: bool = True


def _2021(month: int, day: int) -> date:
    return date(2021, month, day)


REPORTED_HERE = (
    Tale(
        "居家安全改造（如厕设施）",
        "小濠冲村",
        "关爱特殊群体",
        "works",
        "部分残障和困难长者家里是蹲厕，没有扶手，容易摔倒。",
        _2021(1, 5),
        110000,
        105600,
        "settled",
        "22户残障及困难长者家庭",
        (("坐厕", "套", 22), ("扶手", "套", 22)),
        3,
        by_resident=True,
    ),
    Tale(
        "失能群体康复护理服务",
        "湾口村",
        "关爱特殊群体",
        "service",
        "失能居民出门难，需要上门康复护理。",
        _2021(1, 12),
        90000,
        90000,
        "building",
        "6人，每周上门3次",
    ),
    Tale(
        "同聚党旗下——小濠冲党群共建和谐村居服务",
        "小濠冲村",
        "关爱特殊群体",
        "service",
        "村里想有固定的志愿服务队伍和活动。",
        _2021(2, 1),
        60000,
        56000,
        "building",
    ),
    Tale(
        "“益”点亮·齐守护公益服务",
        "二龙村",
        "关爱特殊群体",
        "service",
        "留守长者和孩子需要有人经常看望。",
        _2021(1, 18),
        50000,
        50000,
        "building",
    ),
    Tale(
        "健身器材更新",
        "草朗村",
        "健全公共设施",
        "goods",
        "健身器材旧了，有的已经不能用。",
        _2021(1, 4),
        88000,
        85000,
        "settled",
        "器材22件、球台5张、球网3副",
        (("健身器材", "件", 22), ("球台", "张", 5), ("球网", "副", 3)),
    ),
    Tale(
        "蓝湾半岛商业街水浸点改造",
        "南峰社区",
        "消除安全隐患",
        "works",
        "一下大雨商业街就积水，老人孩子走不过去。",
        _2021(2, 8),
        180000,
        172000,
        "building",
        "工期70天",
    ),
)


def samples_of_today(today: date) -> list[Tale]:
    """Neighbouring wishes, each so far along that its next act waits for somebody."""
    rows = [
        ("卫生站门口修一条坡道", "关爱特殊群体", "台阶太高，轮椅上不去。", "proposed", 2),
        ("村口桥头装两盏路灯", "消除安全隐患", "晚上过桥看不清。", "accepted", 3),
        ("文化室换一台空调", "健全公共设施", "夏天议事坐不住人。", "reviewed", 12),
        ("排水沟清淤加盖板", "提升居住环境", "沟里有味道，孩子容易踩空。", "decided", 22),
        ("长者食堂添置餐车", "关爱特殊群体", "行动不便的长者要送餐上门。", "approved", 23),
        ("老榕树下铺一块平地", "提升居住环境", "下雨泥泞，大家坐不了。", "noticed", 36),
        ("旧码头护栏加固", "消除安全隐患", "护栏松动，孩子常去玩。", "building", 72),
        ("小公园换健身器材", "健全公共设施", "三件器材坏了。", "finished", 104),
    ]
    return [
        Tale(
            title,
            "小濠冲村",
            category,
            "goods" if "换" in title or "添置" in title else "works",
            need,
            today - timedelta(days=ago),
            40000 + 5000 * n,
            38000 + 5000 * n,
            until,
            items=((title, "项", 1),),
            by_resident=True,
        )
        for n, (title, category, need, until, ago) in enumerate(rows)
    ]


def _neighbours(title: str, need: str, until: str, amount: int) -> Tale:
    """A wish of 小濠冲村 in today's round; the day is set when it is told."""
    return Tale(
        title, "小濠冲村", "提升居住环境", "works", need, _2021(1, 1), amount, amount, until,
        items=((title, "项", 1),), by_resident=True, pictured=False,
    )  # fmt: skip


TWO_OF_ONE = (  # pairs of proposals for the same thing; the first of each joins the second
    (
        _neighbours("祠堂前路面补坑", "下雨积水，老人走不稳。", "proposed", 26000),
        _neighbours("祠堂到村口的路补平", "坑有五六处，骑车会摔。", "proposed", 38000),
    ),
    (
        _neighbours("村道转弯处装反光镜", "来车看不见。", "proposed", 9000),
        _neighbours("村道转弯处画线加警示牌", "弯太急，晚上车快。", "proposed", 14000),
    ),
)


def sitting_today(today: date) -> Tale:
    """What the assembly of 小濠冲村 deliberates on today."""
    tale = _neighbours("文化广场加装遮阳棚", "白天晒，没人去坐。", "reviewed", 46000)
    return replace(tale, proposed_on=today - timedelta(days=14))


WISHES = {  # of 小濠冲村: how many days ago they were proposed, and each with its amount in yuan
    "held": (  # together they cost more than the money there is
        48,
        [
            ("村口到学校的路加装路灯", "消除安全隐患", "works", "孩子下晚自习要摸黑走路。", 68000),
            ("长者活动室做无障碍卫生间", "关爱特殊群体", "works", "门窄、有台阶，轮椅进不去。", 52800),
            ("内涝巷道疏通和加盖板", "提升居住环境", "works", "一下大雨水就漫进屋里。", 76000),
            ("村卫生站添置康复器材", "关爱特殊群体", "goods", "要坐车到镇上才能做康复。", 45000),
            ("文化广场换防滑地砖", "健全公共设施", "works", "下雨天老人滑倒过。", 39000),
            ("儿童暑期托管和安全课", "关爱特殊群体", "service", "家长上班，孩子没有人看。", 48000),
            ("河边步道加护栏", "消除安全隐患", "works", "步道临水，没有护栏。", 57000),
            ("公交站加装候车凉亭", "健全公共设施", "works", "夏天晒、雨天淋。", 36000),
            ("村史室整理和布展", "健全公共设施", "goods", "老照片、老物件没有地方放。", 30000),
            ("停车位划线和充电棚", "提升居住环境", "works", "电动车乱停乱充。", 64000),
        ],
    ),
    "open": (
        20,
        [
            ("篮球场加装照明", "健全公共设施", "works", "晚上黑，年轻人打不了球。", 58000),
            ("老人食堂装空调和风扇", "关爱特殊群体", "goods", "夏天吃饭一身汗。", 42000),
            ("村道破损路面修补", "消除安全隐患", "works", "坑洼多，骑车容易摔。", 66000),
            ("垃圾分类亭改造", "提升居住环境", "works", "没有棚，下雨污水横流。", 35000),
        ],
    ),
}


def to_be_voted_on(poll: str, today: date) -> list[Tale]:
    """The wishes of a poll: the ``held`` one, or the one that is ``open``."""
    ago, rows = WISHES[poll]
    return [_for_the_vote(*row, today - timedelta(days=ago)) for row in rows]


def _for_the_vote(title: str, category: str, work_type: str, need: str, yuan: int, proposed_on: date) -> Tale:
    here = "小濠冲村"
    return Tale(
        title, here, category, work_type, need, proposed_on, yuan, yuan, "reviewed", by_resident=True, pictured=False
    )
