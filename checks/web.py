"""Web: how the sites of a deployment protect the people who visit them and sign in there."""

from __future__ import annotations

from typing import Annotated

from scanner.sdk import (
    Rule,
    Severity,
    Site,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)

_SAFE_REFERRERS = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")


class Hsts(Rule, frozen=True):
    """How long browsers have to remember."""

    min_seconds: Annotated[
        int, parameter("Seconds (max-age)", source="hstspreload.org: at least one year", ge=1)
    ] = 31_536_000


class Exposed(Rule, frozen=True):
    """What may be open to everybody."""

    sign_in_allowed: Annotated[
        bool,
        parameter(
            "Whether the page where administrators sign in may be open to everybody",
            source="Convention: people sign in from anywhere; the second factor protects the page",
        ),
    ] = True


@check("web.https-redirect", severity=Severity.MEDIUM)
def https_redirect(site: Site) -> Verdict:
    """Who asks in clear is sent to https.

    Why: Whoever sits in the network reads and changes pages that are served in clear, the links in
        newsletters that lead there included.
    Fix: Answer every request on port 80 with a redirect (301) to the same address under https.
        nginx: return 301 https://$host$request_uri.
    Source: RFC 6797 §7.2; MDN HTTP Observatory; NIST SP 800-52 Rev. 2.
    """
    redirects = known(site.redirects_to_https)
    if redirects is None:
        return passed("{site} answers nothing in clear.", site=site.id)
    if redirects:
        return passed(
            "{site} sends who asks in clear to https.",
            site=site.id,
            observed=_shown(site.first_redirect),
        )
    return failed(
        "{site} serves in clear, and does not send people to https.",
        site=site.id,
        observed=_shown(site.first_redirect),
        expected="https://…",
    )


@check("web.hsts", severity=Severity.MEDIUM)
def hsts(site: Site, rule: Hsts) -> Verdict:
    """Browsers are told to insist on https (HSTS).

    Why: Without it the first request of every visit may go out in clear, where it can be caught
        before any redirect; and people can click certificate warnings away.
    Fix: Send Strict-Transport-Security: max-age=63072000; includeSubDomains with every answer over
        https. Browsers ignore it over http, and as a whole when one directive is wrong.
    Source: RFC 6797; hstspreload.org.
    """
    value = known(site.hsts)
    if value is None and known(site.https) is False:
        return failed("{site} is not served over https, so that HSTS cannot hold.", site=site.id)
    if value is None:
        return failed(
            "{site} sends no Strict-Transport-Security header.",
            site=site.id,
            expected=rule.min_seconds,
        )
    faults = known(site.hsts_faults)
    if faults:
        return failed(
            "Browsers ignore the Strict-Transport-Security header of {site}: {faults}.",
            site=site.id,
            faults=faults,
            observed=value,
        )
    seconds = known(site.hsts_seconds) or 0
    if seconds < rule.min_seconds:
        return failed(
            "Browsers remember to insist on https with {site} for {seconds} seconds.",
            site=site.id,
            seconds=seconds,
            observed=seconds,
            expected=rule.min_seconds,
        )
    if known(site.hsts_preload) and not known(site.hsts_subdomains):
        return failed(
            "{site} asks to be preloaded, which needs includeSubDomains.",
            site=site.id,
            observed=value,
        )
    return passed(
        "Browsers remember to insist on https with {site}.",
        site=site.id,
        observed=seconds,
        expected=rule.min_seconds,
    )


@check("web.content-security-policy", severity=Severity.MEDIUM)
def content_security_policy(site: Site) -> Verdict:
    """A policy keeps injected scripts from running (CSP).

    Why: One field that is shown unescaped lets an attacker run scripts in the browsers of visitors
        and administrators; a policy is the second line of defence.
    Fix: Send Content-Security-Policy with script-src that names your own hosts, or nonces with
        'strict-dynamic'; no 'unsafe-inline', no *. Try it with Content-Security-Policy-Report-Only
        first.
    Source: CSP Level 3; MDN HTTP Observatory; OWASP ASVS 5.0, 3.4.3.
    """
    policies = known(site.csp)
    if not policies:
        return failed("{site} sends no Content-Security-Policy.", site=site.id)
    weaknesses = known(site.csp_weaknesses)
    if weaknesses:
        return failed(
            "The Content-Security-Policy of {site} lets injected scripts run: {faults}.",
            site=site.id,
            faults=weaknesses,
            observed=policies[0],
        )
    return passed(
        "The Content-Security-Policy of {site} restricts scripts.",
        site=site.id,
        observed=policies[0],
    )


