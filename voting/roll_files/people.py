"""Rows of text into people (认人): the heading wherever it stands, each fault with its line, all faults at once."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from civic.areas import BadFile
from civic.tables import values
from civic.tables.layout import HEADING_WITHIN, bare, problem
from civic.tables.reading import Line, tables
from civic.words import clean_text, normal_phone

COLUMNS = {
    "name": ("姓名", "名字", "选民姓名", "居民姓名", "name"),
    "phone": ("手机号", "手机", "手机号码", "电话", "联系电话", "电话号码", "phone"),
    "birth": ("出生日期", "出生年月日", "生日", "birth", "birthdate", "birth_date"),
    "age": ("年龄", "周岁", "age"),
    "village": ("村居", "村", "社区", "所在村居", "村(社区)", "village"),
    "household": ("户号", "户编号", "门牌号", "household", "household_no", "householdno"),
}
SHOWN = {"name": "姓名", "phone": "手机号", "birth": "出生日期", "age": "年龄", "village": "村居", "household": "户号"}
MOST_NAME, MOST_HOUSEHOLD, MOST_AGE = 40, 40, 130
AGE = re.compile(r"(\d{1,3})(?:周?岁)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as the list has them (名单上的一行)."""

    line: int
    name: str
    phone: str | None
    birth: date | None
    age: int | None
    village: str
    household: str


def read(data: bytes) -> list[Listed]:
    """The people of a CSV or XLSX. BadFile names every fault by its line, and nothing is handed back."""
    for rows in tables(data):
        place = _heading(rows)
        if place is not None:
            return _people(rows, place)
    wanted = _("姓名，还有出生日期或年龄")
    raise BadFile([_("前%(rows)d行里找不到表头，至少要有：%(wanted)s") % {"rows": HEADING_WITHIN, "wanted": wanted}])


def _heading(rows: Sequence[Line]) -> int | None:
    """Which of the first rows is the heading (表头): the one that names the people."""
    for place, (_line, cells) in enumerate(rows[:HEADING_WITHIN]):
        if any(_column(cell) == "name" for cell in cells):
            return place
    return None


def _people(rows: Sequence[Line], place: int) -> list[Listed]:
    columns = _columns(rows[place])
    found: list[Listed] = []
    problems: list[str] = []
    for line, cells in rows[place + 1 :]:
        if not any(cells):
            continue
        cells_of = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        try:
            found.append(_person(line, cells_of))
        except ValueError as fault:
            problems.append(problem(line, fault))
    problems += _twice(found)
    if not found and not problems:
        problems = [_("表头下面一个人也没有")]
    if problems:
        raise BadFile(problems)
    return found


def _columns(heading: Line) -> dict[str, int]:
    """Which column holds what. BadFile for a column that is missing or stands there twice."""
    line, cells = heading
    found: dict[str, int] = {}
    problems = []
    for at, cell in enumerate(cells):
        name = _column(cell)
        if name in found:
            problems.append(problem(line, _("“%(column)s”这一列出现了两次") % {"column": SHOWN[name]}))
        elif name:
            found[name] = at
    if not found.keys() & {"birth", "age"}:
        problems.append(problem(line, _("缺少列：出生日期或年龄")))
    if problems:
        raise BadFile(problems)
    return found


def _column(cell: str) -> str:
    heading = bare(cell)
    return next((name for name, words in COLUMNS.items() if heading in words), "")


def _person(line: int, cells: Mapping[str, str]) -> Listed:
    """A row as a person. ValueError, in words, for the first thing that is wrong with it."""
    name = clean_text(cells["name"])
    if not name:
        raise ValueError(_("没有姓名"))
    if len(name) > MOST_NAME or "\n" in name:
        raise ValueError(_("姓名超过%(most)d个字，或者有换行") % {"most": MOST_NAME})
    household = clean_text(cells.get("household", ""))
    if len(household) > MOST_HOUSEHOLD:
        raise ValueError(_("户号超过%(most)d个字") % {"most": MOST_HOUSEHOLD})
    birth, age = _birth(cells.get("birth", "")), _age(cells.get("age", ""))
    if birth is None and age is None:
        raise ValueError(_("没有出生日期，也没有年龄"))
    village = clean_text(cells.get("village", ""))
    return Listed(line, name, _phone(cells.get("phone", "")), birth, age, village, household)


def _phone(text: str) -> str | None:
    if not text:
        return None
    if values.SCIENTIFIC.fullmatch(unicodedata.normalize("NFKC", text)):
        raise ValueError(_("手机号被表格软件改成了%(text)s，请先把这一列设成“文本”，再重新填写") % {"text": text[:20]})
    return normal_phone(text)


def _birth(text: str) -> date | None:
    if not text:
        return None
    try:
        birth = values.day(text)
    except ValueError:
        said = _("出生日期“%(text)s”认不出来，请写成 1980-01-31")
        raise ValueError(said % {"text": text[:20]}) from None
    if birth.year < 1890:
        raise ValueError(_("出生日期“%(text)s”太早") % {"text": text[:20]})
    return birth


def _age(text: str) -> int | None:
    if not text:
        return None
    found = AGE.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None or int(found[1]) > MOST_AGE:
        raise ValueError(_("年龄“%(text)s”认不出来，请写周岁数字") % {"text": text[:20]})
    return int(found[1])


def _twice(people: Iterable[Listed]) -> list[str]:
    """Who stands in the list twice: the same phone, or the same name, village and household (重复)."""
    phones: dict[str, int] = {}
    places: dict[tuple[str, str, str], int] = {}
    problems = []
    for one in people:
        place = (one.name, one.village, one.household)
        if one.phone and one.phone in phones:
            problems.append(
                problem(one.line, _("手机号与第%(first)d行重复，一个手机号只能记一个人") % {"first": phones[one.phone]})
            )
        elif place in places:
            problems.append(
                problem(one.line, _("与第%(first)d行同名同村同户，分不清是不是一个人") % {"first": places[place]})
            )
        phones.setdefault(one.phone or "", one.line)
        places.setdefault(place, one.line)
    return problems
