"""What the author of a check imports.

A check is a function from one subject to a verdict. Its parameters say by their types what it
needs: the subject (or a union of subject types), optionally its rule, optionally the time it judges
at::

    class KeyAge(Rule, frozen=True):
        max_days: Annotated[int, parameter("Days", source="…", ge=1)] = 90

    @check("rotation.key-age", severity=Severity.MEDIUM)
    def key_age(credential: Credential, rule: KeyAge, now: datetime) -> Verdict:
        \"\"\"Machine keys are replaced regularly.

        Why: …
        Fix: …
        Fix (mautic): …
        Source: …
        \"\"\"
"""

from __future__ import annotations

import functools
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

import msgspec

from scanner.model import (
    SUBJECT_TYPES,
    Account,
    Artifact,
    Audience,
    Basis,
    Block,
    Consent,
    ContactList,
    Content,
    Control,
    Credential,
    CredentialKind,
    Deadline,
    Endpoint,
    Fact,
    Form,
    Integration,
    Link,
    Message,
    Mfa,
    NoEvidence,
    Page,
    Person,
    Quotation,
    Reason,
    Region,
    SendingDomain,
    Severity,
    SignIn,
    Site,
    Software,
    Status,
    Storage,
    Subject,
    Tag,
    Text,
    Unknown,
    Verdict,
    known,
)

__all__ = [
    "Account",
    "Artifact",
    "Audience",
    "Basis",
    "Block",
    "Check",
    "Consent",
    "ContactList",
    "Content",
    "Control",
    "Credential",
    "CredentialKind",
    "Deadline",
    "Endpoint",
    "Fact",
    "Form",
    "Integration",
    "InvalidCheckError",
    "Link",
    "Message",
    "Mfa",
    "NoEvidence",
    "Page",
    "Person",
    "Quotation",
    "Reason",
    "Region",
    "Rule",
    "SendingDomain",
    "Severity",
    "SignIn",
    "Site",
    "Software",
    "Status",
    "Storage",
    "Subject",
    "Tag",
    "Text",
    "Unknown",
    "Verdict",
    "check",
    "checks_in",
    "failed",
    "known",
    "not_applicable",
    "parameter",
    "passed",
    "review",
]


# Naming a member of an enumeration costs as much as making the verdict itself.
_PASS, _FAIL, _NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of a check: a typed struct whose every default names its source."""


def parameter(meaning: str, *, source: str, **limits: Any) -> msgspec.Meta:
    """Describe one field of a rule, for use inside `Annotated`.

    `meaning` includes the unit, `source` names the standard and clause of the default, and `limits`
    are those of `msgspec.Meta` (`ge`, `le`, `min_length`, …).
    """
    return msgspec.Meta(description=meaning, extra={"source": source}, **limits)


class InvalidCheckError(TypeError):
    """A function cannot be a check; the message names it and says what is missing."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check and everything about it that its author wrote down once."""

    id: str
    severity: Severity
    function: Callable[..., Verdict]
    subjects: tuple[type[Subject], ...]
    rule: type[Rule] | None
    takes_now: bool
    title: str
    why: str
    fix: str
    fixes: dict[str, str]
    """The fix for one platform, where it differs; by platform name."""
    source: str
    basis: Basis = Basis.BEST_PRACTICE

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    @property
    def reads(self) -> frozenset[str]:
        """The facts of its subjects that the function looks at."""
        return _facts_read(self.function, self.subjects) - set(Subject.__struct_fields__)

    def fix_for(self, platform: str) -> str:
        """Return what to do about a failure on `platform`."""
        return self.fixes.get(platform, self.fix)


_ID = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*")
_SECTION = re.compile(r"^(Why|Fix|Source)(?: \(([a-z0-9-]+)\))?:", re.MULTILINE)


def check(
    id: str, *, severity: Severity, basis: Basis = Basis.BEST_PRACTICE
) -> Callable[[Callable[..., Verdict]], Check]:
    """Turn a function into the check `id`, with `severity` where no policy says otherwise.

    `basis` says on whose word the rule rests.

    Raises:
        InvalidCheckError: the id, the signature or the docstring is not of a check's form.
    """

    def declare(function: Callable[..., Verdict]) -> Check:
        if not _ID.fullmatch(id):
            raise InvalidCheckError(f"{id!r} is no check id; write it as family.kebab-name.")
        subjects, rule, takes_now = _signature(id, function)
        title, sections, fixes = _documentation(id, function)
        return Check(
            id=id,
            severity=severity,
            function=function,
            subjects=subjects,
            rule=rule,
            takes_now=takes_now,
            title=title,
            why=sections["Why"],
            fix=sections["Fix"],
            fixes=fixes,
            source=sections["Source"],
            basis=basis,
        )

    return declare


