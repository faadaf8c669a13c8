"""How much reading a large account costs beside a bare loop that makes the same requests.

    python benchmarks/platforms.py [--rounds N] [NAME…]

An account of 5,000 people, 2,000 forms and 5,000 e-mails of each platform named (HubSpot's without
names), grown from the documented answers in `tests/answers` and served on loopback by a process of
its own. The bare loop repeats what the connector asked: lists one page after the other, details
four at once. The vendor's rate limit is lifted, for it would be all that is measured. Limits: 1.3
times the bare loop, 300 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import gc
import json
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from scanner import registry
from scanner.cli import GARBAGE
from scanner.collect.connector import DETAILS_AT_ONCE
from scanner.collect.gathering import Gathering
from scanner.collect.http import Call, Client
from scanner.collect.platform import Platform, Reading
from scanner.collect.vaults.secret import Secret
from scanner.config import Config, Login, Settings, Target
from scanner.document import parse

ANSWERS = Path(__file__).parent.parent / "tests" / "answers"
ENTRIES = {"Person": 5000, "Form": 2000, "Message": 5000}
OTHERS = 100
"""Entries of a list of anything else."""
HTML = "<p>秋のご案内です。いつもありがとうございます。</p>" * 60
"""What a body in the answers is made as long as."""
MOST_TIMES, MOST_MEGABYTES = 1.3, 300
_SECRET = frozenset({"password", "token", "client_secret", "refresh_token", "private_key"})
_SIZES = ("limit", "per_page", "count", "pageSize", "page_size", "page[size]", "size", "maxReturn")
_PAGED = frozenset((*_SIZES, "page", "offset", "start", "skip"))
_NEXT = {
    "hubspot": "paging.next.after",
    "klaviyo": "links.next",
    "customerio": "next",
    "sendgrid": "_metadata.next",
}
"""Where a page tells of the next one, for lists of which the answers hold a single page."""
_TOTALS = frozenset({"total", "total_items", "count", "totalCount", "total_count", "nr_of_results"})
_IDS = frozenset({"id", "Id", "uid", "hs_internal_user_id", "email", "user_id", "userId"})


def platform_of(name: str) -> Platform:
    found: Platform = registry.part("platforms", name)
    return found


class Account:
    """Answers as the vendor does, with as many entries as a large account has."""

    def __init__(self, name: str) -> None:
        path = ANSWERS / f"{name}.yaml"
        self.given: dict[str, Any] = parse(path.read_bytes(), path.name).value
        self._calls = platform_of(name).calls
        self._next = _NEXT.get(name, "")
        self._bodies: dict[tuple[str, int, int], bytes] = {}
        self.begin()

    def begin(self) -> None:
        self.asked: list[tuple[str, str, str, bool]] = []
        """Method, address and body of each request, and whether it asks for one entry."""
        self._turned: dict[str, int] = {}

    def answer(self, method: str, address: str, body: str) -> bytes:
        parts = urlsplit(address)
        query = parse_qs(parts.query)
        said = " ".join([*(value for values in query.values() for value in values), body])
        call = self._call(method, parts.path, said)
        key = self._key(method, parts.path, call)
        size = next((int(query[each][0]) for each in _SIZES if each in query), 100)
        turned = self._turned.get(key, 0)
        self._turned[key] = turned + 1
        pages = self._pages(key)
        many = _longest_list(pages[0]) is not None and "{" not in call.path
        self.asked.append((method, address, body, not many))
        place = (key, turned if many else 0, size)
        if place not in self._bodies:
            paged = len(pages) > 1 or not _PAGED.isdisjoint(query)
            made = pages[0]
            if many:
                total = _entries(call)
                made = _grown(pages, total, turned, size if paged else total)
                if paged and len(pages) == 1 and (turned + 1) * size < total:
                    _point(made, self._next, f"{address.partition('?')[0]}?more={turned}")
            self._bodies[place] = json.dumps(made, default=str).encode()
        return self._bodies[place]

    def _call(self, method: str, path: str, said: str) -> Call:
        calls = [each for each in self._calls if each.matches(method, path) and each.asks in said]
        calls.sort(key=lambda each: (-len(each.asks), each.path.count("{")))
        return calls[0]

    def _key(self, method: str, path: str, call: Call) -> str:
        answers = self.given["answers"]
        own = f"{method} {call.path} {call.asks}".strip()
        for key in (f"{method} {path} {call.asks}".strip(), own):
            if key in answers:
                return key
        like = [key for key in answers if call.matches(*key.split(" ")[:2])]
        return str(like[0])

    def _pages(self, key: str) -> list[Any]:
        given = self.given["answers"][key]
        return given["pages"] if isinstance(given, dict) and set(given) == {"pages"} else [given]


def _entries(call: Call) -> int:
    kinds = {fact.partition(".")[0] for fact in call.facts}
    return max((ENTRIES[kind] for kind in kinds if kind in ENTRIES), default=OTHERS)


def _longest_list(page: Any, at: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """Return where the entries of a page stand."""
    if isinstance(page, list):
        return at if page and all(isinstance(each, dict) for each in page) else None
    if isinstance(page, dict) and len(at) < 3:
        found = [_longest_list(value, (*at, key)) for key, value in page.items()]
        return next((each for each in found if each is not None), None)
    return None


def _grown(pages: list[Any], total: int, turned: int, size: int) -> Any:
    """Return page number `turned` of a list of `total` entries like those of `pages`."""
    begin, end = min(total, turned * size), min(total, (turned + 1) * size)
    last = len(pages) == 1 or end >= total
    page = copy.deepcopy(pages[-1] if last else pages[0])
    at = _longest_list(pages[0])
    assert at is not None
    entries = pages[0]
    for step in at:
        entries = entries[step]
    own = [_numbered(entries[number % len(entries)], number) for number in range(begin, end)]
    if not at:
        return own
    inner = page
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = own
    _retell(page, pages[-1], total, turned, at, last=last)
    return page


def _point(page: Any, place: str, link: str) -> None:
    """Say in `page` where it goes on."""
    *steps, key = place.split(".")
    if not place or not isinstance(page, dict):
        return
    for step in steps:
        page = page.setdefault(step, {})
    page[key] = link


def _numbered(value: Any, number: int) -> Any:
    """Return an entry with an identity of its own, and bodies as long as they are in life."""
    if isinstance(value, dict):
        return {key: _own(key, inner, number) for key, inner in value.items()}
    return value


def _own(key: str, value: Any, number: int) -> Any:
    if key in _IDS and isinstance(value, str):
        return f"u{number}.{value}" if "@" in value else f"{value}{number}"
    if key in _IDS and type(value) is int:
        return value * 100_000 + number
    if isinstance(value, str) and value.startswith("<"):
        return HTML
    return _numbered(value, number) if isinstance(value, dict) and key != "links" else value


def _retell(
    page: Any, after: Any, total: int, turned: int, at: tuple[Any, ...], *, last: bool
) -> None:
    """Make what stands beside the list true: how many there are, and where it goes on."""
    for key, value in page.items() if isinstance(page, dict) else ():
        if (key,) == at:
            continue
        then = after.get(key) if isinstance(after, dict) else None
        if isinstance(value, dict):
            _retell(value, then, total, turned, at[1:] if at[:1] == (key,) else (), last=last)
        elif key in _TOTALS and type(value) is int:
            page[key] = total
        elif key in _TOTALS and isinstance(value, str) and value.isdecimal():
            page[key] = str(total)
        elif not last and value != then and isinstance(value, str) and value:
            page[key] = f"{value}-{turned}"


def serve(name: str, ready: Any) -> None:
    """Answer from memory, so that the server is not what is measured."""
    account = Account(name)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                said = b""
                for line in lines:
                    if line.lower().startswith("content-length:"):
                        said = await reader.readexactly(int(line.split(":")[1]))
                method, address, _ = lines[0].split(" ")
                if address == "/begin":
                    body = json.dumps(account.asked).encode()
                    account.begin()
                else:
                    body = account.answer(method, address, said.decode())
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    + f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        ready.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def _groups(asked: list[Any]) -> Iterator[list[Any]]:
    """Yield what the connector asked for at one time."""
    group: list[Any] = []
    for each in asked:
        if group and (not each[3] or len(group) == DETAILS_AT_ONCE):
            yield group
            group = []
        if each[3]:
            group.append(each)
        else:
            yield [each]
    if group:
        yield group


async def bare(url: str, asked: list[Any]) -> int:
    """Make the same requests, and read the answers."""
    async with httpx.AsyncClient(timeout=30) as client:

        async def ask(each: Any) -> None:
            method, address, body, _ = each
            response = await client.request(method, url + address, content=body or None)
            json.loads(response.content)

        for group in _groups(asked):
            if len(group) == 1:
                await ask(group[0])
            else:
                await asyncio.gather(*map(ask, group))
    return len(asked)


async def ours(url: str, name: str, given: dict[str, Any]) -> tuple[int, int]:
    """Read the account, and tell how many requests and subjects that were."""
    platform = platform_of(name)
    credential = {key: str(value) for key, value in given["credential"].items()}
    login = {key: value for key, value in credential.items() if key not in _SECRET}
    secrets = {key: value for key, value in credential.items() if key in _SECRET}
    target = Target(
        name="x",
        platform=name,
        url=url,
        account=given.get("account"),
        credential=Login(**login, **dict.fromkeys(secrets, "env:X")),
    )
    gathering = Gathering("x", name, platform.lists)
    hosts = platform.locate(target)
    assert isinstance(hosts, dict)
    async with Client(
        url,
        platform.calls,
        hosts=hosts,
        headers=platform.sent(given.get("account") or ""),
        explain=platform.explain,
        budget=20_000,
    ) as client:
        await platform.read(
            Reading(
                target=target,
                settings=Settings(config=Config(targets=(target,)), folder=Path("/")),
                secrets={key: Secret.of(value) for key, value in secrets.items()},
                client=client,
                gathering=gathering,
                now=datetime(2026, 11, 24, tzinfo=UTC),
            )
        )
        return client.requests, len(gathering.subjects)


def measured(which: str, url: str, name: str, asked: list[Any], answer: Any) -> None:
    """Run one side in a process of its own, and tell seconds, requests, subjects and memory."""
    given = Account(name).given  # starting up has a benchmark of its own
    started = time.perf_counter()
    if which == "ours":
        gc.set_threshold(GARBAGE)  # as the command does
        requests, subjects = asyncio.run(ours(url, name, given))
    else:
        requests, subjects = asyncio.run(bare(url, asked)), 0
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1024 if sys.platform != "darwin" else 1_048_576)
    answer.put((seconds, requests, subjects, megabytes))


def side(which: str, url: str, name: str, asked: list[Any]) -> tuple[float, int, int, float]:
    httpx.get(f"{url}/begin")
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    process = spawn.Process(target=measured, args=(which, url, name, asked, answer))
    process.start()
    found: tuple[float, int, int, float] = answer.get(timeout=300)
    process.join()
    return found


def compare(name: str, rounds: int) -> bool:
    """Measure one platform, print what it took, and tell whether that is within the limits."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Queue()
    server = spawn.Process(target=serve, args=(name, ready), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ready.get(timeout=60)}"
    side("ours", url, name, [])  # the answers are made
    asked = httpx.get(f"{url}/begin").json()
    found: dict[str, list[tuple[float, int, int, float]]] = {"bare": [], "ours": []}
    for _ in range(rounds):
        for which, measurements in found.items():
            measurements.append(side(which, url, name, asked))
    server.terminate()
    seconds = {which: statistics.median(each[0] for each in found[which]) for which in found}
    memory = max(each[3] for each in found["ours"])
    times = seconds["ours"] / seconds["bare"]
    print(
        f"{name}: {found['ours'][0][1]} requests, {found['ours'][0][2]} subjects; "
        f"bare loop {seconds['bare']:.2f} s, connector {seconds['ours']:.2f} s, "
        f"{times:.2f} times, {memory:.0f} MB"
    )
    return times <= MOST_TIMES and memory < MOST_MEGABYTES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", default=["hubspot"])
    wanted = parser.parse_args()
    good = [compare(name, wanted.rounds) for name in wanted.names or ["hubspot"]]
    print(f"at most {MOST_TIMES} times the bare loop, and {MOST_MEGABYTES} MB")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
