"""A signature written with the finger (屏幕手写签名): the picture a page draws, taken in like any other photo."""

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _

from civic import files
from civic.models import Attachment

HEAD = "data:image/png;base64,"
MOST = 300_000  # characters; a signature drawn on the page comes to some 20,000


class PadInput(forms.TextInput):
    """A field to write in with finger, pen or mouse (static/js/pad.js); without scripts it says what else counts."""

    template_name = "delivery/widgets/pad.html"
    use_fieldset = True


class DrawnField(forms.CharField):
    """What was drawn, as a private attachment of ``by``; None for nothing, which is no fault (不方便写的不用写)."""

    widget = PadInput

    def __init__(self) -> None:
        super().__init__(
            label=_("手写签名"),
            required=False,
            max_length=MOST,
            help_text=_("用手指写名字，不公开。不方便写的不用写，交上去一样算数"),
            error_messages={"max_length": _("这个签名太大了，请擦掉重写")},
        )
        self.by: Any = None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def clean(self, value: Any) -> Attachment | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            if not text.startswith(HEAD):
                raise ValueError(text[:30])
            drawn = SimpleUploadedFile("signature.png", base64.b64decode(text[len(HEAD) :], validate=True), "image/png")
            kept = files.keep(drawn, by=self.by, caption=str(_("手写签名")))
        except (ValueError, binascii.Error):
            raise ValidationError(_("签名没有收到，请擦掉重写"), code="drawn") from None
        if kept.kind != "photo":
            raise ValidationError(_("签名没有收到，请擦掉重写"), code="drawn")
        return kept
