"""How long `mamori contacts audit` takes over 20 million records, beside a query written by hand.

The query is written for these files by somebody who knows them: their columns, types and words. It
answers the same questions, example addresses included, in one pass over the records and one for the
addresses that came back. Each runs in a process of its own, both in DuckDB with the same memory and
threads, by turns. `--check` exits 1 above 1.5 times the query or above 2 GB.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from scanner.collect.contacts.audit import GRACE, IDLE, MONTH, THREE_YEARS, audit
from scanner.collect.contacts.cells import words
from scanner.collect.contacts.exports import MEMORY_LIMIT

ROWS, ROUNDS = 20_000_000, 1
MOST_TIMES, MOST_MEGABYTES = 1.5, 2_000
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FORMS = ("parquet", "csv")

RECORDS = """
SELECT
  CASE WHEN a % 20 = 0 THEN 'User' || i % 1000000 ELSE 'user' || i END || '@' || CASE a % 7
    WHEN 0 THEN 'gmail.com' WHEN 1 THEN 'yahoo.co.jp' WHEN 2 THEN 'docomo.ne.jp'
    ELSE 'company' || a % 5003 || '.example' END AS email,
  CASE b % 10 WHEN 0 THEN NULL WHEN 1 THEN 'Business card' WHEN 2 THEN 'customer'
    ELSE 'opt-in' END AS consent_basis,
  CASE WHEN b % 10 > 1 THEN TIMESTAMP '2022-01-01' + INTERVAL 1 SECOND * (a % 150000000)::BIGINT
    END AS consent_at,
  CASE WHEN b % 13 > 0 THEN 'https://www.sample.example/form/' || b % 40 END AS source,
  CASE WHEN b % 11 > 0 THEN 'v' || b % 30 END AS proof,
  CASE c % 12 WHEN 0 THEN 'unsubscribed' WHEN 1 THEN 'bounced' ELSE 'subscribed' END AS status,
  CASE WHEN c % 12 = 0 THEN TIMESTAMP '2025-01-01' + INTERVAL 1 SECOND * (b % 50000000)::BIGINT
    END AS opt_out_at,
  TIMESTAMP '2024-06-01' + INTERVAL 1 SECOND * (c % 70000000)::BIGINT AS last_sent_at,
  TIMESTAMP '2021-01-01' + INTERVAL 1 SECOND * (a % 100000000)::BIGINT AS created_at
FROM (SELECT i, hash(i) a, hash(i + 1000000007) b, hash(i + 3000000019) c FROM range({rows}) r(i))
"""

FACTS = {
    "without_basis": "mailable AND basis IS NULL AND consent_at IS NULL",
    "without_source": "mailable AND source IS NULL",
    "without_time": "mailable AND consent_at IS NULL",
    "without_proof": "mailable AND proof IS NULL",
    "consumers_without_opt_in": "mailable AND consent_at IS NULL "
    "AND coalesce(basis NOT IN ('opt-in', 'customer'), true) "
    "AND split_part(email, '@', 2) IN ({domains})",
    "sent_after_opt_out": "last_sent_at > opt_out_at + INTERVAL {grace} SECOND",
    "proof_missing_for_a_month": "source IS NULL AND proof IS NULL AND consent_at IS NULL "
    "AND last_sent_at >= TIMESTAMP '{month}'",
    "proof_missing_for_three_years": "source IS NULL AND proof IS NULL AND consent_at IS NULL "
    "AND last_sent_at >= TIMESTAMP '{years}'",
    "idle": "mailable AND greatest(last_sent_at, consent_at, created_at) < TIMESTAMP '{idle}'",
}

TOLD = """
SELECT lower(trim(email)) AS email, lower(trim(consent_basis)) AS basis, consent_at,
  nullif(trim(source), '') AS source, nullif(trim(proof), '') AS proof, opt_out_at, last_sent_at,
  created_at, NOT (coalesce(lower(trim(status)) IN ('unsubscribed', 'bounced'), false)
  OR opt_out_at IS NOT NULL) AS mailable
