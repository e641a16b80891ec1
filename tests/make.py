"""Rows for tests, with no surprises: the fact a test turns on is written in the test, the rest is plain here.

The places are real codes of Doumen district; the people are obviously made up.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from civic.models import Appointment, Area, Level, Organisation, OrganisationKind, Person, Residency, Role
from civic.moments import now, today
from proposals.models import Project, ProjectState, Round
from proposals.models.projects import ENDED

DISTRICT, TOWN, VILLAGE, OTHER_VILLAGE, OTHER_TOWN = (
    "440403000000",
    "440403103000",
    "440403103200",
    "440403103201",
    "440403107000",
)
MICRO_ROUTE = ["screening", "review", "assembly", "approval", "notice"]
_number = count(1)


def areas() -> dict[str, Area]:
    """The district, two towns and two villages of one of them."""
    rows = [
        ("440000000000", "广东省", Level.PROVINCE, None),
        ("440400000000", "珠海市", Level.PREFECTURE, "440000000000"),
        (DISTRICT, "斗门区", Level.COUNTY, "440400000000"),
        (TOWN, "斗门镇", Level.TOWN, DISTRICT),
        (OTHER_TOWN, "井岸镇", Level.TOWN, DISTRICT),
        (VILLAGE, "测试甲村委会", Level.VILLAGE, TOWN),
        (OTHER_VILLAGE, "测试乙村委会", Level.VILLAGE, TOWN),
    ]
    Area.objects.bulk_create(
        [Area(code=c, name=n, level=lv, parent_id=p, valid_from="2023-01-01") for c, n, lv, p in rows],
        ignore_conflicts=True,
    )
    return {a.code: a for a in Area.objects.all()}


def area(code: str = VILLAGE) -> Area:
    found = Area.objects.filter(pk=code).first()
    return found or areas()[code]


def person(name: str = "王测试", *, phone: str | None = "", **extra) -> Person:
    """A resident with a phone of their own; phone=None for someone without one."""
    if phone == "":
        phone = f"138{next(_number):08d}"
    return Person.objects.create_person(phone, name, **extra)


def old_hand(name: str = "王测试") -> Person:
    """A resident whose account is older than its first day."""
    found = person(name)
    found.created_at = now() - timedelta(days=2)
    found.save(update_fields=["created_at"])
    return found


def organisation(
    name: str = "", *, kind: str = OrganisationKind.DEPARTMENT, at: str = TOWN, duty: str = ""
) -> Organisation:
    return Organisation.objects.create(name=name or f"测试单位{next(_number)}", kind=kind, area=area(at), duty=duty)


def officer(role: Role, at: str = VILLAGE, *, organisation: Organisation | None = None, name: str = "李测试") -> Person:
    """A person holding a role over an area from last year on, whose phone was proved before the password was set."""
    someone = person(name, password="test-pass-123", phone_verified_at=now())
    appoint(someone, role, at, organisation=organisation)
    return someone


def appoint(someone: Person, role: Role, at: str = VILLAGE, *, organisation: Organisation | None = None) -> Appointment:
    """Somebody's role over an area from last year on."""
    return Appointment.objects.create(
        person=someone,
        role=role,
        area=area(at),
        organisation=organisation,
        starts_on=today() - timedelta(days=365),
    )


def resident(at: str = VILLAGE, name: str = "王测试") -> Person:
    """A resident whose residency a social worker verified."""
    someone = person(name)
    Residency.objects.create(
        person=someone, area=area(at), how_verified="户口簿", verified_by=officer(Role.SOCIAL_WORKER, at)
    )
    return someone


def round_(*, route: list[str] | None = None, at: str = DISTRICT, **extra) -> Round:
    """An open round of the district with default rules."""
    rules = extra.pop("rules", {})
    return Round.objects.create(
        **{
            "area": area(at),
            "year": today().year,
            "name": f"测试轮次{next(_number)}",
            "route": route or MICRO_ROUTE,
            "rules": rules,
            "opens_at": now() - timedelta(days=30),
        }
        | extra
    )


def project(state: str = ProjectState.FILED, **extra) -> Project:
    """A project standing in a state, with a code unless it is a draft; its clock as the rules set it."""
    from civic.calendar import add_workdays
    from proposals.rules import limit_workdays

    its_round = extra.pop("round", None) or round_()
    limit = None if state in ENDED or state == ProjectState.DRAFT else limit_workdays(its_round.terms, state)
    number = next(_number)
    return Project.objects.create(
        **{
            "round": its_round,
            "area": area(extra.pop("at", VILLAGE)),
            "code": None if state == ProjectState.DRAFT else f"WSS-{its_round.year}-{number:04d}",
            "title": f"卫生站门口修坡道{number}",
            "need": "台阶太高，轮椅上不去",
            "category": "关爱特殊群体",
            "place_text": "村卫生站门口",
            "estimate_yuan": Decimal("60000.00"),
            "proposer": extra.pop("proposer", None) or person(),
            "state": state,
            "filed_at": None if state == ProjectState.DRAFT else now(),
            "due_on": None if limit is None else add_workdays(today(), limit),
            "limit_workdays": limit,
        }
        | extra
    )
