"""Deployment × policy → findings. The only caller of a check."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePath
from typing import Any

from scanner.model import (
    Account,
    Deployment,
    Finding,
    NoEvidence,
    Reason,
    Status,
    Subject,
    Unknown,
    Verdict,
)
from scanner.policy import Policy, Selected


def evaluate(deployment: Deployment, policy: Policy, now: datetime) -> list[Finding]:
    """Judge every subject of `deployment` by every check of `policy`, as of `now`.

    A check that finds a fact unknown, or a list of subjects incomplete, yields an inconclusive
    finding; one that raises yields an error finding, and the others go on. Checks without a subject
    yield nothing.
    """
    deployment = deployment.as_of(now)
    by_type: dict[type[Subject], list[Subject]] = {}
    for subject in deployment.subjects:
        by_type.setdefault(type(subject), []).append(subject)
    findings: list[Finding] = []
    for selected in policy:
        missing: Unknown | None = None
        for kind in selected.check.subjects:
            _judge(selected, by_type.get(kind, ()), now, findings.append)
            missing = missing or deployment.populations.get(kind.__name__)
        if missing is not None:
            findings.append(_blind(selected, deployment.account, missing))
    return findings


def _judge(
    selected: Selected,
    subjects: Iterable[Subject],
    now: datetime,
    add: Callable[[Finding], None],
) -> None:
    check = selected.check
    check_id, function = check.id, check.function
    arguments: tuple[Any, ...] = () if check.rule is None else (selected.rule,)
    if check.takes_now:
        arguments = (*arguments, now)
    gaps: dict[int, Verdict] = {}
    for subject in subjects:
        try:
            verdict = function(subject, *arguments)
        except NoEvidence as gap:
            # Most subjects lack a fact for the same reason, which is one object: judge it once.
            # The verdict keeps that object alive, so its identity stays its own.
            verdict = gaps.get(id(gap.unknown)) or gaps.setdefault(
                id(gap.unknown), _inconclusive(gap.unknown)
            )
        except Exception as bug:  # noqa: BLE001 - one broken check must not take the others down
            verdict = _error(bug)
        add(Finding(check_id, subject, verdict))


def _inconclusive(unknown: Unknown) -> Verdict:
    return Verdict(Status.INCONCLUSIVE, "", unknown=unknown)


def _blind(selected: Selected, account: Account, missing: Unknown) -> Finding:
    """Stand for all the subjects that could not be listed, so that blindness is never a pass."""
    return Finding(selected.check.id, account, _inconclusive(missing), blind=True)


def _error(bug: Exception) -> Verdict:
    """Describe a failing check by kind and place only: its message could hold anything."""
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return Verdict(
        Status.ERROR,
        "The check itself failed ({kind} at {place}); please report this.",
        {"kind": type(bug).__name__, "place": f"{PurePath(frame.filename).name}:{frame.lineno}"},
        unknown=Unknown(Reason.BUG),
    )
