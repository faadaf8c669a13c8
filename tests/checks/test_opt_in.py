"""Forms that take people into a mailing list, by what stands in them or right before them."""

from __future__ import annotations

import pytest

from checks.opt_in import names_sender_and_purpose, not_prechecked, unbundled
from scanner.collect.probes.published.page import read_page
from scanner.model import Form, Status

FIELD = "<input type=email name=e placeholder=メールアドレス>"


def form(html: str) -> Form:
    return next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))


def page(before: str, fields: str, after: str = "<p>© 2026 株式会社みかん</p>") -> Form:
    shop = "<main><h1>商品一覧</h1><p>季節の果物を農園からお届けします。</p></main>"
    return form(f"{shop}<footer>{before}<form>{fields}</form>{after}</footer>")


@pytest.mark.parametrize(
    "fields",
    [
        f"{FIELD}<button>登録</button>",
        f"{FIELD}<input type=submit value=送信>",
        f"<input name=name placeholder=お名前>{FIELD}<button>送信</button>",
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        "<h3>メルマガ登録</h3>",
        "<h3>ニュースレター</h3><p>新商品の情報を毎月お届けします。</p>",
        "<p>お得な情報をメールで受け取る</p>",
    ],
)
def test_a_form_is_of_the_list_that_is_named_right_before_it(before: str, fields: str) -> None:
    found = page(before, fields)
    assert names_sender_and_purpose.function(found).status is Status.PASS
    assert unbundled.function(found).status is Status.PASS


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        # What stands after a form, or before other text, is not of it.
        ("<h3>会員ログイン</h3>", FIELD, "<p>メルマガの登録はこちら</p>"),
        ("<h3>メルマガ</h3><p>毎月お届けします。</p><h3>資料請求</h3>", FIELD, ""),
        # The mail that is spoken of is the answer to the form.
        ("<h3>資料ダウンロード</h3><p>資料のURLをメールでお送りします。</p>", FIELD, ""),
        ("<h3>パスワード再設定</h3><p>再設定用のメールをお送りします。</p>", FIELD, ""),
        ("<h3>ログイン</h3><p>ログイン用リンクをメールで送信します。</p>", FIELD, ""),
        ("<h3>お手続き</h3><p>入力されたアドレスにメールを送ります。</p>", FIELD, ""),
        # Who asks for more than an address does not ask for the list.
        ("<h3>メルマガもどうぞ</h3>", f"{FIELD}<textarea name=q></textarea>", ""),
    ],
)
def test_a_form_for_something_else_is_not_of_the_list(before: str, fields: str, after: str) -> None:
    found = page(before, f"{fields}<button>送信</button>", after)
    assert names_sender_and_purpose.function(found).status is Status.NOT_APPLICABLE


def test_a_list_of_nobody_is_accused() -> None:
    found = form(
        f"<section><p>スポンサー各社からのお得な情報をメールで受け取る</p><form>{FIELD}<button>登録</button></form></section>"
    )
    verdict = names_sender_and_purpose.function(found)
    assert verdict.status is Status.FAIL
    assert verdict.template.startswith("It agrees to mail from senders who are not named")


NAMED = "<p>© 株式会社みかん</p>"
ASKED = "<h1>お見積もり</h1><form><input name=name placeholder=お名前><input type=email name=mail>"


def asks(box: str, end: str = NAMED) -> Form:
    return form(f"<title>お見積もり</title>{ASKED}{box}<button>送信</button></form>{end}")


@pytest.mark.parametrize(
    ("box", "ticked"),
    [
        ("<label><input type=checkbox name=a checked>Keep me in the loop</label>", True),
        ("<label><input type=checkbox name=a>I'd like to hear about offers</label>", False),
        (
            (
                "<p>ご注文の方には新商品のメールマガジンをお送りしています。</p>"
                "<label><input type=checkbox name=a>配信を希望しない場合はチェック</label>"
            ),
            True,
        ),
        (
            (
                "<fieldset><legend>みかん園から届くメール</legend>"
                "<label><input type=checkbox name=m[] value=1>新着</label>"
                "<label><input type=checkbox name=m[] value=2 checked>セール</label></fieldset>"
            ),
            True,
        ),
    ],
)
def test_what_asks_about_mail_is_seen_by_what_stands_around_it(box: str, ticked: bool) -> None:
    wanted = Status.FAIL if ticked else Status.PASS
    assert not_prechecked.function(asks(box)).status is wanted


