"""Where contact records lie: files, folders and databases, opened as tables of text or of types.

Files are read by DuckDB, which is part of the extra `contacts`; a database is read where it is, by
the backend of Ibis that its address names.
"""

from __future__ import annotations

import codecs
import gzip
import re
import secrets
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from scanner.collect.contacts.heading import Heading, find_heading
from scanner.collect.statements.export import UNREADABLE
from scanner.collect.vaults.reference import VaultError, read_reference
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Text, Unknown
from scanner.model.errors import MamoriError

if TYPE_CHECKING:
    import ibis

MEMORY_LIMIT = "1GB"
"""What the embedded database may take before it uses the disk."""
_SAMPLE = 1 << 20
_BLOCK = 1 << 20
_CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
_PARQUET = (".parquet", ".parq")
_MOST_LINES = 10
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")


class ContactsError(MamoriError):
    """The command line asks for something that cannot be done."""


class UnreadableError(Exception):
    """An export cannot be read as a whole; `unknown` says why and what to do."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown)
        self.unknown = unknown


def unreadable(reason: Reason, detail: Text, remedy: Text | None = None) -> UnreadableError:
    """Return the error for an export that cannot be read, for that reason."""
    return UnreadableError(Unknown(reason, detail, remedy))


class Damage(msgspec.Struct, frozen=True):
    """Rows that could not be read and were left out."""

    rows: int = 0
    places: tuple[str, ...] = ()
    """The first of them, as `file:line (kind)`."""


class Part(msgspec.Struct, frozen=True):
    """One table of an export: a file, or the table of a database."""

    name: str
    table: Any
    """An `ibis.Table`."""
    parsed: bool = False
    """It is a file of text, which every question parses anew."""


class Exported(msgspec.Struct, frozen=True):
    """An export while it is open."""

    backend: Any
    """The Ibis backend."""
    parts: tuple[Part, ...]
    folder: Path | None = None
    """Where files are written anew; None for a database."""

    def beside(self, path: str, encoding: str = "") -> tuple[Part, ...]:
        """Open the file or folder `path` too, so that both can be asked in one question.

        Raises:
            ContactsError: this is a database, which cannot read files.
            UnreadableError: nothing can be read there.
        """
        if self.folder is None:
            raise ContactsError("A list of opt-outs in a file goes with records in files.")
        return _open_files(self.backend, Path(path), self.folder, encoding)

    def keep(self, table: ibis.Table) -> ibis.Table:
        """Return `table` as it is once asked for, kept until the export is closed."""
        kept: ibis.Table = self.backend.create_table("kept", table, temp=True)
        return kept

    def damage(self) -> Damage:
        """Return what could not be read so far; complete once every row has been asked for."""
        if self.backend.name != "duckdb":
            return Damage()
        run = self.backend.con.execute
        # The tables come into being with the first CSV file.
        if not run("FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchall():
            return Damage()
        rows = run(
            "SELECT s.file_path, e.line, min(e.error_type::VARCHAR) FROM reject_errors e "
            "JOIN reject_scans s USING (scan_id, file_id) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        bad = sorted({(Path(path).name, line, kind) for path, line, kind in rows})
        return Damage(
            len({(path, line) for path, line, _ in bad}),
            tuple(f"{path}:{line} ({kind.lower()})" for path, line, kind in bad[:_MOST_LINES]),
        )

    def progress(self) -> float | None:
        """Return how much of the running query is done, 0 to 1, where the backend tells."""
        if self.backend.name != "duckdb":
            return None
        done = float(self.backend.con.query_progress())
        return done / 100 if done >= 0 else None


def is_address(source: str) -> bool:
    """Tell whether `source` is the address of a database."""
    return re.match(r"[a-z][a-z0-9+]*://", source) is not None


@contextmanager
def open_export(
    source: str,
    *,
    table: str | None = None,
    password: str | None = None,
    environment: Mapping[str, str] = {},
    encoding: str = "",
) -> Iterator[Exported]:
    """Open the file, the folder of files or the database `source`.

    `password` is a reference to where the password of the database lies.
    A file that is not in UTF-8 is first written anew in UTF-8, in a folder of its owner's alone
    that is gone afterwards. Raises:
        ContactsError: the extra is not installed, or the address is not usable.
        UnreadableError: nothing can be read there.
    """
    ibis = _ibis()
    if is_address(source):
        exported = _open_database(ibis, source, table, _secret(password, environment))
        try:
            yield exported
        finally:
            exported.backend.disconnect()
        return
    with tempfile.TemporaryDirectory(prefix="mamori-contacts-") as folder:
        backend = ibis.duckdb.connect(
            memory_limit=MEMORY_LIMIT,
            temp_directory=folder,
            preserve_insertion_order=False,
            # What is not there is not fetched from the net.
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )
        try:
            # How far it is, is asked of it and shown elsewhere.
            backend.raw_sql("SET enable_progress_bar = true")
            backend.raw_sql("SET enable_progress_bar_print = false")
            parts = _open_files(backend, Path(source), Path(folder), encoding)
            yield Exported(backend, parts, Path(folder))
        finally:
            backend.disconnect()


def _secret(reference: str | None, environment: Mapping[str, str]) -> Secret | None:
    if reference is None:
        return None
    try:
        return read_reference(reference, environment=environment, folder=Path()).secret
    except VaultError as gap:
        raise UnreadableError(gap.unknown) from None


def _ibis() -> Any:
    try:
        import ibis
    except ImportError:
        raise ContactsError(
            "Contact records need the extra `contacts`; install mamori[contacts]."
        ) from None
    return ibis


def _open_files(backend: Any, path: Path, folder: Path, encoding: str) -> tuple[Part, ...]:
    return tuple(
        _open_file(backend, file, folder / secrets.token_hex(8) / file.name, encoding)
        for file in _files(path)
    )


def _files(path: Path) -> list[Path]:
    try:
        if not path.exists():
            raise unreadable(Reason.NOT_FOUND, Text.of("There is no such file."))
        if not path.is_dir():
            return [path]
        files = sorted(
            each
            for each in path.iterdir()
            if each.is_file() and each.name.lower().endswith((*_CSV, *_PARQUET))
        )
    except OSError as error:
        raise unreadable(
            Reason.NOT_PERMITTED,
            Text.of("{file} cannot be read ({cause}).", file=path.name, cause=_cause(error)),
            Text.of("Let mamori read it, or give what it can read."),
        ) from None
    if not files:
        raise unreadable(
            Reason.NOT_FOUND,
            Text.of("The folder holds no export."),
            Text.of("Put CSV or Parquet files there."),
        )
    return files


def _open_file(backend: Any, file: Path, anew: Path, encoding: str) -> Part:
    try:
        if file.name.lower().endswith(_PARQUET):
            return Part(file.name, backend.read_parquet(file))
        sample, torn = _sample(file)
        _refuse_others(file, sample)
        if sample.strip():
            charset = encoding or _charset(sample)
            plain = charset == "utf-8" and not torn
            if not plain:
                anew.parent.mkdir(mode=0o700)
                _write_anew(file, anew, charset)
            heading = find_heading(sample.decode(charset, "replace"))
            table = _read_csv(backend, file if plain else anew, heading)
            return Part(file.name, table, parsed=True)
    except UnreadableError:
        raise
    except Exception as error:  # noqa: BLE001 - the library has many ways to fail
        # Its message may quote the data.
        raise unreadable(
            Reason.MALFORMED,
            Text.of("{file} cannot be read ({cause}).", file=file.name, cause=_cause(error)),
            Text.of("Export it again as CSV with one header line, or as Parquet."),
        ) from None
    raise unreadable(Reason.MALFORMED, Text.of("{file} is empty.", file=file.name))


def _refuse_others(file: Path, sample: bytes) -> None:
    """Raise an error for what only its name makes a list."""
    if sample.startswith(b"PK\x03\x04"):
        raise unreadable(
            Reason.MALFORMED,
            Text.of("{file} is a workbook or an archive, not a list.", file=file.name),
            Text.of("Save the sheet as CSV, or unpack the archive."),
        )
    if re.match(rb"\s*(?:<(?:!doctype|html)|[{\[]\s*[{\"])", sample[:200], re.IGNORECASE):
        raise unreadable(
            Reason.MALFORMED,
            Text.of("{file} is a web page or JSON, not a list.", file=file.name),
            Text.of("Export it again as CSV with one header line, or as Parquet."),
        )
    if len(set(_NO_TEXT.findall(sample[:_BEGINNING]))) > _STRAY:
        raise unreadable(
            Reason.MALFORMED,
            Text.of("{file} is no text.", file=file.name),
            Text.of("Export it again as CSV with one header line, or as Parquet."),
        )


_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text has, in any of the charsets; UTF-16 is full of zeros."""
_BEGINNING, _STRAY = 1000, 2
"""Bytes that are looked at, and how many different ones may have strayed into a text."""


