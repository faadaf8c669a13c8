"""What of a mail tells its reader that more can be refused, and where."""

from __future__ import annotations

import sys

import pytest

from checks.messages.kinds import Kind, kind_of
from checks.messages.refusing import opt_out_of
from checks.opt_out import link, statement_nearby
from checks.sender import address, as_text, contact
from checks.sender import name as sender_name
from scanner.collect.probes.published.mail import read_message
from scanner.model import Message, Status, known

SALE = "春のセールのご案内"
OFFER = "新商品をお得なクーポンとともにご紹介します。"


def sent(body: str, subject: str = SALE, kind: str = "html") -> Message:
    header = (
        f"From: Shop <shop@mail.example>\nSubject: {subject}\nMessage-ID: <1@mail.example>\n"
        "Date: Mon, 2 Mar 2026 09:00:00 +0900"
    )
    return read_message(
        f"{header}\nContent-Type: text/{kind}; charset=utf-8\n\n{body}".encode(), "x"
    )


def english(body: str) -> Message:
    return sent(f"<p>Take 20% off everything this week.</p>{body}", "Our spring sale")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        # What stands after a contact is not refused there.
        (
            (
                "<p>お問い合わせ:<a href=https://a.example/c>お問い合わせフォーム</a><br>"
                "※配信停止は店舗窓口にて承ります。</p>"
            ),
            Status.FAIL,
        ),
        (
            "<p>配信停止は<a href=https://a.example/c>お問い合わせフォーム</a>からご連絡ください。</p>",
            Status.PASS,
        ),
        (
            "<p>配信停止をご希望の場合は</p><p><a href=https://a.example/c>お問い合わせフォーム</a>へ</p>",
            Status.PASS,
        ),
        # A page of one's own may be reached without a sign-in, when it is the list's.
        ("<p>登録解除 https://a.example/mypage/mailmag/cancel</p>", Status.PASS),
        ("<p>登録解除 https://a.example/mypage/</p>", Status.INCONCLUSIVE),
    ],
)
def test_the_way_out_is_the_one_that_the_words_speak_of(end: str, status: Status) -> None:
    assert link.function(sent(f"<p>{OFFER}</p>{end}")).status is status


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("<p><a href=https://a.example/s>メール配信設定の変更</a></p>", Status.INCONCLUSIVE),
        ("<p>会員情報の変更は<a href=https://a.example/s>こちら</a></p>", Status.INCONCLUSIVE),
        ("<p><a href=https://a.example/s>メール配信設定の変更・停止</a></p>", Status.PASS),
        ("<p><a href='#'>メール配信設定の変更</a></p>", Status.FAIL),
    ],
)
def test_settings_may_be_the_way_out_and_do_not_say_so(end: str, status: Status) -> None:
    message = sent(f"<p>{OFFER}</p>{end}")
    assert link.function(message).status is status
    assert (statement_nearby.function(message).status is Status.PASS) is (status is Status.PASS)


def test_the_readers_own_address_is_no_way_out() -> None:
    own = "<p>This mail was sent to reader@mail.example. You can unsubscribe at any time.</p>"
    assert link.function(english(own)).status is Status.FAIL
    asked = "<p>To unsubscribe, write to stop@mail.example.</p>"
    assert link.function(english(asked)).status is Status.PASS


def test_an_invitation_to_say_no_is_one() -> None:
    body = "<p>If you'd prefer I didn't write again, send a mail to no@mail.example.</p>"
    assert link.function(english(body)).status is Status.PASS


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("<a href=https://a.example/u>Unsubscribe</a>", Status.PASS),
        ("<a href=https://a.example/prefs>Update your email preferences</a>", Status.FAIL),
        ("<a href=https://a.example/e>Email settings</a>", Status.FAIL),
        ("To be removed from this list, call 1-800-555-0195.", Status.FAIL),
        (
            "<a href=https://a.example/p>Manage your email preferences or unsubscribe</a>",
            Status.PASS,
        ),
    ],
)
def test_a_notice_of_refusing_is_asked_of_mail_in_any_language(end: str, status: Status) -> None:
    assert statement_nearby.function(english(f"<p>{end}</p>")).status is status


