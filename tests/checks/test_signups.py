"""How forms ask for mail: which answers are about it, and what ties it to something else."""

from __future__ import annotations

import pytest

from checks.opt_in import names_sender_and_purpose, not_prechecked, unbundled
from scanner.collect.probes.published.page import read_page
from scanner.model import Form, Status

END = "<p>株式会社楓工房 <a href=/privacy>個人情報の取扱い</a></p>"


def form(inside: str, *, title: str = "資料請求") -> Form:
    fields = "<p>お名前 <input name=name></p><p>メール <input type=email name=mail></p>"
    html = (
        f"<title>{title}</title><h1>資料請求</h1><form>{fields}<textarea name=t></textarea>{inside}"
        f"<button>送信</button></form>{END}"
    )
    return next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))


def box(label: str) -> str:
    return f"<label><input type=checkbox name=x>{label}</label>"


@pytest.mark.parametrize(
    "told",
    [
        "ご登録いただいたメールアドレスに、キャンペーン情報などをお送りすることがあります。",
        "お預かりした名刺情報あてに、今後メールで製品情報をお届けいたします。",
        "無料会員になると、週1回のメールマガジンが届きます。",
        "ご予約のお客様には、季節のプランをメールマガジンでご案内しています。",
        "お申込者様には、サービスに関するご案内をお送りする場合がございます。",
        "会員登録には、メールマガジンの受信が必要です。",
        "ご入会と同時にメルマガが配信されます。",
        "製品とセミナーの情報をメールでお送りします。ご了承のうえお申し込みください。",
        "Submitting this form signs you up for product news and offers.",
        "All attendees will be subscribed to the Larch newsletter.",
        "When you register we will add you to our mailing list.",
        "As part of your membership you will receive our weekly newsletter.",
        "In return for this guide you agree to receive our marketing emails.",
        "Your free account comes with our daily deals email.",
        "We will use your address to send you news about our products.",
    ],
)
def test_mail_that_comes_with_sending_a_form_is_tied_to_it(told: str) -> None:
    assert unbundled.function(form(f"<p>{told}</p>")).status is Status.FAIL


@pytest.mark.parametrize(
    "told",
    [
        "ご参加いただいた方には、後日アンケートのご案内をメールでお送りします。",
        "見学をお申し込みの方へ、集合場所のお知らせをお送りします。",
        "セミナーの詳細は、お申し込みの方に別途メールでご案内いたします。",
        "ご契約者様には、毎月のご利用明細のお知らせメールをお送りします。",
        "キャンセル待ちの方には、空きが出次第メールでお知らせします。",
        "定期便をお申し込みの方には、発送予定日をメールでご案内します。",
        "ご登録の際に希望された方にのみ、メールマガジンをお送りします。",
        "By registering you agree to our terms; you will get a confirmation by email.",
        "Attendees will receive a recording by email.",
        "After you register we will send you a link to verify your email address.",
        "If you tick the box we will send you our newsletter.",
        "You will receive emails about your account, such as invoices and security notices.",
    ],
)
def test_what_goes_out_for_the_matter_itself_is_tied_to_nothing(told: str) -> None:
    found = form(f"<p>{told}</p>")
    assert unbundled.function(found).status is not Status.FAIL
    assert names_sender_and_purpose.function(found).status is not Status.FAIL


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("新製品のお知らせメール", "要", "不要"),
        ("キャンペーン情報のメール配信", "可", "不可"),
        ("DM(新商品のご案内)", "送ってよい", "送らないでほしい"),
        ("楓工房のメールニュース", "購読します", "購読しません"),
        ("セミナー案内メール", "ON", "OFF"),
        ("ご案内メールを許可しますか?(新サービス)", "許可する", "許可しない"),
        ("Would you like our newsletter?", "Yes please", "No thanks"),
        ("Email updates about events", "Opt in", "Opt out"),
    ],
)
def test_an_answer_is_known_however_it_is_put(question: str, yes: str, no: str) -> None:
    def radios(chosen: int) -> Form:
        first, second = ("checked", "") if chosen == 0 else ("", "checked" * chosen)
        return form(
            f"<dl><dt>{question}</dt><dd><label><input type=radio name=q {first}>{yes}</label>"
            f"<label><input type=radio name=q {second}>{no}</label></dd></dl>"
        )

    def select(*options: str) -> Form:
        shown = "".join(f"<option>{each}</option>" for each in options)
        return form(f"<p>{question} <select name=q>{shown}</select></p>")

    assert not_prechecked.function(radios(0)).status is Status.FAIL
    assert not_prechecked.function(radios(1)).status is Status.PASS
    # Browsers take the first option where none is marked.
    assert not_prechecked.function(select(yes, no)).status is Status.FAIL
    assert not_prechecked.function(select(no, yes)).status is Status.PASS
    assert not_prechecked.function(select("選択してください", yes, no)).status is Status.PASS


