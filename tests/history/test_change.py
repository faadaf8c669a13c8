"""What changed is told apart, and every point of the score is accounted for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scans import NOW, deployment, person

from scanner.evaluate import evaluate
from scanner.history.attribution import PastCheck, Side, attribute, seen_as
from scanner.history.change import Change, TargetChange, compare
from scanner.history.store import History
from scanner.model import Deployment, Mfa, Origin, Person, Reason, Unknown, Waiver, Witness
from scanner.policy import Policy, load_policy
from scanner.report import Report, weigh
from scanner.scan import judge
from scanner.score import score
from scanner.waivers import accept, read_waivers

DAY = timedelta(days=1)
WEAK, STRONG, UNKNOWN = Mfa.NONE, Mfa.TOTP, Unknown(Reason.NOT_PERMITTED)

Record = Callable[..., Report]


def changed(history: History) -> TargetChange:
    [target] = compare(history, history.find("previous"), history.find("latest")).targets
    return target


def ids(target: TargetChange, check: str = "mfa.enrolled") -> dict[str, set[str]]:
    kinds = ("new", "regressed", "fixed", "still_open", "no_longer_visible")
    found = {
        kind: {each.subject.id for each in getattr(target, kind) if each.check == check}
        for kind in kinds
    }
    return {kind: subjects for kind, subjects in found.items() if subjects}


class TestKinds:
    def test_each_failure_is_of_one_kind(self, history: History, record: Record) -> None:
        record(deployment(person("3", WEAK)), at=NOW - DAY)
        record(
            deployment(
                person("1", WEAK), person("2", WEAK), person("3"), person("5", WEAK),
                person("6", WEAK),
            )
        )  # fmt: skip
        record(
            deployment(
                person("1"), person("2", WEAK), person("3", WEAK), person("4", WEAK),
                person("5", UNKNOWN),
            ),
            at=NOW + DAY,
        )  # fmt: skip
        assert ids(changed(history)) == {
            "new": {"4"},
            "regressed": {"3"},
            "fixed": {"1", "6"},  # 6 is gone, and everybody could be listed
            "still_open": {"2"},
            "no_longer_visible": {"5"},
        }

    def test_who_is_missing_from_an_incomplete_list_is_not_fixed(
        self, history: History, record: Record
    ) -> None:
        record(deployment(person("1", WEAK)))
        record(deployment(blind=True), at=NOW + DAY)
        assert ids(changed(history)) == {"no_longer_visible": {"1"}}

    def test_a_check_that_is_no_longer_run_fixes_nothing(
        self, history: History, record: Record
    ) -> None:
        record(deployment(person("1", WEAK)))
        seen = deployment(person("1", WEAK), at=NOW + DAY)
        narrow = load_policy("baseline").only(["access"])
        report = judge([seen], narrow, lang="en", started=NOW + DAY, now=lambda: NOW + DAY)
        history.record(report, [seen])
        assert ids(changed(history)) == {"no_longer_visible": {"1"}}

    def test_what_was_unseen_in_between_is_still_open(
        self, history: History, record: Record
    ) -> None:
        record(deployment(person("1", WEAK)), at=NOW - DAY)
        record(deployment(person("1", UNKNOWN)))
        record(deployment(person("1", WEAK)), at=NOW + DAY)
        target = changed(history)
        assert ids(target) == {"still_open": {"1"}}
        [still] = [each for each in target.still_open if each.check == "mfa.enrolled"]
        assert still.open_days == 2

    def test_targets_of_one_scan_alone_are_named(self, history: History, record: Record) -> None:
        record(deployment(), deployment(target="old"))
        record(deployment(), deployment(target="young"), at=NOW + DAY)
        change: Change = compare(history, history.find("1"), history.find("2"))
        assert (change.only_before, change.only_after) == (("old",), ("young",))
        assert [each.name for each in change.targets] == ["shop"]


def side(
    seen: Deployment, policy: Policy, *, at: datetime = NOW, waivers: tuple[Waiver, ...] = ()
) -> Side:
    """Return a scan as its own day judged it."""
    findings = accept(evaluate(seen, policy, at), seen.target, waivers, date.min)
    checks = tuple(
        PastCheck(
            check=each.check.id,
            severity=each.severity,
            weight=each.weight,
            rule=msgspec.to_builtins(each.rule) if each.rule is not None else {},
        )
        for each in policy
    )
    low = score(findings, weigh(policy)).low
    return Side(deployment=seen, checks=checks, waivers=waivers, at=at, low=low)


WAIVER = Waiver(number=1, check="mfa.enrolled", subject="*", until=date.max, reason="r", owner="o")


class TestAttribution:
    """One thing changes, and has all of the points."""

    def parts(self, before: Side, after: Side) -> dict[str, float]:
        found = msgspec.structs.asdict(attribute(before, after))
        assert round(sum(found.values()), 6) == round(after.low - before.low, 6)
        return {name: points for name, points in found.items() if points}

    def test_configuration(self, policy: Policy) -> None:
        before = side(deployment(person("1"), person("2")), policy)
        after = side(deployment(person("1"), person("2", WEAK)), policy)
        assert list(self.parts(before, after)) == ["configuration_changed"]

    def test_somebody_new(self, policy: Policy) -> None:
        before = side(deployment(person("1")), policy)
        after = side(deployment(person("1"), person("2", WEAK)), policy)
        assert list(self.parts(before, after)) == ["configuration_changed"]

    def test_visibility_of_a_fact(self, policy: Policy) -> None:
        before = side(deployment(person("1"), person("2")), policy)
        after = side(deployment(person("1"), person("2", UNKNOWN)), policy)
        assert list(self.parts(before, after)) == ["visibility_changed"]

    def test_visibility_of_a_whole_list(self, policy: Policy) -> None:
        seen = side(deployment(person("1"), person("2", WEAK)), policy)
        unseen = side(deployment(blind=True), policy)
        assert list(self.parts(seen, unseen)) == ["visibility_changed"]
        assert list(self.parts(unseen, seen)) == ["visibility_changed"]

    def test_rules(self, policy: Policy) -> None:
        seen = deployment(person("1"), person("2", WEAK))
        heavier = msgspec.structs.replace(
            policy,
            selected=tuple(
                msgspec.structs.replace(each, weight=each.weight * 9)
                if each.check.id == "mfa.enrolled"
                else each
                for each in policy
            ),
        )
        assert list(self.parts(side(seen, policy), side(seen, heavier))) == ["rules_changed"]

    def test_the_code_of_a_check(self, policy: Policy) -> None:
        seen = deployment(person("1"), person("2", WEAK))
        yesterday = msgspec.structs.replace(side(seen, policy), low=99.0)
        assert list(self.parts(yesterday, side(seen, policy))) == ["rules_changed"]

    def test_a_waiver(self, policy: Policy) -> None:
        seen = deployment(person("1"), person("2", WEAK))
        waived = side(seen, policy, waivers=(WAIVER,))
        assert list(self.parts(waived, side(seen, policy, at=NOW + DAY))) == ["waiver_lapsed"]

    def test_time(self) -> None:
        policy = load_policy("baseline").only(["mfa"])
        attested = msgspec.structs.replace(
            person("1", Mfa.PHISHING_RESISTANT),
            witnesses={"mfa": Witness(origin=Origin.ATTESTED, by="Mori", until=NOW + DAY / 2)},
        )
        seen = deployment(attested, person("2"))
        after = side(seen, policy, at=NOW + DAY)
        assert list(self.parts(side(seen, policy), after)) == ["time_passed"]

    def test_a_check_that_is_not_installed_any_more(self, policy: Policy) -> None:
        seen = deployment(person("1"), person("2", WEAK))
        before = side(seen, policy)
        stranger = msgspec.structs.replace(before.checks[0], check="other.stranger")
        before = msgspec.structs.replace(before, checks=(stranger, *before.checks), low=12.5)
        assert list(self.parts(before, side(seen, policy))) == ["rules_changed"]


FACTS = st.sampled_from([WEAK, STRONG, UNKNOWN])
PEOPLE = st.dictionaries(st.sampled_from("123"), FACTS, max_size=3)
POLICIES = [load_policy("baseline").only(["mfa"]), load_policy("strict").only(["mfa"])]


@settings(max_examples=60, deadline=None)
@given(
    people=st.tuples(PEOPLE, PEOPLE),
    blind=st.tuples(st.booleans(), st.booleans()),
    rules=st.tuples(st.sampled_from(POLICIES), st.sampled_from(POLICIES)),
    waived=st.tuples(st.booleans(), st.booleans()),
)
def test_the_parts_add_up_to_the_whole_exactly(
    people: tuple[dict[str, Mfa | Unknown], ...],
    blind: tuple[bool, bool],
    rules: tuple[Policy, Policy],
    waived: tuple[bool, bool],
) -> None:
    before, after = (
        side(
            deployment(*(person(id, mfa) for id, mfa in people[n].items()), blind=blind[n]),
            rules[n],
            at=NOW + n * DAY,
            waivers=(WAIVER,) if waived[n] else (),
        )
        for n in (0, 1)
    )
    parts = msgspec.structs.asdict(attribute(before, after))
    assert round(sum(parts.values()), 6) == round(after.low - before.low, 6)


@pytest.mark.parametrize(("one", "other"), list(product([WEAK, UNKNOWN], [STRONG, UNKNOWN])))
def test_the_eyes_of_another_scan_change_only_what_one_of_them_cannot_see(
    one: Mfa | Unknown, other: Mfa | Unknown
) -> None:
    mixed = seen_as(deployment(person("1", one)), deployment(person("1", other)))
    [mfa] = [each.mfa for each in mixed.subjects if isinstance(each, Person)]
    both_known = not isinstance(one, Unknown) and not isinstance(other, Unknown)
    assert mfa == (one if both_known else other)


def test_a_week_of_nights(history: History, tmp_path: Path) -> None:
    """First seen, fixed, regressed, out of sight, waived, lapsed, and why the score moved."""
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers:\n- {check: mfa.enrolled, subject: boss, until: 2026-11-07, reason: r, owner: o}\n"
    )
    baseline, strict = POLICIES
    monday = datetime(2026, 11, 2, 2, 30, tzinfo=UTC)
    boss, mended = person("boss", WEAK), person("boss")
    nights: list[tuple[Policy, Deployment]] = [
        (baseline, deployment(person("1"), boss)),
        (baseline, deployment(person("1", WEAK), boss)),
        (baseline, deployment(person("1", WEAK), boss)),
        (baseline, deployment(person("1"), boss)),
        (baseline, deployment(person("1", WEAK), boss)),
        (baseline, deployment(person("1"), boss)),
        (baseline, deployment(person("1", UNKNOWN), boss)),  # and the waiver has lapsed
        (baseline, deployment(person("1"), boss)),
        (baseline, deployment(person("1"), mended)),
        (strict, deployment(person("1"), mended)),
    ]
    told: list[tuple[dict[str, set[str]], set[str]]] = []
    for night, (policy, seen) in enumerate(nights):
        at = monday + night * DAY
        seen = msgspec.structs.replace(seen, collected_at=at)  # noqa: PLW2901 - tonight's
        report = judge(
            [seen], policy, lang="en", started=at, now=partial(datetime.fromtimestamp, 0, UTC),
            waivers=read_waivers(waivers),
        )  # fmt: skip
        history.record(report, [seen])
        if night:
            target = changed(history)
            assert target.attribution is not None
            parts = msgspec.structs.asdict(target.attribution)
            assert round(sum(parts.values()), 6) == target.change
            told.append((ids(target), {name for name, points in parts.items() if points}))
    still = {"still_open": {"boss"}}
    assert told == [
        ({"new": {"1"}, **still}, {"configuration_changed"}),
        ({"still_open": {"1", "boss"}}, set()),
        ({"fixed": {"1"}, **still}, {"configuration_changed"}),
        ({"regressed": {"1"}, **still}, {"configuration_changed"}),
        ({"fixed": {"1"}, **still}, {"configuration_changed"}),
        (still, {"visibility_changed", "waiver_lapsed"}),
        (still, {"visibility_changed"}),
        ({"fixed": {"boss"}}, {"configuration_changed"}),
        ({}, {"rules_changed"}),
    ]
    [regressed, *_] = compare(history, history.find("4"), history.find("5")).targets[0].regressed
    assert (regressed.first_seen, regressed.open_since) == (monday + DAY, monday + 4 * DAY)
    [fixed, *_] = compare(history, history.find("8"), history.find("9")).targets[0].fixed
    assert (fixed.first_seen, fixed.last_seen, fixed.open_days) == (
        monday, monday + 7 * DAY, 7,
    )  # fmt: skip
    week = history.judgements()
    assert [each.waived for each in week] == [1] * 6 + [0] * 4
