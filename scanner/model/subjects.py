"""The things a check judges, each with its facts.

Every fact of every subject starts as unknown, so that what nobody collected can never be mistaken
for an answer. Times are timezone-aware; dates of certificates and accounts are UTC.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from scanner.model.content import Consent, Content, Control, Signature, Tag
from scanner.model.facts import NOT_COLLECTED, Fact, Origin, Witness
from scanner.model.text import Text


class Mfa(StrEnum):
    """The strongest second factor of a sign-in, from the weakest to the strongest."""

    NONE = "none"
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    TOTP = "totp"
    PHISHING_RESISTANT = "phishing_resistant"
    """FIDO2 security keys, passkeys, PKI cards: bound to the origin they sign in to."""
    SOME = "some"
    """There is a second factor; the platform does not tell which."""


class CredentialKind(StrEnum):
    """What a secret is for; people's passwords and machines' keys age by different rules."""

    PASSWORD = "password"  # noqa: S105 - a kind, not a credential
    API_KEY = "api_key"
    OAUTH_CLIENT = "oauth_client"
    OAUTH_GRANT = "oauth_grant"
    TOTP_SECRET = "totp_secret"  # noqa: S105 - a kind, not a credential
    WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - a kind, not a credential
    CERTIFICATE = "certificate"
    """A key pair with its certificate, that the platform signs with or is known by."""


class Storage(StrEnum):
    """How well the place where a secret lies keeps it from others on the machine."""

    ENCRYPTED = "encrypted"
    """An OS keyring or an encrypted systemd credential."""
    OWNER_ONLY = "owner_only"
    """A file or folder that only its owner can read."""
    ENVIRONMENT = "environment"
    """Readable by every process of the same user, and inherited by children."""
    READABLE_BY_OTHERS = "readable_by_others"
    """A file that other accounts can read or replace."""
    PLAINTEXT_KEYRING = "plaintext_keyring"
    """A keyring backend that stores without encryption."""


class Subject(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag_field="type"
):
    """What all subjects share. `id` is stable across scans; `name` is for people."""

    id: str
    name: str = ""
    origin: Origin = Origin.API
    """Where the facts come from, but for those named in `witnesses`."""
    witnesses: dict[str, Witness] = {}
    """The facts that came another way, by field name."""


class Account(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Account"):
    """The tenant as a whole: the settings that hold for everybody in it."""

    mfa_enforced: Fact[bool] = NOT_COLLECTED
    """Nobody can sign in without a second factor, whether here or at the identity provider."""
    sso_configured: Fact[bool] = NOT_COLLECTED
    sso_enforced: Fact[bool] = NOT_COLLECTED
    """Signing in with a local password is impossible."""
    sso_exempt: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Who may sign in with a password although single sign-on is enforced."""
    ip_allow_list: Fact[bool] = NOT_COLLECTED
    """People can sign in from named networks only."""
    sandbox: Fact[bool] = NOT_COLLECTED
    """It is a copy for trying things out."""
    sandbox_contacts: Fact[int] = NOT_COLLECTED
    """Contacts that a sandbox holds."""
    password_min_length: Fact[int] = NOT_COLLECTED
    """Characters."""
    password_blocklist: Fact[bool] = NOT_COLLECTED
    """The platform refuses common or guessable passwords."""
    password_composition: Fact[bool] = NOT_COLLECTED
    """The platform demands a mix of character classes."""
    password_max_age_days: Fact[int | None] = NOT_COLLECTED
    """Days after which the platform forces a change; None means never."""
    lockout_attempts: Fact[int | None] = NOT_COLLECTED
    """Wrong passwords in a row before signing in is blocked or slowed; None means never."""
    session_idle_minutes: Fact[int | None] = NOT_COLLECTED
    remember_me_days: Fact[int | None] = NOT_COLLECTED
    """Days a browser stays signed in without asking again; None means the feature is off."""
    people_total: Fact[int] = NOT_COLLECTED
    """People who can sign in."""
    administrators: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Names of those who can sign in and change everything."""
    audit_log: Fact[bool] = NOT_COLLECTED
    """Sign-ins and changes are recorded where the scanner could read them."""
    audit_log_days: Fact[int | None] = NOT_COLLECTED
    """How long the record is kept; None means without end."""
    failed_sign_ins_logged: Fact[bool] = NOT_COLLECTED
    api_password_sign_in: Fact[bool] = NOT_COLLECTED
    """The API takes a person's password, past single sign-on and second factors."""
    api_rate_limited: Fact[bool] = NOT_COLLECTED
    staff_trained: Fact[bool] = NOT_COLLECTED
    """Those who use the platform were instructed in the law within the last year."""
    processor_agreement: Fact[bool] = NOT_COLLECTED
    """A contract with the vendor binds it to security, sub-processing and notice of leaks."""
    leak_runbook: Fact[bool] = NOT_COLLECTED
    """It is written down who reports a leak to whom, by when, and it was rehearsed."""
    vendor_certified: Fact[bool] = NOT_COLLECTED
    """A current certificate of the vendor was seen: ISO/IEC 27001, PrivacyMark, SOC 2, ISMAP."""
    vendor_risks: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Settings that the vendor's own assessment rates as a high risk."""
    scanner_excess: Fact[tuple[str, ...] | None] = NOT_COLLECTED
    """What the scanner's own credential may do beyond what scanning needs; None: it has none."""
    contradictions: Fact[tuple[str, ...]] = ()
    """Facts on which two origins disagree, as `subject fact: origin=value, origin=value`.

    The more direct origin's value was kept.
    """


