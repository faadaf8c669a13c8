"""Pages, forms and mails are read as people see them, whatever they are made of."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.probes.published import (
    MissingPlaceError,
    look_at_forms,
    look_at_messages,
    look_at_pages,
)
from scanner.collect.probes.published.characters import PLACEHOLDER, decode, take_placeholders
from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.markup import Markup
from scanner.collect.probes.published.page import read_page
from scanner.model import Content, Form, Page, Reason, Region, Unknown, known

JAPANESE = "個人情報の利用目的は、メールの配信です。"


def seen(html: str, *, mail: bool = True) -> str:
    return "\n".join(block.text for block in Markup(html).content(mail=mail).blocks)


def page(html: str) -> Page:
    return next(each for each in read_page(html.encode(), "page") if isinstance(each, Page))


def form(html: str) -> Form:
    return next(each for each in read_page(html.encode(), "form") if isinstance(each, Form))


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16"])
def test_japanese_is_read_in_every_encoding_without_being_told(encoding: str) -> None:
    assert decode(JAPANESE.encode(encoding)) == JAPANESE


@pytest.mark.parametrize("declared", ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "iso-8859-1"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "iso2022_jp_ext"])
def test_an_encoding_that_the_bytes_contradict_counts_for_nothing(
    encoding: str, declared: str
) -> None:
    text = f"{JAPANESE}ﾒｰﾙの配信停止はこちら。"
    html = f'<meta charset="{declared}"><p>{text}</p>'
    assert text in decode(html.encode(encoding))
    assert decode(text.encode(encoding), declared) == text


def test_western_text_stays_western() -> None:
    text = "Français, naïve, Grüße, señor — ÄÖÜ"
    assert decode(text.encode("cp1252"), "iso-8859-1") == text


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "shift_jis", "hex", "no-such"]))
def test_no_bytes_and_no_declaration_break_the_reading(data: bytes, declared: str | None) -> None:
    assert isinstance(decode(data, declared), str)


@pytest.mark.parametrize(
    "html",
    [
        "<p hidden>見えない</p>",
        "<p style='display:none'>見えない</p>",
        "<p style='visibility: hidden'>見えない</p>",
        "<p style='font-size:0'>見えない</p>",
        "<p style='font-size:1px'>見えない</p>",
        "<p style='opacity:0'>見えない</p>",
        "<p style='max-height:0;overflow:hidden'>見えない</p>",
        "<style>.x{display:none}</style><p class='x'>見えない</p>",
        "<style>#a p{visibility:hidden}</style><div id='a'><p>見えない</p></div>",
        "<p style='color:#fff'>見えない</p>",
        "<td bgcolor='#FF0000'><font color='#ff0000'>見えない</font></td>",
        "<img src='a.png' alt='見えない'>",
        "<script>見えない</script>",
        "<!-- 見えない -->",
    ],
)
def test_what_nobody_sees_is_no_text(html: str) -> None:
    assert "見えない" not in seen(f"<body><table>{html}</table><p>本文</p></body>")


@pytest.mark.parametrize(
    "html",
    [
        "<style>@media print{.x{display:none}}</style><p class='x'>見える</p>",
        (
            "<style>.x{display:none}@media (min-width:9px){.x{display:block}}</style>"
            "<p class='x'>見える</p>"
        ),
        "<style>.x{display:none}.x{display:block}</style><p class='x'>見える</p>",
        "<style>.x{display:none}</style><p class='x' style='display:block'>見える</p>",
        "<td bgcolor='#000'><font color='#ffffff'>見える</font></td>",
        "<div class='dark'><p style='color:#fff'>見える</p></div>",
        "<div style='background:var(--a)'><p style='color:var(--b)'>見える</p></div>",
        "<style>body{color:#fff}</style><script></script><p>見える</p>",
        "<style>.x{opacity:0}</style><p class='x'>見える</p><script src='fade.js'></script>",
    ],
)
def test_what_people_see_is_text(html: str) -> None:
    assert "見える" in seen(f"<body><table>{html}</table></body>", mail="<script" not in html)


@pytest.mark.parametrize(
    "token",
    [
        "{{ name }}",
        "%%name%%",
        "*|FNAME|*",
        "[% name %]",
        "##name##",
        "${name}",
        "{contactfield=x}",
        "{{{ name }}}",
        "[[[name]]]",
        "[[NAME]]",
        "[UNSUBSCRIBEURL]",
        "[Sender_Address]",
        "[Company Name, LLC]",
        "$$name$$",
        "#NAME#",
        "%name_url%",
        "%recipient.name%",
        "{会社名}",
        "{配信停止URL}",
        "<%name%>",
        "<?php echo $name ?>",
    ],
)
def test_a_placeholder_is_never_content(token: str) -> None:
    assert take_placeholders(f"住所：{token}") == (f"住所：{PLACEHOLDER}", (token,))


def test_brackets_with_ordinary_words_are_no_placeholder() -> None:
    text = "個人情報(氏名、住所)を【重要】として扱います。"
    assert take_placeholders(text) == (text, ())


def test_a_box_whose_state_a_template_decides_is_neither_ticked_nor_empty() -> None:
    boxes = known(
        form(
            "<form><input type=email name=e>"
            "<label><input type=checkbox name=a {{ old('a') ? 'checked' : '' }}>甲</label>"
            "<label><input type=checkbox name=b <?php if ($b) echo 'checked' ?>>乙</label>"
            "<label><input type=checkbox name=c checked>丙</label></form>"
        ).controls
    )
    states = [each.checked for each in boxes if each.kind == "checkbox"]
    assert states == [None, None, True]


@pytest.mark.parametrize(
    ("script", "ticked"),
    [
        ("document.getElementById('b').checked = true;", True),
        ("$(function () { $('#b').prop('checked', true); });", True),
        ("on('DOMContentLoaded', () => { $('#b').attr('checked', 'checked') })", True),
        ("window.onload = function () { document.querySelector('#b').checked = !1 }", False),
        ("$('#b').prop('checked', true); $('#b').prop('checked', false);", False),
        ("all.onclick = function () { document.getElementById('b').checked = true }", None),
        ("all.onclick = () => document.getElementById('b').checked = true", None),
        ("function all() { document.getElementById('b').checked = true }", None),
        ("if (saved) { document.getElementById('b').checked = true }", None),
        ("if (saved) document.getElementById('b').checked = true", None),
        ("boxes.forEach(b => { b.checked = true })", None),
    ],
)
def test_what_a_script_ticks_as_the_page_opens_is_ticked(script: str, ticked: bool | None) -> None:
    boxes = "<p>Join</p><form><input type=email name=e><input type=checkbox id=b name=b></form>"
    controls = known(form(f"{boxes}<script>{script}</script>").controls)
    assert controls[-1].checked is ticked


@pytest.mark.parametrize(
    "embed",
    [
        (
            "<script src='//js.hsforms.net/forms/embed/v2.js'></script>"
            "<script>hbspt.forms.create({portalId: '1'})</script>"
        ),
        "<script>MktoForms2.loadForm('//app-1.marketo.com', '1', 2)</script>",
        "<iframe src='https://go.pardot.com/l/1/2/3'></iframe>",
    ],
)
def test_a_form_that_a_service_draws_is_not_taken_for_none(embed: str) -> None:
    text = "資料のお申し込みを受け付けております。担当者より折り返しご連絡いたします。" * 6
    found = read_page(f"<h1>お申し込み</h1><p>{text}</p>{embed}".encode(), "x")
    drawn = next(each for each in found if isinstance(each, Form))
    assert isinstance(drawn.controls, Unknown)
    own = "<form><input type=email name=e></form>"
    found = read_page(f"<h1>お申し込み</h1><p>{text}</p>{own}{embed}".encode(), "x")
    assert [isinstance(each.controls, Unknown) for each in found if isinstance(each, Form)] == [
        False
    ]


def test_fields_that_name_an_empty_form_are_of_it() -> None:
    found = form(
        "<p>申込</p><form id=f></form><input form=f type=email name=e><input form=f type=checkbox>"
    )
    assert [each.kind for each in known(found.controls)] == ["email", "checkbox"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
def test_a_subject_is_read_though_its_bytes_are_not_encoded(encoding: str) -> None:
    header = "Subject: 春のセールのご案内\nFrom: みかん <a@b.example>\n".encode(encoding)
    message = read_message(header + b"Date: Mon, 2 Mar 2026 09:00:00 +0900\n\nHello\n", "x")
    assert (message.title, message.from_name) == ("春のセールのご案内", "みかん")


def test_of_a_subject_without_an_end_no_more_is_decoded_than_anybody_writes() -> None:
    words = "=?utf-8?b?44GC?= " * 50_000
    message = read_message(f"From: a@b.example\nSubject: {words}\n\nHello\n".encode(), "x")
    assert isinstance(message.title, str)
    assert 1_000 < message.title.count("あ") < 1_200


def test_the_question_of_a_group_belongs_to_its_only_box() -> None:
    [(_, controls)] = Markup(
        """<form><div class="row"><label for="consent_1">I agree to receive mail</label>
        <div><input type="checkbox" name="consent[]" id="consent_0">
        <label for="consent_0">yes</label></div></div>
        <div><label for="nothing">Colours</label>
        <div><input type="checkbox" id="red"><label for="red">red</label></div>
        <div><input type="checkbox" id="blue"><label for="blue">blue</label></div></div></form>"""
    ).forms()
    assert [each.label for each in controls] == ["I agree to receive mail yes", "red", "blue"]


def test_a_page_that_registers_people_is_no_sign_in_page() -> None:
    box = '<input type="checkbox" name="news"><label for="news">メルマガを受け取る</label>'
    registers = f'<form><input name="mail" type="email"><input type="password">{box}</form>'
    assert [each.kind for each in known(form(registers).controls)][-1] == "checkbox"
    assert not isinstance(page(registers).content, Unknown)


def test_a_sign_in_form_asks_for_nothing_new() -> None:
    found = read_page(
        b"<p>" + b"text " * 60 + b"<form><input type=email><input type=password></form>", "x"
    )
    assert not [each for each in found if isinstance(each, Form)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 ...", Reason.NEEDS_REVIEW),
        (b"", Reason.MALFORMED),
        (b"\x89PNG\r\n\x1a\n\0\0", Reason.MALFORMED),
        (b"<div id=root></div><script src=app.js></script>", Reason.NOT_COLLECTED),
        (b"<form><input name=user><input type=password></form>", Reason.UNAUTHENTICATED),
        (b"<p>" + b"x" * (50 * 1_048_576), Reason.TOO_LARGE),
    ],
    ids=["PDF", "empty", "picture", "script", "sign-in", "50 MB"],
)
def test_a_page_that_cannot_be_judged_says_why_and_what_to_do(data: bytes, reason: Reason) -> None:
    [found] = read_page(data, "page")
    assert isinstance(found.content, Unknown)
    assert found.content.reason is reason
    assert found.content.remedy is not None


def test_a_page_that_is_a_menu_by_name_alone_says_what_it_says() -> None:
    told = page(
        "<title>個人情報保護方針</title><nav><a href=/>ホーム</a>"
        "<a href=/c>会社案内</a><h2>利用目的</h2>"
        "<p>お預かりした個人情報は、商品の発送と、お問い合わせへの回答のためにのみ利用いたします。</p></nav>"
    )
    blocks = known(told.content).blocks
    assert [each.text for each in blocks if each.region is Region.MAIN] == [
        "利用目的",
        "お預かりした個人情報は、商品の発送と、お問い合わせへの回答のためにのみ利用いたします。",
    ]


def test_a_site_policy_with_a_chapter_on_personal_data_is_a_notice_unless_it_leads_to_one() -> None:
    chapter = "<title>サイトポリシー</title><h1>サイトポリシー</h1><h2>著作権</h2>"
    chapter += "<p>無断転載を禁じます。</p>"
    chapter += "<h2>個人情報</h2><p>{}</p><h2>リンク</h2><p>リンクは自由です。</p>"
    own = "ご注文でいただくお名前とご住所は、商品の発送に用います。"
    assert page(chapter.format(own)).notice is True
    leads = "個人情報の取扱いは、プライバシーポリシーのページをご覧ください。"
    assert page(chapter.format(leads)).notice is False


def test_a_page_that_nests_without_end_is_read_to_its_end() -> None:
    html = "<div>" * 3_000 + "底"
    assert "底" in seen(html)


def test_a_mail_of_ten_thousand_parts_is_read_quickly() -> None:
    part = "--x\nContent-Type: text/plain\n\npart\n" * 10_000
    data = (
        "From: a@example.jp\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        f"{part}--x--\n"
    ).encode()
    start = time.perf_counter()
    content = read_message(data, "x").content
    assert time.perf_counter() - start < 5
    assert isinstance(content, Unknown)
    assert content.reason is Reason.MALFORMED


def test_what_a_mail_attached_to_a_mail_says_is_not_what_the_mail_says() -> None:
    inner = "From: b@example.jp\nContent-Type: text/html; charset=utf-8\n\n<p>中の広告</p>\n"
    data = (
        "From: a@example.jp\nSubject: Fwd: x\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/plain; charset=utf-8\n\n外の本文\n"
        f"--x\nContent-Type: message/rfc822\n\n{inner}\n--x--\n"
    ).encode()
    content = read_message(data, "x").content
    assert isinstance(content, Content)
    assert [block.text for block in content.blocks] == ["外の本文"]


def test_an_address_folded_inside_its_brackets_is_one_address() -> None:
    data = b"From: a@example.jp\nList-Unsubscribe: <https://a.example/\n u/1>\n\nx\n"
    assert read_message(data, "x").list_unsubscribe == ("https://a.example/u/1",)


@pytest.mark.parametrize(
    "style", ["color:#fefefe", "font-size:.1em", "color:#fffffe;background:#fdfdfd"]
)
def test_text_that_nobody_can_tell_from_its_background_is_not_seen(style: str) -> None:
    data = f'<p style="{style}">配信停止</p><p style="color:#999">見える</p>'.encode()
    content = read_message(data, "x").content
    assert isinstance(content, Content)
    assert [block.text for block in content.blocks] == ["見える"]


def test_the_background_that_mjml_names_is_the_background() -> None:
    data = (
        '<mj-section background-color="#486AE2"><mj-text color="#ffffff">見える</mj-text>'
        "</mj-section>"
    ).encode()
    content = read_message(data, "x").content
    assert isinstance(content, Content)
    assert content.blocks[0].text == "見える"


def test_a_mail_with_a_broken_charset_keeps_its_readable_part() -> None:
    data = (
        b"From: a@example.jp\nSubject: =?no-such?B?eA==?=\nContent-Type: text/plain; charset=none\n"
        b"\n" + "配信停止".encode("cp932") + b"\xff\xfe"
    )
    found = read_message(data, "x")
    assert isinstance(found.content, Content)


@given(st.binary(max_size=600))
def test_no_bytes_break_the_reading_of_a_mail(data: bytes) -> None:
    found = read_message(b"From: a@b.jp\n" + data, "x")
    assert isinstance(found.content, Content | Unknown)


def test_what_the_html_part_shows_counts_before_the_text_part() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.jp", "件名"
    mail.set_content("テキスト")
    mail.add_alternative("<p>エイチティーエムエル</p>", subtype="html")
    found = read_message(mail.as_bytes(), "x")
    assert known(found.content).blocks[0].text == "エイチティーエムエル"
    other = known(found.alternative)
    assert other is not None
    assert other.blocks[0].text == "テキスト"


def test_tags_are_recognised_and_those_held_back_are_told_apart() -> None:
    found = known(
        page(
            "<p>本文</p><script src='https://js.hs-scripts.com/1.js'></script>"
            "<script type='text/plain' src='https://cdn.karte.io/t.js'></script>"
            + "<p>文</p>"
            * 200
        ).tags
    )
    assert {tag.vendor: tag.blocked for tag in found} == {"HubSpot": False, "KARTE": True}


ADDS = "var s=document.createElement('script');s.src='//js.hs-scripts.com/1.js';x.append(s)"


@pytest.mark.parametrize(
    ("script", "waits"),
    [
        (f"yes.addEventListener('click', function () {{ {ADDS} }})", True),
        (f"yes.onclick = () => {{ if (a) {{ b() }} {ADDS} }}", True),
        (f"function go() {{ {ADDS} }} if (localStorage.getItem('ok')) go()", True),
        (f"yes.addEventListener('click', function () {{ hide() }}); {ADDS}", False),
        (f"function go() {{ {ADDS} }} window.addEventListener('load', go)", False),
        (f"(function () {{ {ADDS} }})()", False),
    ],
)
def test_a_tag_that_a_script_adds_on_a_click_waits_for_it(script: str, waits: bool) -> None:
    [tag] = known(page(f"<p>{'本文' * 200}</p><script>{script}</script>").tags)
    assert tag.blocked is waits


def test_ids_are_the_places_as_given_and_folders_give_their_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.html", "in/b.html"):
        (tmp_path / name).write_text(f"<title>プライバシーポリシー</title><p>{JAPANESE}</p>")
    given_folder = f"{tmp_path}/"
    assert [each.id for each in look_at_pages([given_folder])] == [
        f"{tmp_path}/a.html",
        f"{tmp_path}/in/b.html",
    ]
    (tmp_path / "m.eml").write_text("From: a@b.jp\n\nx")
    assert [each.id for each in look_at_messages([str(tmp_path / "m.eml")])] == [
        str(tmp_path / "m.eml")
    ]


def test_a_page_without_a_form_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>本文だけのページです。</p>")
    [found] = look_at_forms([str(tmp_path / "a.html")])
    assert isinstance(found.controls, Unknown)
    assert found.controls.reason is Reason.NOT_FOUND


def test_what_does_not_exist_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingPlaceError, match=r"no-such\.html"):
        look_at_pages(["no-such.html"])


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 60_000 + "個人情報",
        "<p " + " ".join(f"a{number}='>'" for number in range(30_000)) + ">個人情報</p>",
    ],
    ids=["deep", "attributes"],
)
def test_html_that_takes_a_parser_hours_is_refused_with_a_reason(html: str) -> None:
    [page] = read_page(html.encode(), "x")
    message = read_message(html.encode(), "x")
    for content in (page.content, message.content):
        assert isinstance(content, Unknown)
        assert content.reason is Reason.TOO_LARGE


def test_a_page_ten_thousand_elements_deep_is_read() -> None:
    text = "当社は個人情報を利用目的のために利用します。" * 20
    [page] = read_page(("<div>" * 10_000 + text + "</div>" * 10_000).encode(), "x")
    assert isinstance(page.content, Content)
    assert page.content.blocks[0].text == text


def test_a_notice_in_plain_words_is_one_and_a_page_on_a_list_of_names_is_none() -> None:
    plain = (
        "<title>生徒さんの情報について</title><h1>生徒さんの情報について</h1><p>お名前と住所は、発表会の"
        "ご案内に使います。ほかの方には教えません。名簿は鍵のかかる引き出しにしまい、お申し出があれば消します。</p>"
    )
    other = (
        "<title>会員名簿について</title><h1>会員名簿について</h1><p>今年の名簿ができました。</p>"
    )
    assert page(plain).notice is True
    assert page(other).notice is False


def test_a_list_that_leads_nowhere_is_no_menu_though_another_like_it_is() -> None:
    told = page(
        "<title>個人情報保護方針</title><nav class=list><li><a href=/>ホーム</a></li></nav>"
        "<nav class=list><li>利用料金の決済のため</li></nav>"
    )
    regions = {each.text: each.region for each in known(told.content).blocks}
    assert regions == {"ホーム": Region.NAVIGATION, "利用料金の決済のため": Region.MAIN}
