"""What the routes of the permission table name: for each a row of 小濠冲村, in the state its act wants.

The demo has one project at every desk; where an act wants more (a claim to review, a fix to mend, an objection to
answer) it is told here, through the real services, by the people who would do it. Where the row or what is sent
decides who may, a route stands in the table several times, as ``route 说明``.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from civic import files
from civic.models import Attachment, AuditEvent, Person
from civic.moments import at, now, today
from delivery.models import Disclosure, Milestone, Pool
from delivery.rules.acceptance import Measured
from delivery.services import acceptance, approvals, changes, contracts, payments, ratings, works
from proposals.models import PreReview, Project, Round
from proposals.services import beside, merging
from publicity.demo import papers
from publicity.demo.cast import cast_of
from publicity.demo.places import account
from publicity.demo.stories import Teller
from publicity.demo.tales import Tale
from publicity.services import objections
from tests import (
    permission_board,
    permission_call_backs,
    permission_corrections,
    permission_district,
    permission_documents,
    permission_family,
    permission_follow,
    permission_imports,
    permission_money,
    permission_paper,
    permission_places,
    permission_poll_api,
    permission_polls,
    permission_public_doors,
    permission_rest,
    permission_results,
    permission_sheets,
    permission_station,
    permission_stats,
    permission_upload,
    permission_voice,
)
from voting.models import How, Meeting
from voting.services import attendance, items, meetings, undertakings

Given = dict[str, Any]
Sent = Mapping[str, Any] | Callable[[Person | None], Mapping[str, Any]]

VILLAGE = "小濠冲村"
OTHER_WORKS = "同聚党旗下——小濠冲党群共建和谐村居服务", "居家安全改造（如厕设施）"  # in progress, settled
DAYS_AGO = {  # when a project was proposed that has come so far today
    "proposed": 3,
    "reviewed": 15,
    "decided": 22,
    "approved": 23,
    "noticed": 36,
    "finished": 104,
    "accepted_works": 110,
}
STANDS = {  # which project a route's code names; any other route's project is being built
    "proposals:screen": "filed",
    "proposals:second": "filed",
    "proposals:unsecond": "filed",
    "proposals:withdraw": "filed",
    "proposals:complete": "filed",
    "proposals:propose_done": "filed",
    "proposals:phone": "filed",
    "projects-screen": "filed",
    "projects-second": "filed",
    "projects-unsecond": "filed",
    "proposals:review_of": "in_review",
    "publicity:object": "on_notice",
    "delivery:approve": "for_approval",
    "delivery:approve_confirm": "asked",
    "delivery:approve_return": "asked",
    "delivery:reserve": "for_approval",
    "delivery:recall": "reserve",
    "delivery:contract": "awaiting_start",
    "delivery:file_contract": "contracted",
    "delivery:plan": "contracted",
    "delivery:start": "contracted",
    "delivery:visit": "service",
    "delivery:accept": "for_acceptance",
    "delivery:accept_items": "for_acceptance",
    "delivery:accept_witness": "for_acceptance",
    "delivery:accept_conclude": "for_acceptance",
    "delivery:accept_set_aside": "for_acceptance",
    "delivery:sign": "for_acceptance",
    "delivery:settle": "completed",
    "delivery:rate": "completed",
    "delivery:rate_solved": "completed",
    "delivery:archive": "settled",
}


class Rows:
    """What each line of the table is given: ``given`` in its path, ``query`` after it, ``sent`` in a POST's body."""

    def __init__(self) -> None:
        self.round = Round.objects.get(name="2026年民生微实事（演示）")
        self.cast = cast_of(VILLAGE)
        self.builder, self.neighbour = account("施工单位"), account("居民（阿强）")
        self.projects = {project.state: project for project in Project.objects.filter(round=self.round)}
        self.projects["service"], self.projects["settled"] = (Project.objects.get(title=name) for name in OTHER_WORKS)
        self.given: dict[str, Given] = {}
        self.sent: dict[str, Sent] = {}
        self.query: dict[str, str] = {}
        for tell in (self.plain, self.proposed, self.met, self.asked, self.objected, self.built, self.accepted):
            tell()
        permission_polls.tell(self)
        permission_paper.tell(self)
        permission_station.tell(self)
        permission_results.tell(self)
        permission_poll_api.tell(self)
        permission_board.tell(self)
        permission_follow.tell(self)
        permission_corrections.tell(self)
        permission_family.tell(self)
        permission_places.tell(self)
        permission_public_doors.tell(self)
        permission_stats.tell(self)
        permission_upload.tell(self)
        permission_sheets.tell(self)
        permission_documents.tell(self)
        permission_voice.tell(self)
        permission_call_backs.tell(self)
        permission_rest.tell(self)
        permission_imports.tell(self)
        permission_money.tell(self)
        permission_district.tell(self)

    def code(self, route: str) -> str:
        return str(self.projects[STANDS.get(route, "in_progress")].code)

    def body(self, name: str, person: Person | None) -> Mapping[str, Any]:
        sent = self.sent.get(name, {})
        return sent(person) if callable(sent) else sent

    def pk(self, names: str, row: Any) -> None:
        """The row that routes, named with their app, are given."""
        self.given |= {name: {"pk": row.pk} for name in names.split(", ")}

    def told(self, until: str) -> Project:
        """One more project of the village, told up to a step."""
        tale = Tale(
            f"村道补平{uuid4().hex[:4]}",
            VILLAGE,
            "提升居住环境",
            "works",
            "路不平，下雨积水。",
            today() - timedelta(days=DAYS_AGO[until]),
            40000,
            38000,
            until,
            items=(("路面", "米", 12),),
            by_resident=True,
        )
        return Teller(tale, self.round, self.cast).tell()

    def plain(self) -> None:
        """What the demo has already."""
        resident = account("居民（陈阿姨）")
        building = self.projects["in_progress"].work
        self.pk("desk_resident", resident)
        self.pk("desk_residency_end", resident.residencies.get())
        self.pk("rounds-detail, proposals:cycle", self.round)
        self.pk("pools-detail", Pool.objects.get(round=self.round))
        self.pk("events-detail", AuditEvent.objects.filter(subject=self.projects["filed"].code, is_public=True)[0])
        self.pk("delivery:milestone, delivery:reschedule", Milestone.objects.filter(work=building).latest("pk"))
        self.pk("delivery:payment_case", building.payments.get())
        self.pk("delivery:follow_up", self.projects["settled"].follow_ups.earliest("months"))
        self.given |= {name: {"code": self.cast.area.parent_id} for name in ("publicity:area", "areas-detail")}
        for name, is_public in (("civic:attachment", True), ("civic:attachment 不公开", False)):
            self.given[name] = {"token": photo(self.cast.area.code, is_public=is_public).token}
        self.sent["publicity:remember"] = {"area": self.cast.area.code}
        self.query["voting:assembly"] = f"?area={self.cast.area.code}"

    def proposed(self) -> None:
        """A review that waits, a draft, a merge that waits for the second person and one that can be undone."""
        review = PreReview.objects.get(project=self.projects["in_review"], department__duty="建设")
        self.pk("proposals:review, reviews-detail, reviews-answer", review)
        by, civil = account("建设部门审核"), account("民政部门审核").live_appointments[0].organisation
        self.pk("proposals:consulted", beside.consult(review, by=by, unit=civil, question="是否影响救助"))
        self.pk("proposals:extend_review", beside.ask_for_time(review, by=by, workdays=2, reason="要等管线图"))
        self.sent["proposals:reviews_together"] = {"act": "remind", "pk": [review.pk]}
        self.sent["proposals:reviews_together 同事"] = {"act": "give", "pk": [review.pk], "colleague": by.pk}
        self.sent["proposals:propose_autosave"] = {"draft": str(uuid4()), "title": "路灯"}
        waits, joined = self.projects["filed"], self.told("proposed")
        target = self.projects["in_review"]
        self.pk(
            "proposals:merge_case 确认", merging.propose(waits, target=target, by=self.cast.office, reason="同一处")
        )
        agreed = [merging.Consent(project.proposer, "phone", "电话里说可以") for project in (joined, target)]
        case = merging.propose(joined, target=target, by=self.cast.office, reason="同一处", consents=agreed)
        self.pk("proposals:merge_case 撤销", merging.confirm(case, by=self.cast.worker))
        self.sent |= {"proposals:merge_case 确认": {"act": "confirm"}, "proposals:merge_case 撤销": {"act": "undo"}}

    def met(self) -> None:
        """A meeting whose minutes are public, one that sits over an open item, one whose minutes are a draft."""
        public = Meeting.objects.filter(state="confirmed", assembly=self.cast.assembly).latest("pk")
        sits, draft = self.meeting(), self.meeting()
        items.type_counts(draft.items.get(), by=self.cast.worker, votes_for=16, against=1, abstain=0, not_voted=0)
        meetings.close_meeting(draft, by=self.cast.office)
        self.pk("voting", sits)
        due_on, doer = today() + timedelta(days=9), self.cast.supervisor
        promised = undertakings.undertake(sits, by=self.cast.worker, text="请供电所装路灯", owner=doer, due_on=due_on)
        self.pk("voting:undertaking", promised)
        self.sent["voting:undertaking"] = {"state": "done", "outcome": "亮了"}
        self.sent["voting:undertake"] = {"text": "装路灯", "owner": doer.pk, "due_on": due_on.isoformat()}
        self.pk("voting:minutes, voting:correct_minutes, meetings-detail", public)
        self.sent["voting:correct_minutes"] = {"recorded": "二楼", "right": "会议在三楼开", "reason": "录入错误"}
        self.pk("voting:minutes 未确认, voting:confirm", draft)
        self.given["publicity:minutes_file"] = {"pk": public.pk, "kind": "docx"}
        self.given["publicity:minutes_file 未确认"] = {"pk": draft.pk, "kind": "docx"}
        self.pk("publicity:sign_in_sheet", sits)
        self.given["publicity:sign_in_sheet_file"] = {"pk": sits.pk, "kind": "docx"}
        self.given["publicity:brief"] = {"pk": sits.pk, "order": 1}
        self.given["publicity:brief_file"] = {"pk": sits.pk, "order": 1, "kind": "docx"}
        self.pk("meetings-vote", sits)
        self.sent |= {"voting:vote": {"choice": "for"}, "meetings-vote": {"choice": "for"}}

    def meeting(self) -> Meeting:
        """A meeting of today with its one item open."""
        cast, project, starts_at = self.cast, self.told("reviewed"), now()
        with at(starts_at - timedelta(days=7)):
            called = meetings.call_meeting(
                cast.assembly,
                self.round,
                by=cast.office,
                projects=[project],
                starts_at=starts_at,
                place="文化室",
                chair=cast.office,
                recorder=cast.worker,
                teller=cast.members[0],
                monitor=cast.supervisor,
            )
        on = today() - timedelta(days=2)
        meetings.record_prior_study(called, by=cast.office, body="村党组织", on=on, conclusion="同意")
        present = [account("议事会成员"), *(m for m in cast.members if m != account("议事会成员"))][:17]
        attendance.tick(called, members=present, by=cast.worker, how=How.TICK)
        meetings.open_meeting(called, by=cast.office)
        items.open_item(called.items.get(), by=cast.office)
        return called

    def asked(self) -> None:
        """A request for money that waits for the second person, one decided, and a project on the reserve list."""
        project = self.projects["asked"] = self.told("decided")
        asked = approvals.submit(
            project,
            by=self.cast.handler,
            amount_yuan=Decimal(38000),
            minutes_no="会议纪要第5号",
            minutes=papers.paper("会议纪要（演示）"),
        )
        self.projects["reserve"] = approvals.reserve(self.told("decided"), by=self.cast.handler, reason="今年钱不够")
        self.pk("approvals-detail, approvals-approve, approvals-send-back", asked)
        self.pk("approvals-detail 已批准", self.projects["on_notice"].approvals.get())
        self.sent["approvals-list"] = self.request_for_money

    def request_for_money(self, person: Person | None) -> dict[str, Any]:
        """A request as this person would send it, with a paper of their own."""
        minutes = papers.paper("会议纪要（演示）")
        minutes.uploaded_by = person
        minutes.save()
        code, token = self.projects["for_approval"].code, str(minutes.token)
        return {"project": code, "amount_yuan": "38000.00", "reason": "按定额", "minutes_no": "第6号", "minutes": token}

    def objected(self) -> None:
        """An objection that waits for its answer, one that waits for another person's."""
        self.pk("publicity:extend, notices-detail", self.projects["on_notice"].notices.get())
        words = {"what": "挡住了消防通道", "why": "消防车转不过来"}
        first, again = (objections.file(self.told("approved"), by=self.neighbour, **words) for _n in range(2))
        objections.reply(again, by=self.cast.handler, outcome="not_upheld", reply="已经现场量过，够宽")
        objections.ask_recheck(again, by=self.neighbour, reason="量的不是那一段")
        for name in ("publicity:answer", "publicity:objection", "objections-detail"):
            self.given[name] = {"number": first.number}
        self.given["publicity:answer 复核"] = {"number": again.number}
        permission_voice.object_aloud(self, self.told("approved"))

    def built(self) -> None:
        """A trouble, changes and claims of the works under way; works with a contract that have not begun."""
        building, cast = self.projects["in_progress"], self.cast
        self.pk("delivery:trouble", works.report_trouble(building, by=self.builder, note="地下有旧管"))
        quarter = Disclosure(
            project=building,
            kind="sponsor",
            starts_on=today() - timedelta(days=92),
            ends_on=today(),
            due_on=today() + timedelta(days=14),
            limit_workdays=10,
        )
        quarter.save()
        self.pk("delivery:disclose", quarter)
        small, large, taken = (self.change(building, delta) for delta in (300, 9000, 9000))
        changes.submit(taken, by=cast.handler, minutes_no="会议纪要第7号")
        claim, right = (payments.request(building, by=self.builder, amount_yuan=Decimal(500)) for _n in range(2))
        payments.review(right, by=cast.handler)
        cases = {
            "delivery:change_case 同意": (small, "confirm"),
            "delivery:change_case 上报": (large, "submit"),
            "delivery:change_case 批准": (taken, "approve"),
            "delivery:payment_case 审核": (claim, "review"),
            "delivery:payment_case 付款": (right, "pay"),
        }
        for name, (row, act) in cases.items():
            self.pk(name, row)
            self.sent[name] = {"act": act}
        self.projects["contracted"] = self.contracted()

    def change(self, project: Project, delta: int) -> Any:
        photo = papers.photo("during", "现场")
        return changes.report(project, by=self.builder, reason="加排水", delta_yuan=Decimal(delta), photo=photo)

    def contracted(self) -> Project:
        project, total = self.told("noticed"), Decimal(37700)
        terms = contracts.Terms(
            number="YS-演示",
            contractor=self.projects["in_progress"].work.item.contract.contractor,
            method="quotes",
            signed_on=today(),
            finish_on=today() + timedelta(days=30),
            total_yuan=total,
            scan=papers.paper("合同扫描件（演示）"),
        )
        contracts.sign(terms, [(project, total)], by=self.cast.handler)
        return project

    def accepted(self) -> None:
        """An acceptance under way, one that failed, one that passed and was rated low."""
        cast = self.cast
        held = acceptance.open_for(self.projects["for_acceptance"], by=cast.office, held_on=today())
        acceptance.set_items(
            held,
            [Measured("长度", "米", Decimal(12), "pass", Decimal(12), "", papers.photo("after", "长度"))],
            by=cast.office,
        )
        failed = acceptance.hold(
            self.told("finished"),
            by=cast.office,
            held_on=today(),
            items=[Measured("路面", "米", Decimal(12), "fail", Decimal(9), "短了", papers.photo("after", "路面"))],
            signatures=[
                {"role": "resident", "agrees": True, "name": "演示居民"},
                {"role": "supervisor", "by": cast.supervisor, "agrees": True},
                {"role": "village_office", "agrees": True},
            ],
        )
        passed = self.projects["completed"] = self.told("accepted_works")
        ratings.rate(passed, by=self.neighbour, score=1, reasons=["质量"], words="又裂了")
        self.pk("delivery:fix 验收发现", failed.rectifications.get())
        self.pk("delivery:fix 居民不满意", passed.rectifications.get())
        self.pk("acceptances-detail", passed.acceptances.get())
        self.sent["acceptances-list"] = {
            "project": str(passed.code),
            "held_on": str(today()),
            "items": [{"name": "路面", "unit": "米", "contract_quantity": "12", "result": "n_a"}],
            "signatures": [],
        }


def photo(at: str, *, is_public: bool) -> Attachment:
    """A photo with its file, used in some record."""
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    kept = files.keep(SimpleUploadedFile("x.png", out.getvalue()), by=None)
    return files.use([kept], public=is_public, at=at)[0]
