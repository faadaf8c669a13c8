"""The published vulnerabilities of self-hosted products, by version."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scanner.collect.platforms import releases
from scanner.collect.platforms.releases import advisories

FOLDER = Path(releases.__file__).parent
PRODUCTS = sorted(
    path.name.removesuffix("_advisories.json") for path in FOLDER.glob("*_advisories.json")
)


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_range_of_a_list_can_be_read(product: str) -> None:
    for advisory in json.loads((FOLDER / f"{product}_advisories.json").read_bytes()):
        assert re.fullmatch(r"(CVE|GHSA)-[\w-]+", advisory["id"])
        assert advisory["affected"]
        for affected in advisory["affected"]:
            assert re.fullmatch(r">=[\w.-]+ <[\w.-]+", affected)


@pytest.mark.parametrize(
    ("product", "version", "ids"),
    [
        ("listmonk", "v6.2.0", set()),
        ("listmonk", "v6.1.0", {"CVE-2026-62361"}),
        ("listmonk", "v6.0.0", {"CVE-2026-62361", "CVE-2026-34828", "CVE-2026-34584"}),
        ("ghost", "6.65.0", set()),
        ("ghost", "5.130.6", {"CVE-2026-26980", "CVE-2026-29784", "CVE-2026-70593"}),
        ("mautic", "7.1.2", set()),
    ],
)
def test_a_version_has_the_vulnerabilities_of_its_ranges(
    product: str, version: str, ids: set[str]
) -> None:
    found = advisories(product, version)
    assert {each.split(" ")[0] for each in found["advisories"]} == ids
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["advisories_as_of"])
