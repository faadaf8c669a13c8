"""Mail: whether mailbox providers can tell a domain's own mail from forged mail."""

from __future__ import annotations

from typing import Annotated, Literal

from scanner.sdk import (
    Fact,
    Rule,
    SendingDomain,
    Severity,
    Text,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)

_NO_SPF = "{domain} has no SPF record."
_NO_DMARC = "No DMARC record holds for {domain}."
_TAKES_NO_MAIL = "{domain} takes no mail."
_STRENGTH = ("none", "quarantine", "reject")


class Lookups(Rule, frozen=True):
    """How much a receiver may be made to ask."""

    most: Annotated[int, parameter("Terms that ask the DNS", source="RFC 7208 §4.6.4", ge=0)] = 10
    most_void: Annotated[
        int,
        parameter("Questions that are answered with nothing", source="RFC 7208 §4.6.4", ge=0),
    ] = 2


class Strict(Rule, frozen=True):
    """What may become of mail from elsewhere."""

    accepted: Annotated[
        tuple[str, ...],
        parameter(
            "Results for everybody else: fail, softfail, neutral, pass",
            source="RFC 7208 §8; softfail suffices where DMARC decides (RFC 9989)",
        ),
    ] = ("fail", "softfail")


class KeySize(Rule, frozen=True):
    """The least that a DKIM key has to have."""

    rsa_bits: Annotated[
        int,
        parameter(
            "Bits of an RSA modulus",
            source="RFC 8301 §3.2 (at least 1024 MUST, 2048 SHOULD)",
            ge=1024,
        ),
    ] = 2048


class Enforced(Rule, frozen=True):
    """What receivers have to be asked for."""

    minimum: Annotated[
        Literal["none", "quarantine", "reject"],
        parameter("Policy: none, quarantine, reject", source="RFC 9989 §4.7; BIMI"),
    ] = "quarantine"


class MtaSts(Rule, frozen=True):
    """What an MTA-STS policy has to say."""

    modes: Annotated[
        tuple[str, ...],
        parameter("Modes that protect: enforce, testing", source="RFC 8461 §5"),
    ] = ("enforce",)
    min_seconds: Annotated[
        int,
        parameter(
            "Seconds that a policy is remembered",
            source="RFC 8461 §3.2 (weeks or more are expected); here one week",
            ge=0,
        ),
    ] = 604_800


@check("mail.spf-present", severity=Severity.MEDIUM)
def spf_present(domain: SendingDomain) -> Verdict:
    """The domain says which servers may send its mail (SPF).

    Why: Gmail, Yahoo and Microsoft sort out or refuse mail of domains that do not say; and anybody
        can send in such a domain's name.
    Fix: Publish one TXT record at the domain that begins with v=spf1, names every server and
        service that sends for it, and ends with ~all or -all. A domain that sends nothing gets
        v=spf1 -all.
    Source: RFC 7208; Google's and Yahoo's requirements for senders (February 2024).
    """
    records = known(domain.spf)
    if records:
        return passed("{domain} has an SPF record.", domain=domain.id, observed=records)
    if domain.exists is False:
        return failed(
            "{domain} does not exist in the DNS; check how it is written.", domain=domain.id
        )
    return failed(_NO_SPF, domain=domain.id, expected="v=spf1 … -all")


@check("mail.spf-valid", severity=Severity.MEDIUM)
def spf_valid(domain: SendingDomain) -> Verdict:
    """Receivers can evaluate the SPF record.

    Why: One wrong term, a second record or an include that leads nowhere makes receivers ignore the
        whole record: a permanent error, as if there were none.
    Fix: Correct the terms that are named; merge several records into one; take out includes of
        services that no longer exist.
    Source: RFC 7208 §4.5, §4.6 and §12.
    """
    if not known(domain.spf):
        return not_applicable(_NO_SPF, domain=domain.id)
    faults = known(domain.spf_faults)
    if faults:
        return failed(
            "Receivers cannot evaluate the SPF record of {domain}: {faults}.",
            domain=domain.id,
            faults=faults,
            observed=_first(domain.spf),
        )
    return passed("The SPF record of {domain} is sound.", domain=domain.id)


