"""Which websites and mail domains are looked at, and where witnesses of them disagree."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hvac  # noqa: F401 - to import it takes a while, which is not what is measured
import pytest
from nameservers import NameServer, txt
from servers import Asked, Server

from scanner.collect.credentials import HeldCredentials
from scanner.collect.discovery import Names, discover, named
from scanner.collect.gathering import Gathering
from scanner.collect.outside import announce_outside, contradictions, look_from_outside
from scanner.collect.survey import World, survey
from scanner.config import Organisation, Target, settings_from
from scanner.document import parse
from scanner.model import (
    AnySubject,
    Block,
    Content,
    Deployment,
    Endpoint,
    Form,
    Link,
    Message,
    Origin,
    Page,
    Reason,
    SendingDomain,
    Site,
    Unknown,
)
from scanner.scan import look as look_at

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OWN = Organisation(domains=("example.co.jp",))


def target(**given: object) -> Target:
    return Target(name="shop", platform="mautic", **given)  # type: ignore[arg-type]


def test_names_come_from_the_configuration_and_say_so() -> None:
    names = discover(
        target(
            url="https://ma.example.co.jp",
            endpoints=("ma.example.co.jp:443", "go.example.co.jp", "smtp.example.co.jp:465"),
            pages=("https://www.example.co.jp/privacy", "policies/privacy.html"),
            sending_domains=("news.example.co.jp",),
        ),
        OWN,
        [],
    )
    assert {site: source.template.split()[0] for site, source in names.sites.items()} == {
        "https://ma.example.co.jp": "`url`",
        "https://go.example.co.jp/": "`endpoints`",
        "https://www.example.co.jp/": "`pages`",
    }
    assert list(names.domains) == ["news.example.co.jp"]


def test_an_endpoint_is_a_website_however_it_is_written() -> None:
    written = ("[::1]", "[::2]:443", "MA.example.co.jp:443", "[::3]:8443")
    names = discover(target(url="https://ma.example.co.jp:443", endpoints=written), OWN, [])
    assert list(names.sites) == [
        "https://[::1]/",
        "https://[::2]/",
        "https://MA.example.co.jp/",
    ]


def test_names_come_from_the_platform_within_the_targets_own_domains_only() -> None:
    subjects: list[AnySubject] = [
        Site(id="track.example.co.jp", host="track.example.co.jp"),
        Site(id="customers.vendor.com", host="customers.vendor.com"),
        Form(id="1", html='<form action="https://forms.example.co.jp/submit"></form>'),
        Form(id="2", html='<form action="https://formspree.io/f/1"></form>'),
        Message(
            id="3",
            html='<a href="https://lp.example.co.jp/">x</a><a href="https://other.co.jp/">y</a>',
            from_address="info@mail.example.co.jp",
        ),
        Message(id="4", from_address="shop@gmail.com"),
        SendingDomain(id="example.co.jp", origin=Origin.API),
    ]
    names = discover(target(url="https://ma.example.co.jp"), OWN, subjects)
    assert {site: str(source) for site, source in names.sites.items()} == {
        "https://ma.example.co.jp": "`url` of the configuration",
        "https://track.example.co.jp/": "the platform's list of domains",
        "https://forms.example.co.jp/": "a form of the platform",
        "https://lp.example.co.jp/": "a link in a mail",
    }
    assert {domain: str(source) for domain, source in names.domains.items()} == {
        "mail.example.co.jp": "the sender of a mail",
        "example.co.jp": "the platform's list of domains",
    }


def test_names_come_from_links_and_forms_on_the_pages_that_are_named() -> None:
    links = (
        Link("LP", "https://lp.example.co.jp/autumn"),
        Link("X", "https://x.com/example"),
        Link("mail", "mailto:info@mail.example.co.jp"),
        Link("here", "/privacy"),
        Link("broken", "https://[example.co.jp"),
    )
    page = "https://www.example.co.jp/"
    subjects: list[AnySubject] = [
        Page(id=page, content=Content(blocks=(Block(text="x", links=links),))),
        Form(id=page, sends_to="https://forms.example.co.jp/entry"),
        Form(id=f"{page}#2", sends_to="entry.php"),
        Form(id=f"{page}#3"),
    ]
    names = discover(target(pages=(page,)), Organisation(), subjects)
    assert {site: str(source) for site, source in names.sites.items()} == {
        page: "`pages` of the configuration",
        "https://lp.example.co.jp/": "a link on a page",
        "https://forms.example.co.jp/": "a form on a page",
    }


def test_names_on_a_deployment_of_this_machine_are_asked_of_nobody_who_is_not_named() -> None:
    subjects: list[AnySubject] = [
        Message(id="1", from_address="info@example.co.jp"),
        Site(id="go.example.co.jp", host="go.example.co.jp"),
    ]
    here = target(url="http://127.0.0.1:8080", sending_domains=("news.example.co.jp",))
    names = discover(here, OWN, subjects)
    assert (list(names.sites), list(names.domains)) == ([], ["news.example.co.jp"])
    assert "runs on this machine" in str(list(announce_outside(here))[-1])
    asked = target(url="http://127.0.0.1:8080", resolver="127.0.0.1:53")
    assert discover(asked, OWN, subjects).domains.keys() == {"example.co.jp"}


def test_what_is_found_is_limited() -> None:
    links = "".join(f'<a href="https://h{number}.example.co.jp/">x</a>' for number in range(500))
    assert len(discover(target(), OWN, [Message(id="1", html=links)]).sites) == 20


def test_the_way_behind_the_front_door_is_no_website() -> None:
    assert discover(target(url="http://127.0.0.1:8080"), OWN, []).sites == {}
    assert discover(target(url="https://ma.example.co.jp", endpoints=()), OWN, []).sites == {}


def test_the_dry_run_names_each_with_where_it_comes_from() -> None:
    lines = [
        str(line)
        for line in announce_outside(
            target(url="https://ma.example.co.jp", sending_domains=("example.co.jp",))
        )
    ]
    assert "https://ma.example.co.jp" in lines[0]
    assert "`url`" in lines[0]
    assert "DNS of example.co.jp" in lines[1]
    assert "`sending_domains`" in lines[1]


def look(wanted: Target, gathering: Gathering) -> Deployment:
    asyncio.run(look_from_outside(wanted, OWN, gathering, ca_file=None, now=NOW))
    return gathering.deployment(now=NOW, complete=True, requests=0)


@pytest.fixture
def gathering() -> Gathering:
    return Gathering("shop", "mautic", expected=(Site, SendingDomain))


def test_what_is_named_is_looked_at_and_listed_completely(
    gathering: Gathering, nameserver: Callable[..., NameServer], server: Server
) -> None:
    server.answer("/", b"<p>hello", headers={"Content-Type": "text/html"})
    zone = {
        "example.co.jp": [txt("v=spf1 -all"), ("MX", "0 .")],
        "www.example.co.jp": [("A", "127.0.0.1")],
    }
    found = look(
        target(
            endpoints=(),
            pages=(f"http://www.example.co.jp:{server.port}/privacy",),
            sending_domains=("example.co.jp",),
            resolver=nameserver(zone).address,
        ),
        gathering,
    )
    [site] = [each for each in found.subjects if isinstance(each, Site)]
    [domain] = [each for each in found.subjects if isinstance(each, SendingDomain)]
    assert site.https is False
    assert domain.spf == ("v=spf1 -all",)
    assert found.populations == {}
    assert not found.problems


def test_nobody_having_said_is_not_the_same_as_there_being_none(gathering: Gathering) -> None:
    assert look(target(endpoints=(), sending_domains=()), gathering).populations == {}
    assert set(look(target(), gathering).populations) == {"Site", "SendingDomain"}


def test_a_list_of_the_platform_that_was_not_read_stays_unknown(gathering: Gathering) -> None:
    lacks = Unknown(Reason.NOT_PERMITTED)
    gathering.missing("sending domains", lacks, SendingDomain)
    found = look(target(endpoints=(), sending_domains=()), gathering)
    assert found.populations == {"SendingDomain": lacks}


def test_one_that_breaks_leaves_the_others_alone(
    gathering: Gathering, nameserver: Callable[..., NameServer]
) -> None:
    wanted = target(
        endpoints=(),
        sending_domains=("not a domain", "example.co.jp"),
        resolver=nameserver({"example.co.jp": [txt("v=spf1 -all"), ("MX", "0 .")]}).address,
    )
    found = look(wanted, gathering)
    assert [each.id for each in found.subjects if isinstance(each, SendingDomain)] == [
        "example.co.jp"
    ]
    assert "SendingDomain" in found.populations
    assert [problem.where for problem in found.problems] == ["mail not a domain"]


def test_a_resolver_that_is_none_is_a_problem_of_the_target(gathering: Gathering) -> None:
    wanted = target(endpoints=(), sending_domains=("example.co.jp",), resolver="dns.example")
    found = look(wanted, gathering)
    assert [problem.where for problem in found.problems] == ["resolver"]
    assert set(found.populations) == {"SendingDomain"}


def test_what_the_platform_says_stands_beside_what_the_probe_sees(
    gathering: Gathering, nameserver: Callable[..., NameServer]
) -> None:
    gathering.add(SendingDomain(id="example.co.jp", origin=Origin.API, authentication_claimed=True))
    wanted = target(
        endpoints=(),
        sending_domains=("example.co.jp",),
        resolver=nameserver({"example.co.jp": [txt("v=spf1 -all"), ("MX", "0 .")]}).address,
    )
    subjects = look(wanted, gathering).subjects
    assert len([each for each in subjects if isinstance(each, SendingDomain)]) == 1
    assert list(contradictions(subjects, NOW)) == [
        "SendingDomain example.co.jp dkim: probe=no usable key, api=authenticated"
    ]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"certificate_not_after": NOW - timedelta(days=1)}, "expired"),
        ({"certificate_trusted": False}, "not trusted"),
        ({"hostname_matches": False}, "for another host"),
        ({"certificate_trusted": True, "hostname_matches": True}, None),
    ],
)
def test_a_certificate_that_the_platform_claims_is_compared_with_the_one_seen(
    facts: dict[str, object], said: str | None
) -> None:
    host = "go.example.co.jp"
    seen = Endpoint(id=f"{host}:443", host=host, port=443, **facts)  # type: ignore[arg-type]
    site = Site(id=host, host=host, certificate_claimed=True, https=True)
    found = list(contradictions([seen, site], NOW))
    assert found == (
        [] if said is None else [f"Site {host} certificate: probe={said}, api=in force"]
    )


def test_what_is_not_known_contradicts_nothing() -> None:
    site = Site(id="a.test", host="a.test", certificate_claimed=True)
    domain = SendingDomain(id="a.test", authentication_claimed=True)
    assert isinstance(site.https, Unknown)
    assert list(contradictions([site, domain], NOW)) == []


def test_two_websites_of_one_host_are_both_kept(
    gathering: Gathering, serve: Callable[..., Server]
) -> None:
    one, other = serve(), serve()
    gathering.add(Site(id="127.0.0.1", host="127.0.0.1", certificate_claimed=True))
    wanted = target(
        endpoints=(), sending_domains=(), pages=(f"{one.url}/privacy", f"{other.url}/form")
    )
    found = {each.id: each for each in look(wanted, gathering).subjects if isinstance(each, Site)}
    assert set(found) == {f"{one.url}/", f"{other.url}/"}


def test_hostile_markup_in_a_mail_takes_nothing_down(gathering: Gathering) -> None:
    gathering.add(Message(id="m", html="<![<a href='https://shop.example.co.jp/'>"))
    assert look(target(endpoints=(), sending_domains=()), gathering).problems == ()


def test_what_breaks_in_measuring_secrets_loses_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: Server
) -> None:
    def broken(*_: object, **__: object) -> HeldCredentials:
        raise ValueError("nobody thought of this")

    monkeypatch.setattr("scanner.collect.survey.collect_credentials", broken)
    wanted = (
        "targets: [{name: a, platform: generic, endpoints: [], sending_domains: [], "
        f"pages: ['{server.url}/']}}]"
    )
    settings = settings_from(parse(wanted.encode(), "mamori.yaml"), tmp_path)
    [found] = look_at(settings, settings.config.targets, environment={})
    assert ("credentials", Reason.BUG) in [(each.where, each.reason) for each in found.problems]
    assert found.populations["Credential"].reason is Reason.BUG
    assert any(isinstance(each, Site) for each in found.subjects)


def test_a_vault_that_makes_one_wait_holds_nothing_else_up(tmp_path: Path, server: Server) -> None:
    def slowly(_: Asked) -> dict[str, str]:
        time.sleep(1.5)
        return {}

    server.decide_all(slowly)
    settings = settings_from(
        parse(
            b"ledger: ledger.json\ntargets:\n- {name: a, platform: hubspot, endpoints: [], "
            b"sending_domains: [], credential: {token: 'vault:secret/a'}}\n",
            "mamori.yaml",
        ),
        tmp_path,
    )
    variables = {"VAULT_ADDR": server.url, "VAULT_TOKEN": "-"}
    world = World(environment=variables, started=NOW, progress=lambda _: None)

    async def longest_pause() -> float:
        scan = asyncio.create_task(survey(settings, settings.config.targets, world))
        longest, before = 0.0, time.monotonic()
        while not scan.done():
            await asyncio.sleep(0.01)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
        await scan
        return longest

    assert asyncio.run(longest_pause()) < 1.4
    assert server.asked


def test_what_breaks_in_one_part_leaves_other_parts_and_targets_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: Server
) -> None:
    def broken(wanted: Target, *_: object) -> Names:
        if wanted.name == "one":
            raise ValueError("nobody thought of this")
        return named(wanted)

    monkeypatch.setattr("scanner.collect.outside.discover", broken)
    settings = settings_from(
        parse(
            "ledger: ledger.json\ntargets:\n"
            "- {name: one, platform: generic, endpoints: [], sending_domains: []}\n"
            "- {name: other, platform: generic, endpoints: [], sending_domains: [], "
            f"pages: ['{server.url}/']}}\n".encode(),
            "mamori.yaml",
        ),
        tmp_path,
    )
    one, other = look_at(settings, settings.config.targets, environment={})
    assert ("scan", Reason.BUG) in [(each.where, each.reason) for each in one.problems]
    assert {"Site", "SendingDomain"} <= set(one.populations)
    assert any(isinstance(each, Site) for each in other.subjects)
