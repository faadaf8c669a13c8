"""The way to a host: its addresses, and a connection to the first of them that answers."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Sequence

from scanner.collect.probes.dns import Resolver

STAGGER = 0.25
"""Seconds after which the next address is tried beside the last (RFC 8305 §5)."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def addresses_of(host: str, resolver: Resolver | None) -> tuple[str, ...]:
    """Return the addresses of `host`, by `resolver` or in the system's own way.

    Raises:
        OSError: it has none, or nobody could tell (`socket.gaierror`).
        UnicodeError: it is no valid name.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return (host,)
    if resolver is None or host == "localhost" or host.endswith(".localhost"):  # RFC 6761 §6.3
        return await _by_system(host)
    found, gap = await resolver.addresses(host)
    if not found:
        raise socket.gaierror(socket.EAI_NONAME if gap is None else socket.EAI_AGAIN, "")
    return found


async def _by_system(host: str) -> tuple[str, ...]:
    """Ask the system in a thread of its own.

    The threads that asyncio keeps for this are few, and one name whose servers hang would hold up
    every other; they are also waited for at the end.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def tell(found: tuple[str, ...] | Exception) -> None:
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: tuple[str, ...] | Exception
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except (OSError, UnicodeError) as error:
            found = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, found)

    threading.Thread(target=ask, daemon=True).start()
    return await answer


async def connect(addresses: Sequence[str], port: int) -> Streams:
    """Return a connection to the first of `addresses` that takes one.

    Raises:
        OSError: none does; it is what the first one said.
    """
    waiting: set[asyncio.Task[Streams]] = set()
    refusal: OSError | None = None
    left = list(addresses)
    try:
        while left or waiting:
            if left:
                waiting.add(asyncio.create_task(asyncio.open_connection(left.pop(0), port)))
            done, waiting = await asyncio.wait(
                waiting,
                timeout=STAGGER if left else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                error = task.exception()
                if error is None:
                    waiting |= done - {task}
                    return task.result()
                if not isinstance(error, OSError):
                    raise error
                refusal = refusal or error
    finally:
        for task in waiting:
            _drop(task)
    assert refusal is not None, "no address was given"
    raise refusal


def _drop(task: asyncio.Task[Streams]) -> None:
    """Give up a connection that is not needed, whether it came about or not."""

    def close(ended: asyncio.Task[Streams]) -> None:
        if not ended.cancelled() and ended.exception() is None:
            ended.result()[1].transport.abort()

    task.cancel()
    task.add_done_callback(close)
