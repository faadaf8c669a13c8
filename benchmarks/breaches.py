"""How many leaked passwords are looked up in a second, in a list sorted by hash.

Makes a list in the form of Have I Been Pwned, of random hashes: small unless `--lines` says
otherwise. Looks up what stands in it, its first and last line, and as many hashes that do not, all
in memory that the system has read already; beside it plain halving over the same list. `passwords`
counts the whole way from the password, hashing it included.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scanner.collect.breach_file import HashFile
from scanner.collect.breaches import BreachLists
from scanner.collect.vaults.secret import Secret
from scanner.config import Breaches

LOOK_UPS = 50_000
WANTED = 50_000
"""Look-ups in a second."""


def write(path: Path, lines: int, digits: int, chance: random.Random) -> list[str]:
    """Write a list of `lines` hashes, sorted without holding all; return some of the hashes."""
    some: list[str] = []
    with path.open("w", newline="") as file:
        for group in range(4096):
            here = lines * (group + 1) // 4096 - lines * group // 4096
            hashes = sorted(
                f"{group:03X}{chance.getrandbits(4 * digits - 12):0{digits - 3}X}"
                for _ in range(here)
            )
            file.writelines(f"{each}:{chance.randint(1, 999)}\r\n" for each in hashes)
            some += hashes[:: max(1, lines // LOOK_UPS)]
            if hashes:
                last = hashes[-1]
    return [*some, last]


def rate(look_up: Callable[[str], int], hashes: Sequence[str]) -> tuple[float, int]:
    """Return how many are looked up in a second of processor time, and how many were found."""
    began = time.process_time()
    found = sum(1 for each in hashes if look_up(each))
    return len(hashes) / (time.process_time() - began), found


def measure(folder: Path, lines: int, digits: int) -> bool:
    chance = random.Random(lines)  # noqa: S311 - the same list every time
    path = folder / f"{digits}.txt"
    listed = write(path, lines, digits, chance)
    known = set(listed)
    others = [f"{chance.getrandbits(4 * digits):0{digits}X}" for _ in range(len(listed))]
    began = time.perf_counter()
    hashes = HashFile.open(path)
    opened = time.perf_counter() - began
    chance.shuffle(listed)
    rates = []
    right = bool(hashes.count(min(known)) and hashes.count(max(known)))
    for wanted, there in ((listed, len(listed)), (others, 0)):
        rate(hashes.count, wanted)
        speed, found = rate(hashes.count, wanted)
        rates.append(speed)
        right = right and found == there
    halving, _ = rate(lambda each: hashes._halving(each.encode()), listed)  # noqa: SLF001 - beside it
    hashes.close()
    secrets = [Secret.of(f"password no. {number}") for number in range(20_000)]
    with BreachLists(Breaches(file=str(path))) as lists:
        lists.look_up_all(secrets)
        began = time.process_time()
        lists.look_up_all(secrets)
        whole = len(secrets) / (time.process_time() - began)
    kind = "SHA-1" if digits == 40 else "NTLM"
    print(
        f"{kind}, {lines:,} lines: opened in {1000 * opened:.1f} ms; a second {rates[0]:,.0f} "
        f"found, {rates[1]:,.0f} not found, {whole:,.0f} passwords; halving {halving:,.0f} found"
        + ("" if right else "; WRONG ANSWERS")
    )
    return right and min(rates) >= WANTED


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=200_000)
    options.add_argument("--check", action="store_true", help="fail when answers are wrong or slow")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fine = [measure(Path(folder), wanted.lines, digits) for digits in (40, 32)]
    if wanted.check and not all(fine):
        sys.exit(f"Fewer than {WANTED:,} look-ups in a second, or wrong answers.")


if __name__ == "__main__":
    main()
