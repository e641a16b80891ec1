
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('proposals', '0013_first_contact'),
    ]

    operations = [
        migrations.AddField(
            model_name='prereview',
            name='near_told_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='提醒过的期限'),
        ),
        migrations.AddField(
            model_name='prereview',
            name='overdue_told',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=80, verbose_name='超期报给了谁'),
        ),
        migrations.AddField(
            model_name='project',
            name='near_told_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='提醒过的期限'),
        ),
        migrations.AddField(
            model_name='project',
            name='overdue_told',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=80, verbose_name='超期报给了谁'),
        ),
    ]
