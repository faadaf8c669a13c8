"""YAML documents that know the line of every key, so that an error can name it.

Documents are data: aliases, tags, duplicate keys, and anything larger or deeper than a person would
write are refused before a value is built.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from scanner.model import Text
from scanner.model.errors import MamoriError

MAX_BYTES = 1_048_576
MAX_DEPTH = 32

Place = tuple[str | int, ...]
T = TypeVar("T")


class DocumentError(MamoriError):
    """A file cannot be used; the message names the file, the line and the key."""


class Document:
    """One parsed file: its plain value, and the line where each part of it stands."""

    def __init__(self, name: str, value: Any, lines: dict[Place, int]) -> None:
        self.name = name
        self.value = value
        self._lines = lines

    def at(self, place: Place) -> Any:
        """Return the part of the document at `place`."""
        value = self.value
        for step in place:
            value = value[step]
        return value

    def line(self, place: Place) -> int:
        """Return the line on which the part at `place`, or what holds it, stands."""
        return next(
            (self._lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self._lines),
            1,
        )

    def error(self, place: Place, template: str, /, **values: Any) -> DocumentError:
        """Return an error about `place`; `template` is a sentence with places for `values`."""
        return DocumentError(
            "{file}, line {line}, {key}: {problem}",
            file=self.name,
            line=self.line(place),
            key=_spell(place) or Text("the document"),
            problem=Text(template, values),
        )

    def convert(self, kind: type[T], place: Place = ()) -> T:
        """Return the part at `place` as a `kind`.

        Raises:
            DocumentError: it does not have the form of `kind`; the first offence is named.
        """
        return self.convert_value(self.at(place), kind, place)

    def convert_value(self, value: Any, kind: type[T], place: Place) -> T:
        """Return `value`, made from what stands at `place`, as a `kind`.

        Raises:
            DocumentError: as `convert` does.
        """
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise self._explain(str(error), kind, place) from None

    def _explain(self, message: str, kind: Any, base: Place) -> DocumentError:
        what, _, where = message.partition(" - at `")
        place = base + _read_path(where.removesuffix("`"))
        if match := re.fullmatch(r"Object contains unknown field `(.*)`", what):
            name = match[1]
            near = difflib.get_close_matches(name, _fields(kind, place[len(base) :]), n=1)
            if near:
                return self.error(
                    (*place, name), "unknown key; did you mean {near}?", near=repr(near[0])
                )
            return self.error((*place, name), "unknown key; remove it.")
        if match := re.fullmatch(r"Object missing required field `(.*)`", what):
            return self.error(place, "the key {name} is missing.", name=repr(match[1]))
        if match := re.fullmatch(r"Expected `(.*?)`, got `(.*?)`", what):
            if not place and match[2] == "null":
                return self.error(place, "there is nothing in it.")
            return self.error(
                place,
                "expected {expected}, found {found}.",
                expected=match[1].replace(" | ", " or ").replace("array", "list"),
                found=match[2].replace("array", "list"),
            )
        if match := re.fullmatch(r"Expected `(.*?)` (.*)", what):
            return self.error(place, "expected {expected}.", expected=f"{match[1]} {match[2]}")
        if match := re.fullmatch(r"Invalid enum value '(.*)'", what):
            return self.error(
                place, "{value} is not one of the values it can have.", value=match[1]
            )
        return self.error(place, "the value does not have the expected form.")


def exists(path: Path) -> bool:
    """Tell whether there is something to read at `path`, be it that nobody may look at it."""
    try:
        return path.exists()
    except OSError:
        return True


def read(path: Path, *, impossible: bool = False) -> Document:
    """Return the document in the file `path`.

    With `impossible` a date or number that does not exist is taken as text, for a reader who would
    rather name the entry than refuse the file. Raises:
        DocumentError: the file cannot be read, or is no YAML mamori accepts.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            "{file} cannot be read: {cause}.", file=str(path), cause=error.strerror
        ) from None
    return parse(data, str(path), impossible=impossible)


def lines_of(path: Path) -> str:
    """Return the text of the file `path`, for a writer that leaves most lines as they are.

    Raises:
        DocumentError: the file cannot be read, or is not in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(
            "{file} cannot be read: {cause}.", file=str(path), cause=error.strerror
        ) from None
    except UnicodeDecodeError:
        raise DocumentError(
            "{file} is not in UTF-8; save it in that encoding.", file=str(path)
        ) from None


def parse(data: bytes, name: str, *, impossible: bool = False) -> Document:
    """Return the document in `data`, called `name` in errors; `impossible` is as for `read`.

    Raises:
        DocumentError: the data is no YAML mamori accepts.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(
            "{file} is larger than {limit} bytes; a file of this kind is not.",
            file=name,
            limit=MAX_BYTES,
        )
    try:
        return _Builder(name, impossible=impossible).build(data)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DocumentError(
            "{file}, line {line}: this is not YAML ({cause}).",
            file=name,
            line=mark.line + 1 if mark is not None else 1,
            cause=getattr(error, "problem", None) or "unreadable characters",
        ) from None


