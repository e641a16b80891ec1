"""What is still wrong may be said aloud when a matter is opened anew (语音重新打开)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("civic", "0004_voices"), ("wishes", "0003_family_help")]
    operations = [
        migrations.AddField(
            model_name="demand",
            name="voice_again",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="civic.attachment",
                verbose_name="还差什么（录音）",
            ),
        ),
    ]
