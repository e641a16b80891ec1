"""Messages by e-mail (邮箱): to a mailbox its holder confirmed, as chosen, until one press stops it; never kept elsewhere."""

import json
import re
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.core.mail import EmailMessage

from civic import limits, moments, people
from civic.audit import record
from civic.models import AuditEvent, DemoMessage, Outbox, Role
from proposals.models import ProjectState as S
from publicity import channels, mails, tasks
from publicity.models import Mailbox, MessageSetting, Topic, Via
from publicity.services import mailboxes, messages, sending
from publicity.services import settings as wishes
from tests import make
from tests.publicity.told import relayed

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
TO = "wang@example.com"


@pytest.fixture(autouse=True)
def mailed(settings):
    settings.MESSAGE_PROVIDERS = {"wechat": "", "email": "publicity.mails.Mailer"}
    settings.MAIL_SENDER, settings.SITE_URL, settings.DEMO = "wss@example.gov.cn", "https://wss.example", True
    with moments.at(datetime(2026, 11, 25, 12, 0, tzinfo=HERE)):
        yield


@pytest.fixture
def project():
    return make.project(state=S.IN_PROGRESS, title="村口坡道", proposer=make.person("提测试", phone="+8613900000001"))


def link_in(message):
    return re.search(r"https://wss\.example(/mailbox/\S+)", message.body)[1]


def confirmed(person, address=TO):
    mailboxes.ask(person, address, ip="10.0.0.1")
    token = Outbox.objects.get(topic=mailboxes.ASKED, done_at=None).payload["token"]
    mailboxes.confirm(token)
    relayed()
    sent.outbox.clear()
    return Mailbox.objects.get(person=person)


def start(project):
    event = record("project.start", by="test", on=project, after={"state": S.IN_PROGRESS})
    messages.tell(event)
    relayed()
    return event


def refuses(monkeypatch, code):
    def send(_mail):
        raise SMTPRecipientsRefused({TO: (code, b"no such user <wang@example.com>")})

    monkeypatch.setattr(EmailMessage, "send", send)


def test_a_mailbox_is_confirmed_by_the_link_sent_there_and_by_nothing_else(client, project):
    me = project.proposer
    client.force_login(me)
    assert "还没有登记邮箱" in client.get("/me/settings/").content.decode()

    asked = client.post("/me/settings/mailbox/", {"address": TO}, follow=True).content.decode()
    assert sent.outbox == [], "never in the request"
    start(project)
    (letter,) = sent.outbox
    client.logout()
    opened = client.get(link_in(letter)).content.decode()
    before = Mailbox.objects.get().confirmed_at
    done = client.post(link_in(letter), follow=True).content.decode()

    assert f"{TO}还没有确认" in asked and "确认邮件已发出" in asked
    assert (letter.to, letter.from_email, letter.subject) == ([TO], "wss@example.gov.cn", "【民生微实事】确认您的邮箱")
    assert "把消息发到这个邮箱？" in opened and not client.cookies.get("sessionid", None)
    assert before is None
    assert "邮箱确认好了" in done
    assert client.post(link_in(letter)).status_code == 302, "twice is once"
    assert (Via.EMAIL, Topic.WORKS) in sending.wanted(me)


def test_an_altered_an_old_and_a_replaced_link_confirm_nothing(client, project):
    client.force_login(project.proposer)
    paths = []
    for address in (TO, "new@example.com"):
        client.post("/me/settings/mailbox/", {"address": address})
        relayed()
        paths.append(link_in(sent.outbox[-1]))
    first, second = paths
    altered = second[:-2] + ("0" if second[-2] != "0" else "1") + "/"

    for path in (first, altered, "/mailbox/x/", "/mailbox/---/", "/mailbox/é-1/", "/mailbox/zzzzzzzzzzzzz-1/"):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 404, path
            assert "24小时内有效" in answer.content.decode()
    with moments.at(moments.now() + timedelta(hours=24)):
        assert client.post(second).status_code == 404
    assert Mailbox.objects.get().confirmed_at is None


def test_a_mail_says_what_which_what_next_and_stops_in_one_press(client, project):
    confirmed(project.proposer)
    project.due_on = datetime(2026, 12, 20).date()
    project.save()

    start(project)

    (letter,) = sent.outbox
    stop = re.search(r"https://wss\.example(/stop/\S+)", letter.body)[1]
    assert letter.subject == "【民生微实事】您提的“村口坡道”已开工，预计12月20日完工"
    assert letter.body.startswith(f"您提的“村口坡道”（{project.code}）已开工，预计12月20日完工。\n\n下一步：")
    assert f"https://wss.example/q/{project.code}/" in letter.body
    assert letter.message().get_content_type() == "text/plain"
    assert letter.extra_headers["List-Unsubscribe"] == f"<https://wss.example{stop}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert DemoMessage.objects.count() == 1, "the text message came as before"

    one_press = client.post(stop, {"List-Unsubscribe": "One-Click"})

    assert one_press.status_code == 200, "a mail service follows no redirect"
    start(project)
    assert (len(sent.outbox), DemoMessage.objects.count()) == (1, 2), "mail alone is stopped"


def test_only_what_was_chosen_comes_by_mail(client, project):
    me = project.proposer
    confirmed(me)
    client.force_login(me)
    shown = client.get("/me/settings/").content.decode()
    on = {via: [t for v, t in sending.wanted(me) if v == via and t != Topic.DESK] for via in (Via.SMS, Via.EMAIL)}

    client.post("/me/settings/", {"sms": on[Via.SMS], "email": [t for t in on[Via.EMAIL] if t != Topic.WORKS]})
    start(project)

    assert f"发到{TO}" in shown and "工作台：每天早上" not in shown
    assert sent.outbox == []
    assert DemoMessage.objects.count() == 1