@check("web.frame-options", severity=Severity.MEDIUM)
def frame_options(site: Site) -> Verdict:
    """Other sites cannot show the pages in a frame.

    Why: Framed invisibly under something else, a page takes clicks that its user never meant
        (clickjacking): unsubscribe, confirm, delete.
    Fix: Send Content-Security-Policy: frame-ancestors 'none' or 'self', or the hosts that may embed
        a form; X-Frame-Options: DENY or SAMEORIGIN for old browsers.
    Source: CSP Level 3, frame-ancestors; RFC 7034; OWASP ASVS 5.0, 3.4.6.
    """
    who = known(site.framing)
    if who in ("none", "self", "listed"):
        return passed("{site} says who may frame it.", site=site.id, observed=who)
    return failed(
        "Any site can show {site} in a frame.", site=site.id, observed=who, expected="none, self"
    )


@check("web.content-type-options", severity=Severity.LOW)
def content_type_options(site: Site) -> Verdict:
    """Browsers take files for what the server says they are.

    Why: A browser that guesses runs an uploaded picture that looks like a script.
    Fix: Send X-Content-Type-Options: nosniff.
    Source: Fetch Standard, nosniff; OWASP ASVS 5.0, 3.4.4.
    """
    if known(site.content_type_options):
        return passed("{site} sends X-Content-Type-Options: nosniff.", site=site.id)
    return failed("{site} does not send X-Content-Type-Options: nosniff.", site=site.id)


@check("web.referrer-policy", severity=Severity.LOW)
def referrer_policy(site: Site) -> Verdict:
    """Addresses of pages do not go to other sites.

    Why: Addresses of landing pages hold contact ids, mail addresses and tokens, which every link
        and every embedded picture would pass on.
    Fix: Send Referrer-Policy: strict-origin-when-cross-origin, or a stricter one.
    Source: W3C Referrer Policy; OWASP ASVS 5.0, 3.4.5.
    """
    policy = known(site.referrer_policy)
    if policy in _SAFE_REFERRERS:
        return passed("{site} keeps addresses to itself.", site=site.id, observed=policy)
    if policy is None:
        return failed(
            "{site} sends no Referrer-Policy.", site=site.id, expected=_SAFE_REFERRERS[-1]
        )
    return failed(
        "{site} passes addresses on to other sites ({policy}).",
        site=site.id,
        policy=policy,
        observed=policy,
        expected=_SAFE_REFERRERS,
    )


@check("web.permissions-policy", severity=Severity.INFO)
def permissions_policy(site: Site) -> Verdict:
    """Pages give up what of the browser they do not use.

    Why: A script that gets in, or an advertisement, can ask for camera, location and the like in
        your name.
    Fix: Send Permissions-Policy, such as camera=(), microphone=(), geolocation=().
    Source: W3C Permissions Policy.
    """
    if known(site.permissions_policy):
        return passed("{site} sends a Permissions-Policy.", site=site.id)
    return failed("{site} sends no Permissions-Policy.", site=site.id)


@check("web.cookie-flags", severity=Severity.MEDIUM)
def cookie_flags(site: Site) -> Verdict:
    """Cookies are kept from the network, from scripts and from other sites.

    Why: A cookie without Secure goes out in clear, a session cookie without HttpOnly is read by any
        injected script, one without SameSite goes along with requests that other sites make.
    Fix: Set Secure and SameSite=Lax or Strict on every cookie, and HttpOnly on those of sessions.
        SameSite=None needs Secure.
    Fix (mautic): Serve Mautic over https and set site_url to the https address; behind a proxy set
        trusted_proxies too.
    Source: RFC 6265; OWASP ASVS 5.0, 3.3.1, 3.3.2 and 3.3.4; MDN HTTP Observatory.
    """
    cookies = known(site.cookies)
    if not cookies:
        return not_applicable("{site} sets no cookie.", site=site.id)
    insecure = tuple(each.name for each in cookies if not each.secure)
    if insecure:
        return failed(
            "{site} sets cookies without Secure: {names}.",
            site=site.id,
            names=insecure,
            observed=insecure,
        )
    readable = tuple(each.name for each in cookies if each.session and not each.http_only)
    if readable:
        return failed(
            "{site} sets session cookies without HttpOnly: {names}.",
            site=site.id,
            names=readable,
            observed=readable,
        )
    anywhere = tuple(each.name for each in cookies if each.same_site is None)
    if anywhere:
        return failed(
            "{site} sets cookies without SameSite: {names}.",
            site=site.id,
            names=anywhere,
            observed=anywhere,
        )
    return passed(
        "{site} sets {count} cookies, all with their flags.", site=site.id, count=len(cookies)
    )


@check("web.cors", severity=Severity.MEDIUM)
def cors(site: Site) -> Verdict:
    """Other sites cannot read what the visitor's cookies open.

    Why: A site that answers every origin with permission and credentials lets any page that a
        signed-in person visits read their data.
    Fix: Answer Access-Control-Allow-Origin with the hosts that need it, from a list, never with
        whatever was asked; leave Access-Control-Allow-Credentials out where it is not needed.
    Fix (mautic): Set cors_restrict_domains to true and list the hosts in cors_valid_domains.
    Source: Fetch Standard, CORS protocol; OWASP ASVS 5.0, 3.4.2; MDN HTTP Observatory.
    """
    origins = known(site.cors_reflects)
    if origins:
        return failed(
            "{site} lets foreign origins read with the visitor's cookies: {origins}.",
            site=site.id,
            origins=origins,
            observed=origins,
            expected=(),
        )
    return passed("{site} lets no foreign origin in with cookies.", site=site.id)


