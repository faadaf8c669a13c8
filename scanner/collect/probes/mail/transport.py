"""What a domain asks of servers that bring it mail: MTA-STS (RFC 8461) and TLS-RPT (RFC 8460)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scanner.collect.probes.dns import Resolver, is_domain
from scanner.collect.probes.fetch import Visit, Visitor
from scanner.collect.probes.mail.tags import claims, is_version, parse
from scanner.model import Fact, Reason, Text, Unknown

LONGEST = 31_557_600
"""Seconds; the most that `max_age` may say (RFC 8461 §3.2)."""
MAX_POLICY = 65_536
"""Bytes; a policy of more is not read (RFC 8461 §3.3 suggests to limit it)."""
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_KEY = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]*:[ \t]*(.*?)[ \t]*")


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """An MTA-STS policy, taken apart."""

    mode: str = "none"
    mx: tuple[str, ...] = ()
    max_age: int = 0
    faults: tuple[Text, ...] = ()

    def allows(self, host: str) -> bool:
        """Tell whether a mail server is one of the policy's (RFC 8461 §4.1)."""
        return any(
            host == pattern or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])
            for pattern in self.mx
        )


async def look_up_mta_sts(
    domain: str, mx: Fact[tuple[str, ...]], resolver: Resolver, visitor: Visitor
) -> dict[str, Any]:
    """Return the facts of MTA-STS of `domain`."""
    answer = await resolver.ask(f"_mta-sts.{domain}", "TXT")
    if answer.failed:
        return dict.fromkeys(
            ("mta_sts", "mta_sts_faults", "mta_sts_mode", "mta_sts_seconds"), answer.unknown
        )
    records = [text for text in answer.records if claims(text, "STSv1")]
    if not records:
        return {"mta_sts": False, "mta_sts_mode": "none"}
    faults = _record_faults(records)
    visit = await visitor.get(
        f"https://mta-sts.{domain}/.well-known/mta-sts.txt", anybody=False, most=MAX_POLICY
    )
    if isinstance(visit, Unknown):
        # What a sender finds wrong for sure is an answer; that nothing came need not be one.
        sure = visit.reason is Reason.UNTRUSTED or await _nameless(domain, resolver)
        gap: dict[str, Any] = {"mta_sts": True, "mta_sts_mode": visit, "mta_sts_seconds": visit}
        found = [*faults, *([visit.detail] if sure and visit.detail else [])]
        return {**gap, "mta_sts_faults": tuple(found) if found else visit}
    policy = _policy_of(visit)
    faults += policy.faults
    if isinstance(mx, tuple) and policy.mode != "none":
        faults += [
            Text.of("the policy does not name the mail server {host}", host=host)
            for host in mx
            if not policy.allows(host)
        ]
    return {
        "mta_sts": True,
        "mta_sts_faults": tuple(faults),
        "mta_sts_mode": policy.mode,
        "mta_sts_seconds": policy.max_age,
    }


async def _nameless(domain: str, resolver: Resolver) -> bool:
    answers = [await resolver.ask(f"mta-sts.{domain}", kind) for kind in ("A", "AAAA")]
    return all(answer.absent for answer in answers)


def _record_faults(records: list[str]) -> list[Text]:
    if len(records) > 1:
        return [Text.of("{count} records stand where one is allowed", count=len(records))]
    tags, faults = parse(records[0])
    if not is_version(records[0], "STSv1"):
        faults.append(Text.of("it does not begin with v=STSv1"))
    if not _ID.fullmatch(tags.get("id", "")):
        faults.append(Text.of("its id is missing, or not of up to 32 letters and digits"))
    return faults


def _policy_of(visit: Visit) -> Policy:
    if visit.status != 200:
        fault = Text.of("the policy is answered with status {status}", status=visit.status)
        return Policy(faults=(fault,))
    policy = parse_policy(visit.body)
    kind = (visit.first("content-type") or "").partition(";")[0].strip().lower()
    if kind != "text/plain":
        fault = Text.of("the policy is sent as {kind}, not text/plain", kind=kind or "nothing")
        policy = msgspec.structs.replace(policy, faults=(*policy.faults, fault))
    return policy


def parse_policy(body: bytes) -> Policy:
    """Take an MTA-STS policy apart (RFC 8461 §3.2), and name its faults."""
    fields: dict[str, str] = {}
    mx: list[str] = []
    faults: list[Text] = []
    for line in body.decode("utf-8", "replace").splitlines()[:1000]:
        if not line.strip():
            continue
        match = _KEY.fullmatch(line)
        if match is None:
            faults.append(Text.of("{line} is no line of a policy", line=line))
        elif match[1] == "mx":
            mx.append(match[2].lower().removesuffix("."))
        else:
            fields.setdefault(match[1], match[2])
    mode, age = fields.get("mode", ""), fields.get("max_age", "")
    if fields.get("version") != "STSv1":
        faults.append(Text.of("the policy lacks its version: STSv1"))
    if mode not in ("enforce", "testing", "none"):
        faults.append(Text.of("the mode is none of enforce, testing and none"))
    if not age.isascii() or not age.isdigit() or len(age) > 10 or int(age) > LONGEST:
        faults.append(Text.of("max_age is no number of seconds up to a year"))
        age = "0"
    if mode in ("enforce", "testing") and not mx:
        faults.append(Text.of("the policy names no mail server"))
    faults += [
        Text.of("{host} is no name of a mail server", host=host)
        for host in mx
        if not is_domain(host.removeprefix("*."))
    ]
    return Policy(
        mode=mode if mode in ("enforce", "testing") else "none",
        mx=tuple(mx),
        max_age=int(age),
        faults=tuple(faults[:20]),
    )


async def look_up_tls_rpt(domain: str, resolver: Resolver) -> dict[str, Any]:
    """Return the facts of TLS-RPT of `domain`."""
    answer = await resolver.ask(f"_smtp._tls.{domain}", "TXT")
    if answer.failed:
        return dict.fromkeys(("tls_rpt", "tls_rpt_faults"), answer.unknown)
    records = [text for text in answer.records if claims(text, "TLSRPTv1")]
    if not records:
        return {"tls_rpt": False}
    return {"tls_rpt": True, "tls_rpt_faults": parse_tls_rpt(records)}


def parse_tls_rpt(records: list[str]) -> tuple[Text, ...]:
    """Return what is wrong with the TLS-RPT records of a domain (RFC 8460 §3)."""
    if len(records) > 1:
        return (Text.of("{count} records stand where one is allowed", count=len(records)),)
    tags, faults = parse(records[0])
    if not is_version(records[0], "TLSRPTv1"):
        faults.append(Text.of("it does not begin with v=TLSRPTv1"))
    uris = [uri.strip() for uri in tags.get("rua", "").split(",") if uri.strip()]
    if not uris:
        faults.append(Text.of("it names no address for reports (rua)"))
    faults += [
        Text.of("{uri} is neither a mailto nor an https address", uri=uri)
        for uri in uris
        if not _takes_reports(uri)
    ]
    return tuple(faults[:20])


def _takes_reports(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        if parts.scheme.lower() == "mailto":
            mailbox, at, domain = parts.path.rpartition("@")
            return bool(mailbox and at) and is_domain(domain.lower())
        return parts.scheme.lower() == "https" and is_domain((parts.hostname or "").lower())
    except ValueError:
        return False
