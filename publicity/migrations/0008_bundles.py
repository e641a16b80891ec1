# Files made in the background, how far they are, and that whoever asked is told.

import civic.moments
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0010_area_population'),
        ('proposals', '0007_papers'),
        ('publicity', '0007_wordings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('dossier.pdf', '项目档案（PDF）'), ('dossier.zip', '项目档案（压缩包）'), ('ledger.xlsx', '项目台账')], max_length=12, verbose_name='什么文件')),
                ('state', models.CharField(choices=[('waiting', '正在做'), ('done', '做好了'), ('failed', '没有做成'), ('gone', '已清理')], default='waiting', editable=False, max_length=8, verbose_name='进度')),
                ('plan', models.JSONField(default=dict, verbose_name='内容')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='做了几步')),
                ('total', models.PositiveIntegerField(verbose_name='一共几步')),
                ('file', models.FileField(blank=True, max_length=120, upload_to='bundles/', verbose_name='文件')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='文件指纹')),
                ('created_at', models.DateTimeField(default=civic.moments.now, verbose_name='提交时间')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
            ],
            options={
                'verbose_name': '后台文件',
                'verbose_name_plural': '后台文件',
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='message_why_known',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='message_topic_known',
        ),
        migrations.RemoveConstraint(
            model_name='messagesetting',
            name='message_setting_topic_known',
        ),
        migrations.AlterField(
            model_name='message',
            name='topic',
            field=models.CharField(choices=[('intake', '受理、预审、退回、未采纳、合并'), ('call', '开始征集'), ('vote', '居民投票开始和截止'), ('decision', '投票结果、批准、公示'), ('objection', '对我的异议的答复'), ('works', '开工、暂停、恢复'), ('progress', '里程碑、变更、超期'), ('done', '完工、请您评价、回头看'), ('family', '家里人替我办的事'), ('board', '民声黑板上我报的、也碰到的事'), ('file', '我要的文件做好了')], max_length=10, verbose_name='种类'),
        ),
        migrations.AlterField(
            model_name='message',
            name='why',
            field=models.CharField(choices=[('proposer', '提议人'), ('objector', '异议人'), ('seconder', '附议人'), ('voter', '名册上的居民'), ('follower', '关注的人'), ('place', '关注村居的人'), ('reminded', '要了提醒的人'), ('nearby', '本村居民'), ('superior', '负责的上级'), ('helped', '家里人替办的人'), ('reporter', '报事的人'), ('joiner', '也碰到的人'), ('asker', '要文件的人')], max_length=10, verbose_name='凭什么'),
        ),
        migrations.AlterField(
            model_name='messagesetting',
            name='topic',
            field=models.CharField(blank=True, choices=[('intake', '受理、预审、退回、未采纳、合并'), ('call', '开始征集'), ('vote', '居民投票开始和截止'), ('decision', '投票结果、批准、公示'), ('objection', '对我的异议的答复'), ('works', '开工、暂停、恢复'), ('progress', '里程碑、变更、超期'), ('done', '完工、请您评价、回头看'), ('family', '家里人替我办的事'), ('board', '民声黑板上我报的、也碰到的事'), ('file', '我要的文件做好了')], max_length=10, verbose_name='种类'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['intake', 'call', 'vote', 'decision', 'objection', 'works', 'progress', 'done', 'family', 'board', 'file'])), name='message_topic_known'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['proposer', 'objector', 'seconder', 'voter', 'follower', 'place', 'reminded', 'nearby', 'superior', 'helped', 'reporter', 'joiner', 'asker'])), name='message_why_known'),
        ),
        migrations.AddConstraint(
            model_name='messagesetting',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['', 'intake', 'call', 'vote', 'decision', 'objection', 'works', 'progress', 'done', 'family', 'board', 'file'])), name='message_setting_topic_known'),
        ),
        migrations.AddField(
            model_name='bundle',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to=settings.AUTH_USER_MODEL, verbose_name='谁要的'),
        ),
        migrations.AddField(
            model_name='bundle',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to='proposals.project', verbose_name='项目'),
        ),
        migrations.AddIndex(
            model_name='bundle',
            index=models.Index(fields=['by', '-id'], name='bundle_of_person'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['dossier.pdf', 'dossier.zip', 'ledger.xlsx'])), name='bundle_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'failed', 'gone'])), name='bundle_state_known'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='bundle_done_within_total'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ledger.xlsx'), ('project', None)), models.Q(models.Q(('kind', 'ledger.xlsx'), _negated=True), ('project__isnull', False)), _connector='OR'), name='bundle_dossier_has_a_project'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='bundle_done_has_its_file'),
        ),
    ]
