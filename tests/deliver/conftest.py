"""Reports to deliver, configurations that say where to, and an authority for the receivers."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme
from scans import NOW, deployment, person

from scanner.config import Settings, settings_from
from scanner.deliver.outbox import Courier, Undelivered
from scanner.document import parse
from scanner.history.database import Place
from scanner.history.store import History
from scanner.model import Mfa, Reason, Text, Unknown
from scanner.policy import Policy, load_policy
from scanner.report import Report
from scanner.scan import judge


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy("baseline").only(["mfa"])


@pytest.fixture(scope="session")
def make_report(policy: Policy) -> Callable[..., Report]:
    """Judge people with and without a second factor; the `day` moves the whole scan."""

    def make(*people: Any, day: int = 0, target: str = "shop", lang: str = "en") -> Report:
        unknown = Unknown(Reason.NOT_EXPOSED, Text("The vendor does not tell. " + "x" * 200))
        people = people or (person("1", Mfa.NONE), person("2"), person("3", unknown))
        at = NOW + timedelta(days=day)
        seen = msgspec.structs.replace(deployment(*people, target=target), collected_at=at)
        return judge([seen], policy, lang=lang, started=at, now=lambda: at)

    return make


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.open(Place(url=f"sqlite:///{tmp_path}/history.db"), create=True)


class Post:
    """A configuration's sinks, and the history behind them."""

    def __init__(self, settings: Settings, history: History, environment: dict[str, str]) -> None:
        self.history = history
        self.courier = Courier(
            settings.sinks, settings.folder, environment, lambda: datetime(2026, 11, 3, tzinfo=UTC)
        )

    def record(self, report: Report) -> Report:
        return self.history.record(report, [], self.courier.names)

    def deliver(self) -> list[Undelivered]:
        return self.courier.deliver(self.history)

    @property
    def waiting(self) -> int:
        return len(self.history.pending())


@pytest.fixture
def post(tmp_path: Path, history: History) -> Callable[..., Post]:
    """Make a configuration of the entries of `deliver:`, written as YAML."""

    def make(*entries: str, **environment: str) -> Post:
        lines = "".join(f"  - {each}\n" for each in entries)
        text = f"targets: [{{name: shop, platform: mautic}}]\ndeliver:\n{lines}"
        settings = settings_from(parse(text.encode(), "mamori.yaml"), tmp_path)
        return Post(settings, history, {**os.environ, **environment})

    return make
