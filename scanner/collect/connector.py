"""A connector as data, and the one engine that reads its sections.

From the same data come the requests that may be made, the dry run, `platforms show` and the
pages of the documentation.
"""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Mapping,
    Sequence,
)

import msgspec

from scanner.collect.gathering import REPORT_IT
from scanner.collect.http import Call, Unanswered
from scanner.collect.platform import (
    ONLY_PEOPLE_TELL,
    Host,
    Platform,
    Reading,
    Refusals,
)
from scanner.collect.quota import Rate
from scanner.collect.sections import Listing, OwnRights, Section
from scanner.collect.signing import Basic, Keys, Signing
from scanner.collect.visit import Visit
from scanner.config import Login
from scanner.model import (
    NOT_COLLECTED,
    SUBJECT_TYPES,
    Account,
    Reason,
    SendingDomain,
    Site,
    Subject,
    Text,
    Unknown,
)

MOST_SHOWN = 60
"""Characters of a name in a problem."""


def connector(
    *,
    name: str,
    title: str,
    sections: tuple[Section, ...],
    recipe: Text,
    words: tuple[str, ...] = (),
    screens: Mapping[str, str] | None = None,
    hidden: Mapping[str, Unknown] | None = None,
    hosts: tuple[Host, ...] = (Host(),),
    signing: tuple[Signing, ...],
    headers: dict[str, str] | None = None,
    rates: tuple[Rate, ...] = (),
    refusals: Refusals | None = None,
    account_in_token: str = "",
    rights_at: str = "",
    verified: str = "",
    unverified: tuple[str, ...] = (),
) -> Platform:
    """Return the platform that `sections` describe.

    `screens` names, for facts that no section gives, and types of subjects that none lists, the
    screen where the answer stands; `hidden` gives the whole reason, where there is more to say.
    What neither names is hidden all the same, and said to be so.
    """
    lists = tuple(dict.fromkeys(kind for section in sections for kind in section.lists))
    given_facts = {fact for section in sections for fact in section.gives}
    joined = {fact for each in sections if not isinstance(each, Listing) for fact in each.gives}
    partly = {
        f"{kind.__name__}.{field.name}"
        for section in sections
        if isinstance(section, Listing)
        for each in (section, *section.others)
        for kind in (each.subject,)
        for field in msgspec.structs.fields(kind)
        if f"{kind.__name__}.{field.name}" in given_facts - set(each.gives) - joined
    }
    calls = [call for way in signing for call in way.calls]
    calls += [call for section in sections for call in (*section.declared, *section.pages.calls)]

    async def read(reading: Reading) -> None:
        await _read(platform, sections, reading)

    platform = Platform(
        name=name,
        title=title,
        words=(*name.split("-"), *words, "marketing", "campaign"),
        calls=_once(calls),
        lists=lists,
        hidden={
            **dict.fromkeys(sorted(partly), _partly_told(title)),
            **_hidden(title, lists, given_facts, screens or {}, hidden or {}),
        },
        unlisted={
            kind: Unknown(
                Reason.NOT_EXPOSED,
                Text.of("mamori reads no list of these from {platform}.", platform=title),
                Text.of("Look under {screen}.", screen=screen),
            )
            for kind, screen in (screens or {}).items()
            if kind in SUBJECT_TYPES and SUBJECT_TYPES[kind] not in lists
        },
        recipe=recipe,
        read=read,
        explain=refusals.explain if refusals else (lambda status, body: None),
        hosts=hosts,
        signing=signing,
        headers=headers or {},
        rates=rates,
        account_in_token=account_in_token,
        rights_at=rights_at,
        events=frozenset(fact for section in sections for fact in section.logged),
        verified=verified,
        unverified=unverified,
    )
    return platform