def test_an_address_by_itself_says_nothing() -> None:
    text = f"{OFFER}\n\n---\nhttps://a.example/mailmagazine/unsubscribe/\n"
    assert statement_nearby.function(sent(text, kind="plain")).status is Status.FAIL
    said = text.replace("---", "配信停止はこちら")
    assert statement_nearby.function(sent(said, kind="plain")).status is Status.PASS


@pytest.mark.parametrize(
    "footer", ["@include('mails.footer')", "<?php include 'footer.php'; ?>", "{{> footer}}"]
)
def test_what_a_template_ends_with_from_elsewhere_is_not_missed(footer: str) -> None:
    message = read_message(f"<h1>{SALE}</h1><p>{OFFER}</p>{footer}".encode(), "x")
    for check in (link, statement_nearby, sender_name, address):
        assert check.function(message).status is Status.INCONCLUSIVE, check.id


@pytest.mark.parametrize(
    "greeting", ["{{first_name}}様", "##name1## 様", "{{ player }}さん、", "{{ contact.company }}"]
)
def test_whom_a_template_greets_is_not_its_sender(greeting: str) -> None:
    message = read_message(f"<p>{greeting}</p><p>{SALE}。{OFFER}</p>".encode(), "x")
    assert sender_name.function(message).status is Status.FAIL


@pytest.mark.parametrize("unwritten", ["【会社名】", "【会社名を入力】", "株式会社○○"])
def test_what_a_writer_never_filled_in_names_nobody(unwritten: str) -> None:
    message = read_message(f"<p>{SALE}。{OFFER}</p><p>{unwritten}</p>".encode(), "x")
    assert sender_name.function(message).status is Status.FAIL


UNSENT = "From: Shop <shop@mail.example>\nDate: Mon, 2 Mar 2026 09:00:00 +0900\nSubject: "


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("", Status.PASS),
        ("Message-ID: <1@mail.example>\n", Status.FAIL),
        ("Received: from a.example by b.example; Mon, 2 Mar 2026 09:00:01 +0900\n", Status.FAIL),
    ],
)
def test_a_draft_is_filled_in_as_it_is_sent_and_a_sent_mail_no_more(
    fields: str, status: Status
) -> None:
    body = f"<p>{OFFER}</p><p>配信停止は<a href='{{{{unsubscribe_url}}}}'>こちら</a></p>"
    data = f"{UNSENT}{SALE}\n{fields}Content-Type: text/html; charset=utf-8\n\n{body}"
    assert link.function(read_message(data.encode(), "x")).status is status


def test_an_address_that_only_lacks_whose_it_is_is_known() -> None:
    for href in ("https://a.example/stop/[[uid]]", "https://a.example/mm?off=##ID##"):
        out = f"<p>不要な場合は<a href='{href}'>配信停止</a>をクリックしてください。</p>"
        message = read_message(f"<p>{SALE}。{OFFER}</p>{out}".encode(), "x")
        assert link.function(message).status is Status.PASS


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (
            "株式会社みどり 東京都港区芝1-2-3<br><a href=https://a.example/u/1>こちら</a>",
            Status.INCONCLUSIVE,
        ),
        ("詳しくは<a href=https://a.example/sale>こちら</a>", Status.FAIL),
        ("<a href=https://a.example/>こちら</a>", Status.FAIL),
        ("https://a.example/sale", Status.FAIL),
        ("<a href=https://a.example/m/out>https://a.example/m/out</a>", Status.PASS),
    ],
)
def test_a_link_at_the_end_that_says_nothing_may_be_the_way_out(end: str, status: Status) -> None:
    message = sent(f"<p>{OFFER}</p><p>{end}</p>")
    assert link.function(message).status is status
    assert statement_nearby.function(message).status is Status.FAIL


def test_readers_of_english_are_told_in_english() -> None:
    for words, status in (("Abmelden", Status.FAIL), ("Abmelden / Unsubscribe", Status.PASS)):
        out = f"<p>We look forward to seeing you.</p><p>Sale GmbH<br><a href=https://a.example/abmelden>{words}</a></p>"
        assert statement_nearby.function(english(out)).status is status


