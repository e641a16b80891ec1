"""300 ballots a minute from one address (RELIABILITY §E), counted in memory; open where the address tells nobody apart."""

import pytest

from civic.limits import TooOften
from voting import pace


@pytest.fixture
def flow(monkeypatch):
    found = pace.Flow(most=300, seconds=60)
    monkeypatch.setattr(pace, "ADDRESSES", found)
    return found


def test_the_three_hundred_and_first_of_a_minute_from_one_address_waits_and_others_do_not(flow, monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr(pace, "monotonic", lambda: moment[0])
    for _n in range(300):
        pace.from_address("47.92.10.1")
    moment[0] += 20

    with pytest.raises(TooOften) as refused:
        pace.from_address("47.92.10.1")
    pace.from_address("47.92.10.2")
    assert refused.value.retry_after == 40
    moment[0] += 40
    pace.from_address("47.92.10.1")


def test_no_address_is_nobodys(flow):
    for _n in range(400):
        pace.from_address("")
