"""What a mail is for, by all that it says, not by one word of it."""

from __future__ import annotations

import re

import pytest

from checks.messages import kinds
from checks.messages.kinds import Kind, kind_of
from scanner.collect.probes.published.mail import read_message
from scanner.model import Message


def mail(subject: str, *body: str, head: str = "") -> Message:
    header = f"From: A <a@mail.example>\nSubject: {subject}\nDate: Mon, 2 Mar 2026 09:00:00 +0900"
    text = "\n\n".join(body)
    return read_message(
        f"{header}\n{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode(), "x"
    )


@pytest.mark.parametrize(
    "message",
    [
        mail(
            "断水のお知らせ",
            "入居者各位",
            "水道管工事のため、12日の13時から15時まで断水します。",
            "ご不便をおかけします。管理室",
        ),
        mail(
            "運動会の延期について",
            "保護者の皆様",
            "雨天のため、明日の運動会を日曜に延期します。お弁当をお持たせください。",
            "第三小学校 教頭 森",
        ),
        mail(
            "ご利用料金改定のお知らせ",
            "平素よりご利用いただきありがとうございます。",
            "4月ご請求分から月額料金を3,300円から3,630円に改定いたします。",
            "ご同意いただけない場合は、規約第14条により解約できます。",
        ),
        mail(
            "Your webinar starts in one hour",
            "Hi Ana,",
            "You registered for our session on VAT. Join here: https://live.example/1",
            "Meeting ID 811, passcode 22.",
        ),
        mail(
            "【要確認】メールマガジンの登録はまだ完了していません",
            "お申し込みありがとうございます。次のURLを開くと登録が完了します。",
            "https://mail.example/confirm?k=1",
        ),
    ],
)
def test_what_serves_a_contract_a_request_or_the_public_is_no_advertising(message: Message) -> None:
    assert kind_of(message) is Kind.TRANSACTION


@pytest.mark.parametrize(
    "message",
    [
        mail(
            "週末は焼肉",
            "黒毛和牛が半額です。",
            "ご予約はお電話で。皆さまのご来店をお待ちしています。",
        ),
        mail(
            "来場登録受付開始のお知らせ",
            "第8回ものづくり展の来場登録を開始しました。入場無料、先着500名様に粗品。",
        ),
        mail(
            "貴社の採用についてのご提案",
            "突然のご連絡失礼いたします。",
            "弊社の採用動画で応募数が1.8倍になった実績がございます。15分ほどお時間をいただけませんか。",
        ),
        mail("春のセールのお知らせ", "春のセールを開催します。"),
    ],
)
def test_what_sells_is_advertising_though_it_is_called_a_notice(message: Message) -> None:
    assert kind_of(message) is Kind.ADVERTISING


def test_a_strangers_offer_is_no_answer_though_it_is_called_one() -> None:
    offer = (
        "Floating this to the top of your inbox. We read supplier invoices and post them for you.",
        "Companies your size save three days a month. Would a 15 minute call on Friday work?",
        "Best regards, Dan",
    )
    assert kind_of(mail("Re: your backlog", *offer)) is Kind.ADVERTISING
    answer = ("> Could you send the plan?", "Thanks for your mail. The plan is attached.", "Dan")
    assert kind_of(mail("Re: the plan", *answer)) is Kind.PERSONAL
    assert kind_of(mail("Re: the plan", *answer[1:], head="In-Reply-To: <1@x>\n")) is Kind.PERSONAL


@pytest.mark.parametrize(
    "alternative", ["無料.{0,4}講座", "vol\\.\\s?\\d", "セール(?!ス)", "クーポン"]
)
def test_what_is_written_as_a_pattern_is_searched_for_as_one(alternative: str) -> None:
    said = vars(kinds)["_said"]
    for text in ("無料のヨガ講座", "vol. 3", "セールです", "セールスマン", "クーポン", alternative):
        assert bool(said(text, (alternative,))) is bool(re.search(alternative, text))
