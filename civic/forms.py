"""Form fields every app shares: plain text, phones, choices of a place, and files that survive a form's errors."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic import files, recordings
from civic.corrections import MOST
from civic.models import Attachment
from civic.models.files import AttachmentKind
from civic.rules import RuleBroken
from civic.words import check_public, clean_text, normal_phone


class TextField(forms.CharField):
    """Text as civic.rules.clean_text keeps it; lengths are code points of what is kept (字数)."""

    default_error_messages = {"required": _("还没有填")}

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = _("最多%(limit_value)d个字，现在有%(show_value)d个")
            elif isinstance(validator, MinLengthValidator):
                validator.message = _("至少写%(limit_value)d个字，现在有%(show_value)d个")

    def to_python(self, value: Any) -> str:
        try:
            return clean_text(super().to_python(value) or "")
        except ValueError as error:
            raise ValidationError(str(error), code="unclean") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength attribute: a long paste is told, not cut off silently."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class PublicText(TextField):
    """Words everybody will read: a phone or identity number in them is told, not published."""

    def clean(self, value: Any) -> str:
        try:
            return check_public(super().clean(value))
        except ValueError as error:
            raise ValidationError(str(error), code="personal") from None


class PhoneField(forms.CharField):
    """A mainland mobile number in any spelling; comes back as +86…"""

    default_error_messages = {"required": _("请填写11位手机号")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
        super().__init__(max_length=40, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text in self.empty_values:
            return ""
        try:
            return normal_phone(text)
        except ValueError as error:
            raise ValidationError(str(error), code="phone") from None


class KeptFilesInput(forms.ClearableFileInput):
    """A file picker that also carries the tokens of what was already taken in."""

    template_name = "civic/widgets/kept_files.html"
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, uploads: Any, name: str) -> tuple[list[str], list[Any]]:
        dropped = set(data.getlist(f"{name}-drop")) if hasattr(data, "getlist") else set()
        tokens = data.getlist(f"{name}-kept") if hasattr(data, "getlist") else []
        return [t for t in tokens if t not in dropped], uploads.getlist(name) if hasattr(uploads, "getlist") else []

    def value_omitted_from_data(self, data: Any, uploads: Any, name: str) -> bool:
        return name not in uploads and f"{name}-kept" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, None, attrs)
        context["widget"]["kept"] = [a for a in value or [] if isinstance(a, Attachment)]
        context["widget"]["sends"] = "data-upload" in context["widget"]["attrs"]
        return context


class PhotosField(forms.FileField):
    """Photos (and PDFs, with ``documents``) as Attachment rows, kept by token while the rest of the form is mended.

    ``belong_to`` the person uploading (``UploadsForm`` sees to it). Comes back as a list, one at most with ``single``.
    ``held`` (the form's initial) are those a record or draft already holds, which count as used.
    """

    widget = KeptFilesInput
    default_error_messages = {"required": _("请传照片或文件")}
    held: Iterable[Attachment] = ()

    def __init__(self, *, documents: bool = False, most: int = 0, single: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.documents, self.most = documents, 1 if single else most or settings.UPLOAD_MAX_FILES
        self.by: Any = None
        self.kept: list[Attachment] | None = None
        self.kinds = {AttachmentKind.PHOTO, *([AttachmentKind.DOCUMENT] if documents else [])}  # may come by token
        self.widget.attrs["accept"] = "image/*,.pdf" if documents else "image/*"
        self.widget.attrs |= {"multiple": self.most > 1, "data-most": self.most}

    def belong_to(self, by: Any) -> None:
        """Who uploads; to somebody signed in the page offers to send photos one by one (static/js/upload.js)."""
        self.by = by if by is not None and by.is_authenticated else None
        if self.by and AttachmentKind.PHOTO in self.kinds:
            self.widget.attrs |= {"data-upload": reverse("civic:upload"), "data-documents": self.documents}

    def clean(self, value: Any, initial: Any = None) -> list[Attachment]:
        tokens, uploads = value or ([], [])
        self.kept, problems = self._known(tokens), []
        if len(self.kept) + len(uploads) > self.most:
            raise ValidationError(_("最多传%(most)d个文件"), code="file_too_many", params={"most": self.most})
        for upload in uploads:
            try:
                self.kept.append(self._taken(upload))
            except files.FileRejected as error:
                problems.append(ValidationError(str(error), code=error.code))
        if problems:
            raise ValidationError(problems)
        if self.required and not self.kept:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.kept

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows again after an error: what was taken in, never the raw upload."""
        return self.kept if self.kept is not None else self._known((data or ([], []))[0])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data and (data[0] or data[1]))

    def _known(self, tokens: list[str]) -> list[Attachment]:
        mine = Attachment.objects.filter(uploaded_by=self.by, is_used=False, kind__in=self.kinds)
        free = [a for token in tokens[: settings.UPLOAD_MAX_FILES] for a in _by_token(mine, token)]
        known = {str(a.token): a for a in [*free, *self.held]}
        return [known[token] for token in dict.fromkeys(tokens) if token in known]

    def _taken(self, upload: Any) -> Attachment:
        taken = files.keep(upload, by=self.by)
        if taken.kind == "document" and not self.documents:
            raise files.FileRejected(_("这里只收照片，请换成 JPG、PNG、WebP 或 HEIC"), "file_type")
        return taken


