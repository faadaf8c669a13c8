"""Unpacks what a server compressed, however it is cut, and never more than was asked for."""

from __future__ import annotations

import zlib

_GZIP_OR_ZLIB = 47
_GZIP_BEGINS = 0x1F


class Inflater:
    """Unpacks a body of gzip (RFC 1952, of several members too) or zlib, piece by piece."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    def feed(self, piece: bytes, most: int) -> bytes:
        """Return what `piece` holds, `most` bytes of it at the most.

        Raises:
            zlib.error: it is damaged.
        """
        unpacked = b""
        while piece and len(unpacked) < most:
            if self._member.eof:
                if piece[0] != _GZIP_BEGINS:
                    break  # what follows the last member counts for nothing
                self._member = zlib.decompressobj(_GZIP_OR_ZLIB)
            self._begun = True
            unpacked += self._member.decompress(piece, most - len(unpacked))
            piece = self._member.unused_data
        return unpacked

    def finish(self) -> None:
        """Look whether the end has come; a body without a byte has none.

        Raises:
            zlib.error: something is missing.
        """
        if self._begun and not self._member.eof:
            raise zlib.error("the body ends too early")
