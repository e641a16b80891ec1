"""In what part somebody hears of something, what it is about, and by which way (凭什么、种类、渠道)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """In what part somebody hears of an event (凭什么通知)."""

    PROPOSER = "proposer", _("提议人")
    OBJECTOR = "objector", _("异议人")
    SECONDER = "seconder", _("附议人")
    VOTER = "voter", _("名册上的居民")
    FOLLOWER = "follower", _("关注的人")
    PLACE = "place", _("关注村居的人")
    REMINDED = "reminded", _("要了提醒的人")
    NEARBY = "nearby", _("本村居民")
    SUPERIOR = "superior", _("负责的上级")
    HELPED = "helped", _("家里人替办的人")
    REPORTER = "reporter", _("报事的人")
    JOINER = "joiner", _("也碰到的人")
    ASKER = "asker", _("要文件的人")
    OWNER = "owner", _("账号的主人")
    UNDERTAKER = "undertaker", _("答应办的人")


class Topic(models.TextChoices):
    """What a message is about (消息种类), as its reader switches it on and off."""

    INTAKE = "intake", _("受理、预审、退回、未采纳、合并")
    CALL = "call", _("开始征集")
    VOTE = "vote", _("居民投票开始和截止")
    DECISION = "decision", _("投票结果、批准、公示")
    OBJECTION = "objection", _("对我的异议的答复")
    WORKS = "works", _("开工、暂停、恢复")
    PROGRESS = "progress", _("里程碑、变更、超期")
    DONE = "done", _("完工、请您评价、回头看")
    FAMILY = "family", _("家里人替我办的事")
    BOARD = "board", _("民声黑板上我报的、也碰到的事")
    FILE = "file", _("我要的文件做好了")
    NEARBY = "nearby", _("我住的村居里完工、请居民评价")
    DESK = "desk", _("工作台：每天早上的待办汇总")
    ACCOUNT = "account", _("我的账号")


class Via(models.TextChoices):
    """A way out of the house (通知渠道); the inbox is always there and is none of these."""

    SMS = "sms", _("短信")
    WECHAT = "wechat", _("微信")
    EMAIL = "email", _("电子邮件")
