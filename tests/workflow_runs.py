"""Snakemake as a user starts it, on a grid of three short runs, with a note of what it started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_OWN = [str(folder / "bin" / "snakemake") for folder in ROOT.glob(".venv*-grid")]
SNAKEMAKE = next(filter(shutil.which, (os.environ.get("POSE_SNAKEMAKE", ""), *_OWN, "snakemake")), "")

GRID = """
results: {results}
runs:
  - {{papers: [direct], actions: [Walking], presets: [smoke], seeds: [0, 1, 2]}}
"""


def workflow(
    place: Path,
    grid: Path,
    *options: str,
    profile: str = "laptop",
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start Snakemake on a grid; the jobs that it starts are noted in ``calls`` below ``place``."""
    place.mkdir(exist_ok=True)
    command = place / "pose-lib"
    command.write_text(
        f'#!/bin/sh\necho "$@" >> "{place}/calls"\nexec "{sys.executable}" -m pose_lib "$@"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    folders = {"POSE_RUNS": str(place / "runs"), "POSE_CACHE": str(place.parent / "cache")}
    given = [f"grid={grid}", f"pose_lib={command}", f"folder={place / 'grid'}"]
    return subprocess.Popen(
        [
            SNAKEMAKE,
            *("--snakefile", str(ROOT / "workflow" / "Snakefile")),
            *("--profile", str(ROOT / "workflow" / "profiles" / profile)),
            *("--directory", str(place)),
            *options,
            *("--config", *given),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "POSE_PRESET": "smoke", **folders, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    """What it said; it must have succeeded."""
    said, _ = process.communicate()
    assert process.returncode == 0, said[-5000:]
    return said


def started(place: Path) -> list[str]:
    """The seeds of the runs that were started."""
    calls = (place / "calls").read_text(encoding="utf-8").splitlines()
    return [line.partition("-p seed ")[2][0] for line in calls if line.startswith("run ")]


def grid_in(place: Path) -> Path:
    file = place.with_suffix(".yaml")
    file.write_text(GRID.format(results=place / "results"), encoding="utf-8")
    return file
