"""Contact records → counts of those that lack a basis, a proof, or an end.

One expression, which Ibis puts into the words of whatever holds the records. What is counted is
counted there; of the list itself only a masked example per question comes back.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from scanner.collect.contacts.cells import is_one, words
from scanner.collect.contacts.columns import TIMES
from scanner.collect.contacts.exports import Exported, UnreadableError, open_export, unreadable
from scanner.collect.contacts.records import Recognised, recognised, together
from scanner.model import ContactList, Fact, Origin, Reason, Text, Unknown
from scanner.model.errors import MamoriError

if TYPE_CHECKING:
    import ibis

T = TypeVar("T")

GRACE = timedelta(days=1)
"""What was on its way when somebody opted out may still arrive."""
MONTH = timedelta(days=31)
THREE_YEARS = timedelta(days=3 * 365 + 1)
IDLE = timedelta(days=2 * 365)

_QUESTIONS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "without_basis": (("basis", "opt_in", "consent_at"),),
    "without_source": (("source",),),
    "without_time": (("consent_at",),),
    "without_proof": (("proof",),),
    "without_record": (("consent_at",), ("source", "proof")),
    "consumers_without_opt_in": (("email",), ("basis", "opt_in", "consent_at")),
    "sent_after_opt_out": (("opt_out_at",), ("last_sent_at",)),
    "returned": (("email",), ("opted_out", "opt_out_at", "status")),
    "proof_missing_for_a_month": (("last_sent_at",), ("consent_at", "source", "proof")),
    "proof_missing_for_three_years": (("last_sent_at",), ("consent_at", "source", "proof")),
    "idle": (("last_sent_at", "active_at", "consent_at", "created_at"),),
}
"""By fact, the columns it needs: at least one of each group."""

_JOINED = ("email", "mailable", "opt_out_at", "consent_at")
"""What tells who came back after opting out."""


def audit(
    source: str,
    *,
    now: datetime,
    columns: Mapping[str, str] = {},
    table: str | None = None,
    password: str | None = None,
    environment: Mapping[str, str] = {},
    encoding: str = "",
    suppression: str | None = None,
    progress: Callable[[float | None], None] = lambda done: None,
) -> ContactList:
    """Count what the records at `source` lack.

    `columns` names columns by field where their headers do not, `password` refers to the secret of
    a database, and `suppression` is a file of addresses that opted out. What cannot be read makes
    facts unknown, with the reason. Raises:
        MamoriError: a column or a database is named wrongly.
    """
    try:
        with open_export(
            source, table=table, password=password, environment=environment, encoding=encoding
        ) as exported:
            return _Audit(
                exported,
                source=source,
                now=now.astimezone(UTC).replace(tzinfo=None),
                columns=columns,
                suppression=suppression,
                encoding=encoding,
                progress=progress,
            ).run()
    except UnreadableError as error:
        unknown = dict.fromkeys(("rows", "mailable", *_QUESTIONS), error.unknown)
        return msgspec.structs.replace(ContactList(id=source, origin=Origin.IMPORT), **unknown)


class _Audit:
    """One export, while it is counted."""

    def __init__(
        self,
        exported: Exported,
        *,
        source: str,
        now: datetime,
        columns: Mapping[str, str],
        suppression: str | None,
        encoding: str,
        progress: Callable[[float | None], None],
    ) -> None:
        self._exported = exported
        self._source = source
        self._now = now
        self._progress = progress
        self._parts = self._run(lambda: recognised(exported.parts, columns), step=None)
        self._found = frozenset(field for each in self._parts for field in each.columns)
        self._stopped: tuple[Recognised, ...] | None = None
        if suppression is not None:
            beside = exported.beside(suppression, encoding)
            self._stopped = self._run(lambda: recognised(beside, {}), step=None)

    def run(self) -> ContactList:
        """Count, and return the counts."""
        told = self._told()
        conditions = self._conditions(told)
        again = self._stopped is not None or self._answered("returned")
        # Text would be parsed anew for each question.
        kept = again and any(each.parsed for each in self._exported.parts)
        steps = 2 if again and not kept else 1
        marked = told.select(*_JOINED, marks=_marks(conditions.values()))
        if kept:
            told = marked = self._run(lambda: self._exported.keep(marked), step=(0, 1))
        tally = _tally(marked)
        rows = self._run(tally.to_pyarrow, step=None if kept else (0, steps)).to_pylist()
        count, sample = _by_condition(rows, conditions)

        facts: dict[str, Fact[int]] = {
            name: count[name] if name in conditions else self._not_told(name)
            for name in _QUESTIONS
            if name != "returned"
        }
        if again:
            back = self._back(told if kept else None)
            row = self._run(back.to_pyarrow, step=None if kept else (1, steps)).to_pylist()[0]
            facts["returned"], sample["returned"] = row["count"], row["sample"]
        else:
            facts["returned"] = self._not_told("returned")
        damage = self._exported.damage()
        told_of = ContactList(
            id=self._source,
            origin=Origin.IMPORT,
            rows=sum(row["rows"] for row in rows),
            mailable=count["mailable"],
            damaged_rows=damage.rows,
            damaged_places=damage.places,
            unread_times={
                each: count[f"unread_{each}"] for each in TIMES if count.get(f"unread_{each}")
            },
            columns=tuple(sorted(self._found)),
            samples={name: mask(sample[name]) for name in _QUESTIONS if sample.get(name)},
        )
        return msgspec.structs.replace(told_of, **facts)

    def _told(self) -> ibis.Table:
        """Return of each record what the questions ask, each told once."""
        import ibis

        records = together(self._parts)
        said = words()
        opted_in = self._any(
            records,
            {"opt_in": said.yes + said.opted_in, "basis": said.opted_in, "consent_at": None},
        )
        stopped = self._any(
            records,
            {
                "opted_out": said.yes + said.stopped,
                "status": said.stopped,
                "opt_in": said.stopped,
                "opt_out_at": None,
            },
        )
        other_basis = (
            (records.basis.notnull() & ~is_one(records.basis, said.nothing)).fill_null(False)  # noqa: FBT003
            if "basis" in self._found
            else ibis.literal(False)  # noqa: FBT003
        )
        times = [
            records[each].coalesce(ibis.timestamp("1970-01-01"))
            for each in ("last_sent_at", "active_at", "consent_at", "created_at")
            if each in self._found
        ]
        return records.select(
            "email",
            "opt_out_at",
            "last_sent_at",
            "consent_at",
            "source",
            "proof",
            *(f"{each}_unread" for each in TIMES),
            # Nobody who opted out, bounced or never confirmed would get the next mail.
            mailable=records.addressed & ~stopped,
            opted_in=opted_in,
            based=opted_in | other_basis,
            customer=self._any(records, {"basis": said.customer}),
            latest=ibis.greatest(*times) if times else ibis.null("timestamp"),
        )

    def _any(
        self, records: ibis.Table, wanted: Mapping[str, tuple[str, ...] | None]
    ) -> ibis.expr.types.BooleanValue:
        """Tell whether any column that the export has says one of its words, or anything."""
        import ibis

        said = [
            records[field].notnull() if values is None else is_one(records[field], values)
            for field, values in wanted.items()
            if field in self._found
        ]
        return ibis.or_(*said).fill_null(False) if said else ibis.literal(False)  # noqa: FBT003

    def _conditions(self, told: ibis.Table) -> dict[str, ibis.expr.types.BooleanValue]:
        """Return, by fact, when a record counts."""
        import ibis

        mailable, sent = told.mailable, told.last_sent_at
        unrecorded = ~(told.source | told.proof) & told.consent_at.isnull()
        domain = told.email.substr(told.email.find("@") + 1)
        conditions = {
            "mailable": mailable,
            "without_basis": mailable & ~told.based,
            "without_source": mailable & ~told.source,
            "without_time": mailable & told.consent_at.isnull(),
            "without_proof": mailable & ~told.proof,
            "without_record": mailable & (told.consent_at.isnull() | ~(told.source | told.proof)),
            # Domains are looked up of those alone that have not opted in.
            "consumers_without_opt_in": ibis.ifelse(
                mailable & ~told.opted_in & ~told.customer,
                is_one(domain, words().consumer_domains),
                False,  # noqa: FBT003
            ),
            "sent_after_opt_out": sent
            > told.opt_out_at + ibis.interval(seconds=int(GRACE.total_seconds())),
            "proof_missing_for_a_month": unrecorded & (sent >= ibis.timestamp(self._now - MONTH)),
            "proof_missing_for_three_years": unrecorded
            & (sent >= ibis.timestamp(self._now - THREE_YEARS)),
            "idle": mailable & (told.latest < ibis.timestamp(self._now - IDLE)),
        }
        return {name: when for name, when in conditions.items() if self._answered(name)} | {
            f"unread_{field}": told[f"{field}_unread"]
            for field in TIMES
            if any(field in each.forms for each in self._parts)
        }

    def _back(self, kept: ibis.Table | None) -> ibis.Table:
        """Count those who opted out and stand among the mailable all the same."""

        def told() -> ibis.Table:
            return self._told() if kept is None else kept

        if self._stopped is not None:
            stopped = together(self._stopped)
        else:
            stopped = told()
            stopped = stopped.filter(~stopped.mailable)
        out = stopped.group_by("email").aggregate(since=stopped.opt_out_at.max())
        mailable = told()
        both = mailable.filter(mailable.mailable).select("email", "consent_at")
        both = both.inner_join(out, "email")
        # Whoever consented anew has come back by himself.
        back = both.filter(~(both.consent_at > both.since).fill_null(False))  # noqa: FBT003
        return back.aggregate(count=back.count(), sample=back.email.min())

    def _answered(self, name: str) -> bool:
        """Tell whether the export has the columns by which the fact `name` is told."""
        return all(self._found & set(group) for group in _QUESTIONS.get(name, ()))

    def _not_told(self, name: str) -> Unknown:
        missing = next(group for group in _QUESTIONS[name] if not self._found & set(group))
        return Unknown(
            Reason.NOT_COLLECTED,
            Text.of("The export has no column that tells ({fields}).", fields=missing),
            Text.of("Export that column too, or name it with --column {field}=…", field=missing[0]),
        )

    def _run(self, work: Callable[[], T], *, step: tuple[int, int] | None) -> T:
        """Return what `work` gives, and tell meanwhile how far it is.

        `step` says which of how many such works it is; without it nothing is told.
        """
        with ThreadPoolExecutor(1) as worker:
            running = worker.submit(work)
            while wait([running], timeout=0.2).not_done:
                if step is not None:
                    done, (past, steps) = self._exported.progress(), step
                    self._progress(None if done is None else (past + done) / steps)
            try:
                return running.result()
            except MamoriError:
                raise
            except Exception as error:  # noqa: BLE001 - every backend fails in its own way
                # Its message may quote the data.
                raise unreadable(
                    Reason.MALFORMED,
                    Text.of("The records cannot be read ({cause}).", cause=type(error).__name__),
                    Text.of("Export them again as CSV or Parquet."),
                ) from None


def _marks(conditions: Iterable[Any]) -> ibis.expr.types.IntegerValue:
    """Return a number in which each condition that holds sets its bit."""
    import ibis

    return functools.reduce(
        operator.add,
        (ibis.ifelse(when, 1 << bit, 0) for bit, when in enumerate(conditions)),
    )


def _tally(marked: ibis.Table) -> ibis.Table:
    """Count the records by what holds of them: there are few such sets, however many records."""
    return marked.group_by("marks").aggregate(rows=marked.count(), sample=marked.email.min())


def _by_condition(
    rows: Sequence[Mapping[str, Any]], conditions: Iterable[str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return how many records each condition holds of, and the first address of them."""
    count, sample = {}, {}
    for bit, name in enumerate(conditions):
        held = [row for row in rows if row["marks"] >> bit & 1]
        count[name] = sum(row["rows"] for row in held)
        sample[name] = min((row["sample"] for row in held if row["sample"]), default="")
    return count, sample


def mask(address: str) -> str:
    """Return `address` so that its holder is not told, but one can find the record."""
    name, _, domain = address.partition("@")
    if domain not in words().consumer_domains:
        host, dot, rest = domain.partition(".")
        domain = f"{host[:1]}***{dot}{rest}"
    return f"{name[:1]}***@{domain}"
