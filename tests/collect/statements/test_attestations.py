"""A statement says who, what, of whom, since when and until when, or is refused by name."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scanner.collect.statements import attestations as module
from scanner.collect.statements.attestations import Attestation, fact_types, read_attestations
from scanner.document import DocumentError
from scanner.model import SUBJECT_TYPES, Mfa, Origin, Witness

GOOD = {
    "target": "shop",
    "subject": "Account",
    "fact": "mfa_enforced",
    "value": "true",
    "by": "Sato Hanako",
    "on": "2026-11-01",
    "until": "2027-04-30",
}


def entry(**changes: str | None) -> str:
    lines = [f"{key}: {value}" for key, value in {**GOOD, **changes}.items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def write(folder: Path, *entries: str) -> Path:
    path = folder / "attestations.yaml"
    path.write_text("attestations:\n" + "".join(entries), encoding="utf-8")
    return path


def read_one(folder: Path, **changes: str | None) -> Attestation:
    (attestation,) = read_attestations(write(folder, entry(**changes)))
    return attestation


def test_a_statement_is_read_whole(tmp_path: Path) -> None:
    digest = "AB" * 32
    assert read_one(tmp_path, evidence=digest, note="seen together") == Attestation(
        number=1,
        target="shop",
        type="Account",
        id=None,
        fact="mfa_enforced",
        value=True,
        by="Sato Hanako",
        on=date(2026, 11, 1),
        until=date(2027, 4, 30),
        evidence=digest.lower(),
        note="seen together",
    )


def test_a_statement_holds_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    assert read_one(tmp_path).witness == Witness(
        origin=Origin.ATTESTED,
        by="Sato Hanako",
        until=datetime(2027, 4, 30, 23, 59, 59, 999999, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Account", ("Account", None)),
        ("Person hanako@example.co.jp", ("Person", "hanako@example.co.jp")),
        ("{type: Person, id: '12'}", ("Person", "12")),
        ("{type: Software}", ("Software", None)),
    ],
)
def test_a_subject_is_named_in_words_or_by_type_and_id(
    tmp_path: Path, subject: str, expected: tuple[str, str | None]
) -> None:
    fact = {"Account": "audit_log", "Person": "machine", "Software": "debug"}[expected[0]]
    attestation = read_one(tmp_path, subject=subject, fact=fact)
    assert (attestation.type, attestation.id) == expected


@pytest.mark.parametrize(
    ("subject", "fact", "value", "expected"),
    [
        ("Account", "password_min_length", "12", 12),
        ("Account", "lockout_attempts", "never", None),
        ("Account", "lockout_attempts", "null", None),
        ("Account", "audit_log", "yes", True),
        ("Account", "administrators", "[花子, Taro]", ("花子", "Taro")),
        ("Person a@b.jp", "mfa", "totp", Mfa.TOTP),
        ("Person a@b.jp", "last_sign_in", "never", None),
        ("Person a@b.jp", "created", "2026-04-01", datetime(2026, 4, 1, tzinfo=UTC)),
        ("Person a@b.jp", "created", "2026-04-01 09:00:00", datetime(2026, 4, 1, 9, tzinfo=UTC)),
        (
            "Person a@b.jp",
            "created",
            "'2026-04-01T09:00:00+09:00'",
            datetime(2026, 4, 1, tzinfo=UTC),
        ),
        ("Person a@b.jp", "username", "never", "never"),
    ],
)
def test_a_value_becomes_what_its_fact_is(
    tmp_path: Path, subject: str, fact: str, value: str, expected: object
) -> None:
    read = read_one(tmp_path, subject=subject, fact=fact, value=value).value
    assert (read, type(read)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": None}, "line 2, attestations[0]: the key 'value' is missing."),
        ({"until": None}, "line 2, attestations[0]: the key 'until' is missing."),
        ({"by": "''"}, "line 6, attestations[0].by: expected"),
        ({"fact": "mfa_enforce"}, "line 4, attestations[0].fact: there is no 'mfa_enforce'; did"),
        (
            {"fact": "qqq"},
            "attestations[0].fact: there is no 'qqq'; there are: administrators, api_",
        ),
        ({"fact": "contradictions"}, "there is no 'contradictions'"),
        ({"fact": "id"}, "attestations[0].fact: there is no 'id'"),
        ({"subject": "Acount"}, "line 3, attestations[0].subject: there is no 'Acount'; did you"),
        ({"subject": "{type: Person, name: x}"}, "attestations[0].subject.name: unknown key"),
        ({"value": "12"}, "line 5, attestations[0].value: expected bool, found int."),
        ({"value": "{reason: bug}"}, "attestations[0].value: expected bool, found object."),
        ({"value": "never"}, "attestations[0].value: expected bool, found str."),
        ({"fact": "lockout_attempts", "value": "-1"}, "write a number that is 0 or more."),
        ({"fact": "people_total", "value": "true"}, "expected int, found bool."),
        ({"until": "2026-11-01"}, "line 8, attestations[0].until: `until` must be later than"),
        ({"until": "2028-01-01"}, "attestations[0].until: a statement holds for 400 days at most"),
        ({"until": "for ever"}, "attestations[0].until: "),
        ({"evidence": "abc"}, "attestations[0].evidence: expected"),
        ({"evidence_file": "gone.png"}, "attestations[0].evidence_file: there is no such file."),
        ({"evidence_file": "."}, "attestations[0].evidence_file: there is no such file."),
        ({"evidence_file": "~nobody-of-that-name/a.png"}, "evidence_file: the file cannot be read"),
        ({"untill": "2027-01-01"}, "attestations[0].untill: unknown key; did you mean 'until'?"),
    ],
)
def test_a_wrong_statement_is_refused_with_file_line_and_key(
    tmp_path: Path, changes: dict[str, str | None], message: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        read_one(tmp_path, **changes)
    assert message in str(caught.value)
    assert str(tmp_path / "attestations.yaml") in str(caught.value)


def test_a_statement_about_a_target_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, entry(), entry(target="shpo"))
    assert len(read_attestations(path, targets=["shop", "shpo"])) == 2
    with pytest.raises(DocumentError, match=r"attestations\[1\]\.target: .*did you mean 'shop'"):
        read_attestations(path, targets=["shop"])


def test_a_statement_from_the_future_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, entry())
    assert read_attestations(path, today=date(2026, 10, 31))
    with pytest.raises(DocumentError, match="has not come"):
        read_attestations(path, today=date(2026, 10, 30))


def test_the_hash_of_the_evidence_is_taken_beside_the_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "screen.png").write_bytes(b"pixels")
    assert read_one(tmp_path, evidence_file="screen.png").evidence == (
        hashlib.sha256(b"pixels").hexdigest()
    )
    with pytest.raises(DocumentError, match="not both"):
        read_one(tmp_path, evidence_file="screen.png", evidence="ab" * 32)
    monkeypatch.setattr(module, "MAX_EVIDENCE_BYTES", 3)
    with pytest.raises(DocumentError, match="larger than 3 bytes"):
        read_one(tmp_path, evidence_file="screen.png")


def test_a_file_without_statements_is_read_and_a_missing_one_named(tmp_path: Path) -> None:
    path = tmp_path / "attestations.yaml"
    path.write_text("attestations: []\n", encoding="utf-8")
    assert read_attestations(path) == ()
    with pytest.raises(DocumentError, match="cannot be read"):
        read_attestations(tmp_path / "gone.yaml")


def test_every_subject_type_has_facts_that_can_be_attested() -> None:
    for name, kind in SUBJECT_TYPES.items():
        assert fact_types(kind), name
    assert fact_types(SUBJECT_TYPES["Person"])["last_sign_in"] == datetime | None
