"""The calendar of what vendors end: dated, sourced, and of platforms that there are."""

from __future__ import annotations

from scanner import registry
from scanner.collect.deadlines import calendar, deadlines_of


def test_every_entry_is_of_a_known_platform_and_names_its_source() -> None:
    assert calendar()
    for entry in calendar():
        assert entry.platform in registry.parts("platforms")
        assert entry.source.startswith("https://")
    assert len({entry.id for entry in calendar()}) == len(calendar())


def test_a_platform_gets_its_own_deadlines_and_no_others() -> None:
    assert {each.id for each in deadlines_of("marketo")} == {
        "marketo-query-string-token",
        "marketo-soap",
    }
    assert deadlines_of("mautic") == []
