"""Canaries in what signs in, keeps and looks up secrets; also where it breaks in the middle."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sign_in import FLOW, KEY, PASSWORD, USERNAME, Site, now

OLD = "canary-old-Fd81Df-Vw63-password"
NEW = "canary-new-Ec72Eg-Xu54-password"
TOKEN = "SG.canaryCanaryCanary1234.canaryCanaryCanaryCanaryCanaryCanary1234567"
VARIABLES = {"PW": PASSWORD, "TOTP": KEY, "PYTHONDEVMODE": "1", "PYTHONASYNCIODEBUG": "1"}


def leaked(secrets: Iterable[str], *texts: str) -> list[str]:
    """Return the secrets that stand in `texts` in any form in which one would leak."""
    return [
        secret
        for secret in secrets
        for form in (
            secret,
            quote(secret, safe=""),
            b64encode(secret.encode()).decode(),
            secret.encode().hex(),
            hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest(),
            hashlib.sha256(secret.encode()).hexdigest(),
        )
        if any(form.casefold() in text.casefold() for text in texts)
    ]


def written(folder: Path) -> str:
    """Return everything in the files below `folder`, names included."""
    return "\n".join(
        f"{path}\n{path.read_bytes().decode(errors='replace')}"
        for path in folder.rglob("*")
        if path.is_file()
    )


@pytest.fixture
def echoing(serve: Callable[..., Any]) -> Site:
    """A site that repeats what is typed wherever it can: paths, bodies, errors."""
    return Site(
        serve(),
        now,
        period=1,
        remembers=False,
        leads_to=f"/{PASSWORD}/{quote(KEY)}?code={PASSWORD}",
        after={
            1: (f"<p>wrong: {PASSWORD} {KEY}</p>".encode(), 401, {"X-Echo": PASSWORD}),
            2: (f"<p>too many attempts with {PASSWORD}</p>".encode(), 200, {}),
        },
    )


def typed(site: Site) -> list[str]:
    opened = [id for id, state in site.sessions.items() if state]
    return [PASSWORD, KEY, *opened, *site.tickets]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_is_typed_or_held_in_a_sign_in_is_told(
    mamori: Callable[..., Any], echoing: Site, tmp_path: Path, form: str
) -> None:
    (tmp_path / "flow.yaml").write_text(FLOW)
    ran = mamori(
        "probe", "login", echoing.server.url, "--username", USERNAME, "--password", "env:PW",
        "--totp", "env:TOTP", "--flow", "flow.yaml", "--format", form, "--details",
        variables={**VARIABLES, "TOTP": f"otpauth://totp/x?secret={KEY}&period=1"},
    )  # fmt: skip
    assert "/code" in ran.out or form == "text", ran.err
    assert echoing.codes, "no code was tried"
    assert leaked(typed(echoing), ran.out, ran.err, written(tmp_path / "state")) == []
    assert [code for code in echoing.codes if f" {code}" in ran.out + ran.err] == []


BROKEN = """
import sys, traceback
from rich.console import Console
from scanner.cli import cli
import {module} as broken
def bomb(*a, **k): raise RuntimeError('provoked')
{place} = bomb
try: cli(standalone_mode=False)
except Exception:
    traceback.print_exc()
    Console(stderr=True, width=300).print_exception(show_locals=True)
