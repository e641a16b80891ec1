"""What a rater says at a look back may be said aloud (语音追评)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("civic", "0004_voices"), ("delivery", "0003_voices")]
    operations = [
        migrations.AddField(
            model_name="afterword",
            name="voice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="civic.attachment",
                verbose_name="录音",
            ),
        ),
    ]
