"""A town with its people, a pool, and projects brought as far as a test needs them, through the real services."""

import uuid
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from civic.models import Attachment, OrganisationKind, Role
from civic.moments import today
from delivery.models import Acceptance, Contract, Pool
from delivery.rules.acceptance import Measured
from delivery.services import acceptance, approvals, contracts, works
from proposals.models import Project, ProjectState
from tests import make

YUAN = Decimal


def town(pool: str = "100000", **rules) -> SimpleNamespace:
    """People of one town, a round, and a pool of so many yuan for it."""
    make.areas()
    builder = make.organisation("测试施工队", kind=OrganisationKind.CONTRACTOR)
    its_round = make.round_(rules=rules)
    return SimpleNamespace(
        round=its_round,
        pool=Pool.objects.create(area=make.area(make.TOWN), round=its_round, amount_yuan=YUAN(pool)),
        handler=make.officer(Role.TOWN_HANDLER, make.TOWN, name="周经办"),
        approver=make.officer(Role.TOWN_APPROVER, make.TOWN, name="郑审批"),
        village=make.officer(Role.VILLAGE_OFFICE, name="黄村委"),
        social=make.officer(Role.SOCIAL_WORKER, name="林社工"),
        supervisor=make.officer(Role.SUPERVISOR, name="吴监督"),
        district=make.officer(Role.DISTRICT_OFFICE, make.DISTRICT, name="区专班"),
        builder=builder,
        foreman=make.officer(Role.CONTRACTOR, make.TOWN, organisation=builder, name="李工头"),
        other_foreman=make.officer(
            Role.CONTRACTOR,
            make.TOWN,
            organisation=make.organisation("另一施工队", kind=OrganisationKind.CONTRACTOR),
        ),
        resident=make.resident(name="陈居民"),
        outsider=make.resident(make.OTHER_VILLAGE, name="外村人"),
    )


def file(by=None, kind: str = "document") -> Attachment:
    """A document or a photo as it lies in the store."""
    return Attachment.objects.create(
        kind=kind, file=f"t/{uuid.uuid4().hex}", sha256=uuid.uuid4().hex * 2, bytes=9, uploaded_by=by
    )


def photo(by=None) -> Attachment:
    return file(by, "photo")


def asking(place: SimpleNamespace, amount: str = "50000", **extra) -> Project:
    """A project that waits for approval of its reviewed amount."""
    return make.project(
        ProjectState.FOR_APPROVAL,
        reviewed_yuan=YUAN(amount),
        **{"round": place.round, "estimate_yuan": YUAN(amount)} | extra,
    )


def submitted(place: SimpleNamespace, amount: str = "50000", project: Project | None = None):
    """A request of the project's reviewed amount that waits for the second person."""
    project = project or asking(place, amount)
    return approvals.submit(
        project,
        by=place.handler,
        amount_yuan=project.reviewed_yuan,
        minutes_no="镇纪要第4号",
        minutes=file(place.handler),
    )


def approved(place: SimpleNamespace, amount: str = "50000", **extra) -> Project:
    """An approved project whose notice is over."""
    project = approvals.approve(submitted(place, amount, asking(place, amount, **extra)), by=place.approver)
    return stand(project, ProjectState.AWAITING_START)


def stand(project: Project, state: ProjectState) -> Project:
    """The project in another state, without telling how it came there."""
    Project.objects.filter(pk=project.pk).update(state=state)
    return Project.objects.get(pk=project.pk)


def terms(place: SimpleNamespace, total: str = "48000", **extra) -> contracts.Terms:
    return contracts.Terms(
        **{
            "number": f"HT-{uuid.uuid4().hex[:6]}",
            "contractor": place.builder,
            "method": "quotes",
            "signed_on": today(),
            "finish_on": today() + timedelta(days=30),
            "total_yuan": YUAN(total),
            "scan": file(place.village),
        }
        | extra
    )


def contracted(place: SimpleNamespace, amount: str = "50000", price: str = "48000", **extra) -> Project:
    """An approved project with its contract."""
    project = approved(place, amount, **extra)
    contracts.sign(terms(place, price), [(project, YUAN(price))], by=place.village)
    return Project.objects.get(pk=project.pk)


def begun(place: SimpleNamespace, amount: str = "50000", price: str = "48000", **extra) -> Project:
    """A project whose works have begun."""
    return works.start(contracted(place, amount, price, **extra), by=place.village, board_photo=photo(place.village))


def finished(place: SimpleNamespace, **extra) -> Project:
    """A project whose works are reported done."""
    return done(place, begun(place, **extra))


def done(place: SimpleNamespace, project: Project) -> Project:
    """Works under way, all their milestones finished and the whole reported."""
    for milestone in project.work.milestones.all():
        works.finish_milestone(milestone, by=place.foreman, photo=photo(place.foreman))
    return works.report_done(project, by=place.foreman)


def measured(name: str = "坡道长度", *, result: str = "pass", got: str = "12.00") -> Measured:
    return Measured(name, "米", YUAN("12.00"), result, YUAN(got), "", photo())


def held(place: SimpleNamespace, project: Project, *items: Measured, **extra) -> Project:
    """A whole acceptance with the signatures the default rules ask for."""
    return acceptance.hold(
        project,
        **{
            "by": place.handler,
            "held_on": today(),
            "items": items or [measured()],
            "signatures": [
                {"by": place.resident, "role": "resident", "agrees": True},
                {"by": place.supervisor, "role": "supervisor", "agrees": True},
                {"by": place.village, "role": "village_office", "agrees": True},
            ],
        }
        | extra,
    )


def completed(place: SimpleNamespace, **extra) -> Project:
    """An accepted project."""
    return held(place, finished(place, **extra))


def opened(place: SimpleNamespace, project: Project | None = None) -> Acceptance:
    """An acceptance under way, nothing filled in."""
    return acceptance.open_for(project or finished(place), by=place.handler, held_on=today())


def filled(place: SimpleNamespace, project: Project | None = None) -> Acceptance:
    """An acceptance under way, its list filled in, nobody's signature yet."""
    return acceptance.set_items(opened(place, project), [measured()], by=place.handler)


def contract_of(project: Project) -> Contract:
    return Contract.objects.get(items__work__project=project)
