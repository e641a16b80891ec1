"""What is late to be filed is told by the round's rules (备案超期): what was told so far is its first step, to the town."""

from django.db import migrations, models


def fill(apps, schema_editor):
    told = apps.get_model("delivery", "Filing").objects.filter(told_at__isnull=False)
    told.update(overdue_level=1, overdue_told="town_approver")


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_signed_lists_stand")]
    operations = [
        migrations.AddField(
            model_name="filing",
            name="near_told_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="提醒过的期限"),
        ),
        migrations.AddField(
            model_name="filing",
            name="overdue_level",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="超期上报到第几级"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="overdue_told",
            field=models.CharField(
                blank=True, db_default="", editable=False, max_length=80, verbose_name="超期报给了谁"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        # the column stays while code that reads it may run beside this one
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("filing", "told_at")]),
    ]
