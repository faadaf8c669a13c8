"""Secrets in the keyring of the operating system."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Fact, Reason, Storage, Text, Unknown

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long somebody may take to unlock the keyring."""

_ENCRYPTED = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
    "keyrings.cryptfile",
)
_ABSENT = ("keyring.backends.fail", "keyring.backends.null")

_UNUSABLE = Text.of(
    "Unlock or install a keyring (on Linux GNOME Keyring or KWallet, with a D-Bus session), or "
    "keep the secret in a file or a systemd credential."
)


class BackendState(msgspec.Struct, frozen=True, kw_only=True):
    """The keyring that is in use here."""

    name: str
    storage: Fact[Storage]
    usable: bool
    """It answers, and keeps what it is given encrypted."""
    text: Text
    """Its state as a sentence."""


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],  # noqa: ARG001 - part of the contract
    folder: Path,  # noqa: ARG001 - part of the contract
) -> Held:
    """`keyring:SERVICE/USER` reads the operating system's keyring.

    What stands before the first slash is the service, the rest is the user name:
    `keyring:mamori/shop-mautic` has the service `mamori` and the user name `shop-mautic`.

    Raises:
        VaultError: there is no keyring, it is locked, or it has no such entry.
    """
    service, user = _entry(name)
    return _patiently(lambda: _read(service, user))


def store_reference(
    name: str,
    secret: Secret,
    *,
    environment: Mapping[str, str],  # noqa: ARG001 - part of the contract
    folder: Path,  # noqa: ARG001 - part of the contract
) -> None:
    """Put `secret` into the keyring as SERVICE/USER. Raises `VaultError` as `store` does."""
    store(*_entry(name), secret)


def _entry(name: str) -> tuple[str, str]:
    service, slash, user = name.partition("/")
    if not slash or not service or not user:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("keyring:{name} names no service and user.", name=name),
            Text.of("Write keyring:SERVICE/USER, such as keyring:mamori/shop-mautic."),
        )
    return service, user


def store(service: str, user: str, secret: Secret) -> str:
    """Put `secret` into the keyring, and return the reference to it.

    Raises:
        VaultError: no keyring here keeps secrets encrypted, or it did not keep this one.
    """
    return _patiently(lambda: _store(service, user, secret))


def backend_state() -> BackendState:
    """Return which keyring is in use, how it stores, and whether it can be used."""
    try:
        return _patiently(_state)
    except VaultError as error:
        detail = error.unknown.detail or _UNUSABLE
        return BackendState(name="", storage=error.unknown, usable=False, text=detail)


def _state() -> BackendState:
    backend = _members(_backend())[0]
    storage = _storage(backend)
    name = _name(backend)
    if storage is Storage.PLAINTEXT_KEYRING:
        text = Text.of("The keyring {name} stores without encryption.", name=name)
        return BackendState(name=name, storage=storage, usable=False, text=text)
    _ask(backend, "mamori", "doctor")
    text = Text.of("The keyring {name} answers.", name=name)
    return BackendState(name=name, storage=storage, usable=True, text=text)


def _read(service: str, user: str) -> Held:
    refusal: VaultError | None = None
    for backend in _members(_backend()):
        try:
            secret = _ask(backend, service, user)
        except VaultError as error:
            refusal = refusal or error
            continue
        if secret is not None:
            return Held(
                secret=secret, storage=_storage(backend), stored=_stored(backend, service, user)
            )
    if refusal is not None:
        raise refusal
    raise VaultError(
        Reason.NOT_FOUND,
        Text.of("The keyring has no entry {service}/{user}.", service=service, user=user),
        Text.of("Store it with: keyring set {service} {user}", service=service, user=user),
    )


def _store(service: str, user: str, secret: Secret) -> str:
    for backend in _members(_backend()):
        if _storage(backend) is Storage.ENCRYPTED:
            _tell(backend, service, user, secret)
            if _ask(backend, service, user) == secret:
                return f"keyring:{service}/{user}"
    raise VaultError(
        Reason.NOT_CONFIGURED,
        Text.of("There is no keyring here that keeps secrets encrypted."),
        _UNUSABLE,
    )


def _backend() -> KeyringBackend:
    import keyring

    try:
        return keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - a configured backend may fail in any way
        kind = type(error).__name__
    raise VaultError(
        Reason.NOT_CONFIGURED,
        Text.of("The keyring that is configured here cannot be loaded ({kind}).", kind=kind),
        Text.of("Correct PYTHON_KEYRING_BACKEND or keyringrc.cfg; `keyring diagnose` finds it."),
    )


