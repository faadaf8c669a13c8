"""Findings and scores → the report, in the reader's language: the JSON contract as structs.

Everything that came from outside is put into a harmless form here, once, for every renderer.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec

from scanner.language import Language, harmless, printable, spell
from scanner.model import (
    Basis,
    Deployment,
    Finding,
    Origin,
    Problem,
    Quotation,
    Reason,
    Severity,
    Status,
    Subject,
    Text,
    Unknown,
    Waiver,
)
from scanner.policy import Policy, Selected
from scanner.score import Score, Weighed, score
from scanner.waivers import Listed, State

SCHEMA = "mamori.report/1"
_QUOTE = 400
"""Characters of a sentence that is quoted."""


class ReportedScore(msgspec.Struct, frozen=True):
    """Points from 0 to 100."""

    low: float
    high: float
    uncapped: float
    """`low` without the limits that failing or unanswered checks set."""
    without_waivers: float
    """`low` as it were if no failure had been accepted by anybody."""


class ReportedRange(msgspec.Struct, frozen=True):
    """Points from 0 to 100."""

    low: float
    high: float


class ReportedFamily(msgspec.Struct, frozen=True):
    """The score of one family alone."""

    family: str
    score: ReportedRange
    coverage: float


class ReportedCap(msgspec.Struct, frozen=True):
    """A limit of the score, and why it holds."""

    at: float
    check: str
    reason: str


class ReportedSubject(msgspec.Struct, frozen=True, gc=False):
    """What a finding is about."""

    type: str
    id: str
    name: str


class ReportedQuotation(msgspec.Struct, frozen=True, gc=False):
    """The words that a verdict rests on."""

    quote: str
    place: str
    confidence: float


class ReportedFinding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One conclusion of one check about one subject."""

    fingerprint: str
    check: str
    family: str
    status: Status
    severity: Severity
    subject: ReportedSubject
    message: str
    observed: str | None
    expected: str | None
    fix: str | None
    """What to do; absent where there is nothing to do."""
    reason: Reason | None
    """Why there is no evidence, where the status is inconclusive."""
    blind: bool
    """It stands for all the subjects that could not be listed; `subject` is then the account."""
    controls: tuple[str, ...]
    origin: Origin
    """The least direct origin among the facts that decided."""
    collected_at: datetime
    evidence: tuple[str, ...] = ()
    """What was seen on the wire that decided, as it came."""
    basis: Basis = Basis.BEST_PRACTICE
    """On whose word the rule rests."""
    quotation: ReportedQuotation | None = None
    waiver: str | None = None
    """Who accepted the failure, why, and until when."""
    first_seen: datetime | None = None
    """When a scan first came to this status of this finding; from the history, as all times here.
    """
    last_seen: datetime | None = None
    """When a scan last came to it: this one."""
    open_since: datetime | None = None
    """Since when a failing finding has failed, not counting as mended what was merely unseen."""


