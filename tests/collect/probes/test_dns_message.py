"""What a reply says, whatever its bytes; against dnspython's reading, and against nonsense."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.probes.dns_message import (
    MalformedReplyError,
    Question,
    ask,
    read_reply,
    spell,
)

ASKED = Question("www.example.test", "TXT")


def reply(*records: str, code: int = 0, cut: bool = False) -> dns.message.Message:
    made = dns.message.make_response(dns.message.from_wire(ASKED.encode(7)))
    for record in records:
        name, lifetime, group, kind, text = record.split(maxsplit=4)
        made.answer.append(dns.rrset.from_text(name, int(lifetime), group, kind, text))
    made.set_rcode(dns.rcode.Rcode(code))
    made.flags |= dns.flags.TC if cut else 0
    return made


def test_a_question_is_one_that_dnspython_reads() -> None:
    read = dns.message.from_wire(ASKED.encode(7))
    assert (read.id, str(read.question[0])) == (7, "www.example.test. IN TXT")
    assert read.flags == dns.flags.RD | dns.flags.AD
    assert (read.edns, read.payload) == (0, 1232)
    assert dns.message.from_wire(ASKED.encode(7, extended=False)).edns == -1


def test_records_are_read_whatever_stands_around_them() -> None:
    made = reply(
        "WWW.example.test. 60 IN CNAME other.example.test.",
        'other.example.test. 60 IN TXT "one" "two"',
        "other.example.test. 60 IN RRSIG TXT 8 2 60 20300101000000 20200101000000 1 test. AAAA",
    )
    made.authority.append(dns.rrset.from_text("example.test.", 60, "IN", "NS", "ns.example.test."))
    read = read_reply(made.to_wire())
    assert [(each.owner, each.kind) for each in read.records] == [
        ("www.example.test", "CNAME"),
        ("other.example.test", "TXT"),
    ]
    assert spell(read.records[0].data.target) == "other.example.test"
    assert read.records[1].data.strings == (b"one", b"two")


@pytest.mark.parametrize("code", [0, 2, 3, 16, 23])
def test_codes_are_whole_with_the_bits_that_edns_adds(code: int) -> None:
    assert read_reply(reply(code=code).to_wire()).code == code


@given(st.binary(max_size=600))
def test_nonsense_is_refused_and_nothing_else(wire: bytes) -> None:
    with suppress(MalformedReplyError):
        read_reply(wire)


@given(st.integers(0, 120), st.binary(min_size=1, max_size=4))
def test_a_damaged_reply_is_refused_or_read(place: int, damage: bytes) -> None:
    wire = reply('www.example.test. 60 IN TXT "v=spf1 -all"').to_wire()
    with suppress(MalformedReplyError):
        read_reply(wire[:place] + damage + wire[place + len(damage) :])


async def answered(*replies: bytes, seconds: float = 0.5) -> tuple[int, list[int]]:
    """Ask a server that sends these replies, with the right id where it begins with two zeros."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0)
        loop = asyncio.get_running_loop()
        heard = []

        async def serve() -> None:
            for wire in replies:
                question, client = await loop.sock_recvfrom(server, 1500)
                heard.append(len(question))
                for each in wire.split(b"||"):
                    whole = question[:2] + each[2:] if each[:2] == b"\0\0" else each
                    await loop.sock_sendto(server, whole, client)

        serving = asyncio.create_task(serve())
        try:
            code = (await ask(ASKED, server.getsockname(), seconds)).code
        finally:
            serving.cancel()
        return code, heard


def of(message: dns.message.Message) -> bytes:
    return b"\0\0" + message.to_wire()[2:]


def test_who_does_not_know_edns_is_asked_in_the_old_way() -> None:
    refusal = b"\0\0\x80\x01" + bytes(8)
    code, heard = asyncio.run(answered(refusal, of(reply())))
    assert code == 0
    assert heard[0] - heard[1] == 11  # the record of EDNS


def test_replies_to_other_questions_are_none() -> None:
    other = dns.message.make_response(dns.message.make_query("other.example.test", "TXT"))
    stray = [b"\0\x01" + reply(code=5).to_wire()[2:], of(other), b"short", ASKED.encode(0)]
    code, _ = asyncio.run(answered(b"||".join([*stray, of(reply(code=3))])))
    assert code == 3
    with pytest.raises(TimeoutError):
        asyncio.run(answered(b"||".join(stray), seconds=0.1))
