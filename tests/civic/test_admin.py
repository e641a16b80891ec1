"""The admin site: the system administrator alone, registers and rules only, everything on the record."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from civic.models import Appointment, Area, AuditEvent, CalendarDay, Organisation, Person, Role
from civic.moments import now, today
from proposals import rule_fields
from proposals.models import Project, ProjectState, Round, RuleVersion
from proposals.round_rules import RoundRules
from tests import make
from tests.signing import text

pytestmark = pytest.mark.django_db
MAY_ADD = {Organisation, CalendarDay, Person, Appointment, Round}
MAY_CHANGE = MAY_ADD | {Area}
MAY_DELETE = {CalendarDay}
NOT_HERE = {
    "AuditEvent", "AuditSeal", "SealedEvent", "UnsealedEvent", "Outbox", "RateCount", "DemoMessage", "MeetingVote",
    "SecretSlip",
}  # fmt: skip


@pytest.fixture
def chief(client):
    """The system administrator, signed in."""
    someone = make.officer(Role.SYSTEM_ADMIN, make.DISTRICT, name="周测试")
    client.force_login(someone)
    return someone


def page_of(model: type, act: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}", args=args)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-id").first()


def unchanged(*inlines: str) -> dict[str, int]:
    """What the page's read-only tables send along."""
    return {f"{name}-{what}_FORMS": 0 for name in inlines for what in ("TOTAL", "INITIAL")}


OF_PERSON = unchanged("appointments", "residencies")


def errors_of(response) -> dict[str, list[str]]:
    return {name: list(said) for name, said in response.context["adminform"].form.errors.items()}


# --- Who gets in -----------------------------------------------------------------------------------


def test_a_visitor_is_led_to_the_staffs_sign_in(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/login/staff/?next=%2Fadmin%2F"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM_ADMIN}))
def test_no_other_office_gets_in(client, role):
    client.force_login(make.officer(role, make.DISTRICT))

    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/admin/civic/person/", follow=True).status_code == 403


def test_there_is_no_superuser():
    assert not any(hasattr(Person, name) for name in ("is_superuser", "groups", "user_permissions"))
    assert not hasattr(Person.objects, "create_superuser")


def test_the_administrator_sees_every_register(client, chief):
    make.project()
    index = text(client.get("/admin/"))

    for model in admin.site._registry:
        assert page_of(model, "changelist") in index
        assert client.get(page_of(model, "changelist")).status_code == 200


# --- What cannot be done here ----------------------------------------------------------------------


def test_only_registers_and_rules_are_written_here(rf, chief):
    request = rf.get("/admin/")
    request.user = chief
    given = {
        act: {model for model, site in admin.site._registry.items() if getattr(site, f"has_{act}_permission")(request)}
        for act in ("add", "change", "delete")
    }

    assert given == {"add": MAY_ADD, "change": MAY_CHANGE, "delete": MAY_DELETE}
    assert not {model.__name__ for model in admin.site._registry} & NOT_HERE


@pytest.mark.parametrize("act", ["change", "delete"])
def test_a_project_cannot_be_moved_or_deleted_here(client, chief, act):
    project = make.project()

    response = client.post(page_of(Project, act, project.pk), {"state": "completed", "title": "改了", "post": "yes"})

    assert response.status_code == 403
    assert Project.objects.get().state == ProjectState.FILED


@pytest.mark.parametrize("model", [Area, Organisation, Person, Appointment, Round])
def test_nothing_is_deleted_one_by_one_or_in_bulk(client, chief, model):
    make.organisation()
    make.round_()
    pk = model.objects.values_list("pk", flat=True).first()
    bulk = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}

    assert client.post(page_of(model, "delete", pk), {"post": "yes"}).status_code == 403
    client.post(page_of(model, "changelist"), bulk)

    assert model.objects.filter(pk=pk).exists()


# --- Registers -------------------------------------------------------------------------------------


def test_a_new_person_has_a_phone_no_password_and_an_event(client, chief):
    response = client.post(page_of(Person, "add"), {"name": "新同事", "phone": "１3８ 0013 8000"})

    person = Person.objects.get(name="新同事")
    assert response.status_code == 302
    assert (person.phone, person.has_usable_password()) == ("+8613800138000", False)
    assert (last_event().action, last_event().actor) == ("civic.person.added", chief)
    assert "新同事" not in str(last_event().after) and "13800138000" not in str(last_event().after)