@check("mail.spf-lookups", severity=Severity.MEDIUM)
def spf_lookups(domain: SendingDomain, rule: Lookups) -> Verdict:
    """Evaluating the SPF record takes no more questions than receivers ask.

    Why: After ten questions receivers stop with a permanent error, so that whoever stands at the
        end of a long record is not covered, and mail fails now here, now there.
    Fix: Take out what no longer sends for the domain, mx and a where addresses are known, and move
        services to subdomains of their own.
    Source: RFC 7208 §4.6.4.
    """
    if not known(domain.spf):
        return not_applicable(_NO_SPF, domain=domain.id)
    lookups = domain.spf_lookups
    void = domain.spf_void_lookups
    if isinstance(lookups, int) and lookups > rule.most:
        return failed(
            "The SPF record of {domain} takes {count} questions to the DNS; receivers stop after "
            "{most}.",
            domain=domain.id,
            count=lookups,
            most=rule.most,
            observed=lookups,
            expected=rule.most,
        )
    if isinstance(void, int) and void > rule.most_void:
        return failed(
            "The SPF record of {domain} takes {count} questions that are answered with nothing; "
            "receivers stop after {most}.",
            domain=domain.id,
            count=void,
            most=rule.most_void,
            observed=void,
            expected=rule.most_void,
        )
    known(void)
    return passed(
        "The SPF record of {domain} takes {count} of the {most} questions that receivers ask.",
        domain=domain.id,
        count=known(lookups),
        most=rule.most,
        observed=lookups,
        expected=rule.most,
    )


@check("mail.spf-strict", severity=Severity.MEDIUM)
def spf_strict(domain: SendingDomain, rule: Strict) -> Verdict:
    """The SPF record says no to everybody else.

    Why: A record that ends with +all or ?all, or just ends, lets everybody pass; ptr depends on
        names that the sender controls, and receivers skip it.
    Fix: End the record with -all, or with ~all where DMARC decides. Replace ptr by the addresses or
        the names of the servers.
    Source: RFC 7208 §5.1, §5.5 and §8.
    """
    if not known(domain.spf):
        return not_applicable(_NO_SPF, domain=domain.id)
    default, ptr = domain.spf_default, domain.spf_ptr
    if isinstance(default, str) and default not in rule.accepted:
        return failed(
            "The SPF record of {domain} gives everybody else the result {result}.",
            domain=domain.id,
            result=default,
            observed=default,
            expected=rule.accepted,
        )
    if ptr is True:
        return failed(
            "The SPF record of {domain} uses ptr, which should not be used.", domain=domain.id
        )
    known(ptr)
    return passed(
        "The SPF record of {domain} gives everybody else the result {result}.",
        domain=domain.id,
        result=known(default),
        observed=default,
        expected=rule.accepted,
    )


@check("mail.spf-covers-platform", severity=Severity.MEDIUM)
def spf_covers_platform(domain: SendingDomain) -> Verdict:
    """The SPF record covers every product that sends for the domain.

    Why: Mail of a product that is not covered fails SPF; where no DKIM key stands in, DMARC makes
        receivers refuse it.
    Fix: Add what the product asks for to the record, as include:…; where the product bounces to a
        domain of its own, publish its DKIM key instead.
    Source: RFC 7208 §5.2; each product's own instructions, as scanner/collect/probes/mail has them.
    """
    asking = [tool for tool in known(domain.tools) if tool.include is not None]
    if not asking:
        return not_applicable(
            "No product is known to send for {domain} that asks for an SPF entry.", domain=domain.id
        )
    missing = [
        tool
        for tool in asking
        if tool.included is False and (not tool.bounces_to_itself or tool.signed is False)
    ]
    if missing:
        return failed(
            "The SPF record of {domain} does not cover {tools}.",
            domain=domain.id,
            tools=tuple(tool.title for tool in missing),
            observed=_first(domain.spf),
            expected=tuple(f"include:{tool.include}" for tool in missing),
        )
    for tool in asking:
        if not (tool.bounces_to_itself and tool.signed is True) and not known(tool.included):
            known(tool.signed)
    included = tuple(tool.title for tool in asking if tool.included is True)
    if included:
        return passed(
            "The SPF record of {domain} covers {tools}.", domain=domain.id, tools=included
        )
    return not_applicable(
        "What sends for {domain} bounces to a domain of its own, and is signed with DKIM.",
        domain=domain.id,
    )


