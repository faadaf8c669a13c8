"""Reports in a folder: whole, for their owner alone, and only so many."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanner.config import settings_from
from scanner.document import parse
from scanner.report import Report
from scanner.scan import send

MakeReport = Callable[..., Report]


def test_each_scan_has_a_file_of_its_own_and_the_latest_are_kept(
    post: Any, make_report: MakeReport, tmp_path: Path
) -> None:
    box = post("{to: file, path: reports/, format: json, keep: 2}")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mine.json").write_text("not mamori's")
    reports = [box.record(make_report(day=day)) for day in range(3)]
    assert box.deliver() == []
    names = sorted(path.name for path in (tmp_path / "reports").iterdir())
    assert names == [
        f"mamori-20261103T023000Z-{reports[1].scan_id}.json",
        f"mamori-20261104T023000Z-{reports[2].scan_id}.json",
        "mine.json",
    ]
    newest = tmp_path / "reports" / names[1]
    assert json.loads(newest.read_bytes())["scan_id"] == reports[2].scan_id
    assert stat.S_IMODE(newest.stat().st_mode) == 0o600


def test_one_file_is_always_the_latest_report_and_a_collector_may_read_it(
    post: Any, make_report: MakeReport, tmp_path: Path
) -> None:
    box = post('{to: file, path: mamori.prom, format: prometheus, mode: "0640"}')
    for day in range(2):
        box.record(make_report(day=day))
        assert box.deliver() == []
    [path] = tmp_path.glob("mamori.prom*")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text().startswith("# HELP mamori_score_ratio")


def test_a_sink_that_refuses_does_not_take_the_others_down(
    post: Any, make_report: MakeReport, tmp_path: Path
) -> None:
    box = post("{to: file, path: /proc/nowhere/}", "{to: file, path: out/}")
    box.record(make_report())
    [refused] = box.deliver()
    assert refused.sink == "file /proc/nowhere/ (json)"
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert box.waiting == 1


def test_a_sink_that_breaks_does_not_take_the_others_down(
    post: Any, make_report: MakeReport, tmp_path: Path, monkeypatch: Any
) -> None:
    box = post("{to: stdout}", "{to: file, path: out/}")

    class Broken:
        @property
        def buffer(self) -> None:
            raise ZeroDivisionError

    monkeypatch.setattr("sys.stdout", Broken())
    box.record(make_report())
    [refused] = box.deliver()
    assert str(refused.cause) == "The sink failed (ZeroDivisionError)."
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_without_a_history_a_report_is_sent_once_and_nothing_is_kept(
    make_report: MakeReport, tmp_path: Path
) -> None:
    text = (
        "targets: [{name: shop, platform: mautic}]\nhistory: false\n"
        "deliver: [{to: file, path: /proc/nowhere/}, {to: file, path: out/}]\n"
    )
    settings = settings_from(parse(text.encode(), "mamori.yaml"), tmp_path)
    [refused] = send(settings, make_report(), environment={"HOME": str(tmp_path)})
    assert refused.sink == "file /proc/nowhere/ (json)"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_secret_that_cannot_be_read_is_said_before_anything_is_sent(post: Any) -> None:
    box = post('{to: slack, url: "env:NOWHERE"}', "{to: file, path: out/}")
    [gap] = box.courier.unreadable()
    assert gap.sink == "slack env:NOWHERE"
    assert "env:NOWHERE" in str(gap.cause)
