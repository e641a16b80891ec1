"""Sheets for the wall: a notice and a vote on one A4, with the code that leads to them and nobody's name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from civic.models import Role
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.models import NoticeState
from publicity.services import notices
from tests import make
from tests.voting.polls import build

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def test_a_notice_on_paper_says_what_until_when_and_three_ways_to_object(client):
    project = moves.advance(make.project(S.FOR_APPROVAL, title="村口坡道"), by="test", sentence="镇政府批准52,800元")
    notice = project.notices.get()
    town, later = make.officer(Role.TOWN_HANDLER, make.TOWN), localdate(notice.ends_at) + timedelta(days=9)
    notices.extend(notice, by=town, to=later, reason="材料更正")

    html = client.get(f"/notices/{notice.pk}/print/").content.decode()

    assert "公示：村口坡道" in html
    assert "三种办法都算数" in html
    assert "延长了：材料更正" in html
    assert f"/q/{project.code}/" in html
    assert f"/notices/{notice.pk}/print/" in client.get("/notices/").content.decode()
    project.notices.update(state=NoticeState.WITHDRAWN)
    assert client.get(f"/notices/{notice.pk}/print/").status_code == 404


def test_a_vote_on_paper_says_when_how_and_between_what_and_never_how_it_stands(client):
    poll = build.opened(projects=3).poll
    with CaptureQueriesContext(connection) as few:
        html = client.get(f"/vote/{poll.pk}/print/").content.decode()

    codes = sorted(poll.entries.values_list("project__code", flat=True))
    assert [html.index(code) for code in codes] == sorted(html.index(code) for code in codes)
    assert "投票期间不公布任何票数" in html
    assert f"/vote/{poll.pk}/print/" in client.get("/vote/").content.decode()
    assert len(few) <= 4
    draft = build.prepared().poll
    assert client.get(f"/vote/{draft.pk}/print/").status_code == 404
