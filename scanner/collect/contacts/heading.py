"""The first lines of an export → its columns: what stands above them, and between them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import msgspec

from scanner.collect.contacts.columns import recognise

_MOST_LINES = 30
_DELIMITERS = ",\t;|"
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)


_ENDS = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*"')


class Heading(msgspec.Struct, frozen=True):
    """The line with the names of the columns."""

    columns: tuple[str, ...]
    """No two are the same, in whatever case."""
    delimiter: str
    lines: int
    """How many lines the file has with it; one that runs on in quotation marks is one."""
    even: bool = True
    """All lines end in the same way."""


def find_heading(text: str) -> Heading:
    """Return the heading of an export that begins with `text`.

    That is the first line with a column of mail addresses, for some tools put a title, a date or
    the separator above it; where none has one, the first line that says anything.
    """
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    even = len(set(_ENDS.findall(_QUOTED.sub("", text)))) < 2
    first: Heading | None = None
    separator = ""
    for number, line in enumerate(lines[:_MOST_LINES]):
        stated = _SEPARATOR.fullmatch(line)
        if stated and number == 0:
            separator = stated[1]
            continue
        if not line.strip():
            continue
        heading = _heading(lines, number, separator or max(_DELIMITERS, key=line.count))
        if "email" in recognise(heading.columns, {}):
            return msgspec.structs.replace(heading, even=even)
        first = first or heading
    first = first or Heading((), separator or ",", len(lines))
    return msgspec.structs.replace(first, even=even)


def _heading(lines: list[str], number: int, delimiter: str) -> Heading:
    # A name in quotation marks may run over several lines.
    reader = csv.reader((f"{each}\n" for each in lines[number:]), delimiter=delimiter)
    try:
        names = next(reader)
    except csv.Error:
        names = lines[number].split(delimiter)
    return Heading(tuple(_each_once(names)), delimiter, number + 1)


def _each_once(names: list[str]) -> Iterator[str]:
    taken: set[str] = set()
    for number, name in enumerate(names):
        plain = once = name.strip() or f"column{number}"
        again = 0
        while once.casefold() in taken:
            again += 1
            once = f"{plain}_{again}"
        taken.add(once.casefold())
        yield once
