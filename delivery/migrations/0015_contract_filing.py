
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0014_report_done_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('limit_workdays', models.PositiveSmallIntegerField(verbose_name='时限（工作日）')),
                ('due_on', models.DateField(verbose_name='期限')),
                ('filed_on', models.DateField(blank=True, null=True, verbose_name='备案日期')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='备案号')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='超期记录时间')),
                ('contract', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='filing', to='delivery.contract', verbose_name='合同')),
                ('filed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁登记的')),
            ],
            options={
                'verbose_name': '合同备案',
                'verbose_name_plural': '合同备案',
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('filed_on', None)), fields=['due_on'], name='filing_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('filed_by', None), ('filed_on', None), ('number', '')), models.Q(('filed_by__isnull', False), ('filed_on__isnull', False), models.Q(('number', ''), _negated=True)), _connector='OR'), name='filing_is_whole')],
            },
        ),
    ]
