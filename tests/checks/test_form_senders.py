"""Who is recognised as the sender at a form, and which words say that what is sent advertises."""

from __future__ import annotations

import pytest

from checks.opt_in import names_sender_and_purpose, not_prechecked, unbundled
from checks.privacy.purpose import notice_at_form
from checks.signups.topics import Kind, kind_of_mail
from checks.signups.trade_names import perhaps, trade_name
from scanner.collect.probes.published.page import read_page
from scanner.model import Form, Status


def form(
    around: str, box: str = "", *, fields: str = "<input name=n><textarea name=t></textarea>"
) -> Form:
    html = f"{around}<form>{fields}<input type=email name=e>{box}<button>OK</button></form>"
    return next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))


def box(label: str) -> str:
    return f"<p><label><input type=checkbox name=x> {label}</label></p>"


@pytest.mark.parametrize(
    "line",
    [
        "朝霧牧場が月に1度、乳製品とイベントのご案内をお届けします。",
        "湖畔の宿、旅館さざなみです。",
        "理容室ノースポールのご予約はこちらから",
        "ヘアサロン・リベルテ",
        "フローラ歯科",
        "かえで珈琲店 駅前店",
        "発行: 合唱団みずうみ",
        "ミナモが発行するメールマガジンです。",
        "Quill & Nib Stationery Shop · Open daily",
        "A free guide from the people at Tamarack Outfitters.",
        "Come and see us at Pemberton Vineyards before the harvest.",
        "I'd like to get Tamarack's winter offers",
        "Juniper Hill may send you news of its classes.",
        "Send me Juniper news and offers",
        "Welcome to Fernwick!",
        "Fernwick may email me about new games",
        "手打ち蕎麦 はしば",
        "真楽寺 永代供養のご相談",
    ],
)
def test_a_trade_name_in_the_place_of_a_name_tells_who_it_is(line: str) -> None:
    assert trade_name([line])


@pytest.mark.parametrize(
    "line",
    [
        "新商品の情報をお届けします。",
        "ホテルのプランをお選びください",
        "提携クリニックの一覧",
        "個別学習塾をお探しの方へ",
        "レストラン予約",
        "専門スタッフがご案内をお送りします。",
        "最新情報が毎月配信されます。",
        "ゼロから始める写真講座",
        "Request your free quote",
        "Child's current school",
        "Thursday 4 December, 6 pm",
        "I accept the Terms of Use and the Privacy Policy.",
        "Registration will close on Friday.",
        "Get Our Monthly Newsletter And Special Offers",
        "Contact our Sales Team",
        "Compare Home Insurance Quotes From Top Providers",
        "ホテル・レストラン・ゲストハウスを比べられます。",
        "オンラインセミナーは、どなたでもご参加いただけます。",
    ],
)
def test_what_any_form_says_is_nobodys_name(line: str) -> None:
    assert trade_name([line]) is None
    assert perhaps([line]) is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("今後のお知らせを受け取る", Kind.NONE),
        ("当社からのお知らせをメールで受け取る", Kind.NONE),
        ("株式会社セール企画からのお知らせメール", Kind.NONE),
        ("重要なお知らせメール", Kind.NONE),
        ("各種情報メールの配信を希望する", Kind.NONE),
        ("Send me updates by email", Kind.NONE),
        ("Please stay in touch", Kind.NONE),
        ("ご案内メールを希望する", Kind.VAGUE),
        ("最新情報を受け取る", Kind.VAGUE),
        ("季節の苗のお知らせ", Kind.NAMED),
        ("花のお知らせ", Kind.NAMED),
        ("入荷をお知らせするメール", Kind.NAMED),
        ("新商品のお知らせ", Kind.NAMED),
        ("Updates about new listings", Kind.NAMED),
        ("Our e-mail magazine", Kind.NAMED),
    ],
)
def test_notices_and_updates_say_not_that_they_advertise(said: str, kind: Kind) -> None:
    assert kind_of_mail(said) is kind


