"""Opt-out: whether whoever gets a mail can refuse the next one, easily and for good."""

from __future__ import annotations

import re

from checks.advertising import SEND_IT, SHOW_IT_TOO, no_advertising
from checks.messages.kinds import Kind, kind_of
from checks.messages.message import japanese, shown, was_sent
from checks.messages.refusing import NOT_OPT_OUT, OFFER, OPT_OUT, OptOut, Way, opt_out_of
from checks.messages.trade_names import in_english
from checks.wording.addresses import MAIL, URL
from checks.wording.likeness import degree
from checks.wording.sentences import split
from checks.wording.texts import quote
from checks.wording.words import words
from scanner.sdk import (
    Basis,
    Content,
    Message,
    Severity,
    Text,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    passed,
    review,
)

_SEE_WHAT_IT_IS = Text.of(
    "Decide whether this is advertising, or leads to it; if so, it needs a way to refuse more."
)


def _out(message: Message) -> OptOut:
    return opt_out_of(shown(message), sent=was_sent(message))


def _in_alternative(message: Message) -> Way | None:
    other = message.alternative
    if not isinstance(other, Content):
        return None
    ways = opt_out_of(other, sent=was_sent(message)).ways
    return next((way for way in ways if way.usable and way.said), None)


@check("opt-out.link", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def link(message: Message) -> Verdict:  # noqa: C901, PLR0912 - one question after the other
    """The mail shows an address by which the reader can refuse further mail.

    Why: Advertising mail without it is unlawful in Japan, the United States, Canada and the
        European Union alike, and readers who find no way out report it as spam.
    Fix: Show a link or a mail address for opting out, as text, in every advertising mail.
    Fix (mautic): Put {unsubscribe_text} or a link to {unsubscribe_url} into the template.
    Source: Act on Regulation of Transmission of Specified Electronic Mail, art. 4(ii); Enforcement
        Rules, art. 7(1)(i) and 8; 15 U.S.C. 7704(a)(3); CASL, s. 6(2)(c) and 11
    """
    content = shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    out = _out(message)
    best = out.ways[0] if out.ways else None
    if best is not None and best.usable:
        if best.pictured:
            return passed(
                "A picture alone leads to where further mail can be refused ({href}).",
                href=best.href,
                said=quote(best.href, 0.6, best.block),
            )
        if best.login:
            return review(
                "Opting out seems to need a sign-in: “{quote}”",
                remedy=Text.of("Try it as a reader: it has to work without a password."),
                quote=best.quote,
                said=best.quotation(0.6),
            )
        if best.front:
            return review(
                "The address for refusing is the front page of a website: “{quote}”",
                remedy=Text.of("Lead to the page where mail can be refused, without a search."),
                quote=best.quote,
                said=best.quotation(0.6),
            )
        if best.template:
            return review(
                "The template has a placeholder where the address belongs: “{quote}”",
                remedy=SEND_IT,
                quote=best.quote,
                said=best.quotation(0.6),
            )
        return passed(
            "It shows how to refuse further mail: “{quote}”",
            quote=best.quote,
            said=best.quotation(0.95 if best.said else 0.7),
        )
    if _in_alternative(message):
        return review(
            "Only the text part shows how to refuse further mail.",
            remedy=SHOW_IT_TOO,
            said=quote("", 0.7),
        )
    if best is not None and best.href == "login":
        return failed(
            "It speaks of refusing, and gives no address for it: “{quote}”",
            quote=best.quote,
            said=best.quotation(0.85),
        )
    if best is not None and best.href == "telephone":
        return failed(
            "It can be refused by telephone alone: “{quote}”",
            quote=best.quote,
            said=best.quotation(0.8),
        )
    if best is not None and _lost_its_links(content):
        return review(
            "No link in this copy of the mail leads anywhere: “{quote}”",
            remedy=SEND_IT,
            quote=best.quote,
            said=best.quotation(0.6),
        )
    if best is not None:
        return failed(
            "The link for refusing further mail leads nowhere ({href}): “{quote}”",
            href=best.href or "empty",
            quote=best.quote,
            said=best.quotation(0.9),
        )
    if OPT_OUT.search(content.hidden):
        return failed(
            "The way to refuse further mail is hidden from the reader.", said=quote("", 0.85)
        )
    if not was_sent(message) and (elsewhere := _from_elsewhere(content)):
        return review(
            "The template has a placeholder where the address belongs: “{quote}”",
            remedy=SEND_IT,
            quote=elsewhere,
            said=quote(elsewhere, 0.6),
        )
    if kind_of(message) is Kind.UNCLEAR and not _ends_with(out.statement, content):
        return review(
            "There is no way to refuse further mail, and it is not clear that this is advertising.",
            remedy=_SEE_WHAT_IT_IS,
            said=quote("", 0.5),
        )
    if any(OPT_OUT.search(picture.alt) for picture in content.pictures):
        return failed(
            "The way to refuse further mail stands in a picture alone.", said=quote("", 0.85)
        )
    if out.statement is None and (settings := _settings_in(content)):
        return review(
            "It offers settings, and does not say that mail can be refused there: “{quote}”",
            remedy=Text.of("Say beside the link that further mail can be refused there."),
            quote=settings[0],
            said=quote(settings[0], 0.6, settings[1]),
        )
    if heard := _heard(content, out):
        return heard
    if out.statement is None and (untold := _says_nothing(content)):
        return review(
            "A link that says nothing may lead to where further mail can be refused: “{quote}”",
            remedy=Text.of("Open it; where mail can be refused there, say so beside the link."),
            quote=untold[0],
            said=quote(untold[0], 0.5, untold[1]),
        )
    if out.statement is not None:
        return failed(
            "It speaks of refusing, and gives no address for it: “{quote}”",
            quote=out.statement[0],
            said=quote(out.statement[0], 0.85, out.statement[1]),
        )
    return failed("It shows no way to refuse further mail.", said=quote("", 0.95))


def _lost_its_links(content: Content) -> bool:
    """Tell whether somebody has taken the addresses out of all links, to publish a mail."""
    links = [each for block in content.blocks for each in block.links]
    return len(links) > 1 and not any(each.href for each in links)


def _heard(content: Content, out: OptOut) -> Verdict | None:
    """Return the answer where something sounds as if it told how to refuse, with a way to do it."""
    understood = out.statement[1] if out.statement else None
    last = len(content.blocks)
    for number in range(max(0, last - _MOST_HEARD), last):
        text = content.blocks[number].text[-_LONGEST_HEARD:]
        texts = dict.fromkeys((*split(text), *text.split("\n"))) if number != understood else ()
        for said in texts:
            sound = degree(said, "opt_out")
            if sound >= 0 and not NOT_OPT_OUT.search(said) and _leads_on(content, number):
                if sound >= 1:
                    return passed(
                        "It seems to say how to refuse further mail: “{quote}”",
                        quote=said,
                        said=quote(said, 0.5, number),
                    )
                return review(
                    "This may say how to refuse further mail, and was not understood: “{quote}”",
                    remedy=Text.of("Read the passage, and decide whether a reader finds the way."),
                    quote=said,
                    said=quote(said, 0.4, number),
                )
    return None


_MOST_HEARD, _LONGEST_HEARD = 500, 1000
"""Blocks, and characters of each, that are listened to, the last ones: a way out stands there."""


def _leads_on(content: Content, number: int) -> bool:
    """Tell whether an address stands in a block or right after it."""
    return any(
        block.links or URL.search(block.text) or MAIL.search(block.text)
        for block in content.blocks[number : number + 3]
    )


def _ends_with(statement: tuple[str, int] | None, content: Content) -> bool:
    """Tell whether a mail ends with words for refusing, as advertising does."""
    if statement is None or statement[1] < len(content.blocks) * 2 // 3:
        return False
    lines = content.blocks[statement[1]].text.split("\n")
    return bool(OFFER.search(statement[0])) or any(
        len(line) <= _A_WORD and OPT_OUT.search(line) for line in lines
    )


def _settings_in(content: Content) -> tuple[str, int] | None:
    """Return the link by which a reader may change what mail comes, with its block."""
    for number in range(len(content.blocks) - 1, -1, -1):
        block = content.blocks[number]
        for each in block.links:
            alone = len(block.links) == 1 and len(block.text) <= _A_LINE
            said = block.text if alone and not _SETTINGS.search(each.text) else each.text
            if _SETTINGS.search(said) and not each.href.startswith("#"):
                return said, number
    return None


def _says_nothing(content: Content) -> tuple[str, int] | None:
    """Return the link that a mail ends with and of which no word tells where it leads."""
    for number in range(len(content.blocks) - 1, max(0, len(content.blocks) - _AT_THE_END), -1):
        block = content.blocks[number]
        for each in block.links[-1:]:
            if not _NO_WORD.fullmatch(each.text) or not each.text:
                continue
            before, _, behind = block.text.rpartition(each.text)
            before = before.rpartition("\n")[2]
            leads = each.href.lower().startswith("http") and not _FRONT_PAGE.fullmatch(each.href)
            alone = not before.strip() or _NEW_SENTENCE.search(before)
            if leads and alone and not re.match(r"[^\n]*\w", behind):
                return each.text, number
    return None


_NO_WORD = words(
    r"[\W_]{0,3}(?:こちら|コチラ|ここ|(?:click |tap )?here|click|link|[▶►→⇒>»●■])[\W_]{0,3}"
)
_FRONT_PAGE = re.compile(r"https?://[^/?#]*/?(?:[?#].*)?", re.IGNORECASE)
_NEW_SENTENCE = re.compile(r"[。.!?|•·/]\s*$")
"""What stands before a link of which the words before it do not speak."""
_A_LINE = 60
_A_WORD = 25
"""Characters of what is a link's text rather than a sentence."""


def _from_elsewhere(content: Content) -> str | None:
    """Return the placeholder at the end of a template by which its footer comes from elsewhere."""
    return next(
        (
            each
            for block in content.blocks[-_AT_THE_END:]
            for each in block.placeholders
            if _ELSEWHERE.search(each)
        ),
        None,
    )


_AT_THE_END = 3
_ELSEWHERE = words(r"footer|フッター|include|partial|signature|署名|snippet|\{\{>")


@check("opt-out.statement-nearby", severity=Severity.MEDIUM, basis=Basis.ORDINANCE)
def statement_nearby(message: Message) -> Verdict:  # noqa: C901 - one question after the other
    """Right beside the address it says that the reader can refuse.

    Why: A link called "here" or "settings" tells nobody what it is for.
    Fix: Say right before or after the link that further mail can be refused there, in the language
        of the rest of the mail.
    Source: Enforcement Rules of the Act on Regulation of Transmission of Specified Electronic Mail,
        art. 7(1)(ii) and 9(i); 15 U.S.C. 7704(a)(5)(A)(ii), which asks for a clear notice too
    """
    shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    out = _out(message)
    usable = [way for way in out.ways if way.usable]
    for way in usable or [way for way in out.ways if way.href not in ("telephone", "login")]:
        if way.said and not _of_settings_alone(way.quote):
            if _in_another_language(way, message):
                if heard := _heard(shown(message), out):
                    return heard
                return failed(
                    "Readers in Japan are told in English: “{quote}”"
                    if japanese(message)
                    else "Readers of English are told in another language: “{quote}”",
                    quote=way.quote,
                    said=way.quotation(0.7),
                )
            return passed(
                "It says so: “{quote}”",
                quote=way.quote,
                said=way.quotation(0.95 if way.offered else 0.75),
            )
    if usable:
        return failed(
            "Nothing beside the link tells what it is for: “{quote}”",
            quote=usable[0].quote,
            said=usable[0].quotation(0.8),
        )
    if not was_sent(message) and (elsewhere := _from_elsewhere(shown(message))):
        return review(
            "The template has a placeholder where the address belongs: “{quote}”",
            remedy=SEND_IT,
            quote=elsewhere,
            said=quote(elsewhere, 0.6),
        )
    if kind_of(message) is Kind.UNCLEAR and not _ends_with(out.statement, shown(message)):
        return review(
            "There is no way to refuse further mail, and it is not clear that this is advertising.",
            remedy=_SEE_WHAT_IT_IS,
            said=quote("", 0.5),
        )
    if _in_alternative(message):
        return review(
            "Only the text part shows how to refuse further mail.",
            remedy=SHOW_IT_TOO,
            said=quote("", 0.7),
        )
    if heard := _heard(shown(message), out):
        return heard
    return failed(
        "Neither an address for refusing nor words about it are shown.", said=quote("", 0.85)
    )


def _of_settings_alone(text: str) -> bool:
    """Tell whether words offer to change settings, and do not say that mail can be refused."""
    return (
        bool(_SETTINGS.search(text))
        and not _ENDS_MAIL.search(text)
        and not OPT_OUT.search(_SETTINGS.sub("", text))
    )


_ENDS_MAIL = words(r"停止|解除|拒否|不要|退会|中止|取り?消")
_SETTINGS = words(
    r"(?:メール|配信|メルマガ|受信|会員情報)(?:の|・)?(?:配信|受信|登録)?(?:の|・)?(?:設定|変更)"
    r"|(?:manage|update|change|edit) (?:e-?mail |mailing |subscription |communication "
    r"|notification |your |my )+(?:preferences|settings)|e-?mail (?:preferences|settings)"
)


def _in_another_language(way: Way, message: Message) -> bool:
    """Tell whether all that is said of refusing beside a way out is foreign to who reads the mail.

    That is what is told in English in Japan, or in neither English nor Japanese to readers of
    English.
    """
    content = shown(message)
    in_japan = japanese(message)
    if not in_japan and not in_english(content):
        return False
    near = content.blocks[max(0, way.block - 1) : way.block + 2]
    text = MAIL.sub(" ", URL.sub(" ", "\n".join(block.text for block in near)))
    said = [match[0] for match in OPT_OUT.finditer(text)]
    if in_japan:
        return bool(said) and all(each.isascii() for each in said)
    return bool(said) and all(map(_OF_ELSEWHERE.search, said))


_OF_ELSEWHERE = re.compile(
    r"abbestell|abmeld|désinscri|désabonn|ne plus recevoir|de baja|desuscri|cancelar|disiscri"
    r"|annulla|descadastr|deixar de|afmeld|uitschrijv|退订|退訂|取消|수신거부|구독|wypisz",
    re.IGNORECASE,
)
"""Words for refusing, in languages that are neither English nor Japanese."""


@check("opt-out.works", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def works(message: Message) -> Verdict:
    """The opt-out address answers.

    Why: A dead link is no way out, and nobody at the sender's notices it.
    Fix: Mend the address, and keep old ones alive for at least 30 days after the last mail.
    Source: Enforcement Rules of the Act on Regulation of Transmission of Specified Electronic Mail,
        art. 8; 15 U.S.C. 7704(a)(3)(A)(ii)
    """
    shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    ways = [way for way in _out(message).ways if way.href.startswith("http")]
    if not ways:
        return not_applicable("It shows no web address for opting out.")
    answer = known(message.unsubscribe_answer)
    if answer is not None and answer < 400:
        return passed("The address answers.", observed=answer, said=ways[0].quotation(0.9))
    return failed(
        "The opt-out address does not answer as it should ({status}).",
        status=answer,
        observed=answer,
        said=ways[0].quotation(0.9),
    )


_ONE_CLICK = "list-unsubscribe=one-click"


@check("opt-out.one-click", severity=Severity.MEDIUM, basis=Basis.PROVIDER_RULE)
def one_click(message: Message) -> Verdict:
    """Mail programs can refuse further mail for the reader with one click.

    Why: Gmail and Yahoo ask it of whoever sends much, and reject mail without it; a reader who is
        offered the button does not press the one for spam.
    Fix: Send List-Unsubscribe with an https address and List-Unsubscribe-Post, and let the DKIM
        signature cover both.
    Source: RFC 8058; Gmail and Yahoo sender requirements, February 2024
    """
    shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    addresses = known(message.list_unsubscribe)
    if not addresses and kind_of(message) is Kind.UNCLEAR:
        return review(
            "There is no List-Unsubscribe header, and it is not clear that this is advertising.",
            remedy=_SEE_WHAT_IT_IS,
            said=quote("", 0.5),
        )
    if not addresses:
        return failed("There is no List-Unsubscribe header.", said=quote("", 0.95))
    secure = [each for each in addresses if each.lower().startswith("https://")]
    quotation = quote(f"List-Unsubscribe: {', '.join(addresses)}", 0.95)
    if not secure:
        return failed("List-Unsubscribe has no https address.", said=quotation)
    post = known(message.list_unsubscribe_post)
    if post is None:
        return failed("There is no List-Unsubscribe-Post header.", said=quotation)
    if post.replace(" ", "").lower() != _ONE_CLICK:
        return failed(
            "List-Unsubscribe-Post says something else than RFC 8058 asks: “{quote}”",
            quote=post,
            said=quotation,
        )
    signatures = known(message.signatures)
    needed = {"list-unsubscribe", "list-unsubscribe-post"}
    if any(needed <= set(each.headers) for each in signatures):
        return passed("Both headers are there and signed.", said=quotation)
    if not signatures:
        if not was_sent(message):
            return review(
                "This copy carries no DKIM signature, and may never have been sent.",
                remedy=Text.of("Send it to yourself, and probe what arrives (.eml)."),
                said=quotation,
            )
        return failed("The mail carries no DKIM signature.", said=quotation)
    return failed("The DKIM signature does not cover both headers.", said=quotation)
