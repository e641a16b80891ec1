"""A message may be for the office above (超期上报)."""

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
]


class Migration(migrations.Migration):
    dependencies = [("publicity", "0004_follow_places_and_openings")]
    operations = [
        migrations.RemoveConstraint(model_name="message", name="message_why_known"),
        migrations.AlterField(
            model_name="message",
            name="why",
            field=models.CharField(choices=WHY, max_length=10, verbose_name="凭什么"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", [value for value, _label in WHY])), name="message_why_known"
            ),
        ),
    ]
