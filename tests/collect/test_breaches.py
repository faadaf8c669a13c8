"""Lists of leaked passwords: found on disk or asked for by five digits, or honestly not known."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.breach_file import BreachListError, HashFile
from scanner.collect.breach_groups import read_group
from scanner.collect.breach_hashes import ntlm, sha1
from scanner.collect.breaches import BreachLists
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches
from scanner.model import Reason, Text, Unknown

LEAKED = [f"leaked-{number}" for number in range(1500)]
UNKNOWN = [f"not leaked {number}" for number in range(300)]


def write(path: Path, hashes: list[str], end: str = "\r\n") -> Path:
    lines = [f"{each}:{number % 900 + 1}{end}" for number, each in enumerate(sorted(hashes))]
    path.write_text("".join(lines), newline="")
    return path


def look_up(*passwords: str, **wanted: Any) -> list[int | Unknown]:
    with BreachLists(Breaches(**wanted)) as lists:
        return lists.look_up_all([Secret.of(each) for each in passwords])


def gap(found: object) -> Unknown:
    assert isinstance(found, Unknown)
    return found


def ntlm_of(secret: Secret) -> str:
    return ntlm([secret])[0]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("digest", [sha1, ntlm_of])
def test_every_listed_password_is_found_and_no_other(tmp_path: Path, end: str, digest: Any) -> None:
    hashes = [digest(Secret.of(each)) for each in LEAKED]
    path = write(tmp_path / "pwned.txt", hashes, end)
    found = look_up(*LEAKED, file=str(path))
    assert found == [sorted(hashes).index(each) % 900 + 1 for each in hashes]
    assert look_up(*UNKNOWN, file=str(path)) == [0] * len(UNKNOWN)


def test_the_first_and_the_last_line_are_found_even_without_an_end(tmp_path: Path) -> None:
    hashes = sorted(sha1(Secret.of(each)) for each in LEAKED)
    path = write(tmp_path / "pwned.txt", hashes)
    path.write_bytes(path.read_bytes().rstrip())
    hashed = HashFile.open(path)
    assert hashed.count(hashes[0]) == 1
    assert hashed.count(hashes[-1]) == (len(hashes) - 1) % 900 + 1
    assert hashed.count("0" * 40) == hashed.count("F" * 40) == 0
    hashed.close()


def test_a_list_of_one_line_is_a_list(tmp_path: Path) -> None:
    path = write(tmp_path / "pwned.txt", [sha1(Secret.of("only this one"))])
    assert look_up("only this one", "another one", file=str(path)) == [1, 0]


@given(
    st.sets(st.binary(min_size=20, max_size=20), min_size=1, max_size=60),
    st.binary(min_size=20, max_size=20),
)
def test_a_list_says_what_a_set_would(
    tmp_path_factory: pytest.TempPathFactory, listed: set[bytes], other: bytes
) -> None:
    path = tmp_path_factory.mktemp("list") / "pwned.txt"
    write(path, [each.hex().upper() for each in listed])
    hashed = HashFile.open(path)
    assert all(hashed.count(each.hex()) for each in listed)
    assert bool(hashed.count(other.hex())) is (other in listed)
    hashed.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The list {path} is empty."),
        (b"\x1f\x8b\x08\0packed", "The list {path} is compressed."),
        (b"%s:1\n" % (b"F" * 35), "The list {path} does not consist of lines HASH:COUNT."),
        (b"hello\n", "The list {path} does not consist of lines HASH:COUNT."),
        (b"\0" * 10_000, "The list {path} does not consist of lines HASH:COUNT."),
        (b"%s:1\n%s:1\n" % (b"F" * 40, b"0" * 40), "The list {path} is not sorted by hash."),
        (
            b"%s:1\n%s" % (b"0" * 40, b"F" * 20),
            "The list {path} has lines that are not HASH:COUNT.",
        ),
        (b"%s:1\n%s:" % (b"0" * 40, b"F" * 40), "The list {path} ends in the middle of a line."),
    ],
)  # fmt: skip
def test_a_broken_list_is_named_and_never_a_pass(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "pwned.txt"
    path.write_bytes(content)
    with BreachLists(Breaches(file=str(path))) as lists:
        (found,) = lists.look_up_all([Secret.of("x7-never-heard-of")])
        assert gap(found).detail == Text.of(said, path=str(path))
        assert [name for name, _ in lists.problems] == ["breaches.file"]


def test_a_pipe_in_the_place_of_a_list_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pwned.txt")
    found: list[int | Unknown] = []
    looking = threading.Thread(
        target=lambda: found.extend(look_up("x7-never", file=str(tmp_path / "pwned.txt"))),
        daemon=True,
    )
    looking.start()
    looking.join(5)
    assert [gap(each).reason for each in found] == [Reason.NOT_FOUND]


@pytest.mark.parametrize("left", [0, 1000, 4096])
def test_a_list_cut_short_while_it_is_read_is_a_gap_and_ends_nothing(
    tmp_path: Path, left: int
) -> None:
    path = write(tmp_path / "pwned.txt", [sha1(Secret.of(each)) for each in LEAKED])
    with BreachLists(Breaches(file=str(path))) as lists:
        assert lists.look_up_all([Secret.of(LEAKED[0])]) != [0]
        os.truncate(path, left)
        for each in lists.look_up_all([Secret.of(each) for each in (*LEAKED[:20], *UNKNOWN[:20])]):
            assert gap(each).detail == Text.of(
                "The list {path} was written to while it was read.", path=str(path)
            )


def test_a_list_that_is_downloaded_anew_is_read_as_it_was_when_it_was_opened(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "pwned.txt", [sha1(Secret.of(each)) for each in LEAKED])
    with BreachLists(Breaches(file=str(path))) as lists:
        write(tmp_path / "new.txt", ["0" * 40]).replace(path)
        assert all(lists.look_up_all([Secret.of(each) for each in LEAKED[:20]]))


def test_a_folder_in_the_place_of_a_list_is_named(tmp_path: Path) -> None:
    (found,) = look_up("x7-never", file=str(tmp_path))
    assert gap(found).detail == Text.of("The list {path} cannot be read.", path=str(tmp_path))


def test_half_a_download_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - the same list every time
    hashes = sorted(f"{chance.getrandbits(160):040X}" for _ in range(120_000))
    path = write(tmp_path / "pwned.txt", hashes)
    HashFile.open(path).close()
    for most in (100_000, 118_000):
        write(path, hashes[:most])
        with pytest.raises(BreachListError, match="not whole"):
            HashFile.open(path)


def test_a_missing_list_is_a_gap_and_the_short_list_still_runs() -> None:
    common, rare = look_up("password", "x7-never-heard-of", file="/nowhere/pwned.txt")
    assert common == 1
    assert gap(rare).reason is Reason.NOT_FOUND


def test_without_a_list_only_the_most_common_are_known() -> None:
    common, cased, rare = look_up("qwerty", "Dragon", "x7-never-heard-of")
    assert common == cased == 1
    assert gap(rare).reason is Reason.NOT_CONFIGURED


@pytest.mark.parametrize("digest", [sha1, ntlm_of])
@pytest.mark.parametrize("ending", ["", ".txt"])
def test_a_folder_of_groups_is_searched(tmp_path: Path, digest: Any, ending: str) -> None:
    for password in ("leaked-1", "x7-never-heard-of"):
        name = digest(Secret.of(password))[:5] + ending
        (tmp_path / name).write_text("0" * (len(digest(Secret.of(""))) - 5) + ":3\r\n")
    leaked = digest(Secret.of("leaked-1"))
    (tmp_path / (leaked[:5] + ending)).write_text(f"{leaked[5:]}:42\r\n")
    found = look_up("leaked-1", "x7-never-heard-of", "no group here", folder=str(tmp_path))
    assert found[:2] == [42, 0]
    assert gap(found[2]).reason is Reason.NOT_FOUND


def test_the_service_sees_five_digits_and_its_padding_counts_nothing(server: Any) -> None:
    leaked, other = sha1(Secret.of("leaked-1")), sha1(Secret.of("x7-never-heard-of"))
    body = f"{leaked[5:]}:7\r\n{'0' * 35}:0\r\n"
    server.answer(f"/range/{leaked[:5]}", body.encode())
    server.answer(f"/range/{other[:5]}", f"{other[5:]}:0\r\n".encode())
    found = look_up(
        "leaked-1", "x7-never-heard-of", "leaked-1", "password", online=True, url=server.url
    )
    assert found == [7, 0, 7, 1]
    assert len(server.asked) == 2  # once for each group, and not for what is known anyway
    assert {asked.path for asked in server.asked} == {f"/range/{leaked[:5]}", f"/range/{other[:5]}"}
    for asked in server.asked:
        assert asked.headers["add-padding"] == "true"
        assert not asked.body


def test_what_a_list_on_disk_knows_is_not_asked_for(server: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "pwned.txt", [sha1(Secret.of("leaked-1"))])
    found = look_up("leaked-1", "another one", file=str(path), online=True, url=server.url)
    assert found == [1, 0]
    assert server.asked == []


def test_a_service_that_fails_is_a_gap_and_is_asked_only_once(server: Any) -> None:
    found = look_up("a-1-x", "b-2-y", "c-3-z", online=True, url=server.url)
    assert all(gap(each).reason is Reason.NOT_FOUND for each in found)
    assert len(server.asked) == 1


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"a { z-index:10\n}", b'{"n":1}'])
def test_an_answer_that_is_no_list_is_a_gap_and_never_a_pass(server: Any, body: bytes) -> None:
    server.decide_all(lambda _: (body, 200, {}))
    [found] = look_up("x7-never-heard-of", online=True, url=server.url)
    assert gap(found).reason is Reason.MALFORMED


def test_closing_ends_the_asking() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lists = BreachLists(
            Breaches(online=True, url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        )
        found: list[int | Unknown] = []
        busy = threading.Thread(
            target=lambda: found.extend(lists.look_up_all([Secret.of("x7-never-heard-of")]))
        )
        busy.start()
        time.sleep(0.3)
        lists.close()
        busy.join(3)
        assert not busy.is_alive()
        assert [gap(each).reason for each in found] == [Reason.INTERRUPTED]


@given(st.binary(max_size=300))
def test_any_answer_is_read_as_counts(body: bytes) -> None:
    assert all(count > 0 for count in (read_group(body) or {}).values())


@pytest.mark.parametrize(
    ("password", "digest"),
    [
        ("", "31D6CFE0D16AE931B73C59D7E0C089C0"),
        ("password", "8846F7EAEE8FB117AD06BDD830B7586C"),
        ("パスワード" * 20, None),
    ],
)
def test_ntlm_is_md4_of_utf_16(password: str, digest: str | None) -> None:
    assert len(ntlm_of(Secret.of(password))) == 32
    if digest is not None:
        assert ntlm_of(Secret.of(password)) == digest


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=70), max_size=12))
def test_many_hashes_made_at_once_are_those_made_one_by_one(passwords: list[str]) -> None:
    secrets = [Secret.of(each) for each in passwords]
    assert ntlm(secrets) == [ntlm_of(each) for each in secrets]


def test_sha1_is_that_of_utf_8() -> None:
    expected = hashlib.sha1("パスワード".encode(), usedforsecurity=False).hexdigest().upper()
    assert sha1(Secret.of("パスワード")) == expected


def test_opening_costs_the_same_for_a_list_of_any_size(tmp_path: Path) -> None:
    # A sparse file: reading it through would take seconds.
    path = write(tmp_path / "pwned.txt", ["0" * 40, "1" * 40])
    os.truncate(path, 40_000_000_000)
    started = time.monotonic()
    with pytest.raises(BreachListError):
        HashFile.open(path)
    assert time.monotonic() - started < 1
