"""Taking recordings in (收录音): what a phone's recorder writes, a minute at most; nobody but those concerned hears it."""

import re
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from tinytag import TinyTag, TinyTagException

from civic import files
from civic.files import FileRejected
from civic.models import Attachment, Person
from civic.models.files import VOICE_MOST_SECONDS, AttachmentKind, VoiceFormat

MOST_BYTES = 2 * 1024 * 1024
VIDEO = re.compile(rb"hdlr.{8}vide", re.DOTALL)  # an MP4 track for the eye
AMR_SPEECH = {  # bytes of a frame by its mode, each 20 ms: narrow and wide band
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1),
}
AMR_FRAMES_A_SECOND = 50


def keep(upload: UploadedFile, *, by: Person | None) -> Attachment:
    """Take one recording in as a private attachment. FileRejected says what to do instead, and how long a long one is."""
    if not upload.size:
        raise FileRejected(_("这段录音是空的，请重新录一次"), "file_empty")
    if upload.size > MOST_BYTES:
        size = f"{upload.size / 1024 / 1024:.1f}"
        raise FileRejected(_("录音有%(size)sMB，最多2MB。请说短一点，或分两次说") % {"size": size}, "file_too_big")
    files.check_room(upload, by)
    data = upload.read()
    kind = format_of(data)
    return files.store(data, AttachmentKind.VOICE, by, voice_format=kind, seconds=_checked_seconds(data, kind))


def format_of(data: bytes) -> VoiceFormat:
    """What the first bytes say it is. FileRejected for anything that is no recording of ours."""
    if data[4:8] == b"ftyp":
        if VIDEO.search(data):
            raise FileRejected(_("这是录像，请只录声音"), "file_type")
        return VoiceFormat.THREE_GP if data[8:11] in {b"3gp", b"3g2"} else VoiceFormat.M4A
    if data[:4] == b"OggS":
        return VoiceFormat.OGG
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return VoiceFormat.WAV
    if data.startswith(tuple(AMR_SPEECH)):
        return VoiceFormat.AMR
    if data[:3] == b"ID3" or _is_mp3_frame(data):
        return VoiceFormat.MP3
    raise FileRejected(_("这不是录音。请用手机录一段话再传"), "file_type")


def _is_mp3_frame(data: bytes) -> bool:
    """An MPEG audio frame of layer III; the raw AAC stream that begins alike has no layer."""
    return len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2


def _checked_seconds(data: bytes, kind: VoiceFormat) -> int:
    """How long it is, in whole seconds. FileRejected for what cannot be played, and for more than a minute."""
    length = _amr_seconds(data) if kind == VoiceFormat.AMR else _length(data)
    if not 0 < length < float("inf"):
        raise FileRejected(_("录音坏了，打不开。请重新录一次"), "file_type")
    seconds = max(1, int(length))
    if seconds > VOICE_MOST_SECONDS:
        words = {"minutes": seconds // 60, "seconds": seconds % 60}
        raise FileRejected(
            _("录音有%(minutes)d分%(seconds)d秒，最长1分钟。请录短一点，或分两次说") % words, "voice_too_long"
        )
    return seconds


def _length(data: bytes) -> float:
    try:
        return TinyTag.get(file_obj=BytesIO(data), tags=False).duration or 0.0
    except TinyTagException:
        return 0.0


def _amr_seconds(data: bytes) -> float:
    """Frame by frame: each begins with its mode, and its mode says how long it is."""
    head = next(head for head in AMR_SPEECH if data.startswith(head))
    at, frames = len(head), 0
    while at < len(data):
        at, frames = at + AMR_SPEECH[head][data[at] >> 3 & 15], frames + 1
    return frames / AMR_FRAMES_A_SECOND if at == len(data) else 0.0
