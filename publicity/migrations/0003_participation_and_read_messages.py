import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civic', '0003_attachment_area'),
        ('proposals', '0001_initial'),
        ('publicity', '0002_follows_and_messages'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read_at__isnull', False)), fields=['read_at'], name='message_read'),
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_at', models.DateTimeField(verbose_name='定格时间')),
                ('channel', models.CharField(choices=[('web', '网页'), ('desk', '窗口代录'), ('paper', '纸质'), ('phone', '电话'), ('api', '接口'), ('system', '系统')], max_length=10, verbose_name='渠道')),
                ('proposals', models.PositiveIntegerField(verbose_name='提议')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='civic.area', verbose_name='村居')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='proposals.round', verbose_name='轮次')),
            ],
            options={
                'verbose_name': '参与快照',
                'verbose_name_plural': '参与快照',
                'constraints': [models.UniqueConstraint(fields=('area', 'round', 'channel'), name='participation_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'desk', 'paper', 'phone', 'api', 'system'])), name='participation_channel_known'), models.CheckConstraint(condition=models.Q(('proposals__gt', 0)), name='participation_of_somebody')],
            },
        ),
    ]
