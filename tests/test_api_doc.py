"""docs/api.md tells the truth: every call it shows is made, in its order, and answered as printed.

The document is one story of one project. What the pages do between two calls is done here, in `BEFORE`. An
answer may leave fields out with "…": "…"; what differs from run to run (tokens) is matched by place and kept
for the calls that follow. When an answer changed on purpose, the failure prints the new one.
"""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from civic import clock, moments
from civic.models import AuditEvent, Person
from delivery.models import Milestone
from delivery.services import approvals, contracts, works
from proposals.models import PreReview, Project, ProjectState
from proposals.rules import Answer
from proposals.services import reviews
from publicity.models import Objection
from publicity.services import messages, objections
from tests import make
from tests.village import Village, kept, pdf, photo
from tests.voting.polls import build
from voting import tasks
from voting.models import How, Meeting
from voting.services import attendance, ballots, items, meetings, minutes, own_ballots, polls, undertakings
from wishes.models import Demand
from wishes.services import handling

DOC = (Path(__file__).parent.parent / "docs/api.md").read_text()
SECTION = re.compile(
    r"^### `(?P<method>GET|POST) (?P<path>\S+)`\n(?P<said>.*?)"
    r"^```http\n(?P<line>\S+ \S+)\n(?:\n(?P<body>.*?))?^```\n"
    r"\n(?P<status>\d{3})(?: (?P<none>without a body))?(?P<then>\.|:\n\n```json\n(?P<answer>.*?)^```)",
    re.MULTILINE | re.DOTALL,
)
MORE = "…"
BEGIN = datetime(2025, 3, 3, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Story:
    """The village, what time it is, and the one project everything is about."""

    def __init__(self) -> None:
        self.at = BEGIN
        with moments.at(self.at):
            self.village = Village()
        self.tokens: dict[str, str] = {}
        self.vote: build.Office

    @property
    def project(self) -> Project:
        return Project.objects.select_related("round", "area").get()

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.select_related("assembly__area", "round").get()

    def who(self, said: str) -> Person | None:
        """Who calls, as the text before the request says it (As the …)."""
        village = self.village
        people = {
            "resident": village.proposer,
            "neighbour": village.neighbour,
            "social worker": village.worker,
            "reviewer": village.reviewers["建设"],
            "member": village.members[0],
            "handler": village.handler,
            "approver": village.approver,
            "village office": village.chair,
        }
        named = re.search(r"As (?:the|a|an) ([a-z ]+?)(?:,|:|\.| of )", said)
        return people[named[1]] if named else None


def the_other_department_answers(story: Story) -> None:
    review = PreReview.objects.get(state="open")
    checklist = dict.fromkeys(story.project.round.terms.checklist, "yes")
    said = Answer(finding="feasible", checklist=checklist)
    reviews.answer(review, by=story.village.reviewers[review.duty], answer=said)


def the_assembly_is_called(story: Story) -> None:
    the_other_department_answers(story)
    village = story.village
    made = meetings.call_meeting(
        village.assembly,
        village.round,
        by=village.chair,
        projects=[story.project],
        starts_at=story.at + timedelta(days=3),
        place="村委会二楼会议室",
        chair=village.chair,
        recorder=village.worker,
        teller=village.supervisors[0],
        monitor=village.supervisors[1],
    )
    meetings.record_prior_study(
        made,
        by=village.chair,
        body="测试甲村党总支",
        on=moments.today(),
        conclusion="同意提交议事会表决",
        document=None,
    )


def the_chair_puts_it_to_the_vote(story: Story) -> None:
    story.at += timedelta(days=3)
    with moments.at(story.at):
        for member in story.village.members:
            attendance.sign_in(story.meeting, member=member, by=member, how=How.QR)
        meetings.open_meeting(story.meeting, by=story.village.chair)
        items.open_item(story.meeting.items.get(), by=story.village.chair)


def the_minutes_are_confirmed(story: Story) -> None:
    for member, choice in zip(story.village.members[1:], ("for", "against"), strict=True):
        ballots.cast(story.meeting.items.get(), by=Person.objects.get(pk=member.pk), choice=choice)
    items.close_item(story.meeting.items.get(), by=story.village.chair)
    meetings.close_meeting(story.meeting, by=story.village.chair)
    owner, due_on = story.village.supervisors[0], moments.today() + timedelta(days=14)
    undertakings.undertake(
        story.meeting, by=story.village.worker, text="请供电所装两盏路灯", owner=owner, due_on=due_on
    )
    minutes.confirm(story.meeting, by=story.village.chair, closing="大家同意先修坡道。")
    wrong = {"recorded": "二楼", "right": "会议在三楼开", "reason": "录入错误"}
    minutes.correct(story.meeting, by=story.village.chair, item=story.meeting.items.get(), **wrong)


def it_is_asked_for_again(story: Story) -> None:
    approvals.submit(
        story.project,
        by=story.village.handler,
        amount_yuan=Decimal("52800.00"),
        reason="",
        minutes_no="镇党政联席会纪要第4号",
        minutes=kept(pdf(), story.village.handler),
        sources={},
    )


def the_proposer_is_told(story: Story) -> None:
    assert messages.tell(AuditEvent.objects.filter(action="project.object").latest("pk")) == 1


def the_works_are_done(story: Story) -> None:
    village = story.village
    objection = Objection.objects.get()
    objections.reply(objection, by=village.handler, outcome="not_upheld", reply="坡道宽1.5米，已留出通道")
    story.at += timedelta(days=14)
    with moments.at(story.at):
        clock.tick()
        terms = contracts.Terms(
            number="测试合同-1",
            contractor=village.builder,
            method="quotes",
            signed_on=moments.today(),
            finish_on=moments.today() + timedelta(days=30),
            total_yuan=Decimal("49500.00"),
            scan=kept(pdf(), village.handler),
            split_reason="",
        )
        contracts.sign(terms, [(story.project, Decimal("49500.00"))], by=village.handler)
        works.start(story.project, by=village.handler, board_photo=kept(photo(), village.handler))
        for stage in Milestone.objects.all():
            shown = kept(photo(), village.contractor)
            works.finish_milestone(stage, by=village.contractor, photo=shown, late_reason="", on=moments.today())
        works.report_done(story.project, by=village.contractor)
    story.tokens["5b0f2a4e-1d3c-4f6a-8b7e-9c0d1e2f3a4b"] = str(kept(photo(), village.chair).token)


def a_poll_opens(story: Story) -> None:
    """Two projects of another round are put to the vote; the neighbour and the members are on the roll."""
    village = story.village
    terms = {"poll_notice_days": 0, "ballot_limit": 2}
    its_round = make.round_(name="测试年度投票轮", route=build.ROUTE, rules=terms, year=2025)
    projects = [
        make.project(ProjectState.IN_POLL, round=its_round, code=f"WSS-2025-010{n}", title=title)
        for n, title in enumerate(("村口装三盏路灯", "文化室添长凳"), start=1)
    ]
    hours = {"opens_at": build.hour(1), "closes_at": build.hour(49)}
    poll = polls.prepare(its_round, make.area(), by=village.handler, budget_yuan=Decimal(100000), **hours)
    for person in (village.neighbour, *village.members):
        build.on_roll(poll, person)
    story.vote = build.Office(its_round, village.handler, village.approver, projects, poll)
    story.vote.agree("open")
    story.at += timedelta(hours=2)
    with moments.at(story.at):
        assert polls.open_due(by="test") == 1


def the_poll_is_published(story: Story) -> None:
    for member in story.village.members:
        own_ballots.vote(story.vote.poll.pk, {"WSS-2025-0101": 1}, by=member)
    story.at += timedelta(days=3)
    with moments.at(story.at):
        tasks.open_and_close_polls()
        story.vote.agree("publish")


def the_matter_is_reported_done(story: Story) -> None:
    office = story.village.chair
    if (demand := Demand.objects.get()).state == "filed":
        handling.take_in(demand, by=office, horizon="now", due_on=moments.today())
    handling.finish(demand, by=office, words="换了新灯泡", photos=[kept(photo(), office)])


BEFORE = {  # what the pages do before a call
    "GET /api/v1/meetings/": the_assembly_is_called,
    "POST /api/v1/meetings/{id}/items/{order}/vote/": the_chair_puts_it_to_the_vote,
    "GET /api/v1/meetings/{id}/": the_minutes_are_confirmed,
    "POST /api/v1/approvals/{id}/approve/": it_is_asked_for_again,
    "GET /api/v1/messages/": the_proposer_is_told,
    "POST /api/v1/acceptances/": the_works_are_done,
    "GET /api/v1/polls/": a_poll_opens,
    "GET /api/v1/polls/{id}/results/": the_poll_is_published,
    "GET /api/v1/demands/{number}/": the_matter_is_reported_done,
    "POST /api/v1/demands/{number}/confirm/": the_matter_is_reported_done,
}


@pytest.mark.django_db(transaction=True, reset_sequences=True, databases=build.URN)
@pytest.mark.postgres
def test_every_call_in_the_document_is_answered_as_it_prints(settings, tmp_path):
    settings.POLL_KEYS_DIR = tmp_path / "poll_keys"
    story = Story()
    sections = list(SECTION.finditer(DOC))
    assert len(sections) == DOC.count("\n### `"), "a call is not written in the document's own form"

    for shown in sections:
        name = f"{shown['method']} {shown['path']}"
        with moments.at(story.at):
            BEFORE.get(name, lambda _story: None)(story)
        with moments.at(story.at):
            answer = _send(story, shown)
        assert str(answer.status_code) == shown["status"], (name, answer.content.decode())
        if shown["answer"]:
            wanted, found = json.loads(shown["answer"]), answer.json()
            problem = _difference(wanted, found, story.tokens)
            assert not problem, f"{name}\n{problem}\n{json.dumps(found, ensure_ascii=False, indent=2)}"


def _send(story: Story, shown: re.Match):
    client, who = Client(), story.who(shown["said"])
    if who is not None:
        client.force_login(Person.objects.get(pk=who.pk))
    method, address = _real(story, shown["line"]).split(" ")
    if method == "GET":
        return client.get(address)
    if "file=@" in (shown["body"] or ""):
        kind = photo() if "jpg" in shown["body"] else pdf()
        return client.post(address, {"file": SimpleUploadedFile(kind["name"], kind["buffer"], kind["mimeType"])})
    return client.post(address, _real(story, shown["body"] or ""), content_type="application/json")


def _real(story: Story, text: str) -> str:
    """What is printed, with the tokens of this run."""
    for printed, real in story.tokens.items():
        text = text.replace(printed, real)
    return text


TOKENS = {"token", "minutes", "photo", "url", "code", "commitment", "signature", "seed_commitment", "seed", "lot"}
TOKENS |= {"rule_hash", "ballot_rule_hash", "ballots_hash", "outcome_hash"}
SHAPES = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "TOKEN"),
    (r"[0-9a-f]{64}", "HASH"),
    (r"[0-9A-Za-z+/]{86}==", "SIGNATURE"),
    (r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b", "RECEIPT"),
)


