"""Sender display: who is behind a mail, where they can be found, and whom to complain to."""

from __future__ import annotations

import re

from checks.advertising import SEND_IT, SHOW_IT_TOO, no_advertising
from checks.messages.kinds import Kind, kind_of
from checks.messages.message import (
    could_not_be_read,
    japanese,
    placeholder,
    senders_placeholders,
    shown,
    was_sent,
)
from checks.messages.refusing import OPT_OUT, opt_out_of
from checks.messages.sender_address import (
    address_in,
    details_elsewhere,
    filled_address,
    holds_the_address,
    only_of_the_address,
)
from checks.messages.sender_contact import contact_in, site_in
from checks.messages.sender_name import labelled, loose_name, named_sender, told_of
from checks.messages.signatures import (
    at_work_in,
    may_be_a_body,
    perhaps_signed_by,
)
from checks.messages.trade_names import (
    a_name,
    in_english,
    left_blank,
    signed_by,
    stands_in,
    trade_name,
)
from checks.wording.addresses import postal_address
from checks.wording.legal_names import entity, is_nobody
from checks.wording.texts import PLACEHOLDER, quote
from checks.wording.words import words
from scanner.sdk import (
    Basis,
    Block,
    Content,
    Message,
    NoEvidence,
    Severity,
    Text,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    review,
)

_NOT_CLEAR = Text.of("Decide whether this is advertising; if so, the sender has to be shown in it.")


@check("sender.name", severity=Severity.MEDIUM, basis=Basis.STATUTE)
def name(message: Message) -> Verdict:
    """The mail names the one who is responsible for sending it.

    Why: Readers must know whose mail it is. A brand, or the name in the From header alone, does not
        tell who answers for it.
    Fix: Show the legal name of the sender, or of whoever had it sent, in the body of the mail.
    Source: Act on Regulation of Transmission of Specified Electronic Mail, art. 4(i); Enforcement
        Rules, art. 7(1)(i); CASL, s. 6(2)(a)
    """
    content = shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    found = named_sender(content)
    if found:
        return passed(
            "It names the sender: “{quote}”",
            quote=found.text,
            said=found.quotation(),
        )
    if isinstance(message.alternative, Content) and named_sender(message.alternative):
        return review(
            "Only the text part names the sender.",
            remedy=SHOW_IT_TOO,
            said=quote("", 0.7),
        )
    if not was_sent(message) and placeholder(content, _NAMING):
        return review(
            "The template has a placeholder where the sender belongs.",
            remedy=SEND_IT,
            said=quote("", 0.5),
        )
    header = message.from_name if isinstance(message.from_name, str) else ""
    if entity(header):
        return review(
            "Only the From header names the sender: “{quote}”",
            remedy=Text.of("Show the legal name in the body of the mail."),
            quote=header,
            said=quote(header, 0.6),
        )
    return _in_japan(message, content) if _of_japan(message) else _abroad(message, content)


def _in_japan(message: Message, content: Content) -> Verdict:
    """Judge a mail to readers in Japan that shows no legal name.

    The name of a shop, a magazine or a desk is none.
    """
    header = message.from_name if isinstance(message.from_name, str) else ""
    loose = labelled(content) or loose_name(content) or signed_by(content, header)
    maybe = perhaps_signed_by(content) or (loose if loose and may_be_a_body(loose) else None)
    maybe = maybe or told_of(content)
    if maybe:
        return review(
            "A name is shown, and it is not clear that it is the sender's: “{quote}”",
            remedy=Text.of("See whether it is the legal name of the one who has the mail sent."),
            quote=maybe,
            said=quote(maybe, 0.5),
        )
    if kind_of(message) is Kind.UNCLEAR:
        return review(
            "Nobody is named in the body, and it is not clear that this is advertising.",
            remedy=_NOT_CLEAR,
            said=quote("", 0.5),
        )
    if loose:
        return failed(
            "It is signed with a name that is no company's, body's or person's: “{quote}”",
            quote=loose,
            said=quote(loose, 0.75),
        )
    return failed("Nobody is named as the sender in the body.", said=quote("", 0.85))


