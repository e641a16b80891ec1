"""The old photo to stand in front of (对着旧照片拍), and the pair that comes of it."""

import pytest
from django.urls import reverse

from delivery.queries.photos import old_photo, pair_of
from delivery.services import works
from tests.delivery import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return build.town()


def test_whoever_takes_the_photo_of_after_sees_that_of_before(client, town):
    project = build.begun(town)
    first, _middle, last = project.work.milestones.all()
    taken = build.photo(town.foreman)
    works.finish_milestone(first, by=town.foreman, photo=taken)
    client.force_login(town.foreman)

    page = client.get(reverse("delivery:milestone", args=[last.pk])).content.decode()

    assert "对着旧照片拍" in page
    assert str(taken.token) in page


def test_the_first_photo_is_taken_in_front_of_what_was_proposed_once_that_is_public(town):
    project = build.begun(town)
    shown, hidden = build.photo(), build.photo()
    first = project.work.milestones.first()
    project.photos.set([hidden, shown])
    assert old_photo(first) is None

    type(shown).objects.filter(pk=shown.pk).update(is_public=True)

    assert old_photo(first) == shown


def test_a_stage_that_asks_for_no_photo_shows_none(client, town):
    project = build.begun(town)
    stage = project.work.milestones.last()
    stage.photo_slot = ""

    assert old_photo(stage) is None


def test_there_is_a_pair_once_the_photo_of_after_is_there(town):
    project = build.begun(town)
    assert pair_of(project.work) == []

    done = build.done(town, project)

    assert [label for label, _photo in pair_of(done.work)] == ["前", "后"]
