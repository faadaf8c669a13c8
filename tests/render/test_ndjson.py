"""The NDJSON report: every line can be used alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs

from scanner.model import Deployment
from scanner.render import ndjson
from scanner.report import Report

SCHEMA = Path(__file__).parents[2] / "docs/schemas/mamori.finding-1.json"

MakeReport = Callable[..., Report]
MakeShop = Callable[..., Deployment]


def test_the_committed_schema_is_the_one_the_renderer_keeps() -> None:
    assert json.loads(SCHEMA.read_text()) == ndjson.schema()


def test_every_line_obeys_the_committed_schema(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)
    lines = ndjson.NDJSON.whole(make_report(make_shop(), make_shop(target="other"))).splitlines()
    for line in lines:
        assert [error.message for error in validator.iter_errors(json.loads(line))] == []
    broken = json.loads(lines[0])
    del broken["fingerprint"]
    assert not validator.is_valid(broken)


def test_there_is_one_line_per_finding_and_a_cut_file_is_told(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop(), make_shop(target="other"))
    lines = [json.loads(line) for line in ndjson.NDJSON.whole(report).splitlines()]
    assert len(lines) == sum(len(target.findings) for target in report.targets)
    assert [line["line"] for line in lines] == list(range(1, len(lines) + 1))
    assert {line["lines"] for line in lines} == {len(lines)}
    assert {line["target"] for line in lines} == {"shop", "other"}


def test_time_stands_first_on_every_line(make_report: MakeReport, make_shop: MakeShop) -> None:
    for line in ndjson.NDJSON.whole(make_report(make_shop())).splitlines():
        assert line.startswith(b'{"time":"2026-11-24T03:00:00Z"')
