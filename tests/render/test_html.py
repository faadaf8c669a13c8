"""The HTML report, opened in a real browser as its readers would."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.model import Account, Deployment, Mfa, Person
from scanner.render.html import HTML
from scanner.report import Report, ReportedPoint

MakeReport = Callable[..., Report]
MakeShop = Callable[..., Deployment]
Open = Callable[[Report], Any]


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Open:
    """Open a report in the browser and return the browser."""

    def open_(report: Report) -> Any:
        browser.events.clear()
        browser.window(1280)
        (tmp_path / "report.html").write_bytes(HTML.whole(report))
        browser.open(tmp_path / "report.html")
        return browser

    return open_


def elements(report: Report) -> list[tuple[str, dict[str, str | None]]]:
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(HTML.whole(report).decode())
    return found


def test_nothing_in_the_file_leads_outside(make_report: MakeReport, make_shop: MakeShop) -> None:
    for tag, attributes in elements(make_report(make_shop(), make_shop(target="two"))):
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert "src" not in attributes
        assert "style" not in attributes, "the policy would forbid it"
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_browser_asks_for_nothing_and_has_nothing_to_complain_of(
    opened: Open, make_report: MakeReport, make_shop: MakeShop, lang: str
) -> None:
    browser = opened(make_report(make_shop(), lang=lang))
    assert [each for each in browser.requests() if not each.startswith("file:")] == []
    assert browser.complaints() == []
    assert browser.run("document.documentElement.lang") == lang


def test_every_finding_is_in_it_with_its_evidence_and_its_fix(
    make_report: MakeReport, make_shop: MakeShop
) -> None:
    from html import unescape

    report = make_report(make_shop())
    written = unescape(re.sub(r"</?code>", "`", HTML.whole(report).decode()))
    for finding in report.targets[0].findings:
        for part in (finding.subject.name, finding.message, finding.observed, finding.fix):
            assert part is None or part in written, finding


def test_what_comes_from_outside_is_shown_and_never_run(
    opened: Open, make_report: MakeReport
) -> None:
    names = (
        "<script>window.ran = 1</script>",
        "<img src=x onerror='window.ran = 1'>",
        "</style><style>body{display:none}</style>",
        "`</code><b onclick=1>`",
        "javascript:window.ran=1",
    )
    shop = Deployment(
        target="'\"><svg onload=window.ran=1>",
        platform="mautic",
        collected_at=make_report().started_at,
        subjects=(
            Account(id="x", name="x"),
            *(Person(id=each, name=each, can_sign_in=True, mfa=Mfa.NONE) for each in names),
        ),
    )
    browser = opened(make_report(shop))
    assert browser.run("window.ran") is None
    shown = browser.run("document.body.textContent")
    for name in (*names, shop.target):
        assert name.strip("`") in shown


def test_the_policy_forbids_what_it_does_not_name(
    opened: Open, make_report: MakeReport, make_shop: MakeShop
) -> None:
    browser = opened(make_report(make_shop()))
    browser.run(
        "for (const made of ['script', 'style']) {"
        "const one = document.createElement(made);"
        "one.textContent = made === 'script' ? 'window.ran = 1' : 'h1 { display: none }';"
        "document.head.append(one) } 0"
    )
    assert browser.run("window.ran") is None
    assert browser.run("getComputedStyle(document.querySelector('h1')).display") == "block"
    failed = "fetch('https://mamori.example/').then(() => 'fetched', () => 'refused')"
    assert browser.run(failed) == "refused"


def test_findings_can_be_searched_and_filtered(
    opened: Open, make_report: MakeReport, make_shop: MakeShop
) -> None:
    browser = opened(make_report(make_shop()))

    def shown() -> list[str]:
        found = browser.run(
            "[...document.querySelectorAll('[data-check]:not([hidden])')].map(each => each.id)"
        )
        assert isinstance(found, list)
        return found

    everything = shown()
    browser.run(
        "search = document.querySelector('[data-search]'); search.value = '山田';"
        "search.dispatchEvent(new Event('input'))"
    )
    assert shown() == ["t1-mfa.enrolled", "t1-access.dormant-pass"]
    left = "[data-check]:not([hidden]) .evidence > li:not([hidden]) strong"
    assert browser.run(f"[...document.querySelectorAll('{left}')].map(e => e.textContent)") == [
        "山田 花子",
        "山田 花子",
    ]
    browser.run(
        "search.value = ''; state = document.querySelector('[data-filter=state]');"
        "state.value = 'pass'; state.dispatchEvent(new Event('change'))"
    )
    assert shown() == [each for each in everything if each.endswith("-pass")] != []
    assert "of" in browser.run("document.querySelector('[data-shown]').textContent")


def test_a_link_to_a_check_unfolds_it(
    opened: Open, make_report: MakeReport, make_shop: MakeShop
) -> None:
    browser = opened(make_report(make_shop()))
    browser.run("document.querySelector('.actions a').click(); 0")
    script = (
        "new Promise(done => setTimeout(() => done(document.querySelector(':target').open), 50))"
    )
    assert browser.run(script) is True


def test_without_javascript_everything_can_still_be_read(
    opened: Open, make_report: MakeReport, make_shop: MakeShop, browser: Any
) -> None:
    report = make_report(make_shop())
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        opened(report)
        tree = browser.call("DOMSnapshot.captureSnapshot", computedStyles=[])
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    words = json.dumps(tree["strings"], ensure_ascii=False)
    for finding in report.targets[0].findings:
        assert finding.subject.name in words


def test_printed_it_has_every_finding(
    opened: Open, make_report: MakeReport, make_shop: MakeShop
) -> None:
    browser = opened(make_report(make_shop()))
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert (
        browser.run("document.querySelectorAll('main details:not([open]):not(.facts *)').length")
        == 0
    )
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.run("document.querySelectorAll('details[open]').length") == 0
    assert len(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"]) > 10_000


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(
    opened: Open, make_report: MakeReport, make_shop: MakeShop, width: int
) -> None:
    long = "x" * 150
    browser = opened(make_report(make_shop(target=long), make_shop(), lang="ja"))
    browser.window(width)
    browser.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert browser.run("document.documentElement.scrollWidth") <= width


def test_dark_mode_is_dark(opened: Open, make_report: MakeReport, make_shop: MakeShop) -> None:
    browser = opened(make_report(make_shop()))
    background = "getComputedStyle(document.body).backgroundColor"
    light = browser.run(background)
    browser.window(1280, dark=True)
    assert light == "rgb(246, 244, 239)"
    assert browser.run(background) == "rgb(18, 21, 27)"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing_that_keeps_anybody_from_reading(
    opened: Open, make_report: MakeReport, make_shop: MakeShop, lang: str
) -> None:
    """By every rule of axe: WCAG 2.2 up to AA, and its best practices."""
    axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
    browser = opened(with_trend(make_report(make_shop(), make_shop(target="two"), lang=lang)))
    browser.run(f"{axe}; 0")
    browser.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    # Two of a kind stand for the hundreds beside them that are written alike.
    browser.run(
        "for (const parent of [...document.querySelectorAll('main *')]) { const seen = {};"
        "for (const each of [...parent.children]) { const kind = each.tagName + each.className;"
        "seen[kind] = (seen[kind] || 0) + 1; if (seen[kind] > 2) each.remove() } }"
    )
    for width, dark in product((1280, 390), (False, True)):
        browser.window(width, dark=dark)
        found = browser.run(
            "axe.run({resultTypes: ['violations']}).then(found => ({passes: found.passes.length,"
            "violations: found.violations.map(each => [each.id, each.nodes[0].html])}))"
        )
        assert found["violations"] == [], (width, dark)
        assert found["passes"] > 20, "it has looked"


def with_trend(report: Report) -> Report:
    """Return `report` with a week of scores behind its first target."""
    first, *others = report.targets
    points = tuple(
        ReportedPoint(report.started_at - timedelta(days=7 - day), 30.0 + day, 50.0 + day)
        for day in range(8)
    )
    first = msgspec.structs.replace(first, trend=points)
    return msgspec.structs.replace(report, targets=(first, *others))


def test_the_trend_is_drawn_where_there_is_history(
    opened: Open, make_report: MakeReport, make_shop: MakeShop
) -> None:
    report = make_report(make_shop())
    assert opened(report).run("document.querySelector('.trend')") is None
    browser = opened(with_trend(report))
    assert "+7 points" in browser.run("document.querySelector('.trend').textContent")
    line = browser.run("document.querySelector('.trend-line').getAttribute('points')")
    heights = [float(each.split(",")[1]) for each in line.split()]
    assert heights == sorted(heights, reverse=True), "a rising score goes up"
