"""The report as one JSON document, `mamori.report/1`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.render.format import Format
from scanner.report import Report


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as indented JSON, ending in a newline."""
    yield msgspec.json.format(msgspec.json.encode(report), indent=2)
    yield b"\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `render` returns."""
    written = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mamori.report/1",
        **msgspec.json.schema(Report),
    }
    # A default of the structs may be a tuple, which JSON has not.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(written))
    return plain


JSON = Format(render=render, suffix="json", media_type="application/json")
