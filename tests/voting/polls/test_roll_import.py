"""A list becomes a roll: all or nothing, the same twice, and never two people taken for one or one for two."""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from civic.areas import BadFile
from civic.models import AuditEvent, Person
from civic.rules import RuleBroken
from tests import make
from tests.voting.polls import build
from voting.models import RollEntry, RollSource
from voting.roll_files.people import read
from voting.services import polls
from voting.services.roll import Counts, import_roll

pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2033, 6, 20, tzinfo=timezone.get_default_timezone())


def listed(*rows: str, heading: str = "姓名,手机号,年龄,村居,户号"):
    return read("\n".join([heading, *rows]).encode())


@pytest.fixture
def office() -> build.Office:
    return build.prepared()


def refused(office: build.Office, *rows: str) -> list[str]:
    """What is said of a list that is not taken; nothing of it is."""
    before = (Person.objects.count(), RollEntry.objects.count())
    with pytest.raises(BadFile) as fault:
        import_roll(office.poll, listed(*rows), by=office.handler)
    assert (Person.objects.count(), RollEntry.objects.count()) == before
    return fault.value.problems


def test_a_list_makes_people_and_their_places_on_the_roll(office):
    counts = import_roll(office.poll, listed("王测试,13900000001,46,,12", "李测试,,80,,"), by=office.handler)

    assert counts == Counts(added=2)
    rows = RollEntry.objects.values_list("person__name", "person__phone", "age_band", "area", "household", "source")
    assert sorted(rows) == [
        ("李测试", None, "75+", make.VILLAGE, "", "import"),
        ("王测试", "+8613900000001", "45-59", make.VILLAGE, "12", "import"),
    ]


def test_somebody_from_a_list_has_proved_nothing_yet(office):
    import_roll(office.poll, listed("王测试,13900000001,46,,"), by=office.handler)

    person = Person.objects.get(phone="+8613900000001")
    assert person.phone_verified_at is None
    assert not person.has_usable_password()
    assert not person.residencies.exists()


def test_the_same_list_again_changes_nothing(office):
    people = listed("王测试,13900000001,46,,12", "李测试,,80,,13", "李测试,,50,,14")
    import_roll(office.poll, people, by=office.handler)
    before = list(RollEntry.objects.values()), Person.objects.count(), AuditEvent.objects.count()

    again = import_roll(office.poll, people, by=office.handler)

    assert again == Counts(same=3)
    assert (list(RollEntry.objects.values()), Person.objects.count(), AuditEvent.objects.count()) == before


def test_a_longer_list_adds_who_is_new(office):
    import_roll(office.poll, listed("王测试,,46,,12"), by=office.handler)

    assert import_roll(office.poll, listed("王测试,,46,,12", "李测试,,46,,12"), by=office.handler) == Counts(1, 1)


def test_a_dry_run_says_the_same_and_writes_nothing(office):
    people = listed("王测试,13900000001,46,,", "钱测试,,12,,")

    before = Person.objects.count()
    counts = import_roll(office.poll, people, by=office.handler, dry_run=True)

    assert counts == Counts(added=1, too_young=[3])
    assert (RollEntry.objects.count(), Person.objects.count()) == (0, before)
    assert not AuditEvent.objects.filter(action="poll.roll_imported").exists()


def test_one_bad_line_in_many_and_nobody_is_taken(office):
    rows = [f"居民{number},,46,,{number}" for number in range(2000)]

    assert refused(office, *rows, "赵测试,,46,没有的村,") == ["第2002行：“没有的村”不在这次投票的地方"]


def test_who_is_too_young_on_the_first_day_is_left_out_and_counted(office):
    polls.change(office.poll, by=office.handler, opens_at=FIRST_DAY, closes_at=FIRST_DAY + timedelta(days=1))
    people = listed("王测试,2015-06-20", "李测试,2015-06-21", heading="姓名,出生日期")

    assert import_roll(office.poll, people, by=office.handler) == Counts(added=1, too_young=[3])


def test_a_birth_in_the_future_is_named(office):
    with pytest.raises(BadFile, match="第2行：出生日期在将来"):
        import_roll(office.poll, listed("王测试,2090-01-01", heading="姓名,出生日期"), by=office.handler)


def test_a_known_phone_with_the_same_name_is_that_person(office):
    known = make.resident(name="王 测试")

    import_roll(office.poll, listed(f"王测试,{known.phone},46,,"), by=office.handler)

    assert RollEntry.objects.get().person == known


@pytest.mark.parametrize("name", ["李测试", ""], ids=["another name", "no name said yet"])
def test_a_known_phone_with_another_name_is_a_conflict_never_a_match(office, name):
    known = make.person(name)

    said = refused(office, "赵测试,,46,,", f"王测试,{known.phone},46,,")

    masked = "李**" if name else "居民"
    assert said == [f"第3行：这个手机号已经登记给{masked}，名字对不上。只凭手机号不能认人，请社工核对"]


