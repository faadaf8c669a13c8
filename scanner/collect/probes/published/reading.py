"""HTML → what somebody sees of it, in reading order.

A browser is not needed for that, and none is started: text is taken as hidden by attributes, by
inline style, by the rules of the page's own style sheets, and by being of the background's colour.
Text that only a script shows or hides is beyond this.
"""

from __future__ import annotations

import functools
import re

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.collect.probes.published.characters import (
    normalise,
    normalise_each,
    signs_of_placeholders,
    take_links,
    take_placeholders,
)
from scanner.collect.probes.published.style import LOOKS, Look, Styles
from scanner.model import Block, Content, Link, Picture, Region

MOST_HIDDEN = 20_000
"""Characters kept of the text that is not shown."""

_NEVER = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "svg",
        "iframe",
        "object",
        "select",
        "textarea",
        "datalist",
        "audio",
        "video",
        "canvas",
        "math",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "aside",
        "main",
        "ul",
        "ol",
        "table",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "form",
        "fieldset",
        "legend",
        "address",
        "figure",
        "figcaption",
        "hr",
        "center",
        "details",
        "summary",
        "body",
        "label",
    ]
)
_HEADINGS = frozenset(
    ["h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "legend", "caption", "summary"]
)
_NAVIGATION_TAGS = frozenset(("nav", "footer"))
_NAVIGATION_ROLES = frozenset(("navigation", "contentinfo", "banner"))
_NAVIGATION_NAMES = frozenset(
    [
        "footer",
        "site-footer",
        "global-footer",
        "header",
        "site-header",
        "global-header",
        "nav",
        "navbar",
        "navigation",
        "gnav",
        "global-nav",
        "globalnav",
        "menu",
        "breadcrumb",
        "breadcrumbs",
        "sidebar",
    ]
)
_MOST_OPEN_LINKS = 4
"""Links in each other; all words inside are read for each of them."""
_FILLED_LINKS = frozenset(("unsubscribe", "preferences"))

_TOLD = LOOKS | {"role", "hidden"}
"""Attributes by which alone, beside its style, what holds inside an element may be another."""
_NAMES = {"role", "class", "id"}
"""Those of them that say nothing in a mail of which every style sheet is known."""
_EMPTY = frozenset(("br", "img"))
_BOXES = frozenset(("textarea", "iframe"))
_BY_MORE = frozenset(("form", "body", "header", "nav"))
"""Elements of which that depends on more: where they stand, what they hold, which of them it is."""

_WRITTEN = 30
"""Characters; a field that holds more shows a text, and asks for none."""


class _Place(msgspec.Struct, gc=False):
    """What holds at one place of the tree."""

    look: Look = Look()
    region: Region = Region.MAIN
    heading: bool = False
    block: bool = False
    """The element that is open here makes a block of its own."""
    links: int = 0
    """How many links are open here; HTML lets no link stand in another."""
    form: int = 0
    """The form that is open here, by its `mem_id`, if that is what the element is."""
    unseen: bool = False
    """Nobody can read the text that stands here."""
    hidden: bool = False
    """Nobody sees the element at all."""
    shut: bool = False
    """Nothing that stands inside the element is walked through."""
    more: bool = False
    """There is more to take of the element than what stands inside."""
    picture: str | None = None
    """Address of the picture behind it."""
    inner: dict[tuple[object, ...], _Place] = msgspec.field(default_factory=dict)
    """What holds inside the elements met here, by all that it depends on: most are alike."""


class _Met(msgspec.Struct, frozen=True, gc=False):
    """A block as the markup writes it."""

    text: str
    place: _Place
    links: tuple[Link, ...]


class Reader:
    """Walks a tree once."""

    def __init__(self, tree: LexborHTMLParser, styles: Styles, *, mail: bool) -> None:
        self._styles = styles
        self._ruled = styles.ruled
        self._mail = mail
        self._met: list[_Met] = []
        self._forms: dict[int, slice] = {}
        """Which of the blocks stand in each form, by its `mem_id`."""
        self._pictures: list[Picture] = []
        self._parts: list[str] = []
        self._links: list[Link] = []
        self._hidden: list[str] = []
        self._hidden_size = 0
        # Nothing is laid over anything in a mail, and a whole one brings its style sheets along.
        self._all_known = (
            mail
            and tree.css_first("style") is not None
            and tree.css_first("link[rel=stylesheet]") is None
        )
        self._told = _TOLD - _NAMES if self._all_known else _TOLD
        self._in_order = tuple(self._told)
        title = tree.css_first("title")
        if tree.body is not None:
            self._read(tree.body)
        self._content = Content(
            blocks=tuple(self._blocks()),
            title=take_placeholders(normalise(title.text()))[0] if title else "",
            pictures=tuple(self._pictures),
            hidden=normalise("\n".join(self._hidden))[:MOST_HIDDEN],
        )

    def content(self, form: LexborNode | None) -> Content:
        """Return what was read, with the blocks of that form marked as being of it."""
        blocks = list(self._content.blocks)
        within = self._forms.get(form.mem_id) if form is not None else None
        if within is None:
            return self._content
        # Where one of fields alone stands is told by an empty block.
        blocks[within] = [
            msgspec.structs.replace(each, region=Region.FORM)
            for each in blocks[within] or [Block(text="")]
        ]
        return msgspec.structs.replace(self._content, blocks=tuple(blocks))

    def _read(self, body: LexborNode) -> None:
        """Read everything that stands in the body."""
        attributes, outside = body.attributes, _Place()
        place = self._inside(body, "body", attributes, outside)
        if place.more:
            self._take(body, "body", attributes, outside, place)
        if not place.shut:
            self._open(outside, place)
            self._walk(body.first_child, place)

    def _walk(self, node: LexborNode | None, place: _Place) -> None:
        """Go through the tree without recursion: a hostile page nests deeper than Python calls.

        There are hundreds of elements in a mail, so what is asked of each is asked here: a call for
        it would cost more than the question.
        """
        parts, links, ruled = self._parts, self._links, self._ruled
        told, in_order = self._told, self._in_order
        # Where to go on once an element is left.
        rest: list[tuple[LexborNode | None, _Place]] = []
        while node is not None or rest:
            if node is None:
                # Most hold other blocks alone.
                if place.block and (parts or links or place.form):
                    self._leave(place)
                node, place = rest.pop()
                continue
            if (text := node.text_content) is not None:
                # So do most texts, between the tags of those.
                if not text.isspace():
                    self._text(text, place)
                elif parts:
                    parts.append(text if place.look.lines else " ")
                node = node.next
                continue
            tag, attributes = node.tag or "-", node.attributes
            style = attributes.get("style")
            rules = ruled.get(node.mem_id) if ruled else None
            key: tuple[object, ...] = (
                (tag, style, rules)
                if told.isdisjoint(attributes)
                else (tag, style, rules, "hidden" in attributes, *map(attributes.get, in_order))
            )
            inside = place.inner.get(key) or self._met_first(node, tag, attributes, place, key)
            if inside.more:
                self._take(node, tag, attributes, place, inside)
            if inside.block and (parts or links or inside.form):
                self._open(place, inside)
            if inside.shut:
                node = node.next
            else:
                rest.append((node.next, place))
                node, place = node.first_child, inside
        self._leave(place)

    def _text(self, text: str, place: _Place) -> None:
        """Take what is written at one place."""
        if place.unseen:
            self._hide(text)
        elif place.look.lines:
            self._as_written(text, place)
        else:
            self._parts.append(_flow(text) if "\n" in text or "\r" in text else text)

    def _as_written(self, text: str, place: _Place) -> None:
        """Take text of which every line break is shown; an empty line ends a block."""
        first, *others = _EMPTY_LINE.split(text)
        self._parts.append(first)
        for each in others:
            self._end(place)
            self._parts.append(each)

    def _met_first(
        self,
        node: LexborNode,
        tag: str,
        attributes: dict[str, str | None],
        place: _Place,
        key: tuple[object, ...],
    ) -> _Place:
        """Return what holds inside an element, and keep it for others like it."""
        inside = self._inside(node, tag, attributes, place)
        if tag not in _BY_MORE:
            place.inner[key] = inside
        return inside

    def _inside(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], place: _Place
    ) -> _Place:
        """Return what holds inside an element."""
        if tag in _NEVER or tag.startswith("-"):
            return _Place(shut=True, more=tag == "-comment" if self._mail else tag in _BOXES)
        style = self._styles.of(node, attributes)
        if style.unseen or "hidden" in attributes:
            return _Place(hidden=True, shut=True, more=True)
        look = place.look.inside(style, attributes, all_known=self._all_known)
        if tag == "pre" and style.lines is None:
            look = msgspec.structs.replace(look, lines=True)
        block = tag in _BLOCKS
        links = place.links + (tag == "a" or tag in _FILLED_LINKS)
        picture = (attributes.get("background") or style.picture) if self._mail else None
        return _Place(
            look,
            self._region(node, tag, attributes, place.region) if block else place.region,
            tag in _HEADINGS if block else place.heading,
            block=block,
            links=links,
            form=node.mem_id if tag in ("form", "body") else 0,
            unseen=look.unseen,
            shut=tag in _EMPTY,
            more=tag in _EMPTY or bool(picture) or place.links < links <= _MOST_OPEN_LINKS,
            picture=picture,
        )

    def _take(
        self,
        node: LexborNode,
        tag: str,
        attributes: dict[str, str | None],
        place: _Place,
        inside: _Place,
    ) -> None:
        """Take what an element is by itself, where it is more than a place for others."""
        if inside.picture:
            self._pictures.append(Picture(inside.picture))
        if inside.hidden:
            self._hide(node.text(separator=" ")[:MOST_HIDDEN])
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            alt = attributes.get("alt")
            self._pictures.append(
                Picture(attributes.get("src") or "", normalise(alt) if alt else "")
            )
        elif tag == "-comment":
            self._condition(node)
        elif tag in _BOXES:
            self._box(node, tag, attributes, place)
        elif place.links < inside.links <= _MOST_OPEN_LINKS:
            self._link(node, tag, attributes, inside)

    def _box(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], place: _Place
    ) -> None:
        """Take what scrolls in a box of its own, as long texts at forms do."""
        if self._styles.of(node, attributes).unseen or "hidden" in attributes:
            return
        if tag == "iframe":
            if source := attributes.get("src"):
                self._links.append(Link("", source.strip()[:2000]))
            return
        written = node.text()
        if len(written) > _WRITTEN:
            self._end(place)
            for line in written.split("\n"):
                self._parts += (_flow(line), "\n")
            self._end(place)

    def _open(self, place: _Place, inside: _Place) -> None:
        """Begin what is a block of its own, which ends the one that is open around it."""
        if self._parts or self._links:
            self._end(place)
        if inside.form:
            self._forms[inside.form] = slice(len(self._met), None)

    def _leave(self, place: _Place) -> None:
        if place.block and (self._parts or self._links):
            self._end(place)
        if place.form:
            begin = self._forms[place.form].start
            self._forms[place.form] = slice(begin, len(self._met))

    def _region(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], region: Region
    ) -> Region:
        if self._mail or region is not Region.MAIN:
            return region
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower().split()
        if tag == "nav" and not node.css_first("a, button, input, select"):
            # A list in it that leads nowhere is no menu.
            return region
        if (
            tag in _NAVIGATION_TAGS
            or (attributes.get("role") or "") in _NAVIGATION_ROLES
            or not _NAVIGATION_NAMES.isdisjoint(names)
            or (tag == "header" and node.parent is not None and node.parent.tag == "body")
        ):
            return Region.NAVIGATION
        return region

    def _condition(self, node: LexborNode) -> None:
        """Keep what a comment says, and what Outlook alone shows out of one, as not seen."""
        if not self._mail:
            return
        inside = _CONDITION.match(node.html or "")
        if inside is None:
            said = (node.html or "").removeprefix("<!--").removesuffix("-->")
            # Short ones name a part for whoever writes the mail; markup is what is left out of it.
            if len(said) > _LABEL and "<" not in said and not _NAMES_A_PART.search(said):
                self._hide(said)
        else:
            # Up to the last `>`: a pattern that looks for one in vain would do so at every `<`.
            markup, end, rest = inside[1].rpartition(">")
            self._hide(_MARKUP.sub(" ", markup + end) + rest)

    def _link(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], inside: _Place
    ) -> None:
        """Keep a link that somebody can see, though its own text may be of the ground's colour."""
        if tag in _FILLED_LINKS:
            # Campaign Monitor makes a link of these elements when it sends.
            self._links.append(Link(normalise(node.text(separator=" ")), f"[{tag}]"))
            return
        href = attributes.get("href")
        if self._mail and tag == "a" and not href and "name" not in attributes:
            # Copies of mails lose their links; what was one still reads as one.
            self._links.append(Link(_words_of(node.text(separator=" ")), ""))
        if href and not (inside.unseen and not _is_styled_within(node)):
            self._links.append(Link(_words_of(node.text(separator=" ")), href.strip()[:2000]))

    def _hide(self, text: str) -> None:
        if self._hidden_size < MOST_HIDDEN:
            self._hidden.append(text)
            self._hidden_size += len(text)

    def _end(self, place: _Place) -> None:
        """Close the block that is open."""
        self._met.append(_Met("".join(self._parts), place, tuple(self._links)))
        self._parts.clear()
        self._links.clear()

    def _blocks(self) -> list[Block]:
        """Return those of the blocks that hold anything."""
        texts = normalise_each([each.text for each in self._met])
        signs = signs_of_placeholders("\n".join(texts))
        blocks: list[Block] = []
        before: list[int] = []
        """How many of them stand before each block that was met."""
        for text, met in zip(texts, self._met, strict=True):
            before.append(len(blocks))
            if text or met.links:
                blocks.append(self._block(text, met, signs))
        before.append(len(blocks))
        for form, met_in_it in self._forms.items():
            self._forms[form] = slice(before[met_in_it.start], before[met_in_it.stop])
        return blocks

    def _block(self, text: str, met: _Met, signs: list[str]) -> Block:
        links = met.links
        if signs and self._mail:
            text, filled = take_links(text)
            links += tuple(Link(words, name) for words, name in filled)
        text, placeholders = take_placeholders(text, signs)
        return Block(
            text=text,
            region=met.place.region,
            heading=met.place.heading,
            links=links,
            placeholders=placeholders,
        )


