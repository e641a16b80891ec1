"""Files people hand in (材料): photos are made anew without their metadata; documents and recordings are kept as given."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models.areas import Area
from civic.models.people import Person


class AttachmentKind(models.TextChoices):
    PHOTO = "photo", _("照片")
    DOCUMENT = "document", _("文件")
    VOICE = "voice", _("录音")


class VoiceFormat(models.TextChoices):
    """What phones' recorders write (录音格式); also the ending of the stored name."""

    M4A = "m4a", "M4A"
    THREE_GP = "3gp", "3GP"
    MP3 = "mp3", "MP3"
    OGG = "ogg", "OGG"
    WAV = "wav", "WAV"
    AMR = "amr", "AMR"


VOICE_MOST_SECONDS = 60
ENDINGS = {AttachmentKind.PHOTO: "webp", AttachmentKind.DOCUMENT: "pdf"}
TYPES = {
    "webp": "image/webp",
    "pdf": "application/pdf",
    VoiceFormat.M4A: "audio/mp4",
    VoiceFormat.THREE_GP: "audio/3gpp",
    VoiceFormat.MP3: "audio/mpeg",
    VoiceFormat.OGG: "audio/ogg",
    VoiceFormat.WAV: "audio/wav",
    VoiceFormat.AMR: "audio/amr",
}


def stored_name(attachment: "Attachment", _filename: str) -> str:
    """Our own name by content hash; what the sender called the file never reaches the disk."""
    return f"{attachment.sha256[:2]}/{attachment.sha256}.{attachment.ending}"


class Attachment(models.Model):
    """A photo, a PDF or a recording. ``token`` is its public name; it is private until something public shows it.

    A recording never is: a voice tells who speaks (录音不公开).
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=AttachmentKind)
    file = models.FileField(_("文件"), upload_to=stored_name, max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.PositiveIntegerField(_("字节"))
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    voice_format = models.CharField(
        _("录音格式"), max_length=4, choices=VoiceFormat, blank=True, default="", db_default=""
    )
    seconds = models.PositiveSmallIntegerField(_("录音几秒"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(
                    kind="voice",
                    voice_format__in=VoiceFormat.values,
                    seconds__isnull=False,
                    seconds__range=(1, VOICE_MOST_SECONDS),
                )
                | (~Q(kind="voice") & Q(voice_format="", seconds=None)),
                name="attachment_voice_is_a_minute_at_most",
            ),
            models.CheckConstraint(condition=~Q(kind="voice") | Q(is_public=False), name="attachment_voice_is_private"),
        ]

    def __str__(self) -> str:
        return self.caption or self.get_kind_display()

    @property
    def ending(self) -> str:
        """Of the stored name."""
        return self.voice_format or ENDINGS[AttachmentKind(self.kind)]

    @property
    def content_type(self) -> str:
        return TYPES[self.ending]
