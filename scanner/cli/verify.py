"""`mamori verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import config_option
from scanner.cli.pages import DURATION, form_option, language_option, show_json, show_page

if TYPE_CHECKING:
    from datetime import timedelta

    from scanner.history.chain import Verification
    from scanner.language import Language


@click.command("verify")
@click.argument(
    "files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False), metavar="[REPORT]..."
)
@config_option
@click.option(
    "--every",
    type=DURATION,
    metavar="TIME",
    help="How often each target is to be scanned, as 1d or 12h; without it the usual pause counts.",
)
@form_option
@language_option
def command(
    files: tuple[Path, ...], config_file: Path, every: timedelta | None, form: str, lang: str
) -> None:
    """Prove that the audits ran: the chain of reports unbroken, and the gaps in the schedule.

    Each REPORT is one that was saved or delivered elsewhere, as JSON; it is looked for in the
    chain, which shows that nothing was written anew since. A target that the configuration does not
    name any more has no gap since its last scan. Exits with 10 where the chain does not hold, with
    11 where there are gaps.
    """
    from scanner.cli.exit_code import ExitCode
    from scanner.config import load_config
    from scanner.history.chain import find_in_chain, verify
    from scanner.history.location import open_history
    from scanner.language import language, printable
    from scanner.scan import ENVIRONMENT, utc_now

    words = language(lang)
    settings = load_config(config_file)
    history = open_history(settings, ENVIRONMENT)
    targets = {printable(each.name) for each in settings.config.targets}
    found = verify(history, now=utc_now(), every=every, targets=targets)
    saved = {str(path): find_in_chain(history, path) for path in files}
    if form == "json":
        import msgspec

        shown = msgspec.structs.asdict(found)
        shown["breaks"] = [
            {"scan": each.scan, "problem": words.say(each.problem)} for each in found.breaks
        ]
        show_json({**shown, "reports": saved})
    else:
        show_page(_title(found, words), _sections(found, saved, words))
    if not found.intact or None in saved.values():
        sys.exit(ExitCode.FINDINGS)
    sys.exit(ExitCode.EVIDENCE_MISSING if found.gaps else ExitCode.COMPLETE)


def _title(found: Verification, words: Language) -> str:
    if not found.intact:
        return words.translate("The chain of reports is BROKEN.")
    return words.fill("The chain of {count} reports is unbroken.", {"count": found.scans})


def _sections(
    found: Verification, saved: dict[str, int | None], words: Language
) -> list[tuple[str, str]]:
    from scanner.language import printable
    from scanner.render.change import moment

    breaks = [
        words.fill("Scan {number}: {problem}", {"number": each.scan, "problem": each.problem})
        for each in found.breaks
    ]
    gaps = [
        words.fill(
            "{target}: {hours} hours, from {after} to {until}",
            {
                "target": each.target,
                "hours": each.hours,
                "after": moment(each.after),
                "until": moment(each.until) if each.until else words.translate("now"),
            },
        )
        for each in found.gaps
    ]
    intervals = [
        words.fill(
            "{target}: every {hours} hours"
            if each.told
            else "{target}: every {hours} hours, as it usually is",
            {"target": each.target, "hours": each.hours},
        )
        for each in found.intervals
    ]
    reports = [
        words.fill("{file}: scan {number}", {"file": name, "number": number})
        if number is not None
        else words.fill("{file}: NOT in the chain", {"file": name})
        for name, number in saved.items()
    ]
    return [
        (words.translate("Broken"), "\n".join(breaks)),
        (
            words.translate("Period"),
            f"{moment(found.first)} – {moment(found.last)}"
            if found.first is not None and found.last is not None
            else "",
        ),
        (
            words.translate("Pruned"),
            words.fill(
                "The reports of the scans {first} to {last}, by {day}; their hashes are kept.",
                {
                    "first": found.pruned.first,
                    "last": found.pruned.last,
                    "day": moment(found.pruned.at),
                },
            )
            if found.pruned is not None
            else "",
        ),
        (words.translate("Head (SHA-256 of the latest report)"), found.head),
        (words.translate("Saved reports"), "\n".join(map(printable, reports))),
        (words.translate("Expected"), "\n".join(intervals)),
        (
            words.translate("Gaps"),
            "\n".join(gaps) or (words.translate("none") if found.intervals else ""),
        ),
        (
            words.translate("Not in the configuration any more"),
            "\n".join(
                words.fill(
                    "{target}: last scanned {at}", {"target": each.target, "at": moment(each.last)}
                )
                for each in found.retired
            ),
        ),
        (
            words.translate("The clock went back before these scans"),
            ", ".join(map(str, found.clock_went_back)),
        ),
    ]
