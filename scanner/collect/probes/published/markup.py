"""HTML → what somebody sees of it, in reading order, and the forms in it.

A browser is not needed for that, and none is started: text is taken as hidden by attributes, by
inline style, by the rules of the page's own style sheets, and by being of the background's colour.
Text that only a script shows or hides is beyond this.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.collect.probes.published.characters import normalise, take_placeholders
from scanner.model import Block, Content, Control, Link, Picture, Region

MOST_HIDDEN = 20_000
"""Characters kept of the text that is not shown."""
_MOST_RULES = 400
_MOST_CSS = 200_000
"""Characters of a style sheet that are read."""

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
_FILLED_LINKS = frozenset(("unsubscribe", "preferences"))
_FIELDS = frozenset(("input", "select", "textarea", "button"))

_STATED = re.compile(
    r"(?:^|;)\s*(display|visibility|opacity|mso-hide|font-size|font|color|background(?:-color|-image)?)\s*:\s*([^;]+)",
    re.IGNORECASE,
)
_NOT_SHOWN = {
    "display": re.compile(r"none\b", re.IGNORECASE),
    "visibility": re.compile(r"hidden\b|collapse\b", re.IGNORECASE),
    "opacity": re.compile(r"(?:0(?:\.0*)?|\.0+)%?\s*(?:!|$)"),
    "mso-hide": re.compile(r"all\b", re.IGNORECASE),
}
_AWAY = re.compile(
    r"""(?:^|;)\s*(?:
        text-indent\s*:\s*-\d{3,}
      | (?:left|top|right|margin-left|margin-top)\s*:\s*-\d{4,}(?:\.\d+)?(?:px|em|rem|pt)
      | clip\s*:\s*rect\(\s*(?:0|1px)
      | clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)
      | (?:-\w+-)?transform\s*:[^;]*scale[xy]?\(\s*0\s*[,)]
    )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Moved off the screen, or cut away."""
_FLAT = re.compile(
    r"(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE
)
_CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_TINY = re.compile(
    r"(?:0(?:\.\d+)?|\.\d+|1)(?:\.0+)?(?:px|pt)\b|0(?:\.0+)?(?:[a-z%]+)?\s*(?:/|\s|!|$)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"[\d.]+(?:em|%)(?!\w)|larger|smaller|inherit", re.IGNORECASE)
_SIZED = re.compile(
    r"[\d.]+(?:[a-z]+|%)|\b0\b|large|small|medium|inherit|calc|clamp|var", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.{0,4000}?\*/|<!--|-->", re.DOTALL)
_SERVER_CODE = re.compile(r"<\?(?:php|=|\s).*?(?:\?>|\Z)|<%.{0,4000}?%>", re.DOTALL)
_MOST_VISITS = 200_000
"""Elements that style sheets name, one counted as often as it is named."""
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
            _SERVER_CODE.sub(_mark, html) if "<?" in html or "%>" in html else html
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

    def _sheets(self) -> list[tuple[str, dict[str, str]]]:
        """Return the selectors of the page's own style sheets, and what they say of being seen."""
        rules: list[tuple[str, dict[str, str]]] = []
        scripts = self._tree.css_first("script") is not None
        for style in self._tree.css("style"):
            if "print" in (style.attributes.get("media") or ""):
                continue
            css = (style.text() or "")[:_MOST_CSS]
            for selectors, declarations in _rules(_COMMENT.sub("", css)):
                stated = _stated(declarations)
                if scripts:
                    # What a style sheet makes transparent, a script fades in as people scroll.
                    stated.pop("opacity", None)
                    stated.pop("visibility", None)
                if stated:
                    rules += [(each.strip(), stated) for each in selectors.split(",")]
        return rules

    def _style_rules(self) -> dict[int, dict[str, str]]:
        """Return, by element, what the page's own style sheets say of its being seen."""
        rules = self._sheets()
        if not any(
            _unseen(stated) or {"font-size", "color"} & stated.keys() for _, stated in rules
        ):
            return {}
        winners: dict[int, dict[str, tuple[tuple[int, int, int, int], str]]] = {}
        visits = 0
        for order, (selector, stated) in enumerate(rules[:_MOST_RULES]):
            if not selector or ":" in selector or selector.startswith("*"):
                continue
            try:
                matched = self._tree.css(selector)
            except Exception:  # noqa: BLE001, S112 - a selector the library does not know hides nothing
                continue
            visits += len(matched)
            if visits > _MOST_VISITS:
                break
            ids, classes = selector.count("#"), len(re.findall(r"[.\[]", selector))
            for node in matched:
                won = winners.setdefault(node.mem_id, {})
                for name, value in stated.items():
                    weight = (int("!important" in value.lower()), ids, classes, order)
                    if name not in won or weight >= won[name][0]:
                        won[name] = (weight, value)
        return {
            node: {name: value for name, (_, value) in won.items()} for node, won in winners.items()
        }

    def _controls(self, form: LexborNode) -> Iterator[Control]:
        labels = {
            name: normalise(label.text(separator=" "))
            for label in form.css("label")
            if (name := label.attributes.get("for"))
        }
        scripts = "\n".join(each.text() or "" for each in self._tree.css("script:not([src])"))
        scripts = scripts if _TICKS.search(scripts) else ""
        ids = {each.attributes.get("id") for each in form.css("input, select, textarea")}
        for node in form.css("input, select, textarea, button"):
            control = _control(node, labels)
            question = _question(node, ids) if control.kind == "checkbox" else ""
            if question:
                label = f"{question} {control.label}".strip()[:500]
                control = msgspec.structs.replace(control, label=label)
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