@pytest.mark.parametrize(
    "words",
    [
        "お知らせメールをとめたい方は{}へ",
        "次号から送らないでほしい方は{}を押してください",
        "お便りをお休みしたい方は{}",
    ],
)
def test_everyday_words_tell_how_to_refuse(words: str) -> None:
    end = words.format("<a href=https://a.example/x>こちら</a>")
    message = sent(f"<p>{OFFER}</p><p>{end}</p>")
    assert link.function(message).status is Status.PASS
    assert statement_nearby.function(message).status is Status.PASS


def test_a_contact_beside_words_about_signing_in_is_no_way_out() -> None:
    asked = "お問い合わせ:<a href=mailto:cs@a.example>cs@a.example</a><br>"
    words = "※メルマガの配信停止はログイン後、マイページよりお願いします。"
    assert link.function(sent(f"<p>{OFFER}</p><p>{asked}{words}</p>")).status is Status.FAIL


def test_words_about_signing_in_are_no_address() -> None:
    words = "<p>※配信停止は会員ページにログインのうえお手続きください。</p>"
    message = sent(f"<p>{OFFER}</p>{words}")
    assert link.function(message).status is Status.FAIL
    assert statement_nearby.function(message).status is Status.FAIL
    led = "<p>※配信停止は<a href=https://a.example/mypage>会員ページ</a>よりお手続きください。</p>"
    assert link.function(sent(f"<p>{OFFER}</p>{led}")).status is Status.INCONCLUSIVE


def test_a_comment_is_hidden_from_the_reader() -> None:
    hidden = "<!-- 発行:株式会社みかん 〒321-0953 栃木県宇都宮市東宿郷9-4-8 -->"
    out = "<p>配信停止は<a href=https://a.example/u>こちら</a></p>"
    assert as_text.function(sent(f"<p>{OFFER}</p>{hidden}{out}")).status is Status.FAIL
    shown = hidden.replace("<!--", "<p>").replace("-->", "</p>")
    assert as_text.function(sent(f"<p>{OFFER}</p>{shown}{out}")).status is Status.PASS


@pytest.mark.parametrize(
    "price", ["Leeds - Porto from £44 one way\nEdinburgh", "$99 Main Street Bag"]
)
def test_a_price_is_no_house_number(price: str) -> None:
    assert address.function(english(f"<p>{price}</p>")).status is Status.FAIL


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("先日のご報告", "「入門講座」にご参加いただき、誠にありがとうございました。"),
        ("明日のご案内", "お申し込みいただいたセミナーについて、明日の会場をお知らせします。"),
        ("Scheduled maintenance on Sunday", "The service will be unavailable for two hours."),
    ],
)
def test_who_takes_part_is_told_and_not_sold_to(subject: str, text: str) -> None:
    assert kind_of(sent(f"<p>{text}</p>", subject)) is not Kind.ADVERTISING
    assert link.function(sent(f"<p>{text}</p>", subject)).status is not Status.FAIL


def template(body: str) -> Message:
    return read_message(f"<html><body><p>{OFFER}</p>{body}</body></html>".encode(), "x")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("{{ organization.full_address }}", Status.PASS),
        ("*|HTML:LIST_ADDRESS_HTML|*", Status.PASS),
        ("*|LIST:ADDRESS|*", Status.PASS),
        ("%%Member_Addr%% %%Member_City%%", Status.PASS),
        ("{{{Organization.Address}}}", Status.PASS),
        ("{{ site_settings.company_street_address_1 }}", Status.PASS),
        # What is filled in of the reader, or at the head, is no address of the sender.
        ("{{ contact.address }}", Status.INCONCLUSIVE),
        ("{{ email_address }}", Status.FAIL),
        ("{{ email_header_includes }}", Status.FAIL),
        ("{% include 'footer' %}", Status.INCONCLUSIVE),
        # No tool writes over what people meant to.
        ("【住所】", Status.FAIL),
    ],
)
def test_the_address_is_there_where_the_tool_puts_it_in(end: str, status: Status) -> None:
    assert address.function(template(f"<p>株式会社みどり {end}</p>")).status is status


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("88 Harcourt Row, Dublin 2, D02 XX00", Status.PASS),
        ("Company No. 01234567, registered in England", Status.FAIL),
        ("Offices in Berlin, Paris and Tokyo", Status.FAIL),
    ],
)
def test_an_address_is_where_somebody_lives_and_no_place_of_registration(
    end: str, status: Status
) -> None:
    assert address.function(english(f"<p>Acme Ltd<br>{end}</p>")).status is status


