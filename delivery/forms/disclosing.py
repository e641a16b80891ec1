"""The form of what is published again and again (按期公开)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civic.forms import PublicText
from delivery.forms.acts import DeskForm, one, scan_field
from delivery.models import Disclosure
from delivery.services import disclosing


class DisclosureForm(DeskForm):
    """公开: a few words, and the paper if there is one."""

    words = PublicText(
        label=_("公开的内容"),
        max_length=100,
        rows=3,
        error_messages={"required": _("请写用了多少钱、办了什么、还剩什么")},
        help_text=_("100字以内：用了多少钱、办了什么、还剩什么。会公开；详细的传材料"),
    )
    document = scan_field(_("材料"), required=False)

    def act(self, on: Disclosure, *, by: Any) -> Disclosure:
        return disclosing.publish(
            on, by=by, words=self.cleaned_data["words"], document=one(self.cleaned_data["document"])
        )
