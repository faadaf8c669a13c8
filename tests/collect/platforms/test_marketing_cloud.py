"""SOAP has one address for reading and writing, and only reading passes."""

from __future__ import annotations

import pytest

from scanner.collect.http import Call

CALL = Call(section="x", path="/Service.asmx", method="POST", soap="RetrieveRequestMsg")
BODY = "<s:Envelope><s:Header/><s:Body>{}</s:Body></s:Envelope>"


def test_a_retrieve_passes() -> None:
    assert CALL.carries(BODY.format('<RetrieveRequestMsg xmlns="x"></RetrieveRequestMsg>').encode())


@pytest.mark.parametrize(
    "inside",
    [
        "<CreateRequest/>",
        "<DeleteRequest><RetrieveRequestMsg/></DeleteRequest>",
        "<RetrieveRequestMsgs/>",
        "",
        "</s:Body><s:Body><RetrieveRequestMsg /></s:Body><s:Body><DeleteRequest/>",
    ],
)
def test_anything_else_is_refused(inside: str) -> None:
    assert not CALL.carries(BODY.format(inside).encode())
