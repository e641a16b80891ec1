"""What is filled in around an import (导入): the file, and what its columns are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.imports.kinds import KINDS
from civic.models import Import
from civic.tables.fields import TableField

NONE = "-"


class FileForm(forms.Form):
    file = TableField(
        label=_("表格文件"),
        help_text=_("xlsx 或 CSV，不超过10MB。用您手上的表就行：表头在前10行里，金额写万元或元都可以"),
    )


class ColumnsForm(forms.Form):
    """What each column of the file is (各列对应什么), with a first value to know it by."""

    def __init__(self, *args: Any, run: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = KINDS[run.kind].columns
        choices = [(NONE, _("不导入")), *((one.key, one.label) for one in columns)]
        self._ask_for_all(run)
        for at, head, sample in run.heads:
            self.fields[f"column-{at}"] = forms.ChoiceField(
                label=head or _("（没有表头）"),
                choices=choices,
                initial=run.mapping.get(str(at), NONE),
                help_text=_("如：%(sample)s") % {"sample": sample} if sample else "",
            )
        if any(one.kind == "yuan" for one in columns):
            self.fields["unit"] = forms.ChoiceField(
                label=_("金额单位"),
                choices=[("yuan", _("元")), ("wan", _("万元"))],
                widget=forms.RadioSelect(attrs={"class": "tiles"}),
                initial=run.unit or "yuan",
                help_text=_("表头里写了单位的列，以表头为准"),
            )

    @property
    def mapping(self) -> dict[int, str]:
        given = {name: key for name, key in self.cleaned_data.items() if name.startswith("column-")}
        return {int(name.removeprefix("column-")): key for name, key in given.items() if key != NONE}

    @property
    def for_all(self) -> dict[str, str]:
        given = {name: said for name, said in self.cleaned_data.items() if name.startswith("all-")}
        return {name.removeprefix("all-"): said for name, said in given.items() if said != NONE}

    def _ask_for_all(self, run: Import) -> None:
        """What the file leaves out because it is the same in every row (整张表都一样)."""
        labels = {one.key: one.label for one in KINDS[run.kind].columns}
        for key, offered in KINDS[run.kind].for_all.items():
            self.fields[f"all-{key}"] = forms.ChoiceField(
                label=_("表里没有写的%(column)s") % {"column": labels[key]},
                choices=[(NONE, _("不填")), *((said, said) for said in offered())],
                initial=run.for_all.get(key, NONE),
                help_text=_("没有写的每一行都用它"),
            )

    @property
    def unit(self) -> str:
        return str(self.cleaned_data.get("unit", ""))
