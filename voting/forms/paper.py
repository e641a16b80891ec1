"""What is filled in around paper ballots (纸质票表单): a batch, who is given one, what came back, what a paper says."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from civic.accounts.forms import VillageField
from civic.accounts.queries import villages
from civic.forms import TextField
from civic.rules import RuleBroken
from voting import paper_queries, paper_rules
from voting.models import PaperBatch, Poll
from voting.models.paper import MOST_PAPERS

ROWS = 10  # papers on one sheet of the grid


def _count(label: Any, **kwargs: Any) -> forms.IntegerField:
    """How many papers: a number by its keys, without arrows that a wheel would turn."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": "6", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PAPERS, widget=widget, **kwargs)


class BatchForm(forms.Form):
    """做一批纸质票."""

    station = TextField(label=_("投票站"), max_length=40, help_text=_("印在票上，比如：小濠冲站"))
    area = VillageField(label=_("发给哪个村居的人"))
    size = _count(_("多少张"), help_text=_("一批最多2000张，编号接着上一批"))

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["size"].min_value = 1
        self.fields["area"].offer(villages([poll.area.prefix]))


class FindForm(forms.Form):
    """发纸质票: whom, and who stands beside."""

    text = TextField(label=_("找谁"), max_length=40, help_text=_("姓名、户号，或手机号后四位"))
    witness = TextField(label=_("见证人"), max_length=40, help_text=_("站在旁边看着发票的人"))


class PaperReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=200, rows=2, help_text=_("会公开给大家看，不要写姓名"))


class ReturnForm(forms.Form):
    """收回: what the station counted."""

    left = _count(_("没发出的"))
    returned = _count(_("收回的"), help_text=_("票箱里的，加上截止以后交来的；写坏换掉的不算"))
    late = _count(_("其中截止以后才交的"), initial=0, required=False)
    not_on_roll = _count(_("其中存根上的人不在名册的"), initial=0, required=False)
    voted_already = _count(_("其中存根上的人已在网上投过的"), initial=0, required=False)

    @property
    def facts(self) -> dict[str, int]:
        return {name: number or 0 for name, number in self.cleaned_data.items()}


class ReadingForm(forms.Form):
    """What a paper says; ``batch`` decides what its numbers mean."""

    choices = forms.CharField(
        label=_("选了第几项"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": "16"}),
        error_messages={"required": _("写下票上选了第几项；空白票写0")},
    )

    def __init__(self, *args: Any, batch: PaperBatch, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch, self.codes = batch, codes

    def clean_choices(self) -> paper_rules.Reading:
        return self._said(paper_rules.read_marks, self.cleaned_data["choices"], self.codes, self.batch.poll.method)

    def _said(self, read: Any, *what: Any) -> Any:
        try:
            return read(*what)
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message, code=broken.code) from None

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        reading = self.cleaned_data["choices"]
        return {"choices": reading.choices, "fault": reading.fault}


class SheetForm(ReadingForm):
    """One line of the grid: the paper's number and what it says."""

    serial = forms.CharField(
        label=_("编号"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": "10"}),
        error_messages={"required": _("写下票上的编号")},
    )
    field_order = ("serial", "choices")
    is_saved = False

    def clean_serial(self) -> int:
        serial: int = self._said(paper_rules.read_code, self.cleaned_data["serial"], self.batch)
        return serial


class StrikeForm(forms.Form):
    """撤回一张: a number that was keyed by mistake."""

    serial = forms.CharField(
        label=_("编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "size": "10"})
    )

    def __init__(self, *args: Any, batch: PaperBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch

    def clean_serial(self) -> int:
        try:
            return paper_rules.read_code(self.cleaned_data["serial"], self.batch)
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message, code=broken.code) from None


class SignForm(forms.Form):
    """签字: a public reason where the account does not balance."""

    reason = TextField(
        label=_("账不平的原因"), max_length=200, rows=2, required=False, help_text=_("会公开给大家看，不要写姓名")
    )


Grid = formset_factory(SheetForm, extra=ROWS, max_num=ROWS, validate_max=True)


def grid(data: Any, batch: PaperBatch) -> Any:
    """The grid for a batch: so many lines, those left blank are skipped (录入表)."""
    return Grid(data, prefix="row", form_kwargs={"batch": batch, "codes": paper_queries.codes(batch)})
