"""Which domains belong together, by the public suffix list.

The list is Mozilla's, MPL-2.0, as the package publicsuffixlist brings it.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from typing import Any


@functools.cache
def _list() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def registrable(host: str) -> str | None:
    """Return the domain that somebody registered `host` under: its public suffix and one label.

    None for addresses, and for names that are public suffixes themselves.
    """
    name = host.lower().removesuffix(".")
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        found = _list().privatesuffix(name)
        return None if found is None else str(found)
    return None


def belongs(host: str, domains: Iterable[str]) -> bool:
    """Tell whether `host` is one of `domains`, or was registered under the same name as one."""
    name = host.lower().removesuffix(".")
    home = registrable(name)
    return any(name == each or (home is not None and home == registrable(each)) for each in domains)
