"""A project page's parts are kept between readers: an act shows at once, and no reader sees another's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civic.models import Role
from proposals.models import ProjectState as S
from proposals.models import Seconding
from proposals.services import moves
from publicity.services import objections
from tests import make
from tests.publicity import build

pytestmark = pytest.mark.django_db


def html_of(project, reader=None):
    client = Client()
    if reader:
        client.force_login(reader)
    return client.get(project.get_absolute_url()).content.decode()


@pytest.fixture
def project():
    found = make.project(state=S.IN_REVIEW)
    html_of(found)  # kept from now on
    return found


def test_the_next_reader_costs_one_query(project):
    with CaptureQueriesContext(connection) as queries:
        html_of(project)

    assert len(queries) == 1, [q["sql"][:120] for q in queries]


def test_an_event_shows_at_once(project):
    build.events(project, 1, by=make.officer(Role.SOCIAL_WORKER), sentence="测试新进展")

    assert "测试新进展" in html_of(project)


def test_a_move_shows_at_once(project):
    moves.decline(project, by="test", reason="不在清单内", rule="清单第3条")

    assert "没有采纳" in html_of(project)


def test_a_seconder_shows_at_once(project):
    Seconding.objects.create(project=project, person=make.person())

    assert "1人附议" in html_of(project)


def test_what_only_one_reader_may_do_is_kept_from_all_others():
    project = moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    handler, objector = make.officer(Role.TOWN_HANDLER, make.TOWN), make.person()
    objection = objections.file(project, by=objector, what="坡道太窄", why="过不去")
    objections.reply(objection, by=handler, outcome="not_upheld", reply="坡道宽1.5米，已留出通道")

    assert "看回执，申请复核" in html_of(project, objector)
    assert "看回执，申请复核" not in html_of(project)
    assert "看回执，申请复核" not in html_of(project, make.person())
