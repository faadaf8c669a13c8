"""Keys that lie open are found by their form; what is public by design is not."""

from __future__ import annotations

import asyncio
import base64
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from leak_samples import KEYS, PUBLIC

from scanner import registry
from scanner.collect import leaks
from scanner.collect.leaks import Leaks, keys_in
from scanner.collect.probes.fetch import Visitor
from scanner.collect.survey import announce
from scanner.config import load_config
from scanner.model import Artifact, Reason, Unknown
from scanner.policy import load_policy
from scanner.scan import scan


def kinds(data: bytes) -> list[str]:
    return [kind for _, kind, _ in keys_in(data)]


OF_PLATFORM = {
    "account-engagement": {"Account Engagement user key", "Salesforce session id", "Private key"},
    "activecampaign": {"ActiveCampaign API key"},
    "braze": {"Braze REST API key"},
    "brevo": {"Brevo API key", "Brevo SMTP key"},
    "customerio": {"Customer.io API key"},
    "dynamics": {"Microsoft client secret"},
    "eloqua": {"Eloqua client secret"},
    "ghost": {"Ghost Admin API key"},
    "hubspot": {"HubSpot private app token", "HubSpot API key", "HubSpot client secret"},
    "iterable": {"Iterable API key"},
    "klaviyo": {"Klaviyo private API key"},
    "listmonk": {"listmonk API token"},
    "mailchimp": {"Mailchimp API key"},
    "mailgun": {"Mailgun API key"},
    "mandrill": {"Mandrill API key"},
    "marketing-cloud": {"Marketing Cloud client secret"},
    "marketo": {"Marketo client secret"},
    "mautic": {"Mautic client secret", "Mautic secret key"},
    "salesforce": {"Salesforce session id", "Salesforce refresh token", "Private key"},
    "sendgrid": {"SendGrid API key"},
}


def test_the_keys_of_every_platform_that_has_some_are_known() -> None:
    with_keys = {name for name in registry.parts("platforms") if sending(name)}
    assert with_keys == set(OF_PLATFORM)
    assert {kind for kinds in OF_PLATFORM.values() for kind in kinds} <= set(KEYS)


def sending(name: str) -> bool:
    """Tell whether mamori sends requests to a platform, for which it needs a key."""
    return bool(registry.part("platforms", name).calls)


def test_every_rule_is_tried_here() -> None:
    assert {rule.kind for rule in leaks.RULES} == set(KEYS)


@pytest.mark.parametrize(
    ("kind", "text"), [(k, text) for k, texts in KEYS.items() for text in texts]
)
@pytest.mark.parametrize("around", ["{}", "var x = '{}';\n", 'a\n"k": "{}"}}'])
def test_a_key_is_found_wherever_it_stands(kind: str, text: str, around: str) -> None:
    assert kinds(around.format(text).encode()) == [kind]
    escaped = text.replace('"', '\\"').encode()  # as in a source map
    assert kinds(escaped) == [kind]


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_by_design_is_no_leak(text: str) -> None:
    assert kinds(text.encode()) == []


@given(st.binary(max_size=2000))
def test_any_bytes_are_searched(data: bytes) -> None:
    list(keys_in(data))


def exposed(artifact: Artifact) -> tuple[str, ...]:
    assert isinstance(artifact.exposed_keys, tuple)
    return artifact.exposed_keys


def test_a_folder_is_searched_and_the_key_is_named_but_not_shown(tmp_path: Path) -> None:
    key = KEYS["HubSpot private app token"][0]
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / ".env").write_text(f"# settings\nTOKEN={key}\n")
    (tmp_path / "copy.js").write_text(f"const t='{key}'")
    (tmp_path / "link").symlink_to("/etc")
    second, first = exposed(Leaks().search_path(str(tmp_path)))
    assert first.startswith(f"app/.env:2 HubSpot private app token …{key[-4:]} (")
    assert second.startswith("copy.js:1 ")
    assert first[-10:] == second[-10:]  # the same key has the same fingerprint
    assert key[:-4] not in first + second
    assert exposed(Leaks().search_path(str(tmp_path)))[1][-10:] != first[-10:]


