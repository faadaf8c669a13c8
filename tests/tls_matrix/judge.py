"""Endpoints of the matrix → the status of every TLS check."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from scanner.evaluate import evaluate
from scanner.model import Deployment, Endpoint
from scanner.policy import load_policy


def statuses(
    endpoints: Iterable[Endpoint], now: datetime, policy: str = "baseline"
) -> dict[str, dict[str, str]]:
    """Return by endpoint what each check concludes."""
    deployment = Deployment(
        target="matrix", platform="probe", collected_at=now, subjects=tuple(endpoints)
    )
    found: dict[str, dict[str, str]] = {}
    for finding in evaluate(deployment, load_policy(policy, Path()).only(("tls",)), now):
        found.setdefault(finding.subject.id, {})[finding.check] = finding.verdict.status.value
    return found
