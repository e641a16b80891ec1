"""The votes on an item (表决). A secret vote is two rows that nothing joins: the mark on the roll and the slip."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models import Person
from voting.models.meetings import AgendaItem


class Choice(models.TextChoices):
    FOR = "for", _("赞成")
    AGAINST = "against", _("反对")
    ABSTAIN = "abstain", _("弃权")


class MeetingVote(models.Model):
    """That a member voted (已投); in an open vote also what. Without a time, which could be laid beside a slip's."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="votes", verbose_name=_("议题"))
    ballot = models.PositiveSmallIntegerField(_("第几次表决"))
    member = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("成员"))
    choice = models.CharField(_("意见"), max_length=8, choices=Choice, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("投票记录")
        ordering = ["item", "ballot", "member"]
        constraints = [
            models.UniqueConstraint(fields=["item", "ballot", "member"], name="vote_once_per_member"),
            models.CheckConstraint(condition=Q(choice__in=["", *Choice.values]), name="vote_choice_known"),
            models.CheckConstraint(condition=Q(ballot__gte=1), name="vote_ballot_counts_from_one"),
        ]


class SecretSlip(models.Model):
    """What one unnamed member chose (不记名票): a random key, no person, no time; rewritten in key order at closing."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="slips", verbose_name=_("议题"))
    ballot = models.PositiveSmallIntegerField(_("第几次表决"))
    choice = models.CharField(_("意见"), max_length=8, choices=Choice)

    class Meta:
        verbose_name = verbose_name_plural = _("不记名票")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="slip_choice_known"),
            models.CheckConstraint(condition=Q(ballot__gte=1), name="slip_ballot_counts_from_one"),
        ]
