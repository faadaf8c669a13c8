"""Which code in a page runs as the page opens, and which waits until a visitor agrees.

Scripts are read, not run: brackets tell what stands in which function or condition, and names tell
who calls it. What cannot be told runs at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_TOKENS = re.compile(
    # What nobody closed ends with its line, or with the script.
    r"""(?P<blank>//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?
    |`(?:\\.|[^`\\])*(?:`|\Z)
    |(?<=[=(,:;!&|?{}\[\n])/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n]){0,80}\]|[^/\\\n\[]){1,200}/[a-z]*)
    |(?P<open>[({\[])|(?P<close>[)}\]])""",
    re.VERBOSE | re.DOTALL,
)
_MOST = 60_000
"""Characters of a script that is read; what is pasted into a page is shorter than a program."""
_MOST_BRACKETS = 6_000
_MOST_DEEP = 40
"""Brackets of a script that is read, and of those how many may be open at once."""
_MOST_REFERENCES = 40
"""Places where a function is named that are looked at."""
_MOST_CALLS = 8
"""Functions on the way from what runs at once to a tag."""
_MOST_STEPS = 150
"""Places of one page that are looked at."""
_HEAD = 300
"""Characters before a bracket that say what it begins."""
_MOST_BACK = 3_000
"""Characters in which the beginning of a statement is looked for."""
_LONG_CONDITION = 300
_MOST_NAMES = 8
"""Characters, and names, of a condition that are read."""


class _Pair(NamedTuple):
    """An opening bracket, and where it is closed."""

    kind: str
    begin: int
    end: int


class _Script:
    """One script: its text, the same without strings and comments, and its brackets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = _TOKENS.sub(
            lambda found: " " * len(found[0]) if found["blank"] is not None else found[0], text
        )
        self.pairs: list[_Pair] = []
        self.parents: dict[int, int] = {}
        """Which bracket each one stands in, both by where they begin."""
        self.is_readable = True
        self.closed: dict[int, int] = {}
        """Where the bracket was opened that is closed at a place."""
        opened: list[tuple[str, int]] = []
        for found in re.finditer(r"[({\[\])}]", self.bare):
            if found[0] in "({[":
                self.parents[found.start()] = opened[-1][1] if opened else -1
                opened.append((found[0], found.start()))
                if len(opened) > _MOST_DEEP or len(self.parents) > _MOST_BRACKETS:
                    self.is_readable = False
                    return
            elif opened:
                kind, begin = opened.pop()
                self.pairs.append(_Pair(kind, begin, found.start()))
                self.closed[found.start()] = begin
        self.pairs += [_Pair(kind, begin, len(text)) for kind, begin in opened]
        self.ends = {each.begin: each.end for each in self.pairs}
        self.returns = [
            each
            for each in self.pairs
            if each.kind == "("
            and _IF.search(self.ahead(each.begin))
            and _RETURNS.match(self.bare[each.end + 1 : each.end + _HEAD])
        ][:_MOST_REFERENCES]
        """What is asked before a function is left early."""

    def ahead(self, end: int) -> str:
        """Return the end of what stands before `end`."""
        return self.bare[max(0, end - _HEAD) : end]

    def called(self, begin: int) -> str:
        """Return what is called with the arguments that begin there."""
        found = _CALLED.search(self.ahead(begin))
        return (found[1] or found[2]) if found else ""

    def around(self, place: int) -> list[_Pair]:
        """Return the brackets that `place` stands in, the nearest first."""
        return sorted(
            (each for each in self.pairs if each.begin < place <= each.end),
            key=lambda each: -each.begin,
        )

    def flat(self, begin: int, end: int) -> str:
        """Return what stands between two places, with nothing in the brackets closed there."""
        parts: list[str] = []
        at = begin
        while at < end:
            close = self.ends.get(at, end)
            until = close if close < end else at
            parts.append(self.bare[at] + " " * (until - at))
            at = until + 1
        return "".join(parts)

    def condition(self, end: int) -> str | None:
        """Return what is asked by the `if (…)` that ends at `end`."""
        rest = self.bare[:end].rstrip()
        if not rest.endswith(")") or len(rest) - 1 not in self.closed:
            return None
        begin = self.closed[len(rest) - 1]
        return self.text[begin + 1 : len(rest) - 1] if _IF.search(self.ahead(begin)) else None


_IF = re.compile(r"(?<![\w$])if\s*$")
_FUNCTION = re.compile(r"(?:(?<![\w$])async\s+)?(?<![\w$])function\s*\*?\s*([\w$]*)\s*$")
_METHOD = re.compile(
    r"(?:^|[,{;}])\s*(?:async\s+)?(?!(?:if|for|while|switch|with|catch)\b)([\w$]+)\s*$"
)
_ARROW = re.compile(r"(?:(?<![\w$])async\s*)?(?:\)|(?<![\w$.])[\w$]+)\s*=>\s*$")
_GIVEN_TO = re.compile(r"(?:^|[^\w$.])(\.?(?:[\w$]+\.)*[\w$]+)\s*[:=]\s*$")
_CALLED = re.compile(r"(?:([\w$.]+)\s*\([^()]{0,80}\)\s*\.then|([\w$.\])]+))\s*$")
"""What a function is given to; what is given to `.then` waits for what was called before that."""
_FIRST_STRING = re.compile(r"\s*[\"'`]([^\"'`]{0,60})[\"'`]")

_VISITOR = frozenset(("click", "submit", "change", "tap", "pointerup", "mouseup"))
"""What a visitor does to answer a question; a page is scrolled before any."""
_LISTENS = frozenset(("addeventlistener", "attachevent", "on", "one", "once", "bind", "live"))
_CONSENT = re.compile(
    r"consent|cookie(?!enabled)|accept|agree|allow|grant|opt_?in|permi(?:t|ss)|getitem"
    r"|activegroups|gdpr|optanon|returnvalue|(?<![a-z])c(?:cm|mp|k)_|同意|許可|承諾",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"opt[-_]?out|declin|den(?:y|ied)|refus|reject|revok|withdraw|disable|拒否"
    r"|[\"'](?:no|ng|n|0|false|off|necessary)[\"']",
    re.IGNORECASE,
)
_NEGATIONS = re.compile(
    r"!==?|(?<![=!<>])!(?!=)|(?<=[=\s])-1(?!\d)|<\s*0(?!\d)|(?<=[=\s])(?:null|undefined|false)\b"
    r"|(?<=[=\s])(?:\"\"|'')"
)
_ABOVE_NOTHING = re.compile(r">\s*-1(?!\d)|>=\s*0(?!\d)")
_RETURNS = re.compile(r"\s*(?:\{[^{}]{0,200}?)?(?<![\w$])return\b")
_BY_THE_TOOL = frozenset(("OptanonWrapper",))
"""What a consent manager calls when it has loaded, whatever was answered."""


class Waiting:
    """The scripts of one page that are not held back themselves."""

    def __init__(self, scripts: Sequence[str], at_load: str = "") -> None:
        self._scripts = [each if len(each) <= _MOST else "" for each in scripts]
        self._at_load = at_load
        """What the page's own attributes call as it opens."""
        self._known: dict[int, _Script] = {}
        self._steps = 0

    def waits(self, number: int, place: int) -> bool:
        """Tell whether what stands at `place` of a script runs only once somebody agreed."""
        return bool(self._scripts[number]) and not self._at_once(number, place, frozenset())

    def _read(self, number: int) -> _Script:
        if number not in self._known:
            self._known[number] = _Script(self._scripts[number])
        return self._known[number]

    def _at_once(self, number: int, place: int, asked: frozenset[str]) -> bool:
        script = self._read(number)
        self._steps += 1
        if self._steps > _MOST_STEPS or not script.is_readable:
            return True
        inner = place
        for pair in script.around(place):
            if _asked_before(script, pair, inner):
                return False
            if pair.kind == "{" and self._block_waits(number, pair, asked):
                return False
            if pair.kind == "(" and _arrow_between(script, pair, inner):
                called = script.called(pair.begin)
                if called and _is_deferred(called, script.text[pair.begin + 1 : inner]):
                    return False
            inner = pair.begin
        return not _asked_before(script, _Pair("{", -1, len(script.text)), inner)

    def _block_waits(self, number: int, pair: _Pair, asked: frozenset[str]) -> bool:
        """Tell whether the block in `pair` is entered only once somebody agreed."""
        script = self._read(number)
        if (condition := script.condition(pair.begin)) is not None:
            return agreed(condition, script.text)
        before = script.bare[: pair.begin].rstrip()
        if before.endswith("else"):
            return _otherwise(script, len(before) - len("else"))
        begin, name, is_property = _function_at(script, before)
        if begin is None or name == "constructor":
            return False
        ahead = script.ahead(begin)
        if given := _GIVEN_TO.search(ahead):
            is_property = "." in given[0] or given[0].rstrip().endswith(":")
            name = given[1].rpartition(".")[2]
        if given or is_property:
            deferred = _by_name(name)
            return not self._called(name, asked, is_property) if deferred is None else deferred
        if ahead.rstrip().endswith(("(", ",")):
            call = next((each for each in script.around(begin) if each.kind != "{"), None)
            called = script.called(call.begin) if call is not None else ""
            if call is not None and call.kind == "(" and called:
                return _is_deferred(called, script.text[call.begin + 1 : begin])
            return False
        return bool(name) and not self._called(name, asked, is_property=False)

    def _called(self, name: str, asked: frozenset[str], is_property: bool) -> bool:
        """Tell whether the function `name` is called as the page opens."""
        if name in asked:
            return False
        if len(asked) >= _MOST_CALLS:
            return True
        if name in _BY_THE_TOOL or re.search(rf"(?<![\w$]){re.escape(name)}\(", self._at_load):
            return True
        asked |= {name}
        return any(
            found > _MOST_REFERENCES or self._is_use(number, place, name, asked)
            for found, (number, place) in enumerate(self._references(name, is_property), start=1)
        )

    def _references(self, name: str, is_property: bool) -> Iterator[tuple[int, int]]:
        before = r"(?<![\w$])" if is_property else r"(?:(?<![\w$.])|(?<=window\.)|(?<=self\.))"
        word = re.compile(rf"{before}{re.escape(name)}(?![\w$])")
        for number, text in enumerate(self._scripts):
            if name in text:
                script = self._read(number)
                for match in word.finditer(script.bare) if script.is_readable else ():
                    yield number, match.start()

    def _is_use(self, number: int, place: int, name: str, asked: frozenset[str]) -> bool:
        """Tell whether a function is called, or handed on to be, as the page opens."""
        script = self._read(number)
        after = script.bare[place + len(name) :].lstrip()
        before = script.ahead(place)
        if _DEFINES.search(before) or _NOT_CALLED.match(after) or before.endswith("typeof "):
            return False
        if after.startswith("("):
            end = script.ends.get(len(script.bare) - len(after), 0)
            if script.bare[end + 1 :].lstrip().startswith("{"):
                return False
        elif given := _GIVEN_TO.search(before):
            if _by_name(given[1].rpartition(".")[2]):
                return False
        else:
            call = next((each for each in script.around(place) if each.kind == "("), None)
            called = script.called(call.begin) if call is not None else ""
            if (
                call is not None
                and called
                and _is_deferred(called, script.text[call.begin + 1 : place])
            ):
                return False
        return self._at_once(number, place, asked)


_DEFINES = re.compile(r"(?<![\w$])function\s*\*?\s*$")
_NOT_CALLED = re.compile(r"=(?!=)|:|&&|===?|!==?|\?")


def _function_at(script: _Script, before: str) -> tuple[int | None, str, bool]:
    """Return where the function begins whose body follows `before`, its name, if it is a method."""
    if before.endswith("=>"):
        arrow = _ARROW.search(before[-_HEAD:])
        if arrow is None:
            return None, "", False
        begin = arrow.start() + max(0, len(before) - _HEAD)
        return script.closed.get(begin, begin), "", False
    if not before.endswith(")") or len(before) - 1 not in script.closed:
        return None, "", False
    opened = script.closed[len(before) - 1]
    head = script.ahead(opened)
    if named := _FUNCTION.search(head):
        return opened - len(head) + named.start(), named[1], False
    if named := _METHOD.search(head):
        return opened - len(head) + named.start(1), named[1], True
    return None, "", False


def _by_name(name: str) -> bool | None:
    """Tell whether what is given to a property waits; None where its name does not tell."""
    small = name.lower()
    if small.startswith("on"):
        return small[2:] in _VISITOR or bool(_CONSENT.search(small))
    return None


def _is_deferred(called: str, arguments: str) -> bool:
    """Tell whether a call keeps the function that it is given until somebody answers."""
    last = called.rpartition(".")[2].lower()
    if last in _LISTENS:
        event = _FIRST_STRING.match(arguments)
        words = event[1].lower().removeprefix("on").split() if event else []
        return any(each.partition(".")[0] in _VISITOR or _CONSENT.search(each) for each in words)
    return last in _VISITOR or bool(_CONSENT.search(last))


def _arrow_between(script: _Script, pair: _Pair, inner: int) -> bool:
    """Tell whether a function without a block begins between a bracket and a place in it."""
    between = script.bare[pair.begin + 1 : inner]
    block = script.bare[inner : inner + 1] == "{" and between.rstrip().endswith("=>")
    return "=>" in between and not block


def _asked_before(script: _Script, pair: _Pair, place: int) -> bool:
    """Tell whether a statement in `pair` comes to `place` only once somebody agreed."""
    if pair.kind != "{":
        return False
    if (one := _one_of_cases(script, pair, place)) is not None:
        return agreed(one, script.text)
    begin = _statement(script, pair, place)
    head = script.bare[begin:place]
    if opened := re.match(r"\s*(?:else\s+)?if\s*\(", head):
        bracket = begin + opened.end() - 1
        end = script.ends.get(bracket, place)
        if end < place and agreed(script.text[bracket + 1 : end], script.text):
            return True
    if re.match(r"\s*else\b(?!\s+if)", head) and _otherwise(script, begin):
        return True
    if _chosen(script, begin, place):
        return True
    return any(
        refused(script.text[each.begin + 1 : each.end], script.text)
        for each in script.returns
        if script.parents[each.begin] == pair.begin < each.begin and each.end < begin
    )


def _one_of_cases(script: _Script, pair: _Pair, place: int) -> str | None:
    """Return what is asked by the cases that lead to `place`; None in no `switch`."""
    head = script.bare[: max(pair.begin, 0)].rstrip()
    if not head.endswith(")") or len(head) - 1 not in script.closed:
        return None
    begin = script.closed[len(head) - 1]
    if not _SWITCH.search(script.ahead(begin)):
        return None
    value = script.text[begin + 1 : len(head) - 1]
    cases: list[str] = []
    after = place
    for label in reversed(list(_CASE.finditer(script.text, pair.begin, place))):
        # What does not end runs into the next case.
        if cases and _ENDS.search(script.bare, label.end(), after):
            break
        if label["value"] is None:
            return ""
        cases.append(f"{value}==={label['value']}")
        after = label.start()
    return "||".join(cases)


_SWITCH = re.compile(r"(?<![\w$])switch\s*$")
_ENDS = re.compile(r"(?<![\w$])(?:break|return|continue|throw)(?![\w$])")
_CASE = re.compile(r"(?<![\w$])(?:case\s+(?P<value>[^:;{}\n]{1,60})|default\s*):")


def _chosen(script: _Script, begin: int, place: int) -> bool:
    """Tell whether `&&` or `? :` leads from `begin` to `place` only once somebody agreed."""
    if not _JOINT.search(script.bare, begin, place):
        return False
    flat = script.flat(begin, place)
    joint = max((each.start() for each in _JOINT.finditer(flat)), default=None)
    if joint is None:
        return False
    condition = script.text[begin : begin + joint]
    if flat[joint] == "?" and ":" in flat[joint:]:
        return refused(condition, script.text)
    return agreed(condition, script.text)


_JOINT = re.compile(r"&&|(?<!\?)\?(?![.?])")
"""Neither `??`, behind which comes what stands in for nothing, nor `?.`, which asks nobody."""


def _statement(script: _Script, pair: _Pair, place: int) -> int:
    """Return where the statement begins in `pair` that `place` stands in."""
    at = place
    while at > pair.begin + 1 and place - at < _MOST_BACK:
        at -= 1
        each = script.bare[at]
        if each in ")]}" and at in script.closed:
            if each == "}" and not re.match(r"\s*[,)\].]", script.bare[at + 1 : at + _HEAD]):
                return at + 1
            at = script.closed[at]
        elif each in ";{":
            return at + 1
    return at


def _otherwise(script: _Script, end: int) -> bool:
    """Tell whether the `else` at `end` is reached only once somebody agreed."""
    before = script.bare[:end].rstrip()
    if before.endswith("}") and len(before) - 1 in script.closed:
        condition = script.condition(script.closed[len(before) - 1])
    else:
        asked = re.search(r"if\s*\(", before[before.rfind("{") + 1 :])
        at = before.rfind("{") + asked.end() if asked else -1
        close = script.ends.get(at)
        condition = script.text[at + 1 : close] if close else None
    return condition is not None and refused(condition, script.text)


def agreed(condition: str, script: str) -> bool:
    """Tell whether `condition` holds only once a visitor agreed."""
    if len(condition) > _LONG_CONDITION:
        return False
    return all(
        any(_answers(part, script) is True for part in each.split("&&"))
        for each in condition.split("||")
    )


def refused(condition: str, script: str) -> bool:
    """Tell whether `condition` holds as long as no visitor agreed."""
    return len(condition) <= _LONG_CONDITION and any(
        _answers(part, script) is False for part in re.split(r"\|\||&&", condition)
    )


_NAMES = re.compile(
    r"(?:(?<![\w$.\"'])|(?<=window\.)|(?<=self\.))(?!(?:window|self)\.)[A-Za-z_$][\w$]{0,40}"
)


def _answers(part: str, script: str) -> bool | None:
    """Tell whether a condition is that somebody agreed, that nobody did, or something else."""
    whole = part
    for name in _NAMES.findall(part)[:_MOST_NAMES]:
        value = re.search(
            rf"(?:(?<![\w$.])|(?<=window\.)|(?<=self\.)){re.escape(name)}"
            r"\s*=(?!=)\s*([^;\n]{1,160})",
            script,
        )
        whole += f" {value[1]}" if value else ""
    for name in re.findall(r"([A-Za-z_$][\w$]{0,40})\(", part)[:_MOST_NAMES]:
        body = re.search(
            rf"(?<![\w$]){re.escape(name)}\s*(?:[:=]\s*)?(?:function\s*[\w$]*\s*)?"
            r"\([^()]{0,80}\)\s*(?:=>\s*)?\{([^{}]{1,200})",
            script,
        )
        whole += f" {body[1]}" if body else ""
    if not _CONSENT.search(whole) or _REFUSED.search(part):
        return None
    return len(_NEGATIONS.findall(_ABOVE_NOTHING.sub("", part))) % 2 == 0
