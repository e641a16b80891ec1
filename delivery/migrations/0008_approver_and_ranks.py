"""A request names who decides it by the round's rules, and why it passes over a project ranked ahead (审批权限、名次)."""

from django.db import migrations, models

APPROVERS = [("town_approver", "镇街审批"), ("district_office", "区专班")]


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_drawn_signatures")]

    operations = [
        migrations.AddField(
            model_name="approval",
            name="approver_role",
            field=models.CharField(
                choices=APPROVERS,
                db_default="town_approver",
                default="town_approver",
                editable=False,
                max_length=20,
                verbose_name="由谁审批",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="skip_reason",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=300, verbose_name="越过名次在前的项目的原因"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("approver_role__in", ["town_approver", "district_office"])),
                name="approval_role_known",
            ),
        ),
    ]
