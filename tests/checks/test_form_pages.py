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
        (
            "<p>個人情報を、回答の目的にのみ利用し、目的外には利用いたしません。</p>",
            HUBSPOT,
            Status.FAIL,
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


@pytest.mark.parametrize(
    "title",
    [
        "採用活動における個人情報の取扱い",
        "個人情報とCookieについて",
        "お預かりする情報について",
        "Information under Art. 13 GDPR",
        "Applicant privacy notice",
        "Data protection at Larch",
    ],
)
@pytest.mark.parametrize(
    ("more", "status"), [("HubSpotを利用します。", Status.PASS), ("", Status.FAIL)]
)
def test_a_policy_is_known_by_what_its_heading_says_wherever_in_it(
    title: str, more: str, status: Status
) -> None:
    text = POLICY.replace("個人情報の取り扱いについて", title).replace("{more}", more)
    assert tags_disclosed.function(page(text, around=HUBSPOT)).status is status


def test_a_menu_that_leads_to_the_policy_leaves_open_what_stands_there() -> None:
    menu = f"{HUBSPOT}<nav><a href='/privacy'>プライバシーポリシー</a></nav>"
    found = page(POLICY.replace("{more}", ""), around=menu)
    assert tags_disclosed.function(found).status is Status.INCONCLUSIVE


def below(notice: str) -> Form:
    fields = "<input name=onamae><input name=odenwa><button>送信</button>"
    html = f"<h1>受付</h1><form>{fields}</form>{notice}"
    return next(each for each in read_page(html.encode(), "x") if isinstance(each, Form))


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        (
            (
                "<section><h2>個人情報について</h2><dl><dt>事業者</dt><dd>株式会社甲野</dd>"
                "<dt>窓口</dt><dd>03-0000-0000</dd><dt>利用目的</dt><dd>予約の管理、事故時の連絡</dd>"
                "</dl></section>"
            ),
            Status.PASS,
        ),
        (
            (
                "<h2>Privacy notice</h2><p>Controller: Larch ApS, Aarhus.</p>"
                "<p>Why: to run the webinar and to send you the link.</p>"
            ),
            Status.PASS,
        ),
        (
            (
                "<h3>個人情報の取扱いについて</h3><p>1. 事業者 甲野計装株式会社</p>"
                "<p>2. 利用目的 (1) 受付とご連絡 (2) 希望された方への製品のご案内</p>"
            ),
            Status.PASS,
        ),
        ("<footer><a href='/privacy'>プライバシーポリシー</a></footer>", Status.INCONCLUSIVE),
        ("<h2>ご注意</h2><p>お電話でのお申し込みも承ります。</p>", Status.FAIL),
    ],
)
def test_a_notice_that_begins_right_below_a_form_is_at_it_to_its_end(
    notice: str, status: Status
) -> None:
    assert notice_at_form.function(below(notice)).status is status


NEWS = (
    "<table><tr><th>みかんメールニュース<br>(新製品・キャンペーン情報)</th><td>"
    "<label><input type=radio name=n>配信を希望する</label>"
    "<label><input type=radio name=n>配信を希望しない</label></td></tr></table>"
)


@pytest.mark.parametrize(
    ("inside", "status"),
    [
        # What a box calls its mail is no purpose of what is asked for beside it.
        (f"{NEWS}<p>個人情報は、保証の管理と修理の受付のために利用します。</p>", Status.FAIL),
        (
            f"{NEWS}<p>個人情報は、保証の管理とメールニュースの配信のために利用します。</p>",
            Status.PASS,
        ),
        (
            (
                "<label><input type=checkbox name=m>提携先からのご案内を希望する</label>"
                "<p>個人情報は、ポイントの管理のために利用します。</p>"
            ),
            Status.FAIL,
        ),
        # What is told of the day itself is no advertising.
        (
            f"{NEWS}<p>個人情報は、来場の受付および当日のご案内のために利用します。</p>",
            Status.FAIL,
        ),
        (
            f"{BOX}<p>We use the details to prepare a quote and to send our monthly mail.</p>",
            Status.PASS,
        ),
        (
            f"{BOX}<p>We use the details for (1) replies and (2) sending product information.</p>",
            Status.PASS,
        ),
    ],
)
def test_purposes_are_held_against_every_question_about_mail(inside: str, status: Status) -> None:
    assert purpose_covers_marketing.function(page(inside)).status is status


def test_a_purpose_may_be_a_list_by_its_own_name() -> None:
    html = (
        "<title>Larch Books</title><h1>The Monday Shelf</h1><p>One email a week from Larch Ltd.</p>"
        "<form action=/newsletter><input type=email name=e><button>Subscribe</button>"
        "<p>We use your address for The Monday Shelf and nothing else.</p></form>"
    )
    found = read_page(html.encode(), "x")[0]
    assert isinstance(found, Page)
    assert purpose_covers_marketing.function(found).status is Status.PASS


