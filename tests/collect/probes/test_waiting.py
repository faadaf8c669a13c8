"""What runs as a page opens, and what waits until somebody agrees."""

from __future__ import annotations

import time

import pytest

from scanner.collect.probes.published.markup import Markup
from scanner.collect.probes.published.tags import Tagging
from scanner.model import Consent

TAG = "var s=document.createElement('script');s.src='https://js.hs-scripts.com/1.js';document.head.append(s);"
LOAD = f"function load(){{{TAG}}}"

WAITS = {
    "in a case behind one that ends": (
        f"{LOAD} switch (getItem('cc')) {{ case 'no': hide(); break; case 'yes': load(); }}"
    ),
    "on a click": f"ok.addEventListener('click', function () {{ {TAG} }});",
    "on a click, by an arrow": f"ok.addEventListener('click', () => {{ {TAG} }});",
    "on a click, by a property": f"document.getElementById('ok').onclick = () => {{ {TAG} }};",
    "on a click, by jQuery": f"$('#ok').on('click.cc', function(){{ {TAG} }});",
    "in a function for the click": f"{LOAD} ok.addEventListener('click', load);",
    "in a function that the button calls": f"{LOAD}",
    "in a function for the click, by an arrow": f"{LOAD} ok.onclick=()=>{{ hide(); load(); }};",
    "called by an arrow alone": f"{LOAD} ok.addEventListener('click', () => load());",
    "once it is remembered": f"if (localStorage.getItem('cc') === 'yes') {{ {TAG} }}",
    "once it is remembered, in one statement": f"{LOAD} if(localStorage.getItem('k')==='1')load();",
    "once it is remembered under a name": (
        f"{LOAD} var v=localStorage.getItem('k'); if(v==='1'){{load();}}else if(!v){{show();}}"
    ),
    "once a cookie says so": f"{LOAD} if (document.cookie.indexOf('cc=1') !== -1) load();",
    "joined to the answer": f"{LOAD} hasConsent() && load();",
    "by a choice of two": f"{LOAD} agreed ? load() : show();",
    "by a choice of two, where the first is the refusal": f"{LOAD} !agreed ? show() : load();",
    "joined to the answer, behind a chain": f"{LOAD} store?.getItem('cc') === '1' && load();",
    "after an early return": (
        f"(function(){{ if (localStorage.getItem('cc') !== 'ok') return; {TAG} }})();"
    ),
    "after an early return in a block": (
        f"(() => {{ if (!window.consentGiven) {{ return; }} {TAG} }})();"
    ),
    "where the other branch asks": f"if(!getConsent()){{ show(); }} else {{ {TAG} }}",
    "when the manager says so": (
        "window.addEventListener('CookiebotOnAccept', function(){"
        f" if(Cookiebot.consent.marketing){{ {TAG} }} }});"
    ),
    "where the manager calls back": f"CookieConsent.run({{ onConsent: function() {{ {TAG} }} }});",
    "where the manager calls a method": f"CookieConsent.run({{ a: 1, onAccept() {{ {TAG} }} }});",
    "by groups that were chosen": (
        f"function OptanonWrapper(){{ if(OnetrustActiveGroups.includes('C0004')){{ {TAG} }} }}"
    ),
    "in what another script may call": f"window.startTracking = function() {{ {TAG} }};",
    "in a function that such a function calls": (
        f"{LOAD} function accept(){{ save(); load(); }} ok.onclick = accept;"
    ),
}
WAITS |= {
    "in the case of a yes": (
        f"switch(localStorage.getItem('consent')){{case 'yes':{TAG}break;default:show();}}"
    ),
    "once what was asked is answered": f"askConsent().then(function(ok){{if(ok){{{TAG}}}}});",
    "where a method of a class remembers": (
        "class C{constructor(){if(this.read()==='all')this.run();}"
        f" read(){{return localStorage.getItem('cc')}} run(){{{TAG}}}}} new C();"
    ),
    "where a method of an object remembers": (
        f"var C={{get:function(){{return localStorage.getItem('cc')}},load:function(){{{TAG}}},"
        "init:function(){if(this.get()==='1'){this.load();}}};C.init();"
    ),
    "after a block that asks and returns": (
        "(function(){var v=localStorage.getItem('cc');if(!v){banner();return;}"
        f"if(v==='no')return;{TAG}}})();"
    ),
    "once a value kept in the window says so": (
        "window.cc=JSON.parse(localStorage.getItem('k')||'null');"
        f"if(window.cc&&window.cc.analytics){{ {TAG} }}"
    ),
    "once a dialog was closed with yes": (
        f"{LOAD} d.addEventListener('close',()=>{{if(d.returnValue==='yes')load();}});"
    ),
}
RUNS = {
    "in the case of a refusal and of an agreement": (
        f"{LOAD} switch (getItem('cc')) {{ case 'no': case 'yes': load(); break; }}"
    ),
    "in a case that another runs into": (
        f"{LOAD} switch (getItem('cc')) {{ case 'no': hide(); case 'yes': load(); }}"
    ),
    "in a case beside the default": (
        f"{LOAD} switch (getItem('cc')) {{ default: case 'yes': load(); }}"
    ),
    "in the case of anything else": (
        f"switch(localStorage.getItem('consent')){{case 'no':break;default:{TAG}}}"
    ),
    "after something else was waited for": f"fetch('/x').then(function(){{{TAG}}});",
    "where a method remembers something else": (
        "class C{constructor(){if(this.read()==='all')this.run();}"
        f" read(){{return location.hash}} run(){{{TAG}}}}} new C();"
    ),
    "plainly": TAG,
    "in a function that is called on the spot": f"(function(){{ {TAG} }})();",
    "in such a function after a bang": f"!function(d){{ {TAG} }}(document);",
    "when the page has loaded": f"window.addEventListener('load', function(){{ {TAG} }});",
    "when the page has loaded, by name": f"{LOAD} window.addEventListener('load', load, false);",
    "when the document is ready": f"$(function(){{ {TAG} }});",
    "after some time": f"setTimeout(() => {{ {TAG} }}, 3000);",
    "as soon as somebody scrolls": f"window.addEventListener('scroll', () => {{ {TAG} }});",
    "in a function that is called at once": f"{LOAD} load();",
    "in a function called on the click too": f"{LOAD} load(); ok.onclick = load;",
    "by a choice of two, where nobody agreed": f"{LOAD} agreed ? show() : load();",
    "where no answer is kept": f"{LOAD} window.consent ?? load();",
    "in what a manager is given, should there be one": f"{LOAD} window.consent?.tell(load());",
    "unless somebody refused": f"if (localStorage.getItem('cc') !== 'declined') {{ {TAG} }}",
    "unless somebody opted out": f"if (!document.cookie.match(/optout=1/)) {{ {TAG} }}",
    "as long as nobody answered": f"if (localStorage.getItem('consent') === null) {{ {TAG} }}",
    "whatever was answered": f"function OptanonWrapper() {{ {TAG} }}",
    "beside a condition": f"if (getItem('cc') === 'yes') {{ hide(); }} {TAG}",
    "where something else is asked": f"if (f.fbq) return; {TAG}",
    "where cookies work at all": f"if (navigator.cookieEnabled) {{ {TAG} }}",
    "beside a banner that stores the answer": (
        f"{TAG} ok.onclick = function(){{ document.cookie = 'cc=1'; }};"
    ),
}


