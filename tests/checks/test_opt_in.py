"""Forms that take people into a mailing list, by what stands in them or right before them."""

from __future__ import annotations

import pytest

from checks.opt_in import names_sender_and_purpose, unbundled
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
