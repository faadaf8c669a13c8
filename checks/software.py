"""Software: the version of a self-hosted product and the settings it runs with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from scanner.sdk import (
    NoEvidence,
    Reason,
    Rule,
    Severity,
    Site,
    Software,
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

_LIST_TOO_OLD = Unknown(
    Reason.EXPIRED,
    Text.of("The list of published vulnerabilities is too old to clear this version."),
    Text.of("Update mamori, which brings a newer list."),
)


_LIST_UNDATED = Unknown(
    Reason.MALFORMED,
    Text.of("The list of published vulnerabilities does not tell how recent it is."),
    Text.of("Update mamori, which brings a newer list."),
)


class Advisories(Rule, frozen=True):
    """How old the knowledge of vulnerabilities may be."""

    max_list_age_days: Annotated[
        int,
        parameter(
            "Days since the newest entry of the list; with an older list nothing is cleared.",
            source="Convention: products of this kind publish several advisories a year",
            ge=1,
        ),
    ] = 365


class Hsts(Rule, frozen=True):
    """How long browsers must remember to use https."""

    minimum_seconds: Annotated[
        int, parameter("Seconds.", source="Convention: one year; RFC 6797 names no number", ge=1)
    ] = 31_536_000


class Proxies(Rule, frozen=True):
    """Which entries trust everybody."""

    everybody: Annotated[
        tuple[str, ...],
        parameter(
            "Entries that stand for every address.",
            source="Notations of the Symfony framework and of CIDR (RFC 4632)",
        ),
    ] = ("*", "0.0.0.0/0", "::/0", "REMOTE_ADDR")


@check("software.known-vulnerabilities", severity=Severity.HIGH)
def known_vulnerabilities(software: Software, rule: Advisories, now: datetime) -> Verdict:
    """The installed version has no published vulnerability.

    Why: Published vulnerabilities are tried against every reachable server within days, by programs
        that look for the version number.
    Fix: Update to the newest version of a line that still gets fixes, after a backup.
    Fix (mautic): Update with `bin/console mautic:update:find` and `mautic:update:apply`, or by
        Composer, after a backup of files and database. Lines before 5 get no free fixes any more.
    Source: OWASP Non-Human Identities Top 10 2025, NHI3; the vendor's advisories
    """
    advisories = known(software.advisories)
    if advisories:
        return failed(
            "{count} published vulnerabilities concern this version: {advisories}.",
            count=len(advisories),
            advisories=advisories,
            observed=len(advisories),
            expected=0,
        )
    if (now.date() - _day(known(software.advisories_as_of))).days > rule.max_list_age_days:
        raise NoEvidence(_LIST_TOO_OLD)
    return passed("No published vulnerability concerns this version.", observed=0)


@check("software.default-credentials", severity=Severity.CRITICAL)
def default_credentials(software: Software) -> Verdict:
    """Nothing signs in with the password that it was shipped with.

    Why: The passwords of sample configurations are public, and programs try them against every
        reachable server. Whoever comes in by one is an administrator, of the product or of its
        database.
    Fix: Give it a long random password of its own, in the configuration and where it signs in.
    Fix (listmonk): Change the password of the PostgreSQL user and in config.toml, and remove
        `admin_username` and `admin_password` from it; listmonk goes on taking them as those of a
        super administrator.
    Source: PCI DSS 4.0.1, 2.2.2 (no vendor defaults); CIS Controls 8.1, 4.7
    """
    defaults = known(software.default_credentials)
    if defaults:
        return failed(
            "The password of the vendor's documentation, or none, lets in: {what}.",
            what=defaults,
            observed=len(defaults),
            expected=0,
        )
    return passed("No password is the vendor's own.", observed=0)


@check("software.installer-reachable", severity=Severity.CRITICAL)
def installer_reachable(site: Site) -> Verdict:
    """Nobody outside can install the product anew, or claim it.

    Why: An installer that anybody can open makes whoever comes first the administrator, with the
        database and the mails that the product sends.
    Fix: Finish the installation at once, or keep the site closed until it is finished.
    Fix (mautic): Finish the installation; while `config/local.php` has no `db_driver` and
        `site_url`, or cannot be read, Mautic leads everybody to /installer.
    Fix (ghost): Open /ghost/#/setup and make the owner's account before the site is public.
    Fix (listmonk): Set `LISTMONK_ADMIN_USER` and `LISTMONK_ADMIN_PASSWORD` for `--install`, or open
        /admin/login and make the super administrator before the site is public.
    Source: CIS Controls 8.1, 4.8; PCI DSS 4.0.1, 2.2.4 (necessary functions only)
    """
    installers = known(site.installers)
    if installers:
        return failed(
            "{site} lets whoever comes first become administrator: {paths}.",
            site=site.id,
            paths=installers,
            observed=installers,
            expected=(),
        )
    return passed("{site} shows no installer.", site=site.id, observed=())


@check("software.debug", severity=Severity.HIGH)
def debug(software: Software) -> Verdict:
    """The product does not run in debug mode.

    Why: Debug mode answers errors with settings, file paths and database queries, sometimes with
        passwords among them.
    Fix: Switch debug mode off and clear the cache.
    Fix (mautic): Set `debug` to false in the local configuration, remove index_dev.php from the web
        root, and run `bin/console cache:clear`.
    Source: NIST SP 800-53, CM-7
    """
    if known(software.debug):
        return failed("Debug mode is on.", observed=True, expected=False)
    return passed("Debug mode is off.", observed=False)


@check("software.secret-key", severity=Severity.CRITICAL)
def secret_key(software: Software) -> Verdict:
    """The product signs with a secret of its own.

    Why: Cookies, links and tokens are signed with this key. One that is shipped with the product,
        empty or short is known or found: an attacker then signs whatever the server believes.
    Fix: Replace the key by a random one of at least 32 characters, and expect everybody to sign in
        anew.
    Fix (mautic): Set `secret_key` in the local configuration to 64 random hexadecimal characters,
        and run `bin/console cache:clear`.
    Source: PCI DSS 4.0.1, 2.2.2 (no vendor defaults); OWASP ASVS 5.0, 13.2.3
    """
    if known(software.secret_key_default):
        return failed(
            "The signing key is the product's default, empty or short.",
            observed=True,
            expected=False,
        )
    return passed("The signing key is the deployment's own.", observed=False)


@check("software.trusted-hosts", severity=Severity.LOW)
def trusted_hosts(software: Software) -> Verdict:
    """The product answers only to its own host names.

    Why: A product that believes any host name in a request puts it into links: a mail to reset a
        password then leads to the attacker's server.
    Fix: List the deployment's host names as the trusted ones.
    Fix (mautic): Enter the host names under Configuration, System Settings, Trusted hosts.
    Source: NIST SP 800-53, SI-10
    """
    hosts = known(software.trusted_hosts)
    if hosts:
        return passed("Only certain host names are accepted.", observed=hosts)
    return failed("Any host name is accepted.", observed=hosts)


@check("software.trusted-proxies", severity=Severity.LOW)
def trusted_proxies(software: Software, rule: Proxies) -> Verdict:
    """Only the deployment's own proxies are believed.

    Why: A proxy tells where a request came from. If everybody is believed to be one, everybody can
        claim any address, and pass limits and logs by.
    Fix: List the addresses of the proxies that stand before the product, and no others.
    Fix (mautic): Enter the addresses under Configuration, System Settings, Trusted proxies.
    Fix (ghost): Set `usingLoopbackReverseProxy` to true in config.production.json, and let the
        proxy run on Ghost's own machine.
    Source: NIST SP 800-53, SI-10
    """
    proxies = known(software.trusted_proxies)
    broad = tuple(proxy for proxy in proxies if proxy in rule.everybody)
    if broad:
        return failed(
            "Everybody is believed to be a proxy: {proxies}.", proxies=broad, observed=broad
        )
    return passed("Only certain proxies are believed.", observed=proxies)


@check("software.cors", severity=Severity.MEDIUM)
def cors(software: Software) -> Verdict:
    """Other sites cannot read the product's answers.

    Why: With any origin allowed, every page that somebody visits can ask the product in their name
        and read the answer.
    Fix: Name the sites that embed forms or trackers, and allow no others.
    Fix (mautic): Under Configuration, System Settings, CORS Settings, restrict the domains and list
        your own sites.
    Source: NIST SP 800-53, AC-4
    """
    if known(software.cors_any_origin):
        return failed("Any site may read the answers.", observed=True, expected=False)
    return passed("Only certain sites may read the answers.", observed=False)


@check("software.hsts", severity=Severity.LOW)
def hsts(software: Software, rule: Hsts) -> Verdict:
    """Browsers are told to use https alone.

    Why: Without this header the first request of a visit may go out unencrypted, and whoever sits
        in between keeps it that way.
    Fix: Send `Strict-Transport-Security` with a lifetime of a year, from the product or its proxy.
    Fix (mautic): Switch HSTS on under Configuration, System Settings, and set its lifetime to
        31536000.
    Source: RFC 6797; the lifetime is convention
    """
    seconds = known(software.hsts_seconds)
    if seconds is None:
        return failed("The product sends no HSTS header.", expected=rule.minimum_seconds)
    if seconds >= rule.minimum_seconds:
        return passed("Browsers use https alone.", observed=seconds, expected=rule.minimum_seconds)
    return failed(
        "Browsers are told to use https for {seconds} seconds only.",
        seconds=seconds,
        observed=seconds,
        expected=rule.minimum_seconds,
    )


@check("software.session-cookie", severity=Severity.MEDIUM)
def session_cookie(software: Software) -> Verdict:
    """The product knows that it is reached by https.

    Why: A product that believes it is reached by plain http does not mark its session cookie
        Secure; the cookie then goes out unencrypted with one wrong link, and whoever sees it is
        signed in.
    Fix: Set the product's own address to https, and tell it which proxy ends TLS.
    Fix (mautic): Set the Site URL under Configuration, System Settings to https, and list the proxy
        that ends TLS as a trusted proxy.
    Source: RFC 6265, 4.1.2.5 (Secure); NIST SP 800-53, SC-8
    """
    if known(software.site_https):
        return passed("The product's own address is https.", observed=True)
    return failed("The product's own address is not https.", observed=False, expected=True)


@check("software.cookie-flags", severity=Severity.LOW)
def cookie_flags(software: Software) -> Verdict:
    """Cookies are kept from scripts and from unencrypted connections.

    Why: A cookie that scripts can read is what an injected script takes first; one without Secure
        goes out over plain http.
    Fix: Set the flags Secure and HttpOnly for the product's cookies.
    Fix (mautic): Set `cookie_secure` and `cookie_httponly` to true in the local configuration.
    Source: RFC 6265, 4.1.2.5 and 4.1.2.6
    """
    if software.cookies_secure is False:
        return failed("Cookies are sent over plain http as well.", observed=False, expected=True)
    if software.cookies_http_only is False:
        return failed("Scripts can read cookies.", observed=False, expected=True)
    known(software.cookies_secure)
    known(software.cookies_http_only)
    return passed("Cookies have both flags.")


@check("software.database-encryption", severity=Severity.MEDIUM)
def database_encryption(software: Software) -> Verdict:
    """The way to a database on another machine is encrypted.

    Why: All contacts pass over this connection, and the database's password before them.
    Fix: Require TLS on the database server, and give the product the server's certificate
        authority.
    Source: NIST SP 800-53, SC-8; PCI DSS 4.0.1, 8.3.2 (no authentication in clear)
    """
    if software.database_encrypted is True:
        return passed("The connection to the database is encrypted.", observed=True)
    if software.database_remote is False:
        return not_applicable("The database is on the same machine.")
    known(software.database_encrypted)
    known(software.database_remote)
    return failed("The connection to the database is not encrypted.", observed=False, expected=True)


@check("software.database-superuser", severity=Severity.MEDIUM)
def database_superuser(software: Software) -> Verdict:
    """The product does not use the database's administrator.

    Why: An injected query then reads every database of the server, its files and its accounts, not
        only this product's tables.
    Fix: Create a database user with rights to this product's database alone, and enter it in the
        product's configuration.
    Source: NIST SP 800-53, AC-6; PCI DSS 4.0.1, 2.2.2
    """
    if known(software.database_superuser):
        return failed(
            "The product uses the database's administrator.", observed=True, expected=False
        )
    return passed("The product has a database user of its own.", observed=False)


@check("software.mailer-encryption", severity=Severity.MEDIUM)
def mailer_encryption(software: Software) -> Verdict:
    """Mail leaves the product encrypted, to a server that proved its name.

    Why: Every mail that goes out names a contact, and links in it sign people in or off. Without
        TLS, or without checking the certificate, whoever sits in between reads and changes them.
    Fix: Use TLS to the mail server and have its certificate checked.
    Fix (mautic): Use the scheme `smtps` in the mailer's DSN, and leave `verify_peer` on.
    Source: NIST SP 800-53, SC-8; PCI DSS 4.0.1, 8.3.2 (no authentication in clear)
    """
    if software.mailer_encrypted is True:
        return passed("Mail leaves encrypted.", observed=True)
    if software.mailer_remote is False:
        return not_applicable("The mail server is on the same machine.")
    known(software.mailer_encrypted)
    known(software.mailer_remote)
    return failed("Mail leaves without checked encryption.", observed=False, expected=True)


@check("software.config-permissions", severity=Severity.HIGH)
def config_permissions(software: Software) -> Verdict:
    """Only the product can read its configuration.

    Why: The file holds the password of the database. Every other account of the machine that can
        read it can take the contacts without the product noticing.
    Fix: Give the file to the web server's user and set its mode to 0640 or less.
    Fix (mautic): Run `chmod 640` on the local configuration, with the web server's user as owner.
    Source: PCI DSS 4.0.1, 8.6.2; OWASP ASVS 5.0, 13.3.1
    """
    if known(software.config_readable_by_others):
        return failed("Other accounts can read the configuration.", observed=True, expected=False)
    return passed("Only the product can read the configuration.", observed=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoEvidence(_LIST_UNDATED) from None
