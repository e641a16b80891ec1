"""The next year's part of a grant is booked in that year's pool, or waits for it to be set (跨年安排)."""

from decimal import Decimal

import django.db.models
from django.db import migrations

import civic.fields


def book(apps, _editor):
    """What was approved before: booked where the next year's pool is there and holds it, otherwise it waits."""
    Source, Pool, Entry = (apps.get_model("delivery", name) for name in ("FundingSource", "Pool", "PoolEntry"))
    parts = Source.objects.filter(kind="next_year", approval__state="approved")
    for part in parts.select_related("approval__pool__round").order_by("pk"):
        given = part.approval
        after = Pool.objects.filter(
            area=given.pool.area_id,
            round__programme=given.pool.round.programme,
            round__year=given.pool.round.year + 1,
        )
        pool = after.order_by("pk").first()
        if pool is None or part.amount_yuan > pool.amount_yuan - pool.committed_yuan:
            part.unbooked_yuan = part.amount_yuan
            part.save(update_fields=["unbooked_yuan"])
            continue
        Entry.objects.create(
            pool=pool, project_id=given.project_id, kind="commit", delta_yuan=part.amount_yuan, by_id=given.approved_by_id
        )
        pool.committed_yuan += part.amount_yuan
        pool.version += 1
        pool.save(update_fields=["committed_yuan", "version"])


def unbook(apps, _editor):
    """The ledger is not undone: what was booked stays booked, and the older code counts it once more as promised."""


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0012_append_only_ledger_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="fundingsource",
            name="unbooked_yuan",
            field=civic.fields.YuanField(
                db_default=0, default=Decimal(0), editable=False, verbose_name="等下年资金池定了再记账（元）"
            ),
        ),
        migrations.RunPython(book, unbook),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=django.db.models.CheckConstraint(
                condition=django.db.models.Q(
                    ("unbooked_yuan", 0),
                    django.db.models.Q(
                        ("kind", "next_year"),
                        ("unbooked_yuan__gt", 0),
                        ("unbooked_yuan__lte", django.db.models.F("amount_yuan")),
                    ),
                    _connector="OR",
                ),
                name="source_unbooked_is_of_next_year",
            ),
        ),
    ]
