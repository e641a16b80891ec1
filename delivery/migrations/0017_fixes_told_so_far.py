"""Whose lateness was told so far, as the code had it before it became a rule of the round."""

from django.db import migrations


def fill(apps, schema_editor):
    late = apps.get_model("delivery", "Rectification").objects.filter(escalated_at__isnull=False)
    late.update(overdue_level=1, overdue_told="town_approver")


class Migration(migrations.Migration):
    dependencies = [("delivery", "0016_fixes_told_by_rule")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
