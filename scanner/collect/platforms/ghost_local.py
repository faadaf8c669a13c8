"""Ghost's `config.production.json` → facts, with Ghost's own defaults for what it leaves out.

Source: `core/shared/config/defaults.json`, `core/shared/express.js`, `core/server/data/db`,
`core/server/services/auth/session` and `@tryghost/nodemailer` of Ghost 6.65.0. Environment
variables such as `database__connection__user` win over the file, so that it counts as an import.
Its passwords and keys go into no fact.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from scanner.collect.answers import Record, malformed
from scanner.collect.http import Unanswered
from scanner.collect.platforms.local_file import (
    DATABASE,
    is_default,
    is_this_machine,
    read_local_file,
    readable_by_others,
)
from scanner.collect.platforms.self_hosted import Numbers, ProgramFacts
from scanner.model import Fact, Reason, Text, Unknown

_WHICH = Text.of(
    "Give in `local_config` the path of Ghost's config.production.json, as a file that mamori may "
    "read."
)
_SUPERUSERS = frozenset({"root", "mysql", "admin", "rdsadmin", "doadmin"})
_SESSION_MS, _FREE_RETRIES = 15_552_000_000, 4
"""What Ghost 6 does where the file does not say otherwise."""
_DAY_MS = 86_400_000
_HANDED_OVER = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Ghost hands its mail to a program on its own machine, which sends it on."),
    Text.of("Attest how the mail server of that machine sends."),
)
_DIRECT = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Ghost sends to the mail servers of the recipients itself, encrypted where they can."),
    Text.of("Send by a mail service of your own, with TLS."),
)
_SERVICE = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("The file names a mail service and not how it is reached."),
    Text.of("Set `secure` to true in `mail.options`, or attest that TLS is used."),
)


_SOFTWARE = (
    *("database_remote", "database_encrypted", "database_superuser", "default_credentials"),
    *("mailer_remote", "mailer_encrypted", "config_readable_by_others", "trusted_proxies"),
)
IN_FILE = (
    *("Account.remember_me_days", "Account.lockout_attempts"),
    *(f"Software.{fact}" for fact in _SOFTWARE),
)
"""The facts that only the file tells."""


def read_ghost_file(path: Path, _: Numbers | None = None) -> ProgramFacts:
    """Return the facts in the file `path`.

    Raises:
        Unanswered: it cannot be read, or is no JSON object.
    """
    content = read_local_file(path, _WHICH)
    try:
        settings = msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("{file} is no JSON object.", file=path.name), _WHICH)
        ) from None
    record = Record(settings)
    return ProgramFacts(
        account={
            "remember_me_days": _remember_me_days(record),
            "lockout_attempts": _lockout_attempts(record),
        },
        software={
            **_database(record),
            **_mail(record),
            "config_readable_by_others": readable_by_others(path),
            "trusted_proxies": _trusted_proxies(record),
        },
    )


def _number(record: Record, path: str, default: int) -> Fact[int]:
    value = record.at(path) if record.has(path) else default
    return value if type(value) is int and value >= 0 else malformed(path)


def _remember_me_days(record: Record) -> Fact[int]:
    milliseconds = _number(record, "admin.sessionMaxAgeMs", _SESSION_MS)
    return milliseconds if isinstance(milliseconds, Unknown) else -(-milliseconds // _DAY_MS)


def _lockout_attempts(record: Record) -> Fact[int]:
    retries = _number(record, "spam.user_login.freeRetries", _FREE_RETRIES)
    return retries if isinstance(retries, Unknown) else retries + 1


def _trusted_proxies(record: Record) -> tuple[str, ...]:
    # `shared/express.js`: without it everybody who connects may say for whom.
    return ("loopback",) if record.at("usingLoopbackReverseProxy") is True else ("*",)


def _database(record: Record) -> dict[str, Any]:
    client = record.at("database.client")
    if client in ("sqlite3", "better-sqlite3"):
        # A file of its own: nobody signs in.
        return {
            "database_remote": False,
            "database_encrypted": False,
            "database_superuser": False,
            "default_credentials": (),
        }
    names = ("database_remote", "database_encrypted", "database_superuser", "default_credentials")
    connection = record.at("database.connection")
    if client not in ("mysql", "mysql2") or not isinstance(connection, dict):
        return dict.fromkeys(names, malformed("database"))
    user, password, host = (connection.get(key) for key in ("user", "password", "host"))
    facts: dict[str, Any] = dict.fromkeys(names, malformed("database.connection"))
    if "socketPath" in connection:
        facts["database_remote"] = False
    elif isinstance(host, str):
        facts["database_remote"] = not is_this_machine(host)
    facts["database_encrypted"] = bool(connection.get("ssl"))
    if isinstance(user, str):
        facts["database_superuser"] = user.lower() in _SUPERUSERS
        if password is None or isinstance(password, str):
            shipped = is_default("ghost", user, password or "")
            facts["default_credentials"] = (DATABASE,) if shipped else ()
    return facts


def _mail(record: Record) -> dict[str, Any]:
    transport = record.at("mail.transport") if record.has("mail.transport") else "direct"
    options = record.at("mail.options")
    options = options if isinstance(options, dict) else {}
    if not isinstance(transport, str):
        return dict.fromkeys(("mailer_remote", "mailer_encrypted"), malformed("mail.transport"))
    transport = transport.lower()
    service = options.get("service")
    if transport in ("sendmail", "stub") or str(service).lower() == "sendmail":
        return {"mailer_remote": False, "mailer_encrypted": _HANDED_OVER}
    if transport == "direct":
        return {"mailer_remote": True, "mailer_encrypted": _DIRECT}
    if transport in ("mailgun", "ses"):
        return {"mailer_remote": True, "mailer_encrypted": True}
    if transport != "smtp":
        return dict.fromkeys(("mailer_remote", "mailer_encrypted"), malformed("mail.transport"))
    host = options.get("host", "localhost")
    if service is None and isinstance(host, str) and is_this_machine(host):
        return {"mailer_remote": False, "mailer_encrypted": _HANDED_OVER}
    tls = options.get("tls")
    checked = not (isinstance(tls, dict) and tls.get("rejectUnauthorized") is False)
    # Without `requireTLS` an attacker on the way can strip STARTTLS.
    secure = options.get("secure", options.get("secureConnection")) is True
    demanded = secure or options.get("requireTLS") is True or options.get("port") in (465, "465")
    if service is not None and checked and not demanded:
        return {"mailer_remote": True, "mailer_encrypted": _SERVICE}
    return {"mailer_remote": True, "mailer_encrypted": demanded and checked}
