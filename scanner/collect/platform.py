"""What a connector declares about its product, as data."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from scanner.collect.answers import Record
from scanner.collect.gathering import Gathering
from scanner.collect.http import Call, Client, Explain, Unanswered
from scanner.collect.quota import Rate
from scanner.collect.signing import Signing
from scanner.collect.vaults.secret import Secret
from scanner.config import Settings, Target, is_loopback
from scanner.model import Reason, Subject, Text, Unknown


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a connector needs to read one target."""

    target: Target
    settings: Settings
    secrets: Mapping[str, Secret]
    """The revealed parts of the target's credential by key: `password`, `token`, …"""
    no_secret: Unknown | None = None
    """Why a configured secret could not be had, where that is so."""
    client: Client | None
    """None where the target has no address."""
    gathering: Gathering
    now: datetime


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """One address that a product answers at."""

    url: str = ""
    """With `{account}` and `{region}` where customers differ; empty where each has its own."""
    name: str = ""
    """As `Call.host` names it; the first host has none."""
    regions: dict[str, str] = {}
    """The addresses of regions, where they do not all follow `url`."""
    region: str = ""
    """The region where none is configured."""


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """Where a vendor writes what is wrong, and what its codes mean."""

    code: str | tuple[str, ...]
    """Where in an answer the code stands, as `errors.0.code`; the first place that has one."""
    reasons: Mapping[str, Reason | Unknown]
    """By the code, or by status and code, as `403 access_denied`, or by the status alone."""
    inside: bool = False
    """Errors also come with status 200."""
    spent: frozenset[str] = frozenset()
    """Codes that say that the quota of a day is used up."""

    def explain(self, status: int, body: bytes) -> Unknown | None:
        """Return what a refusal means; None for one that means what its status says.

        Raises:
            Unanswered: it will be the same all day, so nobody need ask again.
        """
        if status == 200 and not (self.inside and self._may_refuse(body)):
            return None
        code = self._code_in(body)
        if code in self.spent:
            raise Unanswered(Unknown(Reason.RATE_LIMITED, _SPENT(code), _TOMORROW))
        keys = (f"{status} {code}", code, str(status))
        reason = next((self.reasons[key] for key in keys if key in self.reasons), None)
        if isinstance(reason, Unknown):
            return reason
        if reason is not None:
            return Unknown(reason, _CODE(code or str(status)), _REMEDIES.get(reason))
        return Unknown(Reason.MALFORMED, _CODE(code)) if status == 200 and code else None

    def _places(self) -> tuple[str, ...]:
        return (self.code,) if isinstance(self.code, str) else self.code

    def _code_in(self, body: bytes) -> str:
        """Return the code that `body` holds, or an empty text."""
        try:
            answer = Record(msgspec.json.decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return ""
        codes = (answer.at(place) for place in self._places())
        found = next((each for each in codes if type(each) is int or isinstance(each, str)), "")
        return str(found)[:60]

    def _may_refuse(self, body: bytes) -> bool:
        """Tell, without decoding, whether an answer of status 200 may hold a code."""
        steps = (step for place in self._places() for step in place.split("."))
        first = next((step for step in steps if not step.isdecimal()), "")
        return f'"{first}"'.encode() in body[:2048]


def _SPENT(code: str) -> Text:  # noqa: N802 - a sentence with one place
    return Text.of("The platform's quota for today is used up (error {code}).", code=code)


_TOMORROW = Text.of("Scan again tomorrow, and see what else uses the interface.")


def _CODE(code: str) -> Text:  # noqa: N802 - a sentence with one place
    return Text.of("The platform refused with its error {code}.", code=code)


_REMEDIES = {
    Reason.UNAUTHENTICATED: Text.of("Check what `credential` points to."),
    Reason.RATE_LIMITED: Text.of("Scan at a quieter hour."),
}


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """One product that mamori can read."""

    name: str
    """As in the configuration."""
    title: str
    """As the vendor writes it."""
    words: tuple[str, ...]
    """Names that people build passwords from."""
    calls: tuple[Call, ...]
    """Every request the connector may make."""
    lists: tuple[type[Subject], ...]
    """The subject types that it lists; until it has, they count as unknown."""
    hidden: Mapping[str, Unknown]
    """Facts the product does not tell, as `Person.mfa`, and what would supply each."""
    unlisted: Mapping[str, Unknown] = {}
    """The subject types of which the product lists none, and the screen where they stand."""
    recipe: Text
    """How to make an account for mamori that can do no more than it needs."""
    read: Callable[[Reading], Awaitable[None]]
    """Reads a target into its gathering. It records gaps there and raises nothing on purpose."""
    explain: Explain = lambda status, body: None
    """Its own reading of a refusal."""
    hosts: tuple[Host, ...] = (Host(),)
    signing: tuple[Signing, ...] = ()
    """The ways to sign in, the best one first."""
    headers: dict[str, str] = {}
    """Sent with every request; `{account}` stands for the target's."""
    rates: tuple[Rate, ...] = ()
    """The vendor's limits."""
    account_in_token: str = ""
    """A regular expression whose group finds the account in the token, as Mailchimp's `us19`."""
    rights_at: str = ""
    """The screen where a right is given to mamori's credential."""
    events: frozenset[str] = frozenset()
    """The facts that come from a log of changes rather than from a state."""
    columns: Mapping[str, str] = {}
    """The headers of the vendor's own list of people, by the keys of `people.columns`."""
    verified: str = ""
    """When, and in which source, the requests were last looked up."""
    unverified: tuple[str, ...] = ()
    """What no source confirmed, and is read tolerantly."""

    def sent(self, account: str) -> dict[str, str]:
        """Return the headers of every request; one that needs an account goes with it only."""
        return {
            name: value.replace("{account}", account)
            for name, value in self.headers.items()
            if account or "{account}" not in value
        }

    @property
    def permissions(self) -> tuple[str, ...]:
        """The rights that its calls need, each once."""
        return tuple(dict.fromkeys(call.permission for call in self.calls if call.permission))

    def locate(self, target: Target, token: str = "") -> dict[str, str] | Unknown | None:
        """Return the addresses of `target` by host name.

        None means that the target has none. A loopback address in the configuration stands for all
        hosts; any other one stands for the first.
        """
        url = target.url
        if url is not None and is_loopback(url):
            return dict.fromkeys((host.name for host in self.hosts), url)
        account = target.account or self._account_of(url or "", token)
        found: dict[str, str] = {}
        for host in self.hosts:
            if url is not None and not host.name:
                found[host.name] = url
                continue
            place = _fill(host, account, target.region or host.region)
            if place is None:
                return self._incomplete(host, target.region) if host.url else None
            found[host.name] = place
        return found

    def places(self, target: Target) -> dict[str, str]:
        """Return the addresses by host name for people to read, with what is not yet known."""
        found = self.locate(target)
        if isinstance(found, dict):
            return found
        return {host.name: host.url or "…" for host in self.hosts}

    def account(self, target: Target, token: str = "") -> str:
        """Return the account within the platform, or an empty text."""
        return target.account or self._account_of(target.url or "", token)

    def _account_of(self, url: str, token: str) -> str:
        for host in self.hosts:
            pattern = re.escape(host.url).replace(r"\{account\}", r"([\w-]+)")
            found = re.fullmatch(f"{pattern}/?", url) if "{account}" in host.url else None
            if found:
                return found[1]
        found = re.search(self.account_in_token, token) if self.account_in_token else None
        return found[1] if found else ""

    def _incomplete(self, host: Host, region: str | None) -> Unknown:
        if region and host.regions and "{region}" not in host.url:
            return Unknown(
                Reason.NOT_CONFIGURED,
                Text.of("There is no region {region} here.", region=region),
                Text.of(
                    "Name one of {regions} in `region`, or leave it out.",
                    regions=sorted(host.regions),
                ),
            )
        return Unknown(
            Reason.NOT_CONFIGURED,
            Text.of("The address {url} is not complete.", url=host.url),
            Text.of("Give the `account` or `region` of the target, or its whole address in `url`."),
        )


_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}")
_USUAL: dict[str, str] = dict.fromkeys(("", "us", "production"), "")
"""Names of the region that a vendor's own address stands for."""


