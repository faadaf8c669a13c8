"""What contact records and the statements about them prove of consent, and what they do not."""

from __future__ import annotations

import pytest

from scanner import registry
from scanner.model import (
    Audience,
    Basis,
    ContactList,
    NoEvidence,
    Origin,
    Reason,
    Status,
    Text,
    Unknown,
    Verdict,
)

COUNTING = {
    "opt-in.record-basis": "without_basis",
    "opt-in.consumer-addresses": "consumers_without_opt_in",
    "opt-in.record-source": "without_source",
    "opt-in.record-time": "without_time",
    "opt-in.record-proof": "without_proof",
    "opt-in.proof-recorded": "without_record",
    "opt-out.honoured": "sent_after_opt_out",
    "opt-out.stays-out": "returned",
    "retention.idle-records": "idle",
}


def judge(check: str, subject: Audience | ContactList) -> Verdict:
    verdict: Verdict = registry.checks()[check].function(subject)
    return verdict


def records(**facts: object) -> ContactList:
    told = {"rows": 10, "mailable": 8, **facts}
    return ContactList(id="list.csv", origin=Origin.IMPORT, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(("recorded", "status"), [(True, Status.PASS), (False, Status.FAIL)])
def test_what_is_said_of_the_audience_decides_whether_proof_is_recorded(
    recorded: bool, status: Status
) -> None:
    assert judge("opt-in.proof-recorded", Audience(id="a", consent_proof=recorded)).status is status


def test_an_audience_of_which_nothing_is_said_proves_nothing() -> None:
    with pytest.raises(NoEvidence):
        judge("opt-in.proof-recorded", Audience(id="a"))


@pytest.mark.parametrize(("check", "fact"), COUNTING.items())
def test_one_record_at_fault_fails_and_is_shown_masked(check: str, fact: str) -> None:
    seen = records(**{fact: 1}, samples={fact: "t***@s***.example"}, damaged_rows=3)
    verdict = judge(check, seen)
    assert (verdict.status, verdict.observed) == (Status.FAIL, 1)
    assert verdict.values["sample"] == "t***@s***.example"


@pytest.mark.parametrize(("check", "fact"), COUNTING.items())
def test_records_pass_when_none_is_at_fault_and_all_were_read(check: str, fact: str) -> None:
    assert judge(check, records(**{fact: 0})).status is Status.PASS
    with pytest.raises(NoEvidence):
        judge(check, records(**{fact: 0}, damaged_rows=1))


@pytest.mark.parametrize(("check", "fact"), COUNTING.items())
def test_a_column_that_the_export_lacks_is_no_pass(check: str, fact: str) -> None:
    gap = Unknown(Reason.NOT_COLLECTED, Text.of("The export has no column that tells."))
    with pytest.raises(NoEvidence):
        judge(check, records(**{fact: gap}))


@pytest.mark.parametrize(
    ("check", "basis"),
    [
        ("opt-in.record-basis", Basis.STATUTE),
        ("opt-in.record-time", Basis.ORDINANCE),
        ("opt-in.proof-recorded", Basis.STATUTE),
        ("opt-out.honoured", Basis.STATUTE),
        ("retention.consent-proof", Basis.ORDINANCE),
        ("retention.idle-records", Basis.BEST_PRACTICE),
    ],
)
def test_each_rule_says_on_whose_word_it_rests(check: str, basis: Basis) -> None:
    assert registry.checks()[check].basis is basis
