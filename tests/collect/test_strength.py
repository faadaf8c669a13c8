"""Strength: measured in processes that no input can stop, break or make talk."""

from __future__ import annotations

import os
import random
import signal
import string
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zxcvbn import zxcvbn

from scanner.collect.strength import LONGEST, Strength, StrengthMeter, words_in
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Unknown

# 72 of the characters that zxcvbn reads as several letters each: alone it takes seconds.
HOSTILE = ("4@8({[<369 1!|70$5+%2" * 4)[:LONGEST]

any_text = st.text(st.characters(), max_size=100)


@pytest.fixture(scope="module")
def meter() -> Iterator[StrengthMeter]:
    with StrengthMeter(year=2026) as meter:
        yield meter


def score(meter: StrengthMeter, secret: str, *words: str) -> int:
    strength = meter.measure(Secret.of(secret), words)
    assert isinstance(strength, Strength)
    return strength.score


def children() -> set[int]:
    """Return the processes that this one has started and not yet ended."""
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for each in found for pid in each.read_text().split()}


@pytest.mark.parametrize(
    ("secret", "least", "most"),
    [
        ("password", 0, 0),
        ("P@ssw0rd", 0, 1),
        ("ｐａｓｓｗｏｒｄ", 0, 0),
        ("qwertyuiop@[", 0, 1),
        ("asdfghjkl;:]", 0, 1),
        ("1234567890-^", 0, 1),
        ("correct horse battery staple", 4, 4),
        ("K7#mVq2!xRp9Zw", 4, 4),
    ],
)
def test_common_patterns_are_weak_and_random_ones_strong(
    secret: str, least: int, most: int, meter: StrengthMeter
) -> None:
    assert least <= score(meter, secret) <= most


@pytest.mark.parametrize(
    "secret",
    [
        "Takahashi2024",
        "Katoh1985!",
        "TokyoEigyo2024",
        "Shizuoka_Soumu@2019",
        "HubSpot2025!",
        "salesforce-admin1",
        "Sakura2026",
        "S@kur@2026!",
        "reiwa7nen",
        "Keiri-R6",
        "arigatougozaimasu",
        "yorosikuonegaisimasu",
        "P@ssw0rd2026",
        "Kaisha-Mei1!",
        "MarketingTeam2024!",
        "Haruka19850412",
        "さくら2024",
        "パスワード123",
        "ﾊﾟｽﾜｰﾄﾞ",
        "Ｔｏｋｙｏ２０２４",
        "qazxswedc",
        "1qaz2wsx3edc",
        "1qaz@WSX3edc",
        "ihsahakat2024",
        "090-1234-5678",
        "suzukisuzuki1",
        "watashinopasuwado",
        "pasuwa-dodesuyo",
        "kongotomoyorosiku",
        "hayakunatsuninare",
        "dontforgetmyname",
        "thisismypassword1",
        "T2o0k2y5o",
        "20Tanaka25",
        "3lt@s42025",  # ありがとう on the keys that bear its kana
        "!QAZ2wsx#EDC",
    ],
)
def test_what_japanese_offices_make_up_is_weak(secret: str, meter: StrengthMeter) -> None:
    assert score(meter, secret) <= 2


@pytest.mark.parametrize(
    "secret",
    [
        "fossil-napkin-tiger-velvet",
        "denpun kakeya nuritsu hosomichi",
        "xupzud-9fimpo-Fasnih",
        "kQ7vexLmt2Zp",
        "wqpxnzjyvkrt",
        "4f1c9a0be2d87735",
        "8375029461738205",
        "4d7a6a0e-1b5e-4e0a-9c55-0d1f6b2f7c11",
        "077590408936",
        "Unstable-Zoologist-Rerun",
        "kD2-x9Q-mZ7-pLw",
    ],
)
def test_what_managers_and_dice_make_is_strong(secret: str, meter: StrengthMeter) -> None:
    assert score(meter, secret) >= 3


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(secret=st.text(string.ascii_letters + string.digits + "!@-_.", min_size=2, max_size=20))
def test_no_secret_is_called_stronger_than_zxcvbn_alone_calls_it(
    secret: str, meter: StrengthMeter
) -> None:
    found = meter.measure(Secret.of(secret))
    assert isinstance(found, Strength)
    # A letter by itself is no word to us: eleven guesses instead of ten.
    assert found.guesses_log10 <= float(zxcvbn(secret)["guesses_log10"]) * 1.05 + 0.2


