"""The sign-in, tried against a real server that is right, or wrong in one way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sign_in import CAPTCHA, KEY, PASSWORD, USERNAME, Answered, Clock, Site

from scanner.collect.probes.login import Flow, TestAccount, probe_login
from scanner.collect.probes.login.flow import AdministratorSign, CodeStep, SignOut
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, SignIn, Unknown

FLOW = Flow(
    page="/login",
    signed_in="/account",
    code=CodeStep(),
    administrator=AdministratorSign(page="/me", at="users.roles.name", values=("Administrator",)),
    sign_out=SignOut(page="/logout"),
)
ACCOUNT = TestAccount(username=USERNAME, password=Secret.of(PASSWORD), totp=Secret.of(KEY))
FACTS = ("password_alone", "wrong_code", "used_code", "old_code")
GOOD = [False, False, False, False]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(serve: Callable[..., Any], clock: Clock) -> Callable[..., Site]:
    return lambda **wrong: Site(serve(), clock, **wrong)


@pytest.fixture
def probe(tmp_path: Path, clock: Clock) -> Callable[..., SignIn]:
    def run(site: Site, *, flow: Flow = FLOW, account: TestAccount = ACCOUNT) -> SignIn:
        return asyncio.run(
            probe_login(
                site.server.url,
                flow=flow,
                account=account,
                folder=tmp_path / "state",
                clock=clock,
                sleep=clock.sleep,
            )
        )

    return run


def facts(seen: SignIn) -> list[object]:
    values = [getattr(seen, fact) for fact in FACTS]
    return [each.reason if isinstance(each, Unknown) else each for each in values]


def why(seen: SignIn, fact: str = "wrong_code") -> str:
    gap = getattr(seen, fact)
    assert isinstance(gap, Unknown), gap
    return str(gap.detail)


def test_a_good_sign_in_refuses_all_that_it_must(
    site: Callable[..., Site], probe: Callable[..., SignIn], clock: Clock
) -> None:
    good = site()
    seen = probe(good)
    assert facts(seen) == GOOD
    assert (seen.fixed_session, seen.outlives_sign_out) == (False, False)
    assert (good.failures, seen.refused, good.most_in_a_row) == (3, 3, 1)
    assert len(good.codes) == len(set(good.codes)) + 1, "one code, and one alone, was used twice"
    assert clock.waited < 200


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"asks": False}, [True, None, None, None]),
        ({"early": True}, [True, None, None, None]),
        ({"any_code": True}, [False, True, True, True]),
        ({"remembers": False}, [False, False, True, False]),
        ({"window": 10, "remembers": False}, [False, False, True, True]),
        ({"window": 2}, [False, False, False, True]),
        ({"window": 10}, [False, False, False, True]),
        ({"window": 0}, GOOD),
    ],
)
def test_what_is_wrong_with_a_sign_in_is_found(
    site: Callable[..., Site],
    probe: Callable[..., SignIn],
    wrong: dict[str, Any],
    expected: list[object],
) -> None:
    tried = site(**wrong)
    assert facts(probe(tried)) == expected
    assert tried.failures <= 3


@pytest.mark.parametrize(
    ("wrong", "fact"),
    [({"fixed": True}, "fixed_session"), ({"immortal": True}, "outlives_sign_out")],
)
def test_what_becomes_of_the_session_is_seen(
    site: Callable[..., Site], probe: Callable[..., SignIn], wrong: dict[str, Any], fact: str
) -> None:
    assert getattr(probe(site(**wrong, asks=False)), fact) is True


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((b"slow down", 429, {}), Reason.RATE_LIMITED),
        ((b"locked", 423, {}), Reason.RATE_LIMITED),
        ((b"later", 503, {"Retry-After": "60"}), Reason.RATE_LIMITED),
        ((CAPTCHA.encode(), 200, {}), Reason.RATE_LIMITED),
        ((b"<p>Your account has been temporarily locked.</p>", 200, {}), Reason.RATE_LIMITED),
        ((b"<b>Too many attempts</b>", 401, {}), Reason.RATE_LIMITED),
        (("<p>アカウントがロックされました。</p>".encode(), 200, {}), Reason.RATE_LIMITED),
        (("<p>しばらくしてからお試しください。</p>".encode(), 200, {}), Reason.RATE_LIMITED),
        ((b"oops", 500, {}), Reason.SERVER_ERROR),
    ],
)
def test_the_first_sign_of_a_lock_ends_the_probe(
    site: Callable[..., Site],
    probe: Callable[..., SignIn],
    answer: Any,
    reason: Reason,
) -> None:
    locking = site(after={1: answer})
    seen = probe(locking)
    assert locking.failures == 1, "it went on after the lock"
    assert seen.password_alone is False
    assert isinstance(seen.used_code, Unknown)
    assert seen.used_code.reason is reason
    assert "ended" in seen.record[-1].template


def test_words_of_a_lock_that_always_stand_there_are_no_lock(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    notice = "<p>5回失敗するとアカウントがロックされます。Too many attempts lock the account.</p>"
    page: Answered = (notice.encode(), 200, {})
    assert facts(probe(site(page=notice, after={1: page, 2: page, 3: page}))) == GOOD


def test_a_captcha_on_the_page_ends_it_before_anything_is_tried(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    riddle = site(page=CAPTCHA)
    seen = probe(riddle)
    assert "captcha" in why(seen)
    assert all(asked.method == "GET" for asked in riddle.server.asked)


def test_never_more_than_three_refusals_in_a_day_however_often_it_is_run(
    site: Callable[..., Site], probe: Callable[..., SignIn], clock: Clock
) -> None:
    good = site()
    for _ in range(2):
        assert facts(probe(good)) == GOOD, "what was seen within the day still counts"
        clock.now += timedelta(hours=11)
    assert good.failures == 3
    clock.now += timedelta(hours=3)
    assert facts(probe(good)) == GOOD
    assert good.failures == 6


def test_a_wrong_password_is_tried_three_times_a_day_at_most(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    good = site()
    wrong = TestAccount(username=USERNAME, password=Secret.of("no"), totp=Secret.of(KEY))
    good.page = '<form method="post" action="/code"><input name="promo_code"></form>'
    seen = [probe(good, account=wrong) for _ in range(5)]
    assert good.failures == 3
    assert [facts(each)[0] for each in seen] == [Reason.UNAUTHENTICATED] * 3 + [Reason.REFUSED] * 2
    spelt = TestAccount(username=f" {USERNAME.upper()}", password=Secret.of("no"))
    assert facts(probe(good, account=spelt))[0] is Reason.REFUSED


def test_an_account_that_turns_out_to_be_an_administrators_is_left_alone(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    for asks in (True, False):
        admin = site(administrator=True, asks=asks)
        seen = probe(admin)
        assert admin.failures == 0
        assert facts(seen) == [Reason.REFUSED] * 4
        assert "administrator" in why(seen, "password_alone")
        before = len(admin.server.asked)
        assert facts(probe(admin)) == [Reason.REFUSED] * 4
        assert len(admin.server.asked) == before, "it is known by now"


@pytest.mark.parametrize(
    "account",
    [
        TestAccount(username="admin", password=Secret.of("x")),
        TestAccount(username="Administrator@example.jp", password=Secret.of("x")),
        TestAccount(username="tester", password=Secret.of("x"), administrator=True),
    ],
)
def test_an_account_known_as_an_administrators_is_not_even_asked_with(
    site: Callable[..., Site], probe: Callable[..., SignIn], account: TestAccount
) -> None:
    good = site()
    assert facts(probe(good, account=account)) == [Reason.REFUSED] * 4
    assert good.server.asked == []


@pytest.mark.parametrize("ahead", [-90, -6, 6, 90, None])
def test_with_a_wrong_clock_no_code_is_tried(
    site: Callable[..., Site], probe: Callable[..., SignIn], ahead: float | None
) -> None:
    wrong = site(ahead=ahead)
    seen = probe(wrong)
    assert facts(seen)[0] is Reason.NEEDS_REVIEW
    assert wrong.codes == []
    assert ("clock" if ahead else "time") in why(seen)


@pytest.mark.parametrize("ahead", [-4, 4])
def test_a_clock_that_is_a_little_wrong_does_no_harm(
    site: Callable[..., Site], probe: Callable[..., SignIn], ahead: float
) -> None:
    assert facts(probe(site(ahead=ahead))) == GOOD


def test_nothing_is_followed_or_sent_to_another_site(
    serve: Callable[..., Any], site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    elsewhere = serve()
    for wrong in ({"leads_to": f"{elsewhere.url}/x"}, {"action": f"{elsewhere.url}/login"}):
        seen = probe(site(**wrong, asks=False))
        assert facts(seen)[0] is Reason.REDIRECTED
    assert elsewhere.asked == []


def test_a_form_that_puts_the_password_into_the_address_is_not_sent(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    leaky = site(method="get")
    assert facts(probe(leaky))[0] is Reason.REFUSED
    assert PASSWORD not in repr(leaky.server.asked)


def test_what_opens_to_everybody_proves_no_session(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    open_door = site(open_to_all=True)
    assert facts(probe(open_door))[0] is Reason.NOT_CONFIGURED
    assert open_door.successes == 0


def test_where_the_wrong_place_is_looked_at_nothing_passes(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    for asks in (True, False):
        flow = msgspec.structs.replace(FLOW, signed_in="/elsewhere")
        seen = probe(site(asks=asks, early=True), flow=flow)
        assert all(isinstance(getattr(seen, fact), Unknown) for fact in FACTS)


def test_paths_start_at_the_host_where_the_address_is_the_forms_own(
    site: Callable[..., Site], tmp_path: Path, clock: Clock
) -> None:
    seen = asyncio.run(
        probe_login(
            f"{site(asks=False).server.url}/login",
            flow=Flow(signed_in="/account"),
            account=ACCOUNT,
            folder=tmp_path,
            clock=clock,
            sleep=clock.sleep,
        )
    )
    assert seen.password_alone is True


def test_without_a_code_generator_what_asks_for_a_code_is_seen_and_no_more(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    good = site()
    for administrator in (None, False):
        alone = TestAccount(
            username=USERNAME, password=Secret.of(PASSWORD), administrator=administrator
        )
        seen = probe(good, account=alone)
        # Nothing has shown that /account is the place to look.
        assert facts(seen) == [Reason.NEEDS_REVIEW, *[Reason.NOT_CONFIGURED] * 3]
        assert "signed_in" in why(seen, "password_alone")
    assert good.failures == 0
    assert seen.refused == 1, "who knows whether the password was right"


def test_a_sign_in_by_json_with_a_ticket_and_a_token_is_tried_too(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    flow = Flow(
        kind="json",
        submit="/login",
        username="login",
        password="secret",
        token="data.token",
        signed_in="/account",
        code=CodeStep(
            submit="/code", field="otp", asked="code_required", carry={"ticket": "data.ticket"}
        ),
    )
    api = site(bearer=True, remembers=False)
    seen = probe(api, flow=flow)
    assert facts(seen) == [False, False, True, False]
    assert isinstance(seen.outlives_sign_out, Unknown)


def test_password_and_code_in_one_form_are_tried_together(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    flow = Flow(page="/login", signed_in="/account", code=CodeStep(together=True, field="otp"))
    one = site(together=True, remembers=False)
    seen = probe(one, flow=flow)
    assert one.failures == 3, "to leave the code out may count as a failure, too"
    assert facts(seen) == [False, False, True, False]


def test_everything_it_did_is_on_record_and_nothing_it_typed(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    good = site(leads_to=f"/{PASSWORD}/{KEY}")
    seen = probe(good)
    lines = [str(each) for each in seen.record]
    requests = [line for line in lines if ", " in line and " ended: " not in line]
    assert len(requests) == len(good.server.asked) == seen.requests
    for line, asked in zip(requests, good.server.asked, strict=True):
        assert asked.method in line
    text = "\n".join(lines)
    typed = (PASSWORD, KEY, *good.codes, *good.sessions, *good.tickets)
    assert [each for each in typed if each in text] == []


def test_a_site_that_refuses_to_sign_out_proves_no_session_that_goes_on(
    site: Callable[..., Site], probe: Callable[..., SignIn]
) -> None:
    flow = msgspec.structs.replace(FLOW, sign_out=SignOut(page="/nowhere", method="POST"))
    seen = probe(site(asks=False), flow=flow)
    assert "sign out" in why(seen, "outlives_sign_out")


def test_after_a_clock_that_went_back_nothing_waits_for_ever(
    site: Callable[..., Site], probe: Callable[..., SignIn], clock: Clock
) -> None:
    good = site()
    probe(good)
    clock.now -= timedelta(days=2)
    before = clock.waited
    seen = probe(good)
    assert clock.waited == before
    assert facts(seen)[2] is not False
    assert good.failures == 3


def test_a_site_that_drips_is_given_up(
    site: Callable[..., Site], probe: Callable[..., SignIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drops() -> Iterator[bytes]:
        while True:
            time.sleep(0.05)
            yield b"x"

    monkeypatch.setattr("scanner.collect.probes.login.browser.SECONDS", 0.3)
    dripping = site()
    dripping.server.answer("/account", drops())
    assert facts(probe(dripping))[0] is Reason.TIMED_OUT
