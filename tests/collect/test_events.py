"""State from logs of changes: what is proven, since when, and what lies before the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.answers import text
from scanner.collect.events import EventLog, Latest, Strongest, Switch
from scanner.collect.visit import Joined
from scanner.model import Mfa, Reason, Unknown

START = datetime(2026, 8, 1, tzinfo=UTC)
SSO = Switch(on=("REQUIRE",), off=("UNREQUIRE",))
MOMENTS = st.integers(0, 1000).map(lambda hours: START + timedelta(hours=hours))
EVENTS = st.lists(
    st.tuples(st.sampled_from(["REQUIRE", "UNREQUIRE", "OTHER"]), MOMENTS),
    unique_by=lambda event: event[1],
)


def log(*events: tuple[str, datetime]) -> EventLog:
    made = EventLog(START)
    for kind, at in events:
        made.add(kind, at)
    return made


def test_what_was_never_changed_is_unknown_and_never_off() -> None:
    value = log(("OTHER", START)).state(SSO).value
    assert isinstance(value, Unknown)
    assert value.reason is Reason.NOT_EXPOSED
    assert "2026-08-01" in str(value.detail)


def test_the_last_change_gives_the_state_and_since_when() -> None:
    on, off = START + timedelta(1), START + timedelta(2)
    assert log(("REQUIRE", on), ("UNREQUIRE", off)).state(SSO) == log(
        ("UNREQUIRE", off), ("REQUIRE", on)
    ).state(SSO)
    assert log(("REQUIRE", on), ("UNREQUIRE", off)).state(SSO).value is False
    assert log(("REQUIRE", on)).state(SSO).since == on


def test_two_changes_at_the_same_moment_prove_nothing() -> None:
    assert isinstance(log(("REQUIRE", START), ("UNREQUIRE", START)).state(SSO).value, Unknown)


def test_a_later_entry_that_does_not_tell_how_leaves_a_doubt() -> None:
    switch = Switch(on=("REQUIRE",), off=("UNREQUIRE",), unclear=("OTHER",))
    before, after = START + timedelta(1), START + timedelta(3)
    changed = ("REQUIRE", START + timedelta(2))
    assert log(changed, ("OTHER", before)).state(switch).value is True
    assert isinstance(log(changed, ("OTHER", after)).state(switch).value, Unknown)
    assert isinstance(log(("OTHER", after)).state(switch).value, Unknown)


def test_changes_of_one_person_say_nothing_of_another() -> None:
    made = EventLog(START)
    made.add("REQUIRE", START, "1")
    assert made.state(SSO, "1").value is True
    assert isinstance(made.state(SSO, "2").value, Unknown)
    assert isinstance(made.state(SSO).value, Unknown)
    assert made.subjects(("REQUIRE",)) == ["1"]


def test_of_states_beside_each_other_the_first_that_is_on_counts() -> None:
    passkey = Switch(on=("KEY",), off=("NO_KEY",), on_value="passkey")
    code = Switch(on=("CODE",), off=("NO_CODE",), on_value="code", off_value="none")
    both = Strongest(of=(passkey, code))
    later = START + timedelta(1)
    assert log(("KEY", START), ("NO_CODE", later)).state(both).value == "passkey"
    assert log(("KEY", START), ("NO_KEY", later), ("CODE", START)).state(both).value == "code"
    assert log(("NO_CODE", START)).state(both).value == "none"
    # That one is gone does not say that there is none.
    assert isinstance(log(("KEY", START), ("NO_KEY", later)).state(both).value, Unknown)


def test_a_moment_is_the_newest_of_its_kinds() -> None:
    newest = START + timedelta(3)
    made = log(("CREATE", START), ("ROTATE", newest), ("CREATE", START + timedelta(1)))
    assert made.state(Latest(of=("CREATE", "ROTATE"))).value == newest
    assert isinstance(made.state(Latest(of=("DELETE",))).value, Unknown)


@given(EVENTS)
def test_the_state_is_that_of_the_newest_change_whatever_the_order(
    events: list[tuple[str, datetime]],
) -> None:
    changes = sorted((event for event in events if event[0] != "OTHER"), key=lambda e: e[1])
    state = log(*reversed(events)).state(SSO)
    if not changes:
        assert isinstance(state.value, Unknown)
    else:
        assert (state.value, state.since) == (changes[-1][0] == "REQUIRE", changes[-1][1])


def test_what_is_said_of_nobody_is_said_of_no_one_else() -> None:
    joined = Joined(
        match=text("id"),
        facts=("mfa",),
        absent={"mfa": Mfa.NONE},
        found={"mfa": {"": Mfa.TOTP, "7": Mfa.SMS}},
    )
    told = joined.told("mfa", joined.keys(["7", "8", "9", ""]))
    assert told == [Mfa.SMS, Mfa.NONE, Mfa.NONE, Mfa.NONE]
