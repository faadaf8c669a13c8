"""What password managers export → the secrets in it, read in memory.

KeePass 2 XML, Bitwarden JSON and CSV, 1Password 1PUX and CSV, and CSV of the same columns from
others. What was deleted, archived or replaced is left out: nobody signs in with it any more.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from scanner.collect.vaults.secret import Secret
from scanner.model import Storage
from scanner.model.errors import MamoriError

MAX_BYTES = 64 * 1024 * 1024
MOST_ENTRIES = 100_000
MAX_DEPTH = 64
_LONGEST = 65_536

_COLUMNS = {
    "title": ("name", "title"),
    "username": ("login_username", "username"),
    "password": ("login_password", "password"),
    "totp": ("login_totp", "otpauth", "totp"),
    "url": ("login_uri", "url"),
    "archived": ("archived",),
}


class ExportError(MamoriError):
    """A file is no export that mamori reads."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: its secrets, and the words that its user would think of."""

    name: str
    username: str
    url: str
    password: Secret | None
    totp: Secret | None


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and how well it keeps what is in it."""

    storage: Storage
    entries: tuple[Exported, ...]
    """Each has a name of its own."""


def read_export(path: Path) -> Export:
    """Return the entries of the export `path`.

    Raises:
        ExportError: it cannot be read, is too large, or of no form that is known here.
    """
    data, storage = _read(path)
    names: dict[str, int] = {}
    entries: list[Exported] = []
    for each in _entries(path, data):
        if each.password is None and each.totp is None:
            continue
        if len(entries) == MOST_ENTRIES:
            raise ExportError(
                "{file} has more than {limit} entries; export it in parts.",
                file=str(path),
                limit=MOST_ENTRIES,
            )
        title = " / ".join(filter(None, (each.name, each.username))) or "?"
        names[title] = names.get(title, 0) + 1
        unique = title if names[title] == 1 else f"{title} ({names[title]})"
        entries.append(msgspec.structs.replace(each, name=unique))
    return Export(storage=storage, entries=tuple(entries))


def _read(path: Path) -> tuple[bytes, Storage]:
    try:
        # Without O_NONBLOCK, a pipe in the file's place would be waited for without end.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            _refuse_large(path, status.st_size)
            data = file.read(MAX_BYTES + 1) if stat.S_ISREG(status.st_mode) else b""
    except OSError as error:
        raise ExportError(
            "{file} cannot be read: {cause}.", file=str(path), cause=error.strerror
        ) from None
    _refuse_large(path, len(data))
    private = not status.st_mode & 0o077 and status.st_uid in (os.geteuid(), 0)
    return data, Storage.OWNER_ONLY if private else Storage.READABLE_BY_OTHERS


def _refuse_large(path: Path, size: int) -> None:
    if size > MAX_BYTES:
        raise ExportError(
            "{file} is larger than {limit} bytes; no export of passwords is.",
            file=str(path),
            limit=MAX_BYTES,
        )


def _entries(path: Path, data: bytes) -> Iterator[Exported]:
    if data.startswith(b"PK\x03\x04"):
        return _of_1pux(path, data)
    beginning = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if beginning == b"<":
        return _of_keepass(path, data)
    if beginning == b"{":
        return _of_bitwarden(path, _json(path, data))
    return _of_csv(path, data)


def _unreadable(path: Path) -> NoReturn:
    raise ExportError(
        "{file} is no export that mamori reads; export as KeePass 2 XML, Bitwarden JSON or CSV, or "
        "1Password 1PUX or CSV, without encryption.",
        file=str(path),
    )


def _json(path: Path, data: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        _unreadable(path)
    return found


def _of_bitwarden(path: Path, document: dict[str, Any]) -> Iterator[Exported]:
    if document.get("encrypted") is not False or not isinstance(document.get("items"), list):
        _unreadable(path)
    for item in _objects(document["items"]):
        login = item.get("login")
        if isinstance(login, dict) and not item.get("deletedDate"):
            uris = _objects(login.get("uris"))
            yield Exported(
                name=_text(item.get("name")),
                username=_text(login.get("username")),
                url=next((_text(each.get("uri")) for each in uris), ""),
                password=_secret(login.get("password")),
                totp=_secret(login.get("totp")),
            )


def _of_1pux(path: Path, data: bytes) -> Iterator[Exported]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("export.data") as inner:
            # Of other methods the library unpacks all at once, however much that is.
            method = archive.getinfo("export.data").compress_type
            known = method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            text = inner.read(MAX_BYTES + 1) if known else b""
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, RuntimeError, ValueError):
        _unreadable(path)
    if len(text) > MAX_BYTES:
        _unreadable(path)
    for account in _objects(_json(path, text).get("accounts")):
        for vault in _objects(account.get("vaults")):
            for item in _objects(vault.get("items")):
                if item.get("state", "active") == "active" and not item.get("trashed"):
                    yield _of_1password(item)


def _of_1password(item: dict[str, Any]) -> Exported:
    overview = item.get("overview")
    details = item.get("details")
    overview = overview if isinstance(overview, dict) else {}
    details = details if isinstance(details, dict) else {}
    login = {
        each.get("designation"): each.get("value")
        for each in _objects(details.get("loginFields"))
        if isinstance(each.get("designation"), str)
    }
    codes = (
        field["value"].get("totp")
        for section in _objects(details.get("sections"))
        for field in _objects(section.get("fields"))
        if isinstance(field.get("value"), dict)
    )
    return Exported(
        name=_text(overview.get("title")),
        username=_text(login.get("username")),
        url=_text(overview.get("url")),
        password=_secret(login.get("password")) or _secret(details.get("password")),
        totp=next((found for each in codes if (found := _secret(each))), None),
    )


def _of_csv(path: Path, data: bytes) -> Iterator[Exported]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _unreadable(path)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [each.strip().lower() for each in next(rows, [])]
        places = {
            what: next((header.index(name) for name in names if name in header), None)
            for what, names in _COLUMNS.items()
        }
        if places["password"] is None or places["title"] is None:
            _unreadable(path)
        for row in rows:
            told = {
                what: row[place] if place is not None and place < len(row) else ""
                for what, place in places.items()
            }
            if told["archived"].lower() != "true":
                yield Exported(
                    name=told["title"],
                    username=told["username"],
                    url=told["url"],
                    password=_secret(told["password"]),
                    totp=_secret(told["totp"]),
                )
    except csv.Error:
        raise ExportError(
            "{file}, line {line}: this is not CSV.", file=str(path), line=rows.line_num
        ) from None


def _of_keepass(path: Path, data: bytes) -> Iterator[Exported]:
    from xml.parsers import expat

    reader = _KeePass()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    # No document type, so neither entities nor anything to fetch.
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise ExportError(
            "{file}, line {line}: this is not XML that KeePass writes.",
            file=str(path),
            line=error.lineno,
        ) from None
    except (_RefusedError, LookupError, ValueError):  # an encoding that expat does not know
        _unreadable(path)
    if not reader.is_keepass:
        _unreadable(path)
    return iter(reader.entries())


class _RefusedError(Exception):
    """The XML has what no export has."""


class _KeePass:
    """Takes the strings of entries out of KeePass 2 XML; history and recycle bin are left out."""

    def __init__(self) -> None:
        self.is_keepass = False
        self._path: list[str] = []
        self._text: list[str] = []
        self._groups: list[str] = []
        self._bin = ""
        self._key = ""
        self._entry: dict[str, str] = {}
        self._found: list[tuple[tuple[str, ...], dict[str, str]]] = []

    def refuse(self, *_: Any) -> None:
        raise _RefusedError

    def start(self, name: str, _: dict[str, str]) -> None:
        if not self._path:
            self.is_keepass = name == "KeePassFile"
        if len(self._path) >= MAX_DEPTH:
            raise _RefusedError
        self._path.append(name)
        self._text = []
        if name == "Group":
            self._groups.append("")
        elif name == "Entry" and "History" not in self._path:
            self._entry = {}

    def characters(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        text = "".join(self._text)
        above = self._path[-2] if len(self._path) > 1 else ""
        self._path.pop()
        if name == "Group":
            self._groups.pop()
        elif name == "UUID" and above == "Group":
            self._groups[-1] = text
        elif name == "RecycleBinUUID":
            self._bin = text
        elif "History" in self._path:
            pass
        elif name == "Key" and above == "String":
            self._key = text
        elif name == "Value" and above == "String":
            self._entry[self._key] = text
        elif name == "Entry":
            self._found.append((tuple(self._groups), self._entry))
        self._text = []

    def entries(self) -> Iterator[Exported]:
        for groups, fields in self._found:
            if self._bin and self._bin in groups:
                continue
            yield Exported(
                name=fields.get("Title", ""),
                username=fields.get("UserName", ""),
                url=fields.get("URL", ""),
                password=_secret(fields.get("Password")),
                totp=_secret(fields.get("otp") or fields.get("TimeOtp-Secret-Base32")),
            )


def _objects(given: Any) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _text(given: Any) -> str:
    return given[:_LONGEST] if isinstance(given, str) else ""


def _secret(given: Any) -> Secret | None:
    return Secret.of(given[:_LONGEST]) if isinstance(given, str) and given else None
