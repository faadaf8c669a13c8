"""Tries the sign-in of a site: the password alone, then codes that must not be taken.

Made so that it can be pointed at production: at most three sign-ins are refused in a day, each with
one that is accepted before it; the first sign of a lock, a limit or a riddle for people ends it,
and so does an administrator's account.
"""

from __future__ import annotations

import asyncio
import re
import secrets as randomness
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from scanner.collect.authorities import trusting
from scanner.collect.probes.login.attempts import Attempts, Refused, SpentError, kept
from scanner.collect.probes.login.browser import (
    Browser,
    FormSeen,
    Record,
    Seen,
    Stopped,
    address_at,
)
from scanner.collect.probes.login.flow import Flow, is_ready
from scanner.collect.totp import code_at, period_of, shared_key
from scanner.collect.vaults.reference import VaultError
from scanner.collect.vaults.secret import Secret
from scanner.config import is_loopback
from scanner.model import Origin, Reason, SignIn, Text, Unknown
from scanner.private_file import state_folder

STEPS_AGO = 2
"""The age of the old code in time steps; RFC 6238 §5.2 recommends to allow one at most."""
_CODE_FACTS = ("wrong_code", "used_code", "old_code")
_FACTS = ("password_alone", *_CODE_FACTS, "outlives_sign_out", "fixed_session")

_ADMINISTRATORS = frozenset(
    ("admin", "administrator", "root", "owner", "superuser", "superadmin", "sysadmin", "管理者")
)
_CODE_FIELD = re.compile(
    r"one-time-code|otp|totp|2fa|mfa|two.?factor|passcode|verif|auth.?code|(?:^|[\W_])(?:code|token|pin)",
    re.IGNORECASE,
)

_ADMINISTRATOR = Unknown(
    Reason.REFUSED,
    Text.of("The account is an administrator's, with which mamori does not try anything."),
    Text.of("Name an account made for the test, with no right to change anything."),
)
_NO_GENERATOR = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The site asks for a code, and mamori was given nothing that makes codes."),
    Text.of("Give the code generator of the account with `totp` (--totp)."),
)
_NOT_PROVED = Unknown(
    Reason.NEEDS_REVIEW,
    Text.of(
        "The password alone opened nothing that was seen; but no session was opened either, which "
        "would prove that `signed_in` is the right place to look."
    ),
    Text.of("Give the code generator of the account with `totp` (--totp), and set the clock."),
)
_NOT_KNOWN_WHO = Unknown(
    Reason.REFUSED,
    Text.of(
        "Whether the account is an administrator's shows only once it is signed in, so no wrong "
        "code was tried."
    ),
    Text.of("Scan with a credential that lists the people, or give `totp` (--totp)."),
)
_NO_SIGN_OUT = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("How to sign out is not described."),
    Text.of("Add `sign_out` to the flow."),
)
_NOT_SIGNED_OUT = Unknown(
    Reason.NOT_PERMITTED,
    Text.of("The site did not let mamori sign out."),
    Text.of("Correct `sign_out` in the flow; some sites ask for a token that mamori has not."),
)
_NO_SESSION = Unknown(
    Reason.NOT_CONFIGURED, Text.of("No session was opened that it could be seen of.")
)


class TestAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account made for the probe, with its secrets."""

    __test__ = False

    username: str
    password: Secret
    totp: Secret | None = None
    administrator: bool | None = None
    """What is known of it from elsewhere; None where nothing is."""


class _State(Enum):
    OPEN = "open"
    ASKED = "asked"
    CLOSED = "closed"


def attempts_folder(environment: Mapping[str, str]) -> Path:
    """Return where refused sign-ins are counted: one place for all configurations of a user."""
    return state_folder(environment) / "sign-ins"


def _now() -> datetime:
    return datetime.now(UTC)


async def probe_login(
    site: str,
    *,
    flow: Flow,
    account: TestAccount,
    folder: Path,
    ca_file: Path | None = None,
    clock: Callable[[], datetime] = _now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    progress: Callable[[Text], None] = lambda text: None,
) -> SignIn:
    """Try to sign in at `site`, and return what it took and what it refused.

    `folder` is where attempts are counted. Whatever goes wrong is a fact that is unknown, with the
    reason; nothing raises but a `ca_file` that cannot be read. With codes of 30 seconds it takes
    about two minutes.
    """
    record = Record(clock, [account.password])
    if account.totp is not None:
        record.hide(account.totp)
        record.hide(shared_key(account.totp))
    probe = _Probe(
        site,
        flow,
        account,
        record,
        context=trusting(ca_file),
        sleep=sleep,
        progress=progress,
    )
    return await probe.run(folder)


class _Probe:
    def __init__(
        self,
        site: str,
        flow: Flow,
        account: TestAccount,
        record: Record,
        *,
        context: ssl.SSLContext,
        sleep: Callable[[float], Awaitable[None]],
        progress: Callable[[Text], None],
    ) -> None:
        self._site, self._flow, self._account = site, flow, account
        self._record, self._context = record, context
        self._sleep, self._progress = sleep, progress
        self._facts: dict[str, Any] = {}
        self._usual: set[str] = set()
        """Words of locks and limits that stood on the pages before anything was refused."""
        self._known_not_to_be_an_administrator = account.administrator is False
        self._looked_at_the_session = False
        self._unproved = 0
        """Attempts that count as failed until it is proved that the password is the right one."""
        self._attempts: Attempts

    async def run(self, folder: Path) -> SignIn:
        record = self._record
        refused = 0
        gap: Unknown | None = None
        try:
            self._vouch()
            with kept(folder, urlsplit(self._site).hostname or "", self._account.username) as book:
                self._attempts = book
                before = book.failures(record.clock())
                try:
                    await self._look()
                except SpentError as spent:
                    gap = spent.unknown
                    self._remember()
                finally:
                    refused = max(0, book.failures(record.clock()) - before)
                    book.keep(
                        {self._key(k): v for k, v in self._facts.items() if isinstance(v, bool)},
                        record.clock(),
                    )
        except (Stopped, Refused) as stop:
            gap = stop.unknown
        if gap is _ADMINISTRATOR:
            self._facts.clear()
        if gap is not None and gap.detail is not None:
            record.note("{time} ended: {cause}", cause=gap.detail)
        missing = gap or _NO_SESSION
        return SignIn(
            id=self._site,
            origin=Origin.PROBE,
            requests=record.requests,
            refused=refused,
            record=tuple(record.lines),
            **{fact: self._facts.get(fact, missing) for fact in _FACTS},
        )

    def _vouch(self) -> None:
        """Refuse, before anything is sent, what must never be tried."""
        name = self._account.username.partition("@")[0].strip().casefold()
        if self._account.administrator or name in _ADMINISTRATORS:
            raise Refused(_ADMINISTRATOR)
        if urlsplit(self._site).scheme == "http" and not is_loopback(self._site):
            raise Refused(
                Unknown(
                    Reason.REFUSED,
                    Text.of("The address is plain http, so the credential was not sent."),
                    Text.of("Give the https address of the deployment in `url`."),
                )
            )

    def _key(self, fact: str) -> str:
        """Return the name of `fact` among those of other sites with the same account."""
        return f"{self._site} {fact}"

    def _remember(self) -> None:
        """Take what a probe of the last day saw, where this one may not try again."""
        now = self._record.clock()
        for fact in _FACTS:
            earlier = None if fact in self._facts else self._attempts.earlier(self._key(fact), now)
            if earlier is not None:
                self._facts[fact] = earlier.value
                self._record.note(
                    "{time} not tried again, as it was seen at {then}: {purpose}",
                    purpose=_PURPOSES[fact],
                    then=f"{earlier.at:%Y-%m-%dT%H:%M:%SZ}",
                )

    # What is tried, in its order.

    async def _look(self) -> None:
        if self._attempts.earlier("administrator", self._record.clock()) is not None:
            raise Refused(_ADMINISTRATOR)
        await self._see_that_the_door_is_closed()
        generator = self._generator()
        state = await self._password_alone()
        if state is _State.OPEN:
            return
        if state is _State.CLOSED and self._would_have_asked:
            raise _stopped(
                Reason.UNAUTHENTICATED,
                "The site opened no session, and asked for no code either.",
                Text.of(
                    "Check user name and password; see whether the flow describes how people "
                    "sign in."
                ),
            )
        if isinstance(generator, Unknown):
            await self._without_generator(state, generator)
            return
        period = timedelta(seconds=period_of(generator))
        await self._right_code(generator, first=True)
        await self._try_code("wrong_code", _wrong(generator, self._record.clock()), _WRONG)
        code = await self._right_code(generator)
        if self._together:
            # Leaving the code out may have counted as a failure, which leaves room for one more.
            await self._try_code("used_code", code, _USED)
            await self._right_code(generator)
            await self._old_code(generator, period)
        else:
            await self._old_code(generator, period)
            code = await self._right_code(generator)
            await self._try_code("used_code", code, _USED)
        if self._attempts.failures(self._record.clock()) == 0:
            return
        # Leave no refused sign-in behind as the last one, where that is still allowed.
        try:
            await self._right_code(generator)
        except Refused:
            return

    async def _see_that_the_door_is_closed(self) -> None:
        async with self._browser() as browser:
            if await self._is_open(browser, _NOBODY):
                raise _stopped(
                    Reason.NOT_CONFIGURED,
                    "{path} answers 200 to people who are not signed in, so it tells nothing.",
                    Text.of("Give as `signed_in` what nobody else can open."),
                    path=self._flow.signed_in,
                )

    def _generator(self) -> Secret | Unknown:
        """Return what makes codes, if the clock is right enough for them."""
        totp = self._account.totp
        if totp is None:
            return _NO_GENERATOR
        try:
            period = period_of(totp)
        except VaultError as error:
            return error.unknown
        ahead = self._record.clock_ahead
        if ahead is None:
            return Unknown(
                Reason.NOT_EXPOSED,
                Text.of("The server does not tell its time, without which codes prove nothing."),
                Text.of("Have the server send the header Date (RFC 9110 §6.6.1)."),
            )
        if abs(ahead) > max(2.0, period / 6):
            return Unknown(
                Reason.UNTRUSTED,
                Text.of(
                    "This machine's clock and the server's are {seconds} seconds apart.",
                    seconds=round(abs(ahead)),
                ),
                Text.of("Set the clock by NTP; codes are made by it."),
            )
        return totp

    async def _password_alone(self) -> _State:
        flow = self._flow
        async with self._browser() as browser:
            state = await self._enter(browser, None, _PASSWORD_ALONE)
            if state is _State.OPEN:
                self._attempts.succeeded()
                self._facts["password_alone"] = True
                self._facts.update(dict.fromkeys(_CODE_FACTS))
                await self._welcome(browser)
            elif state is _State.ASKED:
                if is_ready(flow):
                    self._attempts.succeeded()
                    self._facts["password_alone"] = False
                else:
                    # What looks like a question for a code is believed once a code was taken.
                    self._unproved = 0 if self._together else 1
        return state

    async def _without_generator(self, state: _State, gap: Unknown) -> None:
        self._facts.update(dict.fromkeys(_CODE_FACTS, gap))
        self._facts.setdefault("password_alone", _NOT_PROVED)
        if state is not _State.ASKED or gap is not _NO_GENERATOR or not is_ready(self._flow):
            return
        if self._flow.administrator is not None and not self._known_not_to_be_an_administrator:
            self._facts["wrong_code"] = _NOT_KNOWN_WHO
            return
        await self._try_code("wrong_code", Secret.of(f"{randomness.randbelow(10**6):06}"), _WRONG)

    async def _right_code(self, generator: Secret, *, first: bool = False) -> Secret:
        await self._wait_for_code(generator, self._attempts.used_until)
        code = self._use(generator, self._record.clock())
        async with self._browser() as browser:
            if await self._enter(browser, code, _RIGHT) is not _State.OPEN:
                raise _stopped(
                    Reason.UNAUTHENTICATED,
                    "The site refused the right password with the present code.",
                    Text.of(
                        "Check user name, password and code generator, and whether the account is "
                        "locked."
                    ),
                )
            self._attempts.succeeded(1 + self._unproved)
            self._unproved = 0
            if first:
                self._facts.setdefault("password_alone", False)
            await self._welcome(browser)
        return code

    async def _old_code(self, generator: Secret, period: timedelta) -> None:
        """Try a code whose time is past, and that is later than every code used so far."""
        until = self._attempts.used_until
        await self._wait_for_code(generator, until and until + STEPS_AGO * period)
        code = self._use(generator, self._record.clock() - STEPS_AGO * period)
        await self._try_code("old_code", code, _OLD)

    async def _try_code(self, fact: str, code: Secret, purpose: Text) -> None:
        async with self._browser() as browser:
            opened = await self._enter(browser, code, purpose) is _State.OPEN
            if opened:
                self._attempts.succeeded()
            self._facts[fact] = opened
            if opened:
                await self._welcome(browser)

    # How one sign-in goes.

    async def _enter(self, browser: Browser, code: Secret | None, purpose: Text) -> _State:
        """Sign in with the right password and `code`; tell what became of it."""
        url, values = await self._opening(browser)
        flow, typed = self._flow, purpose
        if code is not None:
            self._record.hide(code)
        if self._together and code is not None:
            assert flow.code is not None
            values[flow.code.field or ""] = code
        elif code is not None:
            typed = _PASSWORD
        self._attempts.begin(self._record.clock())
        seen = await browser.send("POST", url, typed, values, json=flow.kind == "json")
        self._take_token(browser, seen)
        if code is None or self._together:
            if await self._is_open(browser):
                return _State.OPEN
            self._heed(seen)
            asked = self._code_form(seen) is not None
            if asked:
                self._usual |= seen.locked
            return _State.ASKED if asked else _State.CLOSED
        form = self._code_form(seen)
        if form is None:
            self._heed(seen)
            raise _stopped(
                Reason.NEEDS_REVIEW,
                "The site no longer asks for a code, and opened no session.",
                Text.of("Sign in by hand with the test account, and see what the site says."),
            )
        seen = await browser.send(
            form.method,
            form.url,
            purpose,
            {**form.fields, form.field: code},
            json=flow.kind == "json",
        )
        self._take_token(browser, seen)
        if await self._is_open(browser):
            return _State.OPEN
        self._heed(seen)
        return _State.CLOSED

    @property
    def _would_have_asked(self) -> bool:
        """Whether the answer to a right password shows that a code is wanted."""
        code = self._flow.code
        if code is None or self._together:
            return code is None
        return self._flow.kind == "form" or code.asked is not None

    @property
    def _together(self) -> bool:
        return self._flow.code is not None and self._flow.code.together

    async def _opening(self, browser: Browser) -> tuple[str, dict[str, str | Secret]]:
        """Open the page with the form; return where it is sent to, and with what."""
        flow = self._flow
        if flow.kind == "json":
            assert flow.submit is not None
            typed = self._typed({}, flow.username or "", flow.password or "")
            return self._address(flow.submit), typed
        seen = await browser.get(self._address(flow.page) if flow.page else self._site, _PAGE)
        browser.remember_first_cookies()
        if seen.captcha:
            raise _stopped(
                Reason.REFUSED,
                "The sign-in page asks for a captcha, which is for people alone.",
                Text.of("Exempt the test account or this machine, or attest what you see."),
            )
        if not self._attempts.failures(self._record.clock()):
            self._usual |= seen.locked
        for form in seen.forms():
            password = flow.password or next(
                (name for name, kind, _ in form.typed if kind == "password"), None
            )
            names = [name for name, kind, _ in form.typed if kind != "password"]
            username = flow.username or next(iter(names), None)
            if password is None or username is None:
                continue
            if {password, username} <= {name for name, _, _ in form.typed}:
                url = self._action(seen, form, flow.submit)
                return url, self._typed(form.hidden, username, password)
        raise _stopped(
            Reason.NOT_FOUND,
            "{path} has no form with a user name and a password.",
            Text.of("Name page and fields in a flow (--flow), as the documentation shows."),
            path=self._record.path(seen.path),
        )

    def _typed(
        self, hidden: Mapping[str, str], username: str, password: str
    ) -> dict[str, str | Secret]:
        account = self._account
        return {
            **hidden,
            **self._flow.fields,
            username: account.username,
            password: account.password,
        }

    def _action(self, seen: Seen, form: FormSeen, given: str | None) -> str:
        """Return where a form is sent to, if that is the same site."""
        if given is not None:
            return self._address(given)
        here = httpx.URL(self._site).join(seen.target)
        try:
            target = here.join(form.action) if form.action else here
        except (httpx.InvalidURL, ValueError):
            target = httpx.URL("")
        if (target.scheme, target.netloc) != (here.scheme, here.netloc):
            raise _stopped(
                Reason.REDIRECTED,
                "The form sends the password to {place}, where mamori does not send it.",
                Text.of("Give the address at which people really sign in."),
                place=self._record.clean(f"{target.scheme}://{target.host}"),
            )
        if form.method != "POST":
            raise _stopped(
                Reason.REFUSED,
                "The form puts the password into the address, where logs keep it; it was not sent.",
                Text.of("Let the form send by POST."),
            )
        return str(target)

    def _code_form(self, seen: Seen) -> _CodeForm | None:
        """Return how the code that `seen` asks for is sent; None where it asks for none."""
        code = self._flow.code
        if self._flow.kind == "json":
            if code is None or code.together:
                return None
            if code.asked is not None and code.asked not in seen.html:
                return None
            answer = seen.json()
            carried = {name: _texts_at(answer, path) for name, path in code.carry.items()}
            if not all(carried.values()):
                return None
            return _CodeForm(
                method=code.method,
                url=self._address(code.submit or ""),
                fields={name: Secret.of(values[0]) for name, values in carried.items()},
                field=code.field or "",
            )
        forms = seen.forms()
        if any(kind == "password" for form in forms for _, kind, _ in form.typed):
            return None  # it asks for the password again
        for form in forms:
            field = code.field if code is not None and code.field else _code_field(form)
            if field in {name for name, _, _ in form.typed}:
                return _CodeForm(
                    method="POST",
                    url=self._action(seen, form, code.submit if code else None),
                    fields=dict(form.hidden),
                    field=field or "",
                )
        return None

    def _address(self, path: str) -> str:
        """Return the address of a path of the flow.

        It starts at the site as given; at its host where what was given is the form's own page.
        """
        own_page = self._flow.kind == "form" and self._flow.page is None
        return address_at(self._site, path, from_host=own_page)

    def _take_token(self, browser: Browser, seen: Seen) -> None:
        if self._flow.token is not None and seen.status < 300:
            for value in _texts_at(seen.json(), self._flow.token):
                browser.bear(value)

    def _heed(self, seen: Seen) -> None:
        """End the probe where the site asks for a person, or speaks of a lock or a limit."""
        if seen.captcha:
            raise _stopped(
                Reason.RATE_LIMITED,
                "The site now asks for a captcha; nothing more was tried.",
                Text.of("Probe again in a day, and not with this account in between."),
            )
        words = seen.locked - self._usual
        if words:
            raise _stopped(
                Reason.RATE_LIMITED,
                "The site speaks of a lock or a limit ({words}); nothing more was tried.",
                Text.of("Look whether the account is locked, and probe again in a day."),
                words=self._record.clean(min(words)),
            )

    async def _is_open(self, browser: Browser, purpose: Text | None = None) -> bool:
        address = self._address(self._flow.signed_in)
        seen = await browser.get(address, purpose or _IS_OPEN)
        return seen.status == httpx.codes.OK and seen.path == httpx.URL(address).path

    async def _welcome(self, browser: Browser) -> None:
        """Look, the first time that a session is open, whose it is; then end it."""
        if not self._known_not_to_be_an_administrator:
            await self._see_that_it_is_no_administrator(browser)
        if self._looked_at_the_session:
            await self._sign_out(browser)
            return
        self._looked_at_the_session = True
        self._facts["fixed_session"] = await self._is_fixed(browser)
        if self._flow.sign_out is None:
            self._facts["outlives_sign_out"] = _NO_SIGN_OUT
            return
        twin = browser.twin()
        async with twin:
            self._facts["outlives_sign_out"] = (
                await self._is_open(twin, _AFTER_SIGN_OUT)
                if await self._sign_out(browser)
                else _NOT_SIGNED_OUT
            )

    async def _is_fixed(self, browser: Browser) -> bool:
        """Tell whether cookies from before the sign-in are signed in now."""
        if not browser.first_cookies:
            return False
        async with Browser(self._site, self._record, self._context, browser.first_cookies) as old:
            return await self._is_open(old, _OLD_COOKIES)

    async def _see_that_it_is_no_administrator(self, browser: Browser) -> None:
        sign = self._flow.administrator
        if sign is not None:
            address = self._address(sign.page)
            seen = await browser.get(address, _WHO)
            answered = seen.status == httpx.codes.OK and seen.path == httpx.URL(address).path
            if sign.at is None:
                administrator = answered
            elif not answered:
                raise _stopped(
                    Reason.NOT_PERMITTED,
                    "Whether the account is an administrator's could not be seen ({status}).",
                    Text.of("Correct `administrator` in the flow."),
                    status=seen.status,
                )
            else:
                found = _values_at(seen.json(), sign.at.split("."))
                administrator = any(each in sign.values for each in found)
            if administrator:
                self._attempts.keep({"administrator": True}, self._record.clock())
                await self._sign_out(browser)
                raise Refused(_ADMINISTRATOR)
        self._known_not_to_be_an_administrator = True

    async def _sign_out(self, browser: Browser) -> bool:
        way = self._flow.sign_out
        return way is not None and await browser.leave(
            way.method, self._address(way.page), _SIGN_OUT
        )

    def _browser(self) -> Browser:
        return Browser(self._site, self._record, self._context)

    # Codes and the time.

    async def _wait_for_code(self, generator: Secret, earliest: datetime | None) -> None:
        """Wait for the middle of a time step that begins at `earliest` or later.

        Near its edges a server whose clock differs a little would be in another step.
        """
        period = period_of(generator)
        now = self._record.clock().timestamp()
        place = now % period
        begin = now - place
        if earliest is not None and begin < earliest.timestamp() - 0.001:
            begin = earliest.timestamp()
        elif place > period * 2 / 3:
            begin += period
        elif place >= period / 6:
            return
        seconds = max(0.0, begin + period / 6 - now)
        if seconds > (2 + STEPS_AGO) * period:
            raise _stopped(
                Reason.UNTRUSTED,
                "The clock of this machine went back since a code was last used.",
                Text.of("Set the clock by NTP; codes are made by it."),
            )
        if seconds >= 1:
            self._progress(Text.of("Waiting {seconds} s for a code.", seconds=round(seconds)))
        await self._sleep(seconds)

    def _use(self, generator: Secret, moment: datetime) -> Secret:
        """Return the code of `moment`, noted as used before it is."""
        code, _ = code_at(generator, moment)
        period = period_of(generator)
        begin = moment.timestamp() // period * period
        self._attempts.use(datetime.fromtimestamp(begin + period, UTC))
        return Secret.of(code)


class _CodeForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where and with what a code is sent."""

    method: str
    url: str
    fields: dict[str, str | Secret]
    field: str