@pytest.mark.parametrize(
    "box",
    [
        (
            "<p>当店のメルマガを読んだことがありますか</p>"
            "<label><input type=radio name=r checked>はい</label>"
            "<label><input type=radio name=r>いいえ</label>"
        ),
        (
            "<p>ことば</p><label><input type=radio name=g checked>日本語の案内を希望する</label>"
            "<label><input type=radio name=g>英語の案内を希望する</label>"
        ),
        "<p>メールアドレス</p><p>配送方法</p><select name=way><option>郵送</option></select>",
        "<p>※ご確認の メールをお送りします</p>",
        "<label><input type=checkbox name=r checked>控えをメールで受け取る</label>",
        "<label><input type=checkbox name=r checked>請求書をメールで受け取る</label>",
        "<label><input type=checkbox name=dm checked>DM(郵送)を希望する</label>",
        "<label><input type=checkbox name=l checked>LINEでお知らせを受け取る</label>",
        "<p>ご興味</p><label><input type=checkbox name=i>メール配信システム</label>",
    ],
)
def test_what_speaks_of_other_mail_asks_nothing(box: str) -> None:
    assert not_prechecked.function(asks(box)).status is Status.NOT_APPLICABLE
    assert unbundled.function(asks(box)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("", Status.FAIL),
        ("<footer>みかん園</footer>", Status.INCONCLUSIVE),
        ("<img src=logo.png alt=みかん園>", Status.INCONCLUSIVE),
        (NAMED, Status.PASS),
    ],
)
def test_a_sender_that_nothing_on_the_page_names_is_missed(end: str, status: Status) -> None:
    box = "<label><input type=checkbox name=mm>お得な情報をメールで受け取る</label>"
    assert names_sender_and_purpose.function(asks(box, end)).status is status


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("みかん便りを受け取りますか?(月に1度、果物の活かし方をお伝えします)", Status.PASS),
        ("届いてもよいですか?", Status.FAIL),
    ],
)
def test_what_bare_answers_are_about_stands_before_them(question: str, status: Status) -> None:
    box = (
        f"<p>{question}</p><label><input type=radio name=mailmag>はい</label>"
        "<label><input type=radio name=mailmag>いいえ</label>"
    )
    assert names_sender_and_purpose.function(asks(box)).status is status


def test_what_a_template_has_from_elsewhere_may_name_the_sender() -> None:
    box = "<label><input type=checkbox name=mm>お得な情報をメールで受け取る</label>"
    found = form(f"@extends('layouts.app')<div>{ASKED}{box}</form></div>")
    assert names_sender_and_purpose.function(found).status is Status.INCONCLUSIVE


def test_words_that_bundle_are_held_to_name_sender_and_purpose_too() -> None:
    said = "<p>応募された方は全員メルマガ会員に登録されます。</p>"
    assert names_sender_and_purpose.function(asks(said, "")).status is Status.FAIL


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("お問い合わせいただいた方に、新商品のご案内をお送りすることがあります。", Status.FAIL),
        ("ご予約された方にはメールマガジンを配信いたします。", Status.FAIL),
        (
            "お問い合わせいただいた内容について、担当者がメールで回答を送ります。",
            Status.NOT_APPLICABLE,
        ),
        ("ご予約いただいた日時の変更は、メールでお知らせします。", Status.NOT_APPLICABLE),
    ],
)
def test_a_sentence_that_turns_a_question_into_a_subscription_is_seen(
    said: str, status: Status
) -> None:
    assert unbundled.function(asks(f"<p>{said}</p>")).status is status


def test_a_form_that_ends_a_subscription_takes_none() -> None:
    found = form(
        "<title>メルマガ配信停止</title><h1>メルマガ登録の解除</h1>"
        f"<form>{FIELD}<button>解除する</button></form>{NAMED}"
    )
    assert names_sender_and_purpose.function(found).status is Status.NOT_APPLICABLE


def test_an_account_is_no_subscription() -> None:
    found = form(
        "<h1>Create your account</h1><form><input name=u><input type=email name=e>"
        "<input type=password name=p><label><input type=checkbox name=all required>I accept the "
        "Terms of Service and agree to receive newsletters</label><button>Sign up</button></form>"
    )
    assert unbundled.function(found).status is Status.FAIL


