"""A message may be for somebody whom the family helped (家里人替办), or about a matter on the board (民声黑板)."""

from django.db import migrations, models

WHY = [
    ("proposer", "提议人"),
    ("objector", "异议人"),
    ("seconder", "附议人"),
    ("voter", "名册上的居民"),
    ("follower", "关注的人"),
    ("place", "关注村居的人"),
    ("reminded", "要了提醒的人"),
    ("nearby", "本村居民"),
    ("superior", "负责的上级"),
    ("helped", "家里人替办的人"),
    ("reporter", "报事的人"),
    ("joiner", "也碰到的人"),
]
TOPIC = [
    ("intake", "受理、预审、退回、未采纳、合并"),
    ("call", "开始征集"),
    ("vote", "居民投票开始和截止"),
    ("decision", "投票结果、批准、公示"),
    ("objection", "对我的异议的答复"),
    ("works", "开工、暂停、恢复"),
    ("progress", "里程碑、变更、超期"),
    ("done", "完工、请您评价、回头看"),
    ("family", "家里人替我办的事"),
    ("board", "民声黑板上我报的、也碰到的事"),
]
TOPICS = [value for value, _label in TOPIC]


def known(name, **allowed):
    return models.CheckConstraint(condition=models.Q(**allowed), name=name)


class Migration(migrations.Migration):
    dependencies = [("publicity", "0005_told_upwards")]
    operations = [
        migrations.RemoveConstraint(model_name="message", name="message_why_known"),
        migrations.RemoveConstraint(model_name="message", name="message_topic_known"),
        migrations.RemoveConstraint(model_name="messagesetting", name="message_setting_topic_known"),
        migrations.AlterField(
            model_name="message",
            name="why",
            field=models.CharField(choices=WHY, max_length=10, verbose_name="凭什么"),
        ),
        migrations.AlterField(
            model_name="message",
            name="topic",
            field=models.CharField(choices=TOPIC, max_length=10, verbose_name="种类"),
        ),
        migrations.AlterField(
            model_name="messagesetting",
            name="topic",
            field=models.CharField(blank=True, choices=TOPIC, max_length=10, verbose_name="种类"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=known("message_why_known", why__in=[value for value, _label in WHY]),
        ),
        migrations.AddConstraint(model_name="message", constraint=known("message_topic_known", topic__in=TOPICS)),
        migrations.AddConstraint(
            model_name="messagesetting",
            constraint=known("message_setting_topic_known", topic__in=["", *TOPICS]),
        ),
    ]
