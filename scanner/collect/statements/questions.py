"""What is to be asked of people, where the answer stands, and how firm the last answer still is."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from scanner.collect.statements import cells
from scanner.collect.statements.attestations import Attestation, fact_types
from scanner.document import parse
from scanner.model import Account, Deployment, Origin, Subject, Text, Unknown
from scanner.model.errors import MamoriError

RENEWAL_DAYS = 30
"""An answer is asked for again so many days before it lapses."""

QUESTIONS: Mapping[str, Text] = {
    "mfa_enforced": Text.of("Is it impossible for anybody to sign in without a second factor?"),
    "sso_configured": Text.of("Is single sign-on set up?"),
    "sso_enforced": Text.of("Is it impossible to sign in with a password of the tool itself?"),
    "ip_allow_list": Text.of("Can people sign in from named networks (IP addresses) only?"),
    "password_min_length": Text.of("How many characters must a password have at least?"),
    "password_blocklist": Text.of("Are common and guessable passwords refused?"),
    "password_composition": Text.of(
        "Must a password mix kinds of characters (capitals, digits, symbols)?"
    ),
    "password_max_age_days": Text.of("After how many days must a password be changed?"),
    "lockout_attempts": Text.of("After how many wrong passwords in a row is signing in blocked?"),
    "session_idle_minutes": Text.of(
        "After how many minutes without activity is somebody signed out?"
    ),
    "remember_me_days": Text.of("For how many days does a browser stay signed in?"),
    "audit_log": Text.of("Are sign-ins and changes recorded where you can read them?"),
    "audit_log_days": Text.of("For how many days is that record kept?"),
    "failed_sign_ins_logged": Text.of("Are failed attempts to sign in recorded?"),
    "api_password_sign_in": Text.of("Does the tool's API take a person's own password?"),
    "api_rate_limited": Text.of("Does the tool's API limit how many requests it takes?"),
    "sandbox": Text.of("Is this deployment a copy for trying things out?"),
    "staff_trained": Text.of(
        "Were all who use the tool instructed in the law within the last year?"
    ),
    "processor_agreement": Text.of(
        "Does a contract bind the vendor to security, sub-processing and notice of leaks?"
    ),
    "leak_runbook": Text.of(
        "Is it written down who reports a leak to whom and by when, and was it rehearsed?"
    ),
    "vendor_certified": Text.of(
        "Was a current certificate of the vendor seen (ISO/IEC 27001, PrivacyMark, SOC 2, ISMAP)?"
    ),
}
"""The questions on an account, by the fact that each answers, in the order they are asked."""


def lapsing(attestations: Iterable[Attestation], today: date) -> tuple[Attestation, ...]:
    """Return the answers that lapse within `RENEWAL_DAYS` days and were not given again since."""
    latest = {(each.target, each.type, each.id, each.fact): each for each in attestations}
    soon = today + timedelta(days=RENEWAL_DAYS)
    return tuple(each for each in latest.values() if today <= each.until <= soon)


class State(StrEnum):
    """How firm an answer is."""

    OPEN = "open"
    """Nobody has answered."""
    LAPSED = "lapsed"
    LAPSING = "lapsing"
    """It holds for `RENEWAL_DAYS` days at most."""
    CONTRADICTED = "contradicted"
    """The last scan saw something else, so that it counts for nothing."""
    HELD = "held"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a target that no interface tells."""

    target: str
    fact: str
    text: Text
    where: Text | None
    """The screen where the answer stands."""
    state: State
    answer: Attestation | None = None
    """The statement that holds, or held last."""

    @property
    def pressing(self) -> bool:
        """Whether somebody should answer it now."""
        return self.state is not State.HELD


class AnswerError(MamoriError):
    """An answer does not fit its question."""


