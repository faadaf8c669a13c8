"""A report in a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scanner.model.errors import MamoriError
from scanner.private_file import write_private


class DeliveryError(MamoriError):
    """A report could not be delivered; the message says where and why."""

    exit_code = 12


def write(path: Path, data: bytes | Iterable[bytes], *, mode: int = 0o600) -> None:
    """Put `data`, whole or in pieces, in the file `path`, mode 0600 or `mode`, in one step.

    A link is followed; what is no ordinary file, such as a pipe or `/dev/null`, is written to and
    stays what it is. Raises:
        DeliveryError: the folder is missing, full or not writable; an older file stays as it was.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                stream.writelines([data] if isinstance(data, bytes) else data)
        else:
            write_private(path.resolve(), data, mode=mode)
    except OSError as error:
        raise _error(path, error) from None


def make_folder(path: Path) -> None:
    """Make the folder `path` for its owner alone, if it is not there.

    Raises:
        DeliveryError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _error(path, error) from None


def _error(path: Path, error: OSError) -> DeliveryError:
    return DeliveryError(
        "{file} cannot be written ({cause}).",
        file=str(path),
        cause=error.strerror or type(error).__name__,
    )
