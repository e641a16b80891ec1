"""Keys that lie in neither database (密钥): one secret per poll, and the two that sign tickets and the public log.

Files of mode 0600 in ``settings.POLL_KEYS_DIR``. The poll's secret K makes a voter's pseudonym; its SHA-256 is published
at the opening, two people may keep half of it each, and after the objection period it is destroyed. docs/adr/0010.
"""

import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

SECRET_BYTES = 32
TICKETS, LOG = "tickets", "log"


class KeyGone(LookupError):
    """The poll has no key here: never made, not restored, or destroyed."""


def folder_ready() -> bool:
    """Whether keys can be made: the folder is there or can be made, and takes files of ours alone."""
    folder = _folder()
    try:
        _make(folder)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK) and folder.stat().st_mode & 0o077 == 0


def make(poll: int) -> str:
    """Make the poll's secret unless it is there; answers its fingerprint (SHA-256), which is published."""
    _keep(_file(poll), secrets.token_bytes(SECRET_BYTES))
    return fingerprint(poll)


def fingerprint(poll: int) -> str:
    return sha256(_secret(poll)).hexdigest()


def pseudonym(poll: int, person: int) -> str:
    """What a voter is called in the urn (化名): the same each time, and meaningless without the poll's secret."""
    return pseudonyms(poll)(person)


def pseudonyms(poll: int) -> Callable[[int], str]:
    """What makes the pseudonyms of many voters: the secret is read once. KeyGone at once where there is none."""
    secret = _secret(poll)
    return lambda person: hmac.digest(secret, f"{poll}:{person}".encode(), "sha256").hex()


def paper_pseudonym(poll: int, batch: int, serial: int) -> str:
    """What a paper ballot is called in the urn: made of its number, so of nobody."""
    return hmac.new(_secret(poll), f"{poll}:paper:{batch}:{serial}".encode(), sha256).hexdigest()


def keyer(poll: int, person: int) -> str:
    """What somebody who keys paper ballots is called in the urn (录入人化名)."""
    return hmac.new(_secret(poll), f"{poll}:keyer:{person}".encode(), sha256).hexdigest()


def halves(poll: int) -> tuple[str, str]:
    """The secret split in two (XOR), for two people who do not meet; either half alone says nothing."""
    secret, one = _secret(poll), secrets.token_bytes(SECRET_BYTES)
    return one.hex(), _xor(secret, one).hex()


def restore(poll: int, one: str, other: str, *, expected: str) -> None:
    """Take the secret back from its halves. ValueError unless it is the one whose fingerprint was published."""
    secret = _xor(bytes.fromhex(one), bytes.fromhex(other))
    if sha256(secret).hexdigest() != expected:
        raise ValueError("these halves do not make the key of this poll")
    _keep(_file(poll), secret)


def destroy(poll: int) -> None:
    """Overwrite the poll's secret and remove it (销毁密钥); from then on nobody can link voter and ballot."""
    file = _file(poll)
    if not file.exists():
        return
    with file.open("r+b") as kept:
        kept.write(secrets.token_bytes(SECRET_BYTES))
        kept.flush()
        os.fsync(kept.fileno())
    file.unlink()
    _sync(file.parent)


def sign(name: str, message: bytes) -> bytes:
    """Ed25519 by one of our two signing keys, made when first needed."""
    return _signing_key(name).sign(message)


def public_key(name: str) -> bytes:
    return _signing_key(name).public_key().public_bytes_raw()


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of the public key signed the message."""
    with suppress(InvalidSignature, ValueError):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    return False


def _signing_key(name: str) -> Ed25519PrivateKey:
    file = _folder() / f"{name}.ed25519"
    if not file.exists():
        _keep(file, Ed25519PrivateKey.generate().private_bytes_raw())
    return _loaded(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _loaded(file: Path, _written: int) -> Ed25519PrivateKey:
    """A signing key, read anew once its file has been written anew."""
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def _secret(poll: int) -> bytes:
    try:
        return _file(poll).read_bytes()
    except FileNotFoundError:
        raise KeyGone(f"poll {poll} has no key") from None


def _file(poll: int) -> Path:
    return _folder() / f"poll-{poll:d}.key"


def _folder() -> Path:
    folder: Path = settings.POLL_KEYS_DIR
    return folder


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _keep(file: Path, content: bytes) -> None:
    """Write a key file whole, or leave the one that is there: whoever links first wins, nobody reads half a key."""
    if file.exists():
        return
    _make(file.parent)
    fresh = file.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(fresh, file)
    finally:
        fresh.unlink()
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """Make a name in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
