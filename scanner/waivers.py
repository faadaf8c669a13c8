"""Waivers: failing findings that somebody accepted, in a file that others can review.

Whatever is wrong with an entry, it silences nothing: a date that is past, missing or no date at all
leaves the failure as loud as before, and the entry is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import yaml

from scanner import registry
from scanner.document import Document, exists, lines_of, parse, read
from scanner.model import Finding, Person, Status, Subject, Text, Unknown, Waiver
from scanner.model.errors import MamoriError
from scanner.model.waiver import EVERY_SUBJECT
from scanner.private_file import write_private

WARNING_DAYS = 14
"""A waiver that ends within so many days is announced."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEADING = """\
# Failures that somebody accepted, why, and until when. The last day counts; after it the failure
# counts again. `subject` is the id in the report, or "*" for every subject of the check.
waivers:
"""


class WaiverError(MamoriError):
    """A waiver cannot be written as it was asked for."""


class State(StrEnum):
    """What a waiver does on one day."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    """It accepts still, for `WARNING_DAYS` days at most."""
    EXPIRED = "expired"
    INVALID = "invalid"
    """Something is wrong with it, so that it accepts nothing."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One waiver as the file has it, right or wrong."""

    check: str
    subject: str | int = ""
    target: str | None = None
    until: Any = None
    reason: str = ""
    owner: str = ""
    on: Any = None
    """The day on which it was accepted; told, not used."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One waiver of the file, and whether it can be used."""

    number: int
    """Its place in the file, counted from 1."""
    entry: Entry
    waiver: Waiver | None
    problem: Text | None
    """What is wrong with it, where it cannot be used."""

    def state(self, today: date) -> State:
        """Return what it does on the day `today`."""
        if self.waiver is None:
            return State.INVALID
        if not self.waiver.holds(today):
            return State.EXPIRED
        ends_soon = self.waiver.until <= today + timedelta(days=WARNING_DAYS)
        return State.EXPIRING if ends_soon else State.ACTIVE


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    waivers: list[Any] | None


def read_waivers(path: Path, *, targets: Collection[str] | None = None) -> tuple[Listed, ...]:
    """Return the waivers in the file `path`, in their order; none where there is no file.

    Where `targets` are given, a waiver for another one can be used by nobody. Raises:
        DocumentError: the file is not of a waiver file's form; file, line and key are named.
    """
    if not exists(path):
        return ()
    return _listed(read(path, impossible=True), targets)


def _listed(document: Document, targets: Collection[str] | None = None) -> tuple[Listed, ...]:
    count = len(document.convert(_File).waivers or ())
    return tuple(
        _list(document.convert(Entry, ("waivers", place)), place + 1, targets)
        for place in range(count)
    )


def _list(entry: Entry, number: int, targets: Collection[str] | None = None) -> Listed:
    problem = _problem(entry, targets)
    waiver = None
    if problem is None:
        waiver = Waiver(
            number=number,
            check=entry.check,
            subject=str(entry.subject),
            target=entry.target,
            until=day(entry.until) or date.min,
            reason=entry.reason,
            owner=entry.owner,
        )
    return Listed(number=number, entry=entry, waiver=waiver, problem=problem)


def _problem(entry: Entry, targets: Collection[str] | None) -> Text | None:
    if entry.check not in registry.checks():
        return registry.unknown_name("checks", entry.check, registry.checks()).text
    if entry.target is not None and targets is not None and entry.target not in targets:
        return registry.unknown_name("targets", entry.target, targets).text
    if not str(entry.subject).strip():
        return Text.of("It names no subject; write the subject's id.")
    if entry.until is None:
        return Text.of("It has no last day; write `until` as 2026-12-31.")
    if day(entry.until) is None:
        return Text.of("{until} is no day; write it as 2026-12-31.", until=repr(str(entry.until)))
    if not entry.reason.strip() or not entry.owner.strip():
        return Text.of("It says not who accepts this or why; write `owner` and `reason`.")
    return None