def test_who_runs_it_is_no_page_with_the_address() -> None:
    runs = "運営会社:株式会社みどり<br>お問い合わせ:<a href=mailto:cs@a.example>cs@a.example</a>"
    assert address.function(sent(f"<p>{OFFER}</p><p>{runs}</p>")).status is Status.FAIL
    led = "運営会社:<a href=https://a.example/co>株式会社みどり</a>"
    assert address.function(sent(f"<p>{OFFER}</p><p>{led}</p>")).status is Status.INCONCLUSIVE


def test_links_that_a_tool_makes_are_read_with_their_words() -> None:
    told = template("<p>合わなければ [unsubscribe:ここから解除] できます。</p>")
    assert link.function(told).status is Status.PASS
    assert statement_nearby.function(told).status is Status.PASS
    in_english = template("<p>{% unsubscribe 'Unsubscribe' %}</p>")
    assert link.function(in_english).status is Status.PASS
    assert statement_nearby.function(in_english).status is Status.FAIL


def test_a_way_out_that_is_a_picture_alone_is_one_that_some_cannot_read() -> None:
    pictured = sent(
        "<p>株式会社みどり</p><a href=https://a.example/unsubscribe><img src=u.gif></a>"
    )
    assert link.function(pictured).status is Status.PASS
    assert as_text.function(pictured).status is Status.FAIL


def test_each_way_out_of_a_line_is_told_by_the_words_on_it() -> None:
    end = (
        "You can update your preferences (https://m.example/profile?u=1)\n"
        "or unsubscribe from this list (https://m.example/unsubscribe?u=1)"
    )
    told = sent(f"Take 20% off everything this week.\n\n{end}", "Our spring sale", "plain")
    assert statement_nearby.function(told).status is Status.PASS


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("配信停止 https://a.example/off\nご意見・苦情 https://a.example/toiawase", Status.PASS),
        ("▼配信停止\nhttps://a.example/off\n▼お問い合わせ\nhttps://a.example/c", Status.PASS),
        ("ご質問を多くいただくため、相談会をご用意しました。\nhttps://a.example/s", Status.FAIL),
    ],
)
def test_where_to_ask_is_told_by_its_own_line(end: str, status: Status) -> None:
    assert contact.function(sent(f"{OFFER}\n\n{end}", kind="plain")).status is status


@pytest.mark.parametrize(
    "told_of",
    [
        "お客様のご意見を反映した新商品です。",
        "肌のお悩みをサポートする美容液です。",
        "お問い合わせ対応を半分にする3つの方法",
        "面接でよく聞かれる質問10選",
        "専門家に無料でご相談いただけます。",
        "オンライン窓口がますます便利に!",
        "24時間サポート付きのプラン",
        "このメールは会員の方にお送りしています。",
        "電話は不要です。",
        "サポートは24時間。",
    ],
)
def test_questions_that_a_mail_tells_of_or_sells_answers_to_are_no_invitation(told_of: str) -> None:
    offer = f"<p>{OFFER}</p><p>{told_of}<br><a href=https://a.example/p>詳しく見る</a></p>"
    assert contact.function(sent(offer)).status is Status.FAIL
    assert contact.function(sent(f"<p>{OFFER}</p><p>{told_of}</p>{TO_ASK}")).status is Status.PASS