@pytest.mark.parametrize(
    "fields",
    [
        "<input name=name><input name=kana><input name=mail><select name=y><option>1990</select>",
        "<input name=mail><input name=mail2><input name=year><input name=month><input name=day>",
    ],
)
def test_a_long_form_right_under_the_name_of_a_list_is_of_it(fields: str) -> None:
    found = form(f"<h2>メルマガ登録</h2><p>新着をお届けします。</p><form>{fields}</form>{NAMED}")
    assert unbundled.function(found).status is Status.PASS
    found = form(f"<h2>会員登録</h2><p>新着をお届けします。</p><form>{fields}</form>{NAMED}")
    assert unbundled.function(found).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("box", "status"),
    [
        (
            (
                "<dl><dt>みかん園からのご優待メール</dt><dd><select>"
                "<option>希望しない</option>"
                "<option selected>希望する</option></select></dd></dl>"
            ),
            Status.FAIL,
        ),
        (
            (
                "<table><tr><th>新商品のご案内メール</th><td><select name=s>"
                "<option>受け取らない</option>"
                "<option>受け取る</option></select></td></tr></table>"
            ),
            Status.PASS,
        ),
        (
            (
                "<p>新作のお知らせをメールで<select name=s><option selected>受け取る</option>"
                "<option>受け取らない</option></select></p>"
            ),
            Status.FAIL,
        ),
        (
            (
                "<dl><dt><label>メールマガジン送付について</label><span>必須</span></dt><dd>"
                "<label><input type=radio name=r checked>受け取る</label>"
                "<label><input type=radio name=r>受け取らない</label></dd></dl>"
            ),
            Status.FAIL,
        ),
        (
            (
                "<div>会報とイベント案内の受け取り方</div>"
                "<label><input type=radio name=k>郵送</label>"
                "<label><input type=radio name=k checked>メール</label>"
                "<label><input type=radio name=k>受け取らない</label>"
            ),
            Status.FAIL,
        ),
        (
            (
                "<p>We'd love to send you news and offers. How may we?</p>"
                "<label><input type=checkbox name=a> Email</label>"
                "<label><input type=checkbox name=b> Text message</label>"
            ),
            Status.PASS,
        ),
        (
            (
                "<div><span id=t>株式会社みかんの広告メールを受け取る</span>"
                "<label><input type=checkbox name=x aria-labelledby=t checked><i></i></label></div>"
            ),
            Status.FAIL,
        ),
    ],
)
def test_a_question_about_mail_is_found_where_its_words_stand_before_its_answers(
    box: str, status: Status
) -> None:
    found = asks(box)
    assert not_prechecked.function(found).status is status
    assert unbundled.function(found).status is Status.PASS


@pytest.mark.parametrize(
    "box",
    [
        (
            "<p>ご連絡方法</p><label><input type=radio name=k checked>メール</label>"
            "<label><input type=radio name=k>電話</label>"
        ),
        "<p>メール</p><dl><dt>希望店舗</dt><dd><select><option>駅前店</option></select></dd></dl>",
        (
            "<p>何でお知りになりましたか</p>"
            "<label><input type=checkbox name=k checked>メールマガジン</label>"
            "<label><input type=checkbox name=k>ご紹介</label>"
        ),
        "<p>お預かりした情報をカタログの送付に利用します。</p>",
        "<p>ご入力いただいた情報は、運営と、希望者へのイベント案内の送付に利用します。</p>",
    ],
)
def test_ways_of_answering_and_places_of_shops_ask_about_no_mail(box: str) -> None:
    assert not_prechecked.function(asks(box)).status is Status.NOT_APPLICABLE
    assert unbundled.function(asks(box)).status is not Status.FAIL


@pytest.mark.parametrize(
    "box",
    [
        (
            "<label><input type=checkbox>次のすべてに同意します</label><ul><li>会員規約</li>"
            "<li>個人情報保護方針</li><li>株式会社みかんからのクーポンのメール配信</li></ul>"
        ),
        "<p>出展各社から製品のご案内をお送りします。事前登録をもって、同意いただいたものとします。</p>",
        "<p>来場登録をもって、製品案内等のメール受信を承諾いただいたものとします。</p>",
        "<p>利用規約・DMメールの受信のすべてに同意の上、下のボタンを押してください。</p>",
        "<p>By entering you accept the rules, and you'll be added to our mailing list.</p>",
        "<p>Registration is free because Mikan, Inc. will email registrants about its events.</p>",
        "<p>You will also receive our newsletter.</p>",
    ],
)
def test_mail_that_comes_with_something_else_is_no_choice(box: str) -> None:
    assert unbundled.function(asks(box)).status is Status.FAIL


def test_mail_that_goes_to_those_who_ask_is_one() -> None:
    box = "<p>If you have agreed, you will also receive our newsletter.</p>"
    assert unbundled.function(asks(box)).status is not Status.FAIL