@pytest.mark.parametrize("phone", ["0756-5521234", "+85291234567", "138"])
def test_a_phone_that_is_none_is_told_beside_its_field(client, chief, phone):
    response = client.post(page_of(Person, "add"), {"name": "新同事", "phone": phone})

    assert set(errors_of(response)) == {"phone"}
    assert not Person.objects.filter(name="新同事").exists()


def test_a_phone_somebody_has_is_not_given_twice(client, chief):
    make.person(phone="13800138000")

    response = client.post(page_of(Person, "add"), {"name": "新同事", "phone": "13800138000"})

    assert set(errors_of(response)) == {"phone"}


def test_a_person_is_switched_off_and_cannot_be_given_rank_or_phone(client, chief):
    person = make.person("王测试", phone="13800138000")

    client.post(
        page_of(Person, "change", person.pk),
        OF_PERSON | {"name": "王测试", "phone": "13900139000", "is_superuser": "on", "password": "x"},
    )

    person.refresh_from_db()
    assert (person.phone, person.is_active, person.password) == ("+8613800138000", False, person.password)
    assert last_event().after == {"is_active": False}


def test_a_password_is_cleared_with_a_reason(client, chief):
    officer = make.officer(Role.TOWN_HANDLER)
    given = OF_PERSON | {"name": officer.name, "is_active": "on", "clear_password": "on"}

    silent = client.post(page_of(Person, "change", officer.pk), given)
    done = client.post(page_of(Person, "change", officer.pk), given | {"reason": "忘记了"})

    officer.refresh_from_db()
    assert set(errors_of(silent)) == {"reason"}
    assert done.status_code == 302
    assert not officer.has_usable_password()
    assert last_event().action == "civic.person.password_cleared"


def test_an_office_is_given_and_ended_and_both_are_recorded(client, chief):
    person = make.person()
    given = {"person": person.pk, "role": Role.GRID_WORKER, "area": make.area().pk, "starts_on": today()}
    client.post(page_of(Appointment, "add"), given)
    appointment = person.appointments.get()

    silent = client.post(page_of(Appointment, "change", appointment.pk), {"ends_on": ""})
    client.post(page_of(Appointment, "change", appointment.pk), {"ends_on": "", "reason": "调离", "role": "auditor"})

    appointment.refresh_from_db()
    assert set(errors_of(silent)) == {"reason"}
    assert (appointment.role, appointment.ends_on) == (Role.GRID_WORKER, today())
    assert [e.action for e in AuditEvent.objects.order_by("-id")[:2]] == [
        "civic.appointment.ended",
        "civic.appointment.made",
    ]


def test_the_administrator_gives_themselves_nothing(client, chief):
    given = {"person": chief.pk, "role": Role.TOWN_APPROVER, "area": make.area(make.TOWN).pk, "starts_on": today()}

    response = client.post(page_of(Appointment, "add"), given)

    assert "不能任免自己" in text(response)
    assert chief.appointments.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": date(2000, 1, 1)}, "ends_on"),
        ({"role": "king"}, "role"),
        ({"starts_on": "2025-02-30"}, "starts_on"),
    ],
)
def test_an_office_that_makes_no_sense_is_told_beside_its_field(client, chief, changed, field):
    given = {"person": make.person().pk, "role": Role.GRID_WORKER, "area": make.area().pk, "starts_on": today()}

    response = client.post(page_of(Appointment, "add"), given | changed)

    assert field in errors_of(response)


def test_a_calendar_day_comes_and_goes_on_the_record(client, chief):
    day = date(2031, 10, 1)
    client.post(page_of(CalendarDay, "add"), {"day": day, "name": "国庆节"})
    client.post(page_of(CalendarDay, "delete", day), {"post": "yes"})

    assert CalendarDay.objects.count() == 0
    assert [e.action for e in AuditEvent.objects.order_by("-id")[:2]] == [
        "civic.calendarday.removed",
        "civic.calendarday.added",
    ]


