"""What a server has to prove itself by."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

import certifi


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return what trusts the public authorities, and those in the PEM file `ca_file`.

    Reading the public ones takes longer than most requests, so that whoever adds none of their own
    shares one context; nobody may change it. Raises:
        OSError: `ca_file` cannot be read, or holds no certificate.
    """
    if ca_file is None:
        return _public()
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_verify_locations(cafile=ca_file)
    return context


@cache
def _public() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
