"""Held secrets become subjects that say everything but the secret."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.collect.breach_hashes import sha1
from scanner.collect.breaches import BreachLists
from scanner.collect.credentials import (
    HeldCredentials,
    collect_credentials,
    measure_passwords,
    read_login,
)
from scanner.collect.ledger import Ledger
from scanner.collect.rotation import measure_new
from scanner.collect.strength import StrengthMeter
from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches, Config, HeldCredential, Login, Organisation, Settings, Target
from scanner.model import (
    NOT_COLLECTED,
    Credential,
    CredentialKind,
    Deployment,
    Mfa,
    Origin,
    Reason,
    Storage,
    Unknown,
)
from scanner.model.deployment import decode_snapshot, encode_snapshot

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
STRONG = "K7#mVq2!xRp9Zw"

Collect = Callable[..., HeldCredentials]


@pytest.fixture(scope="module")
def meter() -> Iterator[StrengthMeter]:
    with StrengthMeter(year=2026) as meter:
        yield meter


@pytest.fixture
def collect(tmp_path: Path, meter: StrengthMeter) -> Collect:
    def run(
        *targets: Target,
        environment: dict[str, str] | None = None,
        now: datetime = NOW,
        ledger: Path | None = None,
        **more: Any,
    ) -> HeldCredentials:
        organisation = Organisation(name="株式会社サンプル", names=("Zanpuru",))
        config = Config(organisation=organisation, targets=targets)
        config = msgspec.structs.replace(config, breaches=more.pop("breaches", Breaches()))
        settings = Settings(config=config, folder=tmp_path)
        with (
            Ledger.open(ledger) if ledger else Ledger.in_memory() as book,
            BreachLists(settings.breaches) as lists,
        ):
            return collect_credentials(
                settings,
                environment=environment or {},
                now=now,
                ledger=book,
                meter=meter,
                lists=lists,
                **more,
            )

    return run


def target(*credentials: str | HeldCredential, name: str = "shop", **more: Any) -> Target:
    return Target(name=name, platform="mautic", credentials=credentials, **more)


def only(found: HeldCredentials, name: str = "shop") -> Credential:
    (credential,) = found.credentials[name]
    return credential


def gap(fact: object) -> Unknown:
    assert isinstance(fact, Unknown)
    return fact


def test_a_password_is_measured(collect: Collect) -> None:
    found = collect(target("env:A"), environment={"A": STRONG})
    credential = only(found)
    assert credential.id == "env:A"
    assert credential.kind is CredentialKind.PASSWORD
    assert credential.held
    assert not credential.used_by_scanner
    assert credential.strength == 4
    assert credential.length == 14
    assert credential.storage is Storage.ENVIRONMENT
    assert credential.shared_with == ()
    assert credential.unchanged_since == NOW
    assert credential.rotated is NOT_COLLECTED
    assert credential.origin is Origin.VAULT
    assert credential.witnesses == {}
    assert found.problems == {"shop": []}


@pytest.mark.parametrize(
    ("password", "username"),
    [
        ("zanpuru2026", ""),
        ("Mautic2026", ""),
        ("hanbai-shop", ""),
        ("kikakushitsu1", "kikakushitsu@example.jp"),
        ("ma-zzexample", ""),
    ],
)
def test_the_words_of_the_place_make_a_password_weak(
    password: str, username: str, collect: Collect
) -> None:
    held = HeldCredential(ref="env:A", username=username)
    found = collect(
        target(held, name="hanbai-shop", url="https://ma.zzexample.jp/"),
        environment={"A": password},
    )
    strength = only(found, "hanbai-shop").strength
    assert isinstance(strength, int)
    assert strength <= 2


def test_what_signs_in_is_judged_by_what_it_is(collect: Collect) -> None:
    login = Login(username="bot", password="env:P", token="env:T", client_secret="env:C")
    found = collect(target(credential=login), environment=dict.fromkeys("PTC", "x" * 40))
    kinds = {each.id: each.kind for each in found.credentials["shop"]}
    assert kinds == {
        "env:P": CredentialKind.PASSWORD,
        "env:T": CredentialKind.API_KEY,
        "env:C": CredentialKind.OAUTH_CLIENT,
    }
    assert all(each.used_by_scanner and each.held for each in found.credentials["shop"])


def test_only_passwords_have_a_strength(collect: Collect) -> None:
    key = HeldCredential(ref="env:A", kind=CredentialKind.API_KEY)
    credential = only(collect(target(key), environment={"A": "x" * 40}))
    assert credential.strength is NOT_COLLECTED
    assert credential.guesses_log10 is NOT_COLLECTED
    assert credential.length == 40


def test_a_reference_that_signs_in_and_is_listed_is_one_subject(collect: Collect) -> None:
    held = HeldCredential(ref="env:T", owner="marketing")
    found = collect(target(held, credential=Login(token="env:T")), environment={"T": "x" * 40})
    credential = only(found)
    assert credential.used_by_scanner
    assert credential.kind is CredentialKind.API_KEY
    assert credential.owner == "marketing"
    assert credential.shared_with == ()


def test_a_reference_is_read_once_however_often_it_stands(collect: Collect) -> None:
    class Counting(dict[str, str]):
        reads = 0

        def get(self, key: str, default: Any = None) -> Any:
            Counting.reads += 1
            return super().get(key, default)

    environment = Counting(A=STRONG)
    found = collect(
        target("env:A", "env:A", credential=Login(password="env:A")),
        target("env:A", name="mail"),
        environment=environment,
    )
    assert Counting.reads == 1
    assert [len(each) for each in found.credentials.values()] == [1, 1]


def test_the_same_value_elsewhere_is_named_with_its_target(collect: Collect) -> None:
    found = collect(
        target("env:A", "env:B"),
        target("env:C", "env:D", name="mail"),
        environment={"A": STRONG, "B": "other", "C": STRONG, "D": STRONG + "x"},
    )
    shared = {each.id: each.shared_with for group in found.credentials.values() for each in group}
    assert shared == {
        "env:A": ("mail: env:C",),
        "env:B": (),
        "env:C": ("shop: env:A",),
        "env:D": (),
    }


def test_one_reference_of_two_targets_is_shared(collect: Collect) -> None:
    found = collect(target("env:A"), target("env:A", name="mail"), environment={"A": STRONG})
    assert only(found).shared_with == ("mail: env:A",)


def test_an_unread_secret_leaves_open_whether_others_equal_it(collect: Collect) -> None:
    found = collect(
        target("env:A", "env:B", "env:C"),
        target("env:GONE", name="mail"),
        environment={"A": STRONG, "B": STRONG, "C": "other"},
    )
    a, b, c = found.credentials["shop"]
    assert a.shared_with == ("shop: env:B",)
    assert b.shared_with == ("shop: env:A",)
    assert gap(c.shared_with).reason is Reason.NOT_CONFIGURED
    assert gap(c.shared_with).remedy is not None


def test_a_key_that_cannot_be_read_leaves_nothing_open_of_passwords_that_are_like_each_other(
    collect: Collect,
) -> None:
    keys = HeldCredential(ref="env:GONE", kind=CredentialKind.API_KEY)
    found = collect(target("env:A", "env:B", keys), environment={"A": STRONG, "B": "other"})
    a, _, _ = found.credentials["shop"]
    assert a.resembles == ()
    assert gap(a.shared_with).reason is Reason.NOT_CONFIGURED


def test_a_new_secret_is_compared_with_every_one_that_bears_one_name() -> None:
    two = [
        HeldCredential(ref=f"env:{each}", name="key", kind=CredentialKind.API_KEY) for each in "AB"
    ]
    shop = target(*two)
    settings = Settings(config=Config(targets=(shop,)), folder=Path("/"))
    variables = {"A": "one", "B": "another"}
    for value in variables.values():
        found = measure_new(settings, shop, two[0], Secret.of(value), environment=variables)
        assert found.shared_with


def test_a_target_left_out_of_the_scan_leaves_reuse_open(collect: Collect) -> None:
    shop, mail = target("env:A"), target("env:B", name="mail")
    found = collect(shop, mail, environment={"A": "x", "B": "x"}, targets=[shop])
    assert set(found.credentials) == {"shop"}
    assert gap(only(found).shared_with).reason is Reason.NOT_COLLECTED


def test_a_secret_that_cannot_be_read_is_a_subject_without_answers(collect: Collect) -> None:
    held = HeldCredential(ref="env:GONE", owner="it", rotated=date(2026, 10, 1))
    found = collect(target(held, "file:gone"))
    credential = found.credentials["shop"][0]
    assert credential.held
    for fact in (
        credential.storage,
        credential.strength,
        credential.guesses_log10,
        credential.length,
        credential.shared_with,
        credential.unchanged_since,
    ):
        assert gap(fact).reason is Reason.NOT_CONFIGURED
    assert credential.owner == "it"
    assert credential.rotated == datetime(2026, 10, 1, tzinfo=UTC)
    assert [(each.where, each.reason) for each in found.problems["shop"]] == [
        ("env:GONE", Reason.NOT_CONFIGURED),
        ("file:gone", Reason.NOT_FOUND),
    ]


def test_what_is_declared_is_marked_as_declared(collect: Collect) -> None:
    held = HeldCredential(
        ref="env:A",
        kind=CredentialKind.API_KEY,
        owner="it",
        purpose="sync",
        issued=date(2026, 1, 2),
        rotated=date(2026, 3, 4),
        expires=date(2027, 1, 2),
        mfa=Mfa.TOTP,
    )
    credential = only(collect(target(held), environment={"A": "x" * 40}))
    assert credential.issued == datetime(2026, 1, 2, tzinfo=UTC)
    assert credential.rotated == datetime(2026, 3, 4, tzinfo=UTC)
    assert credential.expires == datetime(2027, 1, 2, tzinfo=UTC)
    assert credential.mfa_protected is True
    assert set(credential.witnesses) == {
        "owner",
        "purpose",
        "issued",
        "rotated",
        "expires",
        "mfa_protected",
    }
    assert {each.origin for each in credential.witnesses.values()} == {Origin.IMPORT}


def test_no_second_factor_is_no_protection(collect: Collect) -> None:
    held = HeldCredential(ref="env:A", mfa=Mfa.NONE)
    assert only(collect(target(held), environment={"A": "x"})).mfa_protected is False


def aged(
    collect: Collect, path: Path, value: str, now: datetime, rotated: date | None = None
) -> Credential:
    held = HeldCredential(ref="env:A", rotated=rotated)
    return only(collect(target(held), environment={"A": value}, now=now, ledger=path))


def test_a_change_that_the_ledger_saw_counts_before_a_declared_one(
    collect: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.json"
    aged(collect, path, "old", NOW - timedelta(days=20))
    credential = aged(collect, path, "new", NOW, rotated=date(2026, 1, 1))
    assert credential.rotated == NOW - timedelta(days=20)
    assert "rotated" not in credential.witnesses
    assert credential.unchanged_since == NOW


def test_a_declared_day_makes_a_change_that_the_ledger_saw_exact(
    collect: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.json"
    aged(collect, path, "old", NOW - timedelta(days=20))
    credential = aged(collect, path, "new", NOW, rotated=date(2026, 11, 14))
    assert credential.rotated == datetime(2026, 11, 14, tzinfo=UTC)


def test_a_declared_change_that_the_ledger_disproves_does_not_count(
    collect: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.json"
    aged(collect, path, "same", NOW - timedelta(days=20))
    credential = aged(collect, path, "same", NOW, rotated=date(2026, 11, 14))
    assert gap(credential.rotated).reason is Reason.MALFORMED
    assert "rotated" not in credential.witnesses
    assert credential.unchanged_since == NOW - timedelta(days=20)


def test_the_day_a_copy_was_stored_proves_age_and_no_change(
    collect: Collect, tmp_path: Path
) -> None:
    stored = NOW - timedelta(days=500)
    (tmp_path / "token").write_text("x")
    (tmp_path / "token").chmod(0o600)
    os.utime(tmp_path / "token", (0, stored.timestamp()))
    credential = only(collect(target("file:token")))
    assert credential.unchanged_since == stored
    assert credential.rotated is NOT_COLLECTED
    older = HeldCredential(ref="file:token", rotated=date(2025, 1, 1))
    assert only(collect(target(older))).rotated == datetime(2025, 1, 1, tzinfo=UTC)
    later = HeldCredential(ref="file:token", rotated=date(2026, 11, 1))
    assert gap(only(collect(target(later))).rotated).reason is Reason.MALFORMED


def test_a_copy_stored_anew_does_not_make_an_old_value_young(
    collect: Collect, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("x")
    first = NOW - timedelta(days=200)
    os.utime(tmp_path / "token", (0, first.timestamp()))
    path = tmp_path / "ledger.json"
    collect(target("file:token"), now=first, ledger=path)
    os.utime(tmp_path / "token", (0, NOW.timestamp()))
    credential = only(collect(target("file:token"), now=NOW, ledger=path))
    assert credential.rotated is NOT_COLLECTED
    assert credential.unchanged_since == first


def test_a_ledger_that_cannot_be_used_is_told_once_per_target(
    collect: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.json"
    path.write_bytes(b"{")
    found = collect(
        target("env:A", "env:B"),
        target(name="mail"),
        environment={"A": "x", "B": "y"},
        ledger=path,
    )
    assert [gap(each.unchanged_since).reason for each in found.credentials["shop"]] == [
        Reason.MALFORMED
    ] * 2
    assert [each.where for each in found.problems["shop"]] == ["ledger"]
    assert found.problems["mail"] == []
    assert found.credentials["mail"] == []


def test_configurations_in_two_folders_do_not_disturb_each_others_ages(
    collect: Collect, tmp_path: Path, meter: StrengthMeter
) -> None:
    path = tmp_path / "ledger.json"
    aged(collect, path, "one", NOW - timedelta(days=20))
    elsewhere = Settings(config=Config(targets=(target("env:A"),)), folder=tmp_path / "elsewhere")
    with Ledger.open(path) as ledger, BreachLists(Breaches()) as lists:
        collect_credentials(
            elsewhere, environment={"A": "two"}, now=NOW, ledger=ledger, meter=meter, lists=lists
        )
    assert aged(collect, path, "one", NOW).unchanged_since == NOW - timedelta(days=20)


def test_a_totp_secret_is_judged_by_its_bits(collect: Collect) -> None:
    held = HeldCredential(ref="env:A", kind=CredentialKind.TOTP_SECRET)
    uri = "otpauth://totp/Mautic:admin?secret=GEZDGNBVGY3TQOJQ&issuer=Mautic"
    credential = only(collect(target(held), environment={"A": uri}))
    assert credential.totp_bits == 80
    assert credential.totp_algorithm == "SHA1"
    assert credential.strength is NOT_COLLECTED
    assert credential.totp_faults == ()
    unread = only(collect(target(held)))
    assert gap(unread.totp_bits).reason is Reason.NOT_CONFIGURED
    assert unread.strength is NOT_COLLECTED


def test_a_code_generator_that_two_accounts_share_is_found_however_it_is_spelt(
    collect: Collect,
) -> None:
    one, other = (
        HeldCredential(ref=f"env:{name}", kind=CredentialKind.TOTP_SECRET) for name in "AB"
    )
    key = "TQ7Z2XKHM4ZC6W5YJ3PBVRA7LNED5UOG"
    environment = {"A": f"otpauth://totp/M:one?secret={key}", "B": key.lower()}
    found = collect(target(one, other), environment=environment).credentials["shop"]
    assert [each.shared_with for each in found] == [("shop: env:B",), ("shop: env:A",)]


def test_a_login_is_read_for_the_client(tmp_path: Path) -> None:
    login = Login(username="bot", password="env:P", client_secret="env:C")
    secrets = read_login(login, environment={"P": "p", "C": "c"}, folder=tmp_path)
    assert {key: secret.reveal() for key, secret in secrets.items()} == {
        "password": "p",
        "client_secret": "c",
    }
    with pytest.raises(VaultError):
        read_login(login, environment={"P": "p"}, folder=tmp_path)


def test_passwords_alone_are_measured_under_their_names() -> None:
    secrets = {"1": Secret.of(STRONG), "2": Secret.of("hubspot1"), "3": Secret.of(STRONG)}
    secrets |= {"4": Secret.of(""), "5": Secret.of("\udcff\n")}
    one, two, three, empty, odd = measure_passwords(secrets, ["HubSpot"], Breaches())
    assert (one.id, one.strength, one.length, one.shared_with) == ("1", 4, 14, ("3",))
    assert three.shared_with == ("1",)
    assert isinstance(two.strength, int)
    assert two.strength <= 1
    assert (empty.strength, empty.length) == (0, 0)
    assert (odd.strength, odd.length) == (0, 2)


def test_a_leaked_password_is_known_by_the_list_that_the_configuration_names(
    collect: Collect, tmp_path: Path
) -> None:
    (tmp_path / "pwned.txt").write_text(f"{sha1(Secret.of(STRONG))}:12\n")
    key = HeldCredential(ref="env:K", kind=CredentialKind.API_KEY)
    found = collect(
        target("env:A", "env:B", key, "env:C"),
        environment={"A": STRONG, "B": "nobody-knows-this-1", "K": STRONG},
        breaches=Breaches(file="pwned.txt"),
    )
    leaked, safe, machine, unread = found.credentials["shop"]
    assert (leaked.breaches, safe.breaches) == (12, 0)
    assert machine.breaches is NOT_COLLECTED  # a key is never looked up
    assert gap(unread.breaches).reason is Reason.NOT_CONFIGURED


def test_a_list_that_cannot_be_used_is_a_problem_of_the_target(collect: Collect) -> None:
    found = collect(
        target("env:A"), environment={"A": STRONG}, breaches=Breaches(file="nowhere.txt")
    )
    assert gap(only(found).breaches).reason is Reason.NOT_FOUND
    assert [problem.where for problem in found.problems["shop"]] == ["breaches.file"]


def test_variations_of_one_core_are_found_across_targets(collect: Collect) -> None:
    found = collect(
        target("env:A"),
        target("env:B", name="mail"),
        environment={"A": f"{STRONG}-shop", "B": f"{STRONG}-mail"},
    )
    assert only(found).resembles == ("mail: env:B",)
    assert only(found, "mail").resembles == ("shop: env:A",)
    assert only(found).shared_with == ()
    partly = collect(target("env:A"), target("env:C", name="mail"), environment={"A": STRONG})
    assert gap(only(partly).resembles).reason is Reason.NOT_CONFIGURED


def test_no_secret_is_in_anything_that_leaves_collecting(
    collect: Collect, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = {name: f"canary-{name}-{os.urandom(6).hex()}" for name in "ABCDE"}
    (tmp_path / "token").write_text(canaries["C"])
    (tmp_path / "bad").write_bytes(canaries["D"].encode() + b"\xff")
    path = tmp_path / "ledger.json"
    totp = HeldCredential(ref="env:E", kind=CredentialKind.TOTP_SECRET)
    found = collect(
        target("env:A", "file:token", "file:bad", "env:B", totp),
        target("env:A", name="mail", credential=Login(token="env:B")),
        environment=canaries | {"E": f"otpauth://totp/a?secret={canaries['E']}"},
        ledger=path,
    )
    deployment = Deployment(
        target="shop",
        platform="mautic",
        collected_at=NOW,
        subjects=tuple(found.credentials["shop"]),
        problems=tuple(found.problems["shop"]),
    )
    snapshot = encode_snapshot(deployment)
    assert decode_snapshot(snapshot).subjects == deployment.subjects
    seen = [repr(found), snapshot.decode(), msgspec.json.encode(found.problems).decode()]
    seen += [file.read_bytes().decode("latin-1") for file in tmp_path.glob("ledger*")]
    seen += capfd.readouterr()
    for canary in canaries.values():
        assert not any(canary in text for text in seen)


def test_a_day_of_issue_that_the_ledger_disproves_does_not_count(
    collect: Collect, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.json"
    held = HeldCredential(ref="env:A", issued=date(2026, 11, 20))
    for now in (NOW - timedelta(days=200), NOW):
        credential = only(collect(target(held), environment={"A": "x"}, now=now, ledger=path))
    assert gap(credential.issued).reason is Reason.MALFORMED
    future = HeldCredential(ref="env:B", issued=date(2999, 1, 1))
    assert gap(only(collect(target(future), environment={"B": "y"})).issued).reason is (
        Reason.MALFORMED
    )


def test_what_the_vault_tells_counts_before_what_is_declared(
    collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Held(
        secret=Secret.of(STRONG),
        storage=Storage.ENCRYPTED,
        owner="the vault's",
        rotated=NOW - timedelta(days=3),
        expires=NOW + timedelta(days=30),
    )
    monkeypatch.setattr("scanner.collect.credentials.read_reference", lambda *_, **__: told)
    declared = HeldCredential(
        ref="env:A", owner="declared", purpose="scans", rotated=date(2026, 1, 1)
    )
    found = only(collect(target(declared)))
    assert (found.owner, found.purpose) == ("the vault's", "scans")
    assert (found.rotated, found.expires) == (told.rotated, told.expires)
    assert found.witnesses.keys() == {"purpose"}  # the rest is the vault's word


def test_every_kind_of_login_is_judged(collect: Collect) -> None:
    login = Login(refresh_token="env:R", private_key="env:P")
    found = collect(target(credential=login), environment={"R": "r" * 40, "P": "p" * 40})
    kinds = {each.id: each.kind for each in found.credentials["shop"]}
    assert kinds == {
        "env:R": CredentialKind.OAUTH_GRANT,
        "env:P": CredentialKind.OAUTH_CLIENT,
    }
