"""CSS → whether text is seen: inline styles, style sheets, and what elements hand down.

Newsletters repeat a few styles in every cell, so each is read once: for all documents the
declarations, for one document what they come to beside its style sheets.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST_RULES = 400
_MOST_CSS = 200_000
"""Characters of a style sheet that are read."""
_MOST_VISITS = 200_000
"""Elements that style sheets name, one counted as often as it is named."""

_STATED = re.compile(
    r"(?:^|;)\s*(display|visibility|opacity|font-size|font|color|background(?:-color|-image)?|white-space)\s*:\s*([^;]+)",
    re.IGNORECASE,
)
_NOT_SHOWN = {
    "display": re.compile(r"none\b", re.IGNORECASE),
    "visibility": re.compile(r"hidden\b|collapse\b", re.IGNORECASE),
    "opacity": re.compile(r"(?:0(?:\.0*)?|\.0+)%?\s*(?:!|$)"),
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
    r"(?:0(?:\.\d+)?|\.\d+|1)(?:\.0+)?(?:px|pt)\b|0?\.[0-2]\d*r?em\b|0(?:\.0+)?(?:[a-z%]+)?\s*(?:/|\s|!|$)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"[\d.]+(?:em|%)(?!\w)|larger|smaller|inherit", re.IGNORECASE)
_SIZED = re.compile(
    r"[\d.]+(?:[a-z]+|%)|\b0\b|large|small|medium|inherit|calc|clamp|var", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
_WHITE = frozenset(("#fff", "#ffffff", "white", "rgb(255,255,255)"))
_IMAGE = re.compile(r"url\(|gradient\(|var\(", re.IGNORECASE)
_NO_COLOUR = frozenset(("inherit", "initial", "unset", "none", "currentcolor", "transparent", ""))
_WIDTH = re.compile(r"@media[^{]*(?:min|max)-width", re.IGNORECASE)
_CLEAR = re.compile(r"transparent|rgba\(.*,\s*0?\.?0+\s*\)", re.IGNORECASE)


class Paint(msgspec.Struct, frozen=True, gc=False):
    """The colours that declarations name, each as `_colour` gives it; None where they name none."""

    ground: str | None = None
    text: str | None = None


class Style(msgspec.Struct, frozen=True, gc=False):
    """What is said of how an element looks."""

    unseen: bool = False
    picture: str | None = None
    """Address of the picture behind it."""
    size: str | None = None
    """The font size that is named."""
    paint: Paint = Paint()
    own: Paint = Paint()
    """By the element's own style, leaving style sheets out."""
    lines: bool | None = None
    """Whether the line breaks of the source are shown, where anything is said of it."""


class Look(msgspec.Struct, frozen=True, gc=False):
    """How text looks at one place of the tree: what its elements hand down to it."""

    colour: str = ""
    ground: str = ""
    tiny: bool = False
    lines: bool = False
    """The line breaks of the source are shown."""

    @property
    def unseen(self) -> bool:
        """Whether nobody can read the text."""
        if self.tiny or self.colour == "clear":
            return True
        ground = self.ground or "#ffffff"
        return self.colour != "?" and (self.colour == ground or _alike(self.colour, ground))

    def inside(
        self, style: Style, attributes: Mapping[str, str | None], *, all_known: bool
    ) -> Look:
        """Return the look inside an element.

        Unless `all_known`, a style sheet from elsewhere may have given it any background.
        """
        if style is PLAIN and LOOKS.isdisjoint(attributes):
            return self
        colour, ground, tiny = self.colour, self.ground, self.tiny
        lines = self.lines if style.lines is None else style.lines
        paint = style.paint if all_known else style.own
        if paint.ground is not None:
            ground = paint.ground or ground
        elif not _GROUNDS.isdisjoint(attributes) and (named := _named_ground(attributes)):
            ground = _colour(named)
        elif attributes.get("background") or (
            not all_known and (attributes.get("class") or attributes.get("id"))
        ):
            ground = ground if ground and ground != "?" else "?"
        if paint.text is not None:
            colour = paint.text or colour
        elif text := attributes.get("color"):
            colour = _text_colour(text) or colour
        if style.size is not None:
            tiny = _tiny(style.size, inherited=tiny)
        inside = Look(colour, ground, tiny, lines)
        return self if inside == self else inside


