"""Set-Cookie headers, read as a browser reads them (RFC 6265 §5.2); no value is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scanner.collect.probes.fetch import Visit
from scanner.model import Cookie

MOST_COOKIES = 100
"""Cookies of one answer that are looked at."""
_LONGEST_NAME = 100
_LONGEST = 10**12
"""Seconds beyond which a lifetime is cut: it says for ever."""
_SESSION = re.compile(r"sess|sid$|^sid|auth|login|token|jwt|remember", re.IGNORECASE)
_FOR_SCRIPTS = re.compile(r"csrf|xsrf", re.IGNORECASE)
_MAX_AGE = re.compile(r"-?[0-9]+")


def parse_cookie(value: str, now: datetime) -> Cookie | None:
    """Take a Set-Cookie header apart, as of `now`; None where it sets none."""
    pair, *attributes = value.split(";")
    name, equals, _ = pair.partition("=")
    name = name.strip()
    if not equals or not name:
        return None
    flags: dict[str, str] = {}
    for attribute in attributes:
        key, _, given = attribute.partition("=")
        flags[key.strip().lower()] = given.strip()
    same_site = flags.get("samesite", "").lower()
    for_scripts = _FOR_SCRIPTS.search(name) is not None
    seconds = _seconds(flags, now)
    return Cookie(
        name=name[:_LONGEST_NAME],
        secure="secure" in flags,
        http_only="httponly" in flags,
        same_site=same_site if same_site in ("strict", "lax", "none") else None,
        session=not for_scripts and _SESSION.search(name) is not None,
        for_scripts=for_scripts,
        max_age_days=None if seconds is None else seconds // 86_400,
    )


def _seconds(flags: dict[str, str], now: datetime) -> int | None:
    """Return how long it is kept, by Max-Age before Expires; None until the browser closes."""
    age = flags.get("max-age", "")
    if _MAX_AGE.fullmatch(age):
        # One that ends at once is deleted, as is one that ended before.
        return min(int(age[:13]), _LONGEST) or -1
    try:
        until = parsedate_to_datetime(flags.get("expires", "").replace("-", " "))
    except (ValueError, TypeError):
        return None
    return round((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def cookies(visits: Iterable[Visit], now: datetime) -> tuple[Cookie, ...]:
    """Return the cookies that the answers leave behind, each name once, as it was set last."""
    found: dict[str, Cookie] = {}
    for visit in visits:
        for value in visit.all("set-cookie")[:MOST_COOKIES]:
            cookie = parse_cookie(value, now)
            if cookie is None:
                continue
            found.pop(cookie.name, None)
            if cookie.max_age_days is None or cookie.max_age_days >= 0:
                found[cookie.name] = cookie
    return tuple(found.values())
