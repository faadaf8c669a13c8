"""Websites as nginx really serves them, judged: every check by its id."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from nameservers import SILENT, NameServer, Zone, txt
from servers import Server

from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.fetch import Visit, Visitor
from scanner.collect.probes.web import SiteError, probe_site
from scanner.evaluate import evaluate
from scanner.model import Account, Deployment, Reason, Site, Text, Unknown
from scanner.policy import load_policy

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
POLICY = load_policy("baseline").only(["web", "software"])
NO_RESOLVER = Unknown(Reason.NOT_CONFIGURED, Text.of("none"))

GOOD = """
server_tokens off;
add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload" always;
add_header Content-Security-Policy "default-src 'self'; frame-ancestors 'none'" always;
add_header X-Content-Type-Options nosniff always;
add_header Referrer-Policy strict-origin-when-cross-origin always;
add_header Permissions-Policy "camera=()" always;
add_header Set-Cookie "session=1; Secure; HttpOnly; SameSite=Lax";
location / { return 404; }
location = / { return 200 '<script src="/a.js"></script><form action="/go"></form>'; }
location = /.well-known/security.txt {
  types { } default_type text/plain;
  return 200 "Contact: mailto:security@example.test\\nExpires: 2027-06-01T00:00:00Z\\n";
}
"""

BLOCKS: dict[str, tuple[str, dict[str, str]]] = {
    # name: (what stands in the server block, what the checks conclude)
    "hsts-short": (
        'add_header Strict-Transport-Security "max-age=300"; location / { return 200 "x"; }',
        {"hsts": "fail"},
    ),
    "hsts-zero": (
        'add_header Strict-Transport-Security "max-age=0"; location / { return 200 "x"; }',
        {"hsts": "fail"},
    ),
    "hsts-quoted": (
        (
            "add_header Strict-Transport-Security 'max-age=\"31536000\"'; "
            'location / { return 200 "x"; }'
        ),
        {"hsts": "pass"},
    ),
    "hsts-wrong": (
        'add_header Strict-Transport-Security "max-age:31536000"; location / { return 200 "x"; }',
        {"hsts": "fail"},
    ),
    "hsts-twice-the-first-counts": (
        (
            'add_header Strict-Transport-Security "max-age=31536000"; '
            'add_header Strict-Transport-Security "max-age=0"; location / { return 200 "x"; }'
        ),
        {"hsts": "pass"},
    ),
    "hsts-preload-alone": (
        (
            'add_header Strict-Transport-Security "max-age=31536000; preload"; '
            'location / { return 200 "x"; }'
        ),
        {"hsts": "fail"},
    ),
    "csp-inline": (
        (
            "add_header Content-Security-Policy \"script-src 'self' 'unsafe-inline'\"; "
            'location / { return 200 "x"; }'
        ),
        {"content-security-policy": "fail", "frame-options": "fail"},
    ),
    "csp-nonce": (
        (
            "add_header Content-Security-Policy \"script-src 'nonce-abc' 'unsafe-inline' https: "
            "'strict-dynamic'; frame-ancestors 'self'\"; location / { return 200 \"x\"; }"
        ),
        {"content-security-policy": "pass", "frame-options": "pass"},
    ),
    "csp-report-only": (
        (
            "add_header Content-Security-Policy-Report-Only \"default-src 'self'\"; "
            'location / { return 200 "x"; }'
        ),
        {"content-security-policy": "fail"},
    ),
    "csp-no-scripts": (
        (
            "add_header Content-Security-Policy \"img-src 'self'; frame-ancestors *\"; "
            'location / { return 200 "x"; }'
        ),
        {"content-security-policy": "fail", "frame-options": "fail"},
    ),
    "csp-empty": (
        'add_header Content-Security-Policy " "; location / { return 200 "x"; }',
        {"content-security-policy": "fail"},
    ),
    "csp-elements-from-anywhere": (
        (
            "add_header Content-Security-Policy \"script-src 'self'; script-src-elem *\"; "
            'location / { return 200 "x"; }'
        ),
        {"content-security-policy": "fail"},
    ),
    "csp-attributes-inline": (
        (
            "add_header Content-Security-Policy "
            "\"script-src 'self'; script-src-attr 'unsafe-inline'\"; "
            'location / { return 200 "x"; }'
        ),
        {"content-security-policy": "fail"},
    ),
    "frame-any-scheme": (
        (
            'add_header Content-Security-Policy "frame-ancestors http://* https://*"; '
            'location / { return 200 "x"; }'
        ),
        {"frame-options": "fail"},
    ),
    "nosniff-twice-in-one": (
        'add_header X-Content-Type-Options "nosniff, nosniff"; location / { return 200 "x"; }',
        {"content-type-options": "pass"},
    ),
    "referrer-in-the-page": (
        (
            "add_header Referrer-Policy unsafe-url; location / { "
            'return 200 "<meta name=referrer content=no-referrer>"; }'
        ),
        {"referrer-policy": "pass"},
    ),
    "cookie-deleted": (
        (
            'add_header Set-Cookie "PHPSESSID=deleted; Max-Age=0"; add_header Set-Cookie '
            '"id=deleted; Expires=Thu, 01-Jan-1970 00:00:01 GMT"; location / { return 200 "x"; }'
        ),
        {"cookie-flags": "not_applicable"},
    ),
    "mixed-in-styles": (
        (
            "location / { return 200 '<style>/* url(https://a.test/) */ body { background: "
            'url("http://a.test/i.png") }</style>\'; }'
        ),
        {"mixed-content": "fail"},
    ),
    "mixed-in-a-style-attribute": (
        "location / { return 200 '<p style=\"background: url(http://a.test/i.png)\">'; }",
        {"mixed-content": "fail"},
    ),
    "mixed-in-capitals": (
        ('location / { return 200 \'<form action="/go"><button formaction="HTTP://a.test/">\'; }'),
        {"mixed-content": "fail"},
    ),
    "mixed-in-a-comment": (
        (
            'location / { return 200 \'<!-- <img src="http://a.test/"> --><style>'
            '/* url(http://a.test/) */</style><a href="http://a.test/">x</a>\'; }'
        ),
        {"mixed-content": "pass"},
    ),
    "csp-in-the-page": (
        (
            'location / { return 200 "<meta http-equiv=Content-Security-Policy '
            'content=\\"default-src \'self\'\\">"; }'
        ),
        {"content-security-policy": "pass", "frame-options": "fail"},
    ),
    "frame-same-origin": (
        'add_header X-Frame-Options SAMEORIGIN; location / { return 200 "x"; }',
        {"frame-options": "pass", "referrer-policy": "fail", "content-type-options": "fail"},
    ),
    "frame-allow-from": (
        'add_header X-Frame-Options "ALLOW-FROM https://a.test"; location / { return 200 "x"; }',
        {"frame-options": "fail"},
    ),
    "cookie-insecure": (
        'add_header Set-Cookie "id=1; HttpOnly; SameSite=Lax"; location / { return 200 "x"; }',
        {"cookie-flags": "fail"},
    ),
    "cookie-readable": (
        'add_header Set-Cookie "PHPSESSID=1; Secure; SameSite=Lax"; location / { return 200 "x"; }',
        {"cookie-flags": "fail"},
    ),
    "cookie-anywhere": (
        'add_header Set-Cookie "id=1; Secure; HttpOnly"; location / { return 200 "x"; }',
        {"cookie-flags": "fail"},
    ),
    "cookie-for-scripts": (
        (
            'add_header Set-Cookie "csrf_token=1; Secure; SameSite=Strict"; '
            'location / { return 200 "x"; }'
        ),
        {"cookie-flags": "pass"},
    ),
    "cookie-none": ('location / { return 200 "x"; }', {"cookie-flags": "not_applicable"}),
    "cors-reflecting": (
        (
            "add_header Access-Control-Allow-Origin $http_origin; "
            'add_header Access-Control-Allow-Credentials true; location / { return 200 "x"; }'
        ),
        {"cors": "fail"},
    ),
    "cors-null": (
        (
            "add_header Access-Control-Allow-Origin null; "
            'add_header Access-Control-Allow-Credentials true; location / { return 200 "x"; }'
        ),
        {"cors": "fail"},
    ),
    "cors-open": (
        'add_header Access-Control-Allow-Origin "*"; location / { return 200 "x"; }',
        {"cors": "pass"},
    ),
    "cors-one": (
        (
            "add_header Access-Control-Allow-Origin https://partner.test; "
            'add_header Access-Control-Allow-Credentials true; location / { return 200 "x"; }'
        ),
        {"cors": "pass"},
    ),
    "mixed-script": (
        "location / { return 200 '<script src=\"http://cdn.test/a.js\"></script>'; }",
        {"mixed-content": "fail"},
    ),
    "mixed-base": (
        'location / { return 200 \'<base href="http://cdn.test/"><img srcset="a.png 2x">\'; }',
        {"mixed-content": "fail"},
    ),
    "mixed-form": (
        "location / { return 200 '<form action=\"http://forms.test/\"></form>'; }",
        {"mixed-content": "fail"},
    ),
    "mixed-upgraded": (
        (
            "add_header Content-Security-Policy upgrade-insecure-requests; "
            "location / { return 200 '<img src=\"http://cdn.test/a.png\">'; }"
        ),
        {"mixed-content": "pass"},
    ),
    "mixed-link-only": (
        "location / { return 200 '<a href=\"http://other.test/\">elsewhere</a>'; }",
        {"mixed-content": "pass"},
    ),
    "exposed-env": (
        "location = /.env { return 200 '# app\nAPP_SECRET=abc\n'; } location / { return 404; }",
        {"exposed-paths": "fail"},
    ),
    "exposed-git": (
        "location = /.git/HEAD { return 200 'ref: refs/heads/main\n'; } location / { return 404; }",
        {"exposed-paths": "fail"},
    ),
    "exposed-installer": (
        (
            "location = /installer { return 200 '<title>Mautic Installation</title>'; } "
            "location / { return 404; }"
        ),
        {"exposed-paths": "fail", "installer-reachable": "fail"},
    ),
    "exposed-installer-of-ghost": (
        (
            "location = /ghost/api/admin/authentication/setup/ "
            """{ return 200 '{"setup":[{"status":false}]}'; } """
            "location / { return 404; }"
        ),
        {"exposed-paths": "fail", "installer-reachable": "fail"},
    ),
    "exposed-installer-of-listmonk": (
        (
            "location = /admin/login { return 200 '<p>listmonk</p><form method=post>"
            """<input name="nonce"><input name="username"><input name="password2"></form>'; } """
            "location / { return 404; }"
        ),
        {"exposed-paths": "fail", "installer-reachable": "fail"},
    ),
    "exposed-nothing-but-a-page-for-all": (
        "location / { return 200 '<p>APP_SECRET=abc phpMyAdmin Mautic install</p>'; }",
        {"exposed-paths": "pass"},
    ),
    "exposed-sign-in-only": (
        "location = /s/login { return 200 'Mautic'; } location / { return 404; }",
        {"exposed-paths": "pass", "installer-reachable": "pass"},
    ),
    "exposed-too-busy-to-tell": ("location / { return 429; }", {"exposed-paths": "inconclusive"}),
    "contact-expired": (
        (
            "location = /.well-known/security.txt { default_type text/plain; "
            "return 200 'Contact: mailto:a@b.test\nExpires: 2025-01-01T00:00:00Z\n'; } "
            "location / { return 404; }"
        ),
        {"security-txt": "fail"},
    ),
    "contact-of-old": (
        (
            "location = /security.txt { default_type text/plain; "
            "return 200 'Contact: https://a.test/\nExpires: 2027-01-01T00:00:00+09:00\n'; } "
            "location / { return 404; }"
        ),
        {"security-txt": "pass"},
    ),
    "contact-is-a-page": (
        'location / { return 200 "<p>Contact us</p>"; }',
        {"security-txt": "fail"},
    ),
    "version-php": (
        'server_tokens off; add_header X-Powered-By "PHP/8.2.1"; location / { return 200 "x"; }',
        {"version-disclosure": "fail"},
    ),
    "circle": ("location / { return 302 /; }", {"mixed-content": "inconclusive"}),
    "elsewhere": (
        "location / { return 302 https://www.stranger.test/; }",
        {"content-security-policy": "inconclusive", "cors": "inconclusive"},
    ),
}


