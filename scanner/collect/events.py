"""Turns a log of changes into the state they led to.

Some vendors tell no setting, but log every change of one. The newest event of a pair then gives the
state, and since when it holds. With none inside the log's window the answer is unknown, never off:
the change may lie before the window's start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from scanner.model import Fact, Reason, Text, Unknown


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A state that one kind of event enters and another leaves."""

    on: tuple[str, ...]
    off: tuple[str, ...]
    on_value: Any = True
    off_value: Any = False
    unclear: tuple[str, ...] = ()
    """Events that may have changed it, and do not tell how."""


class Latest(msgspec.Struct, frozen=True, kw_only=True):
    """A moment: the newest event of some kinds."""

    of: tuple[str, ...]


class Strongest(msgspec.Struct, frozen=True, kw_only=True):
    """States that stand beside each other: the first that is on counts, else what the last says."""

    of: tuple[Switch, ...]


Trace = Switch | Latest | Strongest
"""How a fact is read from a log."""


class State(msgspec.Struct, frozen=True):
    """What a log says of one fact."""

    value: Fact[Any]
    since: datetime | None = None
    """When it came to be so, where that is known."""


class EventLog:
    """The events since `start`, of which only the newest of each kind and subject is kept."""

    def __init__(self, start: datetime) -> None:
        self._unchanged = State(_unchanged_since(start))
        self._newest: dict[str, dict[str, datetime]] = {}
        """By whom or what they concern, and by kind."""

    def add(self, kind: str, at: datetime, about: str = "") -> None:
        """Take in one event; `about` is whom or what it concerns, empty for the account."""
        own = self._newest.setdefault(about, {})
        known = own.get(kind)
        if known is None or at > known:
            own[kind] = at

    def subjects(self, of: Iterable[str]) -> list[str]:
        """Return whom or what events of the kinds `of` concern, in order."""
        wanted = frozenset(of)
        return sorted(
            about for about, own in self._newest.items() if about and not wanted.isdisjoint(own)
        )

    def state(self, trace: Trace, about: str = "") -> State:
        """Return what the log says of the fact behind `trace`."""
        own = self._newest.get(about)
        return _state(trace, own, self._unchanged) if own else self._unchanged

    def changed(self, trace: Trace) -> dict[str, State]:
        """Return what `state` says of all whose events may have changed the fact, and who."""
        wanted, unchanged = kinds(trace), self._unchanged
        return {
            about: _state(trace, own, unchanged)
            for about, own in self._newest.items()
            if about and not wanted.isdisjoint(own)
        }


def kinds(trace: Trace) -> frozenset[str]:
    """Return the kinds of events that may change the fact behind `trace`."""
    if isinstance(trace, Strongest):
        return frozenset().union(*map(kinds, trace.of))
    if isinstance(trace, Switch):
        return frozenset((*trace.on, *trace.off, *trace.unclear))
    return frozenset(trace.of)


def _state(trace: Trace, own: Mapping[str, datetime], unchanged: State) -> State:
    """Return what the newest event of each kind, `own`, says of the fact behind `trace`."""
    if isinstance(trace, Strongest):
        state = unchanged
        for each in trace.of:
            state = _state(each, own, unchanged)
            if state.value == each.on_value:
                break
        return state
    if isinstance(trace, Latest):
        newest = _latest(trace.of, own)
        return unchanged if newest is None else State(newest, newest)
    entered, left = _latest(trace.on, own), _latest(trace.off, own)
    if entered is None and left is None:
        return unchanged
    unclear = _latest(trace.unclear, own)
    if unclear is not None and unclear >= max(at for at in (entered, left) if at is not None):
        return State(NOT_TOLD_HOW)
    if entered == left:
        return State(_AT_ONCE)
    if left is None or (entered is not None and entered > left):
        return State(trace.on_value, entered)
    return State(trace.off_value, left)


def _latest(of: Iterable[str], own: Mapping[str, datetime]) -> datetime | None:
    found = [own[kind] for kind in of if kind in own]
    return max(found) if found else None


def _unchanged_since(start: datetime) -> Unknown:
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of(
            "The log holds no change of it since {start}, where it begins, and does not tell "
            "what it was before.",
            start=start.date().isoformat(),
        ),
        Text.of("Look it up in the platform's settings, and attest it."),
    )


NOT_TOLD_HOW = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("A later entry of the log may have changed it, and does not tell how."),
    Text.of("Look it up in the platform's settings, and attest it."),
)
_AT_ONCE = Unknown(
    Reason.MALFORMED,
    Text.of("The log switches it on and off at the same moment."),
    Text.of("Look it up in the platform's settings, and attest it."),
)
