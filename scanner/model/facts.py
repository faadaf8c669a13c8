"""Facts: values that may be unknown, and where each came from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeVar, Union, final

import msgspec

from scanner.model.text import Text


class Reason(StrEnum):
    """Why a fact is unknown."""

    NOT_COLLECTED = "not_collected"
    """Nothing asked for it in this scan."""
    NOT_CONFIGURED = "not_configured"
    """The configuration does not say where to look."""
    NOT_EXPOSED = "not_exposed"
    """The vendor keeps it, but offers no way to read it by program."""
    NOT_SUPPORTED = "not_supported"
    """The product has no such feature, so there is nothing to read."""
    NOT_PERMITTED = "not_permitted"
    """The scanner's credential lacks a permission."""
    UNAUTHENTICATED = "unauthenticated"
    """The scanner's credential was refused or could not be read."""
    DISABLED = "disabled"
    """The interface that would answer is switched off."""
    UNREACHABLE = "unreachable"
    """Name resolution, connection or handshake failed."""
    UNTRUSTED = "untrusted"
    """The server's certificate did not prove its identity, so no credential was sent."""
    TIMED_OUT = "timed_out"
    """No complete answer came in the time allowed."""
    RATE_LIMITED = "rate_limited"
    """The vendor asked for fewer requests than the section needs."""
    SERVER_ERROR = "server_error"
    """The server said that it failed."""
    NOT_FOUND = "not_found"
    """The address exists, the thing asked for does not."""
    MALFORMED = "malformed"
    """The answer was not of the documented form."""
    TOO_LARGE = "too_large"
    """The answer was larger than mamori will read."""
    REDIRECTED = "redirected"
    """The answer pointed to another host, where the credential must not go."""
    REFUSED = "refused"
    """mamori itself refused to ask, to keep a promise of its own."""
    NEEDS_REVIEW = "needs_review"
    """The evidence is there, and a person has to judge it."""
    EXPIRED = "expired"
    """A person's statement was valid until a date that has passed."""
    INTERRUPTED = "interrupted"
    """The scan was stopped before it came here."""
    BUG = "bug"
    """mamori failed; this is never the deployment's fault."""


class Origin(StrEnum):
    """Where a fact comes from, from the most to the least direct."""

    PROBE = "probe"
    API = "api"
    EVENT = "event"
    VAULT = "vault"
    IMPORT = "import"
    ATTESTED = "attested"

    @property
    def directness(self) -> int:
        """Rank among the origins; the larger is the more direct."""
        return -_ORDER[self]


_ORDER = {origin: place for place, origin in enumerate(Origin)}


class Witness(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Who or what stands behind one fact, where that differs from the rest of its subject."""

    origin: Origin
    by: str = ""
    """The person who attested it."""
    until: datetime | None = None
    """When the statement lapses; the fact is unknown from then on."""
    since: datetime | None = None
    """When it came to be so, where a log of changes tells that."""
    evidence: str = ""
    """SHA-256 of the screenshot or export that was shown, in hexadecimal."""


@final
class Unknown(
    msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="Unknown", tag_field="type"
):
    """The absence of a fact: why it is absent, and what would supply it."""

    reason: Reason
    detail: Text | None = None
    remedy: Text | None = None


T = TypeVar("T")

Fact = Union[T, Unknown]  # noqa: UP007 - an alias with a type variable needs the long spelling

NOT_COLLECTED = Unknown(Reason.NOT_COLLECTED)


class NoEvidence(Exception):
    """Raised by `known` for a fact that is unknown; the engine makes it an inconclusive finding."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown)
        self.unknown = unknown


def known(fact: Fact[T]) -> T:
    """Return the value of `fact`.

    Raises:
        NoEvidence: the fact is unknown.
    """
    if type(fact) is Unknown:
        raise NoEvidence(fact)
    return fact