def _abroad(message: Message, content: Content) -> Verdict:
    """Judge a mail to readers outside Japan that shows no legal name.

    The name that a sender trades under is enough there.
    """
    if could_not_be_read(message.from_name):
        raise NoEvidence(message.from_name)
    if blank := left_blank(content):
        return failed(
            "Where the sender's name belongs, nobody has written it: “{quote}”",
            quote=blank,
            said=quote(blank, 0.8),
        )
    if person := at_work_in(content):
        return passed("It names the sender: “{quote}”", quote=person, said=quote(person, 0.7))
    if (loose := loose_name(content)) and not is_nobody(loose):
        return passed("It names the sender: “{quote}”", quote=loose, said=quote(loose, 0.7))
    if (trade := _trade_name(message, content)) and not is_nobody(trade):
        return passed("It names the sender: “{quote}”", quote=trade, said=quote(trade, 0.6))
    if not was_sent(message) and (
        stands_in(content) or any(map(_puts_a_name_in, content.blocks[-_FOOTER:]))
    ):
        return review(
            "The template has a placeholder where the sender belongs.",
            remedy=SEND_IT,
            said=quote("", 0.5),
        )
    if kind_of(message) is Kind.UNCLEAR:
        return review(
            "Nobody is named in the body, and it is not clear that this is advertising.",
            remedy=_NOT_CLEAR,
            said=quote("", 0.5),
        )
    header = message.from_name if isinstance(message.from_name, str) else ""
    if (maybe := a_name(content, header)) and not is_nobody(maybe):
        return review(
            "A name is shown, and it is not clear that it is the sender's: “{quote}”",
            remedy=Text.of("See whether it is the legal name of the one who has the mail sent."),
            quote=maybe,
            said=quote(maybe, 0.5),
        )
    if not in_english(content):
        # Names are told from other words by how English writes them.
        return review(
            "Nobody is named in the body by a legal name.",
            remedy=_NOT_CLEAR,
            said=quote("", 0.5),
        )
    return failed("Nobody is named as the sender in the body.", said=quote("", 0.7))


def _trade_name(message: Message, content: Content) -> str | None:
    header, address, title = (
        each if isinstance(each, str) else ""
        for each in (message.from_name, message.from_address, message.title)
    )
    return trade_name(content, header=header, address=address, title=title)


def _puts_a_name_in(block: Block) -> bool:
    """Tell whether a block ends with what a tool fills in, and not with who reads it."""
    return PLACEHOLDER in block.text[-_ITS_END:] and bool(senders_placeholders(block))


_FOOTER = 6
"""Blocks at the end of a mail in which it tells who sent it."""
_ITS_END = 100
"""Characters at the end of such a block in which a name would stand."""


_NAMING = re.compile(
    r"compan|会社|sender|owner|account|shop|store|org|brand|name|社名|店|footer|フッター|include"
    r"|signature|署名",
    re.IGNORECASE,
)


_WHERE_FILLED = re.compile(
    r"(?<!mail_)(?<!mail)addr|住所|所在地|zip|postal|street|location|footer|フッター"
    r"|(?<!header_)include|snippet|signature|署名"
    r"|会社情報"
    r"|(?:company|sender|contact|org\w*|delivery).?info",
    re.IGNORECASE,
)


def _of_japan(message: Message) -> bool:
    """Tell whether the rules of Japan hold: readers are addressed in Japanese, or from there.

    Raises:
        NoEvidence: readers are addressed in another language, and from where could not be read.
    """
    if japanese(message):
        return True
    if could_not_be_read(message.from_address):
        raise NoEvidence(message.from_address)
    address = message.from_address if isinstance(message.from_address, str) else ""
    return address.rstrip(">. ").lower().endswith(".jp")


@check("sender.address", severity=Severity.MEDIUM, basis=Basis.ORDINANCE)
def address(message: Message) -> Verdict:
    """The mail shows the sender's postal address, or in Japan where it can be read.

    Why: Who hides his address cannot be held to anything. For readers in the United States and
        Canada the address has to stand in the mail itself.
    Fix: Show the postal address, or link to the page that does and say so.
    Source: Enforcement Rules of the Act on Regulation of Transmission of Specified Electronic Mail,
        art. 9(ii) and 7(1)(iii); 15 U.S.C. 7704(a)(5)(A)(iii); CASL, s. 6(2)(b)
    """
    content = shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    found, venue = address_in(content)
    if found:
        return passed(
            "It shows the address: “{quote}”",
            quote=found.text,
            said=found.quotation(),
        )
    if isinstance(message.alternative, Content) and address_in(message.alternative)[0]:
        return review(
            "Only the text part shows the address.",
            remedy=SHOW_IT_TOO,
            said=quote("", 0.7),
        )
    if not was_sent(message) and (filled := filled_address(content)):
        return passed(
            "The tool puts the address in: “{quote}”",
            quote=filled.text,
            said=filled.quotation(),
        )
    if not was_sent(message) and (token := placeholder(content, _WHERE_FILLED)):
        return review(
            "The template has a placeholder where the postal address belongs: “{quote}”",
            remedy=SEND_IT,
            quote=token,
            said=quote(token, 0.5),
        )
    if _of_japan(message) and (verdict := _address_elsewhere(message, content)) is not None:
        return verdict
    if kind_of(message) is Kind.UNCLEAR:
        return review(
            "No address is shown, and it is not clear that this is advertising.",
            remedy=_NOT_CLEAR,
            said=quote("", 0.5),
        )
    if venue:
        return failed(
            "The only address is a venue's or a customer's: “{quote}”",
            quote=venue.text,
            said=venue.quotation(),
        )
    return failed("No postal address is shown.", said=quote("", 0.9))


