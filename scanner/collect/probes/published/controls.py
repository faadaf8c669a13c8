"""What people fill in of a form → `Control`s, each with the words that they read beside it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.collect.probes.published.characters import normalise
from scanner.collect.probes.published.ticked import Source, set_by_script, ticked
from scanner.model import Control

_MOST_CONTROLS = 1000
"""Controls of one form; nobody fills in more."""
_MOST_LABEL = 20_000
"""Characters in which the text of a label is looked for."""
_MOST_NAME = 500
"""Characters of it that are kept."""
_MOST_BESIDE = 1000
"""Nodes beside a control that are looked at for one."""
_FIELDS = frozenset(("input", "select", "textarea", "button"))
_CONTROLS = (
    "input, select, textarea, button"
    ", [role=checkbox]:not(input):not(button), [role=switch]:not(input):not(button)"
)
_TICKS = re.compile(
    r"checked\s*=\s*(?:true|!0)|(?:prop|attr)\(\s*[\"']checked[\"']\s*,", re.IGNORECASE
)


class Controls:
    """The controls of a page, as its forms are asked for theirs."""

    def __init__(self, tree: LexborHTMLParser, source: Source) -> None:
        self._tree = tree
        self._source = source

    def of(self, form: LexborNode) -> Iterator[tuple[LexborNode, Control]]:
        """Yield the elements of a form that are controls, and what each is; seen or not."""
        labels = _labels(form)
        scripts = self._ticking
        ids = {each.attributes.get("id") for each in form.css("input, select, textarea")}
        around = _Around()
        for node in form.css(_CONTROLS)[:_MOST_CONTROLS]:
            control = _control(node, labels, around, self._source)
            question = _question(node, ids, around) if control.kind == "checkbox" else ""
            if question:
                label = f"{question} {control.label}".strip()[:500]
                control = msgspec.structs.replace(control, label=label)
            identity = node.attributes.get("id") or ""
            if control.kind == "checkbox" and scripts:
                called = any(
                    each and each in script
                    for script in scripts
                    for each in (control.name, identity)
                )
                checked = set_by_script(identity, control.name, scripts)
                # What names no box may still tick every one.
                if called or checked is not None:
                    control = msgspec.structs.replace(control, checked=checked)
            yield node, control

    @functools.cached_property
    def _ticking(self) -> list[str]:
        """The page's own scripts that tick a box."""
        scripts = [each.text() or "" for each in self._tree.css("script:not([src])")]
        return [each for each in scripts if _TICKS.search(each)]


def _labels(form: LexborNode) -> dict[str, str]:
    """Return the texts that controls are called by, by the id of what is called so, or calls."""
    labels: dict[str, str] = {}
    for label in form.css("label"):
        if name := label.attributes.get("for"):
            # What draws a box over the real one is a label too, often an empty one.
            labels[name] = f"{labels.get(name, '')} {normalise(label.text(separator=' '))}".strip()
    told = {
        name
        for each in form.css("[aria-labelledby]")
        for name in (each.attributes["aria-labelledby"] or "").split()
    }
    for each in form.css("[id]") if told else ():
        if (name := each.attributes["id"]) in told:
            labels[_TOLD_BY + (name or "")] = normalise(each.text(separator=" "))
    return labels


class _Around:
    """What stands in the elements around controls; each element is gone through once."""

    def __init__(self) -> None:
        self._fields: dict[int, int] = {}
        self._texts: dict[int, str] = {}

    def fields(self, node: LexborNode) -> int:
        """Return how many fields stand in an element."""
        if node.mem_id not in self._fields:
            self._fields[node.mem_id] = len(node.css("input, select, textarea"))
        return self._fields[node.mem_id]

    def text(self, node: LexborNode) -> str:
        """Return the text in an element, or the beginning of it."""
        if node.mem_id not in self._texts:
            text = normalise(node.text(separator=" ")[:_MOST_LABEL])
            self._texts[node.mem_id] = text[:_MOST_NAME]
        return self._texts[node.mem_id]