def test_a_village_keeps_its_code_and_its_place(client, chief):
    village = make.area()
    given = {"name": "新名字村委会", "code": "999999999999", "parent": make.OTHER_TOWN, "is_zone": ""}

    client.post(page_of(Area, "change", village.pk), given)

    village.refresh_from_db()
    assert (village.name, village.parent_id) == ("新名字村委会", make.TOWN)
    assert last_event().before == {"name": "测试甲村委会"}


# --- Rounds and their rules ------------------------------------------------------------------------


def round_data(**changed) -> dict[str, object]:
    opens = now() - timedelta(days=30)
    return {
        "area": make.area(make.DISTRICT).pk,
        "year": 2026,
        "name": "2026年民生微实事",
        "programme": "micro",
        "opens_at_0": f"{opens:%Y-%m-%d}",
        "opens_at_1": "09:00:00",
        "closes_at_0": "",
        "closes_at_1": "",
        "mark": "",
        "route": "受理\n预审\n议事\n审批\n公示",
        "reason": "",
        **unchanged("versions"),
    } | changed


def test_every_rule_has_a_field_with_its_words_and_its_default():
    fields = rule_fields.fields()

    assert set(fields) == {f"rule_{name}" for name in RoundRules.model_fields}
    assert all(field.label and not field.required for field in fields.values())
    assert fields["rule_review_workdays"].widget.attrs["placeholder"] == "5"
    assert fields["rule_caps_yuan"].widget.attrs["placeholder"] == "工程：500000\n货物：200000\n服务：200000"
    assert fields["rule_quorum_share"].widget.attrs["placeholder"] == "2/3"
    assert str(fields["rule_pass_base"].choices[0][1]) == "默认（实到人数）"


def test_every_choice_among_the_rules_is_in_words():
    shown = [
        str(label)
        for field in rule_fields.fields().values()
        for code, label in getattr(field, "choices", [])
        if code not in ("", "true", "false")
    ]

    assert shown
    assert not [label for label in shown if label.isascii()]


def test_the_defaults_written_out_mean_the_defaults():
    written = {
        f"rule_{name}": rule_fields._shown(name, value) for name, value in RoundRules().model_dump(mode="json").items()
    }

    rules, wrong = rule_fields.collect(written)

    assert wrong == {}
    assert RoundRules.model_validate(rules) == RoundRules()


def test_a_round_is_set_up_with_the_rules_given_and_only_those(client, chief):
    given = {
        "rule_review_workdays": "8",
        "rule_caps_yuan": "工程：600,000\n货物：１０００",
        "rule_review_departments": "工程：建设、水务\n服务：民政",
        "rule_quorum_share": "3/5",
        "rule_prior_study_required": "false",
        "rule_who_may_propose": ["resident", "social_worker"],
        "rule_follow_up_months": "6",
        "rule_checklist": "权属清楚\n\n有人管养",
        "rule_works_workdays": "不限",
        "rule_tie_rule": "public_draw",
    }

    response = client.post(page_of(Round, "add"), round_data(**given))

    its_round = Round.objects.get()
    assert response.status_code == 302
    assert its_round.route == ["screening", "review", "assembly", "approval", "notice"]
    assert its_round.rules == {
        "review_workdays": 8,
        "caps_yuan": {"works": "600000", "goods": "1000"},
        "review_departments": {"works": ["建设", "水务"], "service": ["民政"]},
        "quorum_share": "3/5",
        "prior_study_required": False,
        "who_may_propose": ["resident", "social_worker"],
        "follow_up_months": [6],
        "checklist": ["权属清楚", "有人管养"],
        "works_workdays": None,
        "tie_rule": "public_draw",
    }
    assert RuleVersion.objects.get().version == 1
    assert last_event().action == "round.set_up"


