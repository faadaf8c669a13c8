"""Policies: which checks run, with which parameters, severities and weights, and on whose word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

import msgspec

from scanner import registry
from scanner.document import Document, Place, parse, read
from scanner.language import spell
from scanner.model import Severity
from scanner.registry import unknown_name
from scanner.sdk import Check, Rule

WEIGHTS: Mapping[Severity, float] = {
    Severity.CRITICAL: 10.0,
    Severity.HIGH: 6.0,
    Severity.MEDIUM: 3.0,
    Severity.LOW: 1.0,
    Severity.INFO: 0.0,
}
"""What a check weighs in the score where its policy names no weight."""


class Disagreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another standard's opposite view of a rule, so that the reader knows a side was taken."""

    source: str
    says: str


class Sourced(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a rule, and the standard and clause it comes from."""

    value: Any
    source: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a policy file says of one check."""

    enabled: bool | None = None
    severity: Severity | None = None
    weight: Annotated[float, msgspec.Meta(ge=0, le=1000)] | None = None
    rule: dict[str, Any] = {}
    disagree: list[Disagreement] | None = None


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The top level of a policy file."""

    name: str
    version: str
    title: str
    extends: str | None = None
    unlisted: bool | None = None
    """Whether checks that no policy in the chain lists are run; they are unless this is false."""
    checks: dict[str, Any] = {}


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """A check as one policy runs it."""

    check: Check
    severity: Severity
    weight: float
    rule: Rule | None
    sources: dict[str, str]
    """By parameter, where its value comes from."""
    disagreements: tuple[Disagreement, ...] = ()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy with everything it extends folded in."""

    name: str
    version: str
    title: str
    chain: tuple[str, ...]
    """The policies it is made of, itself first."""
    selected: tuple[Selected, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over every check, severity, weight and value: the same digest judges alike."""
        parts = [
            [each.check.id, each.severity, each.weight, msgspec.to_builtins(each.rule)]
            for each in self.selected
        ]
        return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()

    def only(self, families: Iterable[str]) -> Policy:
        """Return the policy with the checks of these families, or of these ids, alone."""
        wanted = frozenset(families)
        kept = tuple(each for each in self.selected if wanted & {each.check.family, each.check.id})
        return msgspec.structs.replace(self, selected=kept)

    def __iter__(self) -> Iterator[Selected]:
        return iter(self.selected)


def shipped() -> dict[str, Traversable]:
    """Return the installed policy files by name."""
    return {
        file.name.removesuffix(".yaml"): file
        for folder in registry.policy_folders()
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }


def load_policy(name_or_path: str, beside: Path | None = None) -> Policy:
    """Return the policy of that name, or from that file; relative to the folder `beside`.

    Anything with a `/` or ending in `.yaml` is a file. Raises:
        DocumentError: a file is not of a policy's form; file, line and key are named.
        RegistryError: there is no policy of that name.
    """
    layers = list(_chain(name_or_path, beside or Path()))
    first = layers[0][1]
    return Policy(
        name=first.name,
        version=first.version,
        title=first.title,
        chain=tuple(header.name for _, header in layers),
        selected=tuple(_select(layers)),
    )


def _chain(name_or_path: str, beside: Path) -> Iterator[tuple[Document, Header]]:
    """Yield the policy and those it extends, each with its document, nearest first."""
    seen: set[Path | str] = set()
    wanted: str | None = name_or_path
    while wanted is not None:
        document = _open(wanted, beside)
        # A file of one's own may have the name of a shipped one, and be reached by several paths.
        identity = (beside / wanted).resolve() if is_file(wanted) else wanted
        if identity in seen:
            raise document.error(("extends",), "this policy extends itself.")
        seen.add(identity)
        header = document.convert(Header)
        yield document, header
        wanted = header.extends
        beside = Path(document.name).parent


def _open(name_or_path: str, beside: Path) -> Document:
    if is_file(name_or_path):
        return read(beside / name_or_path)
    available = shipped()
    if name_or_path not in available:
        raise unknown_name("policies", name_or_path, available)
    return parse(available[name_or_path].read_bytes(), f"{name_or_path}.yaml")


def is_file(name_or_path: str) -> bool:
    """Tell whether a policy is called by its file, not by its name."""
    return "/" in name_or_path or name_or_path.endswith((".yaml", ".yml"))


def _select(layers: list[tuple[Document, Header]]) -> Iterator[Selected]:
    entries: dict[str, list[tuple[Document, Entry]]] = {}
    for document, header in layers:
        for id in header.checks:
            if id not in registry.checks():
                wrong = unknown_name("checks", id, registry.checks())
                raise document.error(("checks", id), wrong.text.template, **wrong.text.values)
            entry = document.convert(Entry, ("checks", id))
            entries.setdefault(id, []).append((document, entry))
    unlisted = next((h.unlisted for _, h in layers if h.unlisted is not None), True)
    for id, check in registry.checks().items():
        stack = entries.get(id, [])
        if _first(entry.enabled for _, entry in stack) is False or (not stack and not unlisted):
            continue
        severity = _first(entry.severity for _, entry in stack) or check.severity
        weight = _first(entry.weight for _, entry in stack)
        rule, sources = _rule(check, stack)
        yield Selected(
            check=check,
            severity=severity,
            weight=WEIGHTS[severity] if weight is None else weight,
            rule=rule,
            sources=sources,
            disagreements=tuple(_first(entry.disagree for _, entry in stack) or ()),
        )


def _first(values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _rule(check: Check, stack: list[tuple[Document, Entry]]) -> tuple[Rule | None, dict[str, str]]:
    """Merge the rule of `check` over the policies, nearest first, each value with its source."""
    if check.rule is None:
        for document, entry in stack:
            if entry.rule:
                raise document.error(("checks", check.id, "rule"), "this check has no parameters.")
        return None, {}
    sources = _default_sources(check.rule)
    merged: dict[str, Any] = {}
    for document, entry in reversed(stack):
        for name, given in entry.rule.items():
            place: Place = ("checks", check.id, "rule")
            if isinstance(given, dict) and "value" in given:
                sourced = document.convert(Sourced, (*place, name))
                merged[name], sources[name] = sourced.value, sourced.source
            else:
                merged[name], sources[name] = given, document.name
            document.convert_value({name: merged[name]}, check.rule, place)
    return msgspec.convert(merged, check.rule), sources


def _default_sources(rule: type[Rule]) -> dict[str, str]:
    info = msgspec.inspect.type_info(rule)
    assert isinstance(info, msgspec.inspect.StructType)
    return {
        field.name: (field.type.extra or {}).get("source", "")
        if isinstance(field.type, msgspec.inspect.Metadata)
        else ""
        for field in info.fields
    }


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a check, in words."""

    name: str
    value: str
    meaning: str
    source: str


def parameters(check: Check) -> list[Parameter]:
    """Return the parameters of `check` with their defaults."""
    if check.rule is None:
        return []
    info = msgspec.inspect.type_info(check.rule)
    assert isinstance(info, msgspec.inspect.StructType)
    defaults, sources = msgspec.to_builtins(check.rule()), _default_sources(check.rule)
    return [
        Parameter(
            name=field.name,
            value=spell(defaults[field.name]),
            meaning=(field.type.extra_json_schema or {}).get("description", "")
            if isinstance(field.type, msgspec.inspect.Metadata)
            else "",
            source=sources[field.name],
        )
        for field in info.fields
    ]


def chosen(selected: Selected) -> list[Parameter]:
    """Return the parameters of a check as a policy sets them, each with its source."""
    values = msgspec.to_builtins(selected.rule) if selected.rule is not None else {}
    return [
        msgspec.structs.replace(
            each, value=spell(values[each.name]), source=selected.sources[each.name]
        )
        for each in parameters(selected.check)
    ]
