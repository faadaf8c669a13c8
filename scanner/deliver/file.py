"""A report in a file."""

from __future__ import annotations

from pathlib import Path

from scanner.model.errors import MamoriError
from scanner.private_file import write_private


class DeliveryError(MamoriError):
    """A report could not be delivered; the message says where and why."""

    exit_code = 12


def write(path: Path, data: bytes) -> None:
    """Put `data` in the file `path`, mode 0600, in one step.

    Raises:
        DeliveryError: the folder is missing, full or not writable; an older file stays as it was.
    """
    try:
        write_private(path, data)
    except OSError as error:
        raise DeliveryError(
            "{file} cannot be written ({cause}).", file=str(path), cause=error.strerror
        ) from None