async def _read(platform: Platform, sections: Sequence[Section], reading: Reading) -> None:
    populations = reading.gathering.populations
    calls = [each.call for each in sections]
    visit = Visit(platform, reading, [each for each in calls if calls.count(each) > 1])
    closed = await _open(visit)
    gaps: dict[type[Subject], Unknown] = {}
    waiting = [kind for section in sections for kind in section.lists]
    for section in sections:
        gap = await _read_section(section, sections, visit) if closed is None else closed
        if closed is not None:
            section.failed(visit, closed)
        elif gap is not None and _ends_all(section, visit, gap):
            closed = gap
        for kind in section.lists:
            waiting.remove(kind)
            if gap is not None and kind in section.incomplete:
                gaps.setdefault(kind, gap)
                populations[kind.__name__] = gaps[kind]
            elif kind not in waiting and kind not in gaps:
                populations.pop(kind.__name__, None)


_OF_ONE_ANSWER = frozenset(
    {Reason.MALFORMED, Reason.NOT_PERMITTED, Reason.SERVER_ERROR, Reason.TOO_LARGE, Reason.BUG}
)
"""After these the next answer may well be a good one."""


def _ends_all(section: Section, visit: Visit, gap: Unknown) -> bool:
    """Tell whether nothing else is asked because of `gap`, as of a password that was refused."""
    if gap.reason is Reason.UNAUTHENTICATED and isinstance(visit.signing, Basic):
        return visit.signing.secret == "password"  # noqa: S105 - a key of the configuration
    return section.gate and gap.reason not in _OF_ONE_ANSWER


async def _open(visit: Visit) -> Unknown | None:
    """Sign in, and return why nothing can be asked, if so."""
    with visit.gathering.section("sign-in") as part:
        await _sign_in(visit)
    return part.gap


async def _read_section(
    section: Section, sections: Sequence[Section], visit: Visit
) -> Unknown | None:
    """Read `section`, and return why it could not be read completely, if so."""
    with visit.gathering.section(section.call.section) as part:
        try:
            await _read_with_rights(section, sections, visit)
        except Unanswered as refused:
            gap = visit.lacking(refused.unknown, section.call)
            raise Unanswered(gap, refused.status) from None
    _tell_broken(section, visit)
    if part.gap is not None:
        visit.gaps[section.call.section] = part.gap
        section.failed(visit, part.gap)
    return part.gap


def _tell_broken(section: Section, visit: Visit) -> None:
    """Name the entries that readers of `section` broke on as a problem."""
    broken, visit.broken = visit.broken, []
    for kind in dict.fromkeys(each.kind for each in broken):
        entries = list(dict.fromkeys(each.entry for each in broken if each.kind == kind))
        detail = Text.of(
            "mamori broke on {count} entries of this part ({kind}), the first being {entry}; what "
            "else it holds was read.",
            count=len(entries),
            kind=kind,
            entry=entries[0][:MOST_SHOWN],
        )
        visit.gathering.missing(section.call.section, Unknown(Reason.BUG, detail, REPORT_IT))


async def _read_with_rights(section: Section, sections: Sequence[Section], visit: Visit) -> None:
    """Read `section` as far as the credential's rights go.

    Raises:
        Unanswered: it is not complete, or may not be.
    """
    doubt: Unknown | None = None
    try:
        doubt = _doubt(section, sections, visit)
        if doubt is None or not section.optional:
            await section.read(visit)
    except Unanswered as refused:
        if not section.optional or refused.unknown.reason is not Reason.NOT_PERMITTED:
            raise
        section.forgone(visit, visit.lacking(refused.unknown, section.call))
        return
    if doubt is not None and section.optional:
        section.forgone(visit, doubt)
    elif doubt is not None:
        raise Unanswered(doubt)


def _doubt(section: Section, sections: Sequence[Section], visit: Visit) -> Unknown | None:
    """Return why `section` may get fewer entries than there are, where that is so.

    Raises:
        Unanswered: the credential is known to lack the right.
    """
    own = next((each for each in sections if isinstance(each, OwnRights)), None)
    needs = (section.call.permission, *section.call.also)
    if own is None or own.grants is None or not section.call.permission:
        return None
    if not isinstance(visit.rights, tuple):
        return own.untold if section.silent else None
    if not any(own.grants(visit.rights, right) for right in needs if right):
        raise Unanswered(visit.not_permitted(section.call))
    return None


