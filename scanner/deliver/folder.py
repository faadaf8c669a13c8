"""The report as a file in a folder, one per scan, of which the latest are kept."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path
from typing import Annotated

import msgspec

from scanner import registry
from scanner.deliver.file import make_folder, write
from scanner.deliver.sink import Delivery, Sink, SinkOptions
from scanner.render.format import Format
from scanner.report import Report


class FileOptions(SinkOptions, frozen=True, kw_only=True):
    """`{to: file, path: reports/, keep: 30}`, or one file that is always the latest report."""

    path: Annotated[str, msgspec.Meta(min_length=1)]
    """A folder if it ends in `/` or is one already, else a file."""
    format: str = "json"
    keep: Annotated[int, msgspec.Meta(ge=1)] = 30
    """How many reports stay in a folder."""
    mode: Annotated[str, msgspec.Meta(pattern="^0[0-7]{3}$")] = "0600"
    """Who may read it: `0640` lets a collector of the same group."""

    @property
    def address(self) -> str:
        """The path as it was given."""
        return f"{self.path} ({self.format})"


def send(delivery: Delivery) -> None:
    """Write the report, whole or not at all, and remove those that are too old."""
    options: FileOptions = delivery.options
    form: Format = registry.part("renderers", options.format)
    path, mode = delivery.path(options.path), int(options.mode, 8)
    if not (options.path.endswith("/") or path.is_dir()):
        write(path, form.render(delivery.report), mode=mode)
        return
    make_folder(path)
    write(path / _name(delivery.report, form), form.render(delivery.report), mode=mode)
    for old in _reports(path, form)[: -options.keep]:
        old.unlink(missing_ok=True)


FILE = Sink(options=FileOptions, send=send)


def _name(report: Report, form: Format) -> str:
    at = report.started_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"mamori-{at}-{report.scan_id}.{form.suffix}"


def _reports(folder: Path, form: Format) -> list[Path]:
    """Return the reports in `folder`, the oldest first; no other file is ever touched."""
    ours = re.compile(rf"mamori-\d{{8}}T\d{{6}}Z-[0-9a-f]+\.{re.escape(form.suffix)}")
    return sorted(each for each in folder.iterdir() if ours.fullmatch(each.name))
