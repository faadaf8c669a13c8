"""Every form obeys the schema that its standard publishes, whatever happened in the scan."""

from __future__ import annotations

import csv
import functools
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from lxml import etree

from scanner import registry
from scanner.model import Account, Deployment, Mfa, Person
from scanner.render.format import Format
from scanner.report import Report

SCHEMAS = Path(__file__).parents[1] / "schemas"
CLASSES = {2003: "compliance_finding", 6007: "scan_activity"}
OWN = ("mamori.", "resource.", "result.", "rule.remediation")
"""What stands in an ECS document beside ECS."""

MakeReport = Callable[..., Report]
MakeShop = Callable[..., Deployment]


def form(name: str) -> Format:
    found = registry.part("renderers", name)
    assert isinstance(found, Format)
    return found


@functools.cache
def schema(name: str) -> Any:
    text = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def complaints(name: str, document: object) -> list[str]:
    return [f"{each.instance_path}: {each.message}" for each in schema(name).iter_errors(document)]


@pytest.fixture(params=["shop", "ja", "waived", "seen before", "stopped", "hostile", "nothing"])
def any_report(
    request: pytest.FixtureRequest, make_report: MakeReport, make_shop: MakeShop
) -> Report:
    shop = make_shop()
    if request.param == "nothing":
        return make_report()
    if request.param == "ja":
        return make_report(shop, make_shop(target="other"), lang="ja")
    if request.param == "stopped":
        return make_report(shop, complete=False)
    if request.param == "hostile":
        return make_report(hostile_shop())
    report = make_report(shop)
    if request.param == "waived":
        return changed(report, waiver="Accepted by Hanako until 2027-01-31: moving in January.")
    if request.param == "seen before":
        return changed(report, first_seen=report.started_at.replace(year=2025))
    return report


def changed(report: Report, **values: Any) -> Report:
    [target] = report.targets
    findings = tuple(msgspec.structs.replace(each, **values) for each in target.findings)
    return msgspec.structs.replace(
        report, targets=(msgspec.structs.replace(target, findings=findings),)
    )


def hostile_shop() -> Deployment:
    names = (
        "\x00\x1b[2J\ufffe",
        "]]></failure><script>alert(1)</script>",
        "|cs1=x\\|\r\nCEF:0|",
        '"} 1\nmamori_score_ratio{x="',
        '=HYPERLINK("https://evil.example")',
        "x" * 100_000,
    )
    people = [Person(id=name, name=name, can_sign_in=True, mfa=Mfa.NONE) for name in names]
    return Deployment(
        target="</title>|\n",
        platform="mautic",
        collected_at=datetime(2026, 11, 24, tzinfo=UTC),
        subjects=(Account(id="x", name="x"), *people),
    )


def test_ocsf_events_obey_the_schema_of_their_class(any_report: Report) -> None:
    events = [json.loads(line) for line in form("ocsf").render(any_report)]
    for event in events:
        name = f"ocsf-1.8.0-{CLASSES[event['class_uid']]}"
        assert complaints(name, event) == []
    assert [each["class_uid"] for each in events[:-1]] == [2003] * count(any_report)
    assert events[-1]["class_uid"] == 6007


