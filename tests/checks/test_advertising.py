"""Which mails the duties of advertising hold for: what was not read lets nobody off."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from checks.sender import address, contact
from scanner import registry
from scanner.collect.probes.published.mail import read_message
from scanner.model import (
    Block,
    Content,
    Link,
    Message,
    NoEvidence,
    Reason,
    Status,
    Text,
    Unknown,
    Verdict,
)

CHECKS = [
    each for each in registry.checks().values() if Message in each.subjects and not each.takes_now
]
TITLES = [
    "秋のセール全品20%OFF",
    "ご注文ありがとうございます",
    "Re: お打ち合わせの件",
    "10月号ニュースレター",
    "パスワード再設定のお知らせ",
    "Our biggest sale ends tonight",
    "Your order has shipped",
    "お知らせ",
]
HEADERS = [
    "List-Unsubscribe: <https://news.example/u/1>",
    "List-Unsubscribe: <mailto:leave@news.example>",
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "DKIM-Signature: v=1; d=news.example; h=from:list-unsubscribe:list-unsubscribe-post",
    "In-Reply-To: <1@news.example>",
    "X-Unsent: 1",
]
LINES = [
    "この度はご注文いただきありがとうございます。",
    "新作が入荷しました。週末は全品20%OFF、クーポンも使えます。",
    "お世話になっております。先日の日程の件、承知いたしました。",
    "パスワードの再設定は下のリンクから行ってください。",
    "株式会社山田商店",
    "店主 藤沢 ことり",
    "〒100-0001 東京都千代田区千代田1-1",
    "お問い合わせ: info@shop.example",
    '<a href="https://shop.example/law">特定商取引法に基づく表記</a>',
    '<a href="https://shop.example/about">会社概要</a>',
    '<a href="https://news.example/u/1">配信停止はこちら</a>',
    '<a href="{{unsubscribe_url}}">配信停止</a>',
    "住所: {{company_address}}",
    "Thank you for your order. It has been shipped.",
    "Save 20% this week. Shop now and don't miss our best offers.",
    "You can unsubscribe at any time: https://news.example/u/1",
    '<a href="https://shop.example/">Visit our shop</a>',
    "© 2026 Acme Trading. All rights reserved.",
    "Acme Ltd, 12 High Street, London SW1A 1AA",
    '<img src="https://shop.example/footer_address.png" alt="株式会社 東京都港区1-2-3">',
]
FROM = ["s@shop.example", "Acme Ltd <s@shop.example>", "山田商店 <s@shop.example.jp>"]


@st.composite
def mails(draw: st.DrawFn) -> Message:
    """Return mails of all kinds, and of two kinds at once."""
    lines = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=8))
    header = [
        f"From: {draw(st.sampled_from(FROM))}",
        f"Subject: {draw(st.sampled_from(TITLES))}",
        "Date: Mon, 2 Mar 2026 09:00:00 +0900",
        *draw(st.lists(st.sampled_from(HEADERS), max_size=4, unique=True)),
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative; boundary=x",
    ]
    html = "".join(f"<p>{each}</p>" for each in lines)
    text = "\n\n".join(draw(st.lists(st.sampled_from(LINES), max_size=4)))
    body = "".join(
        f"--x\nContent-Type: text/{kind}; charset=utf-8\n\n{part}\n"
        for kind, part in (("plain", text), ("html", html))
    )
    return read_message("\n".join((*header, "", f"{body}--x--\n")).encode(), "x")


PAGES = st.none() | st.lists(st.sampled_from(LINES), max_size=2).map(
    lambda lines: Content(blocks=tuple(Block(text=each) for each in lines))
)


def status(check: Any, message: Message) -> Status:
    try:
        verdict: Verdict = check.function(message, *([check.rule()] if check.rule else []))
    except NoEvidence:
        return Status.INCONCLUSIVE
    return verdict.status


BRINGS = {Status.FAIL: 0, Status.INCONCLUSIVE: 0, Status.NOT_APPLICABLE: 1, Status.PASS: 2}


@settings(deadline=None, max_examples=60)
@given(mail=mails(), page=PAGES)
def test_a_part_of_a_mail_that_was_not_read_never_improves_a_verdict(
    mail: Message, page: Content | None
) -> None:
    mail = msgspec.structs.replace(mail, linked=page or mail.linked)
    before = {check.id: status(check, mail) for check in CHECKS}
    for fact in set(Message.__struct_fields__) - {"id", "name", "origin", "witnesses"}:
        if not isinstance(getattr(mail, fact), Unknown):
            lost = msgspec.structs.replace(mail, **{fact: Unknown(Reason.MALFORMED)})
            for check in (each for each in CHECKS if fact in each.reads):
                note(f"{check.id} without {fact}")
                assert BRINGS[status(check, lost)] <= BRINGS[before[check.id]]


def test_where_the_subject_could_not_be_read_it_is_not_known_whether_a_mail_advertises() -> None:
    gap = Unknown(Reason.NOT_PERMITTED, Text.of("The subject is not told."))
    body = Content(blocks=(Block(text="ご注文内容の確認。\nご注文番号 12345 を承りました。"),))
    receipt = Message(id="x", content=body, sent=True, reply=False, list_unsubscribe=())
    with pytest.raises(NoEvidence) as raised:
        address.function(msgspec.structs.replace(receipt, title=gap))
    assert raised.value.unknown is gap
    # A template has no header that could be read, and is judged by what is there.
    judged: Verdict = address.function(receipt)
    assert judged.status is Status.NOT_APPLICABLE


def test_a_page_with_the_address_that_did_not_open_clears_no_mail() -> None:
    law = Link("特定商取引法に基づく表記", "https://shop.example/law")
    body = Content(
        blocks=(
            Block(text="秋のセール。全品20%OFFのクーポンをお送りします。"),
            Block(text=law.text, links=(law,)),
        )
    )
    mail = Message(
        id="x", title="秋のセール", content=body, sent=True, reply=False, list_unsubscribe=()
    )
    led: Verdict = address.function(mail)
    assert led.status is Status.PASS
    gone = msgspec.structs.replace(mail, linked=Unknown(Reason.UNREACHABLE))
    with pytest.raises(NoEvidence):
        address.function(gone)
    assert contact.function(gone).status is not Status.PASS
