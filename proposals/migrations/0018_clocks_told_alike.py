from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('proposals', '0017_board_of_a_district'),
    ]

    operations = [
        migrations.AlterField(
            model_name='prereview',
            name='overdue_level',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='超期上报到第几级'),
        ),
        migrations.AlterField(
            model_name='project',
            name='overdue_level',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='超期上报到第几级'),
        ),
    ]
