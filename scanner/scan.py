"""The way through the house, once: config → collect → evaluate → score → report."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from scanner import __version__, registry
from scanner.collect.vaults.environment import Environment
from scanner.config import Settings, Target
from scanner.deliver.file import make_folder, write
from scanner.deliver.outbox import Courier, Undelivered, Unkept
from scanner.evaluate import evaluate
from scanner.framework import controls_by_check
from scanner.language import language, printable
from scanner.model import Deployment, Text
from scanner.model.deployment import encode_snapshot
from scanner.policy import Policy
from scanner.private_file import file_name
from scanner.report import Judged, Report, Run, build_report
from scanner.waivers import Listed, accept, read_waivers

ENVIRONMENT = Environment(os.environ)


class Scanned(msgspec.Struct, frozen=True):
    """The report of a run, and the deployments it was made from."""

    report: Report
    deployments: list[Deployment]


def utc_now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


def select(settings: Settings, names: Iterable[str]) -> tuple[Target, ...]:
    """Return the targets called `names`, each once, or all of them if none is named.

    Raises:
        RegistryError: a name is not in the configuration.
    """
    targets = {target.name: target for target in settings.config.targets}
    wanted = dict.fromkeys(names)
    for name in wanted:
        if name not in targets:
            raise registry.unknown_name("targets", name, targets)
    return tuple(targets[name] for name in wanted) or settings.config.targets


def plan(settings: Settings, targets: Iterable[Target], lang: str) -> str:
    """Return every request that a scan of `targets` would make, one a line; makes none."""
    from scanner.collect.survey import announce

    words = language(lang)
    lines = [*announce(settings, targets, ENVIRONMENT)]
    lines += [
        Text("Then the report goes to {sink}.", {"sink": each.options.id})
        for each in settings.sinks
    ]
    return "".join(printable(words.say(line), 1000) + "\n" for line in lines)


def scan(
    settings: Settings,
    policy: Policy,
    targets: Iterable[Target],
    *,
    lang: str = "en",
    progress: Callable[[Text], None] = lambda text: None,
    environment: Mapping[str, str] = ENVIRONMENT,
    now: Callable[[], datetime] = utc_now,
    limit: timedelta | None = None,
) -> Scanned:
    """Collect `targets`, judge them by `policy`, and return the report in `lang`.

    Interrupted by SIGINT or SIGTERM, or after the time `limit`, it returns what was gathered,
    marked incomplete. Raises:
        MamoriError: the configuration or the policy cannot be used; nothing was contacted.
    """
    waivers = waivers_of(settings)
    started = now()
    deployments = look(
        settings,
        targets,
        progress=progress,
        environment=environment,
        now=lambda: started,
        limit=limit,
    )
    progress(Text("Judging what was seen."))
    report = judge(deployments, policy, lang=lang, started=started, now=now, waivers=waivers)
    return Scanned(report, deployments)


def judge_again(
    deployments: list[Deployment],
    settings: Settings | None,
    policy: Policy,
    *,
    lang: str,
) -> Report:
    """Judge what was collected earlier by `policy`, as of the time when it was collected."""
    collected = max(each.collected_at for each in deployments)
    return judge(
        deployments,
        policy,
        lang=lang,
        started=collected,
        now=lambda: collected,
        waivers=() if settings is None else waivers_of(settings),
    )


def waivers_of(settings: Settings) -> tuple[Listed, ...]:
    """Return the waivers in the file that the configuration names, or that lies beside it.

    Raises:
        DocumentError: the file cannot be used.
    """
    names = {target.name for target in settings.config.targets}
    return read_waivers(settings.waivers_file, targets=names)


def look(
    settings: Settings,
    targets: Iterable[Target],
    *,
    progress: Callable[[Text], None] = lambda text: None,
    environment: Mapping[str, str] = ENVIRONMENT,
    now: Callable[[], datetime] = utc_now,
    limit: timedelta | None = None,
) -> list[Deployment]:
    """Collect `targets` and judge nothing. Raises as `scan` does."""
    # Imported here: most commands look at nothing, and this brings in every connector and probe.
    from scanner.collect.survey import World, survey

    world = World(environment=environment, started=now(), progress=progress, limit=limit)
    return asyncio.run(survey(settings, tuple(targets), world))


def judge(
    deployments: list[Deployment],
    policy: Policy,
    *,
    lang: str,
    started: datetime,
    now: Callable[[], datetime] = utc_now,
    waivers: Iterable[Listed] = (),
) -> Report:
    """Judge `deployments` by `policy` as of `started`, and return the report in `lang`."""
    waivers = tuple(waivers)
    usable = [each.waiver for each in waivers if each.waiver is not None]
    today = started.astimezone(UTC).date()
    judged = [
        Judged(each, accept(evaluate(each, policy, started), each.target, usable, today))
        for each in deployments
    ]
    run = Run(
        scan_id=secrets.token_hex(8),
        started_at=started,
        finished_at=now(),
        version=__version__,
        complete=all(each.complete for each in deployments),
    )
    return build_report(run, judged, policy, language(lang), controls_by_check(), waivers=waivers)


def remember(
    scanned: Scanned,
    settings: Settings,
    *,
    environment: Mapping[str, str] = ENVIRONMENT,
) -> Report:
    """Store `scanned` in the history, owe its report to every sink, and return it as stored.

    From here on nothing of it is lost, whatever ends the process. Raises:
        HistoryError: nothing was stored.
    """
    from scanner.history.location import place_of
    from scanner.history.store import History

    place = place_of(settings, environment)
    if place is None:
        return scanned.report
    history = History.open(place, create=True)
    sinks = courier(settings, environment).names
    return history.record(scanned.report, scanned.deployments, sinks)


def courier(settings: Settings, environment: Mapping[str, str] = ENVIRONMENT) -> Courier:
    """Return what brings reports to the sinks of `settings`."""
    return Courier(settings.sinks, settings.folder, environment)


def send(
    settings: Settings, report: Report, *, environment: Mapping[str, str] = ENVIRONMENT
) -> list[Undelivered]:
    """Send `report`, and whatever waits from earlier runs; return the sinks that refused.

    A report that no history took, and which therefore waits nowhere, is sent once. Raises:
        HistoryError: what waits cannot be read.
    """
    from scanner.history.location import place_of
    from scanner.history.store import History

    if not settings.sinks:
        return []
    messenger = courier(settings, environment)
    place = place_of(settings, environment) if report.chain is not None else None
    if place is None:
        return messenger.deliver(Unkept(report, messenger.names))
    return messenger.deliver(History.open(place))


def tidy(settings: Settings, *, environment: Mapping[str, str] = ENVIRONMENT) -> None:
    """Let the history forget what the configuration does not keep.

    Raises:
        HistoryError: nothing was forgotten.
    """
    from scanner.history.location import open_history
    from scanner.history.pruning import keep_of

    if settings.config.retention is not None and settings.config.history is not False:
        keep = keep_of(settings.config.retention)
        open_history(settings, environment).prune(keep, utc_now())


def save_snapshots(scanned: Scanned, folder: Path) -> None:
    """Write one snapshot per deployment into `folder`, each mode 0600.

    Raises:
        DeliveryError: the folder cannot be written.
    """
    make_folder(folder)
    for deployment in scanned.deployments:
        name = f"{file_name(deployment.target)}.snapshot.json"
        write(folder / name, encode_snapshot(deployment))
