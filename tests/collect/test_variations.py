"""Likeness: one core with a suffix is found, chance is not."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.variations import variations
from scanner.collect.vaults.secret import Secret


def like(*texts: str) -> list[tuple[str, ...]]:
    return list(variations({text: Secret.of(text) for text in texts}).values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kQ7vexLm-hubspot", "kQ7vexLm-mautic"),
        ("Sakura2024!", "Sakura2025!"),
        ("Tanaka1!hs", "Tanaka1!mt"),
        ("hubspot+Core99xyZ", "Core99xyZ"),
        ("S@kura#2024", "sakura#2024x"),
        ("ｓａｋｕｒａ＃２０２４", "sakura#2024"),
        ("HubSpot#kQ7v", "Mautic#kQ7v"),
        ("Tk7!salesforce", "marketo-Tk7!"),
        ("kQ7vexLm9", "9mLxev7Qk"),
        ("kQ7v-hs-exLm", "kQ7v-mt-exLm"),
        ("kQ7-vex-Lmt", "kQ7vexLmt"),
        ("さくら2024!", "sakura2025!"),
        ("2024Takahashi!", "Takahashi2025#"),
        ("Summer24!", "sUmmer25?"),
        ("kQ7vexLm", "kQ7vexLmkQ7vexLm"),
        ("hs_Core99xyZ_2024", "mt.Core99xyZ.2025"),
    ],
)
def test_a_core_with_something_else_around_it_is_found(one: str, other: str) -> None:
    assert like(one, other) == [(other,), (one,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kQ7vexLmt2Zp", "w8RbNc4sYhJd"),
        ("correct-horse-battery-staple-strawberry", "fossil-napkin-tiger-velvet-strawberry"),
        ("sample-kQ7vexLm", "sample-w8RbNc4s"),
        ("a1b2", "a1b3"),
        ("HubSpot2025", "Mautic1999"),
        ("xupzud-9fimpo-Fasnih", "kebdav-9hixqu-Motcyr"),
        ("4d7a6a0e-1b5e-4e0a-9c55", "8f1b5e2c-77aa-4e0a-a1d3"),
        ("", "abcdefgh"),
    ],
)
def test_unrelated_secrets_are_not_alike(one: str, other: str) -> None:
    assert like(one, other) == [(), ()]


def test_the_same_secret_is_no_variation() -> None:
    same = variations({"a": Secret.of("kQ7vexLm-hubspot"), "b": Secret.of("kQ7vexLm-hubspot")})
    assert same == {"a": (), "b": ()}


def test_thousands_are_compared_in_moments() -> None:
    chance = random.Random(3)  # noqa: S311 - the same secrets every time
    secrets = {
        str(number): Secret.of("".join(chance.choices(string.ascii_letters + string.digits, k=16)))
        for number in range(3000)
    }
    started = time.process_time()
    assert not any(variations(secrets).values())
    assert time.process_time() - started < 5


@given(st.dictionaries(st.text(max_size=3), st.text(max_size=40), max_size=6))
def test_likeness_goes_both_ways(texts: dict[str, str]) -> None:
    found = variations({name: Secret.of(text) for name, text in texts.items()})
    for name, others in found.items():
        assert name not in others
        assert all(name in found[other] for other in others)
