"""Answers → facts: what was offered, what provably was not, and why the rest is unknown.

A suite or version is offered if one answer chose it. It is not offered if an answer refused all of
its kind. Everything else is unknown, with the reason of the answer that would have told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import Any

from scanner.collect.probes.tls.connection import Answer, Outcome, printable
from scanner.collect.probes.tls.hello import Certificates
from scanner.collect.probes.tls.interview import OLD_VERSIONS, Interview, suites_before_13
from scanner.collect.probes.tls.suites import (
    GROUPS,
    POST_QUANTUM,
    TLS13_NULL_SUITES,
    TRAITS,
    Trait,
    Version,
    suites_with,
)
from scanner.model import Fact, Reason, Text, Unknown

_VERSIONS = {
    "tls13": Version.TLS13,
    "tls12": Version.TLS12,
    "tls11": Version.TLS11,
    "tls10": Version.TLS10,
    "ssl3": Version.SSL3,
}
_TRAITS = {
    "rc4": Trait.RC4,
    "triple_des": Trait.TRIPLE_DES,
    "null_cipher": Trait.NULL,
    "anonymous": Trait.ANONYMOUS,
    "export_cipher": Trait.EXPORT,
    "static_rsa": Trait.STATIC,
    "cbc": Trait.CBC,
}
_FACTS = (
    *_VERSIONS,
    *_TRAITS,
    "aead",
    "forward_secrecy",
    "dh_bits",
    "post_quantum",
    "client_certificate",
)


class Proof:
    """What the answers of one interview prove of `endpoint`."""

    def __init__(self, interview: Interview, endpoint: str) -> None:
        self._answers = interview.answers
        self._line = interview.line
        self._in_clear = interview.in_clear
        self._endpoint = endpoint
        self._versions = {version: self._offers_version(version) for version in Version}

    @property
    def evidence(self) -> dict[str, str]:
        """What was seen on the wire, by question."""
        seen = {question: answer.seen for question, answer in self._answers.items()}
        if self._in_clear:
            seen["in clear"] = printable(self._in_clear.strip())
        seen["connections"] = str(self._line.connections)
        if self._line.address:
            seen["address"] = self._line.address
        leaves = {each.chain[0] for each in self._chains()}
        if self.presented is not None and len(leaves) > 1:
            others = leaves - {self.presented.chain[0]}
            seen["other certificates, SHA-256"] = ", ".join(
                sorted(hashlib.sha256(der).hexdigest() for der in others)
            )
        return seen

    @property
    def presented(self) -> Certificates | None:
        """The chain that a client of today is shown, or else the first that was sent at all.

        A staple to the same certificate counts from any answer: servers fetch it when first asked.
        """
        chains = list(self._chains())
        if not chains:
            return None
        first = chains[0]
        staples = [each.staple for each in chains if each.chain[0] == first.chain[0]]
        return Certificates(first.chain, next((each for each in staples if each), None))

    def _chains(self) -> Iterator[Certificates]:
        for answer in self._answers.values():
            if answer.certificates is not None and answer.certificates.chain:
                yield answer.certificates

    def facts(self) -> dict[str, Fact[Any]]:
        """Return the facts of an endpoint, but for those of its certificate where there is one."""
        from scanner.collect.probes.tls.certificate import CERTIFICATE_FACTS

        spoken = self._speaks_tls()
        facts: dict[str, Fact[Any]] = {"reachable": self._reachable(), "tls": spoken}
        if spoken is not True:
            rest = _NO_TLS if spoken is False else spoken
            return facts | dict.fromkeys((*_FACTS, *CERTIFICATE_FACTS), rest)
        facts |= {fact: self._known(self._versions[each]) for fact, each in _VERSIONS.items()}
        facts |= {fact: self._known(self._offers(trait)) for fact, trait in _TRAITS.items()}
        return (
            facts
            | {
                "aead": self._known(self._offers_aead()),
                "forward_secrecy": self._known(self._offers_forward_secrecy()),
                "dh_bits": self._dh_bits(),
                "post_quantum": self._post_quantum(),
                "client_certificate": self._client_certificate(),
            }
            | dict.fromkeys(CERTIFICATE_FACTS, self._no_certificate())
        )

    def _reachable(self) -> Fact[bool]:
        if self._line.address:
            return True
        if any(answer.outcome is Outcome.ABSENT for answer in self._answers.values()):
            return False
        return self._gap()

    def _speaks_tls(self) -> Fact[bool]:
        outcomes = {answer.outcome for answer in self._answers.values()}
        if Outcome.ACCEPTED in outcomes:
            return True
        if outcomes & {Outcome.NOT_TLS, Outcome.NO_STARTTLS} or self._speaks_http():
            return False
        return self._gap()

    def _speaks_http(self) -> bool:
        """A 400 is no proof: servers with TLS answer so to a client that forgot it."""
        return self._in_clear.startswith(b"HTTP/") and self._in_clear[8:12] != b" 400"

    def _offers_version(self, version: Version) -> bool | None:
        if any(answer.version is version for answer in self._answers.values()):
            return True
        return False if self._proves_absent(version) else None

    def _proves_absent(self, version: Version) -> bool:
        """Tell whether a server with `version` would have answered otherwise."""
        if version is Version.TLS13:
            modern = self._answers.get("modern")
            hybrid = self._answers.get("post-quantum")
            if modern is not None and modern.outcome is Outcome.ACCEPTED:
                return True
            return all(each is not None and _refused(each) for each in (modern, hybrid))
        denied: set[int] = set()
        for answer in self._answers.values():
            # A newer version that a server has would refuse its suites, and say nothing of this.
            if answer.asked.highest is not self._asked_for(version):
                continue
            if answer.version is not None and answer.version < version:
                return True
            if _refused(answer):
                denied.update(answer.asked.suites)
        return denied.issuperset(suites_before_13(version))

    def _asked_for(self, version: Version) -> Version:
        """Return the newest version of the hellos that tell of `version`.

        It is that itself, but that nobody with TLS 1.3 is asked for SSL 3.0 who has no TLS 1.0.
        """
        asked = {answer.asked.highest for answer in self._answers.values()}
        return Version.TLS10 if version is Version.SSL3 not in asked else version

    def _offers(self, *traits: Trait) -> bool | None:
        """Tell whether a suite with any of `traits` is offered in TLS 1.2 or older."""
        if any(not TRAITS[suite].isdisjoint(traits) for suite in self._accepted()):
            return True
        if Trait.NULL in traits and self._versions[Version.TLS13] is not False:
            unencrypted = self._answers.get("unencrypted")
            if unencrypted is None or not _refused(unencrypted):
                return None
        return False if all(self._denies(each, traits) for each in self._ceilings()) else None

    def _ceilings(self) -> Iterator[Version]:
        """Yield the versions whose suites have to be asked about by themselves.

        Those are TLS 1.2, and of the older ones the newest: software has one list for them all.
        """
        if self._versions[Version.TLS12] is not False:
            yield Version.TLS12
        for version in OLD_VERSIONS:
            if self._versions[version] is not False:
                yield version
                return

    def _denies(self, ceiling: Version, traits: Collection[Trait]) -> bool:
        denied = frozenset().union(
            *(
                answer.asked.suites
                for answer in self._answers.values()
                if _refused(answer) and answer.asked.highest is ceiling
            )
        )
        return suites_with(*traits, among=suites_before_13(ceiling)) <= denied

    def _accepted(self) -> Iterator[int]:
        for answer in self._answers.values():
            if answer.suite is not None:
                yield answer.suite

    def _offers_aead(self) -> bool | None:
        """An old version that chose an AEAD suite would be no answer, so every one counts."""
        if self._versions[Version.TLS13] and self._encrypts():
            return True
        offered = self._offers(Trait.AEAD)
        return offered if offered or self._versions[Version.TLS13] is False else None

    def _encrypts(self) -> bool:
        return any(
            answer.version is Version.TLS13 and answer.suite not in TLS13_NULL_SUITES
            for answer in self._answers.values()
        )

    def _offers_forward_secrecy(self) -> bool | None:
        if self._versions[Version.TLS13]:
            return True
        offered = self._offers(Trait.FORWARD_SECRECY)
        return offered if offered or self._versions[Version.TLS13] is False else None

    def _dh_bits(self) -> Fact[int | None]:
        sizes = [each.dh_bits for each in self._answers.values() if each.dh_bits is not None]
        if sizes:
            return min(sizes)
        return None if self._offers(Trait.DHE) is False else self._gap()

    def _post_quantum(self) -> Fact[str | None]:
        if self._versions[Version.TLS13] is False:
            return None
        answer = self._answers.get("post-quantum")
        if answer is None:
            return self._gap()
        if answer.hello is not None and answer.hello.group in POST_QUANTUM:
            return GROUPS[answer.hello.group]
        return None if _refused(answer) else self._gap("post-quantum")

    def _client_certificate(self) -> Fact[bool]:
        said = [each.certificate_requested for each in self._answers.values()]
        if any(said):
            return True
        return False if False in said else self._no_certificate()

    def _no_certificate(self) -> Unknown:
        for answer in self._answers.values():
            if answer.outcome is Outcome.ACCEPTED and answer.ended in _REASONS:
                return _explain(answer.ended, answer.seen, self._endpoint)
        return Unknown(
            Reason.NOT_FOUND,
            Text.of("{endpoint} showed its certificate in no handshake.", endpoint=self._endpoint),
            Text.of("Offer a suite that is not anonymous, and the group x25519 or secp256r1."),
        )

    def _known(self, proved: bool | None) -> Fact[bool]:
        return self._gap() if proved is None else proved

    def _gap(self, question: str | None = None) -> Unknown:
        """Say why a question has no answer: that one, or the first of all that has none."""
        answers = [self._answers[question]] if question else list(self._answers.values())
        unclear = [each for each in answers if each.outcome in _REASONS and not _refused(each)]
        if not unclear and not any(self._accepted()):
            unclear = [each for each in answers if _refused(each)]
        if not unclear:
            return _explain(Outcome.SILENT, "", self._endpoint)
        return _explain(unclear[0].outcome, unclear[0].seen, self._endpoint)


def _refused(answer: Answer) -> bool:
    return answer.outcome is Outcome.REFUSED


_NO_TLS = Unknown(
    Reason.NOT_SUPPORTED,
    Text.of("The endpoint speaks no TLS."),
    Text.of("Set TLS up on it first."),
)

_AGAIN = Text.of("Scan again when it is less busy, and let firewalls know the scanner's address.")

_REASONS: dict[Outcome, tuple[Reason, str, Text]] = {
    Outcome.SILENT: (
        Reason.TIMED_OUT,
        "{endpoint} gave no complete answer in the time allowed.",
        _AGAIN,
    ),
    Outcome.CLOSED: (
        Reason.UNREACHABLE,
        "{endpoint} ended the connection without a clear answer ({seen}).",
        _AGAIN,
    ),
    Outcome.ALERTED: (
        Reason.SERVER_ERROR,
        "{endpoint} answered with an alert that does not tell what it refuses ({seen}).",
        _AGAIN,
    ),
    Outcome.REFUSED: (
        Reason.UNREACHABLE,
        "{endpoint} refused every kind of TLS that it was offered ({seen}).",
        Text.of("See whether it needs another server name, and pass that name."),
    ),
    Outcome.UNREACHABLE: (
        Reason.UNREACHABLE,
        "No connection to {endpoint} could be made ({seen}).",
        Text.of("See whether the name resolves and the port is open from where mamori runs."),
    ),
    Outcome.ABSENT: (
        Reason.UNREACHABLE,
        "Nothing answers at {endpoint} ({seen}).",
        Text.of("Correct the endpoint in the configuration, or start the service."),
    ),
    Outcome.MALFORMED: (
        Reason.MALFORMED,
        "{endpoint} answered with something that TLS does not allow ({seen}).",
        Text.of("See which device answers on this port; it may be broken, or not meant for TLS."),
    ),
    Outcome.UNASKED: (
        Reason.REFUSED,
        "{endpoint} was not asked, to keep to the most connections that mamori allows itself.",
        Text.of("Scan again; if this stays, the endpoint drops connections."),
    ),
}


def _explain(outcome: Outcome, seen: str, endpoint: str) -> Unknown:
    reason, template, remedy = _REASONS[outcome]
    return Unknown(reason, Text(template, {"endpoint": endpoint, "seen": seen}), remedy)