def _address_elsewhere(message: Message, content: Content) -> Verdict | None:
    """Judge by the page that a mail leads to, where the address may stand in Japan, or None."""
    link = details_elsewhere(content)
    if isinstance(message.linked, Content):
        if there := address_in(message.linked)[0]:
            return passed(
                "It stands on a page that the mail leads to: “{quote}”",
                quote=there.text,
                said=quote(there.text, 0.85),
            )
        if link:
            return failed(
                "Neither the mail nor the page that it leads to shows a postal address.",
                said=quote("", 0.7),
            )
    if link is None:
        return None
    if could_not_be_read(message.linked):
        raise NoEvidence(message.linked)
    if holds_the_address(link.text):
        return passed(
            "It says where the address can be read: “{quote}”",
            quote=link.text,
            said=quote(link.text, 0.6, link.block),
        )
    return review(
        "The address may stand on a page that the mail leads to: “{quote}”",
        remedy=Text.of("Open that page, and see that the address stands on it."),
        quote=link.text,
        said=link.quotation(),
    )


@check("sender.contact", severity=Severity.MEDIUM, basis=Basis.ORDINANCE)
def contact(message: Message) -> Verdict:
    """The mail says where to complain and ask, or where that can be read.

    Why: A reader who cannot ask the sender asks the authority, or the spam filter.
    Fix: Show a telephone number, mail address or form for questions and complaints.
    Source: Enforcement Rules of the Act on Regulation of Transmission of Specified Electronic Mail,
        art. 9(iii) and 7(1)(iii); CASL, s. 6(2)(b), with SOR/2012-36, s. 2(1)(d), to which a web
        address is enough
    """
    content = shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    found = contact_in(content, sent=was_sent(message))
    if found:
        return passed(
            "It says where to ask: “{quote}”",
            quote=found.text,
            said=found.quotation(),
        )
    if isinstance(message.alternative, Content) and contact_in(message.alternative, sent=True):
        return review(
            "Only the text part says where to ask.",
            remedy=SHOW_IT_TOO,
            said=quote("", 0.7),
        )
    if isinstance(message.linked, Content) and (there := contact_in(message.linked, sent=True)):
        return passed(
            "It stands on a page that the mail leads to: “{quote}”",
            quote=there.text,
            said=quote(there.text, 0.8),
        )
    link = details_elsewhere(content)
    if link and not only_of_the_address(link, content):
        return review(
            "The contact may stand on a page that the mail leads to: “{quote}”",
            remedy=Text.of("Open that page, and see that a contact for complaints stands on it."),
            quote=link.text,
            said=link.quotation(),
        )
    if not was_sent(message) and placeholder(
        content,
        re.compile(r"contact|mail|phone|tel|問|電話|reply|footer|include|署名", re.IGNORECASE),
    ):
        return review(
            "The template has a placeholder where the contact may belong.",
            remedy=SEND_IT,
            said=quote("", 0.5),
        )
    in_japan = _of_japan(message)
    if not in_japan and (site := site_in(content, sent=was_sent(message))):
        return passed(
            "It leads to the sender's website: “{quote}”",
            quote=site.text,
            said=site.quotation(),
        )
    if kind_of(message) is Kind.UNCLEAR or not in_japan:
        return review("No contact was recognised.", remedy=_NOT_CLEAR, said=quote("", 0.5))
    return failed("No contact for questions and complaints is shown.", said=quote("", 0.85))


_LITTLE = 120
"""Characters of visible text; a mail of pictures has no more."""
_WRITTEN = 40
"""Characters of a paragraph beside its links; one with more says something by itself."""


def _hardly_written(content: Content) -> bool:
    """Tell whether a mail has little text, and not both what it offers and how to refuse it."""
    return sum(len(block.text) for block in content.blocks) < _LITTLE and not (
        any(map(OPT_OUT.search, (block.text for block in content.blocks)))
        and any(
            len(block.text) - sum(len(link.text) for link in block.links) > _WRITTEN
            and not OPT_OUT.search(block.text)
            for block in content.blocks
        )
    )


