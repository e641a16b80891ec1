"""A first word that is late is told by the round's rules (联系超期): what was told so far is its first step, to the town."""

from django.db import migrations, models


def fill(apps, schema_editor):
    told = apps.get_model("proposals", "FirstContact").objects.filter(was_told=True)
    told.update(overdue_level=1, overdue_told="town_approver")


class Migration(migrations.Migration):
    dependencies = [("proposals", "0002_search_index")]
    operations = [
        migrations.AddField(
            model_name="firstcontact",
            name="near_told_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="提醒过的期限"),
        ),
        migrations.AddField(
            model_name="firstcontact",
            name="overdue_level",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False, verbose_name="超期上报到第几级"
            ),
        ),
        migrations.AddField(
            model_name="firstcontact",
            name="overdue_told",
            field=models.CharField(
                blank=True, db_default="", editable=False, max_length=80, verbose_name="超期报给了谁"
            ),
        ),
        # the column stays while code that reads it may run beside this one, which fills it no more
        migrations.AlterField(
            "firstcontact",
            "was_told",
            models.BooleanField(db_default=False, default=False, verbose_name="超期上报过"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("firstcontact", "was_told")]),
    ]
