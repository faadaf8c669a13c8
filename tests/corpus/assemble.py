"""Puts the passages of `policies.yaml` together into policies in the layouts of real pages."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


def passages() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (HERE / "policies.yaml").read_text("utf-8")
    )
    return found


def policies(half: str, count: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield `count` policies of one half, each with the verdict that every check must reach."""
    subjects = passages()
    for number in range(count):
        choose = random.Random(f"{half}{number}")  # noqa: S311 - the same policies every time
        chosen = {
            check: choose.choice([each for each in variants if each["half"] == half])
            for check, variants in subjects.items()
        }
        layout = LAYOUTS[number % len(LAYOUTS)]
        labels = {check: each["is"] for check, each in chosen.items()}
        for each in chosen.values():
            # What a passage says beside its own subject; `open` where that may be read either way.
            labels |= {
                check: verdict
                for check, verdict in each.get("also", {}).items()
                if labels[check] != "pass"
            }
        yield (
            page(layout, list(chosen.values())),
            {check: verdict for check, verdict in labels.items() if verdict != "open"},
        )


def page(layout: str, chosen: list[dict[str, Any]]) -> str:
    parts = [render(layout, number, each) for number, each in enumerate(chosen, 1)]
    body = "\n".join(parts)
    if layout == "table":
        body = f"<table>{body}</table>"
    if layout == "definitions":
        body = f"<dl>{body}</dl>"
    if layout == "lines":
        body = f"<div>{body}</div>"
    menu = "<nav><ul><li><a href='/'>ホーム</a></li><li><a href='/s'>製品</a></li></ul></nav>"
    return (
        "<!doctype html><html lang='ja'><head><meta charset='utf-8'>"
        "<title>プライバシーポリシー</title><style>.sp{display:none}</style></head>"
        f"<body>{menu}<main><h1>プライバシーポリシー</h1>{body}</main>"
        "<footer><p>All Rights Reserved.</p></footer></body></html>"
    )


LAYOUTS = ("headings", "articles", "table", "definitions", "lines", "bold")


def render(layout: str, number: int, each: dict[str, Any]) -> str:
    heading, texts, items = each["h"], each.get("t", []), each.get("l", [])
    shown = [text if "<" in text else html.escape(text) for text in texts]
    if layout == "lines":
        lines = [f"■{heading}", *shown, *(f"・{item}" for item in items), ""]
        return "<br>\n".join(lines) + "<br>"
    paragraphs = "".join(f"<p>{text}</p>" for text in shown)
    if items:
        paragraphs += "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    if layout == "table":
        return f"<tr><th>{heading}</th><td>{paragraphs}</td></tr>"
    if layout == "definitions":
        return f"<dt>{heading}</dt><dd>{paragraphs}</dd>"
    if layout == "articles":
        return f"<section><h3>第{number}条（{heading}）</h3>{paragraphs}</section>"
    if layout == "bold":
        return f"<p><strong>{number}. {heading}</strong></p>{paragraphs}"
    return f"<h2>{heading}</h2>{paragraphs}"


