"""The things a check judges, each with its facts.

Every fact of every subject starts as unknown, so that what nobody collected can never be mistaken
for an answer. Times are timezone-aware; dates of certificates and accounts are UTC.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from scanner.model.facts import NOT_COLLECTED, Fact, Origin, Witness


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
    scanner_excess: Fact[tuple[str, ...]] = NOT_COLLECTED
    """What the scanner's own credential may do beyond what scanning needs."""
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
    totp_period: Fact[int] = NOT_COLLECTED
    """Seconds."""


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
    """The date of the newest advisory that the list knows, `YYYY-MM-DD`."""
    site_https: Fact[bool] = NOT_COLLECTED
    """The product believes that it is reached by https, and marks session cookies Secure."""
    debug: Fact[bool] = NOT_COLLECTED
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


class FormField(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One field of a form, as a visitor meets it."""

    name: str
    kind: str
    label: str = ""
    required: bool = False


class Form(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Form"):
    """A form that collects personal data."""

    published: Fact[bool] = NOT_COLLECTED
    fields: Fact[tuple[FormField, ...]] = NOT_COLLECTED
    html: Fact[str] = NOT_COLLECTED


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


class Audience(Subject, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="Audience"):
    """The people whose data the platform holds."""

    contacts: Fact[int] = NOT_COLLECTED


AnySubject = (
    Account | Person | Credential | Integration | Software | Endpoint | Form | Message | Audience
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
        Form,
        Message,
        Audience,
    )
}