class Nginx(NamedTuple):
    ports: dict[str, int]
    ca_file: Path


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/usr/local/bin")
    if program is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    identity = authority.issue_cert("127.0.0.1", "example.test", "www.example.test")
    identity.private_key_and_cert_chain_pem.write_to_path(folder / "site.pem")
    trustme.CA().issue_cert("x.test").private_key_and_cert_chain_pem.write_to_path(
        folder / "other.pem"
    )
    names = [
        *BLOCKS,
        "good",
        "untrusted",
        "plain",
        "plain-form",
        "sends-to-good",
        "plain-loop",
        "sends-nowhere",
    ]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    tls = f"ssl_certificate {folder}/site.pem; ssl_certificate_key {folder}/site.pem;"
    servers = [
        f"server {{ listen 127.0.0.1:{ports[name]} ssl; {tls} {block} }}"
        for name, (block, _) in BLOCKS.items()
    ]
    servers += [
        f"server {{ listen 127.0.0.1:{ports['good']} ssl; {tls} {GOOD} }}",
        (
            f"server {{ listen 127.0.0.1:{ports['untrusted']} ssl; "
            f"{tls.replace('site.pem', 'other.pem')} {GOOD} }}"
        ),
        f"server {{ listen 127.0.0.1:{ports['plain']}; location / {{ return 200 'x'; }} }}",
        (
            f"server {{ listen 127.0.0.1:{ports['plain-form']}; "
            "location / { return 200 '<form action=/go>'; } }"
        ),
        (
            f"server {{ listen 127.0.0.1:{ports['sends-to-good']}; "
            f"location / {{ return 301 https://127.0.0.1:{ports['good']}$request_uri; }} }}"
        ),
        (
            f"server {{ listen 127.0.0.1:{ports['sends-nowhere']}; "
            "location / { return 301 https://127.0.0.1:9$request_uri; } }"
        ),
        f"server {{ listen 127.0.0.1:{ports['plain-loop']}; location / {{ return 302 /again; }} }}",
    ]
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"events {{}} http {{ access_log off; default_type text/html; {temporary}\n"
        + "\n".join(servers)
        + "}\n"
    )
    with subprocess.Popen(
        [program, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    ) as run:
        wait_for(ports["good"])
        yield Nginx(ports, folder / "ca.pem")
        run.terminate()


def free_ports(count: int) -> list[int]:
    taken = [socket.socket() for _ in range(count)]
    for each in taken:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")


def probe(
    url: str,
    server: str | None = None,
    ca_file: Path | None = None,
    ports: dict[int, int] | None = None,
) -> Site:
    async def look() -> Site:
        resolver = Resolver(server, seconds=0.3) if server else None
        async with Visitor(ca_file=ca_file, resolver=resolver, seconds=3, ports=ports) as visitor:
            return await probe_site(url, visitor=visitor, resolver=resolver or NO_RESOLVER, now=NOW)

    return asyncio.run(look())


def statuses(site: Site) -> dict[str, str]:
    deployment = Deployment(
        target="t", platform="p", collected_at=NOW, subjects=(Account(id="t"), site)
    )
    found = evaluate(deployment, POLICY, NOW)
    return {each.check.partition(".")[2]: each.verdict.status.value for each in found}


def test_a_site_in_order_passes_everything(
    nginx: Nginx, nameserver: Callable[..., NameServer]
) -> None:
    zone: Zone = {"www.example.test": [("A", "127.0.0.1")]}
    site = probe(
        "https://www.example.test/",
        nameserver(zone).address,
        nginx.ca_file,
        {443: nginx.ports["good"], 80: nginx.ports["sends-to-good"]},
    )
    found = statuses(site)
    assert found.pop("dangling-domain") == "not_applicable"
    assert set(found.values()) == {"pass"}, found


def test_what_answers_in_clear_beside_another_port_is_not_known(nginx: Nginx) -> None:
    found = statuses(probe(f"https://127.0.0.1:{nginx.ports['good']}/", ca_file=nginx.ca_file))
    assert found["https-redirect"] == "inconclusive"


@pytest.mark.parametrize("name", BLOCKS)
def test_a_site_is_judged_by_what_it_sends(nginx: Nginx, name: str) -> None:
    found = statuses(probe(f"https://127.0.0.1:{nginx.ports[name]}/"))
    expected = BLOCKS[name][1]
    assert {check: found[check] for check in expected} == expected


def test_a_certificate_that_proves_nothing_hides_nothing(nginx: Nginx) -> None:
    found = statuses(probe(f"https://127.0.0.1:{nginx.ports['untrusted']}/"))
    assert found["content-security-policy"] == found["cookie-flags"] == "pass"


def test_who_asks_in_clear_is_sent_to_https_or_is_not(nginx: Nginx) -> None:
    urls = {name: f"http://127.0.0.1:{port}/" for name, port in nginx.ports.items()}
    sent = statuses(probe(urls["sends-to-good"]))
    assert sent["https-redirect"] == sent["hsts"] == sent["content-security-policy"] == "pass"
    nowhere = statuses(probe(urls["sends-nowhere"]))
    assert nowhere["https-redirect"] == "pass"  # it sends people to https, where nothing answers
    assert nowhere["hsts"] == nowhere["content-security-policy"] == "inconclusive"
    plain = statuses(probe(urls["plain"]))
    assert (plain["https-redirect"], plain["hsts"]) == ("fail", "fail")
    assert plain["mixed-content"] == "not_applicable"
    assert statuses(probe(urls["plain-form"]))["mixed-content"] == "fail"
    assert "pass" not in {statuses(probe(urls["plain-loop"]))[each] for each in ("cors", "hsts")}


def test_every_address_of_a_host_is_tried_before_nothing_answers(
    nameserver: Callable[..., NameServer], serve: Callable[..., Server]
) -> None:
    server = serve()
    server.answer("/", b"<p>Hello</p>")
    port = int(server.url.rpartition(":")[2])
    zone: Zone = {
        "half.test": [("A", "127.0.0.9"), ("A", "127.0.0.1")],
        "none.test": [("A", "127.0.0.9"), ("A", "127.0.0.8")],
    }

    async def get(host: str) -> Visit | Unknown:
        resolver = Resolver(nameserver(zone).address)
        async with Visitor(resolver=resolver, seconds=3, ports={80: port}) as visitor:
            return await visitor.get(f"http://{host}/")

    found = asyncio.run(get("half.test"))
    assert isinstance(found, Visit)
    assert found.status == 200
    refused = asyncio.run(get("none.test"))
    assert isinstance(refused, Unknown)
    assert refused.reason is Reason.NOT_FOUND


def test_a_page_is_read_through_a_proxy_that_speaks_socks(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    server.answer("/", b"<p>Hello</p>")
    asked: list[bytes] = []

    def proxy(listener: socket.socket) -> None:
        """Connect one guest to the server, wherever that guest wants to go (RFC 1928)."""
        guest, _ = listener.accept()
        address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        with guest, socket.create_connection(address) as onward:
            guest.recv(16)
            guest.sendall(b"\5\0")
            asked.append(guest.recv(300))
            guest.sendall(b"\5\0\0\1" + bytes(6))
            onward.sendall(guest.recv(65_536))
            guest.sendall(onward.recv(65_536))

    async def get() -> Visit | Unknown:
        async with Visitor(seconds=5, proxied=True) as visitor:
            return await visitor.get("http://shop.test/")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=proxy, args=(listener,), daemon=True).start()
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{listener.getsockname()[1]}")
        found = asyncio.run(get())
    assert isinstance(found, Visit)
    assert found.status == 200
    assert b"shop.test" in asked[0]


def test_nothing_answers_at_a_host_that_refuses_at_all_its_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a host with IPv4 and IPv6 does, by the system's own way to look it up."""

    def both(_: object, port: int, *__: object, **___: object) -> list[object]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in ("127.0.0.8", "127.0.0.9")]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    async def get() -> Visit | Unknown:
        async with Visitor(seconds=3) as visitor:
            return await visitor.get("http://dual.test:9/")

    found = asyncio.run(get())
    assert isinstance(found, Unknown)
    assert found.reason is Reason.NOT_FOUND