@check("mail.dkim-present", severity=Severity.MEDIUM)
def dkim_present(domain: SendingDomain) -> Verdict:
    """The domain's mail can be signed with a key of its own (DKIM).

    Why: A signature survives forwarding, which SPF does not, and large mailbox providers ask for
        it. Most marketing products pass DMARC by it alone.
    Fix: Set the sending domain up in each product that sends for it, and publish the CNAME or TXT
        records that it shows.
    Source: RFC 6376; Google's and Yahoo's requirements for senders (February 2024).
    """
    unsigned = tuple(tool.title for tool in known(domain.tools) if tool.signed is False)
    if unsigned:
        return failed(
            "There is no usable DKIM key in the DNS of {domain} for {tools}.",
            domain=domain.id,
            tools=unsigned,
        )
    for tool in known(domain.tools):
        known(tool.signed)
    if bool(known(domain.tools)) or known(domain.dkim_present):
        return passed("A DKIM key is published for {domain}.", domain=domain.id)
    return failed("There is no usable DKIM key in the DNS of {domain}.", domain=domain.id)


@check("mail.dkim-key", severity=Severity.MEDIUM)
def dkim_key(domain: SendingDomain, rule: KeySize) -> Verdict:
    """Every DKIM key is long enough and in use.

    Why: Short keys can be computed, and then anybody signs as you. Keys in test mode, revoked or
        behind an alias that leads nowhere are as good as none; and an abandoned alias can become
        somebody else's.
    Fix: Publish a key of 2048 bits; take t=y out once signing works; delete the records of products
        that no longer send.
    Source: RFC 6376 §3.6.1; RFC 8301; RFC 8463.
    """
    keys = known(domain.dkim_keys)
    if not keys:
        return not_applicable("{domain} publishes no DKIM key.", domain=domain.id)
    faulty = [key for key in keys if key.usable is False]
    if faulty:
        return failed(
            "The DKIM selector {selector} of {domain} is of no use: {fault}.",
            selector=faulty[0].selector,
            domain=domain.id,
            fault=faulty[0].fault or Text.of("it holds no key (p)"),
            observed=tuple(key.selector for key in faulty),
        )
    short = [key for key in keys if key.bits is not None and key.bits < rule.rsa_bits]
    if short:
        return failed(
            "The DKIM key {selector} of {domain} has {bits} bits.",
            selector=short[0].selector,
            domain=domain.id,
            bits=short[0].bits,
            observed=short[0].bits,
            expected=rule.rsa_bits,
        )
    testing = [key for key in keys if key.testing]
    if testing:
        return failed(
            "The DKIM key {selector} of {domain} is in test mode (t=y).",
            selector=testing[0].selector,
            domain=domain.id,
        )
    for key in keys:
        known(key.usable)
    return passed(
        "The DKIM keys of {domain} are sound: {selectors}.",
        domain=domain.id,
        selectors=tuple(key.selector for key in keys),
    )


@check("mail.dmarc-present", severity=Severity.MEDIUM)
def dmarc_present(domain: SendingDomain) -> Verdict:
    """A DMARC record holds for the domain.

    Why: Only DMARC ties SPF and DKIM to the sender that people see. Large mailbox providers refuse
        bulk mail of domains without it.
    Fix: Publish v=DMARC1; p=none; rua=mailto:… at _dmarc.<domain>, read the reports, and go on to
        p=quarantine and p=reject.
    Source: RFC 9989; Google's and Yahoo's requirements for senders (February 2024).
    """
    record = known(domain.dmarc)
    if record is None:
        return failed(_NO_DMARC, domain=domain.id, expected="v=DMARC1; p=…")
    return passed(
        "A DMARC record holds for {domain}; {place} publishes it.",
        domain=domain.id,
        place=known(domain.dmarc_domain),
        observed=record,
    )


