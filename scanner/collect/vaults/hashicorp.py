"""Secrets in HashiCorp Vault or OpenBao: the key-value engine, version 2."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.config import is_loopback
from scanner.model import Reason, Storage, Text

TIMEOUT_SECONDS = 10
MAX_CHARACTERS = 65_536

_SIGN_IN = Text.of(
    "Give mamori a token that may read this secret and its metadata, in VAULT_TOKEN or "
    "~/.vault-token."
)
_FORM = Text.of("Write vault:MOUNT/PATH#KEY, such as vault:secret/mamori/shop#password.")


class _Place(NamedTuple):
    mount: str
    path: str
    key: str


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],
    folder: Path,  # noqa: ARG001 - part of the contract
) -> Held:
    """`vault:MOUNT/PATH#KEY` reads one key of a secret; the key is `password` where none is named.

    Address, token, namespace and authority are those of the `vault` command: VAULT_ADDR,
    VAULT_TOKEN or ~/.vault-token, VAULT_NAMESPACE, VAULT_CACERT. The custom metadata `owner`,
    `purpose`, `issued`, `rotated` and `expires` count before what is declared elsewhere.
    Source: Vault HTTP API, KV secrets engine, version 2.

    Raises:
        VaultError: it is sealed, not reachable, or has no such secret; or no token may read it.
    """
    place = _place(name)
    client = _client(environment)
    found = _ask(
        lambda: client.secrets.kv.v2.read_secret_version(
            path=place.path, mount_point=place.mount, raise_on_deleted_version=True
        ),
        place,
    )["data"]
    value = found["data"].get(place.key)
    if not isinstance(value, str) or not value or len(value) > MAX_CHARACTERS:
        raise VaultError(
            Reason.NOT_FOUND,
            Text.of(
                "The secret {path} has no text under the key {key}.", path=place.path, key=place.key
            ),
            _FORM,
        )
    about = found["metadata"]
    custom = about.get("custom_metadata") or {}
    return Held(
        secret=Secret.of(value),
        storage=Storage.ENCRYPTED,
        stored=_moment(about.get("created_time")),
        issued=_day(custom.get("issued")),
        rotated=_day(custom.get("rotated")),
        expires=_day(custom.get("expires")),
        owner=custom.get("owner") or None,
        purpose=custom.get("purpose") or None,
    )


def host(name: str, environment: Mapping[str, str]) -> str:  # noqa: ARG001 - part of the contract
    """Return the address of the vault that is asked."""
    return environment.get("VAULT_ADDR") or "VAULT_ADDR=?"


def store_reference(
    name: str,
    secret: Secret,
    *,
    environment: Mapping[str, str],
    folder: Path,  # noqa: ARG001 - part of the contract
) -> None:
    """Write `secret` as a new version of the secret, its other keys unchanged.

    Raises:
        VaultError: the vault did not take it, or somebody wrote another version meanwhile.
    """
    place = _place(name)
    client = _client(environment)
    kv = client.secrets.kv.v2
    now = _ask(
        lambda: kv.read_secret_version(
            path=place.path, mount_point=place.mount, raise_on_deleted_version=True
        ),
        place,
    )["data"]
    _ask(
        lambda: kv.create_or_update_secret(
            path=place.path,
            mount_point=place.mount,
            cas=now["metadata"]["version"],
            secret={**now["data"], place.key: secret.reveal()},
        ),
        place,
    )


def _place(name: str) -> _Place:
    path, _, key = name.partition("#")
    mount, slash, path = path.partition("/")
    if not mount or not slash or not path:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("vault:{name} names no mount and path.", name=name),
            _FORM,
        )
    return _Place(mount, path, key or "password")


def _client(environment: Mapping[str, str]) -> Any:
    try:
        import hvac
    except ImportError:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("The library for HashiCorp Vault is not installed."),
            Text.of("Install mamori[hashicorp]."),
        ) from None
    address = environment.get("VAULT_ADDR")
    if not address:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("The environment variable {name} is not set, or empty.", name="VAULT_ADDR"),
            Text.of("Set {name} for the process that runs mamori.", name="VAULT_ADDR"),
        )
    if address.startswith("http:") and not is_loopback(address):
        raise VaultError(
            Reason.REFUSED,
            Text.of(
                "VAULT_ADDR leads away from this machine without https, which would show the token."
            ),
            Text.of("Set VAULT_ADDR to an address that begins with https://."),
        )
    return hvac.Client(
        url=address,
        token=_token(environment),
        namespace=environment.get("VAULT_NAMESPACE") or None,
        verify=environment.get("VAULT_CACERT") or True,
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )


def _token(environment: Mapping[str, str]) -> str:
    if given := environment.get("VAULT_TOKEN"):
        return given
    try:
        kept = Path(environment.get("HOME") or Path.home(), ".vault-token").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        kept = ""
    if not kept.strip():
        raise VaultError(
            Reason.UNAUTHENTICATED, Text.of("There is no token for the vault."), _SIGN_IN
        )
    return kept.strip()


def _ask(act: Any, place: _Place) -> Any:
    """Return what the vault answers; its own words stay out, because they may hold a secret."""
    import hvac.exceptions as failing

    try:
        return act()
    except failing.InvalidPath:
        failure = VaultError(
            Reason.NOT_FOUND,
            Text.of(
                "The vault has no secret {path} under {mount}, or it was deleted.",
                path=place.path,
                mount=place.mount,
            ),
            _FORM,
        )
    except (failing.Forbidden, failing.Unauthorized):
        failure = VaultError(
            Reason.NOT_PERMITTED,
            Text.of(
                "The token may not use {mount}/{path}, or has ended.",
                path=place.path,
                mount=place.mount,
            ),
            _SIGN_IN,
        )
    except failing.VaultDown:
        failure = VaultError(
            Reason.UNREACHABLE,
            Text.of("The vault is sealed."),
            Text.of("Have its keepers unseal it, then scan again."),
        )
    except OSError as error:  # those of requests, and of a VAULT_CACERT that is not there
        failure = VaultError(
            Reason.UNREACHABLE,
            Text.of("The vault did not answer ({kind}).", kind=type(error).__name__),
            Text.of("Check VAULT_ADDR, VAULT_CACERT and the network."),
        )
    except failing.VaultError as error:
        failure = VaultError(
            Reason.REFUSED,
            Text.of("The vault refused ({kind}).", kind=type(error).__name__),
            Text.of("See the audit log of the vault; nothing was changed."),
        )
    raise failure


def _moment(given: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(given: Any) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(str(given)[:10]), time.min, UTC)
    except ValueError:
        return None
