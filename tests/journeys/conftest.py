"""What the journeys share: a village full of people, a clock that can be moved on, and a walk through the pages.

Imported before Django has its settings, hence the imports inside.
"""

import pytest


@pytest.fixture
def village():
    from tests.village import Village

    return Village()


@pytest.fixture
def clock(monkeypatch):
    from tests.village import Clock

    return Clock.wind(monkeypatch)


@pytest.fixture
def walk(new_page, accessible, js_enabled, village):
    """The pages of one journey; at its end nothing on any of them may have shut anybody out."""
    from tests.journeys.walk import Walk

    walk = Walk(new_page, accessible, js_enabled)
    walk.names = village.names
    yield walk
    assert walk.faults == []
