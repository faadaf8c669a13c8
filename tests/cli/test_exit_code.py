"""The exit codes are a table that scripts rely on, and this is it."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import msgspec
import pytest
from scans import NOW, deployment, person

from scanner.cli.exit_code import PRECEDENCE, ExitCode, exit_code
from scanner.model import Mfa, Reason, Severity, Unknown
from scanner.policy import load_policy
from scanner.report import Report
from scanner.scan import judge

README = Path(__file__).parent.parent.parent
POLICY = load_policy("baseline").only(["mfa"])

ANSWERABLE = msgspec.structs.replace(
    POLICY, selected=tuple(each for each in POLICY if each.check.id == "mfa.enrolled")
)


def report(*, findings: bool, missing: bool, blind: bool = False) -> Report:
    """Return a report of somebody who passes, unless nothing could be seen."""
    unseen = Unknown(Reason.NOT_PERMITTED)
    seen = deployment(
        *([] if blind else [person("1")]),
        *([person("2", Mfa.NONE)] if findings else []),
        *([person("3", unseen)] if missing else []),
        blind=blind,
    )
    account = msgspec.structs.replace(
        seen.account,
        mfa_enforced=unseen if missing or blind else True,
        sso_configured=unseen if missing or blind else False,
        sso_enforced=unseen if missing or blind else False,
        administrators=unseen if missing or blind else (),
    )
    seen = msgspec.structs.replace(seen, subjects=(account, *seen.subjects[1:]))
    wanted = POLICY if findings or missing or blind else ANSWERABLE
    return judge([seen], wanted, lang="en", started=NOW, now=lambda: NOW)


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readme_has_every_code_and_their_order(name: str) -> None:
    text = (README / name).read_text(encoding="utf-8")
    table = re.findall(r"^\| (\d+) \|", text, re.MULTILINE)
    assert [int(code) for code in table] == sorted(code.value for code in ExitCode)
    [order] = re.findall(r"((?:\d+(?:, |、)){6}\d+)", text)
    told = [int(code) for code in re.findall(r"\d+", order)]
    assert told == [code.value for code in PRECEDENCE if code is not ExitCode.COMPLETE]


@pytest.mark.parametrize(
    ("locked", "findings", "delivered", "missing"), list(product([False, True], repeat=4))
)
def test_where_several_apply_the_first_in_the_order_wins(
    *, locked: bool, findings: bool, delivered: bool, missing: bool
) -> None:
    applying = {
        ExitCode.COMPLETE,
        *([ExitCode.LOCKED] if locked else []),
        *([ExitCode.FINDINGS] if findings else []),
        *([] if delivered else [ExitCode.NOT_DELIVERED]),
        # Whoever fails a check of this deployment leaves other questions open as well.
        *([ExitCode.EVIDENCE_MISSING] if missing or findings else []),
    }
    made = report(findings=findings, missing=missing)
    code = exit_code(made, Severity.HIGH, delivered=delivered, locked=locked)
    assert code is next(each for each in PRECEDENCE if each in applying)


def test_nothing_seen_is_nothing_scanned() -> None:
    blind = report(findings=False, missing=False, blind=True)
    assert exit_code(blind, Severity.HIGH) is ExitCode.NOTHING_SCANNED
    assert exit_code(blind, Severity.HIGH, only_report=True) is ExitCode.NOTHING_SCANNED


def test_who_wants_only_the_report_gets_no_findings() -> None:
    made = report(findings=True, missing=True)
    assert exit_code(made, Severity.HIGH, only_report=True) is ExitCode.COMPLETE
    late = exit_code(made, Severity.HIGH, only_report=True, delivered=False)
    assert late is ExitCode.NOT_DELIVERED


def test_a_failure_below_the_threshold_is_none() -> None:
    made = report(findings=True, missing=False)
    above = {severity: exit_code(made, severity) is ExitCode.FINDINGS for severity in Severity}
    worst = max(
        each.severity.rank
        for target in made.targets
        for each in target.findings
        if each.status.value == "fail"
    )
    assert above == {severity: severity.rank <= worst for severity in Severity}