FROM {records}
"""

BACK = """
SELECT count(*), min(email) FROM (SELECT email, consent_at FROM ({told}) WHERE mailable)
JOIN (SELECT email, max(opt_out_at) AS since FROM ({told}) WHERE NOT mailable GROUP BY email)
USING (email) WHERE NOT coalesce(consent_at > since, false)
"""


def write(path: Path, rows: int) -> None:
    """Write the same synthetic records each time, in the form that the name of `path` says."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as database:
        database.execute("SET preserve_insertion_order = false")
        database.execute("SET enable_progress_bar = false")
        database.execute(
            f"COPY ({RECORDS.format(rows=rows)}) TO '{path}' (FORMAT {path.suffix.strip('.')})"
        )


def by_hand(path: Path) -> dict[str, Any]:
    """Return, by fact, how many records count and one address, as the query finds them."""
    today = NOW.replace(tzinfo=None)
    given = {
        "domains": ", ".join(f"'{each}'" for each in words().consumer_domains),
        "grace": int(GRACE.total_seconds()),
        "month": today - MONTH,
        "years": today - THREE_YEARS,
        "idle": today - IDLE,
    }
    told = TOLD.format(records=f"'{path}'")
    measures = ", ".join(
        f"count(*) FILTER ({when}), min(email) FILTER ({when})"
        for when in (each.format(**given) for each in FACTS.values())
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": folder}) as database,
    ):
        database.execute("SET preserve_insertion_order = false")
        database.execute("SET enable_progress_bar = false")
        counted = database.execute(f"SELECT {measures} FROM ({told})").fetchone()  # noqa: S608
        back = database.execute(BACK.format(told=told)).fetchone()
    assert counted is not None
    assert back is not None
    return {name: counted[2 * place] for place, name in enumerate(FACTS)} | {"returned": back[0]}


def by_mamori(path: Path) -> dict[str, Any]:
    """Return, by fact, how many records count, as `mamori contacts audit` finds them."""
    seen = audit(str(path), now=NOW)
    return {name: getattr(seen, name) for name in (*FACTS, "returned")}


def measured(work: Callable[[Path], dict[str, Any]], path: Path) -> dict[str, Any]:
    """Run `work` in a process of its own; return what it counted, its time and its memory."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(work, path, sender))
    process.start()
    found: dict[str, Any] = receiver.recv()
    process.join()
    return found


def _measure(work: Callable[[Path], dict[str, Any]], path: Path, sender: Connection) -> None:
    wall, core = time.perf_counter(), time.process_time()
    counted = work(path)
    sender.send(
        {
            "counted": counted,
            "seconds": time.perf_counter() - wall,
            "core": time.process_time() - core,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", help="where the records are written, and stay")
    parser.add_argument("--check", action="store_true", help="exit 1 if it is slower than promised")
    options = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        for form in FORMS:
            path = Path(name) / f"contacts.{form}"
            write(path, options.rows)
            runs: dict[str, list[dict[str, Any]]] = {"by hand": [], "mamori": []}
            for _ in range(options.rounds):
                runs["by hand"].append(measured(by_hand, path))
                runs["mamori"].append(measured(by_mamori, path))
            counted = [run["counted"] for each in runs.values() for run in each]
            if any(each != counted[0] for each in counted):
                print(f"the counts differ: {json.dumps(counted)}")
                return 1
            best = {who: min(each, key=lambda run: run["seconds"]) for who, each in runs.items()}
            times = best["mamori"]["seconds"] / best["by hand"]["seconds"]
            cores = best["mamori"]["core"] / best["by hand"]["core"]
            print(f"contacts: {options.rows:,} records, {form} of {path.stat().st_size >> 20:,} MB")
            for who, run in best.items():
                print(
                    f"  {who:8} {run['seconds']:6.1f} s by the clock, {run['core']:6.1f} s of "
                    f"processor, {run['megabytes']:,.0f} MB"
                )
            print(f"  ratio    {times:6.2f} by the clock, {cores:6.2f} of processor")
            missed |= times > MOST_TIMES or best["mamori"]["megabytes"] > MOST_MEGABYTES
            path.unlink()
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
