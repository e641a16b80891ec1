"""The pages of a result: nothing of the count before two people published it; then everything, to count again from."""

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import strip_tags

from civic.models import Role
from tests import make
from tests.voting.polls import build
from tests.voting.results import hall
from voting.models import PollAct, PollState

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]
FILES = ("ballots_file", "rule_file", "log_file")


def url(name: str, office: build.Office, *more: int) -> str:
    return reverse(f"voting:{name}", args=[office.poll.pk, *more])


def text(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (build.opened, "还没有结果"),
        (lambda: hall.held(hall.votes(3, 1)), "已经截止"),
        (lambda: hall.counted(hall.votes(3, 1)), "已经截止"),
    ],
    ids=["open", "closed", "counted"],
)
def test_before_publication_the_page_says_when_and_tells_no_vote(client, held, said):
    office = held()
    page = text(client, url("results", office))

    assert said in page
    assert "result-table" not in page
    assert not any(project.title in page for project in office.projects)
    assert [client.get(url(name, office)).status_code for name in FILES] == [404, 404, 200]
    log = json.loads(client.get(url("log_file", office)).content)
    assert set(log) == {"poll", "leaves", "checkpoints"}, "the ballots stay in the box until the result is public"


def test_a_draft_and_an_unknown_poll_have_no_result_page(client):
    office = build.prepared()
    assert client.get(url("results", office)).status_code == 404
    assert client.get(reverse("voting:results", args=[office.poll.pk + 9])).status_code == 404


def test_a_cancelled_poll_says_so(client):
    office = build.opened()
    office.agree("cancel")
    assert "取消" in text(client, url("results", office))


def test_the_published_page_has_the_table_the_reasons_and_the_draw(client):
    office = hall.published(hall.votes(3, 3, 1), roll=9)
    page = strip_tags(text(client, url("results", office)))

    assert page.index("名次") < page.index("切线：以上入选1项，一共60,000元，还剩40,000元") < page.index("为什么入选")
    assert "名册9人，7人投票" in page
    assert "公开抽签定先后" in page
    assert "候补第1位" in page
    assert office.poll.seed in page
    assert office.poll.rule_hash in page


def test_what_was_left_out_may_be_objected_to_its_place_in_reserve_included(client):
    office = hall.published(hall.votes(3, 2, 1), roll=9)

    page = text(client, url("results", office))

    doors = [f"/p/{project.code}/object/" for project in office.projects]
    assert [door in page for door in doors] == [False, True, True]
    client.force_login(make.person())
    sent = {"what": "对名次有不同意见", "why": "这一项的票数和日志里的对不上"}
    assert [client.post(door, sent).status_code for door in doors[1:]] == [302, 302]
    assert [project.objections.count() for project in office.projects] == [0, 1, 1]


def test_the_files_carry_what_was_hashed_and_count_to_the_same_winners(client, tmp_path):
    office = hall.published(hall.votes(1, 3, 2))
    pb, rule, log = (client.get(url(name, office)).content for name in FILES)
    result = hall.result(office)

    assert hashlib.sha256(pb).hexdigest() == result.ballots_hash
    assert hashlib.sha256(rule).hexdigest() == result.rule_hash == office.poll.rule_hash
    for name, content in (("b.pb", pb), ("rule.json", rule), ("log.json", log)):
        (tmp_path / name).write_bytes(content)
    out = StringIO()
    call_command(
        "recount",
        str(tmp_path / "b.pb"),
        rule_file=tmp_path / "rule.json",
        seed=office.poll.seed,
        json=True,
        stdout=out,
    )
    assert json.loads(out.getvalue())["selected"] == [office.projects[1].code]
    call_command("verify_urn", office.poll.pk, file=tmp_path / "log.json", stdout=StringIO())


def test_sealed_ballots_are_not_published(client):
    office = hall.published([{0: 1, 1: 0}, {0: 1}], rules={"ballot_method": "yes_no"})
    page = text(client, url("results", office))

    assert "赞成2、反对0、弃权0" in page
    assert client.get(url("ballots_file", office)).status_code == 404
    opened = json.loads(client.get(url("log_file", office)).content)["openings"]
    assert {one["choices"] for one in opened} == {None}


def test_the_office_reads_the_count_first_and_asks_for_its_publication(client):
    office = hall.counted(hall.votes(2, 1))
    client.force_login(office.handler)
    address = url("poll_result", office)

    assert "还没公布" in text(client, address)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "核对过了"}).status_code == 302
    assert client.post(address, {"reason": "再提请一次"}).status_code == 409
    act = PollAct.objects.get(kind="publish")
    assert "核对无误" not in text(client, address)

    client.force_login(office.approver)
    assert url("poll_confirm", office, act.pk) in text(client, address)
    assert client.post(url("poll_confirm", office, act.pk)).status_code == 302
    assert office.fresh().state == PollState.PUBLISHED
    assert client.post(address, {"reason": "又来一次"}).status_code == 409


def test_nobody_else_reads_the_count(client):
    office = hall.counted(hall.votes(2, 1))
    address = url("poll_result", office)
    assert client.get(address).status_code == 302

    for person in (
        make.resident(),
        make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN),
        make.officer(Role.SOCIAL_WORKER),
    ):
        client.force_login(person)
        assert client.get(address).status_code == 403
        assert client.post(address, {"reason": "想看看"}).status_code == 403
    assert not PollAct.objects.filter(kind="publish").exists()


def test_there_is_nothing_to_review_before_the_count(client):
    office = hall.held(hall.votes(1))
    client.force_login(office.handler)
    assert client.get(url("poll_result", office)).status_code == 404
