"""The secrets that the configuration refers to → Credential subjects, free of the secrets.

Each reference is read once. What is measured at once stays: length, strength, storage, age, and
which other references have the very same value. The secrets themselves end with the function.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner import registry
from scanner.collect.breaches import BreachLists
from scanner.collect.ledger import Ledger, Observation
from scanner.collect.password_exports import Export
from scanner.collect.strength import Strength, StrengthMeter
from scanner.collect.totp import read_totp, shared_key
from scanner.collect.variations import variations
from scanner.collect.vaults.reference import Held, VaultError, read_reference
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches, HeldCredential, Login, Organisation, Settings, Target
from scanner.model import (
    NOT_COLLECTED,
    Credential,
    CredentialKind,
    Fact,
    Mfa,
    Origin,
    Problem,
    Reason,
    Text,
    Unknown,
    Witness,
)
from scanner.model.errors import MamoriError

_KIND_BY_KEY = {
    "password": CredentialKind.PASSWORD,
    "token": CredentialKind.API_KEY,
    "client_secret": CredentialKind.OAUTH_CLIENT,
    "refresh_token": CredentialKind.OAUTH_GRANT,
    "private_key": CredentialKind.OAUTH_CLIENT,
}
_MEASURED = ("storage", "length", "shared_with", "unchanged_since")
_OF_PASSWORDS = ("strength", "guesses_log10", "resembles", "breaches")
_TOTP = (
    *("totp_bits", "totp_algorithm", "totp_digits", "totp_period"),
    *("totp_guessable", "totp_faults"),
)
_DATED = ("issued", "rotated")
_DECLARED = Witness(origin=Origin.IMPORT)

_NOT_IN_THIS_SCAN = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("Not every target of the configuration is part of this scan."),
    Text.of("Scan all targets together."),
)


class HeldCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt of the secrets that mamori holds, by target name."""

    credentials: dict[str, list[Credential]]
    problems: dict[str, list[Problem]]


