"""Seconding 附议: one person once, taken back and given again, never a vote and never a name in public."""

import threading

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from civic.models import AuditEvent
from civic.rules import RuleBroken
from proposals import queries
from proposals.models import Merge, MergeState, Project, ProjectState, Seconding
from proposals.services import seconding
from tests import make
from tests.racing import WAY, at_once

pytestmark = pytest.mark.django_db
OPEN = [ProjectState.FILED, ProjectState.RETURNED, ProjectState.IN_REVIEW, ProjectState.FOR_ASSEMBLY]
CLOSED = [s for s in ProjectState if s not in {*OPEN, ProjectState.DRAFT}]


def seconds(project):
    return queries.count_seconds([project])[project.pk]


def events():
    return list(AuditEvent.objects.filter(action__startswith="seconding").values_list("action", "is_public"))


def merged(source, target):
    source.state = ProjectState.MERGED
    source.save()
    return Merge.objects.create(
        source=source, target=target, state=MergeState.DONE, reason="同一件事", proposed_by=make.person()
    )


def url(act, project):
    return reverse(f"proposals:{act}", args=[project.code])


def test_one_person_counts_once_however_often(client):
    project, person = make.project(), make.person()
    client.force_login(person)

    answers = [client.post(url("second", project)) for _ in range(2)]

    assert [(a.status_code, a.url) for a in answers] == [(302, f"{project.get_absolute_url()}?just=1")] * 2
    assert seconds(project) == Seconding.objects.count() == 1
    assert events() == [("seconding.add", False)]


def test_taken_back_and_given_again_is_the_same_row_with_its_history(client):
    project, person = make.project(), make.person()
    client.force_login(person)
    client.post(url("second", project))

    client.post(url("unsecond", project))
    taken_back = seconds(project)
    client.post(url("unsecond", project))
    client.post(url("second", project))

    assert (taken_back, seconds(project), Seconding.objects.count()) == (0, 1, 1)
    assert sorted(events()) == [("seconding.add", False)] * 2 + [("seconding.withdraw", False)]


@pytest.mark.parametrize("state", OPEN)
def test_a_wish_is_shared_until_it_is_decided(state):
    project = make.project(state)

    seconding.second(project, by=make.person())

    assert seconds(project) == 1


@pytest.mark.parametrize("state", CLOSED)
def test_from_the_vote_on_and_once_money_is_decided_it_cannot(client, state):
    project = make.project(state)
    client.force_login(make.person())

    answer = client.post(url("second", project))

    assert answer.status_code == 409
    assert not Seconding.objects.exists()
    assert events() == []


def test_nobody_seconds_their_own(client):
    project = make.project()
    client.force_login(project.proposer)

    assert client.post(url("second", project)).status_code == 403
    assert not Seconding.objects.exists()


def test_without_signing_in_it_leads_to_the_sign_in_and_back(client):
    project = make.project()

    answer = client.post(url("second", project))

    assert answer.url == f"{reverse('account_login')}?next={project.get_absolute_url()}"


@pytest.mark.parametrize("act", ["second", "unsecond"])
def test_it_is_an_act_not_a_link(client, act):
    client.force_login(make.person())

    assert client.get(url(act, make.project())).status_code == 405
    assert client.post(reverse(f"proposals:{act}", args=["WSS-1999-0001"])).status_code == 404


def test_a_merged_one_offers_the_one_it_went_into(client):
    source, target = make.project(), make.project(title="健身器材更新")
    merged(source, target)
    client.force_login(make.person())

    answer = client.post(url("second", source))

    assert answer.status_code == 409
    assert url("second", target) in answer.content.decode()
    assert target.title in answer.content.decode()
    assert not Seconding.objects.exists()


def test_the_supporters_of_merged_ones_count_once_each_and_part_again():
    source, target, both = make.project(), make.project(), make.person()
    for project in (source, target):
        seconding.second(project, by=both)
        seconding.second(project, by=make.person())
    merge = merged(source, target)

    together = (seconds(source), seconds(target))
    merge.state = MergeState.UNDONE
    merge.save()

    assert together == (2, 3)
    assert (seconds(source), seconds(target)) == (2, 2)


def test_who_came_by_a_merge_can_take_it_back_at_the_target(client):
    source, target, person = make.project(), make.project(), make.person()
    seconding.second(source, by=person)
    merged(source, target)
    client.force_login(person)

    client.post(url("unsecond", target))

    assert (seconds(source), seconds(target)) == (0, 0)


def test_while_people_vote_no_number_is_told():
    project, person = make.project(), make.person()
    seconding.second(project, by=person)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.IN_POLL)
    project.refresh_from_db()

    hidden = queries.seconds_of(project, person)

    assert (hidden.count, hidden.is_open) == (None, False)


def test_what_stands_when_it_is_decided_stays(client):
    project, person = make.project(), make.person()
    seconding.second(project, by=person)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.IN_PROGRESS)
    client.force_login(person)

    answer = client.post(url("unsecond", project))
    page = shown(Project.objects.get(pk=project.pk), person)

    assert answer.status_code == 409
    assert seconds(project) == 1
    assert "您已附议" in page
    assert "button" not in page


def shown(project, user):
    request = RequestFactory().get("/")
    request.user = user
    context = {"project": project, "seconding": queries.seconds_of(project, user), "user": user}
    return render_to_string("proposals/_second.html", context, request)


def test_the_project_page_part_says_what_it_is_and_offers_the_next_act():
    project, person = make.project(), make.person()

    before = shown(project, person)
    seconding.second(project, by=person)

    assert "还没有人附议" in before
    assert "附议不是投票" in before
    assert url("second", project) in before
    assert "1人附议" in shown(project, person)
    assert url("unsecond", project) in shown(project, person)
    assert "button" not in shown(project, project.proposer)
    assert shown(make.project(ProjectState.IN_POLL), person).strip() == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_counting_asks_the_same_for_one_row_and_for_three(rows, django_assert_num_queries):
    projects = [make.project() for _ in range(rows)]
    for project in projects:
        seconding.second(project, by=make.person())

    with django_assert_num_queries(2):
        assert set(queries.count_seconds(projects).values()) == {1}


# --- At the same instant ------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixty_four_taps_of_one_person_are_one():
    project, person = make.project(), make.person()

    outcomes = at_once(lambda _n: seconding.second(project, by=person))

    assert [type(outcome) for outcome in outcomes] == [Seconding] * WAY
    assert (Seconding.objects.count(), len(events())) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_looking_first_and_inserting_then_is_not_enough():
    """The control: all look, find nothing and insert; only the constraint keeps it to one."""
    project, person, looked = make.project(), make.person(), threading.Barrier(WAY)

    def naive(_number):
        with transaction.atomic():
            is_new = not Seconding.objects.filter(project=project, person=person).exists()
            looked.wait()
            if is_new:
                Seconding.objects.create(project=project, person=person)

    outcomes = at_once(naive)

    assert Seconding.objects.count() == 1
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == WAY - 1


def test_the_reason_names_the_state():
    with pytest.raises(RuleBroken, match="已撤回"):
        seconding.second(make.project(ProjectState.WITHDRAWN), by=make.person())
