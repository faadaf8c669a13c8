"""How many mails, policies and forms are read and judged per second of one core, and what large
pages take.

The mails are newsletters as tools build them: nested tables with inlined style, a style sheet,
tracked links, and a text part beside it; in Japanese (ISO-2022-JP, and UTF-8 in base64) and in
English (UTF-8 in quoted-printable). Policies and forms are those of `tests/corpus`, in the layouts
of real pages. With FOLDER the files in it are measured too, each as a mail or, by `--pages`, as a
page. `--check` exits 1 below 200 mails a second.
"""

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from checks.wording.likeness import heard
from scanner.collect.http import MAX_BODY
from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.page import read_page
from scanner.evaluate import evaluate
from scanner.model import AnySubject, Deployment
from scanner.policy import Policy, load_policy

MAILS, ROUNDS = 60, 5
SIZE = 48 * 1024
LEAST_PER_SECOND = 200
NOW = datetime(2026, 11, 24, tzinfo=UTC)

FONT = "font-family:'Helvetica Neue',Helvetica,Arial,sans-serif;mso-line-height-rule:exactly"
SHEET = """
#outlook a{padding:0} .ReadMsgBody{width:100%} .ExternalClass *{line-height:100%}
body{margin:0;padding:0;-webkit-text-size-adjust:100%} table,td{border-collapse:collapse}
img{border:0;height:auto;line-height:100%} p{display:block;margin:13px 0}
.hide{display:none;max-height:0;overflow:hidden;mso-hide:all}
@media only screen and (max-width:480px){
.column{width:100%!important;max-width:100%} .wide{display:none!important}}
"""
ARTICLES = {
    "ja": (
        "秋の新商品のご案内です。毎年ご好評をいただいている定番に、今年は三つの新しい香りを加えました。",
        "お客様の声をもとに、サイズと素材を見直しました。詳しくは特設ページをご覧ください。",
        "会員の皆様には、十一月末日まで送料無料でお届けいたします。この機会にぜひお試しください。",
    ),
    "en": (
        "Our autumn collection is here: three new scents join the ones you have liked for years.",
        "You told us what to change, and we did. Sizes and fabrics are new; see the whole story.",
        "Members get free delivery until the end of November. We hope that you enjoy it.",
    ),
}
FOOTERS = {
    "ja": "このメールは、配信を希望された方にお送りしています。配信停止をご希望の方は"
    '<a href="https://go.sample.example/u/{n}" style="color:#1155cc">こちら</a>からどうぞ。<br>'
    "送信者：株式会社青葉商店　〒100-0001 東京都千代田区千代田1-1-1<br>お問い合わせ：03-1234-5678",
    "en": "You get this mail because you signed up for it. "
    '<a href="https://go.sample.example/u/{n}" style="color:#1155cc">Unsubscribe</a><br>'
    "Aoba Trading Inc., 1 Example Street, Springfield, IL 62701, USA",
}


def newsletter(number: int, language: str) -> str:
    """Return the HTML of a newsletter of about `SIZE` bytes."""
    some = random.Random(number)  # noqa: S311 - the same mails each time
    head = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>News</title>'
        f'<style type="text/css">{SHEET}</style></head><body style="background-color:#f4f4f4">'
        f'<div class="hide" style="display:none;font-size:1px">{ARTICLES[language][0]}</div>'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td>'
    )
    parts, length = [head], len(head)
    while length < SIZE - 2_000:
        parts.append(_row(some, language))
        length += len(parts[-1].encode())
    parts.append(
        f'<table width="600"><tr><td style="{FONT};font-size:11px;color:#777777">'
        f"{FOOTERS[language].format(n=number)}</td></tr></table></td></tr></table>"
        f'<img src="https://go.sample.example/open/{number}.gif" width="1" height="1" alt="">'
        "</body></html>"
    )
    return "".join(parts)


def _row(some: random.Random, language: str) -> str:
    cells = []
    for _ in range(2):
        link = f"https://go.sample.example/c/{some.getrandbits(96):x}"
        # Nobody's newsletter says one thing twice.
        text = f"{some.choice(ARTICLES[language])} {some.getrandbits(40):o}"
        cells.append(
            '<td class="column" width="300" valign="top" style="padding:0 18px 9px;width:300px">'
            '<table border="0" cellpadding="0" cellspacing="0" width="100%"><tbody><tr>'
            f'<td align="left" style="font-size:0px;padding:10px 25px;word-break:break-word">'
            f'<a href="{link}" target="_blank" style="color:#222222;text-decoration:none">'
            f'<img alt="" height="auto" src="https://cdn.sample.example/{some.getrandbits(64):x}" '
            'style="border:0;display:block;outline:none;width:100%" width="264"></a>'
            f'<div style="{FONT};font-size:15px;line-height:24px;text-align:left;color:#333333">'
            f'<p style="margin:0 0 10px">{text}</p>'
            f'<span style="font-size:12px;color:#999999">{some.randrange(100, 9999):,}</span></div>'
            f'</td></tr><tr><td style="background:#d9534f;border-radius:3px" bgcolor="#d9534f">'
            f'<a href="{link}" style="{FONT};display:inline-block;color:#ffffff;padding:10px">'
            f"{'詳しくはこちら' if language == 'ja' else 'Read more'}</a></td></tr></tbody></table>"
            "</td>"
        )
    return (
        '<table align="center" border="0" cellpadding="0" cellspacing="0" style="width:600px" '
        'width="600" bgcolor="#ffffff"><tr>' + "".join(cells) + "</tr></table>"
    )