@pytest.mark.parametrize(
    ("around", "label", "status"),
    [
        ("<p>湖畔の宿、旅館さざなみです。</p>", "さざなみの季節プランのメルマガ", Status.PASS),
        ("", "Email me Tamarack Outfitters offers", Status.PASS),
        ("<p>Written by Tamarack Outfitters.</p>", "Add me to the newsletter", Status.PASS),
        ("", "Subscribe to our trade newsletter", Status.FAIL),
        ("", "当店のセール情報メールを受け取る", Status.FAIL),
        ("<p>株式会社楓工房</p>", "当社からのお知らせメールを受け取る", Status.FAIL),
        ("<p>Larch Ltd</p>", "Yes, please stay in touch", Status.FAIL),
        ("<p>You may know Zephyrine already.</p>", "Send me the newsletter", Status.INCONCLUSIVE),
        (
            "",
            "楓工房株式会社が配信する、提携ブランドの広告メールを受け取る",
            Status.PASS,
        ),
        ("", "I agree to the terms of service and to emails from trusted partners", Status.FAIL),
        ("", "Contact me about future things", Status.FAIL),
    ],
)
def test_sender_and_kind_are_recognised_or_missed(around: str, label: str, status: Status) -> None:
    assert names_sender_and_purpose.function(form(around, box(label))).status is status


@pytest.mark.parametrize(
    "line",
    [
        "ノクターナは、眠りの定期便です。",
        "ステラコードのキャンペーン情報をメールで受け取る",
        "Kosame Tea のオンライン予約",
        "Wharfside Kayak Tuition",
        "Amelia Hart, dermatologist",
        "You may know Zephyrine already.",
    ],
)
def test_a_word_that_is_not_ordinary_may_be_a_name(line: str) -> None:
    assert perhaps([line])


def test_senders_of_any_kind_are_not_named() -> None:
    found = form("", box("地元の工務店からキャンペーン情報のメールを受け取る"))
    assert names_sender_and_purpose.function(found).status is Status.FAIL
    found = form("", box("Send me offers from Trusted Providers by email"))
    assert names_sender_and_purpose.function(found).status is not Status.PASS


def test_what_a_box_only_names_may_be_told_above_it() -> None:
    listed = "<ul><li>株式会社楓工房は、金融商品のお得な情報をメールでお送りします。</li></ul>"
    found = form("", listed + box("上記のすべて(利用規約、個人情報の取扱い、メール)に同意する"))
    assert names_sender_and_purpose.function(found).status is Status.PASS


def test_a_note_on_personal_data_says_nothing_of_the_mail_above_it() -> None:
    found = form(
        "<p>株式会社楓工房</p>",
        box("今後のメールを希望する") + "<p>※個人情報はセミナーの受付に使用します。</p>",
    )
    assert names_sender_and_purpose.function(found).status is Status.FAIL


@pytest.mark.parametrize("heading", ["おたより", "お手紙", "7日間の無料講座"])
def test_a_letter_or_a_course_of_some_days_is_a_list(heading: str) -> None:
    found = form(f"<h2>{heading}</h2>", fields="")
    assert names_sender_and_purpose.function(found).status is Status.FAIL


CHANNELS = "".join(
    f"<label><input type=checkbox name=c{n}> {each}</label>"
    for n, each in enumerate(("Email", "WhatsApp", "Phone call"))
)
ANSWER = "<label><input type=radio name=r> {}</label>"
ANSWERS = f"<p>{{}}</p>{ANSWER}{ANSWER}"


