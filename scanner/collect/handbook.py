"""The pages of the documentation that follow from what connectors declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.collect.connector import NOT_LOOKED_AT
from scanner.collect.http import Call
from scanner.collect.platform import Platform
from scanner.model import Unknown

BEGIN = "<!-- What a connector declares, written by `make docs`: change the connector. -->"
END = "<!-- The end of what `make docs` writes. -->"


def page(platform: Platform, before: str = "") -> str:
    """Return the page of `platform`; what people wrote around the declared part of `before` stays.

    A new page is its title and the declared part.
    """
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        head, tail = (before.rstrip() + "\n\n" if before else f"# {platform.title}\n\n"), "\n"
    return f"{head}{BEGIN}\n\n{_declared(platform)}\n{END}{tail}"


def coverage(platforms: Iterable[Platform]) -> str:
    """Return the table of what each platform tells."""
    platforms = sorted(platforms, key=lambda each: each.name)
    columns = [each for each in platforms if each.calls]
    stated = [each for each in platforms if not each.calls]
    told = {each.name: _told(each) for each in columns}
    facts = dict.fromkeys(
        fact for each in columns for fact in (*told[each.name], *each.hidden) if "." in fact
    )
    head = "| fact | " + " | ".join(f"[{each.name}]({each.name}.md)" for each in columns) + " |"
    lines = [
        "# What each platform tells",
        "",
        BEGIN,
        "",
        "**api**: its interface tells the state. **log**: it logs changes, and mamori reads the",
        "state from the last one. **-**: it does not tell; `mamori platforms show NAME` names the",
        "screen where the answer stands, which a list or an attestation can supply. An empty cell:",
        "the platform has no such thing, or mamori does not list it there.",
        "",
        head,
        "| --- |" + " --- |" * len(columns),
    ]
    for fact in sorted(facts):
        cells = [
            told[each.name].get(fact)
            or ("-" if each.hidden.get(fact, NOT_LOOKED_AT) is not NOT_LOOKED_AT else "")
            for each in columns
        ]
        if any(cell not in ("", "-") for cell in cells):
            lines.append(f"| `{fact}` | " + " | ".join(cells) + " |")
    return "\n".join((*lines, "", *_stated(stated), END, ""))


def _stated(platforms: Iterable[Platform]) -> list[str]:
    """Return the table of the tools that tell nothing by program."""
    lines = [
        "## Tools that people answer for",
        "",
        "mamori speaks to no interface of these. What is known of them comes from a list of",
        "people, from `mamori attest`, from probes of the hosts and domains that the configuration",
        "names, and from held credentials.",
        "",
        "| tool | screens that the vendor documents |",
        "| --- | --- |",
    ]
    for each in platforms:
        screens = dict.fromkeys(
            str(unknown.remedy.values["screen"])
            for unknown in each.hidden.values()
            if unknown.remedy is not None and "screen" in unknown.remedy.values
        )
        lines.append(f"| [{each.name}]({each.name}.md) | {_plain('; '.join(screens))} |")
    return [*lines, ""]


def _told(platform: Platform) -> Mapping[str, str]:
    facts = dict.fromkeys((fact for call in platform.calls for fact in call.facts), "api")
    return {**facts, **dict.fromkeys(platform.events, "log")}


def _declared(platform: Platform) -> str:
    return "\n".join(
        (
            *_access(platform),
            "## What is read",
            "",
            *(_calls(platform.calls) if platform.calls else _people(platform)),
            *_limits(platform),
            *_hidden({**platform.unlisted, **platform.hidden}),
            *_doubts(platform),
        )
    )


def _access(platform: Platform) -> list[str]:
    lines = ["## An account for mamori", "", _plain(str(platform.recipe)), ""]
    hosts = [host.url for host in platform.hosts if host.url]
    if hosts:
        lines += ["It answers at " + ", ".join(f"`{each}`" for each in hosts) + ".", ""]
    ways = [", ".join(f"`{key}`" for key in way.needs) for way in platform.signing]
    if ways:
        lines += [f"`credential` takes {'; or '.join(ways)}.", ""]
    return lines


def _people(platform: Platform) -> list[str]:
    lines = [
        "By program, nothing. People, logs, keys and networks are read from CSV files:",
        "[statements](../statements.md).",
        "",
    ]
    if platform.columns:
        named = ", ".join(f"{key}: {header}" for key, header in platform.columns.items())
        lines += [f"Without `columns` these are read: `{{{named}}}`.", ""]
    return lines


def _calls(calls: Iterable[Call]) -> list[str]:
    lines = ["| request | how often | needs | gives |", "| --- | --- | --- | --- |"]
    for call in calls:
        needs = " or ".join(f"`{each}`" for each in (call.permission, *call.also) if each)
        facts = ", ".join(f"`{fact}`" for fact in call.facts)
        name = f"{call.method} {call.path}" + (f" ({call.asks})" if call.asks else "")
        section = f"{call.section}: {facts}" if facts else call.section
        lines.append(f"| `{name}` | {call.repeats or 'once'} | {needs} | {section} |")
    return [*lines, ""]


def _limits(platform: Platform) -> list[str]:
    if not platform.rates:
        return []
    rates = "; ".join(
        f"{each.requests} requests in {_span(each.seconds)}"
        + (f" ({each.calls})" if each.calls else "")
        for each in platform.rates
    )
    return [f"The vendor allows {rates}. mamori takes a fifth, or `quota_percent`.", ""]


def _span(seconds: int) -> str:
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return f"{seconds // size} {name}{'s' if seconds > size else ''}"
    return f"{seconds} seconds" if seconds > 1 else "a second"


def _hidden(hidden: Mapping[str, Unknown]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for fact, unknown in hidden.items():
        if unknown is NOT_LOOKED_AT:  # a probe tells it
            continue
        parts = (str(part) for part in (unknown.detail, unknown.remedy) if part is not None)
        by_reason.setdefault(" ".join(parts), []).append(fact)
    lines = ["## What it does not tell", ""] if by_reason else []
    for reason, facts in by_reason.items():
        lines.append(f"- {', '.join(f'`{fact}`' for fact in facts)}: {_plain(reason)}")
    return [*lines, ""] if lines else []


def _doubts(platform: Platform) -> list[str]:
    lines = [f"Looked up: {platform.verified}.", ""] if platform.verified else []
    if platform.unverified:
        tolerantly = ", and read tolerantly" if platform.calls else ""
        lines += [f"Not confirmed by any source{tolerantly}:", ""]
        lines += [f"- {each}" for each in platform.unverified]
        lines.append("")
    return lines


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")
