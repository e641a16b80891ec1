"""Who voted and what was chosen lie apart: in models, in databases, and after the close in the order of rows too."""

import ast
import inspect
import json
from contextlib import closing

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, models, router

from config.routers import URN, URN_MODELS
from tests.test_architecture import ROOT
from tests.voting.urn import boxes
from tests.voting.urn.boxes import POLL, cast, opened
from voting.models import Poll, RollEntry
from voting.models import urn as urn_models
from voting.models.urn import Ballot, PendingLeaf
from voting.services import urn

OURS = [model for _name, model in inspect.getmembers(urn_models, inspect.isclass) if issubclass(model, models.Model)]
OTHERS = [model for model in apps.get_models(include_auto_created=True) if model not in OURS]


def test_the_router_knows_every_model_of_the_urn_and_no_other():
    assert {model._meta.model_name for model in OURS} == URN_MODELS
    assert urn_models.URN == URN
    assert {router.db_for_write(model) for model in OURS} == {router.db_for_read(model) for model in OURS} == {URN}
    assert {router.db_for_write(model) for model in OTHERS} == {"default"}


def test_the_two_databases_are_two():
    places = [(settings.DATABASES[alias].get("HOST"), settings.DATABASES[alias]["NAME"]) for alias in ("default", URN)]

    assert places[0] != places[1] or connections[URN].vendor == "sqlite"  # in memory, each alias has its own


def test_no_field_leads_from_the_urn_to_anything_else_or_back():
    for model in OURS:
        related = {field.related_model for field in model._meta.get_fields() if field.is_relation}
        assert related <= set(OURS), model
    for model in OTHERS:
        related = {field.related_model for field in model._meta.get_fields() if field.is_relation}
        assert not related & set(OURS), model


def test_a_relation_between_roll_and_urn_is_refused():
    assert not router.allow_relation(RollEntry(), Ballot())
    assert not router.allow_relation(Ballot(), Poll())
    assert router.allow_relation(Ballot(), PendingLeaf())


def test_a_ballot_holds_nothing_of_a_person_a_time_or_an_address():
    fields = {field.attname: type(field) for field in Ballot._meta.local_fields}

    assert set(fields) == {
        "id",
        "box_id",
        "pseudonym",
        "version",
        "choices",
        "nonce",
        "commitment",
        "trail",
        "channel",
    }
    assert fields["id"] is models.UUIDField  # no sequence
    assert {type(field) for field in PendingLeaf._meta.local_fields} == {
        models.UUIDField,
        models.ForeignKey,
        models.CharField,
    }
    assert not any(isinstance(f, models.DateTimeField) for m in (Ballot, PendingLeaf) for f in m._meta.local_fields)


def test_nothing_outside_the_urn_keeps_a_pseudonym_or_a_commitment():
    named = {
        f"{model.__name__}.{field.name}"
        for model in OTHERS
        for field in model._meta.local_fields
        if field.name in {"pseudonym", "commitment", "nonce", "receipt", "ballot_id"}
    }

    assert named == set()


def test_the_code_of_the_urn_imports_nothing_of_the_roll():
    known = {"RollEntry", "Person", "Residency", "Poll"}
    sources = [*(ROOT / "voting/services/urn").glob("*.py"), ROOT / "voting/models/urn.py", ROOT / "voting/tickets.py"]
    found = [
        f"{path.name}: {alias.name}"
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in known
        or str(node.module).startswith(("civic.models", "voting.models.roll", "voting.services.r"))
    ]

    assert found == []


@pytest.mark.django_db(databases=["default", "urn"])
def test_tables_of_one_database_are_not_in_the_other():
    for model in OURS:
        assert model._meta.db_table in connections[URN].introspection.table_names()
        assert model._meta.db_table not in connections["default"].introspection.table_names()
    assert "civic_person" not in connections[URN].introspection.table_names()
    assert "voting_rollentry" not in connections[URN].introspection.table_names()


