"""A resident who has signed in, in a village with an open round."""

import pytest


@pytest.fixture
def its_round():
    from tests import make

    make.areas()
    return make.round_()


@pytest.fixture
def person(its_round):
    from tests import make

    return make.person(home_area=make.area())


@pytest.fixture
def me(client, person):
    client.force_login(person)
    return client