@pytest.mark.parametrize(
    ("rule", "typed", "said"),
    [
        ("review_workdays", "八", "要填整数"),
        ("review_workdays", "-1", "不能小于0"),
        ("review_workdays", "366", "不能大于365"),
        ("quorum_share", "2/0", "写成分数"),
        ("quorum_share", "3/2", "要大于0、不超过1"),
        ("caps_yuan", "工程：-5", "工程：要大于0"),
        ("caps_yuan", "木头：5", "只能填：工程、货物、服务"),
        ("caps_yuan", "工程", "工程："),
        pytest.param("categories", "很" * 81, "第1项：不能超过80个字", id="categories-81"),
        ("follow_up_months", "3\n六", "第2项：要填整数"),
        ("who_may_propose", ["king"], "king"),
        ("works_workdays", "随便", "要填整数"),
        ("pass_base", "all", "all"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_beside_it(client, chief, rule, typed, said):
    response = client.post(page_of(Round, "add"), round_data(**{f"rule_{rule}": typed}))

    assert said in "".join(errors_of(response)[f"rule_{rule}"])
    assert RoundRules.model_fields[rule].description in text(response)
    assert Round.objects.count() == 0


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("", ""),
        ("受理\n预审", "最后两步"),
        ("受理\n受理\n审批\n公示", "两次"),
        ("预审\n受理\n审批\n公示", "第一步"),
        ("受理\n唱歌\n审批\n公示", "只能由这些步骤组成"),
    ],
)
def test_a_route_that_leads_nowhere_is_told(client, chief, route, said):
    response = client.post(page_of(Round, "add"), round_data(route=route))

    assert said in "".join(errors_of(response)["route"])
    assert Round.objects.count() == 0


@pytest.fixture
def its_round(client, chief) -> Round:
    client.post(page_of(Round, "add"), round_data(rule_review_workdays="8"))
    return Round.objects.get()


def test_changed_rules_are_a_new_version_with_a_reason(client, its_round):
    url = page_of(Round, "change", its_round.pk)
    shown = text(client.get(url))
    silent = client.post(url, round_data(rule_review_workdays="3"))
    done = client.post(url, round_data(rule_review_workdays="3", rule_notice_workdays="7", reason="区里统一缩短"))

    its_round.refresh_from_db()
    event = last_event()
    assert 'value="8"' in shown and "预审" in shown
    assert set(errors_of(silent)) == {"reason"}
    assert done.status_code == 302
    assert (its_round.rules, its_round.rules_version) == ({"review_workdays": 3, "notice_workdays": 7}, 2)
    assert list(its_round.versions.values_list("version", "reason")) == [(1, ""), (2, "区里统一缩短")]
    assert (event.action, event.reason) == ("round.change_rules", "区里统一缩短")
    assert (event.before["rules"], event.after["rules"]) == (
        {"review_workdays": 8},
        {"review_workdays": 3, "notice_workdays": 7},
    )


def test_a_change_never_touches_a_deadline_already_running(client, its_round):
    project = make.project(ProjectState.IN_REVIEW, round=its_round)
    before = (project.due_on, project.limit_workdays)

    client.post(page_of(Round, "change", its_round.pk), round_data(rule_review_workdays="30", reason="放宽"))

    project.refresh_from_db()
    assert its_round.versions.count() == 2
    assert (project.due_on, project.limit_workdays) == before


def test_saving_without_a_change_leaves_no_version_and_no_event(client, its_round):
    events = AuditEvent.objects.count()

    response = client.post(page_of(Round, "change", its_round.pk), round_data(rule_review_workdays="8"))

    assert response.status_code == 302
    assert (its_round.versions.count(), AuditEvent.objects.count()) == (1, events)


def test_a_step_where_a_project_stands_stays_on_the_route(client, its_round):
    make.project(ProjectState.FOR_ASSEMBLY, round=its_round)
    url = page_of(Round, "change", its_round.pk)

    response = client.post(url, round_data(route="受理\n预审\n审批\n公示", rule_review_workdays="8", reason="简化"))

    its_round.refresh_from_db()
    assert "有1个项目正在“议事”这一步" in errors_of(response)["route"][0]
    assert "assembly" in its_round.route


def test_a_call_is_not_closed_in_the_past(client, its_round):
    url = page_of(Round, "change", its_round.pk)
    yesterday = f"{today() - timedelta(days=1):%Y-%m-%d}"

    past = client.post(url, round_data(rule_review_workdays="8", closes_at_0=yesterday, closes_at_1="09:00:00"))
    later = client.post(url, round_data(rule_review_workdays="8", closes_at_0="2099-01-01", closes_at_1="09:00:00"))

    its_round.refresh_from_db()
    assert "closes_at" in errors_of(past)
    assert later.status_code == 302
    assert timezone.localtime(its_round.closes_at).year == 2099
    assert last_event().action == "round.change_dates"
