"""A target's sign-in, tried with the account that its configuration names and allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scanner.collect.probes.login import (
    Flow,
    TestAccount,
    attempts_folder,
    load_flow,
    probe_login,
    ready_flows,
)
from scanner.collect.vaults.reference import VaultError, read_reference
from scanner.collect.vaults.secret import Secret
from scanner.config import Target
from scanner.model import AnySubject, Origin, Person, Reason, SignIn, Text, Unknown
from scanner.model.errors import MamoriError

_NOT_ALLOWED = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("A test account is named, but nobody has allowed to try it."),
    Text.of("Add `allow: true` to `sign_in` once whoever runs the platform agrees."),
)
_FACTS = (
    *("password_alone", "wrong_code", "used_code", "old_code"),
    *("outlives_sign_out", "fixed_session"),
)


def flow_of(target: Target, folder: Path) -> Flow | None:
    """Return how people sign in at `target`; None where that is not to be tried.

    Raises:
        MamoriError: no flow is named for a platform without a ready one, or it cannot be used.
    """
    given = target.sign_in
    if given is None:
        return None
    if given.flow is None and target.platform not in ready_flows():
        raise MamoriError(
            "{target}: mamori does not know how people sign in to {platform}; describe it in a "
            "file, and name that in `sign_in` as `flow`.",
            target=target.name,
            platform=target.platform,
        )
    return load_flow(given.flow or target.platform, folder)


def announce_sign_in(target: Target) -> Iterator[Text]:
    """Yield what would be tried at the sign-in of `target`."""
    given = target.sign_in
    if given is not None and given.allow:
        yield Text.of(
            "  sign in at {site} as {username}, with the right password, and with codes that must "
            "be refused: at most three refusals in a day",
            site=given.url or target.url,
            username=given.username,
        )


async def try_sign_in(
    target: Target,
    known: Iterable[AnySubject],
    *,
    folder: Path,
    environment: Mapping[str, str],
    ca_file: Path | None,
    progress: Callable[[Text], None],
) -> SignIn:
    """Return what the sign-in of `target` takes and refuses.

    `known` are the people of the platform, as far as they could be listed; what cannot be tried is
    a fact that is unknown. Raises:
        MamoriError: as `flow_of` does.
    """
    given, flow = target.sign_in, flow_of(target, folder)
    assert given is not None
    assert flow is not None
    site = given.url or target.url or ""
    if not given.allow:
        return _untried(site, _NOT_ALLOWED)
    secrets: dict[str, Secret] = {}
    for key, reference in given.references.items():
        try:
            held = await asyncio.to_thread(
                read_reference, reference, environment=environment, folder=folder
            )
        except VaultError as error:
            return _untried(site, error.unknown)
        secrets[key] = held.secret
    return await probe_login(
        site,
        flow=flow,
        account=TestAccount(
            username=given.username,
            password=secrets["password"],
            totp=secrets.get("totp"),
            administrator=_administrator(given.username, known),
        ),
        folder=attempts_folder(environment),
        ca_file=ca_file,
        progress=progress,
    )


def _untried(site: str, gap: Unknown) -> SignIn:
    gaps: dict[str, Any] = dict.fromkeys(_FACTS, gap)
    return SignIn(id=site, origin=Origin.PROBE, **gaps)


def _administrator(username: str, known: Iterable[AnySubject]) -> bool | None:
    """Tell whether the people with that name are administrators; None where nobody says."""
    name = username.casefold()
    said = [
        each.administrator
        for each in known
        if isinstance(each, Person)
        and name in {str(each.username).casefold(), str(each.email).casefold(), each.id.casefold()}
    ]
    if True in said:
        return True
    return False if said and all(each is False for each in said) else None