class _Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One reference of one target, and what is declared of it."""

    target: str
    declared: HeldCredential
    used_by_scanner: bool
    words: tuple[str, ...]

    @property
    def reference(self) -> str:
        return self.declared.ref

    @property
    def full_name(self) -> str:
        return f"{self.target}: {self.reference}"


Vaults = Mapping[str, Held | Unknown]


def read_login(login: Login, *, environment: Mapping[str, str], folder: Path) -> dict[str, Secret]:
    """Return the secrets of `login` by key, such as `password` or `token`.

    Raises:
        VaultError: one of them cannot be read.
    """
    return {
        key: read_reference(reference, environment=environment, folder=folder).secret
        for key, reference in login.references.items()
    }


def collect_credentials(
    settings: Settings,
    *,
    environment: Mapping[str, str],
    now: datetime,
    ledger: Ledger,
    meter: StrengthMeter,
    lists: BreachLists,
    targets: Iterable[Target] | None = None,
) -> HeldCredentials:
    """Read and measure every secret that `targets` refer to; all targets unless named.

    A secret that cannot be read is a credential whose measured facts are unknown, and a problem of
    its target. Raises nothing on purpose. `ledger` and `lists` must have been entered.
    """
    chosen = settings.config.targets if targets is None else tuple(targets)
    wanted = [each for target in chosen for each in _wanted(target, settings.config.organisation)]
    vaults = _read_all(wanted, environment, settings.folder)
    partial = len(chosen) < len(settings.config.targets)
    shared = _compared(_same, wanted, vaults, partial=partial)
    passwords = [each for each in wanted if each.declared.kind is CredentialKind.PASSWORD]
    resembling = _compared(variations, passwords, vaults, partial=partial)
    chosen_by_people = _of_passwords(passwords, vaults, meter, lists)
    ages = {
        reference: ledger.observe(ledger_name(settings, reference), held.secret, now)
        for reference, held in vaults.items()
        if isinstance(held, Held)
    }
    credentials: dict[str, list[Credential]] = {target.name: [] for target in chosen}
    problems: dict[str, list[Problem]] = {target.name: [] for target in chosen}
    for each in wanted:
        held = vaults[each.reference]
        if isinstance(held, Unknown):
            problems[each.target].append(_problem(each.reference, held))
            measured = _unmeasured(each, held)
        else:
            measured = {
                "storage": held.storage,
                "length": len(held.secret),
                "shared_with": shared[each.full_name],
                **chosen_by_people.get(each.full_name, {}),
                **_age_facts(each, held, ages[each.reference], now),
            }
            measured |= {
                name: value
                for name in ("owner", "purpose", "expires")
                if (value := getattr(held, name)) is not None
            }
            if each.full_name in resembling:
                measured["resembles"] = resembling[each.full_name]
            if each.declared.kind is CredentialKind.TOTP_SECRET:
                measured |= read_totp(held.secret)
        credentials[each.target].append(_credential(each, measured))
    common = [] if ledger.problem is None else [ledger.problem]
    common += [_problem(list_, gap) for list_, gap in lists.problems]
    for name in dict.fromkeys(each.target for each in wanted):
        problems[name] += common
    return HeldCredentials(credentials=credentials, problems=problems)


def measure_passwords(
    secrets: Mapping[str, Secret],
    words: Iterable[str],
    breaches: Breaches,
    own_words: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> list[Credential]:
    """Return what can be said of passwords alone, each a subject under its name.

    `words` are names that somebody who attacks them would think of, `own_words` those for one of
    them alone; `breaches` says where to look up whether one has leaked.
    """
    words = tuple(words)
    same, alike = _same(secrets), variations(secrets)
    with BreachLists(breaches) as lists:
        leaked = lists.look_up_all(secrets.values())
    with StrengthMeter() as meter:
        strengths = meter.measure_all(
            (secret, (*words, *own_words.get(name, ()))) for name, secret in secrets.items()
        )
    return [
        Credential(
            id=name,
            kind=CredentialKind.PASSWORD,
            held=True,
            origin=Origin.VAULT,
            length=len(secret),
            shared_with=same[name],
            resembles=alike[name],
            breaches=count,
            **_strength_facts(strength),
        )
        for (name, secret), strength, count in zip(secrets.items(), strengths, leaked, strict=True)
    ]


def measure_export(
    name: str, export: Export, words: Iterable[str], breaches: Breaches
) -> list[Credential]:
    """Return what can be said of the passwords and code generators in an export.

    Each is a subject with the name of its entry; `name` tells this export from others.
    """
    ids = {f"{name}: {each.name}": each for each in export.entries}
    passwords = {id: each.password for id, each in ids.items() if each.password is not None}
    own = {
        id: (each.username, each.username.partition("@")[0], _host(each.url))
        for id, each in ids.items()
    }
    found = [
        msgspec.structs.replace(
            each,
            name=ids[each.id].name,
            storage=export.storage,
            mfa_protected=NOT_COLLECTED if ids[each.id].totp is None else True,
        )
        for each in measure_passwords(passwords, words, breaches, own)
    ]
    same = _same({id: shared_key(each.totp) for id, each in ids.items() if each.totp is not None})
    found += [
        Credential(
            id=f"{id} (TOTP)",
            name=f"{each.name} (TOTP)",
            kind=CredentialKind.TOTP_SECRET,
            held=True,
            origin=Origin.VAULT,
            storage=export.storage,
            shared_with=tuple(f"{other} (TOTP)" for other in same[id]),
            **_totp_facts(each.totp),
        )
        for id, each in ids.items()
        if each.totp is not None
    ]
    return found


def _totp_facts(secret: Secret) -> dict[str, Any]:
    return read_totp(secret)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _wanted(target: Target, organisation: Organisation) -> Iterator[_Wanted]:
    """Yield each reference of `target` once, whether it signs in, is to be judged, or both."""
    login = target.credential or Login()
    own = {reference: key for key, reference in reversed(login.references.items())}
    listed = {held.ref: held for held in reversed(target.held)}
    names = tuple(_names(target, organisation))
    for reference in dict.fromkeys([*login.references.values(), *(h.ref for h in target.held)]):
        declared = listed.get(reference, HeldCredential(ref=reference))
        if reference in own:
            declared = msgspec.structs.replace(
                declared,
                kind=_KIND_BY_KEY[own[reference]],
                username=declared.username or login.username or "",
            )
        user = declared.username
        yield _Wanted(
            target=target.name,
            declared=declared,
            used_by_scanner=reference in own,
            words=(*names, user, user.partition("@")[0]),
        )


def ledger_name(settings: Settings, reference: str) -> str:
    """Return how the ledger calls `reference`, apart from those of other configurations."""
    return f"{settings.folder}: {reference}"


def declared_credentials(settings: Settings) -> list[tuple[Target, HeldCredential]]:
    """Return every secret that the configuration and the inventory name, reading none."""
    return [
        (target, each.declared)
        for target in settings.config.targets
        for each in _wanted(target, settings.config.organisation)
    ]


def judged_words(target: Target, organisation: Organisation, username: str) -> tuple[str, ...]:
    """Return what somebody who knows the deployment and the user would try first."""
    return (*_names(target, organisation), username, username.partition("@")[0])


def _names(target: Target, organisation: Organisation) -> Iterator[str]:
    """Yield what somebody who knows the deployment would try first."""
    yield from (organisation.name, *organisation.names, *organisation.domains)
    yield from (target.name, target.platform)
    try:
        platform = registry.part("platforms", target.platform)
    except MamoriError:  # a connector that does not load is reported where it is needed
        platform = None
    if platform is not None:
        yield from (platform.title, *platform.words)
    if target.url is not None:
        yield urlsplit(target.url).hostname or ""


def _read_all(
    wanted: Iterable[_Wanted], environment: Mapping[str, str], folder: Path
) -> dict[str, Held | Unknown]:
    def read(reference: str) -> Held | Unknown:
        try:
            return read_reference(reference, environment=environment, folder=folder)
        except VaultError as error:
            return error.unknown

    return {reference: read(reference) for reference in dict.fromkeys(w.reference for w in wanted)}


def _of_passwords(
    passwords: Iterable[_Wanted], vaults: Vaults, meter: StrengthMeter, lists: BreachLists
) -> dict[str, dict[str, Any]]:
    """Measure what people choose; random keys have no words to find in them, and are in no list."""
    read = [
        (each, held.secret)
        for each in passwords
        if isinstance(held := vaults[each.reference], Held)
    ]
    strengths = meter.measure_all((secret, each.words) for each, secret in read)
    leaked = lists.look_up_all(secret for _, secret in read)
    return {
        each.full_name: {**_strength_facts(strength), "breaches": count}
        for (each, _), strength, count in zip(read, strengths, leaked, strict=True)
    }


def _strength_facts(strength: Strength | Unknown) -> dict[str, Any]:
    if isinstance(strength, Unknown):
        return {"strength": strength, "guesses_log10": strength}
    return {"strength": strength.score, "guesses_log10": round(strength.guesses_log10, 2)}


Compare = Callable[[Mapping[str, Secret]], Mapping[str, tuple[str, ...]]]


def _compared(
    compare: Compare, wanted: Collection[_Wanted], vaults: Vaults, *, partial: bool
) -> dict[str, Fact[tuple[str, ...]]]:
    """Return for each secret the others that `compare` finds it like.

    Where one could not be read, no other is known to differ from it.
    """
    read = {
        each.full_name: comparable(each.declared.kind, held.secret)
        for each in wanted
        if isinstance(held := vaults[each.reference], Held)
    }
    unread = {
        each.reference: gap for each in wanted if isinstance(gap := vaults[each.reference], Unknown)
    }
    blind = _incomparable(unread) if unread else _NOT_IN_THIS_SCAN if partial else None
    return {name: others or blind or () for name, others in compare(read).items()}


def comparable(kind: CredentialKind, secret: Secret) -> Secret:
    """Return what of `secret` is the same in another place that has the same one.

    Of a code generator that is its key: the address around it names the account.
    """
    return shared_key(secret) if kind is CredentialKind.TOTP_SECRET else secret


def _incomparable(unread: Mapping[str, Unknown]) -> Unknown:
    reference, gap = next(iter(unread.items()))
    return Unknown(
        gap.reason,
        Text.of(
            "It could not be compared with {count} secrets that could not be read, among them "
            "{reference}.",
            count=len(unread),
            reference=reference,
        ),
        gap.remedy,
    )


def _same(secrets: Mapping[str, Secret]) -> dict[str, tuple[str, ...]]:
    """Return for each name the others with the same value, by a key that nobody keeps."""
    key = randomness.token_bytes(32)
    prints = {name: secret.fingerprint(key) for name, secret in secrets.items()}
    groups: dict[bytes, list[str]] = {}
    for name, fingerprint in prints.items():
        groups.setdefault(fingerprint, []).append(name)
    return {
        name: tuple(other for other in groups[fingerprint] if other != name)
        for name, fingerprint in prints.items()
    }


def _age_facts(
    each: _Wanted, held: Held, observed: Observation | Unknown, now: datetime
) -> dict[str, Any]:
    """Return since when the value is what it is.

    A change that the ledger proves counts before one that the vault tells, that before one that is
    declared; none counts that the ledger disproves. The day on which the vault stored this copy
    proves no change: an old key may be copied today. It only shows that the value is at least that
    old.
    """
    issued = held.issued or _midnight(each.declared.issued)
    rotated = held.rotated or _midnight(each.declared.rotated)
    stored = held.stored if held.stored is None or held.stored <= now else None
    if isinstance(observed, Unknown):
        # What the ledger might have disproved is not believed without it.
        return {
            "unchanged_since": stored or observed,
            "issued": observed if issued else NOT_COLLECTED,
            "rotated": observed if rotated else NOT_COLLECTED,
        }
    since = observed.unchanged_since if stored is None else min(observed.unchanged_since, stored)
    changed = _believed(rotated, since)
    if observed.rotated is not None and not (rotated is not None and isinstance(changed, Unknown)):
        # Between the last sight of the old value and the first of the new, a declared day may be.
        changed = max(rotated, observed.rotated) if rotated is not None else observed.rotated
    return {"unchanged_since": since, "issued": _believed(issued, since), "rotated": changed}


def _believed(declared: datetime | None, since: datetime) -> Fact[datetime]:
    """Return a declared day, unless the secret was the same before it."""
    if declared is None:
        return NOT_COLLECTED
    if not _after(declared, since):
        return declared
    return Unknown(
        Reason.MALFORMED,
        Text.of(
            "It is declared to have changed on {declared}, but was the same already on {since}.",
            declared=declared,
            since=since,
        ),
        Text.of("Change the secret, or correct `issued` or `rotated`."),
    )


def _after(moment: datetime, other: datetime) -> bool:
    """Tell whether `moment` is later than `other`, whatever the time zone of a declared day."""
    return moment > other + timedelta(days=1)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, UTC)


def _unmeasured(each: _Wanted, gap: Unknown) -> dict[str, Any]:
    facts = list(_MEASURED)
    if each.declared.kind is CredentialKind.PASSWORD:
        facts += _OF_PASSWORDS
    if each.declared.kind is CredentialKind.TOTP_SECRET:
        facts += _TOTP
    return {
        **dict.fromkeys(facts, gap),
        "issued": _midnight(each.declared.issued) or gap,
        "rotated": _midnight(each.declared.rotated) or gap,
    }


def _problem(where: str, gap: Unknown) -> Problem:
    return Problem(where=where, reason=gap.reason, detail=gap.detail, remedy=gap.remedy)


def _credential(each: _Wanted, measured: dict[str, Any]) -> Credential:
    declared = {name: value for name, value in _declared(each.declared) if value is not None}
    witnessed = [
        *declared,
        *(
            name
            for name in ("issued", "rotated")
            if measured[name] == _midnight(getattr(each.declared, name))
        ),
    ]
    witnessed = [name for name in witnessed if name not in measured or name in _DATED]
    return Credential(
        id=each.reference,
        kind=each.declared.kind,
        origin=Origin.VAULT,
        held=True,
        used_by_scanner=each.used_by_scanner,
        witnesses=dict.fromkeys(witnessed, _DECLARED),
        **{**declared, **measured},
    )


def _declared(held: HeldCredential) -> Iterator[tuple[str, Any]]:
    yield "owner", held.owner
    yield "purpose", held.purpose
    yield "expires", _midnight(held.expires)
    yield "mfa_protected", None if held.mfa is None else held.mfa is not Mfa.NONE
