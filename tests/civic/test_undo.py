"""A minute to take it back (撤销): the toast after an act offers its opposite, once, and only for sixty seconds."""

import re

import pytest
from django.core import signing

from proposals.models import Seconding
from publicity.models import Follow
from tests import make
from tests.wishes import build
from wishes.models import Join

pytestmark = pytest.mark.django_db
OFFER = re.compile(r'<form class="toast[^>]*action="([^"]+)".*?</form>', re.S)


def acts(reporter):
    """Each act that is taken back: where it is pressed, with what, and whose rows tell whether it stands."""
    project, matter = make.project(), build.reported(reporter).get_absolute_url()
    page = project.get_absolute_url()
    return {
        "附议": (f"{page}second/", {}, lambda: Seconding.objects.filter(withdrawn_at=None).count()),
        "我也碰到": (f"{matter}join/", {}, lambda: Join.objects.filter(withdrawn_at=None).count()),
        "关注": (f"{page}follow/", {"act": "stop"}, lambda: Follow.objects.count()),
    }


@pytest.mark.parametrize("act", ["附议", "我也碰到", "关注"])
def test_what_was_pressed_is_taken_back_from_the_toast_and_that_is_only_said(client, act):
    door, sent, standing = acts(make.person())[act]
    client.force_login(make.person())
    if act == "关注":
        client.post(door)
    before = standing()

    page = client.post(door, sent, follow=True).content.decode()
    pressed, offer = standing(), OFFER.search(page)
    after = client.post(offer[1], {"undo": "1"}, follow=True).content.decode()

    assert (pressed, standing()) == (1 - before, before)
    assert "撤销" in offer[0]
    assert not OFFER.search(after)


def test_taking_a_seconding_back_is_offered_to_be_taken_back_as_well(client):
    project = make.project()
    client.force_login(make.person())
    client.post(f"{project.get_absolute_url()}second/", follow=True)

    page = client.post(f"{project.get_absolute_url()}unsecond/", follow=True).content.decode()
    client.post(OFFER.search(page)[1], {"undo": "1"})

    assert "已取消附议。" in page
    assert Seconding.objects.get().withdrawn_at is None


def test_after_a_minute_the_toast_only_says_what_was_done(client, monkeypatch):
    project = make.project()
    client.force_login(make.person())
    client.post(f"{project.get_absolute_url()}second/")
    real = signing.time.time

    monkeypatch.setattr(signing.time, "time", lambda: real() + 61)
    page = client.get(project.get_absolute_url()).content.decode()

    assert "已附议。" in page
    assert not OFFER.search(page)


def test_who_gave_up_a_draft_for_it_is_not_promised_it_back(client):
    project = make.project()
    client.force_login(make.person())

    page = client.post(f"{project.get_absolute_url()}second/", {"draft": "0" * 32}, follow=True).content.decode()

    assert "已附议。" in page
    assert not OFFER.search(page)
