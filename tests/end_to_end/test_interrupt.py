"""Stopping a scan ends the looking, not the telling."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAMORI = Path(sys.executable).parent / "mamori"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_what_was_gathered_is_reported_and_marked_incomplete(
    server: Any, config: Callable[..., Path], environment: dict[str, str], stop: signal.Signals
) -> None:
    reached, done = threading.Event(), threading.Event()

    def hang(_: Any) -> Any:
        reached.set()
        done.wait(30)
        return {}

    version = {"Mautic-Version": "7.1.2"}
    me = {"id": 1, "username": "scanner", "role": {"isAdmin": True, "name": "Admin"}}
    server.answer("/api/users/self", me, headers=version)
    server.decide("/api/users", hang)
    server.answer("/api/stats/audit_log", {"stats": [], "total": "0"}, headers=version)
    with subprocess.Popen(
        [MAMORI, "scan", "--config", config(server.url), "--format", "json"],
        env={**environment, "SHOP": "q7-Vx2m-Lr9z-Kp4w-Td8s"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert reached.wait(20)
        running.send_signal(stop)
        out, err = running.communicate(timeout=20)
    done.set()
    report = json.loads(out)
    [target] = report["targets"]
    assert err == b""
    assert report["complete"] is False
    assert target["complete"] is False
    software = [each for each in target["findings"] if each["subject"]["type"] == "Software"]
    assert software, "what had been read before is there"
    assert running.returncode in (10, 11)
    unseen = {each["reason"] for each in target["findings"] if each["check"] == "access.dormant"}
    assert unseen == {"interrupted"}
