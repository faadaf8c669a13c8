"""Compiles the gettext catalogues of each language into the one file that is read at run time.

Runs as a build hook, so that a wheel and an editable installation have it, and by `make`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> None:
    """Merge the `.po` files of every language below `root` into its `mamori.mo`.

    Raises:
        ValueError: a sentence stands in two files, or a translation has other places than it.
    """
    for folder in sorted(root.glob("policies/locale/*/LC_MESSAGES")):
        merged = Catalog(locale=folder.parent.name)
        where: dict[str, str] = {}
        for file in sorted(folder.glob("*.po")):
            with file.open("rb") as source:
                catalogue = read_po(source, locale=folder.parent.name, abort_invalid=True)
            for message in catalogue:
                if not message.id:
                    continue
                first = where.setdefault(str(message.id), file.name)
                if first != file.name:
                    raise ValueError(f"{message.id!r} is in {first} and in {file.name}")
                merged[message.id] = message
        with (folder / "mamori.mo").open("wb") as target:
            write_mo(target, merged)


class TranslationsHook(BuildHookInterface[Any]):
    """What hatchling calls before it gathers the files of a build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the source tree, whose `.mo` files are artifacts of the build."""
        compile_catalogues(Path(self.root))


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent.parent)
