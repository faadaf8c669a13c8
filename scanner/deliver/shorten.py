"""Makes an event fit into what its receiver takes, and says in it that something was left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

_LEAST = 24
"""Characters that are left of a text, so that ids, names and dates stay whole."""


def shorten(data: bytes, limit: int) -> bytes:
    """Return the event `data` in at most `limit` bytes.

    Of JSON the longest texts lose their ends, one after the other, and the event is still JSON of
    the same form; of anything else the end is cut.
    """
    if len(data) <= limit:
        return data
    try:
        event = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return data[: max(0, limit - 3)].decode(errors="ignore").encode() + "…".encode()
    if not isinstance(event, dict):
        return data[:limit]
    _mark(event, len(data))
    shorter = msgspec.json.encode(event)
    while len(shorter) > limit:
        longest = max(_texts(event), key=lambda place: len(place[0][place[1]]), default=None)
        if longest is None or len(longest[0][longest[1]]) <= _LEAST:
            break
        holder, key = longest
        excess = len(shorter) - limit
        text = holder[key]
        keep = max(_LEAST - 1, min(len(text) - 1 - excess // 4, len(text) * 3 // 4))
        holder[key] = text[:keep].rstrip("…") + "…"
        shorter = msgspec.json.encode(event)
    return shorter if len(shorter) <= limit else shorter[:limit]


def _mark(event: dict[str, Any], size: int) -> None:
    if isinstance(metadata := event.get("metadata"), dict):  # OCSF
        metadata.update(is_truncated=True, untruncated_size=size)
    elif isinstance(event.get("ecs"), dict):
        event.setdefault("labels", {})["truncated"] = "true"
    else:
        event["truncated"] = True


def _texts(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in pairs:
        if isinstance(part, str):
            yield value, key
        elif isinstance(part, (dict, list)):
            yield from _texts(part)
