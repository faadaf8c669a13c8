"""Reports of a small deployment made the way production makes them, and real databases."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
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


def _program(name: str) -> str | None:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, homes), os.environ["PATH"]]))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real server with an empty database, reached through a socket."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL is not installed")
    # The server refuses to run as root, and a socket's path must be short.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    other = user if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="mamori-pg-", dir="/tmp"))
    if other:
        shutil.chown(folder, other)
    data = folder / "data"
    subprocess.run(
        [initdb, "--pgdata", data, "--auth", "trust", "--no-sync", "--username", "mamori"],
        check=True, capture_output=True, user=other, cwd="/",
    )  # fmt: skip
    with subprocess.Popen(
        [server, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
        stderr=subprocess.PIPE, user=other, cwd="/", text=True,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        for line in running.stderr:
            if "ready to accept connections" in line:
                break
        try:
            yield f"postgresql://mamori@localhost/postgres?host={folder}"
        finally:
            running.terminate()
            running.communicate()
            shutil.rmtree(folder, ignore_errors=True)
