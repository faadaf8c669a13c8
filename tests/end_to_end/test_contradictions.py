"""Where a platform and the DNS disagree, both are shown, through the real command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nameservers import NameServer, txt
from servers import Server
from vendors import Desk

ZONE = {
    "example.co.jp": [txt("v=spf1 -all"), ("MX", "0 .")],
    "news.example.co.jp": [txt("v=spf1 -all"), ("MX", "0 .")],
}


def test_a_domain_that_the_platform_calls_authenticated_is_held_against_the_dns(
    mamori: Callable[..., Any],
    tmp_path: Path,
    server: Server,
    nameserver: Callable[..., NameServer],
) -> None:
    desk = Desk("sendgrid")
    names = nameserver(ZONE)
    target = {
        "name": "shop",
        "platform": "sendgrid",
        "url": desk.serve(server),
        "endpoints": [],
        "pages": [],
        "sending_domains": [],
        "resolver": names.address,
        "credential": {each: f"env:{each.upper()}" for each in desk.vendor.credential},
    }
    organisation = {"name": "Example", "domains": ["example.co.jp"]}
    config = {"organisation": organisation, "targets": [target]}
    (tmp_path / "mamori.yaml").write_text(json.dumps(config), encoding="utf-8")
    variables = {key.upper(): str(value) for key, value in desk.vendor.credential.items()}
    ran = mamori(
        *("scan", "--config", tmp_path / "mamori.yaml", "--format", "json", "--exit-zero"),
        variables=variables,
    )
    assert ran.code == 0, ran.err
    findings = {(each["check"], each["subject"]["id"]): each for each in ran.target["findings"]}
    found = findings["evidence.contradiction", "shop"]
    assert found["status"] == "fail"
    claim = "SendingDomain example.co.jp dkim: probe=no usable key, api=authenticated"
    assert claim in found["message"]
    assert findings["mail.dkim-present", "example.co.jp"]["status"] == "fail"
    assert "news.example.co.jp dkim" not in found["message"]  # nobody claims it