def questions(
    target: str,
    hidden: Mapping[str, Unknown],
    attestations: Iterable[Attestation],
    today: date,
    seen: Deployment | None = None,
) -> list[Question]:
    """Return the questions on the account of `target`, as of `today`.

    `hidden` tells what its platform does not expose, and `seen` is what the last scan of it saw: a
    fact that was seen more directly is not asked for, unless somebody attests otherwise.
    """
    held: dict[str, Attestation] = {}
    for each in sorted(attestations, key=lambda each: each.on):
        if each.target == target and each.type == Account.__name__:
            held[each.fact] = each
    direct, doubted = _witnessed(seen)
    found = []
    for fact, text in QUESTIONS.items():
        gap = hidden.get(f"{Account.__name__}.{fact}")
        answer = held.get(fact)
        since_then = (
            answer is not None and seen is not None and answer.on > seen.collected_at.date()
        )
        state = _state(answer, today, contradicted=fact in doubted and not since_then)
        if gap is None and answer is None:
            continue
        if fact in direct and state is not State.CONTRADICTED:
            continue
        found.append(
            Question(
                target=target,
                fact=fact,
                text=text,
                where=None if gap is None else gap.remedy,
                state=state,
                answer=answer,
            )
        )
    return found


def _witnessed(seen: Deployment | None) -> tuple[set[str], set[str]]:
    """Return the facts of the account that need nobody's word, and those whose word is void."""
    account = next(
        (each for each in (seen.subjects if seen is not None else ()) if isinstance(each, Account)),
        None,
    )
    if account is None:
        return set(), set()
    direct = {
        fact
        for fact in QUESTIONS
        if not isinstance(getattr(account, fact), Unknown)
        and (account.witnesses[fact].origin if fact in account.witnesses else account.origin)
        is not Origin.ATTESTED
    }
    lines = () if isinstance(account.contradictions, Unknown) else account.contradictions
    doubted = set()
    for line in lines:
        subject, _, rest = line.partition(" ")
        fact, _, said = rest.partition(":")
        if subject == Account.__name__ and f"{Origin.ATTESTED}=" in said.partition(",")[2]:
            doubted.add(fact)
        elif line.endswith(f"{Origin.ATTESTED}=enforced"):
            doubted.add("mfa_enforced")
    return direct, doubted


def _state(answer: Attestation | None, today: date, *, contradicted: bool) -> State:
    if answer is None:
        return State.OPEN
    if contradicted:
        return State.CONTRADICTED
    if answer.until < today:
        return State.LAPSED
    soon = answer.until <= today + timedelta(days=RENEWAL_DAYS)
    return State.LAPSING if soon else State.HELD


def answer_form(kind: type[Subject], fact: str) -> Text:
    """Return how an answer to the question on `fact` is written."""
    members = _members(kind, fact)
    if bool in members:
        return Text.of("yes or no")
    if int in members:
        return Text.of("a number, or never") if type(None) in members else Text.of("a whole number")
    return Text.of("as in the attestations file")


def read_answer(given: str, kind: type[Subject], fact: str) -> Any:
    """Return the value that `given` writes, as the attestations file has it.

    Raises:
        AnswerError: it does not fit the fact.
    """
    members = _members(kind, fact)
    word = cells.fold(given)
    if type(None) in members and word in _NEVER:
        return "never"
    if bool in members:
        try:
            return _yes_or_no(given, _ANY_TIME)
        except cells.UnreadableError:
            raise AnswerError("{answer} is neither yes nor no.", answer=repr(given)) from None
    if int in members:
        if not word.isascii() or not word.isdecimal() or len(word) > _MOST_DIGITS:
            raise AnswerError("{answer} is no whole number.", answer=repr(given))
        return int(word)
    return parse(given.encode(), "--value").value


_MOST_DIGITS = 9
_NEVER = frozenset({"never", "none", "no", "なし", "無し", "無期限", "無制限", "しない"})
_yes_or_no = cells.answer()
_ANY_TIME: Any = None  # the reader of yes and no looks at no clock


def _members(kind: type[Subject], fact: str) -> tuple[Any, ...]:
    found = fact_types(kind)[fact]
    return typing.get_args(found) or (found,)
