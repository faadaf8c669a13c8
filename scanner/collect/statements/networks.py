"""The networks that people can sign in from, as a CSV file that lists them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.collect.statements import cells
from scanner.collect.statements.export import (
    Field,
    Rows,
    Shape,
    UnusableError,
    mend,
    open_export,
    problem,
)
from scanner.config import Export
from scanner.model import Fact, Problem, Reason, Text, Unknown

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST_IPV4, _MOST_IPV6 = 2**24, 2**96
"""Addresses; more are no named networks (a 256th of IPv4 is one organisation's at most)."""


class AllowList(msgspec.Struct, frozen=True, kw_only=True):
    """The networks of one file, and what could not be read of it."""

    limited: Fact[bool]
    """People can sign in from these networks only."""
    networks: tuple[Network, ...] = ()
    problems: tuple[Problem, ...] = ()

    def keeps_out(self, address: str) -> bool:
        """Return whether nobody should come from `address`: it is public, and of no network."""
        given = ipaddress.ip_address(address)
        # Servers that listen for both kinds write an IPv4 address as ::ffff:203.0.113.5.
        given = getattr(given, "ipv4_mapped", None) or given
        return not any(given in network for network in (*self.networks, *_INSIDE))


_INSIDE = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"),
        *("169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128"),
    )
)
"""Addresses that nobody has on the internet (RFC 1918, 3927, 4193, 6598)."""


def networks(cell: str, _now: datetime) -> tuple[Network, ...]:
    """Return the networks in `cell`: addresses, CIDR blocks and ranges, separated by `,` or `;`.

    Raises:
        cells.UnreadableError: a part is none of these.
    """
    found: list[Network] = []
    for part in cells.names(cell.replace("/", "|"), _now):
        given = cells.fold(part).replace("|", "/")
        first, dash, last = given.replace("~", "-").replace("〜", "-").partition("-")
        try:
            if dash:
                one, other = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
                found.extend(ipaddress.summarize_address_range(one, other))
            else:
                found.append(ipaddress.ip_network(given.replace(" ", ""), strict=False))
        except (ValueError, TypeError):
            raise cells.UnreadableError(
                "write an IP address, or a network such as 203.0.113.0/24"
            ) from None
    if not found:
        raise cells.UnreadableError("write an IP address, or a network such as 203.0.113.0/24")
    return tuple(found)


_SHAPE = Shape(
    key="ip_allow_list",
    fields={
        "network": Field(
            "network",
            networks,
            (
                *(
                    "network",
                    "cidr",
                    "ip address",
                    "ip",
                    "ip range",
                    "許可IPアドレス",
                    "IPアドレス",
                ),
                *("許可IP", "接続元IPアドレス", "アドレス範囲", "ネットワーク", "IP"),
            ),
        ),
        "enabled": Field(
            "enabled", cells.answer(), ("status", "enabled", "active", "ステータス", "状態", "有効")
        ),
    },
    needed=(
        (
            ("network",),
            Text(
                "No column names a network: map `network` to one of the columns of the file, which "
                "are: {header}."
            ),
        ),
    ),
)


def read_allow_list(export: Export, path: Path, *, now: datetime) -> AllowList:
    """Return the networks in the file `path`, read as `export` describes it.

    Raises nothing for what the file may hold: where a row cannot be read, it may have let everybody
    in, so that nothing is known.
    """
    try:
        rows = open_export(export, path, _SHAPE, now)
    except UnusableError as error:
        gap = Unknown(error.reason, error.detail, error.remedy or mend(_SHAPE))
        return AllowList(limited=gap, problems=(problem(path, _SHAPE, error),))
    return _listed(rows, path)


def _listed(rows: Rows, path: Path) -> AllowList:
    found: list[Network] = []
    gap: Unknown | None = None
    for line, facts in rows:
        enabled, named = facts.get("enabled", True), facts["network"]
        if enabled is False:
            continue
        if isinstance(named, Unknown):
            if named.reason is not Reason.MALFORMED:
                rows.lose(Text.of("Line {line}: the row names no network.", line=line))
            gap = gap or named
        else:
            # Where nobody can tell whether it holds, it may: that is the wider reading.
            found.extend(named)
    problems = rows.problems(path)
    if gap is None and not rows.complete:
        gap = problems[-1].as_unknown()
    wide = _wide(found)
    return AllowList(
        # One network that is the whole internet suffices, whatever the other rows say.
        limited=False if wide else gap if gap is not None else True,
        networks=tuple(found),
        problems=problems,
    )


def _wide(found: Iterable[Network]) -> bool:
    """Return whether the networks together are so many addresses that they are none in particular.

    Private addresses count for nothing: nobody comes from them over the internet.
    """
    public = [each for each in found if not any(_within(each, inside) for inside in _INSIDE)]
    four = [each for each in public if isinstance(each, ipaddress.IPv4Network)]
    six = [each for each in public if isinstance(each, ipaddress.IPv6Network)]
    return (
        sum(each.num_addresses for each in ipaddress.collapse_addresses(four)) > _MOST_IPV4
        or sum(each.num_addresses for each in ipaddress.collapse_addresses(six)) > _MOST_IPV6
    )


def _within(one: Network, other: Network) -> bool:
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return one.subnet_of(other)
    return False
