"""Look-ups that are composed once find what the ORM finds, on either database."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civic.composed import Composed, Given
from civic.models import Person
from civic.sessions import SessionStore
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def test_a_row_comes_as_the_orm_would_give_it():
    person = make.person("王测试")
    Person.objects.filter(pk=person.pk).update(phone_verified_at=timezone.now())

    (found,) = Composed(lambda: Person.objects.filter(pk=Given("person")))(person=person.pk)

    plain = Person.objects.get(pk=person.pk)
    assert {field.attname: getattr(found, field.attname) for field in Person._meta.concrete_fields} == {
        field.attname: getattr(plain, field.attname) for field in Person._meta.concrete_fields
    }
    assert not found._state.adding


def test_values_come_as_tuples_and_nothing_as_no_row():
    person = make.person("王测试")
    names = Composed(
        lambda: Person.objects.filter(name__startswith="王", pk=Given("person")).values_list("name", "erased_at")
    )

    assert names(person=person.pk) == [("王测试", None)]
    assert names(person=0) == []


def test_a_query_is_composed_once_and_asks_one_statement_each_time():
    composed = []

    def query():
        composed.append(True)
        return Person.objects.filter(pk=Given("person"))

    people = Composed(query)
    with CaptureQueriesContext(connection) as asked:
        people(person=1)
        people(person=2)

    assert len(composed) == 1
    assert len(asked) == 2


@pytest.mark.postgres
def test_the_server_plans_once_what_is_asked_over_and_over():
    people = Composed(lambda: Person.objects.filter(pk=Given("person")).values_list("name"))
    person = make.person("王测试")
    for _n in range(10):
        assert people(person=person.pk) == [("王测试",)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1, 5)


@pytest.mark.postgres
def test_what_goes_wrong_over_such_a_cursor_is_django_s_own_error():
    wrong = Composed(lambda: Person.objects.filter(pk=Given("person")))

    with pytest.raises(DataError), transaction.atomic():
        wrong(person="?")


def test_a_session_past_its_time_holds_nothing_and_has_no_key():
    kept = SessionStore()
    kept["color"] = "蓝"
    kept.save()

    assert SessionStore(kept.session_key)["color"] == "蓝"
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    over = SessionStore(kept.session_key)
    assert list(over.keys()) == []
    assert over.session_key is None
