"""Forms of what-if copies (测算): a name for a new one, the lines of one page, the minutes that all of it rests on."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from civic.forms import TextField
from delivery.forms.acts import DeskForm, one, reason_field, scan_field
from delivery.forms.money import SAYS_WHAT
from delivery.models import Approval, Pool, WhatIf, WhatIfLine
from delivery.queries.requests import Ask
from delivery.services import whatifs


class NewForm(DeskForm):
    """做一份测算: afresh, or a copy of another."""

    name = TextField(
        label=_("给这份测算起个名字"), max_length=40, error_messages={"required": _("请起个名字，例如：先修路")}
    )

    def __init__(self, *args: Any, asks: Sequence[Ask], of: WhatIf | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks, self.of = asks, of

    def act(self, pool: Pool, *, by: Any) -> WhatIf:
        self.made = whatifs.make(pool, self.asks, by=by, name=self.cleaned_data["name"], of=self.of)
        return self.made


class Row(NamedTuple):
    """A line with its fields."""

    line: WhatIfLine
    included: forms.BoundField
    amount: forms.BoundField
    later: forms.BoundField
    why: forms.BoundField


class LinesForm(DeskForm):
    """The lines of one page of a copy; names end in the line's key."""

    def __init__(self, *args: Any, lines: Sequence[WhatIfLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            title = {"title": line.project.title}
            self.fields[f"in_{line.pk}"] = forms.BooleanField(
                label=_("列入：%(title)s") % title, required=False, initial=line.is_included
            )
            self.fields[f"yuan_{line.pk}"] = YuanFormField(
                label=_("金额：%(title)s") % title, initial=line.amount_yuan, error_messages=SAYS_WHAT
            )
            self.fields[f"later_{line.pk}"] = YuanFormField(
                label=_("其中下年出：%(title)s") % title,
                required=False,
                min_value=Decimal(0),
                initial=line.next_year_yuan or None,
            )
            self.fields[f"why_{line.pk}"] = TextField(
                label=_("金额不同的原因：%(title)s") % title, required=False, max_length=300, initial=line.reason
            )

    @property
    def rows(self) -> list[Row]:
        return [
            Row(line, *(self[f"{name}_{line.pk}"] for name in ("in", "yuan", "later", "why"))) for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for line in self.lines:
            amount, later = data.get(f"yuan_{line.pk}"), data.get(f"later_{line.pk}")
            if amount and later and later >= amount:
                self.add_error(f"later_{line.pk}", _("下年的部分要比金额少"))
        return data

    def typed(self) -> list[WhatIfLine]:
        """The lines as they are typed, kept nowhere."""
        for line in self.lines:
            change = self._change(line.pk)
            line.is_included, line.amount_yuan = change.is_included, change.amount_yuan
            line.next_year_yuan, line.reason = change.next_year_yuan, change.reason
        return list(self.lines)

    def _change(self, key: int) -> whatifs.Change:
        data = self.cleaned_data
        return whatifs.Change(
            data[f"in_{key}"], data[f"yuan_{key}"], data[f"later_{key}"] or Decimal(0), data[f"why_{key}"]
        )

    def act(self, whatif: WhatIf, *, by: Any) -> WhatIf:
        changes = {line.pk: self._change(line.pk) for line in self.lines}
        return whatifs.change(whatif, changes, by=by, version=self.cleaned_data["version"])


class SubmitForm(DeskForm):
    """提交测算: the minutes of all its requests, and why some ranked ahead are left out."""

    minutes_no = TextField(label=_("依据的会议纪要号"), max_length=60, error_messages={"required": _("请写会议纪要号")})
    minutes = scan_field(_("会议纪要"), error_messages={"required": _("请传会议纪要")})
    skip_reason = reason_field(
        _("为什么越过名次在前的项目"),
        required=False,
        max_length=300,
        help_text=_("名次在前的没有列入才要写，会写在它们的公开页上"),
    )

    def act(self, whatif: WhatIf, *, by: Any) -> list[Approval]:
        data = self.cleaned_data
        return whatifs.submit(
            whatif,
            by=by,
            minutes_no=data["minutes_no"],
            minutes=one(data["minutes"]),
            skip_reason=data["skip_reason"],
        )
