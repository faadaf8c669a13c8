"""Whom mails to readers outside Japan name, and which of them name nobody."""

from __future__ import annotations

import pytest

from checks.sender import as_text, name
from scanner.collect.probes.published.mail import read_message
from scanner.model import Status

OFFER = "<p>Take 20% off everything until Sunday. Shop now and get free shipping.</p>"
OUT = '<p>You can <a href="https://mail.example/u/1">unsubscribe</a> at any time.</p>'


def judge(body: str, sender: str = "Deals <deals@mail.example>") -> Status:
    return name.function(read_message(written(body, sender), "x")).status


def written(body: str, sender: str = "Deals <deals@mail.example>") -> bytes:
    return (
        f"From: {sender}\nSubject: Our spring sale\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n"
        f"Content-Type: text/html; charset=utf-8\n\n<html><body>{body}</body></html>"
    ).encode()


@pytest.mark.parametrize(
    "named",
    [
        f"<h1>Northwind</h1>{OFFER}<p>Northwind is open all week.</p>{OUT}",
        f"{OFFER}<p>Thank you for shopping with Northwind Outdoor.</p>{OUT}",
        f"{OFFER}<p>Best wishes,<br>The Northwind Team</p>{OUT}",
        f"{OFFER}<p>Kind regards,<br>Maria Lopez</p>{OUT}",
        f"{OFFER}{OUT}<p>northwind | 12 Harbour Street, Springfield, IL 62701</p>",
        f"{OFFER}{OUT}<p>Northwind<br>Postfach 12, 8001 Zürich, Switzerland</p>",
        f"{OFFER}{OUT}<p>Northwind, 2026. Alle Rechte vorbehalten</p>",
        f"{OFFER}<p>Northwind · A weekly newsletter about boats</p>{OUT}",
        f'{OFFER}<p><a href="https://www.northwind.shop/">Visit North Wind</a></p>{OUT}',
    ],
)
def test_the_name_that_a_sender_trades_under_is_enough_abroad(named: str) -> None:
    assert judge(named) is Status.PASS


@pytest.mark.parametrize("sender", ["North Wind <a@b.example>", "NorthWind Deals <a@b.example>"])
def test_the_from_field_is_borne_out_by_a_body_that_writes_it_otherwise(sender: str) -> None:
    assert judge(f"{OFFER}<p>Only at Northwind.</p>{OUT}", sender) is Status.PASS


@pytest.mark.parametrize(
    "nameless",
    [
        f"{OFFER}{OUT}",
        f"<h1>We Miss You!</h1>{OFFER}{OUT}<p>12 Harbour Street, Springfield, IL 62701</p>",
        f"{OFFER}<p>See Our Newest Boats Now</p>{OUT}<p>© 2026 All rights reserved</p>",
        f"{OFFER}{OUT}<p>Contact us | Facebook | Instagram</p>",
    ],
)
def test_a_mail_in_whose_body_nobody_is_named_fails_abroad_too(nameless: str) -> None:
    assert judge(nameless) is Status.FAIL


@pytest.mark.parametrize(
    "doubtful",
    [
        f"{OFFER}<p>You bought a tent at Northwind in May.</p>{OUT}",
        f"{OFFER}<p>Northwind is just the shop you were looking for.</p>{OUT}",
        f"<p>Northwind</p>{OFFER}{OUT}",
        f"{OFFER}<p>The offer is good for NORTHWIND buyers.</p>{OUT}",
    ],
)
def test_a_name_that_may_be_anybodys_is_left_to_a_person(doubtful: str) -> None:
    assert judge(doubtful, "Northwind Surprise <a@b.example>") is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    "template",
    [
        f"{OFFER}{OUT}<p>Sent by the {{{{ shop }}}} team</p>",
        f"{OFFER}{OUT}<p>Company Name, 12 Harbour Street, Springfield, IL 62701</p>",
    ],
)
def test_what_will_stand_in_a_template_is_not_guessed(template: str) -> None:
    message = read_message(f"<html><body>{template}</body></html>".encode(), "x")
    assert name.function(message).status is Status.INCONCLUSIVE


def test_a_name_that_nobody_wrote_over_names_nobody() -> None:
    blank = f"<h1>Northwind</h1>{OFFER}<p>[Your Company Name]</p><p>Northwind is open.</p>{OUT}"
    assert judge(blank) is Status.FAIL


@pytest.mark.parametrize(
    "named",
    [
        "Dorothy Maclaine, owner of the shop",
        "Aled Morgan<br>Photographer and sole trader",
        "First Prairie Bank, N.A., Member FDIC",
        "PT Sunda Kopi Niaga, Bandung",
        "City of Wattle Bay",
        "Kopfkino Filmfest gGmbH",
    ],
)
def test_people_and_bodies_of_any_country_are_known_by_their_form_or_their_work(
    named: str,
) -> None:
    assert judge(f"{OFFER}{OUT}<p>{named}</p>", "a@b.example") is Status.PASS


def test_japan_asks_for_the_legal_name() -> None:
    body = (
        "<h1>ノースウィンド</h1><p>春のセールを開催します。送料無料です。</p>"
        "<p>ノースウィンド チーム</p>"
        '<p>配信停止は<a href="https://mail.example/u/1">こちら</a></p>'
    )
    assert judge(body) is Status.FAIL


def test_a_name_in_text_is_not_said_to_stand_in_a_picture_alone() -> None:
    body = (
        f"{OFFER}<p>Best wishes,<br>The Northwind Team</p>{OUT}"
        '<p>12 Harbour Street, Springfield, IL 62701</p><img src="a.png" alt="contact">'
    )
    assert as_text.function(read_message(written(body), "x")).status is Status.PASS


def test_a_part_of_a_mail_that_its_writer_named_in_a_comment_is_not_hidden_from_the_reader() -> (
    None
):
    comments = "<!-- Footer Section --><!-- Unsubscribe --><!-- <p>Old: unsubscribe here</p> -->"
    assert as_text.function(read_message(written(f"{OFFER}{comments}"), "x")).status is (
        Status.NOT_APPLICABLE
    )


def test_names_are_not_missed_in_a_language_that_writes_them_like_other_words() -> None:
    german = "<p>Nur heute: Zelte und Boote mit zwanzig Prozent Rabatt. Jetzt einkaufen.</p>"
    assert judge(f"{german}<p><a href='https://a.example/u'>Abmelden</a></p>") is (
        Status.INCONCLUSIVE
    )
