"""What asks a page's visitors for consent: a consent manager, or a banner of the page's own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from scanner.collect.probes.published.markup import Markup
from scanner.model import Consent

OWN = ""
"""The name of what a page has made itself."""


class _Manager(NamedTuple):
    """A consent manager, by what its guide puts into the page."""

    name: str
    seen: str
    by_itself: str = ""
    """The mark by which it holds back tags that come after it, though nobody marked them."""
    elsewhere: bool = False
    """Whether it does so is set where the page does not show it."""
    known_alone: bool = False
    """It holds back by itself what it knows; the page does not show what that is."""


_MANAGERS = tuple(
    (each, re.compile(each.seen, re.IGNORECASE), re.compile(each.by_itself, re.IGNORECASE))
    for each in (
        _Manager("OneTrust", r"cdn\.cookielaw\.org|optanon|otSDKStub", r"autoblock"),
        _Manager(
            "Cookiebot",
            r"consent\.cookiebot\.(?:com|eu)",
            r"data-blockingmode=[\"']?auto",
        ),
        _Manager("Didomi", r"sdk\.privacy-center\.org"),
        _Manager(
            "Usercentrics",
            r"usercentrics\.eu|privacy-proxy|app\.usercentrics",
            r"uc-block|smart-data-protector|autoblocker",
        ),
        _Manager("iubenda", r"(?:cdn|cs)\.iubenda\.com", r"autoblocking"),
        # Their guides: what a scan of the site found is held back, in the mode that was chosen;
        # everything else has to be marked. Up to its plug-in's version 2 the server marks them all.
        _Manager(
            "CookieYes",
            r"cdn-cookieyes\.com|plugins/cookie-law-info",
            r"cdn-cookieyes\.com|plugins/cookie-law-info/lite",
            known_alone=True,
        ),
        _Manager("Osano", r"cmp\.osano\.com", r"cmp\.osano\.com", known_alone=True),
        _Manager("Klaro", r"klaro[\w.-]{0,20}\.js|klaroConfig"),
        _Manager("TrustArc", r"consent\.trustarc\.com", elsewhere=True),
        _Manager("webtru", r"webtru", elsewhere=True),
        _Manager("Termly", r"app\.termly\.io", r"resource-blocker|autoBlock=on"),
        _Manager(
            "consentmanager",
            r"cdn\.consentmanager\.net|delivery\.consentmanager",
            r"data-cmp-ab|autoblocking",
        ),
        _Manager("Axeptio", r"static\.axept\.io", elsewhere=True),
        _Manager("CookieScript", r"cdn\.cookie-script\.com", elsewhere=True),
        _Manager("CookieFirst", r"consent\.cookiefirst\.com", elsewhere=True),
        _Manager("CookieHub", r"cookiehub\.(?:eu|net)/c2", elsewhere=True),
        _Manager("Cookie Information", r"app\.cookieinformation\.com", elsewhere=True),
        _Manager("Cookie Control", r"cc\.cdn\.civiccomputing\.com"),
        _Manager("Sourcepoint", r"cdn\.privacy-mgmt\.com", elsewhere=True),
        _Manager("InMobi Choice", r"cmp\.(?:inmobi|quantcast)\.com", elsewhere=True),
        _Manager("tarteaucitron", r"tarteaucitron(?:\.min)?\.js"),
        _Manager("STRIGHT", r"stright\.bizris\.com|stright", elsewhere=True),
        _Manager("Trust360", r"trust360\.[\w.]*/", elsewhere=True),
        _Manager("Borlabs Cookie", r"borlabs-cookie|BorlabsCookie"),
        _Manager("Complianz", r"plugins/complianz|cmplz_"),
        _Manager("Real Cookie Banner", r"plugins/real-cookie-banner"),
        _Manager("Cookie Notice", r"plugins/cookie-notice"),
        _Manager("GDPR Cookie Compliance", r"plugins/gdpr-cookie-compliance"),
        _Manager(
            "Cookie Consent",
            r"/cookieconsent[\w.@/-]{0,80}\.js|cookieconsent\.(?:initialise|run)\(",
        ),
        # A script of the site's own that is called so shows a banner; what it holds back, it hides.
        _Manager(
            OWN,
            r"src=[\"'][^\"']{0,300}(?:cookie|consent)[-_]?"
            r"(?:banner|consent|notice|manager|bar|popup)[\w.-]{0,40}\.js",
            elsewhere=True,
        ),
    )
)


def find_manager(scripts: Iterable[tuple[int, str]], first_loose: float) -> Consent | None:
    """Return the consent manager among `scripts`, each with its place in the page.

    One that holds tags back by itself does so for those that come after it; `first_loose` is where
    the first stands that nobody marked.
    """
    found = list(scripts)
    for manager, seen, by_itself in _MANAGERS:
        places = [place for place, html in found if seen.search(html)]
        if not places:
            continue
        if manager.elsewhere:
            return Consent(manager=manager.name, blocks=None)
        blocks = bool(manager.by_itself) and any(
            place < first_loose and by_itself.search(html) for place, html in found
        )
        return Consent(
            manager=manager.name, blocks=None if blocks and manager.known_alone else blocks
        )
    return None


_COOKIES = re.compile(
    r"cookie|クッキー|アクセス解析|計測|トラッキング|行動履歴|閲覧履歴|tracking|analytics|measur",
    re.IGNORECASE,
)
_AGREE = re.compile(
    r"同意(?:し(?:ます|て)|する|$)|許可|承諾|承認|受け入れ|使ってよい|了承"
    r"|\b(?:accept|agree|allow)\b|\bi consent\b|that'?s fine|sounds good",
    re.IGNORECASE,
)
_FINE = re.compile(
    r"\W*(?:ok(?:ay)?|はい|了解(?:しました)?|わかりました|閉じる|got it"
    r"|yes(?: please)?|sure(?: thing)?|continue|close|×)\W*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"同意|許可|承諾|了承|よろしい|いいですか|\b(?:consent|agree|accept|allow)|\b(?:may|can) we\b"
    r"|\bwould you\b|拒否|いいえ|\breject|\bdecline|\bno thanks"
    r"|\b(?:ok(?:ay)?|fine|happy|all right) with (?:that"
    r"|this|it)\b|\bis (?:that|this) (?:ok|fine|all right)"
    r"|[いよ]い(?:でしょうか|ですか)|構いませんか|かまいませんか",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(r"#|javascript:|$", re.IGNORECASE)
_MOST_TEXT = 800
"""Characters of a banner; what is longer is the page."""
_MOST_UP = 5
"""Elements around a button that are looked at for the rest of its banner."""
_BUTTONS = "button, a, [role=button], input[type=button], input[type=submit]"
_TYPED = (
    "input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=password]"
    ", textarea, select"
)


def asks_itself(page: Markup) -> bool:
    """Tell whether a banner of the page's own asks to agree to cookies, shown at once or not."""
    buttons = ((node, _said_on(node)) for node in page.select(_BUTTONS))
    found = ((node, text) for node, text in buttons if _AGREE.search(text) or _FINE.fullmatch(text))
    return any(_is_banner(node, text) for node, text in itertools.islice(found, _MOST_BUTTONS))


