"""How long `mamori --version` takes beside importing click alone, in paired runs.

With `--check` the exit code is 1 when the median ratio is above 2.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 21


def seconds(command: list[str]) -> float:
    """Return the wall time of one run of `command`."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    mamori = [str(Path(sys.executable).parent / "mamori"), "--version"]
    click = [sys.executable, "-c", "import click"]
    seconds(mamori), seconds(click)  # both warm
    pairs = [(seconds(mamori), seconds(click)) for _ in range(RUNS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(
        f"mamori --version: {1000 * statistics.median(ours for ours, _ in pairs):.0f} ms, "
        f"import click: {1000 * statistics.median(theirs for _, theirs in pairs):.0f} ms, "
        f"ratio {ratio:.2f} (median of {RUNS} pairs)"
    )
    if "--check" in sys.argv and ratio > 2:
        sys.exit("mamori --version takes more than twice as long as importing click.")


if __name__ == "__main__":
    main()