def _mark(code: re.Match[str]) -> str:
    """Return what stands for server code: a placeholder, by its name where it has a plain one."""
    name = re.fullmatch(r"<%=?\s*([\w.]+)\s*%>", code[0])
    return f"{{{{{name[1]}}}}}" if name else _MARK


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


def _stated(style: str) -> dict[str, str]:
    """Return what `style` says of being seen, by property; of one named twice the last."""
    # Mails repeat a few styles in every cell.
    return dict(_said(style) if len(style) <= _SHORT else _said.__wrapped__(style))


_SHORT = 500


@functools.lru_cache(maxsize=2048)
def _said(style: str) -> dict[str, str]:
    found = {name.lower(): value.strip() for name, value in _STATED.findall(style)}
    size = found.pop("font", "")
    if match := _SIZED.search(size):
        found.setdefault("font-size", size[match.start() :])
    if _AWAY.search(style):
        found["place"] = "away"
    if _FLAT.search(style) and _CLIPPED.search(style):
        found["box"] = "flat"
    return found


def _unseen(stated: dict[str, str]) -> bool:
    if not stated:
        return False
    if "place" in stated or "box" in stated:
        return True
    for name, value in stated.items():
        pattern = _NOT_SHOWN.get(name)
        if pattern is not None and pattern.match(value):
            return True
    return False


def _style_of(
    node: LexborNode, ruled: dict[int, dict[str, str]], attributes: dict[str, str | None]
) -> dict[str, str]:
    """Return what is stated of an element: by the style sheets, then by its own style."""
    stated = ruled.get(node.mem_id, {}) if ruled else {}
    style = attributes.get("style")
    if style:
        if not stated:
            return _stated(style)
        important = {n: v for n, v in stated.items() if "!important" in v.lower()}
        stated = {**stated, **_stated(style), **important}
    return stated


def _hidden_here(
    node: LexborNode, ruled: dict[int, dict[str, str]], attributes: dict[str, str | None]
) -> bool:
    return "hidden" in attributes or _unseen(_style_of(node, ruled, attributes))


def _tiny(size: str, *, inherited: bool) -> bool:
    """Tell whether text of this font size cannot be read; what is relative to that too."""
    if _TINY.match(size):
        return True
    return inherited and bool(_RELATIVE.match(size))


class _Reader:
    """Walks a tree once."""

    def __init__(
        self, ruled: dict[int, dict[str, str]], *, mail: bool, form: LexborNode | None
    ) -> None:
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
        self._all_known = False

    def read(self, tree: LexborHTMLParser) -> Content:
        # Nothing is laid over anything in a mail, and a whole one brings its style sheets along.
        self._all_known = (
            self._mail
            and tree.css_first("style") is not None
            and tree.css_first("link[rel=stylesheet]") is None
        )
        title = tree.css_first("title")
        if tree.body is not None:
            self._walk(tree.body)
        return Content(
            blocks=tuple(self._blocks),
            title=take_placeholders(normalise(title.text()))[0] if title else "",
            pictures=tuple(self._pictures),
            hidden=normalise("\n".join(self._hidden))[:MOST_HIDDEN],
        )

    def _walk(self, body: LexborNode) -> None:  # noqa: C901, PLR0912, PLR0915 - one pass
        """Go through the tree without recursion: a hostile page nests deeper than Python calls."""
        # Entries: a node to enter, or what to do on leaving one.
        stack: list[tuple[LexborNode | None, Region, bool, _Look]] = [
            (body, Region.MAIN, False, _Look())
        ]
        while stack:
            node, region, heading, look = stack.pop()
            if node is None:
                self._end(region, heading=heading)
                continue
            tag = node.tag or "-"
            if tag == "-text":
                text = node.text_lexbor() or ""
                if text.strip():
                    if look.unseen:
                        self._hide(text)
                    else:
                        self._parts.append(text)
                elif text and self._parts:
                    self._parts.append(" ")
                continue
            if tag == "-comment":
                self._condition(node)
                continue
            if tag.startswith("-") or tag in _NEVER:
                continue
            attributes = node.attributes
            if attributes or self._ruled:
                stated = _style_of(node, self._ruled, attributes)
                if "hidden" in attributes or _unseen(stated):
                    self._hide(node.text(separator=" ")[:MOST_HIDDEN])
                    continue
                if self._mail and (ground := _painted_with(attributes, stated)):
                    self._pictures.append(Picture(ground))
                if attributes or stated:
                    look = look.of(attributes, stated, all_known=self._all_known)
            if tag == "br":
                self._parts.append("\n")
                continue
            if tag == "img":
                self._picture(attributes)
                continue
            if (
                tag == "a"
                and attributes.get("href")
                and not (look.unseen and node.css_first("[style]:not(a)") is None)
            ):
                self._link(node, str(attributes["href"]))
            if tag in _FILLED_LINKS:
                # Campaign Monitor makes a link of these elements when it sends.
                self._links.append(Link(normalise(node.text(separator=" ")), f"[{tag}]"))
            if tag in _BLOCKS:
                self._end(region, heading=heading)
                region = self._region(node, tag, attributes, region)
                heading = tag in _HEADINGS
                stack.append((None, region, heading, look))
            children = []
            child = node.first_child
            while child is not None:
                children.append((child, region, heading, look))
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

    def _condition(self, node: LexborNode) -> None:
        """Keep what Outlook alone shows, out of a conditional comment, as not seen."""
        inside = _CONDITION.match(node.html or "") if self._mail else None
        if inside:
            self._hide(_MARKUP.sub(" ", inside[1]))

    def _link(self, node: LexborNode, href: str) -> None:
        text = take_placeholders(normalise(node.text(separator=" ")))[0]
        self._links.append(Link(text[:300], href.strip()[:2000]))

    def _hide(self, text: str) -> None:
        if self._hidden_size < MOST_HIDDEN:
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


