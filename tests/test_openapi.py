"""The API's own description: served, valid, without a warning, and what docs/api.md shows is in it."""

import re
from io import StringIO
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

DOC = (Path(__file__).parent.parent / "docs/api.md").read_text()
SHOWN = sorted(set(re.findall(r"^### `(GET|POST) (/api/v1/[^`?]*)", DOC, re.MULTILINE)))


@pytest.fixture(scope="module")
def schema():
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


def test_the_schema_is_served_and_valid(schema):
    validate_schema(schema)

    assert schema["openapi"].startswith("3.")
    assert schema["info"]["title"] == "微实事 Weishishi"


def test_a_program_can_load_it_and_find_every_operation(schema):
    found = {op.ok().label for op in schemathesis.openapi.from_dict(schema).get_all_operations()}

    assert len(found) == sum(len(set(item) & {"get", "post"}) for item in schema["paths"].values())


@pytest.mark.django_db
def test_it_is_made_without_a_warning():
    said = StringIO()

    call_command("spectacular", validate=True, fail_on_warn=True, stdout=said)

    assert "openapi" in said.getvalue()


def test_nothing_can_be_written_but_by_an_act(schema):
    methods = {method for item in schema["paths"].values() for method in item if method != "parameters"}

    assert methods <= {"get", "post"}


@pytest.mark.parametrize(("method", "path"), SHOWN)
def test_what_the_document_shows_is_in_the_schema(schema, method, path):
    assert method.lower() in schema["paths"][path]


def test_the_document_shows_every_call(schema):
    every = {
        (method.upper(), path) for path, item in schema["paths"].items() for method in item if method != "parameters"
    }

    assert every - set(SHOWN) == set()
