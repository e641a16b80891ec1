"""What the site asks for has a day by which it is answered or paid (付款、变更、现场问题的期限)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_afterword_voice")]

    operations = [
        migrations.AddField(
            model_name="changeorder",
            name="due_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="答复期限"),
        ),
        migrations.AddField(
            model_name="payment",
            name="due_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="付款期限"),
        ),
        migrations.AddField(
            model_name="progressreport",
            name="due_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="答复期限"),
        ),
    ]