_MJML_GROUNDS = ("background-color", "container-background-color", "inner-background-color")
_GROUNDS = frozenset(("bgcolor", *_MJML_GROUNDS))
LOOKS = _GROUNDS | {"background", "color", "class", "id"}
"""Attributes by which an element looks otherwise, beside its style."""


def _named_ground(attributes: Mapping[str, str | None]) -> str | None:
    """Return the background that an element names, or one of MJML, which many templates are in."""
    named = (attributes.get(name) for name in ("bgcolor", *_MJML_GROUNDS))
    return next(filter(None, named), None)


PLAIN = Style()
"""The style of an element of which nothing is said."""


class Styles:
    """What is said of the elements of one document."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._sheets, self.ruled = _style_rules(tree)
        """The rules of style sheets for each element that has any, by its `mem_id`."""
        self._read: dict[tuple[str, tuple[int, ...]], Style] = {}

    def of(self, node: LexborNode, attributes: Mapping[str, str | None]) -> Style:
        """Return what is stated of an element: by the style sheets, then by its own style."""
        rules = self.ruled.get(node.mem_id, ()) if self.ruled else ()
        own = attributes.get("style") or ""
        if not own and not rules:
            return PLAIN
        if not rules and len(own) <= _SHORT:
            return _own_style(own)
        style = self._read.get((own, rules))
        if style is None:
            style = self._read[own, rules] = self._style(own, rules)
        return style

    def _style(self, own: str, rules: tuple[int, ...]) -> Style:
        said = _stated(own)
        won: dict[str, tuple[tuple[int, int, int, int], str]] = {}
        for number in rules:
            rule = self._sheets[number]
            for name, value in rule.stated.items():
                weight = (int("!important" in value.lower()), *rule.weight, number)
                if name not in won or weight >= won[name][0]:
                    won[name] = (weight, value)
        ruled = {name: value for name, (_, value) in won.items()}
        important = {name: v for name, v in ruled.items() if "!important" in v.lower()}
        return _read({**ruled, **said, **important}, said)


@functools.lru_cache(maxsize=2048)
def _own_style(own: str) -> Style:
    """Return the style of an element of which no style sheet says anything."""
    said = _stated(own)
    return _read(said, said)


def _read(stated: Mapping[str, str], said: Mapping[str, str]) -> Style:
    """Return what is stated of an element, of which `said` is by its own style."""
    if not stated:
        return PLAIN
    return Style(
        unseen=_unseen(stated),
        picture=_picture(stated),
        size=stated.get("font-size"),
        paint=_paint(stated),
        own=_paint(said),
        lines=_shows_lines(stated),
    )


class _Rule(msgspec.Struct, frozen=True, gc=False):
    selector: str
    stated: Mapping[str, str]

    @property
    def weight(self) -> tuple[int, int]:
        """Its specificity: ids, then classes and attributes (Selectors Level 4, 17)."""
        return self.selector.count("#"), len(re.findall(r"[.\[]", self.selector))


def _style_rules(tree: LexborHTMLParser) -> tuple[list[_Rule], dict[int, tuple[int, ...]]]:
    """Return what the page's own style sheets say of being seen, and by element of which."""
    rules, shown = _sheets(tree)
    if shown:
        # What one width of the window hides and another shows, people see.
        rules = [
            _Rule(rule.selector, {n: v for n, v in rule.stated.items() if n != "display"})
            if rule.selector in shown and _unseen(rule.stated)
            else rule
            for rule in rules
        ]
    if not any(
        _unseen(rule.stated) or {"font-size", "color", "white-space"} & rule.stated.keys()
        for rule in rules
    ):
        return [], {}
    named: dict[int, tuple[int, ...]] = {}
    visits = 0
    for number, rule in enumerate(rules[:_MOST_RULES]):
        selector = rule.selector
        if not selector or ":" in selector or selector.startswith("*"):
            continue
        try:
            matched = tree.css(selector)
        except Exception:  # noqa: BLE001, S112 - a selector the library does not know hides nothing
            continue
        visits += len(matched)
        if visits > _MOST_VISITS:
            break
        for node in matched:
            named[node.mem_id] = (*named.get(node.mem_id, ()), number)
    return rules, named


