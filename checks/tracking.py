"""Tracking: whom pages and mails tell of what people do, and whether people are told."""

from __future__ import annotations

import re
from typing import Annotated

from checks.wording.patterns import guarded
from checks.wording.texts import quote, texts_of
from checks.wording.words import NEGATED, words
from scanner.sdk import (
    Basis,
    Content,
    Message,
    NoEvidence,
    Page,
    Reason,
    Region,
    Rule,
    Severity,
    Tag,
    Text,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
    review,
)

_STATIC = Text.of("What a script loads later is not seen; open the page in a browser, and look.")


def _text(content: Content) -> str:
    return texts_of(content).small


_GENERIC = words(
    r"(?:アクセス解析|広告配信|マーケティングオートメーション|MA|解析|計測|トラッキング)(?:ツール"
    r"|サービス|タグ)|広告(?:配信)?事業者|analytics (?:tools|services|providers)"
)


@check("tracking.tags-disclosed", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def tags_disclosed(page: Page) -> Verdict:
    """Every vendor whose tag is on the page is named in the policy.

    Why: Each tag sends the visit to its vendor. Services under the Telecommunications Business Act
        must publish what goes to whom and for what; everybody else owes visitors the same clarity.
    Fix: Name each vendor, what is sent, and the purpose; remove tags that nobody needs.
    Source: Telecommunications Business Act, art. 27-12 (external transmission), for the services
        that it applies to; best practice elsewhere
    """
    known(page.content)
    tags = [
        tag
        for tag in known(page.tags if not known(page.notice) else page.site_tags)
        if tag.kind != "container"
    ]
    if not tags:
        return not_applicable("No tag of a vendor was seen.")
    policy = _text(known(page.policy))
    missing = [tag for tag in tags if not _named(tag, policy)]
    seen = [tag.vendor for tag in tags]
    if not missing:
        return passed(
            "Every vendor is named: {vendors}.", vendors=seen, said=quote(", ".join(seen), 0.9)
        )
    names = [tag.vendor for tag in missing]
    quotation = quote(", ".join(tag.seen for tag in missing), 0.9)
    if not known(page.notice) and (link := _whole_policy(known(page.content), page.policy)):
        return review(
            "What is shown here does not name {vendors}; the whole policy stands elsewhere: "
            "“{quote}”",
            remedy=Text.of("Give that policy too, and --together, or list both under `pages`."),
            vendors=names,
            quote=link,
            said=quotation,
        )
    if len(missing) == len(tags) and (match := _spoken_of(policy)):
        return failed(
            "Tags were seen ({vendors}); the policy speaks of such services without naming them: "
            "“{quote}”",
            vendors=names,
            quote=match[0],
            said=quotation,
        )
    return failed("The policy does not name: {vendors}.", vendors=names, said=quotation)


def _whole_policy(content: Content, policy: Content | Unknown) -> str | None:
    """Return the words of a link to the policy, where the page shows only a part of it."""
    if (
        not isinstance(policy, Content)
        or not policy.blocks
        or policy.blocks[0] not in content.blocks
    ):
        return None
    itself = bool(_TO_POLICY.search(content.title))
    return next(
        (
            link.text or block.text[:60]
            for block in content.blocks
            # The menu of a page that is called a policy leads to that page.
            if not (itself and block.region is Region.NAVIGATION)
            for link in block.links
            if _TO_POLICY.search(f"{link.text} {link.href}")
            and not link.href.startswith(("#", "mailto:"))
        ),
        None,
    )


_TO_POLICY = words(r"プライバシー|個人情報|全文|privacy|datenschutz|kojin")


def _spoken_of(policy: str) -> re.Match[str] | None:
    """Return the first words for such services in `policy` that are not of a denial."""
    return next(
        (
            match
            for match in _GENERIC.finditer(policy)
            if not NEGATED.search(re.split(r"[。\n]", policy[match.end() :], maxsplit=1)[0])
        ),
        None,
    )


def _named(tag: Tag, policy: str) -> bool:
    for name in (*tag.names, tag.vendor.lower()):
        if name.isascii():
            if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", policy):
                return True
        elif re.search(rf"(?<![ァ-ヶー]){re.escape(name)}(?![ァ-ヶー])", policy):
            return True
    return False


@check("tracking.before-consent", severity=Severity.LOW, basis=Basis.STATUTE)
def before_consent(page: Page) -> Verdict:
    """No tag runs before the visitor has agreed.

    Why: A banner that asks while the tags already run promises a choice that nobody has. In the
        European Union, and wherever its residents are addressed, nothing that is not needed may be
        stored or read before consent. Japan asks no consent for it by itself.
    Fix: Put the tags behind a consent manager that holds them back.
    Source: Directive 2002/58/EC (ePrivacy), art. 5(3); not the law of Japan
    """
    tags = known(page.tags)
    loose = [tag for tag in tags if not tag.blocked]
    if not tags:
        if isinstance(page.content, Unknown) and page.content.reason is Reason.UNAUTHENTICATED:
            return not_applicable("No tag was seen on the sign-in page that stands before it.")
        # What draws a page's text draws its tags too.
        known(page.content)
        return passed("No tag was seen in what the server sends.", said=quote("", 0.7))
    if not loose:
        return passed(
            "The tags are held back until somebody agrees.",
            said=quote(", ".join(tag.seen for tag in tags), 0.9),
        )
    consent = known(page.consent)
    quotation = quote(", ".join(tag.seen for tag in loose), 0.8)
    named = [tag for tag in loose if tag.kind != "container"]
    asker = (consent.manager if consent else "") or Text.of("The page itself")
    if consent is not None and consent.blocks:
        return passed(
            "{manager} holds the tags back until somebody agrees.",
            manager=asker,
            said=quotation,
        )
    if consent is None and not _speaks_of_europe(page.content):
        return not_applicable(
            "Nobody is asked here, and Japan's law does not require it; in Europe these tags would "
            "have to wait: {vendors}.",
            vendors=[tag.vendor for tag in loose],
        )
    if not named:
        return review(
            "A container is loaded, and what it holds is not seen: {vendors}.",
            remedy=_STATIC,
            vendors=[tag.vendor for tag in loose],
            said=quotation,
        )
    if consent is None:
        return failed(
            "Tags run before anybody could agree: {vendors}.",
            vendors=[tag.vendor for tag in named],
            said=quotation,
        )
    if consent.blocks is None:
        return review(
            "{manager} asks for consent, and whether these tags wait is not seen: {vendors}.",
            remedy=_STATIC,
            manager=asker,
            vendors=[tag.vendor for tag in loose],
            said=quotation,
        )
    return failed(
        "{manager} asks for consent, and these tags do not wait for it: {vendors}.",
        manager=asker,
        vendors=[tag.vendor for tag in named],
        said=quotation,
    )


def _speaks_of_europe(content: Content | Unknown) -> bool:
    return isinstance(content, Content) and any(
        _EUROPE.search(block.text) for block in content.blocks
    )


_EUROPE = words(
    r"(?<![a-z])(?:GDPR|DSGVO|RGPD|PECR)(?![a-z])|ePrivacy|一般データ保護規則|欧州経済領域"
    r"|European (?:Union|Economic Area)|\bEU/EEA\b"
)
"""What a page says that addresses people in Europe."""
_OPENS = words(
    r"(?:開封|閲覧|クリック)(?:状況|情報|履歴|率|数|の?有無|日時|の?記録|の?計測|の?測定|データ|されたか|したか"
    r"|等の(?:状況|情報|履歴))|開封の?確認|開封(?:や|・|、|および|及び|または|又は)[^。\n]{0,16}クリック"
    r"|(?:開封|クリック)(?:したかどうか|等|など)?(?:を|について)[^。\n]{0,24}"
    r"(?:計測|測定|記録|取得|把握|確認|収集|分析)|(?:web|ウェブ)\s?ビーコン|クリアGIF|(?:トラッキング|計測)(?:用)?(?:の)?(?:画像"
    r"|ピクセル)"
    r"|(?:track|measur|record|collect|monitor|analy[sz]|detect|learn|know|see|tell)\w*[^.\n]{0,80}"
    r"\b(?:open|click|read)(?:s|ed|ing)?\b[^.\n]{0,60}(?:e-?mails?|newsletters?|messages?|links?)"
    r"|(?:e-?mails?|newsletters?|messages?)[^.\n]{0,60}(?:(?:was|were|is|are|been) (?:opened|read"
    r"|clicked)|(?:open|click)(?:s|ed)? (?:and|or) (?:open|click)|\bopens\b)"
    r"|(?:confirm|notif|inform|record|signal)\w*[^.\n]{0,40}(?:when|whether|if) you"
    r"[^.\n]{0,20}(?:open|read|click)|open rates?|click[- ](?:through )?rates?"
    r"|web beacon|tracking pixel|pixel tag|clear gif",
    # Most mails speak of opening or reading something, and few of opening or reading mails.
    needs=guarded(
        r"開封|閲覧|クリック|ビーコン|クリアgif|トラッキング|計測"
        r"|\b(?:open|click|read)(?:s|ed|ing)?\b[^.\n]{0,60}(?:mail|newsletter|message|link)"
        r"|(?:mail|newsletter|message)[^.\n]{0,60}(?:(?:was|were|is|are|been) (?:open|read|click)"
        r"|(?:open|click)(?:s|ed)? (?:and|or) (?:open|click)|\bopens\b)"
        r"|(?:when|whether|if) you[^.\n]{0,20}(?:open|read|click)|(?:open|through|click)[ -]rate"
        r"|web beacon|tracking pixel|pixel tag|clear gif"
    ),
)


@check("tracking.open-pixel-disclosed", severity=Severity.LOW, basis=Basis.BEST_PRACTICE)
def open_pixel_disclosed(message: Message) -> Verdict:
    """Whoever measures the opening of mails tells so.

    Why: An invisible picture reports when, where and on which device a mail is read. Nobody expects
        that of a letter.
    Fix: Say in the policy that opening and clicks are measured, or leave the picture out.
    Source: Follows from the Act on the Protection of Personal Information, art. 17 and 21, where
        the opening is stored with the person; ePrivacy, art. 5(3)
    """
    own = known(message.content)
    pixels = known(message.open_pixels)
    if not pixels:
        return not_applicable("No picture that reports the opening was seen.")
    quotation = quote(", ".join(pixels), 0.9)
    if match := _OPENS.search(_text(own)):
        return passed("The mail says so: “{quote}”", quote=match[0], said=quote(match[0], 0.8))
    if isinstance(message.policy, Unknown):
        raise NoEvidence(_NO_POLICY)
    if match := _OPENS.search(_text(message.policy)):
        return passed("The policy says so: “{quote}”", quote=match[0], said=quote(match[0], 0.85))
    return failed(
        "Opening is measured ({hosts}), and the policy does not say so.",
        hosts=pixels,
        said=quotation,
    )


_NO_POLICY = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("The mail measures its opening; whether the policy says so was not looked at."),
    Text.of("Give the policy by --policy-page, or list it under `pages`."),
)


