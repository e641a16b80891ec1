"""The tree of a public log (日志树): RFC 6962 hashes, proofs that a leaf is in it and that it only grew. Pure."""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The head of the tree over leaf hashes; of no leaves, the hash of nothing."""
    if not hashes:
        return sha256().digest()
    level = list(hashes)
    while len(level) > 1:  # level by level gives the tree of the RFC: a last odd one moves up as it is
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def inclusion(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """The path from a leaf to the head (包含证明), lowest first. RFC 6962 §2.1.1."""
    if not 0 <= position < len(hashes):
        raise ValueError("no leaf has that position")
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if position < split:
        return [*inclusion(hashes[:split], position), root(hashes[split:])]
    return [*inclusion(hashes[split:], position - split), root(hashes[:split])]


def included(leaf: bytes, position: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether the path leads from the leaf hash at ``position`` to the head of a tree of ``size``. RFC 9162 §2.1.3.2."""
    if not 0 <= position < size:
        return False
    place, last, found = position, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(one, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, one)
        place, last = place // 2, last // 2
    return last == 0 and found == head


def consistency(hashes: Sequence[bytes], earlier: int) -> list[bytes]:
    """What shows that the tree of the first ``earlier`` leaves grew into this one (只增证明). RFC 6962 §2.1.2."""
    if not 0 < earlier <= len(hashes):
        raise ValueError("the earlier tree has one leaf at least and no more than the later")
    return _grown(hashes, earlier, whole=True)


def _grown(hashes: Sequence[bytes], earlier: int, *, whole: bool) -> list[bytes]:
    if earlier == len(hashes):
        return [] if whole else [root(hashes)]
    split = _split(len(hashes))
    if earlier <= split:
        return [*_grown(hashes[:split], earlier, whole=whole), root(hashes[split:])]
    return [*_grown(hashes[split:], earlier - split, whole=False), root(hashes[:split])]


def consistent(earlier: int, before: bytes, size: int, after: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that head ``before`` of ``earlier`` leaves grew into ``after``. RFC 9162 §2.1.4.2."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return before == after and not path
    steps = list(path) if earlier & (earlier - 1) else [before, *path]
    if not steps:
        return False
    place, last = earlier - 1, size - 1
    while place % 2:
        place, last = place // 2, last // 2
    old = new = steps[0]
    for one in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(one, old), node_hash(one, new)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            new = node_hash(new, one)
        place, last = place // 2, last // 2
    return last == 0 and old == before and new == after


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
