# What an administrator did with an account is told to its owner.

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0011_import_progress'),
        ('publicity', '0010_mailboxes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            field=models.CharField(choices=[('intake', '受理、预审、退回、未采纳、合并'), ('call', '开始征集'), ('vote', '居民投票开始和截止'), ('decision', '投票结果、批准、公示'), ('objection', '对我的异议的答复'), ('works', '开工、暂停、恢复'), ('progress', '里程碑、变更、超期'), ('done', '完工、请您评价、回头看'), ('family', '家里人替我办的事'), ('board', '民声黑板上我报的、也碰到的事'), ('file', '我要的文件做好了'), ('nearby', '我住的村居里完工、请居民评价'), ('desk', '工作台：每天早上的待办汇总'), ('account', '我的账号')], max_length=10, verbose_name='种类'),
        ),
        migrations.AlterField(
            model_name='message',
            name='why',
            field=models.CharField(choices=[('proposer', '提议人'), ('objector', '异议人'), ('seconder', '附议人'), ('voter', '名册上的居民'), ('follower', '关注的人'), ('place', '关注村居的人'), ('reminded', '要了提醒的人'), ('nearby', '本村居民'), ('superior', '负责的上级'), ('helped', '家里人替办的人'), ('reporter', '报事的人'), ('joiner', '也碰到的人'), ('asker', '要文件的人'), ('owner', '账号的主人')], max_length=10, verbose_name='凭什么'),
        ),
        migrations.AlterField(
            model_name='messagesetting',
            name='topic',
            field=models.CharField(blank=True, choices=[('intake', '受理、预审、退回、未采纳、合并'), ('call', '开始征集'), ('vote', '居民投票开始和截止'), ('decision', '投票结果、批准、公示'), ('objection', '对我的异议的答复'), ('works', '开工、暂停、恢复'), ('progress', '里程碑、变更、超期'), ('done', '完工、请您评价、回头看'), ('family', '家里人替我办的事'), ('board', '民声黑板上我报的、也碰到的事'), ('file', '我要的文件做好了'), ('nearby', '我住的村居里完工、请居民评价'), ('desk', '工作台：每天早上的待办汇总'), ('account', '我的账号')], max_length=10, verbose_name='种类'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['intake', 'call', 'vote', 'decision', 'objection', 'works', 'progress', 'done', 'family', 'board', 'file', 'nearby', 'desk', 'account'])), name='message_topic_known'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['proposer', 'objector', 'seconder', 'voter', 'follower', 'place', 'reminded', 'nearby', 'superior', 'helped', 'reporter', 'joiner', 'asker', 'owner'])), name='message_why_known'),
        ),
        migrations.AddConstraint(
            model_name='messagesetting',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['', 'intake', 'call', 'vote', 'decision', 'objection', 'works', 'progress', 'done', 'family', 'board', 'file', 'nearby', 'desk', 'account'])), name='message_setting_topic_known'),
        ),
    ]
