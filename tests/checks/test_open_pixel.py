"""Pictures that report the opening of a mail, and those that do not; and what tells of them."""

from __future__ import annotations

import msgspec
import pytest

from checks.tracking import open_pixel_disclosed
from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.page import read_page
from scanner.model import Page, Status, known

HOST = "https://t.mail.example"


def pixels(picture: str) -> tuple[str, ...]:
    mail = f"Subject: x\nContent-Type: text/html\n\n<p>x</p>{picture}"
    return known(read_message(mail.encode(), "x").open_pixels)


@pytest.mark.parametrize(
    "picture",
    [
        f'<img src="{HOST}/i?m=1" width="1" height="1">',
        f'<img src="{HOST}/i?m=1" height=1>',
        f'<img src="{HOST}/i/abc" style="width:1px;height:1px">',
        f'<img src="{HOST}/i/abc" style="height:0px; border:0; width:0px">',
        f'<img src="{HOST}/i?m=1" style="display:none">',
        f'<img src="{HOST}/wf/open?upn=1" alt="">',
        '<img src="https://openedlog.smart-bdash.com/opened/1" alt="">',
        '<img src="https://ma.example/email/5f2a9c0011.gif">',
    ],
)
def test_a_picture_without_size_is_there_to_be_fetched(picture: str) -> None:
    assert pixels(picture)


@pytest.mark.parametrize(
    "picture",
    [
        f'<img src="{HOST}/logo.png" width=120 height=40>',
        # Mails were long laid out by pictures, and are now drawn for two screens.
        f'<img src="{HOST}/img/spacer.gif" width=1 height=1>',
        f'<img src="{HOST}/img/line.gif" width=600 height=1>',
        f'<img src="{HOST}/img/a.gif" width="1" height="24">',
        f'<img src="{HOST}/hero-sp.jpg" style="display:none">',
        f'<img src="{HOST}/hero?w=600" style="display:none" width=600>',
        f'<img src="{HOST}/hero?w=600" style="display:none" alt="Sale">',
        f'<img src="{HOST}/rule.gif" style="height:1px;width:100%">',
        '<img src="cid:logo" width=1 height=1>',
    ],
)
def test_a_picture_that_keeps_things_apart_reports_nothing(picture: str) -> None:
    assert not pixels(picture)


def judge(own: str, policy: str) -> Status:
    picture = f'<img src="{HOST}/i?m=1" width=1 height=1>'
    message = read_message(f"<html><p>{own}</p>{picture}</html>".encode(), "x")
    notice = f"<title>プライバシーポリシー</title><p>個人情報</p><p>{policy}</p>"
    page = next(each for each in read_page(notice.encode(), "p") if isinstance(each, Page))
    return open_pixel_disclosed.function(
        msgspec.structs.replace(message, policy=page.content)
    ).status


@pytest.mark.parametrize(
    "policy",
    [
        "メールの開封およびリンクのクリックを計測しています。",
        "配信したメールが開封されたか、リンクがクリックされたかを把握します。",
        "メールの開封率を確認するための画像を含みます。",
        "We record whether you open our emails and which links you click.",
        "Our newsletters contain web beacons.",
        "We track when an e-mail is opened.",
    ],
)
def test_a_policy_that_speaks_of_opening_tells_of_it(policy: str) -> None:
    assert judge("Sale", policy) is Status.PASS


@pytest.mark.parametrize(
    ("own", "policy"),
    [
        ("Please click here if the email below is not displayed.", "We send newsletters."),
        ("詳しくはメール内のURLをクリックして情報をご確認ください。", "メールを配信します。"),
        ("Open this email in your browser.", "Open an account to get emails."),
        ("", "当社はアクセス解析のためCookieを利用します。"),
    ],
)
def test_an_invitation_to_click_tells_nothing_of_it(own: str, policy: str) -> None:
    assert judge(own, policy) is Status.FAIL
