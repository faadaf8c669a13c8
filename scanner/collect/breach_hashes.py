"""The hashes under which passwords are listed: SHA-1 and NTLM."""

from __future__ import annotations

import array
import hashlib
import sys
from collections.abc import Iterator, Sequence

from scanner.collect.vaults.secret import Secret


def sha1(secret: Secret) -> str:
    """Return the SHA-1 under which a password is listed."""
    return hashlib.sha1(_utf8(secret), usedforsecurity=False).hexdigest().upper()


def ntlm(secrets: Sequence[Secret]) -> list[str]:
    """Return the NTLM hash of each: MD4 of its UTF-16 ([MS-NLMP] 3.3.1).

    MD4 is written out here because OpenSSL 3 no longer offers it.
    """
    texts = [each.reveal().encode("utf-16-le", "surrogatepass") for each in secrets]
    return [digest.hex().upper() for digest in _md4(texts)]


def _utf8(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


_ROUNDS = (
    (tuple(range(16)), (3, 7, 11, 19), 0),
    ((0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), (3, 5, 9, 13), 0x5A827999),
    ((0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15), 0x6ED9EBA1),
)
"""Order of the words, bits to rotate by, and constant of each round (RFC 1320)."""


def _md4(messages: Sequence[bytes]) -> list[bytes]:
    """Return the MD4 digest of each (RFC 1320), those of one length in blocks all at once."""
    digests = [b""] * len(messages)
    places: dict[int, list[int]] = {}
    for place, message in enumerate(messages):
        places.setdefault((len(message) + 72) // 64, []).append(place)
    for blocks, alike in places.items():
        padded = [
            (messages[place] + b"\x80").ljust(64 * blocks - 8, b"\0")
            + (8 * len(messages[place])).to_bytes(8, "little")
            for place in alike
        ]
        for place, digest in zip(alike, _digests(padded, blocks), strict=True):
            digests[place] = digest
    return digests


def _digests(padded: Sequence[bytes], blocks: int) -> Iterator[bytes]:
    """Yield the digest of each message, reckoning with all of them in one number.

    Each has 64 bits of it, of which the upper half takes up what overflows.
    """
    words = array.array("I", b"".join(padded))
    if sys.byteorder == "big":
        words.byteswap()
    ones = int.from_bytes((1).to_bytes(8, "little") * len(padded), "little")
    mask = 0xFFFFFFFF * ones
    state = [ones * each for each in (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)]
    for block in range(blocks):
        a, b, c, d = state
        lanes = [_lanes(words[16 * block + number :: 16 * blocks]) for number in range(16)]
        for number, (order, turns, constant) in enumerate(_ROUNDS):
            for step, word in enumerate(order):
                if number == 0:
                    mixed = d ^ (b & (c ^ d))
                elif number == 1:
                    mixed = (b & c) | (d & (b | c))
                else:
                    mixed = b ^ c ^ d
                total = (a + mixed + lanes[word] + constant * ones) & mask
                turn = turns[step % 4]
                a, b, c, d = d, ((total << turn) | (total >> (32 - turn))) & mask, b, c
        state = [(old + new) & mask for old, new in zip(state, (a, b, c, d), strict=True)]
    columns = [each.to_bytes(8 * len(padded), "little") for each in state]
    for place in range(0, 8 * len(padded), 8):
        yield b"".join(column[place : place + 4] for column in columns)


def _lanes(words: array.array[int]) -> int:
    return int.from_bytes(b"".join(word.to_bytes(8, "little") for word in words), "little")
