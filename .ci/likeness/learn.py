"""Learn how texts sound that tell something, and measure how well it is heard.

    learn.py [FOLDER]

Learns from `tests/corpus/sentences` and from the notices of which `tests/corpus` says that they do
not tell it; with FOLDER, from the real ones there too (see `benchmarks/law.py`). Writes
`checks/wording/likeness.json`. Needs scikit-learn, which mamori itself does not.
"""

from __future__ import annotations

import argparse
import hashlib
import runpy
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from checks.notices.by_ear import Duty, as_read
from checks.notices.notice import told
from checks.wording.likeness import runs
from checks.wording.sentences import split
from scanner.collect.probes.published.mail import read_message
from scanner.collect.probes.published.page import read_page
from scanner.model import Content, NoEvidence, Page, known

CORPUS = Path(__file__).parents[2] / "tests" / "corpus"
WEIGHTS = Path(__file__).parents[2] / "checks" / "wording" / "likeness.json"
CHECKS = {
    Duty.PURPOSE: "privacy.purpose-of-use",
    Duty.THIRD_PARTY: "privacy.third-party",
    Duty.DISCLOSURE: "privacy.disclosure-request",
    Duty.SECURITY: "privacy.security-measures",
    Duty.OPERATOR: "privacy.operator-identity",
    Duty.LINKAGE: "privacy.cookie-linkage-stated",
    Duty.COOKIES: "privacy.cookies-stated",
}
CONTACT = "contact"
"""What sentences tell that nobody listens for: words for it are known well enough."""
FOLDS = 3
UNLEARNT = 20
"""One sentence in so many is kept from it, for `tests/checks/test_likeness.py` to ask about."""
MOST = 4000
"""Sentences of such notices that are learnt from."""
KEPT = 3000
"""Runs of letters that are kept for each duty, those that weigh most."""
OTHERS, REAL = 0.2, 0.4
"""How much sentences on other duties count, and those of whole notices; written ones count 1."""
LOST = 0.06
"""The part of the failures that may be left to a person for what only sounds like it."""
EVEN, LIKELY = 0.5, 2.5
"""Log odds: what is hardly likelier than not is not heard; what is as likely as that always is."""
Notice = tuple[list[str], dict[str, str]]


def passages() -> Iterator[Notice]:
    """Yield the sentences of notices put together from passages; too even to set a limit by."""
    assemble = runpy.run_path(str(CORPUS / "assemble.py"))["policies"]
    for half in "abc":
        for html, labels in assemble(half, 60):
            yield from _notice(html.encode(), labels)


def notices(folder: Path | None) -> Iterator[Notice]:
    """Yield the sentences of every labelled notice, by themselves and under their headings."""
    for name in ("plain.yaml", "notices.yaml"):
        for each in yaml.safe_load((CORPUS / name).read_text("utf-8")):
            yield from _notice(each["html"].encode(), each["labels"])
    if folder is None:
        return
    files = {path.name.partition(".")[0]: path for path in folder.rglob("*") if path.is_file()}
    for each in yaml.safe_load((CORPUS / "real.yaml").read_text("utf-8"))["policies"]:
        data = files[each["sha256"]].read_bytes() if each["sha256"] in files else b""
        if hashlib.sha256(data).hexdigest()[:16] == each["sha256"]:
            yield from _notice(data, each["labels"])


def _notice(data: bytes, labels: dict[str, str]) -> Iterator[Notice]:
    page = next(each for each in read_page(data, "x") if isinstance(each, Page))
    try:
        content = known(page.content)
    except NoEvidence:
        return
    texts = [text for each in told(content) for text in as_read(each)]
    if texts:
        yield texts, labels


LINES = ("mail_box", "mail_refused", "advertising", "opt_out")
"""What single lines tell, such as the label of a box, and whole short mails."""


def sentences(name: str) -> Iterator[tuple[str, bool]]:
    """Yield the texts written for what is learnt under `name`, and whether each tells it."""
    for line in (CORPUS / "sentences" / f"{name}.tsv").read_text("utf-8").splitlines():
        tells, _, text = line.partition("\t")
        yield text.replace("｜", "|"), tells == "+"


class Ear:
    """A classifier of sentences."""

    def __init__(self, examples: list[tuple[str, bool, float]]) -> None:
        """Learn from texts, whether each tells it, and how much each counts."""
        texts, answers, counts = zip(*examples, strict=True)
        self._runs = CountVectorizer(analyzer=runs, min_df=3, binary=True)
        table = self._runs.fit_transform(texts)
        weights = self._fit(table, answers, counts).coef_[0]
        often = np.sqrt(np.asarray(table.sum(axis=0)).ravel())
        self._kept = np.sort(np.argsort(-np.abs(weights) * often)[:KEPT])
        self._model = self._fit(table[:, self._kept], answers, counts)

    def _fit(self, table: Any, answers: Any, counts: Any) -> LogisticRegression:
        model = LogisticRegression(C=0.3, solver="liblinear", class_weight="balanced")
        return model.fit(table, answers, sample_weight=counts)

    def hear(self, texts: list[str]) -> float:
        """Return how sure it is of the likeliest of `texts`, as log odds."""
        table = self._runs.transform(texts)[:, self._kept]
        return float(self._model.decision_function(table).max())

    def weights(self, zero: float, one: float) -> dict[str, Any]:
        """Return what it learnt in thousandths, where log odds of `zero` are 0 and of `one` 1."""
        scale = 1000 / (one - zero)
        names = self._runs.get_feature_names_out()[self._kept]
        found = {
            name: round(value * scale)
            for name, value in zip(names, self._model.coef_[0], strict=True)
        }
        return {
            "bias": round((self._model.intercept_[0] - zero) * scale),
            "weights": {name: value for name, value in sorted(found.items()) if value},
        }


