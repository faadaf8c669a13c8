"""Framework files: standards and the checks that give evidence for them."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scanner import registry
from scanner.document import DocumentError, parse
from scanner.framework import controls_by_check, frameworks, read_framework
from scanner.sdk import Check

GOOD = """
name: house-rules
version: "1"
title: The house rules
sources: ["https://example.co.jp/rules"]
verified: 2026-11-24
controls:
  "4.2":
    title: Everybody needs a second factor
    checks: [mfa.enforced, mfa.enrolled]
"""


def test_a_framework_names_the_checks_of_each_control() -> None:
    framework = read_framework(parse(GOOD.encode(), "house-rules.yaml"))
    assert framework.controls["4.2"].checks == ("mfa.enforced", "mfa.enrolled")


def test_a_check_that_does_not_exist_is_named_with_file_line_and_key() -> None:
    wrong = GOOD.replace("mfa.enrolled", "mfa.enroled")
    with pytest.raises(DocumentError) as error:
        read_framework(parse(wrong.encode(), "house-rules.yaml"))
    said = str(error.value)
    assert said.startswith("house-rules.yaml, line 10, controls.4.2.checks[1]: ")
    assert "did you mean 'mfa.enrolled'?" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("title: The house rules\n", "", "title"),
        ("verified: 2026-11-24", "verified: often", "line 6, verified"),
        ("controls:", "control:", "did you mean 'controls'?"),
        ("checks: [mfa.enforced, mfa.enrolled]", "checks: []", "controls"),
        ("checks: [mfa.enforced, mfa.enrolled]", "checks: mfa.enforced", "expected list"),
    ],
)
def test_a_framework_of_another_form_is_refused_with_its_place(
    before: str, after: str, said: str
) -> None:
    with pytest.raises(DocumentError) as error:
        read_framework(parse(GOOD.replace(before, after).encode(), "house-rules.yaml"))
    assert said in str(error.value)


def test_controls_are_found_by_check_with_the_name_of_their_framework() -> None:
    found = controls_by_check()
    assert "nist-800-63b:3.1.1.2" in found["password.length"]
    assert "pci-dss:8.3.9" in found["rotation.password-age"]
    assert set(found) <= set(registry.checks())


def test_nothing_is_lost_on_the_way_from_controls_to_checks() -> None:
    pairs = {
        (check, f"{name}:{id}")
        for name, framework in frameworks().items()
        for id, control in framework.controls.items()
        for check in control.checks
    }
    assert pairs == {(check, id) for check, ids in controls_by_check().items() for id in ids}


def test_a_control_names_each_check_once() -> None:
    for framework in frameworks().values():
        for control in framework.controls.values():
            assert len(set(control.checks)) == len(control.checks)


SAFEGUARDS = (5, 7, 14, 12, 6, 8, 7, 12, 7, 7, 5, 8, 11, 9, 7, 14, 9, 5)
"""How many each of the 18 CIS Controls has, which are 153."""
ANNEX_A = {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}
CRITERIA = {"CC": 33, "A1": 3, "C1": 2, "PI": 5, "P": 18}


def test_whole_lists_are_whole_so_that_what_is_not_covered_is_said() -> None:
    found = {name: list(framework.controls) for name, framework in frameworks().items()}
    assert found["cis-controls"] == [
        f"{control}.{number}"
        for control, count in enumerate(SAFEGUARDS, 1)
        for number in range(1, count + 1)
    ]
    assert found["iso-27001"] == [
        f"{theme}.{number}" for theme, count in ANNEX_A.items() for number in range(1, count + 1)
    ]
    counted = Counter(re.match(r"CC|A1|C1|PI|P", each)[0] for each in found["soc2"])  # type: ignore[index]
    assert counted == CRITERIA
    assert found["owasp-nhi"] == [f"NHI{number}" for number in range(1, 11)]
    requirements = {each.partition(".")[0] for each in found["pci-dss"]}
    assert requirements == {str(number) for number in range(1, 13)}


OF_NO_FRAMEWORK = {
    "evidence.records-readable",  # tells how well mamori could read
    "mail.bimi",  # a convenience of mailbox providers, which no standard asks for
}


def test_every_check_is_evidence_for_something_in_a_framework() -> None:
    assert set(registry.checks()) - set(controls_by_check()) == OF_NO_FRAMEWORK


_CITED = {
    "asvs": (r"OWASP ASVS 5\.0,", r"\d+\.\d+\.\d+"),
    "cis-controls": (r"CIS Controls 8\.1,", r"\d+\.\d+"),
    "iso-27001": (r"ISO/IEC 27001:2022,", r"A\.\d+\.\d+"),
    "nist-800-53": (r"NIST SP 800-53,", r"[A-Z]{2}-\d+"),
    "nist-800-63b": (r"NIST SP 800-63B-4 §", r"\d+(?:\.\d+)+"),
    "owasp-nhi": (r"OWASP Non-Human Identities Top 10 2025,", r"NHI\d+"),
    "pci-dss": (r"PCI DSS 4\.0\.1,", r"\d+(?:\.\d+)+"),
    "soc2": (r"SOC 2 ", r"CC\d\.\d"),
}
"""How the source of a check names a framework and its controls."""


def cited(source: str) -> set[tuple[str, str]]:
    """Return the controls that the source of a check names, but for those it likens itself to."""
    found = set()
    for part in re.split(r"; | and (?=OWASP )", re.sub(r"\(.*?\)", "", source)):
        for name, (lead, control) in _CITED.items():
            named = re.search(lead, part)
            if named is not None and "by analogy" not in part:
                found |= {(name, each) for each in re.findall(control, part[named.end() :])}
    return found


@pytest.mark.parametrize("check", registry.checks().values(), ids=lambda check: check.id)
def test_a_check_is_evidence_for_the_controls_that_its_source_names(check: Check) -> None:
    mapped = controls_by_check().get(check.id, ())
    for name, control in cited(check.source):
        # A framework may list the parts of a control, or the control as a whole.
        parts = [each.partition(":")[2] for each in mapped if each.startswith(f"{name}:")]
        assert any(
            part == control or part.startswith(f"{control}(") or control.startswith(f"{part}.")
            for part in parts
        ), f"{name} {control}"
