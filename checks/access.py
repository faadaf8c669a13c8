"""Access: who can sign in, who should no longer, and how long they stay signed in.

Evidence that nothing is wrong counts even where it is not known whether the account is open; a
fault counts only of an account known to be open.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime
from typing import Annotated

from scanner.sdk import (
    Account,
    Person,
    Rule,
    Severity,
    SignIn,
    Unknown,
    Verdict,
    check,
    failed,
    known,
    not_applicable,
    parameter,
    passed,
)


class AdministratorCount(Rule, frozen=True):
    """How many may change everything."""

    least: Annotated[
        int,
        parameter(
            "People; below that, one illness or lost telephone locks everybody out.",
            source="Convention: vendors' hardening guides ask for two or three",
            ge=0,
        ),
    ] = 2
    most: Annotated[
        int,
        parameter(
            "People.", source="Convention: vendors' hardening guides ask for two or three", ge=1
        ),
    ] = 3


class AdministratorShare(Rule, frozen=True):
    """How large a part of the people may change everything."""

    most_percent: Annotated[
        float,
        parameter(
            "Percent of those who can sign in.", source="Convention: one in four", ge=0, le=100
        ),
    ] = 25.0
    always_allowed: Annotated[
        int,
        parameter(
            "Administrators that even the smallest team may have.",
            source="Convention: two, so that one can stand in for the other",
            ge=0,
        ),
    ] = 2


class Dormant(Rule, frozen=True):
    """How long an account may lie unused."""

    max_days: Annotated[
        int, parameter("Days since the last sign-in.", source="PCI DSS 4.0.1, 8.2.6", ge=1)
    ] = 90


class NeverSignedIn(Rule, frozen=True):
    """How long a new account may wait for its first use."""

    grace_days: Annotated[
        int,
        parameter(
            "Days since the account was created.",
            source="Convention: a month to take up one's work",
            ge=0,
        ),
    ] = 30


class SharedNames(Rule, frozen=True, dict=True):
    """Which names belong to a function rather than to a person."""

    words: Annotated[
        tuple[str, ...],
        parameter(
            "Names, in lower case. An account is shared if its whole name is made of them.",
            source="RFC 2142 (mailbox names for functions), and the usual Japanese ones",
        ),
    ] = (
        *("abuse", "accounting", "accounts", "admin", "administrator", "admins", "agency", "all"),
        *("api", "billing", "campaign", "campaigns", "common", "contact", "crm", "customer"),
        *("demo", "desk", "dummy", "everyone", "guest", "hello", "help", "helpdesk", "hostmaster"),
        *("info", "information", "inquiry", "intern", "magazine", "mail", "mailer", "manager"),
        *("marketing", "master", "media", "mktg", "news", "newsletter", "no", "noc", "noreply"),
        *("office", "operations", "operator", "ops", "partner", "postmaster", "press", "public"),
        *("recruit", "reply", "root", "sales", "security", "service", "shared", "shop", "staff"),
        *("store", "super", "superuser", "support", "sysadmin", "system", "team", "temp", "test"),
        *("tester", "trainee", "user", "users", "web", "webinar", "webmaster"),
        *("daihyo", "daihyou", "eigyo", "eigyou", "eigyoubu", "eigyobu", "hanbai", "hansoku"),
        *("jimu", "jimukyoku", "jinji", "jouhou", "joho", "kaihatsu", "kanri", "kanrisha"),
        *("keiri", "kikaku", "koho", "kouhou", "kokyaku", "kyoyu", "kyouyu", "madoguchi"),
        *("otoiawase", "saiyo", "saiyou", "senden", "shanai", "somu", "soumu", "tantou"),
        *("tantousha", "toiawase", "uketsuke"),
        *("お問い合わせ", "テスト", "マーケティング", "ユーザー", "代表", "企画", "共有", "共通"),
        *(
            "受付",
            "営業",
            "営業部",
            "広報",
            "情報",
            "担当",
            "担当者",
            "採用",
            "窓口",
            "管理",
            "管理者",
        ),
        *("総務", "経理", "販促"),
    )

    @functools.cached_property
    def lookup(self) -> frozenset[str]:
        """The words, to be asked for many names."""
        return frozenset(self.words)


class Session(Rule, frozen=True):
    """How long somebody who does nothing stays signed in."""

    idle_minutes: Annotated[
        int,
        parameter(
            "Minutes without a request.",
            source="Convention; NIST SP 800-63B-4 asks for reauthentication after inactivity",
            ge=1,
        ),
    ] = 60


class RememberMe(Rule, frozen=True):
    """How long a browser may stay signed in."""

    max_days: Annotated[
        int,
        parameter(
            "Days.",
            source="Convention; NIST SP 800-63B-4 asks for reauthentication from time to time",
            ge=0,
        ),
    ] = 30


@check("access.administrator-count", severity=Severity.MEDIUM)
def administrator_count(account: Account, rule: AdministratorCount) -> Verdict:
    """Few people can change everything, and more than one.

    Why: Every administrator's account is a door to everything. With one alone, nobody can shut that
        door when its holder is ill, gone or deceived.
    Fix: Give those who do not administer the platform a role with what their work needs. Where
        there is one administrator alone, appoint a second.
    Fix (mautic): Under Settings, Roles, create a role without "System administrator", and give it
        to them under Settings, Users.
    Source: ISO/IEC 27001:2022, A.8.2; SOC 2 CC6.3; the number is convention
    """
    count = len(known(account.administrators))
    if count > rule.most:
        return failed(
            "{count} people can change everything.", count=count, observed=count, expected=rule.most
        )
    if count < rule.least:
        return failed(
            "Fewer than {least} people can change everything.",
            least=rule.least,
            observed=count,
            expected=rule.least,
        )
    return passed("Few people can change everything.", observed=count, expected=rule.most)


@check("access.administrator-share", severity=Severity.LOW)
def administrator_share(account: Account, rule: AdministratorShare) -> Verdict:
    """Most people have fewer rights than administrators.

    Why: Where everybody is an administrator, every stolen password is an administrator's.
    Fix: Give people roles with what their work needs, and keep the administrator role for those who
        administer the platform.
    Source: ISO/IEC 27001:2022, A.8.2; SOC 2 CC6.3; the share is convention
    """
    count = len(known(account.administrators))
    if count <= rule.always_allowed:
        return passed("Few people can change everything.", observed=count)
    people = known(account.people_total)
    if count * 100 <= rule.most_percent * people:
        return passed("Most people have fewer rights.", observed=count)
    return failed(
        "{count} of {people} people can change everything.",
        count=count,
        people=people,
        observed=count,
    )


@check("access.machine-administrator", severity=Severity.MEDIUM)
def machine_administrator(person: Person) -> Verdict:
    """No program has the rights of an administrator.

    Why: A program's secret lies in files and settings of other systems, and nothing but that secret
        protects the account. Whoever finds it has everything.
    Fix: Give the program a role with exactly what it reads and writes.
    Source: OWASP Non-Human Identities Top 10 2025, NHI5
    """
    if person.machine is False:
        return not_applicable("No program signs in with this account.")
    if person.administrator is False:
        if person.machine is True:
            return passed("This program is no administrator.", observed=False)
        return not_applicable("This is no administrator, whether a program or not.")
    if person.can_sign_in is False:
        return not_applicable("No program signs in with this account.")
    known(person.machine)
    known(person.administrator)
    known(person.can_sign_in)
    return failed("A program can change everything.", observed=True, expected=False)


@check("access.dormant", severity=Severity.MEDIUM)
def dormant(person: Person, rule: Dormant, now: datetime) -> Verdict:
    """Accounts that are no longer used are closed.

    Why: Nobody notices when an unused account is taken over: its holder does not look. Its password
        is old, and often its holder has left.
    Fix: Ask whether it is still needed; if not, close it. Do not wait for somebody to remember.
    Fix (mautic): Set Published to No for the person under Settings, Users.
    Source: PCI DSS 4.0.1, 8.2.6 (90 days); CIS Controls 8.1, 5.3 (45 days); ISO/IEC 27001:2022,
        A.5.18
    """
    last = person.last_sign_in
    if isinstance(last, datetime):
        idle = (now - last).days
        if idle <= rule.max_days:
            return passed("The account is in use.", observed=last, expected=rule.max_days)
        if _closed(person):
            return not_applicable("This account is closed, or a program's.")
        known(person.can_sign_in)
        return failed(
            "Nobody has signed in for {days} days.",
            days=idle,
            observed=last,
            expected=rule.max_days,
        )
    if _closed(person):
        return not_applicable("This account is closed, or a program's.")
    quiet = (now - person.idle_since).days if isinstance(person.idle_since, datetime) else 0
    if isinstance(last, Unknown) and quiet >= rule.max_days:
        known(person.can_sign_in)
        return failed(
            "Nobody has signed in for at least {days} days.",
            days=quiet,
            observed=person.idle_since,
            expected=rule.max_days,
        )
    known(last)
    return not_applicable("Nobody has signed in yet; another rule judges that.")


@check("access.never-signed-in", severity=Severity.LOW)
def never_signed_in(person: Person, rule: NeverSignedIn, now: datetime) -> Verdict:
    """Accounts that nobody ever used are closed.

    Why: An account that waits for its first sign-in often has a first password that somebody else
        chose and sent by mail, and nobody who would notice a stranger in it.
    Fix: Ask the person to sign in and set a password and a second factor up, or close the account.
    Fix (mautic): Set Published to No for the person under Settings, Users.
    Source: CIS Controls 8.1, 5.3; OWASP ASVS 5.0, 6.4.1 (first passwords expire)
    """
    last = person.last_sign_in
    if isinstance(last, datetime):
        return passed("Somebody has signed in.", observed=last)
    if _closed(person):
        return not_applicable("This account is closed, or a program's.")
    known(last)
    waiting = (now - known(person.created)).days
    if waiting <= rule.grace_days:
        return not_applicable("The account is so new that it may still be waiting for its holder.")
    known(person.can_sign_in)
    return failed(
        "Nobody has signed in since the account was created {days} days ago.",
        days=waiting,
        observed=waiting,
        expected=rule.grace_days,
    )


@check("access.shared-account", severity=Severity.MEDIUM)
def shared_account(person: Person, rule: SharedNames) -> Verdict:
    """Every person has an account of their own.

    Why: What a shared account does, nobody has done. Its password is known to all who ever used it,
        is never changed when one of them leaves, and a second factor is in the way.
    Fix: Give everybody an account of their own, then close the shared one.
    Source: CIS Controls 8.1, 5.1; ISO/IEC 27001:2022, A.5.16
    """
    email = person.email
    if isinstance(email, str) and not _generic(email, rule):
        return passed("The address is a person's.")
    return _shared(person, email)


@check("access.generic-username", severity=Severity.LOW)
def generic_username(person: Person, rule: SharedNames) -> Verdict:
    """No user name can be guessed from a list.

    Why: Attackers begin with `admin`, `test` and `info`: a name that exists everywhere saves them
        half of the guessing, and usually stands for an account that several people share.
    Fix: Give the account a name that belongs to one person.
    Fix (mautic): Change the user name under Settings, Users.
    Source: CIS Controls 8.1, 5.1; PCI DSS 4.0.1, 2.2.2 (default accounts)
    """
    username = person.username
    if isinstance(username, str) and not _generic(username, rule):
        return passed("The user name is a person's.")
    return _shared(person, username)


@check("access.outside-domain", severity=Severity.LOW)
def outside_domain(person: Person) -> Verdict:
    """Everybody with an account has an address of the organisation.

    Why: When somebody of an agency changes jobs, the organisation does not hear of it, and cannot
        close the mailbox through which the password is reset.
    Fix: Ask whether the account is still needed, give it an end, or an address of the organisation.
    Source: ISO/IEC 27001:2022, A.5.16 and A.5.18; SOC 2 CC6.2
    """
    if person.in_organisation is True:
        return passed("The address is the organisation's.", observed=True)
    if _closed(person):
        return not_applicable("This account is closed, or a program's.")
    known(person.in_organisation)
    known(person.can_sign_in)
    return failed("The address is not one of the organisation's.", observed=False, expected=True)


@check("access.outside-administrator", severity=Severity.MEDIUM)
def outside_administrator(person: Person) -> Verdict:
    """Administrators belong to the organisation.

    Why: An agency's administrator often administers many customers: who deceives that one person
        has the contacts of all of them.
    Fix: Give the agency a role with what its work needs, and keep the administrator role inside.
    Source: ISO/IEC 27001:2022, A.8.2; SOC 2 CC6.3
    """
    if person.administrator is False:
        return not_applicable("This is no administrator.")
    if person.in_organisation is True:
        if person.administrator is True:
            return passed("This administrator belongs to the organisation.", observed=True)
        return not_applicable("The address is the organisation's.")
    if _closed(person):
        return not_applicable("This account is closed, or a program's.")
    known(person.administrator)
    known(person.in_organisation)
    known(person.can_sign_in)
    return failed("An outsider can change everything.", observed=False, expected=True)


@check("access.leaver", severity=Severity.MEDIUM)
def leaver(person: Person) -> Verdict:
    """Nobody who has left can still sign in.

    Why: People who leave remember passwords, and some leave in anger. What they take along with a
        valid account, the organisation gave them.
    Fix: Close the account today, and revoke the keys that its holder knew.
    Fix (mautic): Set Published to No for the person under Settings, Users, and replace the API
        credentials that they knew.
    Source: ISO/IEC 27001:2022, A.5.18; SOC 2 CC6.2 and CC6.3; OWASP Non-Human Identities Top 10
        2025, NHI1
    """
    if person.employed is True:
        return passed("This person works here.", observed=True)
    if _closed(person):
        return not_applicable("This account is closed, or a program's.")
    known(person.employed)
    known(person.can_sign_in)
    return failed("This person has left and can still sign in.", observed=False, expected=True)


@check("access.single-sign-on", severity=Severity.LOW)
def single_sign_on(account: Account) -> Verdict:
    """Where there is single sign-on, nobody can pass it by.

    Why: A password that still works beside single sign-on is a way past everything the identity
        provider demands, and past its closing of leavers' accounts.
    Fix: Demand single sign-on of everybody, and keep one guarded account for an emergency.
    Fix (mautic): Mautic keeps its own sign-in page beside SAML. Block /s/login for everything but
        the identity provider's way at the web server.
    Source: PCI DSS 4.0.1, 8.5.1 (no bypass); OWASP ASVS 5.0, 6.3.4
    """
    if account.sso_enforced is True:
        return passed("Everybody signs in through the identity provider.", observed=True)
    if account.sso_configured is False:
        return not_applicable("Single sign-on is not set up.")
    known(account.sso_enforced)
    known(account.sso_configured)
    return failed("Passwords still work beside single sign-on.", observed=False, expected=True)


@check("access.sso-exemptions", severity=Severity.LOW)
def sso_exemptions(account: Account) -> Verdict:
    """Nobody is exempt from single sign-on but the account for an emergency.

    Why: An exempt account is a password beside everything the identity provider demands. Attackers
        look for exactly these.
    Fix: End the exemptions, and keep one guarded account for an emergency.
    Source: OWASP ASVS 5.0, 6.3.4; PCI DSS 4.0.1, 8.5.1 (no bypass)
    """
    if account.sso_enforced is False:
        return not_applicable("Single sign-on is not enforced; another rule judges that.")
    exempt = known(account.sso_exempt)
    known(account.sso_enforced)
    if len(exempt) <= 1:
        return passed("At most one account is exempt.", observed=len(exempt), expected=1)
    return failed("Exempt are: {people}.", people=exempt, observed=len(exempt), expected=1)


@check("access.network", severity=Severity.INFO)
def network(account: Account) -> Verdict:
    """People can sign in from named networks only.

    Why: Stolen passwords are tried from wherever their thief is. Where signing in works only from
        the organisation's networks, they are worth nothing outside.
    Fix: Where people work from known networks, allow these only. Elsewhere demand a managed device
        at the identity provider.
    Source: NIST SP 800-53, AC-17; convention
    """
    if known(account.ip_allow_list):
        return passed("People can sign in from named networks only.", observed=True)
    return failed("People can sign in from everywhere.", observed=False, expected=True)


@check("access.sandbox-data", severity=Severity.INFO)
def sandbox_data(account: Account) -> Verdict:
    """A copy for trying things out holds no contacts.

    Why: Sandboxes are guarded less, and more people get in. Contacts in one are contacts that
        nobody guards.
    Fix: Delete the contacts of the sandbox, or mask them, and fill it without them next time.
    Source: ISO/IEC 27001:2022, A.8.31 and A.8.33
    """
    if not known(account.sandbox):
        return not_applicable("This is no sandbox.")
    contacts = known(account.sandbox_contacts)
    if contacts == 0:
        return passed("The sandbox holds no contacts.", observed=0, expected=0)
    return failed(
        "The sandbox holds {count} contacts.", count=contacts, observed=contacts, expected=0
    )


@check("access.session-renewed", severity=Severity.MEDIUM)
def session_renewed(sign_in: SignIn) -> Verdict:
    """Signing in begins a new session.

    Why: Where the cookie from before the sign-in is signed in after it, whoever planted that
        cookie, by a link or a shared computer, is signed in too.
    Fix: Update the product; its session must get a new identifier when somebody signs in.
    Source: OWASP ASVS 5.0, 7.2.4; CWE-384
    """
    if known(sign_in.fixed_session):
        return failed(
            "Cookies from before the sign-in were signed in after it.",
            observed=True,
            expected=False,
            evidence=sign_in.record,
        )
    return passed("Cookies from before the sign-in opened nothing.", evidence=sign_in.record)


@check("access.session-ended", severity=Severity.MEDIUM)
def session_ended(sign_in: SignIn) -> Verdict:
    """Signing out ends the session.

    Why: A session that goes on after its holder has signed out can be used by whoever copied its
        cookie, from a shared computer or a log, and nobody sees that it is open.
    Fix: Update the product; signing out must end the session at the server, and not only delete
        the cookie in the browser.
    Source: OWASP ASVS 5.0, 7.4.1
    """
    if known(sign_in.outlives_sign_out):
        return failed(
            "The session went on after signing out.",
            observed=True,
            expected=False,
            evidence=sign_in.record,
        )
    return passed("The session ended with signing out.", observed=False, evidence=sign_in.record)


@check("access.session-lifetime", severity=Severity.LOW)
def session_lifetime(account: Account, rule: Session) -> Verdict:
    """Who leaves the desk does not stay signed in all day.

    Why: An open session needs neither password nor second factor. Whoever sits down, or steals the
        browser's cookie, has it for as long as it lasts.
    Fix: Shorten the time without activity after which people are signed out.
    Source: NIST SP 800-63B-4 (reauthentication); the number is convention
    """
    minutes = known(account.session_idle_minutes)
    if minutes is None:
        return failed("Sessions never end by themselves.", expected=rule.idle_minutes)
    if minutes <= rule.idle_minutes:
        return passed("Sessions end.", observed=minutes, expected=rule.idle_minutes)
    return failed(
        "A session lasts {minutes} minutes without activity.",
        minutes=minutes,
        observed=minutes,
        expected=rule.idle_minutes,
    )


@check("access.remember-me", severity=Severity.LOW)
def remember_me(account: Account, rule: RememberMe) -> Verdict:
    """Browsers are asked to sign in again from time to time.

    Why: A browser that stays signed in for months keeps a stolen laptop, or a copied cookie, signed
        in for as long.
    Fix: Switch staying signed in off, or shorten it.
    Fix (mautic): Set `rememberme_lifetime` in the local configuration to 2592000 seconds (30 days)
        or less. The default is one year.
    Source: NIST SP 800-63B-4 (reauthentication); the number is convention
    """
    days = known(account.remember_me_days)
    if days is None:
        return passed("Browsers do not stay signed in.", observed=None, expected=rule.max_days)
    if days <= rule.max_days:
        return passed("Browsers are asked again.", observed=days, expected=rule.max_days)
    return failed(
        "A browser stays signed in for {days} days.",
        days=days,
        observed=days,
        expected=rule.max_days,
    )


_words = re.compile(r"[^\W\d_]+").finditer


def _generic(name: str, rule: SharedNames) -> bool:
    """Tell whether a name is made of listed words alone: `sales-team2` is, `mori.sales` is not."""
    words = rule.lookup
    generic = False
    for word in _words(name.partition("@")[0].casefold()):
        if word[0] not in words:
            return False
        generic = True
    return generic


def _shared(person: Person, name: str | Unknown) -> Verdict:
    """Judge an account whose name is generic, or is not known."""
    if _closed(person):
        return not_applicable("This account is closed, or a program's.")
    known(name)
    known(person.can_sign_in)
    return failed(
        "The name {account} belongs to nobody in particular.", account=name, observed=name
    )


def _closed(person: Person) -> bool:
    return person.can_sign_in is False or person.machine is True