class CookieLife(Rule, frozen=True):
    """How long a cookie may live."""

    most_days: Annotated[
        int, parameter("Days.", source="RFC 6265bis §5.5: browsers cut at 400 days", ge=1)
    ] = 400


@check("tracking.cookie-flags", severity=Severity.LOW, basis=Basis.BEST_PRACTICE)
def cookie_flags(page: Page, rule: CookieLife) -> Verdict:
    """Cookies of the page are sent encrypted only, not to every site, and not for ever.

    Why: A cookie without Secure is read on any open network, one without SameSite travels along
        with requests from elsewhere, and a session cookie without HttpOnly falls to the first
        script.
    Fix: Set Secure and SameSite on each cookie, HttpOnly on those of sessions, and a lifetime of at
        most 400 days.
    Source: RFC 6265bis; OWASP ASVS 5.0, 3.3
    """
    cookies = known(page.cookies)
    if not cookies:
        return not_applicable("The server sets no cookie with the page.")
    wrong: list[str] = []
    for each in cookies:
        faults = [
            word
            for word, missing in (
                ("Secure", not each.secure),
                ("SameSite", not each.same_site),
                ("HttpOnly", each.session and not each.http_only),
            )
            if missing
        ]
        if each.max_age_days is not None and each.max_age_days > rule.most_days:
            faults.append(f"{each.max_age_days} d")
        if faults:
            wrong.append(f"{each.name} ({', '.join(faults)})")
    if wrong:
        return failed("These cookies lack: {cookies}.", cookies=wrong, observed=len(wrong))
    return passed("The cookies are set with care.", observed=len(cookies))
