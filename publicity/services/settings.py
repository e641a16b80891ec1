"""What a person wants to be told, and how (消息设置). One's own wish; no record tells of it."""

from collections.abc import Collection

from django.db import transaction

from civic.models import Person
from publicity import message_rules as rules
from publicity.models import MessageSetting, Topic, Via
from publicity.services.sending import is_default
from voting.services import reminders


@transaction.atomic
def keep(person: Person, via: Via, on: Collection[Topic]) -> None:
    """Exactly these topics by this way from now on (保存设置); one that is at its default keeps no row."""
    _held(person)
    MessageSetting.objects.filter(person=person, via=via).delete()
    if on:
        offered = rules.switchable(is_office=person.is_office)
        _switch(person, via, {topic: topic in on for topic in offered})
    else:
        stop(person, via)


@transaction.atomic
def stop(person: Person, via: Via) -> None:
    """Nothing by this way any more (一键停收); what is switched on and off one by one stays for the way back.

    With text messages the reminders before a poll's close go too: they come by no other way.
    """
    MessageSetting.objects.bulk_create(
        [MessageSetting(person=person, via=via, topic="", is_on=False)], ignore_conflicts=True
    )
    if via == Via.SMS:
        reminders.unwish_all(person)


def resume(person: Person, via: Via) -> None:
    """As it was before (恢复接收). Twice is once."""
    MessageSetting.objects.filter(person=person, via=via, topic="").delete()


@transaction.atomic
def agree(person: Person, via: Via) -> None:
    """Everything by this way: WeChat (同意在微信提醒), asked right after an act and only then; a mailbox, once confirmed."""
    keep(person, via, rules.switchable(is_office=person.is_office))


def is_stopped(person: Person, via: Via) -> bool:
    return MessageSetting.objects.filter(person=person, via=via, topic="").exists()


def _switch(person: Person, via: Via, on: dict[Topic, bool]) -> None:
    rows = [
        MessageSetting(person=person, via=via, topic=topic, is_on=wanted)
        for topic, wanted in on.items()
        if wanted != is_default(via, topic)
    ]
    MessageSetting.objects.bulk_create(rows, ignore_conflicts=True)


def _held(person: Person) -> Person:
    """One change at a time, so that two forms at once do not mix."""
    return Person.objects.select_for_update().get(pk=person.pk)
