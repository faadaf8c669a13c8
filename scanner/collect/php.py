"""PHP configuration files read as data: literal values only, and nothing is ever run.

A file is a series of assignments of literals: `$parameters = array(…)`, `return […]`. What PHP
would have to compute (calls, variables, constants) becomes `Unresolved`, so that nobody takes a
guess for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from scanner.model import Text
from scanner.model.errors import MamoriError

MAX_DEPTH = 64
"""Arrays within arrays."""


class PhpError(MamoriError):
    """The file is not a series of assignments of literals; the message names the line."""

    def __init__(self, line: int, template: str, /, **values: object) -> None:
        super().__init__("Line {line}: {problem}", line=line, problem=Text(template, values))
        self.line = line


class Unresolved(msgspec.Struct, frozen=True):
    """A value that only PHP itself could compute; its text is not kept, it may hold a secret."""

    line: int


Value = str | int | float | bool | None | Unresolved | dict[int | str, "Value"]
"""A PHP value; arrays are dictionaries in their order, lists among them keyed from 0."""


def read_array(source: bytes, variable: str) -> dict[int | str, Value]:
    """Return the array that the PHP file `source` assigns to `$variable`, or else returns.

    Later assignments of single entries, `$variable['key'] = …`, are applied.

    Raises:
        PhpError: the file holds something other than such assignments, or none of this variable.
    """
    text = source.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    return _Reader(text).file(variable)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


_TOKEN = re.compile(
    r"""
    (?P<space>\s++|/\*(?:[^*]++|\*(?!/))*+\*/|(?://|\#(?!\[))(?:[^\r\n?]++|\?(?!>))*+)
    |(?P<single>'[^'\\]*+(?:\\.[^'\\]*+)*+')
    |(?P<double>"[^"\\]*+(?:\\.[^"\\]*+)*+")
    |(?P<command>`[^`\\]*+(?:\\.[^`\\]*+)*+`)
    |(?P<heredoc><<<[ \t]*(?P<quote>['"]?)(?P<mark>[A-Za-z_]\w*)(?P=quote)\r?\n)
    |(?P<variable>\$+[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)
    |(?P<number>0[xX][0-9A-Fa-f_]+|0[bB][01_]+|0[oO][0-7_]+
        |(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    |(?P<name>\\?[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*(?:\\[A-Za-z_]\w*)*)
    |(?P<unterminated>['"`]|/\*)
    |(?P<mark_end>\?>)
    |(?P<operator>=>|->|\?->|::|==|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN = {"(": ")", "[": "]", "{": "}"}
_ENDS = frozenset({",", ";", ")", "]", "=>", ".", "?>", ""})
_KEYWORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def _tokens(text: str) -> Iterator[_Token]:
    """Yield what PHP would see of `text`, without space and comments, then an empty end."""
    start = re.compile(r"\s*<\?php(?=\s|$)", re.IGNORECASE).match(text)
    if start is None:
        raise PhpError(1, "the file does not begin with <?php.")
    at, line = start.end(), 1 + text.count("\n", 0, start.end())
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match is not None, "the last alternative takes any character"
        kind, part = match.lastgroup or "", match[0]
        if match["heredoc"]:
            kind, part, end = _heredoc(text, match, line)
        else:
            end = match.end()
        if kind == "unterminated":
            raise PhpError(line, "a string or comment that begins here does not end.")
        if kind == "mark_end":
            break
        if kind != "space":
            yield _Token(kind, part, line)
        line += text.count("\n", at, end)
        at = end
    if text[at:].removeprefix("?>").strip():
        raise PhpError(line, "something other than PHP follows the closing ?>.")
    yield _Token("end", "", line)


def _heredoc(text: str, match: re.Match[str], line: int) -> tuple[str, str, int]:
    """Return kind, content and end of the heredoc or nowdoc that `match` opens (PHP 7.3 rules)."""
    close = re.compile(rf"^([ \t]*){match['mark']}(?!\w)", re.MULTILINE).search(text, match.end())
    if close is None:
        raise PhpError(line, "a string that begins here does not end.")
    lines = re.sub(r"\r?\n\Z", "", text[match.end() : close.start()]).split("\n")
    indent = close[1]
    if any(each.strip() and not each.startswith(indent) for each in lines):
        raise PhpError(line, "a line of this string is indented less than its end.")
    content = "\n".join(each.removeprefix(indent) for each in lines)
    return ("nowdoc" if match["quote"] == "'" else "template"), f"<<<{content}", close.end()


def _reaches(token: _Token, variable: str) -> bool:
    """Tell whether an expression with `token` in it could change `variable`."""
    if token.kind == "variable":
        return token.text in (f"${variable}", "$GLOBALS")
    return token.text.lower() in _REACHING


_REACHING = frozenset(
    {"include", "include_once", "require", "require_once", "eval", "extract", "parse_str", "&", "$"}
)


class _Array(dict[int | str, Value]):
    """An array that knows the key of the next value without one."""

    _largest: int | None = None

    @classmethod
    def of(cls, values: dict[int | str, Value]) -> _Array:
        """Return an array of `values`."""
        array = cls()
        for key, value in values.items():
            array[key] = value
        return array

    def __setitem__(self, key: int | str, value: Value) -> None:
        super().__setitem__(key, value)
        if isinstance(key, int) and (self._largest is None or key > self._largest):
            self._largest = key

    def next_index(self) -> int:
        """Return the key after the largest integer one, as PHP counts (8.3: negative ones too)."""
        return 0 if self._largest is None else self._largest + 1


class _Reader:
    """Reads one file, a token at a time."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = next(self._tokens)
        self._depth = 0

    def file(self, variable: str) -> dict[int | str, Value]:
        found: Value | None = None
        while self._next.kind != "end":
            token = self._take()
            if token.text == ";":
                continue
            if token.text.lower() == "return" and token.kind == "name":
                returned = self._expression()
                found = returned if found is None else found
                break
            if token.text.lower() == "declare" and token.kind == "name":
                self._skip()
            elif token.kind == "variable" and token.text == f"${variable}":
                found = self._assign(token, found)
            elif token.kind == "variable" and self._next.text == "=":
                self._take()
                if any(_reaches(each, variable) for each in self._skip(whole=True)):
                    raise PhpError(token.line, "what is assigned here could change anything.")
            else:
                raise PhpError(
                    token.line, "something other than an assignment of a value stands here."
                )
            self._end_of_statement()
        if not isinstance(found, dict):
            raise PhpError(self._next.line, "no array is assigned to ${name}.", name=variable)
        return dict(found)

    def _assign(self, token: _Token, found: Value | None) -> Value:
        """Read the rest of `$variable = …` or `$variable[key] = …`."""
        if self._next.text == "=":
            self._take()
            value = self._expression()
            return _Array.of(value) if isinstance(value, dict) else value
        key: Value = None
        if self._next.text == "[":
            self._take()
            if self._next.text != "]":
                key = self._expression()
            closing, equals = self._take(), self._take()
            if closing.text == "]" and equals.text == "=" and isinstance(found, _Array):
                if key is None:
                    key = found.next_index()
                if isinstance(key, str | int | float):
                    found[_key(key)] = self._expression()
                    return found
        raise PhpError(token.line, "this change of ${name} is computed.", name=token.text[1:])

    def _end_of_statement(self) -> None:
        token = self._next
        if token.kind != "end" and self._take().text != ";":
            raise PhpError(token.line, "a semicolon is missing before this.")

    def _take(self) -> _Token:
        token = self._next
        if token.kind != "end":
            self._next = next(self._tokens)
        return token

    def _expression(self) -> Value:
        """Read literals joined by dots; anything else is skipped and unresolved."""
        line = self._next.line
        value = self._term()
        while self._next.text == "." and self._next.kind == "operator":
            self._take()
            if self._next.text == ".":  # `..` begins the spread operator
                self._skip(whole=True)
                return Unresolved(line)
            left, right = _as_text(value), _as_text(self._term())
            value = Unresolved(line) if left is None or right is None else left + right
        if self._next.text not in _ENDS:
            self._skip(whole=True)
            return Unresolved(line)
        return value

    def _term(self) -> Value:
        token = self._next
        if token.kind == "single":
            return re.sub(r"\\([\\'])", r"\1", _clean(self._take().text[1:-1]))
        if token.kind == "nowdoc":
            return _clean(self._take().text.removeprefix("<<<"))
        if token.kind in ("double", "template"):
            self._take()
            return _interpolate(token)
        if token.kind == "number":
            return _number(self._take())
        if token.text in ("-", "+"):
            return self._signed()
        if token.text == "[":
            return self._array("]")
        if token.kind == "name":
            return self._named()
        self._skip()
        return Unresolved(token.line)

    def _signed(self) -> Value:
        sign = self._take()
        if self._next.kind != "number":
            self._skip()
            return Unresolved(sign.line)
        number = _number(self._take())
        assert not isinstance(number, Unresolved)
        return -number if sign.text == "-" else number

    def _named(self) -> Value:
        token = self._take()
        name = token.text.lower().removeprefix("\\")
        if name in _KEYWORDS and self._next.text not in ("(", "::"):
            return _KEYWORDS[name]
        if name == "array" and self._next.text == "(":
            return self._array(")")
        self._skip()
        return Unresolved(token.line)

    def _array(self, close: str) -> Value:
        opening = self._take()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PhpError(
                opening.line, "arrays are nested more than {depth} deep.", depth=MAX_DEPTH
            )
        array = _Array()
        computed = False
        while self._next.text != close or self._next.kind != "operator":
            computed |= not self._entry(array)
            if self._next.text == ",":
                self._take()
            elif self._next.text != close:
                raise PhpError(self._next.line, "a comma or the end of the array is missing here.")
        self._take()
        self._depth -= 1
        # With a key that nobody knows, any other entry may have been replaced.
        return Unresolved(opening.line) if computed else dict(array)

    def _entry(self, array: _Array) -> bool:
        """Read one entry into `array`; tell whether its place in it is known."""
        spread = self._next.text == "."
        value = self._expression()
        if self._next.text != "=>":
            array[array.next_index()] = value
            return not spread
        self._take()
        key, value = value, self._expression()
        if key is None:
            key = ""
        if not isinstance(key, str | int | float):
            return False
        array[_key(key)] = value
        return True

    def _skip(self, *, whole: bool = False) -> list[_Token]:
        """Pass over the rest of an operand, or with `whole` of the expression; return it."""
        waiting: list[str] = []
        skipped: list[_Token] = []
        ends = _ENDS - {"."} if whole else _ENDS
        while self._next.kind != "end":
            token = self._next
            mark = token.text if token.kind == "operator" else "-"
            if not waiting and mark in ends:
                break
            skipped.append(self._take())
            if mark in _OPEN:
                waiting.append(_OPEN[mark])
            elif mark in _OPEN.values() and (not waiting or waiting.pop() != mark):
                raise PhpError(token.line, "this bracket closes nothing.")
        if waiting:
            raise PhpError(self._next.line, "the file ends before its brackets are closed.")
        return skipped


def _key(key: str | float) -> int | str:
    """Return the key as PHP stores it: whole numbers, written as such, are integers."""
    if isinstance(key, str):
        return int(key) if re.fullmatch(r"0|-?[1-9][0-9]{0,17}", key) else key
    return int(key) if abs(key) < 2**63 else 0


def _as_text(value: Value) -> str | None:
    """Return `value` as PHP joins it to a string; None where that is not plain to see."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    return "" if value is None else None


def _number(token: _Token) -> int | float:
    text = token.text.replace("_", "").lower()
    try:
        if text.startswith(("0x", "0b", "0o")):
            number = int(text, 0) if len(text) < 80 else 2**64
        elif re.fullmatch(r"0\d+", text):
            number = int(text, 8) if len(text) < 80 else 2**64
        elif text.isdecimal():
            number = int(text) if len(text) < 80 else 2**64
        else:
            return float(text)
    except ValueError:
        raise PhpError(token.line, "this is no number.") from None
    return number if number < 2**63 else float(number)


_ESCAPE = re.compile(
    r"\\(?:([nrtvef\\$\"])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]{1,6})\})"
)
_PLAIN = {
    "n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$",
    '"': '"',
}  # fmt: skip
_INTERPOLATION = re.compile(
    r"(?:[^\\${]++|\\.|\$(?![A-Za-z_{\x80-\U0010ffff])|\{(?!\$))*+", re.DOTALL
)


def _interpolate(token: _Token) -> Value:
    """Return the string in double quotes or heredoc, unresolved where a variable stands in it."""
    quoted = token.kind == "double"
    text = token.text[1:-1] if quoted else token.text.removeprefix("<<<")
    whole = _INTERPOLATION.match(text)
    if whole is None or whole.end() < len(text):
        return Unresolved(token.line)

    def unescape(match: re.Match[str]) -> str:
        if match[1]:
            return match[0] if match[1] == '"' and not quoted else _PLAIN[match[1]]
        if match[4]:
            code = int(match[4], 16)
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                raise PhpError(token.line, "this string holds a character that does not exist.")
            return chr(code)
        byte = int(match[2], 8) & 0xFF if match[2] else int(match[3], 16)
        # PHP's escapes are bytes; half a UTF-8 character waits for its other half.
        return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)

    return _clean(_ESCAPE.sub(unescape, text))


def _clean(text: str) -> str:
    """Return `text` with the bytes that were smuggled through decoded, or replaced."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
