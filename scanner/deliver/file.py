"""A file that is either the old one or the new one, whole, and readable by its owner alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from scanner.model.errors import MamoriError


class DeliveryError(MamoriError):
    """A report could not be delivered; the message says where and why."""

    exit_code = 12


def write(path: Path, data: bytes) -> None:
    """Put `data` in the file `path`, mode 0600, in one step.

    Raises:
        DeliveryError: the folder is missing, full or not writable; an older file stays as it was.
    """
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DeliveryError(
            "{file} cannot be written ({cause}).", file=str(path), cause=error.strerror
        ) from None
