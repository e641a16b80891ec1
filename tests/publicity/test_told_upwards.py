"""What is late comes into the inbox of the office above, once, and stands in its morning's word until it is read."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import Role
from civic.moments import now, today
from civic.pages import todos
from proposals import tasks
from proposals.models import ProjectState as S
from publicity.models import Message, Why
from publicity.queries.inbox import letters
from tests import make
from tests.publicity.told import relayed

pytestmark = pytest.mark.django_db


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def told():
    found = Message.objects.filter(why=Why.SUPERIOR).order_by("pk")
    return list(found.values_list("person", "event__sentence"))


def test_a_late_step_is_told_to_the_town_then_to_the_district_each_once(client, django_capture_on_commit_callbacks):
    approver = make.officer(Role.TOWN_APPROVER, make.TOWN)
    district = make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)
    make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)
    sponsor = make.person()
    project = make.project(S.FILED, sponsor=sponsor)
    limit = project.limit_workdays

    def clock():
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_overdue()
        relayed()

    with later(limit + 1):
        clock()
        clock()
        assert told() == [
            (person.pk, "测试甲村受理超期1个工作日，已报镇街")
            for person in sorted((approver, sponsor), key=lambda p: p.pk)
        ]
        letter = letters(Message.objects.filter(person=approver))[0]
        assert (letter.whose, letter.code) == ("超期，报给您", project.code)
        assert ("超期上报", 1, 1) in [(each.label, each.count, each.overdue) for each in todos(approver)]
        client.force_login(approver)
        client.post("/me/messages/read/")
        assert "超期上报" not in [each.label for each in todos(approver)]
    with later(limit + limit):
        clock()
        clock()
        assert [person for person, _words in told()[2:]] == [district.pk]
