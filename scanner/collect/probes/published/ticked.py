"""Whether a box is ticked when the page opens, by its attributes and the page's own scripts.

HTML says it by `checked` alone. Pages that a framework fills in bind it to a value, which the page
often states beside: React's `useState(true)`, Vue's `data`, Alpine's `x-data`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping

_BOUND = frozenset(
    (":checked", "v-bind:checked", "x-bind:checked", "bind:checked", "[checked]", "ng-checked")
)
_MODEL = re.compile(r"(?:v-model|x-model)(?:\.\w+)*|ng-model|\[\(ngmodel\)\]")
_EVENT = re.compile(r"@(?:click|change|input|update|blur|focus|key\w+)(?:[.:][\w-]+)*")
_TRUE = frozenset(("true", "!0", "{true}", "{!0}"))
_FALSE = frozenset(("false", "!1", "{false}", "{!1}"))


class Source:
    """A page as it was written, scripts included."""

    def __init__(self, html: str) -> None:
        self._html = html

    @functools.cached_property
    def values(self) -> Mapping[str, Collection[bool]]:
        """What each name is said to be at first: true, false, or one here and the other there."""
        found: dict[str, set[bool]] = {}
        for name, bound, held, state in _VALUES.findall(self._html):
            found.setdefault(name or held, set()).add((bound or state) in _TRUE)
        return found


_VALUES = re.compile(
    r"(?<![\w$.])([A-Za-z_$][\w$]{0,60}+)[\"']?\s{0,3}[:=]\s{0,3}"
    r"(?:(?:\w+\.)?(?:ref|signal)\(\s{0,3})?(true|false|!0|!1)\b"
    r"|\[\s{0,3}([A-Za-z_$][\w$]{0,60}+)\s{0,3},[^\]]{0,80}\]\s{0,3}=\s{0,3}(?:\w+\.)?useState(?:<[^>]{0,40}>)?"
    r"\(\s{0,3}(true|false|!0|!1)\b"
)


def ticked(attributes: Mapping[str, str | None], source: Source) -> bool | None:
    """Return whether it is ticked at first; None where a server or a script decides that."""
    for name, value in attributes.items():
        if name in _BOUND or _MODEL.fullmatch(name):
            return _value(value or "", source)
    # Attributes that no HTML has are what is left of a template's conditions.
    if any(set(name) & set("{}'\"$<?%@") and not _EVENT.fullmatch(name) for name in attributes):
        return None
    for name in ("checked", "defaultchecked"):
        if name in attributes:
            value = attributes[name] or ""
            return _value(value, source) if "{" in value else True
    return False


_SETS = re.compile(
    r"""(?:getElementById\(\s*["'](?P<id>[\w-]{1,100})["']\s*\)
    |(?:querySelector|\$|jQuery)\(\s*["']\#(?P<css>[\w-]{1,100})["']\s*\)
    |(?:querySelector|\$|jQuery)\(\s*(?P<q>["'])(?:input|:checkbox)?(?:\[type=["']?checkbox["']?\])?
    \[name=\\?["']?(?P<named>[^"'\]\\]{1,100})\\?["']?\](?:\[type=["']?checkbox["']?\])?(?P=q)\s*\)
    |getElementsByName\(\s*["'](?P<byname>[^"']{1,100})["']\s*\)\s*\[\s*0\s*\]
    |document\.(?:forms\[\s*(?:0|["'][\w-]+["'])\s*\]|[A-Za-z_]\w*)\.(?P<field>[A-Za-z_]\w{0,100})
    |(?P<every>querySelectorAll\(\s*["']input\[type=\\?["']?checkbox\\?["']?\]["']\s*\)\s*\.forEach\(\s*
    (?:function\s*\(\s*\w+\s*\)\s*\{\s*\w+|\(?\s*\w+\s*\)?\s*=>\s*\{?\s*\w+)
    |(?:\$|jQuery)\(\s*["'](?:input)?(?:\[type=\\?["']?checkbox\\?["']?\]|:checkbox)["']\s*\)))
    \s*(?:\.checked\s*=\s*(?P<value>true|false|!0|!1)\b
    |\.(?:prop|attr)\(\s*["']checked["']\s*,\s*(?P<jquery>true|false|!0|!1|["']checked["']))""",
    re.VERBOSE,
)
_AT_LOAD = re.compile(
    r"""(?:(?:DOMContentLoaded|load)["']\s*,|onload\s*=|\$\(|\.ready\(|^\s*[;!]?\s*\()\s*
    (?:async\s+)?(?:function\s*\w*\s*\([^)]*\)|\([^)]*\)\s*=>|\w+\s*=>)\s*$""",
    re.VERBOSE,
)
_CLOSED = re.compile(r"\{[^{}]*\}")
_MOST_BEFORE = 20_000
"""Characters of a script before a statement that are looked at."""


def set_by_script(identity: str, name: str, scripts: Iterable[str]) -> bool | None:
    """Return what a page's scripts set a box to while the page opens, by its id or its name.

    None where they do so on what a visitor does, or otherwise than can be told.
    """
    state: bool | None = None
    for script in scripts:
        for match in _SETS.finditer(script):
            by_name = match["named"] or match["byname"] or match["field"]
            if not (
                match["every"]
                or (identity and identity == (match["id"] or match["css"]))
                or (name and name == by_name)
            ):
                continue
            if not _runs_at_load(script[max(0, match.start() - _MOST_BEFORE) : match.start()]):
                return None
            state = (match["value"] or match["jquery"].strip("\"'")) in ("true", "!0", "checked")
    return state


def _runs_at_load(before: str) -> bool:
    """Tell whether what follows `before` runs as the page opens: every open brace is of that."""
    closed = 1
    while closed:
        before, closed = _CLOSED.subn("", before)
    *outer, rest = before.split("{")
    return not _WITHOUT_BRACE.search(rest) and all(_AT_LOAD.search(each[-_HEAD:]) for each in outer)


_WITHOUT_BRACE = re.compile(r"(?:=>|\b(?:if|while|for)\s*\()[^;{}]*$")
"""What decides over one statement that follows it."""


_HEAD = 120
"""Characters before a brace that say what it begins."""


def _value(expression: str, source: Source) -> bool | None:
    """Return what an expression of a framework comes to at first."""
    expression = expression.strip()
    if expression in _TRUE or expression in _FALSE:
        return expression in _TRUE
    named = re.fullmatch(r"\{?\s*(?:[\w$]+\.){0,4}([A-Za-z_$][\w$]{0,60})\s*\}?", expression)
    if named is None:
        return None
    values = source.values.get(named[1], ())
    return next(iter(values)) if len(values) == 1 else None
