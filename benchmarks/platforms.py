"""How much reading a large account costs beside a bare loop that makes the same requests.

    python benchmarks/platforms.py [--rounds N] [NAME…]

An account of 5,000 people, 2,000 forms and 5,000 e-mails of each platform named (of all without
names), as far as the platform tells of them, grown from the documented answers in `tests/answers`
and served on loopback by a process of its own. The bare loop (`bare_loop.py`) repeats what the
connector asked: lists one page after the other, details four at once. It reads JSON and XML too,
with the parsers that come with Python, as `httpx` does; the collector of garbage is set alike on
both sides. The vendor's rate limit is lifted, for it would be all that is measured. Limits: 1.3
times the bare loop in seconds passed, 300 MB. The seconds of work (CPU) stand beside them, for a
busy machine moves the others.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import gc
import json
import multiprocessing
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx

from scanner import registry
from scanner.cli import GARBAGE
from scanner.collect.gathering import Gathering
from scanner.collect.http import Call, Client
from scanner.collect.platform import Platform, Reading
from scanner.collect.sections import DETAILS_AT_ONCE
from scanner.collect.vaults.secret import Secret
from scanner.config import Config, Login, Settings, Target
from scanner.document import parse

ANSWERS = Path(__file__).parent.parent / "tests" / "answers"
BARE_LOOP = Path(__file__).parent / "bare_loop.py"
ENTRIES = {"Person": 5000, "Form": 2000, "Message": 5000}
OTHERS = 100
"""Entries of a list of anything else."""
HTML = "<p>秋のご案内です。いつもありがとうございます。</p>" * 60
"""What a body in the answers is made as long as."""
MOST_TIMES, MOST_MEGABYTES = 1.3, 300
_SECRET = frozenset({"password", "token", "client_secret", "refresh_token", "private_key"})
_SIZES = (
    *("limit", "per_page", "count", "pageSize", "page_size", "page[size]", "size", "maxReturn"),
    "$pagesize",
)
_PAGED = frozenset((*_SIZES, "page", "offset", "start", "skip", "$page"))
_NEXT = {
    "account-engagement": ("nextPageUrl",),
    "customerio": ("next",),
    "dynamics": ("@odata.nextLink",),
    "hubspot": ("paging", "next", "after"),
    "iterable": ("nextPageUrl",),
    "klaviyo": ("links", "next"),
    "salesforce": ("nextRecordsUrl",),
    "sendgrid": ("_metadata", "next"),
}
"""Where a page tells of the next one, for lists of which the answers hold a single page."""
_CURSORS = frozenset({"customerio", "hubspot"})
"""Those where that is no link but a word, which the next question repeats."""
_OWN_PATHS = frozenset({"account-engagement", "dynamics", "salesforce"})
"""Those whose lists go on by such a link alone, without a word in the question."""
_NOT_ONE = re.compile(r"\{(?!version|account)\w+\}")
"""What in a path names one entry of a list."""
MOST_UNPAGED = 12_000_000
"""Bytes of a list that comes in one answer: a scan reads 16 MB, so there are fewer entries."""
_TOTALS = frozenset({"total", "total_items", "count", "totalCount", "total_count", "nr_of_results"})
_IDS = frozenset(
    {
        *("id", "Id", "uid", "hs_internal_user_id", "email", "user_id", "userId", "userid"),
        *("username", "Username", "email_template_id", "slug", "UserId", "AssigneeId"),
        *("systemuserid", "msdynmkt_emailid", "msdynmkt_marketingformid", "_userid_value"),
        *("templateId", "user_email"),
    }
)
_IDENTITY = re.compile(r"<(AccountUserID|UserID|Email)>([^<]*)<")


def platform_of(name: str) -> Platform:
    found: Platform = registry.part("platforms", name)
    return found


class Account:
    """Answers as the vendor does, with as many entries as a large account has."""

    def __init__(self, name: str) -> None:
        path = ANSWERS / f"{name}.yaml"
        self.given: dict[str, Any] = parse(path.read_bytes(), path.name).value
        self._calls = platform_of(name).calls
        self._next = _NEXT.get(name, ())
        self._by_link = name in _OWN_PATHS
        self._by_word = name in _CURSORS
        self._links: dict[str, str] = {}
        """The keys of the lists that links go on with."""
        self._bodies: dict[tuple[str, int, int], bytes] = {}
        self._totals: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        self.asked: list[tuple[str, str, str, bool]] = []
        """Method, address and body of each request, and whether it asks for one entry."""
        self._turned: dict[str, int] = {}

    def answer(self, method: str, address: str, body: str) -> bytes:
        parts = urlsplit(address)
        query = parse_qs(parts.query)
        said = " ".join([*(value for values in query.values() for value in values), body])
        link = address if address in self._links else ""
        call = self._call(method, parts.path, said)
        key = self._links[link] if link else self._key(method, parts.path, call)
        size = next((int(query[each][0]) for each in _SIZES if each in query), 100)
        turned = self._turned.get(key, 0)
        self._turned[key] = turned + 1
        pages = self._pages(key)
        many = link or (_longest_list(pages[0]) is not None and not _NOT_ONE.search(call.path))
        self.asked.append((method, address, body, not many))
        place = (key, turned if many else 0, size)
        if place not in self._bodies:
            paged = len(pages) > 1 or not _PAGED.isdisjoint(query) or bool(link) or self._by_link
            self._bodies[place] = self._body(key, call, turned, size, address if paged else "")
        return self._bodies[place]

    def _body(self, key: str, call: Call, turned: int, size: int, address: str) -> bytes:
        """Return page `turned` of the answer to `key`, which is asked for in pages at `address`."""
        pages = self._pages(key)
        at = _longest_list(pages[0])
        if at is None or (_NOT_ONE.search(call.path) and address not in self._links):
            return _encoded(pages[0])
        total = self._totals.setdefault(key, _entries(call))
        made = _grown(pages, total, turned, size if address else total)
        if self._next and address and len(pages) == 1 and (turned + 1) * size < total:
            link = re.sub(r"[?&]more=\d+$", "", address)
            link += f"{'&' if '?' in link else '?'}more={turned}"
            self._links[link] = key
            _point(made, self._next, f"page-{turned + 1}" if self._by_word else link)
        body = _encoded(made)
        if not address and len(body) > MOST_UNPAGED:
            self._totals[key] = total * MOST_UNPAGED // len(body)
            return self._body(key, call, turned, size, address)
        return body

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


def _encoded(page: Any) -> bytes:
    """Return a page as it is sent: JSON in UTF-8, without escapes (RFC 8259, 8.1)."""
    if isinstance(page, str):
        return page.encode()
    return json.dumps(page, default=str, ensure_ascii=False).encode()


def _longest_list(page: Any, at: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """Return where the entries of a page stand."""
    if isinstance(page, str):
        return () if "<Results" in page else None
    if isinstance(page, list):
        return at if page and all(isinstance(each, dict) for each in page) else None
    if _by_number(page):
        return at
    if isinstance(page, dict) and len(at) < 3:
        found = [_longest_list(value, (*at, key)) for key, value in page.items()]
        return next((each for each in found if each is not None), None)
    return None


def _by_number(value: Any) -> bool:
    """Tell whether this is a list that is written as an object, as Mautic does."""
    return isinstance(value, dict) and bool(value) and all(key.isdecimal() for key in value)


def _grown(pages: list[Any], total: int, turned: int, size: int) -> Any:
    """Return page number `turned` of a list of `total` entries like those of `pages`."""
    begin, end = min(total, turned * size), min(total, (turned + 1) * size)
    if isinstance(pages[0], str):
        return _grown_xml(pages, begin, end, total)
    last = len(pages) == 1 or end >= total
    page = copy.deepcopy(pages[-1] if last else pages[0])
    at = _longest_list(pages[0])
    assert at is not None
    entries = pages[0]
    for step in at:
        entries = entries[step]
    keyed = _by_number(entries)
    entries = list(entries.values()) if keyed else entries
    own: Any = [_numbered(entries[number % len(entries)], number) for number in range(begin, end)]
    if keyed:
        own = {str(entry["id"]): entry for entry in own}
    if not at:
        return own
    inner = page
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = own
    _retell(page, pages[-1], total, turned, at, last=last)
    return page


def _grown_xml(pages: list[str], begin: int, end: int, total: int) -> str:
    """Return a page of SOAP with the entries of `pages` from number `begin` to `end`."""
    entries = [each for page in pages for each in re.findall(r"<Results.*?</Results>", page)]
    own = (_identified(entries[number % len(entries)], number) for number in range(begin, end))
    page = pages[0] if end < total else pages[-1]
    return re.sub(r"<Results.*</Results>", lambda _: "".join(own), page)


def _identified(entry: str, number: int) -> str:
    return _IDENTITY.sub(lambda found: f"<{found[1]}>{_own('id', found[2], number)}<", entry)


def _point(page: Any, place: tuple[str, ...], link: str) -> None:
    """Say in `page` where it goes on."""
    *steps, key = place
    if not isinstance(page, dict):
        return
    if "done" in page:
        page["done"] = False
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
    for *question, of_one in asked:
        if group and (not of_one or len(group) == DETAILS_AT_ONCE):
            yield group
            group = []
        if of_one:
            group.append(question)
        else:
            yield [question]
    if group:
        yield group


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


class Side(NamedTuple):
    """What one side took."""

    seconds: float
    work: float
    requests: int
    subjects: int
    megabytes: float


def _megabytes(peak: int) -> float:
    return peak / (1024 if sys.platform != "darwin" else 1_048_576)


def measured(url: str, name: str, answer: Any) -> None:
    """Run the connector, and tell what that took."""
    given = Account(name).given  # starting up has a benchmark of its own
    started, worked = time.perf_counter(), time.process_time()
    gc.set_threshold(GARBAGE)  # as the command does
    requests, subjects = asyncio.run(ours(url, name, given))
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.put(Side(seconds, work, requests, subjects, _megabytes(peak)))


def connector_side(url: str, name: str) -> Side:
    """Run the connector in a process of its own."""
    httpx.get(f"{url}/begin")
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    process = spawn.Process(target=measured, args=(url, name, answer))
    process.start()
    found: Side = answer.get(timeout=300)
    process.join()
    return found


def bare_side(url: str, asked: list[Any]) -> Side:
    """Run the bare loop in a process of its own, which knows nothing of mamori."""
    httpx.get(f"{url}/begin")
    task = {"url": url, "groups": list(_groups(asked)), "garbage": GARBAGE}
    done = subprocess.run(
        [sys.executable, str(BARE_LOOP)],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    told = json.loads(done.stdout)
    return Side(told["seconds"], told["work"], told["requests"], 0, _megabytes(told["peak"]))


def compare(name: str, rounds: int) -> bool:
    """Measure one platform, print what it took, and tell whether that is within the limits."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Queue()
    server = spawn.Process(target=serve, args=(name, ready), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ready.get(timeout=60)}"
    connector_side(url, name)  # the answers are made
    asked = httpx.get(f"{url}/begin").json()
    found: dict[str, list[Side]] = {"bare": [], "ours": []}
    for _ in range(rounds):
        found["bare"].append(bare_side(url, asked))
        found["ours"].append(connector_side(url, name))
    server.terminate()
    seconds, work = (
        {which: statistics.median(getattr(each, of) for each in found[which]) for which in found}
        for of in ("seconds", "work")
    )
    memory = max(each.megabytes for each in found["ours"])
    times = seconds["ours"] / seconds["bare"]
    print(
        f"{name}: {found['ours'][0].requests} requests, {found['ours'][0].subjects} subjects; "
        f"bare loop {seconds['bare']:.2f} s, connector {seconds['ours']:.2f} s, "
        f"{times:.2f} times ({work['ours'] / work['bare']:.2f} in work), {memory:.0f} MB",
        flush=True,
    )
    return times <= MOST_TIMES and memory < MOST_MEGABYTES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", help="platforms (without: all)")
    wanted = parser.parse_args()
    everyone = sorted(path.stem for path in ANSWERS.glob("*.yaml"))
    good = [compare(name, wanted.rounds) for name in wanted.names or everyone]
    print(f"at most {MOST_TIMES} times the bare loop, and {MOST_MEGABYTES} MB")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
