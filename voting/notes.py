"""Signed notes and checkpoints (日志签名) as c2sp.org/signed-note and c2sp.org/tlog-checkpoint write them."""

import base64
from dataclasses import dataclass
from hashlib import sha256

from voting import keys

ED25519 = b"\x01"


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: whose log, how many leaves, and the tree's head."""

    origin: str
    size: int
    root: bytes


def write(head: Head) -> str:
    """The head as a signed note. The name of the key is the log's origin."""
    text = f"{head.origin}\n{head.size}\n{_base64(head.root)}\n"
    signature = key_id(head.origin, keys.public_key(keys.LOG)) + keys.sign(keys.LOG, text.encode())
    return f"{text}\n— {head.origin} {_base64(signature)}\n"


def read(note: str, public: bytes) -> Head:
    """The head of a note signed by the holder of the public key. ValueError for anything else."""
    text, gap, lines = note.rpartition("\n\n")
    origin, size, head = text.split("\n") if gap else ("", "", "")
    for line in lines.splitlines():
        mark, _space, rest = line.partition(" ")
        name, _space, value = rest.partition(" ")
        signature = base64.b64decode(value, validate=True)
        if (mark, name, signature[:4]) == ("—", origin, key_id(origin, public)):
            if keys.signed(public, signature[4:], f"{text}\n".encode()):
                return Head(origin, int(size), base64.b64decode(head, validate=True))
            raise ValueError("the signature is not right")
    raise ValueError("no signature by the log's key")


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that tell which key signed."""
    return sha256(f"{name}\n".encode() + ED25519 + public).digest()[:4]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