async def _sign_in(visit: Visit) -> None:
    reading, platform = visit.reading, visit.platform
    if reading.client is None:
        raise Unanswered(
            Unknown(
                Reason.NOT_CONFIGURED,
                Text.of("The target has no address, so its API was not read."),
                Text.of("Give the address of the deployment in `url`."),
            )
        )
    if reading.no_secret is not None:
        raise Unanswered(reading.no_secret)
    token = reading.secrets.get("token")
    keys = Keys(
        reading.target.credential or Login(),
        reading.secrets,
        platform.account(reading.target, token.reveal() if token is not None else ""),
        reading.client.host,
    )
    for way in platform.signing:
        if keys.has(*way.needs):
            await way.sign(reading.client, keys)
            visit.signing = way
            return
    ways = "; ".join(", ".join(way.needs) for way in platform.signing)
    raise Unanswered(
        Unknown(
            Reason.NOT_CONFIGURED,
            Text.of("No credential for the API is configured."),
            Text.of("Give in `credential` one of these: {ways}.", ways=ways),
        )
    )


def _once(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Return `calls` with those that are the same request made one."""
    merged: dict[tuple[str, str, str, str], Call] = {}
    for call in calls:
        key = (call.host, call.method, call.path, call.section)
        known = merged.get(key)
        facts = dict.fromkeys((*(known.facts if known else ()), *call.facts))
        merged[key] = msgspec.structs.replace(call, facts=tuple(facts))
    return tuple(merged.values())


DERIVED = frozenset(
    {
        "Account.people_total",
        "Account.administrators",
        "Account.contradictions",
        "Person.in_organisation",
        "Person.employed",
        "Credential.mfa_protected",
        "Credential.owner_active",
        "Account.vendor_risks",
    }
)
"""Facts that follow from others, or that people state."""
PROBED = (SendingDomain, Site)
"""What a probe sees with its own eyes once the platform has named it."""
NOT_LOOKED_AT = Unknown(
    Reason.NOT_COLLECTED,
    Text.of("Only what lies in the target's own domains is looked at from outside."),
    Text.of("List it under `sending_domains` or `endpoints` if it is yours."),
)


def _hidden(
    title: str,
    lists: Iterable[type[Subject]],
    given_facts: Iterable[str],
    screens: Mapping[str, str],
    reasons: Mapping[str, Unknown],
) -> dict[str, Unknown]:
    """Return every fact of the listed subjects that no section gives, and why."""
    known = DERIVED | set(given_facts)
    hidden: dict[str, Unknown] = {}
    kinds: tuple[type[Subject], ...] = (Account, *lists)
    for kind in dict.fromkeys(kinds):
        for field in msgspec.structs.fields(SUBJECT_TYPES[kind.__name__]):
            fact = f"{kind.__name__}.{field.name}"
            if field.default is NOT_COLLECTED and fact not in known:
                screen = screens.get(fact) or screens.get(kind.__name__)
                probed = kind in PROBED and screen is None
                gap = NOT_LOOKED_AT if probed else _not_told(title, screen)
                hidden[fact] = gap if screen else ONLY_PEOPLE_TELL.get(fact, gap)
    for fact, screen in screens.items():
        if "." in fact:
            hidden.setdefault(fact, _not_told(title, screen))
    return {**hidden, **reasons}


def _partly_told(title: str) -> Unknown:
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("The API of {platform} tells this of some, and not of this one.", platform=title),
        Text.of("Look it up in the platform's settings, and attest it."),
    )


def _not_told(title: str, screen: str | None) -> Unknown:
    if screen is None:
        return Unknown(
            Reason.NOT_EXPOSED,
            Text.of("The API of {platform} does not tell this.", platform=title),
            Text.of("Look it up in the platform's settings, and attest it."),
        )
    return Unknown(
        Reason.NOT_EXPOSED,
        Text.of("The API of {platform} does not tell this.", platform=title),
        Text.of("Look under {screen}, and attest what stands there.", screen=screen),
    )
