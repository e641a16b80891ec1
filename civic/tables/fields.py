"""The field in which an office hands over its table (表格文件)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.tables.reading import MOST_BYTES


class TableField(forms.FileField):
    """A CSV or XLSX file of at most ten megabytes; what is in it is read by civic.tables.reading."""

    widget = forms.FileInput(attrs={"accept": ".csv,.xlsx"})
    default_error_messages = {"required": _("请选一个文件"), "empty": _("文件是空的")}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过10MB"), code="file_too_big")
        return file