_MOST_BUTTONS = 100
"""Buttons of a page that may be of a banner."""


def _said_on(button: LexborNode) -> str:
    """Return the words on a button; a link to another page is none."""
    if button.tag == "a" and not _NO_PAGE.match(button.attributes.get("href") or ""):
        return ""
    text = button.attributes.get("value") if button.tag == "input" else button.text()
    text = (text or "").strip()
    return text if len(text) <= _LONG_BUTTON else ""


def _is_banner(button: LexborNode, text: str) -> bool:
    """Tell whether a button with that text is of a banner that asks, and of no form."""
    agrees = bool(_AGREE.search(text))
    around = button.parent
    for _ in range(_MOST_UP):
        if around is None or around.tag in ("body", "html"):
            return False
        said = " ".join((around.text(separator=" ") or "").split())
        if len(said) > _MOST_TEXT or around.css_first(_TYPED) is not None:
            return False
        if _COOKIES.search(said):
            return (agrees or bool(_ASKS.search(said))) and not _in_form(around)
        around = around.parent
    return False


_LONG_BUTTON = 40
"""Characters on a button."""


def _in_form(node: LexborNode) -> bool:
    """Tell whether an element stands in a form that asks for something typed."""
    each: LexborNode | None = node
    while each is not None:
        if each.tag == "form":
            return each.css_first(_TYPED) is not None
        each = each.parent
    return False
