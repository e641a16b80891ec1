"""Checking a poll's published log (核验投票日志) from what is published alone, with no database and no secret.

Every finding is one sentence about what is wrong; none means: nothing was changed, left out or counted twice, and
every opened ballot is the one that was promised in the voter's receipt.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from civic.rules import RuleBroken
from voting import merkle, notes, receipts
from voting.ballot_rules import check_ballot

Entry = dict[str, Any]
PAPER = "PAPER-BATCH"


def findings(published: dict[str, Any], kept: str | None = None) -> Iterator[str]:
    """What is wrong with the log as ``urn.public_log`` gives it; ``kept`` is a checkpoint somebody kept earlier."""
    try:
        entries = [json.loads(data) for data in published["leaves"]]
        config = entries[0]
        key = base64.b64decode(config["log_key"])
    except (LookupError, ValueError, TypeError):
        yield "the log does not begin with the poll's settings"
        return
    yield from _settings(published, entries)
    yield from _heads(published, key, kept)
    yield from _casts(entries)
    if "openings" in published:
        yield from _openings(published["openings"], entries)


def _settings(published: dict[str, Any], entries: list[Entry]) -> Iterator[str]:
    config = entries[0]
    if config["type"] != "CONFIG" or config["poll"] != published["poll"]:
        yield "the log does not begin with the poll's settings"
    if any(entry["type"] == "CONFIG" for entry in entries[1:]):
        yield "the settings stand in the log twice"
    if receipts.digest(config["style"]) != config["style_hash"]:
        yield "the style of the ballot is not the one that was hashed"
    if any(receipts.canonical(json.loads(data)).decode() != data for data in published["leaves"]):
        yield "an entry is not written in its canonical form"


def _heads(published: dict[str, Any], key: bytes, kept: str | None) -> Iterator[str]:
    """Every signed head fits the entries it covers, the last covers all, and so does the one somebody kept."""
    hashes = [merkle.leaf_hash(data.encode()) for data in published["leaves"]]
    sizes = [0]
    for place, note in enumerate(published["checkpoints"]):
        fault, size = _head(note, key, hashes)
        sizes.append(size)
        if fault:
            yield f"checkpoint {place + 1}: {fault}"
    if sizes != sorted(set(sizes)):
        yield "the checkpoints do not grow"
    if sizes[-1] != len(hashes):
        yield f"the last checkpoint covers {sizes[-1]} entries, {len(hashes)} are there"
    if kept is not None:
        fault, _size = _head(kept, key, hashes)
        if fault:
            yield f"the checkpoint that was kept: {fault}"


def _head(note: str, key: bytes, hashes: list[bytes]) -> tuple[str, int]:
    try:
        head = notes.read(note, key)
    except ValueError as fault:
        return str(fault), 0
    if head.size > len(hashes):
        return f"covers {head.size} entries, only {len(hashes)} are there", head.size
    if merkle.root(hashes[: head.size]) != head.root:
        return "an entry was changed, removed or put in", head.size
    return "", head.size


def _casts(entries: list[Entry]) -> Iterator[str]:
    casts = [entry["commitment"] for entry in entries if entry["type"] == "CAST"]
    if len(set(casts)) != len(casts):
        yield "a commitment stands in the log twice"
    closes = [place for place, entry in enumerate(entries) if entry["type"] == "CLOSE"]
    if len(closes) > 1:
        yield "the poll was closed twice"
    if closes and any(entry["type"] == "CAST" for entry in entries[closes[0] :]):
        yield "a ballot entered the log after the close"


def _openings(openings: list[Entry], entries: list[Entry]) -> Iterator[str]:
    """Every commitment in exactly one voter's chain, as many chains as ballots were closed, none beyond the roll."""
    config = entries[0]
    logged = sorted(entry["commitment"] for entry in entries if entry["type"] == "CAST")
    cast = [opening for opening in openings if not opening["is_paper"]]
    if sorted(one for opening in cast for one in opening["commitments"]) != logged:
        yield "the chains of the openings are not the commitments in the log"
    closed = [entry["ballots"] for entry in entries if entry["type"] == "CLOSE"]
    if closed != [len(cast)]:
        yield f"{len(cast)} ballots are opened, the close counted {closed[0] if closed else 'none'}"
    yield from _papers([opening for opening in openings if opening["is_paper"]], entries)
    roll_size = max(entry["roll_size"] for entry in entries if entry["type"] in {"CONFIG", "ROLL"})
    if len(openings) > roll_size:
        yield f"{len(openings)} ballots are opened, {roll_size} people are on the roll"
    for opening in openings:
        if fault := _opening(opening, config):
            yield f"opening {opening['tag']}: {fault}"


def _papers(openings: list[Entry], entries: list[Entry]) -> Iterator[str]:
    """The paper ballots are those whose commitments were hashed together, after the close and once."""
    kinds = [entry["type"] for entry in entries]
    logged = [entry for entry in entries if entry["type"] == PAPER]
    if not openings and not logged:
        return
    if len(logged) != 1 or "CLOSE" not in kinds[: kinds.index(PAPER)]:
        yield "paper ballots do not stand in the log once, after the close"
        return
    if logged[0]["ballots"] != len(openings):
        yield f"{len(openings)} paper ballots are opened, the log counted {logged[0]['ballots']}"
    if logged[0]["commitments"] != receipts.digest(sorted(_only_commitment(opening) for opening in openings)):
        yield "the paper ballots are not the ones the log promised"
    if logged[0]["ballots"] != logged[0]["figures"]["counted"]:
        yield "the log's ballot account counts other paper ballots than the log"


def _only_commitment(opening: Entry) -> str:
    """The one commitment of a paper ballot; nothing that can be right where there are several."""
    return opening["commitments"][0] if len(opening["commitments"]) == 1 else ""


def _opening(opening: Entry, config: Entry) -> str:
    choices, nonce = opening["choices"], opening["nonce"]
    if choices is None or nonce is None:
        return "" if config["openings"] == "sealed" else "is not opened"
    promised = receipts.commitment(config["poll"], config["style_hash"], choices, nonce)
    if promised != opening["commitments"][-1]:
        return "the ballot is not the one its commitment promised"
    try:
        check_ballot(choices, config["style"])
    except RuleBroken:
        return "the ballot goes beyond its style"
    return ""
