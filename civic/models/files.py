"""Files people hand in (材料): photos are made anew without their metadata; documents are kept as given."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models.areas import Area
from civic.models.people import Person


class AttachmentKind(models.TextChoices):
    PHOTO = "photo", _("照片")
    DOCUMENT = "document", _("文件")


def stored_name(attachment: "Attachment", _filename: str) -> str:
    """Our own name by content hash; what the sender called the file never reaches the disk."""
    return f"{attachment.sha256[:2]}/{attachment.sha256}.{'webp' if attachment.kind == 'photo' else 'pdf'}"


class Attachment(models.Model):
    """A photo or a PDF. ``token`` is its public name; it stays private until something public shows it."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=AttachmentKind)
    file = models.FileField(_("文件"), upload_to=stored_name, max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.PositiveIntegerField(_("字节"))
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    caption = models.CharField(_("说明"), max_length=100, blank=True)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地方"))
    """Where the record stands that took it in; while it is private, the offices of that place may open it."""
    is_public = models.BooleanField(_("公开"), default=False)
    is_used = models.BooleanField(_("已用在记录里"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("材料")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AttachmentKind.values), name="attachment_kind_known"),
            models.CheckConstraint(condition=Q(bytes__gt=0), name="attachment_not_empty"),
        ]

    def __str__(self) -> str:
        return self.caption or self.get_kind_display()
