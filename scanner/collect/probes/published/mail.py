"""Mails → `Message`s: an `.eml`, an HTML file, or what a platform keeps as a template."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from email.header import decode_header
from email.message import Message as Mail
from email.utils import parseaddr
from urllib.parse import urlsplit

import msgspec

from scanner.collect.http import MAX_BODY
from scanner.collect.probes.published.characters import decode, normalise
from scanner.collect.probes.published.markup import Markup
from scanner.collect.probes.published.mime import parts
from scanner.collect.probes.published.page import TOO_LARGE
from scanner.collect.probes.published.plain_text import plain
from scanner.collect.probes.published.tangle import TANGLED, is_tangled
from scanner.model import Content, Fact, Message, Origin, Reason, Signature, Text, Unknown

MOST_PARTS = 200
"""Parts that are looked at; a mail for people has a handful."""
_HEADERS = 65_536
"""Bytes in which a file has to look like a mail."""

_NO_HEADERS = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("The header of a sent mail is needed for this, and there is only the body."),
    Text.of("Send it to yourself, save the mail with its header (.eml), and probe that."),
)
_NOT_FOLLOWED = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("The opt-out address was not opened: some services take that as the opt-out itself."),
    Text.of("Probe a mail of your own with mamori probe message --follow."),
)
_NO_BODY = Unknown(
    Reason.MALFORMED,
    Text.of("The mail has no part that a reader would see."),
    Text.of("Save the mail again, whole, as .eml."),
)
_ENCRYPTED = Unknown(
    Reason.NEEDS_REVIEW,
    Text.of("The mail is encrypted."),
    Text.of("Save it decrypted, and probe that."),
)
_MANY_PARTS = Unknown(
    Reason.MALFORMED,
    Text.of("The mail has so many parts that not all were read, and what it shows was not found."),
    Text.of("Save the mail again, whole, as .eml."),
)
_DAMAGED = Unknown(
    Reason.MALFORMED,
    Text.of("Its characters were lost on the way: the mail is in another encoding than it says."),
    Text.of("Save the mail again as it was sent (.eml), or the template in UTF-8."),
)
_BROKEN = Unknown(
    Reason.MALFORMED,
    Text.of("This is no mail that can be read."),
    Text.of("Save the mail again, whole, as .eml."),
)
_FIELD = re.compile(rb"^(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)", re.MULTILINE)
_MAIL_FIELDS = re.compile(
    rb"^(?:from|to|subject|date|message-id|mime-version|content-type|received|return-path):",
    re.IGNORECASE | re.MULTILINE,
)
_PIXEL_HOSTS = re.compile(
    r"openedlog\.|/open(?:ed)?[./?]|[./]o\.(?:gif|png)|/wf/open|track(?:ing)?[./].{0,80}open|/e3t/|"
    r"mtracking\.gif|/email/[0-9a-f]{8,}\.gif|list-manage\.com/track/open|/pixel\.(?:gif"
    r"|png)|beacon",
    re.IGNORECASE,
)
# In every such address; looking for that in lower case is quicker.
_OF_PIXEL_HOSTS = re.compile(r"open|o\.gif|o\.png|/e3t/|track|/email/|/pixel\.|beacon")
_NO_SIZE = re.compile(
    r"(?:^|;)\s*width\s*:\s*[01](?:px)?\b.*(?:^|;)\s*height\s*:\s*[01](?:px)?\b"
    r"|(?:^|;)\s*height\s*:\s*[01](?:px)?\b.*(?:^|;)\s*width\s*:\s*[01](?:px)?\b"
    r"|(?:^|;)\s*max-(?:width|height)\s*:\s*[01](?:px)?\b",
    re.IGNORECASE,
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def looks_like_mail(data: bytes) -> bool:
    """Tell whether `data` begins with a mail header."""
    head = data[:_HEADERS].lstrip()
    if head.startswith((b"<", b"{", b"%PDF", b"PK")):
        return False
    if head.startswith(b"From "):
        head = head.partition(b"\n")[2]
    field = _MAIL_FIELDS.search(head) if _FIELD.match(head) else None
    return field is not None and b"\n\n" not in head[: field.start()]


def read_message(data: bytes, identity: str) -> Message:
    """Return the mail in `data`: with its header, or an HTML or text body alone."""
    if len(data) > MAX_BODY:
        return unread_message(identity, TOO_LARGE)
    if not data or data.isspace():
        return unread_message(identity, _NO_BODY)
    if not looks_like_mail(data):
        text = decode(data)
        html = bool(
            re.search(
                r"<(?:html|body|table|div|p|a|br|td|span|mjml|mj-\w+|font|center)\b",
                text[:200_000],
                re.IGNORECASE,
            )
        )
        return read_body(
            Message(
                id=identity,
                origin=Origin.PROBE,
                html=text if html else "",
                text="" if html else text,
                from_address=_NO_HEADERS,
                from_name=_NO_HEADERS,
                title=_NO_HEADERS,
                sent=False,
                reply=False,
                list_unsubscribe=_NO_HEADERS,
                list_unsubscribe_post=_NO_HEADERS,
                signatures=_NO_HEADERS,
            )
        )
    try:
        return _read_mail(data, identity)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        # The standard library's parser raises these on mails that nest or lie beyond its patience.
        return unread_message(identity, _BROKEN)


def read_template(message: Message) -> Message:
    """Return what a platform keeps as a template, with what a reader will see of it."""
    return read_body(
        msgspec.structs.replace(
            message,
            sent=False,
            reply=False,
            list_unsubscribe=_NO_HEADERS,
            list_unsubscribe_post=_NO_HEADERS,
            signatures=_NO_HEADERS,
        )
    )


def unread_message(identity: str, gap: Unknown) -> Message:
    """Return a message of which nothing is known, because of `gap`."""
    facts = (
        "title from_address from_name html text content alternative sent reply list_unsubscribe "
        "list_unsubscribe_post signatures open_pixels"
    )
    return Message(id=identity, origin=Origin.PROBE, **dict.fromkeys(facts.split(), gap))  # type: ignore[arg-type]


def read_body(message: Message) -> Message:
    """Return `message` with what a reader sees of its HTML, or else of its text."""
    html, text = message.html, message.text
    message = msgspec.structs.replace(message, unsubscribe_answer=_NOT_FOLLOWED)
    if isinstance(html, Unknown) and isinstance(text, Unknown):
        return msgspec.structs.replace(message, content=html, alternative=html, open_pixels=html)
    written = plain(text) if isinstance(text, str) and text.strip() else None
    if not isinstance(html, str) or _is_empty(html):
        content: Fact[Content] = written or (html if isinstance(html, Unknown) else _NO_BODY)
        if written is not None and _lost(written):
            content = _DAMAGED
        return msgspec.structs.replace(message, content=content, alternative=None, open_pixels=())
    if is_tangled(html):
        return msgspec.structs.replace(
            message, content=TANGLED, alternative=written, open_pixels=TANGLED
        )
    markup = Markup(html)
    content = markup.content(mail=True)
    return msgspec.structs.replace(
        message,
        content=_DAMAGED if _lost(content) else content,
        alternative=written,
        open_pixels=tuple(sorted(set(_pixels(markup)))),
    )


_LOST = "\ufffd"
_MOST_LOST = 0.05
"""The part of a text that may be lost; more, and what it says is anybody's guess."""