def test_the_menu_of_a_page_that_is_called_a_policy_leads_to_that_page() -> None:
    html = (
        f"<title>個人情報の取扱いについて</title>{HUBSPOT}<h1>個人情報の取扱いについて</h1>"
        f"{POLICY.replace('{more}', '')}<form><input name=name><input name=mail></form>"
        "<footer><a href='/privacy'>プライバシーポリシー</a></footer>"
    )
    found = read_page(html.encode(), "x")[0]
    assert isinstance(found, Page)
    assert tags_disclosed.function(found).status is Status.FAIL


@pytest.mark.parametrize(
    "around",
    [
        # An article on other matters, and the words beside a box, are no policy.
        (
            "<h2>機密情報の取り扱い</h2><p>機密性の高い情報は、外部に提供する前に利用部門で削除してください。"
            "お問い合わせ先の管理も必要です。保存の方法も決めておきましょう。</p>"
        ),
        (
            "<p>上記の個人情報の取扱いについて同意する</p><h3>電話によるお問い合わせ</h3>"
            "<p>お急ぎの方は、お問い合わせフォームよりご連絡ください。ご利用の環境を提供いただきます。</p>"
        ),
    ],
)
def test_what_is_about_other_matters_is_no_policy_beside_a_form(around: str) -> None:
    with pytest.raises(NoEvidence):
        tags_disclosed.function(page("", around=f"{HUBSPOT}{around}"))


def test_a_policy_goes_on_under_headings_that_name_vendors() -> None:
    text = (
        "<h3>個人情報の取扱いについて</h3><dl><dt>利用目的</dt><dd>見学のご予約の管理とご連絡</dd>"
        "<dt>HubSpot, Inc.</dt><dd>閲覧ページ</dd>"
        "<dt>第三者提供</dt><dd>ご同意を得てお渡しします。</dd>"
        "<dt>窓口</dt><dd>お客様相談センター 0120-000-000</dd></dl>"
    )
    assert tags_disclosed.function(page(text, around=HUBSPOT)).status is Status.PASS


LINK = "詳しくは<a href='/privacy'>プライバシーポリシー</a>をご覧ください。"


@pytest.mark.parametrize(
    ("inside", "status"),
    [
        # One purpose beside a link says not that there are no others.
        (f"{BOX}<p>個人情報は、お見積りの作成のために利用します。{LINK}</p>", Status.INCONCLUSIVE),
        (
            f"{BOX}<p>We use your details to reply. <a href='/privacy'>Privacy policy</a></p>",
            Status.INCONCLUSIVE,
        ),
        # What is called the purposes, or denies others, is meant to be all.
        (f"{BOX}<p>個人情報は、回答のためだけに利用します。{LINK}</p>", Status.FAIL),
        (f"{BOX}<dl><dt>利用目的</dt><dd>資料の発送</dd></dl><p>{LINK}</p>", Status.FAIL),
        (
            (
                f"<p>ダウンロードされた方には、サービスのご案内メールをお届けします。</p>{LINK}"
                "<h3>個人情報の利用目的</h3><ul><li>資料の提供</li><li>お問い合わせへの回答</li></ul>"
            ),
            Status.FAIL,
        ),
        # Nothing is to be covered where mail tells of the matter itself.
        (
            "<p>当日の持ち物や変更のお知らせをメールでお送りします。個人情報は運営のために利用します。</p>",
            Status.NOT_APPLICABLE,
        ),
    ],
)
def test_purposes_beside_a_form_are_all_of_them_where_they_say_so(
    inside: str, status: Status
) -> None:
    assert purpose_covers_marketing.function(page(inside)).status is status


def test_policies_of_several_hosts_are_called_theirs() -> None:
    told = "お申込み情報は<a href='/k'>甲野ロジの方針</a>に従って取り扱います。"
    assert notice_at_form.function(form(f"<p>{told}</p>")).status is Status.PASS


@pytest.mark.parametrize(
    ("label", "asks"),
    [
        ("ご意見(お名前など個人が分かることは書かないでください)", False),
        ("Comments (please do not include your name)", False),
        ("ご意見・お名前", True),
    ],
)
def test_a_field_that_asks_people_to_leave_their_names_out_asks_for_none(
    label: str, asks: bool
) -> None:
    html = f"<h1>Survey</h1><form><label>{label}<textarea name=c></textarea></label></form>"
    found = [each for each in read_page(html.encode(), "x") if isinstance(each, Form)]
    assert any(isinstance(each.controls, tuple) for each in found) is asks