def blocked(script: str, around: str = "") -> bool:
    (tag,) = Tagging(Markup(f"<script>{script}</script>{around}")).tags
    return tag.blocked


@pytest.mark.parametrize("how", WAITS)
def test_a_tag_waits_where_nothing_reaches_it_before_somebody_agreed(how: str) -> None:
    assert blocked(WAITS[how], "<button onclick='load()'>同意する</button>")


@pytest.mark.parametrize("how", RUNS)
def test_a_tag_runs_at_once_where_the_page_reaches_it_by_itself(how: str) -> None:
    assert not blocked(RUNS[how])


def test_a_function_that_the_body_calls_as_it_loads_runs_at_once() -> None:
    assert not blocked(LOAD, "<body onload='load()'>")


def test_calls_of_a_vendor_whose_own_script_waits_reach_nobody() -> None:
    html = (
        "<script type=text/plain src='https://www.googletagmanager.com/gtag/js?id=G-1'></script>"
        "<script>function gtag(){dataLayer.push(arguments)} gtag('config','G-1');</script>"
    )
    (tag,) = Tagging(Markup(html)).tags
    assert tag.blocked


def test_brackets_that_nobody_closed_end_with_the_script() -> None:
    assert not blocked(f"(function(){{ {TAG} ")
    assert not blocked(f"}}}}) {TAG}")


