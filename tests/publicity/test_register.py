"""The register for the desk (项目清单): of the district's own places, in the layout of the import, harmless in a spreadsheet."""

import pytest

from civic.models import Role
from tests import make

pytestmark = pytest.mark.django_db


def test_the_register_is_the_districts_and_of_its_own_places(client):
    make.areas()
    here = make.project(title="=1+1", place_text="12号门牌", at=make.VILLAGE)
    make.project(at=make.OTHER_TOWN)
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.TOWN))
    told = b"".join(client.get("/desk/register.csv").streaming_content).decode("utf-8-sig").splitlines()
    wrong = client.get("/desk/register.json").status_code
    client.force_login(make.officer(Role.TOWN_HANDLER, make.DISTRICT))

    assert [line.split(",")[0] for line in told] == ["编号", here.code]
    assert "'=1+1" in told[1]
    assert (wrong, client.get("/desk/register.csv").status_code) == (404, 403)