def _lost(content: Content) -> bool:
    text = "".join([block.text for block in content.blocks])
    return _LOST in text and text.count(_LOST) > _MOST_LOST * len(text)


def _pixels(markup: Markup) -> Iterator[str]:
    for image in markup.select("img"):
        attributes = image.attributes
        source = attributes.get("src") or ""
        if source.startswith(("http", "//", "{", "%", "*|")) and (
            _is_pixel(source) or (_is_unseen(attributes) and not _LAYS_OUT.search(source))
        ):
            try:
                yield urlsplit(source).hostname or source[:60]
            except ValueError:
                yield source[:60]


_TINY = frozenset(("0", "1", "0px", "1px"))
_LAYS_OUT = re.compile(
    r"/(?:spacer|blank|shim|clear(?:dot)?|transparent|trans|space|sp|line|border|dot|pad(?:ding)?)"
    r"[\w-]*\.(?:gif|png)$",
    re.IGNORECASE,
)
"""Pictures that keep other things apart, as mails were laid out for long."""
_OF_ONE_SCREEN = re.compile(r"\.(?:jpe?g|png|webp)$", re.IGNORECASE)


def _is_unseen(attributes: dict[str, str | None]) -> bool:
    """Tell whether a picture has no size, or is not shown, and is none of another screen's."""
    width, height = attributes.get("width"), attributes.get("height")
    if width in _TINY or height in _TINY:
        return (width is None or width in _TINY) and (height is None or height in _TINY)
    no_size, not_shown = _by_style((attributes.get("style") or "")[:_MOST_STYLE])
    if no_size or not not_shown:
        return no_size
    return not (
        attributes.get("alt")
        or width
        or height
        or _OF_ONE_SCREEN.search(attributes.get("src") or "")
    )


_MOST_STYLE = 1000
"""Characters of a style that are read, and remembered."""


@functools.lru_cache(maxsize=4096)
def _by_style(style: str) -> tuple[bool, bool]:
    """Tell whether a style leaves no size, and whether it hides; most pictures share a few."""
    return _NO_SIZE.search(style) is not None, _NOT_SHOWN.search(style) is not None


