"""Call-backs (电话回访): who is asked, seven days after acceptance, once; what is shown; what a low answer starts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from civic.models import AuditEvent, Person
from civic.moments import at, now, today
from civic.rules import RuleBroken
from delivery import todo
from delivery.models import CallBack, Rating, Rectification
from delivery.queries.call_backs import calls_due
from delivery.services import call_backs, ratings
from proposals.models import Seconding
from publicity.queries import monthly
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
LIST = "/desk/call-backs/"


@pytest.fixture
def town():
    return build.town(call_back_most=3)


@pytest.fixture
def project(town):
    """Accepted today; its proposer and four who seconded, one of them withdrawn, one without a phone."""
    project = build.finished(town)
    people = [make.person("一附议"), make.person("二附议"), make.person("三附议"), make.person("四附议", phone=None)]
    for hours, person in enumerate(people):
        Seconding.objects.create(project=project, person=person, seconded_at=now() + timedelta(hours=hours))
    Seconding.objects.filter(person=people[1]).update(withdrawn_at=now())
    return build.held(town, project)


@pytest.fixture
def call(project):
    return CallBack.objects.get(person=project.proposer)


def later(days=7):
    return at(now() + timedelta(days=days))


def test_the_proposer_and_who_seconded_are_listed_at_acceptance_up_to_the_rounds_number(project):
    calls = CallBack.objects.order_by("pk")

    assert [c.person.name for c in calls] == [project.proposer.name, "一附议", "三附议"]
    assert {c.due_on for c in calls} == {today() + timedelta(days=7)}


@pytest.mark.parametrize(("days", "count"), [(6, 0), (7, 3)])
def test_calls_come_due_seven_days_after_acceptance(client, town, project, days, count):
    with later(days):
        assert calls_due([make.VILLAGE]).count() == count


def test_whoever_rated_meanwhile_is_not_called(town, project):
    ratings.rate(project, by=project.proposer, score=5)

    with later():
        assert calls_due([make.VILLAGE]).count() == 2


def test_the_list_names_nobody_and_the_phone_is_shown_on_asking_and_written_down(client, town, call):
    client.force_login(town.social)
    with later():
        listed = client.get(LIST).content.decode()
        asked = client.get(f"{LIST}{call.pk}/").content.decode()
        shown = client.post(f"{LIST}{call.pk}/", {"act": "phone"}).content.decode()

    number = call.person.phone.removeprefix("+86")
    assert number not in listed and call.person.name not in listed
    assert number not in asked and call.person.name not in asked
    assert "照着说" in asked and "不要验证码" in asked
    assert number in shown
    assert AuditEvent.objects.filter(action="civic.person.looked_up", on_behalf_of=call.person).count() == 1


def test_the_answer_is_the_residents_own_rating_marked_as_asked_by_phone(client, town, call):
    client.force_login(town.social)
    with later():
        answer = client.post(f"{LIST}{call.pk}/", {"score": "4", "reasons": ["质量"], "words": "台阶好走了"})
        again = client.get(f"{LIST}{call.pk}/")

    rating = Rating.objects.get()
    assert answer.status_code == 302
    assert (rating.person, rating.score, rating.entered_by) == (call.person, 4, town.social)
    event = AuditEvent.objects.get(action="rating.give")
    assert (event.actor, event.on_behalf_of, event.channel) == (town.social, call.person, "phone")
    assert event.sentence == "{who}评价“满意”，电话回访，{helper}代录"
    assert "记错了就改" in again.content.decode(), "the call is over, a slip of the pen is mended"
    client.logout()
    page = client.get(reverse("delivery:ratings", args=[call.project.code])).content.decode()
    assert "电话回访" in page and call.person.name not in page


def test_a_low_answer_starts_the_clock_of_fifteen_workdays_and_the_resident_is_asked_again(town, call):
    with later():
        call_backs.rated(call, by=town.social, score=2, words="扶手还是晃")

    fix = Rectification.objects.get()
    assert (fix.what, fix.limit_workdays, fix.rating.person) == ("扶手还是晃", 15, call.person)


def test_one_person_rates_once_whoever_is_first(town, project, call):
    with later():
        ratings.rate(project, by=call.person, score=5)
        with pytest.raises(RuleBroken, match="本人已经评过了"):
            call_backs.rated(call, by=town.social, score=1)

    assert Rating.objects.get().score == 5
    assert Rectification.objects.count() == 0


def test_nothing_is_preselected_and_an_empty_answer_is_told(client, town, call):
    client.force_login(town.social)
    with later():
        page = client.get(f"{LIST}{call.pk}/").content.decode()
        answer = client.post(f"{LIST}{call.pk}/", {"words": "好"})

    assert "checked" not in page
    assert answer.status_code == 422
    assert Rating.objects.count() == 0


def test_after_three_calls_nobody_answered_it_is_given_up(client, town, call):
    client.force_login(town.social)
    with later():
        answers = [client.post(f"{LIST}{call.pk}/", {"act": "unanswered"}).status_code for _n in range(4)]

    call.refresh_from_db()
    assert answers == [302, 302, 302, 409]
    assert (call.tries, call.outcome) == (3, "unreached")


def test_whoever_would_rather_not_is_not_called_again(client, town, call):
    client.force_login(town.social)
    with later():
        client.post(f"{LIST}{call.pk}/", {"act": "declined"})
        assert calls_due([make.VILLAGE]).filter(pk=call.pk).count() == 0

    assert Rating.objects.count() == 0


def test_only_the_social_worker_of_the_place_calls(client, town, call):
    answers = {}
    with later():
        for who in ("social", "village", "handler", "foreman", "resident"):
            client.force_login(getattr(town, who))
            answers[who] = (client.get(LIST).status_code, client.get(f"{LIST}{call.pk}/").status_code)
        client.force_login(make.officer("social_worker", make.OTHER_VILLAGE))
        elsewhere = (client.get(LIST).status_code, client.get(f"{LIST}{call.pk}/").status_code)

    assert answers == {"social": (200, 200)} | dict.fromkeys(("village", "handler", "foreman", "resident"), (403, 403))
    assert elsewhere == (200, 404)


def test_the_calls_stand_in_the_queue_of_the_social_worker(town, project):
    with later():
        found = {entry.label: entry.count for entry in todo.waiting_for(town.social)}

    assert found["电话回访"] == 3


def test_an_erased_person_is_not_called(town, project, call):
    Person.objects.filter(pk=call.person_id).update(erased_at=now())

    with later():
        assert calls_due([make.VILLAGE]).filter(pk=call.pk).count() == 0


def test_a_wrong_press_is_put_back_for_seven_days(client, town, call):
    client.force_login(town.social)
    with later():
        client.post(f"{LIST}{call.pk}/", {"act": "declined"})
        assert "不想评" in client.get(LIST).content.decode(), "what was just ended stands below the list"

        back = client.post(f"{LIST}{call.pk}/", {"act": "reopen"})

        assert back.url == f"{LIST}{call.pk}/"
        assert [due.pk for due in calls_due([make.VILLAGE]) if due.pk == call.pk] == [call.pk]
        client.post(f"{LIST}{call.pk}/", {"act": "declined"})
    with later(days=15):
        assert client.post(f"{LIST}{call.pk}/", {"act": "reopen"}).status_code == 404
    assert AuditEvent.objects.filter(action="call_back.reopen", is_public=False).count() == 1


def test_a_call_given_up_by_mistake_has_one_more_try(client, town, call):
    client.force_login(town.social)
    with later():
        for _n in range(3):
            client.post(f"{LIST}{call.pk}/", {"act": "unanswered"})
        client.post(f"{LIST}{call.pk}/", {"act": "reopen"})
        call.refresh_from_db()
        assert (call.tries, call.outcome) == (2, "")


def test_an_answer_written_down_wrongly_is_mended_until_the_resident_says_otherwise(client, town, call):
    client.force_login(town.social)
    with later():
        client.post(f"{LIST}{call.pk}/", {"score": "2", "words": "听错了"})
        shown = client.get(f"{LIST}{call.pk}/").content.decode()
        late = client.post(f"{LIST}{call.pk}/", {"score": "1", "words": "同事的页面还开着"})
        mended = client.post(f"{LIST}{call.pk}/", {"act": "mend", "score": "4", "words": "坡道好走"})

        rating = Rating.objects.get()
        assert "记错了就改" in shown and "听错了" in shown
        assert late.status_code == 409, "an older page of the call mends nothing"
        assert mended.status_code == 302
        assert (rating.score, rating.words, rating.person, rating.entered_by) == (
            4,
            "坡道好走",
            call.person,
            town.social,
        )
        assert AuditEvent.objects.get(action="rating.change").on_behalf_of == call.person
        assert client.post(f"{LIST}{call.pk}/", {"act": "reopen"}).status_code == 409, "one rating a person"
        ratings.rate(call.project, by=call.person, score=5)
        overruled = client.post(f"{LIST}{call.pk}/", {"act": "mend", "score": "1"})
        assert overruled.status_code == 409
        assert "本人后来自己改过评价" in overruled.content.decode()
    rating.refresh_from_db()
    assert rating.score == 5


def test_the_month_counts_who_was_asked_and_who_rated(town, project):
    calls = list(CallBack.objects.all())
    with later():
        call_backs.rated(calls[0], by=town.social, score=5)
        call_backs.declined(calls[1], by=town.social)
        call_backs.unanswered(calls[2], by=town.social)
        figures = dict(monthly.report(make.area(), today().replace(day=1)).figures)

    assert (figures["电话回访（人）"], figures["其中评了满意度（人）"]) == (2, 1)
