"""The calendar of what vendors end: dated, sourced, and of platforms that there are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scanner import registry
from scanner.collect.deadlines import Entry, calendar, deadlines_of
from scanner.collect.merge import attest
from scanner.collect.statements.attestations import Attestation
from scanner.model import Account, Deployment
from scanner.policy import load_policy
from scanner.scan import judge


def test_every_entry_is_of_a_known_platform_and_names_its_source() -> None:
    assert calendar()
    for entry in calendar():
        assert entry.platform in registry.parts("platforms")
        assert entry.source.startswith("https://")
    assert len({entry.id for entry in calendar()}) == len(calendar())


def test_a_platform_gets_its_own_deadlines_and_no_others() -> None:
    assert {each.id for each in deadlines_of("marketo")} == {
        "marketo-query-string-token",
        "marketo-soap",
    }
    assert deadlines_of("mautic") == []


def concluded(entry: Entry, on: date, *, concerned: bool | None) -> list[str]:
    """Return what a scan `on` a day says of the deadline, with what somebody attested."""
    said = () if concerned is None else (_word(entry, concerned=concerned, on=on),)
    subjects = attest([Account(id="shop"), *deadlines_of(entry.platform)], said, "shop").subjects
    moment = datetime.combine(on, time(12), UTC)
    deployment = Deployment(
        target="shop", platform=entry.platform, collected_at=moment, subjects=tuple(subjects)
    )
    [target] = judge(
        [deployment], load_policy("baseline"), lang="en", started=moment, now=lambda: moment
    ).targets
    return [
        each.status.value
        for each in target.findings
        if each.check == "vendor.deadline" and each.subject.id == entry.id
    ]


def _word(entry: Entry, *, concerned: bool, on: date) -> Attestation:
    return Attestation(
        number=1,
        target="shop",
        type="Deadline",
        id=entry.id,
        fact="concerned",
        value=concerned,
        by="Sato",
        on=on,
        until=on + timedelta(days=90),
    )


@pytest.mark.parametrize("entry", calendar(), ids=lambda entry: entry.id)
def test_a_deadline_is_open_until_somebody_says_whether_it_concerns_the_deployment(
    entry: Entry,
) -> None:
    for on in (entry.day - timedelta(days=30), entry.day, entry.day + timedelta(days=200)):
        assert concluded(entry, on, concerned=None) == ["inconclusive"]
        assert concluded(entry, on, concerned=True) == ["fail"]
        assert concluded(entry, on, concerned=False) == ["pass"]
    assert concluded(entry, entry.day - timedelta(days=120), concerned=True) == ["not_applicable"]
