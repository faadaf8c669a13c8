"""The demo as a whole: servers, secrets, files, and the configuration that names them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Self

import yaml

from scanner.sandbox import satori, vault
from scanner.sandbox.authority import Authority
from scanner.sandbox.company import DOMAIN, NAME, PEOPLE, ZONE, export
from scanner.sandbox.endpoints import COMMON_FAULTS, Door, doors, secure
from scanner.sandbox.front_door import FrontDoor
from scanner.sandbox.mautic import Api, Mautic
from scanner.sandbox.nameserver import NameServer
from scanner.sandbox.published import FAULTS, PAGES
from scanner.sandbox.server import HOST, Page, Server

TARGET = "sorairo-mautic"
TESTER = "mamori-test"
"""The account with which the sign-in is tried."""

KNOWN: tuple[tuple[str, str], ...] = (
    ("software.known-vulnerabilities", "mautic"),
    ("software.secret-key", "mautic"),
    ("software.trusted-hosts", "mautic"),
    ("software.hsts", "mautic"),
    ("software.cookie-flags", "mautic"),
    ("software.database-encryption", "mautic"),
    ("software.database-superuser", "mautic"),
    ("software.mailer-encryption", "mautic"),
    ("integration.webhook-https", "2"),
    ("token.scanner-least-privilege", TARGET),
    ("password.lockout", TARGET),
    ("password.api-sign-in", TARGET),
    ("password.api-rate-limit", TARGET),
    ("password.platform-policy", TARGET),
    ("access.administrator-share", TARGET),
    ("access.remember-me", TARGET),
    ("evidence.contradiction", TARGET),
    ("logging.failed-sign-ins", TARGET),
    *(
        (f"mail.{check}", DOMAIN)
        for check in ("bimi", "dkim-key", "dkim-present", "dmarc-enforced", "spf-strict")
    ),
    ("sender.address", "1"),
    ("sender.contact", "1"),
    *FAULTS,
    *satori.FAULTS,
)
"""The weaknesses that belong to no person, secret or endpoint, as (check, subject id)."""

_HEADERS_MISSING = (
    *("content-security-policy", "content-type-options", "frame-options", "hsts"),
    *("permissions-policy", "referrer-policy", "security-txt"),
)
"""What the checks of websites miss in answers that carry no header of protection."""


class Sandbox:
    """Runs the demo deployment from `with` to its end, all of it on loopback.

    Its folder, which only its owner can open, is removed at the end. Everything secret in it was
    made up for the demo.
    """

    def __init__(self, *, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        self._stack = ExitStack()
        self._entries = tuple(vault.entries())
        self._doors: dict[str, Door] = {}
        self.endpoints: dict[str, str] = {}
        """`host:port` by the name of the door."""
        self._resolver = ""
        self.url = ""
        """Where the Mautic server answers."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            # macOS reaches its temporary folder through a link; paths in reports read better
            # without.
            self.folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="mamori-demo-"))
            ).resolve()
            self._start(stack)
            self._write_files()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def config_path(self) -> Path:
        """The `mamori.yaml` to scan it by."""
        return self.folder / "mamori.yaml"

    @property
    def known(self) -> frozenset[tuple[str, str]]:
        """Every weakness of the deployment, as (check, subject id)."""
        return frozenset(self._weaknesses())

    def _weaknesses(self) -> Iterator[tuple[str, str]]:
        yield from KNOWN
        for somebody in PEOPLE:
            yield from ((check, str(somebody.id)) for check in somebody.faults)
        for entry in self._entries:
            yield from ((check, entry.reference) for check in entry.faults)
        for name, door in self._doors.items():
            yield from ((check, self.endpoints[name]) for check in door.faults)
        yield from ((check, self.url.removeprefix("https://")) for check in COMMON_FAULTS)
        yield from ((f"web.{check}", self.url) for check in _HEADERS_MISSING)
        yield ("mfa.enforced-at-sign-in", self.url)

    def _start(self, stack: ExitStack) -> None:
        folder = self.folder / "tls"
        folder.mkdir(mode=0o700)
        authority = Authority("Sorairo Demo Authority", self._now)
        (self.folder / "ca.pem").write_bytes(authority.pem())
        secrets = {entry.name: entry.value for entry in self._entries}
        mautic = Mautic(
            self._now, password=secrets["scanner"], client_secret=secrets["scanner-client"]
        )
        context = secure(authority.issue(HOST), folder / "mautic.pem")
        self._resolver = stack.enter_context(NameServer(ZONE)).address
        front = FrontDoor(TESTER, secrets[TESTER])
        server = stack.enter_context(Server(partial(Api, mautic, front), context))
        self.url = f"https://{server.endpoint}"
        for door in doors(authority, self._now, folder):
            self._doors[door.name] = door
            self.endpoints[door.name] = stack.enter_context(Server(Page, door.context)).endpoint

    def _write_files(self) -> None:
        folder = self.folder / "vault"
        folder.mkdir(mode=0o700)
        for entry in self._entries:
            vault.write(folder, entry, self._now)
        self._write_text("leaked-passwords.txt", vault.leaked(self._entries))
        (self.folder / "site").mkdir()
        for name, html in PAGES.items():
            self._write_text(name, html)
        local = files("scanner.sandbox").joinpath("local.php").read_bytes()
        (self.folder / "local.php").write_bytes(local)
        (self.folder / "people.csv").write_bytes(export(self._now))
        for name, data in satori.files(self._now):
            (self.folder / name).write_bytes(data)
        self._write_text("attestations.yaml", _document(self._attestations()))
        self._write_text("waivers.yaml", _document(self._waivers()))
        self._write_text("mamori.yaml", _document(self._configuration()))

    def _write_text(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def _configuration(self) -> dict[str, object]:
        return {
            "policy": "baseline",
            "organisation": {"name": NAME, "names": ["Sorairo", "そらいろ"], "domains": [DOMAIN]},
            "ledger": "ledger.json",
            "breaches": {"file": "leaked-passwords.txt"},
            "waivers": "waivers.yaml",
            "targets": [
                {
                    "name": TARGET,
                    "platform": "mautic",
                    "url": self.url,
                    "ca_file": "ca.pem",
                    "credential": {"username": "mamori", "password": "file:vault/scanner"},
                    "local_config": "local.php",
                    "people": {
                        "csv": "people.csv",
                        "columns": {
                            "name": "氏名",
                            "email": "メールアドレス",
                            "enabled": "状態",
                            "mfa": "二要素認証",
                            "left": "退職日",
                        },
                    },
                    "endpoints": [self.url.removeprefix("https://"), *self.endpoints.values()],
                    "sending_domains": [DOMAIN],
                    "resolver": self._resolver,
                    "pages": list(PAGES),
                    "credentials": [self._held(entry) for entry in self._entries],
                    "sign_in": {
                        "username": TESTER,
                        "password": f"file:vault/{TESTER}",
                        "allow": True,
                    },
                },
                satori.configuration(self.endpoints["plain"], self._resolver),
            ],
        }

    def _waivers(self) -> dict[str, object]:
        return {
            "waivers": [
                {
                    "check": "software.hsts",
                    "subject": "mautic",
                    "until": self._now.date() + timedelta(days=10),
                    "reason": "The proxy that is to come will send the header.",
                    "owner": "愛子 佐藤",
                }
            ]
        }

    def _attestations(self) -> dict[str, object]:
        return {
            "attestations": [
                {
                    "target": TARGET,
                    "subject": "Account",
                    "fact": "session_idle_minutes",
                    "value": 15,
                    "by": PEOPLE[0].name,
                    "on": self._day(30),
                    "until": self._day(-180),
                },
                {
                    "target": TARGET,
                    "subject": "Account",
                    "fact": "mfa_enforced",
                    "value": True,
                    "by": PEOPLE[1].name,
                    "on": self._day(300),
                    "until": self._day(20),
                },
                *satori.attestations(self.endpoints["plain"], self._now),
            ]
        }

    def _held(self, entry: vault.Entry) -> dict[str, object]:
        declared = {
            "ref": entry.reference,
            "kind": entry.kind,
            "owner": PEOPLE[0].name,
            "purpose": "Demo",
            "rotated": self._day(entry.rotated),
            "mfa": entry.mfa,
        }
        return {name: value for name, value in declared.items() if value is not None}

    def _day(self, ago: int) -> date:
        return (self._now - timedelta(days=ago)).date()


def _document(value: dict[str, object]) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
