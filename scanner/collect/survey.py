"""All targets → all deployments, side by side, keeping what is there when it stops."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from scanner import registry
from scanner.collect.breach_service import RANGE
from scanner.collect.breaches import BreachLists
from scanner.collect.credentials import HeldCredentials, collect_credentials, read_login
from scanner.collect.deadlines import deadlines_of
from scanner.collect.gathering import Gathering, fill_gaps
from scanner.collect.http import Client, Unanswered
from scanner.collect.leaks import Leaks, announce_search
from scanner.collect.ledger import Ledger, default_path
from scanner.collect.login import announce_sign_in, flow_of, try_sign_in
from scanner.collect.merge import attest, merge, summarise
from scanner.collect.osv import OsvService, announce_osv
from scanner.collect.outside import announce_outside, look_from_outside
from scanner.collect.outside import contradictions as outside_contradictions
from scanner.collect.platform import ONLY_PEOPLE_TELL, Platform, Reading, announced
from scanner.collect.probes.dns import Resolver
from scanner.collect.probes.published import collect_messages, collect_pages, understood
from scanner.collect.probes.tls import MOST_CONNECTIONS, probe_endpoint
from scanner.collect.probes.tls.certificate import load_trust_store
from scanner.collect.quota import Quota
from scanner.collect.statements.attestations import Attestation, read_attestations
from scanner.collect.statements.exports import Exports, read_exports
from scanner.collect.statements.people import Listing, read_people
from scanner.collect.strength import StrengthMeter
from scanner.collect.vaults.reference import VaultError, announce_reference
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches, Login, Settings, Target
from scanner.model import (
    Artifact,
    Credential,
    Deployment,
    Endpoint,
    Message,
    Page,
    Person,
    Reason,
    SendingDomain,
    SignIn,
    Site,
    Text,
    Unknown,
)
from scanner.model.errors import MamoriError

ENDPOINTS_AT_ONCE = 16
CLOCK_TOLERANCE_SECONDS = 120
TARGET_SECONDS = 1800.0
"""The longest that reading one platform may take, however it drips."""

_NOT_PROBED = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("An endpoint could not be probed; the problems of the target say why."),
)
_TOO_SLOW = Unknown(
    Reason.TIMED_OUT,
    Text.of("The platform could not be read within {minutes} minutes.", minutes=30),
    Text.of("Scan at a quieter hour."),
)


_NOT_MEASURED = Unknown(
    Reason.INTERRUPTED, Text.of("The scan ended before this was read."), Text.of("Scan again.")
)
_NO_ENDPOINTS = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The configuration does not say at which host and port people reach the deployment."),
    Text.of("List them under `endpoints`, or give `endpoints: []` where there are none."),
)


_NO_PAGES = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The configuration does not say which pages the organisation publishes."),
    Text.of("List policy and forms under `pages`, or give `pages: []` where there are none."),
)
_NO_MESSAGES = Unknown(
    Reason.NOT_CONFIGURED,
    Text.of("The configuration does not say where mails to judge lie."),
    Text.of("List files or folders under `messages`, or give `messages: []`."),
)
_NOT_TOLD = Unknown(
    Reason.NOT_EXPOSED,
    Text.of("Neither the vault nor the platform tells this of a secret."),
    Text.of("Look it up where the secret was issued, and attest it."),
)


_STATED_BY_PEOPLE: Mapping[str, Unknown] = {
    **ONLY_PEOPLE_TELL,
    "Person.employed": Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("mamori was not told who has left."),
        Text.of("Give a list of the people, with the column `left`, under `people`."),
    ),
    "Credential.owner": Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("Nobody is named as its owner."),
        Text.of("Name its `owner` beside the reference in the configuration."),
    ),
    "Credential.expires": Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("It is not declared when it expires."),
        Text.of("Declare `expires` beside the reference in the configuration."),
    ),
    "Credential.mfa_protected": Unknown(
        Reason.NOT_CONFIGURED,
        Text.of("It is not declared whether a second factor stands beside it."),
        Text.of("Declare `mfa` beside the reference in the configuration."),
    ),
    **dict.fromkeys(
        ("Credential.rotated", "Credential.issued"),
        Unknown(
            Reason.NOT_CONFIGURED,
            Text.of("It is not declared when it was issued or last changed."),
            Text.of("Declare `issued` or `rotated` beside the reference in the configuration."),
        ),
    ),
    **dict.fromkeys(
        (
            "Account.sso_exempt",
            "Account.ip_allow_list",
            "Account.sandbox",
            "Account.sandbox_contacts",
            "Account.audit_log_days",
        ),
        Unknown(
            Reason.NOT_EXPOSED,
            Text.of("The platform does not tell this."),
            Text.of("Look it up in the platform's settings, and attest it."),
        ),
    ),
    "Account.vendor_risks": Unknown(
        Reason.NOT_SUPPORTED, Text.of("The vendor makes no assessment of its own.")
    ),
    "Credential.ip_restricted": _NOT_TOLD,
    "Credential.last_used": _NOT_TOLD,
    "Credential.scopes": _NOT_TOLD,
}
"""Facts that no platform tells by itself, and how people can supply them."""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What lies outside the configuration: the environment, the time, somebody who watches."""

    environment: Mapping[str, str]
    started: datetime
    """The moment that ages and expiries are measured against."""
    progress: Callable[[Text], None]
    limit: timedelta | None = None
    """The longest that looking may take; what was seen by then is kept."""