class VoiceField(PhotosField):
    """One recording (录音), which no other field takes: phones open their recorder, and nothing publishes it."""

    default_error_messages = {"required": _("请录一段话")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("不方便打字，就说一段（语音）"),
                "help_text": _("最长1分钟。只有您和经办的工作人员能听，不公开"),
                "required": False,
                "single": True,
            }
            | kwargs
        )
        self.kinds = {AttachmentKind.VOICE}
        self.widget.attrs |= {"accept": "audio/*", "capture": True}

    def _taken(self, upload: Any) -> Attachment:
        return recordings.keep(upload, by=self.by)


def _by_token(mine: Any, token: str) -> list[Attachment]:
    try:
        return list(mine.filter(token=token))
    except (ValidationError, ValueError):
        return []


class UploadsForm(forms.Form):
    """A form with files: says who uploads to every file field. ``Form(data, files, by=request.user)``."""

    def __init__(self, *args: Any, by: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        for name, field in self.fields.items():
            if isinstance(field, PhotosField):
                field.belong_to(by)
                field.held = self.initial.get(name) or ()


class MailForm(forms.Form):
    """Where to send a link (发到邮箱)."""

    address = forms.EmailField(
        label=_("您的邮箱"),
        max_length=120,
        error_messages={"required": _("请填写邮箱"), "invalid": _("邮箱写得不对，比如 wang@example.com")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class OneFile(UploadsForm):
    """A photo sent by itself while its form is still being filled; a PDF too, where that takes ``documents``."""

    file = PhotosField(single=True)

    def __init__(self, *args: Any, documents: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].documents = documents


class SpokenForm(UploadsForm):
    """A form of which one text, ``stands_for``, may be left out where a recording says it (语音)."""

    stands_for = ""
    voice = VoiceField()

    def __init__(self, *args: Any, may_speak: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_speak:
            self.fields[self.stands_for].required = not self._is_spoken

    @property
    def _is_spoken(self) -> bool:
        """Whether a recording is there or was just sent; whether it is one, its own field says."""
        if not self.is_bound:
            return bool(self.initial.get("voice"))
        widget = self.fields["voice"].widget
        return any(widget.value_from_datadict(self.data, self.files, self.add_prefix("voice")))

    def clean(self) -> dict[str, Any]:
        """Neither written nor said: a token that came back without a recording behind it is none."""
        data = super().clean() or self.cleaned_data
        both = {self.stands_for, "voice"}
        if not both & set(self.errors) and not any(data.get(name) for name in both):
            self.add_error(self.stands_for, self.fields[self.stands_for].error_messages["required"])
        return data


class OneAct(forms.Form):
    """One act on one thing; a rule that forbids it stands in the form (409) and nothing typed is lost."""

    refused = False

    def act(self, *, by: Any) -> Any:
        """Call the one service of this form."""
        raise NotImplementedError

    def attempt(self, *, by: Any) -> bool:
        """Do it. False for a form to mend (422) or an act the rules forbid now (409)."""
        if not self.is_valid():
            return False
        try:
            self.act(by=by)
        except RuleBroken as broken:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)
            self.refused = True
        return not self.refused


class Batch(forms.BaseFormSet):
    """Numbered papers, one a row (批量录入): each form has a ``serial``, ``enter(by)`` and ``is_kept``; no number twice."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            serial = getattr(form, "cleaned_data", {}).get("serial", "")
            if serial and serial in seen:
                form.add_error("serial", _("这个表号上面已经有了"))
            seen.add(serial)

    def enter(self, by: Any) -> int:
        """Enter every row that holds; how many. The others keep what was written and say what to mend."""
        self.is_valid()
        for form in self.forms:
            if form.has_changed() and not form.errors:
                form.enter(by)
        return sum(form.is_kept for form in self.forms)


class CorrectionForm(forms.Form):
    """What a record says wrongly, what is right, and why it was wrong (更正)."""

    recorded = PublicText(
        label=_("原来记的是"), max_length=MOST["recorded"], help_text=_("只写错的那几个字，比如“3月5日进场”")
    )
    right = PublicText(
        label=_("正确的是"), max_length=MOST["right"], rows=2, help_text=_("写成一句完整的话，比如“3月6日进场”")
    )
    reason = PublicText(
        label=_("为什么记错"), max_length=MOST["reason"], help_text=_("比如“录入错误”“日期看错”“漏写一个字”")
    )