def _is_pixel(address: str) -> bool:
    """Tell whether a picture is fetched to count who opens the mail, by its address."""
    return bool(_OF_PIXEL_HOSTS.search(address.lower()) and _PIXEL_HOSTS.search(address))


def _read_mail(data: bytes, identity: str) -> Message:
    # The file may come from a mailbox, with the line that separates mails in it.
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    every = parts(data)
    mail = next(every)
    name, address = parseaddr(_header(mail, "from") or "")
    html, text, gap = _bodies(itertools.chain((mail,), every))
    subject = _header(mail, "subject") or ""
    unsubscribe = _header(mail, "list-unsubscribe")
    post = _header(mail, "list-unsubscribe-post")
    message = Message(
        id=identity,
        origin=Origin.PROBE,
        name=subject[:100],
        title=subject,
        from_address=address or None,
        from_name=name or None,
        html=html,
        text=text,
        sent=mail["x-unsent"] is None and any(mail[field] for field in _ON_THE_WAY),
        reply=bool(mail["in-reply-to"] or mail["references"]),
        # White space inside the brackets is of the folding (RFC 2369, section 2).
        list_unsubscribe=tuple(
            "".join(each.split()) for each in re.findall(r"<([^<>]+)>", unsubscribe or "")
        ),
        list_unsubscribe_post=post,
        signatures=tuple(_signatures(mail)),
    )
    if gap is not None:
        return msgspec.structs.replace(
            message, html=gap, text=gap, content=gap, alternative=gap, open_pixels=gap
        )
    return read_body(message)


_ON_THE_WAY = (
    "received",
    "return-path",
    "message-id",
    "dkim-signature",
    "authentication-results",
    "list-unsubscribe",
)
"""Fields that a mail gets as it is sent (RFC 5321, section 4.4; RFC 6409, section 8); drafts that a
tool saves have a date too."""


def _bodies(every: Iterable[Mail]) -> tuple[str, str, Unknown | None]:
    """Return the first HTML and the first text part, or why there is neither."""
    html, text = "", ""
    number = 0
    for number, part in enumerate(every):
        if number >= MOST_PARTS or (html and text):
            break
        kind = part.get_content_type()
        if kind in ("multipart/encrypted", "application/pkcs7-mime"):
            return "", "", _ENCRYPTED
        if kind not in ("text/html", "text/plain") or _is_attached(part):
            continue
        payload = part.get_payload(decode=True)
        body = decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
        if kind == "text/html":
            html = html or body
        else:
            text = text or body
    if number >= MOST_PARTS and not html:
        return "", "", _MANY_PARTS
    if not (_is_empty(html) and _is_empty(text)):
        return html, text, None
    return "", "", _NO_BODY


def _is_empty(text: str) -> bool:
    return not text or text.isspace()


def _is_attached(part: Mail) -> bool:
    """Tell whether a part is a file beside the text; some tools name what is shown in it, too."""
    disposition = part.get_content_disposition()
    if disposition is None and "name" in str(part["content-type"]).lower():
        return bool(part.get_filename())
    return disposition == "attachment"


def _header(mail: Mail, name: str) -> str | None:
    """Return a header field as text; bytes beyond ASCII are read like a body's."""
    # Taken by its name it would have lost what is not ASCII.
    value = next((value for field, value in mail.raw_items() if field.lower() == name), None)
    if value is None:
        return None
    raw = re.sub(r"\r?\n(?=[ \t])", "", str(value))
    if "=?" in raw:
        try:
            parts = [
                decode(part, charset) if isinstance(part, bytes) else part
                for part, charset in decode_header(raw[:_LONGEST_FIELD])
            ]
            raw = "".join(parts)
        except (ValueError, LookupError):
            return normalise(raw)
    elif _escaped(raw) or "\x1b$" in raw:
        raw = decode(raw.encode("ascii", "surrogateescape"))
    return normalise(raw)


_LONGEST_FIELD = 20_000
"""Characters of an encoded header field that are read; nobody writes so much there."""


def _escaped(text: str) -> bool:
    return not text.isascii() and any("\udc80" <= each <= "\udcff" for each in text)


def _signatures(mail: Mail) -> Iterator[Signature]:
    for value in (mail.get_all("dkim-signature") or [])[:20]:
        fields = {
            name.strip().lower(): "".join(content.split())
            for name, equals, content in (each.partition("=") for each in str(value).split(";"))
            if equals
        }
        yield Signature(
            domain=fields.get("d", "").lower()[:253],
            headers=tuple(filter(None, fields.get("h", "").lower().split(":"))),
        )
