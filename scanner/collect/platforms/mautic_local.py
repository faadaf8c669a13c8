"""Mautic's `config/local.php` → facts, with the product's own defaults for what it leaves out.

Defaults as in the `parameters` of `app/bundles/*/Config/config.php`, Mautic 4.4.13, 5.2.10, 6.0.8,
7.0.0, 7.0.2 and 7.1.0-rc. The passwords and keys in the file go into no fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from scanner.collect.http import Unanswered
from scanner.collect.php import PhpError, Unresolved, Value, read_array
from scanner.collect.platforms.local_file import (
    DATABASE,
    is_default,
    is_this_machine,
    read_local_file,
    readable_by_others,
)
from scanner.collect.platforms.self_hosted import ProgramFacts
from scanner.model import NoEvidence, Reason, Text, Unknown

_ATTEST = Text.of("Look on the server, and attest what you find in the attestations file.")
_WHICH = Text.of(
    "Give in `local_config` the path of Mautic's config/local.php (Mautic 4: "
    "app/config/local.php), as a file that mamori may read."
)
_LEAST_SECRET_LENGTH = 32
"""Characters of a signing secret: 128 bits as hexadecimal; Mautic itself makes 64."""
_SUPERUSERS = frozenset({"root", "mysql", "admin", "rdsadmin", "doadmin"})
"""Administrators of MySQL and MariaDB, on the machine and as cloud services name them."""
_HANDED_OVER = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Mautic hands its mail to a program on its own machine, which sends it on."),
    Text.of("Attest how the mail server of that machine sends."),
)


Release = tuple[int, int, int]


class LocalSettings:
    """The parameters of one Mautic, read by name; what only PHP could compute is no evidence."""

    def __init__(
        self, values: Mapping[int | str, Value], release: Release | None, *, overridden: bool
    ) -> None:
        self._values = values
        self._release = release
        self.overridden = overridden
        """A file of framework settings lies beside, which mamori does not read."""

    def release(self, key: str) -> Release:
        """Return the release, on which the default of `key` depends.

        Raises:
            NoEvidence: it is not known.
        """
        if self._release is not None:
            return self._release
        raise NoEvidence(
            Unknown(
                Reason.NOT_COLLECTED,
                Text.of(
                    "local.php leaves {setting} to the default, which depends on the version.",
                    setting=key,
                ),
                Text.of("Give a credential for the API, which tells the version."),
            )
        )

    def has(self, key: str) -> bool:
        return self._values.get(key) is not None

    def flag(self, key: str, default: bool) -> bool:
        """Return the setting as PHP's truth: empty, 0 and "0" are false."""
        value = self._value(key, default)
        return value not in ("", "0", 0, None, {})

    def text(self, key: str, default: str = "") -> str:
        value = self._value(key, default)
        if value is None or value is False:
            return ""
        if isinstance(value, str):
            return value
        raise _wrong(key)

    def number(self, key: str, default: int) -> int:
        value = self._value(key, default)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value.strip()):
            return int(value)
        if isinstance(value, float) and abs(value) < 2**63:
            return int(value)
        if value is None or isinstance(value, int):
            return int(value or 0)
        raise _wrong(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; Mautic also understands one text with commas."""
        value = self._value(key, {})
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if value is None:
            return ()
        if not isinstance(value, dict):
            raise _wrong(key)
        parts = [_resolved(key, part) for part in value.values()]
        if not all(isinstance(part, str) for part in parts):
            raise _wrong(key)
        return tuple(str(part) for part in parts if part)

    def _value(self, key: str, default: Value) -> Value:
        return _resolved(key, self._values[key]) if key in self._values else default


def _resolved(key: str, value: Value) -> Value:
    """Return `value` if it stands for itself.

    Raises:
        NoEvidence: it is computed, or stands for a parameter or an environment variable; Mautic
            itself looks up values written 'getenv(NAME)'.
    """
    looked_up = r"%env\(|^getenv\(|^%[A-Za-z_][\w.]*%$"
    if isinstance(value, Unresolved) or (isinstance(value, str) and re.search(looked_up, value)):
        raise _computed(key)
    return value


def _computed(key: str) -> NoEvidence:
    detail = Text.of("local.php computes {setting}, and mamori does not run it.", setting=key)
    return NoEvidence(Unknown(Reason.NOT_EXPOSED, detail, _ATTEST))


def _wrong(key: str) -> NoEvidence:
    detail = Text.of("The setting {setting} in local.php is of an unexpected type.", setting=key)
    return NoEvidence(Unknown(Reason.MALFORMED, detail, _ATTEST))


def read_local(path: Path, release: Release | None) -> ProgramFacts:
    """Return the facts in the file `path`, with `parameters_local.php` beside it laid over.

    `release` is the version of the Mautic whose file it is; None where that is not known.
    Raises:
        Unanswered: the file cannot be read, or is not the literal array that Mautic writes.
    """
    values = dict(_parse(path))
    over = path.with_name("parameters_local.php")
    if over.exists():
        values.update(_parse(over))
    beside = ("config_local.php", "config_override.php")
    overridden = any(path.with_name(name).exists() for name in beside)
    settings = LocalSettings(values, release, overridden=overridden)
    software = {fact: _attempt(rule, settings) for fact, rule in _SOFTWARE.items()}
    account = {fact: _attempt(rule, settings) for fact, rule in _ACCOUNT.items()}
    return ProgramFacts(
        account=account,
        software={**software, "config_readable_by_others": readable_by_others(path)},
    )


def _attempt(rule: Callable[[LocalSettings], Any], settings: LocalSettings) -> Any:
    try:
        return rule(settings)
    except NoEvidence as gap:
        return gap.unknown


def _parse(path: Path) -> dict[int | str, Value]:
    try:
        return read_array(read_local_file(path, _WHICH), "parameters")
    except PhpError as error:
        detail = Text.of("{file}: {error}", file=path.name, error=error.text)
        remedy = Text.of("Name in `local_config` the local.php that Mautic itself wrote.")
        raise Unanswered(Unknown(Reason.MALFORMED, detail, remedy)) from None


def _remember_me_days(settings: LocalSettings) -> int | None:
    seconds = settings.number("rememberme_lifetime", -1)
    if seconds < 0:
        seconds = 7_776_000 if settings.release("rememberme_lifetime") >= (7, 1, 0) else 31_536_000
    return -(-seconds // 86_400) if seconds > 0 else None


def _sso_configured(settings: LocalSettings) -> bool:
    # SAMLEnvVars.php: SAML is on where there is metadata. OpenID Connect came after 7.0.
    saml = settings.flag("saml_idp_metadata", default=False)
    return saml or settings.flag("open_id_is_enabled", default=False)


def _sso_enforced(settings: LocalSettings) -> bool:
    # Beside SAML the form at /s/login goes on taking passwords.
    return _sso_configured(settings) and settings.flag("open_id_is_required", default=False)


def _api_password_sign_in(settings: LocalSettings) -> bool:
    return settings.flag("api_enabled", default=False) and settings.flag(
        "api_enable_basic_auth", default=False
    )


def _cors_any_origin(settings: LocalSettings) -> bool:
    if not settings.flag("cors_restrict_domains", default=True):
        return True
    anything = re.compile(r"(\*|https?)?(:?/?/?)?\*+")
    return any(anything.fullmatch(pattern) for pattern in settings.texts("cors_valid_domains"))


def _hsts_seconds(settings: LocalSettings) -> int | None:
    if not settings.flag("headers_sts", default=False) or settings.release("headers_sts") < (5,):
        return None
    return settings.number("headers_sts_expire_time", 60)


def _secret_key_default(settings: LocalSettings) -> bool:
    return len(settings.text("secret_key", "temp")) < _LEAST_SECRET_LENGTH


def _database_remote(settings: LocalSettings) -> bool:
    hosts = settings.text("db_host", "127.0.0.1"), settings.text("db_host_ro")
    return not all(map(is_this_machine, hosts))


def _database_encrypted(settings: LocalSettings) -> bool:
    # PHP's MySQL driver never encrypts unasked, and no setting of local.php asks for it.
    if not settings.overridden:
        return False
    detail = Text.of(
        "Framework settings beside local.php may ask for TLS; mamori does not run them."
    )
    raise NoEvidence(Unknown(Reason.NOT_EXPOSED, detail, _ATTEST))


def _database_superuser(settings: LocalSettings) -> bool:
    return settings.text("db_user").lower() in _SUPERUSERS


def _default_credentials(settings: LocalSettings) -> tuple[Text, ...]:
    pair = settings.text("db_user"), settings.text("db_password")
    return (DATABASE,) if is_default("mautic", *pair) else ()


class _Transport(msgspec.Struct, frozen=True):
    """One way in which mail leaves Mautic."""

    remote: bool
    encrypted: bool | Unknown


def _transports(settings: LocalSettings) -> list[_Transport]:
    """Return the ways in which mail leaves: one, or those of a failover or round-robin."""
    if settings.has("mailer_transport") and not settings.has("mailer_dsn"):
        return [_swift_mailer(settings)]
    dsn = settings.text("mailer_dsn", "smtp://localhost:25")
    several = re.fullmatch(r"\w+\((.*)\)", dsn)
    return [_symfony_mailer(each) for each in (several[1].split() if several else [dsn])]


def _symfony_mailer(dsn: str) -> _Transport:
    """Read the DSN of Mautic 5 and later (Symfony Mailer)."""
    try:
        parts = urlsplit(dsn)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong("mailer_dsn") from None
    scheme = parts.scheme
    if scheme in ("null", "sendmail", "native") or (
        scheme in ("smtp", "smtps") and is_this_machine(host)
    ):
        return _Transport(remote=False, encrypted=_HANDED_OVER)
    if scheme.endswith(("+api", "+https", "+http")):
        return _Transport(remote=True, encrypted=True)
    if scheme not in ("smtp", "smtps"):
        return _Transport(remote=True, encrypted=_decided_elsewhere(scheme))
    options = {key: values[-1].lower() for key, values in parse_qs(parts.query).items()}
    checked = options.get("verify_peer", "1") in ("1", "true", "on", "yes")
    # Without `require_tls` an attacker on the way can strip STARTTLS, and Symfony goes on in clear.
    demanded = (
        scheme == "smtps" or port == 465 or options.get("require_tls") in ("1", "true", "on", "yes")
    )
    return _Transport(remote=True, encrypted=demanded and checked)


def _swift_mailer(settings: LocalSettings) -> _Transport:
    """Read the keys of Mautic 4 (Swift Mailer, which fails where TLS is set and not offered)."""
    transport = settings.text("mailer_transport", "smtp")
    if transport in ("mail", "sendmail"):
        return _Transport(remote=False, encrypted=_HANDED_OVER)
    if transport == "gmail":
        return _Transport(remote=True, encrypted=True)
    if transport != "smtp":
        return _Transport(remote=True, encrypted=_decided_elsewhere(transport))
    if is_this_machine(settings.text("mailer_host")):
        return _Transport(remote=False, encrypted=_HANDED_OVER)
    encryption = settings.text("mailer_encryption").lower()
    return _Transport(remote=True, encrypted=encryption in ("tls", "ssl"))


def _decided_elsewhere(transport: str) -> Unknown:
    detail = Text.of(
        "The transport {transport} decides by itself how it sends.", transport=transport
    )
    return Unknown(Reason.NOT_EXPOSED, detail, _ATTEST)


def _mailer_remote(settings: LocalSettings) -> bool:
    return any(transport.remote for transport in _transports(settings))


def _mailer_encrypted(settings: LocalSettings) -> bool:
    answers = [each.encrypted for each in _transports(settings)]
    if False in answers:
        return False
    for answer in answers:
        if isinstance(answer, Unknown):
            raise NoEvidence(answer)
    return True


def _api_rate_limited(settings: LocalSettings) -> bool:
    # 7.0 dropped the limiter, and looks at the setting no more.
    key = "api_rate_limiter_limit"
    return settings.number(key, 0) > 0 and settings.release(key) < (7,)


_SOFTWARE: dict[str, Callable[[LocalSettings], Any]] = {
    # app/config/config.php: the session cookie is Secure where this begins with https.
    "site_https": lambda settings: settings.text("site_url").startswith("https"),
    "debug": lambda settings: settings.flag("debug", default=False),
    "secret_key_default": _secret_key_default,
    "trusted_hosts": lambda settings: settings.texts("trusted_hosts"),
    "trusted_proxies": lambda settings: settings.texts("trusted_proxies"),
    "cors_any_origin": _cors_any_origin,
    "hsts_seconds": _hsts_seconds,
    "cookies_secure": lambda settings: settings.flag("cookie_secure", default=True),
    "cookies_http_only": lambda settings: settings.flag("cookie_httponly", default=False),
    "database_remote": _database_remote,
    "database_encrypted": _database_encrypted,
    "database_superuser": _database_superuser,
    "default_credentials": _default_credentials,
    "mailer_remote": _mailer_remote,
    "mailer_encrypted": _mailer_encrypted,
}
_ACCOUNT: dict[str, Callable[[LocalSettings], Any]] = {
    "remember_me_days": _remember_me_days,
    "sso_configured": _sso_configured,
    "sso_enforced": _sso_enforced,
    "api_password_sign_in": _api_password_sign_in,
    "api_rate_limited": _api_rate_limited,
}
IN_FILE = (
    *(f"Account.{fact}" for fact in _ACCOUNT),
    *(f"Software.{fact}" for fact in (*_SOFTWARE, "config_readable_by_others")),
)
"""The facts that only the file tells."""
