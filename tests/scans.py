"""Small deployments, for tests that need no more than somebody with or without a second factor."""

from __future__ import annotations

from datetime import UTC, datetime

from scanner.model import Account, AnySubject, Deployment, Mfa, Person, Reason, Unknown

NOW = datetime(2026, 11, 2, 2, 30, tzinfo=UTC)


def person(id: str, mfa: Mfa | Unknown = Mfa.TOTP) -> Person:
    return Person(
        id=id, name=f"Person {id}", can_sign_in=True, machine=False, administrator=False, mfa=mfa
    )


def deployment(
    *people: AnySubject, target: str = "shop", blind: bool = False, at: datetime = NOW
) -> Deployment:
    return Deployment(
        target=target,
        platform="mautic",
        collected_at=at,
        subjects=(Account(id=target, name=target), *people),
        populations={"Person": Unknown(Reason.NOT_PERMITTED)} if blind else {},
    )
