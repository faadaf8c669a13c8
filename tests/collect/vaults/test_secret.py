"""A secret in memory shows itself to nobody."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from scanner.collect.vaults.secret import MASK, Secret

CANARY = "canary-7f3a9c"

any_text = st.text(st.characters(), max_size=200)


class Holder(msgspec.Struct):
    secret: Secret


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{:>40}".format,
        "{!r:s}".format,
        lambda secret: f"{secret}",
        lambda secret: "%s %r" % (secret, [secret]),  # noqa: UP031 - the old way must hide it too
        pprint.pformat,
        lambda secret: repr(Holder(secret)),
        lambda secret: json.dumps({"secret": secret}, default=str),
        lambda secret: msgspec.json.encode(Holder(secret), enc_hook=repr).decode(),
    ],
)
def test_a_secret_shows_as_dots(show: Callable[[Secret], str]) -> None:
    shown = show(Secret.of(CANARY))
    assert CANARY not in shown
    assert MASK in shown or "\\u2022\\u2022\\u2022" in shown


@pytest.mark.parametrize(
    "export",
    [
        pickle.dumps,
        lambda secret: pickle.dumps(secret, protocol=0),
        copy.copy,
        copy.deepcopy,
        json.dumps,
        msgspec.json.encode,
        msgspec.to_builtins,
        vars,
        hash,
        lambda secret: secret.__getstate__(),
        lambda secret: secret.__reduce__(),
    ],
)
def test_a_secret_cannot_be_exported(export: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as refusal:
        export(Secret.of(CANARY))
    assert CANARY not in str(refusal.value)


def test_walking_over_the_slots_finds_no_value() -> None:
    secret = Secret.of(CANARY)
    found = [getattr(secret, name) for name in Secret.__slots__]
    assert CANARY not in repr(found)


def test_a_traceback_with_variables_does_not_show_a_secret() -> None:
    def fail(secret: Secret) -> None:
        held = {"password": secret, "again": [secret]}
        raise RuntimeError(f"{secret} {held}")

    try:
        fail(Secret.of(CANARY))
    except RuntimeError as error:
        plain = "".join(
            traceback.TracebackException.from_exception(error, capture_locals=True).format()
        )
        page = io.StringIO()
        Console(file=page).print_exception(show_locals=True)
    # The line of source that failed is shown too, and it is this test's own.
    values = [line for line in plain.splitlines() if " = " in line]
    assert any(MASK in line for line in values)
    assert not any(CANARY in line for line in values if "Secret.of" not in line)
    assert MASK in page.getvalue()


def test_a_log_does_not_show_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("signing in with %s", Secret.of(CANARY))
    assert caplog.messages == [f"signing in with {MASK}"]


@given(any_text)
def test_what_goes_in_comes_out_of_reveal_alone(value: str) -> None:
    secret = Secret.of(value)
    assert secret.reveal() == value
    assert len(secret) == len(value)
    assert bool(secret) == bool(value)
    assert repr(secret) == str(secret) == f"{secret}" == MASK


@given(any_text, any_text)
def test_secrets_are_equal_when_their_values_are(one: str, other: str) -> None:
    assert (Secret.of(one) == Secret.of(other)) == (one == other)
    assert Secret.of(one) == Secret.of(one)


def test_a_secret_is_not_equal_to_its_value() -> None:
    assert Secret.of(CANARY) != CANARY


@given(any_text, any_text)
def test_a_fingerprint_depends_on_the_value_the_key_and_the_context(one: str, other: str) -> None:
    key = b"k" * 32
    same = Secret.of(one).fingerprint(key) == Secret.of(other).fingerprint(key)
    assert same == (one == other)
    assert Secret.of(one).fingerprint(key) != Secret.of(one).fingerprint(b"l" * 32)
    assert Secret.of(one).fingerprint(key, "a") != Secret.of(one).fingerprint(key, "b")