class Person(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Person"):
    """Somebody, or something, with an account of the platform."""

    email: Fact[str] = NOT_COLLECTED
    username: Fact[str] = NOT_COLLECTED
    can_sign_in: Fact[bool] = NOT_COLLECTED
    """Enabled, neither suspended nor merely invited."""
    machine: Fact[bool] = NOT_COLLECTED
    """An account for a program, which has no one to hold a second factor."""
    administrator: Fact[bool] = NOT_COLLECTED
    roles: Fact[tuple[str, ...]] = NOT_COLLECTED
    mfa: Fact[Mfa] = NOT_COLLECTED
    signs_in_by_sso: Fact[bool] = NOT_COLLECTED
    created: Fact[datetime] = NOT_COLLECTED
    last_sign_in: Fact[datetime | None] = NOT_COLLECTED
    """None means never."""
    idle_since: Fact[datetime] = NOT_COLLECTED
    """A log that goes back so far holds no sign-in of theirs."""
    password_changed: Fact[datetime] = NOT_COLLECTED
    in_organisation: Fact[bool] = NOT_COLLECTED
    """The mail domain is one of the organisation's own."""
    employed: Fact[bool] = NOT_COLLECTED
    """Still works for the organisation or on its behalf."""


class Credential(
    Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Credential"
):
    """A secret, by everything except its value. `id` is its reference or the vendor's key id."""

    kind: CredentialKind
    held: bool = False
    """mamori was given the secret itself, and measured it."""
    used_by_scanner: bool = False
    owner: Fact[str] = NOT_COLLECTED
    purpose: Fact[str] = NOT_COLLECTED
    storage: Fact[Storage] = NOT_COLLECTED
    strength: Fact[int] = NOT_COLLECTED
    """zxcvbn score, 0 (guessed at once) to 4 (out of reach)."""
    guesses_log10: Fact[float] = NOT_COLLECTED
    """Power of ten of the guesses an informed attacker needs."""
    length: Fact[int] = NOT_COLLECTED
    """Characters."""
    shared_with: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Other credentials, here or at other targets, that have the very same value."""
    resembles: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Other passwords that have the same core with something else before or after it."""
    breaches: Fact[int] = NOT_COLLECTED
    """How often it stands in lists of leaked passwords."""
    mfa_protected: Fact[bool] = NOT_COLLECTED
    """Knowing the secret is not enough to sign in."""
    issued: Fact[datetime] = NOT_COLLECTED
    rotated: Fact[datetime | None] = NOT_COLLECTED
    """Last change of the value; None means never since it was issued."""
    unchanged_since: Fact[datetime] = NOT_COLLECTED
    """Seen by the ledger, or stored by the vault, on that day already: a lower bound of its age."""
    expires: Fact[datetime | None] = NOT_COLLECTED
    """None means never."""
    last_used: Fact[datetime | None] = NOT_COLLECTED
    """None means never."""
    scopes: Fact[tuple[str, ...]] = NOT_COLLECTED
    ip_restricted: Fact[bool] = NOT_COLLECTED
    """It works from named networks only."""
    owner_active: Fact[bool] = NOT_COLLECTED
    """Its owner has an account that is open, and has not left."""
    totp_bits: Fact[int] = NOT_COLLECTED
    """Bits of the shared secret."""
    totp_algorithm: Fact[str] = NOT_COLLECTED
    """`SHA1`, `SHA256` or `SHA512`."""
    totp_digits: Fact[int] = NOT_COLLECTED
    totp_period: Fact[int | None] = NOT_COLLECTED
    """Seconds; None means that codes follow a counter, and hold until they are used."""
    totp_guessable: Fact[bool] = NOT_COLLECTED
    """The shared secret is an example's, a text, or a few bytes repeated."""
    totp_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    """What is wrong with the address that code generators are set up by."""


class Integration(
    Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Integration"
):
    """An app, a webhook or another system that data flows to."""

    kind: str = "webhook"
    enabled: Fact[bool] = NOT_COLLECTED
    host: Fact[str] = NOT_COLLECTED
    """Where the data goes."""
    encrypted: Fact[bool] = NOT_COLLECTED
    signed: Fact[bool] = NOT_COLLECTED
    """The receiver can tell that a message is genuine."""
    events: Fact[tuple[str, ...]] = NOT_COLLECTED
    last_used: Fact[datetime | None] = NOT_COLLECTED
    scopes: Fact[tuple[str, ...]] = NOT_COLLECTED
    """What it may do in the platform."""
    admin_approved: Fact[bool] = NOT_COLLECTED
    """Only people whom an administrator named can let it in."""


class Software(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Software"):
    """A self-hosted product and the settings it runs with."""

    product: str
    version: Fact[str] = NOT_COLLECTED
    advisories: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Published vulnerabilities of this version, as `CVE id (severity): title`."""
    advisories_as_of: Fact[str] = NOT_COLLECTED
    """The day up to which vulnerabilities are known, `YYYY-MM-DD`: that of the newest entry of the
    list, or that on which a service was asked."""
    site_https: Fact[bool] = NOT_COLLECTED
    """The product believes that it is reached by https, and marks session cookies Secure."""
    debug: Fact[bool] = NOT_COLLECTED
    default_credentials: Fact[tuple[Text, ...]] = NOT_COLLECTED
    """Whose password is the one that the vendor ships or documents, the user's name, or none."""
    secret_key_default: Fact[bool] = NOT_COLLECTED
    """The signing secret is the value the product ships with, empty, or too short to resist."""
    trusted_hosts: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Host names accepted in requests; empty means any."""
    trusted_proxies: Fact[tuple[str, ...]] = NOT_COLLECTED
    cors_any_origin: Fact[bool] = NOT_COLLECTED
    hsts_seconds: Fact[int | None] = NOT_COLLECTED
    """Lifetime of the HSTS header the product sends; None means it sends none."""
    cookies_secure: Fact[bool] = NOT_COLLECTED
    cookies_http_only: Fact[bool] = NOT_COLLECTED
    database_remote: Fact[bool] = NOT_COLLECTED
    database_encrypted: Fact[bool] = NOT_COLLECTED
    database_superuser: Fact[bool] = NOT_COLLECTED
    mailer_remote: Fact[bool] = NOT_COLLECTED
    mailer_encrypted: Fact[bool] = NOT_COLLECTED
    """Mail leaves over TLS with the server's certificate checked."""
    config_readable_by_others: Fact[bool] = NOT_COLLECTED
    """Other accounts of the host can read the file with the database password."""


class Endpoint(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Endpoint"):
    """A host and port as seen from outside. `id` is `host:port`."""

    host: str
    port: int
    reachable: Fact[bool] = NOT_COLLECTED
    tls: Fact[bool] = NOT_COLLECTED
    ssl3: Fact[bool] = NOT_COLLECTED
    tls10: Fact[bool] = NOT_COLLECTED
    tls11: Fact[bool] = NOT_COLLECTED
    tls12: Fact[bool] = NOT_COLLECTED
    tls13: Fact[bool] = NOT_COLLECTED
    aead: Fact[bool] = NOT_COLLECTED
    """An authenticated cipher is offered by TLS 1.2, or 1.3 is."""
    rc4: Fact[bool] = NOT_COLLECTED
    triple_des: Fact[bool] = NOT_COLLECTED
    """3DES, DES or another cipher of 64-bit blocks."""
    null_cipher: Fact[bool] = NOT_COLLECTED
    anonymous: Fact[bool] = NOT_COLLECTED
    export_cipher: Fact[bool] = NOT_COLLECTED
    static_rsa: Fact[bool] = NOT_COLLECTED
    """Key transport without forward secrecy is offered."""
    forward_secrecy: Fact[bool] = NOT_COLLECTED
    """At least one offered suite has it."""
    cbc: Fact[bool] = NOT_COLLECTED
    dh_bits: Fact[int | None] = NOT_COLLECTED
    """Size of the finite-field group; None means the server offers no DHE."""
    post_quantum: Fact[str | None] = NOT_COLLECTED
    """Name of the hybrid group the server takes; None means none."""
    client_certificate: Fact[bool] = NOT_COLLECTED
    """The server asks for one."""
    must_staple: Fact[bool] = NOT_COLLECTED
    staple: Fact[str | None] = NOT_COLLECTED
    """`good`, `revoked`, `unknown`, `stale` or `malformed`; None means nothing is stapled."""
    certificate_subject: Fact[str] = NOT_COLLECTED
    certificate_issuer: Fact[str] = NOT_COLLECTED
    certificate_names: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Subject alternative names."""
    certificate_not_before: Fact[datetime] = NOT_COLLECTED
    certificate_not_after: Fact[datetime] = NOT_COLLECTED
    certificate_key: Fact[str] = NOT_COLLECTED
    """`RSA`, `EC`, `Ed25519`, `Ed448` or `DSA`."""
    certificate_key_bits: Fact[int] = NOT_COLLECTED
    issuer_keys: Fact[tuple[tuple[str, int], ...]] = ()
    """Kind and bits of the keys of the authorities above it, as far as the chain leads."""
    certificate_signature: Fact[str] = NOT_COLLECTED
    """Hash of the weakest signature in the chain below its root, `SHA256` and so on."""
    certificate_trusted: Fact[bool] = NOT_COLLECTED
    trust_failure: Fact[str | None] = NOT_COLLECTED
    """`self_signed`, `unknown_issuer`, `incomplete_chain`, …; None when it is trusted."""
    chain_complete: Fact[bool] = NOT_COLLECTED
    """The server sent every intermediate certificate."""
    public_root: Fact[bool] = NOT_COLLECTED
    """The chain ends at a public authority, so the CA/Browser Forum's limits apply."""
    hostname_matches: Fact[bool] = NOT_COLLECTED
    evidence: dict[str, str] = {}
    """What was seen on the wire, by question: alert codes, suites, groups, first bytes."""


class Cookie(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A cookie as a site sets it before anybody has signed in; its value is not kept."""

    name: str
    secure: bool
    http_only: bool
    same_site: str | None = None
    """`strict`, `lax` or `none`; None where the site does not say, or says something else."""
    session: bool = False
    """The name is that of a session, so that who holds it is signed in."""
    for_scripts: bool = False
    """Meant to be read by the page's own scripts, as tokens against forged requests are."""
    max_age_days: int | None = None
    """How long a browser keeps it; None until it closes, or where nobody looked."""


class Site(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Site"):
    """A website as a stranger's browser meets it. `id` is its address as it was given."""

    host: str
    https: Fact[bool] = NOT_COLLECTED
    """What answers at the address is reached by https in the end."""
    redirects_to_https: Fact[bool | None] = NOT_COLLECTED
    """Who asks in clear is sent to https; None where nothing answers in clear."""
    first_redirect: Fact[str | None] = NOT_COLLECTED
    """Where the answer in clear points to; None where it points nowhere."""
    hsts: Fact[str | None] = NOT_COLLECTED
    """The Strict-Transport-Security header of the https answer; None where there is none."""
    hsts_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    """Why browsers ignore that header."""
    hsts_seconds: Fact[int | None] = NOT_COLLECTED
    hsts_subdomains: Fact[bool] = NOT_COLLECTED
    hsts_preload: Fact[bool] = NOT_COLLECTED
    csp: Fact[tuple[str, ...]] = NOT_COLLECTED
    """The policies in force, of headers and of the page, as they were sent."""
    csp_weaknesses: Fact[tuple[Text, ...]] = NOT_COLLECTED
    """What the policies leave open to injected scripts."""
    framing: Fact[str | None] = NOT_COLLECTED
    """Who may show the page in a frame: `none`, `self`, `listed`, `anyone`; None: nothing said."""
    content_type_options: Fact[bool] = NOT_COLLECTED
    referrer_policy: Fact[str | None] = NOT_COLLECTED
    permissions_policy: Fact[bool] = NOT_COLLECTED
    cookies: Fact[tuple[Cookie, ...]] = NOT_COLLECTED
    cors_reflects: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Foreign origins that were let in together with the visitor's cookies."""
    cors_any: Fact[bool] = NOT_COLLECTED
    """Every origin may read the answer, though without cookies."""
    loads_in_clear: Fact[tuple[str, ...]] = NOT_COLLECTED
    """What the page loads over http, by address."""
    posts_in_clear: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Where forms of the page send to over http."""
    exposed: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Paths that answer with what only administrators should see."""
    sign_in_pages: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Paths where administrators sign in, open to everybody."""
    installers: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Those of `exposed` where whoever comes first becomes the administrator."""
    versions: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Headers that tell the version of the software, as `Server: nginx/1.22.1`."""
    aliases: Fact[tuple[str, ...]] = NOT_COLLECTED
    """The names that the host is an alias of, one after the other."""
    dangling: Fact[str | None] = NOT_COLLECTED
    """The abandoned name or service that the host leads to; None where it leads to its own."""
    security_txt: Fact[bool] = NOT_COLLECTED
    security_txt_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    certificate_claimed: Fact[bool] = NOT_COLLECTED
    """The platform says that the host has a certificate."""


class DkimKey(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What the DNS holds for one DKIM selector."""

    selector: str
    usable: Fact[bool] = True
    """Receivers can check signatures by it."""
    kind: str = "rsa"
    """`rsa`, or `ed25519`."""
    bits: int | None = None
    """Size of an RSA modulus."""
    testing: bool = False
    """`t=y`: receivers are to treat signed mail like unsigned."""
    fault: Text | None = None
    """Why it is of no use: revoked, malformed, or an alias that leads nowhere."""


class MailServer(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A host that takes mail for a domain, as a sending server meets it on port 25."""

    host: str
    found: Fact[bool] = True
    """The name has an address."""
    tls: Fact[bool] = NOT_COLLECTED
    """It offers STARTTLS, and a handshake succeeds."""
    modern: Fact[bool] = NOT_COLLECTED
    """TLS 1.2 or 1.3 is among what it offers."""
    certificate_good: Fact[bool] = NOT_COLLECTED
    """Trusted, in its dates, and for this host."""
    certificate_ends: Fact[datetime] = NOT_COLLECTED


class SendingTool(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A product that sends in the domain's name, and what the DNS holds for it."""

    name: str
    title: str
    include: str | None = None
    """What it asks to be included in SPF; None where it asks for nothing."""
    bounces_to_itself: bool = True
    """Its envelope sender is a domain of the vendor's, so that SPF says nothing of yours."""
    included: Fact[bool] = NOT_COLLECTED
    """The SPF record reaches what it asks for."""
    signed: Fact[bool] = NOT_COLLECTED
    """A usable DKIM key of its own is published."""
    key_domain: str = ""
    """The domain that it signs as."""


class SendingDomain(
    Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="SendingDomain"
):
    """A domain that mail is sent from, as mailbox providers see it in the DNS."""

    exists: Fact[bool] = NOT_COLLECTED
    dnssec: Fact[bool] = NOT_COLLECTED
    """The resolver vouches for the answers (the AD bit); False also where it does not check."""
    spf: Fact[tuple[str, ...]] = NOT_COLLECTED
    """The records that begin as SPF does."""
    spf_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    """Why receivers cannot evaluate it (permerror), but for its length."""
    spf_lookups: Fact[int] = NOT_COLLECTED
    """Terms that make receivers ask the DNS, those of included records too."""
    spf_void_lookups: Fact[int] = NOT_COLLECTED
    """Those of them that are answered with nothing."""
    spf_default: Fact[str] = NOT_COLLECTED
    """What becomes of everybody else: `fail`, `softfail`, `neutral` or `pass`."""
    spf_ptr: Fact[bool] = NOT_COLLECTED
    dkim_present: Fact[bool] = NOT_COLLECTED
    dkim_keys: Fact[tuple[DkimKey, ...]] = NOT_COLLECTED
    dmarc: Fact[str | None] = NOT_COLLECTED
    """The record that holds for the domain; None where there is none."""
    dmarc_domain: Fact[str] = NOT_COLLECTED
    """The domain that publishes it: this one, or one above."""
    dmarc_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    dmarc_policy: Fact[str] = NOT_COLLECTED
    """What receivers do with forged mail of the domain: `none`, `quarantine` or `reject`."""
    dmarc_subdomain_policy: Fact[str] = NOT_COLLECTED
    """The same for subdomains, the most lenient of those that exist and those that do not."""
    dmarc_testing: Fact[bool] = NOT_COLLECTED
    """`t=y`: the policy is announced, and not applied in full."""
    dmarc_strict_dkim: Fact[bool] = NOT_COLLECTED
    dmarc_reports: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Where aggregate reports go."""
    dmarc_reports_refused: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Foreign domains named for reports that have not agreed to take them."""
    mx: Fact[tuple[str, ...]] = NOT_COLLECTED
    """The hosts that take mail, the preferred first; the domain itself where only it has one."""
    takes_mail: Fact[bool] = NOT_COLLECTED
    """False for a null MX (RFC 7505)."""
    mail_servers: Fact[tuple[MailServer, ...]] = NOT_COLLECTED
    mta_sts: Fact[bool] = NOT_COLLECTED
    mta_sts_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    mta_sts_mode: Fact[str] = NOT_COLLECTED
    mta_sts_seconds: Fact[int] = NOT_COLLECTED
    tls_rpt: Fact[bool] = NOT_COLLECTED
    tls_rpt_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    bimi: Fact[bool] = NOT_COLLECTED
    bimi_faults: Fact[tuple[Text, ...]] = NOT_COLLECTED
    unnamed_addresses: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Addresses that SPF names one by one and that no name leads to and back from."""
    tools: Fact[tuple[SendingTool, ...]] = ()
    authentication_claimed: Fact[bool] = NOT_COLLECTED
    """The platform says that the domain is authenticated."""


class FormField(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One field of a form, as a visitor meets it."""

    name: str
    kind: str
    label: str = ""
    required: bool = False


class Artifact(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Artifact"):
    """A file, a folder or a page with its scripts. `id` is its path or address as it was given."""

    searched: Fact[int] = NOT_COLLECTED
    """Files, or scripts and source maps, that were searched."""
    exposed_keys: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Keys of marketing tools in it: place, kind, last four characters, fingerprint of the run."""


class Form(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Form"):
    """A form that collects personal data."""

    published: Fact[bool] = NOT_COLLECTED
    fields: Fact[tuple[FormField, ...]] = NOT_COLLECTED
    html: Fact[str] = NOT_COLLECTED
    controls: Fact[tuple[Control, ...]] = NOT_COLLECTED
    """What a visitor fills in, ticks and presses, in the order of the page."""
    content: Fact[Content] = NOT_COLLECTED
    """The page around it, whose blocks in the region `form` are the form itself."""
    sends_to: str | None = None
    """The address that a form on a page names for what is filled in, as the page writes it."""


class Page(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Page"):
    """A web page that the organisation publishes. `id` is its address or file, as it was given."""

    url: Fact[str] = NOT_COLLECTED
    """Where it was found in the end, after redirects."""
    content: Fact[Content] = NOT_COLLECTED
    notice: Fact[bool] = NOT_COLLECTED
    """It tells how personal data is handled, as a privacy or cookie policy does."""
    forms: Fact[tuple[tuple[Control, ...], ...]] = NOT_COLLECTED
    """The controls of each form on it that asks for personal data."""
    tags: Fact[tuple[Tag, ...]] = NOT_COLLECTED
    """Tags of marketing, analytics and advertising vendors in what the server sent."""
    consent: Fact[Consent | None] = NOT_COLLECTED
    """What asks visitors before tags run; None means nothing was recognised."""
    cookies: Fact[tuple[Cookie, ...]] = NOT_COLLECTED
    """Cookies that the server set with the page; a saved file cannot tell."""
    policy: Fact[Content] = NOT_COLLECTED
    """What the site publishes about personal data: this page, or others looked at beside it."""
    site_tags: Fact[tuple[Tag, ...]] = NOT_COLLECTED
    """The tags of all the pages looked at together."""
    newsletter: Fact[bool] = NOT_COLLECTED
    """A form on one of the pages looked at together takes people into a mailing list."""


class Message(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Message"):
    """An e-mail that the platform sends."""

    published: Fact[bool] = NOT_COLLECTED
    title: Fact[str] = NOT_COLLECTED
    """The subject line; `subject` would be read as the subject of a check."""
    from_address: Fact[str | None] = NOT_COLLECTED
    """None means the platform's default sender."""
    from_name: Fact[str | None] = NOT_COLLECTED
    html: Fact[str] = NOT_COLLECTED
    text: Fact[str] = NOT_COLLECTED
    content: Fact[Content] = NOT_COLLECTED
    """What a reader sees: the HTML part where there is one, else the text part."""
    alternative: Fact[Content | None] = NOT_COLLECTED
    """The text part beside an HTML part; None means there is none."""
    sent: Fact[bool] = NOT_COLLECTED
    """It is a copy of a mail that went out, so that nothing in it is still to be filled in."""
    reply: Fact[bool] = NOT_COLLECTED
    """It answers another mail."""
    list_unsubscribe: Fact[tuple[str, ...]] = NOT_COLLECTED
    """The addresses of the header field List-Unsubscribe (RFC 2369)."""
    list_unsubscribe_post: Fact[str | None] = NOT_COLLECTED
    """The header field List-Unsubscribe-Post (RFC 8058)."""
    signatures: Fact[tuple[Signature, ...]] = NOT_COLLECTED
    """Its DKIM signatures; whether they verify is not looked at."""
    open_pixels: Fact[tuple[str, ...]] = NOT_COLLECTED
    """Hosts of images that nobody can see."""
    policy: Fact[Content] = NOT_COLLECTED
    """What the sender publishes about personal data, where it was looked at beside the mail."""
    unsubscribe_answer: Fact[int | None] = NOT_COLLECTED
    """HTTP status of the opt-out address; None means that nothing answered."""
    linked: Fact[Content] = NOT_COLLECTED
    """What the pages show to which the mail leads for its sender, where those were opened."""


class Audience(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Audience"):
    """The people whose data the platform holds."""

    contacts: Fact[int] = NOT_COLLECTED
    consent_proof: Fact[bool] = NOT_COLLECTED
    """When, how and on which wording each person agreed is kept, as long as the law asks."""
    double_opt_in: Fact[bool] = NOT_COLLECTED
    """Nobody gets mail before having confirmed the address from that address."""


class ContactList(
    Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="ContactList"
):
    """Contact records as exported, by counts: how many lack a basis, a proof or an end.

    `id` is the file, folder or database address as given. A record is mailable while nothing says
    that its holder opted out, bounced or never confirmed.
    """

    rows: Fact[int] = NOT_COLLECTED
    mailable: Fact[int] = NOT_COLLECTED
    without_basis: Fact[int] = NOT_COLLECTED
    """Mailable, and nothing says why mail may be sent."""
    without_source: Fact[int] = NOT_COLLECTED
    """Mailable, and nothing says where the address comes from."""
    without_time: Fact[int] = NOT_COLLECTED
    """Mailable, and nothing says when consent was given."""
    without_proof: Fact[int] = NOT_COLLECTED
    """Mailable, and nothing proves the consent: no wording, address or confirmation."""
    without_record: Fact[int] = NOT_COLLECTED
    """Mailable, and not recorded when consent was given, or neither where nor by what proof."""
    consumers_without_opt_in: Fact[int] = NOT_COLLECTED
    """Mailable, at a consumer mail service, and neither opted in nor a customer."""
    sent_after_opt_out: Fact[int] = NOT_COLLECTED
    """Sent to more than a day after the opt-out."""
    returned: Fact[int] = NOT_COLLECTED
    """Mailable, although the same address opted out and has not consented anew."""
    proof_missing_for_a_month: Fact[int] = NOT_COLLECTED
    """Sent to within a month, with no record of consent left."""
    proof_missing_for_three_years: Fact[int] = NOT_COLLECTED
    """Sent to within three years, with no record of consent left."""
    idle: Fact[int] = NOT_COLLECTED
    """Mailable, and without a send, a consent or a sign of life for two years."""
    damaged_rows: int = 0
    """Rows that could not be read, and were judged by nothing."""
    damaged_places: tuple[str, ...] = ()
    """The first of them, as `file:line (kind)`."""
    unread_times: dict[str, int] = {}
    """Cells that should hold a moment and do not, by field."""
    columns: tuple[str, ...] = ()
    """The fields that the export has."""
    samples: dict[str, str] = {}
    """One masked address by fact that counts any."""


class SignIn(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="SignIn"):
    """The sign-in of a site, as it was tried with a test account. `id` is the site as given.

    Where a fact is None, the sign-in asks for no code.
    """

    password_alone: Fact[bool] = NOT_COLLECTED
    """The right password without a code opened a session."""
    wrong_code: Fact[bool | None] = NOT_COLLECTED
    """A wrong code opened a session, as those below: what must not be."""
    used_code: Fact[bool | None] = NOT_COLLECTED
    """A code that had been used."""
    old_code: Fact[bool | None] = NOT_COLLECTED
    """A code whose time was past by more than one time step, and that nobody had used."""
    outlives_sign_out: Fact[bool] = NOT_COLLECTED
    """The session went on after its holder had signed out."""
    fixed_session: Fact[bool] = NOT_COLLECTED
    """Cookies from before the sign-in were signed in after it."""
    requests: int = 0
    refused: int = 0
    """Sign-ins that the site refused, or may have."""
    record: tuple[Text, ...] = ()
    """Every request: when, what for, and the status of the answer."""


class Deadline(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Deadline"):
    """A day on which the vendor ends something, or begins to demand it."""

    source: str = ""
    """Where the vendor announced it."""
    date: Fact[datetime] = NOT_COLLECTED
    what: Text
    """What ends or is demanded."""
    concerned: Fact[bool] = NOT_COLLECTED
    """The deployment still does what ends, or does not yet do what is demanded."""


AnySubject = (
    Account
    | Person
    | Credential
    | Integration
    | Software
    | Endpoint
    | Site
    | SendingDomain
    | Artifact
    | Page
    | Form
    | Message
    | Audience
    | ContactList
    | SignIn
    | Deadline
)

SUBJECT_TYPES: dict[str, type[Subject]] = {
    kind.__name__: kind
    for kind in (
        Account,
        Person,
        Credential,
        Integration,
        Software,
        Endpoint,
        Site,
        SendingDomain,
        Artifact,
        Page,
        Form,
        Message,
        Audience,
        ContactList,
        SignIn,
        Deadline,
    )
}
