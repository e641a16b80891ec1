"""Visits (走访): three fields of one's own village, exactly once; what comes of one, and how its words go."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from civic import people
from civic.models import AuditEvent, Role
from civic.moments import today
from civic.rules import RuleBroken
from proposals.models import AssistedHow, Project
from proposals.services.proposing import Resident
from tests import make
from tests.wishes import build
from wishes import tasks
from wishes.models import Demand, Visit
from wishes.services import visits

pytestmark = pytest.mark.django_db
SAID = "门口的井盖松了，晚上一踩就响"


@pytest.fixture
def worker():
    return build.office("林测试", Role.SOCIAL_WORKER)


def note(**more):
    said = {"who": "陈阿婆", "said": SAID, "place_text": "村口第二家", "area": make.area(), "visited_on": today()}
    return visits.Note(**(said | more))


def kept(worker, **more):
    return visits.keep(note(**more), by=worker, key=uuid4())


def typed(key=None, **more):
    said = {"who": "陈阿婆", "said": SAID, "place_text": "村口第二家", "area": make.VILLAGE, "key": key or uuid4()}
    return said | more


def send(client, **more):
    return client.post("/desk/visits/", typed(**more), headers={"accept": "application/json"})


def spoken(name="陈阿婆"):
    return Resident(name=name, how=AssistedHow.PRESENT, note="走访时本人说的")


def test_three_fields_make_a_visit(client, worker):
    client.force_login(worker)

    answer = client.post("/desk/visits/", typed(), follow=True)

    visit = Visit.objects.get()
    assert (visit.who, visit.said, visit.place_text) == ("陈阿婆", SAID, "村口第二家")
    assert (visit.area_id, visit.by, visit.visited_on) == (make.VILLAGE, worker, today())
    assert "走访已记下" in answer.content.decode()


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(client, worker):
    client.force_login(worker)

    answer = client.post("/desk/visits/", typed(who=""))

    assert answer.status_code == 422
    assert "写下是谁说的" in answer.content.decode()
    assert SAID in answer.content.decode()
    assert Visit.objects.count() == 0


def test_only_the_workers_of_the_village_read_who_said_what(client, worker):
    visit = kept(worker)
    readers = {
        200: [worker, build.office("黄测试"), build.office("格测试", Role.GRID_WORKER)],
        404: [build.office("邻测试", Role.SOCIAL_WORKER, make.OTHER_VILLAGE)],
    }

    for status, persons in readers.items():
        for person in persons:
            client.force_login(person)
            assert client.get(visit.get_absolute_url()).status_code == status, person.name
            assert (SAID in client.get("/desk/visits/").content.decode()) == (status == 200), person.name
    for stranger in (make.person(), build.office("周测试", Role.TOWN_HANDLER, make.TOWN)):
        client.force_login(stranger)
        assert client.get("/desk/visits/").status_code == 403


def test_no_word_of_a_visit_enters_the_record_or_a_public_page(client, worker):
    visit = kept(worker)

    events = AuditEvent.objects.filter(action__startswith="visit.")

    assert [event.action for event in events] == ["visit.noted"]
    assert not any(event.is_public for event in events)
    assert "陈阿婆" not in json.dumps([event.after for event in events], ensure_ascii=False)
    for page in (f"/a/{make.VILLAGE}/", "/board/", "/desk/visits/offline/"):
        answer = client.get(page).content.decode()
        assert visit.said not in answer and visit.who not in answer, page


def test_the_same_key_and_words_are_one_visit(client, worker):
    client.force_login(worker)
    key = uuid4()

    answers = [send(client, key=key) for _n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert Visit.objects.count() == 1
    assert AuditEvent.objects.filter(action__startswith="visit.").count() == 1


def test_the_same_key_with_other_words_shows_both(client, worker):
    client.force_login(worker)
    key = uuid4()
    send(client, key=key)

    answer = send(client, key=key, said="门口的井盖换过了")

    assert answer.status_code == 409
    assert answer.json()["stands"]["said"] == SAID
    assert Visit.objects.get().said == SAID


def test_a_visit_changed_meanwhile_is_not_written_over_unread(client, worker):
    client.force_login(worker)
    visit = kept(worker)
    send(client, key=visit.key, said="在电脑上改过", version=1)

    late = send(client, key=visit.key, said="在手机上改的", version=1)
    assert late.status_code == 409
    assert late.json()["stands"] == {
        "who": "陈阿婆",
        "said": "在电脑上改过",
        "place_text": "村口第二家",
        "area": make.VILLAGE,
        "visited_on": today().isoformat(),
        "version": 2,
    }
    assert Visit.objects.get().said == "在电脑上改过"

    assert send(client, key=visit.key, said="在手机上改的", version=2).status_code == 200
    assert (Visit.objects.get().said, Visit.objects.get().version) == ("在手机上改的", 3)


def test_without_scripts_both_wordings_stand_on_the_page(client, worker):
    client.force_login(worker)
    visit = kept(worker)

    answer = client.post("/desk/visits/", typed(key=visit.key, said="在手机上改的"))

    assert answer.status_code == 409
    page = answer.content.decode()
    assert SAID in page and "在手机上改的" in page and "两边不一样" in page
    again = client.post("/desk/visits/", typed(key=visit.key, said="在手机上改的", version=1))
    assert again.status_code == 302
    assert Visit.objects.get().said == "在手机上改的"


def test_a_key_of_anothers_visit_tells_nothing_of_it(client, worker):
    visit = kept(worker)
    client.force_login(build.office("黄测试"))

    answer = send(client, key=visit.key, said="别的话")

    assert answer.status_code == 409
    assert "stands" not in answer.json()
    assert Visit.objects.get().said == SAID


@pytest.mark.parametrize(("said", "code"), [({"at": make.TOWN}, "not_a_village"), ({"days": 1}, "visit_in_the_future")])
def test_what_a_visit_may_not_say(said, code):
    town = build.office("林测试", Role.SOCIAL_WORKER, make.TOWN)
    said = {"area": make.area(said.get("at", make.VILLAGE)), "visited_on": today() + timedelta(said.get("days", 0))}

    with pytest.raises(RuleBroken) as refused:
        kept(town, **said)

    assert refused.value.code == code
    assert Visit.objects.count() == 0


def test_one_press_puts_it_on_the_board_with_links_both_ways(client, worker):
    client.force_login(worker)
    visit = kept(worker)
    form = client.get(visit.get_absolute_url()).context["form"]

    answer = client.post(visit.get_absolute_url(), {"act": "to_demand"} | _as_filled(form))

    assert answer.status_code == 302, answer.content.decode()
    demand = Demand.objects.get()
    assert (demand.what, demand.place_text, demand.reporter.name) == (SAID, "村口第二家", "陈阿婆")
    assert (demand.entered_by, demand.assisted_how) == (worker, "present")
    assert demand.number in client.get(visit.get_absolute_url()).content.decode()
    assert visit.get_absolute_url() in client.get(f"/desk/board/{demand.number}/").content.decode()
    assert "走访" not in client.get(demand.get_absolute_url()).content.decode()


def test_one_press_makes_a_proposal_with_links_both_ways(client, worker):
    make.round_()
    client.force_login(worker)
    visit = kept(worker)
    form = client.get(visit.get_absolute_url() + "?act=to_project").context["form"]

    answer = client.post(visit.get_absolute_url(), {"act": "to_project"} | _as_filled(form))

    assert answer.status_code == 302, answer.content.decode()
    project = Project.objects.get()
    assert (project.title, project.need, project.proposer.name) == (SAID, SAID, "陈阿婆")
    assert (project.entered_by, project.assisted_note) == (worker, form["agreed"].value())
    assert str(project.code) in client.get(visit.get_absolute_url()).content.decode()
    assert visit.get_absolute_url() in client.get(f"/desk/intake/{project.code}/").content.decode()


def _as_filled(form):
    return {field.name: field.value() for field in form if field.value() is not None}


def test_out_of_a_round_it_says_why_and_nothing_is_proposed(client, worker):
    client.force_login(worker)
    visit = kept(worker)

    page = client.get(visit.get_absolute_url() + "?act=to_project").content.decode()

    assert "现在不在征集期" in page
    with pytest.raises(RuleBroken, match="现在不在征集期"):
        visits.to_project(visit, by=worker, title=SAID, need="", category="其他", resident=spoken())
    assert Visit.objects.get().project is None


def test_a_visit_is_turned_once(worker):
    visit = kept(worker)
    visits.to_demand(visit, by=worker, what=SAID, resident=spoken())

    with pytest.raises(RuleBroken, match="已经转过"):
        visits.to_demand(visit, by=worker, what=SAID, resident=spoken())

    assert Demand.objects.count() == 1


def test_the_database_refuses_a_visit_that_leads_to_two_things_or_says_half(worker):
    visit = visits.to_demand(kept(worker), by=worker, what=SAID, resident=spoken())

    for wrong in ({"project": make.project()}, {"who": ""}, {"version": 0}, {"key": kept(worker).key}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(**wrong)


def test_the_words_go_with_the_person(worker):
    resident = make.person("陈阿婆", home_area=make.area())
    linked, other = kept(worker), kept(worker, who="李阿公")
    turned = visits.to_demand(kept(worker, who="王伯"), by=worker, what=SAID, resident=spoken("王伯"))
    assert linked.person == resident
    assert other.person is None

    for person in (resident, turned.person):
        people.erase(person)
    tasks.forget_erased_people()

    gone = Visit.objects.filter(erased_at__isnull=False)
    assert set(gone.values_list("pk", "who", "said", "place_text", "person")) == {
        (visit.pk, "", "", "", None) for visit in (linked, turned)
    }
    assert Visit.objects.get(pk=other.pk).said == SAID


def test_two_of_one_name_are_nobody_in_particular(worker):
    for _n in range(2):
        make.person("陈阿婆", home_area=make.area())

    assert kept(worker).person is None


def test_a_worker_wipes_what_was_said_at_the_residents_wish(client, worker):
    client.force_login(worker)
    visit = kept(worker)

    client.post(visit.get_absolute_url(), {"act": "erase", "reason": "本人要求"})

    visit.refresh_from_db()
    assert (visit.who, visit.said, visit.place_text) == ("", "", "")
    assert SAID not in client.get(visit.get_absolute_url()).content.decode()
    answer = send(client, key=visit.key)
    assert answer.status_code == 409
    assert Visit.objects.get().said == ""


def test_the_list_is_filtered(client, worker):
    client.force_login(worker)
    turned = visits.to_demand(kept(worker), by=worker, what=SAID, resident=spoken())
    waits = kept(worker, who="李阿公", said="想要一张长椅坐坐")

    def found(query):
        return {visit.pk for visit in client.get(f"/desk/visits/?{query}").context["found"]}

    assert found("") == {turned.pk, waits.pk}
    assert found("turned=none") == {waits.pk}
    assert found("turned=demand") == {turned.pk}
    assert found("q=长椅") == {waits.pk}
    assert found("mine=on") == {turned.pk, waits.pk}
    assert found("turned=nonsense") == {turned.pk, waits.pk}


def test_the_list_asks_as_often_for_three_as_for_one(client, worker):
    client.force_login(worker)
    asked = []
    client.get("/desk/visits/")

    for count in (1, 2):
        for _n in range(count):
            visits.to_demand(kept(worker), by=worker, what=SAID, resident=spoken())
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/visits/")
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_the_page_without_a_network_names_nobody(client, worker):
    client.force_login(worker)

    page = client.get("/desk/visits/offline/")

    assert "public" in page["Cache-Control"]
    assert "林测试" not in page.content.decode()
    assert make.VILLAGE not in page.content.decode()