@pytest.mark.parametrize(
    "label",
    [
        "返信はメールを希望する",
        "当選通知をメールで受け取る",
        "アーカイブ動画の配信を希望する",
        "@kaede.example.jp からのメールの受信を許可した",
        "Text me delivery updates about my order",
        "I consent to be contacted by email about my enquiry",
    ],
)
def test_a_box_for_the_matter_itself_asks_for_no_mail(label: str) -> None:
    assert names_sender_and_purpose.function(form(box(label))).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "label",
    [
        "メールの受信を許可する",
        "各種情報の配信を希望します",
        "Sign me up!",
        "Yes, email me",
        "I consent to be contacted by email",
        "厳選した企業からのお得情報メール配信を希望する",
    ],
)
def test_a_box_that_leaves_open_what_comes_or_from_whom_is_seen(label: str) -> None:
    assert names_sender_and_purpose.function(form(box(label))).status is Status.FAIL


def test_what_stands_beside_a_list_of_options_is_no_question_about_mail() -> None:
    inside = (
        "<p>By clicking Send you agree that brands in our network may email you offers.</p>"
        "<p>Score <select name=s><option>High</option><option>Low</option></select></p>"
    )
    assert unbundled.function(form(inside)).status is Status.FAIL


@pytest.mark.parametrize(
    ("heading", "button", "status"),
    [
        ("A monthly note on soil and seeds from Larch Ltd.", "Subscribe", Status.PASS),
        (
            "Enter your email to stop receiving our newsletter.",
            "Unsubscribe",
            Status.NOT_APPLICABLE,
        ),
        ("メールマガジンの解除", "解除する", Status.NOT_APPLICABLE),
        ("Leave your email and we will keep you posted.", "OK", Status.FAIL),
        ("We will tell you when the chair is back in stock.", "Notify me", Status.NOT_APPLICABLE),
    ],
)
def test_an_address_alone_is_asked_for_a_list_or_to_leave_one(
    heading: str, button: str, status: Status
) -> None:
    asked = f"<form><input type=email name=e><button>{button}</button></form>"
    html = f"<h1>Hello</h1><p>{heading}</p>{asked}"
    found = next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))
    assert names_sender_and_purpose.function(found).status is status


@pytest.mark.parametrize(
    "label",
    [
        "メールマガジンを購読する(個人情報の取扱いはプライバシーポリシーをご覧ください)",
        "プライバシーポリシーに基づき、新商品のご案内メールを受け取る",
        "セミナー案内メールの送付のために個人情報を利用することに同意する",
        "Yes, send me the newsletter (see our privacy policy)",
        "I would like offers by email, in line with the privacy notice",
        "Send me product news. You can read how we use data in our Privacy Policy.",
    ],
)
def test_a_box_for_mail_may_lead_to_the_policy(label: str) -> None:
    assert unbundled.function(form(box(label))).status is Status.PASS


@pytest.mark.parametrize(
    "label",
    [
        "プライバシーポリシーに同意し、お得なメールの配信を希望する",
        "個人情報の利用およびメールマガジンの送付について承諾します",
        "I have read the privacy notice and agree to receive newsletters",
        # What the label says of itself is enough.
        "楓工房のメールマガジンを受け取る(必須)",
        "I agree to receive the newsletter (required)",
    ],
)
def test_a_box_that_agrees_to_more_or_has_to_be_ticked_is_no_choice(label: str) -> None:
    assert unbundled.function(form(box(label))).status is Status.FAIL


def test_every_box_names_its_own_sender() -> None:
    first = box("株式会社楓工房からの製品案内メールを受け取る")
    assert names_sender_and_purpose.function(form(first)).status is Status.PASS
    others = form(first + box("提携各社からの案内メールを受け取る"))
    assert names_sender_and_purpose.function(others).status is Status.FAIL


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("甲パートナーズ株式会社からの製品案内メールを受け取る", Status.PASS),
        ("株式会社甲および提携企業からの製品案内メールを受け取る", Status.FAIL),
    ],
)
def test_a_company_may_be_called_a_partner(label: str, status: Status) -> None:
    assert names_sender_and_purpose.function(form(box(label))).status is status


