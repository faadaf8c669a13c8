"""The demo's secrets, one file each: some well kept, the others with faults of their own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scanner.collect.breach_hashes import sha1
from scanner.collect.vaults.secret import Secret

SHORT_TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - a fault of the demo
"""80 bits, as many platforms once issued them."""


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
    yield Entry(name="mamori-test", value=strong())
    yield Entry(name="sftp-upload", value=strong(), mfa="totp")
    yield Entry(
        name="shared-admin",
        value="sorairo2024",
        mfa="none",
        faults=("password.breached", "password.length", "password.strength"),
    )
    core = strong()
    for name in ("crm", "webinar"):
        yield Entry(
            name=f"{name}-admin",
            value=f"{core}-{name}",
            mfa="totp",
            faults=("password.near-reuse",),
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
        value=f"otpauth://totp/Sorairo:aiko?secret={SHORT_TOTP_SECRET}&issuer=Sorairo",
        kind="totp_secret",
        faults=("mfa.totp-secret",),
    )
    yield Entry(
        name="backup",
        value=strong(),
        readable=True,
        faults=("token.storage",),
    )


def leaked(among: Iterable[Entry]) -> str:
    """Return a list of leaked passwords, as hashes in order: one of the demo's, and others."""
    made_up = [secrets.token_hex() for _ in range(500)]
    known = [each.value for each in among if "password.breached" in each.faults]
    digests = {sha1(Secret.of(each)) for each in [*made_up, *known]}
    return "".join(f"{each}:{1 + int(each[:2], 16)}\r\n" for each in sorted(digests))


def write(folder: Path, entry: Entry, now: datetime) -> None:
    """Put a secret into its file in `folder`, as old as it claims to be."""
    path = folder / entry.name
    path.touch(mode=0o600)
    path.write_text(entry.value + "\n", encoding="utf-8")
    path.chmod(0o644 if entry.readable else 0o600)
    written = (now - timedelta(days=entry.rotated)).timestamp()
    os.utime(path, (written, written))
