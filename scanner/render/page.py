"""A page of fixed width: words wrapped by the columns they take, Japanese ones included."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

from rich.cells import cell_len, chop_cells, set_cell_size

from scanner.language import harmless
from scanner.model import Severity

SEVERITY_STYLES: Mapping[Severity, str] = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "blue",
}
"""How a severity looks on a terminal, as rich calls it."""

_WIDE = "ᄀ-ᅟ⺀-〾ぁ-꓏가-힣豈-﫿︰-﹯！-｠￠-￦"
# Marks that begin no line, and those that end none: the common ones of JIS X 4051.
_NO_START = (
    "、。，．・：；？！）」』】〕］｝〉》ー々…‥ゝゞヽヾ"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％),.;:!?%\\]}"
)
_NO_END = "（「『【〔［｛〈《({\\["
_BREAK = re.compile(
    r"(?<=\s)(?=\S)"
    rf"|(?<=[{_WIDE}])(?<![{_NO_END}])(?![{_NO_START}\s])"
    rf"|(?<![{_NO_END}\s])(?=[{_WIDE}])(?![{_NO_START}])"
)


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield `text` as lines of at most `width` columns, without spaces at their ends.

    Lines break at spaces and between wide characters, but not before closing or after opening
    marks. Only what is wider than a whole line is cut.
    """
    line = ""
    for piece in _BREAK.split(text):
        bare = piece.rstrip()
        if cell_len(line + bare) <= width:
            line += piece
            continue
        if line.strip():
            yield line.rstrip()
        *full, rest = chop_cells(bare, width) or [""]
        yield from full
        line = rest + piece[len(bare) :]
    if line.strip():
        yield line.rstrip()


def fit(text: str, columns: int) -> str:
    """Return `text` as exactly `columns` columns; two dots show that its end was cut."""
    if cell_len(text) <= columns:
        return set_cell_size(text, columns)
    return set_cell_size(text, columns - 2) + ".."


class Page:
    """Lines under construction, each made of pieces with a style; nothing in them is markup."""

    def __init__(self, width: int) -> None:
        self.width = width
        """Columns of the widest line."""
        self._lines: list[tuple[tuple[str, str], ...]] = []

    def blank(self) -> None:
        """Leave one line empty; never two, and none at the top."""
        if self._lines and self._lines[-1]:
            self._lines.append(())

    def rule(self, mark: str) -> None:
        """Draw a line across."""
        self._lines.append(((mark * self.width, "dim"),))

    def row(self, *pieces: tuple[str, str]) -> None:
        """Add one line of (text, style) pieces that are known to fit."""
        self._lines.append(tuple((harmless(text), style) for text, style in pieces))

    def write(self, text: str, style: str = "", *, lead: str = "", lead_style: str = "") -> None:
        """Add a paragraph behind `lead`, which stands before its first line only."""
        # Whatever a policy, a plug-in or a platform put into a sentence, no terminal obeys it.
        text, lead = harmless(text), harmless(lead)
        room = cell_len(lead)
        for number, line in enumerate(wrap(text, self.width - room)):
            self._lines.append(
                ((" " * room, "") if number else (lead, lead_style or style), (line, style))
            )

    def to_bytes(self, *, colour: bool) -> bytes:
        """Return the page as UTF-8; escape sequences are in it only where `colour` is wanted."""
        if not colour:
            lines = ("".join(text for text, _ in line).rstrip() for line in self._lines)
            return "".join(f"{line}\n" for line in lines).encode()
        from rich.console import Console
        from rich.text import Text

        console = Console(
            file=io.StringIO(),
            force_terminal=True,
            color_system="standard",
            legacy_windows=False,
            _environ={},
        )
        with console.capture() as captured:
            for line in self._lines:
                text = Text.assemble(*line)
                text.rstrip()
                console.print(text, soft_wrap=True, highlight=False)
        return captured.get().encode()
