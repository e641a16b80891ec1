"""Places as tables name them (地方): by code, by name, by the village's name beside its town's; loaded once."""

import re
from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Area
from civic.tables.layout import Column, Row, bare

SUFFIX = re.compile(r"(社区居民委员会|村民委员会|居民委员会|社区居委会|村委会|居委会|社区|村)$")
COLUMNS = (
    Column(
        "town", gettext_lazy("镇街"), ("镇", "街道", "镇(街)", "镇/街道", "所属镇街", "乡镇", "所在镇街"),
        repeats=True, most=60, example="斗门镇",
    ),
    Column(
        "village", gettext_lazy("村居"), ("村", "社区", "村(居)", "村(社区)", "所在村居", "所属村居", "实施地点村居"),
        repeats=True, most=60, example="小濠冲村", means=gettext_lazy("两个镇街有同名的村居时，镇街也要写"),
    ),
    Column(
        "area", gettext_lazy("区划代码"), ("代码", "行政区划代码", "统计代码"), most=12,
        means=gettext_lazy("12位数字；写了它，镇街和村居可以空着"),
    ),
)  # fmt: skip


class Places:
    """Every place in force, by whatever people call it."""

    def __init__(self) -> None:
        self.by_code: dict[str, Area] = {}
        self.by_name: dict[str, list[Area]] = defaultdict(list)
        for area in Area.objects.filter(valid_to=None):
            self.by_code[area.pk] = area
            for name in {area.name, area.short_name, SUFFIX.sub("", area.name)}:
                self.by_name[bare(name)].append(area)

    def of(self, row: Row) -> Area:
        """Where a row says: its code, else its village in its town, else its town. ValueError, in words, otherwise."""
        if code := row.get("area"):
            if code not in self.by_code:
                raise ValueError(_("找不到区划代码“%(code)s”") % {"code": code})
            return self.by_code[code]
        town = self.named(row.get("town")) if row.get("town") else None
        if row.get("village"):
            return self.named(row.get("village"), town)
        if town is None:
            raise ValueError(_("没有写村居，也没有写区划代码"))
        return town

    def named(self, called: str, within: Area | None = None) -> Area:
        """The one place of that name. ValueError where there is none or two."""
        name = bare(called)
        known = self.by_name.get(name) or self.by_name.get(SUFFIX.sub("", name)) or []
        found = [area for area in known if within is None or within.covers(area.pk)]
        if len(found) != 1:
            said = _("找不到“%(place)s”这个地方") if not found else _("有两个“%(place)s”，请写镇街或区划代码")
            raise ValueError(said % {"place": called[:20]})
        return found[0]
