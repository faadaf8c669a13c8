"""What is taken as visible text is what a browser paints, element by element."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.collect.probes.published.markup import Markup

TEXT = "解除QX"
STYLES = (
    ".s1{display:none} .s2{visibility:hidden} .s3{font-size:0} .s4{opacity:0} .s5 p{display:none}"
    " .s6{display:none} .s6{display:block} .s7{display:none} p.s7{font-size:14px}"
    " .s8{display:block!important} .s9{color:#fff} .s10{font:0/0 a} .s11{font-size:0.9rem}"
    " .s12{position:absolute;left:-9999px} @media print{.s13{display:none}}"
    " @media (max-width:1px){.s14{display:none}} .s15{max-height:0;overflow:hidden}"
    " .s17{background:#036} .s16{clip-path:inset(50%)}"
)
SNIPPETS = (
    "<p>{}</p>",
    "<p hidden>{}</p>",
    "<p style='display:none'>{}</p>",
    "<p style='display:none;display:block'>{}</p>",
    "<p style='visibility:hidden'>{}</p>",
    "<p style='opacity:0'>{}</p>",
    "<p style='opacity:0.0'>{}</p>",
    "<p style='opacity:0.8'>{}</p>",
    "<p style='font-size:0'>{}</p>",
    "<p style='font-size:0px'>{}</p>",
    "<p style='font-size:0.95rem'>{}</p>",
    "<p style='font-size:.9em'>{}</p>",
    "<div style='font-size:0px'><span style='font-size:14px'>{}</span></div>",
    "<div style='font-size:0'><span style='font-size:1em'>{}</span></div>",
    "<div style='font-size:0'><span style='font-size:1rem'>{}</span></div>",
    "<table style='font-size:0'><tr><td style='font-size:13px;line-height:20px'>{}</table>",
    "<p style='color:#ffffff'>{}</p>",
    "<p style='color:white;background:#003366'>{}</p>",
    "<p style='color:transparent'>{}</p>",
    "<p style='color:rgba(0,0,0,0)'>{}</p>",
    "<p style='color: rgb(255, 255, 255)'>{}</p>",
    "<p style='color:#fff;background:#036 none repeat'>{}</p>",
    "<p style='color:#fff;background:linear-gradient(#036,#069)'>{}</p>",
    "<p style='color:#FFF;background-color:#fff'>{}</p>",
    "<div style='color:#fff'><span style='color:#333'>{}</span></div>",
    "<div style='background:#ffffff;height:36px'><font color='#ffffff'>{}</font></div>",
    "<table bgcolor='#112233'><tr><td><font color='#ffffff'>{}</font></td></tr></table>",
    "<p style='max-height:0;overflow:hidden'>{}</p>",
    "<p style='height:0;overflow:hidden;margin:0'>{}</p>",
    "<p style='position:absolute;left:-9999px'>{}</p>",
    "<p style='position:absolute;top:-9999px'>{}</p>",
    "<p style='text-indent:-9999px;overflow:hidden'>{}</p>",
    "<p style='position:absolute;clip:rect(0,0,0,0)'>{}</p>",
    "<p style='transform:scale(0)'>{}</p>",
    "<p style='transform:scale(0.9)'>{}</p>",
    "<!-- {} --><p>・</p>",
    "<!--[if mso]><p>{}</p><![endif]--><p>・</p>",
    "<!--[if !mso]><!--><p>{}</p><!--<![endif]-->",
    "<p title='{}'>・</p>",
    "<p data-x='{}' aria-label='{}'>・</p>",
    "<template><p>{}</p></template>",
    "<textarea hidden>{}</textarea>",
    "<p class=s1>{}</p>",
    "<p class=s2>{}</p>",
    "<p class=s3>{}</p>",
    "<p class=s4>{}</p>",
    "<div class=s5><p>{}</p></div>",
    "<p class=s6>{}</p>",
    "<p class=s7>{}</p>",
    "<p class=s8 style='display:none'>{}</p>",
    "<p class=s9>{}</p>",
    "<div class=s17><p class=s9>{}</p></div>",
    "<p class=s10>{}</p>",
    "<p class=s11>{}</p>",
    "<p class=s12>{}</p>",
    "<p class=s13>{}</p>",
    "<p class=s14>{}</p>",
    "<p class=s15>{}</p>",
    "<p class=s16>{}</p>",
    "<p class=s3><span class=s11>{}</span></p>",
)


def test_what_is_taken_as_seen_is_what_a_browser_paints(browser: Any, tmp_path: Path) -> None:
    boxes = "".join(
        f"<div id=b{number} style='position:absolute;overflow:hidden;width:180px;height:40px;"
        f"left:{number % 6 * 190}px;top:{number // 6 * 50}px'>{snippet.replace('{}', TEXT)}</div>"
        for number, snippet in enumerate(SNIPPETS)
    )
    file = tmp_path / "seen.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8><style>{STYLES}</style><body>{boxes}", encoding="utf-8"
    )
    browser.window(1200, 600)
    browser.open(file)
    before = [picture(browser, number) for number in range(len(SNIPPETS))]
    browser.run(f"document.body.innerHTML = document.body.innerHTML.replaceAll('{TEXT}', ''); true")
    differing = {
        number for number in range(len(SNIPPETS)) if picture(browser, number) != before[number]
    }
    wrong = []
    for number, snippet in enumerate(SNIPPETS):
        html = f"<style>{STYLES}</style><body>{snippet.replace('{}', TEXT)}</body>"
        shown = TEXT in "\n".join(block.text for block in Markup(html).content(mail=True).blocks)
        if shown is not (number in differing):
            wrong.append((snippet, "seen" if number in differing else "not seen"))
    assert not wrong
    assert 10 < len(differing) < len(SNIPPETS) - 10


def picture(browser: Any, number: int) -> str:
    clip = {"x": number % 6 * 190, "y": number // 6 * 50, "width": 180, "height": 40, "scale": 1}
    taken: str = browser.call("Page.captureScreenshot", format="png", clip=clip)["data"]
    return taken


@pytest.mark.parametrize(
    "markup",
    [
        "<pre>使いみち\n* 会報の発送\n\n守り方\n* 書庫に鍵</pre>",
        '<div style="white-space: pre-wrap">使いみち\n* 会報の発送\n\n守り方\n* 書庫に鍵</div>',
        "<style>p{white-space:pre-line}</style><p>使いみち\n* 会報の発送\n\n守り方\n* 書庫に鍵",
    ],
)
def test_line_breaks_of_the_source_are_kept_where_the_page_shows_them(markup: str) -> None:
    assert [block.text for block in Markup(markup).content().blocks] == [
        "使いみち\n* 会報の発送",
        "守り方\n* 書庫に鍵",
    ]


def test_line_breaks_of_the_source_are_none_where_the_page_says_so() -> None:
    markup = '<pre style="white-space: normal">one\ntwo</pre><p>three\nfour</p>'
    assert [block.text for block in Markup(markup).content().blocks] == ["one two", "three four"]
