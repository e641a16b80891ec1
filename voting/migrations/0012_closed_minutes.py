"""Minutes that are closed do not change (定稿); corrections stand beside them, append-only."""

import civic.moments
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from civic.append_only import append_only, closed_rows

CLOSED = "EXISTS (SELECT 1 FROM voting_meeting m WHERE m.id = {row}.meeting_id AND m.state = 'confirmed')"
CLOSED_ITEM = (
    "EXISTS (SELECT 1 FROM voting_agendaitem i JOIN voting_meeting m ON m.id = i.meeting_id "
    "WHERE i.id = {row}.item_id AND m.state = 'confirmed')"
)


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0012_dispatches'),
        ('proposals', '0013_first_contact'),
        ('voting', '0011_undertakings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MinutesCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded', models.CharField(max_length=40, verbose_name='原来记的是')),
                ('right', models.CharField(max_length=70, verbose_name='正确的是')),
                ('reason', models.CharField(max_length=20, verbose_name='为什么记错')),
                ('made_at', models.DateTimeField(default=civic.moments.now, verbose_name='更正时间')),
            ],
            options={
                'verbose_name': '纪要更正',
                'verbose_name_plural': '纪要更正',
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='closing',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=300, verbose_name='会议小结'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('closing', ''), ('state', 'confirmed'), _connector='OR'), name='meeting_closing_closes_it'),
        ),
        migrations.AddField(
            model_name='minutescorrection',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='voting.agendaitem', verbose_name='关于哪一项'),
        ),
        migrations.AddField(
            model_name='minutescorrection',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁更正的'),
        ),
        migrations.AddField(
            model_name='minutescorrection',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='voting.meeting', verbose_name='会议'),
        ),
        migrations.AddConstraint(
            model_name='minutescorrection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recorded', ''), _negated=True), models.Q(('right', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='minutes_correction_says_it_all'),
        ),
        migrations.AddConstraint(
            model_name='minutescorrection',
            constraint=models.CheckConstraint(condition=models.Q(('right', models.F('recorded')), _negated=True), name='minutes_correction_changes_something'),
        ),
        append_only("voting_minutescorrection"),
        closed_rows("voting", "Meeting", "{row}.state = 'confirmed'", takes_new=True),
        closed_rows("voting", "Meeting_roll", CLOSED),
        closed_rows("voting", "AgendaItem", CLOSED, free=("applied_at",)),
        closed_rows("voting", "Attendance", CLOSED),
        closed_rows("voting", "Undertaking", CLOSED, free=("state", "outcome", "settled_at", "settled_by")),
        closed_rows("voting", "Conflict", CLOSED_ITEM),
        closed_rows("voting", "MeetingVote", CLOSED_ITEM),
        closed_rows("voting", "SecretSlip", CLOSED_ITEM),
    ]
