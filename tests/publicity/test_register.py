"""The register for the desk (项目清单): of the district's own places, in the layout of the import, harmless in a spreadsheet."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from civic.models import OrganisationKind, Role
from tests import make
from tests.publicity.taking import taken_out

pytestmark = pytest.mark.django_db


def test_the_register_is_the_districts_and_of_its_own_places(client):
    make.areas()
    here = make.project(title="=1+1", place_text="12号门牌", at=make.VILLAGE)
    make.project(at=make.OTHER_TOWN)
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.TOWN))
    told = taken_out(client, "/desk/register/csv/").decode("utf-8-sig").splitlines()
    wrong = client.post("/desk/register/json/").status_code
    client.force_login(make.officer(Role.TOWN_HANDLER, make.DISTRICT))

    assert [line.split(",")[0] for line in told] == ["编号", here.code]
    assert "'=1+1" in told[1]
    assert (wrong, client.post("/desk/register/csv/").status_code) == (404, 403)


def test_a_place_alone_is_written_by_the_command_and_what_is_no_place_or_no_table_is_said(tmp_path):
    make.areas()
    here, _elsewhere = make.project(at=make.VILLAGE), make.project(at=make.OTHER_TOWN)

    call_command("export_register", tmp_path / "one.csv", area=make.TOWN)

    lines = (tmp_path / "one.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["编号", here.code]
    for file, area, said in (
        ("x.pdf", "", "csv or xlsx"),
        ("x.csv", "123456789012", "no place"),
        ("no/x.csv", "", "No such"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("export_register", tmp_path / file, area=area)


def test_a_villages_own_office_is_what_an_empty_unit_means_and_another_unit_is_named(client, tmp_path):
    make.areas()
    office = make.organisation("测试甲村委会", kind=OrganisationKind.VILLAGE_OFFICE, at=make.VILLAGE)
    make.project(proposing_unit=office)
    make.project(proposing_unit=make.organisation("区某局"))

    call_command("export_register", tmp_path / "all.csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"))))
    assert [row["申报单位"] for row in rows] == ["", "区某局"]