def test_the_ocsf_schema_refuses_seconds_and_what_it_does_not_know(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    event = json.loads(next(form("ocsf").render(make_report(make_shop()))))
    name = "ocsf-1.8.0-compliance_finding"
    assert complaints(name, {**event, "time": event["time"] // 1000})
    assert complaints(name, {**event, "finding": 1})


def test_a_silent_night_still_has_an_ocsf_event(make_report: MakeReport) -> None:
    [event] = [json.loads(line) for line in form("ocsf").render(make_report())]
    assert (event["class_uid"], event["total"], event["num_detections"]) == (6007, 0, 0)


def test_ocsf_tells_who_failed_what_is_unknown_and_what_was_accepted(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    events = [json.loads(line) for line in form("ocsf").render(report)][:-1]
    told = {
        (each["compliance"]["status_code"], each["compliance"]["status_id"], each["status_id"])
        for each in events
    }
    assert told == {
        ("pass", 1, 4),
        ("fail", 3, 1),
        ("inconclusive", 2, 1),
        ("not_applicable", 99, 4),
    }
    accepted = changed(report, waiver="Accepted.")
    states = [json.loads(line)["status_id"] for line in form("ocsf").render(accepted)][:-1]
    assert {s for s, e in zip(states, events, strict=True) if e["status"] == "New"} == {3}


def test_ecs_documents_use_fields_of_ecs_and_those_of_the_report_alone(any_report: Report) -> None:
    known = ecs_fields()
    for line in form("ecs").render(any_report):
        document = json.loads(line)
        assert document["ecs"]["version"] == "9.4.0"
        for path, value in leaves(document):
            if path.startswith(OWN):
                continue
            assert path in known, path
            kind, normalised = known[path]
            assert (normalised == "array") == isinstance(value, list), path
            for each in value if isinstance(value, list) else [value]:
                assert fits(kind, each), f"{path}: {each!r} is no {kind}"


def ecs_fields() -> dict[str, tuple[str, str]]:
    with (SCHEMAS / "ecs-9.4.0-fields.csv").open(encoding="utf-8") as file:
        known = {row["Field"]: (row["Type"], row["Normalization"]) for row in csv.DictReader(file)}
    return {**known, "labels.severity": ("keyword", ""), "labels.waived": ("keyword", "")}


def leaves(document: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield path + name, value


def fits(kind: str, value: object) -> bool:
    if kind in ("long", "float"):
        return isinstance(value, int | float)
    return isinstance(value, str)


def test_sarif_obeys_its_schema(any_report: Report) -> None:
    log = json.loads(form("sarif").whole(any_report))
    assert complaints("sarif-2.1.0", log) == []
    [run] = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["level"] == "none") == (result["kind"] != "fail")


def test_oscal_obeys_its_schema(any_report: Report) -> None:
    document = json.loads(form("oscal").whole(any_report))
    if not any_report.targets:
        assert document["assessment-results"]["results"] == []
        return  # the schema asks for a result, and there is none
    assert complaints("oscal-1.2.1-assessment-results", document) == []


def test_an_oscal_control_is_satisfied_only_if_all_its_observations_pass(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    document = json.loads(form("oscal").whole(make_report(make_shop())))
    [result] = document["assessment-results"]["results"]
    states = {
        each["uuid"]: next(p["value"] for p in each["props"] if p["name"] == "status")
        for each in result["observations"]
    }
    assert result["findings"]
    for finding in result["findings"]:
        seen = {states[each["observation-uuid"]] for each in finding["related-observations"]}
        satisfied = finding["target"]["status"]["state"] == "satisfied"
        assert satisfied == (seen == {"pass"}), finding["title"]


def test_junit_obeys_the_schema_of_jenkins(any_report: Report) -> None:
    xsd = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    document = etree.fromstring(form("junit").whole(any_report))
    assert xsd.validate(document), str(xsd.error_log)
    for suite in document:
        cases = suite.findall("testcase")
        assert len(cases) == int(suite.get("tests", ""))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == sum(case.find(tag) is not None for case in cases)


def test_the_csv_has_a_row_per_finding_and_no_cell_that_computes(any_report: Report) -> None:
    data = form("csv").whole(any_report)
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for something else than UTF-8"
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)))
    assert len(rows) == 1 + count(any_report)
    assert {len(row) for row in rows} == {len(rows[0])}
    for row in rows:
        for cell in row:
            assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell


def test_a_cef_line_reads_back_as_what_was_written(any_report: Report) -> None:
    lines = [each.decode() for each in form("cef").render(any_report)]
    findings = [each for target in any_report.targets for each in target.findings]
    for line, finding in zip(lines, findings, strict=True):
        assert line.count("\n") == 1
        header, extension = read_cef(line.removesuffix("\n"))
        assert header[0] == "CEF:0"
        assert header[4] == finding.check
        assert 0 <= int(header[6]) <= 10
        assert extension["outcome"] == finding.status
        assert extension["cs1"] == finding.subject.id
        assert extension["msg"] == finding.message[:1023]


def read_cef(line: str) -> tuple[list[str], dict[str, str]]:
    """Read CEF the way its Implementation Standard says, without the code that wrote it."""
    *header, rest = re.split(r"(?<!\\)(?:\\\\)*\|", line, maxsplit=7)
    pairs = re.findall(r"(\w+)=((?:\\.|[^=\\])*?)(?= \w+=|$)", rest)
    unescape = {"\\\\": "\\", "\\=": "=", "\\n": "\n", "\\r": "\r"}
    return header, {
        key: re.sub(r"\\[\\=nr]", lambda m: unescape[m[0]], value) for key, value in pairs
    }


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_accepts_the_metrics(any_report: Report) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=form("prometheus").whole(any_report),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_metrics_count_every_finding_once(make_report: MakeReport, make_shop: MakeShop) -> None:
    report = make_report(make_shop())
    lines = form("prometheus").whole(report).decode().splitlines()
    total = sum(
        float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("mamori_findings{")
    )
    assert total == count(report)


def test_markdown_shows_what_comes_from_outside_and_obeys_none_of_it(
    make_report: MakeReport,
) -> None:
    from markdown_it import MarkdownIt

    people = (
        "<img src=x onerror=alert(1)>",
        "[click](https://evil.example)",
        "https://evil.example @team #1",
        "a | b\n\n# c",
        "`code` *bold* ~~gone~~",
    )
    shop = msgspec.structs.replace(
        hostile_shop(),
        subjects=(
            Account(id="x", name="x"),
            *(Person(id=n, name=n, can_sign_in=True, mfa=Mfa.NONE) for n in people),
        ),
    )
    written = form("markdown").whole(make_report(shop)).decode()
    html = MarkdownIt("gfm-like", {"linkify": False}).render(written)
    for harmful in ("<img", "<a ", "<strong>bold", "<s>", "<code>code"):
        assert harmful not in html, harmful
    assert html.count("<h1>") == 1
    assert "https://evil" not in written, "a viewer that looks for addresses would link it"


def count(report: Report) -> int:
    return sum(len(target.findings) for target in report.targets)
