"""Policy files: extending, overriding, and errors that name their place."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scanner.document import DocumentError
from scanner.model import Severity
from scanner.policy import (
    WEIGHTS,
    Parameter,
    Policy,
    Selected,
    chosen,
    load_policy,
    parameters,
    shipped,
)
from scanner.registry import RegistryError, checks

HEAD = 'name: ours\nversion: "1"\ntitle: Ours\n'


def write(folder: Path, text: str, name: str = "ours.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def load(folder: Path, text: str) -> Policy:
    return load_policy(write(folder, text), folder)


def find(policy: Policy, id: str) -> Selected:
    return next(each for each in policy if each.check.id == id)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(DocumentError) as error:
        load(folder, text)
    return str(error.value)


def test_a_policy_that_lists_nothing_runs_every_check_by_its_own_word(tmp_path: Path) -> None:
    policy = load(tmp_path, HEAD)
    assert [each.check.id for each in policy] == sorted(checks())
    for each in policy:
        assert each.severity is each.check.severity
        assert each.weight == WEIGHTS[each.severity]


def test_a_policy_can_run_only_what_it_lists(tmp_path: Path) -> None:
    policy = load(tmp_path, HEAD + "unlisted: false\nchecks: {mfa.enforced: {}}\n")
    assert [each.check.id for each in policy] == ["mfa.enforced"]


def test_a_check_can_be_switched_off(tmp_path: Path) -> None:
    policy = load(tmp_path, HEAD + "checks: {mfa.enforced: {enabled: false}}\n")
    assert "mfa.enforced" not in {each.check.id for each in policy}


def test_severity_weight_and_values_are_overridden_one_by_one(tmp_path: Path) -> None:
    text = HEAD + (
        "extends: baseline\n"
        "checks:\n"
        "  password.length: {rule: {minimum: {value: 20, source: House rule 7}}}\n"
        "  mfa.enforced: {severity: low}\n"
        "  mfa.enrolled: {weight: 2.5}\n"
    )
    policy = load(tmp_path, text)
    length = find(policy, "password.length")
    assert msgspec.to_builtins(length.rule) == {"minimum": 20, "minimum_with_mfa": 8}
    assert length.sources["minimum"] == "House rule 7"
    assert length.sources["minimum_with_mfa"] == "NIST SP 800-63B-4 §3.1.1.2"
    assert find(policy, "mfa.enforced").weight == WEIGHTS[Severity.LOW]
    assert find(policy, "mfa.enrolled").weight == 2.5
    assert find(policy, "mfa.enrolled").severity is Severity.HIGH


def test_a_bare_value_names_the_file_as_its_source(tmp_path: Path) -> None:
    policy = load(tmp_path, HEAD + "checks: {access.dormant: {rule: {max_days: 30}}}\n")
    assert find(policy, "access.dormant").sources["max_days"].endswith("ours.yaml")


def test_a_policy_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        HEAD.replace("ours", "base") + "checks: {mfa.enforced: {severity: info}}\n",
        "b.yaml",
    )
    policy = load(tmp_path, HEAD + "extends: ./b.yaml\nchecks: {mfa.enrolled: {severity: info}}\n")
    assert policy.chain == ("ours", "base")
    assert find(policy, "mfa.enforced").severity is Severity.INFO
    assert find(policy, "mfa.enrolled").severity is Severity.INFO


def test_an_empty_list_withdraws_the_disagreements_of_the_policy_below(tmp_path: Path) -> None:
    text = HEAD + "extends: baseline\nchecks: {password.length: {disagree: []}}\n"
    assert find(load_policy("baseline"), "password.length").disagreements
    assert find(load(tmp_path, text), "password.length").disagreements == ()


def test_the_digest_changes_with_a_value_and_not_with_a_name(tmp_path: Path) -> None:
    first = load(tmp_path, HEAD + "extends: baseline\n")
    second = load(
        tmp_path, HEAD + "extends: baseline\nchecks: {access.dormant: {rule: {max_days: 89}}}\n"
    )
    assert first.digest == load_policy("baseline").digest
    assert second.digest != first.digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "checks:\n  mfa.enforcd: {}\n",
            "line 5, checks.mfa.enforcd: There is no 'mfa.enforcd' among the checks; did you mean",
        ),
        (
            "checks:\n  mfa.enforced:\n    severty: low\n",
            "ours.yaml, line 6, checks.mfa.enforced.severty: unknown key; did you mean 'severity'?",
        ),
        ("checks:\n  mfa.enforced: {severity: grave}\n", "line 5, checks.mfa.enforced.severity"),
        ("checks:\n  mfa.enforced: {weight: -1}\n", "expected float >= 0.0"),
        (
            "checks:\n  mfa.enforced: {rule: {x: 1}}\n",
            "line 5, checks.mfa.enforced.rule: this check has no parameters.",
        ),
        (
            "checks:\n  access.dormant:\n    rule:\n      max_dais: 3\n",
            "line 7, checks.access.dormant.rule.max_dais: unknown key; did you mean 'max_days'?",
        ),
        (
            "checks:\n  access.dormant:\n    rule: {max_days: soon}\n",
            "line 6, checks.access.dormant.rule.max_days: expected int, found str.",
        ),
        (
            "checks:\n  access.dormant:\n    rule: {max_days: {value: 0, source: x}}\n",
            "line 6, checks.access.dormant.rule.max_days: expected",
        ),
        (
            "checks:\n  access.dormant:\n    rule: {max_days: {value: 30}}\n",
            "the key 'source' is missing.",
        ),
        ("extends: ours.yaml\n", "line 4, extends: this policy extends itself."),
        ("chekcs: {}\n", "line 4, chekcs: unknown key; did you mean 'checks'?"),
    ],
)
def test_a_wrong_policy_is_refused_with_file_line_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in refusal(tmp_path, HEAD + text)


def test_an_unknown_policy_is_refused_with_the_name_that_was_meant() -> None:
    with pytest.raises(RegistryError, match="did you mean 'baseline'"):
        load_policy("base-line")


def test_a_policy_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"absent\.yaml cannot be read"):
        load_policy("./absent.yaml", tmp_path)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_value_of_a_policy_can_be_explained(name: str) -> None:
    for each in load_policy(name):
        assert all(parameter.source and parameter.meaning for parameter in chosen(each))


def test_a_parameter_is_explained_with_default_meaning_and_source() -> None:
    assert parameters(checks()["password.length"])[0] == Parameter(
        name="minimum",
        value="15",
        meaning="Characters, where the password is all it takes to sign in.",
        source="NIST SP 800-63B-4 §3.1.1.2",
    )