def checks_in(module: types.ModuleType) -> Iterator[Check]:
    """Yield the checks that `module` defines, in the order it defines them."""
    for value in vars(module).values():
        if isinstance(value, Check):
            yield value


def passed(
    template: str,
    /,
    *,
    observed: Any = None,
    expected: Any = None,
    evidence: Iterable[str | Text] = (),
    said: Quotation | None = None,
    **values: Any,
) -> Verdict:
    """Conclude that the subject meets the rule; `template` is an English sentence with places."""
    return Verdict(_PASS, template, values, observed, expected, None, tuple(evidence), said)


def failed(
    template: str,
    /,
    *,
    observed: Any = None,
    expected: Any = None,
    evidence: Iterable[str | Text] = (),
    said: Quotation | None = None,
    **values: Any,
) -> Verdict:
    """Conclude that the subject breaks the rule."""
    return Verdict(_FAIL, template, values, observed, expected, None, tuple(evidence), said)


def review(
    template: str, /, *, remedy: Text, said: Quotation | None = None, **values: Any
) -> Verdict:
    """Conclude that a person has to judge; `remedy` says what to look at, and what decides."""
    unknown = Unknown(Reason.NEEDS_REVIEW, Text(template, values), remedy)
    return Verdict(Status.INCONCLUSIVE, template, values, None, None, unknown, (), said)


def not_applicable(template: str, /, **values: Any) -> Verdict:
    """Conclude that the rule has nothing to say about this subject."""
    return Verdict(_NOT_APPLICABLE, template, values)


def _signature(
    id: str, function: Callable[..., Verdict]
) -> tuple[tuple[type[Subject], ...], type[Rule] | None, bool]:
    hints = typing.get_type_hints(function)
    subject, *others = inspect.signature(function).parameters
    annotation = hints.get(subject)
    members = typing.get_args(annotation) or (annotation,)
    if not all(member in SUBJECT_TYPES.values() for member in members):
        raise InvalidCheckError(f"The first parameter of {id} must be annotated as a subject type.")
    rule: type[Rule] | None = None
    takes_now = False
    for name in others:
        hint = hints.get(name)
        if hint is datetime and name == others[-1]:
            takes_now = True
        elif isinstance(hint, type) and issubclass(hint, Rule) and name == others[0]:
            rule = hint
        else:
            raise InvalidCheckError(
                f"The parameter {name!r} of {id} must be its Rule, or last the time to judge at."
            )
    return typing.cast("tuple[type[Subject], ...]", members), rule, takes_now


def _documentation(
    id: str, function: Callable[..., Verdict]
) -> tuple[str, dict[str, str], dict[str, str]]:
    text = inspect.getdoc(function) or ""
    title, _, body = text.partition("\n")
    sections: dict[str, str] = {}
    fixes: dict[str, str] = {}
    marks = list(_SECTION.finditer(body))
    for mark, following in zip_longest(marks, marks[1:]):
        end = following.start() if following else len(body)
        prose = " ".join(body[mark.end() : end].split())
        if mark[2]:
            fixes[mark[2]] = prose
        else:
            sections[mark[1]] = prose
    missing = [name for name in ("Why", "Fix", "Source") if not sections.get(name)]
    if not title or missing:
        raise InvalidCheckError(f"The docstring of {id} lacks: {', '.join(missing) or 'a title'}.")
    return title, sections, fixes


@functools.cache
def _facts_read(
    function: Callable[..., Verdict], subjects: tuple[type[Subject], ...]
) -> frozenset[str]:
    """Find the facts a check reads from the names in its code and in what its family lends it."""
    facts = {name for kind in subjects for name in kind.__struct_fields__}
    names: set[str] = set()
    waiting = [(function.__code__, function.__globals__)]
    seen: set[types.CodeType] = set()
    # A family of checks is one module, or a folder of them.
    family = function.__module__.split(".")[:2]
    while waiting:
        code, beside = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        names.update(code.co_names)
        waiting += [
            (const, beside) for const in code.co_consts if isinstance(const, types.CodeType)
        ]
        for name in code.co_names:
            # What remembers its answers wraps the function that finds them.
            neighbour = getattr(beside.get(name), "__wrapped__", beside.get(name))
            if (
                isinstance(neighbour, types.FunctionType)
                and neighbour.__module__.split(".")[:2] == family
            ):
                waiting.append((neighbour.__code__, neighbour.__globals__))
    return frozenset(names & facts)
