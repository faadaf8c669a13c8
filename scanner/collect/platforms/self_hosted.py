"""The program itself, where people run it on a machine of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.answers import Record, malformed
from scanner.collect.platforms.local_file import imported
from scanner.collect.platforms.releases import advisories, parse_release
from scanner.collect.sections import Section
from scanner.collect.visit import Visit
from scanner.model import NOT_COLLECTED, Fact, Reason, Software, Subject, Text, Unknown

Numbers = tuple[int, int, int]
"""The release without what comes after its numbers."""


class ProgramFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a program, as facts by name."""

    account: Mapping[str, Any] = {}
    software: Mapping[str, Any] = {}


class SelfHosted(Section, frozen=True, kw_only=True):
    """A program: its release, what follows from that, and what its own file says.

    It asks nothing. An earlier section has made its `call` and remembered `version`; settings of
    the program that the interface tells are facts of that one, as `Software.debug`. Since there is
    a program whether it answers or not, its file is read although nothing else can be.
    """

    product: str
    """As its file of advisories is called."""
    title: str
    behaviour: Callable[[Visit, Numbers], ProgramFacts | None]
    """What a release does whatever its settings; None where nobody has looked."""
    facts: tuple[str, ...]
    """What `behaviour` tells, as `Account.password_min_length`."""
    file: Callable[[Path, Numbers | None], ProgramFacts]
    """Reads the target's `local_config`."""
    in_file: tuple[str, ...]
    """What the file tells, likewise."""
    proven: Callable[[Visit], Mapping[str, bool]] = lambda visit: {}
    """Facts of the account that reading has proven, which outweigh what the file says."""

    @property
    def gives(self) -> tuple[str, ...]:
        of_release = ("version", "advisories", "advisories_as_of")
        return (*(f"Software.{fact}" for fact in of_release), *self.facts)

    @property
    def lists(self) -> tuple[type[Subject], ...]:
        return (Software,)

    @property
    def incomplete(self) -> tuple[type[Subject], ...]:
        return ()

    async def read(self, visit: Visit) -> None:
        unasked = visit.gaps.get(self.call.section, NOT_COLLECTED)
        version = visit.memory.get("version", unasked)
        if isinstance(version, str) and parse_release(version) is None:
            version = malformed("version")
        self._add(visit, version)

    def failed(self, visit: Visit, gap: Unknown) -> None:
        self._add(visit, gap)

    def _add(self, visit: Visit, version: Fact[str]) -> None:
        follows = self._following(visit, version)
        file = visit.memory["file"] = self._file(visit, version)
        proven = self.proven(visit)
        visit.gathering.account(**follows.account)
        from_file = {fact: value for fact, value in file.account.items() if fact not in proven}
        visit.gathering.account(**from_file, **proven, witnesses=imported(from_file))
        contradictions = _contradictions(file.account, proven)
        if contradictions:
            visit.gathering.account(contradictions=contradictions)
        facts = {"product": self.title, **follows.software, **file.software}
        made: Any = visit.subject(Software, Record({}), self.product, self.title, facts)
        visit.gathering.add(msgspec.structs.replace(made, witnesses=imported(file.software)))

    def _following(self, visit: Visit, version: Fact[str]) -> ProgramFacts:
        """Return what follows from the release."""
        if isinstance(version, Unknown):
            unknown = _each(self.facts, version)
            of_release = dict.fromkeys(("version", "advisories", "advisories_as_of"), version)
            software = {**unknown.software, **of_release}
            return ProgramFacts(account=unknown.account, software=software)
        release = parse_release(version)
        assert release is not None, "looked at above"
        follows = self.behaviour(visit, release[0]) or _each(
            self.facts,
            Unknown(
                Reason.NOT_COLLECTED,
                Text.of(
                    "mamori does not know how {product} {version} behaves here.",
                    product=self.title,
                    version=version,
                ),
                Text.of("Attest it, from the release notes or by trying it."),
            ),
        )
        software = {**follows.software, "version": version, **advisories(self.product, version)}
        return ProgramFacts(account=follows.account, software=software)

    def _file(self, visit: Visit, version: Fact[str]) -> ProgramFacts:
        """Return what stands in the target's `local_config`, where it names one."""
        reading = visit.reading
        if reading.target.local_config is None:
            return ProgramFacts()
        release = parse_release(version) if isinstance(version, str) else None
        told = ProgramFacts()
        with reading.gathering.section("local_config") as part:
            path = reading.settings.path(reading.target.local_config)
            told = self.file(path, release[0] if release else None)
        return told if part.gap is None else _each(self.in_file, part.gap)


def _each(facts: tuple[str, ...], gap: Unknown) -> ProgramFacts:
    """Return `facts`, all of them unknown."""
    split: dict[str, dict[str, Any]] = {"Account": {}, "Software": {}}
    for fact in facts:
        kind, _, name = fact.partition(".")
        split.get(kind, {})[name] = gap
    return ProgramFacts(account=split["Account"], software=split["Software"])


def _contradictions(claimed: Mapping[str, Any], proven: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(
        f"Account {fact}: api={value}, import={claimed[fact]}"
        for fact, value in proven.items()
        if isinstance(claimed.get(fact), bool) and claimed[fact] is not value
    )
