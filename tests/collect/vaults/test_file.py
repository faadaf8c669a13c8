"""Secrets in files, and in the folder that systemd hands to a service."""

from __future__ import annotations

import os
import socket
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.vaults import systemd
from scanner.collect.vaults.file import MAX_BYTES, open_reference, read_file
from scanner.collect.vaults.reference import Held, VaultError
from scanner.model import Reason, Storage

CANARY = b"canary-93d0f4"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir(mode=0o700)
    return folder


def put(path: Path, data: bytes = CANARY, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def read(name: str, folder: Path) -> Held:
    return open_reference(name, environment={}, folder=folder)


def refused(path: Path) -> VaultError:
    with pytest.raises(VaultError) as error:
        read_file(path)
    assert error.value.unknown.detail is not None
    assert error.value.unknown.remedy is not None
    return error.value


def test_a_relative_path_starts_beside_the_configuration(vault: Path) -> None:
    put(vault / "token")
    assert read("token", vault).secret.reveal() == CANARY.decode()


def test_an_absolute_path_is_taken_as_it_is(vault: Path, tmp_path: Path) -> None:
    put(vault / "token")
    assert read(str(vault / "token"), tmp_path / "elsewhere").secret.reveal() == CANARY.decode()


def test_a_tilde_is_the_home_folder(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(vault / "token")
    monkeypatch.setenv("HOME", str(vault))
    assert read("~/token", Path("/nowhere")).secret.reveal() == CANARY.decode()


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b" a ", " a "),
        (b"a\r", "a\r"),
        ("パスワード\n".encode(), "パスワード"),
    ],
)
def test_one_line_break_at_the_end_does_not_count(data: bytes, value: str, vault: Path) -> None:
    assert read_file(put(vault / "token", data)).secret.reveal() == value


@given(data=st.binary(max_size=100))
def test_any_bytes_are_a_secret_or_a_clear_refusal(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = put(tmp_path_factory.getbasetemp() / "fuzz", data)
    text = data.decode("utf-8", "replace")
    ended = text.endswith("\n")
    value = text.removesuffix("\n").removesuffix("\r") if ended else text
    if value and "\ufffd" not in text:
        assert read_file(path).secret.reveal() == value
    elif "\ufffd" not in text:
        assert refused(path).unknown.reason is Reason.NOT_CONFIGURED
    elif "\ufffd".encode() not in data:
        assert refused(path).unknown.reason is Reason.MALFORMED


def test_a_file_tells_when_it_was_written(vault: Path) -> None:
    path = put(vault / "token")
    os.utime(path, (0, 1_700_000_000))
    assert read_file(path).stored == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_that_only_its_owner_reads_is_private(mode: int, vault: Path) -> None:
    assert read_file(put(vault / "token", mode=mode)).storage is Storage.OWNER_ONLY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o610])
def test_a_file_that_others_reach_is_read_and_reported(mode: int, vault: Path) -> None:
    held = read_file(put(vault / "token", mode=mode))
    assert held.secret.reveal() == CANARY.decode()
    assert held.storage is Storage.READABLE_BY_OTHERS


@pytest.mark.parametrize(
    ("mode", "storage"),
    [
        (0o755, Storage.OWNER_ONLY),
        (0o1777, Storage.OWNER_ONLY),
        (0o777, Storage.READABLE_BY_OTHERS),
        (0o770, Storage.READABLE_BY_OTHERS),
    ],
)
def test_a_folder_in_which_others_can_swap_the_file_is_reported(
    mode: int, storage: Storage, vault: Path
) -> None:
    put(vault / "token")
    vault.chmod(mode)
    assert read_file(vault / "token").storage is storage