def test_what_a_settings_page_has_ticked_may_be_what_somebody_chose() -> None:
    html = (
        "<h1>アカウント設定</h1><form><input name=name value=山口><input name=email>"
        "<label><input type=checkbox name=n checked>セール情報メール</label>"
        "<button>保存</button></form>"
    )
    assert not_prechecked.function(form(html)).status is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    ("box", "end", "status"),
    [
        (
            "<label><input type=checkbox name=m>Send me Bayside Partners Pty Ltd's offers</label>",
            "",
            Status.PASS,
        ),
        (
            "<label><input type=checkbox name=m>Send me offers from our partners</label>",
            NAMED,
            Status.FAIL,
        ),
        (
            "<label><input type=checkbox name=m>協力会社が配信する情報メールを受け取る</label>",
            NAMED,
            Status.FAIL,
        ),
        (
            "<label><input type=checkbox name=m>工房のメールマガジンを読む</label>",
            "<footer>代表 織田さと子</footer>",
            Status.PASS,
        ),
        (
            "<label><input type=checkbox name=m>お得な情報メールを受け取る</label>",
            "<footer>EXPO 運営事務局</footer>",
            Status.INCONCLUSIVE,
        ),
    ],
)
def test_who_sends_is_a_company_or_a_human_being_and_no_circle_of_partners(
    box: str, end: str, status: Status
) -> None:
    assert names_sender_and_purpose.function(asks(box, end)).status is status


def test_a_company_is_known_by_its_english_name_amid_japanese() -> None:
    box = "<label><input type=checkbox name=n>Harbor Ltdからの広告メールを受け取る</label>"
    assert names_sender_and_purpose.function(asks(box, "")).status is Status.PASS


def test_what_is_told_about_an_order_is_no_advertising() -> None:
    box = "<p>We will email you your receipt and updates about your order.</p>"
    assert unbundled.function(asks(box)).status is Status.NOT_APPLICABLE


NOBODY = ""
BRAND = "<footer>みかん園</footer>"


@pytest.mark.parametrize(
    ("box", "end", "status"),
    [
        # Nothing is said of the kind of mail.
        (
            "<p>メール配信</p><label><input type=checkbox name=h>希望する</label>",
            NAMED,
            Status.FAIL,
        ),
        ("<label><input type=checkbox name=h>情報配信を希望する</label>", NAMED, Status.FAIL),
        ("<label><input type=checkbox name=h>Keep me on the list</label>", NAMED, Status.FAIL),
        ("<label><input type=checkbox name=h>Send me updates</label>", NAMED, Status.FAIL),
        (
            (
                "<p>メール配信</p><label><input type=radio name=h>可</label>"
                "<label><input type=radio name=h>不可</label>"
            ),
            NAMED,
            Status.FAIL,
        ),
        # That something is told is enough where it is plain who tells it.
        ("<label><input type=checkbox name=h>最新情報をお届けします</label>", NAMED, Status.PASS),
        ("<label><input type=checkbox name=h>最新情報をお届けします</label>", BRAND, Status.FAIL),
        ("<label><input type=checkbox name=h>お知らせメールを希望</label>", BRAND, Status.FAIL),
        # What names the question, or adds to it, says what the mail is about.
        (
            "<p>新商品とセール</p><label><input type=checkbox name=h>メール配信を希望する</label>",
            NAMED,
            Status.PASS,
        ),
        (
            (
                "<label><input type=checkbox name=h>メール配信を希望する</label>"
                "<p>※月に一度、季節の果物の案内をお送りします。</p>"
            ),
            NAMED,
            Status.PASS,
        ),
        (
            (
                "<label><input type=checkbox name=h>メール配信を希望する</label>"
                "<p>セミナーへの参加回数</p><input name=kai>"
            ),
            NAMED,
            Status.FAIL,
        ),
        # A trade name in the question tells who sends.
        (
            "<label><input type=checkbox name=h>みかん園からの新商品のご案内メール</label>",
            NOBODY,
            Status.PASS,
        ),
        (
            "<label><input type=checkbox name=h>Email me offers from Larch & Co</label>",
            NOBODY,
            Status.PASS,
        ),
        (
            "<label><input type=checkbox name=h>今後、新商品のご案内メールを希望する</label>",
            NOBODY,
            Status.FAIL,
        ),
    ],
)
def test_mail_whose_kind_or_sender_is_left_open_is_seen(box: str, end: str, status: Status) -> None:
    assert names_sender_and_purpose.function(asks(box, end)).status is status


HOSTS = "<ul><li>株式会社甲野物流</li><li>乙川システム株式会社</li></ul>"


