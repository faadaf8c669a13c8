"""The text report: what it shows, and what it never does to a terminal or a mail."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from collections.abc import Callable, Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from translations import japanese

from scanner.model import Account, Deployment, Mfa, Person
from scanner.render import text
from scanner.render.page import fit, wrap
from scanner.report import Report

MakeReport = Callable[..., Report]
MakeShop = Callable[..., Deployment]


def lines(report: Report, **options: object) -> list[str]:
    return text.TEXT.whole(report, **options).decode().splitlines()


def section(report: Report, title: str, **options: object) -> list[str]:
    """Return the lines under `title`, up to the empty line before the next title."""
    after = itertools.dropwhile(lambda line: line != title, lines(report, **options))
    next(after)
    return list(itertools.takewhile(lambda line: not re.match(r"[A-Z=-]", line), after))


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("details", [False, True])
def test_no_line_is_wider_than_asked_or_ends_in_a_space(
    make_report: MakeReport, make_shop: MakeShop, lang: str, width: int, *, details: bool
) -> None:
    report = make_report(make_shop(), make_shop(target="店" * 60), lang=lang, complete=False)
    for line in lines(report, width=width, details=details):
        assert cell_len(line) <= width, line
        assert line == line.rstrip()


def test_without_colour_there_is_no_control_character(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    written = text.TEXT.whole(make_report(make_shop()), details=True).decode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", written)


def test_with_colour_the_words_are_the_same(make_report: MakeReport, make_shop: MakeShop) -> None:
    report = make_report(make_shop())
    coloured = text.TEXT.whole(report, colour=True).decode()
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text.TEXT.whole(report).decode()


def test_markup_in_a_name_is_shown_literally(make_report: MakeReport, make_shop: MakeShop) -> None:
    for colour in (False, True):
        written = text.TEXT.whole(make_report(make_shop()), colour=colour, details=True).decode()
        assert "[red]not red[/red]" in written


def test_escape_sequences_in_a_saved_report_are_shown_and_not_obeyed(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    [target] = report.targets
    forged = msgspec.structs.replace(target, name="shop\x1b[2J", grade="\x1b")
    report = msgspec.structs.replace(report, targets=(target, forged))
    written = text.TEXT.whole(report).decode()
    assert "\x1b" not in written
    assert r"shop\x1b[2J" in written


def test_escape_sequences_in_a_name_are_shown_and_not_obeyed(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    hostile = Person(id="1", name="\x1b[2J\x1b]0;gone\x07", can_sign_in=True, mfa=Mfa.NONE)
    shop = make_shop()
    shop = msgspec.structs.replace(shop, subjects=(shop.account, hostile))
    written = text.TEXT.whole(make_report(shop), colour=True).decode()
    assert r"\x1b[2J\x1b]0;gone\x07 signs in with a password alone." in written
    assert "\x1b[2J" not in written
    assert "\x07" not in written


def test_the_headline_tells_grade_interval_coverage_limits_and_the_next_grade(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    [target] = report.targets
    head = "\n".join(lines(report)[:16])
    assert f"Grade     {target.grade}" in head
    low, high = target.score.low, target.score.high
    assert f"Score     {low:g}, up to {high:g} once 2 questions are answered" in head
    assert f"Coverage  {int(target.coverage * 100)}% of what applies could be judged" in head
    assert "Failing   1 critical, 1 high, 1 medium, 1 info" in head
    assert (
        "Limit     at most 49.\n          A critical check fails: Everyone who can sign in" in head
    )
    assert "Next      grade D once these pass everywhere (1): mfa.enrolled" in head


def test_conclusions_on_somebodys_word_are_counted_beside_the_coverage(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    shop = make_shop()
    [coverage] = [each for each in lines(make_report(shop)) if each.startswith("Coverage")]
    assert coverage.endswith("judged; 1 on somebody's word")
    plain = tuple(msgspec.structs.replace(each, witnesses={}) for each in shop.subjects)
    report = make_report(msgspec.structs.replace(shop, subjects=plain))
    assert "somebody's word" not in text.TEXT.whole(report).decode()


def test_a_complete_score_is_one_number(make_report: MakeReport, make_shop: MakeShop) -> None:
    only = Person(id="1", name="A", can_sign_in=False, last_sign_in=None)
    shop = msgspec.structs.replace(
        make_shop(), subjects=(Account(id="shop"), only), populations={}, problems=()
    )
    assert "Score     0 of 100" in lines(make_report(shop))


def test_a_score_that_waivers_raised_shows_what_it_would_be_without_them(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    [target] = report.targets
    waived = msgspec.structs.replace(
        report,
        targets=(
            msgspec.structs.replace(
                target,
                score=msgspec.structs.replace(target.score, without_waivers=3.5),
                findings=tuple(
                    msgspec.structs.replace(each, waiver="Accepted by Hanako until 2027-01-31.")
                    if each.check == "password.strength" and each.status == "fail"
                    else each
                    for each in target.findings
                ),
            ),
        ),
    )
    assert "(3.5 if no failure were accepted)" in " ".join(text.TEXT.whole(waived).decode().split())
    accepted = "\n".join(section(waived, "Accepted by somebody (1)"))
    assert "Accepted by Hanako until 2027-01-31." in accepted
    assert "password.strength" not in "\n".join(section(waived, "What is wrong (3)"))


def test_failures_are_grouped_by_check_worst_first_and_name_a_few(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    wrong = section(make_report(make_shop()), "What is wrong (4)")
    severities = [match[1] for line in wrong if (match := re.match(r"  \[(\w+)\]", line))]
    assert severities == ["critical", "high", "medium", "info"]
    assert "    mfa.enrolled, 10 of 15 people" in wrong
    assert "    - Person 1 signs in with a password alone." in wrong
    assert "    - and 7 more" in wrong
    assert not any("Person 4" in line for line in wrong)
    assert "    - file:weak: The password is easy to guess." in wrong
    assert any("days. Person 1, Person 2, Person 3," in line for line in wrong)
    assert sum(line.startswith("    Why: ") for line in wrong) == 4
    assert sum(line.startswith("    Fix: ") for line in wrong) == 4


def test_two_hundred_people_with_one_weakness_take_no_more_lines_than_twenty(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    def crowd(size: int) -> int:
        people = tuple(
            Person(id=str(n), name=f"P{n:03}", can_sign_in=True, mfa=Mfa.NONE) for n in range(size)
        )
        shop = make_shop()
        return len(
            lines(make_report(msgspec.structs.replace(shop, subjects=(shop.account, *people))))
        )

    assert crowd(200) == crowd(20)


def test_people_of_the_same_name_are_told_apart(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    twins = tuple(Person(id=id, name="Sato", last_sign_in=None) for id in ("7", "8"))
    shop = make_shop()
    report = make_report(msgspec.structs.replace(shop, subjects=(shop.account, *twins)))
    assert "Sato (7), Sato (8)" in text.TEXT.whole(report).decode()


def test_details_name_every_subject_and_list_every_finding(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    written = "\n".join(lines(report, details=True, width=100))
    for number in range(1, 17):
        assert re.search(rf"\bPerson {number}\b", written) or number in (14, 15)
    assert not re.search(r"and \d+ more", written)
    listed = section(report, "Every finding", details=True, width=100)
    statuses = [re.match(r"  (\w+)  \w", line) for line in listed]
    assert sum(match is not None for match in statuses) == len(report.targets[0].findings)
    assert any("From: attested" in line for line in listed)
    assert any("nist-800-63b:2.2" in line for line in listed)


def test_what_to_do_first_lifts_limits_before_it_gains_points(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    todo = section(make_report(make_shop()), "Do first (points gained, before limits)")
    gains = [float(match[1]) for line in todo if (match := re.match(r" +\+([\d.]+)  ", line))]
    lifting = [line.endswith("lifts a limit") for line in todo if re.match(r" {10}\w+\.", line)]
    assert lifting == sorted(lifting, reverse=True)
    assert gains[lifting.count(True) :] == sorted(gains[lifting.count(True) :], reverse=True)


def test_open_questions_come_with_their_cause_and_remedy(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    unknown = section(make_report(make_shop()), "What is not known, and what would answer it")
    assert "  ? The role of the scanner may not list users." in unknown
    assert "    Do: Give the role the permission user:users:view." in unknown
    assert "    Leaves open: password.strength (2)" in unknown


def test_parts_that_could_not_be_read_are_grouped_by_reason(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    unread = " ".join(section(make_report(make_shop()), "What could not be read"))
    assert "! roles, audit log: The scanner's credential lacks" in unread
    assert "Do: Check that the address is right." in unread


def test_every_family_has_a_bar_of_its_interval(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    table = section(report, "Families (# earned, + open, - lost; share that could be judged)")
    bars = {line.split()[0]: line for line in table if line}
    for family in report.targets[0].families:
        bar = re.search(r"\[(#*)(\+*)(-*)\]", bars[family.family])
        assert bar
        assert sum(map(len, bar.groups())) == 20
        assert len(bar[1]) == int(family.score.low / 5)
        assert len(bar[1] + bar[2]) == int(family.score.high / 5)


def test_a_standard_that_disagrees_is_named(make_report: MakeReport, make_shop: MakeShop) -> None:
    disputes = section(make_report(make_shop()), "Where a standard disagrees with this policy")
    assert "    An invented standard 3.4: Accounts are closed after 45 days." in disputes


def test_a_scan_that_was_stopped_says_so_first_and_last(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    stopped = lines(make_report(make_shop(complete=False), complete=False))
    assert any(line.startswith("INCOMPLETE: the scan was stopped") for line in stopped[:3])
    assert any(line.startswith("INCOMPLETE: the scan was stopped") for line in stopped[-2:])
    assert not any("INCOMPLETE" in line for line in lines(make_report(make_shop())))


def test_several_deployments_start_with_an_overview_worst_first(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    good = make_shop(target="good")
    person = Person(id="1", name="A", can_sign_in=True, mfa=Mfa.TOTP)
    good = msgspec.structs.replace(good, subjects=(good.account, person), populations={})
    report = make_report(good, make_shop(target="bad"))
    table = section(report, "All deployments, worst first")
    assert [line.split()[1] for line in table if line] == ["bad", "good"]


def test_the_last_lines_count_and_identify(make_report: MakeReport, make_shop: MakeShop) -> None:
    report = make_report(make_shop())
    *_, numbers, identity = lines(report)
    assert numbers == "20 fail, 12 pass, 3 are not known, 1 do not apply."
    assert identity == "Scan 0123456789abcdef, policy sample 7, mamori 0.1.0."


def test_every_sentence_of_the_report_has_a_japanese_translation() -> None:
    catalogue = japanese()
    missing = [sentence for sentence in _sentences() if sentence not in catalogue]
    assert not missing


def _sentences() -> Iterator[str]:
    """Find the first arguments of `_say`, and the tables of templates."""
    for node in ast.walk(ast.parse(inspect.getsource(text))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_say":
            parts = [node.args[0]]
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") in ("_OF", "_DO"):
            assert isinstance(node.value, ast.Dict)
            parts = node.value.values
        else:
            continue
        for part in parts:
            if isinstance(part, ast.Constant):
                yield str(part.value)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")))


@given(words, st.integers(2, 60))
def test_wrapping_loses_nothing_but_spaces_and_keeps_the_width(line: str, width: int) -> None:
    wrapped = list(wrap(line, width))
    assert "".join("".join(wrapped).split()) == "".join(line.split())
    assert all(cell_len(each) <= width and each == each.rstrip() for each in wrapped)


@given(words, st.integers(2, 40))
def test_fitting_gives_exactly_the_width(line: str, width: int) -> None:
    assert cell_len(fit(line, width)) == width


def test_english_is_not_broken_inside_words() -> None:
    sentence = "Have the person enrol an authenticator app or a security key."
    assert all(set(line.split()) <= set(sentence.split()) for line in wrap(sentence, 20))


def test_japanese_lines_do_not_begin_with_closing_marks() -> None:
    sentence = (
        "パスワードだけで、管理者が「サインイン」できます。二要素認証を、必須にしてください。"
    )
    for width in range(10, 60):
        for line in wrap(sentence, width):
            assert line[0] not in "、。」ッー"
            assert line[-1] != "「"
