"""Everything a user reads exists in Japanese, with the same places for values."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from translations import FOLDER, japanese

from scanner import registry
from scanner.cli import cli
from scanner.cli.commands import Commands, paragraphs
from scanner.collect.deadlines import calendar
from scanner.framework import frameworks
from scanner.language import language
from scanner.policy import load_policy, parameters, shipped

ROOT = Path(__file__).parent.parent

FIRST_ARGUMENT = {
    "of",
    "Text",
    "passed",
    "failed",
    "review",
    "not_applicable",
    "translate",
    "fill",
    "note",
    "inquire",
    "choose",
    "deposit",
}
SECOND_ARGUMENT = {
    "none_of",
    "error",
    "_refuse",
    "_unanswered",
    "PhpError",
    "_unreadable",
    "_stopped",
}
TABLES = {"_REASONS", "_TRUST_FAILURES", "_NO_TLS", "NEXT", "PROMPTS"}


def sentences_in_code() -> Iterator[str]:
    """Yield every template that the code says, by the calls that take one."""
    for path in [*ROOT.glob("scanner/**/*.py"), *ROOT.glob("checks/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from templates(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and names(node) & TABLES:
                yield from constants(node)


def sentences_in_templates() -> Iterator[str]:
    """Yield every sentence that a page template says, whichever branch of it says it."""
    for path in ROOT.glob("scanner/**/*.jinja"):
        for call in (
            Environment(autoescape=True)
            .parse(path.read_text(encoding="utf-8"))
            .find_all(nodes.Call)
        ):
            if isinstance(call.node, nodes.Name) and call.node.name in {"say", "translate"}:
                yield from (each.value for each in call.args[:1] if isinstance(each, nodes.Const))


def templates(call: ast.Call) -> Iterator[str]:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    place = 1 if name in SECOND_ARGUMENT else 0
    if place == 1 or name in FIRST_ARGUMENT or name.endswith("Error"):
        for candidate in alternatives(call.args[place : place + 1]):
            if isinstance(candidate, ast.Constant) and isinstance(candidate.value, str):
                yield candidate.value


def names(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def constants(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def alternatives(arguments: list[ast.expr]) -> Iterator[ast.expr]:
    for argument in arguments:
        if isinstance(argument, ast.IfExp):
            yield from alternatives([argument.body, argument.orelse])
        else:
            yield argument


def sentences_of_checks() -> Iterator[str]:
    for check in registry.checks().values():
        yield from (check.title, check.why, check.fix, check.source, *check.fixes.values())
        yield from (text for each in parameters(check) for text in (each.meaning, each.source))


def sentences_of_platforms() -> Iterator[str]:
    for name in registry.parts("platforms"):
        for call in registry.part("platforms", name).calls:
            yield from (call.section, call.repeats)


def sentences_of_deadlines() -> Iterator[str]:
    for entry in calendar():
        yield from (entry.what, entry.action)


def sentences_of_policies() -> Iterator[str]:
    for name in shipped():
        policy = load_policy(name)
        yield policy.title
        yield from (each.says for selected in policy for each in selected.disagreements)
    for framework in frameworks().values():
        yield framework.title
        yield from (control.title for control in framework.controls.values())


def sentences_of_commands() -> Iterator[str]:
    waiting: list[click.Command] = [cli]
    while waiting:
        command = waiting.pop()
        yield from paragraphs(command.help or "")
        yield from (
            option.help
            for option in command.params
            if isinstance(option, click.Option) and option.help
        )
        if isinstance(command, Commands):
            yield from (text for _, text in command.members.values())
        if isinstance(command, click.Group):
            context = click.Context(command)
            names = command.list_commands(context)
            waiting.extend(each for name in names if (each := command.get_command(context, name)))


@pytest.mark.parametrize(
    "source",
    [
        sentences_in_code,
        sentences_in_templates,
        sentences_of_checks,
        sentences_of_platforms,
        sentences_of_deadlines,
        sentences_of_policies,
        sentences_of_commands,
    ],
)
def test_every_sentence_has_a_japanese_one(source: object) -> None:
    catalogue = japanese()
    assert callable(source)
    missing = sorted(
        {
            sentence
            for sentence in source()
            if any(letter.isalpha() for letter in sentence) and sentence not in catalogue
        }
    )
    assert not missing, f"{len(missing)} without a translation:\n" + "\n".join(missing)


def test_a_sentence_is_translated_once() -> None:
    where: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.po")):
        with file.open("rb") as source:
            for template in (str(each.id) for each in read_po(source) if each.id):
                assert template not in where, f"{template} is in {where[template]} and {file.name}"
                where[template] = file.name


def test_what_is_read_at_run_time_is_what_the_catalogues_say() -> None:
    stale = [each for each, said in japanese().items() if language("ja").translate(each) != said]
    assert not stale, "compile anew: make"


def test_a_translation_has_the_places_of_its_template() -> None:
    for template, translation in japanese().items():
        assert places(translation) == places(template), template


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