@pytest.mark.django_db(databases=["default", "urn"])
def test_a_vote_writes_nothing_into_the_database_of_the_roll(django_assert_num_queries):
    opened()
    text = boxes.ticket(1)

    with django_assert_num_queries(0, using="default"):
        urn.cast(text, {"11": 1})
        urn.standing(POLL, 1)


def system_columns() -> list[tuple[str, str]]:
    """Commitment and inserting transaction in the physical order of the rows."""
    with connections[URN].cursor() as cursor:
        cursor.execute("SELECT commitment, xmin::text FROM voting_ballot ORDER BY ctid")
        return cursor.fetchall()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "urn"])
def test_after_the_rewriting_the_rows_tell_neither_order_nor_time():
    opened()
    came = [cast(voter, "11").commitment for voter in range(30)]
    came[3] = cast(3, "12", replaces=1).commitment
    before = system_columns()

    boxes.rewritten()

    after = system_columns()
    assert len({xmin for _commitment, xmin in before}) == 30  # the control: before, each row tells its transaction
    assert [one for one, _xmin in before if one != came[3]] == [one for one in came if one != came[3]]
    assert [one for one, _xmin in after] == sorted(came)
    assert len({xmin for _commitment, xmin in after}) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "urn"])
def test_after_the_rewriting_the_files_hold_nothing_of_what_was_erased():
    """Read from the table's very file: the random bytes of ballots that were changed, and the leaves that waited."""
    opened()
    for voter in range(5):
        cast(voter, "11")
    erased = list(Ballot.objects.values_list("nonce", flat=True))
    for voter in range(5):
        cast(voter, "12", replaces=1)
    stand = list(Ballot.objects.values_list("nonce", flat=True))
    before = _bytes("voting_ballot")
    boxes.rewritten()

    after = _bytes("voting_ballot")
    assert all(nonce.encode() in before for nonce in [*erased, *stand])  # the control: a change leaves its dead row
    assert [nonce for nonce in erased if nonce.encode() in after] == []
    assert all(nonce.encode() in after for nonce in stand)
    assert _bytes("voting_pendingleaf") == b""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, databases=["default", "urn"])
def test_a_transaction_of_others_does_not_keep_what_was_erased():
    """Elsewhere on the server one may be open for hours: for it CLUSTER would carry erased rows over, as control."""
    opened()
    cast(1, "11")
    erased = Ballot.objects.get().nonce.encode()
    with closing(connections["default"].copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN; CREATE TEMPORARY TABLE elsewhere (number int)")  # it has a number, so it counts
        cast(1, "12", replaces=1)
        _execute("CLUSTER voting_ballot USING ballot_commitment_once")
        clustered = _bytes("voting_ballot")
        boxes.rewritten()
        after = _bytes("voting_ballot")
        cursor.execute("ROLLBACK")

    assert erased in clustered
    assert erased not in after
    assert Ballot.objects.get().nonce.encode() in after


def _execute(statement: str) -> None:
    with connections[URN].cursor() as cursor:
        cursor.execute(statement)


def _bytes(table: str) -> bytes:
    with connections[URN].cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s))", [table])
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db(databases=["default", "urn"])
def test_published_openings_stand_under_fresh_tags_and_without_pseudonyms():
    opened()
    for voter in range(10):
        cast(voter, "11")
    boxes.rewritten()

    one, other = urn.openings(POLL), urn.openings(POLL)

    assert not {opening.tag for opening in one} & {opening.tag for opening in other}
    published = json.dumps(urn.public_log(POLL))
    assert not any(ballot.pseudonym in published or str(ballot.pk) in published for ballot in Ballot.objects.all())


@pytest.mark.django_db(databases=["default", "urn"])
def test_no_step_of_any_app_is_left_to_take_in_the_urn():
    """The quick way there leaves nothing that a later migrate would take up."""
    call_command("migrate", database=URN, check_unapplied=True, verbosity=0)  # ends with SystemExit otherwise
