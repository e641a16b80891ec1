"""All residents' votes on one page (居民投票): what takes ballots first, and never how a vote stands."""

from datetime import timedelta

import pytest

from civic.moments import now
from tests import make
from tests.voting.polls import build
from voting.models import Poll

pytestmark = pytest.mark.django_db(databases=["default", "urn"])


def test_what_takes_ballots_comes_first_and_a_draft_is_not_shown(client):
    make.areas()
    first = build.opened()
    Poll.objects.filter(pk=first.poll.pk).update(
        opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=1)
    )
    second = build.opened()
    draft = build.prepared()

    page = client.get("/vote/").content.decode()

    assert page.index(f'/vote/{second.poll.pk}/"') < page.index(f'/vote/{first.poll.pk}/"')
    assert f"/vote/{draft.poll.pk}/" not in page
    assert "已截止，等公布" in page


def test_without_any_vote_the_page_says_what_will_happen(client):
    assert "现在没有居民投票" in client.get("/vote/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_many_votes_as_for_one(client, count, django_assert_max_num_queries):
    make.areas()
    for _n in range(count):
        build.opened()

    with django_assert_max_num_queries(3):
        client.get("/vote/")
