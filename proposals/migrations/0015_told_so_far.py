"""Who was told of what is late so far, as the code had it before it became a rule of the round."""

from django.db import migrations
from django.db.models import Q

OF_HIGHER = Q(state="for_approval")


def fill(apps, schema_editor):
    late = apps.get_model("proposals", "Project").objects.filter(overdue_level__gte=1)
    late.filter(OF_HIGHER, overdue_level=1).update(overdue_told="district_office")
    late.filter(OF_HIGHER, overdue_level=2).update(overdue_told="district_office leading_group")
    late.filter(~OF_HIGHER, overdue_level=1).update(overdue_told="town_approver")
    late.filter(~OF_HIGHER, overdue_level=2).update(overdue_told="town_approver district_office")
    reviews = apps.get_model("proposals", "PreReview").objects
    reviews.filter(overdue_level=1).update(overdue_told="town_approver")
    reviews.filter(overdue_level=2).update(overdue_told="town_approver district_office")


class Migration(migrations.Migration):
    dependencies = [("proposals", "0014_whom_lateness_is_told")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