def test_a_line_without_phone_is_not_silently_a_namesake_with_an_account(office):
    make.resident(name="王测试")

    assert refused(office, "王测试,,46,,")[0].startswith("第2行：本村有同名的居民已核对过身份，请补上他的手机号")


def test_who_came_onto_the_roll_otherwise_is_not_added_a_second_time(office):
    known = make.resident(name="王测试")
    build.on_roll(office.poll, known)

    assert import_roll(office.poll, listed(f"王测试,{known.phone},46,,"), by=office.handler) == Counts(same=1)
    assert refused(office, "王测试,13900000001,46,,")[0].startswith("第2行：本村有同名的居民已核对过身份")


def test_the_same_line_with_another_phone_is_a_conflict(office):
    import_roll(office.poll, listed("王测试,,46,,12"), by=office.handler)

    assert refused(office, "王测试,13900000001,46,,12") == [
        "第2行：名册里已有同名同村同户的人，手机号不一样，请社工核对是不是一个人"
    ]


def test_two_lines_that_mean_one_person_are_named(office):
    known = make.person("王测试")
    import_roll(office.poll, listed(f"王测试,{known.phone},46,,12"), by=office.handler)

    assert refused(office, "王测试,,46,,12", f"王测试,{known.phone},46,,13") == ["第3行：与第2行是同一个人"]


def test_who_has_no_phone_is_the_same_person_in_the_next_poll(office):
    import_roll(office.poll, listed("周测试,,46,,12"), by=office.handler)
    office.agree("cancel")
    later = build.prepared()

    import_roll(later.poll, listed("周测试,,46,,12"), by=later.handler)

    assert Person.objects.filter(name="周测试").count() == 1
    assert later.poll.roll.get().person == office.poll.roll.get().person


@pytest.mark.parametrize("called", ["测试甲村委会", "测试甲村", make.VILLAGE])
def test_in_a_towns_poll_each_line_names_its_village(called):
    office = build.prepared(at=make.TOWN)

    import_roll(office.poll, listed(f"王测试,,46,{called},", "李测试,,46,测试乙村,"), by=office.handler)

    assert set(RollEntry.objects.values_list("area", flat=True)) == {make.VILLAGE, make.OTHER_VILLAGE}
    assert refused(office, "钱测试,,46,,") == ["第2行：没有写村居"]


def test_the_record_says_how_many_and_never_who(office):
    import_roll(office.poll, listed("王测试,13900000001,46,,", "小测试,,9,,"), by=office.handler)

    event = AuditEvent.objects.get(action="poll.roll_imported")
    assert event.sentence == "导入投票名册1人，现在1人"
    assert event.after == {"added": 1, "total": 1, "too_young": 1}


def test_once_the_opening_is_asked_for_the_list_is_closed(office):
    import_roll(office.poll, listed("王测试,,46,,"), by=office.handler)
    office.ask("open")

    with pytest.raises(RuleBroken, match="先退回开放"):
        import_roll(office.poll, listed("李测试,,46,,"), by=office.handler)


def test_the_questions_asked_do_not_grow_with_the_list(office, django_assert_max_num_queries):
    people = listed(*[f"居民{number},139{number:08d},46,,{number}" for number in range(400)])

    with django_assert_max_num_queries(25):
        import_roll(office.poll, people, by=office.handler)


def command(office: build.Office, tmp_path, text: str, *options: str) -> None:
    file = tmp_path / "roll.csv"
    file.write_text(text)
    call_command("import_roll", str(office.poll.pk), str(file), *options)


def test_the_command_imports_and_says_what_it_did(office, tmp_path, capsys):
    command(office, tmp_path, "姓名,年龄\n王测试,46\n小测试,9", "--dry-run")
    command(office, tmp_path, "姓名,年龄\n王测试,46\n小测试,9")

    assert capsys.readouterr().out.splitlines() == [
        "2 people: 1 to add, 0 as before, 1 too young",
        "2 people: 1 added, 0 as before, 1 too young",
    ]
    assert RollEntry.objects.get().source == RollSource.IMPORT
    assert AuditEvent.objects.get(action="poll.roll_imported").job == "command:import_roll"


def test_the_command_fails_with_every_bad_line(office, tmp_path):
    with pytest.raises(CommandError, match="第2行：没有姓名\n第3行：年龄“x”认不出来"):
        command(office, tmp_path, "姓名,年龄\n,46\n王测试,x")


@pytest.mark.parametrize(("poll", "file"), [("999", "tests/README.md"), ("1", "no/such/file.csv")])
def test_the_command_names_a_poll_or_a_file_that_is_not_there(poll, file):
    with pytest.raises(CommandError):
        call_command("import_roll", poll, file)
