"""Many records read at once give what each of them gives by itself, whatever they hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.answers import (
    Page,
    Reader,
    Record,
    always,
    body,
    choice,
    domain,
    either,
    encrypted,
    every,
    flag,
    form_fields,
    host,
    made_from,
    mail_address,
    mail_name,
    moment,
    no,
    number,
    of_each,
    one,
    prefixed,
    present,
    some,
    some_of,
    text,
    texts,
)
from scanner.model import FormField, Unknown

READERS: dict[str, Reader] = {
    "text": text("a"),
    "text or null": text("a", null=""),
    "text inside": text("a.b"),
    "text of a list": text("a.0.b"),
    "body": body("a"),
    "flag": flag("a"),
    "flag or null": flag("a", null=False),
    "no": no(flag("a")),
    "number": number("a"),
    "choice": choice("a", {"yes": True, "No": False}),
    "texts": texts("a"),
    "texts of objects": texts("a", of="b"),
    "one": one("a"),
    "prefixed": prefixed("thing", "a", "b"),
    "moment": moment("a"),
    "moment or null": moment("a", null=None),
    "host": host("a"),
    "domain": domain("a"),
    "encrypted": encrypted("a"),
    "mail address": mail_address("a"),
    "mail name": mail_name("a"),
    "present": present("a"),
    "always": always(7),
    "either": either(flag("a"), choice("b", {"yes": True}), always(None)),
    "every": every(flag("a"), flag("b")),
    "some": some(flag("a"), flag("b")),
    "some of a list": some_of("a", flag("b")),
    "made from": made_from(lambda *parts: parts, text("a"), flag("b")),
    "form": form_fields("a", name="b", kind="b", required="c"),
    "form in groups": form_fields("a", nested="b", name="c", kind="c", required="d", label="e"),
}
PLAIN = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 1.0, 1.5, 1_700_000_000, 1_700_000_000_000, 10**20),
        *("", "x", "yes", "NO", "true", "0", "2026-11-24", "2026-11-24T01:02:03Z", "1612052800000"),
        *(
            "2026-11-24T01:02:03",
            "2026-11-24T01:02:03+09:00",
            "20261124T010203",
            "2026-11-99T00:00",
        ),
        *(
            "https://a.example/x",
            "http://[",
            "Hana <hana@example.co.jp>",
            "a.example.",
            "\x00",
            "a,b",
        ),
        "x" * 1001,
    ]
)
VALUE = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "b.c"]), inner, max_size=4)
    ),
    max_leaves=8,
)
RECORD = st.dictionaries(st.sampled_from(["a", "b", "c", "a.b"]), VALUE, max_size=4)


@given(records=st.lists(RECORD, max_size=6))
def test_a_page_gives_what_its_records_give_one_by_one(records: list[dict[str, Any]]) -> None:
    page = Page(map(Record, records))
    for name, read in READERS.items():
        alone = [read(Record(fields)) for fields in records]
        assert of_each(read, list(page)) == alone, name
        assert of_each(read, page) == alone, name
        assert of_each(read, page) == alone, name  # from what is kept of the first time


def test_what_one_reader_makes_of_a_page_is_no_others() -> None:
    page = Page([Record({"a": "yes"}), Record({"a": None}), Record({})])
    first = list(of_each(flag("a"), page))
    assert of_each(either(flag("a"), always("else")), page) == [True, "else", "else"]
    assert of_each(flag("a"), page) == first
    assert [type(value) for value in first] == [bool, Unknown, Unknown]


def test_a_number_that_looks_like_a_date_is_the_moment_it_counts() -> None:
    of_2021 = of_each(moment("a"), Page([Record({"a": "1612052800000"})]))
    assert [when.year for when in of_2021] == [2021]


def test_each_form_of_a_page_has_its_own_fields_and_a_torn_one_none() -> None:
    forms = [
        {"fields": [{"n": "email", "t": "email", "r": True}, {"n": "name", "t": "text", "r": 0}]},
        {"fields": []},
        {"fields": [{"n": "email", "t": "email"}, {"t": "text"}]},
        {},
        {"fields": [{"n": "tel", "t": "tel", "r": None}]},
    ]
    read = form_fields("fields", name="n", kind="t", required="r")
    whole, empty, torn, without, last = of_each(read, Page(map(Record, forms)))
    assert whole == (
        FormField(name="email", kind="email", required=True),
        FormField(name="name", kind="text", required=False),
    )
    assert empty == ()
    assert isinstance(torn, Unknown)
    assert isinstance(without, Unknown)
    assert last == (FormField(name="tel", kind="tel", required=False),)
