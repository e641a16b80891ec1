"""Where somebody wants messages by e-mail (邮箱): asked for, confirmed by the link sent there, taken back. No record tells of it."""

import logging
import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from civic import dispatches, limits
from civic.models import Outcome, Person, Way
from civic.moments import now
from civic.outbox import later
from publicity import channels, mails
from publicity.models import Mailbox, MessageSetting, Via
from publicity.services.settings import agree, resume

log = logging.getLogger("weishishi.mail")
ASKED, CONFIRM = "message.mailbox", "mailbox"
LIFE = timedelta(hours=24)


def ask(person: Person, address: str, *, ip: str) -> None:
    """Note where somebody wants their mail and send the link that confirms it (登记邮箱); an earlier address and link are void.

    TooOften from one place or to one address.
    """
    limits.MAIL_IP.hit(ip)
    limits.MAIL_ADDRESS.hit(address.casefold())
    secret = secrets.token_hex(16)
    given = {"address": address, "asked_at": now(), "confirmed_at": None, "refused_at": None}
    with transaction.atomic():
        box, _is_new = Mailbox.objects.update_or_create(person=person, defaults={**given, "proof": _proof(secret)})
        later(ASKED, uuid4().hex, {"token": f"{int_to_base36(box.pk)}-{secret}"})


def ask_there(payload: dict[str, Any]) -> None:
    """Send the link to the mailbox that is to be confirmed (确认邮件)."""
    box = named(payload["token"])
    if box is None or box.confirmed_at:
        return
    link = settings.SITE_URL + reverse("publicity:mailbox_confirm", args=[payload["token"]])
    text = _(
        "有人想把%(site)s的消息发到这个邮箱。是您，就在24小时内打开下面的链接，按“确认”：\n\n%(link)s\n\n"
        "不是您，不用理会，不会再来信，这个邮箱明天就删掉。"
    ) % {"site": settings.SITE_NAME, "link": link}
    try:
        mails.deliver(box.address, _("确认您的邮箱"), text)
    except mails.Refused:
        _refused(box.person, CONFIRM)
    else:
        dispatches.note(Way.EMAIL, CONFIRM)


def send(payload: dict[str, Any]) -> None:
    """Send one message by mail, through whoever the settings name; a mailbox that takes nothing gets no more."""
    person = Person.objects.filter(pk=payload["person"], is_active=True).first()
    provider = channels.provider(Via.EMAIL)
    if person is None or provider is None or not provider.reaches(person):
        return
    try:
        provider.send(person, payload["template"], payload["values"])
    except mails.Refused:
        _refused(person, payload["template"])
    else:
        dispatches.note(Way.EMAIL, payload["template"])


def failed(payload: dict[str, Any]) -> None:
    """The mail server stayed away to the last attempt (没发成)."""
    dispatches.note(Way.EMAIL, payload.get("template", CONFIRM), Outcome.FAILED)


def named(token: str, *, to_change: bool = False) -> Mailbox | None:
    """The mailbox a link confirms; None for one altered, void, or not used within 24 hours. Once confirmed it says so."""
    key, _dash, secret = token.partition("-")
    boxes = Mailbox.objects.select_related("person").filter(person__is_active=True)
    try:
        box = (boxes.select_for_update(of=("self",)) if to_change else boxes).filter(pk=base36_to_int(key)).first()
    except (ValueError, OverflowError):
        return None
    if box is None or not constant_time_compare(box.proof, _proof(secret)):
        return None
    return box if box.confirmed_at or now() - box.asked_at < LIFE else None


@transaction.atomic
def confirm(token: str) -> Mailbox | None:
    """Its holder opened the link and said yes (确认): from now on messages go there. Twice is once; None as for ``named``.

    Who has not chosen among them before gets all.
    """
    box = named(token, to_change=True)
    if box is not None and box.confirmed_at is None:
        box.confirmed_at, box.refused_at = now(), None
        box.save(update_fields=["confirmed_at", "refused_at"])
        resume(box.person, Via.EMAIL)
        if not MessageSetting.objects.filter(person=box.person, via=Via.EMAIL).exists():
            agree(box.person, Via.EMAIL)
    return box


@transaction.atomic
def remove(person: Person) -> None:
    """Take it back (移除邮箱), with what was chosen for it. Twice is once."""
    Mailbox.objects.filter(person=person).delete()
    MessageSetting.objects.filter(person=person, via=Via.EMAIL).delete()


def sweep() -> None:
    """Forget what nobody confirmed in time (到期清理): it may be somebody else's."""
    Mailbox.objects.filter(confirmed_at=None, asked_at__lt=now() - LIFE).delete()


def _refused(person: Person, template: str) -> None:
    dispatches.note(Way.EMAIL, template, Outcome.REFUSED)
    Mailbox.objects.filter(person=person).update(refused_at=now())
    log.warning("the mail server refused a mailbox; nothing more is sent there")


def _proof(secret: str) -> str:
    return salted_hmac("publicity.mailboxes", secret, algorithm="sha256").hexdigest()
