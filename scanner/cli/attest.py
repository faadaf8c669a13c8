"""`mamori attest`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import config_option
from scanner.cli.pages import form_option, language_option, show_json, show_list, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scanner.collect.statements.questions import Question
    from scanner.config import Settings, Target
    from scanner.language import Language
    from scanner.model import Deployment

HOLDS_DAYS = 180
"""A statement holds so long unless somebody says otherwise: two reviews a year."""


@click.command("attest")
@config_option
@click.option("--target", "only", multiple=True, metavar="NAME", help="Ask of this target alone.")
@click.option("--list", "listing", is_flag=True, help="Show what is open, and ask nothing.")
@click.option("--all", "everything", is_flag=True, help="Also what is answered and holds.")
@click.option("--by", metavar="NAME", help="Who says so.")
@click.option("--until", metavar="DATE", help="The last day on which it holds, as 2026-12-31.")
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A screenshot or an export; its SHA-256 is kept, the file is not.",
)
@click.option("--fact", metavar="NAME", help="State this fact, and ask nothing.")
@click.option("--value", metavar="TEXT", help="What the fact is.")
@click.option(
    "--subject",
    default="Account",
    show_default=True,
    metavar="TYPE [ID]",
    help="What the fact is of, as 'Person taro@example.co.jp'.",
)
@form_option
@language_option
def command(
    config_file: Path,
    only: tuple[str, ...],
    listing: bool,
    everything: bool,
    by: str | None,
    until: str | None,
    evidence: Path | None,
    fact: str | None,
    value: str | None,
    subject: str,
    form: str,
    lang: str,
) -> None:
    """Answer what no interface tells.

    Each question names the screen where the answer stands. What is open is asked, and again what
    lapses within 30 days or what the last scan saw otherwise. Every answer is written into the
    attestations file at once, with who gave it, the day, and the last day on which it holds.

    With --list nothing is asked: the exit code is 11 while something is open, else 0.
    """
    from scanner.cli.exit_code import ExitCode
    from scanner.config import load_config
    from scanner.language import language
    from scanner.scan import select, utc_now

    words = language(lang)
    settings = load_config(config_file, attesting=True)
    targets = select(settings, only)
    today = utc_now().date()
    last_day = _last_day(until, today, words)
    if fact is not None or value is not None:
        _state(settings, targets, subject, fact, value, by, last_day, evidence, today, words)
        return
    found = list(_questions(settings, targets, today))
    wanted = [each for each in found if everything or each.pressing]
    if listing:
        _list(wanted, form, words)
        pressing = any(each.pressing for each in found)
        sys.exit(ExitCode.EVIDENCE_MISSING if pressing else ExitCode.COMPLETE)
    if not wanted:
        click.echo(words.translate("Nothing is open."), err=True)
        return
    _ask_all(settings, wanted, by, last_day, evidence, today, words)


def _last_day(until: str | None, today: date, words: Language) -> date:
    from datetime import timedelta

    from scanner.waivers import day

    if until is None:
        return today + timedelta(days=HOLDS_DAYS)
    found = day(until)
    if found is None:
        raise click.UsageError(
            words.fill("{until} is no day; write it as 2026-12-31.", {"until": repr(until)})
        )
    return found


def _questions(settings: Settings, targets: tuple[Target, ...], today: date) -> Iterator[Question]:
    from scanner import registry
    from scanner.collect.statements.attestations import read_attestations
    from scanner.collect.statements.questions import questions

    path = settings.attestations_file
    names = {target.name for target in settings.config.targets}
    attestations = read_attestations(path, targets=names, today=today) if path.exists() else ()
    for target in targets:
        platform = registry.part("platforms", target.platform)
        yield from questions(
            target.name, platform.hidden, attestations, today, _last_seen(settings, target)
        )


def _last_seen(settings: Settings, target: Target) -> Deployment | None:
    """Return what the last scan of `target` saw, where a history has it."""
    from scanner.history.database import HistoryError
    from scanner.history.location import open_history
    from scanner.language import printable
    from scanner.scan import ENVIRONMENT

    name = printable(target.name)
    try:
        history = open_history(settings, ENVIRONMENT)
        scans = [each.scan for each in history.judgements() if each.target == name]
        found = history.snapshots(max(scans), target=name) if scans else []
    except HistoryError:
        return None
    return found[0] if found else None


def _list(wanted: list[Question], form: str, words: Language) -> None:
    from scanner.language import printable

    if form == "json":
        show_json(
            [
                {
                    "target": each.target,
                    "fact": each.fact,
                    "state": each.state.value,
                    "question": words.say(each.text),
                    "where": None if each.where is None else words.say(each.where),
                    "by": None if each.answer is None else each.answer.by,
                    "until": None if each.answer is None else each.answer.until,
                }
                for each in wanted
            ]
        )
    elif not wanted:
        click.echo(words.translate("Nothing is open."), err=True)
    else:
        show_list(
            (
                printable(each.target),
                each.fact,
                words.translate(each.state.value),
                "-" if each.answer is None else each.answer.until.isoformat(),
                words.say(each.text),
            )
            for each in wanted
        )


def _ask_all(
    settings: Settings,
    wanted: list[Question],
    by: str | None,
    until: date,
    evidence: Path | None,
    today: date,
    words: Language,
) -> None:
    from scanner.collect.statements.questions import AnswerError, answer_form, read_answer
    from scanner.collect.statements.writing import AttestError, fingerprint
    from scanner.language import printable
    from scanner.model import Account

    shown = None if evidence is None else fingerprint(evidence)  # before anything is asked
    by = by or _prompt(words.translate("Your name and role"))
    tell(words.translate("An empty answer leaves a question open; Ctrl-C ends, and loses nothing."))
    written = 0
    for number, question in enumerate(wanted, 1):
        click.echo(err=True)
        lead = f"[{number}/{len(wanted)}] {printable(question.target)}: "
        tell(words.say(question.text), lead)
        for line in _about(question, words):
            tell(line, "  ")
        while True:
            given = _prompt(
                words.fill("Answer ({form})", {"form": answer_form(Account, question.fact)}), ""
            )
            if not given.strip():
                break
            try:
                value = read_answer(given, Account, question.fact)
                hashed = _evidence(words) if shown is None else shown
            except (AnswerError, AttestError) as error:
                click.echo(f"  {words.say(error.text)}", err=True)
                continue
            _write(
                settings, question.target, "Account", question.fact, value, by, until, hashed, today
            )
            written += 1
            break
    _told(settings, written, until, words)


def _about(question: Question, words: Language) -> Iterator[str]:
    """Yield where the answer stands, and what was answered before."""
    from scanner.collect.statements.questions import State

    if question.where is not None:
        yield words.say(question.where)
    if question.answer is not None:
        yield words.fill(
            "{by} answered {value} on {day}; it holds until {until}.",
            {
                "by": question.answer.by,
                "value": question.answer.value,
                "day": question.answer.on,
                "until": question.answer.until,
            },
        )
    if question.state is State.CONTRADICTED:
        yield words.translate("The last scan saw something else, so it counts for nothing.")


def _evidence(words: Language) -> str:
    from scanner.collect.statements.writing import fingerprint

    given = _prompt(words.translate("File with a screenshot or an export (empty for none)"), "")
    return fingerprint(Path(given.strip()).expanduser()) if given.strip() else ""


def _prompt(text: str, default: str | None = None) -> str:
    answer: str = click.prompt(text, default=default, show_default=False, err=True)
    return answer


def _state(
    settings: Settings,
    targets: tuple[Target, ...],
    subject: str,
    fact: str | None,
    value: str | None,
    by: str | None,
    until: date,
    evidence: Path | None,
    today: date,
    words: Language,
) -> None:
    from scanner.collect.statements.attestations import fact_types
    from scanner.collect.statements.questions import read_answer
    from scanner.collect.statements.writing import fingerprint
    from scanner.model import SUBJECT_TYPES
    from scanner.registry import unknown_name

    missing = [
        name for name, given in (("--fact", fact), ("--value", value), ("--by", by)) if not given
    ]
    if len(targets) != 1:
        missing.append("--target")
    if missing:
        raise click.UsageError(
            words.fill("A statement needs {options}.", {"options": ", ".join(missing)})
        )
    assert fact is not None
    assert value is not None
    assert by is not None
    kind = subject.strip().partition(" ")[0]
    if kind not in SUBJECT_TYPES:
        raise unknown_name("subject types", kind, SUBJECT_TYPES)
    if fact not in fact_types(SUBJECT_TYPES[kind]):
        raise unknown_name("facts", fact, fact_types(SUBJECT_TYPES[kind]))
    read = read_answer(value, SUBJECT_TYPES[kind], fact)
    hashed = fingerprint(evidence) if evidence is not None else ""
    _write(settings, targets[0].name, subject, fact, read, by, until, hashed, today)
    _told(settings, 1, until, words)


def _write(
    settings: Settings,
    target: str,
    subject: str,
    fact: str,
    value: object,
    by: str,
    until: date,
    evidence: str,
    today: date,
) -> None:
    from scanner.collect.statements.writing import AttestError, Statement, write
    from scanner.private_file import writing

    path = settings.attestations_file
    statement = Statement(
        target=target,
        subject=subject,
        fact=fact,
        value=value,
        by=by,
        on=today,
        until=until,
        evidence=evidence,
    )
    with writing(path, AttestError):
        write(path, statement, today)


def _told(settings: Settings, written: int, until: date, words: Language) -> None:
    click.echo(
        words.fill(
            "Written to {file}. Answers: {count}, valid until {until}.",
            {"file": str(settings.attestations_file), "count": written, "until": until},
        ),
        err=True,
    )
    if written:
        tell(words.translate("The next scan reads it. Before it lapses, mamori attest asks again."))