else: sys.exit('nothing was provoked')
"""


@pytest.mark.parametrize(
    ("module", "place", "words", "stdin"),
    [
        (
            "scanner.collect.probes.login.browser",
            place,
            ["probe", "login", "URL", "--username", USERNAME, "--stdin", "--flow", "flow.yaml"],
            f"{PASSWORD}\n{KEY}\n",
        )
        for place in ("broken.FormSeen", "broken._Body.encode", "broken.Browser.leave")
    ]
    + [
        (
            "scanner.private_file",
            "broken.os.fsync",
            ["credentials", "rotate", "file:secret", "--stdin", "--accept-weak"],
            NEW,
        ),
        (
            "scanner.private_file",
            "broken.os.fchmod",
            ["credentials", "add", "admin", "--stdin", "--accept-weak"],
            NEW,
        ),
        ("scanner.collect.totp", "broken._generate", ["credentials", "totp", "env:TOTP"], ""),
        (
            "scanner.collect.breaches",
            "broken.BreachLists.look_up_all",
            ["probe", "password", "--stdin"],
            NEW,
        ),
    ],
)
def test_nothing_is_told_where_it_breaks_in_the_middle(  # noqa: PLR0917 - fixtures and cases
    config: Callable[..., Path],
    serve: Callable[..., Any],
    mamori: Callable[..., Any],
    tmp_path: Path,
    module: str,
    place: str,
    words: list[str],
    stdin: str,
) -> None:
    site = Site(serve(), now, asks=False)
    (tmp_path / "flow.yaml").write_text(FLOW)
    (tmp_path / "secret").write_text(OLD)
    config("http://127.0.0.1:9", more="    credentials: ['file:secret']\nhistory: false\n")
    words = [site.server.url if word == "URL" else word for word in words]
    ran = mamori(
        *words,
        program=BROKEN.format(module=module, place=place),
        stdin=stdin,
        variables={**VARIABLES, "PYTHONWARNINGS": "ignore", "SHOP": OLD},
    )
    text = ran.err + ran.out
    assert "RuntimeError" in text, text
    assert leaked([*typed(site), OLD, NEW], text, written(tmp_path / "state")) == []


def test_no_command_of_the_inventory_tells_a_secret(
    config: Callable[..., Path], mamori: Callable[..., Any], tmp_path: Path
) -> None:
    config("http://127.0.0.1:9", more="history: false\n")
    steps = [
        (("add", "admin", "--stdin", "--accept-weak"), OLD),
        (("add", "otp", "--kind", "totp_secret", "--stdin"), KEY),
        (("list",), ""),
        (("show", "admin", "--format", "json"), ""),
        (("show", "otp"), ""),
        (("rotate", "admin", "--stdin", "--accept-weak"), OLD),  # refused: it is the present one
        (("rotate", "admin", "--stdin", "--accept-weak"), NEW),
        (("totp", "otp"), ""),
        (("remove", "admin"), ""),
    ]
    told = ""
    for words, stdin in steps:
        ran = mamori("credentials", *words, stdin=stdin, variables={**VARIABLES, "SHOP": OLD})
        assert ran.code == (2 if "present" in ran.err else 0), ran.err
        told += ran.out + ran.err
    kept = "\n".join((written(tmp_path / "state"), (tmp_path / "credentials.yaml").read_text()))
    assert leaked([OLD, NEW, KEY], told, kept) == []


def test_a_password_that_is_looked_up_leaves_as_five_digits_of_its_hash(
    mamori: Callable[..., Any], config: Callable[..., Path], server: Any, tmp_path: Path
) -> None:
    server.decide_all(lambda asked: (f"{'0' * 35}:1\r\n".encode(), 200, {}))
    config(
        "http://127.0.0.1:9",
        more=f"breaches: {{online: true, url: '{server.url}'}}\nhistory: false\n",
    )
    ran = mamori("scan", "--format", "json", variables={**VARIABLES, "SHOP": OLD})
    prefix = hashlib.sha1(OLD.encode(), usedforsecurity=False).hexdigest()[:5].upper()
    assert [asked.path for asked in server.asked] == [f"/range/{prefix}"], ran.err
    assert leaked([OLD], ran.out, ran.err, repr(server.asked), written(tmp_path / "state")) == []


def test_a_key_that_lies_open_is_told_by_its_last_characters(
    mamori: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "app.js").write_text(f"const key = '{TOKEN}';")
    for form in ("text", "json"):
        ran = mamori("probe", "leaks", "site", "--format", form, "--details")
        assert ran.code == 10
        assert TOKEN[-4:] in ran.out
        assert leaked([TOKEN, TOKEN[:-4], TOKEN[3:25]], ran.out, ran.err) == []
