"""What is handed in for the family (替家里人提议、附议、报事): hers, with both names, while it lasts; and never more."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.html import strip_tags

from civic import family
from civic.audit import record
from civic.limits import TooOften
from civic.models import AuditEvent
from civic.models.record import Channel
from civic.permissions import allowed
from civic.rules import RuleBroken
from delivery.models import Rating
from proposals.models import AssistedHow, Project, ProjectState, Seconding
from proposals.services import proposing, seconding
from proposals.services.proposing import of_family
from publicity.models import Message, Objection, Topic, Why
from publicity.queries import inbox
from publicity.services import follows, messages, sending
from tests import make
from tests.proposals import typed
from tests.voting.polls import build as polls
from tests.wishes import build as board
from voting.models.urn import Ballot
from wishes.models import Demand
from wishes.services import reporting

pytestmark = pytest.mark.django_db(databases=polls.URN)


@pytest.fixture
def pair():
    make.areas()
    helper = make.person("李测试", home_area=make.area())
    return family.begin(helper, make.resident(name="王测试"), name="王测试")


@pytest.fixture
def browser(client, pair):
    client.force_login(pair.helper)
    return client


def words(response):
    return strip_tags(response.content.decode())


def step(name, *args, **query):
    return reverse(f"proposals:{name}", args=args, query=query)


def propose(pair, **more):
    return proposing.propose(typed.proposal(**more), by=pair.helper, key=uuid4(), resident=of_family(pair.helped))


def test_he_proposes_for_her_and_everybody_reads_both_names(browser, pair):
    make.round_()
    token, hers = uuid4(), f"family-{pair.helped_id}"
    browser.post(step("propose_step", 1, draft=token), typed.STEP_1)
    browser.post(step("propose_step", 2, draft=token), typed.STEP_2)
    shown = browser.get(step("propose_step", 3, draft=token)).content.decode()
    browser.post(step("propose_step", 3, draft=token), typed.STEP_3 | {"who": hers})
    done = browser.post(step("propose_check", draft=token), follow=True).content.decode()

    project = Project.objects.get()
    assert "替王测试提（家里人）" in shown and "家人" in done
    assert (project.proposer, project.entered_by, project.assisted_how, project.channel) == (
        pair.helped,
        pair.helper,
        AssistedHow.FAMILY,
        Channel.WEB,
    )
    event = AuditEvent.objects.get(action="project.submit")
    assert event.sentence == "{who}提出，家人{helper}代办，估算60,000元"
    assert (event.actor, event.on_behalf_of, event.role) == (pair.helper, pair.helped, "")
    browser.logout()
    page = words(browser.get(project.get_absolute_url()))
    assert "王**（家人李**代办）" in page and "王**提出，家人李**代办" in page
    assert "王测试" not in page and "李测试" not in page
    assert browser.get(f"/api/v1/projects/{project.code}/").json()["entered_by"] == "李**"


def test_it_counts_as_hers_and_ends_with_the_pair(pair):
    its_round = make.round_()
    project = propose(pair, round=its_round)
    for _n in range(2):
        propose(pair, round=its_round)
    with pytest.raises(TooOften):
        propose(pair, round=its_round)
    with pytest.raises(TooOften):
        proposing.propose(typed.proposal(round=its_round), by=pair.helped, key=uuid4())
    assert proposing.propose(typed.proposal(round=its_round), by=pair.helper, key=uuid4()).entered_by is None

    assert allowed(pair.helper, "proposals.edit", project) and not allowed(pair.helper, "proposals.withdraw", project)
    family.end(pair, by=pair.helped)

    assert not allowed(pair.helper, "proposals.edit", project)
    for act in (
        lambda: propose(pair, round=its_round),
        lambda: seconding.second(make.project(), by=pair.helper, helped=pair.helped),
        lambda: reporting.report(board.matter(), by=pair.helper, key=uuid4(), resident=of_family(pair.helped)),
    ):
        with pytest.raises(RuleBroken, match="现在不能替这个人办"):
            act()


def test_a_draft_for_somebody_who_wants_it_no_more_stays_and_says_so(browser, pair):
    make.round_()
    draft = typed.draft(pair.helper, who=f"family-{pair.helped_id}")
    family.end(pair, by=pair.helped)

    answer = browser.post(step("propose_check", draft=draft.token))

    assert answer.status_code == 422 and "这一项现在不能选" in answer.content.decode()
    assert not Project.objects.exists()


def test_he_seconds_for_her_once_and_takes_back_only_what_he_handed_in(browser, pair):
    project = make.project()
    url = step("second_family", project.code)

    assert url in browser.get(project.get_absolute_url()).content.decode()
    done = browser.post(url, {"who": pair.helped_id}, follow=True).content.decode()
    browser.post(url, {"who": pair.helped_id})

    row = Seconding.objects.get()
    assert "您已替着附议" in done
    assert (row.person, row.entered_by, row.withdrawn_at) == (pair.helped, pair.helper, None)
    event = AuditEvent.objects.get(action="seconding.add")
    assert (event.actor, event.on_behalf_of) == (pair.helper, pair.helped)
    browser.post(url, {"who": pair.helped_id, "undo": "1"})
    seconding.second(project, by=pair.helped)
    browser.post(url, {"who": pair.helped_id, "undo": "1"})
    row.refresh_from_db()
    assert (row.entered_by, row.withdrawn_at) == (None, None), "what she shared by herself is hers"
    stranger = browser.post(url, {"who": make.person().pk})
    own = browser.post(step("second_family", make.project(proposer=pair.helped).code), {"who": pair.helped_id})
    assert (stranger.status_code, own.status_code) == (422, 409)
    assert Seconding.objects.count() == 1


def test_he_reports_to_the_board_for_her(browser, pair):
    url = reverse("wishes:new")
    page = browser.get(url).content.decode()
    given = {"what": board.WHAT, "place_text": board.PLACE, "area": make.VILLAGE, "key": str(uuid4())}
    refused = browser.post(url, given | {"who": "family-0"})
    done = browser.post(url, given | {"who": f"family-{pair.helped_id}"}, follow=True)

    demand = Demand.objects.get()
    assert "替王测试报（家里人）" in page and "家人李**代办" in words(done)
    assert refused.status_code == 422 and "现在不能选" in refused.content.decode()
    assert (demand.reporter, demand.entered_by, demand.channel) == (pair.helped, pair.helper, Channel.WEB)
    assert AuditEvent.objects.get(action="demand.report").sentence == "{who}报上来，家人{helper}代办"
    browser.logout()
    public = words(browser.get(demand.get_absolute_url()))
    assert "（家人李**代办）" in public and "王测试" not in public and "李测试" not in public


def test_she_is_told_of_every_act_what_it_was_by_whom_and_how_to_take_it_back(client, pair):
    project, other = propose(pair), make.project(title="祠堂边修路")
    seconding.second(other, by=pair.helper, helped=pair.helped)
    seconding.unsecond(other, by=pair.helper, helped=pair.helped)
    demand = reporting.report(board.matter(), by=pair.helper, key=uuid4(), resident=of_family(pair.helped))
    for event in AuditEvent.objects.filter(on_behalf_of=pair.helped, subject__gt="").order_by("pk"):
        messages.tell(event)
    client.force_login(pair.helped)

    found = inbox.letters(Message.objects.filter(person=pair.helped).order_by("pk"))

    both = "王**附议，家人李**代办"
    assert [(letter.code, letter.title, letter.text, letter.mend_url) for letter in found] == [
        (project.code, project.title, "王**提出，家人李**代办，估算60,000元", step("withdraw", project.code)),
        (other.code, "祠堂边修路", both, other.get_absolute_url()),
        (other.code, "祠堂边修路", both.replace("附议", "取消附议"), other.get_absolute_url()),
        (demand.number, board.WHAT, "王**报上来，家人李**代办", demand.get_absolute_url()),
    ]
    assert {(letter.message.why, letter.message.topic) for letter in found} == {(Why.HELPED, Topic.FAMILY)}
    page = client.get("/me/messages/").content.decode()
    assert f'href="{step("withdraw", project.code)}">去撤回' in page and "去取消附议" in page
    assert page.count('href="/me/family/">不用家里人办了，去结束') == 4
    assert client.get(step("withdraw", project.code)).status_code == 200
    assert Message.objects.count() == 4, "nobody else hears of it, nor he who did it"
    notes = [sending._news(letter.message).values for letter in found]
    assert [(note["whose"], note["said"]) for note in notes[:2]] == [
        ("家里人替您办的", "已提交提议"),
        ("家里人替您办的", "已附议"),
    ]


def test_who_helps_nobody_is_asked_nothing_and_sees_an_empty_page(client):
    make.areas()
    project = make.project()
    client.force_login(make.person("外测试"))

    assert 'name="who"' not in client.get(reverse("wishes:new")).content.decode()
    assert step("second_family", project.code) not in client.get(project.get_absolute_url()).content.decode()
    assert "您现在没有帮谁办" in client.get(step("second_family", project.code)).content.decode()


def test_he_never_votes_rates_objects_or_signs_for_her_nor_reads_her_messages(browser, pair, settings, tmp_path):
    settings.POLL_KEYS_DIR = tmp_path / "poll_keys"
    office = polls.ready()
    entry = polls.on_roll(office.poll, pair.helped)
    office.agree("open")
    type(office.poll).objects.filter(pk=office.poll.pk).update(opens_at=polls.hour(-1))
    from voting.services import polls as clock

    assert clock.open_due(by="test") == 1
    before = list(type(entry).objects.filter(pk=entry.pk).values())
    finished = make.project(ProjectState.COMPLETED)
    by_him = {"proposer": pair.helped, "entered_by": pair.helper, "assisted_how": "family"}
    going = make.project(ProjectState.IN_PROGRESS, **by_him)
    noticed = make.project(ProjectState.ON_NOTICE)
    accepting = make.project(ProjectState.FOR_ACCEPTANCE, proposer=pair.helped)
    hers = {"who": f"family-{pair.helped_id}", "person": pair.helped_id, "helped": pair.helped_id}

    def post(name, *args, **more):
        return browser.post(reverse(name, args=args), hers | more).status_code

    assert post("voting:ballot", office.poll.pk, choices=[office.projects[0].code]) == 403
    assert post("voting:station", office.poll.pk) in {403, 404}
    assert post("delivery:sign", accepting.code) in {403, 404}
    post("delivery:rate", finished.code, score="5")
    post("publicity:object", noticed.code, what="金额偏高", why="和隔壁村一样的坡道便宜一半")

    assert not Ballot.objects.exists()
    assert list(type(entry).objects.filter(pk=entry.pk).values()) == before
    assert not Rating.objects.filter(person=pair.helped).exists()
    assert not Objection.objects.filter(objector=pair.helped).exists()
    with transaction.atomic():
        follows.follow(going, by=pair.helped)
        messages.tell(record("milestone.finish", by="test", on=going))
    assert Message.objects.filter(person=pair.helped).exists()
    assert not Message.objects.filter(person=pair.helper).exists()