def announce(
    settings: Settings, targets: Iterable[Target], environment: Mapping[str, str]
) -> Iterator[Text]:
    """Yield every request that surveying `targets` would make, and make none."""
    targets = tuple(targets)
    if settings.attestations_file.exists():
        yield Text.of("read the attestations in {path}", path=str(settings.attestations_file))
    yield from _announce_lists(settings.breaches)
    yield from announce_osv(settings.config.advisories, (each.platform for each in targets))
    for target in targets:
        yield Text.of("{target}:", target=target.name)
        yield from _announce_target(settings, target, environment)


def _announce_target(
    settings: Settings, target: Target, environment: Mapping[str, str]
) -> Iterator[Text]:
    platform: Platform = registry.part("platforms", target.platform)
    for reference in target.references:
        yield announce_reference(reference, environment)
    for file in target.files:
        yield Text.of("  read the file {path}", path=str(settings.path(file)))
    if platform.locate(target) is not None:
        for call, url in announced(platform, target):
            yield Text.of(
                "  {method} {url} for {section}{times}",
                method=call.method,
                url=url,
                section=Text(call.section),
                times=Text.of(" ({repeats})", repeats=Text(call.repeats)) if call.repeats else "",
            )
    for page in target.pages or ():
        yield Text.of("  read the page {page}", page=page)
    yield from announce_search(target.searched)
    for path in target.messages or ():
        yield Text.of("  read the mails in {path}", path=path)
    for endpoint in target.probed:
        yield Text.of(
            "  TLS to {endpoint}, at most {count} connections; where it speaks none, one HEAD "
            "in clear",
            endpoint=endpoint,
            count=MOST_CONNECTIONS,
        )
    yield from announce_outside(target)
    yield from announce_sign_in(target)


def _announce_lists(wanted: Breaches) -> Iterator[Text]:
    if not (wanted.file or wanted.folder or wanted.online):
        return
    yield Text.of("leaked passwords:")
    for path in (wanted.file, wanted.folder):
        if path is not None:
            yield Text.of("  read the list {path}", path=path)
    if wanted.online:
        yield Text.of(
            "  {method} {url}{path} for each password, with five digits of its SHA-1",
            method=RANGE.method,
            url=wanted.url.rstrip("/"),
            path=RANGE.path,
        )


async def survey(settings: Settings, targets: Iterable[Target], world: World) -> list[Deployment]:
    """Collect `targets`.

    SIGINT, SIGTERM and the time limit end the collecting, not the telling: what was gathered comes
    back in deployments marked incomplete. Raises:
        MamoriError: the attestations file or a `ca_file` cannot be used; nothing was contacted.
    """
    attestations = _attestations(settings, world)
    for target in targets:
        if target.ca_file is not None:
            load_trust_store(settings.path(target.ca_file))
        flow_of(target, settings.folder)
    osv = OsvService(settings.config.advisories, world.environment, world.started)
    views = [_View(target, settings, world, osv) for target in targets]
    measuring = asyncio.create_task(_Measuring(settings, targets, world).run())
    looking = [asyncio.create_task(view.look()) for view in views]
    with _interrupted([measuring, *looking], world.limit):
        await asyncio.wait([measuring, *looking])
    held = None if measuring.cancelled() else measuring.exception() or measuring.result()
    deployments = []
    for view, task in zip(views, looking, strict=True):
        if not task.cancelled():
            task.result()
        view.keep_credentials(held)
        deployments.append(
            view.deployment(attestations, complete=held is not None and not task.cancelled())
        )
    return deployments


