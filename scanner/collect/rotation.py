"""A new secret in the place of an old one: measured, stored, and noted in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from scanner.collect.breaches import BreachLists
from scanner.collect.credentials import comparable, declared_credentials, judged_words, ledger_name
from scanner.collect.ledger import Ledger, Observation, default_path
from scanner.collect.strength import StrengthMeter
from scanner.collect.totp import read_totp
from scanner.collect.variations import variations
from scanner.collect.vaults.reference import VaultError, read_reference, store_reference
from scanner.collect.vaults.secret import Secret
from scanner.config import HeldCredential, Settings, Target
from scanner.model import Credential, CredentialKind, Mfa, Origin, Text, Unknown
from scanner.model.errors import MamoriError


class RotationError(MamoriError):
    """A secret was not changed, or that it was changed cannot be proved."""


def measure_new(
    settings: Settings,
    target: Target,
    declared: HeldCredential,
    secret: Secret,
    *,
    environment: Mapping[str, str],
) -> Credential:
    """Return what can be said of `secret`, meant to be that of `declared`, beside all others.

    The others are what the configuration names and can be read, the present value among them.
    """
    others = _others(settings, environment)
    found = Credential(
        id=declared.called,
        kind=declared.kind,
        held=True,
        origin=Origin.VAULT,
        length=len(secret),
        shared_with=tuple(
            name
            for name, other in others.items()
            if comparable(declared.kind, other) == comparable(declared.kind, secret)
        ),
    )
    if declared.mfa is not None:
        found = msgspec.structs.replace(found, mfa_protected=declared.mfa is not Mfa.NONE)
    if declared.kind is CredentialKind.TOTP_SECRET:
        return msgspec.structs.replace(found, **read_totp(secret))
    if declared.kind is not CredentialKind.PASSWORD:
        return found
    words = judged_words(target, settings.config.organisation, declared.username)
    with BreachLists(settings.breaches) as lists:
        [leaked] = lists.look_up_all([secret])
    with StrengthMeter() as meter:
        [strength] = meter.measure_all([(secret, words)])
    if isinstance(strength, Unknown):
        judged: dict[str, Any] = {"strength": strength, "guesses_log10": strength}
    else:
        judged = {"strength": strength.score, "guesses_log10": round(strength.guesses_log10, 2)}
    return msgspec.structs.replace(
        found,
        **judged,
        breaches=leaked,
        resembles=variations({**others, "": secret})[""],
    )


def replace_secret(
    settings: Settings,
    reference: str,
    new: Secret,
    *,
    environment: Mapping[str, str],
    now: datetime,
) -> Text | None:
    """Put `new` where `reference` points; the ledger keeps the fingerprint of the old one.

    Return what kept the ledger from being written, if anything did. Raises:
        VaultError: the vault did not take it; what was there stays.
    """
    where = {"environment": environment, "folder": settings.folder}
    try:
        old = read_reference(reference, **where).secret  # type: ignore[arg-type]
    except VaultError:
        old = None  # nothing is there yet, or nothing that could be read
    store_reference(reference, new, **where)  # type: ignore[arg-type]
    with _ledger(settings, environment) as ledger:
        for secret in [old, new] if old is not None else [new]:
            ledger.observe(ledger_name(settings, reference), secret, now)
    return None if ledger.problem is None else ledger.problem.detail


def note_change(
    settings: Settings,
    reference: str,
    secret: Secret,
    *,
    environment: Mapping[str, str],
    now: datetime,
) -> None:
    """Note in the ledger that `reference` has the value `secret`, which replaced another.

    Raises:
        RotationError: the ledger has seen this very value before.
    """
    with _ledger(settings, environment) as ledger:
        seen = ledger.observe(ledger_name(settings, reference), secret, now)
    if isinstance(seen, Observation) and seen.unchanged_since < now and seen.rotated is None:
        raise RotationError(
            "{reference} still has the value that it had on {since}.",
            reference=reference,
            since=seen.unchanged_since,
        )


def _ledger(settings: Settings, environment: Mapping[str, str]) -> Ledger:
    given = settings.config.ledger
    return Ledger.open(default_path(environment) if given is None else settings.path(given))


def _others(settings: Settings, environment: Mapping[str, str]) -> dict[str, Secret]:
    found: dict[str, Secret] = {}
    for target, declared in declared_credentials(settings):
        try:
            held = read_reference(declared.ref, environment=environment, folder=settings.folder)
        except VaultError:
            continue
        name = f"{target.name}: {declared.called}"
        found[f"{name} ({declared.ref})" if name in found else name] = held.secret
    return found
