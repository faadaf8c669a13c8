"""`mamori probe`: one thing, without a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.commands import Commands
from scanner.cli.options import ReportOptions, deliver_report

if TYPE_CHECKING:
    from scanner.model import AnySubject

command = Commands(
    "probe",
    help="Look at one thing, without a configuration.",
    members={
        "tls": (
            "scanner.cli.probe.tls",
            "Probe TLS endpoints the way an attacker and a browser would.",
        ),
        "web": (
            "scanner.cli.probe.web",
            "Probe websites: https, security headers, cookies, exposed paths, abandoned aliases.",
        ),
        "mail": (
            "scanner.cli.probe.mail",
            "Probe domains that send mail: SPF, DKIM, DMARC and what else their DNS says.",
        ),
        "page": (
            "scanner.cli.probe.page",
            "Judge web pages: privacy policies, and what other pages tell third parties.",
        ),
        "form": (
            "scanner.cli.probe.form",
            "Judge the forms of pages: what they tell, and how they ask for consent.",
        ),
        "message": (
            "scanner.cli.probe.message",
            "Judge mails (.eml), templates (.html, .txt), and folders of them.",
        ),
        "password": (
            "scanner.cli.probe.password",
            "Judge passwords; they are measured in memory, and neither shown nor kept.",
        ),
        "login": (
            "scanner.cli.probe.login",
            "Try whether a sign-in demands a second factor and checks it, with a test account.",
        ),
        "leaks": (
            "scanner.cli.probe.leaks",
            "Search files, folders and web pages for keys of marketing tools.",
        ),
    },
)


def deliver_probe(
    kind: str,
    families: Iterable[str],
    subjects: Iterable[AnySubject],
    wanted: ReportOptions,
    started: datetime,
) -> None:
    """Judge `subjects` by the checks of `families`, deliver the report and end the process."""
    from scanner.model import Deployment
    from scanner.policy import load_policy
    from scanner.scan import judge

    policy = load_policy(wanted.policy or "baseline", Path()).only(families)
    deployment = Deployment(
        target=f"probe {kind}",
        platform="probe",
        collected_at=started,
        subjects=tuple(subjects),
    )
    deliver_report(judge([deployment], policy, lang=wanted.lang, started=started), wanted)
