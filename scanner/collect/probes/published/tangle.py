"""HTML that no parser reads in reasonable time, because no person wrote it for people.

The HTML standard has a parser look through all open elements at many tags, through all attributes
of an element and through all options of a list at each further one, so that a page nested a million
deep takes hours.
"""

from __future__ import annotations

import re

from scanner.model import Reason, Text, Unknown

MOST_DEEP = 20_000
"""Elements inside each other; browsers put what is deeper than 512 beside each other."""
MOST_ATTRIBUTES = 10_000
_SMALL = 200_000
"""Characters in which there is no room for more than a second's work."""

_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)
    ((?:[\s/]++[^\s=/>]++(?>\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+)*+)""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""[\s/]++[^\s=/>]++(?>\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+""", re.VERBOSE
)
# What holds nothing, and what the next of its kind closes.
_NEVER_DEEP = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th"),
        *("tbody", "thead", "tfoot", "colgroup", "html", "head", "body"),
    )
)

TANGLED = Unknown(
    Reason.TOO_LARGE,
    Text.of(
        "Its HTML nests more than {deep} elements, or has an element of more than {attributes} "
        "attributes.",
        deep=MOST_DEEP,
        attributes=MOST_ATTRIBUTES,
    ),
    Text.of("Open it in a browser, copy what people read into a new file, and probe that."),
)


def is_tangled(html: str) -> bool:
    """Tell whether `html` nests deeper, or has more attributes in one place, than can be read."""
    if len(html) < _SMALL:
        return False
    deep = 0
    for match in _TAG.finditer(html):
        closes, name, attributes = match.groups()
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            count = sum(1 for _ in _ATTRIBUTE.finditer(attributes))
            if count > MOST_ATTRIBUTES:
                return True
        if name.lower() in _NEVER_DEEP:
            continue
        deep = max(0, deep - 1) if closes else deep + 1
        if deep > MOST_DEEP:
            return True
    return False


MOST_OPTIONS = 1000
"""Options of one list that are read; at each, the parser goes through all those before it."""
_FEW_OPTIONS = 60_000
"""Characters in which there is no room for more than a second's work at options."""
_OF_A_LIST = re.compile(r"<(/?)(select|option)(?![^\s/>])", re.IGNORECASE)


def without_long_lists(html: str) -> str:
    """Return `html` without the options that no control keeps, where a list has thousands."""
    if len(html) < _FEW_OPTIONS:
        return html
    kept: list[str] = []
    begin = options = 0
    inside = full = False
    for tag in _OF_A_LIST.finditer(html):
        if tag[2].lower() == "select":
            begin = tag.start() if full else begin
            options, inside, full = 0, not tag[1], False
        elif inside and not tag[1] and not full:
            options += 1
            if options > MOST_OPTIONS:
                kept.append(html[begin : tag.start()])
                full = True
    return "".join(kept) + ("" if full else html[begin:])
