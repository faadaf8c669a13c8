"""The demo's front doors: one in order, and each of the others with faults of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa

from scanner.sandbox.authority import Authority, Identity, self_signed
from scanner.sandbox.server import HOST

COMMON_FAULTS: tuple[str, ...] = () if ssl.OPENSSL_VERSION_INFO >= (3, 5) else ("tls.post-quantum",)
"""What every TLS server of this machine fails: OpenSSL agrees on hybrid keys since 3.5."""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint before it is opened."""

    name: str
    context: ssl.SSLContext | None
    """None where it speaks no TLS at all."""
    faults: tuple[str, ...] = ()
    """The checks that it fails."""


def doors(authority: Authority, now: datetime, folder: Path) -> Iterator[Door]:
    """Yield every endpoint of the demo; keys and certificates are written into `folder`."""
    yield Door(
        name="good",
        context=secure(authority.issue(HOST), folder / "good.pem"),
        faults=COMMON_FAULTS,
    )
    yield Door(
        name="expired",
        context=secure(authority.issue(HOST, issued=-102, expires=-12), folder / "expired.pem"),
        faults=("tls.certificate-valid-now", *COMMON_FAULTS),
    )
    yield Door(
        name="expiring",
        context=secure(authority.issue(HOST, issued=-85, expires=5), folder / "expiring.pem"),
        faults=("tls.certificate-expires-soon", *COMMON_FAULTS),
    )
    yield Door(
        name="self-signed",
        context=secure(self_signed(HOST, now=now), folder / "self-signed.pem"),
        faults=("tls.certificate-trusted", *COMMON_FAULTS),
    )
    yield Door(
        name="wrong-name",
        context=secure(authority.issue("www.sorairo.example"), folder / "wrong-name.pem"),
        faults=("tls.hostname", *COMMON_FAULTS),
    )
    between = Authority("Sorairo Demo Intermediate", now, authority)
    yield Door(
        name="incomplete-chain",
        context=secure(between.issue(HOST), folder / "incomplete-chain.pem"),
        faults=("tls.certificate-trusted", "tls.chain-complete", *COMMON_FAULTS),
    )
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - a fault
    yield Door(
        name="short-key",
        context=outdated(authority.issue(HOST, key=short), folder / "short-key.pem"),
        # TLS 1.2 knows no hybrid keys, whatever the OpenSSL.
        faults=(
            "tls.forward-secrecy",
            "tls.key-strength",
            "tls.modern-protocol",
            "tls.post-quantum",
        ),
    )
    legacy = legacy_protocols(authority.issue(HOST), folder / "legacy.pem")
    if legacy is not None:
        yield Door(name="legacy", context=legacy, faults=("tls.no-legacy-protocol", *COMMON_FAULTS))
    yield Door(name="plain", context=None, faults=("tls.available",))


def secure(identity: Identity, file: Path) -> ssl.SSLContext:
    """Return a context as a careful administrator would set it up: TLS 1.2 with AEAD, and 1.3."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    return _load(context, identity, file)


def outdated(identity: Identity, file: Path) -> ssl.SSLContext:
    """Return a context of ten years ago: TLS 1.2 with key transport and CBC, and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:AES256-SHA:@SECLEVEL=0")
    return _load(context, identity, file)


def legacy_protocols(identity: Identity, file: Path) -> ssl.SSLContext | None:
    """Return a context that still offers TLS 1.0 and 1.1, or None where this OpenSSL cannot."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    _load(context, identity, file)
    return context if _shakes_hands_at_the_lowest(context) else None


def _shakes_hands_at_the_lowest(server: ssl.SSLContext) -> bool:
    """Try the oldest protocol of this OpenSSL in memory: builds and system policies differ."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.minimum_version = client.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("DEFAULT:@SECLEVEL=0")
    upwards, downwards = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(downwards, upwards),
        server.wrap_bio(upwards, downwards, server_side=True),
    )
    # Four flights make a whole handshake; each end does what it can in its turn.
    for end in ends * 3:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLError:
            return False
    return ends[0].version() not in (None, "TLSv1.2", "TLSv1.3")


def _load(context: ssl.SSLContext, identity: Identity, file: Path) -> ssl.SSLContext:
    file.touch(mode=0o600)
    file.write_bytes(identity.pem())
    context.load_cert_chain(file)
    return context
