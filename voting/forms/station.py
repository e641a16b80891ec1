"""What a worker fills in at a station, for somebody else's vote, and about a dispute (投票站、代为录入的表单)."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from civic.forms import PhotosField, TextField, UploadsForm
from voting.models import AssistedReason, DisputeOutcome, IdentityPaper

MOST_DOCUMENTS = 3


class VoterForm(forms.Form):
    """找人: by name, narrowed where two have the same."""

    name = TextField(label=_("姓名"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    household = TextField(label=_("户号"), max_length=40, required=False, help_text=_("同名的人多才要填"))
    tail = forms.CharField(
        label=_("手机号后四位"),
        required=False,
        validators=[RegexValidator(r"\A[0-9]{4}\Z", _("请填四位数字"))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "6"}),
    )


class PaperForm(forms.Form):
    """看证件: which kind was shown; its number is asked for nowhere."""

    paper = forms.ChoiceField(
        label=_("看了哪种证件"),
        choices=IdentityPaper.choices,
        widget=forms.RadioSelect,
        help_text=_("只记哪一种，不抄号码，不拍照"),
        error_messages={"required": _("请先看证件，选一种")},
    )


class AssistedForm(UploadsForm):
    """代为录入: why, who was there, and what shows that the person wants it."""

    reason = forms.ChoiceField(
        label=_("为什么要代录"),
        choices=AssistedReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选为什么要代录")},
    )
    witness = TextField(
        label=_("在场证人"),
        max_length=40,
        help_text=_("写姓名和关系，比如陈测试，女儿。不能是代录的人"),
        error_messages={"required": _("请写在场证人的姓名")},
    )
    documents = PhotosField(
        label=_("本人同意的凭据"),
        most=MOST_DOCUMENTS,
        help_text=_("拍下签名，或者本人按手印的纸。不拍选票，只有镇街和村居能看"),
        error_messages={"required": _("请拍下本人同意的样子或者签名")},
    )

    def sent(self) -> list[tuple[str, Any]]:
        """What was filled in, to be sent once more as it is."""
        kept = [("documents-kept", document.token) for document in self.cleaned_data["documents"]]
        return [(name, self.cleaned_data[name]) for name in ("reason", "witness")] + kept


class DisputeForm(forms.Form):
    """异议: what was not as it should be; never what anybody chose."""

    text = TextField(
        label=_("哪里不对"),
        max_length=200,
        rows=3,
        help_text=_("不要写选了哪个项目"),
        error_messages={"required": _("请写清楚")},
    )


class AnswerForm(forms.Form):
    """答复异议."""

    outcome = forms.ChoiceField(
        label=_("答复"),
        choices=DisputeOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个答复")},
    )
    text = TextField(label=_("理由"), max_length=200, rows=3, error_messages={"required": _("请写清楚")})