def _cause(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__


def _read_csv(backend: Any, path: Path, heading: Heading) -> ibis.Table:
    return backend.read_csv(
        path,
        columns=dict.fromkeys(heading.columns, "string"),
        auto_detect=False,
        header=False,
        skip=heading.lines,
        delim=heading.delimiter,
        quote='"',
        escape='"',
        compression="gzip" if _is_compressed(path) else "none",
        # Rows that are torn or damaged are left out and told, and take no others down.
        store_rejects=True,
        rejects_limit=0,
        strict_mode=heading.even,
    )


def _is_compressed(file: Path) -> bool:
    with file.open("rb") as data:
        return data.read(2) == b"\x1f\x8b"


def _blocks(file: Path) -> Iterator[bytes]:
    """Yield the bytes of `file`; a compressed one that is torn ends where it can be read to.

    Raises:
        _TornError: it was torn; all that could be read has been yielded.
    """
    with gzip.open(file) if _is_compressed(file) else file.open("rb") as data:
        while True:
            try:
                block = data.read1(_BLOCK)
            except (EOFError, zlib.error) as error:
                raise _TornError from error
            if not block:
                return
            yield block


class _TornError(Exception):
    """A compressed file ends too early."""


def _sample(file: Path) -> tuple[bytes, bool]:
    """Return the beginning of `file`, and whether it is torn there."""
    sample = b""
    try:
        for block in _blocks(file):
            sample += block
            if len(sample) >= _SAMPLE:
                break
    except _TornError:
        return sample, True
    return sample, False


def _charset(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Every other byte of Latin letters is zero there.
    for place, charset in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[place:400:2].count(0) > len(sample[:400]) // 4:
            return charset
    utf8 = _misfits(sample, "utf-8")
    if not utf8:
        return "utf-8"
    # What is in one of the two reads as rows of half-width kana in the other.
    least, charset = min((_misfits(sample, each), each) for each in ("cp932", "euc_jp"))
    return charset if least < utf8 else "utf-8"


def _misfits(sample: bytes, charset: str) -> int:
    """Count what makes no sense in `charset`, the cut at the end apart."""
    decoder = codecs.getincrementaldecoder(charset)("replace")
    text = decoder.decode(sample)
    return len(UNREADABLE.findall(text)) + len(_HALF_WIDTH.findall(text)) // 4


def _write_anew(file: Path, anew: Path, charset: str) -> None:
    """Write `file` in UTF-8; bytes that mean nothing stay, so that their rows are refused."""
    kept = "replace" if charset.startswith("utf-16") else "surrogateescape"
    decoder = codecs.getincrementaldecoder(charset)(kept)
    with anew.open("xb") as target, suppress(_TornError):
        for block in _blocks(file):
            target.write(decoder.decode(block).encode("utf-8", "surrogateescape"))
    with anew.open("ab") as target, suppress(UnicodeError):
        target.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))


