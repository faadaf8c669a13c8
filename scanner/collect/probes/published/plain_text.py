"""A text that is no markup → its paragraphs, as whoever reads a mail without HTML sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collect.probes.published.characters import (
    normalise,
    take_links,
    take_placeholders,
)
from scanner.model import Block, Content, Link


def plain(text: str) -> Content:
    """Return the text part of a mail as blocks: its paragraphs, by empty lines and rulers."""
    blocks = []
    for paragraph in re.split(
        # What stands between two halves of a ruler is said too.
        r"\n[ \t\u3000]*\n|\n[-=_*━─＝―ー~～・☆★◆◇■□▼▽│┃┏┗┓┛+＊※*]{5,}"
        r"(?:[^\w\n]*(?=\n|\Z)|(?=[^\n]))"
        r"|\A[-=_━─＝]{5,}",
        text.replace("\r\n", "\n"),
    ):
        text, filled = take_links(normalise(paragraph))
        shown, placeholders = take_placeholders(text)
        if shown:
            links = [
                Link(
                    address,
                    address if "@" not in address or ":" in address else f"mailto:{address}",
                )
                for address in _addresses(paragraph)
            ]
            links += [Link(words, name) for words, name in filled]
            blocks.append(Block(text=shown, links=tuple(links), placeholders=placeholders))
    return Content(blocks=tuple(blocks))


_OF_THE_WEB = (
    r"(?:https?://|mailto:)[^\s<>\"'（）()「」【】、。\u3000-\u30ff\u4e00-\u9fff]+"
    r"|(?:https?://)?(?:\{\{.{1,100}?\}\}|%%\w+%%|\*\|[^|]+\|\*|\[%.{1,80}?%\]|\#\#\w+\#\#"
    r"|\$\{\w+\}|\{\w+\})"
)
# From its beginning alone: a long word is gone through once.
_OF_MAIL = r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
_WEB_ADDRESS = re.compile(rf"(?=[hm{{%*\[#$])(?:{_OF_THE_WEB})")
_ANY_ADDRESS = re.compile(f"{_OF_THE_WEB}|{_OF_MAIL}")


def _addresses(text: str) -> Iterator[str]:
    for match in (_ANY_ADDRESS if "@" in text else _WEB_ADDRESS).finditer(text):
        yield match[0].rstrip(".,;")