@check("mail.dmarc-valid", severity=Severity.MEDIUM)
def dmarc_valid(domain: SendingDomain) -> Verdict:
    """Receivers understand the DMARC record.

    Why: Receivers ignore a record that does not begin as it must, or that has a second beside it,
        and read a wrong policy as none.
    Fix: Correct the tags that are named; leave one record.
    Source: RFC 9989 §4.7 and §4.8; the tags pct, rf and ri are gone and ignored.
    """
    record = known(domain.dmarc)
    if record is None:
        return not_applicable(_NO_DMARC, domain=domain.id)
    faults = known(domain.dmarc_faults)
    if faults:
        return failed(
            "The DMARC record of {domain} is wrong: {faults}.",
            domain=known(domain.dmarc_domain),
            faults=faults,
            observed=record,
        )
    return passed("The DMARC record of {domain} is sound.", domain=known(domain.dmarc_domain))


@check("mail.dmarc-enforced", severity=Severity.MEDIUM)
def dmarc_enforced(domain: SendingDomain, rule: Enforced) -> Verdict:
    """Receivers are asked to keep forged mail away, of subdomains too.

    Why: With p=none forged mail arrives like yours. Phishing moves to a subdomain where sp or np is
        weaker than p, and with t=y the policy is not applied in full.
    Fix: Once the reports show that all of your own mail passes, set p=quarantine, then p=reject;
        take out sp=none, np=none and t=y.
    Source: RFC 9989 §4.7 (p, sp, np, t).
    """
    if known(domain.dmarc) is None:
        return not_applicable(_NO_DMARC, domain=domain.id)
    policy, below = known(domain.dmarc_policy), known(domain.dmarc_subdomain_policy)
    if _is_weaker(policy, rule):
        return failed(
            "The DMARC policy for {domain} is {policy}, so that forged mail arrives.",
            policy=policy,
            domain=domain.id,
            observed=policy,
            expected=rule.minimum,
        )
    if known(domain.dmarc_testing):
        return failed(
            "The DMARC policy of {domain} is in test mode (t=y).",
            domain=domain.id,
            observed="t=y",
        )
    if _is_weaker(below, rule):
        return failed(
            "The DMARC policy for subdomains of {domain} is {policy}, so that mail forged in their "
            "names arrives.",
            policy=below,
            domain=domain.id,
            observed=below,
            expected=rule.minimum,
        )
    return passed(
        "The DMARC policy for {domain} is {policy}.",
        policy=policy,
        domain=domain.id,
        observed=policy,
        expected=rule.minimum,
    )


@check("mail.dmarc-reporting", severity=Severity.LOW)
def dmarc_reporting(domain: SendingDomain) -> Verdict:
    """DMARC reports are asked for, and arrive.

    Why: The reports are the only way to see who sends in your name, and which of your own tools
        fails. Receivers send none to a foreign domain that has not agreed to take them.
    Fix: Name an address in rua. If it is of another domain, have that domain publish v=DMARC1 at
        <your domain>._report._dmarc.<that domain>.
    Source: RFC 9989 §4.7 (rua); RFC 9990 (who may be named).
    """
    if known(domain.dmarc) is None:
        return not_applicable(_NO_DMARC, domain=domain.id)
    addresses = known(domain.dmarc_reports)
    if not addresses:
        return failed("The DMARC record of {domain} asks for no reports.", domain=domain.id)
    refused = known(domain.dmarc_reports_refused)
    if refused:
        return failed(
            "{receivers} has not agreed to take DMARC reports of {domain}.",
            receivers=refused,
            domain=domain.id,
            observed=refused,
        )
    return passed(
        "DMARC reports of {domain} go to {addresses}.", domain=domain.id, addresses=addresses
    )