def day(given: Any) -> date | None:
    """Return the day that a file or a person wrote, None where it is none."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def accept(
    findings: Iterable[Finding], target: str, waivers: Iterable[Waiver], today: date
) -> list[Finding]:
    """Return the findings of `target`, the failures that somebody accepts marked as such.

    Where several waivers hold for one failure the one that holds longest counts.
    """
    by_check: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if waiver.holds(today) and waiver.target in (None, target):
            by_check.setdefault(waiver.check, []).append(waiver)
    findings = list(findings)
    if not by_check:
        return findings
    for waiting in by_check.values():
        waiting.sort(key=lambda waiver: waiver.until, reverse=True)
    names = _bearers(findings, by_check)
    return [
        msgspec.structs.replace(finding, waiver=found)
        if finding.check in by_check
        and finding.verdict.status is Status.FAIL
        and (found := _matching(by_check[finding.check], finding, names)) is not None
        else finding
        for finding in findings
    ]


def _bearers(
    findings: Iterable[Finding], checks: Mapping[str, object]
) -> Mapping[tuple[str, str], int]:
    """Count the subjects of each name, by check."""
    subjects = {
        (each.check, type(each.subject), each.subject.id, each.subject.name)
        for each in findings
        if each.check in checks
    }
    return Counter((check, name) for check, _, _, name in subjects)


def _matching(
    waivers: Iterable[Waiver], finding: Finding, names: Mapping[tuple[str, str], int]
) -> Waiver | None:
    subject = finding.subject
    called = {EVERY_SUBJECT, subject.id, *_addresses(subject)}
    if names[finding.check, subject.name] == 1:
        called.add(subject.name)
    return next((waiver for waiver in waivers if waiver.subject in called), None)


def _addresses(subject: Subject) -> Iterable[str]:
    if isinstance(subject, Person):
        for each in (subject.email, subject.username):
            if not isinstance(each, Unknown):
                yield each


def add(path: Path, entry: Entry, today: date) -> None:
    """Write `entry` at the end of the file `path`, which is made where there is none.

    What is in the file, comments included, stays as it is. Raises:
        WaiverError: the entry could silence nothing, or the file does not take it.
        DocumentError: the file is not of a waiver file's form.
        OSError: the file cannot be written; it stays as it was.
    """
    listed = _list(entry, 0)
    if listed.problem is not None:
        raise WaiverError(listed.problem.template, **listed.problem.values)
    if listed.state(today) is State.EXPIRED:
        raise WaiverError(
            "{until} is past; name a last day that is still to come.", until=str(entry.until)
        )
    before = len(read_waivers(path))
    text = lines_of(path) if path.exists() else ""
    data = _appended(text, entry).encode()
    if len(_listed(parse(data, str(path), impossible=True))) != before + 1:
        raise WaiverError(
            "{file} is not written one key a line; add the waiver to it by hand.", file=str(path)
        )
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    write_private(path.resolve(), data)
    if mode is not None:
        path.chmod(mode)


def _appended(text: str, entry: Entry) -> str:
    if not re.search(r"^waivers:", text, re.MULTILINE):
        text += ("\n" if text and not text.endswith("\n") else "") + _HEADING
    text = re.sub(r"^waivers:[ \t]*(\[\s*\]|null|~)", "waivers:", text, flags=re.MULTILINE)
    found = re.search(r"^( *)- ", text, re.MULTILINE)
    indent = found[1] if found else "  "
    fields = {
        name: value
        for name, value in msgspec.structs.asdict(entry).items()
        if value not in (None, "")
    }
    written = yaml.safe_dump([fields], allow_unicode=True, sort_keys=False, width=90)
    lines = "".join(f"{indent}{line}\n" for line in written.splitlines())
    return text + ("" if text.endswith("\n") else "\n") + lines
