"""`mamori schedule`."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.cli.options import config_option
from scanner.cli.pages import DURATION, language_option

if TYPE_CHECKING:
    from scanner.language import Language
    from scanner.model import Text
    from scanner.schedule import Plan

F = TypeVar("F", bound=Callable[..., Any])


def plan_options(function: F) -> F:
    """Add the options that say when to scan."""
    options = [
        config_option,
        click.option(
            "--every",
            type=click.Choice(["hourly", "daily", "weekly", "monthly"]),
            default="daily",
            show_default=True,
            help="How often.",
        ),
        click.option(
            "--at", default="02:30", show_default=True, metavar="HH:MM", help="The time of day."
        ),
        click.option(
            "--jitter",
            type=DURATION,
            default="30m",
            show_default=True,
            metavar="TIME",
            help="Begin so much later at most, so that not all machines scan at once.",
        ),
        click.option(
            "--time-limit",
            type=DURATION,
            default="2h",
            show_default=True,
            metavar="TIME",
            help="End a scan after so long; what it has seen by then is reported.",
        ),
        click.option("--install", is_flag=True, help="Install it, instead of printing it."),
        language_option,
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.group("schedule")
def command() -> None:
    """Scan every night: by cron, systemd or Kubernetes.

    Prints what to install, or installs it with --install. A scan that was missed is made up for;
    nothing is printed or mailed unless something is wrong, or got worse.
    """


def _plan(config_file: Path, every: str, at: str, jitter: timedelta, time_limit: timedelta) -> Plan:
    from scanner.config import load_config
    from scanner.schedule import Every, Plan, ScheduleError

    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if match is None:
        raise ScheduleError("{at} is no time of day; write it as 02:30.", at=repr(at))
    return Plan(
        program=_program(),
        config=config_file.resolve(),
        settings=load_config(config_file.resolve()),
        every=Every(every),
        hour=int(match[1]),
        minute=int(match[2]),
        jitter=jitter,
        limit=time_limit,
        user=_user(),
    )


def _user() -> str:
    """Return the name of the account that scans; in containers it may have a number alone."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the one before Python 3.13, the other since
        return str(os.getuid())


def _program() -> Path:
    """Return where `mamori` lies, as whoever starts it later has to call it."""
    started = Path(sys.argv[0])
    found = started if started.is_absolute() else shutil.which(started.name)
    return Path(found or started).absolute()


def _remark(remarks: list[Text], words: Language) -> None:
    for remark in remarks:
        click.echo(f"mamori: {words.say(remark)}", err=True)


@command.command("cron")
@plan_options
def cron(
    config_file: Path,
    every: str,
    at: str,
    jitter: timedelta,
    time_limit: timedelta,
    install: bool,
    lang: str,
) -> None:
    """Lines for the crontab of the user who scans."""
    from scanner.language import language
    from scanner.schedule import cron_remarks, crontab, with_crontab

    words = language(lang)
    plan = _plan(config_file, every, at, jitter, time_limit)
    _remark(cron_remarks(plan), words)
    if not install:
        click.echo(crontab(plan), nl=False)
        return
    table = _run(["crontab", "-l"], empty=_NO_TABLE)
    _run(["crontab", "-"], given=with_crontab(table, plan))
    click.echo(words.translate("The crontab has it; crontab -l shows it."), err=True)


@command.command("systemd")
@plan_options
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/etc/systemd/system"),
    show_default=True,
    help="Where the units are installed.",
)
def systemd(
    config_file: Path,
    every: str,
    at: str,
    jitter: timedelta,
    time_limit: timedelta,
    install: bool,
    lang: str,
    folder: Path,
) -> None:
    """A hardened service and its timer."""
    from scanner.language import language
    from scanner.schedule import remarks, units

    words = language(lang)
    plan = _plan(config_file, every, at, jitter, time_limit)
    _remark(remarks(plan), words)
    files = units(plan)
    if not install:
        for name, text in files.items():
            click.echo(f"# {folder / name}\n{text}")
        return
    for name, text in files.items():
        _write(folder / name, text)
    timer = f"{plan.name}.timer"
    if Path("/run/systemd/system").is_dir():
        _run(["systemctl", "daemon-reload"])
        _run(["systemctl", "enable", "--now", timer])
        click.echo(
            words.fill("{timer} runs; systemctl list-timers shows when.", {"timer": timer}),
            err=True,
        )
    else:
        click.echo(
            words.fill(
                "Written to {folder}. systemd does not run here; later: systemctl enable --now "
                "{timer}",
                {"folder": str(folder), "timer": timer},
            ),
            err=True,
        )


@command.command("kubernetes")
@plan_options
@click.option(
    "--image", metavar="NAME", default="mamori:latest", show_default=True, help="The image to run."
)
def kubernetes(
    config_file: Path,
    every: str,
    at: str,
    jitter: timedelta,
    time_limit: timedelta,
    install: bool,
    lang: str,
    image: str,
) -> None:
    """A CronJob, and the volume that keeps its history."""
    from scanner.language import language
    from scanner.schedule import container_remarks, manifest, remarks

    words = language(lang)
    plan = _plan(config_file, every, at, jitter, time_limit)
    _remark([*remarks(plan), *container_remarks(plan)], words)
    text = manifest(plan, image)
    if install:
        click.echo(_run(["kubectl", "apply", "--filename", "-"], given=text), err=True, nl=False)
    else:
        click.echo(text, nl=False)


def _write(path: Path, text: str) -> None:
    from scanner.private_file import writing
    from scanner.schedule import ScheduleError

    with writing(path, ScheduleError):
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)


_NO_TABLE = re.compile(r"no crontab|no such file", re.IGNORECASE)
"""How the programs of that name say, failing, that the user has no crontab yet."""


def _run(words: list[str], *, given: str = "", empty: re.Pattern[str] | None = None) -> str:
    """Run a program of the system, and return what it prints.

    Where it fails and says what `empty` matches, it has nothing to print.
    """
    from scanner.schedule import ScheduleError

    program = shutil.which(words[0])
    if program is None:
        raise ScheduleError(
            "{program} is not installed here; print the schedule without --install instead.",
            program=words[0],
        )
    done = subprocess.run(  # noqa: S603 - a program of the system, with words of our own
        [program, *words[1:]],
        input=given,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",  # what others wrote in a table stays as it is
        check=False,
    )
    if done.returncode and (empty is None or not empty.search(done.stderr)):
        raise ScheduleError(
            "{program} refused it: {cause}", program=words[0], cause=done.stderr.strip()[:500]
        )
    return done.stdout if not done.returncode else ""