@check("mail.dmarc-alignment", severity=Severity.MEDIUM)
def dmarc_alignment(domain: SendingDomain) -> Verdict:
    """Mail that each product sends for the domain passes DMARC.

    Why: DMARC counts SPF only for the envelope sender's domain, which for most products is their
        own, and DKIM only for the domain that signs. What passes by neither is refused.
    Fix: Publish the product's DKIM key at the domain; where it signs as a subdomain, leave adkim at
        r.
    Source: RFC 9989 §4.4 (identifier alignment).
    """
    if not known(domain.tools):
        return not_applicable("No product is known to send for {domain}.", domain=domain.id)
    if known(domain.dmarc) is None:
        return not_applicable(_NO_DMARC, domain=domain.id)
    strict = known(domain.dmarc_strict_dkim)
    failing: list[str] = []
    gaps: list[Unknown] = []
    for tool in known(domain.tools):
        signs_here = not strict or not tool.key_domain.startswith("below ")
        by_key: Fact[bool] = tool.signed if signs_here else False
        by_spf: Fact[bool] = False if tool.bounces_to_itself else tool.included
        if by_key is True or by_spf is True:
            continue
        gap = next((fact for fact in (by_key, by_spf) if isinstance(fact, Unknown)), None)
        if gap is None:
            failing.append(tool.title)
        else:
            gaps.append(gap)
    if failing:
        return failed(
            "Mail that {tools} sends for {domain} passes DMARC by neither SPF nor DKIM.",
            tools=tuple(failing),
            domain=domain.id,
        )
    for gap in gaps:
        known(gap)
    return passed(
        "Mail that {tools} sends for {domain} can pass DMARC.",
        tools=tuple(tool.title for tool in known(domain.tools)),
        domain=domain.id,
    )


@check("mail.mta-sts", severity=Severity.LOW)
def mta_sts(domain: SendingDomain, rule: MtaSts) -> Verdict:
    """Servers that bring mail are told to insist on TLS (MTA-STS).

    Why: Without it, whoever sits in between turns encryption off and reads the answers of your
        customers, without either server noticing.
    Fix: Publish v=STSv1; id=… at _mta-sts.<domain>, and at
        https://mta-sts.<domain>/.well-known/mta-sts.txt a policy with mode: enforce, a line
        mx: for every mail server, and max_age of a week or more.
    Source: RFC 8461.
    """
    if known(domain.takes_mail) is False:
        return not_applicable(_TAKES_NO_MAIL, domain=domain.id)
    if not known(domain.mta_sts):
        return failed("{domain} has no MTA-STS record.", domain=domain.id)
    faults = known(domain.mta_sts_faults)
    if faults:
        return failed(
            "MTA-STS of {domain} does not work: {faults}.", domain=domain.id, faults=faults
        )
    mode, seconds = known(domain.mta_sts_mode), known(domain.mta_sts_seconds)
    if mode not in rule.modes:
        return failed(
            "The MTA-STS policy of {domain} is in the mode {mode}.",
            domain=domain.id,
            mode=mode,
            observed=mode,
            expected=rule.modes,
        )
    if seconds < rule.min_seconds:
        return failed(
            "The MTA-STS policy of {domain} is remembered for {seconds} seconds only.",
            domain=domain.id,
            seconds=seconds,
            observed=seconds,
            expected=rule.min_seconds,
        )
    return passed("MTA-STS of {domain} is in force.", domain=domain.id, observed=mode)


@check("mail.tls-rpt", severity=Severity.LOW)
def tls_rpt(domain: SendingDomain) -> Verdict:
    """Servers that bring mail report when TLS fails (TLS-RPT).

    Why: Mail that could not be delivered safely is otherwise noticed by those who wait for it.
    Fix: Publish v=TLSRPTv1; rua=mailto:… at _smtp._tls.<domain>.
    Source: RFC 8460.
    """
    if known(domain.takes_mail) is False:
        return not_applicable(_TAKES_NO_MAIL, domain=domain.id)
    if not known(domain.tls_rpt):
        return failed("{domain} asks for no reports on TLS.", domain=domain.id)
    faults = known(domain.tls_rpt_faults)
    if faults:
        return failed(
            "The TLS-RPT record of {domain} is wrong: {faults}.", domain=domain.id, faults=faults
        )
    return passed("{domain} asks for reports on TLS.", domain=domain.id)


