"""One scan of a target at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scanner.model.errors import MamoriError
from scanner.private_file import file_name


class LockError(MamoriError):
    """Another scan is running, or nobody can tell whether one is."""

    exit_code = 75


@contextmanager
def locked(targets: Iterable[str], folder: Path) -> Iterator[frozenset[str]]:
    """Hold the locks of `targets` for the time of the block; offer the names of those it got.

    The locks are files in `folder`, one a target, which the system releases when the process ends,
    however it ends. Raises:
        OSError: the folder cannot be used.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        yield frozenset(name for name in targets if _lock(folder / file_name(name), stack))


def _lock(path: Path, stack: ExitStack) -> bool:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    stack.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # Told for whoever wonders who holds it; the lock itself does not depend on it.
    os.truncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return True
