"""Many witnesses, one truth: the most direct is believed, and a contradiction is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.merge import attest, merge, summarise
from scanner.collect.statements.attestations import Attestation
from scanner.config import Organisation
from scanner.language import ENGLISH
from scanner.model import (
    NOT_COLLECTED,
    Account,
    AnySubject,
    Credential,
    CredentialKind,
    Deployment,
    Endpoint,
    Integration,
    Mfa,
    Origin,
    Person,
    Reason,
    Unknown,
    Witness,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HIDDEN = Unknown(Reason.NOT_EXPOSED)
IMPORT = Origin.IMPORT


def one(first: AnySubject, second: AnySubject) -> tuple[Any, list[str]]:
    merged, contradictions = merge([first], [second])
    (subject,) = merged
    return subject, contradictions


def attestation(**changes: Any) -> Attestation:
    statement = Attestation(
        number=1,
        target="shop",
        type="Account",
        id=None,
        fact="mfa_enforced",
        value=True,
        by="Sato",
        on=date(2026, 11, 1),
        until=date(2027, 1, 31),
    )
    return msgspec.structs.replace(statement, **changes)


# merge


def test_a_known_value_fills_an_unknown_one_and_keeps_its_witness() -> None:
    api = Person(id="12", email="Hanako@example.jp", can_sign_in=True, mfa=HIDDEN)
    row = Person(id="hanako@example.jp", name="花子", origin=IMPORT, email="hanako@example.jp")
    row = msgspec.structs.replace(row, mfa=Mfa.TOTP, can_sign_in=HIDDEN)
    person, contradictions = one(api, row)
    assert contradictions == []
    assert (person.id, person.name, person.origin) == ("12", "花子", Origin.API)
    assert (person.mfa, person.can_sign_in) == (Mfa.TOTP, True)
    assert person.witnesses == {"mfa": Witness(origin=IMPORT)}


def test_the_more_direct_origin_wins_whichever_comes_first() -> None:
    api = Person(id="1", administrator=True)
    row = Person(id="1", origin=IMPORT, administrator=False)
    for first, second in ((api, row), (row, api)):
        person, contradictions = one(first, second)
        assert person.administrator is True
        assert person.witnesses == {}
        assert contradictions == ["Person 1 administrator: api=yes, import=no"]


def test_a_witness_of_one_fact_counts_before_the_origin_of_its_subject() -> None:
    first = Person(id="1", mfa=Mfa.NONE, witnesses={"mfa": Witness(origin=Origin.ATTESTED)})
    second = Person(id="1", origin=IMPORT, mfa=Mfa.SMS)
    person, contradictions = one(first, second)
    assert (person.mfa, person.witnesses["mfa"].origin) == (Mfa.SMS, IMPORT)
    assert contradictions == ["Person 1 mfa: import=sms, attested=none"]


def test_equal_values_keep_the_more_direct_witness() -> None:
    row = Person(id="1", machine=True, witnesses={"machine": Witness(origin=IMPORT)})
    person, contradictions = one(row, Person(id="1", origin=Origin.EVENT, machine=True))
    assert person.witnesses["machine"].origin is Origin.EVENT
    assert contradictions == []


@pytest.mark.parametrize(
    ("fact", "direct", "indirect"),
    [
        ("email", "Hanako@Example.jp", "hanako@example.jp"),
        ("roles", ("a", "B"), ("b", "A")),
        ("created", NOW, NOW - timedelta(hours=23)),
        ("last_sign_in", NOW, NOW - timedelta(days=300)),
        ("last_sign_in", NOW, NOW + timedelta(hours=9)),
        ("last_sign_in", NOW, None),
        ("password_changed", NOW, NOW - timedelta(days=300)),
    ],
)
def test_values_that_can_both_be_true_are_no_contradiction(
    fact: str, direct: Any, indirect: Any
) -> None:
    api = Person(id="1", **{fact: direct})
    person, contradictions = one(Person(id="1", origin=IMPORT, **{fact: indirect}), api)
    assert getattr(person, fact) == direct
    assert contradictions == []


@pytest.mark.parametrize(
    ("fact", "direct", "indirect", "line"),
    [
        ("created", NOW, NOW - timedelta(hours=24), "api=2026-11-24, import=2026-11-23"),
        ("last_sign_in", None, NOW, "api=none, import=2026-11-24"),
        ("last_sign_in", NOW, NOW + timedelta(days=2), "api=2026-11-24, import=2026-11-26"),
        ("roles", ("a",), ("a", "b\x1b[2J"), "api=a, import=a, b\\x1b[2J"),
        ("mfa", Mfa.SMS, Mfa.TOTP, "api=sms, import=totp"),
        ("mfa", Mfa.NONE, Mfa.SOME, "api=none, import=some"),
    ],
)
def test_values_that_cannot_both_be_true_are_told_harmlessly(
    fact: str, direct: Any, indirect: Any, line: str
) -> None:
    api = Person(id="1", **{fact: direct})
    person, contradictions = one(api, Person(id="1", origin=IMPORT, **{fact: indirect}))
    assert getattr(person, fact) == direct
    assert contradictions == [f"Person 1 {fact}: {line}"]


def test_a_method_refines_the_bare_fact_that_there_is_one() -> None:
    api = Person(id="1", mfa=Mfa.SOME)
    for first, second in ((api, IMPORTED_TOTP), (IMPORTED_TOTP, api)):
        person, contradictions = one(first, second)
        assert (person.mfa, person.witnesses["mfa"].origin) == (Mfa.TOTP, IMPORT)
        assert contradictions == []


IMPORTED_TOTP = Person(id="1", origin=IMPORT, mfa=Mfa.TOTP)


def test_people_meet_by_mail_address_then_by_user_name() -> None:
    api = [Person(id="1", email="A@b.jp"), Person(id="2", username="taro", email=HIDDEN)]
    rows = [
        Person(id="username:taro", origin=IMPORT, username="taro"),
        Person(id="a@b.jp", origin=IMPORT, email="a@b.jp"),
        Person(id="new@b.jp", origin=IMPORT, email="new@b.jp"),
    ]
    merged, contradictions = merge(api, rows)
    assert [subject.id for subject in merged] == ["1", "2", "new@b.jp"]
    assert contradictions == []


def test_a_user_name_that_looks_like_an_id_or_an_address_is_neither() -> None:
    api = [Person(id="12", username="taro", email="t@b.jp")]
    rows = [Person(id="username:12", origin=IMPORT, username="12", mfa=Mfa.TOTP)]
    rows.append(Person(id="username:t@b.jp", origin=IMPORT, username="t@b.jp", mfa=Mfa.TOTP))
    merged, _ = merge(api, rows)
    assert len(merged) == 3
    assert merged[0] is api[0]


def test_an_address_that_two_people_share_joins_nobody() -> None:
    api = [Person(id="1", email="info@b.jp"), Person(id="2", email="info@b.jp")]
    merged, _ = merge(api, [Person(id="info@b.jp", origin=IMPORT, email="info@b.jp")])
    assert len(merged) == 3


def test_subjects_of_one_id_and_two_types_stay_apart() -> None:
    merged, _ = merge([Account(id="x")], [Person(id="x")])
    assert len(merged) == 2


def test_what_is_no_fact_is_taken_from_whoever_set_it() -> None:
    held = Credential(
        id="k", kind=CredentialKind.API_KEY, held=True, origin=Origin.VAULT, strength=4
    )
    listed = Credential(id="k", kind=CredentialKind.API_KEY, used_by_scanner=True, last_used=NOW)
    credential, contradictions = one(held, listed)
    assert (credential.held, credential.used_by_scanner) == (True, True)
    assert (credential.strength, credential.last_used) == (4, NOW)
    assert contradictions == []
    endpoint, _ = one(
        Endpoint(id="h:1", host="h", port=1, tls=True),
        Endpoint(id="h:1", host="h", port=1, origin=Origin.PROBE, tls=True, evidence={"tls": "x"}),
    )
    assert endpoint.evidence == {"tls": "x"}
    integration, _ = one(Integration(id="w", kind="app"), Integration(id="w", origin=IMPORT))
    assert integration.kind == "app"


def test_a_reason_is_better_than_none_and_the_direct_one_better_than_another() -> None:
    empty = Unknown(Reason.MALFORMED)
    person, _ = one(Person(id="1"), Person(id="1", origin=IMPORT, mfa=empty))
    assert person.mfa is empty
    assert person.witnesses == {}
    person, _ = one(Person(id="1", mfa=HIDDEN), Person(id="1", origin=IMPORT, mfa=empty))
    assert person.mfa is HIDDEN


ORIGINS = st.lists(st.sampled_from(Origin), min_size=2, max_size=2, unique=True)
TIMES = st.integers(0, 2000).map(lambda hours: NOW - timedelta(hours=hours))
UNKNOWN = st.sampled_from([NOT_COLLECTED, HIDDEN])
FACTS: dict[str, st.SearchStrategy[Any]] = {
    "email": UNKNOWN | st.sampled_from(["a@b.jp", "A@b.jp", "c@d.jp"]),
    "username": UNKNOWN | st.sampled_from(["a", "b"]),
    "can_sign_in": UNKNOWN | st.booleans(),
    "mfa": UNKNOWN | st.sampled_from(Mfa),
    "roles": UNKNOWN | st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    "created": UNKNOWN | TIMES,
    "last_sign_in": UNKNOWN | st.none() | TIMES,
}


@st.composite
def people(draw: st.DrawFn, origin: Origin) -> list[Person]:
    ids = draw(st.lists(st.sampled_from("1234"), unique=True))
    return [
        Person(id=id, name=id, origin=origin, **draw(st.fixed_dictionaries(FACTS))) for id in ids
    ]


@given(st.data())
def test_the_order_in_which_origins_are_heard_changes_nothing(data: st.DataObject) -> None:
    one_origin, other_origin = data.draw(ORIGINS)
    some = data.draw(people(one_origin))
    others = data.draw(people(other_origin))
    forth, told = merge(some, others)
    back, told_back = merge(others, some)
    assert sorted(map(msgspec.json.encode, forth)) == sorted(map(msgspec.json.encode, back))
    assert sorted(told) == sorted(told_back)


@given(st.data())
def test_merging_forgets_nobody_and_makes_nothing_known_unknown(data: st.DataObject) -> None:
    some = data.draw(people(Origin.API))
    merged, _ = merge(some, data.draw(people(IMPORT)))
    by_id = {subject.id: subject for subject in merged if subject.origin is Origin.API}
    for person in some:
        kept = by_id[person.id]
        for fact in FACTS:
            if not isinstance(getattr(person, fact), Unknown):
                assert not isinstance(getattr(kept, fact), Unknown)


def test_merging_with_nothing_changes_nothing() -> None:
    subjects: list[AnySubject] = [Account(id="t", audit_log=True), Person(id="1", mfa=Mfa.SMS)]
    assert merge(subjects, []) == (subjects, [])
    assert merge([], subjects) == (subjects, [])
    assert merge(subjects, subjects) == (subjects, [])


# attest


def test_an_attestation_fills_what_is_unknown_and_says_on_whose_word() -> None:
    heard = attest([Account(id="shop", mfa_enforced=HIDDEN)], [attestation()], "shop")
    (account,) = heard.subjects
    assert isinstance(account, Account)
    assert account.mfa_enforced is True
    assert account.witnesses["mfa_enforced"] == attestation().witness
    assert (heard.contradictions, heard.problems) == ([], [])


def test_an_attestation_against_a_more_direct_fact_is_void_and_told() -> None:
    account = Account(id="shop", mfa_enforced=False)
    heard = attest([account], [attestation()], "shop")
    assert heard.subjects == [account]
    assert heard.contradictions == ["Account mfa_enforced: api=no, attested=yes"]


def test_an_attestation_that_agrees_with_a_more_direct_fact_adds_nothing() -> None:
    account = Account(id="shop", mfa_enforced=True)
    heard = attest([account], [attestation()], "shop")
    assert heard == ([account], [], [])


def test_an_attestation_for_another_target_is_not_heard() -> None:
    account = Account(id="shop")
    assert attest([account], [attestation()], "other").subjects == [account]


def test_a_lapsed_attestation_is_unknown_from_the_day_after_its_last() -> None:
    heard = attest([Account(id="shop")], [attestation()], "shop")
    deployment = Deployment(
        target="shop", platform="mautic", collected_at=NOW, subjects=tuple(heard.subjects)
    )
    last_day = datetime(2027, 1, 31, 23, 59, tzinfo=UTC)
    assert deployment.as_of(last_day).account.mfa_enforced is True
    after = deployment.as_of(last_day + timedelta(minutes=2)).account.mfa_enforced
    assert isinstance(after, Unknown)
    assert after.reason is Reason.EXPIRED


def test_of_two_attestations_the_later_one_holds_in_any_order() -> None:
    old = attestation(value=False, on=date(2026, 10, 1), by="Old")
    for order in ([old, attestation()], [attestation(), old]):
        heard = attest([Account(id="shop")], order, "shop")
        (account,) = heard.subjects
        assert isinstance(account, Account)
        assert account.mfa_enforced is True
        assert account.witnesses["mfa_enforced"].by == "Sato"
        assert heard.contradictions == ["Account mfa_enforced: attested=yes, attested=no"]


def test_of_two_attestations_that_agree_the_one_that_holds_longer_counts() -> None:
    longer = attestation(on=date(2026, 10, 1), until=date(2027, 6, 1), by="Longer")
    heard = attest([Account(id="shop")], [attestation(), longer], "shop")
    assert heard.subjects[0].witnesses["mfa_enforced"].by == "Longer"
    assert heard.contradictions == []


@pytest.mark.parametrize("handle", ["7", "HANAKO@example.jp", "hanako"])
def test_a_person_is_named_by_id_mail_address_or_user_name(handle: str) -> None:
    person = Person(id="7", email="Hanako@example.jp", username="hanako")
    statement = attestation(type="Person", id=handle, fact="mfa", value=Mfa.TOTP)
    (heard,) = attest([person], [statement], "shop").subjects
    assert isinstance(heard, Person)
    assert heard.mfa is Mfa.TOTP


def test_an_attestation_for_nobody_or_for_several_is_a_problem_that_names_them() -> None:
    subjects = [Person(id="1", email="a@b.jp"), Person(id="2", email="a@b.jp")]
    statements = [
        attestation(number=3, type="Person", id="gone@b.jp", fact="mfa", value=Mfa.TOTP),
        attestation(number=4, type="Person", id="a@b.jp", fact="mfa", value=Mfa.TOTP),
    ]
    heard = attest(subjects, statements, "shop")
    assert heard.subjects == subjects
    said = [ENGLISH.say(problem.detail) for problem in heard.problems if problem.detail]
    assert said == [
        "Attestation 3 speaks of Person gone@b.jp, which was not seen.",
        "Attestation 4 speaks of Person a@b.jp, which is 2 subjects.",
    ]


# summarise


def summary(
    *people: Person, domains: tuple[str, ...] = (), missing: Unknown | None = None, **account: Any
) -> tuple[Account, list[Person]]:
    populations = {} if missing is None else {"Person": missing}
    subjects = summarise(
        [Account(id="shop", **account), *people], populations, Organisation(domains=domains)
    )
    first, *rest = subjects
    assert isinstance(first, Account)
    return first, [person for person in rest if isinstance(person, Person)]


@pytest.mark.parametrize(
    ("email", "inside"),
    [
        ("a@example.co.jp", True),
        ("a@Mail.EXAMPLE.co.jp", True),
        ("a@notexample.co.jp", False),
        ("a@example.co.jp.evil.example", False),
        ("'x@example.co.jp'@evil.example", False),
    ],
)
def test_an_address_of_the_domain_or_below_it_is_the_organisations(
    email: str, *, inside: bool
) -> None:
    _, (person,) = summary(Person(id="1", email=email), domains=("@Example.co.jp",))
    assert person.in_organisation is inside


def test_without_domains_or_address_nobody_knows_whose_a_person_is() -> None:
    _, (person,) = summary(Person(id="1", email="a@b.jp"))
    assert isinstance(person.in_organisation, Unknown)
    assert person.in_organisation.reason is Reason.NOT_CONFIGURED
    assert person.in_organisation.remedy is not None
    _, (person,) = summary(Person(id="1", email=HIDDEN), domains=("b.jp",))
    assert person.in_organisation is HIDDEN


def test_people_and_administrators_who_can_sign_in_are_counted() -> None:
    account, _ = summary(
        Person(id="1", name="b", can_sign_in=True, administrator=True),
        Person(id="2", email="a@b.jp", can_sign_in=True, administrator=True),
        Person(id="3", can_sign_in=True, administrator=False),
        Person(id="4", can_sign_in=False, administrator=True),
        Person(id="5", can_sign_in=False, administrator=HIDDEN),
    )
    assert account.people_total == 3
    assert account.administrators == ("a@b.jp", "b")
    assert account.witnesses == {}


def test_one_person_who_may_be_an_administrator_leaves_their_number_unknown() -> None:
    account, _ = summary(
        Person(id="1", can_sign_in=True, administrator=True),
        Person(id="2", can_sign_in=True, administrator=HIDDEN),
    )
    assert account.people_total == 2
    assert isinstance(account.administrators, Unknown)
    assert account.administrators.reason is Reason.NOT_EXPOSED
    assert account.administrators.detail is not None
    assert "Of 1 people" in ENGLISH.say(account.administrators.detail)


def test_who_may_sign_in_does_not_matter_of_those_who_are_no_administrators() -> None:
    account, _ = summary(
        Person(id="1", can_sign_in=True, administrator=True),
        Person(id="2", can_sign_in=HIDDEN, administrator=False),
    )
    assert account.people_total is HIDDEN
    assert account.administrators == ("1",)


def test_a_list_that_is_incomplete_or_empty_proves_no_number() -> None:
    sure = Person(id="1", can_sign_in=True, administrator=True)
    account, _ = summary(sure, missing=HIDDEN)
    assert account.people_total is HIDDEN
    assert account.administrators is HIDDEN
    account, _ = summary()
    assert isinstance(account.people_total, Unknown)
    assert isinstance(account.administrators, Unknown)


def test_what_is_known_of_the_account_survives_a_list_that_is_not() -> None:
    account, _ = summary(missing=HIDDEN, people_total=4)
    assert account.people_total == 4


def test_a_number_stands_on_its_weakest_witness_and_lapses_with_it() -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    word = Witness(origin=Origin.ATTESTED, by="Sato", until=until)
    account, people = summary(
        Person(id="1", can_sign_in=True, administrator=True),
        Person(id="2", can_sign_in=True, administrator=True, witnesses={"administrator": word}),
    )
    assert account.witnesses == {"administrators": word}
    deployment = Deployment(
        target="shop", platform="mautic", collected_at=NOW, subjects=(account, *people)
    )
    assert deployment.as_of(until).account.administrators == ("1", "2")
    lapsed = deployment.as_of(until + timedelta(seconds=1)).account
    assert isinstance(lapsed.administrators, Unknown)
    assert lapsed.people_total == 2


def test_the_earliest_end_of_several_statements_is_the_end_of_what_follows() -> None:
    ends = [datetime(2027, month, 1, tzinfo=UTC) for month in (3, 1, 2)]
    account, _ = summary(
        *(
            Person(
                id=str(end.month),
                can_sign_in=True,
                administrator=False,
                witnesses={"can_sign_in": Witness(origin=Origin.ATTESTED, until=end)},
            )
            for end in ends
        )
    )
    assert account.witnesses["people_total"].until == ends[1]


def test_a_count_against_an_attested_one_is_believed_and_told() -> None:
    account, _ = summary(
        Person(id="1", can_sign_in=True, administrator=True),
        people_total=9,
        witnesses={"people_total": Witness(origin=Origin.ATTESTED)},
    )
    assert account.people_total == 1
    assert account.contradictions == ("Account people_total: api=1, attested=9",)


def test_contradictions_are_kept_with_the_account_each_once() -> None:
    account = Account(id="shop", contradictions=("a",))
    (concluded,) = summarise([account], {}, Organisation(), ["b", "a", "b"])
    assert isinstance(concluded, Account)
    assert concluded.contradictions == ("a", "b")


def test_where_everybody_needs_a_second_factor_each_person_has_some() -> None:
    witness = Witness(origin=Origin.ATTESTED, by="Yamada", until=NOW + timedelta(days=30))
    account = Account(id="t", mfa_enforced=True, witnesses={"mfa_enforced": witness})
    people = [
        Person(id="1", machine=False),
        Person(id="3", machine=False, mfa=Mfa.TOTP),
        Person(id="4", machine=True),
        Person(id="5"),
    ]
    judged, *concluded = summarise([account, *people], {}, Organisation())
    factors = [person.mfa for person in concluded if isinstance(person, Person)]
    assert factors[:2] == [Mfa.SOME, Mfa.TOTP]
    assert all(isinstance(factor, Unknown) for factor in factors[2:])
    assert isinstance(judged, Account)
    assert judged.contradictions == ()
    assert concluded[0].witnesses["mfa"] == witness


def test_a_statement_that_everybody_has_a_second_factor_is_void_once_one_person_has_none() -> None:
    witness = Witness(origin=Origin.ATTESTED, by="Yamada", until=NOW + timedelta(days=30))
    account = Account(id="t", mfa_enforced=True, witnesses={"mfa_enforced": witness})
    people = [
        Person(id="1", machine=False),
        Person(id="2", machine=False, can_sign_in=True, mfa=Mfa.NONE),
    ]
    judged, other, bare = summarise([account, *people], {}, Organisation())
    assert isinstance(judged, Account)
    assert isinstance(judged.mfa_enforced, Unknown)
    assert "Yamada" in str(judged.mfa_enforced.detail)
    assert judged.contradictions == ("Person 2 mfa: api=none, attested=enforced",)
    assert isinstance(other, Person)
    assert isinstance(other.mfa, Unknown)
    assert isinstance(bare, Person)
    assert bare.mfa is Mfa.NONE


def test_what_the_platform_itself_enforces_stays_though_one_person_has_none() -> None:
    account = Account(id="t", mfa_enforced=True)
    bare = Person(id="2", machine=False, can_sign_in=True, mfa=Mfa.NONE)
    judged, other, _ = summarise([account, Person(id="1", machine=False), bare], {}, Organisation())
    assert isinstance(judged, Account)
    assert judged.mfa_enforced is True
    assert isinstance(other, Person)
    assert other.mfa is Mfa.SOME


def test_what_follows_from_an_attested_second_factor_lapses_with_it() -> None:
    witness = Witness(origin=Origin.ATTESTED, by="Yamada", until=NOW)
    account = Account(id="t", mfa_enforced=True, witnesses={"mfa_enforced": witness})
    subjects = summarise([account, Person(id="1", machine=False)], {}, Organisation())
    deployment = Deployment(
        target="t", platform="mautic", collected_at=NOW, subjects=tuple(subjects)
    )
    [person] = [
        each
        for each in deployment.as_of(NOW + timedelta(seconds=1)).subjects
        if isinstance(each, Person)
    ]
    assert isinstance(person.mfa, Unknown)
    assert person.mfa.reason is Reason.EXPIRED


@pytest.mark.parametrize(
    ("reason", "filled"),
    [
        (Reason.NOT_EXPOSED, True),
        (Reason.NOT_SUPPORTED, True),
        (Reason.UNREACHABLE, False),
        (Reason.NOT_PERMITTED, False),
        (Reason.MALFORMED, False),
    ],
)
def test_nobodys_word_stands_in_for_what_failed_to_answer(reason: Reason, filled: bool) -> None:
    account = Account(id="t", mfa_enforced=Unknown(reason))
    [attested] = attest([account], [attestation()], "shop").subjects
    assert isinstance(attested, Account)
    assert (attested.mfa_enforced is True) is filled


@pytest.mark.parametrize(
    ("owner", "active"),
    [
        ("hanako@example.jp", True),
        ("山田 花子", True),
        ("山田　花子", True),
        ("鈴木 一郎", False),
        ("nobody@example.jp", False),
        ("佐藤 太郎", None),
        ("佐藤", True),
    ],
)
def test_the_owner_of_a_key_is_found_by_address_or_name(owner: str, active: bool | None) -> None:
    people = [
        Person(id="1", name="山田 花子", email="Hanako@example.jp", can_sign_in=True),
        Person(id="2", name="鈴木 一郎", can_sign_in=True, employed=False),
        Person(id="3", name="佐藤 太郎", username="佐藤", can_sign_in=True),
        Person(id="4", name="佐藤 太郎", can_sign_in=False),
    ]
    key = Credential(id="k", kind=CredentialKind.API_KEY, owner=owner)
    found = summarise([Account(id="shop"), *people, key], {}, Organisation())
    [judged] = [each for each in found if isinstance(each, Credential)]
    told = judged.owner_active
    assert (None if isinstance(told, Unknown) else told) is active
