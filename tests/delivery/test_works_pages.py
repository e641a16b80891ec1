"""The works' desk and the site, door by door: who comes in, what is to mend, what the rules forbid now."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from civic.moments import today
from delivery.models import ChangeOrder, Milestone, Payment, ProgressReport, Urge, VisitLog, Work
from delivery.services import changes, payments, works
from proposals.models import Project, ProjectState
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal
NO_SUCH = 10**9


@pytest.fixture
def town():
    return build.town(pool="1000000")


def url(name: str, *args) -> str:
    return reverse(f"delivery:{name}", args=args)


def picture() -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (8, 6), "white").save(held, "JPEG")
    return SimpleUploadedFile("a.jpg", held.getvalue(), "image/jpeg")


LOOKS = {  # page of a project under way: who may look
    "work": {"handler", "approver", "village", "social", "supervisor", "district"},
    "contract": {"handler", "village"},
    "plan": {"handler", "village"},
    "start": {"handler", "village"},
    "urge": {"handler", "village", "district"},
    "hand_over": {"handler", "village"},
    "change": {"handler", "village", "foreman"},
    "visit": {"social", "foreman"},
    "settle": {"handler"},
    "archive": {"handler", "village"},
    "site": {"foreman"},
    "site_photos": {"foreman"},
    "site_done": {"foreman"},
    "site_trouble": {"foreman"},
    "site_claim": {"foreman"},
    "accept": {"handler", "village"},
}
EVERYONE = [
    "handler",
    "approver",
    "village",
    "social",
    "supervisor",
    "district",
    "foreman",
    "other_foreman",
    "resident",
]


def test_each_page_opens_for_whom_it_is_and_for_nobody_else(client, town):
    project = build.begun(town)
    asked_to_sign_in = {client.get(url(name, project.code)).status_code for name in LOOKS}

    answers = {}
    for someone in EVERYONE:
        client.force_login(getattr(town, someone))
        for name in LOOKS:
            answers[name, someone] = client.get(url(name, project.code)).status_code
            if answers[name, someone] == 403:
                assert client.post(url(name, project.code), {}).status_code in {403, 405}, (name, someone)

    assert asked_to_sign_in == {302}
    assert answers == {(n, p): 200 if p in who else 403 for n, who in LOOKS.items() for p in EVERYONE}
    assert {client.get(url(name, "WSS-0000-0000")).status_code for name in LOOKS} == {404}


@pytest.mark.parametrize(
    "name", ["milestone", "reschedule", "trouble", "change_case", "payment_case", "fix", "follow_up"]
)
def test_a_case_that_does_not_exist_is_not_found(client, town, name):
    client.force_login(town.handler)

    assert client.get(url(name, NO_SUCH)).status_code == 404


def test_the_board_has_columns_and_a_table_and_only_ones_own_places(client, town):
    project = build.begun(town, title="卫生站坡道")
    client.force_login(town.village)

    columns, table = client.get(url("board")), client.get(url("board"), {"view": "table", "sort": "progress"})
    client.force_login(town.resident)
    refused = client.get(url("board"))
    from civic.models import Role
    from tests import make

    client.force_login(make.officer(Role.VILLAGE_OFFICE, make.OTHER_VILLAGE))
    elsewhere = client.get(url("board"))

    assert "里程碑0/3" in columns.content.decode()
    assert project.title in table.content.decode()
    assert refused.status_code == 403
    assert project.title not in elsewhere.content.decode()


@pytest.mark.parametrize(
    "query", ["?view=x&sort=y", "?sort=due&view=table", "?sort=quiet&view=table", "?sort=paid&view=table"]
)
def test_the_board_takes_any_order_it_is_asked_for(client, town, query):
    build.begun(town)
    build.contracted(town)
    client.force_login(town.handler)

    assert client.get(url("board") + query).status_code == 200


def test_the_board_costs_the_same_with_one_work_and_with_three(client, town, django_assert_max_num_queries):
    client.force_login(town.handler)
    for _ in range(3):
        build.begun(town)

    with django_assert_max_num_queries(28):  # one for each queue of the desk beside it
        client.get(url("board"))


def test_a_plan_is_typed_line_by_line(client, town):
    project = build.contracted(town)
    day = today() + timedelta(days=9)
    line = {"name_1": "基层", "planned_on_1": day, "share_1": "40", "slot_1": "before"}
    client.force_login(town.village)

    assert client.get(url("plan", project.code)).status_code == 200
    short = client.post(url("plan", project.code), line)
    torn = client.post(url("plan", project.code), line | {"name_2": "面层"})
    whole = client.post(
        url("plan", project.code), line | {"name_2": "面层", "planned_on_2": day, "share_2": "60", "slot_2": ""}
    )

    assert short.status_code == 422
    assert "现在是40%" in short.content.decode()
    assert torn.status_code == 422
    assert whole.status_code == 302
    assert list(project.work.milestones.values_list("name", flat=True)) == ["基层", "面层"]


def test_works_start_with_a_photo_of_the_board_and_not_before_the_contract(client, town):
    early, ready = build.approved(town), build.contracted(town)
    client.force_login(town.village)

    assert client.post(url("start", early.code), {"board_photo": picture()}).status_code == 409
    assert client.post(url("start", ready.code), {}).status_code == 422
    assert client.post(url("start", ready.code), {"board_photo": picture()}).status_code == 302
    assert client.post(url("start", ready.code), {"board_photo": picture()}).status_code == 409
    assert Project.objects.get(pk=early.pk).state == ProjectState.AWAITING_START


def test_the_site_has_three_buttons_and_each_leaves_its_record(client, town):
    project = build.begun(town)
    client.force_login(town.foreman)
    page = client.get(url("site", project.code)).content.decode()

    sent = client.post(
        url("site_photos", project.code), {"photos": [picture(), picture()], "percent": "20", "note": ""}
    )
    empty = client.post(url("site_photos", project.code), {})
    back = client.post(url("site_photos", project.code), {"percent": "19"})
    trouble = client.post(url("site_trouble", project.code), {"note": "挖到旧水管"})
    bare = client.post(url("site_done", project.code), {})

    assert all(word in page for word in ("传照片", "报完成", "报问题"))
    assert [a.status_code for a in (sent, empty, back, trouble, bare)] == [302, 422, 422, 302, 422]
    assert ProgressReport.objects.filter(kind="progress").get().photos.count() == 2
    assert "照片才能报完成" in bare.content.decode()


def test_public_copies_of_site_photos_carry_no_place(client, town):
    held = io.BytesIO()
    image = Image.new("RGB", (8, 6))
    exif = image.getexif()
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 12.0, 0.0)})
    image.save(held, "JPEG", exif=exif.tobytes())
    project = build.begun(town)
    client.force_login(town.foreman)

    client.post(
        url("site_photos", project.code), {"photos": SimpleUploadedFile("g.jpg", held.getvalue(), "image/jpeg")}
    )

    photo = ProgressReport.objects.get().photos.get()
    assert photo.is_public
    assert not dict(Image.open(photo.file.open()).getexif())


def test_a_milestone_closes_with_its_photo_alone(client, town):
    milestone = build.begun(town).work.milestones.first()
    client.force_login(town.foreman)

    assert client.get(url("milestone", milestone.pk)).status_code == 200
    assert client.post(url("milestone", milestone.pk), {"on": today()}).status_code == 422
    assert (
        client.post(url("milestone", milestone.pk), {"on": today() + timedelta(days=1), "photo": picture()}).status_code
        == 422
    )
    assert client.post(url("milestone", milestone.pk), {"on": today(), "photo": picture()}).status_code == 302
    assert client.post(url("milestone", milestone.pk), {"on": today(), "photo": picture()}).status_code == 409
    client.force_login(town.other_foreman)
    assert client.get(url("milestone", milestone.pk)).status_code == 403
    assert Milestone.objects.exclude(actual_on=None).count() == 1


def test_another_day_for_a_milestone_says_why(client, town):
    milestone = build.begun(town).work.milestones.last()
    later = milestone.planned_on + timedelta(days=4)
    client.force_login(town.village)

    assert client.post(url("reschedule", milestone.pk), {"planned_on": later}).status_code == 422
    assert client.post(url("reschedule", milestone.pk), {"planned_on": later, "reason": "下雨"}).status_code == 302
    client.force_login(town.foreman)
    assert client.post(url("reschedule", milestone.pk), {"planned_on": later, "reason": "下雨"}).status_code == 403


def test_a_trouble_is_answered_by_an_office(client, town):
    project = build.begun(town)
    report = works.report_trouble(project, by=town.foreman, note="挖到旧水管")

    client.force_login(town.foreman)
    assert client.post(url("trouble", report.pk), {"answer": "自己答"}).status_code == 403
    client.force_login(town.handler)
    assert "挖到旧水管" in client.get(url("work", project.code)).content.decode()
    assert client.post(url("trouble", report.pk), {"answer": ""}).status_code == 422
    assert client.post(url("trouble", report.pk), {"answer": "供水所来改"}).status_code == 302
    assert client.post(url("trouble", report.pk), {"answer": "再答"}).status_code == 409
    client.force_login(town.foreman)
    assert "答复：供水所来改" in client.get(url("site", project.code)).content.decode()


def test_a_visit_is_a_count_by_the_group_or_the_social_worker(client, town):
    project = build.begun(town, work_type="service")
    for someone, wanted in ((town.foreman, 302), (town.social, 302), (town.village, 403), (town.resident, 403)):
        client.force_login(someone)
        data = {"visited_on": today(), "served": "6", "note": ""}
        assert client.post(url("visit", project.code), data).status_code == wanted
    client.force_login(town.foreman)
    for served in ("0", "-1", "1.5", "99999", ""):
        assert client.post(url("visit", project.code), {"visited_on": today(), "served": served}).status_code == 422

    assert VisitLog.objects.count() == 2


def test_a_change_goes_from_site_to_village(client, town):
    project = build.begun(town)
    data = {"reason": "扶手改不锈钢", "direction": "up", "amount_yuan": "1200", "extra_days": "", "photo": picture()}
    client.force_login(town.foreman)
    assert client.post(url("change", project.code), data | {"photo": picture(), "amount_yuan": ""}).status_code == 422
    assert client.post(url("change", project.code), data | {"photo": picture(), "direction": "none"}).status_code == 422
    assert client.post(url("change", project.code), data | {"photo": picture()}).status_code == 302
    change = ChangeOrder.objects.get()

    assert client.get(url("change_case", change.pk)).status_code == 403
    client.force_login(town.handler)
    assert client.post(url("change_case", change.pk), {"act": "confirm"}).status_code == 403
    client.force_login(town.village)
    assert client.post(url("change_case", change.pk), {"act": "approve"}).status_code == 403
    assert client.post(url("change_case", change.pk), {"act": "refuse", "answer": ""}).status_code == 422
    assert client.post(url("change_case", change.pk), {"act": "confirm"}).status_code == 302
    assert client.post(url("change_case", change.pk), {"act": "confirm"}).status_code == 409
    assert Work.objects.get(project=project).changes_delta_yuan == YUAN("1200")


def test_a_large_change_goes_to_the_towns_two_people(client, town):
    project = build.begun(town)
    change = changes.report(
        project, by=town.village, reason="加长坡道", delta_yuan=YUAN("9000"), photo=build.photo(town.village)
    )
    client.force_login(town.village)
    assert client.post(url("change_case", change.pk), {"act": "submit", "minutes_no": "1"}).status_code == 403
    client.force_login(town.handler)
    assert "镇街两人审批" in client.get(url("change_case", change.pk)).content.decode()
    assert client.post(url("change_case", change.pk), {"act": "submit", "minutes_no": ""}).status_code == 422
    assert client.post(url("change_case", change.pk), {"act": "submit", "minutes_no": "镇纪要9号"}).status_code == 302
    assert client.post(url("change_case", change.pk), {"act": "approve"}).status_code == 403
    client.force_login(town.approver)
    assert client.post(url("change_case", change.pk), {"act": "approve"}).status_code == 302
    assert Work.objects.get(project=project).granted_yuan == YUAN("57000")


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e9", "0", "1.001", "48000.01", "４８０００．０１"])
def test_a_claim_over_the_contract_or_no_amount_is_a_form_to_mend(client, town, amount):  # rows 27–34 and 60
    project = build.begun(town)
    client.force_login(town.foreman)

    answer = client.post(url("site_claim", project.code), {"amount_yuan": amount, "note": "进度款"})

    assert answer.status_code == 422
    assert "进度款" in answer.content.decode()
    assert Payment.objects.count() == 0


def test_two_tabs_cannot_claim_a_fen_too_much(client, town):  # row 35
    project = build.begun(town)
    client.force_login(town.foreman)
    seen = Work.objects.get(project=project).version

    first = client.post(url("site_claim", project.code), {"amount_yuan": "24000", "version": seen})
    second = client.post(url("site_claim", project.code), {"amount_yuan": "24000.01", "version": seen})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "超出0.01元，最多还能请款24,000元" in second.content.decode()
    assert Payment.objects.count() == 1


def test_a_claim_is_reviewed_then_paid_by_another(client, town):
    claim = payments.request(build.begun(town), by=town.foreman, amount_yuan=YUAN("1000"))
    client.force_login(town.approver)
    assert client.post(url("payment_case", claim.pk), {"act": "review"}).status_code == 403
    assert client.post(url("payment_case", claim.pk), {"act": "pay"}).status_code == 409
    client.force_login(town.handler)
    assert client.post(url("payment_case", claim.pk), {"act": "refuse", "answer": ""}).status_code == 422
    assert client.post(url("payment_case", claim.pk), {"act": "review"}).status_code == 302
    assert client.post(url("payment_case", claim.pk), {"act": "pay"}).status_code == 403
    client.force_login(town.approver)
    assert client.get(url("payment_case", claim.pk)).status_code == 200
    assert client.post(url("payment_case", claim.pk), {"act": "pay"}).status_code == 302
    assert client.post(url("payment_case", claim.pk), {"act": "nothing"}).status_code == 302
    assert Payment.objects.get().state == "paid"


def test_urging_twice_is_a_conflict_that_keeps_the_words(client, town):
    project = build.begun(town)
    client.force_login(town.handler)

    first = client.post(url("urge", project.code), {"words": "晚了3天，请说明"})
    second = client.post(url("urge", project.code), {"words": "还是没有说明"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "还是没有说明" in second.content.decode()
    assert Urge.objects.count() == 1


def test_the_contact_is_one_of_the_places_own(client, town):
    project = build.begun(town)
    client.force_login(town.village)

    assert client.post(url("hand_over", project.code), {"contact": town.resident.pk}).status_code == 422
    assert client.post(url("hand_over", project.code), {"contact": town.social.pk}).status_code == 302
    assert Work.objects.get(project=project).contact == town.social


def test_my_sites_are_my_units_alone(client, town):
    build.begun(town, title="卫生站坡道")
    client.force_login(town.foreman)
    mine = client.get(url("sites")).content.decode()
    client.force_login(town.other_foreman)
    theirs = client.get(url("sites")).content.decode()
    client.force_login(town.village)

    assert "卫生站坡道" in mine
    assert "卫生站坡道" not in theirs
    assert client.get(url("sites")).status_code == 403
