"""How an executed notebook was made: a note in its metadata, and whether the code has changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pose_lib.bench.machine import provenance
from pose_lib.bench.work import RUN_SYSTEM, TIMES
from pose_lib.code_hash import code_hash

__all__ = ["NOTE", "is_older", "note_of", "note_text"]

NOTE = "pose_lib"
"""Key of the note in the metadata of an executed notebook."""
_FACTS = ("dataset", "action", "preset", "budget", "seed", "device")
"""Parameters that the text names, in its order."""
_MACHINE = ("commit", "processor", "threads", "python", "torch", "numpy", "platform")


def note_of(
    parameters: Mapping[str, Any], modules: Sequence[str], seconds: float, run: Path | None = None
) -> dict[str, Any]:
    """What an executed notebook carries about its making.

    Args:
        parameters: those in force; of a run that the notebook opened, all of its own.
        modules: dotted names of the code that it shows and runs.
        seconds: wall-clock time of its execution.
        run: folder of the run that it opened, if it did.
    """
    about = json.loads((run / "run.json").read_text(encoding="utf-8")) if run else {}
    device = about.get("environment", {}).get("device", "cpu")
    known = {"data": about.get("data", ""), "run": about.get("fingerprint", "")}
    known |= {"run_seconds": _run_seconds(run)} if run else {}
    machine = {name: about[name] for name in _MACHINE if name in about} or provenance("cpu")
    return {
        "parameters": {"device": device, **parameters, **about.get("parameters", {})},
        "machine": {name: machine[name] for name in _MACHINE},
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(seconds, 1),
        "modules": list(modules),
        "code": code_hash(modules, comments=True),
        **known,
    }


def is_older(note: Mapping[str, Any]) -> bool:
    """Whether the code that a notebook shows and runs is another now than when it was executed."""
    try:
        return bool(code_hash(note["modules"], comments=True) != note["code"])
    except ModuleNotFoundError:  # renamed or removed since
        return True


def note_text(note: Mapping[str, Any]) -> str:
    """The note in words: data, preset, seed, commit, machine, versions, and the time that it took."""
    parameters, machine = note["parameters"], note["machine"]
    facts = [f"{name} {parameters[name]}" for name in _FACTS if parameters.get(name, "") != ""]
    facts += [f"data card {note['data']}"] if note.get("data") else []
    facts += [f"run {note['run']}"] if note.get("run") else []
    versions = ", ".join(f"{name} {machine[name]}" for name in ("python", "torch", "numpy"))
    many = f"{machine['threads']} thread{'s' * (machine['threads'] != '1')}"
    where = f"{machine['processor']} with {many}, {machine['platform']}"
    times = [f"executing the page took {_minutes(note['seconds'])}"]
    times += [f"the computations of its run {_minutes(note['run_seconds'])}"] if "run_seconds" in note else []
    made = f"commit {machine['commit']}; {where}; {versions}"
    return f"{', '.join(facts)}; {made}; {note['date']}: {', '.join(times)}"


def _run_seconds(run: Path) -> float:
    """Seconds that the parts of a run took when they were first computed; 0 where it is not complete."""
    file = run / "rows.csv"
    if not file.is_file():
        return 0.0
    rows = pd.read_csv(file, usecols=["system", "metric", "value"])
    times = rows[(rows["system"] == RUN_SYSTEM) & rows["metric"].isin(TIMES)]
    return round(float(times["value"].sum()), 1)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
