"""Several requests approved in one press (一起批准), and the notice pack that follows (公示材料)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from civic.calendar import add_workdays
from civic.models import Role
from civic.moments import today
from delivery.models import Pool
from proposals.models import Project, ProjectState
from publicity.models import Notice
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return build.town(pool="100000")


def each(*approvals) -> dict:
    return {"request": [approval.pk for approval in approvals]}


def test_the_second_person_sees_all_before_the_one_press_and_gets_the_pack(client, town):
    first, second = build.submitted(town, "30000"), build.submitted(town, "20000")
    client.force_login(town.approver)

    desk = client.get(reverse("delivery:budget")).content.decode()
    before = client.get(reverse("delivery:approve_each"), each(first, second)).content.decode()
    after = client.post(reverse("delivery:approve_each"), each(first, second))

    assert desk.count('name="request"') == 2
    assert "批准2项，一共" in before
    assert "批准后马上公示5个工作日，异议答复后才能开工。批准记录不能删，只能作废并公开说明。" in before
    assert after.status_code == 302
    assert parse_qs(urlsplit(after.url).query)["code"] == [first.project.code, second.project.code]
    assert set(Project.objects.values_list("state", flat=True)) == {ProjectState.ON_NOTICE}


def test_approving_opens_the_notice_from_that_day_to_its_last(client, town):
    project = build.submitted(town).project
    assert Notice.objects.count() == 0
    client.force_login(town.approver)

    client.post(reverse("delivery:approve_confirm", args=[project.code]), follow=True)

    notice = Notice.objects.get(project=project)
    first, last = localdate(notice.starts_at), localdate(notice.ends_at)
    assert first == today()
    assert last == add_workdays(first, project.round.terms.notice_workdays)
    assert last == Project.objects.get(pk=project.pk).due_on


def test_the_pack_holds_page_sheet_square_code_and_words_and_names_nobody(client, town, settings):
    settings.HELP_PHONE = "0756-5555555"
    projects = [build.submitted(town, amount) for amount in ("30000", "20000")]
    client.force_login(town.approver)
    pack = client.post(reverse("delivery:approve_each"), each(*projects)).url
    client.logout()

    html = client.get(pack).content.decode()
    notice = Notice.objects.order_by("pk").first()
    words = html.split('data-test="words">')[1].split("</textarea>")[0]

    assert words.startswith("【公示】批准2项民生微实事，公示到")
    assert f"1. {projects[0].project.area.short_name}：{projects[0].project.title}，30,000元" in words
    assert "有不同意见，现在就能提，5个工作日内答复。" in words
    assert "0756-5555555" in words
    assert "/notices/pack/?code=" in words
    assert "data:image/svg+xml;base64," in html
    assert reverse("publicity:notice_sheet", args=[notice.pk]) in html
    assert notice.project.get_absolute_url() in html
    assert "三种办法都算数" in html
    for person in (town.handler, town.approver, projects[0].project.proposer):
        assert person.name not in html


def test_one_approval_leads_to_its_own_pack(client, town):
    project = build.submitted(town).project
    client.force_login(town.approver)

    answer = client.post(reverse("delivery:approve_confirm", args=[project.code]), follow=True)

    assert answer.redirect_chain == [(f"{reverse('publicity:notice_pack')}?code={project.code}", 302)]
    assert f"/q/{project.code}/" in answer.content.decode()


def test_a_pack_of_nothing_on_notice_is_not_found(client, town):
    project = build.asking(town)

    assert client.get(reverse("publicity:notice_pack")).status_code == 404
    assert client.get(reverse("publicity:notice_pack"), {"code": project.code}).status_code == 404


def test_who_submitted_finds_no_box_to_tick_and_cannot_press(client, town):
    request = build.submitted(town)
    client.force_login(town.handler)

    assert 'data-test="mine"' not in client.get(reverse("delivery:budget")).content.decode()
    assert client.post(reverse("delivery:approve_each"), each(request)).status_code == 403
    stranger = make.officer(Role.TOWN_APPROVER, make.OTHER_TOWN)
    client.force_login(stranger)
    assert client.post(reverse("delivery:approve_each"), each(request)).status_code == 422
    assert Pool.objects.get().committed_yuan == 0


@pytest.mark.parametrize("sent", [{}, {"request": ["x"]}, {"request": ["999999"]}])
def test_nothing_ticked_or_something_gone_is_told(client, town, sent):
    client.force_login(town.approver)

    for ask in (client.get, client.post):
        answer = ask(reverse("delivery:approve_each"), sent)
        assert answer.status_code == 422
        assert "回去重新选" in answer.content.decode()


def test_a_second_press_on_the_batch_changes_nothing(client, town):
    request = build.submitted(town, "30000")
    client.force_login(town.approver)
    client.post(reverse("delivery:approve_each"), each(request))

    answer = client.post(reverse("delivery:approve_each"), each(request))

    assert answer.status_code == 422
    assert "已经不在等您批" in answer.content.decode()
    assert int(Pool.objects.get().committed_yuan) == 30000


def test_a_pack_of_twelve_asks_no_more_than_one_of_two(client, town):
    projects = [build.submitted(town, "1000") for _n in range(12)]
    client.force_login(town.approver)
    client.post(reverse("delivery:approve_each"), each(*projects))
    client.logout()
    codes = [approval.project.code for approval in projects]
    client.get(reverse("publicity:notice_pack"), {"code": codes[:2]})
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("publicity:notice_pack"), {"code": codes[:2]})

    with CaptureQueriesContext(connection) as many:
        client.get(reverse("publicity:notice_pack"), {"code": codes})

    assert len(many) == len(few)