def test_at_night_a_mail_waits_for_the_morning(project):
    confirmed(project.proposer)

    with moments.at(datetime(2026, 11, 25, 22, 30, tzinfo=HERE)):
        start(project)
        assert sent.outbox == []
    with moments.at(datetime(2026, 11, 26, 8, 30, tzinfo=HERE)):
        relayed()

    assert len(sent.outbox) == 1


def test_a_mailbox_refused_for_good_gets_no_more_and_its_holder_reads_so(client, project, monkeypatch, caplog):
    confirmed(project.proposer)
    refuses(monkeypatch, 550)

    start(project)
    start(project)

    client.force_login(project.proposer)
    page = client.get("/me/settings/").content.decode()
    assert Mailbox.objects.get().refused_at is not None
    assert caplog.text.count("refused a mailbox") == 1, "not tried again"
    assert TO not in caplog.text and "wang" not in json.dumps([*Outbox.objects.values()], default=str)
    assert f"{TO}在11月25日（周三）退了信，已经停发" in page
    assert DemoMessage.objects.count() == 2, "text messages go on"


@pytest.mark.parametrize("away", [451, None])
def test_a_mail_server_that_is_away_is_tried_again_and_no_address_is_noted(project, monkeypatch, away):
    confirmed(project.proposer)

    def broken(_mail):
        raise SMTPServerDisconnected(f"lost while sending to {TO}")

    with monkeypatch.context() as patch:
        refuses(patch, away) if away else patch.setattr(EmailMessage, "send", broken)
        event = record("project.start", by="test", on=project, after={"state": S.IN_PROGRESS})
        messages.tell(event)
        with pytest.raises(AssertionError, match="MailAway"):
            relayed()
    kept = json.dumps([*Outbox.objects.values()], default=str)
    with moments.at(moments.now() + timedelta(minutes=10)):
        Outbox.objects.update(last_error="")
        relayed()

    assert TO not in kept
    assert Mailbox.objects.get().refused_at is None
    assert [letter.to for letter in sent.outbox] == [[TO]]
    assert DemoMessage.objects.count() == 1, "the text message did not wait for the mail server, nor came twice"


def test_an_officer_chooses_that_the_mornings_digest_comes_by_mail(client):
    worker = make.officer(Role.SOCIAL_WORKER)
    make.project(S.FILED)
    confirmed(worker)
    client.force_login(worker)
    assert "工作台：每天早上的待办汇总" in client.get("/me/settings/").content.decode()
    on = [t for v, t in sending.wanted(worker) if v == Via.SMS and t != Topic.DESK]
    client.post("/me/settings/", {"sms": on, "email": [Topic.DESK]})

    with moments.at(datetime(2026, 11, 30, 8, 30, tzinfo=HERE)):
        tasks.send_desk_digest()
        relayed()

    (letter,) = sent.outbox
    assert letter.subject == "【民生微实事】您今天有1件待办"
    assert "https://wss.example/desk/" in letter.body
    assert not DemoMessage.objects.exists()


def test_it_is_taken_back_in_one_press_and_goes_with_the_account(client, project, django_capture_on_commit_callbacks):
    me, other = project.proposer, make.person()
    confirmed(me)
    confirmed(other, "other@example.com")
    client.force_login(me)

    assert "邮箱已移除" in client.post("/me/settings/mailbox/remove/", follow=True).content.decode()
    start(project)
    with django_capture_on_commit_callbacks(execute=True):
        people.erase(other)
    relayed()

    assert sent.outbox == []
    assert not Mailbox.objects.exists()
    assert not MessageSetting.objects.filter(via=Via.EMAIL).exists()
    assert "example.com" not in json.dumps([*AuditEvent.objects.values()], default=str)


def test_what_nobody_confirmed_is_forgotten_the_next_day(project):
    confirmed(make.person(), "other@example.com")
    mailboxes.ask(project.proposer, TO, ip="10.0.0.1")

    with moments.at(moments.now() + timedelta(hours=25)):
        tasks.sweep_messages()

    assert [box.address for box in Mailbox.objects.all()] == ["other@example.com"]


def test_nobodys_mailbox_is_filled(client, project):
    client.force_login(project.proposer)

    answers = [client.post("/me/settings/mailbox/", {"address": TO}) for _n in range(limits.MAIL_ADDRESS.most + 1)]

    assert [answer.status_code for answer in answers] == [302] * limits.MAIL_ADDRESS.most + [429]
    assert "过一会儿再试" in answers[-1].content.decode() and TO in answers[-1].content.decode()
    assert client.post("/me/settings/mailbox/", {"address": "wang@"}).status_code == 422


def test_where_no_mail_is_set_up_the_page_says_so_and_nothing_is_offered(client, project, settings):
    settings.MESSAGE_PROVIDERS = {"wechat": "", "email": ""}
    client.force_login(project.proposer)

    page = client.get("/me/settings/").content.decode()

    assert "这里还没有开通邮件通知" in page and "登记邮箱" not in page
    assert client.get("/me/settings/mailbox/").status_code == 404
    assert not channels.mails_ready()


def test_no_header_can_be_smuggled_in_by_a_title():
    subject, _text = mails.written(
        "project_news",
        {
            "whose": "您提的",
            "title": "坡道\nBcc: x@example.com",
            "said": "已开工",
            "code": "X",
            "link": "l",
            "stop": "s",
        },
    )

    assert "\n" not in subject


def test_choosing_the_digest_is_no_loss_for_who_takes_office_later(client):
    person = make.person(phone="+8613900000009")
    wishes.keep(person, Via.SMS, [Topic.WORKS])

    assert (Via.SMS, Topic.DESK) in sending.wanted(person), "what was not offered was not switched off"
