"""What a desk reads of a whole district: its own places alone, and nothing for who has none."""

from datetime import timedelta
from decimal import Decimal

import pytest

from civic.moments import now
from delivery import queries
from delivery.models import Payment, PaymentState
from tests.delivery import build

pytestmark = [pytest.mark.django_db, pytest.mark.core]
QUEUES = [
    queries.claims_for,
    queries.changes_for,
    queries.troubles_for,
    queries.complaints_for,
    queries.looks_for,
    queries.waiting_works,
    queries.to_decide,
]


@pytest.fixture
def town():
    return build.town()


@pytest.mark.parametrize("waiting", QUEUES)
def test_for_whom_no_place_has_an_office_the_database_is_asked_nothing(town, django_assert_num_queries, waiting):
    town.outsider.live_appointments  # noqa: B018  read once for a request, for whoever asks

    with django_assert_num_queries(0):
        assert list(waiting(town.outsider)) == []


def test_what_waits_of_the_works_is_looked_for_in_the_own_places_first(town):
    waiting = queries.waiting_works(town.village)

    assert str(waiting.query).partition(" WHERE ")[2].startswith('("proposals_project"."area_id"')


def test_the_board_asks_for_the_oldest_claim_of_the_rows_it_shows_without_grouping_the_district(town):
    project = build.begun(town)
    of_work = {"work": project.work, "amount_yuan": Decimal(1), "requested_by": town.foreman}
    refused, oldest, later = (now() - timedelta(days=days) for days in (9, 5, 3))
    Payment.objects.create(batch=1, state=PaymentState.REFUSED, answer="少发票", requested_at=refused, **of_work)
    Payment.objects.create(batch=2, requested_at=oldest, **of_work)
    Payment.objects.create(batch=3, requested_at=later, **of_work)
    board = queries.on_board(["440403"])

    assert [found.claimed_at for found in board] == [oldest]
    assert "GROUP BY" not in str(board.query)