GTAG = "<script src='https://www.googletagmanager.com/gtag/js?id=G-1'></script>"


@pytest.mark.parametrize(
    ("states", "held"),
    [
        ("'ad_storage':'denied','analytics_storage':'denied'", True),
        ("analytics_storage:'granted', ad_storage:'denied'", False),
        ("ad_storage:'granted', analytics_storage:'granted'", False),
    ],
)
def test_a_tag_of_googles_waits_only_where_its_own_kind_of_storage_is_denied(
    states: str, held: bool
) -> None:
    mode = f"<script>gtag('consent','default',{{{states}}});</script>"
    (tag,) = Tagging(Markup(mode + GTAG)).tags
    assert tag.blocked is held


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<script src='https://cdn-cookieyes.com/client_data/1/script.js'></script>{tag}", None),
        ("<script src='https://cmp.osano.com/1/2/osano.js'></script>{tag}", None),
        ("{tag}<script src='https://cdn-cookieyes.com/client_data/1/script.js'></script>", False),
        ("<script src='https://cdn.cookielaw.org/otSDKStub.js'></script>{tag}", False),
        ("<script src='https://cdn.cookielaw.org/c/OtAutoBlock.js'></script>{tag}", True),
        (
            "<script data-blockingmode=auto src='//consent.cookiebot.com/uc.js'></script>",
            True,
        ),
        ("<script src='https://app.usercentrics.eu/browser-ui/latest/loader.js'></script>", False),
        ("<script src='https://consent.trustarc.com/notice?c=1'></script>", None),
        ("<script src='/js/cookie-banner.min.js'></script>", None),
    ],
)
def test_a_consent_manager_holds_back_by_itself_what_comes_after_it_where_it_is_set_so(
    html: str, blocks: bool | None
) -> None:
    consent = Tagging(Markup(html.replace("{tag}", f"<script>{TAG}</script>"))).consent
    assert consent is not None
    assert consent.blocks is blocks


@pytest.mark.parametrize(
    "html",
    [
        "<div class=cc><p>当サイトはCookieを使用します。</p><button>同意する</button></div>",
        "<div hidden><p>アクセス解析に使ってもよろしいですか。</p><button>はい</button></div>",
        "<section><p>We use cookies.</p><a href='#' class=ok>Accept all</a></section>",
        "<div>続けると Cookie の使用に同意したものとみなします。<button>OK</button></div>",
        "<form><p>May we use analytics cookies?</p><button>Allow</button></form>",
    ],
)
def test_a_banner_of_the_pages_own_is_known_by_its_question(html: str) -> None:
    consent = Tagging(Markup(f"<body><h1>x</h1>{html}</body>")).consent
    assert consent == Consent(manager="", blocks=False)


