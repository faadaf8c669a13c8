"""kill -9 at each step of what changes a secret or counts attempts: nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sign_in import Clock, Site

PROGRAM = Path(__file__).parent.parent / "killing_secrets.py"
OLD, NEW = "canary-old-Hf09Bd-password", "canary-new-Ge90Ce-password"


def run(*words: object, environment: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, PROGRAM, *map(str, words)],
        env={**environment, "PYTHONWARNINGS": "ignore"},
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_secret_is_the_old_or_the_new_one_wherever_its_rotation_is_killed(
    config: Callable[..., Path],
    environment: dict[str, str],
    mamori: Callable[..., Any],
    tmp_path: Path,
) -> None:
    config(
        "http://127.0.0.1:9",
        more="    credentials: [{ref: 'file:secret', kind: api_key}]\nhistory: false\n",
    )
    secret = tmp_path / "secret"
    secret.write_text(OLD)
    secret.chmod(0o600)
    runs = run(
        "rotate", secret, NEW, "file:secret", "--stdin", "--accept-weak",
        environment=environment, folder=tmp_path,
    )  # fmt: skip
    found = [each["secret"] for each in runs]
    assert len(runs) > 5, "it was hardly killed at all"
    assert set(found) == {OLD, NEW}
    assert found == sorted(found, key=[OLD, NEW].index), "once stored, it is never taken back"
    assert not runs[-1]["killed"]
    left = [path for path in tmp_path.rglob(".mamori-*") if path.read_bytes()]
    assert [path.stat().st_mode & 0o077 for path in left] == [0] * len(left)
    # Killed after it was stored and before it was noted, the change can still be noted.
    secret.write_text(NEW)
    (tmp_path / "credentials.yaml").unlink()
    ran = mamori("credentials", "rotate", "file:secret", "--done", variables={"SHOP": "x"})
    assert ran.code == 0, ran.err
    assert f"rotated: {datetime.now(UTC):%Y-%m-%d}" in (tmp_path / "credentials.yaml").read_text()


def test_a_probe_that_is_killed_has_counted_every_attempt_it_made(
    serve: Callable[..., Any], environment: dict[str, str], tmp_path: Path
) -> None:
    site = Site(serve(), Clock(), remembers=False)
    runs = run(
        "sign-in", tmp_path / "books", 11, site.server.url, environment=environment, folder=tmp_path
    )
    assert len(runs) > 5, "it was hardly killed at all"
    assert any(each["refused"] for each in runs if each["killed"])
    assert [each for each in runs if each["counted"] < each["refused"]] == []
