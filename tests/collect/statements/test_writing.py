"""A statement takes its place in the file, and what people wrote around it stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from scanner.collect.statements.attestations import read_attestations
from scanner.collect.statements.writing import AttestError, Statement, write
from scanner.document import DocumentError

TODAY = date(2026, 11, 25)
SAID = Statement(
    target="shop",
    subject="Account",
    fact="audit_log",
    value=True,
    by="Sato: IT",
    on=TODAY,
    until=date(2027, 5, 24),
)
FLOW = """\
attestations: [{target: shop, subject: Account, fact: audit_log, value: false, by: Old,
  on: 2026-01-01, until: 2026-12-31}, {target: shop, subject: Account, fact: sandbox,
  value: false, by: Old, on: 2026-01-01, until: 2026-12-31}]
"""
FILE = """\
# Kept by the security team.
attestations:
  # The first one.
  - target: shop
    subject: Account
    fact: audit_log
    value: false   # looked up by phone
    by: Old
    on: 2026-01-01
    until: 2026-12-31

  # The other one.
  - target: shop
    subject: Person taro@example.co.jp
    fact: mfa
    value: totp
    by: Old
    on: 2026-01-01
    until: 2026-12-31
"""


def test_a_renewed_statement_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(FILE)
    path.chmod(0o640)
    write(path, SAID, TODAY)
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o640
    for comment in ("# Kept by the security team.", "# The first one.", "# The other one."):
        assert comment in text
    first, second = read_attestations(path)
    assert (first.id, first.fact) == ("taro@example.co.jp", "mfa")
    assert (second.fact, second.value, second.by) == ("audit_log", True, "Sato: IT")


@pytest.mark.parametrize(
    "before",
    [None, "", "attestations: []\n", "attestations:\n", "# mine", "\ufeffattestations:\n"],
)
def test_a_file_without_statements_takes_the_first_one(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "a.yaml"
    if before is not None:
        path.write_text(before)
    if before in ("", "# mine"):
        with pytest.raises(DocumentError):
            read_attestations(path)
        path.unlink()
    write(path, SAID, TODAY)
    [read] = read_attestations(path)
    assert (read.fact, read.on, read.until) == ("audit_log", TODAY, date(2027, 5, 24))


@pytest.mark.parametrize(
    "before",
    [
        FLOW,
        "attestations: {}\n",
        FILE + "unknown: 1\n",
    ],
)
def test_a_file_that_does_not_take_it_stays_as_it_was(tmp_path: Path, before: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(before)
    with pytest.raises((AttestError, DocumentError)):
        write(path, SAID, TODAY)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": date(2026, 11, 24)},
        {"until": date(2029, 1, 1)},
        {"fact": "nonsense"},
        {"value": "maybe"},
        {"subject": "Nobody"},
    ],
)
def test_a_statement_that_could_not_be_read_is_not_written(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    path = tmp_path / "a.yaml"
    with pytest.raises((AttestError, DocumentError)):
        write(path, msgspec.structs.replace(SAID, **wrong), TODAY)
    assert not path.exists()
