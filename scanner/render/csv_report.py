"""The report as a table for a spreadsheet, one finding a row.

It begins with a byte order mark, without which Excel takes Japanese for something else, and no cell
begins with a character that makes a spreadsheet compute what an attacker wrote (OWASP, CSV
Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from scanner.render.format import Format
from scanner.report import Report

_COLUMNS = (
    "target",
    "platform",
    "check",
    "title",
    "family",
    "status",
    "severity",
    "subject_type",
    "subject_id",
    "subject_name",
    "message",
    "observed",
    "expected",
    "fix",
    "reason",
    "controls",
    "origin",
    "collected_at",
    "waiver",
    "first_seen",
    "fingerprint",
    "scan_id",
)
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as CSV (RFC 4180): a header, then a row per finding."""
    titles = {each.check: each.title for each in report.checks}
    line = io.StringIO(newline="")
    writer = csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def row(*cells: str | None) -> bytes:
        line.seek(0)
        line.truncate()
        writer.writerow([_safe(cell or "") for cell in cells])
        return line.getvalue().encode()

    yield "\ufeff".encode() + row(*_COLUMNS)
    for target in report.targets:
        for each in target.findings:
            yield row(
                target.name,
                target.platform,
                each.check,
                titles[each.check],
                each.family,
                each.status,
                each.severity,
                each.subject.type,
                each.subject.id,
                each.subject.name,
                each.message,
                each.observed,
                each.expected,
                each.fix,
                each.reason,
                " ".join(each.controls),
                each.origin,
                each.collected_at.isoformat(),
                each.waiver,
                each.first_seen.isoformat() if each.first_seen else None,
                each.fingerprint,
                report.scan_id,
            )


CSV = Format(render=render, suffix="csv", media_type="text/csv; charset=utf-8")


def _safe(cell: str) -> str:
    """Put a quotation mark before what a spreadsheet could take for a formula."""
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(_FORMULA) else cell