def _fill(host: Host, account: str, region: str) -> str | None:
    """Return the address of `host`, or None where something of it is not known."""
    region = region.lower()
    if host.regions and "{region}" not in host.url and region not in host.regions | _USUAL:
        # A credential must not go where nobody meant it to.
        return None
    url = host.regions.get(region) or host.url
    for place, value in (("{account}", account), ("{region}", region)):
        if place in url:
            if not _SAFE.fullmatch(value):
                return None
            url = url.replace(place, value)
    return url or None


def announced(platform: Platform, target: Target) -> list[tuple[Call, str]]:
    """Return every call to `target` with its whole address, for a dry run."""
    places: dict[str, Any] = platform.places(target)
    return [(call, places[call.host].rstrip("/") + call.path) for call in platform.calls]


def _question(detail: Text, remedy: Text) -> Unknown:
    return Unknown(Reason.NOT_EXPOSED, detail, remedy)


ONLY_PEOPLE_TELL: Mapping[str, Unknown] = {
    "Account.staff_trained": _question(
        Text.of("Was everybody with an account instructed on data and mail law within a year?"),
        Text.of("Attest `staff_trained` of the Account, with the record of the training."),
    ),
    "Account.processor_agreement": _question(
        Text.of("Is there a contract with the vendor on security, sub-processors and leaks?"),
        Text.of("Attest `processor_agreement` of the Account, with the contract."),
    ),
    "Account.leak_runbook": _question(
        Text.of("Is it written down who reports a leak to whom and by when, and rehearsed?"),
        Text.of("Attest `leak_runbook` of the Account, with the runbook."),
    ),
    "Account.vendor_certified": _question(
        Text.of("Was a current certificate of the vendor seen (ISO/IEC 27001, SOC 2, ISMAP)?"),
        Text.of("Attest `vendor_certified` of the Account, with the certificate."),
    ),
    "Audience.consent_proof": _question(
        Text.of("Is it kept for everybody when, how and on which wording they agreed?"),
        Text.of("Attest `consent_proof` of the Audience, with an example of the record."),
    ),
    "Audience.double_opt_in": _question(
        Text.of("Is every address confirmed from that address before mail goes to it?"),
        Text.of("Attest `double_opt_in` of the Audience, with the mail that asks for it."),
    ),
}
"""What stands in no platform, and the question that people answer in its place."""
