"""What a sentence sounds like decides whether silence is held against a notice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.notices import by_ear
from checks.notices.by_ear import Duty, likeliest
from checks.opt_out import link
from checks.wording import likeness
from checks.wording.likeness import degree, runs
from checks.wording.words import Words
from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.page import read_page
from scanner.model import Content, Page, Status, known

SENTENCES = Path(__file__).parents[1] / "corpus" / "sentences"
UNLEARNT = 20
"""One sentence in so many had no part in what was learnt; see `.ci/likeness/learn.py`."""


def content(*sentences: str) -> Content:
    html = "<title>個人情報について</title>" + "".join(f"<p>{each}</p>" for each in sentences)
    page = next(each for each in read_page(html.encode(), "x") if isinstance(each, Page))
    return known(page.content)


LEAST_HEARD = {str(Duty.PURPOSE): 0.35, str(Duty.DISCLOSURE): 0.25}
"""Of what tells it in words farthest from the usual ones; of the others it hears two in five."""


@pytest.mark.parametrize("told", [*Duty, "mail_box", "mail_refused"])
def test_sentences_it_never_learnt_are_told_apart(told: str) -> None:
    lines = (SENTENCES / f"{told}.tsv").read_text("utf-8").splitlines()[::UNLEARNT]
    heard = [(line[0] == "+", degree(line[2:].replace("｜", "|"), told) >= 0) for line in lines]
    nearly = [said for tells, said in heard if not tells]
    telling = [said for tells, said in heard if tells]
    assert len(heard) >= 30
    assert sum(nearly) <= 0.2 * len(nearly)
    assert sum(telling) >= LEAST_HEARD.get(str(told), 0.4) * len(telling)


def test_the_sentence_that_tells_it_is_found_among_those_that_do_not() -> None:
    told = "お名前とご住所は、りんごをお送りするときだけに使います。"
    notice = content("当園は法令を守ります。", told, "この方針は予告なく改めることがあります。")
    found = likeliest(notice, duty=Duty.PURPOSE)
    assert found is not None
    assert found.sentence.text == told
    assert found.degree >= 0


def test_what_promises_and_names_nothing_tells_nothing() -> None:
    notice = content("当園は法令を守ります。", "この方針は予告なく改めることがあります。")
    for duty in Duty:
        found = likeliest(notice, duty=duty)
        # Nothing here is of what people do on pages, which is all that is heard of linking.
        assert (found is None) is (duty is Duty.LINKAGE)
        assert found is None or found.degree < 0


@given(st.text())
def test_numbers_case_and_spaces_make_no_difference(text: str) -> None:
    assert runs(f"{text} 12 A") == runs(f"{text}  345\na")


def test_all_that_is_learnt_of_one_thing_has_room_beside_the_others() -> None:
    learnt = json.loads((Path(likeness.__file__).parent / "likeness.json").read_text("utf-8"))
    for told in learnt.values():
        assert abs(told["bias"]) + sum(map(abs, told["weights"].values())) < 2**31


def test_a_notice_that_says_nothing_sounds_like_nothing() -> None:
    assert likeliest(Content(blocks=()), duty=Duty.PURPOSE) is None


def test_of_an_endless_notice_no_more_is_listened_to_than_real_ones_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[int] = []

    def listen(text: str, _: str) -> float:
        heard.append(len(text))
        return -1.0

    monkeypatch.setattr(by_ear, "degree", listen)
    likeliest(content(*(f"この方針は{n}回改めました。" for n in range(20_000))), duty=Duty.PURPOSE)
    assert 90_000 < sum(heard) <= 100_000


def test_a_paragraph_without_an_end_is_searched_for_joint_use_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[int] = []

    class Counted(Words):
        def search(self, text: str) -> re.Match[str] | None:
            searched.append(len(text))
            return super().search(text)

    monkeypatch.setattr(by_ear, "JOINT", Counted("共同利用"))
    text = "".join(f"{n}番目の共同利用の方針です。" for n in range(1000))
    likeliest(content(text), duty=Duty.PURPOSE)
    assert sum(searched) <= 2 * len(text)


def test_a_way_out_at_the_end_of_a_long_mail_is_heard() -> None:
    said = "今後のお届けが要らなくなったときは、お手数ですがこの窓からお申し付けください"
    rows = "".join(f"<p>新商品のご案内 {n}号</p>" for n in range(700))
    mail = "Subject: 秋のセール\nContent-Type: text/html; charset=utf-8\n\n"
    html = f"{rows}<p>{said} <a href='https://shop.example/x9'>→</a></p>"
    verdict = link.function(read_message(f"{mail}{html}".encode(), "x"))
    assert verdict.status is Status.PASS
    assert str(verdict.values["quote"]).startswith(said)
