"""HTML → what somebody sees of it, in reading order, and the forms in it.

A browser is not needed for that, and none is started: text is taken as hidden by attributes, by
inline style, by the rules of the page's own style sheets, and by being of the background's colour.
Text that only a script shows or hides is beyond this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.collect.probes.published.characters import normalise, take_placeholders
from scanner.model import Block, Content, Control, Link, Picture, Region

MOST_HIDDEN = 20_000
"""Characters kept of the text that is not shown."""
_MOST_RULES = 400

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
_FIELDS = frozenset(("input", "select", "textarea", "button"))

_HIDDEN = re.compile(
    r"""(?:^|;)\s*(?:
        display\s*:\s*none
      | visibility\s*:\s*(?:hidden|collapse)
      | opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)
      | font-size\s*:\s*[01](?:\.\d+)?(?:px|pt)?\s*(?:;|!|$)
      | font-size\s*:\s*0
      | mso-hide\s*:\s*all
      | text-indent\s*:\s*-\d{3,}
      | (?:left|top)\s*:\s*-\d{4,}px
      | clip\s*:\s*rect\(\s*(?:0|1px)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_FLAT = re.compile(
    r"(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE
)
_CLIPPED = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_DISPLAYS = re.compile(r"(?:^|;)\s*(?:display|visibility|opacity|font-size)\s*:", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color|-image)?\s*:\s*([^;!]+)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_SERVER_CODE = re.compile(r"<\?(?:php|=|\s).*?(?:\?>|\Z)|<%.*?%>", re.DOTALL)
_MARK = "{{server}}"
_TICKS = re.compile(
    r"checked\s*=\s*(?:true|!0)|(?:prop|attr)\(\s*[\"']checked[\"']\s*,", re.IGNORECASE
)
_WHITE = frozenset(("#fff", "#ffffff", "white", "rgb(255,255,255)"))


class Markup:
    """A parsed page, mail or form."""

    def __init__(self, html: str) -> None:
        # What a server fills in is no markup, and would end at the first `>` inside it.
        self._tree = LexborHTMLParser(
            _SERVER_CODE.sub(_MARK, html) if "<?" in html or "<%" in html else html
        )
        self._ruled = self._style_rules()

    def select(self, selector: str) -> list[LexborNode]:
        """Return the elements that a CSS selector names, shown or not."""
        return self._tree.css(selector)

    @property
    def language(self) -> str:
        """The language the page says it is in, in lower case."""
        root = self._tree.css_first("html")
        return ((root.attributes.get("lang") if root else "") or "").lower()

    def content(self, *, mail: bool = False, inside: LexborNode | None = None) -> Content:
        """Return what somebody sees; in a mail no part is navigation.

        With `inside`, the blocks of that form alone are marked as being of the form.
        """
        return _Reader(self._ruled, mail=mail, form=inside).read(self._tree)

    def forms(self) -> list[tuple[LexborNode, tuple[Control, ...]]]:
        """Return each form with its controls; fields outside any form make up one more."""
        found = [(form, tuple(self._controls(form))) for form in self._tree.css("form")]
        if not found and self._tree.body is not None:
            controls = tuple(self._controls(self._tree.body))
            if controls:
                found.append((self._tree.body, controls))
        return found

    def _style_rules(self) -> dict[int, bool]:  # noqa: C901 - one pass over the rules
        """Return, by element, whether the page's own style sheets hide it."""
        winners: dict[int, tuple[tuple[int, int, int], int, bool]] = {}
        rules: list[tuple[str, bool]] = []
        for style in self._tree.css("style"):
            if "print" in (style.attributes.get("media") or ""):
                continue
            for selectors, declarations in _rules(_COMMENT.sub("", style.text() or "")):
                if _DISPLAYS.search(declarations) or _HIDDEN.search(declarations):
                    hides = _hides(declarations)
                    rules += [(each.strip(), hides) for each in selectors.split(",")]
        if not any(hides for _, hides in rules):
            return {}
        for order, (selector, hides) in enumerate(rules[:_MOST_RULES]):
            if not selector or ":" in selector or selector.startswith("*"):
                continue
            try:
                matched = self._tree.css(selector)
            except Exception:  # noqa: BLE001, S112 - a selector the library does not know hides nothing
                continue
            weight = (selector.count("#"), len(re.findall(r"[.\[]", selector)), 0)
            for node in matched:
                won = winners.get(node.mem_id)
                if won is None or (weight, order) >= won[:2]:
                    winners[node.mem_id] = (weight, order, hides)
        return {node: hides for node, (_, _, hides) in winners.items()}

    def _controls(self, form: LexborNode) -> Iterator[Control]:
        labels = {
            name: normalise(label.text(separator=" "))
            for label in form.css("label")
            if (name := label.attributes.get("for"))
        }
        scripts = "\n".join(each.text() or "" for each in self._tree.css("script:not([src])"))
        scripts = scripts if _TICKS.search(scripts) else ""
        for node in form.css("input, select, textarea, button"):
            control = _control(node, labels)
            if scripts and control.kind == "checkbox" and control.name and control.name in scripts:
                control = msgspec.structs.replace(control, checked=None)
            if control.kind != "hidden" and not self._is_hidden(node):
                yield control

    def _is_hidden(self, node: LexborNode) -> bool:
        each: LexborNode | None = node
        while each is not None:
            if (
                each.tag
                and not each.tag.startswith("-")
                and _hidden_here(each, self._ruled, each.attributes)
            ):
                # Many pages draw their own boxes over the real ones.
                return node.tag != "input" or each.mem_id != node.mem_id
            each = each.parent
        return False


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and declarations that hold everywhere, not on some devices alone."""
    depth = skipped = 0
    selectors = ""
    for piece in re.split(r"([{}])", css):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
            skipped = 0 if depth < skipped else skipped
        elif depth == 0:
            # What stands before the last semicolon is an @import or the like.
            selectors = piece.rpartition(";")[2].strip()
            skipped = 1 if selectors.startswith("@") else 0
        elif depth == 1 and not skipped:
            yield selectors, piece


def _hides(style: str) -> bool:
    if _HIDDEN.search(style):
        return True
    return bool(_FLAT.search(style) and _CLIPPED.search(style))


def _hidden_here(
    node: LexborNode, ruled: dict[int, bool], attributes: dict[str, str | None]
) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _hides(style):
        return True
    if not ruled or not ruled.get(node.mem_id):
        return False
    return not (style and re.search(r"display\s*:", style))


class _Reader:
    """Walks a tree once."""

    def __init__(self, ruled: dict[int, bool], *, mail: bool, form: LexborNode | None) -> None:
        self._ruled = ruled
        self._mail = mail
        self._form = form.mem_id if form is not None else None
        self._blocks: list[Block] = []
        self._pictures: list[Picture] = []
        self._parts: list[str] = []
        self._links: list[Link] = []
        self._bold = True
        self._hidden: list[str] = []
        self._hidden_size = 0

    def read(self, tree: LexborHTMLParser) -> Content:
        title = tree.css_first("title")
        if tree.body is not None:
            self._walk(tree.body)
        return Content(
            blocks=tuple(self._blocks),
            title=take_placeholders(normalise(title.text()))[0] if title else "",
            pictures=tuple(self._pictures),
            hidden=normalise("\n".join(self._hidden))[:MOST_HIDDEN],
        )

    def _walk(self, body: LexborNode) -> None:  # noqa: C901, PLR0912 - one pass over the tree
        """Go through the tree without recursion: a hostile page nests deeper than Python calls."""
        # Entries: a node to enter, or what to do on leaving one.
        stack: list[tuple[LexborNode | None, Region, bool, str, str]] = [
            (body, Region.MAIN, False, "", "")
        ]
        while stack:
            node, region, heading, colour, ground = stack.pop()
            if node is None:
                self._end(region, heading=heading)
                continue
            tag = node.tag or "-"
            if tag == "-text":
                text = node.text_lexbor() or ""
                if text.strip():
                    self._parts.append(text)
                elif text and self._parts:
                    self._parts.append(" ")
                continue
            if tag.startswith("-") or tag in _NEVER:
                continue
            attributes = node.attributes
            if (attributes or self._ruled) and _hidden_here(node, self._ruled, attributes):
                self._hide(node)
                continue
            if tag == "br":
                self._parts.append("\n")
                continue
            if tag == "img":
                self._picture(attributes)
                continue
            if tag == "a" and attributes.get("href"):
                self._link(node, str(attributes["href"]))
            if attributes:
                colour, ground = _colours(attributes, colour, ground)
            if colour and colour == (ground or "#ffffff"):
                self._hide(node)
                continue
            if tag in _BLOCKS:
                self._end(region, heading=heading)
                region = self._region(node, tag, attributes, region)
                heading = tag in _HEADINGS
                stack.append((None, region, heading, "", ""))
            children = []
            child = node.first_child
            while child is not None:
                children.append((child, region, heading, colour, ground))
                child = child.next
            stack.extend(reversed(children))

    def _region(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], region: Region
    ) -> Region:
        if node.mem_id == self._form:
            return Region.FORM
        if self._mail or region is not Region.MAIN:
            return region
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower().split()
        if (
            tag in _NAVIGATION_TAGS
            or (attributes.get("role") or "") in _NAVIGATION_ROLES
            or not _NAVIGATION_NAMES.isdisjoint(names)
            or (tag == "header" and node.parent is not None and node.parent.tag == "body")
        ):
            return Region.NAVIGATION
        return region

    def _picture(self, attributes: dict[str, str | None]) -> None:
        self._pictures.append(
            Picture(attributes.get("src") or "", normalise(attributes.get("alt") or ""))
        )

    def _link(self, node: LexborNode, href: str) -> None:
        text = take_placeholders(normalise(node.text(separator=" ")))[0]
        self._links.append(Link(text[:300], href.strip()[:2000]))

    def _hide(self, node: LexborNode) -> None:
        if self._hidden_size < MOST_HIDDEN:
            text = node.text(separator=" ")[:MOST_HIDDEN]
            self._hidden.append(text)
            self._hidden_size += len(text)

    def _end(self, region: Region, *, heading: bool) -> None:
        """Close the block that is open, if it holds anything."""
        if not self._parts and not self._links:
            return
        text = normalise("".join(_flow(part) for part in self._parts))
        self._parts.clear()
        if text or self._links:
            text, placeholders = take_placeholders(text)
            self._blocks.append(
                Block(
                    text=text,
                    region=region,
                    heading=heading,
                    links=tuple(self._links),
                    placeholders=placeholders,
                )
            )
        self._links.clear()


def _flow(part: str) -> str:
    """Return a text node as it is laid out: its own line breaks are spaces."""
    if part == "\n":
        return part
    if part.isascii():
        return re.sub(r"\s+", " ", part)
    # Between two Japanese characters a line break of the source is no space.
    part = re.sub(
        r"(?<=[\u3001-\u9fff\uff01-\uff5e])\s*\n\s*(?=[\u3001-\u9fff\uff01-\uff5e])", "", part
    )
    return re.sub(r"[ \t\r\n\f]+", " ", part)


def _colours(attributes: dict[str, str | None], colour: str, ground: str) -> tuple[str, str]:
    style = attributes.get("style") or ""
    if found := (_BACKGROUND.search(style)):
        ground = _colour(found[1])
    elif attributes.get("bgcolor"):
        ground = _colour(str(attributes["bgcolor"]))
    elif attributes.get("class") or attributes.get("id") or attributes.get("background"):
        # A style sheet may have given it any background.
        ground = ground if ground and ground != "?" else "?"
    if found := _COLOUR.search(style):
        colour = _colour(found[1])
    elif "color" in attributes:
        colour = _colour(attributes["color"] or "")
    return colour, ground


def _colour(value: str) -> str:
    value = value.strip().lower().replace(" ", "")
    if value in _WHITE:
        return "#ffffff"
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(2 * digit for digit in value[1:])
    return value if re.fullmatch(r"#[0-9a-f]{6}|[a-z]+", value) else "?"


def _control(node: LexborNode, labels: dict[str, str]) -> Control:
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower() if node.tag == "input" else node.tag or ""
    if node.tag == "button":
        kind = (attributes.get("type") or "submit").lower()
    # Attributes that no HTML has are what is left of a template's conditions.
    templated = any(set(name) & set("{}'\"$<?%@") for name in attributes)
    checked: bool | None = "checked" in attributes
    if templated or (checked and "{" in str(attributes.get("checked"))):
        checked = None
    options: list[str] = []
    if node.tag == "select":
        for option in node.css("option"):
            text = normalise(option.text())
            if "selected" in option.attributes:
                options.insert(0, text)
            else:
                options.append(text)
    value = attributes.get("value") or ""
    if node.tag == "button":
        value = normalise(node.text(separator=" "))
    elif kind == "image":
        value = attributes.get("alt") or ""
    return Control(
        kind=kind,
        name=attributes.get("name") or attributes.get("id") or "",
        label=_label(node, labels),
        value=normalise(value)[:300],
        required="required" in attributes or attributes.get("aria-required") == "true",
        checked=checked if kind in ("checkbox", "radio") else False,
        options=tuple(options[:40]),
    )


def _label(node: LexborNode, labels: dict[str, str]) -> str:
    """Return the text a visitor reads as the control's: its label, or what stands beside it."""
    attributes = node.attributes
    own = attributes.get("id")
    if own and own in labels:
        return labels[own][:500]
    if attributes.get("aria-label"):
        return normalise(attributes["aria-label"] or "")[:500]
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag in ("form", "body", "fieldset", "table", "tbody"):
            break
        if parent.tag == "label":
            return normalise(parent.text(separator=" "))[:500]
        parent = parent.parent
    if attributes.get("type") in ("checkbox", "radio"):
        return _beside(node)
    return normalise(attributes.get("placeholder") or "")[:500] or _beside(node) or _before(node)


def _beside(node: LexborNode) -> str:
    """Return the text after a box up to the next one, or else around it."""
    parts: list[str] = []
    each = node.next
    while each is not None and each.tag not in _FIELDS and each.tag != "br":
        if each.tag == "-text" or each.css_first("input") is None:
            parts.append(each.text(separator=" ") or "")
        else:
            break
        each = each.next
    text = normalise(" ".join(parts))
    parent = node.parent
    for _ in range(3):
        if text or parent is None or parent.tag in ("form", "body", "fieldset"):
            break
        if len(parent.css("input, select, textarea")) == 1:
            text = normalise(parent.text(separator=" "))
        elif parent.tag in ("td", "dd") and parent.prev is not None:
            text = normalise(parent.prev.text(separator=" "))
        parent = parent.parent
    return text[:500]


def _before(node: LexborNode) -> str:
    """Return the short text right before a field, which names it where no label does."""
    each = node.prev
    while each is not None and each.tag == "-text" and not (each.text() or "").strip():
        each = each.prev
    if each is None or each.tag in _FIELDS or each.css_first("input, select, textarea"):
        return ""
    text = normalise(each.text(separator=" ") or "")
    return text if len(text) <= 80 else ""


def plain(text: str) -> Content:
    """Return the text part of a mail as blocks: its paragraphs, by empty lines and rulers."""
    blocks = []
    for paragraph in re.split(
        r"\n[ \t\u3000]*\n|\n[-=_*━─＝―ー~～・☆★◆◇■□▼▽│┃┏┗┓┛+＊※*]{5,}[^\n]*(?=\n|\Z)"
        r"|\A[-=_━─＝]{5,}",
        text.replace("\r\n", "\n"),
    ):
        shown, placeholders = take_placeholders(normalise(paragraph))
        if shown:
            links = tuple(
                Link(
                    address,
                    address if "@" not in address or ":" in address else f"mailto:{address}",
                )
                for address in _addresses(paragraph)
            )
            blocks.append(Block(text=shown, links=links, placeholders=placeholders))
    return Content(blocks=tuple(blocks))


_ADDRESS = re.compile(
    r"(?:https?://|mailto:)[^\s<>\"'（）()「」【】、。\u3000-\u30ff\u4e00-\u9fff]+"
    r"|(?:https?://)?(?:\{\{.{1,100}?\}\}|%%\w+%%|\*\|[^|]+\|\*|\[%.{1,80}?%\]|\#\#\w+\#\#"
    r"|\$\{\w+\}|\{\w+\})"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)


def _addresses(text: str) -> Iterator[str]:
    for match in _ADDRESS.finditer(text):
        yield match[0].rstrip(".,;")
