"""The text of a file that may be packed or oddly encoded (解压与编码), within a limit of size."""

import gzip
import io
import zlib
from typing import BinaryIO

from voting.rules.model import Unusable

MOST_BYTES = 256 * 1024 * 1024


class PbFault(Unusable):
    """A file that cannot be counted: which line, and what is wrong with it."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}" if line else text)
        self.line = line


def text_of(stream: BinaryIO, most_bytes: int = MOST_BYTES) -> str:
    """Unpack gzip, decode UTF-8 (with or without a mark), UTF-16 with a mark, else GB18030 (GBK). PbFault if none."""
    start = stream.read(2)
    packed = io.BufferedReader(_Joined(start, stream))
    raw = _unpacked(packed, most_bytes) if start == b"\x1f\x8b" else packed.read(most_bytes + 1)
    if len(raw) > most_bytes:
        raise PbFault(0, f"the file holds more than {most_bytes} bytes")
    return _decoded(raw)


def _unpacked(packed: BinaryIO, most_bytes: int) -> bytes:
    """Never unpacks more than the limit, however small the packed file is."""
    try:
        with gzip.GzipFile(fileobj=packed) as opened:
            return opened.read(most_bytes + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise PbFault(0, f"the file cannot be unpacked: {fault}") from None


def _decoded(raw: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _decoded_as(raw, encoding)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded_as(raw, "gb18030")


def _decoded_as(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise PbFault(line, "the text is neither UTF-8 nor GBK") from None


class _Joined(io.RawIOBase):
    """The bytes already read, then the rest of the stream."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self.start, self.rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        piece = self.start[: len(buffer)] or self.rest.read(len(buffer))
        self.start = self.start[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)