class ReportedFix(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, most useful first."""

    check: str
    title: str
    action: Literal["fix", "answer"]
    subjects: int
    of: int
    points: float
    lifts_cap: bool


class ReportedGrade(msgspec.Struct, frozen=True):
    """The fewest checks that earn the next grade."""

    grade: str
    checks: tuple[str, ...]


class ReportedProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A part that could not be looked at."""

    where: str
    reason: Reason
    detail: str
    remedy: str


class ReportedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check as the policy ran it: with its findings, all that the score depends on."""

    check: str
    family: str
    title: str
    why: str
    source: str
    basis: Basis
    severity: Severity
    weight: float
    rule: dict[str, Any]
    sources: dict[str, str]
    disagreements: tuple[ReportedDisagreement, ...]


class ReportedDisagreement(msgspec.Struct, frozen=True):
    """A standard that asks for the opposite of what the policy chose."""

    source: str
    says: str


class ReportedPoint(msgspec.Struct, frozen=True):
    """The score of an earlier scan, or of this one."""

    at: datetime
    low: float
    high: float


class ReportedTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One deployment, judged."""

    name: str
    platform: str
    complete: bool
    requests: int
    score: ReportedScore
    grade: str
    coverage: float
    caps: tuple[ReportedCap, ...]
    families: tuple[ReportedFamily, ...]
    findings: tuple[ReportedFinding, ...]
    fixes: tuple[ReportedFix, ...]
    next_grade: ReportedGrade | None
    problems: tuple[ReportedProblem, ...]
    snapshot: str | None = None
    """SHA-256 of what was collected, where the history keeps it."""
    trend: tuple[ReportedPoint, ...] = ()
    """How the score came here, the oldest first; from the history."""


class ReportedWaiver(msgspec.Struct, frozen=True, kw_only=True):
    """A waiver of the waivers file, and what it does in this report."""

    number: int
    """Its place in the file, counted from 1."""
    check: str
    target: str | None
    subject: str
    until: str | None
    owner: str
    reason: str
    state: State
    problem: str | None
    """What is wrong with it, where it is invalid."""
    findings: int
    """Failures that it accepts; 0 means that it is not needed, or does nothing."""


class ReportedLink(msgspec.Struct, frozen=True):
    """Where a report stands in the chain of all reports of its history."""

    number: int
    """From 1, without gaps."""
    previous: str
    """SHA-256 of the report before, in hexadecimal; empty in the first."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report of one run.

    Fields that are added later need a default, so that the reports in a history can still be read.
    """

    schema: str = SCHEMA
    scan_id: str
    started_at: datetime
    finished_at: datetime
    mamori_version: str
    language: str
    policy: str
    policy_version: str
    policy_digest: str
    complete: bool
    checks: tuple[ReportedCheck, ...]
    targets: tuple[ReportedTarget, ...]
    waivers: tuple[ReportedWaiver, ...] = ()
    chain: ReportedLink | None = None
    """Absent where no history is kept."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the run itself."""

    scan_id: str
    started_at: datetime
    finished_at: datetime
    version: str
    complete: bool


class Judged(msgspec.Struct, frozen=True):
    """A deployment and what the checks concluded of it."""

    deployment: Deployment
    findings: list[Finding]


def build_report(
    run: Run,
    judged: Iterable[Judged],
    policy: Policy,
    language: Language,
    controls: Mapping[str, tuple[str, ...]],
    *,
    waivers: Iterable[Listed] = (),
) -> Report:
    """Put the findings of a run into words and numbers.

    `controls` names, by check id, the controls of the frameworks that the check is evidence for;
    `waivers` are those of the waivers file, which the findings already bear.
    """
    judged = list(judged)
    by_check = {selected.check.id: selected for selected in policy}
    weighed = weigh(policy)
    return Report(
        scan_id=run.scan_id,
        started_at=run.started_at,
        finished_at=run.finished_at,
        mamori_version=run.version,
        language=language.code,
        policy=printable(policy.name),
        policy_version=printable(policy.version),
        policy_digest=policy.digest,
        complete=run.complete,
        checks=tuple(_check(selected, language) for selected in policy),
        targets=tuple(
            _Target(each, by_check, language, controls).report(
                score(each.findings, weighed), _without_waivers(each.findings, weighed)
            )
            for each in judged
        ),
        waivers=_waivers(waivers, judged, run.started_at.astimezone(UTC).date(), language),
    )


def _without_waivers(findings: list[Finding], weighed: list[Weighed]) -> float | None:
    """Return `low` as it were without waivers; None where none is in use."""
    if all(each.waiver is None for each in findings):
        return None
    return score(findings, weighed, waivers=False).low


def _waivers(
    waivers: Iterable[Listed], judged: list[Judged], today: date, language: Language
) -> tuple[ReportedWaiver, ...]:
    """Tell of every waiver that concerns these targets."""
    uses = Counter(
        finding.waiver.number for each in judged for finding in each.findings if finding.waiver
    )
    targets = {each.deployment.target for each in judged}
    return tuple(
        ReportedWaiver(
            number=each.number,
            check=printable(each.entry.check),
            target=None if each.entry.target is None else printable(each.entry.target),
            subject=printable(str(each.entry.subject)),
            until=None if each.entry.until is None else spell(each.entry.until),
            owner=printable(each.entry.owner),
            reason=printable(each.entry.reason),
            state=each.state(today),
            problem=None if each.problem is None else language.say(each.problem),
            findings=uses[each.number],
        )
        for each in waivers
        if each.waiver is None or each.waiver.target is None or each.waiver.target in targets
    )


def weigh(policy: Policy) -> list[Weighed]:
    """Return what scoring needs of `policy`."""
    return [Weighed(each.check.id, each.severity, each.weight) for each in policy]


def fingerprint(target: str, check: str, subject: Subject) -> str:
    """Return what identifies a finding across runs, machines, languages and versions."""
    key = msgspec.json.encode([target, check, type(subject).__name__, subject.id])
    return hashlib.sha256(key).hexdigest()[:32]


class _Target:
    """Words the findings of one target."""

    def __init__(
        self,
        judged: Judged,
        by_check: Mapping[str, Selected],
        language: Language,
        controls: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._deployment = judged.deployment
        self._findings = judged.findings
        self._by_check = by_check
        self._language = language
        self._controls = controls

    def report(self, result: Score, without_waivers: float | None) -> ReportedTarget:
        deployment, language = self._deployment, self._language
        return ReportedTarget(
            name=printable(deployment.target),
            platform=deployment.platform,
            complete=deployment.complete,
            requests=deployment.requests,
            score=ReportedScore(
                result.low,
                result.high,
                uncapped=result.uncapped,
                without_waivers=result.low if without_waivers is None else without_waivers,
            ),
            grade=result.grade,
            coverage=result.coverage,
            caps=tuple(
                ReportedCap(
                    cap.at,
                    cap.check,
                    language.fill(
                        "A {severity} check fails: {title}"
                        if cap.failing
                        else "A {severity} check is unanswered: {title}",
                        {
                            "severity": self._by_check[cap.check].severity,
                            "title": language.translate(self._by_check[cap.check].check.title),
                        },
                    ),
                )
                for cap in result.caps
            ),
            families=tuple(
                ReportedFamily(each.family, ReportedRange(each.low, each.high), each.coverage)
                for each in result.families
            ),
            findings=tuple(self._finding(finding) for finding in self._findings),
            fixes=tuple(
                ReportedFix(
                    check=fix.check,
                    title=language.translate(self._by_check[fix.check].check.title),
                    action=fix.action,
                    subjects=fix.subjects,
                    of=fix.of,
                    points=fix.points,
                    lifts_cap=fix.lifts_cap,
                )
                for fix in result.fixes
            ),
            next_grade=ReportedGrade(result.next_grade.grade, result.next_grade.checks)
            if result.next_grade
            else None,
            problems=tuple(_problem(problem, language) for problem in deployment.problems),
        )

    def _finding(self, finding: Finding) -> ReportedFinding:
        selected = self._by_check[finding.check]
        verdict, subject = finding.verdict, finding.subject
        unknown = verdict.unknown
        return ReportedFinding(
            fingerprint=fingerprint(self._deployment.target, finding.check, subject),
            check=finding.check,
            family=selected.check.family,
            status=verdict.status,
            severity=selected.severity,
            subject=ReportedSubject(
                type(subject).__name__, printable(subject.id), printable(subject.name or subject.id)
            ),
            message=self._language.join(self._message(finding), self._since(finding, selected)),
            observed=None if verdict.observed is None else spell(verdict.observed),
            expected=None if verdict.expected is None else spell(verdict.expected),
            fix=self._fix(selected, verdict.status, unknown),
            reason=unknown.reason if unknown else None,
            blind=finding.blind,
            controls=self._controls.get(finding.check, ()),
            origin=_origin(subject, selected.check.reads),
            collected_at=self._deployment.collected_at,
            evidence=tuple(
                self._language.say(each) if isinstance(each, Text) else printable(each)
                for each in verdict.evidence
            ),
            basis=selected.check.basis,
            quotation=self._quotation(verdict.said),
            waiver=self._waiver(finding.waiver) if finding.waiver else None,
        )

    def _since(self, finding: Finding, selected: Selected) -> str:
        """Return since when it has been so, where a log of changes tells that."""
        subject = finding.subject
        if finding.verdict.status not in (Status.PASS, Status.FAIL) or not subject.witnesses:
            return ""
        days = [
            witness.since
            for fact, witness in subject.witnesses.items()
            # Of a moment, as that of a sign-in, it is the moment itself.
            if fact in selected.check.reads
            and witness.since is not None
            and witness.since != getattr(subject, fact)
        ]
        if not days:
            return ""
        return self._language.fill(
            "It has been so since {day}, as the log tells.", {"day": max(days).date().isoformat()}
        )

    def _waiver(self, waiver: Waiver) -> str:
        return self._language.fill(
            "Accepted by {owner} until {until}: {reason}",
            {"owner": waiver.owner, "until": waiver.until, "reason": waiver.reason},
        )

    def _quotation(self, said: Quotation | None) -> ReportedQuotation | None:
        if said is None:
            return None
        return ReportedQuotation(
            printable(said.quote, _QUOTE),
            self._language.say(said.place) if said.place else "",
            said.confidence,
        )

    def _message(self, finding: Finding) -> str:
        verdict = finding.verdict
        if verdict.template:
            return self._language.fill(verdict.template, verdict.values)
        assert verdict.unknown is not None, "a verdict without a sentence says what it lacks"
        cause = say_unknown(verdict.unknown, self._language)
        if finding.blind:
            return self._language.fill(
                "Not everything this check judges could be listed. {cause}", {"cause": cause}
            )
        return cause

    def _fix(self, selected: Selected, status: Status, unknown: Unknown | None) -> str | None:
        if status is Status.FAIL:
            return self._language.translate(selected.check.fix_for(self._deployment.platform))
        if status is Status.INCONCLUSIVE and unknown is not None and unknown.remedy is not None:
            return self._language.say(unknown.remedy)
        return None


_REASONS: Mapping[Reason, str] = {
    Reason.NOT_COLLECTED: "Nothing in this scan supplies this fact.",
    Reason.NOT_CONFIGURED: "The configuration does not say where to find this.",
    Reason.NOT_EXPOSED: "The platform does not tell this by any interface.",
    Reason.NOT_SUPPORTED: "The product has no such feature.",
    Reason.NOT_PERMITTED: "The scanner's credential lacks the permission to read this.",
    Reason.UNAUTHENTICATED: "The scanner could not sign in.",
    Reason.DISABLED: "The interface that would tell is switched off.",
    Reason.UNREACHABLE: "The server could not be reached.",
    Reason.UNTRUSTED: "The server did not prove its identity.",
    Reason.TIMED_OUT: "The server did not answer in time.",
    Reason.RATE_LIMITED: "The server allows fewer requests than this takes.",
    Reason.SERVER_ERROR: "The server failed.",
    Reason.NOT_FOUND: "The server does not know what was asked for.",
    Reason.MALFORMED: "The answer was not of the documented form.",
    Reason.TOO_LARGE: "The answer was too large to read.",
    Reason.REDIRECTED: "The server points elsewhere.",
    Reason.REFUSED: "mamori refused to ask.",
    Reason.NEEDS_REVIEW: "A person has to judge this.",
    Reason.EXPIRED: "A person's statement has lapsed.",
    Reason.INTERRUPTED: "The scan was stopped before this was read.",
    Reason.BUG: "mamori failed.",
}


def say_unknown(unknown: Unknown, language: Language) -> str:
    """Return why a fact is unknown, as one or two sentences."""
    if unknown.detail is not None:
        return language.say(unknown.detail)
    return language.translate(_REASONS[unknown.reason])


def _problem(problem: Problem, language: Language) -> ReportedProblem:
    return ReportedProblem(
        where=printable(problem.where),
        reason=problem.reason,
        detail=say_unknown(problem.as_unknown(), language),
        remedy=language.say(problem.remedy) if problem.remedy else "",
    )


def _origin(subject: Subject, reads: frozenset[str]) -> Origin:
    witnesses = subject.witnesses
    if not witnesses:
        return subject.origin
    origins = [
        witnesses[fact].origin if fact in witnesses else subject.origin
        for fact in reads & set(subject.__struct_fields__)
    ]
    return min(origins, key=lambda origin: origin.directness, default=subject.origin)


def _check(selected: Selected, language: Language) -> ReportedCheck:
    check = selected.check
    return ReportedCheck(
        check=check.id,
        family=check.family,
        title=language.translate(check.title),
        why=language.translate(check.why),
        source=language.translate(check.source),
        basis=check.basis,
        severity=selected.severity,
        weight=selected.weight,
        rule=msgspec.to_builtins(selected.rule) if selected.rule is not None else {},
        sources={
            name: harmless(language.translate(source)) for name, source in selected.sources.items()
        },
        disagreements=tuple(
            ReportedDisagreement(
                harmless(language.translate(each.source)), harmless(language.translate(each.says))
            )
            for each in selected.disagreements
        ),
    )