@pytest.mark.parametrize(
    ("told", "hosts", "status"),
    [
        (
            "上記2社の各社から製品のご案内メールをお送りします。ご了承のうえお申し込みください。",
            HOSTS,
            Status.PASS,
        ),
        (
            "上記2社の各社から製品のご案内メールをお送りします。ご了承のうえお申し込みください。",
            "",
            Status.FAIL,
        ),
        (
            "お申し込みいただいた方には、協賛各社から製品のご案内メールをお送りします。",
            HOSTS,
            Status.FAIL,
        ),
        ("By registering you agree to emails with offers from up to six lenders.", "", Status.FAIL),
        (
            "By registering you agree to emails with offers from brands in our network.",
            "",
            Status.FAIL,
        ),
    ],
)
def test_hosts_who_are_listed_are_named_and_others_are_not(
    told: str, hosts: str, status: Status
) -> None:
    found = form(f"<h1>申込</h1>{hosts}{ASKED}<p>{told}</p><button>申し込む</button></form>{NAMED}")
    assert names_sender_and_purpose.function(found).status is status


def test_who_never_gets_an_address_is_no_sender() -> None:
    found = form(
        f"<h3>Newsletter</h3><p>Larch Ltd writes about new lamps.</p><form>{FIELD}"
        "<p>We never share your address with third parties.</p><button>Subscribe</button></form>"
    )
    assert names_sender_and_purpose.function(found).status is Status.PASS


@pytest.mark.parametrize(
    "told",
    [
        "会員の皆さまには、セール・キャンペーンのメールマガジンをお送りしております。",
        "ご登録者には「みかん通信」(コラムとサービスの案内)を毎週配信いたします。",
        "ご利用のお客様へ、新商品のお知らせをメールでお届けします。",
        "接続により、広告・キャンペーン情報をお届けすることに同意いただいたものとします。",
        "Membership includes weekly deals and promotional emails from Larch Ltd.",
        "As a member you will also receive our newsletter with offers.",
    ],
)
def test_mail_that_everybody_gets_who_sends_a_form_is_no_choice(told: str) -> None:
    assert unbundled.function(asks(f"<p>{told}</p>")).status is Status.FAIL


@pytest.mark.parametrize(
    "told",
    [
        "ご登録の方には、受付完了メールをお送りします。",
        "ご参加の皆様へ、当日の会場のご案内をメールでお送りします。",
        "会員の皆様のうちご希望の方には、メールマガジンをお送りしております。",
        "We will email you the receipt for your order.",
        "As a member you will receive a card by post.",
    ],
)
def test_mail_for_the_matter_itself_ties_nobody(told: str) -> None:
    assert unbundled.function(asks(f"<p>{told}</p>")).status is not Status.FAIL


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (("入荷のお知らせメールだけ受け取る", "セールのお知らせメールも受け取る"), Status.PASS),
        (
            ("重要なお知らせメールのみ受け取る", "キャンペーンのお知らせメールを受け取る"),
            Status.PASS,
        ),
        (("Only essential e-mail updates", "E-mail updates and offers too"), Status.PASS),
        (("メールマガジンだけ受け取る", "受け取らない"), Status.FAIL),
    ],
)
def test_who_takes_the_needed_alone_agrees_to_nothing_more(
    answers: tuple[str, str], status: Status
) -> None:
    box = (
        f"<label><input type=radio name=newsletter value=1 checked>{answers[0]}</label>"
        f"<label><input type=radio name=newsletter value=2>{answers[1]}</label>"
    )
    assert not_prechecked.function(asks(box)).status is status


def test_a_box_for_the_handling_of_data_is_none_for_mail() -> None:
    box = (
        "<label><input type=checkbox name=p required>I consent to Larch Club using my personal data"
        " to administer my membership, in line with its Data Protection Notice</label>"
    )
    assert unbundled.function(asks(box)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("before", "action"),
    [
        ("<h1>Soon</h1><p>Opening this fall. Stay in the loop.</p>", ""),
        ("<h1>ぷらす倶楽部</h1><p>いいこと届く!ご登録はこちら</p>", ""),
        ("<h1>DROP 02</h1>", "https://manage.kmail-lists.com/subscriptions/subscribe?a=1"),
        ("<h1>Hello</h1>", "/newsletter"),
    ],
)
def test_a_list_of_nobody_in_particular_tells_neither_sender_nor_kind(
    before: str, action: str
) -> None:
    found = form(f"{before}<form action='{action}'>{FIELD}<button>OK</button></form>")
    assert names_sender_and_purpose.function(found).status is Status.FAIL


@pytest.mark.parametrize("action", ["/newsletter/unsubscribe", "/reset", ""])
def test_a_form_that_leads_to_no_list_asks_for_no_mail(action: str) -> None:
    found = form(f"<h1>Hello</h1><form action='{action}'>{FIELD}<button>OK</button></form>")
    assert names_sender_and_purpose.function(found).status is Status.NOT_APPLICABLE
