"""listmonk's `config.toml` → facts about its database and the accounts that stand there.

Source: `config.toml.sample` and `cmd/init.go` of listmonk 6.2.0. Environment variables such as
`LISTMONK_db__password` win over the file, so that it counts as an import.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from scanner.collect.answers import Record, malformed
from scanner.collect.http import Unanswered
from scanner.collect.platforms.local_file import (
    ADMINISTRATOR,
    DATABASE,
    is_default,
    is_this_machine,
    read_local_file,
    readable_by_others,
)
from scanner.collect.platforms.self_hosted import Numbers, ProgramFacts
from scanner.model import Fact, Reason, Text, Unknown

_WHICH = Text.of(
    "Give in `local_config` the path of listmonk's config.toml, as a file that mamori may read."
)
_SUPERUSERS = frozenset({"postgres", "rdsadmin", "doadmin", "admin"})
_ENCRYPTED = {
    **dict.fromkeys(("disable", "allow", "prefer"), False),
    **dict.fromkeys(("require", "verify-ca", "verify-full"), True),
}
"""What each `sslmode` of PostgreSQL insists on (PostgreSQL 17, 32.19.1)."""


IN_FILE = tuple(
    f"Software.{fact}"
    for fact in (
        *("database_remote", "database_encrypted", "database_superuser"),
        *("default_credentials", "config_readable_by_others"),
    )
)
"""The facts that only the file tells."""


def read_listmonk_file(path: Path, _: Numbers | None = None) -> ProgramFacts:
    """Return the facts of the software in the file `path`.

    Raises:
        Unanswered: it cannot be read, or is no TOML.
    """
    content = read_local_file(path, _WHICH)
    try:
        record = Record(tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise Unanswered(
            Unknown(Reason.MALFORMED, Text.of("{file} is no TOML.", file=path.name), _WHICH)
        ) from None
    user, host = record.at("db.user"), record.at("db.host")
    mode = record.at("db.ssl_mode") if record.has("db.ssl_mode") else "disable"
    software = {
        "database_remote": (
            not is_this_machine(host) if isinstance(host, str) else malformed("db.host")
        ),
        "database_encrypted": (
            _ENCRYPTED.get(mode, malformed("db.ssl_mode"))
            if isinstance(mode, str)
            else malformed("db.ssl_mode")
        ),
        "database_superuser": (
            user.lower() in _SUPERUSERS if isinstance(user, str) else malformed("db.user")
        ),
        "default_credentials": _default_credentials(record),
        "config_readable_by_others": readable_by_others(path),
    }
    return ProgramFacts(software=software)


def _default_credentials(record: Record) -> Fact[tuple[Text, ...]]:
    found: list[Text] = []
    gap: Unknown | None = None
    pairs = (
        ("db.user", "db.password", DATABASE),
        ("app.admin_username", "app.admin_password", ADMINISTRATOR),
    )
    for user_at, password_at, who in pairs:
        if who is ADMINISTRATOR and not record.has(password_at):
            continue
        user, password = record.at(user_at), record.at(password_at)
        if not isinstance(user, str) or not isinstance(password, str):
            gap = gap or malformed(password_at)
        # listmonk lets nobody in with an administrator's password of six characters or fewer.
        elif is_default("listmonk", user, password) and (who is DATABASE or len(password) > 6):
            found.append(who)
    return tuple(found) if found or gap is None else gap
