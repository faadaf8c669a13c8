"""The parsers of headers and pages: whatever a server sends, they end, and say something."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.probes.cookies import parse_cookie
from scanner.collect.probes.fetch import Visit
from scanner.collect.probes.web import headers, security_txt
from scanner.collect.probes.web.page import read_page

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PIECES = (
    *("max-age", "=", ";", ",", '"', "includeSubDomains", "preload", "31536000", " ", "\\"),
    *("default-src", "script-src", "'self'", "'nonce-a'", "*", "Secure", "SameSite=", "Lax"),
    *("<base href=", "<form action=", "<img srcset=", ">", "http://", "[", "Contact:", "Expires:"),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=20)).map("".join)


def visit(name: str, value: str) -> Visit:
    return Visit(url="https://a.test/", status=200, headers=((name, value),), body=b"")


@given(TEXTS)
def test_any_hsts_header_is_seconds_or_a_fault(text: str) -> None:
    parsed = headers.parse_hsts(text)
    assert (parsed.seconds is None) == bool(parsed.faults)


@given(st.integers(0, 10**30), st.booleans(), st.booleans())
def test_every_sound_hsts_header_is_read(age: int, quoted: bool, more: bool) -> None:
    value = f'max-age="{age}"' if quoted else f"max-age={age}"
    parsed = headers.parse_hsts(f"{value}; includeSubDomains" if more else value)
    assert parsed.seconds == min(age, headers.LONGEST)
    assert parsed.subdomains is more


@given(TEXTS)
def test_any_policy_is_read(text: str) -> None:
    found = headers.weaknesses(headers.parse_csp(text))
    assert all(str(each) for each in found)
    assert headers.framing(visit("content-security-policy", text)) in (
        *(None, "none", "self", "listed", "anyone"),
    )
    headers.framing(visit("x-frame-options", text))
    headers.referrer_policy(visit("referrer-policy", text))
    headers.versions(visit("server", text))


@given(TEXTS)
def test_any_cookie_is_read_without_its_value(text: str) -> None:
    cookie = parse_cookie(f"id={text}", NOW)
    assert cookie is not None
    assert cookie.name == "id"
    parse_cookie(text, NOW)


@given(st.binary(max_size=300) | TEXTS.map(str.encode))
def test_any_page_is_read(body: bytes) -> None:
    page = read_page(body, "https://a.test/")
    assert all(each.startswith(("http:", "https:")) for each in (*page.loads, *page.forms))


@given(TEXTS)
def test_any_security_txt_is_read(text: str) -> None:
    faults = security_txt.parse(text.replace(";", "\n"), NOW)
    assert faults is None or all(str(fault) for fault in faults)


@pytest.mark.parametrize("odd", ["<![<b>", "<![if !mso]>", "<![CDATA[>", "<![x y z]>", "<!["])
def test_odd_declarations_are_comments_as_to_browsers(odd: str) -> None:
    page = read_page(f"{odd}<script src=a.js></script>".encode(), "https://a.test/")
    assert page.loads == page.scripts == (() if odd == "<![" else ("https://a.test/a.js",))
