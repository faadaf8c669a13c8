"""The demo's secrets, one file each: some well kept, the others with faults of their own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One secret file, and what its keeper declares of it."""

    name: str
    value: str
    kind: str = "password"
    rotated: int = 20
    """Days since its value was last changed."""
    mfa: str | None = None
    readable: bool = False
    """Other accounts of the machine can read the file."""
    faults: tuple[str, ...] = ()
    """The checks that it fails."""

    @property
    def reference(self) -> str:
        """How the configuration refers to it."""
        return f"file:vault/{self.name}"


def strong() -> str:
    """Return a secret that nobody guesses, new at every start."""
    return secrets.token_urlsafe(24)


def entries() -> Iterator[Entry]:
    """Yield every secret of the demo, the scanner's own first."""
    yield Entry(name="scanner", value=strong())
    yield Entry(name="scanner-client", value=strong(), kind="oauth_client")
    yield Entry(name="sftp-upload", value=strong(), mfa="totp")
    yield Entry(
        name="shared-admin",
        value="sorairo2024",
        faults=("password.length", "password.strength"),
    )
    reused = strong()
    for name in ("crm-import", "newsletter-archive"):
        yield Entry(name=name, value=reused, faults=("password.reuse",))
    yield Entry(name="analytics-key", value=strong(), kind="api_key")
    yield Entry(
        name="crm-key", value=strong(), kind="api_key", rotated=400, faults=("rotation.key-age",)
    )
    yield Entry(
        name="admin-totp",
        value="JBSWY3DPEHPK3PXP",
        kind="totp_secret",
        faults=("mfa.totp-secret",),
    )
    yield Entry(
        name="backup",
        value=strong(),
        readable=True,
        faults=("token.storage",),
    )


def write(folder: Path, name: str, value: str, *, readable: bool = False) -> None:
    """Put `value` in the file `name` of `folder`, from the start with the mode it shall keep."""
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(value + "\n", encoding="utf-8")
    path.chmod(0o644 if readable else 0o600)