_CONDITION = re.compile(r"<!--\s*\[if[^\]]*\]>(.*)<!\[endif\]\s*-->", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")
_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)


def _painted_with(attributes: dict[str, str | None], stated: dict[str, str]) -> str | None:
    """Return the address of the picture behind an element."""
    if ground := attributes.get("background"):
        return ground
    values = (stated[name] for name in ("background", "background-image") if name in stated)
    return next((found[1] for value in values if (found := _URL.search(value))), None)


class _Look(msgspec.Struct, frozen=True, gc=False):
    """How text looks at one place of the tree: what its elements hand down to it."""

    colour: str = ""
    ground: str = ""
    tiny: bool = False

    @property
    def unseen(self) -> bool:
        if self.tiny or self.colour == "clear":
            return True
        return self.colour != "?" and self.colour == (self.ground or "#ffffff")

    def of(
        self, attributes: dict[str, str | None], stated: dict[str, str], *, all_known: bool
    ) -> _Look:
        """Return the look inside an element of which that is stated.

        Unless `all_known`, a style sheet from elsewhere may have given it any background.
        """
        if not stated and _LOOKS.isdisjoint(attributes):
            return self
        colour, ground, tiny = self.colour, self.ground, self.tiny
        own = stated if all_known else _stated(attributes.get("style") or "")
        painted = [value for name, value in own.items() if name.startswith("background")]
        if painted:
            found = {_colour(value) for value in painted} - {""}
            ground = found.pop() if len(found) == 1 else "?" if found else ground
        elif attributes.get("bgcolor"):
            ground = _colour(str(attributes["bgcolor"]))
        elif attributes.get("background") or (
            not all_known and (attributes.get("class") or attributes.get("id"))
        ):
            ground = ground if ground and ground != "?" else "?"
        if text := own.get("color") or attributes.get("color"):
            colour = "clear" if _CLEAR.match(text) else _colour(text) or colour
        if "font-size" in stated:
            tiny = _tiny(stated["font-size"], inherited=tiny)
        if (colour, ground, tiny) == (self.colour, self.ground, self.tiny):
            return self
        return _Look(colour, ground, tiny)


_LOOKS = frozenset(("bgcolor", "background", "color", "class", "id"))
_IMAGE = re.compile(r"url\(|gradient\(|var\(", re.IGNORECASE)
_NO_COLOUR = frozenset(("inherit", "initial", "unset", "none", "currentcolor", "transparent", ""))
_CLEAR = re.compile(r"transparent|rgba\(.*,\s*0?\.?0+\s*\)", re.IGNORECASE)


def _colour(value: str) -> str:
    """Return a colour in one form; `?` where it is not known, nothing where none is named."""
    return _one_form(value[:200])


@functools.lru_cache(maxsize=1024)
def _one_form(value: str) -> str:
    value = value.partition("!")[0].strip().lower()
    if _IMAGE.search(value):
        return "?"
    value = re.sub(r"\s*,\s*", ",", value).partition(" ")[0]
    if value in _WHITE:
        return "#ffffff"
    if value in _NO_COLOUR:
        return ""
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(2 * digit for digit in value[1:])
    if re.fullmatch(r"[0-9a-f]{6}", value):
        return f"#{value}"
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


def _question(node: LexborNode, ids: set[str | None]) -> str:
    """Return what a box answers, where one is alone below a label of no control's own.

    Builders of forms, Mautic's among them, write a group's question so, and into the box's own
    label no more than “yes”.
    """
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag in ("form", "body", "fieldset"):
            break
        if len(parent.css("input, select, textarea")) > 1:
            break
        for label in parent.css("label"):
            own = label.attributes.get("for")
            if own and own not in ids and not label.css("input"):
                return normalise(label.text(separator=" "))[:500]
        parent = parent.parent
    return ""


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
