"""The report as one JSON document, `mamori.report/1`."""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.report import Report


def render(report: Report) -> bytes:
    """Return `report` as indented JSON, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `render` returns."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mamori.report/1",
        **msgspec.json.schema(Report),
    }