def test_a_site_that_does_not_answer_proves_nothing() -> None:
    (port,) = free_ports(1)
    found = statuses(probe(f"https://127.0.0.1:{port}/"))
    assert found.pop("dangling-domain") == "not_applicable"
    assert set(found.values()) == {"inconclusive"}, found


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([("A", "127.0.0.1")], "not_applicable"),
        ([("CNAME", "held.vendor.test")], "pass"),
        ([("CNAME", "gone.vendor.test")], "fail"),
        ([("CNAME", "empty.vendor.test")], "fail"),
        ([("CNAME", "unclaimed.ghost.io")], "fail"),
        ([(SILENT, "")], "inconclusive"),
    ],
)
def test_an_alias_of_something_abandoned_is_found(
    nameserver: Callable[..., NameServer],
    serve: Callable[..., Server],
    records: list[tuple[str, str]],
    status: str,
) -> None:
    server = serve()
    text = b"The thing you were looking for is no longer here, or never was"
    server.answer("/", text, 404, {"Content-Type": "text/html"})
    zone: Zone = {
        "www.example.test": records,
        "held.vendor.test": [("A", "127.0.0.1")],
        "empty.vendor.test": [txt("x")],
        "unclaimed.ghost.io": [("A", "127.0.0.1")],
    }
    url = f"http://www.example.test:{server.port}/"
    assert statuses(probe(url, nameserver(zone).address))["dangling-domain"] == status


def test_nothing_of_others_is_asked(
    nameserver: Callable[..., NameServer], serve: Callable[..., Server]
) -> None:
    mine, theirs = serve(), serve()
    target = f"http://stranger.test:{theirs.port}/"
    mine.answer("/", b"", 302, {"Location": target})
    zone: Zone = {name: [("A", "127.0.0.1")] for name in ("www.example.test", "stranger.test")}
    site = probe(
        f"http://www.example.test:{mine.port}/",
        nameserver(zone).address,
    )
    assert theirs.asked == []
    assert isinstance(site.csp, Unknown)


def test_an_endless_page_and_a_slow_one_end(serve: Callable[..., Server]) -> None:
    server = serve()

    def endless() -> Iterator[bytes]:
        while True:
            yield b"<p>" * 20_000

    server.answer("/", endless(), headers={"Content-Type": "text/html"})
    begun = time.monotonic()
    found = statuses(probe(f"http://127.0.0.1:{server.port}/"))
    assert found["content-security-policy"] == "fail"
    assert found["mixed-content"] == "inconclusive"
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("url", ["", "ftp://a.test/", "https://", "https://a b/", "http://u:p@a/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SiteError):
        probe(url)
