"""Whole lives, told through the real services at the time they happened (全过程).

The six projects reported in Doumen in 2021, with a plausible record, and the samples of today, one waiting
at every desk. What a report does not say is marked 演示数据 event by event.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from civic import audit, moments
from civic.models import Organisation, Person, Role
from delivery.models import Filing
from delivery.rules.acceptance import Measured
from delivery.rules.works import Stage
from delivery.services import acceptance, approvals, contracts, filing, payments, ratings, settlement, works
from proposals.models import AssistedHow, PreReview, Project, ProjectState, Round
from proposals.rules import Answer
from proposals.services import intake, moves, proposing, reviews, seconding
from publicity.demo import DEMO, REPORTED, REPORTED_ON, papers
from publicity.demo.cast import Cast, cast_of
from publicity.demo.places import account
from publicity.demo.tales import REPORTED_HERE, Tale, samples_of_today
from publicity.services import notices
from voting.models import How
from voting.services import attendance, items, meetings, minutes, undertakings

PATH = (
    "proposed",
    "accepted",
    "reviewed",
    "decided",
    "approved",
    "noticed",
    "contracted",
    "building",
    "finished",
    "accepted_works",
    "settled",
)
DAYS = dict(zip(PATH, (0, 1, 6, 14, 20, 29, 44, 68, 98, 106, 118), strict=True))  # days after the proposal


class Teller:
    """Tells one tale step by step; each step is one or two acts of the people who really do them."""

    def __init__(self, tale: Tale, round_: Round, cast: Cast) -> None:
        self.tale, self.round, self.cast = tale, round_, cast
        self.project: Project = Project()
        self.contractor = account("施工单位")

    def tell(self) -> Project:
        with audit.marked(DEMO):
            for step in PATH[: PATH.index(self.tale.until) + 1]:
                getattr(self, step)()
        return self.project

    def at(self, step: str, hour: int, minute: int = 0, plus: int = 0) -> AbstractContextManager[None]:
        """The moment of an act: so many days after the proposal."""
        return moments.at(self.moment(step, hour, minute, plus))

    def moment(self, step: str, hour: int, minute: int = 0, plus: int = 0) -> datetime:
        day = self.tale.proposed_on + timedelta(days=DAYS[step] + plus)
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def again(self) -> Project:
        """The project as it is now."""
        self.project = Project.objects.select_related("round", "area").get(pk=self.project.pk)
        return self.project

    def _proposal(self) -> proposing.Proposal:
        tale = self.tale
        return proposing.Proposal(
            round=self.round,
            area=self.cast.area,
            title=tale.title,
            category=tale.category,
            need=tale.need,
            plan="按部门意见办，完工后由居民、监督小组和村里一起验收。",
            work_type=tale.work_type,
            place_text=self.cast.area.short_name,
            beneficiaries=tale.size,
            estimate_yuan=Decimal(tale.estimate),
            photos=(papers.photo("before", "施工前"),) if tale.pictured and tale.work_type != "service" else (),
        )

    def proposed(self) -> None:
        tale = self.tale
        with self.at("proposed", 8, 47):
            proposal = self._proposal()
            if tale.by_resident:
                resident = proposing.Resident(name="演示居民", how=AssistedHow.PRESENT, note="在村公服站口述")
                self.project = proposing.propose(proposal, by=self.cast.worker, key=uuid4(), resident=resident)
            else:
                self.project = proposing.propose(proposal, by=self.cast.office, key=uuid4(), for_unit=True)
        with self.at("proposed", 19, 5):
            for member in self.cast.members[-tale.seconders :]:
                seconding.second(self.again(), by=member)

    def accepted(self) -> None:
        with self.at("accepted", 11, 5):
            intake.accept(self.again(), by=self.cast.worker, note="情况属实，范围符合办法")

    def reviewed(self) -> None:
        tasks = (
            PreReview.objects.filter(project=self.project).select_related("department", "project__round").order_by("pk")
        )
        for number, review in enumerate(tasks):
            by = Person.objects.get(appointments__organisation=review.department, appointments__role=Role.REVIEWER)
            with self.at("reviewed", 15, 20 + number):
                reviews.answer(review, by=by, answer=self._finding(first=number == 0))

    def _finding(self, *, first: bool) -> Answer:
        checklist = dict.fromkeys(self.round.terms.points(self.tale.work_type), "yes")
        changed = first and self.tale.reviewed != self.tale.estimate
        return Answer(
            finding="feasible",
            checklist=checklist,
            amount_yuan=Decimal(self.tale.reviewed) if changed else None,
            amount_reason="按定额核价" if changed else "",
        )

    def decided(self) -> None:
        cast = self.cast
        with self.at("decided", 9, plus=-6):
            meeting = meetings.call_meeting(
                cast.assembly,
                self.round,
                by=cast.office,
                projects=[self.again()],
                starts_at=self.moment("decided", 19, 30),
                place=f"{cast.area.short_name}文化室",
                chair=cast.office,
                recorder=cast.worker,
                teller=cast.members[0],
                monitor=cast.supervisor,
                mark=DEMO,
            )
        with self.at("decided", 10, plus=-1):
            on = self.tale.proposed_on + timedelta(days=DAYS["decided"] - 2)
            meetings.record_prior_study(meeting, by=cast.office, body="村党组织", on=on, conclusion="同意提交议事会")
        present = cast.members[: -(-len(cast.members) * 4 // 5)]
        with self.at("decided", 19, 25):
            attendance.tick(meeting, members=present, by=cast.worker, how=How.TICK)
        with self.at("decided", 19, 30):
            meetings.open_meeting(meeting, by=cast.office)
            item = meeting.items.get()
            items.open_item(item, by=cast.office)
        with self.at("decided", 19, 55):
            against, abstain = (1, 1) if len(present) > 6 else (0, 0)
            for_ = len(present) - against - abstain
            items.type_counts(item, by=cast.worker, votes_for=for_, against=against, abstain=abstain, not_voted=0)
        with self.at("decided", 20, 5):
            due_on = self.tale.proposed_on + timedelta(days=DAYS["decided"] + 14)
            promised = undertakings.undertake(
                meeting, by=cast.worker, text="把表决结果贴到村口公告栏", owner=cast.worker, due_on=due_on
            )
        with self.at("decided", 20, 10):
            meetings.close_meeting(meeting, by=cast.office)
        with self.at("decided", 9, 40, plus=1):
            minutes.confirm(meeting, by=cast.office)
        if due_on < moments.today():
            with self.at("decided", 10, plus=3):
                undertakings.settle(promised, by=cast.worker, state="done", outcome="贴在村口和文化室，拍了照片")

    def approved(self) -> None:
        amount = Decimal(self.tale.reviewed)
        with self.at("approved", 9, 30, plus=-2):
            approval = approvals.submit(
                self.again(),
                by=self.cast.handler,
                amount_yuan=amount,
                minutes_no="镇党政联席会纪要第4号（演示）",
                minutes=papers.paper("会议纪要（演示）", "MINUTES - DEMO"),
            )
        with self.at("approved", 10, 2):
            approvals.approve(approval, by=self.cast.approver)
            notices.open_for(self.again())

    def noticed(self) -> None:
        notice = self.project.notices.get()
        with moments.at(notice.ends_at + timedelta(minutes=1)):
            notices.end(notice)

    def contracted(self) -> None:
        finish_on = self.tale.proposed_on + timedelta(days=DAYS["finished"])
        total = Decimal(self.tale.reviewed) - 300
        with self.at("contracted", 16):
            terms = contracts.Terms(
                number=f"YS-{self.project.code}",
                client=self.cast.area.name,
                contractor=Organisation.objects.get(name="承接单位甲（演示）"),
                method="quotes",
                signed_on=self.tale.proposed_on + timedelta(days=DAYS["contracted"]),
                finish_on=finish_on,
                total_yuan=total,
                scan=papers.paper("合同扫描件（演示）", "CONTRACT - DEMO"),
            )
            contracts.sign(terms, [(self.again(), total)], by=self.cast.handler)
            works.set_plan(self.again(), self._stages(), by=self.cast.handler, visits_planned=self._visits())
        with self.at("contracted", 8, 30, plus=3):
            its_filing = Filing.objects.get(contract__items__work__project=self.project)
            number = f"BA-{self.project.code}"
            filing.file(its_filing, by=self.cast.handler, number=number, filed_on=moments.today())
            works.start(self.again(), by=self.cast.handler, board_photo=papers.photo("before", "公示牌"))

    def _stages(self) -> Sequence[Stage]:
        def day(plus: int) -> date:
            return self.tale.proposed_on + timedelta(days=DAYS["contracted"] + plus)

        slots = ("", "", "") if self.tale.work_type == "service" else ("before", "during", "after")
        return [
            Stage("准备", day(8), 20, slots[0]),
            Stage("主体", day(24), 50, slots[1]),
            Stage("收尾", day(50), 30, slots[2]),
        ]

    def _visits(self) -> int | None:
        return 72 if self.tale.work_type == "service" else None

    def building(self) -> None:
        stages = list(self.project.work.milestones.order_by("order"))
        for stage, shown, plus in zip(stages[:2], ("before", "during"), (-17, -1), strict=True):
            with self.at("building", 9, 14, plus=plus):
                photo = papers.photo(shown, stage.name) if stage.photo_slot else None
                works.finish_milestone(stage, by=self.contractor, photo=photo)
        with self.at("building", 14):
            photos = [] if self._visits() else [papers.photo("during", "主体完成")]
            works.report(self.again(), by=self.contractor, percent=70, note="主体完成", photos=photos)
        if self._visits():
            with self.at("building", 17):
                works.log_visit(
                    self.again(), by=self.contractor, visited_on=moments.today(), served=6, note="按计划上门"
                )
        with self.at("building", 10, plus=2):
            self._paid(Decimal(self.tale.reviewed) / 2)

    def _paid(self, amount_yuan: Decimal) -> None:
        payment = payments.request(self.again(), by=self.contractor, amount_yuan=amount_yuan)
        payments.review(payment, by=self.cast.handler)
        payments.pay(payment, by=self.cast.approver)

    def finished(self) -> None:
        stage = self.project.work.milestones.latest("order")
        with self.at("finished", 10, plus=-6):
            works.finish_milestone(
                stage, by=self.contractor, photo=papers.photo("after", "完工"), late_reason="下雨停工4天"
            )
        with self.at("finished", 16):
            works.report_done(self.again(), by=self.contractor, note="全部完成，场地清理干净")

    def accepted_works(self) -> None:
        signatures = [
            {"role": "resident", "by": self.cast.office, "agrees": True, "name": "演示居民"},
            {"role": "supervisor", "by": self.cast.supervisor, "agrees": True},
            {"role": "village_office", "by": self.cast.office, "agrees": True},
        ]
        with self.at("accepted_works", 10, 30):
            measured = [
                Measured(name, unit, Decimal(count), "pass", Decimal(count), photo=papers.photo("after", name))
                for name, unit, count in self.tale.items
            ]
            acceptance.hold(
                self.again(), by=self.cast.office, held_on=moments.today(), items=measured, signatures=signatures
            )

    def settled(self) -> None:
        with self.at("settled", 15):
            settlement.settle(
                self.again(),
                by=self.cast.handler,
                settled_yuan=Decimal(self.tale.reviewed) - 800,
                sheet=papers.paper("结算表（演示）", "SETTLEMENT - DEMO"),
                note="按实际数量核减",
            )
        with self.at("settled", 20, plus=1):
            for member, score in zip(self.cast.members[:6], (5, 5, 4, 4, 5, 3), strict=False):
                ratings.rate(self.again(), by=member, score=score, reasons=["质量"], words="")
        with self.at("settled", 11, plus=6):
            left = Decimal(self.tale.reviewed) - 800 - self.again().work.paid_yuan
            self._paid(left)
        self.looked_back()

    def looked_back(self) -> None:
        """The looks back (回头看) whose day is over by now, each on its day."""
        for visit in self.project.follow_ups.filter(due_on__lt=moments.today()).order_by("due_on"):
            with moments.at(timezone.make_aware(datetime.combine(visit.due_on, time(10, 20)))):
                note = "到现场看了，用得好好的，没有松动和损坏"
                photo = None if self._visits() else papers.photo("after", "回头看")
                ratings.look_back(visit, by=self.cast.worker, note=note, photo=photo)


def told_of_2021(round_: Round) -> dict[str, int]:
    """The six projects reported in Doumen; returns how many are done and how many in progress."""
    for tale in REPORTED_HERE:
        Teller(tale, round_, cast_of(tale.place)).tell()
    for project in Project.objects.filter(round=round_, state=ProjectState.IN_PROGRESS):
        stand_still(project)
    states = [p.state for p in Project.objects.filter(round=round_)]
    return {"done": states.count("completed"), "in_progress": states.count("in_progress")}


def stand_still(project: Project) -> None:
    """Say that nothing is known after the report (报道之后没有数据); the clock no longer runs on it."""
    with moments.at(REPORTED_ON), transaction.atomic():
        moves.stop_clock(project)
        audit.record(
            "project.unknown",
            by="load_demo",
            on=project,
            sentence="公开报道只到2021年6月，之后的进展没有数据，时限不再计算",
            happened_at=date(2021, 6, 30),
            mark=REPORTED,
        )


def told_today(round_: Round) -> None:
    """One project waiting at every desk of 小濠冲村, in the open round."""
    for tale in samples_of_today(moments.today()):
        Teller(tale, round_, cast_of(tale.place)).tell()
