"""A waiver accepts what it names until its last day; a wrong one silences nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scans import NOW, deployment, person

from scanner.document import DocumentError
from scanner.model import Finding, Mfa, Severity, Status, Verdict, Waiver
from scanner.policy import load_policy
from scanner.report import Report
from scanner.scan import judge
from scanner.score import Weighed, score
from scanner.waivers import Entry, State, WaiverError, accept, add, read_waivers

TODAY = NOW.date()
POLICY = load_policy("baseline").only(["mfa"])


def waivers_file(tmp_path: Path, *entries: str) -> Path:
    path = tmp_path / "waivers.yaml"
    path.write_text("waivers:\n" + "".join(f"  - {{{each}}}\n" for each in entries), "utf-8")
    return path


def report(path: Path, *, at: datetime = NOW, **more: str) -> Report:
    seen = deployment(person("1", Mfa.NONE), person("2", Mfa.NONE), person("3"), **more)  # type: ignore[arg-type]
    return judge([seen], POLICY, lang="en", started=at, now=lambda: at, waivers=read_waivers(path))


def waived(found: Report) -> set[str]:
    return {
        each.subject.id
        for target in found.targets
        for each in target.findings
        if each.waiver is not None
    }


GOOD = "check: mfa.enrolled, subject: '1', until: 2026-11-30, reason: leaves soon, owner: 山田"


def test_a_waived_failure_stays_a_failure_and_lowers_no_score(tmp_path: Path) -> None:
    both = "check: mfa.enrolled, subject: '*', until: 2026-12-30, reason: r, owner: o"
    bare, found = report(tmp_path / "none.yaml"), report(waivers_file(tmp_path, both))
    [before], [target] = bare.targets, found.targets
    assert waived(found) == {"1", "2"}
    statuses = {
        each.subject.id: each.status for each in target.findings if each.check == "mfa.enrolled"
    }
    assert statuses["1"] is Status.FAIL
    assert target.score.low > before.score.low
    assert target.score.without_waivers == before.score.low
    assert "mfa.enrolled" not in {each.check for each in target.fixes if each.action == "fix"}


@pytest.mark.parametrize(("day", "holds"), [(date(2026, 11, 30), True), (date(2026, 12, 1), False)])
def test_the_last_day_counts_to_its_end(tmp_path: Path, day: date, holds: bool) -> None:
    path = waivers_file(tmp_path, GOOD)
    for hour in (0, 23):
        at = datetime(day.year, day.month, day.day, hour, 59, 59, tzinfo=UTC)
        assert waived(report(path, at=at)) == ({"1"} if holds else set())


def test_the_day_is_that_of_utc_wherever_the_scanner_stands(tmp_path: Path) -> None:
    from datetime import timezone

    tokyo = timezone(timedelta(hours=9))
    still = datetime(2026, 12, 1, 8, 59, tzinfo=tokyo)
    assert waived(report(waivers_file(tmp_path, GOOD), at=still)) == {"1"}
    over = datetime(2026, 12, 1, 9, 0, tzinfo=tokyo)
    assert waived(report(waivers_file(tmp_path, GOOD), at=over)) == set()


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("until: 2026-11-31", "'2026-11-31' is no day"),
        ("until: '2026-12'", "is no day"),
        ("until: soon", "is no day"),
        ("until: 31/12/2026", "is no day"),
        ("until: 20261231", "is no day"),
        ("until: 2026-12-31 23:59:59", "is no day"),
        ("until: true", "is no day"),
        ("until: ", "no last day"),
        ("until: 2026-12-31, owner: ''", "not who accepts"),
        ("until: 2026-12-31, reason: '  '", "not who accepts"),
        ("until: 2026-12-31, subject: ''", "names no subject"),
        ("until: 2026-12-31, check: mfa.enroled", "did you mean 'mfa.enrolled'"),
    ],
)
def test_one_that_is_wrong_silences_nothing_and_is_named(
    tmp_path: Path, written: str, problem: str
) -> None:
    fields = {"check": "mfa.enrolled", "subject": "'1'", "reason": "r", "owner": "o"}
    fields |= dict(each.split(": ", 1) for each in written.split(", "))
    entry = ", ".join(f"{name}: {value}" for name, value in fields.items())
    found = report(waivers_file(tmp_path, entry, GOOD))
    wrong, good = found.waivers
    assert wrong.state is State.INVALID
    assert wrong.problem is not None
    assert problem in wrong.problem
    assert wrong.findings == 0
    assert good.findings == 1, "the others go on"


def test_an_unknown_key_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    path = waivers_file(tmp_path, GOOD, GOOD + ", untill: 2026-12-31")
    with pytest.raises(DocumentError, match=r"line 3, waivers\[1\].untill: unknown key; did"):
        read_waivers(path)


@pytest.mark.parametrize("text", ["", "waivers:\n", "waivers: []\n"])
def test_a_file_may_be_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(text or "waivers:\n")
    assert read_waivers(path) == ()


def test_states_follow_the_calendar(tmp_path: Path) -> None:
    [listed] = read_waivers(waivers_file(tmp_path, GOOD))
    last = date(2026, 11, 30)
    states = {days: listed.state(last - timedelta(days=days)) for days in (15, 14, 0, -1)}
    assert states == {
        15: State.ACTIVE, 14: State.EXPIRING, 0: State.EXPIRING, -1: State.EXPIRED,
    }  # fmt: skip


class TestSubjects:
    def findings(self) -> list[Finding]:
        people = [
            msgspec.structs.replace(person("1", Mfa.NONE), name="Mori", email="a@example.jp"),
            msgspec.structs.replace(person("2", Mfa.NONE), name="Sato", username="sato"),
            msgspec.structs.replace(person("3", Mfa.NONE), name="Sato"),
        ]
        return [
            Finding("mfa.enrolled", each, Verdict(Status.FAIL, "No second factor."))
            for each in people
        ]

    @pytest.mark.parametrize(
        ("subject", "ids"),
        [
            ("1", {"1"}),
            ("a@example.jp", {"1"}),
            ("sato", {"2"}),
            ("Mori", {"1"}),
            ("Sato", set()),
            ("*", {"1", "2", "3"}),
            ("Mor*", set()),
            ("", set()),
        ],
    )
    def test_a_subject_is_named_so_that_no_other_is_meant(
        self, subject: str, ids: set[str]
    ) -> None:
        waiver = Waiver(
            number=1, check="mfa.enrolled", subject=subject, until=TODAY, reason="r", owner="o"
        )
        found = accept(self.findings(), "shop", [waiver], TODAY)
        assert {each.subject.id for each in found if each.waiver} == ids

    def test_one_for_another_target_accepts_nothing(self) -> None:
        waiver = Waiver(
            number=1, check="mfa.enrolled", subject="*", target="other", until=TODAY,
            reason="r", owner="o",
        )  # fmt: skip
        found = accept(self.findings(), "shop", [waiver], TODAY)
        assert not any(each.waiver for each in found)
        assert all(each.waiver for each in accept(self.findings(), "other", [waiver], TODAY))


def test_only_failures_are_accepted_never_missing_evidence(tmp_path: Path) -> None:
    everyone = "check: mfa.enrolled, subject: '*', until: 2026-12-30, reason: r, owner: o"
    found = report(waivers_file(tmp_path, everyone), blind=True)  # type: ignore[arg-type]
    [target] = found.targets
    blind = [each for each in target.findings if each.blind]
    assert blind
    assert all(each.waiver is None for each in blind)


@given(st.lists(st.tuples(st.sampled_from(Status), st.booleans()), min_size=1, max_size=8))
def test_accepting_never_lowers_a_score_and_is_never_better_than_passing(
    drawn: list[tuple[Status, bool]],
) -> None:
    waiver = Waiver(number=1, check="a.b", subject="*", until=TODAY, reason="r", owner="o")
    weighed = [Weighed("a.b", Severity.HIGH, 6.0)]

    def findings(*, accepted: bool, mended: bool) -> list[Finding]:
        return [
            Finding(
                "a.b",
                person(str(number)),
                Verdict(Status.PASS if mended and which and was is Status.FAIL else was, "x"),
                waiver=waiver if accepted and which and was is Status.FAIL else None,
            )
            for number, (was, which) in enumerate(drawn)
        ]

    bare = score(findings(accepted=False, mended=False), weighed)
    with_waivers = score(findings(accepted=True, mended=False), weighed)
    mended = score(findings(accepted=False, mended=True), weighed)
    assert bare.low <= with_waivers.low == mended.low
    assert with_waivers.high == mended.high
    assert score(findings(accepted=True, mended=False), weighed, waivers=False) == bare


def test_the_mark_that_some_editors_put_first_is_no_part_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text("waivers:\n- check: mfa.enrolled\n  subject: a\n", "utf-8-sig")
    add(path, TestAdding.entry, TODAY)
    assert len(read_waivers(path)) == 2
    path.write_text("waivers:\n- check: mfa.enrolled\n  subject: a\n", "utf-16")
    assert len(read_waivers(path)) == 1
    with pytest.raises(DocumentError, match="not in UTF-8"):
        add(path, TestAdding.entry, TODAY)


class TestAdding:
    entry = Entry(
        check="mfa.enrolled", subject="7", until=date(2026, 12, 31), reason="Leaves: soon #1",
        owner="山田", on=TODAY,
    )  # fmt: skip

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "waivers: []\n",
            "# ours\nwaivers:\n- check: mfa.enrolled # why\n  subject: a\n",
            "waivers:\n    - check: mfa.enrolled\n      subject: a",
        ],
    )
    def test_what_is_there_stays_as_it_is(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "waivers.yaml"
        if text:
            path.write_text(text)
            path.chmod(0o644)
        before = len(read_waivers(path))
        add(path, self.entry, TODAY)
        listed = read_waivers(path)
        assert len(listed) == before + 1
        assert listed[-1].waiver is not None
        assert (listed[-1].waiver.subject, listed[-1].waiver.reason) == ("7", "Leaves: soon #1")
        kept = text.replace(" []", "").rstrip("\n")
        assert path.read_text().startswith(kept)
        if text:
            assert path.stat().st_mode & 0o777 == 0o644

    def test_a_file_in_another_style_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "waivers.yaml"
        path.write_text("waivers: [{check: mfa.enrolled, subject: a}]\n")
        with pytest.raises((WaiverError, DocumentError)):
            add(path, self.entry, TODAY)
        assert path.read_text() == "waivers: [{check: mfa.enrolled, subject: a}]\n"

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"until": TODAY - timedelta(days=1)}, "is past"),
            ({"until": "2026-02-30"}, "is no day"),
            ({"check": "mfa.enroled"}, "did you mean"),
            ({"reason": " "}, "not who"),
        ],
    )
    def test_one_that_would_silence_nothing_is_refused(
        self, tmp_path: Path, change: dict[str, object], message: str
    ) -> None:
        path = tmp_path / "waivers.yaml"
        with pytest.raises(WaiverError, match=message):
            add(path, msgspec.structs.replace(self.entry, **change), TODAY)
        assert not path.exists()