def _open_database(ibis: Any, source: str, table: str | None, password: Secret | None) -> Exported:
    try:
        parts = urlsplit(source)
    except ValueError:
        raise ContactsError(
            "{source} is no address of a database.", source=repr(source.partition(":")[0] + ":…")
        ) from None
    if parts.password is not None:
        raise ContactsError(
            "A password must not stand in the address, where every process of this machine can "
            "read it; give a reference with --password."
        )
    if table is None:
        raise ContactsError("Name the table of the database with --table.")
    address = source
    if password is not None:
        user = f"{parts.username or ''}:{quote(password.reveal(), safe='')}@"
        place = parts.netloc.rpartition("@")[2]
        address = urlunsplit((parts.scheme, user + place, parts.path, parts.query, ""))
    try:
        backend = ibis.connect(address)
        return Exported(backend, (Part(table, backend.table(table)),))
    except ImportError as error:
        raise unreadable(
            Reason.NOT_CONFIGURED,
            Text.of("The driver for this database is not installed ({name}).", name=error.name),
            Text.of(
                "Install ibis-framework[{backend}] beside mamori.",
                backend=parts.scheme.partition("+")[0].replace("postgresql", "postgres"),
            ),
        ) from None
    except Exception as error:  # noqa: BLE001 - every driver fails in its own way
        # Its message may quote the address.
        raise unreadable(
            Reason.UNREACHABLE,
            Text.of("The table cannot be opened ({cause}).", cause=_cause(error)),
            Text.of("Check the address, the name of the table and the right to read it."),
        ) from None


def by_field(given: tuple[str, ...]) -> Mapping[str, str]:
    """Return `field=header` pairs of the command line as a mapping.

    Raises:
        ContactsError: one is of another form.
    """
    pairs = [each.partition("=") for each in given]
    for field, equals, header in pairs:
        if not (field and equals and header):
            raise ContactsError(
                "{given} does not name a column; write field=header.", given=repr(field + equals)
            )
    return {field: header for field, _, header in pairs}
