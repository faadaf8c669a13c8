"""Reports of a small deployment made the way production makes them, and real databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from scans import NOW

from scanner.history.database import Place
from scanner.history.store import History
from scanner.model import Deployment
from scanner.policy import Policy, load_policy
from scanner.report import Report
from scanner.scan import judge


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The baseline, with the checks of one family alone."""
    return load_policy("baseline").only(["mfa"])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(url=f"sqlite:///{tmp_path / 'state' / 'history.db'}")


@pytest.fixture
def history(place: Place) -> History:
    return History.open(place, create=True)


Record = Callable[..., Report]


@pytest.fixture
def record(history: History, policy: Policy) -> Record:
    """Judge deployments and record them; `into` is another history than the fixture's."""

    def work(
        *deployments: Deployment, at: datetime = NOW, into: History | None = None, **more: object
    ) -> Report:
        collected = [msgspec.structs.replace(each, collected_at=at) for each in deployments]
        report = judge(collected, policy, lang="en", started=at, now=lambda: at)
        return (into or history).record(report, collected, **more)  # type: ignore[arg-type]

    return work