def _attestations(settings: Settings, world: World) -> tuple[Attestation, ...]:
    if not settings.attestations_file.exists():
        return ()
    return read_attestations(
        settings.attestations_file,
        targets={target.name for target in settings.config.targets},
        today=world.started.date(),
    )


class _Measuring:
    """Reads and measures every secret of the targets, in a thread of its own."""

    def __init__(self, settings: Settings, targets: Iterable[Target], world: World) -> None:
        self._settings = settings
        self._targets = targets
        self._world = world
        self._meter = StrengthMeter(year=world.started.year)
        self._lists = BreachLists(settings.breaches)

    async def run(self) -> HeldCredentials:
        """Return what was learnt; cancelled, it ends the measuring as well."""
        self._world.progress(Text.of("Measuring the credentials."))
        try:
            return await asyncio.to_thread(self._collect)
        finally:
            self._meter.close()
            self._lists.close()

    def _collect(self) -> HeldCredentials:
        given = self._settings.config.ledger
        path = self._settings.path(given) if given else default_path(self._world.environment)
        with self._meter, self._lists, Ledger.open(path) as ledger:
            return collect_credentials(
                self._settings,
                environment=self._world.environment,
                now=self._world.started,
                ledger=ledger,
                meter=self._meter,
                lists=self._lists,
                targets=self._targets,
            )


@contextmanager
def _interrupted(tasks: list[asyncio.Task[Any]], limit: timedelta | None) -> Iterator[None]:
    """Let SIGINT, SIGTERM and the time `limit` cancel `tasks`; a second signal ends the process."""
    loop = asyncio.get_running_loop()
    if limit is not None:
        for task in tasks:
            loop.call_later(limit.total_seconds(), task.cancel)
    signals = (signal.SIGINT, signal.SIGTERM)

    def cancel() -> None:
        restore()
        for task in tasks:
            task.cancel()

    def restore() -> None:
        for each in signals:
            loop.remove_signal_handler(each)

    try:
        for each in signals:
            loop.add_signal_handler(each, cancel)
    except (NotImplementedError, RuntimeError, ValueError):
        # Not the main thread, or a platform without signal handlers in the loop.
        yield
        return
    try:
        yield
    finally:
        restore()


