"""The command: ``PYTHONPATH=tests python -m fuzz --cases 10000 --seed 0 [--kind bvh ...]``."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from fuzz.kind import try_case
from fuzz.kinds import all_kinds

CHUNK = 300
"""Cases per process: a death costs at most the rest of its chunk, which is then tried case by case."""


def main() -> int:
    """Try every kind and print a table; the exit code is 1 if anything went wrong."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="in all, shared among the kinds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", nargs="*", default=[], help="only these")
    parser.add_argument("--chunk", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.chunk:
        return _chunk(*json.loads(options.chunk))
    kinds = options.kind or list(all_kinds())
    each = -(-options.cases // len(kinds))
    print(f"{'kind':<24}{'cases':>9}{'read':>9}{'refused':>9}{'died':>9}{'other':>9}")
    faults = 0
    for kind in kinds:
        first = options.seed * 1_000_000
        outcomes: list[str] = []
        for start in range(first, first + each, CHUNK):
            outcomes += _run(kind, start, min(CHUNK, first + each - start))
        count = Counter(o if o in ("read", "refused", "died") else "other" for o in outcomes)
        bad = {o: first + i for i, o in reversed(list(enumerate(outcomes))) if o not in ("read", "refused")}
        faults += count["died"] + count["other"]
        told = "".join(f"{count[name]:>9}" for name in ("read", "refused", "died", "other"))
        print(f"{kind:<24}{len(outcomes):>9}{told}", flush=True)
        for outcome, seed in bad.items():
            print(f"    case {seed}: {outcome}")
    return int(faults > 0)


def _run(kind: str, start: int, count: int) -> list[str]:
    """Outcomes of some cases, tried in a process of their own."""
    command = [sys.executable, "-m", "fuzz", "--chunk", json.dumps([kind, start, count])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    outcomes = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('"')]
    if len(outcomes) == count:
        return outcomes
    if count == 1:
        return ["died"]
    rest = start + len(outcomes)
    after = start + count - rest - 1
    return [*outcomes, *_run(kind, rest, 1), *(_run(kind, rest + 1, after) if after else [])]


def _chunk(kind: str, start: int, count: int) -> int:
    warnings.simplefilter("error")
    for seed in range(start, start + count):
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        try:
            print(json.dumps(try_case(all_kinds()[kind], seed, folder)), flush=True)
        finally:
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
