"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A promise must not fail because the machine is busy, nor in CI by the luck of the draw: elsewhere
# examples are drawn anew each time, and what they find becomes a test.
settings.register_profile("mamori", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("mamori")

pytest_plugins = ("browser", "forkserver", "nameservers", "servers")


class SkipsFail:
    """In CI everything that a test may need is installed, so a test that skips hides something."""

    def __init__(self) -> None:
        self.skips: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a skipped test; an expected failure is reported as a skip, but is none."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skips[report.nodeid] = _reason(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a module that skips as a whole."""
        if report.skipped:
            self.skips[report.nodeid] = _reason(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that would have passed."""
        if self.skips and session.exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name the skipped tests."""
        if not self.skips:
            return
        terminalreporter.section("skipped, which counts as failed in CI", red=True, bold=True)
        for test, reason in sorted(self.skips.items()):
            terminalreporter.line(f"{test}: {reason}", red=True)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return report.longreprtext


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Use one worker more than there are cores: a test that waits leaves its core to another."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Speak English whatever the locale, and let skips fail in CI.

    With xdist the controller sees every worker's reports.
    """
    os.environ["MAMORI_LANG"] = "en"
    if os.environ.get("CI") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipsFail())
