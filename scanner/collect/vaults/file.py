"""Secrets in files, one secret per file."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Storage, Text
from scanner.private_file import write_private

MAX_BYTES = 65_536
GROUP_AND_OTHERS = 0o077

_ALONE = Text.of("Put the secret alone in a file, as UTF-8 text.")


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],  # noqa: ARG001 - part of the contract
    folder: Path,
) -> Held:
    """`file:PATH` reads a file; a relative path starts beside the configuration, `~` is home.

    One line break at the end does not count. A file that other accounts can read or replace is
    read all the same, and reported.

    Raises:
        VaultError: there is no such file, or it cannot be a secret.
    """
    return read_file(_path(name, folder))


def store_reference(
    name: str,
    secret: Secret,
    *,
    environment: Mapping[str, str],  # noqa: ARG001 - part of the contract
    folder: Path,
) -> None:
    """Put `secret` into the file, mode 0600, in one step; its folder is made where it is missing.

    Raises:
        VaultError: it cannot be written; what was there stays.
    """
    path = _path(name, folder).resolve()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, secret.pieces())
    except OSError as error:
        cause = error.strerror or type(error).__name__
    else:
        return
    raise VaultError(
        Reason.NOT_PERMITTED,
        Text.of("{file} cannot be written ({cause}).", file=str(path), cause=cause),
        Text.of("Let the account that runs mamori write it, or store the secret elsewhere."),
    )


def _path(name: str, folder: Path) -> Path:
    try:
        return folder / Path(name).expanduser()
    except RuntimeError:  # no home, or nobody of that name: then it is a file called ~
        return folder / name


def read_file(path: Path, private: int = GROUP_AND_OTHERS) -> Held:
    """Return the secret in the file `path`, whose `private` mode bits should all be clear.

    Symbolic links are followed, as mounted secrets consist of them: what counts is the file they
    lead to, and that nobody else can replace it or the link.

    Raises:
        VaultError: there is no such file, or it cannot be a secret.
    """
    handle = _open(path)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise VaultError(
                Reason.MALFORMED, Text.of("{file} is not a regular file.", file=str(path)), _ALONE
            )
        secret = _read(handle)
    finally:
        os.close(handle)
    if isinstance(secret, Reason):
        raise _unusable(path, secret)
    exposed = status.st_mode & private or _foreign(status) or _replaceable(path)
    return Held(
        secret=secret,
        storage=Storage.READABLE_BY_OTHERS if exposed else Storage.OWNER_ONLY,
        stored=datetime.fromtimestamp(status.st_mtime, UTC),
    )


def _open(path: Path) -> int:
    try:
        # Without O_NONBLOCK, a pipe in the file's place would be waited for without end.
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise VaultError(
            Reason.NOT_FOUND,
            Text.of("There is no file {file}.", file=str(path)),
            Text.of("Create it, or correct the reference."),
        ) from None
    except (OSError, ValueError) as error:
        raise VaultError(
            Reason.NOT_PERMITTED if isinstance(error, PermissionError) else Reason.NOT_FOUND,
            Text.of(
                "{file} cannot be read: {cause}.",
                file=str(path),
                cause=getattr(error, "strerror", None) or "not a file name",
            ),
            Text.of("Let the account that runs mamori read it, or correct the reference."),
        ) from None


def _read(handle: int) -> Secret | Reason:
    """Return the secret, or why there is none; no caller ever has it in a variable in clear."""
    pieces: list[bytes] = []
    while piece := os.read(handle, MAX_BYTES + 1 - sum(map(len, pieces))):
        pieces.append(piece)
    data = b"".join(pieces)
    if len(data) > MAX_BYTES:
        return Reason.TOO_LARGE
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Reason.MALFORMED
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    return Secret.of(text) if text else Reason.NOT_CONFIGURED


def _unusable(path: Path, reason: Reason) -> VaultError:
    details = {
        Reason.TOO_LARGE: Text.of(
            "{file} is larger than {limit} bytes.", file=str(path), limit=MAX_BYTES
        ),
        Reason.MALFORMED: Text.of("{file} is not UTF-8 text.", file=str(path)),
        Reason.NOT_CONFIGURED: Text.of("{file} is empty.", file=str(path)),
    }
    return VaultError(reason, details[reason], _ALONE)


def _foreign(status: os.stat_result) -> bool:
    """Tell whether it belongs to an account that is neither this one nor root."""
    return status.st_uid not in (os.geteuid(), 0)


def _replaceable(path: Path) -> bool:
    """Tell whether other accounts can put another file in its place, or in that of a link to it."""
    return any(_open_to_others(folder) for folder in {path.parent, path.resolve().parent})


def _open_to_others(folder: Path) -> bool:
    status = folder.stat()
    # In a sticky folder only the owner of a file may replace it.
    writable = status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX
    return bool(writable) or _foreign(status)
