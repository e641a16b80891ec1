"""Helping in the family (帮家里人办): a pair begins with the helped person's own yes and ends at either's word.

The helper may hand in (提议、附议、报事) and nothing else: voting, rating, objecting and signing take nobody's word
for another, and no message goes to the helper. Every act leaves an internal audit event on the pair.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import FamilyHelp, Person, Role
from civic.models.family import MOST_HELPED, MOST_HELPERS
from civic.models.record import Kind
from civic.moments import now
from civic.permissions import require
from civic.rules import RuleBroken

FEW = 10  # of those that ended


def helped_by(person: Person) -> QuerySet[FamilyHelp]:
    """Whom this person helps now."""
    return FamilyHelp.objects.filter(helper=person, ended_at=None).select_related("helped").order_by("since", "pk")


def helpers_of(person: Person) -> QuerySet[FamilyHelp]:
    """Who helps this person now (谁在帮我办)."""
    return FamilyHelp.objects.filter(helped=person, ended_at=None).select_related("helper").order_by("since", "pk")


def ended_of(person: Person) -> QuerySet[FamilyHelp]:
    """The last pairs of this person that ended."""
    mine = FamilyHelp.objects.filter(Q(helper=person) | Q(helped=person), ended_at__isnull=False)
    return mine.select_related("helper", "helped").order_by("-ended_at", "-pk")[:FEW]


def check_room(helper: Person) -> None:
    """RuleBroken where this person helps as many as one may."""
    _free(helped_by(helper).values_list("helper_place", flat=True), MOST_HELPED, _too_many_helped())


@transaction.atomic
def begin(helper: Person, helped: Person, *, name: str) -> FamilyHelp:
    """Begin to help somebody who agreed with the code sent to her own phone (本人同意); twice is once.

    ``name`` is what the helper calls her: it introduces who has no name yet. RuleBroken for another's name, for
    oneself, and for one more than may be.
    """
    require(helper, "civic.help_family")
    people = Person.objects.select_for_update(no_key=True).order_by("pk")
    locked = {person.pk: person for person in people.filter(pk__in=[helper.pk, helped.pk])}
    helped = locked[helped.pk]
    if helper.pk == helped.pk:
        raise RuleBroken(_("这是您自己的手机号，请填家里人的"), code="oneself", field="phone")
    if not all(person.is_active for person in locked.values()):
        raise RuleBroken(_("这个账号已经停用"), code="account_closed")
    if helped.name and helped.name != name:
        raise RuleBroken(_("这个手机号登记的不是这个姓名，请核对"), code="phone_of_another", field="name")
    pair = helped_by(helper).filter(helped=helped).first()
    if pair is not None:
        return pair
    mine, hers = helped_by(helper), helpers_of(helped)
    too_many = _("已经有%(most)d个人在帮这位家里人办，不能再多") % {"most": MOST_HELPERS}
    pair = FamilyHelp.objects.create(
        helper=helper,
        helped=helped,
        helper_place=_free(mine.values_list("helper_place", flat=True), MOST_HELPED, _too_many_helped()),
        helped_place=_free(hers.values_list("helped_place", flat=True), MOST_HELPERS, too_many),
    )
    if not helped.name:
        helped.name, helped.home_area = name, helped.home_area or helper.home_area
        helped.save(update_fields=["name", "home_area"])
    _note("civic.family.begun", pair, by=helper)
    return pair


@transaction.atomic
def end(pair: FamilyHelp, *, by: Person, roles: Iterable[Role] = ()) -> None:
    """End it (结束代办), by either of the two or by the worker whom she told; twice is once."""
    require(by, "civic.end_family", pair)
    if FamilyHelp.objects.filter(pk=pair.pk, ended_at=None).update(ended_at=now()):
        _note("civic.family.ended", pair, by=by, roles=roles)


def end_all(person: Person) -> None:
    """Somebody goes (注销): whom they helped and who helped them are on their own again."""
    for pair in FamilyHelp.objects.filter(Q(helper=person) | Q(helped=person), ended_at=None):
        end(pair, by=person)


def acting(by: Person, helped: Person | None) -> None:
    """Hold the pair while its helper hands something in. RuleBroken where it ended, or never was."""
    require(by, "civic.help_family")
    pairs = FamilyHelp.objects.select_for_update(no_key=True)
    if helped is None or pairs.filter(helper=by, helped=helped, ended_at=None).first() is None:
        raise RuleBroken(_("您现在不能替这个人办了。要接着帮，请到“我的”里的“帮家里人办”"), code="family_ended")


def _free(taken: Iterable[int], most: int, refusal: str) -> int:
    """The first place nobody holds. RuleBroken when all are taken."""
    left = sorted(set(range(1, most + 1)) - set(taken))
    if not left:
        raise RuleBroken(refusal, code="family_full")
    return left[0]


def _too_many_helped() -> str:
    return _("一个人最多帮%(most)d位家里人办。先结束一位，再添") % {"most": MOST_HELPED}


def _note(action: str, pair: FamilyHelp, *, by: Person, roles: Iterable[Role] = ()) -> None:
    after = {"helper": pair.helper_id, "helped": pair.helped_id}
    behalf = None if by.pk == pair.helped_id else pair.helped
    record(action, by=by, on=pair, kind=Kind.DAILY, is_public=False, after=after, on_behalf_of=behalf, roles=roles)
