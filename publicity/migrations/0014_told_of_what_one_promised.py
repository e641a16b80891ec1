
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0012_dispatches'),
        ('publicity', '0013_objections_told_so_far'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='message_why_known',
        ),
        migrations.AlterField(
            model_name='message',
            name='why',
            field=models.CharField(choices=[('proposer', '提议人'), ('objector', '异议人'), ('seconder', '附议人'), ('voter', '名册上的居民'), ('follower', '关注的人'), ('place', '关注村居的人'), ('reminded', '要了提醒的人'), ('nearby', '本村居民'), ('superior', '负责的上级'), ('helped', '家里人替办的人'), ('reporter', '报事的人'), ('joiner', '也碰到的人'), ('asker', '要文件的人'), ('owner', '账号的主人'), ('undertaker', '答应办的人')], max_length=10, verbose_name='凭什么'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['proposer', 'objector', 'seconder', 'voter', 'follower', 'place', 'reminded', 'nearby', 'superior', 'helped', 'reporter', 'joiner', 'asker', 'owner', 'undertaker'])), name='message_why_known'),
        ),
    ]
