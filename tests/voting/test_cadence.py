"""An assembly meets once a quarter, or as often as its round says; who has not is reminded (按期开议事会)."""

from datetime import date, timedelta

import pytest

from civic import moments
from civic.models import Role
from proposals.models import Round
from tests import make
from tests.voting import hall
from voting import meeting_rules, queries, todo
from voting.models import Assembly, Meeting
from voting.services import meetings

Q4 = (date(2026, 10, 1), date(2026, 12, 31))
Q3 = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("on", "months", "first", "last"),
    [
        (date(2026, 11, 24), 3, *Q4),
        (date(2026, 1, 1), 3, date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 2, 28), 1, date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 5, 9), 6, date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), 12, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 12, 1), 5, date(2026, 11, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_one_of_the_calendar(on, months, first, last):
    assert meeting_rules.period(on, months) == (first, last)


@pytest.mark.parametrize("months", range(1, 13))
def test_periods_follow_each_other_without_a_gap(months):
    for on in (date(year, month, 15) for year in (2027, 2028) for month in range(1, 13)):
        first, last = meeting_rules.period(on, months)

        assert first <= on <= last
        assert meeting_rules.period(first - timedelta(days=1), months)[1] == first - timedelta(days=1)
        assert meeting_rules.period(last + timedelta(days=1), months)[0] == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("last", "since", "months", "owed"),
    [
        (date(2026, 10, 1), date(2020, 1, 1), 3, None),  # met this quarter
        (date(2026, 12, 20), date(2020, 1, 1), 3, None),  # called for this quarter
        (date(2026, 9, 30), date(2020, 1, 1), 3, Q4),  # met last quarter
        (date(2026, 6, 30), date(2020, 1, 1), 3, Q3),  # missed a whole quarter: overdue
        (None, date(2020, 1, 1), 3, Q3),
        (None, date(2026, 8, 1), 3, Q4),  # founded in the quarter before
        (None, date(2026, 11, 1), 3, Q4),
        (None, date(2020, 1, 1), 0, None),  # the round asks for none
    ],
)
def test_what_an_assembly_owes(last, since, months, owed):
    on = date(2026, 11, 24)

    assert meeting_rules.assembly_owed(last=last, since=since, on=on, months=months) == owed


def queue(person) -> list:
    return todo.assemblies_owing(hall.anew(person))


@pytest.mark.django_db
def test_the_office_is_reminded_until_the_assembly_meets():
    found = hall.hall(members=3)
    Assembly.objects.update(starts_on=date(2020, 1, 1))
    [owing] = queue(found.recorder)
    [line] = [values for _kind, rows in owing.items for values in rows.values("line_kind", "line_due_on", "line_title")]
    assert (owing.count, owing.overdue) == (1, 1)
    assert line["line_due_on"] < moments.today()
    assert (line["line_kind"], line["line_title"]) == ("cadence", found.assembly.name)

    hall.dissolve()
    hall.voted("FFFFF")

    assert queue(found.recorder) == []
    assert queue(make.officer(Role.SOCIAL_WORKER, at=make.OTHER_VILLAGE, name="邻村社工")) == []


@pytest.mark.django_db
def test_a_round_may_ask_for_no_cadence():
    found = hall.hall(members=3, rules={"assembly_every_months": 0})

    assert queue(found.chair) == []


@pytest.mark.django_db
def test_an_assembly_meets_without_a_project_when_it_has_something_to_talk_over(client):
    found = hall.hall(members=3, projects=0)
    client.force_login(found.recorder)
    address = f"/meetings/new/?assembly={found.assembly.pk}&round={found.round.pk}"
    day = moments.today() + timedelta(days=4)
    facts = {
        "starts_on": day.isoformat(), "starts_time": "19:30", "place": "文化室",
        "chair": found.chair.pk, "recorder": found.recorder.pk,
    }  # fmt: skip

    refused = client.post(address, facts)
    called = client.post(address, facts | {"topic": "听上次议定的事办得怎样"})

    assert (refused.status_code, called.status_code) == (409, 302)
    assert "或写下商量什么" in refused.content.decode()
    meeting = Meeting.objects.get()
    assert meeting.items.count() == 0
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "听上次议定的事办得怎样" in page
    with moments.at(meeting.starts_at):
        meetings.name_posts(
            meeting,
            by=found.chair,
            chair=found.chair,
            recorder=found.recorder,
            teller=found.teller,
            monitor=found.monitor,
        )
        found.meeting = meeting
        found.sign_in(3)
        meetings.open_meeting(found.fresh(), by=found.chair)
        closed = meetings.close_meeting(found.fresh(), by=found.chair)
    assert closed.state == "closed"


@pytest.mark.django_db
def test_the_reminder_asks_the_same_for_one_assembly_as_for_many(django_assert_num_queries):
    hall.hall(members=1)
    Round.objects.update(opens_at=moments.now() - timedelta(days=9))
    Assembly.objects.create(area=make.area(make.OTHER_VILLAGE), name="邻村居民议事会")

    with django_assert_num_queries(3):
        owed = queries.owing(list(Assembly.objects.select_related("area")), moments.today())

    assert len(owed) == 2
