"""Have I Been Pwned, asked for the hashes that begin with five digits."""

from __future__ import annotations

from scanner.collect.breach_groups import read_group
from scanner.collect.http import Call, Client, Unanswered
from scanner.model import Reason, Text, Unknown

RANGE = Call(
    section="leaked passwords",
    path="/range/{prefix}",
    headers={"Add-Padding": "true", "Accept": "text/plain"},
    signed=False,
)
"""The only request: it shows the service one of a million groups, and no password."""

_NO_GROUP = Unknown(
    Reason.MALFORMED,
    Text.of("The service for leaked passwords answers in another form."),
    Text.of("Check the `url` under `breaches`, and what stands between here and the service."),
)


async def ask(url: str, prefixes: list[str]) -> dict[str, dict[str, int] | Unknown]:
    """Return the group of each prefix as the service gives it."""
    groups: dict[str, dict[str, int] | Unknown] = {}
    if not prefixes:
        return groups
    try:
        async with Client(url, (RANGE,), budget=4 * len(prefixes)) as client:
            for prefix in prefixes:
                try:
                    answer = await client.get(RANGE, prefix=prefix)
                    group = read_group(answer.body)
                    groups[prefix] = _NO_GROUP if group is None else group
                except Unanswered as error:
                    groups[prefix] = error.unknown
                if isinstance(groups[prefix], Unknown):
                    break
    except Unanswered as error:
        groups[prefixes[0]] = error.unknown
    # What does not answer once is not asked again for every password.
    gap = next((each for each in groups.values() if isinstance(each, Unknown)), None)
    if gap is not None:
        groups.update({prefix: gap for prefix in prefixes if prefix not in groups})
    return groups
