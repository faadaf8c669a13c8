"""The report by the controls of a framework: evidence, failure, and what nobody looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from rich.cells import cell_len

from scanner.framework import Control, Framework
from scanner.model import Deployment, Status
from scanner.render import framework_report
from scanner.render.by_control import State, by_control
from scanner.report import Report, ReportedFinding

SCHEMA = Path(__file__).parents[2] / "docs/schemas/mamori.framework-1.json"

MakeReport = Callable[..., Report]
MakeShop = Callable[..., Deployment]

RULES = Framework(
    name="house-rules",
    title="The house rules",
    version="1",
    sources=("https://example.co.jp",),
    verified=date(2026, 11, 25),
    controls={
        "1": Control("A second factor", ("mfa.enrolled",)),
        "2": Control("Agreement", ("evidence.contradiction", "password.strength")),
        "3": Control("Nothing that anybody checked", ("token.owner",)),
        "4": Control("Fire extinguishers"),
    },
)


def states(report: Report) -> dict[str, State]:
    return {each.id: each.state for each in by_control(report.targets[0], RULES)}


def only(report: Report, keep: Callable[[ReportedFinding], bool], **changed: Any) -> Report:
    [target] = report.targets
    findings = tuple(
        msgspec.structs.replace(each, **changed) for each in target.findings if keep(each)
    )
    target = msgspec.structs.replace(target, findings=findings)
    return msgspec.structs.replace(report, targets=(target,))


def test_a_control_is_evidenced_only_where_everything_passes(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    assert states(report)["1"] is State.FAILING
    passing = only(report, lambda each: each.status is Status.PASS)
    assert states(passing)["1"] is State.EVIDENCED
    without_failures = only(report, lambda each: each.status is not Status.FAIL)
    assert states(without_failures)["1"] is State.UNANSWERED, "no evidence is never a pass"
    accepted = only(report, lambda each: each.status in (Status.PASS, Status.FAIL), waiver="Ok.")
    assert states(accepted)["1"] is State.ACCEPTED


def test_what_no_check_looked_at_is_said_and_never_called_evidenced(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    assert states(report)["3"] is State.NOT_APPLICABLE
    assert states(report)["4"] is State.NOT_COVERED
    written = b"".join(framework_report.render_text(report, RULES)).decode()
    after = written[written.index("Not covered by mamori") :]
    assert "Fire extinguishers" in after


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_asked(
    make_report: MakeReport, make_shop: MakeShop, lang: str, width: int
) -> None:
    report = make_report(make_shop(), make_shop(target="店" * 60), lang=lang)
    written = b"".join(framework_report.render_text(report, RULES, width=width)).decode()
    assert max(map(cell_len, written.splitlines())) <= width
    assert "\x1b" not in written


def test_the_json_obeys_the_committed_schema_and_counts_every_control(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    document = json.loads(b"".join(framework_report.render_json(report, RULES)))
    committed = json.loads(SCHEMA.read_text())
    assert committed == framework_report.schema()
    errors = jsonschema_rs.validator_for(committed).iter_errors(document)
    assert [error.message for error in errors] == []
    [target] = document["targets"]
    assert sum(target["states"].values()) == len(RULES.controls) == len(target["controls"])
    fingerprints = {each.fingerprint for each in report.targets[0].findings}
    assert all(set(each["open"]) <= fingerprints for each in target["controls"])
