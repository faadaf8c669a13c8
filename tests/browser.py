"""A real Chromium without a window, spoken to through a pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

PATIENCE_SECONDS = 60.0
"""How long the browser may take to say anything."""


class Browser:
    """One page of one browser. Use as a context manager."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix="mamori-chromium-")
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        self._process = subprocess.Popen(
            [
                "bash", "-c",
                f'exec chromium "$@" 3<&{to_browser} 4>&{from_browser}', "chromium",
                "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                f"--user-data-dir={self._profile}", "about:blank",
            ],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._left = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        """What the browser told without being asked, such as the requests it made."""

    def __enter__(self) -> Self:
        [page] = [
            each for each in self.call("Target.getTargets")["targetInfos"] if each["type"] == "page"
        ]
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, /, **parameters: Any) -> Any:
        """Make one call and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def open(self, path: Path | str) -> None:
        """Open a file, or an address, and wait until it has been loaded."""
        before = len(self.events)
        address = path.as_uri() if isinstance(path, Path) else path
        self.call("Page.navigate", url=address)
        while not any(each.get("method") == "Page.loadEventFired" for each in self.events[before:]):
            self.events.append(self._read())

    def run(self, script: str) -> Any:
        """Return what `script`, an expression or a promise, comes to."""
        done = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def window(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Make the window that large, light or dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path, height: int | None = None) -> None:
        """Write what can be seen, or the page down to `height`, as PNG."""
        options: dict[str, Any] = {}
        if height is not None:
            width = self.run("innerWidth")
            clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
            options = {"clip": clip, "captureBeyondViewport": True}
        taken = self.call("Page.captureScreenshot", format="png", **options)
        path.write_bytes(base64.b64decode(taken["data"]))

    def requests(self) -> list[str]:
        """Return the addresses the browser has asked for since it started."""
        return [
            each["params"]["request"]["url"]
            for each in self.events
            if each.get("method") == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return what the browser has logged: errors of scripts and of the security policy."""
        return [
            each["params"]["entry"]["text"]
            for each in self.events
            if each.get("method") == "Log.entryAdded"
        ]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            ready, _, _ = select.select([self._in], [], [], PATIENCE_SECONDS)
            assert ready, "Chromium does not answer"
            piece = os.read(self._in, 1 << 20)
            assert piece, "Chromium is gone"
            self._left += piece
        line, _, self._left = self._left.partition(b"\0")
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once for a module of tests."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    with Browser() as started:
        yield started
