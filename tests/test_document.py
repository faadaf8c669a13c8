"""Documents know the line of each key, and refuse what no person writes."""

from __future__ import annotations

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.document import DocumentError, parse


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    port: int = 0


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    inner: Inner = msgspec.field(default_factory=Inner)
    many: list[Inner] = []


def convert(text: str) -> Outer:
    return parse(text.encode(), "f.yaml").convert(Outer)


def test_a_good_document_becomes_its_struct() -> None:
    assert convert("name: x\nmany:\n  - port: 3\n").many[0].port == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\n\ninner:\n  prot: 1\n", "f.yaml, line 4, inner.prot: unknown key; did you mean"),
        ("name: x\nwhatever: 1\n", "f.yaml, line 2, whatever: unknown key; remove it."),
        ("name: x\nmany:\n  - port: 1\n  - port: a\n", "line 4, many[1].port: expected int, found"),
        ("inner: {port: 1}\n", "line 1, the document: the key 'name' is missing."),
        ("name: no\n", "line 1, name: expected str, found bool."),
        ("name: x\nname: y\n", "line 2: the key 'name' stands here twice."),
        ("a: &x [1]\nb: *x\n", "line 1: anchors (&name) are not allowed"),
        ("name: !!python/object:os.system x\n", "line 1: tags (!name) are not allowed."),
        ("name: x\n---\nname: y\n", "only one document"),
        ("name: [\n", "this is not YAML"),
        ("name: 2026-13-45\n", "this date or number does not exist."),
        ("? [a]\n: 1\n", "a key must be text"),
    ],
)
def test_an_error_names_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        convert(text)
    assert message in str(caught.value)


def test_signs_that_mean_something_beside_aliases_only_are_text() -> None:
    assert parse(b"a: =\nb: {<<: 1}\n", "a.yaml").value == {"a": "=", "b": {"<<": 1}}


def test_a_yaml_bomb_is_refused_before_it_is_expanded() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(DocumentError, match="not allowed"):
        parse(bomb.encode(), "bomb.yaml")


def test_deep_nesting_is_refused_without_recursion() -> None:
    with pytest.raises(DocumentError, match=r"too deep|maximum nesting"):
        parse(b"[" * 100_000, "deep.yaml")


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(DocumentError, match="larger than"):
        parse(b"a: " + b"x" * 2_000_000, "huge.yaml")


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_the_documents_own_error(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        parse(data, "random.yaml")
