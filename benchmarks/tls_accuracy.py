"""What the TLS probe and its peers say of every server of the test matrix, question by question.

The servers are those of tests/tls_matrix, whose certificates hold as of a fixed day; peers are run
under `faketime`, so that it is that day for them too (sslyze, which stops working under it, is told
the day of its verification instead). A peer counts as silent where it gives no
verdict, and as wrong where its verdict is not the one in tests/tls_matrix/truth.py. What it prints
without judging it, such as dates and the size of keys, is judged for it.

    python benchmarks/tls_accuracy.py --sslyze PYTHON --sslscan --testssl --seconds 600

`--sslyze` names the interpreter of an environment with sslyze; `--seconds` is what each peer may
take in all. The table goes to stdout, as Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from tls_matrix.certificates import NOW, Shelf
from tls_matrix.judge import statuses
from tls_matrix.servers import Fleet
from tls_matrix.truth import CASES, Case

from scanner.collect.probes.tls import probe_endpoint

QUESTIONS = {
    "no-legacy-protocol": "SSL 3.0, TLS 1.0 and 1.1 off",
    "modern-protocol": "TLS 1.3, or 1.2 with AEAD",
    "no-weak-cipher": "no RC4, 3DES, NULL, anonymous, export",
    "forward-secrecy": "forward secrecy alone",
    "dh-strength": "size of DHE groups",
    "certificate-valid-now": "expired, not yet valid",
    "certificate-trusted": "trust",
    "chain-complete": "chain complete",
    "hostname": "host name",
    "key-strength": "key strength",
    "signature": "signature",
}
LONGEST = 150
"""Seconds for one server; a peer that has not ended by then is silent about it."""
LEAST_BITS = {"rsa": 2048, "ec": 256, "dsa": 1 << 30, "ed": 0}

Verdicts = dict[str, bool]
"""What a tool says by question: passed or not."""


class Seen(msgspec.Struct):
    """What a peer says, in terms that all peers share."""

    versions: set[str] = set()
    """Those it says are offered."""
    asked: set[str] = set()
    """Those it has an opinion of."""
    suites: list[tuple[str, str]] = []
    """Version and name, IANA's or OpenSSL's."""
    dh_bits: list[int] = []
    begins: datetime | None = None
    ends: datetime | None = None
    key: tuple[str, int] | None = None
    verdicts: Verdicts = {}
    """What it judges by itself."""

    def judged(self) -> Verdicts:
        """Return its verdicts, with those that follow from what it prints."""
        found: Verdicts = {}
        old = {"ssl3", "tls1.0", "tls1.1"}
        if self.versions:
            if self.versions & old or old <= self.asked:
                found["no-legacy-protocol"] = not self.versions & old
            aead = any(v == "tls1.2" and _is_aead(name) for v, name in self.suites)
            found["modern-protocol"] = "tls1.3" in self.versions or aead
        names = [name for version, name in self.suites if version != "tls1.3"]
        if self.suites:
            found["no-weak-cipher"] = not any(map(_is_weak, names))
            found["forward-secrecy"] = not any(map(_is_static, names))
        if self.dh_bits:
            found["dh-strength"] = min(self.dh_bits) >= 2048
        if self.begins and self.ends:
            found["certificate-valid-now"] = self.begins <= NOW <= self.ends
        if self.key:
            kind, bits = self.key
            found["key-strength"] = bits >= LEAST_BITS.get(kind.lower()[:3].rstrip("0123"), 1 << 30)
        return found | self.verdicts


def _is_aead(name: str) -> bool:
    return any(mode in name for mode in ("GCM", "CCM", "CHACHA20")) and "DH_anon" not in name


def _is_weak(name: str) -> bool:
    weak = ("RC4", "3DES", "DES-CBC", "_DES_", "DES_CBC", "RC2", "IDEA", "NULL", "EXP", "anon")
    return any(each in name for each in weak) or name.startswith(("ADH-", "AECDH-", "TLS_DH_anon"))


def _is_static(name: str) -> bool:
    if name.startswith("TLS_"):
        return name.startswith(("TLS_RSA_", "TLS_DH_", "TLS_ECDH_")) and "anon" not in name
    return not name.startswith(("ECDHE-", "DHE-", "EDH-", "ADH-", "AECDH-", "EXP-EDH-", "TLS13"))


def of_ours(ports: list[int], shelf: Shelf) -> Iterator[Verdicts]:
    async def probe_all() -> list[dict[str, str]]:
        gate = asyncio.Semaphore(8)

        async def probe(case: Case, port: int) -> dict[str, str]:
            async with gate:
                endpoint = await probe_endpoint(
                    f"{case.host}:{port}",
                    server_name=case.server_name,
                    connect=case.server.host,
                    ca_file=shelf.ca_file,
                    deadline=case.deadline,
                    now=NOW,
                )
            return statuses([endpoint], NOW)[endpoint.id]

        return await asyncio.gather(*map(probe, CASES, ports))

    for found in asyncio.run(probe_all()):
        judged = {q: found[f"tls.{q}"] for q in QUESTIONS}
        yield {q: status == "pass" for q, status in judged.items() if status in ("pass", "fail")}


def run(*command: str) -> str:
    """Run a peer on the day of the matrix, and return what it prints."""
    faked = ["faketime", "-f", f"@{NOW:%Y-%m-%d %H:%M:%S}", *command]
    environment = {**os.environ, "TZ": "UTC", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    try:
        done = subprocess.run(
            faked, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode(errors="replace")


def where(case: Case) -> tuple[str, str]:
    """Return the name to ask for, and the address to go to."""
    return case.server_name or case.host.strip("[]"), case.server.host


def by_sslscan(case: Case, port: int, _: Path) -> Seen:
    name, host = where(case)
    host = f"[{host}]" if ":" in host else host
    said = run("sslscan", "--xml=-", "--no-colour", f"--sni-name={name}", f"{host}:{port}")
    seen = Seen()
    try:
        root = ET.fromstring(said)  # noqa: S314 - what a program on this machine prints
    except ET.ParseError:
        return seen
    for each in root.iter("protocol"):
        version = f"{each.get('type')}{each.get('version')}".replace("ssl2", "").replace("3.0", "3")
        seen.asked.add(version)
        if each.get("enabled") == "1":
            seen.versions.add(version)
    for each in root.iter("cipher"):
        version = (
            (each.get("sslversion") or "").lower().replace("tlsv", "tls").replace("sslv", "ssl")
        )
        seen.suites.append((version, each.get("cipher") or ""))
        if each.get("dhebits"):
            seen.dh_bits.append(int(each.get("dhebits") or 0))
    for each in root.iter("certificate"):
        begins, ends = each.findtext("not-valid-before"), each.findtext("not-valid-after")
        if begins and ends:
            seen.begins, seen.ends = _gmt(begins), _gmt(ends)
        key = each.find("pk")
        if key is not None and key.get("bits"):
            # Of a curve, the bits are those of its security; the name tells its size.
            curve = re.search(r"[0-9]{3}", key.get("curve_name") or "")
            seen.key = key.get("type") or "", int(curve[0] if curve else key.get("bits") or 0)
        algorithm = each.findtext("signature-algorithm") or ""
        if algorithm:
            seen.verdicts["signature"] = not any(
                weak in algorithm.lower() for weak in ("md5", "sha1", "md2")
            )
    return seen


def _gmt(text: str) -> datetime:
    return datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)


def by_testssl(case: Case, port: int, ca_file: Path) -> Seen:
    name, host = where(case)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        run(
            *("testssl", "--quiet", "--warnings", "off", "--color", "0", "--nodns", "none"),
            *("--openssl-timeout", "5", "--jsonfile", str(file), "--add-ca", str(ca_file)),
            *("--ip", host, "-p", "-s", "-S", f"https://{name}:{port}"),
        )
        try:
            said = {each["id"]: each["finding"] for each in json.loads(file.read_bytes())}
        except (OSError, ValueError, KeyError, TypeError):
            return Seen()
    seen = Seen()
    for id, version in (
        *(("SSLv3", "ssl3"), ("TLS1", "tls1.0"), ("TLS1_1", "tls1.1")),
        *(("TLS1_2", "tls1.2"), ("TLS1_3", "tls1.3")),
    ):
        if id in said:
            seen.asked.add(version)
            if said[id].startswith("offered"):
                seen.versions.add(version)
    seen.verdicts = dict(_of_ciphers(said, seen.versions)) | dict(_of_certificate(said))
    words = said.get("cert_keySize", "").split()
    if len(words) > 1 and words[1].isdigit():
        seen.key = words[0], int(words[1])
    return seen


def _of_ciphers(said: dict[str, str], versions: set[str]) -> Iterator[tuple[str, bool]]:
    weak = ("NULL", "aNULL", "EXPORT", "LOW", "3DES_IDEA")
    lists = [f"cipherlist_{each}" for each in weak]
    offered = [said[each].startswith("offered") for each in lists if each in said]
    if offered:
        yield "no-weak-cipher", not any(offered)
    strong = said.get("cipherlist_STRONG", "").startswith("offered")
    if versions and "cipherlist_STRONG" in said:
        yield "modern-protocol", "tls1.3" in versions or ("tls1.2" in versions and strong)


def _of_certificate(said: dict[str, str]) -> Iterator[tuple[str, bool]]:
    trust = said.get("cert_chain_of_trust", "")
    if trust:
        yield "certificate-trusted", trust.startswith("passed")
        if trust.startswith("passed") or "incomplete" in trust:
            yield "chain-complete", trust.startswith("passed")
    match = said.get("cert_trust", "")
    if match:
        yield "hostname", match.startswith("Ok") and "CN only" not in match
    status = said.get("cert_expirationStatus", "")
    if status:
        yield "certificate-valid-now", not ("expired" in status or "not valid" in status)
    algorithm = said.get("cert_signatureAlgorithm", "")
    if algorithm:
        yield "signature", not any(each in algorithm for each in ("MD5", "SHA1", "MD2"))


SSLYZE = """
from sslyze import *
import json, sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric import rsa, ec, dsa
from datetime import datetime
from sslyze.plugins.certificate_info.trust_stores import trust_store
day, ca, *cases = sys.argv[1:]
verify = trust_store.TrustStore.verify_certificate_chain
trust_store.TrustStore.verify_certificate_chain = (
    lambda self, chain, subject, when=None: verify(
        self, chain, subject, when or datetime.fromisoformat(day)))
