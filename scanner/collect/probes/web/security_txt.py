"""security.txt (RFC 9116): where people who find a weakness may report it."""

from __future__ import annotations

import re
from datetime import datetime

from scanner.collect.probes.fetch import Visit
from scanner.model import Text

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*?)[ \t]*")
_CONTACT = re.compile(r"(?:mailto:|https://|tel:)\S+", re.IGNORECASE)


def parse(text: str, now: datetime) -> tuple[Text, ...] | None:
    """Return the faults of a security.txt as of `now`; None where the text is none."""
    contacts: list[str] = []
    expiries: list[str] = []
    for line in text.splitlines()[:1000]:
        match = _FIELD.fullmatch(line)
        if match is None:
            continue
        if match[1].lower() == "contact":
            contacts.append(match[2])
        elif match[1].lower() == "expires":
            expiries.append(match[2])
    if not contacts and not expiries:
        return None
    faults = []
    if not contacts:
        faults.append(Text.of("it names no contact"))
    faults += [
        Text.of("{contact} is no mailto, https or tel address", contact=contact)
        for contact in contacts[:10]
        if not _CONTACT.fullmatch(contact)
    ]
    if len(expiries) != 1:
        faults.append(Text.of("it does not say once when it expires"))
    else:
        faults += _expiry_faults(expiries[0], now)
    return tuple(faults)


def _expiry_faults(value: str, now: datetime) -> list[Text]:
    try:
        expires = datetime.fromisoformat(value.upper())
        passed = expires <= now
    except (ValueError, TypeError):  # no date, or one without a time zone
        return [Text.of("{date} is no date with a time and a zone", date=value)]
    return [Text.of("it expired on {date}", date=expires)] if passed else []


def judge(visit: Visit, now: datetime) -> tuple[Text, ...] | None:
    """Return the faults of the security.txt that a request brought; None where it brought none."""
    if visit.status != 200:
        return None
    faults = parse(visit.body.decode("utf-8-sig", "replace"), now)
    kind = (visit.first("content-type") or "").partition(";")[0].strip().lower()
    if faults is not None and kind != "text/plain":
        return (*faults, Text.of("it is sent as {kind}, not text/plain", kind=kind or "nothing"))
    return faults
