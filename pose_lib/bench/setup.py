"""The first call of a paper's notebook: check the parameters, load the data, open the run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from pose_lib.bench.data_quality import complete_samples, count_unusual
from pose_lib.bench.fingerprint import code_of_recipe
from pose_lib.bench.in_force import preset_in_force
from pose_lib.bench.paper import Paper
from pose_lib.bench.parameters import (
    PARAMETERS,
    ParameterError,
    check_choice,
    check_device,
    check_flag,
    check_folder,
    check_names,
    check_share,
    check_whole,
    injected_names,
    resolve_preset,
)
from pose_lib.bench.presets import Preset
from pose_lib.bench.run import FOLDER_NOTE, Run
from pose_lib.data import catalog
from pose_lib.data.human36m.known import PUBLISHED_PROTOCOL
from pose_lib.data.poses import PoseData
from pose_lib.data.request import sources_of
from pose_lib.training import Precision, set_precision

__all__ = ["USUAL", "Setup", "begin", "checked", "make_data", "open_run", "request_of"]

USUAL: Mapping[str, Any] = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "",
    "budget": 1,
    "precision": "auto",
    "seed": 0,
    "device": "auto",
    "controls": False,
}
"""Parameters of a run where nothing else is said."""


@dataclass(frozen=True)
class Setup:
    """What a notebook works with."""

    paper: Paper
    run: Run
    train: PoseData
    test: PoseData
    preset: Any
    """Sizes and schedules in force, of the type that the paper's recipe takes."""
    data_root: Path | None = None

    def crops(self, size: int) -> tuple[PoseData, PoseData]:
        """The training and test samples in crops of ``size`` pixels instead of the preset's."""
        if size == self.train.size:
            return self.train, self.test
        train, test = _samples(self.run.parameters, self.preset, self.data_root, size)
        return complete_samples(train), complete_samples(test)

    def printed(self) -> str:
        """How a paper's own numbers, all of Human3.6M, compare with those of this run, for captions.

        They do where this run is on the same frames of the same people, at the published size and schedule.
        """
        same = self.run.parameters["dataset"] == "human3.6m" and self.run.parameters["preset"] == "paper"
        tables = pd.concat([self.train.table, self.test.table])
        if same and self.run.parameters["budget"] == 1 and PUBLISHED_PROTOCOL.fits(tables):
            return f"printed under the same protocol ({PUBLISHED_PROTOCOL.label()})"
        return "printed on Human3.6M, not comparable"

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
        return pd.DataFrame({"value": {k: str(v) for k, v in facts.items() if v != ""}})


def begin(paper: Paper, namespace: Mapping[str, Any]) -> Setup:
    """Check a notebook's parameters, load its data and open its run.

    Args:
        paper: whose notebook it is.
        namespace: the notebook's ``globals()``.

    Raises:
        ParameterError: an unknown parameter, action, data set, preset or device; the valid ones are listed.
    """
    history: Sequence[str] = namespace.get("In", ())
    check_names(injected_names(history), PARAMETERS, paper.name)
    setup = open_run(paper, *checked(paper, {key: namespace[key] for key in PARAMETERS}))
    note = os.environ.get(FOLDER_NOTE)
    if note:
        Path(note).write_text(str(setup.run.folder), encoding="utf-8")
    return setup


def checked(paper: Paper, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], Path | None]:
    """All parameters of a paper's run with their resolved values, and the folder of the data.

    Raises:
        ParameterError: a value that cannot be; the valid ones are listed.
    """
    given = dict(parameters)
    missing = [name for name in PARAMETERS if name not in given]
    if missing:
        raise ParameterError(f"{paper.name} needs all parameters; missing: {', '.join(missing)}")
    given["dataset"] = check_choice("dataset", given["dataset"], paper.datasets)
    given["precision"] = check_choice("precision", given["precision"], get_args(Precision))
    given["controls"] = check_flag("controls", given["controls"])
    given["seed"] = check_whole("seed", given["seed"])
    given["budget"] = check_share("budget", given["budget"])
    given["preset"] = resolve_preset(given["preset"], paper.presets)
    given["device"] = check_device(given["device"])
    root = check_folder("data_root", given["data_root"])
    given["action"] = check_choice("action", given["action"], catalog.actions(given["dataset"], root))
    return given, root


def open_run(paper: Paper, given: Mapping[str, Any], root: Path | None = None) -> Setup:
    """Load the data of a paper's run and open its folder; sets the precision for all that follows.

    Args:
        paper: the paper.
        given: all of its parameters, as :func:`checked` has resolved them.
        root: folder of the data set's files, where it needs one.
    """
    set_precision(given["precision"])
    preset = preset_in_force(paper, given["preset"], given["dataset"], given["budget"])
    train, test = _samples(given, preset, root, preset.size)
    found = {
        split: count_unusual(part, preset.window) for split, part in (("training", train), ("test", test))
    }
    run = Run(
        paper.name,
        given,
        train.card.fingerprint(),
        preset.settings(),
        code_of_recipe(paper.deciding_modules),
        counts=found,
        data_code=sources_of(given["dataset"]),
    )
    return Setup(paper, run, complete_samples(train), complete_samples(test), preset, root)


def make_data(paper: Paper, given: Mapping[str, Any]) -> Path:
    """Make the data set that a paper's run needs, unless it is in the cache, and return its folder.

    Args:
        paper: the paper.
        given: those of its parameters that differ from the usual ones.

    Raises:
        ParameterError: a parameter that the notebook does not have, or a value that it cannot take.
    """
    check_names(list(given), PARAMETERS, paper.name)
    parameters, root = checked(paper, {**USUAL, **given})
    preset = preset_in_force(paper, parameters["preset"], parameters["dataset"], parameters["budget"])
    request = request_of(parameters, preset, root, preset.size)
    catalog.load(request, device=parameters["device"])
    return request.folder


def _samples(
    given: Mapping[str, Any], preset: Any, root: Path | None, size: int
) -> tuple[PoseData, PoseData]:
    """Training and test samples in crops of ``size`` pixels, also those whose joints are not all known."""
    data = catalog.load(request_of(given, preset, root, size), device=given["device"])
    train, test = data.split("train"), data.split("test")
    if given["dataset"] in catalog.SEQUENCE_SETS:  # neighbouring frames are much alike; photographs are not
        test = test.select(np.asarray((test.table["frame"].to_numpy() % preset.test_step) == 0))
    return train, test


def request_of(given: Mapping[str, Any], preset: Preset, root: Path | None, size: int) -> catalog.AnyRequest:
    """The data that a run with these parameters and this preset asks for, in crops of ``size`` pixels."""
    in_sequences = given["dataset"] in catalog.SEQUENCE_SETS
    return catalog.request(
        given["dataset"],
        given["action"],
        size=size,
        step=preset.step,
        test_step=preset.test_step,
        seconds=preset.seconds,
        data_root=root,
        crop=None if in_sequences else preset.crop,
    )