scanner, asked = Scanner(), ScanCommandsExtraArguments(
    certificate_info=CertificateInfoExtraArgument(custom_ca_file=Path(ca)))
commands = {c for c in ScanCommand if "CIPHER_SUITES" in c.name} | {ScanCommand.CERTIFICATE_INFO}
requests = []
for number, case in enumerate(cases):
    name, host, port = case.rsplit("|", 2)
    requests.append(ServerScanRequest(
        server_location=ServerNetworkLocation(name, int(port), ip_address=host),
        network_configuration=ServerNetworkConfiguration(
            tls_server_name_indication=name, network_timeout=5, network_max_retries=1),
        scan_commands=commands, scan_commands_extra_arguments=asked))
scanner.queue_scans(requests)
for result in scanner.get_results():
    place = result.server_location
    out = {"case": f"{place.hostname}|{place.ip_address}|{place.port}",
           "asked": [], "versions": [], "suites": [], "dh": []}
    found = result.scan_result
    for version, field in (("ssl3", "ssl_3_0"), ("tls1.0", "tls_1_0"), ("tls1.1", "tls_1_1"),
                           ("tls1.2", "tls_1_2"), ("tls1.3", "tls_1_3")):
        attempt = getattr(found, field + "_cipher_suites", None) if found else None
        if attempt is None or attempt.result is None:
            continue
        out["asked"].append(version)
        for each in attempt.result.accepted_cipher_suites:
            if version not in out["versions"]:
                out["versions"].append(version)
            out["suites"].append([version, each.cipher_suite.name])
            if each.ephemeral_key and "_DHE_" in each.cipher_suite.name and version != "tls1.3":
                out["dh"].append(each.ephemeral_key.size)
    info = found.certificate_info.result if found and found.certificate_info else None
    if info:
        deployment = info.certificate_deployments[0]
        leaf = deployment.received_certificate_chain[0]
        out["begins"] = leaf.not_valid_before_utc.isoformat()
        out["ends"] = leaf.not_valid_after_utc.isoformat()
        key = leaf.public_key()
        kinds = ((rsa.RSAPublicKey, "rsa"), (ec.EllipticCurvePublicKey, "ec"),
                 (dsa.DSAPublicKey, "dsa"))
        kind = next((name for type_, name in kinds if isinstance(key, type_)), "ed")
        out["key"] = [kind, getattr(key, "key_size", 256)]
        errors = [str(each.validation_error) for each in deployment.path_validation_results]
        good = any(each.was_validation_successful for each in deployment.path_validation_results)
        out["trusted"], out["errors"] = good, errors
        out["sha1"] = deployment.verified_chain_has_sha1_signature
    print(json.dumps(out), flush=True)
