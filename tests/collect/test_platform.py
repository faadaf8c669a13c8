"""Where a platform is asked, by what is configured of a target."""

from __future__ import annotations

import pytest

from scanner import registry
from scanner.config import Target
from scanner.model import Unknown


@pytest.mark.parametrize(
    ("region", "url"),
    [
        (None, "https://api.mailgun.net"),
        ("us", "https://api.mailgun.net"),
        ("EU", "https://api.eu.mailgun.net"),
    ],
)
def test_an_account_is_asked_in_its_region(region: str | None, url: str) -> None:
    target = Target(name="shop", platform="mailgun", region=region)
    assert registry.part("platforms", "mailgun").locate(target) == {"": url}


def test_a_credential_does_not_go_to_a_region_that_nobody_named() -> None:
    target = Target(name="shop", platform="mailgun", region="eu-west")
    found = registry.part("platforms", "mailgun").locate(target)
    assert isinstance(found, Unknown)
    assert found.remedy is not None
    assert found.remedy.values["regions"] == ["eu"]
