"""Sender display: who is behind a mail, where they can be found, and whom to complain to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from checks.correspondence import OPT_OUT, japanese, opt_out_of, shown, was_sent
from checks.kinds import Kind, kind_of
from checks.signatures import (
    may_be_a_body,
    named_in_full,
    perhaps_signed_by,
    said_to_be_one,
    signatory_of,
)
from checks.trade_names import a_name, in_english, no_name, signed_by, stands_in, trade_name
from checks.wording import (
    ADDRESS_BEGINS,
    ADDRESS_EN,
    ADDRESS_JA,
    LOCATED,
    MAIL,
    NAMED,
    NO_REPLY,
    PHONE,
    PLACEHOLDER,
    URL,
    body_name,
    entity,
    labelled_name,
    links_of,
    once,
    postal_address,
    public_body,
    quote,
    texts_of,
    words,
)
from scanner.sdk import (
    Basis,
    Block,
    Content,
    Link,
    Message,
    Severity,
    Text,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    review,
)

_NOT_ADVERTISING = "This mail serves a contract or a request; it is no advertising."
_ONE_TO_ONE = "One person answers another in this mail."
_SEND_IT = Text.of("Send the mail to yourself, and probe what arrives (.eml).")
_NOT_CLEAR = Text.of("Decide whether this is advertising; if so, the sender has to be shown in it.")


def _not_judged(message: Message) -> Verdict | None:
    kind = kind_of(message)
    if kind is Kind.TRANSACTION:
        return not_applicable(_NOT_ADVERTISING)
    if kind is Kind.PERSONAL:
        return not_applicable(_ONE_TO_ONE)
    return None


_OTHERS = words(
    r"配信(?:代行|システム|サービス)|powered by|提供元|協賛|導入(?:企業|事例)|お客様の声"
    r"|登壇|講師|様$|御中|個人情報保護委員会"
)
_TOLD_OF = words(
    r"協力|仕入先|出版社|輸入元|決済代行|認証機関|景品|取材|監修|講演|対談|登録商標|抽選で|に寄付"
    r"|配送は|お?支払いは|宅配は"
    r"|から届き|という言葉|の違い|の立ち上げ|[様さま]ま?向け|株式会社(?:製|刊)"
)
"""What a company is mentioned with that a mail tells of."""
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|(?:^|[\n|.])\s*copyright|copyright(?=\s*(?:©|\(c\)|\d{4})))\s*(?:©"
    r"|\(c\))?\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?)?[\s,.:]*(?P<name>[^\n"
    r"|]{2,60})",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"\s*(?:all rights reserved|無断).*$", re.IGNORECASE)


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
    if (verdict := _not_judged(message)) is not None:
        return verdict
    found = _name_in(content)
    if found:
        return passed(
            "It names the sender: “{quote}”",
            quote=found[0],
            said=quote(found[0], found[2], found[1]),
        )
    if isinstance(message.alternative, Content) and _name_in(message.alternative):
        return review(
            "Only the text part names the sender.",
            remedy=Text.of("Show it in the HTML part too, which most readers see."),
            said=quote("", 0.7),
        )
    if not was_sent(message) and _placeholder(content, _NAMING):
        return review(
            "The template has a placeholder where the sender belongs.",
            remedy=_SEND_IT,
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
    return _in_japan(message, content) if japanese(message) else _abroad(message, content)


def _in_japan(message: Message, content: Content) -> Verdict:
    """Judge a mail to readers in Japan that shows no legal name.

    The name of a shop, a magazine or a desk is none.
    """
    header = message.from_name if isinstance(message.from_name, str) else ""
    loose = _labelled_in(content) or _loose_name(content) or signed_by(content, header)
    maybe = perhaps_signed_by(content) or (loose if loose and may_be_a_body(loose) else None)
    maybe = maybe or _told_of(content)
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
    if loose := _loose_name(content):
        return passed("It names the sender: “{quote}”", quote=loose, said=quote(loose, 0.7))
    if trade := _trade_name(message, content):
        return passed("It names the sender: “{quote}”", quote=trade, said=quote(trade, 0.6))
    if not was_sent(message) and (
        stands_in(content)
        or any(
            PLACEHOLDER in (block.text if len(block.text) < _SHORT else block.text[-_SHORT:])
            for block in content.blocks[-_FOOTER:]
        )
    ):
        return review(
            "The template has a placeholder where the sender belongs.",
            remedy=_SEND_IT,
            said=quote("", 0.5),
        )
    if kind_of(message) is Kind.UNCLEAR:
        return review(
            "Nobody is named in the body, and it is not clear that this is advertising.",
            remedy=_NOT_CLEAR,
            said=quote("", 0.5),
        )
    header = message.from_name if isinstance(message.from_name, str) else ""
    if maybe := a_name(content, header):
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


_FOOTER = 6
"""Blocks at the end of a mail in which it tells who sent it."""


_NAMING = re.compile(
    r"compan|会社|sender|owner|account|shop|store|org|brand|name|社名|店|footer|フッター|include"
    r"|signature|署名",
    re.IGNORECASE,
)


_READERS = re.compile(
    r"(?:first|last|full|given|family|middle|nick|user|customer|contact|recipient|member|subscriber"
    r"|lead|friend|client|product|item|event)[\s_.-]?(?:first|last|full)?[\s_.-]?name|\bf?name\b"
    r"|salutation|宛名|お名前|氏名",
    re.IGNORECASE,
)
"""What a template will be filled with of its reader, or of what it tells of."""


def _placeholder(content: Content, pattern: re.Pattern[str]) -> str | None:
    return next(
        (
            each
            for block in content.blocks
            for each in block.placeholders
            if pattern.search(each) and not _READERS.search(each)
        ),
        None,
    )


@once
def _name_in(  # noqa: C901 - one question after the other
    content: Content,
) -> tuple[str, int, float] | None:
    doubtful: tuple[str, int, float] | None = None
    last = len(content.blocks)
    telling = sorted(texts_of(content).holding(*NAMED))
    for number in telling:
        for line in content.blocks[number].text.split("\n"):
            named = labelled_name(line)
            if named and named_in_full(named):
                return named, number, 0.95
            legal = entity(line)
            if not legal or _TOLD_OF.search(line):
                continue
            if _OTHERS.search(line) or re.search(
                rf"{re.escape(legal)}\s*(?:\S{{0,12}})?(?:(?<![客皆])(?:様|さま)|御中)"
                rf"|[「『“]{re.escape(legal)}[」』”]\s?の",
                line,
            ):
                continue
            if (
                number >= last * 0.5
                or number < 3
                or re.search(r"発行|配信|運営|送信|©|\(c\)", line, re.IGNORECASE)
            ):
                return legal, number, 0.9
            doubtful = doubtful or (legal, number, 0.6)
    if doubtful:
        return doubtful
    for number in telling:
        for line in content.blocks[number].text.split("\n"):
            named = said_to_be_one(line)
            if (
                named
                and not _OTHERS.search(line)
                and len(named) <= 30
                and not re.search(r"https?:|ください|です|ます", named)
            ):
                return named, number, 0.6
            # Offices, societies and schools sign with their name, on a line of its own.
            if number >= last // 2 and public_body(line):
                return line, number, 0.7
    signed = signatory_of(content)
    return (*signed, 0.6) if signed else None


def _labelled_in(content: Content) -> str | None:
    """Return what a line says the publisher is called, whatever it is."""
    for number in sorted(texts_of(content).holding(*NAMED)):
        for line in content.blocks[number].text.split("\n"):
            if named := labelled_name(line):
                return named
    return None


def _told_of(content: Content) -> str | None:
    """Return a company that a mail tells of; nobody else is named."""
    for number in sorted(texts_of(content).holding(*NAMED)):
        for line in content.blocks[number].text.split("\n"):
            if _TOLD_OF.search(line) and (legal := entity(line)):
                return legal
    return None


@once
def _loose_name(content: Content) -> str | None:
    for block in content.blocks[-8:]:
        if match := _COPYRIGHT.search(block.text):
            found = _RIGHTS.sub("", match["name"]).strip(" .")
            if found and PLACEHOLDER not in found and not no_name(found):
                return found
        for line in block.text.split("\n"):
            if len(line) <= 40 and (office := body_name(line) or _head_of(line)):
                return office
        if (
            (street := ADDRESS_EN.search(block.text))
            and (match := _BEFORE_ADDRESS.search(block.text[: street.start()]))
            and not no_name(match["name"])
        ):
            return match["name"].strip()
    lines = [line for block in content.blocks[-8:] for line in block.text.split("\n")]
    for line, following in itertools.pairwise(lines):
        if _ABOVE.match(line) and ADDRESS_JA.match(following):
            return line.strip()
    return None


def _head_of(line: str) -> str | None:
    """Return the human being who signs as the head of a shop, school or practice."""
    match = _HEAD.fullmatch(line.strip())
    return match[0] if match else None


_HEAD = re.compile(
    r"\W{0,3}\S{0,16}?(?:店主|店長|代表(?:者|取締役|理事|社員)?|責任者|編集長|発行人|主宰|院長|所長"
    r"|塾長|園長|住職)"
    r"\s?[:：]?\s*[一-龥々]{1,4}\s?[一-龥々ぁ-んァ-ヶー]{1,6}\W{0,3}"
)
_ABOVE = re.compile(r"(?!.*(?:です|ます|ください|こちら|http))\s*[^\W\d_][^。、:/\n]{1,29}$")
"""A name as it stands right above an address."""
_BEFORE_ADDRESS = re.compile(
    r"(?:^|[\n|•·])\s*(?P<name>[A-Z][^\n|•·@:\ufffc]{1,40}?)\s*[\n,|•·-]\s*$"
)


_NOT_SENDERS = words(
    r"会場|勤務(?:地|先|場所)|就業場所|配属|開催(?:場所|地)|場所[:：\s]|会議室|集合|最寄"
    r"|アクセス[:：]|(?:お届け|配送|送付|発送)先|ご住所"
    r"|お客様の住所|物件|所在地[:：]?\s?(?:◯|○)|店舗(?:情報|一覧|のご案内)|ショールーム"
    r"|展示場|\b(?:venue|ship(?:ping)? to|delivery address|event location|where:)"
)
_SENDERS = words(
    r"住所|所在地|本社|本店|〒|発行|配信|運営|送信|会社|TEL|電話|Copyright|©|\(c\)|お問い?合わ?せ"
    r"|mailing address|our address|inc\b|llc\b|ltd\b|all rights reserved|unsubscribe"
)
_TELLS_WHERE = words(
    r"会社(?:概要|案内|情報)|企業(?:情報|概要)|運営(?:会社|者)|法人概要|団体概要|店舗概要"
    r"|特定商取引|特商法|送信者(?:情報|について)|発行(?:者|元)情報|about ?us|company (?:info"
    r"|profile|information)|imprint|impressum|corporate"
)


_WHERE_FILLED = re.compile(
    r"(?<!mail_)(?<!mail)addr|住所|所在地|zip|postal|street|location|footer|フッター"
    r"|(?<!header_)include|snippet|signature|署名"
    r"|会社情報"
    r"|(?:company|sender|contact|org\w*|delivery).?info",
    re.IGNORECASE,
)


_HOLDS_THE_ADDRESS = words(
    r"住所|所在地|特定商取引|特商法|送信者(?:情報|について)|発行(?:者|元)情報"
)
"""What a page is called that holds an address, or by statute must."""
_ADDRESS_FILLED = re.compile(
    r"(?<![a-z])addr|addr(?:ess)?(?![a-z])|[a-z]Addr|住所|所在地|street|postal_?address",
    re.IGNORECASE,
)
_NOT_THE_SENDERS = re.compile(
    r"mail|メール|\burl|\bip\b|web|billing|shipping|delivery|recipient|customer|contact\.|lead\."
    r"|person"
    r"|subscriber|user\.|order|event|venue|property|listing|bcc|お届け|お客様|会場|header",
    re.IGNORECASE,
)
_OF_A_TOOL = re.compile(r"\{|%|\*\||##|<|\[\[|\[[A-Z_]+\]|\$")


def _filled_address(content: Content) -> tuple[str, int] | None:
    """Return what a tool will replace with its user's address, and the block; at the end."""
    for number in range(len(content.blocks) // 2, len(content.blocks)):
        for each in content.blocks[number].placeholders:
            if (
                _OF_A_TOOL.match(each)
                and _ADDRESS_FILLED.search(each)
                and not _NOT_THE_SENDERS.search(each.replace("LIST:", ""))
            ):
                return each, number
    return None


def _of_japan(message: Message) -> bool:
    """Tell whether the rules of Japan hold: readers are addressed in Japanese, or from there."""
    address = message.from_address if isinstance(message.from_address, str) else ""
    return japanese(message) or address.rstrip(">. ").lower().endswith(".jp")


@check("sender.address", severity=Severity.MEDIUM, basis=Basis.ORDINANCE)
def address(message: Message) -> Verdict:  # noqa: C901 - one question after the other
    """The mail shows the sender's postal address, or in Japan where it can be read.

    Why: Who hides his address cannot be held to anything. For readers in the United States and
        Canada the address has to stand in the mail itself.
    Fix: Show the postal address, or link to the page that does and say so.
    Source: Enforcement Rules of the Act on Regulation of Transmission of Specified Electronic Mail,
        art. 9(ii) and 7(1)(iii); 15 U.S.C. 7704(a)(5)(A)(iii); CASL, s. 6(2)(b)
    """
    content = shown(message)
    if (verdict := _not_judged(message)) is not None:
        return verdict
    found, venue = _address_in(content)
    if found:
        return passed(
            "It shows the address: “{quote}”",
            quote=found[0],
            said=quote(found[0], found[2], found[1]),
        )
    if isinstance(message.alternative, Content) and _address_in(message.alternative)[0]:
        return review(
            "Only the text part shows the address.",
            remedy=Text.of("Show it in the HTML part too, which most readers see."),
            said=quote("", 0.7),
        )
    if not was_sent(message) and (filled := _filled_address(content)):
        return passed(
            "The tool puts the address in: “{quote}”",
            quote=filled[0],
            said=quote(filled[0], 0.5, filled[1]),
        )
    if not was_sent(message) and (token := _placeholder(content, _WHERE_FILLED)):
        return review(
            "The template has a placeholder where the postal address belongs: “{quote}”",
            remedy=_SEND_IT,
            quote=token,
            said=quote(token, 0.5),
        )
    if _of_japan(message) and isinstance(message.linked, Content):
        there = _address_in(message.linked)[0]
        if there:
            return passed(
                "It stands on a page that the mail leads to: “{quote}”",
                quote=there[0],
                said=quote(there[0], 0.85),
            )
        if _where(content):
            return failed(
                "Neither the mail nor the page that it leads to shows a postal address.",
                said=quote("", 0.7),
            )
    if _of_japan(message) and (link := _where(content)):
        if _HOLDS_THE_ADDRESS.search(link[0]):
            return passed(
                "It says where the address can be read: “{quote}”",
                quote=link[0],
                said=quote(link[0], 0.6, link[1]),
            )
        return review(
            "The address may stand on a page that the mail leads to: “{quote}”",
            remedy=Text.of("Open that page, and see that the address stands on it."),
            quote=link[0],
            said=quote(link[0], 0.7, link[1]),
        )
    if kind_of(message) is Kind.UNCLEAR:
        return review(
            "No address is shown, and it is not clear that this is advertising.",
            remedy=_NOT_CLEAR,
            said=quote("", 0.5),
        )
    if venue:
        return failed(
            "The only address is a venue's or a customer's: “{quote}”",
            quote=venue[0],
            said=quote(venue[0], 0.75, venue[1]),
        )
    return failed("No postal address is shown.", said=quote("", 0.9))


@once
def _address_in(
    content: Content,
) -> tuple[tuple[str, int, float] | None, tuple[str, int] | None]:
    """Return the sender's address with its block and how sure that is, and another's."""
    other: tuple[str, int] | None = None
    doubtful: tuple[str, int, float] | None = None
    total = len(content.blocks)
    texts = texts_of(content)
    for number in sorted(texts.holding(*ADDRESS_BEGINS)):
        # An address may go on in the next two cells of a table.
        if not any(LOCATED.search(each.text) for each in content.blocks[number : number + 3]):
            continue
        block = content.blocks[number]
        match = postal_address(block.text)
        if match is None and number >= total // 2:
            match = _over_cells(content, number)
        if match is None:
            continue
        before = content.blocks[number - 1].text[-80:] if number else ""
        label = _lines_to(block, match.start())
        close = f"{before}\n{block.text}"
        if _NOT_SENDERS.search(label) or (
            _NOT_SENDERS.search(close) and not entity(block.text) and number < total - 2
        ):
            other = other or (match[0], number)
            continue
        around = f"{close}\n{content.blocks[number + 1].text[:120] if number + 1 < total else ''}"
        if entity(around) or _SENDERS.search(around) or number >= total * 0.7:
            return (match[0], number, 0.9), other
        doubtful = doubtful or (match[0], number, 0.6)
    return doubtful, other


_AT_THE_MARGIN = 2
"""Characters before an address that begins a line of its own."""
_SHORT = 100
"""Characters of a cell that holds one part of an address."""


def _over_cells(content: Content, number: int) -> re.Match[str] | None:
    """Return an address that begins in a block and goes on in the next ones, as in a table."""
    parts = [block.text for block in content.blocks[number : number + 3]]
    if len(parts) < 2 or not 8 < len(parts[0]) < _SHORT or not re.search(r"\d", parts[0]):
        return None
    following = [each for each in parts[1:] if len(each) <= _SHORT]
    match = postal_address("\n".join(parts[:1] + following))
    if match is None or match.start() >= len(parts[0]) or any(map(postal_address, following)):
        return None
    return match


def _lines_to(block: Block, at: int) -> str:
    """Return the line that begins at or before `at`, and the one above it that it belongs to."""
    begin = block.text.rfind("\n", 0, at) + 1
    if at - begin <= _AT_THE_MARGIN:
        begin = block.text.rfind("\n", 0, max(0, begin - 1)) + 1
    end = block.text.find("\n", at)
    return block.text[begin : end if end >= 0 else len(block.text)]


@once
def _where(content: Content) -> tuple[str, int] | None:
    """Return the words by which the mail leads to the page with the sender's details."""
    found = list(_leading_to_details(content))
    return next((each for each in found if _HOLDS_THE_ADDRESS.search(each[0])), (*found, None)[0])


def _leading_to_details(content: Content) -> Iterator[tuple[str, int]]:
    telling = texts_of(content).holding(_TELLS_WHERE) | links_of(content).holding(_TELLS_WHERE)
    for number in sorted(telling):
        block = content.blocks[number]
        for link in block.links:
            if _TELLS_WHERE.search(link.text) and link.href not in ("#", ""):
                yield link.text, number
        if _TELLS_WHERE.search(block.text) and (
            block.links or (number + 1 < len(content.blocks) and content.blocks[number + 1].links)
        ):
            sentence = next(
                (line for line in block.text.split("\n") if _TELLS_WHERE.search(line)), block.text
            )
            if re.search(r"https?://|こちら|:|：|ページ|→", block.text) or len(block.text) < 40:
                yield sentence, number


_CONTACT = words(
    r"お?問い?合わ?せ|問合せ|ご?不明(?:な|の)?点|ご?連絡(?:先|は)|ご?相談|苦情|ご?意見|ご?質問"
    r"|サポート|窓口"
    r"|ヘルプ|カスタマー|\bTEL\b|電話|\bE-?mail\b|メールアドレス\s*[:：]|contact|support"
    r"|questions|help ?(?:center|desk)?|reach us|customer (?:service|care)|reply to this"
)
_CONTACT_HREF = words(r"contact(?!field)|inquir|toiawase|otoiawase|support|help|^tel:|^mailto:")


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
    if (verdict := _not_judged(message)) is not None:
        return verdict
    found = _contact_in(content, sent=was_sent(message))
    if found:
        return passed(
            "It says where to ask: “{quote}”",
            quote=found[0],
            said=quote(found[0], found[2], found[1]),
        )
    if isinstance(message.alternative, Content) and _contact_in(message.alternative, sent=True):
        return review(
            "Only the text part says where to ask.",
            remedy=Text.of("Show it in the HTML part too, which most readers see."),
            said=quote("", 0.7),
        )
    if isinstance(message.linked, Content) and (there := _contact_in(message.linked, sent=True)):
        return passed(
            "It stands on a page that the mail leads to: “{quote}”",
            quote=there[0],
            said=quote(there[0], 0.8),
        )
    if link := _where(content):
        return review(
            "The contact may stand on a page that the mail leads to: “{quote}”",
            remedy=Text.of("Open that page, and see that a contact for complaints stands on it."),
            quote=link[0],
            said=quote(link[0], 0.7, link[1]),
        )
    if not was_sent(message) and _placeholder(
        content,
        re.compile(r"contact|mail|phone|tel|問|電話|reply|footer|include|署名", re.IGNORECASE),
    ):
        return review(
            "The template has a placeholder where the contact may belong.",
            remedy=_SEND_IT,
            said=quote("", 0.5),
        )
    if not japanese(message) and (site := _site_in(content, sent=was_sent(message))):
        return passed(
            "It leads to the sender's website: “{quote}”",
            quote=site[0],
            said=quote(site[0], 0.6, site[1]),
        )
    if kind_of(message) is Kind.UNCLEAR or not japanese(message):
        return review("No contact was recognised.", remedy=_NOT_CLEAR, said=quote("", 0.5))
    return failed("No contact for questions and complaints is shown.", said=quote("", 0.85))


@once
def _contact_in(  # noqa: C901, PLR0912 - one question after the other
    content: Content, *, sent: bool
) -> tuple[str, int, float] | None:
    out = {way.block for way in opt_out_of(content, sent=sent).ways}
    written: tuple[str, int, float] | None = None
    telling = texts_of(content).holding(_CONTACT, MAIL, PHONE)
    telling |= links_of(content).holding(_CONTACT, _CONTACT_HREF)
    for number in sorted(telling):
        block = content.blocks[number]
        mails = "@" in block.text and any(
            not NO_REPLY.search(each) for each in MAIL.findall(block.text)
        )
        phone = PHONE.search(block.text)
        links = [
            link
            for link in block.links
            if not (link.href in ("#", "") or (sent and re.search(r"\{\{|%%|\*\||##", link.href)))
        ]
        for link in links:
            if _CONTACT.search(link.text) and not re.search(r"資料|申し?込", link.text):
                return link.text, number, 0.9
            if (
                _CONTACT_HREF.search(link.href)
                and not NO_REPLY.search(link.href)
                and number not in out
            ):
                written = written or (link.text or link.href, number, 0.7)
        lines = block.text.split("\n")
        for place, line in enumerate(lines) if _CONTACT.search(block.text) else ():
            if not _CONTACT.search(_NO_CONTACT.sub(" ", line)) or (
                OPT_OUT.search(line) and not re.search(r"問い?合|contact", line, re.IGNORECASE)
            ):
                continue
            if re.search(
                r"(?:返信|お?問い?合わ?せ|ご?連絡)(?:いただ|頂|に|を|は).{0,16}(?:でき(?:ません"
                r"|かね)|お(?:答|応|受)え?.{0,8}(?:でき|かね))",
                line,
            ) and not (mails or phone or links):
                continue
            if mails or phone:
                return line, number, 0.9
            if links and number not in out:
                return line, number, 0.85
            if _leads_there(line, lines[place + 1 : place + 2], links):
                return line, number, 0.8
            if not sent and PLACEHOLDER in line and re.search(r"電話|TEL|メール|まで", line):
                return line, number, 0.5
            following = content.blocks[number + 1] if number + 1 < len(content.blocks) else None
            if (
                following is not None
                and (MAIL.search(following.text) or PHONE.search(following.text) or following.links)
                and number + 1 not in out
            ):
                return line, number, 0.8
            if re.search(
                r"(?:このメール|本メール).{0,10}(?:に|へ).{0,6}返信", line
            ) and not re.search(r"でき(?:ません|かね)|お?控え", line):
                return line, number, 0.8
        for line in lines if mails or phone else ():
            address = next((each for each in MAIL.findall(line) if not NO_REPLY.search(each)), None)
            reached = address or (match[0] if (match := PHONE.search(line)) else None)
            if reached and not OPT_OUT.search(line):
                written = written or (reached, number, 0.75)
    return written


def _leads_there(line: str, following: list[str], links: list[Link]) -> bool:
    """Tell whether a line, or an address on the next one, is where it says that people can ask."""
    if OPT_OUT.search(URL.sub(" ", line)):
        return False
    near = [line, *(each for each in following if URL.match(each.lstrip(" →▶⇒・")))]
    return any(link.text and link.text in each for link in links for each in near)


_NO_CONTACT = words(
    r"(?:質問|相談|意見|問い?合わ?せ|声)(?:を|が|も)?.{0,4}(?:多く|よく|数多|多数|増え|寄せられ)"
    r"|無料(?:個別)?相談|相談会|個別相談"
    r"|相談(?:から|事例)|サポート(?:終了|が終了|します|いたし|体制)"
)
"""What is said of questions and help, and offers none."""


def _site_in(content: Content, *, sent: bool) -> tuple[str, int] | None:
    """Return the first link that leads to a website, and not to opting out."""
    out = {way.block for way in opt_out_of(content, sent=sent).ways}
    for number, block in enumerate(content.blocks):
        for link in block.links:
            if number not in out and link.href.lower().startswith(("http://", "https://")):
                return link.text or link.href, number
    return None


_ALT = words(
    r"配信停止|解除|退会|住所|〒|所在地|お?問い?合わ?せ|株式会社|有限会社|合同会社|unsubscribe"
    r"|address|contact|フッター|footer|発行"
)
_LITTLE = 120
"""Characters of visible text; a mail of pictures has no more."""


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
    r"|kaisha"
    r"|haishin|kaijo|teishi|unsubscribe|signature|shomei|^footer\.|registered[_-]?office|imprint"
    r"|impressum|legal[_-](?!logo)",
    re.IGNORECASE,
)
_THE_WAY = Text.of("the way to refuse")
_THE_NAME = Text.of("the name")
_THE_ADDRESS = Text.of("the address")


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
    if (verdict := _not_judged(message)) is not None:
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
                    _name_in(content)
                    or _loose_name(content)
                    or (not japanese(message) and _trade_name(message, content))
                ),
            ),
            (_THE_ADDRESS, bool(_address_in(content)[0] or _where(content))),
        )
        if not there
    ]
    if not missing:
        return passed("What must be shown is text.", said=quote("", 0.9))
    pictures = " ".join(picture.alt for picture in content.pictures)
    if match := (_ALT.search(pictures) or postal_address(pictures)):
        return failed(
            "It stands in a picture alone: {missing}. “{quote}”",
            missing=missing,
            quote=pictures[max(0, match.start() - 20) : match.end() + 40],
            said=quote(pictures, 0.8),
        )
    if (len(missing) > 1 or _THE_ADDRESS in missing) and (source := _small_print(content)):
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
    text = sum(len(block.text) for block in content.blocks)
    if content.pictures and text < _LITTLE and len(missing) > 1:
        return failed(
            "The mail is made of pictures, and has no text for: {missing}.",
            missing=missing,
            said=quote("", 0.8),
        )
    return not_applicable("What is missing is not there as a picture either; other checks say so.")
