"""What connectors ask and understand, held against the interface that the vendor publishes.

`MAMORI_VENDOR_DESCRIPTIONS` names a folder with one folder for each platform that holds the
vendor's OpenAPI or Swagger files (CONTRIBUTING says where each vendor publishes its own).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
import pytest
from descriptions import Description, folder_of
from vendors import NAMES, Desk, read, vendor

DESCRIBED = [name for name in NAMES if folder_of(name) is not None]

UNDESCRIBED: dict[str, dict[str, str]] = {
    "activecampaign": {
        "has no parameter": "limit and offset are described once, beside the list of requests",
        "cfields[] has no field": "the description knows the first field of its example only",
        "/userGroup is not described": "users name it in their field links",
    },
    "hubspot": {
        "access-token-info is not described": "HubSpot documents it beside its private apps",
        "has no field apiKey": "a field that mamori must not keep",
    },
    "iterable": {"has no field authToken": "a field that mamori must not keep"},
    "klaviyo": {"has no field redacted_key": "given when asked for, and not to be kept"},
    "mailgun": {
        "/v1/webhooks is not described": "Mailgun describes it in its handbook only",
        "has no field github_user_id": "a field that mamori must not keep",
        "has no field secret": "a field that mamori must not keep",
    },
    "sendgrid": {
        "has no field is_sso": "described for teammates who sign in by single sign-on",
        "/v3/api_keys/k": "SendGrid's description says a list here, its interface gives an object",
    },
}
"""What deviates from a description, by a part of the sentence, and why that is known to be so."""


@cache
def description(name: str) -> Description:
    folder = folder_of(name)
    assert folder is not None
    return Description.load(folder)


def unexplained(name: str, faults: list[str]) -> list[str]:
    known = UNDESCRIBED.get(name, {})
    return [fault for fault in faults if not any(part in fault for part in known)]


@pytest.mark.parametrize(
    "name",
    DESCRIBED
    or [
        pytest.param(
            "", marks=pytest.mark.skip("MAMORI_VENDOR_DESCRIPTIONS names no folder of them")
        )
    ],
)
class TestPublished:
    """Only where somebody laid the descriptions down."""

    def test_every_request_is_one_that_the_vendor_describes(self, name: str) -> None:
        desk = Desk(name)
        read(desk)
        faults = [fault for each in desk.requests for fault in description(name).faults(each)]
        assert not unexplained(name, faults)

    def test_the_answers_of_the_other_tests_have_fields_that_the_vendor_describes(
        self, name: str
    ) -> None:
        faults: list[str] = []
        for place, answer in vendor(name).answers.items():
            method, path = place.split()[:2]
            path = path.replace("{", "").replace("}", "")
            several = isinstance(answer, dict) and list(answer) == ["pages"]
            for each in answer["pages"] if several else [answer]:
                found = description(name).answer_faults(method, path, each)
                faults += [f"{method} {path}: {fault}" for fault in found]
        assert not unexplained(name, faults)


# That these tests can fail

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.1",
    "servers": [{"url": "https://api.example.com/v3"}],
    "paths": {
        "/users/{id}": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {"name": "kind", "in": "query", "required": True, "schema": {"enum": ["a"]}},
                ],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/User"}}
                        }
                    }
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "required": ["key"], "properties": {}}
                        }
                    }
                }
            },
        }
    },
    "components": {
        "schemas": {
            "User": {
                "allOf": [
                    {"type": "object", "properties": {"id": {"type": "string"}}},
                    {"properties": {"roles": {"type": "array", "items": {"enum": ["owner"]}}}},
                ]
            }
        }
    },
}


@pytest.mark.parametrize(
    ("method", "address", "fault"),
    [
        ("GET", "/v3/users/1?kind=a&limit=100", None),
        ("GET", "/v3/people/1?kind=a", "not described"),
        ("HEAD", "/v3/users/1?kind=a", "not described"),
        ("GET", "/v3/users/1?kind=a&limit=101", "takes no limit=101"),
        ("GET", "/v3/users/1?kind=b", "takes no kind=b"),
        ("GET", "/v3/users/1?kind=a&page=2", "no parameter page"),
        ("GET", "/v3/users/1", "wants the parameter kind"),
    ],
)
def test_a_request_that_no_description_allows_is_named(
    method: str, address: str, fault: str | None
) -> None:
    faults = Description([OPENAPI]).faults(httpx.Request(method, f"https://x{address}"))
    assert (not faults) if fault is None else any(fault in each for each in faults)


@pytest.mark.parametrize(("body", "fits"), [({"key": "x"}, True), ({}, False)])
def test_a_body_that_no_description_allows_is_named(body: dict[str, str], fits: bool) -> None:
    request = httpx.Request("POST", "https://x/v3/users/1?kind=a", json=body)
    faults = [each for each in Description([OPENAPI]).faults(request) if "body" in each]
    assert bool(faults) is not fits


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        ({"id": "1", "roles": ["owner"]}, []),
        ({"id": "1", "name": "x"}, ["answer has no field name"]),
        ({"id": 1}, ["answer.id is not integer but ['string']"]),
        ({"roles": ["admin"]}, ["answer.roles[] is never 'admin'"]),
    ],
)
def test_a_field_that_no_description_has_is_named(answer: Any, faults: list[str]) -> None:
    assert Description([OPENAPI]).answer_faults("GET", "/v3/users/1", answer) == faults