"""


def by_sslyze(
    python: str, cases: list[Case], ports: list[int], ca_file: Path, seconds: float
) -> list[Seen]:
    """Ask about all servers in one process, as it is meant to be used."""
    keys = ["|".join((*where(case), str(port))) for case, port in zip(cases, ports, strict=True)]
    process = subprocess.Popen(
        [python, "-c", SSLYZE, NOW.isoformat(), str(ca_file), *keys],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    found = {each["case"]: each for each in map(json.loads, said.splitlines())}
    return [_from_sslyze(found[key]) if key in found else Seen() for key in keys]


def _from_sslyze(said: dict[str, object]) -> Seen:
    given = msgspec.convert(said, dict[str, object])
    seen = Seen(
        versions=set(msgspec.convert(given["versions"], list[str])),
        asked=set(msgspec.convert(given["asked"], list[str])),
        suites=msgspec.convert(given["suites"], list[tuple[str, str]]),
        dh_bits=msgspec.convert(given["dh"], list[int]),
    )
    if "begins" not in given:
        return seen
    seen.begins = datetime.fromisoformat(str(given["begins"]))
    seen.ends = datetime.fromisoformat(str(given["ends"]))
    seen.key = msgspec.convert(given["key"], tuple[str, int])
    if given["sha1"] is not None:
        seen.verdicts["signature"] = not given["sha1"]
    if given["trusted"]:
        seen.verdicts |= {"certificate-trusted": True, "hostname": True}
        return seen
    # The error of the path is all that it says: a name that does not match is one, dates another.
    errors = str(given["errors"]).lower()
    if "not valid at validation time" not in errors:
        name = "match" in errors or "subjectaltname" in errors
        seen.verdicts["hostname" if name else "certificate-trusted"] = False
    return seen


def side_by_side(
    ask: Callable[[Case, int, Path], Seen], ports: list[int], ca_file: Path, seconds: float
) -> Iterator[Seen | None]:
    """Ask about one server after the other, two at a time, while there is time."""
    until = time.monotonic() + seconds

    def one(case: Case, port: int) -> Seen | None:
        return ask(case, port, ca_file) if time.monotonic() < until else None

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(one, CASES, ports)


def table(said: dict[str, list[Verdicts | None]]) -> Iterator[str]:
    """Yield the rows: by question, how many of the cases each tool has right, wrong or silent."""
    yield "| question | cases | " + " | ".join(said) + " |"
    yield "| --- | ---: |" + " ---: |" * len(said)
    sums = {tool: [0, 0, 0, 0] for tool in said}
    for question, title in QUESTIONS.items():
        cells = []
        wanted = [case.status[f"tls.{question}"] for case in CASES]
        asked = [place for place, status in enumerate(wanted) if status in ("pass", "fail")]
        for tool, verdicts in said.items():
            counts = list(_count(verdicts, question, wanted, asked))
            sums[tool] = [a + b for a, b in zip(sums[tool], counts, strict=True)]
            cells.append(_cell(counts))
        yield f"| {title} | {len(asked)} | " + " | ".join(cells) + " |"
    total = sum(
        case.status[f"tls.{question}"] in ("pass", "fail")
        for case in CASES
        for question in QUESTIONS
    )
    yield f"| **all** | {total} | " + " | ".join(map(_cell, sums.values())) + " |"


def _count(
    verdicts: list[Verdicts | None], question: str, wanted: list[str], asked: Iterable[int]
) -> Iterator[int]:
    """Yield how many are right, wrong, wrongly passed, and silent, of those it was asked of."""
    right = wrong = passed = silent = 0
    for place in asked:
        said = verdicts[place]
        if said is None:
            continue
        if question not in said:
            silent += 1
        elif said[question] is (wanted[place] == "pass"):
            right += 1
        else:
            wrong += 1
            passed += said[question]
    yield from (right, wrong, passed, silent)


def _cell(counts: list[int]) -> str:
    right, wrong, passed, silent = counts
    return f"{right} / {wrong} ({passed}) / {silent}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sslyze", metavar="PYTHON")
    parser.add_argument("--sslscan", action="store_true")
    parser.add_argument("--testssl", action="store_true")
    parser.add_argument("--seconds", type=float, default=600)
    given = parser.parse_args()
    if not shutil.which("faketime") and (given.sslyze or given.sslscan or given.testssl):
        raise SystemExit("faketime is needed, so that the peers live on the day of the matrix.")
    said: dict[str, list[Verdicts | None]] = {}
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        fleet = Fleet(shelf)
        try:
            ports = fleet.start([case.server for case in CASES])
            begun = time.monotonic()

            def told(tool: str, seen: Iterable[Seen | None]) -> None:
                said[tool] = [each.judged() if each else None for each in seen]
                asked = sum(each is not None for each in said[tool])
                took = time.monotonic() - begun
                print(
                    f"{tool}: {asked} of {len(CASES)} servers; {took:.0f} s so far", file=sys.stderr
                )

            said["mamori"] = list(of_ours(ports, shelf))
            print(f"mamori: {time.monotonic() - begun:.0f} s", file=sys.stderr)
            if given.sslyze:
                # One that hangs would hold up all the others, so those come by themselves.
                sound = [n for n, case in enumerate(CASES) if case.server.handler is None]
                found = by_sslyze(
                    given.sslyze,
                    [CASES[n] for n in sound],
                    [ports[n] for n in sound],
                    shelf.ca_file,
                    given.seconds,
                )
                by_place = dict(zip(sound, found, strict=True))
                told("sslyze", [by_place.get(n, Seen()) for n in range(len(CASES))])
            if given.sslscan:
                told("sslscan", side_by_side(by_sslscan, ports, shelf.ca_file, given.seconds))
            if given.testssl:
                told("testssl.sh", side_by_side(by_testssl, ports, shelf.ca_file, given.seconds))
        finally:
            fleet.stop()
    print("\n".join(table(said)))


if __name__ == "__main__":
    main()