def test_an_empty_secret_is_guessed_at_once(meter: StrengthMeter) -> None:
    assert meter.measure(Secret.of("")) == Strength(0, 0.0)


def test_the_years_since_the_dictionaries_were_made_count_as_years() -> None:
    with StrengthMeter(year=2026) as now, StrengthMeter(year=2023) as then:
        secret = Secret.of("qzxvkjw2025")
        new, old = now.measure(secret), then.measure(secret)
    assert isinstance(new, Strength)
    assert isinstance(old, Strength)
    assert new.guesses_log10 < old.guesses_log10


def test_the_words_of_the_organisation_make_a_password_weak(meter: StrengthMeter) -> None:
    assert score(meter, "Zyxquorp-Gadvik") >= 3
    assert score(meter, "Zyxquorp-Gadvik", "Zyxquorp Gadvik K.K.") <= 1
    assert score(meter, "Zyxquorp2025", "Zyxquorp") <= 1
    assert score(meter, "shizuokamori", "Shizuoka Mori") == 0


def test_words_of_one_secret_do_not_count_for_the_next(meter: StrengthMeter) -> None:
    alone = meter.measure(Secret.of("zanpuru-kobo"))
    meter.measure(Secret.of("zanpuru-kobo"), ["zanpuru", "kobo"])
    assert meter.measure(Secret.of("zanpuru-kobo")) == alone


def test_random_passwords_are_not_called_weak(meter: StrengthMeter) -> None:
    chance = random.Random(7)  # noqa: S311 - the same secrets every time
    alphabet = string.ascii_letters + string.digits
    secrets = [Secret.of("".join(chance.choices(alphabet, k=14))) for _ in range(200)]
    scores = [found.score for found in meter.measure_all((s, ()) for s in secrets)]  # type: ignore[union-attr]
    assert scores == [4] * 200


def test_a_long_secret_is_as_strong_as_its_stronger_end(meter: StrengthMeter) -> None:
    strong = "K7#mVq2!xRp9Zw"
    assert score(meter, "a" * 80 + strong) == 4
    assert score(meter, strong + "a" * 80) == 4
    assert score(meter, "a" * 200) == 0


def test_a_megabyte_is_measured(meter: StrengthMeter) -> None:
    assert score(meter, "パス" * 500_000) <= 2


@pytest.mark.parametrize(
    "secret", ["a\nb", "\n", "\0", "\ud800", "\udfff\ud800", "a\r\nb", "İ" * 9]
)
def test_no_character_breaks_the_protocol(secret: str, meter: StrengthMeter) -> None:
    before = meter.measure(Secret.of("Tr0ub4dour&3"))
    assert isinstance(meter.measure(Secret.of(secret), [secret]), Strength)
    assert meter.measure(Secret.of("Tr0ub4dour&3")) == before


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=any_text, words=st.lists(any_text, max_size=3))
def test_any_secret_has_a_strength_or_a_reason(
    secret: str, words: list[str], meter: StrengthMeter
) -> None:
    found = meter.measure(Secret.of(secret), words)
    if isinstance(found, Unknown):
        assert found.reason is Reason.TIMED_OUT
    else:
        assert 0 <= found.score <= 4
        assert found.guesses_log10 >= 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=st.text("abcdefgh0123", max_size=20), word=st.text("abcdefgh", min_size=3))
def test_knowing_a_word_never_makes_a_secret_stronger(
    secret: str, word: str, meter: StrengthMeter
) -> None:
    without, knowing = (meter.measure(Secret.of(secret), words) for words in ((), (word,)))
    assert isinstance(without, Strength)
    assert isinstance(knowing, Strength)
    assert knowing.guesses_log10 <= without.guesses_log10


@pytest.mark.parametrize(
    "secret",
    [HOSTILE, "a" * 72, "4@" * 36, "7|1" * 24, "toukyou" * 10, "1qaz2wsx" * 9, "İ" * 72, "ひ" * 72],
)
def test_no_secret_is_made_to_take_for_ever(secret: str, meter: StrengthMeter) -> None:
    started = time.process_time()
    assert isinstance(meter.measure(Secret.of(secret)), Strength)
    assert time.process_time() - started < 1


