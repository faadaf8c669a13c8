"""The demo from end to end: the code that scans production finds what is wrong, and only that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from scanner import registry
from scanner.collect.statements.attestations import read_attestations
from scanner.collect.statements.questions import State as Lapse
from scanner.collect.statements.questions import questions
from scanner.config import load_config
from scanner.model import Origin, Reason, Status
from scanner.model.deployment import encode_snapshot
from scanner.policy import load_policy
from scanner.render import text
from scanner.report import ReportedFinding
from scanner.sandbox import satori
from scanner.sandbox.deployment import Sandbox
from scanner.sandbox.vault import SHORT_TOTP_SECRET
from scanner.scan import Scanned, scan
from scanner.waivers import State


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def scanned(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    settings = load_config(sandbox.config_path)
    policy = load_policy(settings.config.policy, settings.folder)
    home = {"HOME": str(tmp_path_factory.mktemp("home"))}
    return scan(settings, policy, settings.config.targets, environment=home)


@pytest.fixture(scope="module")
def findings(scanned: Scanned) -> tuple[ReportedFinding, ...]:
    return tuple(each for target in scanned.report.targets for each in target.findings)


def test_the_scan_finds_every_known_weakness_and_nothing_else(
    sandbox: Sandbox, findings: tuple[ReportedFinding, ...]
) -> None:
    failing = {(each.check, each.subject.id) for each in findings if each.status is Status.FAIL}
    assert failing - sandbox.known == set(), "found, but not known"
    assert sandbox.known - failing == set(), "known, but not found"


def test_no_check_breaks_and_every_part_is_read(
    scanned: Scanned, findings: tuple[ReportedFinding, ...]
) -> None:
    assert [each for each in findings if each.status is Status.ERROR] == []
    assert [problem for each in scanned.report.targets for problem in each.problems] == []
    assert scanned.report.complete


def test_a_statement_that_has_lapsed_answers_nothing(
    findings: tuple[ReportedFinding, ...],
) -> None:
    enforced = next(each for each in findings if each.check == "mfa.enforced")
    assert enforced.status is Status.INCONCLUSIVE
    assert enforced.reason is Reason.EXPIRED
    assert "鈴木" in enforced.message


def test_what_people_state_is_believed_until_it_lapses_and_never_against_a_probe(
    findings: tuple[ReportedFinding, ...],
) -> None:
    stated = {
        each.check: each
        for each in findings
        if each.subject.id == satori.TARGET or each.check == "tls.available"
    }
    assert (stated["password.lockout"].status, stated["password.lockout"].origin) == (
        Status.PASS,
        Origin.ATTESTED,
    )
    assert stated["logging.failed-sign-ins"].origin is Origin.IMPORT
    assert stated["tls.available"].status is Status.FAIL
    assert "tls: probe=no, attested=yes" in stated["evidence.contradiction"].message


def test_a_statement_that_is_about_to_lapse_is_asked_for_again(sandbox: Sandbox) -> None:
    today = datetime.now(UTC).date()
    [found] = [
        each
        for each in questions(
            satori.TARGET,
            registry.part("platforms", "satori").hidden,
            read_attestations(load_config(sandbox.config_path).attestations_file),
            today,
        )
        if each.answer is not None and each.pressing
    ]
    assert (found.fact, found.state) == ("lockout_attempts", Lapse.LAPSING)


def test_a_failure_that_somebody_accepted_still_fails_and_lowers_no_score(
    scanned: Scanned, findings: tuple[ReportedFinding, ...]
) -> None:
    [accepted] = [each for each in findings if each.waiver is not None]
    assert (accepted.check, accepted.status) == ("software.hsts", Status.FAIL)
    [waiver] = scanned.report.waivers
    assert (waiver.findings, waiver.state) == (1, State.EXPIRING)


def test_no_secret_leaves_the_sandbox(sandbox: Sandbox, scanned: Scanned) -> None:
    secrets = {path.read_text().strip() for path in (sandbox.folder / "vault").iterdir()}
    # Also the passwords in Mautic's settings, and what lies inside the address of a QR code.
    secrets |= {"sorairo-demo-only", SHORT_TOTP_SECRET}
    written = b"".join(
        [
            text.TEXT.whole(scanned.report, details=True),
            *(
                registry.part("renderers", name).whole(scanned.report)
                for name in registry.parts("renderers")
            ),
            *(encode_snapshot(each) for each in scanned.deployments),
        ]
    ).decode()
    assert [secret for secret in secrets if secret in written] == []


def test_the_report_in_either_language_fits_eighty_columns(sandbox: Sandbox) -> None:
    from rich.cells import cell_len

    settings = load_config(sandbox.config_path)
    policy = load_policy(settings.config.policy, settings.folder)
    for lang in ("en", "ja"):
        report = scan(settings, policy, settings.config.targets, lang=lang, environment={}).report
        lines = text.TEXT.whole(report).decode().splitlines()
        assert max(map(cell_len, lines)) <= 80
        assert re.search(r"(Grade|評価) +[A-F]$", "\n".join(lines), re.MULTILINE)
