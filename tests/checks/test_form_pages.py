"""What a page with a form tells of purposes and vendors, without being a notice itself."""

from __future__ import annotations

import pytest

from checks.privacy.purpose import notice_at_form, purpose_covers_marketing
from checks.tracking import tags_disclosed
from scanner.collect.probes.published.page import read_page
from scanner.model import Form, NoEvidence, Page, Status

HUBSPOT = "<script src='https://js-eu1.hs-scripts.com/1.js'></script>"
BOX = "<label><input type=checkbox name=n>しぶき工業のメールマガジンを受け取る</label>"


def page(inside: str, *, around: str = "") -> Page:
    html = (
        f"<title>お問い合わせ｜しぶき工業</title>{around}<h1>お問い合わせ</h1>"
        f"<form><input name=name><input type=email name=mail><textarea name=t></textarea>{inside}"
        "<button>送信</button></form>"
    )
    found = read_page(html.encode(), "x")[0]
    assert isinstance(found, Page)
    return found


def form(inside: str) -> Form:
    html = f"<h1>受付</h1><form><input name=name><input type=email name=mail>{inside}</form>"
    return next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))


@pytest.mark.parametrize(
    ("inside", "around", "status"),
    [
        (f"{BOX}<p>ご記入いただいた個人情報は、回答のためだけに使います。</p>", "", Status.FAIL),
        ("<p>個人情報は、お見積りの作成のために利用します。</p>", HUBSPOT, Status.FAIL),
        (f"{BOX}<p>We use your details to answer you.</p>", HUBSPOT, Status.FAIL),
        (
            f"{BOX}<p>個人情報は、回答とご希望の方へのメールマガジンの配信に利用します。</p>",
            "",
            Status.PASS,
        ),
        (
            f"{BOX}<p>個人情報は、回答のために利用します。</p><p>ご希望の方には製品情報をお届けします。</p>",
            "",
            Status.PASS,
        ),
        # Nothing is to be covered, or no purpose is told here.
        ("<p>個人情報は、回答のために利用します。</p>", "", Status.NOT_APPLICABLE),
        (
            "<p>個人情報は、回答のために利用します。受付完了をメールでお知らせします。</p>",
            "",
            Status.NOT_APPLICABLE,
        ),
        (f"{BOX}<p><a href='/privacy'>個人情報の取扱い</a></p>", HUBSPOT, Status.NOT_APPLICABLE),
        (
            "<p>個人情報は、回答のために利用します。</p>",
            "<form><p>メルマガ登録</p><input type=email name=m><button>購読</button></form>",
            Status.NOT_APPLICABLE,
        ),
    ],
)
def test_purposes_beside_a_form_cover_the_mail_that_it_asks_for_and_the_tool_that_runs(
    inside: str, around: str, status: Status
) -> None:
    assert purpose_covers_marketing.function(page(inside, around=around)).status is status


@pytest.mark.parametrize("button", ["停止する", "配信を解除"])
def test_a_form_by_which_people_leave_a_list_asks_for_no_mail(button: str) -> None:
    html = (
        "<h1>メールマガジンの停止</h1><form><input type=email name=mail>"
        f"<p>アドレスは手続きのためだけに使用します。</p><button>{button}</button></form>"
    )
    found = read_page(html.encode(), "x")[0]
    assert isinstance(found, Page)
    assert found.newsletter is False


POLICY = (
    "<h2>個人情報の取り扱いについて</h2><p>ご記入いただいた個人情報は、回答のために利用します。"
    "法令に基づく場合を除き、第三者に提供しません。開示・訂正のご請求は総務部で承ります。{more}</p>"
)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("閲覧の解析にHubSpotを利用します。", Status.PASS),
        ("", Status.FAIL),
        ("アクセス解析ツールを利用します。", Status.FAIL),
        ("<a href='/privacy'>全文はこちら</a>", Status.INCONCLUSIVE),
    ],
)
def test_a_policy_that_is_shown_at_the_form_names_the_vendors_of_its_page(
    more: str, status: Status
) -> None:
    found = page(POLICY.replace("{more}", more), around=HUBSPOT)
    assert tags_disclosed.function(found).status is status


def test_a_line_about_one_purpose_is_no_policy_that_could_name_anybody() -> None:
    found = page("<p>個人情報は、回答のために利用します。</p>", around=HUBSPOT)
    with pytest.raises(NoEvidence):
        tags_disclosed.function(found)


NOTICES = [
    (
        "<details><summary>個人情報の利用目的</summary><p>次のとおりです。</p><ul><li>予約の管理</li>"
        "<li>前日のご連絡</li></ul></details>"
    ),
    "<table><tr><th>個人情報の<br>使用目的</th><td>資料の送付およびお問い合わせへの対応。</td></tr></table>",
    "<p>いただいたご連絡先は、お届けの確認とご請求のほかには使いません。</p>",
    "<p><a href='/handling'>お客様情報の取り扱いについて</a></p>",
    "<p><a href='/pics'>Personal Information Collection Statement</a></p>",
    "<p>Mikan K.K. collects this data to assess your application.</p>",
    "<p>We use the information you enter for replying to your inquiry.</p>",
    "<p>Your details will be used only to arrange the visit.</p>",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_at_the_form_is_heard_however_it_stands_there(notice: str) -> None:
    assert notice_at_form.function(form(notice)).status is Status.PASS


@pytest.mark.parametrize(
    "no_notice",
    [
        "",
        "<a href='https://privacymark.jp/'><img src=p.png alt=プライバシーマーク></a>",
        "<p>reCAPTCHA: <a href='https://policies.google.com/privacy'>Privacy Policy</a></p>",
        "<p>通信はSSLで暗号化されます。</p>",
    ],
)
def test_promises_of_others_and_encryption_are_no_notice(no_notice: str) -> None:
    assert notice_at_form.function(form(no_notice)).status is Status.FAIL


def test_a_form_by_which_people_leave_a_list_owes_no_notice() -> None:
    html = "<h1>停止</h1><form><input name=mail><input type=submit value=配信停止></form>"
    found = next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))
    assert notice_at_form.function(found).status is Status.NOT_APPLICABLE
