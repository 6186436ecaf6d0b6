"""The first line of a paper's notebook: check the parameters, load the data, open the run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pose_lib.bench.execute import FOLDER_NOTE
from pose_lib.bench.papers import paper as find_paper
from pose_lib.bench.parameters import (
    check_choice,
    check_device,
    check_flag,
    check_folder,
    check_names,
    check_whole,
    injected_names,
    resolve_preset,
)
from pose_lib.bench.presets import PRESETS
from pose_lib.bench.quality import counts, whole
from pose_lib.bench.runs import Run
from pose_lib.data import catalog
from pose_lib.data.poses import PoseData

__all__ = ["FILMS", "Setup", "begin", "open_run"]

FILMS = ("synthetic", "mocap")
"""Data sets whose samples are frames of films: some of them are enough for a test."""


@dataclass(frozen=True)
class Setup:
    """What a notebook works with."""

    run: Run
    train: PoseData
    test: PoseData
    preset: Any

    def table(self) -> pd.DataFrame:
        """The resolved parameters and the samples, for the page."""
        facts = {
            **self.run.parameters,
            "training samples": len(self.train),
            "test samples": len(self.test),
            **{
                f"{kind} ({split})": f"{count} of {total}"
                for split, found in self.run.counts.items()
                for kind, (count, total) in found.items()
                if count
            },
            "run": self.run.fingerprint,
        }
        return pd.DataFrame({"value": {k: str(v) for k, v in facts.items()}})


def begin(name: str, namespace: Mapping[str, Any]) -> Setup:
    """Check a notebook's parameters, load its data and open its run.

    Args:
        name: the paper.
        namespace: the notebook's ``globals()``.

    Raises:
        ParameterError: an unknown parameter, action, data set, preset or device; the valid ones are listed.
    """
    row = find_paper(name)
    history: Sequence[str] = namespace.get("In", ())
    check_names(injected_names(history), row.parameters, name)
    given = {key: namespace[key] for key in row.parameters}
    check_choice("dataset", given["dataset"], row.datasets)
    given["controls"] = check_flag("controls", given["controls"])
    given["seed"] = check_whole("seed", given["seed"])
    given["preset"] = resolve_preset(given["preset"], PRESETS[name])
    given["device"] = check_device(given["device"])
    root = check_folder("data_root", given["data_root"])
    check_choice("action", given["action"], catalog.actions(given["dataset"], root))
    setup = open_run(name, given, root)
    note = os.environ.get(FOLDER_NOTE)
    if note:
        Path(note).write_text(str(setup.run.folder), encoding="utf-8")
    return setup


def open_run(name: str, given: Mapping[str, Any], root: Path | None = None) -> Setup:
    """Load the data of a paper's run and open its folder.

    Args:
        name: the paper.
        given: all of its parameters, as :func:`begin` has checked them.
        root: folder of the data set's files, where it needs one.
    """
    preset = PRESETS[name][given["preset"]]
    data = catalog.load(
        given["dataset"],
        given["action"],
        size=preset.size,
        step=preset.step,
        seconds=preset.seconds,
        seed=0,  # the data set is one; the run's seed is that of the training
        data_root=root,
        device=given["device"],
        crop=None if given["dataset"] in FILMS else preset.crop,
    )
    train, test = data.split("train"), data.split("test")
    if given["dataset"] in FILMS:  # frames of a film are much alike; photographs are not
        test = test.select(np.asarray((test.table["frame"].to_numpy() % preset.test_step) == 0))
    found = {"training": counts(train, preset.window), "test": counts(test, preset.window)}
    run = Run(name, given, data.card.fingerprint(), asdict(preset), counts=found)
    return Setup(run, whole(train), whole(test), preset)
