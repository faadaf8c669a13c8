"""How much reading a large account costs beside a bare loop that makes the same requests.

    python benchmarks/platforms.py [--rounds N]

An account of HubSpot with 5,000 users, 2,000 forms and 5,000 e-mails, served on loopback by a
process of its own. Both sides ask one after the other over one connection. The vendor's rate limit
is lifted, for it would be all that is measured. Limits: 1.3 times the bare loop, 300 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from scanner import registry
from scanner.collect.gathering import Gathering
from scanner.collect.http import Client
from scanner.collect.platform import Reading
from scanner.collect.vaults.secret import Secret
from scanner.config import Config, Login, Settings, Target
from scanner.model import Form, Message, Person

USERS, FORMS, EMAILS, LOGINS = 5000, 2000, 5000, 10_000
PAGE = 100
HTML = "<p>秋のご案内です。いつもありがとうございます。</p>" * 60
MOST_TIMES, MOST_MEGABYTES = 1.3, 300

ENTRIES: dict[str, tuple[int, Any]] = {
    "/settings/users/2026-03": (
        USERS,
        lambda n: {"id": str(n), "email": f"u{n}@example.co.jp", "superAdmin": n < 3},
    ),
    "/crm/objects/2026-03/users": (
        USERS,
        lambda n: {
            "id": str(9000 + n),
            "properties": {"hs_internal_user_id": str(n), "hs_deactivated": "false"},
        },
    ),
    "/account-info/2026-03/activity/login": (
        LOGINS,
        lambda n: {
            "id": str(n),
            "userId": n % USERS,
            "loginAt": "2026-11-20T01:00:00Z",
            "loginSucceeded": True,
        },
    ),
    "/account-info/2026-03/activity/security": (
        LOGINS,
        lambda n: {
            "id": str(n),
            "type": "ADD_TWO_FACTOR_AUTHENTICATION",
            "userId": n % USERS,
            "createdAt": "2026-10-01T00:00:00Z",
        },
    ),
    "/marketing/v3/forms": (
        FORMS,
        lambda n: {
            "id": f"f{n}",
            "name": f"Form {n}",
            "archived": False,
            "fieldGroups": [
                {
                    "richText": "<p>個人情報の取り扱い</p>",
                    "fields": [{"name": "email", "fieldType": "email", "required": True}],
                }
            ],
            "legalConsentOptions": {"type": "none"},
        },
    ),
    "/marketing/emails/2026-03": (
        EMAILS,
        lambda n: {
            "id": str(n),
            "name": f"Mail {n}",
            "subject": "秋のご案内",
            "isPublished": True,
            "from": {"fromName": "サンプル", "replyTo": "news@example.co.jp"},
            "content": {
                "plainTextVersion": "こんにちは",
                "widgets": {"m": {"body": {"html": HTML}}},
            },
        },
    ),
}
ONE: dict[str, Any] = {
    "/account-info/2026-03/details": {"accountType": "STANDARD"},
    "/oauth/v2/private-apps/get/access-token-info": {"scopes": ["forms"]},
}


def bodies() -> dict[str, list[bytes]]:
    made = {path: [json.dumps(body).encode()] for path, body in ONE.items()}
    for path, (total, make) in ENTRIES.items():
        pages = -(-total // PAGE)
        made[path] = []
        for page in range(pages):
            answer: dict[str, Any] = {
                "results": [make(n) for n in range(page * PAGE, min(total, (page + 1) * PAGE))]
            }
            if page + 1 < pages:
                answer["paging"] = {"next": {"after": str(page + 1)}}
            made[path].append(json.dumps(answer).encode())
    return made


def serve(ready: Any) -> None:
    """Answer from memory, so that the server is not what is measured."""
    pages = bodies()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                for line in lines:
                    if line.lower().startswith("content-length:"):
                        await reader.readexactly(int(line.split(":")[1]))
                place = urlsplit(lines[0].split(" ")[1])
                after = parse_qs(place.query).get("after", ["0"])[0]
                body = pages[place.path][int(after)]
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


async def bare(url: str) -> int:
    """Make the same requests, read the answers, and find the next page in each."""
    count = 0
    async with httpx.AsyncClient(timeout=30) as client:
        for path in ONE:
            method = "POST" if path.startswith("/oauth") else "GET"
            await client.request(method, url + path, json={} if method == "POST" else None)
            count += 1
        for path in ENTRIES:
            after: str | None = "0"
            while after is not None:
                response = await client.get(url + path, params={"limit": PAGE, "after": after})
                answer = json.loads(response.content)
                after = answer.get("paging", {}).get("next", {}).get("after")
                count += 1
    return count


async def ours(url: str) -> int:
    platform = registry.part("platforms", "hubspot")
    target = Target(name="x", platform="hubspot", url=url, credential=Login(token="env:X"))
    gathering = Gathering("x", "hubspot", platform.lists)
    async with Client(url, platform.calls, explain=platform.explain) as client:
        await platform.read(
            Reading(
                target=target,
                settings=Settings(config=Config(targets=(target,)), folder=Path("/")),
                secrets={"token": Secret.of("made-up")},
                client=client,
                gathering=gathering,
                now=datetime(2026, 11, 24, tzinfo=UTC),
            )
        )
        found = [type(each) for each in gathering.subjects]
        assert not gathering.problems, gathering.problems
        assert [found.count(kind) for kind in (Person, Form, Message)] == [USERS, FORMS, EMAILS]
        return client.requests


def measured(which: str, url: str, answer: Any) -> None:
    """Run one side in a process of its own, and tell seconds, requests and peak memory."""
    run = ours if which == "ours" else bare
    registry.part("platforms", "hubspot")  # starting up has a benchmark of its own
    started = time.perf_counter()
    requests = asyncio.run(run(url))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer.put((seconds, requests, peak / (1024 if sys.platform != "darwin" else 1_048_576)))


def side(which: str, url: str) -> tuple[float, int, float]:
    spawn = multiprocessing.get_context("spawn")
    answer = spawn.Queue()
    process = spawn.Process(target=measured, args=(which, url, answer))
    process.start()
    found: tuple[float, int, float] = answer.get(timeout=300)
    process.join()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Queue()
    server = spawn.Process(target=serve, args=(ready,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ready.get(timeout=60)}"
    found: dict[str, list[tuple[float, int, float]]] = {"bare": [], "ours": []}
    for _ in range(rounds):
        for which, measurements in found.items():
            measurements.append(side(which, url))
    server.terminate()
    seconds = {which: statistics.median(each[0] for each in found[which]) for which in found}
    requests = {which: found[which][0][1] for which in found}
    memory = max(each[2] for each in found["ours"])
    times = seconds["ours"] / seconds["bare"]
    print(f"bare loop: {requests['bare']} requests in {seconds['bare']:.2f} s")
    print(f"connector: {requests['ours']} requests in {seconds['ours']:.2f} s, {memory:.0f} MB")
    print(f"{times:.2f} times the bare loop (at most {MOST_TIMES}); {MOST_MEGABYTES} MB at most")
    return 0 if times <= MOST_TIMES and memory < MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
