"""A page, mail or form as it was written: what is seen of it, and the forms in it."""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.collect.probes.published.controls import Controls
from scanner.collect.probes.published.reading import Reader
from scanner.collect.probes.published.server_code import without_code
from scanner.collect.probes.published.style import Styles
from scanner.collect.probes.published.tangle import without_long_lists
from scanner.collect.probes.published.ticked import Source
from scanner.model import Content, Control


class Markup:
    """A parsed page, mail or form."""

    def __init__(self, html: str) -> None:
        # What a server fills in is no markup, and would end at the first `>` inside it.
        self._tree = LexborHTMLParser(without_long_lists(without_code(html)))
        self._controlling = Controls(self._tree, Source(html))
        self._styles = Styles(self._tree)
        self._readings: dict[bool, Reader] = {}
        self._hidden = Within(self._is_unseen)

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
        reading = self._readings.get(mail)
        if reading is None:
            reading = self._readings[mail] = Reader(self._tree, self._styles, mail=mail)
        return reading.content(inside)

    def forms(self) -> list[tuple[LexborNode, tuple[Control, ...]]]:
        """Return each form with its controls; where no form has any, fields outside make up one."""
        found = [(form, self._controls(form)) for form in self._tree.css("form")]
        if not any(controls for _, controls in found) and self._tree.body is not None:
            controls = self._controls(self._tree.body)
            if controls:
                found.append((self._tree.body, controls))
        return found

    def _controls(self, form: LexborNode) -> tuple[Control, ...]:
        return tuple(
            control
            for node, control in self._controlling.of(form)
            if control.kind != "hidden" and not self._is_hidden(node)
        )

    def _is_hidden(self, node: LexborNode) -> bool:
        if node.tag == "input" and self._is_unseen(node):
            # Many pages draw their own boxes over the real ones.
            return False
        return self._hidden.holds(node)

    def _is_unseen(self, node: LexborNode) -> bool:
        attributes = node.attributes
        return "hidden" in attributes or self._styles.of(node, attributes).unseen


class Within:
    """Which elements are of some kind, or stand in one that is; each element is asked once."""

    def __init__(self, is_one: Callable[[LexborNode], bool]) -> None:
        self._is_one = is_one
        self._known: dict[int, bool] = {}

    def holds(self, node: LexborNode) -> bool:
        """Tell whether `node` is of the kind, or stands in one that is."""
        path: list[int] = []
        each: LexborNode | None = node
        found = False
        while each is not None and not found:
            if each.mem_id in self._known:
                found = self._known[each.mem_id]
                break
            path.append(each.mem_id)
            found = self._is_one(each)
            each = each.parent
        self._known.update(dict.fromkeys(path, found))
        return found