@check("mail.bimi", severity=Severity.INFO)
def bimi(domain: SendingDomain, rule: Enforced) -> Verdict:
    """Mailbox providers can show the domain's logo (BIMI).

    Why: People learn to look for the logo, and miss it in forged mail. It is shown only for domains
        whose DMARC policy is enforced.
    Fix: Enforce DMARC, then publish v=BIMI1; l=https://….svg; a=https://….pem at
        default._bimi.<domain>.
    Source: draft-brand-indicators-for-message-identification.
    """
    if not known(domain.bimi):
        return failed("{domain} has no BIMI record.", domain=domain.id)
    faults = known(domain.bimi_faults)
    if faults:
        return failed(
            "The BIMI record of {domain} is wrong: {faults}.", domain=domain.id, faults=faults
        )
    if known(domain.dmarc) is None or _is_weaker(known(domain.dmarc_policy), rule):
        return failed(
            "{domain} has a BIMI record, which has no effect while DMARC is not enforced.",
            domain=domain.id,
        )
    return passed("{domain} has a BIMI record.", domain=domain.id)


@check("mail.starttls", severity=Severity.MEDIUM)
def starttls(domain: SendingDomain) -> Verdict:
    """The servers that take the domain's mail speak TLS.

    Why: Mail to a server without STARTTLS crosses the network readable by everybody on the way.
    Fix: Switch STARTTLS on at the mail server, with TLS 1.2 and 1.3; where MTA-STS is enforced,
        with a certificate for its name by a public authority.
    Source: RFC 3207; RFC 8461 §4 (certificates); Gmail's requirements for senders.
    """
    if known(domain.takes_mail) is False:
        return not_applicable(_TAKES_NO_MAIL, domain=domain.id)
    servers = known(domain.mail_servers)
    if not servers:
        return not_applicable("{domain} has no mail server.", domain=domain.id)
    missing = tuple(server.host for server in servers if server.found is False)
    if missing:
        return failed(
            "{hosts} is to take mail for {domain}, and has no address in the DNS.",
            hosts=missing,
            domain=domain.id,
            observed=missing,
        )
    plain = tuple(server.host for server in servers if server.tls is False)
    if plain:
        return failed("{hosts} takes mail without TLS.", hosts=plain, observed=plain)
    old = tuple(server.host for server in servers if server.modern is False)
    if old:
        return failed("{hosts} takes mail with outdated TLS only.", hosts=old, observed=old)
    unproven = [server for server in servers if server.certificate_good is not True]
    enforced = bool(unproven) and known(domain.mta_sts_mode) == "enforce"
    bad = tuple(server.host for server in unproven if server.certificate_good is False)
    if enforced and bad:
        return failed("{hosts} has no certificate that MTA-STS accepts.", hosts=bad, observed=bad)
    for server in servers:
        known(server.found)
        known(server.tls)
        known(server.modern)
        if enforced:
            known(server.certificate_good)
    return passed(
        "The mail servers of {domain} speak TLS.",
        domain=domain.id,
        observed=tuple(server.host for server in servers),
    )


@check("mail.reverse-dns", severity=Severity.LOW)
def reverse_dns(domain: SendingDomain) -> Verdict:
    """The addresses that send the domain's mail have names.

    Why: Large mailbox providers refuse or sort out mail from addresses without a name that leads
        back to them.
    Fix: Have whoever provides the address set its PTR record to the name of the server, and give
        that name the address.
    Source: Gmail's requirements for senders; RFC 1912 §2.1.
    """
    if not known(domain.spf):
        return not_applicable(_NO_SPF, domain=domain.id)
    unnamed = known(domain.unnamed_addresses)
    if unnamed:
        return failed(
            "{addresses} sends for {domain}, and has no name that leads back to it.",
            addresses=unnamed,
            domain=domain.id,
            observed=unnamed,
        )
    return passed("Every single address that SPF of {domain} names has a name.", domain=domain.id)


def _is_weaker(policy: str, rule: Enforced) -> bool:
    """Tell whether a policy asks for less than the rule; a word that is none asks for nothing."""
    return policy not in _STRENGTH[_STRENGTH.index(rule.minimum) :]


def _first(records: Fact[tuple[str, ...]]) -> str | None:
    return records[0] if isinstance(records, tuple) and records else None
