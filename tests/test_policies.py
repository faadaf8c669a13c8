"""The shipped policies and frameworks: complete, sourced, and open about disagreements."""

from __future__ import annotations

from importlib import resources
from typing import Any

import msgspec
import pytest

from scanner import registry
from scanner.document import Document, parse
from scanner.framework import frameworks
from scanner.model import Severity
from scanner.policy import Policy, Selected, load_policy, shipped
from scanner.sdk import Check

NAMES = sorted(shipped())


def document(name: str) -> Document:
    return parse(shipped()[name].read_bytes(), f"{name}.yaml")


def selected(policy: Policy, check: str) -> Selected:
    return next(each for each in policy if each.check.id == check)


def rule(policy: Policy, check: str) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(selected(policy, check).rule)
    return values


def test_the_four_policies_are_shipped() -> None:
    assert {"baseline", "strict", "pci-dss", "japan-guideline"} <= set(NAMES)


def test_the_baseline_lists_every_installed_check_and_no_other() -> None:
    assert set(document("baseline").at(("checks",))) == set(registry.checks())


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_is_named_as_its_file(name: str) -> None:
    assert load_policy(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_every_value_in_a_policy_file_has_a_source(name: str) -> None:
    for id, entry in document(name).at(("checks",)).items():
        for parameter, given in entry.get("rule", {}).items():
            assert set(given) == {"value", "source"}, (id, parameter)
            assert given["source"].strip(), (id, parameter)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_that_is_judged_by_has_a_source(name: str) -> None:
    for each in load_policy(name):
        for parameter in each.check.rule.__struct_fields__ if each.check.rule else ():
            assert each.sources[parameter].strip(), (each.check.id, parameter)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"baseline"}))
def test_every_other_policy_extends_the_baseline_and_differs_from_it(name: str) -> None:
    policy, baseline = load_policy(name), load_policy("baseline")
    assert policy.chain == (name, "baseline")
    assert policy.digest != baseline.digest
    assert [each.check.id for each in policy] == [each.check.id for each in baseline]


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("baseline", (None, None)),
        ("strict", (None, None)),
        ("pci-dss", (None, 90)),
        ("japan-guideline", (90, 90)),
    ],
)
def test_each_policy_takes_its_side_on_forced_password_changes(
    name: str, limits: tuple[int | None, int | None]
) -> None:
    values = rule(load_policy(name), "rotation.password-age")
    assert (values["max_age_days"], values["max_age_days_without_mfa"]) == limits


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", ["rotation.password-age", "rotation.forced-change"])
def test_a_policy_tells_who_disagrees_with_it_on_forced_changes(name: str, check: str) -> None:
    values = rule(load_policy(name), check)
    against = {each.source for each in selected(load_policy(name), check).disagreements}
    if any(isinstance(value, int) and value > 1 for value in values.values()):
        assert "NIST SP 800-63B-4 §3.1.1.2" in against
    else:
        assert "PCI DSS 4.0.1, 8.3.9" in against


def test_the_domestic_guideline_tells_that_the_ministry_no_longer_asks_for_changes() -> None:
    found = selected(load_policy("japan-guideline"), "rotation.password-age").disagreements
    assert any("総務省" in each.source for each in found)


def test_machine_keys_are_replaced_under_every_policy() -> None:
    for name in NAMES:
        assert rule(load_policy(name), "rotation.key-age")["max_days"] == 90


def test_no_policy_disagrees_with_itself() -> None:
    for name in NAMES:
        for each in load_policy(name):
            for other in each.disagreements:
                taken = [other.source in source for source in each.sources.values()]
                assert not all(taken), (name, each.check.id, other.source)


def test_only_what_gives_everything_away_is_critical() -> None:
    critical = {
        each.check.id
        for each in load_policy("baseline")
        if each.severity is Severity.CRITICAL and each.check.family != "tls"
    }
    assert critical == {
        "mfa.administrators",
        "software.default-credentials",
        "software.installer-reachable",
        "software.secret-key",
        "token.exposed",
    }


def test_a_lost_witness_weighs_nothing_under_any_policy() -> None:
    for name in NAMES:
        for each in load_policy(name).only(["evidence"]):
            assert each.weight == 0


@pytest.mark.parametrize("check", registry.checks().values(), ids=lambda check: check.id)
def test_a_check_explains_itself(check: Check) -> None:
    assert check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.fix.endswith((".", "`"))
    assert check.reads
    assert len(check.title) <= 100


def test_there_are_at_least_thirty_checks_of_the_required_ids() -> None:
    required = {
        *("password.strength", "password.length", "password.reuse", "password.platform-policy"),
        *("rotation.password-age", "rotation.key-age", "rotation.unused"),
        *("mfa.enforced", "mfa.enrolled", "mfa.administrators", "mfa.method", "mfa.totp-secret"),
        *("access.administrator-count", "access.dormant", "access.never-signed-in"),
        *("access.shared-account", "access.outside-domain"),
    }
    assert required <= set(registry.checks())
    assert len(registry.checks()) >= 30


def test_every_framework_has_a_file_of_its_name_and_tells_when_it_was_verified() -> None:
    files = resources.files("policies") / "frameworks"
    names = {file.name.removesuffix(".yaml") for file in files.iterdir()}
    assert names <= set(frameworks())
    for each in frameworks().values():
        assert each.verified.isoformat() >= "2026-01-01"
        assert all(source.startswith("https://") for source in each.sources)


def test_the_frameworks_are_those_whose_text_was_read() -> None:
    expected = {"nist-800-63b", "pci-dss", "cis-controls", "asvs", "iso-27001", "soc2", "owasp-nhi"}
    assert expected <= set(frameworks())
    assert set(frameworks()["owasp-nhi"].controls) == {f"NHI{number}" for number in range(1, 11)}
