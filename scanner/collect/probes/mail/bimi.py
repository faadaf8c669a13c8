"""BIMI: the logo that mailbox providers show beside mail of a domain that enforces DMARC.

Source: draft-brand-indicators-for-message-identification. The logo itself is not fetched: it may
lie with anybody.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.mail.tags import claims, is_version, parse
from scanner.model import Text


async def look_up(domain: str, resolver: Resolver) -> dict[str, Any]:
    """Return the facts of BIMI of `domain`, of its default selector."""
    answer = await resolver.ask(f"default._bimi.{domain}", "TXT")
    if answer.failed:
        return dict.fromkeys(("bimi", "bimi_faults"), answer.unknown)
    records = [text for text in answer.records if claims(text, "BIMI1")]
    if not records:
        return {"bimi": False}
    return {"bimi": True, "bimi_faults": parse_record(records)}


def parse_record(records: list[str]) -> tuple[Text, ...]:
    """Return what is wrong with the BIMI records of a domain."""
    if len(records) > 1:
        return (Text.of("{count} records stand where one is allowed", count=len(records)),)
    tags, faults = parse(records[0])
    if not is_version(records[0], "BIMI1"):
        faults.append(Text.of("it does not begin with v=BIMI1"))
    logo, evidence = tags.get("l"), tags.get("a", "")
    if logo is None:
        faults.append(Text.of("it names no logo (l)"))
    elif logo and not _is_https(logo, ".svg", ".svgz"):
        faults.append(Text.of("{uri} is no https address of an SVG image", uri=logo))
    if evidence and not _is_https(evidence):
        faults.append(Text.of("{uri} is no https address of a certificate", uri=evidence))
    return tuple(faults[:20])


def _is_https(uri: str, *endings: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    path = parts.path.lower()
    return (
        parts.scheme.lower() == "https"
        and bool(parts.hostname)
        and (not endings or path.endswith(endings))
    )