def _words_of(text: str) -> str:
    """Return what a link with `text` in it says; the buttons of a mail say the same, one by one."""
    return _read(text) if len(text) < _SHORT else _read.__wrapped__(text)


@functools.lru_cache(maxsize=1024)
def _read(text: str) -> str:
    return take_placeholders(normalise(text))[0][:300]


_SHORT = 100
"""Characters of what a link says that is remembered."""


def _is_styled_within(link: LexborNode) -> bool:
    """Tell whether an element inside a link has a style of its own, and may be seen after all."""
    first = link.first_child
    if first is not None and first.tag != "a" and "style" in first.attributes:
        return True
    return any("style" in each.attributes for each in link.traverse() if each.tag != "a")


_EMPTY_LINE = re.compile(r"\n[ \t\r\u3000]*\n")


def _flow(text: str) -> str:
    """Return a text node as it is laid out: its own line breaks are spaces."""
    if "\n" in text and not text.isascii():
        text = _BETWEEN.sub(lambda space: "" if "\n" in space[0] else space[0], text)
    return text.replace("\n", " ").replace("\r", " ")


_BETWEEN = re.compile(r"(?<=[\u3001-\u9fff\uff01-\uff5e])\s+(?=[\u3001-\u9fff\uff01-\uff5e])")
"""White space between two Japanese characters, where a line break of the source is no space."""
_NAMES_A_PART = re.compile(r"\b(?:start|begin|end|line|section|row|block)s?\W*$", re.IGNORECASE)
_LABEL = 20
"""Characters of a comment that says no more than what follows it."""
_CONDITION = re.compile(r"<!--\s*\[if[^\]]*\]>(.*)<!\[endif\]\s*-->", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
