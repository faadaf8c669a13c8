"""Contact records → counts of those that lack a basis, a proof, or an end.

One expression, which Ibis puts into the words of whatever holds the records. What is counted is
counted there; of the list itself only a masked example per question comes back.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from scanner.collect.contacts.columns import TIMES, ColumnError, fields, recognise
from scanner.collect.contacts.dates import Moments, read_as
from scanner.collect.contacts.exports import (
    Exported,
    Part,
    UnreadableError,
    open_export,
    unreadable,
)
from scanner.model import ContactList, Fact, Origin, Reason, Text, Unknown

if TYPE_CHECKING:
    import ibis

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
    "consumers_without_opt_in": (("email",), ("basis", "opt_in", "consent_at")),
    "sent_after_opt_out": (("opt_out_at",), ("last_sent_at",)),
    "returned": (("email",), ("opted_out", "opt_out_at", "status")),
    "proof_missing_for_a_month": (("last_sent_at",), ("consent_at", "source", "proof")),
    "proof_missing_for_three_years": (("last_sent_at",), ("consent_at", "source", "proof")),
    "idle": (("last_sent_at", "active_at", "consent_at", "created_at"),),
}
"""By fact, the columns it needs: at least one of each group."""

_PROOFS = ("consent_at", "source", "proof")
"""Fields of which each is a record of a consent."""
_NOTED = ("source", "proof")
"""Fields of which counts only whether they say something."""


class Words(msgspec.Struct, frozen=True):
    """What the cells of exports say, in lower case."""

    yes: tuple[str, ...]
    nothing: tuple[str, ...]
    customer: tuple[str, ...]
    opted_in: tuple[str, ...]
    stopped: tuple[str, ...]
    consumer_domains: tuple[str, ...]


@functools.cache
def words() -> Words:
    """Return the words that exports use."""
    data = importlib.resources.files(__package__).joinpath("words.json").read_bytes()
    return msgspec.json.decode(data, type=Words)


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
        self._columns = columns
        self._suppression = suppression
        self._encoding = encoding
        self._progress = progress
        self._found: set[str] = set()

    def run(self) -> ContactList:
        told = self._told(self._records())
        conditions = self._conditions(told)
        counted = self._count(told, conditions)
        facts: dict[str, Fact[int]] = {
            name: counted[name] if name in conditions else self._not_told(name)
            for name in _QUESTIONS
            if name != "returned"
        }
        samples = {
            name: mask(counted[f"sample_{name}"])
            for name in conditions
            if counted[name] and f"sample_{name}" in counted
        }
        facts["returned"], returned = self._returned(told)
        if returned:
            samples["returned"] = mask(returned)
        unread = {
            each: counted[f"unread_{each}"] for each in TIMES if counted.get(f"unread_{each}")
        }
        damage = self._exported.damage()
        told_of = ContactList(
            id=self._source,
            origin=Origin.IMPORT,
            rows=counted["rows"],
            mailable=counted["mailable"],
            damaged_rows=damage.rows,
            damaged_places=damage.places,
            unread_times=unread,
            columns=tuple(sorted(self._found)),
            samples=samples,
        )
        return msgspec.structs.replace(told_of, **facts)

    def _records(self) -> ibis.Table:
        """Return all parts as one table of the fields, whatever each part calls them."""
        return _together(self._fields_of(each, self._columns) for each in self._exported.parts)

    def _fields_of(self, part: Part, given: Mapping[str, str]) -> ibis.Table:
        import ibis

        if len(self._exported.parts) > 1:
            # A folder may mix exports; what is named has to be somewhere, not everywhere.
            given = {field: name for field, name in given.items() if name in part.table.columns}
        found = recognise(part.table.columns, given)
        if given is self._columns or len(self._exported.parts) > 1:
            self._found |= set(found)
        if "email" not in found:
            raise ColumnError(
                "{file} has no column of mail addresses that mamori recognises; name it with "
                "--column email=…. Its columns are: {columns}.",
                file=part.name,
                columns=tuple(part.table.columns),
            )
        cells: dict[str, Any] = {}
        for field in fields():
            if field in TIMES:
                moments = read_as(part.table, found[field]) if field in found else Moments.nowhere()
                cells[field], cells[f"{field}_unread"] = moments.value, moments.unread
            elif field in found:
                cells[field] = _text(part.table[found[field]], exact=field in _NOTED)
            else:
                cells[field] = ibis.null("string")
        return part.table.select(**cells)

    def _told(self, records: ibis.Table) -> ibis.Table:
        """Return of each record what the questions ask, each told once."""
        import ibis

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
            (records.basis.notnull() & records.basis.notin(said.nothing)).fill_null(False)  # noqa: FBT003
            if "basis" in self._found
            else ibis.literal(False)  # noqa: FBT003
        )
        domain = records.email.substr(records.email.find("@") + 1)
        moments = [
            records[each].coalesce(ibis.timestamp("1970-01-01"))
            for each in ("last_sent_at", "active_at", "consent_at", "created_at")
            if each in self._found
        ]
        noted = [records[each].notnull() for each in _PROOFS if each in self._found]
        return records.select(
            "email",
            "opt_out_at",
            "last_sent_at",
            "consent_at",
            *(f"{each}_unread" for each in TIMES),
            # Nobody who opted out, bounced or never confirmed would get the next mail.
            mailable=records.email.notnull() & ~stopped,
            opted_in=opted_in,
            based=opted_in | other_basis,
            customer=self._any(records, {"basis": said.customer}),
            consumer=domain.isin(said.consumer_domains).fill_null(False),  # noqa: FBT003
            sourced=records.source.notnull(),
            proven=records.proof.notnull(),
            recorded=ibis.or_(*noted) if noted else ibis.literal(False),  # noqa: FBT003
            latest=ibis.greatest(*moments) if moments else ibis.null("timestamp"),
        )

    def _any(
        self, records: ibis.Table, wanted: Mapping[str, tuple[str, ...] | None]
    ) -> ibis.expr.types.BooleanValue:
        """Tell whether any column that the export has says one of its words, or anything."""
        import ibis

        said = [
            records[field].notnull() if values is None else records[field].isin(values)
            for field, values in wanted.items()
            if field in self._found
        ]
        return ibis.or_(*said).fill_null(False) if said else ibis.literal(False)  # noqa: FBT003

    def _conditions(self, told: ibis.Table) -> dict[str, Any]:
        """Return, by fact, when a record counts."""
        import ibis

        mailable, sent = told.mailable, told.last_sent_at
        conditions = {
            "mailable": mailable,
            "without_basis": mailable & ~told.based,
            "without_source": mailable & ~told.sourced,
            "without_time": mailable & told.consent_at.isnull(),
            "without_proof": mailable & ~told.proven,
            "consumers_without_opt_in": mailable & told.consumer & ~told.opted_in & ~told.customer,
            "sent_after_opt_out": sent
            > told.opt_out_at + ibis.interval(seconds=int(GRACE.total_seconds())),
            "proof_missing_for_a_month": ~told.recorded
            & (sent >= ibis.timestamp(self._now - MONTH)),
            "proof_missing_for_three_years": ~told.recorded
            & (sent >= ibis.timestamp(self._now - THREE_YEARS)),
            "idle": mailable & (told.latest < ibis.timestamp(self._now - IDLE)),
        }
        return {
            name: when
            for name, when in conditions.items()
            if all(self._found & set(group) for group in _QUESTIONS.get(name, ()))
        }

    def _count(self, told: ibis.Table, conditions: Mapping[str, Any]) -> dict[str, Any]:
        measures: dict[str, Any] = {"rows": told.count()}
        for name, when in conditions.items():
            measures[name] = when.fill_null(False).sum()  # noqa: FBT003
            if name != "mailable":
                measures[f"sample_{name}"] = told.email.min(where=when)
        for each in TIMES:
            if each in self._found:
                measures[f"unread_{each}"] = told[f"{each}_unread"].sum()
        counted = self._run(told.aggregate(**measures))
        return {
            name: (value or 0) if not name.startswith("sample_") else value
            for name, value in counted.items()
        }

    def _returned(self, told: ibis.Table) -> tuple[Fact[int], str]:
        """Count those who opted out and stand among the mailable all the same."""
        if self._suppression is not None:
            stopped = self._suppressed(self._suppression)
        elif all(self._found & set(group) for group in _QUESTIONS["returned"]):
            stopped = told.filter(told.email.notnull() & ~told.mailable)
        else:
            return self._not_told("returned"), ""
        stopped = stopped.select("email", "opt_out_at")
        out = stopped.group_by("email").aggregate(since=stopped.opt_out_at.max())
        both = told.filter(told.mailable).select("email", "consent_at").inner_join(out, "email")
        # Whoever consented anew has come back by himself.
        anew = (both.consent_at > both.since).fill_null(False)  # noqa: FBT003
        back = both.filter(~anew)
        counted = self._run(back.aggregate(count=back.count(), sample=back.email.min()))
        return counted["count"], counted["sample"] or ""

    def _suppressed(self, path: str) -> ibis.Table:
        parts = self._exported.beside(path, self._encoding)
        table = _together(self._fields_of(each, {}) for each in parts)
        return table.filter(table.email.notnull())

    def _not_told(self, name: str) -> Unknown:
        missing = next(group for group in _QUESTIONS[name] if not self._found & set(group))
        return Unknown(
            Reason.NOT_COLLECTED,
            Text.of("The export has no column that tells ({fields}).", fields=missing),
            Text.of("Export that column too, or name it with --column {field}=…", field=missing[0]),
        )

    def _run(self, expression: Any) -> dict[str, Any]:
        """Return the one row of `expression`, and tell meanwhile how far it is."""
        with ThreadPoolExecutor(1) as worker:
            running = worker.submit(expression.to_pyarrow)
            while wait([running], timeout=0.2).not_done:
                self._progress(self._exported.progress())
            try:
                row: dict[str, Any] = running.result().to_pylist()[0]
            except Exception as error:  # noqa: BLE001 - every backend fails in its own way
                # Its message may quote the data.
                raise unreadable(
                    Reason.MALFORMED,
                    Text.of("The records cannot be read ({cause}).", cause=type(error).__name__),
                    Text.of("Export them again as CSV or Parquet."),
                ) from None
        return row


def _together(parts: Iterable[ibis.Table]) -> ibis.Table:
    import ibis

    first, *others = parts
    return ibis.union(first, *others) if others else first


def _text(column: Any, *, exact: bool) -> Any:
    """Return a cell without the space around it, and null where it says nothing."""
    text = column.cast("string").strip().nullif("")
    return text if exact else text.lower()


def mask(address: str) -> str:
    """Return `address` so that its holder is not told, but one can find the record."""
    name, _, domain = address.partition("@")
    if domain not in words().consumer_domains:
        host, dot, rest = domain.partition(".")
        domain = f"{host[:1]}***{dot}{rest}"
    return f"{name[:1]}***@{domain}"
