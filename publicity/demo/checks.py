"""The demo's spot checks (随机抽查): one that was done, with something found, and one drawn yesterday and still open."""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

from django.utils import timezone

from civic import moments
from civic.models import Area
from proposals.models import Among, Finding, SpotCheck
from proposals.services import checks
from publicity.demo import papers
from publicity.demo.places import TOWN, account
from publicity.demo.tales import REPORTED_HERE

SEEN, DRAWN = 12, 1  # days ago
SIZE = 3
FOUND = "公示牌上的完工日期比记录早3天，已请村里改（演示）"


def tell() -> None:
    """Draw twice, look at what was drawn first; where somebody drew already, nothing."""
    if SpotCheck.objects.exists():
        return
    town, office = Area.objects.get(pk=TOWN), account("区专班")
    with _days_ago(SEEN + 1):
        seen = checks.draw(town, among=Among.DOING, size=SIZE, by=office, seed="演示一")
    with _days_ago(SEEN):
        _look(seen)
    with _days_ago(DRAWN):
        checks.draw(town, among=Among.DONE, size=SIZE, by=office, seed="演示二")


def _look(check: SpotCheck) -> None:
    """Something differs on the first that no report tells of; of those that one does the demo finds nothing."""
    reported, office = {tale.title for tale in REPORTED_HERE}, account("区专班")
    has_found = False
    for item in check.items.select_related("project").order_by("order"):
        photo = papers.photo("during", "抽查现场")
        if has_found or item.project.title in reported:
            checks.find(item, by=office, finding=Finding.MATCHES, photos=[photo])
        else:
            has_found = True
            checks.find(item, by=office, finding=Finding.DIFFERS, words=FOUND, photos=[photo])


def _days_ago(days: int) -> AbstractContextManager[None]:
    on = timezone.localdate() - timedelta(days=days)
    return moments.at(timezone.make_aware(datetime.combine(on, time(15))))