def mails(half: str, count: int) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield `count` mails of one half, each with the verdict that every check must reach."""
    parts: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (HERE / "mails.yaml").read_text("utf-8")
    )
    mine = {name: [each for each in found if each["half"] == half] for name, found in parts.items()}
    for number in range(count):
        choose = random.Random(f"{half} {number}")  # noqa: S311 - the same mails every time
        body, out, sender, contact, header = (
            choose.choice(mine[name])
            for name in ("bodies", "opt_out", "sender", "contact", "headers")
        )
        parts_shown = (sender["html"], contact["html"], out["html"])
        shown = f"<h1>{body['subject']}</h1><p>{body['t']}</p>{''.join(parts_shown)}"
        labels = {
            "opt-out.link": out["link"],
            "opt-out.statement-nearby": out.get("near", ""),
            "opt-out.one-click": header["one_click"],
            "sender.name": sender["name"],
            "sender.address": sender["address"],
            # Where the mail leads to the page of the company, the contact may stand there.
            "sender.contact": "review"
            if (sender["address"], contact["is"]) == ("review", "fail")
            else contact["is"],
            "sender.as-text": out.get("text", ""),
        }
        yield (
            mail(body["subject"], shown, header["h"]),
            {check: verdict for check, verdict in labels.items() if verdict},
        )
    for each in mine["others"]:
        extra = "In-Reply-To: <1@example.jp>" if each.get("reply") else "X-Mailer: sample"
        yield (
            mail(each["subject"], f"<p>{each['t']}</p>", extra),
            dict.fromkeys(MAIL_CHECKS, "not_applicable"),
        )


MAIL_CHECKS = (
    "opt-out.link",
    "opt-out.statement-nearby",
    "opt-out.one-click",
    "sender.name",
    "sender.address",
    "sender.contact",
    "sender.as-text",
)


def mail(subject: str, shown: str, extra: str) -> bytes:
    head = (
        f"From: news@example.jp\nTo: reader@example.com\nSubject: {subject}\n"
        f"Date: Mon, 06 Apr 2026 09:00:00 +0900\nMessage-ID: <1@example.jp>\n{extra}\n"
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n\n"
    )
    return f"{head}<html><body>{shown}</body></html>".encode()


def whole_mails() -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield the mails of `whole.yaml`, each with the verdict that every check must reach."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / "whole.yaml").read_text("utf-8"))
    for each in found:
        charset = each.get("charset", "utf-8")
        if "template" in each:
            yield each["template"].encode(charset), each["labels"]
            continue
        made = EmailMessage(policy=SMTP)
        made["From"] = "news@example.jp"
        made["Subject"] = each["subject"]
        made["Date"] = "Mon, 06 Apr 2026 09:00:00 +0900"
        made["Message-ID"] = "<2@example.jp>"
        if each.get("reply"):
            made["In-Reply-To"] = "<1@example.jp>"
        kind = "html" if "html" in each else "plain"
        body = each.get("html") or each["text"]
        made.set_content(body, subtype=kind, charset=charset, cte="base64")
        yield made.as_bytes(), each["labels"]


def forms(half: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the forms of one half, each with the verdict that every check must reach."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / "forms.yaml").read_text("utf-8"))
    for each in found:
        if each["half"] == half:
            yield (
                f"<!doctype html><html lang='ja'><body>{each['html']}</body></html>",
                each["labels"],
            )


TAGS = {
    "none": "",
    "hubspot": "<script src='//js.hs-scripts.com/1.js'></script>",
    "ga": "<script src='https://www.googletagmanager.com/gtag/js?id=G-1'></script>",
    "gtm": "<script src='https://www.googletagmanager.com/gtm.js?id=GTM-1'></script>",
    "pardot": "<script>piAId='1';</script>",
    "bownow": "<script src='https://contents.bownow.jp/js/UTC_1/trace.js'></script>",
    "satori": "<script src='https://satori.segs.jp/s.js'></script>",
    "karte": "<script src='https://cdn-edge.karte.io/1/edge.js'></script>",
    "meta": "<script>fbq('init','1');</script>",
    "yahoo": "<script src='https://s.yimg.jp/images/listing/tool/cv/ytag.js'></script>",
    "clarity": "<script src='https://www.clarity.ms/tag/x'></script>",
    "mautic": "<script src='https://ma.example.jp/mtc.js'></script>",
    "blocked": "<script type='text/plain' src='//js.hs-scripts.com/1.js'></script>",
    "cookiebot-blocked": (
        "<script data-cookieconsent='marketing' src='//js.hs-scripts.com/1.js'></script>"
    ),
}
NEWSLETTER = "<form><input type=email name=email><button>登録する</button></form>"
SELLS = (
    "<p>新商品をお得な価格でご紹介します。期間限定のクーポンもございます。ぜひこの機会に公式サイトをご覧ください。"
    "春らしい明るい色の品を中心に取りそろえました。</p>"
)


def details() -> Iterator[tuple[str, str, str, bytes, bytes | None]]:
    """Yield the cases of `details.yaml`: check, verdict, what it is, the thing, and its policy."""
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (HERE / "details.yaml").read_text("utf-8")
    )
    for check, cases in found.items():
        for each in cases:
            policy = f"<title>プライバシーポリシー</title><p>{each['t']}</p>" if "t" in each else ""
            if "mail" in each or "head" in each:
                shown = "<h1>春のセールのご案内</h1>" + ("" if each.get("short") else SELLS)
                sent = mail(
                    "春のセールのご案内", shown + each.get("mail", ""), each.get("head", "X-A: 1")
                )
                yield check, each["is"], "mail", sent, policy.encode() or None
            elif "notice" in each:
                yield check, each["is"], "form", f"<body>{each['notice']}".encode(), None
            elif check.startswith("opt-in"):
                html = f"<body>{each['form'].replace('{}', NEWSLETTER)}"
                yield check, each["is"], "form", html.encode(), None
            else:
                form = f"<h2>メルマガ登録</h2>{NEWSLETTER}" if each.get("form") else ""
                html = f"{TAGS[each['tag']]}<h1>個人情報保護方針</h1>{policy}{form}"
                yield check, each["is"], "page", html.encode(), None
