"""Recordings as phones write them, silent and as long as a test wants: just enough of each kind to be one."""

import io
import struct
import wave

from django.core.files.uploadedfile import SimpleUploadedFile

AMR_FRAME = b"\x3c" + bytes(31)  # 20 ms at 12.2 kbit/s
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # 1152 samples of 44,100 a second at 128 kbit/s
PAGE_SAMPLES = 48_000
FIRST, LAST = 2, 4


def wav(seconds: float = 5) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(int(8000 * seconds)))
    return out.getvalue()


def atom(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + name + content


def m4a(seconds: int = 5, brand: bytes = b"M4A ", handler: bytes = b"soun") -> bytes:
    head = atom(b"mvhd", struct.pack(">5I", 0, 0, 0, 1000, seconds * 1000), bytes(80))
    track = atom(b"trak", atom(b"mdia", atom(b"hdlr", bytes(8), handler, bytes(13))))
    return atom(b"ftyp", brand, bytes(4)) + atom(b"moov", head, track) + atom(b"mdat", bytes(64))


def mp3(seconds: int = 5) -> bytes:
    return MP3_FRAME * (seconds * 44_100 // 1152 + 1)


def ogg(seconds: int = 5) -> bytes:
    """Opus: a page with the head, and one page a second."""

    def page(number: int, packet: bytes, flags: int) -> bytes:
        return (
            b"OggS" + struct.pack("<BBQIIIB", 0, flags, number * PAGE_SAMPLES, 1, number, 0, 1)
            + bytes([len(packet)]) + packet
        )  # fmt: skip

    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    return page(0, head, FIRST) + b"".join(page(n, bytes(40), LAST * (n == seconds)) for n in range(1, seconds + 1))


def amr(seconds: int = 5) -> bytes:
    return b"#!AMR\n" + AMR_FRAME * (50 * seconds)


def upload(data: bytes | None = None, name: str = "录音.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, wav() if data is None else data, "audio/wav")
