"""Text messages (短信): the outbox's topic ``sms``, and the seam behind which a provider stands.

A message is a template's name and its values, as mainland providers want it; no free text. Payload:
``{"phone", "template", "values", "until"}``; after ``until`` (a timestamp) it is no longer worth sending. Whoever
queues one counts it against the day's budget first: ``spend`` for a code, ``spare`` for anything else.

Who cannot read a code is told it by a call (语音报码): the topic ``voice``, the same payload and budget, behind a seam of
its own. Without a ``VOICE_PROVIDER`` nobody is offered one.
"""

import logging
from collections.abc import Mapping
from math import ceil
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_noop

from civic import dispatches
from civic.limits import DAY_SECONDS, Limit, TooOften
from civic.models import DemoMessage, Outcome, Way
from civic.moments import now
from civic.outbox import handler

log = logging.getLogger("weishishi.sms")
TEMPLATES = {
    "code": gettext_noop("验证码 %(code)s，%(minutes)s分钟内有效。工作人员不会向您要验证码，请不要告诉别人。"),
    "family_code": gettext_noop(
        "%(helper)s请您同意由对方帮您提议、附议、报事，不能替您投票。同意，就把验证码%(code)s念给对方，%(minutes)s分钟内有效；"
        "不认识，就不要告诉任何人。"
    ),
    "station": gettext_noop("投票站刚为您开了%(place)s居民投票的选票。如果不是您本人，请打%(help)s。"),
    "assisted": gettext_noop(
        "%(place)s居民投票：工作人员代您录入了选票。没有这回事，请在%(hours)s小时内打%(help)s，或者登录后在投票页提出。"
    ),
    "vote_reminder": gettext_noop("您要的提醒：%(place)s居民投票%(until)s截止。"),
    "project_news": gettext_noop("%(whose)s“%(title)s”%(said)s。进度：%(link)s 不想收：%(stop)s"),
    "poll_news": gettext_noop("%(place)s居民投票%(said)s。去看：%(link)s 不想收：%(stop)s"),
    "desk_news": gettext_noop(
        "您今天有%(count)s件待办，其中%(soon)s件快到期、%(late)s件超期。去办：%(link)s 不想收：%(stop)s"
    ),
    "round_news": gettext_noop("您要的提醒：%(place)s%(said)s。去看：%(link)s 不想收：%(stop)s"),
    "week_news": gettext_noop(
        "您关注的%(count)s个项目这周有新进展，最近的是“%(title)s”。去看：%(link)s 不想收：%(stop)s"
    ),
}
CONSOLE = "civic.accounts.sms.Console"
ONE_TEXT, PART_OF_MORE = 70, 67  # characters of a Chinese text message, alone and as a part of several
TIMES_USUAL = 3
LEAST, LEAST_SHARE = 100, 10  # codes an hour, or a tenth of the day's, however quiet it is usually
KEPT_FOR_CODES = 5  # the last fifth of the day's messages: without a code nobody signs in


class BudgetSpent(TooOften):
    """The day's messages are used up (当天短信用完); the desk still helps."""


class Provider(Protocol):
    """What sends a message; raises when it could not, and the outbox tries again."""

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None: ...


class Console:
    """Shows the message on the console and the demo's page; sends nothing, and outside a demo shows nothing."""

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        if not settings.DEMO:
            log.error("SMS_PROVIDER is not set: a message of template %s was not sent", template)
            return
        text = text_of(template, values)
        DemoMessage.objects.create(phone=phone, text=text)
        log.info("%s %s", phone, text)


class DemoCall:
    """Shows on the demo's page what the call would have said; rings nobody, and outside a demo raises."""

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        if not settings.DEMO:
            raise ImproperlyConfigured("civic.accounts.sms.DemoCall calls nobody: name a VOICE_PROVIDER that does")
        code = " ".join(values["code"])
        words = gettext("您的验证码是%(code)s。再说一遍，%(code)s。工作人员不会向您要验证码，请不要告诉别人。")
        DemoMessage.objects.create(phone=phone, text=gettext("来电：%(said)s") % {"said": words % {"code": code}})


