"""The pages that follow from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import registry
from scanner.collect.handbook import BEGIN, END, coverage, page

FOLDER = Path(__file__).parent.parent / "docs" / "platforms"
NAMES = sorted(registry.parts("platforms"))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_platform_is_what_make_docs_writes(name: str) -> None:
    written = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert written == page(registry.part("platforms", name), written), "run `make docs`"


def test_the_table_of_all_platforms_is_what_make_docs_writes() -> None:
    platforms = [registry.part("platforms", name) for name in NAMES]
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == coverage(platforms)


def test_what_people_wrote_around_the_declared_part_stays() -> None:
    hubspot = registry.part("platforms", "hubspot")
    new = page(hubspot)
    mine = new.replace(BEGIN, f"By hand.\n\n{BEGIN}").replace(END, f"{END}\n\nHabits.")
    assert page(hubspot, mine) == mine
    assert "GET /settings/users/2026-03" in new
