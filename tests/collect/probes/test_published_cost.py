"""What a hostile page repeats costs as much each time: no more for all that stands before it."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.markup import Within
from scanner.collect.probes.published.page import read_page
from scanner.collect.probes.published.tangle import MOST_OPTIONS, without_long_lists
from scanner.model import Content

SECONDS = 10
"""Each takes a fraction of it, and minutes where something is gone through again and again."""
FIELDS = "<form><input type=email name=email>"


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<select>" + "<option>あ" * 100_000, id="options"),
        pytest.param("<p>x</p>" + "語" * 300_000, id="a word without an end"),
        pytest.param(
            '<img src=https://sample.example/a style="' + "width:1px;" * 100_000 + '">',
            id="sides of one picture",
        ),
        pytest.param("<div>" * 12_000 + "<img src=/a>" * 10_000, id="pictures deep inside"),
        pytest.param(
            FIELDS + "<div>" * 12_000 + "<input type=checkbox name=a>" * 1_000,
            id="boxes deep inside",
        ),
        pytest.param(
            FIELDS
            + "".join(f"<input type=checkbox v-model=m{n}>" for n in range(1_000))
            + f"<script>{'a1: b, ' * 200_000}</script>",
            id="boxes that a script fills in",
        ),
        pytest.param(
            f"{FIELDS}<label>{'<input type=checkbox>' * 1_000}{'<b>あ</b>' * 50_000}</label>",
            id="boxes in one label",
        ),
        pytest.param(
            f"{FIELDS}<div>{'<input type=checkbox name=a>' * 60_000}</div>", id="boxes beside boxes"
        ),
    ],
)
def test_what_is_there_many_times_is_gone_through_once(html: str) -> None:
    begun = time.process_time()
    read_page(html.encode(), "x")
    read_message(html.encode(), "x")
    assert time.process_time() - begun < SECONDS


def test_a_text_of_one_long_word_is_searched_for_addresses_once() -> None:
    begun = time.process_time()
    content = read_message(("a" * 1_000_000 + " info@sample.example").encode(), "x").content
    assert time.process_time() - begun < SECONDS
    assert isinstance(content, Content)
    assert [link.href for link in content.blocks[0].links] == ["mailto:info@sample.example"]


def test_no_element_is_asked_twice_what_it_is() -> None:
    tree = LexborHTMLParser("<div hidden>" + "<div>" * 100 + "<i></i>" * 100)
    asked: list[str | None] = []

    def is_hidden(node: LexborNode) -> bool:
        asked.append(node.tag)
        return "hidden" in node.attributes

    hidden = Within(is_hidden)
    assert all(hidden.holds(each) for each in tree.css("i"))
    assert len(asked) == 201


def test_of_a_long_list_the_first_options_are_read_and_what_follows_it() -> None:
    option = f"<Option>{'a' * 60}"
    html = f"<SELECT>{option * (MOST_OPTIONS + 5)}</SELECT><select><option>b</select>"
    cut = without_long_lists(html)
    assert cut.count("<Option>") == MOST_OPTIONS
    assert cut.endswith("</SELECT><select><option>b</select>")
    assert without_long_lists(option * 5_000) == option * 5_000
