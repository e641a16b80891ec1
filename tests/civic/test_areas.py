"""Places come in from the official list: all or nothing, repeatable, bad rows named by line."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from civic.areas import BadFile, import_areas, read_rows
from civic.models import Area, Level

DOUMEN = Path(__file__).parents[2] / "data/areas/doumen.csv"
FROM = date(2023, 1, 1)
pytestmark = pytest.mark.django_db


def test_the_district_comes_in_with_its_129_villages_once_the_industrial_zones_are_set_apart():
    rows = read_rows(DOUMEN)

    import_areas(rows, valid_from=FROM)

    villages = Area.objects.filter(level=Level.VILLAGE)
    assert len(rows) == Area.objects.count() == 142
    assert villages.filter(is_zone=True).count() == 4
    assert villages.filter(is_zone=False).count() == 129
    assert Area.objects.get(pk="440403103000").parent_id == "440403000000"


def test_a_second_import_changes_nothing_and_a_new_name_updates_its_row():
    rows = read_rows(DOUMEN)
    import_areas(rows, valid_from=FROM)

    again = import_areas(rows, valid_from=FROM)
    renamed = import_areas([dict(rows[-1], name="新名字管理区")], valid_from=FROM)

    assert (again.added, again.changed, again.same) == ([], [], 142)
    assert renamed.changed == [rows[-1]["code"]]
    assert Area.objects.count() == 142


def test_a_place_the_new_list_leaves_out_is_closed_and_kept():
    rows = read_rows(DOUMEN)
    import_areas(rows, valid_from=FROM)

    counts = import_areas(rows[:-1], valid_from=FROM, close_missing=True)

    assert counts.closed == [rows[-1]["code"]]
    assert Area.objects.get(pk=rows[-1]["code"]).valid_to is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "44040310320"}, "12位"),
        ({"code": "４４０４０３１０３２００"}, "12位"),
        ({"level": "hamlet"}, "级别"),
        ({"name": ""}, "名称"),
        ({"parent_code": "440403999000"}, "找不到上级"),
        ({"parent_code": "440403100000"}, "不是一条线"),
        ({"level": "town"}, "对不上"),
    ],
)
def test_one_bad_row_is_named_by_its_line_and_nothing_is_written(change, words):
    rows = read_rows(DOUMEN)
    at = next(n for n, row in enumerate(rows) if row["code"].startswith("440403103") and row["level"] == "village")
    rows[at] = rows[at] | change

    with pytest.raises(BadFile) as refusal:
        import_areas(rows, valid_from=FROM)

    assert any(f"第{at + 2}行" in said and words in said for said in refusal.value.problems)
    assert Area.objects.count() == 0


def test_the_same_code_twice_is_refused():
    rows = read_rows(DOUMEN)

    with pytest.raises(BadFile, match="重复"):
        import_areas([*rows, rows[20]], valid_from=FROM)


def test_a_file_in_gbk_reads_like_one_in_utf8_and_missing_columns_are_named(tmp_path):
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes(DOUMEN.read_text().encode("gb18030"))
    short = tmp_path / "short.csv"
    short.write_text("code,name\n1,x\n")

    assert read_rows(gbk) == read_rows(DOUMEN)
    with pytest.raises(CommandError, match="level、parent_code"):
        call_command("import_areas", str(short))
