"""Attestations into their file: whole or not at all, with what people wrote there left standing."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from scanner.collect.statements.attestations import (
    MAX_EVIDENCE_BYTES,
    Attestation,
    interpret,
    read_attestations,
)
from scanner.document import Document, lines_of, parse, read
from scanner.model.errors import MamoriError
from scanner.private_file import write_private

_HEADING = """\
# What no interface tells, who says so, and until when. The last day counts; after it the fact is
# unknown again. What a scan sees more directly always comes first.
attestations:
"""


class AttestError(MamoriError):
    """A statement cannot be written as it was given."""


class Statement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the file, in the order of its keys."""

    target: str
    subject: str
    fact: str
    value: Any
    by: str
    on: date
    until: date
    evidence: str = ""
    note: str = ""


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of the file `path`, a screenshot or an export, in hexadecimal.

    Raises:
        AttestError: it cannot be read, or is too large.
    """
    try:
        if not path.is_file():
            raise AttestError("{file} is no file.", file=str(path))
        if path.stat().st_size > MAX_EVIDENCE_BYTES:
            raise AttestError(
                "{file} is larger than {limit} bytes.", file=str(path), limit=MAX_EVIDENCE_BYTES
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise AttestError(
            "{file} cannot be read ({cause}).", file=str(path), cause=type(error).__name__
        ) from None


def write(path: Path, statement: Statement, today: date) -> None:
    """Put `statement` into the file `path`, in place of an earlier one of the same fact.

    The file is made where there is none; comments and other entries stay as they are. Raises:
        AttestError: the statement has lapsed, or the file does not take it.
        DocumentError: the statement or the file is not of an attestation file's form.
        OSError: the file cannot be written; it stays as it was.
    """
    if statement.until < today:
        raise AttestError(
            "{until} is past; name a last day that is still to come.", until=str(statement.until)
        )
    before = read_attestations(path) if path.exists() else ()
    text = lines_of(path) if path.exists() else ""
    wanted = interpret(_document(path, _entry(statement)), path.parent, today=today)[0]
    document = read(path) if path.exists() else None
    earlier = [each for each in before if _same(each, wanted)]
    data = _put(text, document, statement, earlier).encode()
    after = interpret(parse(data, str(path)), path.parent)
    if _plain(after) != _plain((*(each for each in before if each not in earlier), wanted)):
        raise AttestError(
            "{file} is not written one key a line; add the statement to it by hand.",
            file=str(path),
        )
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    write_private(path.resolve(), data)
    if mode is not None:
        path.chmod(mode)


def _same(one: Attestation, other: Attestation) -> bool:
    return (one.target, one.type, one.id, one.fact) == (
        other.target,
        other.type,
        other.id,
        other.fact,
    )


def _plain(attestations: tuple[Attestation, ...]) -> list[str]:
    """Return what the statements say, without their places and order."""
    return sorted(repr(msgspec.structs.replace(each, number=0)) for each in attestations)


def _document(path: Path, lines: list[str]) -> Document:
    return parse(("attestations:\n" + "".join(f"  {each}\n" for each in lines)).encode(), str(path))


def _entry(statement: Statement) -> list[str]:
    fields = {
        name: value
        for name, value in msgspec.structs.asdict(statement).items()
        if value != "" or name == "value"
    }
    dumped = yaml.safe_dump([fields], allow_unicode=True, sort_keys=False, width=90)
    # Quoted for readers of YAML 1.1, to whom it is an answer; the documentation writes it bare.
    return [each.replace("'on':", "on:", 1) for each in str(dumped).splitlines()]


def _put(
    text: str, document: Document | None, statement: Statement, earlier: list[Attestation]
) -> str:
    lines = text.splitlines()
    if document is not None:
        for each in sorted(earlier, key=lambda each: each.number, reverse=True):
            start, end = _span(document, lines, each.number - 1)
            del lines[start:end]
    text = "\n".join(lines) + ("\n" if lines else "")
    if not re.search(r"^attestations:", text, re.MULTILINE):
        text += ("\n" if text else "") + _HEADING
    text = re.sub(
        r"^attestations:[ \t]*(\[\s*\]|null|~)", "attestations:", text, flags=re.MULTILINE
    )
    found = re.search(r"^( *)- ", text, re.MULTILINE)
    indent = found[1] if found else "  "
    return text + "".join(f"{indent}{line}\n" for line in _entry(statement))


def _span(document: Document, lines: list[str], place: int) -> tuple[int, int]:
    """Return the lines of an entry; comments that follow it belong to the next one."""
    start = document.line(("attestations", place)) - 1
    last = len(document.at(("attestations",))) - 1
    end = len(lines) if place == last else document.line(("attestations", place + 1)) - 1
    while end > start + 1 and not re.sub(r"#.*", "", lines[end - 1]).strip():
        end -= 1
    return start, end
