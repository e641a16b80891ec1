"""Commitments and receipts (承诺值、回执): they show that a ballot counts and never what it says. Pure but for the key."""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785

from voting import keys
from voting.ballot_rules import Choices

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are read wrong over a telephone
CODE_LENGTH = 6


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps (回执)."""

    poll: int
    version: int
    commitment: str

    @property
    def signature(self) -> str:
        """Our promise that the commitment will stand in the poll's log: made when it is read, the same each time."""
        return base64.b64encode(keys.sign(keys.LOG, promise(self.poll, self.commitment))).decode()

    @property
    def code(self) -> str:
        """The short form for people: 8K3F-27."""
        number = int(self.commitment, 16) >> (256 - 5 * CODE_LENGTH)
        code = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))
        return f"{code[:4]}-{code[4:]}"


def canonical(value: Any) -> bytes:
    """The one byte string of a JSON value (RFC 8785)."""
    return bytes(rfc8785.dumps(value))


def digest(value: Any) -> str:
    return sha256(canonical(value)).hexdigest()


def new_nonce() -> str:
    return secrets.token_hex(32)


def marked(nonce: str, pseudonym: str, key: str) -> str:
    """The nonce of a ballot that came with a key of its request (Idempotency-Key).

    Its second half is made from that key, so the same request is known again and nothing more is kept of it. The first
    half stays random, 128 bits that nobody tries out.
    """
    if not key:
        return nonce
    salt = nonce[:32]
    return salt + hmac.new(pseudonym.encode(), f"{salt}:{key}".encode(), sha256).hexdigest()[:32]


def is_marked(nonce: str, pseudonym: str, key: str) -> bool:
    """Whether this very request put the ballot of this nonce in; never for a request without a key."""
    return bool(key) and hmac.compare_digest(nonce, marked(nonce, pseudonym, key))


def beginnings(text: str) -> list[str]:
    """How the commitment of a receipt may begin in hexadecimal: of its short form (8K3F-27), or the whole of it."""
    if re.fullmatch(r"[0-9a-f]{64}", text):
        return [text]
    plain = text.upper().replace("-", "")
    if len(plain) != CODE_LENGTH or not set(plain) <= set(ALPHABET):
        return []
    number = 0
    for sign in plain:
        number = number << 5 | ALPHABET.index(sign)
    return [f"{number << 2 | rest:08x}" for rest in range(4)]  # 30 bits are two short of eight digits


def commitment(poll: int, style_hash: str, choices: Choices, nonce: str) -> str:
    """SHA-256 over the canonical ballot and its 32 random bytes: without them nobody can try out choices."""
    ballot = canonical({"choices": choices, "poll": poll, "style": style_hash})
    return sha256(ballot + bytes.fromhex(nonce)).hexdigest()


def promise(poll: int, commitment: str) -> bytes:
    """What a receipt's signature covers."""
    return b"weishishi receipt v1\n" + canonical({"commitment": commitment, "poll": poll})