def _control(node: LexborNode, labels: dict[str, str], around: _Around, source: Source) -> Control:
    attributes = node.attributes
    if attributes.get("role") in ("checkbox", "switch") and node.tag != "input":
        return Control(
            kind="checkbox",
            name=attributes.get("name") or attributes.get("id") or "",
            label=normalise(node.text(separator=" "))[:500] or _label(node, labels, around),
            checked={"true": True, "false": False}.get(attributes.get("aria-checked") or ""),
        )
    kind = (attributes.get("type") or "text").lower() if node.tag == "input" else node.tag or ""
    if node.tag == "button":
        kind = (attributes.get("type") or "submit").lower()
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
        label=_label(node, labels, around),
        value=normalise(value)[:300],
        required="required" in attributes or attributes.get("aria-required") == "true",
        checked=ticked(attributes, source) if kind in ("checkbox", "radio") else False,
        options=tuple(options[:40]),
    )


def _label(node: LexborNode, labels: dict[str, str], around: _Around) -> str:
    """Return the text a visitor reads as the control's: its label, or what stands beside it."""
    attributes = node.attributes
    own = attributes.get("id")
    if own and own in labels:
        return labels[own][:500]
    told = [
        labels.get(_TOLD_BY + each, "")
        for each in (attributes.get("aria-labelledby") or "").split()
    ]
    if any(told):
        return " ".join(told)[:500]
    if attributes.get("aria-label"):
        return normalise(attributes["aria-label"] or "")[:500]
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag in ("form", "body", "fieldset", "table", "tbody"):
            break
        if parent.tag == "label":
            return around.text(parent)
        parent = parent.parent
    if attributes.get("type") in ("checkbox", "radio"):
        return _beside(node, around)
    if node.tag == "select":
        # What follows a list is of what comes next.
        return _asked_before(node, around) or _before(node)
    placeholder = normalise(attributes.get("placeholder") or "")[:500]
    return placeholder or _beside(node, around) or _before(node)


_TOLD_BY = "\0"
"""Before the id of what another element is called by, where a label is before that of its own."""


def _asked_before(node: LexborNode, around: _Around) -> str:
    """Return what stands before a list of options, in its own element or the one before that."""
    place: LexborNode | None = node
    for _ in range(3):
        if place is None or place.tag in ("form", "body", "fieldset", "table", "tbody"):
            break
        parts: list[str] = []
        each = place.prev
        for _ in range(_MOST_BESIDE):
            if each is None or each.tag in _FIELDS or each.css_first("input, select, textarea"):
                break
            if each.tag == "br" and "".join(parts).strip():
                break
            parts.insert(0, each.text(separator=" ") or "")
            each = each.prev
            if place is not node and parts[0].strip():
                break
        if (text := normalise(" ".join(parts)))[-_MOST_NAME:].strip():
            return text[-_MOST_NAME:]
        if place.parent is None or around.fields(place.parent) > 1:
            break
        place = place.parent
    return ""


def _question(node: LexborNode, ids: set[str | None], around: _Around) -> str:
    """Return what a box answers, where one is alone below a label of no control's own.

    Builders of forms, Mautic's among them, write a group's question so, and into the box's own
    label no more than “yes”.
    """
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag in ("form", "body", "fieldset"):
            break
        if around.fields(parent) > 1:
            break
        for label in parent.css("label"):
            own = label.attributes.get("for")
            if own and own not in ids and not label.css("input"):
                return normalise(label.text(separator=" "))[:500]
        parent = parent.parent
    return ""


def _beside(node: LexborNode, around: _Around) -> str:
    """Return the text after a box up to the next one, or else around it."""
    parts: list[str] = []
    each = node.next
    for _ in range(_MOST_BESIDE):
        if each is None or each.tag in _FIELDS or each.tag == "br":
            break
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
        if around.fields(parent) == 1:
            text = around.text(parent)
        elif parent.tag in ("td", "dd") and parent.prev is not None:
            text = around.text(parent.prev)
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
