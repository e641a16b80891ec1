"""Signatures are given on a filled list (先填后签), and what is signed or concluded does not change."""

from django.db import migrations, models

from civic.append_only import closed_rows

CONCLUDED = "EXISTS (SELECT 1 FROM delivery_acceptance a WHERE a.id = {row}.acceptance_id AND a.conclusion <> '')"
SIGNED = "EXISTS (SELECT 1 FROM delivery_signature s WHERE s.acceptance_id = {row}.acceptance_id)"
BLANK = "NOT EXISTS (SELECT 1 FROM delivery_acceptanceitem i WHERE i.acceptance_id = {row}.acceptance_id)"


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0018_disclosures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='acceptance',
            name='conclusion',
            field=models.CharField(blank=True, choices=[('pass', '合格'), ('fail', '不合格'), ('void', '已作废')], editable=False, max_length=4, verbose_name='结论'),
        ),
        migrations.RemoveConstraint(model_name='acceptance', name='acceptance_conclusion_known'),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(('conclusion__in', ['', 'pass', 'fail', 'void'])), name='acceptance_conclusion_known'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('conclusion', 'void'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='acceptance_void_says_why'),
        ),
        closed_rows("delivery", "Acceptance", "{row}.conclusion <> ''", takes_new=True),
        closed_rows("delivery", "AcceptanceItem", f"{SIGNED} OR {CONCLUDED}"),
        closed_rows("delivery", "Signature", f"{BLANK} OR {CONCLUDED}", free=("drawn", "paper")),
    ]
