"""The loop that `platforms.py` measures a connector beside: httpx, and nothing of mamori.

It reads from its standard input an address and the requests to make there, in groups of those that
are made at one time, and tells on its standard output what that took. A process of its own has the
settings of Python and of httpx as anybody's script has them, but for the collector of garbage.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from typing import Any
from xml.etree import ElementTree as ET

import httpx


async def ask_all(url: str, groups: list[list[Any]]) -> int:
    """Make the requests, and read the answers."""
    async with httpx.AsyncClient(timeout=30) as client:

        async def ask(method: str, address: str, body: str) -> None:
            response = await client.request(method, url + address, content=body or None)
            if response.content.startswith(b"<"):
                ET.fromstring(response.content)  # noqa: S314 - of a server of its own
            else:
                json.loads(response.content)

        for group in groups:
            if len(group) == 1:
                await ask(*group[0])
            else:
                await asyncio.gather(*(ask(*each) for each in group))
    return sum(map(len, groups))


def main() -> None:
    task = json.load(sys.stdin)
    started, worked = time.perf_counter(), time.process_time()
    gc.set_threshold(task["garbage"])
    requests = asyncio.run(ask_all(task["url"], task["groups"]))
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump({"seconds": seconds, "work": work, "requests": requests, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main()
