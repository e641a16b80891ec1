"""Messages by e-mail (电子邮件): the provider behind publicity.channels that hands them to Django's mail backend.

Named in the settings (MAIL_PROVIDER=publicity.mails.Mailer, with MAIL_SENDER); without it e-mail is neither offered nor
sent. Plain text: what, of which number, what comes next, where to look, how to stop; the header's one press stops as
well (RFC 8058).
"""

from collections.abc import Mapping
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext_noop

from civic.models import Person
from publicity.models import Mailbox

FOR_GOOD = 500  # replies of a mail server from here on are final, those below ask to come again
TEMPLATES = {  # subject, then text
    "project_news": (
        gettext_noop("%(whose)s“%(title)s”%(said)s"),
        gettext_noop("%(whose)s“%(title)s”（%(code)s）%(said)s。"),
    ),
    "poll_news": (gettext_noop("%(place)s居民投票%(said)s"), gettext_noop("%(place)s居民投票%(said)s。")),
    "round_news": (gettext_noop("%(place)s%(said)s"), gettext_noop("您要的提醒：%(place)s%(said)s。")),
    "week_news": (
        gettext_noop("您关注的%(count)s个项目这周有新进展"),
        gettext_noop("您关注的%(count)s个项目这周有新进展，最近的是“%(title)s”。"),
    ),
    "desk_news": (
        gettext_noop("您今天有%(count)s件待办"),
        gettext_noop("您今天有%(count)s件待办，其中%(soon)s件快到期、%(late)s件超期。"),
    ),
}
NEXT = gettext_noop("下一步：%(next)s")
LINK = gettext_noop("去看：%(link)s")
STOP = gettext_noop("不想再收邮件，打开这个链接按一下：%(stop)s")


class Refused(Exception):
    """The mail server takes nothing for this mailbox (拒收); there is no use in trying again."""


class MailAway(Exception):
    """The mail server could not take it just now; it says nothing of for whom."""


class Mailer:
    """E-mail to the mailbox somebody confirmed."""

    def reaches(self, person: Person) -> bool:
        return bool(settings.MAIL_SENDER) and any(box.takes_mail for box in Mailbox.objects.filter(person=person))

    def send(self, person: Person, template: str, values: Mapping[str, Any]) -> None:
        """Send one message, unless the mailbox was taken back meanwhile. Refused, MailAway."""
        box = Mailbox.objects.filter(person=person).first()
        if box is not None and box.takes_mail:
            subject, text = written(template, values)
            deliver(box.address, subject, text, headers=one_press(values["stop"]))


def written(template: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """A message as subject and text."""
    subject, first = (part % values for part in TEMPLATES[template])
    lines = [first]
    if values.get("next"):
        lines.append(NEXT % values)
    return " ".join(subject.split()), "\n\n".join([*lines, LINK % values, "--\n" + STOP % values]) + "\n"


def one_press(stop: str) -> dict[str, str]:
    """What lets the mailbox's own button stop the messages (RFC 8058)."""
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def deliver(to: str, subject: str, text: str, *, headers: Mapping[str, str] | None = None) -> None:
    """Hand one mail to the mail server. Refused or MailAway; neither tells the address."""
    head = {"Auto-Submitted": "auto-generated", **(headers or {})}
    mail = EmailMessage(f"【{settings.SITE_NAME}】{subject}", text, settings.MAIL_SENDER, [to], headers=head)
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        is_final = all(code >= FOR_GOOD for code, _said in error.recipients.values())
        raise (Refused if is_final else MailAway) from None
    except (SMTPException, OSError) as error:
        raise MailAway(type(error).__name__) from None
