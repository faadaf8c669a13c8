"""What a scan owes to its sinks reaches them: now, or with the next scan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def config(shop: Path) -> Callable[[str], Path]:
    """Write a configuration with `deliver:`, for a target that is quickly scanned."""

    def write(deliver: str) -> Path:
        path = shop.with_name("deliver.yaml")
        path.write_text(f"{shop.read_text()}{deliver}", "utf-8")
        return path

    return write


def test_what_cannot_be_delivered_is_said_kept_and_sent_by_the_next_scan(
    mamori_inside: Callable[..., Any], config: Callable[[str], Path], server: Any, tmp_path: Path
) -> None:
    deliver = (
        "deliver:\n"
        f"  - {{to: file, path: {tmp_path}/out/}}\n"
        f'  - {{to: webhook, url: "{server.url}/hook", secret: "env:KEY", name: soc}}\n'
    )
    path, key = config(deliver), {"KEY": "a-key-for-the-webhook"}
    refused = mamori_inside(
        "scan", "--config", path, "--exit-zero", "--format", "json", variables=key
    )
    assert refused.code == 12, refused.err
    assert "soc did not take the report" in refused.err
    assert "the next scan sends it" in refused.err
    first = refused.report["scan_id"]
    assert [each.name.split("-")[2] for each in (tmp_path / "out").iterdir()] == [f"{first}.json"]
    server.answer("/hook", b"")
    server.asked.clear()
    taken = mamori_inside(
        "scan", "--config", path, "--exit-zero", "--format", "json", variables=key
    )
    assert taken.code == 0, taken.err
    sent = [json.loads(each.body)["scan_id"] for each in server.asked]
    assert sent == [first, taken.report["scan_id"]]
    assert "a-key-for-the-webhook" not in refused.out + refused.err + taken.out + taken.err


def test_standard_output_as_a_sink_has_one_report_and_no_other(
    mamori_inside: Callable[..., Any], config: Callable[[str], Path]
) -> None:
    path = config("deliver: [{to: stdout, format: ocsf}]\n")
    ran = mamori_inside("scan", "--config", path)
    assert ran.code == 10, ran.err
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert {each["class_uid"] for each in events} == {2003, 6007}


def test_the_dry_run_says_where_the_report_goes_and_sends_nothing(
    mamori_inside: Callable[..., Any], config: Callable[[str], Path], server: Any
) -> None:
    path = config(f'deliver: [{{to: webhook, url: "{server.url}/hook", secret: "env:KEY"}}]\n')
    ran = mamori_inside("scan", "--config", path, "--dry-run")
    assert ran.code == 0
    assert f"Then the report goes to webhook {server.url}/hook." in ran.out
    assert server.asked == []