def test_a_worker_that_does_not_answer_costs_one_answer_and_the_next_is_measured() -> None:
    known = children()
    with StrengthMeter(year=2026, seconds=0.2) as meter:
        meter.measure(Secret.of("warm"))
        (worker,) = children() - known
        os.kill(worker, signal.SIGSTOP)
        started = time.monotonic()
        found = meter.measure(Secret.of("password"))
        took = time.monotonic() - started
        assert isinstance(found, Unknown)
        assert found.reason is Reason.TIMED_OUT
        assert took < 1.5
    with StrengthMeter(year=2026) as meter:
        assert score(meter, "password") == 0


def test_a_worker_that_dies_costs_one_answer() -> None:
    known = children()
    with StrengthMeter(year=2026) as other:
        other.measure(Secret.of("warm"))
        (worker,) = children() - known
        os.kill(worker, 9)
        first = other.measure(Secret.of("password"))
        assert isinstance(first, Unknown)
        assert first.reason is Reason.BUG
        assert score(other, "password") == 0


def test_nothing_runs_before_the_first_secret_nor_after_the_last() -> None:
    known = children()
    with StrengthMeter(year=2026) as meter:
        meter.measure(Secret.of(""))
        assert children() == known
        meter.measure(Secret.of("password"))
        assert children() > known
    assert children() == known


def test_closing_ends_a_measurement_under_way() -> None:
    known = children()
    meter = StrengthMeter(year=2026, seconds=60)
    meter.measure(Secret.of("warm"))
    (worker,) = children() - known
    os.kill(worker, signal.SIGSTOP)
    found: list[Strength | Unknown] = []
    busy = threading.Thread(target=lambda: found.append(meter.measure(Secret.of("password"))))
    busy.start()
    time.sleep(0.2)
    meter.close()
    busy.join(2)
    assert not busy.is_alive()
    assert [each.reason for each in found if isinstance(each, Unknown)] == [Reason.INTERRUPTED]
    assert isinstance(meter.measure(Secret.of("password")), Unknown)


def test_many_threads_get_the_answers_to_their_own_secrets(meter: StrengthMeter) -> None:
    # Each secret is weak by its own word alone: a mixed-up word or answer would show.
    chance = random.Random(8)  # noqa: S311 - the same secrets every time
    names = ["".join(chance.choices("bcdfghjklmnpqrstvwxz", k=12)) for _ in range(150)]
    knowing = meter.measure_all((Secret.of(name), [name]) for name in names)
    others = meter.measure_all((Secret.of(name), [name[::-1] + "x"]) for name in names)
    assert all(isinstance(each, Strength) and each.score == 0 for each in knowing)
    assert all(isinstance(each, Strength) and each.score >= 3 for each in others)


def test_no_secret_is_in_any_command_line_or_worker_environment(
    meter: StrengthMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "canary-2c44e1"
    monkeypatch.setenv("MAMORI_TEST_TOKEN", canary)
    with StrengthMeter(year=2026) as other:
        known = children()
        other.measure(Secret.of(canary), [canary])
        workers = children() - known
        assert workers
        for worker in workers:
            process = Path(f"/proc/{worker}")
            assert canary.encode() not in (process / "cmdline").read_bytes()
            assert canary.encode() not in (process / "environ").read_bytes()
    assert score(meter, "password") == 0


def test_words_are_taken_whole_in_parts_and_joined() -> None:
    assert words_in(["Acme-HubSpot Ltd", "acme"]) == (
        "acme-hubspot ltd",
        "acme",
        "hubspot",
        "ltd",
        "acmehubspotltd",
    )
    assert words_in(["example.co.jp"]) == ("example.co.jp", "example", "examplecojp")
    assert words_in(["ＡＣＭＥ", "ab", ""]) == ("acme",)
    assert words_in(["株式会社サンプル"]) == ("株式会社サンプル", "sanpuru", "sampuru")


@given(st.lists(any_text, max_size=5))
def test_words_are_lower_case_and_long_enough(names: list[str]) -> None:
    words = words_in(names)
    assert len(set(words)) == len(words)
    assert all(3 <= len(word) <= 64 for word in words)
    assert all(word == word.lower() for word in words if word.isascii())
