"""Pages, forms and mails through the real command line, from real servers and files."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from servers import Server

from scanner.cli import cli
from scanner.config import load_config
from scanner.policy import load_policy
from scanner.scan import scan

POLICY = (
    "<!doctype html><html lang='ja'><title>プライバシーポリシー</title>"
    "<p>当サイトではCookieを使用しています。個人情報は資料の送付のために利用します。</p>"
)


COMPANY = (
    "<!doctype html><html lang='ja'><title>会社概要</title><table><tr><th>会社名</th>"
    "<td>株式会社みどり</td></tr><tr><th>所在地</th><td>東京都文京区本郷1-2-3</td></tr><tr><th>電話</th><td>03-1234-5678</td></tr>"
    "</table>"
)
# What a site holds, with the doors that lead nowhere.
SITE = """
location = /sjis { charset Shift_JIS; override_charset on; }
location = /away { return 302 /policy; }
location = /circle { return 302 /circle; }
location = /wall { return 401; }
location = /pdf { default_type application/pdf; }
location = /stop { return 410; }
location = /cookie { add_header Set-Cookie "sid=1; Max-Age=99999999"; }
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/usr/local/bin")
    if program is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("site")
    pages = {"policy": POLICY, "cookie": POLICY, "company": COMPANY, "empty": "<p>準備中です。</p>"}
    sign_in = "<form><input name=user><input type=password name=p></form>"
    for name, text in {**pages, "sign-in": sign_in, "pdf": "%PDF-1.7"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "sjis").write_bytes(POLICY.encode("cp932"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Its workers would be another account's, which cannot read this folder.
    user = "user root; " if os.geteuid() == 0 else ""
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"events {{}} http {{ access_log off; default_type text/html; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; {SITE} }} }}\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [program, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    ) as run:
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        run.terminate()


def probe(*arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    result = CliRunner().invoke(
        cli, ["probe", *arguments, "--format", "json", "--quiet", "--exit-zero"]
    )
    assert result.exit_code == 0, result.output
    [target] = json.loads(result.stdout)["targets"]
    return {(each["check"], each["subject"]["id"]): each for each in target["findings"]}


@pytest.mark.parametrize("path", ["/policy", "/sjis", "/away"])
def test_a_page_is_judged_wherever_and_however_it_is_served(address: str, path: str) -> None:
    found = probe("page", address + path)
    finding = found["privacy.cookies-stated", address + path]
    assert finding["status"] == "pass"
    assert finding["basis"] == "guideline"
    assert finding["quotation"]["quote"] == "当サイトではCookieを使用しています。"
    assert found["privacy.third-party", address + path]["status"] == "fail"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/circle", "redirected"),
        ("/wall", "unauthenticated"),
        ("/pdf", "needs_review"),
        ("/none", "not_found"),
    ],
)
def test_a_door_that_leads_nowhere_takes_no_other_page_down(
    address: str, path: str, reason: str
) -> None:
    found = probe("page", address + path, address + "/policy")
    assert found["privacy.cookies-stated", address + path]["status"] == "inconclusive"
    assert found["privacy.cookies-stated", address + path]["reason"] == reason
    assert found["privacy.cookies-stated", address + "/policy"]["status"] == "pass"


def test_cookies_are_judged_where_a_server_set_them(address: str) -> None:
    found = probe("page", address + "/cookie")
    finding = found["tracking.cookie-flags", address + "/cookie"]
    assert finding["status"] == "fail"
    assert "HttpOnly" in finding["message"]
    assert "1157 d" in finding["message"]


def mail(link: str) -> str:
    return (
        "From: news@example.jp\nSubject: =?utf-8?b?5paw5ZWG5ZOB44Gu44GU5qGI5YaF?=\n"
        "Date: Mon, 06 Apr 2026 09:00:00 +0900\nContent-Type: text/html; charset=utf-8\n\n"
        f"<p>新商品のご案内です。</p><p>配信停止は<a href='{link}'>こちら</a></p>"
    )


@pytest.mark.parametrize(("path", "status"), [("/policy", "pass"), ("/stop", "fail")])
def test_the_opt_out_address_is_opened_only_where_that_is_allowed(
    address: str, path: str, status: str, tmp_path: Path
) -> None:
    file = tmp_path / "mail.eml"
    file.write_text(mail(address + path), encoding="utf-8")
    assert probe("message", str(file))["opt-out.works", str(file)]["status"] == "inconclusive"
    followed = probe("message", "--follow", str(file))
    assert followed["opt-out.works", str(file)]["status"] == status


def test_an_opt_out_address_that_asks_to_sign_in_is_left_to_a_person(
    address: str, tmp_path: Path
) -> None:
    file = tmp_path / "mail.eml"
    file.write_text(mail(address + "/sign-in"), encoding="utf-8")
    assert probe("message", "--follow", str(file))["opt-out.works", str(file)]["status"] == (
        "inconclusive"
    )


@pytest.mark.parametrize(
    ("path", "followed"), [("/company", "pass"), ("/empty", "fail"), ("/none", "inconclusive")]
)
def test_an_address_may_stand_on_a_page_that_the_mail_leads_to(
    address: str, path: str, followed: str, tmp_path: Path
) -> None:
    file = tmp_path / "mail.eml"
    text = mail(address + "/policy")
    file.write_text(f"{text}<p><a href='{address}{path}'>会社概要</a></p>", encoding="utf-8")
    found = probe("message", str(file))
    assert found["sender.address", str(file)]["status"] == "inconclusive"
    assert found["sender.contact", str(file)]["status"] == "inconclusive"
    found = probe("message", "--follow", str(file))
    assert found["sender.address", str(file)]["status"] == followed
    assert found["sender.contact", str(file)]["status"] == (
        "pass" if followed == "pass" else "inconclusive"
    )


def test_a_missing_file_is_a_mistake_of_use_and_is_named() -> None:
    result = CliRunner().invoke(cli, ["probe", "page", "no-such-page.html"])
    assert result.exit_code == 2 or "no-such-page.html" in str(result.exception)


def test_a_scan_judges_pages_beside_mails_and_knows_what_it_was_not_told(
    address: str, tmp_path: Path
) -> None:
    (tmp_path / "mail.eml").write_text(mail("https://example.jp/stop"), encoding="utf-8")
    target = "targets:\n- name: t\n  platform: mautic\n  endpoints: []\n  sending_domains: []\n"
    (tmp_path / "with.yaml").write_text(
        f"{target}  pages: ['{address}/policy']\n  messages: [mail.eml]\n", encoding="utf-8"
    )
    (tmp_path / "without.yaml").write_text(target, encoding="utf-8")
    statuses = {}
    for name in ("with", "without"):
        settings = load_config(tmp_path / f"{name}.yaml")
        report = scan(
            settings, load_policy("japan"), settings.config.targets, environment={}
        ).report
        statuses[name] = {
            (each.check, each.subject.id): (each.status.value, each.blind)
            for each in report.targets[0].findings
        }
    assert statuses["with"]["privacy.cookies-stated", f"{address}/policy"] == ("pass", False)
    assert statuses["with"]["opt-out.link", "mail.eml"] == ("pass", False)
    assert statuses["without"]["privacy.cookies-stated", "t"] == ("inconclusive", True)


PAGES = {
    # What a reader who follows the link is shown, and what that tells.
    "asks-to-confirm": (
        (
            "<h1>配信停止</h1><p>次のアドレスへの配信を停止します。</p>"
            "<form method=post action=/done><input type=hidden name=k value=1>"
            "<button>配信を停止する</button></form>"
        ),
        "pass",
    ),
    "preferences": (
        (
            "<h1>Subscriptions</h1><form method=post><label><input type=checkbox checked>"
            "News</label><label><input type=checkbox>Offers</label><button>Save</button></form>"
        ),
        "pass",
    ),
    "at-once": (
        "<p>メールマガジンの配信を停止しました。</p>",
        "pass",
    ),
    "beside-a-sign-in": (
        (
            "<form action=/in><input name=user><input type=password name=p></form>"
            "<h1>Unsubscribe</h1><form method=post><input type=email name=mail>"
            "<button>Unsubscribe</button></form>"
        ),
        "pass",
    ),
    "sign-in": (
        "<form action=/in><input name=user><input type=password name=p><button>Go</button></form>",
        "inconclusive",
    ),
    "script": ("<div id=root></div><script src=/app.js></script>", "inconclusive"),
    "over": ("<p>このURLは有効期限が切れています。</p>", "inconclusive"),
    "over-there": ("<h1>Oops</h1><p>This link has expired or is invalid.</p>", "inconclusive"),
    "nothing": ("", "inconclusive"),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_the_opt_out_page_shows_tells_whether_it_works(
    server: Server, name: str, tmp_path: Path
) -> None:
    text, status = PAGES[name]
    kind = {"Content-Type": "text/html; charset=utf-8"}
    server.answer(f"/u/{name}", f"<title>{name}</title>{text}".encode(), headers=kind)
    file = tmp_path / "mail.eml"
    file.write_text(mail(f"{server.url}/u/{name}"), encoding="utf-8")
    found = probe("message", "--follow", str(file))["opt-out.works", str(file)]
    assert found["status"] == status, found["message"]
    assert [(each.method, each.path) for each in server.asked] == [("GET", f"/u/{name}")]


@pytest.mark.parametrize(
    ("status", "concluded"),
    [
        (404, "fail"),
        (410, "fail"),
        (500, "fail"),
        (401, "inconclusive"),
        (403, "inconclusive"),
        (429, "inconclusive"),
    ],
)
def test_what_the_opt_out_address_answers_tells_whether_it_works(
    server: Server, status: int, concluded: str, tmp_path: Path
) -> None:
    server.answer("/u", b"<p>?</p>", status, {"Content-Type": "text/html"})
    file = tmp_path / "mail.eml"
    file.write_text(mail(f"{server.url}/u"), encoding="utf-8")
    found = probe("message", "--follow", str(file))["opt-out.works", str(file)]
    assert found["status"] == concluded


def test_the_way_out_may_lead_over_other_addresses_and_be_written_in_shift_jis(
    server: Server, tmp_path: Path
) -> None:
    for step in range(4):
        server.answer(f"/u/{step}", b"", 302, {"Location": f"/u/{step + 1}"})
    page = PAGES["asks-to-confirm"][0].encode("cp932")
    server.answer("/u/4", page, headers={"Content-Type": "text/html; charset=Shift_JIS"})
    server.answer("/round", b"", 302, {"Location": "/round"})
    file = tmp_path / "mail.eml"
    for path, status in (("/u/0", "pass"), ("/round", "inconclusive")):
        file.write_text(mail(server.url + path), encoding="utf-8")
        found = probe("message", "--follow", str(file))["opt-out.works", str(file)]
        assert found["status"] == status
    assert {each.method for each in server.asked} == {"GET"}


@pytest.mark.parametrize(
    "end",
    [
        "<p>配信停止をご希望の方は次のページへ</p><p><a href='{u}'>こちら</a></p>",
        "<p><a href='{other}'>会社概要</a> | <a href='{u}'>配信停止</a></p>",
        "<p>Do not want these mails? <a href='{u}?unsubscribe=1'>Click here</a></p>",
    ],
)
def test_the_address_that_is_opened_is_the_one_for_refusing(
    server: Server, end: str, tmp_path: Path
) -> None:
    text = PAGES["asks-to-confirm"][0].encode()
    server.answer("/out", text, headers={"Content-Type": "text/html; charset=utf-8"})
    file = tmp_path / "mail.eml"
    start = mail("x").partition("<p>配信停止")[0]
    links = end.format(u=f"{server.url}/out", other=f"{server.url}/other")
    file.write_text(start + links, encoding="utf-8")
    found = probe("message", "--follow", str(file))["opt-out.works", str(file)]
    assert found["status"] == "pass"
    probe("message", str(file))
    assert [each.path for each in server.asked].count("/out") == 1


# As the products set them, by what their own documentation and servers show.
COOKIES = {
    "mautic": "mtc_id=12; path=/; secure; SameSite=None",
    "mautic, in clear": "mautic_device_id=a1b2; expires=Fri, 26 Nov 2027 03:00:00 GMT; path=/",
    "account engagement": (
        "visitor_id1001=77; expires=Thu, 25 Nov 2027 03:00:00 GMT; secure; path=/; SameSite=None"
    ),
    "hubspot": "__cf_bm=x; path=/; HttpOnly; Secure; SameSite=None; Max-Age=1800",
    "session": "PHPSESSID=abc; path=/; Secure; SameSite=Lax",
    "for ever": "_mkto_trk=id; Max-Age=63072000; path=/; Secure; SameSite=Lax",
    "none": None,
    "ended": "old=; Max-Age=0; path=/",
}
FAULTS = {
    "mautic, in clear": ("mautic_device_id", "Secure, SameSite"),
    "session": ("PHPSESSID", "HttpOnly"),
    "for ever": ("_mkto_trk", "730 d"),
}


@pytest.mark.parametrize("name", COOKIES)
def test_each_cookie_is_held_to_what_its_server_said(server: Server, name: str) -> None:
    cookie = COOKIES[name]
    headers = {"Content-Type": "text/html; charset=utf-8"}
    server.answer(
        "/", POLICY.encode(), headers=headers | ({"Set-Cookie": cookie} if cookie else {})
    )
    finding = probe("page", f"{server.url}/")["tracking.cookie-flags", f"{server.url}/"]
    if name in FAULTS:
        label, words = FAULTS[name]
        assert finding["status"] == "fail"
        assert f"{label} ({words})" in finding["message"]
    elif name in ("none", "ended"):
        assert finding["status"] == "not_applicable"
    else:
        assert finding["status"] == "pass", finding["message"]


PARDOT = (
    "<script>piAId='1002';piCId='';piHostname='pi.pardot.com';(function(){var s=document."
    "createElement('script');s.src='https://pi.pardot.com/pd.js';document.body.appendChild(s)})()"
    "</script>"
)
MAUTIC = (
    "<script>(function(w,d,t,u,n){w['MauticTrackingObject']=n})"
    "(window,document,'script','/mtc.js','mt')</script>"
)
HELD = "<script type=text/plain data-cookieconsent=marketing src=https://js.hs-scripts.com/1.js></script>"
GTM = "<script src='//www.googletagmanager.com/gtm.js?id=GTM-1'></script>"
BANNER = "<div>Cookieの使用に同意しますか。<button>同意する</button></div>"
ASKS = "<script src=https://consent.cookiebot.com/uc.js{auto}></script>"


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        (PARDOT, "not_applicable"),
        (BANNER + PARDOT, "fail"),
        (BANNER + MAUTIC, "fail"),
        (HELD, "pass"),
        (ASKS.format(auto=" data-blockingmode=auto") + PARDOT, "pass"),
        (ASKS.format(auto="") + MAUTIC, "fail"),
        (HELD + PARDOT, "fail"),
        (BANNER + GTM, "inconclusive"),
        (GTM, "not_applicable"),
        ("", "pass"),
    ],
)
def test_tags_that_a_server_sends_wait_for_the_consent_that_its_page_asks_for(
    server: Server, tags: str, status: str
) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    server.answer("/", f"{POLICY}{tags}".encode(), headers=headers)
    finding = probe("page", f"{server.url}/")["tracking.before-consent", f"{server.url}/"]
    assert finding["status"] == status, finding["message"]