def _members(backend: KeyringBackend) -> list[KeyringBackend]:
    """Return the keyrings that `backend` asks one after the other.

    Raises:
        VaultError: there is none.
    """
    from keyring.backends.chainer import ChainerBackend

    chained = list(backend.backends) if isinstance(backend, ChainerBackend) else [backend]
    members = [each for each in chained if type(each).__module__ not in _ABSENT]
    if not members:
        raise VaultError(
            Reason.NOT_CONFIGURED, Text.of("There is no keyring on this machine."), _UNUSABLE
        )
    return members


def _ask(backend: KeyringBackend, service: str, user: str) -> Secret | None:
    def ask() -> Secret | None:
        found = backend.get_password(service, user)
        return None if found is None else Secret.of(found)

    return _try(ask)


def _tell(backend: KeyringBackend, service: str, user: str, secret: Secret) -> None:
    _try(lambda: backend.set_password(service, user, secret.reveal()))


def _try(act: Callable[[], T]) -> T:
    from keyring.errors import InitError, KeyringLocked

    try:
        return act()
    except (InitError, KeyringLocked):
        failure = VaultError(
            Reason.UNAUTHENTICATED,
            Text.of("The keyring is locked, and nobody unlocked it."),
            Text.of(
                "Unlock it by signing in to the desktop; where mamori runs unattended, keep the "
                "secret in a systemd credential or a file."
            ),
        )
    except Exception as error:  # noqa: BLE001 - every backend fails in its own way
        failure = VaultError(
            Reason.UNREACHABLE,
            Text.of("The keyring did not answer ({kind}).", kind=type(error).__name__),
            _UNUSABLE,
        )
    raise failure


def _storage(backend: KeyringBackend) -> Fact[Storage]:
    kind = type(backend)
    if any("plaintext" in base.__name__.lower() for base in kind.__mro__):
        return Storage.PLAINTEXT_KEYRING
    if kind.__module__.startswith(_ENCRYPTED) or kind.__name__ == "EncryptedKeyring":
        return Storage.ENCRYPTED
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("mamori does not know whether the keyring {name} encrypts.", name=_name(backend)),
        Text.of("Use the keyring of the operating system, or attest how this one stores."),
    )


def _name(backend: KeyringBackend) -> str:
    kind = type(backend)
    return f"{kind.__module__}.{kind.__name__}"


def _stored(backend: KeyringBackend, service: str, user: str) -> datetime | None:
    """Return when the entry was last written, which only the Secret Service tells."""
    if _name(backend) != "keyring.backends.SecretService.Keyring":
        return None
    try:
        return max(_written(backend, service, user), default=None)
    except Exception:  # noqa: BLE001 - the secret itself was read; its date is a bonus
        return None


def _written(backend: Any, service: str, user: str) -> Iterator[datetime]:
    names = backend.schemes[backend.scheme]
    collection = backend.get_preferred_collection()
    with closing(collection.connection):
        for item in collection.search_items({names["service"]: service, names["username"]: user}):
            yield datetime.fromtimestamp(item.get_modified(), UTC)


def _patiently(act: Callable[[], T]) -> T:
    """Return what `act` returns; give up when it waits for somebody who does not come."""
    done: queue.SimpleQueue[tuple[T | None, VaultError | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((act(), None))
        except VaultError as error:
            done.put((None, error))
        except Exception as bug:  # noqa: BLE001 - whoever waits must hear of it
            done.put((None, _bug(type(bug).__name__)))

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        result, error = done.get(timeout=PATIENCE_SECONDS)
    except queue.Empty:
        error = VaultError(
            Reason.TIMED_OUT,
            Text.of("The keyring waited {seconds} s to be unlocked.", seconds=PATIENCE_SECONDS),
            Text.of("Unlock it before the scan, or keep the secret elsewhere."),
        )
    if error is not None:
        raise error
    return result  # type: ignore[return-value] # without an error there is a result


def _bug(kind: str) -> VaultError:
    return VaultError(
        Reason.BUG,
        Text.of("Reading the keyring failed ({kind}).", kind=kind),
        Text.of("Please report this, with the name of the keyring."),
    )