def text_of(template: str, values: Mapping[str, Any]) -> str:
    """A message as its reader gets it, signed."""
    return f"【{settings.SITE_NAME}】{TEMPLATES[template] % values}"


def parts_of(text: str) -> int:
    """As how many text messages it is charged (计费条数)."""
    return 1 if len(text) <= ONE_TEXT else ceil(len(text) / PART_OF_MORE)


def may_send() -> bool:
    """Whether a message reaches a phone: a provider is named in the settings, or the demo shows it."""
    return settings.DEMO or settings.SMS_PROVIDER != CONSOLE


def may_call() -> bool:
    """Whether a code can be told by a call (语音报码): somebody who calls is named in the settings."""
    return bool(settings.VOICE_PROVIDER)


def _not_called(payload: dict[str, Any]) -> None:
    dispatches.note(Way.VOICE, payload["template"], Outcome.FAILED)


@handler("voice", given_up=_not_called)
def ring(payload: dict[str, Any]) -> None:
    """Have one code told by a call, unless its time is over."""
    if payload["until"] < now().timestamp():
        dispatches.note(Way.VOICE, payload["template"], Outcome.LATE)
        return
    provider: Provider = import_string(settings.VOICE_PROVIDER)()
    provider.send(payload["phone"], payload["template"], payload["values"])
    dispatches.note(Way.VOICE, payload["template"])


def _not_sent(payload: dict[str, Any]) -> None:
    dispatches.note(Way.SMS, payload["template"], Outcome.FAILED)


@handler("sms", given_up=_not_sent)
def deliver(payload: dict[str, Any]) -> None:
    """Hand one message to the provider (发短信), unless its time is over; what became of it is noted."""
    template, values = payload["template"], payload["values"]
    if payload.get("until", float("inf")) < now().timestamp():
        dispatches.note(Way.SMS, template, Outcome.LATE)
        return
    provider: Provider = import_string(settings.SMS_PROVIDER)()
    provider.send(payload["phone"], template, values)
    outcome = Outcome.SENT if may_send() else Outcome.FAILED
    dispatches.note(Way.SMS, template, outcome, parts=parts_of(text_of(template, values)))


def spend() -> None:
    """Count a code against the hour's and the day's budget (当天的短信). BudgetSpent when it is used up, and the log
    says so."""
    try:
        _count_hour()
    except TooOften as error:
        log.error("three times the codes of a usual hour are sent: nobody gets one for a while")
        raise BudgetSpent(error.retry_after) from None
    try:
        _count(settings.SMS_DAY_BUDGET)
    except TooOften as error:
        log.error("the day's %s messages are used up: nobody gets a code", settings.SMS_DAY_BUDGET)
        raise BudgetSpent(error.retry_after) from None


def _count_hour() -> None:
    """Three times a usual hour, never less than LEAST or a tenth of the day's: a burst beyond is somebody's machine (§E).

    What is usual is looked up only once the tenth is sent, so that no code waits for it.
    """
    least = max(LEAST, settings.SMS_DAY_BUDGET // LEAST_SHARE)
    try:
        Limit("code-hour-site", least, 3600).hit("")
    except TooOften:
        Limit("code-hour-site", max(least, TIMES_USUAL * dispatches.usual_hour("code", "family_code")), 3600).hit("")


def spare(template: str) -> bool:
    """Count another message, in the caller's transaction; False, said in the log, when what is left is for codes."""
    budget = settings.SMS_DAY_BUDGET
    try:
        _count(budget - budget // KEPT_FOR_CODES)
    except TooOften:
        log.error("a message of template %s was not sent: what is left of the day's %s is for codes", template, budget)
        dispatches.note(Way.SMS, template, Outcome.HELD)
        return False
    return True


def _count(most: int) -> None:
    """One counter for all that is sent, whatever may be spent of it; said in the log at half and at 80 %."""
    budget = settings.SMS_DAY_BUDGET
    sent = Limit("code-site", most, DAY_SECONDS).hit("")
    if sent in {budget // 2, budget * 4 // 5}:
        log.warning("%s of the day's %s messages are used", sent, budget)
