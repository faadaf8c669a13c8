"""Files that are either the old one or the new one, whole, and readable by their owner alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scanner.model.errors import MamoriError

_LONGEST_NAME = 60


def write_private(path: Path, data: bytes | Iterable[bytes], *, mode: int = 0o600) -> None:
    """Put `data`, whole or in pieces, in the file `path`, mode 0600 or `mode`, in one step.

    Raises:
        OSError: the folder is missing, full or not writable; an older file stays as it was.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".mamori-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def writing(path: Path, refused: type[MamoriError]) -> Iterator[None]:
    """Raise `refused`, with the cause, where the system does not let `path` be written."""
    try:
        yield
    except OSError as error:
        raise refused(
            "{file} cannot be written ({cause}).",
            file=str(path),
            cause=error.strerror or type(error).__name__,
        ) from None


def file_name(text: str) -> str:
    """Return `text` as the name of a file that no other text shares."""
    clean = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in text)
    if clean == text and len(text) <= _LONGEST_NAME and not text.startswith("."):
        return text
    return f"{clean[:_LONGEST_NAME]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}".lstrip(".")


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return where mamori keeps what it must remember, unless the configuration says otherwise.

    Source: XDG Base Directory Specification 0.8, XDG_STATE_HOME. Raises:
        MamoriError: the account that runs mamori has no home.
    """
    state = environment.get("XDG_STATE_HOME", "")
    if not Path(state).is_absolute():
        try:
            home = Path(environment.get("HOME") or Path.home())
        except RuntimeError:
            raise MamoriError(
                "The account that runs mamori has no home folder; name a folder that it may write "
                "to in XDG_STATE_HOME."
            ) from None
        state = str(home / ".local" / "state")
    return Path(state) / "mamori"
