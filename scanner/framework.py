"""Frameworks: standards and laws, and the checks that give evidence for each of their controls."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

import msgspec

from scanner import registry
from scanner.document import Document, parse
from scanner.registry import RegistryError, unknown_name


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One control, and the ids of the checks that give evidence for it."""

    title: str
    checks: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ()
    """None where nothing that mamori looks at is evidence for the control."""
    since: date | None = None
    """The day from which it binds in its present form, where that differs by control."""


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework file."""

    name: str
    title: str
    version: str
    sources: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Addresses where the text can be had."""
    verified: date
    """The day somebody last compared this file with the text."""
    controls: dict[str, Control]


@functools.cache
def frameworks() -> Mapping[str, Framework]:
    """Return every installed framework by name, in the order of the names.

    Raises:
        DocumentError: a file is not of a framework's form, or names a check that does not exist;
            file, line and key are named.
        RegistryError: two packages offer a framework of the same name.
    """
    found: dict[str, Framework] = {}
    for document in _documents():
        framework = read_framework(document)
        if framework.name in found:
            raise RegistryError(
                "Two installed packages both offer the framework {name}; uninstall one.",
                name=framework.name,
            )
        found[framework.name] = framework
    return dict(sorted(found.items()))


@functools.cache
def controls_by_check() -> Mapping[str, tuple[str, ...]]:
    """Return, by check id, the controls it gives evidence for, as `nist-800-63b:3.1.1.2`.

    Raises:
        DocumentError, RegistryError: as `frameworks` does.
    """
    found: dict[str, list[str]] = {}
    for name, framework in frameworks().items():
        for id, control in framework.controls.items():
            for check in control.checks:
                found.setdefault(check, []).append(f"{name}:{id}")
    return {check: tuple(controls) for check, controls in found.items()}


def read_framework(document: Document) -> Framework:
    """Return the framework that `document` holds.

    Raises:
        DocumentError: it is not of a framework's form, or names a check that does not exist.
    """
    framework = document.convert(Framework)
    for id, control in framework.controls.items():
        for place, check in enumerate(control.checks):
            if check not in registry.checks():
                wrong = unknown_name("checks", check, registry.checks())
                raise document.error(
                    ("controls", id, "checks", place), wrong.text.template, **wrong.text.values
                )
    return framework


def _documents() -> Iterator[Document]:
    for folder in registry.policy_folders():
        files = folder / "frameworks"
        if files.is_dir():
            for file in sorted(files.iterdir(), key=lambda file: file.name):
                if file.name.endswith(".yaml"):
                    yield parse(file.read_bytes(), f"frameworks/{file.name}")
