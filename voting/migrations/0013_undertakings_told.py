
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voting', '0012_closed_minutes'),
    ]

    operations = [
        migrations.AddField(
            model_name='undertaking',
            name='near_told_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='提醒过的期限'),
        ),
        migrations.AddField(
            model_name='undertaking',
            name='overdue_level',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='超期上报到第几级'),
        ),
        migrations.AddField(
            model_name='undertaking',
            name='overdue_told',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=80, verbose_name='超期报给了谁'),
        ),
    ]
