"""`mamori.yaml` becomes settings, or one sentence that names file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.config import Config, load_config
from scanner.model import CredentialKind, Mfa
from scanner.model.errors import MamoriError

GOOD = """
policy: baseline
organisation: {name: 株式会社サンプル, names: [Sample, サンプル], domains: [example.co.jp]}
targets:
  - name: shop-mautic
    platform: mautic
    url: https://ma.example.co.jp
    credential: {username: scanner, password: "keyring:mamori/shop-mautic"}
    local_config: /srv/mautic/config/local.php
    endpoints: [ma.example.co.jp:443, go.example.co.jp]
    sending_domains: [example.co.jp]
    pages: ["https://www.example.co.jp/privacy"]
    messages: [samples/newsletter.eml]
    credentials:
      - keyring:mamori/shop-admin
      - {ref: "env:KEY", kind: api_key, rotated: 2026-04-01, owner: 山田, mfa: totp}
    people: {csv: exports/users.csv, columns: {email: メールアドレス, last_sign_in: 最終ログイン日}}
    ca_file: ca.pem
attestations: attestations.yaml
"""


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "mamori.yaml"
    path.write_text(text, encoding="utf-8")
    for name in ("ca.pem", "attestations.yaml"):
        (tmp_path / name).touch()
    return load_config(path).config


def test_every_documented_key_is_read(tmp_path: Path) -> None:
    target = load(tmp_path, GOOD).targets[0]
    assert target.probed == ("ma.example.co.jp:443", "go.example.co.jp")
    assert [held.kind for held in target.held] == [CredentialKind.PASSWORD, CredentialKind.API_KEY]
    assert target.held[1].mfa is Mfa.TOTP
    assert target.credential is not None
    assert target.credential.references == {"password": "keyring:mamori/shop-mautic"}


def test_paths_start_from_the_folder_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mamori.yaml"
    load(tmp_path, GOOD)
    assert load_config(path).path("exports/users.csv") == tmp_path / "exports/users.csv"


def test_the_endpoint_of_the_address_is_probed_where_none_is_named(tmp_path: Path) -> None:
    text = "targets: [{name: a, platform: mautic, url: 'https://[::1]:8443/x'}]"
    assert load(tmp_path, text).targets[0].probed == ("[::1]:8443",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("platform: mautic", "platform: mautik"), "line 6, targets[0].platform: There is no"),
        (("platform: mautic", "platfrom: mautic"), "line 6, targets[0].platfrom: unknown key; did"),
        (("https://ma.example.co.jp\n", "ma.example.co.jp\n"), "line 7, targets[0].url: write the"),
        (("https://ma.", "https://user:pw@ma."), "must not stand in the address"),
        (("ma.example.co.jp:443", "'ma.example.co.jp:70000'"), "line 10, targets[0].endpoints[0]"),
        (('"keyring:mamori/shop-mautic"', "hunter2"), "never the secret itself"),
        (("keyring:mamori/shop-admin", "hunter2"), "line 15, targets[0].credentials[0]: give a"),
        (("kind: api_key", "kind: apikey"), "line 16, targets[0].credentials[1].kind"),
        (("policy: baseline", "targets: []"), "stands here twice"),
        (("ca_file: ca.pem", f"ca_file: {'c' * 300}"), "ca_file: the file cannot be read (File"),
        (
            ("policy: baseline", f"policy: {'p' * 300}.yaml"),
            "policy: the file cannot be read (File",
        ),
    ],
)
def test_a_mistake_is_named_by_line_and_key(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    with pytest.raises(MamoriError) as caught:
        load(tmp_path, GOOD.replace(*change))
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_secret_written_into_the_file_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(MamoriError) as caught:
        load(tmp_path, GOOD.replace('"keyring:mamori/shop-mautic"', "hunter2"))
    assert "hunter2" not in str(caught.value)


def test_two_targets_of_one_name_are_refused(tmp_path: Path) -> None:
    one = "{name: a, platform: mautic}"
    with pytest.raises(MamoriError, match="another target is called"):
        load(tmp_path, f"targets: [{one}, {one}]")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(MamoriError, match="mamori init writes one"):
        load_config(tmp_path / "nowhere.yaml")
    with pytest.raises(MamoriError, match="cannot be read: File name too long"):
        load_config(tmp_path / f"{'n' * 300}.yaml")


def test_environment_variables_are_not_expanded(tmp_path: Path) -> None:
    text = "targets: [{name: '${HOME}', platform: mautic}]"
    assert load(tmp_path, text).targets[0].name == "${HOME}"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("mamori.db", "history: write sqlite:///FILE"),
        ("mysql://me@db/mamori", "history: write sqlite:///FILE"),
        ("sqlite:///", "history: write sqlite:///FILE"),
        ("postgresql://me@db", "history: write sqlite:///FILE"),
        ("postgresql://me@db:x/mamori", "history: write sqlite:///FILE"),
        ("postgresql://me:hunter2@db/mamori", "a password must not stand in the address"),
        ("postgresql://me@db/mamori?sslmode=require", "only sslmode=verify-full keeps"),
        ("postgresql://me@db/mamori?sslrootcert=x.pem", "sslrootcert is no parameter"),
        ("{url: 'postgresql://me@db/mamori', password: hunter2}", "history.password: give a ref"),
        ("{url: 'postgresql://me@db/mamori', ca_file: no.pem}", "history.ca_file: there is no"),
        ("{url: 'postgresql://me@db/mamori', pasword: 'env:X'}", "did you mean 'password'"),
    ],
)
def test_a_history_that_cannot_be_is_named_and_no_password_repeated(
    tmp_path: Path, written: str, message: str
) -> None:
    with pytest.raises(MamoriError) as caught:
        load(tmp_path, f"targets: [{{name: a, platform: mautic}}]\nhistory: {written}\n")
    assert message in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        "sqlite:///mamori.db",
        "sqlite:////var/lib/mamori/h.db",
        "postgresql://me@db.example.jp:5433/mamori",
        "'postgresql:///mamori?host=/run/postgresql'",
        "{url: 'postgresql://me@db/mamori', password: 'env:X', ca_file: ca.pem}",
        "false",
    ],
)
def test_a_history_lies_in_a_file_or_a_server_or_nowhere(tmp_path: Path, written: str) -> None:
    load(tmp_path, f"targets: [{{name: a, platform: mautic}}]\nhistory: {written}\n")