def _difference(wanted, found, tokens: dict[str, str], at: str = "answer", key: str = "") -> str:
    """Where the printed answer and the real one part; empty when they do not."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        left_out = wanted.get(MORE) == MORE
        names = set(wanted) - {MORE}
        if (not left_out and names != set(found)) or not names <= set(found):
            return f"{at}: has {sorted(set(found) ^ names)} besides"
        parts = (_difference(wanted[name], found[name], tokens, f"{at}.{name}", name) for name in sorted(names))
        return next((part for part in parts if part), "")
    if isinstance(wanted, list) and isinstance(found, list):
        if wanted[-1:] == [MORE]:
            wanted, found = wanted[:-1], found[: len(wanted) - 1]
        if len(wanted) != len(found):
            return f"{at}: {len(found)} rows"
        pairs = enumerate(zip(wanted, found, strict=True))
        parts = (_difference(one, other, tokens, f"{at}[{n}]", key) for n, (one, other) in pairs)
        return next((part for part in parts if part), "")
    if key in TOKENS and isinstance(wanted, str) and isinstance(found, str) and _shape(wanted) == _shape(found):
        tokens[wanted] = found
        return ""
    return "" if wanted == found else f"{at}: prints {wanted!r}, is {found!r}"


def _shape(text: str) -> str:
    """The text with every random token in it alike."""
    for random, name in SHAPES:
        text = re.sub(random, name, text)
    return text


def test_the_story_prints_no_full_name():
    assert re.findall("王阿婆|林阿强|陈社工|黄主任|李建设|周经办|郑镇长|吴工头", DOC) == []
