"""What changed between two scans, for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from scanner.history.change import Change, Changed, TargetChange
from scanner.language import Language
from scanner.render.page import SEVERITY_STYLES, Page, fit

_MOST = 20
"""Failures that are named under one heading, unless all are asked for."""


def page_of(change: Change, language: Language, width: int, *, details: bool) -> Page:
    """Return `change` as a page of `width` columns; with `details` every failure is named."""
    return _ChangePage(change, language, width, details=details).page


class _ChangePage:
    def __init__(self, change: Change, words: Language, width: int, *, details: bool) -> None:
        self.page = Page(width)
        self._words = words
        self._details = details
        self._say = words.fill
        self._heading(change)
        for target in change.targets:
            self._target(target)
        for names, sentence in (
            (change.only_before, "Not scanned the second time: {targets}."),
            (change.only_after, "Not scanned the first time: {targets}."),
        ):
            if names:
                self.page.blank()
                self.page.write(words.fill(sentence, {"targets": names}))

    def _heading(self, change: Change) -> None:
        self.page.write(
            self._say(
                "From scan {one} of {day} to scan {other} of {later}.",
                {
                    "one": change.before.number,
                    "day": moment(change.before.started_at),
                    "other": change.after.number,
                    "later": moment(change.after.started_at),
                },
            ),
            "bold",
        )

    def _target(self, target: TargetChange) -> None:
        page, say = self.page, self._say
        page.blank()
        page.write(target.name, "bold underline")
        one, other = target.grade
        page.write(
            say(
                "{before} → {after} ({change}), grade {one} → {other}",
                {
                    "before": target.score.before,
                    "after": target.score.after,
                    "change": signed(target.change),
                    "one": one,
                    "other": other,
                },
            ),
            lead=fit(say("Score", {}), 10),
            lead_style="dim",
        )
        self._causes(target)
        for title, failures in (
            ("New ({count})", target.new),
            ("Back again ({count})", target.regressed),
            ("No longer visible ({count})", target.no_longer_visible),
            ("Fixed ({count})", target.fixed),
            ("Still open ({count})", target.still_open if self._details else ()),
        ):
            self._failures(say(title, {"count": len(failures)}), failures)
        if target.still_open and not self._details:
            page.blank()
            page.write(say("Still open ({count})", {"count": len(target.still_open)}), "bold")

    def _causes(self, target: TargetChange) -> None:
        if target.attribution is None:
            self.page.write(
                self._say("The snapshots are no longer kept, so nobody can tell why.", {}),
                lead=" " * 10,
            )
            return
        causes = target.attribution
        rows = (
            (causes.configuration_changed, "configuration changed"),
            (causes.rules_changed, "rules changed"),
            (causes.visibility_changed, "visibility changed"),
            (causes.waiver_lapsed, "waivers ended or began"),
            (causes.time_passed, "time passed"),
        )
        moved = [(points, cause) for points, cause in rows if points]
        for number, (points, cause) in enumerate(moved):
            self.page.write(
                f"{signed(points):>6}  {self._words.translate(cause)}",
                lead=fit("" if number else self._say("Because", {}), 10),
                lead_style="dim",
            )

    def _failures(self, title: str, failures: Iterable[Changed]) -> None:
        failures = list(failures)
        if not failures:
            return
        self.page.blank()
        self.page.write(title, "bold")
        shown = failures if self._details else failures[:_MOST]
        for each in shown:
            about = "" if each.subject.name in each.message else f"{each.subject.name}: "
            open_for = (
                self._say(" ({days} days)", {"days": each.open_days}) if each.open_days else ""
            )
            self.page.write(
                f"{each.check}: {about}{each.message}{open_for}",
                lead=f"  [{self._words.translate(each.severity.value)}] ",
                lead_style=SEVERITY_STYLES[each.severity],
            )
        if left := len(failures) - len(shown):
            self.page.write(self._say("and {count} more", {"count": left}), lead="  ")


def signed(points: float) -> str:
    """Return points with their sign."""
    return f"{points:+g}" if points else "0"


def moment(when: datetime) -> str:
    """Return a time as reports write it."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