TO_ASK = "<p>ご意見・ご質問は<a href=https://a.example/c>こちら</a></p>"


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("何かありましたら、このメールにご返信ください。", Status.PASS),
        ("返信はそのまま編集部に届きます。", Status.PASS),
        ("本メールアドレスへの返信は確認しておりません。", Status.FAIL),
        ("お困りの際は<a href=https://a.example/c>こちら</a>", Status.PASS),
        (
            "[お問い合わせ] <a href=https://a.example/c>一覧</a> [配信停止] メールで",
            Status.PASS,
        ),
        ("<a href=https://a.example/faq>よくあるご質問</a>", Status.FAIL),
        ("(03)0000-1234", Status.PASS),
        ("FAX 03-0000-1234", Status.FAIL),
        ("会員番号 03-0000-1234", Status.FAIL),
        ("配信先アドレス:reader@mail.example", Status.FAIL),
        ("<a href=https://a.example/co>会社概要・所在地</a>", Status.FAIL),
        ("<a href=https://a.example/law>特定商取引法に基づく表記</a>", Status.INCONCLUSIVE),
    ],
)
def test_a_contact_is_what_somebody_answers_at(end: str, status: Status) -> None:
    assert contact.function(sent(f"<p>{OFFER}</p><p>{end}</p>")).status is status


def test_english_mail_from_japan_is_held_to_the_law_of_japan() -> None:
    body = "<p>Our sale has begun: 20% off.</p><p>© 2026 Northwind</p>"
    shop = '<p><a href="https://a.example.jp/en/sale">Shop the sale</a></p>'
    for domain, status in (("a.example.jp", Status.FAIL), ("a.example", Status.PASS)):
        header = f"From: Northwind <news@{domain}>\nSubject: Our spring sale\nMessage-ID: <1@a>\n"
        data = f"{header}Content-Type: text/html; charset=utf-8\n\n{body}{shop}".encode()
        message = read_message(data, "x")
        assert contact.function(message).status is status
        assert sender_name.function(message).status is status
    data = data.replace(b"a.example>", b"a.example.jp>") + b"<p>Kenji Tanaka</p>"
    signed = read_message(data, "x")
    assert sender_name.function(signed).status is Status.INCONCLUSIVE


def test_an_address_under_another_label_is_no_way_out() -> None:
    end = "▼配信を停止したい方\nhttps://a.example/settings/m\n(ログイン後に選択してください)"
    other = "▼お問い合わせ\nhttps://a.example/help"
    told = sent(f"{OFFER}\n\n{end}\n{other}", kind="plain")
    assert link.function(told).status is Status.INCONCLUSIVE


def test_of_thousands_of_links_in_a_paragraph_the_last_are_looked_at() -> None:
    links = "".join(f"<a href=https://a.example/unsub{n}>配信停止</a>、" for n in range(2_000))
    ways = opt_out_of(known(sent(f"<p>{links}").content), sent=True).ways
    assert {each.href for each in ways} == {
        f"https://a.example/unsub{n}" for n in range(1_500, 2_000)
    }


def _steps(paragraphs: int) -> int:
    """Return how many calls it takes to find the ways out of so many paragraphs."""
    each = "<p>配信停止は<a href=https://a.example/unsub{}>こちら</a></p>"
    content = known(sent("".join(each.format(n) for n in range(paragraphs))).content)
    steps = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal steps
        steps += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        ways = opt_out_of(content, sent=True).ways
    finally:
        sys.setprofile(before)
    assert len(ways) == paragraphs
    return steps


def test_a_thousand_paragraphs_that_each_offer_a_way_out_take_ten_times_what_a_hundred_do() -> None:
    _steps(1)
    assert _steps(1_000) < 11 * _steps(100)


def test_a_copy_of_a_mail_that_lost_its_links_proves_nothing() -> None:
    copy = english("<p><a>Shop now</a></p><p>You can <a>unsubscribe</a> at any time.</p>")
    assert link.function(copy).status is Status.INCONCLUSIVE
    assert statement_nearby.function(copy).status is Status.PASS


def test_a_note_on_where_a_part_of_a_mail_begins_hides_nothing() -> None:
    noted = english(
        "<!-- Unsubscribe Line Start --><p>See you soon.</p><!-- Unsubscribe Line End -->"
    )
    assert "hidden" not in link.function(noted).template


def test_an_address_that_takes_people_off_a_list_is_no_contact() -> None:
    end = "<p>配信停止はこちらへ空メールをお送りください。</p><p>kaijo@shop.example</p>"
    assert contact.function(sent(f"<p>{OFFER}</p>{end}")).status is not Status.PASS
