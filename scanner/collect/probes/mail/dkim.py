"""DKIM keys (RFC 6376, RFC 8463): what the DNS holds for each selector that tools sign with."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterable

import msgspec

from scanner.collect.probes.dns import Answer, Outcome, Resolver
from scanner.collect.probes.mail.tags import claims, parse
from scanner.model import DkimKey, Fact, Text, Unknown

_NOWHERE = "mamori-asks-for-what-nobody-publishes"
"""A selector that exists only where a wildcard answers for every name."""


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a domain."""

    found: tuple[DkimKey, ...] = ()
    unanswered: tuple[DkimKey, ...] = ()
    """Selectors that the DNS did not answer for."""
    none: Fact[bool] = False
    """There is surely no key: nothing at all exists below `_domainkey` (RFC 8020)."""

    def of(self, selectors: Iterable[str]) -> tuple[DkimKey, ...]:
        """Return what was found for the selectors."""
        wanted = set(selectors)
        return tuple(key for key in (*self.found, *self.unanswered) if key.selector in wanted)


async def look_up(domain: str, selectors: Iterable[str], resolver: Resolver) -> Keys:
    """Return the keys that `domain` publishes for `selectors`.

    Nobody can list the selectors of a domain; that it has none at all, the DNS does tell.
    """
    wanted = tuple(dict.fromkeys(selectors))
    below = f"_domainkey.{domain}"
    root, control, *answers = await asyncio.gather(
        resolver.ask(below, "TXT"),
        resolver.ask(f"{_NOWHERE}.{below}", "TXT"),
        *(resolver.ask(f"{selector}.{below}", "TXT") for selector in wanted),
    )
    wildcard = (control.records, control.aliases) if not control.absent or control.aliases else None
    found: list[DkimKey] = []
    unanswered: list[DkimKey] = []
    for selector, answer in zip(wanted, answers, strict=True):
        if wildcard is not None and (answer.records, answer.aliases) == wildcard:
            continue
        key = _key(selector, answer)
        if key is not None:
            (unanswered if isinstance(key.usable, Unknown) else found).append(key)
    none: Fact[bool] = root.outcome is Outcome.NO_NAME and not root.aliases and not found
    if root.failed:
        none = root.unknown
    elif unanswered and not found:
        none = next(key.usable for key in unanswered if isinstance(key.usable, Unknown))
    return Keys(found=tuple(found), unanswered=tuple(unanswered), none=none)


def _key(selector: str, answer: Answer) -> DkimKey | None:
    """Return what stands at one selector; None where nothing does."""
    if answer.outcome is Outcome.FAILED:
        return DkimKey(selector=selector, usable=answer.unknown)
    records = [each for each in answer.records if _looks_like_a_key(each)]
    if records:
        return parse_key(selector, records)
    if answer.aliases and answer.outcome is not Outcome.FOUND:
        fault = Text.of("the alias {target} leads to no key", target=answer.aliases[-1])
        return DkimKey(selector=selector, usable=False, fault=fault)
    return None


def _looks_like_a_key(text: str) -> bool:
    return claims(text, "DKIM1") or "p" in parse(text)[0]


def parse_key(selector: str, records: list[str]) -> DkimKey:
    """Return the key in the record of `selector` (RFC 6376 §3.6.1), with what is wrong with it."""
    tags, faults = parse(records[0])
    kind = tags.get("k", "rsa").lower()
    testing = "y" in _listed(tags.get("t", ""))
    value = "".join(tags.get("p", "").split())
    bits: int | None = None
    fault = faults[0] if faults else None
    if len(records) > 1:
        fault = Text.of("{count} keys stand under one selector", count=len(records))
    elif "v" in tags and (tags["v"] != "DKIM1" or next(iter(tags)) != "v"):
        fault = Text.of("its version is not DKIM1, or does not stand first")
    elif "p" not in tags:
        fault = Text.of("it holds no key (p)")
    elif not value:
        fault = Text.of("it is revoked (p is empty)")
    elif "s" in tags and not {"*", "email"} & set(_listed(tags["s"])):
        fault = Text.of("it is not for e-mail (s={service})", service=tags["s"])
    elif kind == "rsa" and "h" in tags and "sha256" not in _listed(tags["h"]):
        fault = Text.of("it allows no signature with SHA-256 (h={hashes})", hashes=tags["h"])
    elif fault is None:
        bits, fault = _measure(kind, value)
    return DkimKey(
        selector=selector,
        usable=fault is None,
        kind=kind,
        bits=bits,
        testing=testing,
        fault=fault,
    )


def _listed(value: str) -> list[str]:
    return [word.strip().lower() for word in value.split(":")]


def _measure(kind: str, value: str) -> tuple[int | None, Text | None]:
    """Return the bits of an RSA key, or why it is none that receivers know."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None, Text.of("its key is not base64")
    if kind == "ed25519":
        return None, None if len(data) == 32 else Text.of("its key is no Ed25519 key")
    if kind != "rsa":
        return None, Text.of("receivers know no keys of the kind {kind}", kind=kind)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey):
        return None, Text.of("its key is no RSA key")
    return key.key_size, None
