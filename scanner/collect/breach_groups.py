"""Leaked passwords by the first five digits of their hash, as Have I Been Pwned groups them."""

from __future__ import annotations

import re

PREFIX = 5
"""Digits by which hashes are grouped."""
MAX_GROUP = 4 * 1_048_576
"""Bytes of one group; the largest published one has a hundredth of it."""
_IN_GROUP = re.compile(
    rb"^[ \t]*([0-9A-Fa-f]{35}|[0-9A-Fa-f]{27}):([0-9]{1,19})[ \t]*\r?$", re.MULTILINE
)


def read_group(body: bytes) -> dict[str, int] | None:
    """Return the rest of each hash in a group, and how often it leaked, but for padding, with 0.

    None stands for a body that is no group: not a line of it is of that form.
    """
    counts = {
        line[1].decode().upper(): int(line[2]) for line in _IN_GROUP.finditer(body[:MAX_GROUP])
    }
    return {rest: count for rest, count in counts.items() if count} if counts else None
