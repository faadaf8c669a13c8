"""What a page with a form tells of purposes and vendors, without being a notice itself."""

from __future__ import annotations

import pytest

from checks.privacy.purpose import purpose_covers_marketing
from checks.tracking import tags_disclosed
from scanner.collect.probes.published.page import read_page
from scanner.model import NoEvidence, Page, Status

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