def _small_print(content: Content) -> str | None:
    """Return the picture at the end that by its file's name holds what must be text."""
    for picture in content.pictures[-_LAST_PICTURES:]:
        file = picture.src.partition("?")[0].rpartition("/")[2]
        if len(picture.alt) <= _A_LABEL and _OF_SMALL_PRINT.search(file):
            return file
    return None


_LAST_PICTURES = 3
_A_LABEL = 16
"""Characters of an alternative text that tells what a picture is, and not what it says."""
_OF_SMALL_PRINT = re.compile(
    r"(?:footer|ftr|foot)[\w-]*(?:company|addr|info|contact|copy|kaisha|unsub|legal)"
    r"|company[_-]?(?:info|name|profile|address)|(?:^|[_-])addr(?:ess)?(?![a-z])|jusho|juusho"
    r"|kaisha|honsha|shamei|hanbai(?:moto|sha)|hakkou?(?:moto|sha)|soushinsha"
    r"|haishin|kaijo|teishi|unsubscribe|signature|shomei|^footer\.|registered[_-]?office|imprint"
    r"|impressum|legal[_-](?!logo)",
    re.IGNORECASE,
)
_THE_WAY = Text.of("the way to refuse")
_THE_NAME = Text.of("the name")
_THE_ADDRESS = Text.of("the address")
_IN_ALT = (
    (_THE_WAY, words(r"配信停止|解除|退会|unsubscribe").search),
    (_THE_NAME, words(r"(?:株式|有限|合同)会社|発行").search),
    (_THE_ADDRESS, words(r"住所|所在地|\baddress\b").search),
    (_THE_ADDRESS, postal_address),
)
"""By what the alternative text of a picture tells that it shows what the text lacks."""
_SMALL_PRINT = words(r"〒|お?問い?合わ?せ|フッター|\bcontact\b|\bfooter\b")


@check("sender.as-text", severity=Severity.MEDIUM, basis=Basis.ORDINANCE)
def as_text(message: Message) -> Verdict:
    """What must be shown is text, not a picture, and not hidden.

    Why: Most mail programs show no pictures until asked, and a reader who cannot see cannot read
        them at all. The rule asks for the same characters as the rest of the text.
    Fix: Write name, address, contact and the way to refuse as text that is shown.
    Source: Enforcement Rules of the Act on Regulation of Transmission of Specified Electronic Mail,
        art. 7(2)
    """
    content = shown(message)
    if (verdict := no_advertising(message)) is not None:
        return verdict
    ways = [way for way in opt_out_of(content, sent=was_sent(message)).ways if way.usable]
    if ways and all(way.pictured for way in ways):
        return failed(
            "The way to refuse further mail stands in a picture alone.",
            said=quote(ways[0].href, 0.8, ways[0].block),
        )
    missing = [
        label
        for label, there in (
            (_THE_WAY, bool(ways)),
            (
                _THE_NAME,
                bool(
                    named_sender(content)
                    or loose_name(content)
                    or (not japanese(message) and _trade_name(message, content))
                ),
            ),
            (_THE_ADDRESS, bool(address_in(content)[0] or details_elsewhere(content))),
        )
        if not there
    ]
    if not missing:
        return passed("What must be shown is text.", said=quote("", 0.9))
    pictures = "\n".join(picture.alt for picture in content.pictures)
    match = next(filter(None, (told(pictures) for each, told in _IN_ALT if each in missing)), None)
    if match is None:
        match = _SMALL_PRINT.search(pictures)
    if match:
        return failed(
            "It stands in a picture alone: {missing}. “{quote}”",
            missing=missing,
            quote=pictures[max(0, match.start() - 20) : match.end() + 40],
            said=quote(pictures, 0.8),
        )
    if source := _small_print(content):
        return failed(
            "It seems to stand in a picture alone ({source}): {missing}.",
            missing=missing,
            source=source,
            said=quote(source, 0.6),
        )
    hidden = content.hidden
    if hidden and (
        (_THE_ADDRESS in missing and postal_address(hidden))
        or (_THE_NAME in missing and entity(hidden) and len(missing) > 1)
        or (_THE_WAY in missing and OPT_OUT.search(hidden))
    ):
        return failed(
            "It is there, and hidden from the reader: {missing}.",
            missing=missing,
            said=quote(hidden[:200], 0.85),
        )
    if content.pictures and _hardly_written(content) and len(missing) > 1:
        return failed(
            "The mail is made of pictures, and has no text for: {missing}.",
            missing=missing,
            said=quote("", 0.8),
        )
    return not_applicable("What is missing is not there as a picture either; other checks say so.")