class _View:
    """One target while it is looked at."""

    def __init__(self, target: Target, settings: Settings, world: World, osv: OsvService) -> None:
        self._target = target
        self._settings = settings
        self._world = world
        self._osv = osv
        self._platform: Platform = registry.part("platforms", target.platform)
        self._gathering = Gathering(
            target.name,
            target.platform,
            expected=(
                *self._platform.lists,
                Credential,
                Endpoint,
                SendingDomain,
                Site,
                Page,
                *((Message,) if target.messages else ()),
                *((Artifact,) if target.searched else ()),
                *((Person,) if target.people else ()),
                *((SignIn,) if target.sign_in else ()),
            ),
        )
        self._requests = 0

    async def look(self) -> None:
        """Read the platform and probe the endpoints, side by side."""
        self._world.progress(Text.of("Looking at {target}.", target=self._target.name))
        self._gathering.subjects.extend(deadlines_of(self._target.platform))
        await self._side_by_side(
            self._read(),
            self._probe(),
            self._look_at_what_is_published(),
            self._search_for_keys(),
        )
        ca_file = self._settings.path(self._target.ca_file) if self._target.ca_file else None
        await self._side_by_side(
            self._osv.refresh(self._target.platform, self._gathering),
            look_from_outside(
                self._target,
                self._settings.config.organisation,
                self._gathering,
                ca_file=ca_file,
                now=self._world.started,
            ),
            self._try_sign_in(ca_file),
        )

    async def _side_by_side(self, *parts: Awaitable[None]) -> None:
        """Do all parts; what breaks in one of them leaves the others, and other targets, alone."""

        async def guarded(part: Awaitable[None]) -> None:
            with self._gathering.section("scan"):
                await part

        await asyncio.gather(*map(guarded, parts))

    async def _try_sign_in(self, ca_file: Path | None) -> None:
        if self._target.sign_in is None:
            return
        with self._gathering.section("sign-in", SignIn):
            listing = await asyncio.to_thread(self._listing)
            self._gathering.add(
                await try_sign_in(
                    self._target,
                    # Whoever is an administrator by either word is one.
                    [*self._gathering.subjects, *listing.people],
                    folder=self._settings.folder,
                    environment=self._world.environment,
                    ca_file=ca_file,
                    progress=self._world.progress,
                )
            )

    async def _search_for_keys(self) -> None:
        target, gathering = self._target, self._gathering
        with gathering.section("leaks", Artifact):
            for each in await Leaks().search_all(
                target.searched,
                folder=self._settings.folder,
                ca_file=self._settings.path(target.ca_file) if target.ca_file else None,
            ):
                gathering.add(each)
                if isinstance(each.exposed_keys, Unknown):
                    gathering.missing(f"leaks {each.id}", each.exposed_keys)

    async def _look_at_what_is_published(self) -> None:
        target, gathering = self._target, self._gathering
        ca_file = self._settings.path(target.ca_file) if target.ca_file else None
        if target.pages is None:
            gathering.populations[Page.__name__] = _NO_PAGES
        else:
            with gathering.section("pages", Page):
                for each in await collect_pages(
                    target.pages, self._settings.folder, ca_file=ca_file
                ):
                    gathering.add(each)
                    if isinstance(each.content, Unknown):
                        gathering.missing(f"page {each.id}", each.content)
        if target.messages is None and Message not in self._platform.lists:
            gathering.populations[Message.__name__] = _NO_MESSAGES
        elif target.messages is not None:
            # The platform's own list, where it has one, is complete or not by itself.
            kinds = () if Message in self._platform.lists else (Message,)
            with gathering.section("messages", *kinds):
                gathering.subjects.extend(
                    await asyncio.to_thread(
                        collect_messages, target.messages, self._settings.folder
                    )
                )

    async def _read(self) -> None:
        target, gathering = self._target, self._gathering
        # A vault may make one wait, which must not hold up what else is looked at.
        platform, login = self._platform, await asyncio.to_thread(self._login)
        token = login.get("token") if isinstance(login, Mapping) else None
        shown = token.reveal() if token is not None and platform.account_in_token else ""
        hosts = platform.locate(target, shown)
        if hosts is None:
            await self._read_with(None, login)
            return
        with gathering.section("api"):
            if isinstance(hosts, Unknown):
                raise Unanswered(hosts)
            client = Client(
                hosts[""],
                platform.calls,
                hosts=hosts,
                headers=platform.sent(platform.account(target, shown)),
                ca_file=self._settings.path(target.ca_file) if target.ca_file else None,
                quota=Quota(platform.rates, target.quota_percent / 100),
                explain=platform.explain,
            )
            try:
                async with client, asyncio.timeout(TARGET_SECONDS):
                    await self._read_with(client, login)
            except TimeoutError:
                raise Unanswered(_TOO_SLOW) from None
            finally:
                self._requests = client.requests
                self._compare_clocks(client)

    def _login(self) -> Mapping[str, Secret] | Unknown:
        """Return the secrets to sign in with, or why one of them cannot be had."""
        try:
            return read_login(
                self._target.credential or Login(),
                environment=self._world.environment,
                folder=self._settings.folder,
            )
        except VaultError as gap:
            return gap.unknown

    async def _read_with(
        self, client: Client | None, login: Mapping[str, Secret] | Unknown
    ) -> None:
        with self._gathering.section(self._platform.title):
            await self._platform.read(
                Reading(
                    target=self._target,
                    settings=self._settings,
                    secrets={} if isinstance(login, Unknown) else login,
                    no_secret=login if isinstance(login, Unknown) else None,
                    client=client,
                    gathering=self._gathering,
                    now=self._world.started,
                )
            )

    def _compare_clocks(self, client: Client) -> None:
        ahead = client.clock_ahead
        if ahead is not None and abs(ahead) > CLOCK_TOLERANCE_SECONDS:
            self._gathering.missing(
                "clock",
                Unknown(
                    Reason.UNTRUSTED,
                    Text.of(
                        "This machine's clock and the server's are {seconds} seconds apart.",
                        seconds=round(abs(ahead)),
                    ),
                    Text.of("Set the clock by NTP; ages and expiries are measured by it."),
                ),
            )

    async def _probe(self) -> None:
        gate = asyncio.Semaphore(ENDPOINTS_AT_ONCE)
        target = self._target
        ca_file = self._settings.path(target.ca_file) if target.ca_file else None

        seen: set[str] = set()

        async def probe(endpoint: str) -> None:
            """Probe one endpoint; what breaks that leaves the others alone."""
            with self._gathering.section(f"tls {endpoint}"):
                try:
                    async with gate:
                        found = await probe_endpoint(
                            endpoint,
                            ca_file=ca_file,
                            resolver=Resolver(target.resolver) if target.resolver else None,
                            now=self._world.started,
                        )
                except MamoriError as error:
                    raise Unanswered(Unknown(Reason.NOT_CONFIGURED, error.text)) from None
                self._gathering.add(found)
                if isinstance(found.reachable, Unknown):
                    self._gathering.missing(f"tls {endpoint}", found.reachable)
                seen.add(endpoint)

        if target.endpoints is None and not target.probed:
            self._gathering.missing("endpoints", _NO_ENDPOINTS, Endpoint)
            return
        await asyncio.gather(*(probe(each) for each in dict.fromkeys(target.probed)))
        if seen == set(target.probed):
            self._gathering.populations.pop(Endpoint.__name__, None)
        else:
            self._gathering.populations[Endpoint.__name__] = _NOT_PROBED

    def keep_credentials(self, held: HeldCredentials | BaseException | None) -> None:
        """Keep what was measured of this target's secrets, or what broke that.

        None stands for measuring that was stopped.
        """
        if held is None:
            self._gathering.populations.setdefault(Credential.__name__, _NOT_MEASURED)
            return
        name = self._target.name
        kinds = () if Credential in self._platform.lists else (Credential,)
        with self._gathering.section("credentials", *kinds):
            if isinstance(held, BaseException):
                raise held
            self._gathering.subjects.extend(held.credentials.get(name, ()))
            self._gathering.problems.extend(held.problems.get(name, ()))

    def deployment(self, attestations: tuple[Attestation, ...], *, complete: bool) -> Deployment:
        """Return everything known of the target, the statements of people included."""
        gathering = self._gathering
        listing = Listing()
        with gathering.section("people"):
            listing = self._listing()
        gathering.problems.extend(listing.problems)
        if listing.complete and Person not in self._platform.lists:
            # A complete export lists everybody of a platform that itself lists nobody. Where it
            # does and could not be read, the export may lack whom it would have shown.
            gathering.populations.pop(Person.__name__, None)
        exports = Exports()
        with gathering.section("exports"):
            exports = read_exports(self._target, self._settings.path, now=self._world.started)
        gathering.problems.extend(exports.problems)
        if exports.keys is not None and exports.keys.gap is not None:
            gathering.populations.setdefault(Credential.__name__, exports.keys.gap)
        seen = gathering.deployment(
            now=self._world.started, complete=complete, requests=self._requests
        )
        subjects, contradictions = merge(understood(seen.subjects), listing.people)
        supplied = exports.join(
            subjects,
            target=self._target.name,
            now=self._world.started,
            listed=listing.exported,
            everybody=Person in self._platform.lists and Person.__name__ not in seen.populations,
        )
        contradictions.extend(supplied.contradictions)
        hidden = {**_STATED_BY_PEOPLE, **self._platform.hidden}
        subjects = [fill_gaps(subject, hidden) for subject in supplied.subjects]
        attested = attest(subjects, attestations, self._target.name)
        return msgspec.structs.replace(
            seen,
            subjects=tuple(
                summarise(
                    attested.subjects,
                    seen.populations,
                    self._settings.config.organisation,
                    [
                        *contradictions,
                        *outside_contradictions(subjects, self._world.started),
                        *attested.contradictions,
                    ],
                    # A list that could not be read may have named people without one.
                    protect=self._target.people is None or listing.complete,
                )
            ),
            problems=(*seen.problems, *supplied.problems, *attested.problems),
        )

    def _listing(self) -> Listing:
        people = self._target.people
        if people is None:
            return Listing()
        return read_people(
            people,
            self._settings.path(people.csv),
            now=self._world.started,
            usual=self._platform.columns,
        )
