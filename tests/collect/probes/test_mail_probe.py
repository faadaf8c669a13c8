"""What mailbox providers find of a domain, judged: real DNS on loopback, every check by its id."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nameservers import FAILING, SILENT, NameServer, Zone, txt

from checks.mail import spf_present
from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.fetch import Visitor
from scanner.collect.probes.mail import UnknownSenderError, probe_domain, sender
from scanner.collect.probes.mail.senders import senders
from scanner.evaluate import evaluate
from scanner.model import Account, Deployment, SendingDomain
from scanner.policy import load_policy

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
Start = Callable[..., NameServer]
PATIENCE = 0.3
"""Seconds for a name server that is silent on purpose; the others get the usual time."""
POLICY = load_policy("baseline").only(["mail"])


def public(bits: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


RSA_1024, RSA_2048 = public(1024), public(2048)
ED25519 = base64.b64encode(
    ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode()


def probe(
    server: NameServer,
    domain: str = "example.test",
    *,
    tools: str = "",
    selectors: str = "",
    seconds: float = 2.0,
) -> SendingDomain:
    async def look() -> SendingDomain:
        resolver = Resolver(server.address, seconds=seconds)
        async with Visitor(resolver=resolver, seconds=1) as visitor:
            return await probe_domain(
                domain,
                resolver=resolver,
                visitor=visitor,
                tools=[sender(name) for name in tools.split()],
                selectors=selectors.split(),
                smtp_port=9,
                now=NOW,
            )

    return asyncio.run(look())


def statuses(domain: SendingDomain) -> dict[str, str]:
    deployment = Deployment(
        target="t", platform="p", collected_at=NOW, subjects=(Account(id="t"), domain)
    )
    found = evaluate(deployment, POLICY, NOW)
    return {each.check.removeprefix("mail."): each.verdict.status.value for each in found}


def apex(*records: str) -> Zone:
    return {"example.test": [*map(txt, records), ("MX", "0 .")]}


def test_a_domain_in_order_passes_everything(nameserver: Start) -> None:
    zone = {
        "example.test": [txt("v=spf1 include:servers.mcsv.net ip4:192.0.2.25 -all"), ("MX", "0 .")],
        "servers.mcsv.net": [txt("v=spf1 ip4:198.51.100.0/24 -all")],
        "25.2.0.192.in-addr.arpa": [("PTR", "out.example.test.")],
        "out.example.test": [("A", "192.0.2.25")],
        "k2._domainkey.example.test": [("CNAME", "dkim2.mcsv.net")],
        "dkim2.mcsv.net": [txt(f"v=DKIM1; k=rsa; p={RSA_2048}")],
        "_dmarc.example.test": [txt("v=DMARC1; p=reject; rua=mailto:dmarc@example.test")],
        "default._bimi.example.test": [txt("v=BIMI1; l=https://example.test/logo.svg; a=")],
    }
    found = statuses(probe(nameserver(zone), tools="mailchimp"))
    assert set(found.values()) <= {"pass", "not_applicable"}, found
    assert {check for check, status in found.items() if status == "not_applicable"} == {
        "mta-sts",
        "tls-rpt",
        "starttls",
    }


def test_a_domain_without_anything_fails_what_it_lacks(nameserver: Start) -> None:
    found = statuses(probe(nameserver({"example.test": [("A", "192.0.2.1")]})))
    assert {check for check, status in found.items() if status == "fail"} == {
        "bimi",
        "dkim-present",
        "dmarc-present",
        "mta-sts",
        "spf-present",
        "tls-rpt",
    }
    assert "pass" not in found.values()


def test_a_domain_that_does_not_exist_fails_the_same(nameserver: Start) -> None:
    domain = probe(nameserver({"other.test": []}))
    found = statuses(domain)
    assert found["spf-present"] == found["dmarc-present"] == found["dkim-present"] == "fail"
    assert "does not exist" in spf_present.function(domain).template


@pytest.mark.parametrize("behaviour", [SILENT, FAILING])
def test_a_dns_that_fails_proves_nothing(nameserver: Start, behaviour: str) -> None:
    below = ("_dmarc", "_domainkey", "default._bimi", "_mta-sts", "_smtp._tls")
    names = ("example.test", *(f"{name}.example.test" for name in below))
    zone = {name: [(behaviour, "")] for name in names}
    found = statuses(probe(nameserver(zone), seconds=PATIENCE))
    assert set(found.values()) <= {"inconclusive", "not_applicable"}, found
    assert {check for check, status in found.items() if status == "not_applicable"} <= {
        "dmarc-alignment",
        "spf-covers-platform",
    }


@pytest.mark.parametrize(
    ("record", "valid", "strict"),
    [
        ("v=spf1 -all", "pass", "pass"),
        ("v=spf1 ~all", "pass", "pass"),
        ("V=SPF1 ip4:192.0.2.0/24 -ALL", "pass", "pass"),
        ("v=spf1 +all", "pass", "fail"),
        ("v=spf1 all", "pass", "fail"),
        ("v=spf1 ?all", "pass", "fail"),
        ("v=spf1 ip4:192.0.2.0/24", "pass", "fail"),
        ("v=spf1 ptr -all", "pass", "fail"),
        ("v=spf1 ip4:192.0.2.300 -all", "fail", "pass"),
        ("v=spf1 ip4:192.0.2.1/33 -all", "fail", "pass"),
        ("v=spf1 ipv4:192.0.2.1 -all", "fail", "pass"),
        ("v=spf1 include: -all", "fail", "pass"),
        ("v=spf1 include:gone.test -all", "fail", "pass"),
        ("v=spf1 include:example.test -all", "fail", "pass"),
        ("v=spf1 -all moo", "fail", "pass"),
        ("v=spf1 redirect=strict.test", "pass", "pass"),
        ("v=spf1 redirect=open.test", "pass", "fail"),
        ("v=spf1 redirect=gone.test", "fail", "fail"),
        ("v=spf1 redirect=a.test redirect=b.test -all", "fail", "pass"),
        ("v=spf1 exists:%{i}._spf.%{d} -all", "pass", "pass"),
        ("v=spf1 -all unknown=thing", "pass", "pass"),
        ("v=spf1  ip4:192.0.2.1  -all ", "pass", "pass"),
        ("v=spf1", "pass", "fail"),
        ("v=spf1 include:open.test -all", "pass", "fail"),
        ("v=spf1 -include:open.test +all", "pass", "pass"),
        ("v=spf1 include:strict.test -all", "pass", "pass"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "pass", "fail"),
        ("v=spf1 ip6:::/0 -all", "pass", "fail"),
        ("v=spf1 a:host.test/0 -all", "pass", "fail"),
        ("v=spf1 a:host.test//0 -all", "pass", "fail"),
        ("v=spf1 exists:host.test -all", "pass", "fail"),
        ("v=spf1 exists:gone.test -all", "pass", "pass"),
        ("v=spf1 -ip4:0.0.0.0/0 +all", "pass", "pass"),
        ("v=spf1 -all redirect=gone.test", "pass", "pass"),
        ("v=spf1 include:twice.test -all", "fail", "pass"),
        ("v=spf1 include:round.test -all", "fail", "pass"),
        ("v=spf1 -redirect=strict.test", "fail", "fail"),
        ("v=spf1 ip4:192.0.2.01 -all", "fail", "pass"),
        ("v=spf1 ip4:192.0.2.1,ip4:192.0.2.2 -all", "fail", "pass"),
    ],
)
def test_spf_records_are_judged_by_the_standard(
    nameserver: Start, record: str, valid: str, strict: str
) -> None:
    zone = apex(record) | {
        "strict.test": [txt("v=spf1 -all")],
        "open.test": [txt("v=spf1 +all")],
        "twice.test": [txt("v=spf1 -all"), txt("v=spf1 ~all")],
        "round.test": [txt("v=spf1 include:about.test -all")],
        "about.test": [txt("v=spf1 include:round.test -all")],
        "host.test": [("A", "192.0.2.1")],
    }
    found = statuses(probe(nameserver(zone)))
    expected = ("pass", valid, strict)
    if valid == "fail" and "redirect=gone" in record:
        assert found["spf-valid"] == "fail"
        return
    assert (found["spf-present"], found["spf-valid"], found["spf-strict"]) == expected


def test_two_spf_records_are_a_fault(nameserver: Start) -> None:
    found = statuses(probe(nameserver(apex("v=spf1 -all", "v=spf1 ~all", "other=1"))))
    assert (found["spf-present"], found["spf-valid"]) == ("pass", "fail")


@pytest.mark.parametrize(("terms", "status"), [(10, "pass"), (11, "fail")])
def test_spf_lookups_are_counted_through_includes(
    nameserver: Start, terms: int, status: str
) -> None:
    inner = " ".join(f"a:host{number}.test" for number in range(terms - 2))
    zone = apex("v=spf1 include:one.test mx -all")
    zone |= {
        "example.test": [txt("v=spf1 include:one.test mx -all"), ("MX", "10 host0.test.")],
        "one.test": [txt(f"v=spf1 {inner} -all")],
    }
    zone |= {f"host{number}.test": [("A", "192.0.2.1")] for number in range(terms)}
    assert statuses(probe(nameserver(zone)))["spf-lookups"] == status


@pytest.mark.parametrize(("void", "status"), [(2, "pass"), (3, "fail")])
def test_spf_void_lookups_are_counted(nameserver: Start, void: int, status: str) -> None:
    terms = " ".join(f"a:gone{number}.test" for number in range(void))
    assert statuses(probe(nameserver(apex(f"v=spf1 {terms} -all"))))["spf-lookups"] == status


def test_an_include_that_does_not_answer_is_inconclusive(nameserver: Start) -> None:
    zone = apex("v=spf1 include:slow.test -all") | {"slow.test": [(SILENT, "")]}
    found = statuses(probe(nameserver(zone), seconds=PATIENCE))
    assert found["spf-valid"] == found["spf-lookups"] == "inconclusive"
    assert found["spf-strict"] == "inconclusive"  # whether it uses ptr is not known
    assert found["spf-present"] == "pass"


@pytest.mark.parametrize(
    ("records", "present", "key"),
    [
        ([txt(f"v=DKIM1; k=rsa; p={RSA_2048}")], "pass", "pass"),
        ([txt(f"p={RSA_2048}")], "pass", "pass"),
        ([txt(f"v=DKIM1; k=ed25519; p={ED25519}")], "pass", "pass"),
        ([txt(f"v=DKIM1; p={RSA_1024}")], "pass", "fail"),
        ([txt(f"v=DKIM1; t=y; p={RSA_2048}")], "pass", "fail"),
        ([txt(f"v=DKIM1; t=s; p={RSA_2048}")], "pass", "pass"),
        ([txt("v=DKIM1; p=")], "fail", "fail"),
        ([txt("v=DKIM1; k=rsa")], "fail", "fail"),
        ([txt("v=DKIM1; p=bm8ga2V5")], "fail", "fail"),
        ([txt("v=DKIM1; p=%%%")], "fail", "fail"),
        ([txt(f"v=DKIM1; h=sha1; p={RSA_2048}")], "fail", "fail"),
        ([txt(f"v=DKIM1; s=tlsrpt; p={RSA_2048}")], "fail", "fail"),
        ([txt(f"v=DKIM2; p={RSA_2048}")], "fail", "fail"),
        ([("CNAME", "gone.vendor.test")], "fail", "fail"),
        ([("CNAME", "s1._domainkey.example.test")], "fail", "fail"),
        ([(SILENT, "")], "inconclusive", "inconclusive"),
    ],
)
def test_dkim_keys_are_judged_by_the_standard(
    nameserver: Start, records: list[tuple[str, str]], present: str, key: str
) -> None:
    zone = apex("v=spf1 -all") | {"s1._domainkey.example.test": records}
    seconds = PATIENCE if (SILENT, "") in records else 2.0
    found = statuses(probe(nameserver(zone), seconds=seconds))
    assert (found["dkim-present"], found["dkim-key"]) == (present, key)


def test_a_key_under_an_unknown_selector_is_neither_there_nor_absent(nameserver: Start) -> None:
    zone = apex("v=spf1 -all") | {
        "own2026._domainkey.example.test": [txt(f"v=DKIM1; p={RSA_2048}")]
    }
    server = nameserver(zone)
    assert statuses(probe(server))["dkim-present"] == "inconclusive"
    assert statuses(probe(server, selectors="own2026"))["dkim-present"] == "pass"


def test_a_wildcard_is_no_key(nameserver: Start) -> None:
    for records in ([txt("v=spf1 -all")], [("CNAME", "gone.vendor.test")]):
        zone = apex("v=spf1 -all") | {"*.example.test": records}
        found = statuses(probe(nameserver(zone)))
        assert "pass" not in (found["dkim-present"], found["dkim-key"])
        assert found["dkim-key"] != "fail"


@pytest.mark.parametrize(
    ("record", "valid", "enforced"),
    [
        ("v=DMARC1; p=reject", "pass", "pass"),
        ("v=DMARC1;p=quarantine", "pass", "pass"),
        ("V=DMARC1 ; P=REJECT", "pass", "pass"),
        ("v=DMARC1; p=none", "pass", "fail"),
        ("v=DMARC1; rua=mailto:a@example.test", "pass", "fail"),
        ("v=DMARC1; p=reject; t=y", "pass", "fail"),
        ("v=DMARC1; p=reject; sp=none", "pass", "fail"),
        ("v=DMARC1; p=reject; np=none", "pass", "fail"),
        ("v=DMARC1; p=reject; pct=50; rf=afrf; ri=86400", "pass", "pass"),
        ("v=DMARC1; p=reject; new=thing", "pass", "pass"),
        ("v=DMARC1; p=block", "fail", "fail"),
        ("v=DMARC1; p=reject; adkim=x", "fail", "pass"),
        ("v=DMARC1; p=reject; p=none", "fail", "pass"),
        ("v=DMARC1; p=reject; rua=dmarc@example.test", "fail", "pass"),
        ("v=DMARC1; p=reject; fo=1:d:s", "pass", "pass"),
        ("v=DMARC1; p=reject; fo=9", "fail", "pass"),
        ("v=DMARC1; p=", "fail", "fail"),
        ("v=DMARC1", "pass", "fail"),
        ("v=DMARC1, p=reject", "fail", "fail"),
        ("v=DMARC1 p=reject", "fail", "fail"),
        ("v=dmarc1; p=reject", "fail", "fail"),
    ],
)
def test_dmarc_records_are_judged_by_the_standard(
    nameserver: Start, record: str, valid: str, enforced: str
) -> None:
    zone = apex("v=spf1 -all") | {"_dmarc.example.test": [txt(record)]}
    found = statuses(probe(nameserver(zone)))
    assert found["dmarc-present"] == "pass"
    assert (found["dmarc-valid"], found["dmarc-enforced"]) == (valid, enforced)


def test_two_dmarc_records_are_a_fault(nameserver: Start) -> None:
    zone = apex() | {"_dmarc.example.test": [txt("v=DMARC1; p=reject"), txt("v=DMARC1; p=none")]}
    found = statuses(probe(nameserver(zone)))
    assert (found["dmarc-valid"], found["dmarc-enforced"]) == ("fail", "fail")


@pytest.mark.parametrize(
    ("domain", "zone", "place", "policy"),
    [
        ("a.b.example.test", {"_dmarc.example.test": "p=reject"}, "example.test", "reject"),
        ("a.b.example.test", {"_dmarc.example.test": "p=reject; sp=none"}, "example.test", "none"),
        (
            "gone.example.test",
            {"_dmarc.example.test": "p=none; sp=none; np=reject"},
            "example.test",
            "reject",
        ),
        (
            "a.b.example.test",
            {"_dmarc.b.example.test": "p=none; psd=n", "_dmarc.example.test": "p=reject"},
            "b.example.test",
            "none",
        ),
        (
            "a.example.test",
            {"_dmarc.example.test": "p=none", "_dmarc.test": "p=reject; psd=y"},
            "example.test",
            "none",
        ),
        ("a.example.test", {"_dmarc.test": "p=reject; psd=y"}, "test", "reject"),
        ("a.b.c.d.e.f.g.h.example.test", {"_dmarc.example.test": "p=reject"}, "example.test", None),
    ],
)
def test_the_dmarc_record_above_holds_where_there_is_none(
    nameserver: Start, domain: str, zone: dict[str, str], place: str, policy: str | None
) -> None:
    records = {name: [txt(f"v=DMARC1; {tags}")] for name, tags in zone.items()}
    names: Zone = {"a.b.example.test": [("A", "192.0.2.1")], "a.example.test": []}
    found = probe(nameserver(names | records), domain)
    assert found.dmarc_domain == place
    assert policy in (None, found.dmarc_policy)


def test_the_tree_walk_asks_for_no_more_names_than_the_standard_allows(nameserver: Start) -> None:
    server = nameserver({"example.test": []})
    probe(server, "a.b.c.d.e.f.g.h.i.j.k.example.test")
    asked = [name for name, _, _ in server.asked if name.startswith("_dmarc.")]
    assert len(asked) == 8
    assert asked[1].count(".") == 7


def test_reports_to_a_stranger_need_the_strangers_consent(nameserver: Start) -> None:
    record = "v=DMARC1; p=reject; rua=mailto:a@reports.example.test,mailto:b@collector.test!10m"
    zone = apex() | {"_dmarc.example.test": [txt(record)]}
    assert statuses(probe(nameserver(zone)))["dmarc-reporting"] == "fail"
    zone["example.test._report._dmarc.collector.test"] = [txt("v=DMARC1")]
    assert statuses(probe(nameserver(zone)))["dmarc-reporting"] == "pass"
    zone["example.test._report._dmarc.collector.test"] = [(SILENT, "")]
    assert statuses(probe(nameserver(zone), seconds=PATIENCE))["dmarc-reporting"] == "inconclusive"


@pytest.mark.parametrize(
    ("tool", "spf", "keys", "judged"),
    [
        ("mailchimp", "v=spf1 include:servers.mcsv.net -all", "k2", "pass pass pass"),
        ("mailchimp", "v=spf1 -all", "k2", "not_applicable pass pass"),
        ("mailchimp", "v=spf1 include:servers.mcsv.net -all", "", "pass fail fail"),
        ("mailchimp", "v=spf1 -all", "", "fail fail fail"),
        ("salesforce", "v=spf1 -all", "", "fail fail fail"),
        ("salesforce", "v=spf1 include:_spf.salesforce.com -all", "", "pass fail pass"),
        ("mautic", "v=spf1 -all", "default", "not_applicable pass pass"),
        ("hubspot", "v=spf1 -all", "k9", "inconclusive inconclusive inconclusive"),
    ],
)
def test_each_tool_is_judged_by_what_it_asks_for(
    nameserver: Start, tool: str, spf: str, keys: str, judged: str
) -> None:
    zone = apex(spf) | {
        "servers.mcsv.net": [txt("v=spf1 ip4:192.0.2.0/24 -all")],
        "_spf.salesforce.com": [txt("v=spf1 ip4:192.0.2.0/24 -all")],
        "_dmarc.example.test": [txt("v=DMARC1; p=reject")],
    }
    for key in keys.split():
        zone[f"{key}._domainkey.example.test"] = [txt(f"v=DKIM1; p={RSA_2048}")]
    found = statuses(probe(nameserver(zone), tools=tool))
    checks = ("spf-covers-platform", "dkim-present", "dmarc-alignment")
    assert [found[check] for check in checks] == judged.split()


def test_strict_alignment_does_not_accept_the_key_of_a_subdomain(nameserver: Start) -> None:
    zone = apex("v=spf1 -all") | {
        "kl._domainkey.example.test": [txt(f"v=DKIM1; p={RSA_2048}")],
        "_dmarc.example.test": [txt("v=DMARC1; p=reject; adkim=s")],
    }
    assert statuses(probe(nameserver(zone), tools="klaviyo"))["dmarc-alignment"] == "fail"


def test_every_claim_of_a_vendor_has_a_source() -> None:
    for each in senders().values():
        assert each.sources or not (each.selectors or each.include), each.name
    with pytest.raises(UnknownSenderError, match="did you mean 'mailchimp'"):
        sender("mailchim")


def test_mail_is_not_asked_of_who_takes_none(nameserver: Start) -> None:
    found = statuses(probe(nameserver(apex("v=spf1 -all"))))
    assert found["mta-sts"] == found["tls-rpt"] == found["starttls"] == "not_applicable"


def test_a_mail_server_that_cannot_be_reached_proves_nothing(nameserver: Start) -> None:
    zone: Zone = {"example.test": [("MX", "10 mx.test.")], "mx.test": [("A", "127.0.0.1")]}
    assert statuses(probe(nameserver(zone)))["starttls"] == "inconclusive"
    zone["mx.test"] = [txt("no address")]
    assert statuses(probe(nameserver(zone)))["starttls"] == "fail"


def test_a_mail_server_whose_name_no_host_can_have_costs_nothing_else(nameserver: Start) -> None:
    zone: Zone = {
        "example.test": [txt("v=spf1 -all"), ("MX", "10 a:b.test.")],
        "a:b.test": [("A", "127.0.0.1")],
    }
    found = statuses(probe(nameserver(zone)))
    assert (found["spf-present"], found["starttls"]) == ("pass", "fail")


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ("v=TLSRPTv1; rua=mailto:a@example.test", "pass"),
        ("v=TLSRPTv1;rua=https://reports.test/v1,mailto:a@b.test", "pass"),
        ("v=TLSRPTv1; rua=a@example.test", "fail"),
        ("v=TLSRPTv1", "fail"),
        ("v=tlsrptv1; rua=mailto:a@b.test", "fail"),
    ],
)
def test_tls_rpt_is_judged_by_the_standard(nameserver: Start, record: str, status: str) -> None:
    zone: Zone = {
        "example.test": [("A", "127.0.0.1")],
        "_smtp._tls.example.test": [txt(record)],
    }
    assert statuses(probe(nameserver(zone)))["tls-rpt"] == status


@pytest.mark.parametrize(
    ("record", "dmarc", "status"),
    [
        ("v=BIMI1; l=https://a.test/l.svg; a=https://a.test/l.pem", "p=reject", "pass"),
        ("v=BIMI1; l=https://a.test/l.svg", "p=none", "fail"),
        ("v=BIMI1; l=http://a.test/l.svg", "p=reject", "fail"),
        ("v=BIMI1; l=https://a.test/l.png", "p=reject", "fail"),
        ("v=BIMI1; a=https://a.test/l.pem", "p=reject", "fail"),
        ("v=BIMI1; l=", "p=reject", "pass"),
    ],
)
def test_bimi_is_judged_by_its_draft(
    nameserver: Start, record: str, dmarc: str, status: str
) -> None:
    zone = apex() | {
        "default._bimi.example.test": [txt(record)],
        "_dmarc.example.test": [txt(f"v=DMARC1; {dmarc}")],
    }
    assert statuses(probe(nameserver(zone)))["bimi"] == status


def test_an_address_that_sends_has_a_name_that_leads_back(nameserver: Start) -> None:
    zone = apex("v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 ip4:198.51.100.0/24 -all")
    zone["25.2.0.192.in-addr.arpa"] = [("PTR", "out.example.test.")]
    zone["out.example.test"] = [("A", "192.0.2.25")]
    found = probe(nameserver(zone))
    assert found.unnamed_addresses == ("2001:db8::25",)
    assert statuses(found)["reverse-dns"] == "fail"
