"""Run benchmarks by name, or all of them; one JSON object a line."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

import benchmarks

Run = Callable[[], Iterator[dict[str, Any]]]


def registry() -> dict[str, Run]:
    """Every benchmark of this folder by its name."""
    found = {}
    for info in pkgutil.iter_modules(benchmarks.__path__):
        if not info.name.startswith("_"):
            run = getattr(importlib.import_module(f"benchmarks.{info.name}"), "run", None)
            if run is not None:
                found[info.name.replace("_", "-")] = run
    return found


def _by_name_only(name: str) -> bool:
    """Whether a benchmark takes so long that it runs only when it is asked for."""
    module = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
    return getattr(module, "BY_NAME_ONLY", False)


def main(names: list[str]) -> int:
    """Print the results of the benchmarks of these names; of all but the longest, if there is none."""
    runs = registry()
    unknown = [name for name in names if name not in runs]
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there are {', '.join(runs)}", file=sys.stderr)
        return 2
    for name in names or [name for name in runs if not _by_name_only(name)]:
        for result in runs[name]():
            print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