@check("web.mixed-content", severity=Severity.MEDIUM)
def mixed_content(site: Site) -> Verdict:
    """The page loads and sends nothing in clear.

    Why: What is loaded over http can be exchanged on the way, a script for another; what a form
        sends over http is read by everybody in between.
    Fix: Write https:// in the addresses of the page and in the action of its forms, or send
        Content-Security-Policy: upgrade-insecure-requests.
    Source: W3C Mixed Content; OWASP ASVS 5.0, 12.2.1.
    """
    posts, loads = site.posts_in_clear, site.loads_in_clear
    if isinstance(posts, tuple) and posts:
        return failed(
            "A form of {site} sends in clear to {addresses}.",
            site=site.id,
            addresses=posts,
            observed=posts,
        )
    if isinstance(loads, tuple) and loads:
        return failed(
            "{site} loads in clear: {addresses}.", site=site.id, addresses=loads, observed=loads
        )
    known(posts)
    known(loads)
    if not known(site.https):
        return not_applicable(
            "{site} is itself served in clear; its page loads nothing else so.", site=site.id
        )
    return passed("{site} loads and sends nothing in clear.", site=site.id)


@check("web.exposed-paths", severity=Severity.HIGH)
def exposed_paths(site: Site, rule: Exposed) -> Verdict:
    """Nothing that belongs to administrators alone is open to everybody.

    Why: Settings and copies of the database give passwords away, an open installer gives the whole
        system; people search for both all day.
    Fix: Let the web server serve the public folder only, refuse names that begin with a dot, delete
        installers and backups; put administration behind a VPN or a list of addresses.
    Fix (mautic): Keep config/, .env, vendor/ and composer.lock outside the document root, or deny
        them in the web server.
    Source: OWASP ASVS 5.0, 13.4.1, 13.4.2 and 13.4.5 to 13.4.7.
    """
    exposed = known(site.exposed)
    if exposed:
        return failed(
            "{site} lets everybody open {paths}.", site=site.id, paths=exposed, observed=exposed
        )
    if not rule.sign_in_allowed and known(site.sign_in_pages):
        return failed(
            "{site} lets everybody reach the sign-in of administrators: {paths}.",
            site=site.id,
            paths=known(site.sign_in_pages),
            observed=site.sign_in_pages,
        )
    return passed("{site} exposes none of the paths that were asked for.", site=site.id)


@check("web.version-disclosure", severity=Severity.LOW)
def version_disclosure(site: Site) -> Verdict:
    """Headers do not tell the version of the software.

    Why: Who looks for one vulnerable release finds it by searching for its header.
    Fix: nginx: server_tokens off; Apache: ServerTokens Prod; PHP: expose_php = Off.
    Source: OWASP ASVS 5.0, 13.4.6; MDN HTTP Observatory.
    """
    versions = known(site.versions)
    if versions:
        return failed(
            "{site} tells the version of its software: {headers}.",
            site=site.id,
            headers=versions,
            observed=versions,
        )
    return passed("The headers of {site} tell no version.", site=site.id)


@check("web.dangling-domain", severity=Severity.HIGH)
def dangling_domain(site: Site) -> Verdict:
    """The host is no alias of something abandoned.

    Why: Landing and tracking domains point to a vendor by CNAME. Once the vendor's side is given
        up, somebody else can claim it, and serves pages and collects data under your name.
    Fix: Delete the CNAME record, or set the domain up again at the vendor.
    Source: RFC 1034 §3.6.2; github.com/EdOverflow/can-i-take-over-xyz (signatures).
    """
    place = known(site.dangling)
    if place is not None:
        return failed(
            "{host} is an alias of {place}, which nobody holds.",
            host=site.host,
            place=place,
            observed=place,
        )
    if not known(site.aliases):
        return not_applicable("{host} is an alias of no other name.", host=site.host)
    return passed(
        "{host} is an alias of {place}, which is held.",
        host=site.host,
        place=known(site.aliases)[-1],
    )


@check("web.security-txt", severity=Severity.LOW)
def security_txt(site: Site) -> Verdict:
    """People who find a weakness learn where to report it.

    Why: Who finds no address tells everybody, or nobody.
    Fix: Publish /.well-known/security.txt as text/plain, with a line Contact: and a line Expires:
        with a date within a year.
    Source: RFC 9116.
    """
    if not known(site.security_txt):
        return failed("{site} has no security.txt.", site=site.id)
    faults = known(site.security_txt_faults)
    if faults:
        return failed("The security.txt of {site} is wrong: {faults}.", site=site.id, faults=faults)
    return passed("{site} has a security.txt.", site=site.id)


def _shown(fact: object) -> str | None:
    return fact if isinstance(fact, str) else None