@pytest.mark.parametrize(
    "label",
    [
        "Email me job alerts",
        "I want inspiration and ideas by email",
        "Get exclusive savings in your inbox",
        "おすすめ情報をメールで受け取る",
        "モニター募集のメールを受け取る",
    ],
)
def test_what_lists_are_about_is_known_by_many_words(label: str) -> None:
    assert names_sender_and_purpose.function(form(box(label))).status is Status.PASS


@pytest.mark.parametrize(
    "question",
    [
        "<p>How did you hear about us? {}</p>",
        "<p>Do you currently receive our newsletter? {}</p>",
    ],
)
def test_a_question_about_what_was_before_asks_for_no_mail(question: str) -> None:
    select = "<select name=h><option>Newsletter</option><option>No</option></select>"
    found = form(question.replace("{}", select))
    assert not_prechecked.function(found).status is not Status.FAIL


TICKED = {
    "every box": "document.querySelectorAll('input[type=checkbox]').forEach(c=>c.checked=true);",
    "by name": "document.querySelector('input[name=\"mm\"]').checked = true;",
    "by the first of a name": "document.getElementsByName('mm')[0].checked = true;",
    "by its form": "document.forms[0].mm.checked = true;",
    "by jQuery": "$(function(){ $('input[name=mm]').prop('checked', true); });",
}


@pytest.mark.parametrize("how", TICKED)
def test_a_script_ticks_boxes_by_name_or_all_at_once(how: str) -> None:
    asked = "<label><input type=checkbox name=mm>メールマガジンを受け取る</label>"
    ticked = form(f"{asked}<script>{TICKED[how]}</script>")
    assert not_prechecked.function(ticked).status is Status.FAIL
    # What a visitor has to press first ticks nothing.
    later = form(f"{asked}<script>all.onclick = function(){{ {TICKED[how]} }}</script>")
    assert not_prechecked.function(later).status is not Status.FAIL


def test_a_script_for_other_boxes_leaves_open_nothing() -> None:
    found = form(
        "<label><input type=checkbox name=mm>メールマガジンを受け取る</label>"
        "<script>document.querySelector('#all').checked = true; // checkbox</script>"
    )
    assert not_prechecked.function(found).status is Status.PASS


def test_a_label_that_only_draws_a_box_takes_no_words_from_it() -> None:
    drawn = (
        "<label for=o>楓工房の新製品情報メールを受け取る</label>"
        "<input id=o name=o type=checkbox checked><label for=o></label>"
    )
    assert not_prechecked.function(form(drawn)).status is Status.FAIL


@pytest.mark.parametrize(
    ("title", "heading", "status"),
    [
        # A heading that says what a page is for names nobody, and neither does one said twice.
        ("ご注文情報の入力", "ご注文情報の入力", Status.FAIL),
        ("Guest Wi-Fi", "Welcome", Status.FAIL),
        ("Win a kayak!", "Win a kayak", Status.FAIL),
        ("楓堂オンライン", "楓堂オンラインからのお便り", Status.PASS),
    ],
)
def test_a_title_that_is_nobodys_name_names_no_sender(
    title: str, heading: str, status: Status
) -> None:
    html = (
        f"<title>{title}</title><h1>{heading}</h1><form><input name=name><input type=email name=e>"
        f"{box('新商品のメールを受け取る')}<button>OK</button></form>"
    )
    found = next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))
    assert names_sender_and_purpose.function(found).status is status


def test_a_circle_of_dealers_is_no_sender() -> None:
    found = form(box("査定会社・提携サービスからのお得な情報メールを受け取る"))
    assert names_sender_and_purpose.function(found).status is Status.FAIL


def test_what_refuses_in_a_word_says_before_what_it_refuses() -> None:
    told = "<p>会員の皆様には新刊案内メールをお送りします。</p>"
    found = form(told + box("不要な方はチェックを入れてください"))
    assert not_prechecked.function(found).status is Status.FAIL


@pytest.mark.parametrize(("button", "joins"), [("登録する", True), ("ログイン", False)])
def test_an_account_of_address_and_password_is_one_that_is_made_or_used(
    button: str, joins: bool
) -> None:
    html = (
        "<h1>楓</h1><form><input type=email name=m><input type=password name=p>"
        f"<p>当社からの広告メールの受信に同意したものとみなされます。</p><button>{button}</button></form>"
    )
    found = [each for each in read_page(html.encode(), "x") if isinstance(each, Form)]
    assert bool(found) is joins
