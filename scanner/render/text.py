"""The report for a person at a terminal, in a log or in a mail: what is wrong, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from scanner.language import Language, language
from scanner.model import Status
from scanner.render.digest import (
    Failure,
    Gap,
    attested,
    counts,
    disputed,
    failing_checks,
    failures,
    gaps,
    share,
    troubles,
    waiver_notices,
    worst_first,
)
from scanner.render.format import Format
from scanner.render.page import SEVERITY_STYLES, Page, fit
from scanner.report import (
    Report,
    ReportedCap,
    ReportedFamily,
    ReportedFinding,
    ReportedFix,
    ReportedScore,
    ReportedTarget,
)

_NAMED = 3
"""How many subjects, messages or reasons are named before `and 5 more`."""
_ACTIONS = 5
"""How many of the things to do come under "Do first"."""
_BAR = 20

_DO: Mapping[str, str] = {"fix": "Fix: {title}", "answer": "Answer: {title}"}

_GRADE_STYLES: Mapping[str, str] = {
    "A": "bold green",
    "B": "green",
    "C": "yellow",
    "D": "red",
    "F": "bold red",
}


def render(
    report: Report, *, width: int = 80, colour: bool = False, details: bool = False
) -> Iterator[bytes]:
    """Yield `report` as text of at most `width` columns, 40 or more.

    Without `colour` there is no escape sequence in it. With `details` nothing is summarised: every
    subject is named, and every finding is listed, passes included.
    """
    yield _TextReport(report, width, details=details).page().to_bytes(colour=colour)


TEXT = Format(render=render, suffix="txt", media_type="text/plain; charset=utf-8")


class _TextReport:
    """Writes one report on one page."""

    def __init__(self, report: Report, width: int, *, details: bool) -> None:
        self._report = report
        self._details = details
        self._named = len(report.checks) + _most_findings(report) if details else _NAMED
        self._language: Language = language(report.language)
        self._page = Page(width)

    def page(self) -> Page:
        self._heading()
        targets = worst_first(self._report)
        if len(targets) > 1:
            self._overview(targets)
        for target in targets:
            self._target(target)
        self._waivers()
        self._disagreements()
        self._closing()
        return self._page

    def _say(self, template: str, **values: Any) -> str:
        return self._language.fill(template, values)

    def _heading(self) -> None:
        report = self._report
        self._page.write(
            self._say(
                "mamori report of {day}, by the policy {policy} {version}.",
                policy=report.policy,
                version=report.policy_version,
                day=report.started_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            ),
            "bold",
        )
        if not report.complete:
            self._incomplete()

    def _incomplete(self) -> None:
        self._page.write(
            self._say(
                "INCOMPLETE: the scan was stopped before it had seen everything. What is missing "
                "counts as unknown."
            ),
            "bold red",
        )

    def _overview(self, targets: Sequence[ReportedTarget]) -> None:
        self._section(self._say("All deployments, worst first"))
        room = self._page.width - 2 - 3 - 15 - 8
        for target in targets:
            self._page.row(
                ("  ", ""),
                (fit(target.grade, 3), _GRADE_STYLES.get(target.grade, "")),
                (fit(target.name, room - 1) + " ", ""),
                (fit(self._interval(target.score.low, target.score.high), 15), "bold"),
                (self._share(target.coverage), ""),
            )

    def _target(self, target: ReportedTarget) -> None:
        failing = failures(self._report, target)
        self._page.blank()
        self._page.rule("=")
        self._page.write(
            self._say("{name} ({platform})", name=target.name, platform=target.platform), "bold"
        )
        self._page.rule("=")
        self._headline(target, failing)
        self._actions(target.fixes)
        self._failing(failing)
        self._accepted(failures(self._report, target, waived=True))
        self._unknown(gaps(target))
        self._unread(target)
        self._families(target.families)
        if self._details:
            self._everything(target.findings)

    def _headline(self, target: ReportedTarget, failing: Sequence[Failure]) -> None:
        if self._report.complete is not target.complete:
            self._incomplete()
        self._fact(self._say("Grade"), target.grade, _GRADE_STYLES.get(target.grade, ""))
        self._fact(self._say("Score"), self._score(target), "bold")
        self._fact(self._say("Coverage"), self._coverage(target))
        numbers = [
            f"{count} {self._language.translate(severity.value)}"
            for severity, count in failing_checks(failing).items()
        ]
        self._fact(
            self._say("Failing"), ", ".join(numbers) if numbers else self._say("no check fails")
        )
        for at, caps in _by_limit(target.caps).items():
            self._limit(at, caps)
        if target.score.uncapped > target.score.low:
            self._fact("", self._say("Without limits: {points}.", points=target.score.uncapped))
        if target.next_grade is not None:
            self._fact(
                self._say("Next"),
                self._say(
                    "grade {grade} once these pass everywhere ({count}):",
                    grade=target.next_grade.grade,
                    count=len(target.next_grade.checks),
                )
                + " "
                + ", ".join(target.next_grade.checks),
            )

    def _score(self, target: ReportedTarget) -> str:
        score: ReportedScore = target.score
        questions = sum(fix.action == "answer" for fix in target.fixes)
        if score.high == score.low:
            said = self._say("{low} of 100", low=score.low)
        elif questions == 1:
            said = self._say(
                "{low}, up to {high} once 1 question is answered", low=score.low, high=score.high
            )
        else:
            said = self._say(
                "{low}, up to {high} once {count} questions are answered",
                low=score.low,
                high=score.high,
                count=questions,
            )
        if score.without_waivers == score.low:
            return said
        return said + self._say(
            " ({points} if no failure were accepted)", points=score.without_waivers
        )

    def _coverage(self, target: ReportedTarget) -> str:
        said = self._say(
            "{share} of what applies could be judged", share=self._share(target.coverage)
        )
        on_somebodys_word = attested(target)
        if not on_somebodys_word:
            return said
        return said + self._say("; {count} on somebody's word", count=on_somebodys_word)

    def _limit(self, at: float, caps: Sequence[ReportedCap]) -> None:
        self._fact(self._say("Limit"), self._say("at most {points}.", points=at))
        for reason in (*(cap.reason for cap in caps[: self._named]), self._more(len(caps))):
            self._fact("", reason)

    def _actions(self, fixes: Sequence[ReportedFix]) -> None:
        if not fixes:
            return
        self._section(self._say("Do first (points gained, before limits)"))
        shown = fixes if self._details else fixes[:_ACTIONS]
        for fix in shown:
            self._page.write(
                self._say(_DO[fix.action], title=fix.title), lead=f"  {f'+{fix.points:g}':>6}  "
            )
            place = [fix.check, self._say("{count} of {of}", count=fix.subjects, of=fix.of)]
            if fix.lifts_cap:
                place.append(self._say("lifts a limit"))
            self._page.write(", ".join(place), "dim", lead=" " * 10)
        self._rest(len(fixes) - len(shown))

    def _failing(self, failing: Sequence[Failure]) -> None:
        if not failing:
            return
        self._section(self._say("What is wrong ({count})", count=len(failing)))
        for number, failure in enumerate(failing):
            if number:
                self._page.blank()
            check = failure.check
            self._page.write(
                check.title,
                "bold",
                lead=f"  [{self._language.translate(check.severity.value)}] ",
                lead_style=SEVERITY_STYLES[check.severity],
            )
            about = (check.check, *self._ratio(failure), *self._age(failure))
            self._page.write(", ".join(about), "dim", lead="    ")
            self._messages(failure.messages)
            self._page.write(check.why, lead=f"    {self._say('Why:')} ", lead_style="bold")
            for fix in dict.fromkeys(each.fix for each in failure.findings if each.fix):
                self._page.write(fix, lead=f"    {self._say('Fix:')} ", lead_style="bold")

    def _accepted(self, accepted: Sequence[Failure]) -> None:
        if not accepted:
            return
        self._section(self._say("Accepted by somebody ({count})", count=len(accepted)))
        for failure in accepted:
            self._page.write(failure.check.title, lead="  ")
            self._page.write(failure.check.check, "dim", lead="    ")
            self._messages(failure.messages)
            for waiver in dict.fromkeys(each.waiver for each in failure.findings if each.waiver):
                self._page.write(waiver, lead="    ")

    def _unknown(self, found: Sequence[Gap]) -> None:
        if not found:
            return
        self._section(self._say("What is not known, and what would answer it"))
        for gap in found:
            for message in list(gap.messages)[: self._named]:
                self._page.write(message, lead="  ? ", lead_style="magenta")
            if more := self._more(len(gap.messages)):
                self._page.write(more, lead="    ")
            if gap.remedy:
                self._page.write(gap.remedy, lead=f"    {self._say('Do:')} ", lead_style="bold")
            open_questions = ", ".join(
                f"{check} ({count})" if count > 1 else check for check, count in gap.checks.items()
            )
            self._page.write(open_questions, "dim", lead=f"    {self._say('Leaves open:')} ")

    def _unread(self, target: ReportedTarget) -> None:
        found = troubles(target)
        if not found:
            return
        self._section(self._say("What could not be read"))
        for trouble in found:
            named = [self._say(place) for place in trouble.places[: self._named]]
            places = [*named, self._more(len(trouble.places))]
            self._page.write(
                f"{', '.join(filter(None, places))}: {trouble.detail}",
                lead="  ! ",
                lead_style="yellow",
            )
            if trouble.remedy:
                self._page.write(trouble.remedy, lead=f"    {self._say('Do:')} ", lead_style="bold")

    def _families(self, families: Sequence[ReportedFamily]) -> None:
        if not families:
            return
        self._section(self._say("Families (# earned, + open, - lost; share that could be judged)"))
        columns = min(_BAR, self._page.width - 40)
        for each in families:
            self._page.row(
                ("  ", ""),
                (fit(each.family, 14) + " ", ""),
                (_bar(each.score.low, each.score.high, columns), "blue"),
                (fit(self._interval(each.score.low, each.score.high), 14), ""),
                (self._share(each.coverage), ""),
            )

    def _everything(self, findings: Iterable[ReportedFinding]) -> None:
        self._section(self._say("Every finding"))
        for each in findings:
            self._page.write(
                f"{each.check}: {each.subject.name}: {each.message}",
                lead=f"  {self._language.translate(each.status.value)}  ",
                lead_style=SEVERITY_STYLES[each.severity] if each.status is Status.FAIL else "dim",
            )
            seen = [
                self._say("Observed: {value}", value=each.observed) if each.observed else "",
                self._say("Expected: {value}", value=each.expected) if each.expected else "",
                self._say("From: {origin}", origin=each.origin),
                self._say("Basis: {basis}", basis=each.basis),
                ", ".join(each.controls),
            ]
            self._page.write("; ".join(filter(None, seen)), "dim", lead="      ")
            if each.quotation is not None and each.quotation.quote:
                quoted = self._say("“{quote}”", quote=each.quotation.quote)
                self._page.write(
                    " ".join(filter(None, (quoted, each.quotation.place))), lead="      "
                )

    def _waivers(self) -> None:
        notices = waiver_notices(self._report, self._language)
        if not notices:
            return
        self._section(self._say("Waivers that need somebody"))
        for notice in notices:
            self._page.write(notice, lead="  ! ", lead_style="yellow")

    def _disagreements(self) -> None:
        found = disputed(self._report)
        if not found:
            return
        self._section(self._say("Where a standard disagrees with this policy"))
        for check in found:
            self._page.write(check.check, "bold", lead="  ")
            for each in check.disagreements:
                self._page.write(f"{each.source}: {each.says}", lead="    ")

    def _closing(self) -> None:
        report = self._report
        found = counts(report.targets)
        self._page.blank()
        self._page.rule("-")
        self._page.write(
            self._say(
                "{failed} fail, {passed} pass, {open} are not known, {aside} do not apply.",
                failed=found[Status.FAIL],
                passed=found[Status.PASS],
                open=found[Status.INCONCLUSIVE] + found[Status.ERROR],
                aside=found[Status.NOT_APPLICABLE],
            ),
            "bold",
        )
        self._page.write(
            self._say(
                "Scan {scan}, policy {policy} {version}, mamori {release}.",
                scan=report.scan_id,
                policy=report.policy,
                version=report.policy_version,
                release=report.mamori_version,
            )
        )
        if not report.complete:
            self._incomplete()

    def _messages(self, messages: Mapping[str, tuple[ReportedFinding, ...]]) -> None:
        """Say each message once, with those it is about; what is left out is counted in people."""
        shown = 0
        for message, findings in list(messages.items())[: self._named]:
            names = _names(findings)
            shown += len(findings)
            if len(names) == 1:
                about = "" if _speaks_for_itself(findings[0]) else f"{names[0]}: "
                self._page.write(about + message, lead="    - ")
                continue
            listed = [*names[: self._named], self._more(len(names))]
            self._page.write(f"{message} {', '.join(filter(None, listed))}", lead="    - ")
        self._rest(sum(map(len, messages.values())) - shown, lead="    - ")

    def _ratio(self, failure: Failure) -> Iterable[str]:
        if failure.of > 1:
            yield self._say(share(failure.findings), count=len(failure.findings), of=failure.of)

    def _age(self, failure: Failure) -> Iterable[str]:
        since = [each.open_since for each in failure.findings if each.open_since is not None]
        days = (self._report.started_at - min(since)).days if since else 0
        if days > 0:
            yield self._say("open for {days} days", days=days)

    def _more(self, total: int) -> str:
        left = total - self._named
        return self._say("and {count} more", count=left) if left > 0 else ""

    def _rest(self, left: int, lead: str = "  ") -> None:
        if left > 0:
            self._page.write(self._say("and {count} more", count=left), lead=lead)

    def _section(self, title: str) -> None:
        self._page.blank()
        self._page.write(title, "bold underline")

    def _fact(self, name: str, text: str, style: str = "") -> None:
        self._page.write(text, style, lead=fit(name, 10), lead_style="dim")

    def _interval(self, low: float, high: float) -> str:
        if low == high:
            return f"{low:g}"
        return self._say("{low} to {high}", low=low, high=high)

    def _share(self, part: float) -> str:
        # Cut, not rounded: 99.9 % is not everything.
        return f"{int(part * 100 + 1e-9)}%"


def _most_findings(report: Report) -> int:
    return max((len(target.findings) for target in report.targets), default=0)


def _by_limit(caps: Iterable[ReportedCap]) -> dict[float, list[ReportedCap]]:
    limits: dict[float, list[ReportedCap]] = {}
    for cap in sorted(caps, key=lambda cap: cap.at):
        limits.setdefault(cap.at, []).append(cap)
    return limits


def _names(findings: Sequence[ReportedFinding]) -> list[str]:
    """Name the subjects; those of the same name are told apart by their ids."""
    subjects = [each.subject for each in findings]
    bearers = Counter(each.name for each in subjects)
    return [
        f"{each.name} ({each.id})" if bearers[each.name] > 1 else each.name for each in subjects
    ]


def _speaks_for_itself(finding: ReportedFinding) -> bool:
    return finding.subject.type == "Account" or finding.subject.name in finding.message


def _bar(low: float, high: float, columns: int) -> str:
    """Draw a score; nothing where the page is too narrow for a bar to say anything."""
    if columns < 5:
        return ""
    earned, possible = int(low / 100 * columns), int(high / 100 * columns)
    return f"[{'#' * earned}{'+' * (possible - earned)}{'-' * (columns - possible)}]  "