def _sheets(tree: LexborHTMLParser) -> tuple[list[_Rule], set[str]]:
    """Return the rules of the page's own style sheets, and selectors that some windows show."""
    found: list[_Rule] = []
    shown: set[str] = set()
    scripts: bool | None = None
    for style in tree.css("style"):
        if "print" in (style.attributes.get("media") or ""):
            continue
        css = (style.text() or "")[:_MOST_CSS]
        for selectors, said, everywhere in _sheet(css):
            if not everywhere:
                if "display" in said and not _unseen(said):
                    shown.update(each.strip() for each in selectors.split(","))
                continue
            stated = said
            if not _FADED.isdisjoint(said):
                # What a style sheet makes transparent, a script fades in as people scroll.
                scripts = tree.css_first("script") is not None if scripts is None else scripts
                stated = {n: v for n, v in said.items() if n not in _FADED} if scripts else said
            if stated:
                found += (_Rule(each.strip(), stated) for each in selectors.split(","))
    return found, shown


_FADED = frozenset(("opacity", "visibility"))


@functools.lru_cache(maxsize=64)
def _sheet(css: str) -> tuple[tuple[str, Mapping[str, str], bool], ...]:
    """Return what `_rules` does, and what is stated; all mails of one template share a sheet."""
    return tuple(
        (selectors, _stated(declarations), everywhere)
        for selectors, declarations, everywhere in _rules(_COMMENT.sub("", css))
    )


def _rules(css: str) -> Iterator[tuple[str, str, bool]]:
    """Yield selectors, declarations, and whether they hold whatever the width of the window."""
    depth = skipped = 0
    selectors = ""
    width = False
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
            width = bool(_WIDTH.match(selectors))
        elif depth == 1 and not skipped:
            yield selectors, piece, True
        elif depth == 1 and width:
            selectors = piece.strip()
        elif depth == 2 and width:
            yield selectors, piece, False


def _stated(style: str) -> Mapping[str, str]:
    """Return what `style` says of being seen, by property; of one named twice the last."""
    return _said(style) if len(style) <= _SHORT else _said.__wrapped__(style)


_SHORT = 500
"""Characters of a style that is remembered."""


@functools.lru_cache(maxsize=2048)
def _said(style: str) -> Mapping[str, str]:
    found = {name.lower(): value.strip() for name, value in _STATED.findall(style)}
    size = found.pop("font", "")
    if match := _SIZED.search(size):
        found.setdefault("font-size", size[match.start() :])
    if _AWAY.search(style):
        found["place"] = "away"
    if _FLAT.search(style) and _CLIPPED.search(style):
        found["box"] = "flat"
    return found


def _unseen(stated: Mapping[str, str]) -> bool:
    if "place" in stated or "box" in stated:
        return True
    return any(
        name in stated and pattern.match(stated[name]) for name, pattern in _NOT_SHOWN.items()
    )


def _shows_lines(stated: Mapping[str, str]) -> bool | None:
    said = stated.get("white-space")
    return None if said is None else said.lower().startswith(("pre", "break-spaces"))


def _picture(stated: Mapping[str, str]) -> str | None:
    values = (stated[name] for name in ("background", "background-image") if name in stated)
    return next((found[1] for value in values if (found := _URL.search(value))), None)


def _paint(stated: Mapping[str, str]) -> Paint:
    named = [value for name, value in stated.items() if name.startswith("background")]
    grounds = {_colour(value) for value in named} - {""}
    ground = grounds.pop() if len(grounds) == 1 else "?" if grounds else ""
    text = stated.get("color")
    return Paint(ground if named else None, _text_colour(text) if text else None)


def _tiny(size: str, *, inherited: bool) -> bool:
    """Tell whether text of this font size cannot be read; what is relative to that too."""
    if _TINY.match(size):
        return True
    return inherited and bool(_RELATIVE.match(size))


_MOST_ALIKE = 6
"""By how much red, green and blue may differ, of 255, and nobody see it."""


@functools.lru_cache(maxsize=1024)
def _alike(colour: str, ground: str) -> bool:
    """Tell whether two colours, each as `_colour` gives it, cannot be told apart."""
    if not colour.startswith("#") or not ground.startswith("#"):
        return False
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return all(abs(one - other) <= _MOST_ALIKE for one, other in pairs)


def _text_colour(value: str) -> str:
    return "clear" if _CLEAR.match(value) else _colour(value)


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