def learn(duty: Duty, known_notices: list[Notice]) -> dict[str, Any]:
    """Return what is learnt of `duty`; print how notices sound that had no part in it."""
    written = [(text, tells, 1.0) for text, tells in sentences(duty)]
    del written[::UNLEARNT]
    for other in (*Duty, CONTACT):
        if other is not duty:
            written += [(text, False, OTHERS) for text, tells in sentences(other) if tells]
    written += _silent(texts for texts, labels in passages() if labels.get(CHECKS[duty]) == "fail")
    other_texts = (CORPUS / "sentences" / "other.tsv").read_text("utf-8").splitlines()
    written += [(text.partition("\t")[2], False, 1.0) for text in other_texts]
    failing = [texts for texts, labels in known_notices if labels.get(CHECKS[duty]) == "fail"]
    passing = [texts for texts, labels in known_notices if labels.get(CHECKS[duty]) == "pass"]
    silent, telling = [], []
    for fold in range(FOLDS):
        ear = Ear(written + _silent(each for n, each in enumerate(failing) if n % FOLDS != fold))
        silent += [ear.hear(texts) for texts in failing[fold::FOLDS]]
        telling += [ear.hear(texts) for texts in passing[fold::FOLDS]]
    zero = min(max(float(np.quantile(silent, 1 - LOST)), EVEN), LIKELY)
    one = max(float(np.max(silent)) + 0.5, zero + 2)
    _report(duty, np.array(silent), np.array(telling), zero, one)
    return Ear(written + _silent(failing)).weights(zero, one)


def learn_lines(name: str, folder: Path | None) -> dict[str, Any]:
    """Return what is learnt of single lines; print how those sound that had no part in it."""
    written = [(text, tells, 1.0) for text, tells in sentences(name)]
    del written[::UNLEARNT]
    if name == "opt_out":
        # What else mails say; those that offer no way out say nothing of it.
        said = {line for text, _ in sentences("advertising") for line in text.split(" ⏎ ")}
        said |= set(mails(folder, "opt-out.link"))
        written += [(line, False, REAL) for line in sorted(said)]
    heard: list[tuple[bool, float]] = []
    for fold in range(FOLDS):
        ear = Ear([each for n, each in enumerate(written) if n % FOLDS != fold])
        heard += [(tells, ear.hear([text])) for text, tells, _ in written[fold::FOLDS]]
    silent = np.array([degree for tells, degree in heard if not tells])
    telling = np.array([degree for tells, degree in heard if tells])
    # Of a mail, every line is listened to; of a form, its few boxes.
    quiet = 0.995 if name == "opt_out" else 0.95
    zero, one = (float(np.quantile(silent, part)) for part in (quiet, 0.999))
    _report(name, silent, telling, zero, one)
    return Ear(written).weights(zero, one)


def mails(folder: Path | None, check: str) -> Iterator[str]:
    """Yield what the real mails in FOLDER say that fail `check`."""
    for each in yaml.safe_load((CORPUS / "real.yaml").read_text("utf-8"))["mails"]:
        if folder is None or each["labels"].get(check) != "fail":
            continue
        for path in folder.rglob(f"{each['sha256']}.*"):
            message = read_message(path.read_bytes(), "x")
            if isinstance(message.content, Content):
                for block in message.content.blocks:
                    yield from split(block.text)


def _report(name: str, silent: Any, telling: Any, zero: float, one: float) -> None:
    print(
        f"{name:12}{len(silent):6} silent, {np.mean(silent < zero):5.2f} heard so;"
        f"{len(telling):6} telling, {np.mean(telling < zero):5.2f} not heard,"
        f" {np.mean(telling >= one):5.2f} surely; {zero:5.2f} {one:5.2f}"
    )


def _silent(notices: Iterable[list[str]]) -> list[tuple[str, bool, float]]:
    """Return the sentences of notices that do not tell it, as many as are learnt from."""
    texts = sorted({text for each in notices for text in each})
    return [(text, False, REAL) for text in texts[:: len(texts) // MOST + 1]]


def main() -> int:
    """Learn all duties; write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    asked = parser.parse_args()
    known_notices = list(notices(asked.folder))
    learnt = {str(duty): learn(duty, known_notices) for duty in Duty}
    learnt |= {name: learn_lines(name, asked.folder) for name in LINES}
    WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(learnt), indent=0) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
