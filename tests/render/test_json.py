"""The JSON report: its schema holds, and the score can be computed again from it alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from scanner.model import Credential, CredentialKind, Deployment, Severity
from scanner.render import json_report
from scanner.report import Report
from scanner.score import Tally, Weighed, score_tallies

SCHEMA = Path(__file__).parents[2] / "docs/schemas/mamori.report-1.json"

MakeReport = Callable[..., Report]
MakeShop = Callable[..., Deployment]


def test_the_committed_schema_is_the_one_the_renderer_keeps() -> None:
    assert json.loads(SCHEMA.read_text()) == json_report.schema()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_report_obeys_the_committed_schema(
    make_report: MakeReport, make_shop: MakeShop, lang: str
) -> None:
    report = json.loads(json_report.JSON.whole(make_report(make_shop(), lang=lang)))
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)
    assert [error.message for error in validator.iter_errors(report)] == []


def test_the_schema_refuses_what_is_no_report(make_report: MakeReport, make_shop: MakeShop) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    report = json.loads(json_report.JSON.whole(make_report(make_shop())))
    report["targets"][0]["findings"][0]["status"] = "fine"
    assert not validator.is_valid(report)


def test_a_report_reads_back_as_the_same_report(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    assert msgspec.json.decode(json_report.JSON.whole(report), type=Report) == report


def test_score_grade_and_coverage_follow_from_the_json_alone(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    shop = make_shop()
    strong = Credential(id="env:STRONG", kind=CredentialKind.PASSWORD, strength=4)
    seen = (*(each for each in shop.subjects if each.id != "env:GONE"), strong)
    blind = msgspec.structs.replace(shop, subjects=seen)
    whole = msgspec.structs.replace(blind, target="whole", populations={})
    report = json.loads(json_report.JSON.whole(make_report(blind, whole)))
    for target in report["targets"]:
        again = score_tallies(_tallies(report["checks"], target["findings"]))
        assert target["score"]["low"] == again.low
        assert target["score"]["high"] == again.high
        assert target["grade"] == again.grade
        assert target["coverage"] == again.coverage
        assert [cap["at"] for cap in target["caps"]] == [cap.at for cap in again.caps]
    low = [target["score"]["low"] for target in report["targets"]]
    assert low[0] < low[1], "the example must be one in which a missing list matters"


def _tallies(checks: list[dict[str, Any]], findings: list[dict[str, Any]]) -> list[Tally]:
    """Count by what the JSON says, without the code that counted for the report."""
    tallies = []
    for check in checks:
        mine = [each for each in findings if each["check"] == check["check"]]
        count = Counter(each["status"] for each in mine)
        tally = Tally(
            Weighed(check["check"], Severity(check["severity"]), check["weight"]),
            passed=count["pass"],
            failed=count["fail"],
            inconclusive=count["inconclusive"] + count["error"],
            blind=any(each["blind"] for each in mine),
        )
        if tally.subjects:
            tallies.append(tally)
    return tallies