_PAGE = Text.of("the sign-in page")
_NOBODY = Text.of("whether it opens to anybody")
_IS_OPEN = Text.of("whether a session is open")
_WHO = Text.of("whether it is an administrator's")
_SIGN_OUT = Text.of("signing out")
_AFTER_SIGN_OUT = Text.of("the same session after signing out")
_OLD_COOKIES = Text.of("cookies from before the sign-in")
_PASSWORD = Text.of("the right password")
_PASSWORD_ALONE = Text.of("the right password, and no code")
_RIGHT = Text.of("the present code")
_WRONG = Text.of("a wrong code")
_USED = Text.of("a code that was used already")
_OLD = Text.of("an unused code of {count} time steps ago", count=STEPS_AGO)
_PURPOSES = {
    "password_alone": _PASSWORD_ALONE,
    "wrong_code": _WRONG,
    "used_code": _USED,
    "old_code": _OLD,
    "outlives_sign_out": _AFTER_SIGN_OUT,
    "fixed_session": _OLD_COOKIES,
}


def _wrong(generator: Secret, now: datetime) -> Secret:
    """Return a code that no time step near `now` has."""
    period = timedelta(seconds=period_of(generator))
    near = {code_at(generator, now + steps * period)[0] for steps in range(-10, 11)}
    digits = len(next(iter(near)))
    while True:
        code = f"{randomness.randbelow(10**digits):0{digits}}"
        if code not in near:
            return Secret.of(code)


def _code_field(form: FormSeen) -> str | None:
    """Return the one field of a form that is for a code, by what its page says of it."""
    names = [name for name, _, more in form.typed if _CODE_FIELD.search(f"{name} {more}")]
    return names[0] if len(names) == 1 else None


def _values_at(value: Any, steps: list[str]) -> list[Any]:
    """Return what lies at a path in an answer; of lists, what lies there in every item."""
    if isinstance(value, list):
        return [each for item in value for each in _values_at(item, steps)]
    if not steps:
        return [value]
    if isinstance(value, dict) and steps[0] in value:
        return _values_at(value[steps[0]], steps[1:])
    return []


def _texts_at(value: Any, path: str) -> list[str]:
    return [each for each in _values_at(value, path.split(".")) if isinstance(each, str) and each]


def _stopped(
    reason: Reason, template: str, /, remedy: Text | None = None, **values: Any
) -> Stopped:
    return Stopped(Unknown(reason, Text(template, values), remedy))