def test_a_file_of_another_account_is_reported(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(vault / "token")
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert read_file(path).storage is Storage.READABLE_BY_OTHERS


def test_mounted_secrets_are_followed_through_their_links(vault: Path) -> None:
    (vault / "..2026_11").mkdir(mode=0o700)
    put(vault / "..2026_11" / "token")
    (vault / "..data").symlink_to("..2026_11")
    (vault / "token").symlink_to("..data/token")
    held = read_file(vault / "token")
    assert held.secret.reveal() == CANARY.decode()
    assert held.storage is Storage.OWNER_ONLY


@pytest.mark.parametrize("open_one", ["link", "target"])
def test_a_link_is_as_private_as_both_its_ends(open_one: str, vault: Path) -> None:
    folders = {name: vault / name for name in ("link", "target")}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    put(folders["target"] / "token")
    (folders["link"] / "token").symlink_to(folders["target"] / "token")
    folders[open_one].chmod(0o777)
    assert read_file(folders["link"] / "token").storage is Storage.READABLE_BY_OTHERS


def test_a_missing_file_is_named(vault: Path) -> None:
    error = refused(vault / "gone")
    assert error.unknown.reason is Reason.NOT_FOUND
    assert str(vault / "gone") in str(error)


@pytest.mark.parametrize("name", ["a\0b", "a" * 300])
def test_a_name_that_no_file_can_have_is_a_clear_refusal(name: str, vault: Path) -> None:
    assert refused(vault / name).unknown.reason is Reason.NOT_FOUND


def test_links_in_a_circle_are_a_clear_refusal(vault: Path) -> None:
    (vault / "token").symlink_to("token")
    assert refused(vault / "token").unknown.reason is Reason.NOT_FOUND


def test_what_is_no_regular_file_is_refused_without_waiting(vault: Path) -> None:
    os.mkfifo(vault / "pipe")
    (vault / "folder").mkdir()
    for path in (vault / "pipe", vault / "folder", Path("/dev/zero")):
        assert refused(path).unknown.reason is Reason.MALFORMED


def test_a_socket_is_refused(vault: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(vault / "s"))
        assert refused(vault / "s").unknown.reason is Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_CONFIGURED),
        (b"\n", Reason.NOT_CONFIGURED),
        (CANARY + b"\xff", Reason.MALFORMED),
        (CANARY * MAX_BYTES, Reason.TOO_LARGE),
    ],
)
def test_a_file_that_cannot_be_a_secret_is_refused_without_showing_it(
    data: bytes, reason: Reason, vault: Path
) -> None:
    error = refused(put(vault / "token", data))
    shown = "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )
    assert error.unknown.reason is reason
    assert CANARY.decode() not in shown
    assert error.__context__ is None


def test_the_largest_secret_is_read_whole(vault: Path) -> None:
    assert len(read_file(put(vault / "token", b"x" * MAX_BYTES)).secret) == MAX_BYTES


def test_a_systemd_credential_is_read_from_its_folder(vault: Path) -> None:
    put(vault / "token", CANARY + b"\n", mode=0o440)  # an access list shows as the group's bits
    vault.chmod(0o550)
    held = systemd.open_reference(
        "token", environment={"CREDENTIALS_DIRECTORY": str(vault)}, folder=Path("/nowhere")
    )
    assert held.secret.reveal() == CANARY.decode()
    assert held.storage is Storage.OWNER_ONLY
    assert held.stored is None


def test_a_systemd_credential_that_everybody_reads_is_reported(vault: Path) -> None:
    put(vault / "token", mode=0o444)
    held = systemd.open_reference(
        "token", environment={"CREDENTIALS_DIRECTORY": str(vault)}, folder=vault
    )
    assert held.storage is Storage.READABLE_BY_OTHERS


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("token", False, Reason.NOT_CONFIGURED),
        ("../token", True, Reason.REFUSED),
        ("/etc/hostname", True, Reason.REFUSED),
        ("..", True, Reason.REFUSED),
        ("gone", True, Reason.NOT_FOUND),
    ],
)
def test_a_systemd_credential_that_is_not_there_is_explained(
    name: str, given: bool, reason: Reason, vault: Path
) -> None:
    environment = {"CREDENTIALS_DIRECTORY": str(vault)} if given else {}
    with pytest.raises(VaultError) as error:
        systemd.open_reference(name, environment=environment, folder=vault)
    assert error.value.unknown.reason is reason
    assert error.value.unknown.remedy is not None