@pytest.mark.parametrize(
    "html",
    [
        "<form><input name=mail><p>Cookieを使用します。</p><button>同意して送信</button></form>",
        "<form><input name=mail><div>Cookieの利用<button>同意する</button></div></form>",
        "<div>当サイトはCookieを使用しています。<button>閉じる</button></div>",
        "<div><p>Cookieを使用します。</p><a href='/agree'>利用規約に同意する</a></div>",
        "<p>webtru や Cookiebot を比べました。</p>",
    ],
)
def test_what_asks_for_nothing_or_for_something_else_is_no_consent_banner(html: str) -> None:
    assert Tagging(Markup(f"<body>{html}</body>")).consent is None


@pytest.mark.parametrize(
    "script",
    [
        "{" * 50_000,
        "(function(){" * 4_000 + TAG + "})()" * 4_000,
        "function a(){a()}" * 2_000 + TAG,
        "".join(f"function f{n}(){{f{n + 1}()}}" for n in range(2_000)) + TAG,
        "(function(){" + "if(f.a)return;" * 2_000 + TAG + "})()",
        "if(" + "a&&" * 9_000 + f"b){{{TAG}}}",
        "=/" * 20_000 + TAG,
        "/*" * 20_000 + TAG,
    ],
    ids=["open", "deep", "itself", "chain", "returns", "condition", "slashes", "comments"],
)
def test_a_script_made_to_be_hard_to_read_is_read_in_no_time(script: str) -> None:
    begin = time.process_time()
    assert Tagging(Markup(f"<script>{script}</script>")).consent is None
    assert time.process_time() - begin < 2


SOURCE = "src='https://js.hs-scripts.com/1.js'"


@pytest.mark.parametrize(
    ("attributes", "held"),
    [
        ("", False),
        ("type=module", False),
        ("type=text/partytown", False),
        ("type=f3b2-text/javascript", False),
        ("type=text/plain", True),
        ("type=text/template data-borlabs-cookie-script-id=1", True),
        ("type=didomi/javascript", True),
        ("data-cookieconsent=marketing", True),
        ("data-cookieconsent=ignore", False),
    ],
)
def test_a_script_runs_by_its_type_and_by_what_its_manager_is_told(
    attributes: str, held: bool
) -> None:
    (tag,) = Tagging(Markup(f"<script {attributes} {SOURCE}></script>")).tags
    assert tag.blocked is held


def test_data_and_templates_of_a_page_are_neither_tags_nor_consent() -> None:
    html = (
        '<script type="application/json">{"a":"https://js.hs-scripts.com/1.js"}</script>'
        "<script type='text/x-handlebars'><p>{{name}}</p></script>"
    )
    tagging = Tagging(Markup(html))
    assert not tagging.tags
    assert tagging.consent is None


FORMS2 = "<script src='//app-sj1.marketo.com/js/forms2/js/forms2.min.js'></script>"
MUNCHKIN = "src='//munchkin.marketo.net/munchkin.js'></script>"


@pytest.mark.parametrize(
    ("html", "held"),
    [
        (f"{FORMS2}<script type=text/plain {MUNCHKIN}", True),
        (f"{FORMS2}<script {MUNCHKIN}", False),
        (FORMS2, False),
        (f"<script data-cookieyes=cookieyes-analytics {MUNCHKIN}", True),
        (f"<script data-cookieyes=cookieyes-necessary {MUNCHKIN}", False),
        (f"<script data-osano=MARKETING {MUNCHKIN}", True),
        (f"<script data-osano=ESSENTIAL {MUNCHKIN}", False),
    ],
)
def test_what_draws_a_form_follows_nobody_while_its_vendors_tag_waits(
    html: str, held: bool
) -> None:
    (tag,) = Tagging(Markup(html)).tags
    assert tag.blocked is held


def test_what_a_container_holds_may_not_ask_though_consent_is_denied_to_it() -> None:
    mode = "<script>gtag('consent','default',{'ad_storage':'denied'});</script>"
    gtm = "<script src='https://www.googletagmanager.com/gtm.js?id=GTM-1'></script>"
    (tag,) = Tagging(Markup(mode + gtm)).tags
    assert not tag.blocked
