
import civic.moments
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0012_dispatches'),
        ('delivery', '0017_fixes_told_so_far'),
        ('proposals', '0018_clocks_told_alike'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('overdue_level', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='超期上报到第几级')),
                ('overdue_told', models.CharField(blank=True, db_default='', editable=False, max_length=80, verbose_name='超期报给了谁')),
                ('near_told_on', models.DateField(blank=True, editable=False, null=True, verbose_name='提醒过的期限')),
                ('kind', models.CharField(choices=[('donation', '捐赠使用情况'), ('gift_final', '捐赠全部使用情况'), ('sponsor', '领办情况')], max_length=10, verbose_name='公开什么')),
                ('starts_on', models.DateField(verbose_name='从')),
                ('ends_on', models.DateField(verbose_name='到')),
                ('opened_at', models.DateTimeField(default=civic.moments.now, verbose_name='该公开的时间')),
                ('due_on', models.DateField(verbose_name='期限')),
                ('limit_workdays', models.PositiveSmallIntegerField(verbose_name='时限（工作日）')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='公开时间')),
                ('words', models.CharField(blank=True, editable=False, max_length=100, verbose_name='公开的内容')),
                ('document', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='civic.attachment', verbose_name='材料')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='proposals.project', verbose_name='项目')),
                ('published_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁公开的')),
            ],
            options={
                'verbose_name': '按期公开',
                'verbose_name_plural': '按期公开',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('published_at', None)), fields=['due_on'], name='disclosure_owed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['donation', 'gift_final', 'sponsor'])), name='disclosure_kind_known'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='disclosure_period_is_one'), models.CheckConstraint(condition=models.Q(models.Q(('document', None), ('published_at', None), ('published_by', None), ('words', '')), models.Q(('published_at__isnull', False), ('published_by__isnull', False), models.Q(('words', ''), _negated=True)), _connector='OR'), name='disclosure_published_is_whole'), models.UniqueConstraint(fields=('project', 'kind', 'ends_on'), name='disclosure_once_per_period')],
            },
        ),
    ]
