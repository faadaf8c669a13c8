"""Exports of password managers, as each of them documents and writes them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.password_exports import MAX_BYTES, ExportError, read_export
from scanner.model import Storage

CANARY = "canary-export-Hg18Cz"
KEY = "TQ7Z2XKHM4ZC6W5YJ3PBVRA7LNED5UOG"

KEEPASS = f"""<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<KeePassFile>
  <Meta><RecycleBinUUID>bin=</RecycleBinUUID></Meta>
  <Root><Group><UUID>root=</UUID><Name>社内</Name>
    <Entry><UUID>1=</UUID>
      <String><Key>Title</Key><Value>Mautic &amp; 他</Value></String>
      <String><Key>UserName</Key><Value>admin</Value></String>
      <String><Key>Password</Key><Value ProtectInMemory="True">{CANARY}</Value></String>
      <String><Key>otp</Key><Value>otpauth://totp/a?secret={KEY}</Value></String>
      <History><Entry>
        <String><Key>Title</Key><Value>Mautic</Value></String>
        <String><Key>Password</Key><Value>replaced</Value></String>
      </Entry></History>
    </Entry>
    <Group><UUID>bin=</UUID><Group><UUID>2=</UUID><Entry>
      <String><Key>Title</Key><Value>Thrown away</Value></String>
      <String><Key>Password</Key><Value>deleted</Value></String>
    </Entry></Group></Group>
    <Entry><String><Key>Title</Key><Value>A note</Value></String>
      <String><Key>Password</Key><Value/></String></Entry>
  </Group></Root>
</KeePassFile>"""
BITWARDEN = {
    "encrypted": False,
    "items": [
        {"type": 1, "name": "Mautic & 他", "login": {
            "username": "admin", "password": CANARY, "uris": [{"uri": "https://ma.example/"}],
            "totp": f"otpauth://totp/a?secret={KEY}"},
         "passwordHistory": [{"password": "replaced"}]},
        {"type": 1, "name": "x", "deletedDate": "2026-01-01T00:00:00Z",
         "login": {"password": "deleted"}},
        {"type": 2, "name": "A note", "notes": "text"},
        None,
    ],
}  # fmt: skip
BITWARDEN_CSV = (
    "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,"
    f'login_totp\r\n,,login,Mautic & 他,"two\nlines",,0,https://ma.example/,admin,{CANARY},'
    f"otpauth://totp/a?secret={KEY}\r\n"
)
ONEPASSWORD_CSV = (
    "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n"
    f"Mautic & 他,https://ma.example/,admin,{CANARY},otpauth://totp/a?secret={KEY},false,false,,\n"
    "Old,,a,archived,,false,true,,\n"
)
ONEPASSWORD = {
    "accounts": [{"vaults": [{"items": [
        {"state": "active", "overview": {"title": "Mautic & 他", "url": "https://ma.example/"},
         "details": {
            "loginFields": [{"designation": "username", "value": "admin"},
                            {"designation": "password", "value": CANARY}],
            "sections": [{"fields": [{"value": {"totp": f"otpauth://totp/a?secret={KEY}"}}]}],
            "passwordHistory": [{"value": "replaced"}]}},
        {"state": "archived", "overview": {"title": "Old"}, "details": {"password": "archived"}},
    ]}]}],
}  # fmt: skip


def pux(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("export.attributes", "{}")
        archive.writestr("export.data", content)
    return made.getvalue()


EXPORTS = {
    "keepass": KEEPASS.encode(),
    "bitwarden": json.dumps(BITWARDEN).encode(),
    "bitwarden-csv": BITWARDEN_CSV.encode(),
    "1password-csv": b"\xef\xbb\xbf" + ONEPASSWORD_CSV.encode(),
    "1pux": pux(json.dumps(ONEPASSWORD).encode()),
}


def put(folder: Path, data: bytes, mode: int = 0o600) -> Path:
    path = folder / "export"
    path.write_bytes(data)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("form", EXPORTS)
def test_what_is_in_use_is_read_and_nothing_else(form: str, tmp_path: Path) -> None:
    [found] = read_export(put(tmp_path, EXPORTS[form])).entries
    assert (found.name, found.username) == ("Mautic & 他 / admin", "admin")
    assert found.password is not None
    assert found.password.reveal() == CANARY
    assert found.totp is not None
    assert KEY in found.totp.reveal()
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    ("mode", "storage"), [(0o600, Storage.OWNER_ONLY), (0o644, Storage.READABLE_BY_OTHERS)]
)
def test_who_can_read_the_file_is_told(mode: int, storage: Storage, tmp_path: Path) -> None:
    assert read_export(put(tmp_path, EXPORTS["bitwarden-csv"], mode)).storage is storage


def test_entries_of_one_name_stay_apart(tmp_path: Path) -> None:
    data = b"name,username,password\na,u,one\na,u,two\n"
    names = [each.name for each in read_export(put(tmp_path, data)).entries]
    assert names == ["a / u", "a / u (2)"]


BOMB = b'<!DOCTYPE a [<!ENTITY a "xxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><KeePassFile>&b;'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing of the kind",
        b"\xff\xfe\x00",
        b"<html></html>",
        b"<KeePassFile><Root>",
        BOMB,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><KeePassFile/>',
        b"<KeePassFile>" + b"<Group>" * 100_000,
        b"[" * 100_000,
        b'{"items":' + b"[" * 100_000,
        b'{"encrypted": true, "items": []}',
        b'{"encrypted": false}',
        b'name,username\n"a","b"\n',
        b'name,password\n"a"x,"b"\n',
        b"PK\x03\x04 broken",
        pux(b"[]"),
        pux(b"0" * (MAX_BYTES + 2)),
        pux(b'{"accounts": []}', zipfile.ZIP_BZIP2),
        pux(b'{"accounts": []}', zipfile.ZIP_LZMA).replace(b"accounts", b"\xff" * 8),
        b'<?xml version="1.0" encoding="nobody-knows"?><KeePassFile/>',
        b'<?xml version="1.0" encoding="Shift_JIS"?><KeePassFile/>',
    ],
    ids=range(21),
)
def test_what_is_no_export_is_a_clear_error(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="export"):
        read_export(put(tmp_path, data))


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = put(tmp_path, b"{")
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(ExportError, match="larger"):
        read_export(path)


@settings(max_examples=100)
@given(data=st.binary(max_size=60), form=st.sampled_from(sorted(EXPORTS)), at=st.integers(0, 900))
def test_damage_is_read_or_refused_and_never_shown(
    data: bytes, form: str, at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = EXPORTS[form]
    path = put(tmp_path_factory.mktemp("damage"), whole[:at] + data + whole[at + len(data) :])
    said = ""
    try:
        read_export(path)
    except ExportError as error:
        said = str(error)
    assert CANARY not in said
