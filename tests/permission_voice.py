"""What a recording and the routes of rating again (追评) name in the permission table."""

from typing import Any

from civic import files
from civic.models.files import AttachmentKind
from publicity.services import objections
from tests import recordings


def object_aloud(rows: Any, project: Any) -> None:
    """An objection that was said and waits to be written down."""
    said = files.store(recordings.wav(6), AttachmentKind.VOICE, rows.neighbour, voice_format="wav", seconds=6)
    objection = objections.file(project, by=rows.neighbour, what="", why="", voice=said)
    rows.given["civic:attachment 异议录音"] = {"token": said.token}
    rows.given["publicity:answer 录音"] = {"number": objection.number}


def tell(rows: Any) -> None:
    """A recording of a resident about a matter of the village, and an accepted project."""
    kept = files.store(recordings.wav(), AttachmentKind.VOICE, rows.neighbour, voice_format="wav", seconds=5)
    files.use([kept], public=False, at=rows.cast.area.code)
    rows.given["civic:attachment 录音"] = {"token": kept.token}
    accepted = {"code": rows.projects["completed"].code}
    rows.given |= {"delivery:rate_again": accepted, "delivery:ratings": accepted}
