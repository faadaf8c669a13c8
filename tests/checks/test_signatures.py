"""Who answers for a mail to readers in Japan: a company, a body, a human being, and nobody else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from checks.sender import name
from scanner.collect.probes.published.mail import read_message
from scanner.model import Message, Status


def mail(signature: str, greeting: str = "こんにちは。") -> Message:
    header = "From: s@mail.example\nSubject: 秋のセール\nDate: Mon, 2 Mar 2026 09:00:00 +0900"
    offer = "新作が入荷しました。週末は全品20%OFFです。"
    body = f"{greeting}\n\n{offer}\n\n送料は550円です。\n\n{signature}"
    return read_message(
        f"{header}\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode(), "x"
    )


@pytest.mark.parametrize(
    "signature",
    [
        "発行:たびごよみ編集部",
        "補助金サポート事務局",
        "花のアトリエ みどり",
        "スニーカー倉庫GOAL 通販店",
        "© FUKURO STORE",
        "店長のたけでした",
        "ご不明な点はカスタマーサポートまで",
        "会社名:未定",
        "会社名:(会社名を入力してください)",
        "ひなた動物病院",
        "株式会社サンプル",
        "店長:小野寺",
        "編集部 佐々木",
    ],
)
def test_a_shop_a_magazine_or_a_desk_answers_for_nothing(signature: str) -> None:
    assert name.function(mail(signature)).status is Status.FAIL


@pytest.mark.parametrize(
    "signature",
    [
        "店主 藤沢 ことり",
        "倉科ともみ(くらしな整理室)",
        "あおば相続相談室 行政書士 早瀬 美和",
        "犬の訓練士 猪熊剛志と申します",
        "あさぎり市 総務部 防災危機管理課",
        "はるかぜ市立東小学校 教頭 栗林",
        "発行:北都市役所 ふるさと納税担当",
        "© 2026 こども工房(特定非営利活動法人)",
        "(学)翔英学園 翔英予備校",
        "****** 株式会社グランシード ******",
        "株式会社みどり お客さま窓口",
        "みどり生命保険相互会社",
        "弁理士法人みどり特許事務所",
        "みどり商店 株式会社",
        "みどり有限責任事業組合",
        "みどり町教育委員会",
        "【株式会社みどり】",
        "■株式会社みどり■",
        "みどり農園 高瀬 悠斗・美咲",
        "占い師 月乃(本名 桑名 佳代)",
    ],
)
def test_whoever_gives_a_legal_name_or_their_own_is_named(signature: str) -> None:
    assert name.function(mail(signature)).status is Status.PASS


def test_who_speaks_as_we_is_named_and_thanked_nobody() -> None:
    thanks = "私たち株式会社みどり醸造は、おかげさまで創業10周年です。"
    assert name.function(mail("", thanks)).status is Status.PASS
    assert name.function(mail("", "株式会社みどり醸造 営業部様")).status is Status.FAIL


def test_whoever_introduces_themselves_is_named() -> None:
    assert name.function(mail("", "整理収納アドバイザーの倉科ともみです。")).status is Status.PASS


@pytest.mark.parametrize(
    "signature",
    [
        "賞品提供:株式会社みどり 景品は抽選です",
        "高松市中小企業応援センター",
        "© HARUTO SAITO",
        "ジョン・スミス(みどり代表)",
        "メーカー:株式会社みどり",
        "決済は株式会社みどりを利用しています。",
        "株式会社みどりの「あおば」シリーズが入荷しました。",
        "会場:株式会社みどり 本社ビル3階",
        "青葉市",
    ],
)
def test_what_may_be_such_a_name_is_left_to_a_person(signature: str) -> None:
    assert name.function(mail(signature)).status is Status.INCONCLUSIVE


def test_who_is_told_of_does_not_sign() -> None:
    told = mail("監修:管理栄養士 小池はるか\n読者の声:佐藤 花子 様")
    assert name.function(told).status is Status.FAIL


def test_lines_that_name_a_sender_are_hardly_ever_held_for_nobody_nor_others_for_a_sender() -> None:
    counts: Counter[tuple[str, Status]] = Counter()
    lines = (Path(__file__).parents[1] / "corpus" / "sentences" / "sender.tsv").read_text("utf-8")
    for sign, _, line in (each.partition("\t") for each in lines.splitlines()):
        if not line.isascii():
            counts[sign, name.function(mail(line)).status] += 1
    named = sum(count for (sign, _), count in counts.items() if sign == "+")
    assert counts["+", Status.FAIL] <= 0.05 * named
    assert counts["-", Status.PASS] <= 0.1 * (sum(counts.values()) - named)