def test_a_key_on_the_border_of_two_pieces_is_found_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaks, "PIECE", 4096)
    key = KEYS["SendGrid API key"][0]
    for place in (4000, 4050, 4095, 4096, 7000):
        (tmp_path / f"{place}.txt").write_text(("x" * 79 + "\n") * (place // 80) + " " + key + "\n")
    found = exposed(Leaks().search_path(str(tmp_path)))
    assert len(found) == 5
    assert all(f".txt:{int(each.partition('.')[0]) // 80 + 1} " in each for each in found)


def test_what_cannot_be_read_is_no_pass(tmp_path: Path) -> None:
    missing = Leaks().search_path(str(tmp_path / "nowhere"))
    assert isinstance(missing.exposed_keys, Unknown)
    assert missing.exposed_keys.reason is Reason.NOT_FOUND
    empty = Leaks().search_path(str(tmp_path))
    assert isinstance(empty.exposed_keys, Unknown)
    (tmp_path / "fine.txt").write_text("nothing")
    assert exposed(Leaks().search_path(str(tmp_path))) == ()
    os.mkfifo(tmp_path / "pipe")  # is not waited for
    assert exposed(Leaks().search_path(str(tmp_path))) == ()


def test_files_that_nobody_may_look_at_are_no_pass_and_hide_no_other() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        root = Path(made)
        root.chmod(0o755)
        (root / "a").mkdir()
        (root / "a" / "hidden.txt").write_text("nothing")
        (root / "b.txt").write_text(KEYS["Brevo API key"][0])
        (root / "a").chmod(0o644)  # its names can be read, and nothing else of it
        somebody = os.geteuid()
        if somebody == 0:
            os.seteuid(65534)
        try:
            found = Leaks().search_path(made).exposed_keys
            blind = Leaks().search_path(f"{made}/a").exposed_keys
        finally:
            os.seteuid(somebody)
            (root / "a").chmod(0o755)
    assert isinstance(found, tuple)
    assert found[0].startswith("b.txt:1 Brevo")
    assert isinstance(blind, Unknown)
    assert blind.reason is Reason.NOT_PERMITTED


def search(url: str) -> Artifact:
    async def run() -> Artifact:
        async with Visitor() as visitor:
            return await Leaks().search_page(url, visitor)

    return asyncio.run(run())


def test_a_page_its_scripts_and_their_source_maps_are_searched(server: Any, serve: Any) -> None:
    other = serve()
    page, script, source, key, hidden = (
        KEYS[k][0]
        for k in (
            "Brevo API key",
            "SendGrid API key",
            "Mandrill API key",
            "Mailgun API key",
            "Brevo SMTP key",
        )
    )
    server.answer("/", b"", status=302, headers={"Location": "/lp"})
    server.answer(
        "/lp",
        f'<script src="/a.js"></script><script src="gone.js"></script>{page}'
        '<script type="module" src="c.js"></script>'
        f'<script src="http://localhost:{other.port}/b.js"></script>'.encode(),
    )
    server.answer("/a.js", f"\n\nlet k='{script}'\n//# sourceMappingURL=a.js.map".encode())
    server.answer("/b/m.mjs", f"export const k='{key}'".encode())
    packed = base64.b64encode(f'{{"sourcesContent":["k=\\"{hidden}\\""]}}'.encode()).decode()
    server.answer(
        "/c.js",
        b'import{k}from"./b/m.mjs";import "https://other.example/x.js"\n'
        b"//# sourceMappingURL=data:application/json;charset=utf-8;base64," + packed.encode(),
    )
    server.answer("/a.js.map", f'{{"sourcesContent":["k=\\"{source}\\""]}}'.encode())
    found = exposed(search(server.url + "/"))
    assert [each.partition(" …")[0] for each in found] == [
        "/lp:1 Brevo API key",
        "/a.js:3 SendGrid API key",
        "/c.js:map Brevo SMTP key",
        "/a.js.map:1 Mandrill API key",
        "/b/m.mjs:1 Mailgun API key",
    ]
    assert other.asked == []  # another site is not this one's to search


def test_a_scan_searches_the_pages_and_what_else_the_target_names(
    tmp_path: Path, server: Any
) -> None:
    key, other = KEYS["Brevo API key"][0], KEYS["Mailchimp API key"][0]
    server.answer("/policy", b'<script src="/a.js"></script>')
    server.answer("/a.js", f"k='{key}'".encode())
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / ".env").write_text(f"KEY={other}\n")
    (tmp_path / "mamori.yaml").write_text(
        "ledger: ledger.json\ntargets:\n- {name: t, platform: generic, endpoints: [], "
        f"sending_domains: [], pages: ['{server.url}/policy'], leaks: [web, gone]}}\n"
    )
    settings = load_config(tmp_path / "mamori.yaml")
    announced = [str(each) for each in announce(settings, settings.config.targets, {})]
    assert f"  search the page {server.url}/policy for keys" in "\n".join(announced)
    report = scan(
        settings, load_policy("baseline"), settings.config.targets, environment={}
    ).report.targets[0]
    found = {f.subject.id: f for f in report.findings if f.check == "token.exposed"}
    assert {name: each.status.value for name, each in found.items()} == {
        f"{server.url}/policy": "fail",
        "web": "fail",
        "gone": "inconclusive",
    }
    told = msgspec.json.encode(report).decode()
    assert "/a.js:1 Brevo API key" in told
    assert key[:-4] not in told
    assert other[:-4] not in told


def test_a_page_that_does_not_come_is_no_pass(server: Any) -> None:
    gone = search(server.url + "/nowhere")
    assert isinstance(gone.exposed_keys, Unknown)
    server.answer("/circle", b"", status=302, headers={"Location": "/circle"})
    circle = search(server.url + "/circle")
    assert isinstance(circle.exposed_keys, Unknown)
    assert circle.exposed_keys.reason is Reason.REDIRECTED


def test_a_page_without_keys_passes_and_hostile_markup_does_not_break_it(server: Any) -> None:
    server.answer("/", b'<script src="http://[::1"></script><![<script src=>' + b"<a>" * 10_000)
    assert exposed(search(server.url + "/")) == ()
    server.answer("/", b"//# sourceMappingURL=data:application/json;base64,A")
    assert exposed(search(server.url + "/")) == ()


def test_one_address_that_is_none_hides_no_other_script(server: Any) -> None:
    key = KEYS["Brevo API key"][0]
    server.answer(
        "/",
        b'<link rel=preload href="http://[::1/x.js"><script src="http://[::1"></script>'
        b'<base href="/assets/"><link rel="modulepreload preload" href="n.js">'
        b'<script src="a.js"></script>',
    )
    server.answer("/assets/a.js", b'import "./m.js"\n//# sourceMappingURL=http://[::1/a.map')
    server.answer("/assets/m.js", f"k='{key}'".encode())
    assert [each.partition(" ")[0] for each in exposed(search(server.url + "/"))] == [
        "/assets/m.js:1"
    ]
    assert "/assets/n.js" in {asked.path for asked in server.asked}


def test_a_script_that_was_moved_is_searched_where_it_lies(server: Any, serve: Any) -> None:
    key, other = KEYS["Brevo API key"][0], serve()
    server.answer("/", b'<script src="/a.js"></script><script src="/away.js"></script>')
    server.answer("/a.js", b"", status=302, headers={"Location": "/a.1f3b.js"})
    server.answer("/a.1f3b.js", f"k='{key}'".encode())
    server.answer(
        "/away.js", b"", status=302, headers={"Location": f"http://localhost:{other.port}/b.js"}
    )
    assert [each.partition(" ")[0] for each in exposed(search(server.url + "/"))] == [
        "/a.1f3b.js:1"
    ]
    assert other.asked == []


def test_a_page_that_cannot_be_read_to_its_end_is_no_pass(server: Any) -> None:
    server.answer("/", b"<p>nothing", headers={"Content-Encoding": "br"})
    blind = search(server.url + "/").exposed_keys
    assert isinstance(blind, Unknown)
    assert "encoded as br" in str(blind.detail)


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_script_that_did_not_come_is_no_pass(server: Any, status: int) -> None:
    server.answer("/", b'<script src="/a.js"></script><script src="/gone.js"></script>')
    server.answer("/a.js", b"later", status=status)
    blind = search(server.url + "/").exposed_keys
    assert isinstance(blind, Unknown)
    assert f"/a.js answered with status {status}" in str(blind.detail)


def test_a_page_with_more_scripts_than_are_searched_is_no_pass(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.collect.leaks.MAX_SCRIPTS", 2)
    server.answer("/", b"".join(b'<script src="/%d.js"></script>' % n for n in range(3)))
    for number in range(3):
        server.answer(f"/{number}.js", b"let a")
    blind = search(server.url + "/").exposed_keys
    assert isinstance(blind, Unknown)
    assert blind.reason is Reason.TOO_LARGE
    server.answer("/", b'<script src="/0.js"></script><script src="/1.js"></script>')
    assert exposed(search(server.url + "/")) == ()
