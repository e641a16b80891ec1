"""Two help one person, however many are agreed to at once."""

import pytest

from civic import family
from civic.models import FamilyHelp
from civic.rules import RuleBroken
from tests import make
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_eight_who_begin_at_once_are_two():
    helped, helpers = make.person("陈测试"), [make.person("李测试") for _n in range(8)]

    outcomes = at_once(lambda n: family.begin(helpers[n], helped, name="陈测试"), times=8)

    assert FamilyHelp.objects.filter(helped=helped).count() == 2
    assert sum(isinstance(outcome, RuleBroken) for outcome in outcomes) == 6