@pytest.mark.parametrize(
    "question",
    [
        f"<p>I consent to Larch Ltd sending me tour promotions via:</p>{CHANNELS}",
        ANSWERS.format(
            "Would you like emails from Larch Books about signings and new titles?",
            "Yes please",
            "No thanks",
        ),
        ANSWERS.format("販売会や催しをお知らせするメールを、", "読みたい", "今回は遠慮する"),
        f"<p>・中古機や展示会を紹介する営業メール {box('楓農機から送ってよい')}</p>",
        (
            "<p>We send marketing emails. Please tell us which you want from Larch Ltd.</p>"
            "<label><input type=checkbox name=u> Legal updates</label>"
            "<label><input type=checkbox name=i> Seminar invitations</label>"
        ),
        (
            "<label>Do you wish e-mail magazine of Larch Ferry? <select name=m>"
            "<option selected>No</option><option>Yes</option></select></label>"
        ),
    ],
)
def test_a_question_about_mail_is_heard_however_it_is_answered(question: str) -> None:
    found = form("", question, fields="<label>Email</label><label>WhatsApp <input name=w></label>")
    assert unbundled.function(found).status is Status.PASS
    assert not_prechecked.function(found).status is Status.PASS


def test_who_takes_part_only_with_mail_has_no_choice() -> None:
    told = "<h3>応募条件</h3><ul><li>新作情報のメールを受信していただける方</li></ul>"
    assert unbundled.function(form("", told)).status is Status.FAIL
    told = "<h3>応募条件</h3><ul><li>当選連絡のメールを受信できる方</li></ul>"
    assert unbundled.function(form("", told)).status is not Status.FAIL


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("広告メールを希望しません(ご希望の方はチェックを外してください)", Status.PASS),
        ("広告メールを受け取る(不要な方はチェックを外してください)", Status.FAIL),
    ],
)
def test_a_tick_that_refuses_may_stand_there_at_first(label: str, status: Status) -> None:
    ticked = f"<label><input type=checkbox name=x checked> {label}</label>"
    assert not_prechecked.function(form("", ticked)).status is status


@pytest.mark.parametrize(
    "notice",
    [
        "シートの内容は面談のためにのみ使用し、終了後に破棄します。",
        "聞き取った内容は在庫のご返事と、ご希望の方への営業メールに使います。",
        "ご登録の情報は、お仕事の紹介と採用手続きに利用します。",
    ],
)
def test_what_is_done_with_the_answers_is_a_purpose(notice: str) -> None:
    assert notice_at_form.function(form("", f"<p>{notice}</p>")).status is Status.PASS


def test_what_may_be_anything_is_no_purpose() -> None:
    notice = "<p>お預かりした情報は、当社の業務に利用します。</p>"
    assert notice_at_form.function(form("", notice)).status is Status.FAIL


@pytest.mark.parametrize(
    "refusal",
    [
        "Tick here if you would rather not receive our offers by email",
        "I prefer not to receive marketing emails",
        "Leave me off the mailing list for special offers",
        "新商品の案内メールを受け取りたくない",
        "広告メールの配信を拒否する",
        "セール情報のメールは必要ありません",
        "キャンペーンのメールは送らないでください",
    ],
)
def test_whoever_must_tick_to_get_no_mail_agreed_before(refusal: str) -> None:
    assert not_prechecked.function(form("", box(refusal))).status is Status.FAIL


@pytest.mark.parametrize(
    "question", ["配送状況のメール通知", "休講のお知らせメール", "請求額のメールでのお知らせ"]
)
def test_mail_about_what_people_ordered_is_no_advertising(question: str) -> None:
    answers = ANSWERS.format(question, "希望する", "希望しない").replace(
        "radio", "radio checked", 1
    )
    assert not_prechecked.function(form("", answers)).status is Status.NOT_APPLICABLE


def test_a_circle_that_gets_mail_is_asked_for_like_a_list() -> None:
    ticked = (
        "<label><input type=checkbox name=x checked> メール会員になってクーポンをもらう</label>"
    )
    assert not_prechecked.function(form("", ticked)).status is Status.FAIL
    asked = "<p>キャンセルの場合はメールでお知らせください。</p>"
    assert unbundled.function(form("", asked)).status is Status.NOT_APPLICABLE
