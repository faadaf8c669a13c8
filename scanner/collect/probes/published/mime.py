"""A mail → its parts, each cut out when it is asked for.

The standard library's parser goes through a mail line by line, which takes longer than all that is
read of it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

_FIELDS = re.compile(
    r"(?:(?:From |[!-9;-~]*+:|[\t ])[^\r\n]*+(?>\r\n|[\r\n]|\Z))*+(?P<end>)(?>\r\n|[\r\n])?"
)
"""Fields, and the empty line that ends them; what looks like no field is of the body already."""
_FIELD = re.compile(
    r"(?<![^\r\n])(?P<name>[!-9;-~]++):"
    r"(?P<value>[^\r\n]*+(?:(?>\r\n|[\r\n])[\t ][^\r\n]*+)*+)"
)
"""One of them, with the lines that it is folded into."""

_AFTER_A_DELIMITER = re.compile(r"(?P<last>--)?[ \t]*(?:\r\n|[\r\n]|\Z)")

_MAILS = frozenset(("message/rfc822", "message/global"))


def parts(data: bytes) -> Iterator[Message]:
    """Yield a mail and then, in order, the parts of it, but not those of a mail attached to it."""
    mail, body = _part(data.decode("ascii", "surrogateescape"))
    yield mail
    waiting = [_inside(mail, body)]
    while waiting:
        part, body = next(waiting[-1], (None, ""))
        if part is None:
            waiting.pop()
        else:
            yield part
            if part.get_content_type() not in _MAILS:
                waiting.append(_inside(part, body))


def _part(text: str) -> tuple[Message, str]:
    """Return a part with its fields, and with what follows them as its payload and beside it."""
    fields = _FIELDS.match(text)
    assert fields is not None, "no field at all fits too"
    part: Message = Message()
    for field in _FIELD.finditer(text, 0, fields.start("end")):
        part.set_raw(field["name"], field["value"].lstrip(" \t"))
    body = text[fields.end() :]
    part.set_payload(body)
    return part, body


def _inside(part: Message, body: str) -> Iterator[tuple[Message, str]]:
    """Yield the parts that stand right inside another one."""
    kind = part.get_content_type()
    if kind in _MAILS:
        yield _part(body)
    elif kind.startswith("multipart/") and (boundary := part.get_boundary()) is not None:
        for text in _between(body, f"--{boundary}"):
            inner, its_body = _part(text)
            if kind == "multipart/digest":
                inner.set_default_type("message/rfc822")
            if inner.get_content_maintype() != "multipart":
                # The last line break belongs to the delimiter that follows.
                its_body = its_body.removesuffix("\n").removesuffix("\r")
                inner.set_payload(its_body)
            yield inner, its_body


def _between(text: str, delimiter: str) -> Iterator[str]:
    """Yield what stands between lines that are `delimiter` (RFC 2046, 5.1.1)."""
    begin: int | None = None
    at = text.find(delimiter)
    while at >= 0:
        line = _AFTER_A_DELIMITER.match(text, at + len(delimiter))
        if line is not None and (not at or text[at - 1] in "\r\n"):
            if begin is not None and begin < at:
                yield text[begin:at]
            if line["last"]:
                return
            begin = line.end()
        at = text.find(delimiter, at + 1 if line is None else line.end())
    if begin is not None:
        yield text[begin:]
