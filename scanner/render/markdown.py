"""The report in Markdown, for a ticket, a wiki or the summary of a CI run: what matters, and short.

Whatever stands in it from outside is escaped, so that it neither becomes markup nor calls anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from scanner.language import Language, language
from scanner.model import Status
from scanner.render.digest import (
    counts,
    failures,
    gaps,
    troubles,
    waiver_notices,
    worst_first,
)
from scanner.render.format import Format
from scanner.report import Report, ReportedTarget

_NAMED = 10
"""How many subjects or messages are named before `and 5 more`."""
_ACTIONS = 10
_STEERING = re.compile(r"[\\`*_\[\]<>|~&@#$]|^[-+]|:(?=//)|(?<=www)\.|(?<=^\d)[.)]", re.IGNORECASE)
"""What is markup anywhere, what is at the start of a line, and what makes an address a link."""
_BADGES = {"critical": "🟥", "high": "🟧", "medium": "🟨", "low": "🟦", "info": "⬜"}


def render(report: Report) -> Iterator[bytes]:
    """Yield `report` as Markdown (CommonMark with the tables of GitHub)."""
    for line in _Markdown(report).lines():
        yield f"{line}\n".encode()


MARKDOWN = Format(render=render, suffix="md", media_type="text/markdown; charset=utf-8")


class _Markdown:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._language: Language = language(report.language)

    def lines(self) -> Iterator[str]:
        report = self._report
        yield "# " + self._say(
            "mamori report of {day}, by the policy {policy} {version}.",
            policy=report.policy,
            version=report.policy_version,
            day=report.started_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        )
        yield ""
        if not report.complete:
            incomplete = self._say(
                "INCOMPLETE: the scan was stopped before it had seen everything. What is missing "
                "counts as unknown."
            )
            yield f"> **{incomplete}**"
            yield ""
        for notice in waiver_notices(report, self._language):
            yield f"> {_plain(notice)}"
            yield ""
        names = ("Target", "Grade", "Score", "Coverage", "Failing", "Not known")
        yield self._row(*(self._say(name) for name in names))
        yield self._row(*("---" for _ in names))
        for target in worst_first(report):
            found = counts([target])
            yield self._row(
                _plain(target.name),
                f"**{target.grade}**",
                self._interval(target.score.low, target.score.high),
                self._share(target.coverage),
                str(found[Status.FAIL]),
                str(found[Status.INCONCLUSIVE] + found[Status.ERROR]),
            )
        for target in worst_first(report):
            yield from self._target(target)
        yield ""
        yield "---"
        yield self._say(
            "Scan {scan}, policy {policy} {version}, mamori {release}.",
            scan=report.scan_id,
            policy=report.policy,
            version=report.policy_version,
            release=report.mamori_version,
        )

    def _target(self, target: ReportedTarget) -> Iterator[str]:
        yield ""
        yield "## " + self._say("{name} ({platform})", name=target.name, platform=target.platform)
        yield from self._actions(target)
        yield from self._failing(target)
        yield from self._open(target)

    def _actions(self, target: ReportedTarget) -> Iterator[str]:
        if not target.fixes:
            return
        yield ""
        yield "### " + self._say("Do first (points gained, before limits)")
        yield ""
        for fix in target.fixes[:_ACTIONS]:
            said = self._say(
                "Fix: {title}" if fix.action == "fix" else "Answer: {title}", title=fix.title
            )
            ratio = self._say("{count} of {of}", count=fix.subjects, of=fix.of)
            yield f"1. **+{fix.points:g}** {said} `{fix.check}`, {ratio}"
        yield from self._more(len(target.fixes) - _ACTIONS, "")

    def _failing(self, target: ReportedTarget) -> Iterator[str]:
        failing = failures(self._report, target)
        if not failing:
            return
        yield ""
        yield "### " + self._say("What is wrong ({count})", count=len(failing))
        for failure in failing:
            check = failure.check
            severity = self._language.translate(check.severity.value)
            yield ""
            badge, title = _BADGES[check.severity], _plain(check.title)
            yield f"#### {badge} {title} ({severity}, `{check.check}`)"
            yield ""
            for message, findings in list(failure.messages.items())[:_NAMED]:
                names = [_plain(each.subject.name) for each in findings[:_NAMED]]
                about = ", ".join(names) + self._rest(len(findings) - _NAMED)
                yield f"- {_plain(message)} — {about}"
            yield from self._more(len(failure.messages) - _NAMED, "- ")
            yield ""
            yield f"**{self._say('Why:')}** {_plain(check.why)}"
            for fix in dict.fromkeys(each.fix for each in failure.findings if each.fix):
                yield ""
                yield f"**{self._say('Fix:')}** {_plain(fix)}"

    def _open(self, target: ReportedTarget) -> Iterator[str]:
        found = gaps(target)
        if found:
            yield ""
            yield "### " + self._say("What is not known, and what would answer it")
            yield ""
        for gap in found:
            message = _plain(next(iter(gap.messages)))
            checks = ", ".join(f"`{check}`" for check in list(gap.checks)[:_NAMED])
            yield f"- {message} {_plain(gap.remedy)} ({checks})"
        unread = troubles(target)
        if unread:
            yield ""
            yield "### " + self._say("What could not be read")
            yield ""
        for trouble in unread:
            places = ", ".join(self._say(place) for place in trouble.places[:_NAMED])
            yield f"- {places}: {_plain(trouble.detail)} {_plain(trouble.remedy)}".rstrip()

    def _say(self, template: str, **values: Any) -> str:
        return _plain(self._language.fill(template, values))

    def _more(self, left: int, lead: str) -> Iterator[str]:
        if left > 0:
            yield lead + self._say("and {count} more", count=left)

    def _rest(self, left: int) -> str:
        return f" {self._say('and {count} more', count=left)}" if left > 0 else ""

    def _interval(self, low: float, high: float) -> str:
        if low == high:
            return f"{low:g}"
        return self._language.fill("{low} to {high}", {"low": low, "high": high})

    def _share(self, part: float) -> str:
        return f"{int(part * 100 + 1e-9)}%"

    def _row(self, *cells: str) -> str:
        return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, on one line."""
    return _STEERING.sub(r"\\\g<0>", " ".join(text.split()))