def mails() -> Iterator[bytes]:
    """Yield newsletters as they lie in a mailbox."""
    for number in range(MAILS):
        language, charset, encoding = (
            ("ja", "utf-8", "base64"),
            ("en", "utf-8", "quoted-printable"),
            ("ja", "iso-2022-jp", "7bit"),
        )[number % 3]
        mail = EmailMessage(policy=SMTP.clone(max_line_length=900))
        mail["From"] = "株式会社青葉商店 <news@sample.example>"
        mail["To"] = f"member{number}@mail.example"
        mail["Subject"] = "秋の新商品のご案内" if language == "ja" else "Autumn is here"
        mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0900"
        mail["Message-ID"] = f"<{number}@sample.example>"
        mail["List-Unsubscribe"] = f"<https://go.sample.example/u/{number}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["DKIM-Signature"] = (
            "v=1; a=rsa-sha256; d=sample.example; s=s1; h=from:to:subject:date:list-unsubscribe:"
            "list-unsubscribe-post; bh=" + "A" * 43 + "=; b=" + "A" * 340
        )
        text = "\n".join(ARTICLES[language])
        html = newsletter(number, language).replace("><t", ">\n<t")
        mail.set_content(text, charset=charset, cte=encoding)
        mail.add_alternative(html, subtype="html", charset=charset, cte=encoding)
        yield mail.as_bytes()


def per_second(work: Callable[[], int]) -> float:
    """Return the best of how many `work` does per second of processor time."""
    best = 0.0
    for _ in range(ROUNDS):
        # Nobody's texts come a second time, as they do here.
        heard.cache_clear()
        begun = time.process_time()
        done = work()
        best = max(best, done / (time.process_time() - begun))
    return best


def judged(subjects: list[AnySubject], policy: Policy) -> None:
    """Judge `subjects` by every check of the law."""
    evaluate(
        Deployment(target="news", platform="generic", collected_at=NOW, subjects=tuple(subjects)),
        policy,
        NOW,
    )


def corpus() -> tuple[list[bytes], list[bytes]]:
    """Return the policies and the forms of the tests."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "corpus"))
    assemble = importlib.import_module("assemble")

    return (
        [html.encode() for html, _ in assemble.policies("a", MAILS)],
        [html.encode() for half in "ab" for html, _ in assemble.forms(half)],
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 if it is slower than promised")
    parser.add_argument("--pages", action="store_true", help="what is in FOLDER are pages")
    parser.add_argument("folder", type=Path, nargs="?", help="files to measure too")
    options = parser.parse_args()
    written, policy = list(mails()), load_policy("japan")
    print(
        f"messages: {MAILS} newsletters of {statistics.mean(map(len, written)) / 1024:.0f} KiB, "
        f"best of {ROUNDS} rounds"
    )

    def read() -> int:
        return len([read_message(each, str(number)) for number, each in enumerate(written)])

    def judge() -> int:
        judged([read_message(each, str(number)) for number, each in enumerate(written)], policy)
        return len(written)

    def look(pages: list[bytes]) -> int:
        judged([each for page in pages for each in read_page(page, "x")], policy)
        return len(pages)

    def look_at_mails(mails: list[bytes]) -> int:
        judged([read_message(each, "x") for each in mails], policy)
        return len(mails)

    print(f"  read             {per_second(read):7.0f} mails/s of one core")
    rate = per_second(judge)
    print(f"  read and judged  {rate:7.0f} mails/s of one core")
    for name, pages in zip(("policies", "forms"), corpus(), strict=True):
        size = statistics.mean(map(len, pages)) / 1024
        found = per_second(lambda pages=pages: look(pages))  # type: ignore[misc]
        print(f"  read and judged  {found:7.0f} {name}/s of one core, of {size:.0f} KiB")
    if options.folder is not None:
        real = [path.read_bytes() for path in options.folder.rglob("*") if path.is_file()]
        size = statistics.mean(map(len, real)) / 1024
        found = per_second(lambda: look(real) if options.pages else look_at_mails(real))
        print(f"  read and judged  {found:7.0f}/s of {len(real)} files, of {size:.0f} KiB")
    body = newsletter(0, "ja").encode()
    page = body * (MAX_BODY // len(body))
    begun = time.process_time()
    read_page(page, "https://www.sample.example/")
    print(f"  a page of {len(page) / 1e6:.0f} MB {time.process_time() - begun:6.2f} s of processor")
    return 1 if options.check and rate < LEAST_PER_SECOND else 0


if __name__ == "__main__":
    sys.exit(main())
