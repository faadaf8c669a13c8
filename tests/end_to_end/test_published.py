"""Pages, forms and mails through the real command line, from real servers and files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli import cli
from scanner.config import load_config
from scanner.policy import load_policy
from scanner.scan import scan

POLICY = (
    "<!doctype html><html lang='ja'><title>プライバシーポリシー</title>"
    "<p>当サイトではCookieを使用しています。個人情報は資料の送付のために利用します。</p>"
)


class Site(BaseHTTPRequestHandler):
    """A site as scanners meet it, with the doors that lead nowhere."""

    def do_GET(self) -> None:
        answers: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/policy": (200, {"Content-Type": "text/html"}, POLICY.encode()),
            "/sjis": (
                200,
                {"Content-Type": "text/html; charset=Shift_JIS"},
                POLICY.encode("cp932"),
            ),
            "/away": (302, {"Location": "/policy"}, b""),
            "/circle": (302, {"Location": "/circle"}, b""),
            "/wall": (401, {}, b""),
            "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7"),
            "/stop": (410, {}, b""),
            "/cookie": (
                200,
                {"Content-Type": "text/html", "Set-Cookie": "sid=1; Max-Age=99999999"},
                POLICY.encode(),
            ),
        }
        status, headers, body = answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


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
