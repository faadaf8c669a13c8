"""The parts of a mail are those that the standard library finds, cut out one at a time."""

from __future__ import annotations

import itertools
from email import message_from_bytes
from email.message import Message

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.probes.published.mime import parts

LINES = (
    "",
    "text, 本文",
    "--x is no delimiter",
    "Subject: of a part",
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "PHA+",
)


def multipart(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda boundary, pieces, end: (
            f"Content-Type: multipart/mixed; boundary={boundary}\n\npreamble\n"
            + "".join(f"--{boundary}\n{each}\n" for each in pieces)
            + (f"--{boundary}--\nepilogue\n" if end else "")
        ),
        st.sampled_from("abcde"),
        st.lists(inside, min_size=1, max_size=3),
        st.booleans(),
    )


LEAF = st.lists(st.sampled_from(LINES), max_size=6).map("\n".join)


@given(st.recursive(LEAF, multipart, max_leaves=8), st.sampled_from(("\n", "\r\n", "\r")))
def test_parts_are_those_that_the_standard_library_finds(text: str, line_break: str) -> None:
    data = f"From: a@example.jp\n{text}".replace("\n", line_break).encode()

    def leaves(every: list[Message]) -> list[tuple[str, object]]:
        return [
            (each.get_content_type(), each.get_payload(decode=True))
            for each in every
            if each.get_content_maintype() != "multipart"
        ]

    assert leaves(list(parts(data))) == leaves(list(message_from_bytes(data).walk()))


def test_no_more_of_a_mail_is_cut_than_is_asked_for() -> None:
    part = b"--x\n\npart\n"
    data = b"Content-Type: multipart/mixed; boundary=x\n\n" + part * 100_000
    every = parts(data)
    assert [each.get_payload() for each in itertools.islice(every, 1, 4)] == ["part"] * 3