class _Builder:
    """Builds a value from parser events, without recursion and without expanding anything."""

    def __init__(self, name: str, *, impossible: bool) -> None:
        self._name = name
        self._impossible = impossible
        self._lines: dict[Place, int] = {}
        self._constructor = yaml.constructor.SafeConstructor()
        self._resolver = yaml.resolver.Resolver()

    def build(self, data: bytes) -> Document:
        root: list[Any] = []
        # Each open container: its value, its place, and for a mapping the key that waits.
        stack: list[tuple[Any, Place, list[Any]]] = [(root, (), [])]
        documents = 0
        for event in yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1  # type: ignore[union-attr] # parsers always set it
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(line, "only one document is allowed in the file.")
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(line, "aliases (*name) are not allowed; write the value out.")
            elif isinstance(event, yaml.ScalarEvent):
                container, _, waiting = stack[-1]
                is_key = isinstance(container, dict) and not waiting
                read = self._key if is_key else self._scalar
                self._add(stack, read(event, line), line)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._refuse_tag(event, line)
                if len(stack) > MAX_DEPTH:
                    self._refuse(line, "the nesting is too deep.")
                value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                place = self._add(stack, value, line)
                stack.append((value, place, []))
            elif isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
        return Document(self._name, root[0] if root else None, self._lines)

    def _add(self, stack: list[tuple[Any, Place, list[Any]]], value: Any, line: int) -> Place:
        container, place, waiting = stack[-1]
        if isinstance(container, dict):
            if not waiting:
                if not isinstance(value, str):
                    self._refuse(line, "a key must be text; put it in quotes.")
                if value in container:
                    self._refuse(line, "the key {key} stands here twice.", key=repr(value))
                waiting.append(value)
                self._lines[(*place, value)] = line
                return (*place, value)
            key = waiting.pop()
            container[key] = value
            return (*place, key)
        container.append(value)
        inside = (*place, len(container) - 1) if len(stack) > 1 else ()
        self._lines[inside] = line
        return inside

    def _key(self, event: yaml.ScalarEvent, line: int) -> Any:
        value = self._scalar(event, line)
        # YAML 1.1 reads on, off, yes and no as answers; nobody who writes a key means that.
        return event.value if isinstance(value, bool) else value

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        self._refuse_tag(event, line)
        if not event.implicit[0]:
            return event.value
        tag = self._resolver.resolve(  # type: ignore[no-untyped-call]
            yaml.ScalarNode, event.value, event.implicit
        )
        if ":" in event.value and tag.endswith((":int", ":float")):
            return event.value  # 1:30 is a time or a port to people, not a number to base 60
        if tag.endswith((":merge", ":value")):
            return event.value  # << and = mean something beside aliases only
        node = yaml.ScalarNode(tag, event.value)
        try:
            return self._constructor.construct_object(node)
        except (ValueError, OverflowError):
            if self._impossible:
                return event.value
            self._refuse(line, "this date or number does not exist.")

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!"):
            self._refuse(line, "tags (!name) are not allowed.")
        if getattr(event, "anchor", None) is not None:
            self._refuse(line, "anchors (&name) are not allowed; write the value out.")

    def _refuse(self, line: int, template: str, **values: Any) -> Any:
        raise DocumentError(
            "{file}, line {line}: {problem}",
            file=self._name,
            line=line,
            problem=Text(template, values),
        )


def _spell(place: Place) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _read_path(path: str) -> Place:
    """Turn msgspec's `$.targets[0].url` into a place; a mapping's `[...]` ends it."""
    place: list[str | int] = []
    for name, index in re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", path.removeprefix("$")):
        if index == "...":
            break
        place.append(name or int(index))
    return tuple(place)


def _fields(kind: Any, path: Place) -> list[str]:
    """Return the keys that `kind` allows at `path`, to suggest the one that was meant."""
    try:
        info = msgspec.inspect.type_info(kind)
    except TypeError:
        return []
    for step in path:
        info = _step(info, step)
    return [field.encode_name for each in _structs(info) for field in each.fields]


def _structs(info: Any) -> list[Any]:
    if isinstance(info, msgspec.inspect.UnionType):
        return [each for member in info.types for each in _structs(member)]
    return [info] if isinstance(info, msgspec.inspect.StructType) else []


def _step(info: Any, step: str | int) -> Any:
    if isinstance(step, int):
        for member in getattr(info, "types", (info,)):
            if hasattr(member, "item_type"):
                return member.item_type
        return None
    for each in _structs(info):
        for field in each.fields:
            if field.encode_name == step:
                return field.type
    return None
