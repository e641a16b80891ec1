"""发到邮箱: a link is mailed after the request, to one address that is not kept; nothing where no sender is named."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail as sent
from django.urls import reverse

from civic import limits, mail, outbox
from civic.models import Outbox

pytestmark = pytest.mark.django_db
TO = "wang@example.com"


@pytest.fixture
def mailed(settings):
    settings.MAIL_SENDER, settings.SITE_URL = "weishishi@example.gov.cn", "https://example.gov.cn"


def ask(client, path="/data/projects.csv?year=2021", address=TO):
    return client.post(reverse("civic:mail_link"), {"next": path, "address": address})


def test_the_link_comes_by_mail_and_the_address_is_forgotten(client, mailed):
    assert ask(client).status_code == 302
    assert sent.outbox == [], "never in the request"

    outbox.run_due()

    (message,) = sent.outbox
    assert (message.to, message.from_email) == ([TO], "weishishi@example.gov.cn")
    assert "https://example.gov.cn/data/projects.csv?year=2021" in message.body
    assert not Outbox.objects.filter(payload__icontains="wang").exists()


def test_a_wrong_address_is_said_beside_it_and_stays(client, mailed):
    answer = ask(client, address="wang@")

    assert answer.status_code == 422
    assert "邮箱写得不对" in answer.content.decode() and 'value="wang@"' in answer.content.decode()
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("path", ["https://evil.example/x", "//evil.example/x", "javascript:alert(1)"])
def test_only_pages_of_ours_are_sent(client, mailed, path):
    ask(client, path)
    outbox.run_due()

    assert "evil" not in sent.outbox[0].body and "javascript" not in sent.outbox[0].body


def test_nobody_s_mailbox_is_filled(client, mailed):
    answers = [ask(client, address=TO.upper() if n else TO).status_code for n in range(limits.MAIL_ADDRESS.most + 1)]

    assert answers == [302] * limits.MAIL_ADDRESS.most + [429]


def test_without_a_sender_it_is_not_offered(client, settings):
    settings.MAIL_SENDER = ""

    assert client.get(reverse("civic:mail_link")).status_code == 404
    assert "发到邮箱" not in client.get("/").content.decode()


def test_a_refused_mailbox_is_not_tried_again_and_stands_in_no_log(client, mailed, monkeypatch, caplog):
    def refused(*_message):
        raise SMTPRecipientsRefused({TO: (550, b"no such user")})

    monkeypatch.setattr(mail, "send_mail", refused)
    ask(client)
    outbox.run_due()

    row = Outbox.objects.get()
    assert (row.done_at is not None, row.payload, row.last_error) == (True, {}, "")
    assert "refused a mailbox" in caplog.text and TO not in caplog.text
