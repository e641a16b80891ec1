"""A recount that differs is one more result; the next migration lays the triggers again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from civic.append_only import lifted


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0003_attachment_area'),
        ('voting', '0007_station'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lifted("voting_result", "voting_resultline"),
        migrations.AlterModelOptions(
            name='result',
            options={'ordering': ['poll', 'number'], 'verbose_name': '投票结果', 'verbose_name_plural': '投票结果'},
        ),
        migrations.RemoveConstraint(
            model_name='pollact',
            name='poll_act_kind_known',
        ),
        migrations.AddField(
            model_name='poll',
            name='key_ended_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='密钥销毁'),
        ),
        migrations.AddField(
            model_name='result',
            name='act',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='result', to='voting.pollact', verbose_name='凭哪次提请'),
        ),
        migrations.AddField(
            model_name='result',
            name='ages',
            field=models.JSONField(default=list, verbose_name='各年龄段人数'),
        ),
        migrations.AddField(
            model_name='result',
            name='by_other_rules',
            field=models.JSONField(default=list, verbose_name='换一种规则会怎样'),
        ),
        migrations.AddField(
            model_name='result',
            name='explained',
            field=models.JSONField(default=dict, verbose_name='和上一次的不同'),
        ),
        migrations.AddField(
            model_name='result',
            name='number',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='第几次计票'),
        ),
        migrations.AlterField(
            model_name='pollact',
            name='kind',
            field=models.CharField(choices=[('open', '开放投票'), ('extend', '延长投票'), ('close', '提前截止'), ('cancel', '取消投票'), ('enrol', '开始后补进名册'), ('publish', '公布结果'), ('recount', '重新计票')], max_length=8, verbose_name='办什么'),
        ),
        migrations.AlterField(
            model_name='result',
            name='poll',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='voting.poll', verbose_name='投票'),
        ),
        migrations.AddConstraint(
            model_name='pollact',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['open', 'extend', 'close', 'cancel', 'enrol', 'publish', 'recount'])), name='poll_act_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.UniqueConstraint(fields=('poll', 'number'), name='result_one_per_number'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', None), ('number', 1)), models.Q(('act__isnull', False), ('number__gt', 1)), _connector='OR'), name='result_again_by_an_act'),
        ),
    ]
