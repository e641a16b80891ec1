"""E-mail (电子邮件): the link of one page or file of ours to one address, by Django's own mail backend.

Offered only where the settings name who it comes from. The address is nobody's account: it waits with the message, which
forgets it once sent.
"""

import logging
from smtplib import SMTPRecipientsRefused
from urllib.parse import urljoin
from uuid import uuid4

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from civic import dispatches, limits
from civic.models import Outcome, Way
from civic.outbox import handler, later

log = logging.getLogger("weishishi.mail")
LINK = "link"


def is_ready() -> bool:
    """Whether e-mail is offered (发到邮箱)."""
    return bool(settings.MAIL_SENDER)


def send_link(path: str, to: str, *, ip: str) -> None:
    """Send somebody the link of a page of ours (发到邮箱), after this request. TooOften from one place or to one address."""
    limits.MAIL_IP.hit(ip)
    limits.MAIL_ADDRESS.hit(to.casefold())
    later("mail.link", uuid4().hex, {"to": to, "path": path, "language": translation.get_language()})


def _failed(_payload: dict[str, str]) -> None:
    dispatches.note(Way.EMAIL, LINK, Outcome.FAILED)


@handler("mail.link", given_up=_failed)
def deliver(payload: dict[str, str]) -> None:
    """Hand one message to the mail server; the outbox tries again where it is away.

    A mailbox the server refuses is not tried again, and its address stays out of the log and the outbox.
    """
    with translation.override(payload["language"]):
        subject = _("%(site)s：您要的链接") % {"site": settings.SITE_NAME}
        text = _("打开这个链接看或下载：\n%(url)s\n\n不是您要的，不用理会，也不会再收到。") % {
            "url": urljoin(settings.SITE_URL, payload["path"])
        }
        try:
            send_mail(subject, text, settings.MAIL_SENDER, [payload["to"]])
        except SMTPRecipientsRefused:
            log.warning("the mail server refused a mailbox; nothing was sent there")
            dispatches.note(Way.EMAIL, LINK, Outcome.REFUSED)
        else:
            dispatches.note(Way.EMAIL, LINK)
