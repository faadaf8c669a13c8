"""Opens the database of the history, and says in words what keeps it from working."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import certifi
import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from scanner.collect.vaults.secret import Secret
from scanner.config import is_loopback
from scanner.history.schema import MIGRATIONS, migrate, version
from scanner.language import printable
from scanner.model.errors import MamoriError

PATIENCE_SECONDS = 10.0
"""How long another process may hold the database."""

_LOCK = 0x6D616D6F7269
"""The number of our lock among the advisory ones of PostgreSQL."""


_WAL_INDEX = 32_768
"""Bytes of the index of a WAL. https://sqlite.org/walformat.html"""


class HistoryError(MamoriError):
    """The history cannot be used; what is in it stays as it is."""

    exit_code = 3


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a history lies."""

    url: str
    """`sqlite:///` and an absolute path, or `postgresql://user@host:port/name`."""
    password: Secret | None = None
    ca_file: Path | None = None

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        scheme, _, rest = self.url.partition("://")
        return Path(rest[1:]) if scheme == "sqlite" else None

    @property
    def shown(self) -> str:
        """The place as a reader would name it."""
        return str(self.file or self.url)


class Database:
    """Transactions on a history."""

    def __init__(self, place: Place, engine: Engine) -> None:
        self._place = place
        self._engine = engine

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Offer a transaction that sees one state of the database.

        Raises:
            HistoryError: the database cannot be used.
        """
        with telling(self._place), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Offer a transaction that no other writer is beside; it happens as a whole or not at all.

        Raises:
            HistoryError: the database cannot be used, or another process holds it for too long.
        """
        writer = self._engine.execution_options(mamori_writes=True)
        with telling(self._place), writer.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection

    def compact(self) -> None:
        """Give unused space back to the disk; a server does that by itself.

        Raises:
            HistoryError: it cannot be done, for want of space or because others are reading.
        """
        with telling(self._place), self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("VACUUM")


def open_database(place: Place, *, create: bool, patience: float = PATIENCE_SECONDS) -> Database:
    """Open the history at `place`, with its tables brought up to date.

    Raises:
        HistoryError: there is none and `create` is not wanted, or it cannot be used.
    """
    with telling(place):
        file = place.file
        if file is not None:
            _prepare(file, create=create)
            engine = _sqlite(file, patience)
        else:
            engine = _postgresql(place, patience)
    database = Database(place, engine)
    with database.reading() as connection:
        found = version(connection)
    if found > len(MIGRATIONS):
        raise HistoryError(
            "The history {place} was written by a newer mamori; update this one.", place=place.shown
        )
    if found == 0 and not create:
        raise no_history(place)
    if found < len(MIGRATIONS):
        with database.writing() as connection:
            migrate(connection)
    return database


def no_history(place: Place) -> HistoryError:
    """Return the error for a history that no scan has begun."""
    return HistoryError(
        "There is no history at {place} yet; mamori scan begins one.", place=place.shown
    )


def _prepare(file: Path, *, create: bool) -> None:
    """Make the file for its owner alone, or close it to others if it was open."""
    if not create and not file.exists():
        raise no_history(Place(url=f"sqlite:///{file}"))
    if create:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    handle = os.open(file, flags, 0o600)
    try:
        status = os.fstat(handle)
        if status.st_mode & 0o077 and status.st_uid == os.geteuid():
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def _sqlite(file: Path, patience: float) -> Engine:
    def connect() -> sqlite3.Connection:
        # Python would begin transactions by itself, and too late; see `_begin`.
        return sqlite3.connect(file, timeout=patience, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _settle(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that begins by reading and then writes can find that somebody else has
        # written since; one that is to write therefore begins as a writer.
        writes = connection.get_execution_options().get("mamori_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(place: Place, patience: float) -> Engine:
    try:
        import pg8000.dbapi as driver  # type: ignore[import-untyped] # it ships no types
    except ImportError:
        raise HistoryError(
            "A history in PostgreSQL needs the driver: install mamori[postgresql]."
        ) from None
    parts = urlsplit(place.url)
    query = parse_qs(parts.query)
    arguments: dict[str, Any] = {
        "user": unquote(parts.username or "") or _login_name(),
        "database": unquote(parts.path.lstrip("/")) or None,
        "timeout": patience,
        "application_name": "mamori",
    }
    port = parts.port or 5432
    folder = query.get("host", [""])[0]
    if folder.startswith("/"):
        arguments["unix_sock"] = f"{folder}/.s.PGSQL.{port}"
    else:
        arguments |= {"host": parts.hostname or "localhost", "port": port}
        asked_for = place.ca_file is not None or query.get("sslmode") == ["verify-full"]
        if asked_for or not is_loopback(f"//{parts.netloc}"):
            # A password, and what is known of a deployment, travel over verified TLS only.
            authorities = str(place.ca_file) if place.ca_file else certifi.where()
            arguments["ssl_context"] = ssl.create_default_context(cafile=authorities)

    def connect() -> Any:
        # Without a password the driver fails on its own account where the server asks for one.
        return driver.connect(
            password="" if place.password is None else place.password.reveal(), **arguments
        )

    engine = create_engine("postgresql+pg8000://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")

    return engine


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the one before Python 3.13, the other since
        raise HistoryError(
            "The account that runs mamori has no name; write one into the address of the history, "
            "as postgresql://USER@HOST/DATABASE."
        ) from None


@contextlib.contextmanager
def telling(place: Place) -> Iterator[None]:
    """Turn what a database says into a sentence."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(place, error.orig) from None
    except (OSError, sqlite3.Error) as error:
        raise _explain(place, error) from None
    except SQLAlchemyError as error:
        raise _explain(place, error) from None


def _explain(place: Place, error: BaseException | None) -> HistoryError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return HistoryError(
            "The server of the history {place} did not prove its identity ({cause}), so nothing "
            "was sent. Where an authority of your own certified it, name that as `ca_file`.",
            place=place.shown,
            cause=error.verify_message or "verification failed",
        )
    # The low byte is the kind of error, the rest its details. https://sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HistoryError(
            "Another program holds the history {place}; it was left as it is.", place=place.shown
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return HistoryError(
            "The history {place} is damaged and was left as it is. Restore it from a backup, or "
            "move it away to begin a new one.",
            place=place.shown,
        )
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(place.file)):
        return HistoryError(
            "The disk is full; the history {place} stayed as it was.", place=place.shown
        )
    return HistoryError(
        "The history {place} cannot be used ({cause}).", place=place.shown, cause=_cause(error)
    )


def _is_full(file: Path | None) -> bool:
    """Tell whether the disk of `file` lacks room for the index of a WAL.

    SQLite calls it an error of input and output where that cannot be made.
    """
    with contextlib.suppress(OSError):
        return file is not None and shutil.disk_usage(file.parent).free < _WAL_INDEX
    return False


def _cause(error: BaseException | None) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    said = error.args[0] if error is not None and error.args else ""
    # The fields of PostgreSQL's ErrorResponse; M is the message.
    text = str(said.get("M", "")) if isinstance(said, dict) else str(said)
    return printable(text.partition("\n")[0]) or type(error).__name__
