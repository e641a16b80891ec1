"""Corrections (更正): a new event beside the old one, by the unit that made the entry; no word of the old one moves."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from civic import sealing
from civic.audit import record
from civic.models import AuditEvent, Correction, Role
from civic.rules import RuleBroken
from publicity.services import corrections
from tests import make
from tests.delivery.build import contracted, town
from tests.wishes import build as board

pytestmark = pytest.mark.django_db
WORDS = {"recorded": "3月5日进场", "right": "3月6日进场", "reason": "录入错误"}


@pytest.fixture
def project():
    return make.project()


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER, organisation=make.organisation("斗门社工站"), name="林测试")


@pytest.fixture
def entry(project, worker):
    return record("test.act", by=worker, on=project, roles=[Role.SOCIAL_WORKER], sentence="施工队3月5日进场")


def door(event):
    return reverse("publicity:correct", args=[event.subject, event.pk])


def test_a_correction_is_a_new_event_and_the_old_one_stays_as_it_was_sealed(
    client, project, worker, entry, django_capture_on_commit_callbacks, capsys
):
    settings.PUBLISHED_HEAD_FILE.unlink(missing_ok=True)
    with django_capture_on_commit_callbacks(execute=True):
        sealing.seal_new_events()
    before = sealing.canonical(AuditEvent.objects.get(pk=entry.pk))
    client.force_login(worker)

    client.get(door(entry))
    answer = client.post(door(entry), WORDS)

    made = AuditEvent.objects.latest("pk")
    assert answer.url == f"{project.get_absolute_url()}#e{made.pk}"
    assert (made.action, made.sentence) == ("record.correct", "更正：3月6日进场（原记3月5日进场，录入错误）")
    assert (made.subject, made.kind, made.unit, made.is_public) == (project.code, entry.kind, "斗门社工站", True)
    assert sealing.canonical(AuditEvent.objects.get(pk=entry.pk)) == before
    with django_capture_on_commit_callbacks(execute=True):
        sealing.seal_new_events()
    call_command("verify_audit")
    assert list(sealing.findings()) == []


def test_page_feed_and_api_lead_from_each_to_the_other(client, project, worker, entry):
    made = corrections.correct(project, entry, by=worker, **WORDS)

    html = client.get(project.get_absolute_url()).content.decode()
    old, new = html.partition(f'id="e{entry.pk}"')[2], html.partition(f'id="e{made.pk}"')[2]

    assert "已更正" in old and f'href="#e{made.pk}"' in old
    assert f'href="#e{entry.pk}"' in new and "更正：3月6日进场（原记3月5日进场，录入错误）" in new
    assert "更正这条记录" not in html
    items = client.get(reverse("publicity:feed", args=[project.code])).json()["items"]
    assert [item["content_text"] for item in items[:2]] == [made.sentence, f"{entry.sentence} 已更正，见 #e{made.pk}"]
    told = client.get(f"/api/v1/events/?project={project.code}").json()["results"][:2]
    assert [(one["corrects"], one["corrected_in"]) for one in told] == [(entry.pk, None), (None, made.pk)]


def test_only_the_unit_that_made_the_entry_corrects_it(client, project, worker, entry):
    colleague = make.officer(Role.SOCIAL_WORKER, organisation=worker.live_appointments[0].organisation)
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    away = make.officer(
        Role.SOCIAL_WORKER, make.OTHER_VILLAGE, organisation=colleague.live_appointments[0].organisation
    )
    looker = make.officer(Role.AUDITOR, organisation=colleague.live_appointments[0].organisation)
    for other in (handler, away, looker, make.resident()):
        with pytest.raises(PermissionDenied), transaction.atomic():
            corrections.correct(project, entry, by=other, **WORDS)
        client.force_login(other)
        assert client.post(door(entry), WORDS).status_code == 403
        assert "更正这条记录" not in client.get(project.get_absolute_url()).content.decode()
    client.force_login(colleague)
    assert door(entry) in client.get(project.get_absolute_url()).content.decode()

    corrections.correct(project, entry, by=colleague, **WORDS)
    systems = record("test.act", by="test", on=project, sentence="公示开始")
    corrections.correct(project, systems, by=handler, **WORDS)
    assert Correction.objects.count() == 2


def test_an_event_is_corrected_once_and_its_correction_can_be(client, project, worker, entry):
    first = corrections.correct(project, entry, by=worker, **WORDS)
    with pytest.raises(RuleBroken, match="已经更正过"), transaction.atomic():
        corrections.correct(project, entry, by=worker, **WORDS)
    second = corrections.correct(project, first, by=worker, **WORDS)

    assert list(Correction.objects.values_list("event", "corrects")) == [(first.pk, entry.pk), (second.pk, first.pk)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(event=entry, corrects=second)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM civic_correction")
    client.force_login(worker)
    assert client.post(door(entry), WORDS).status_code == 409
    hidden = record("test.act", by=worker, on=project, roles=[Role.SOCIAL_WORKER], is_public=False)
    assert client.get(door(hidden)).status_code == 404
    assert client.get(reverse("publicity:correct", args=[make.project().code, entry.pk])).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"right": ""}, "还没有填"),
        ({"right": "打13912345678找他"}, "手机号"),
        ({"right": WORDS["recorded"]}, "和原来记的一样，不用更正"),
        ({"reason": "错" * 21}, "最多20个字"),
    ],
)
def test_what_was_typed_stays_to_be_mended(client, worker, entry, wrong, said):
    client.force_login(worker)

    answer = client.post(door(entry), WORDS | wrong)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert all(words in html for words in (WORDS | wrong).values())
    assert not Correction.objects.exists()


def test_words_about_money_follow_the_books_and_never_lead_them(client):
    place = town()
    project = contracted(place)
    entry = AuditEvent.objects.filter(subject=project.code, action__startswith="contract").latest("pk")
    words = {"recorded": "合同价48,00元", "reason": "录入错误"}
    client.force_login(AuditEvent.objects.get(pk=entry.pk).actor)
    assert "更正只改记录上的话，不改账" in client.get(door(entry)).content.decode()

    for wrong in ("合同价49,500元", "合同价4.95万元"):
        answer = client.post(door(entry), words | {"right": wrong})
        assert (answer.status_code, "账上没有这个数" in answer.content.decode()) == (422, True)
    assert client.post(door(entry), words | {"right": "合同价48,000元"}).status_code == 302
    project.work.refresh_from_db()
    assert project.work.contract_yuan == Decimal(48000)


def test_a_matter_on_the_board_is_corrected_by_the_same_act_and_by_its_own_office(client):
    office, neighbour = board.office(), board.office("何测试", at=make.OTHER_VILLAGE)
    demand = board.done(officer=office)
    said = AuditEvent.objects.get(subject=demand.number, action="demand.finish")
    url = f"/board/{demand.number}/e{said.pk}/correct/"
    words = {"recorded": "换了新灯泡", "right": "换了新灯罩", "reason": "录入错误"}
    for other in (neighbour, demand.reporter):
        client.force_login(other)
        assert client.post(url, words).status_code == 403
    client.force_login(office)
    for page in (demand.get_absolute_url(), f"/desk/board/{demand.number}/"):
        assert f'href="{url}"' in client.get(page).content.decode()
    assert client.post(url, words | {"right": ""}).status_code == 422
    assert client.get(url.replace(demand.number, board.reported().number)).status_code == 404

    answer = client.post(url, words)

    made = Correction.objects.get(corrects=said).event
    assert answer.url == f"{demand.get_absolute_url()}#e{made.pk}"
    assert (made.subject, made.sentence) == (demand.number, "更正：换了新灯罩（原记换了新灯泡，录入错误）")
    html = client.get(demand.get_absolute_url()).content.decode()
    assert f'href="#e{made.pk}">见更正的记录' in html and f'href="#e{said.pk}">看原来的记录' in html
    assert client.get(f"/p/{demand.number}/e{said.pk}/correct/").status_code == 404
