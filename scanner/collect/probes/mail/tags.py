"""Lists of tags, `name=value; name=value`, in which DKIM, DMARC and their kin are written.

The grammar is that of RFC 6376 §3.2; RFC 9989, 8461, 8460 and BIMI take it up.
"""

from __future__ import annotations

import re

from scanner.model import Text

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
MOST_TAGS = 100


def parse(text: str) -> tuple[dict[str, str], list[Text]]:
    """Return the tags of a record by name, in lower case and in order, and the faults in it."""
    tags: dict[str, str] = {}
    faults: list[Text] = []
    for part in text.split(";")[:MOST_TAGS]:
        word = part.strip(" \t\r\n")
        if not word:
            continue
        name, equals, value = word.partition("=")
        name = name.strip(" \t\r\n").lower()
        if not equals or not _NAME.fullmatch(name):
            faults.append(Text.of("{part} is no tag", part=word))
        elif name in tags:
            faults.append(Text.of("the tag {tag} stands in it twice", tag=name))
        else:
            tags[name] = value.strip(" \t\r\n")
    return tags, faults


def is_version(text: str, version: str) -> bool:
    """Tell whether a record begins with the tag `v` of exactly this value."""
    name, equals, value = text.partition(";")[0].partition("=")
    return bool(equals) and name.strip().lower() == "v" and value.strip() == version


def claims(text: str, version: str) -> bool:
    """Tell whether somebody meant a record to be of this version, well written or not."""
    return text.lower().replace(" ", "").startswith(f"v={version}".lower())
