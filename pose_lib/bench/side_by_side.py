"""Runs of several papers on the same samples, brought together; one that is missing is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.begin import open_run
from pose_lib.bench.evaluate import groups_of
from pose_lib.bench.execute import execute
from pose_lib.bench.papers import paper as find_paper
from pose_lib.bench.parameters import (
    check_choice,
    check_device,
    check_folder,
    check_names,
    check_whole,
    injected_names,
    resolve_preset,
)
from pose_lib.bench.presets import PRESETS
from pose_lib.data.catalog import DATASETS, actions
from pose_lib.data.poses import PoseData
from pose_lib.metrics import mpjpe, paired_interval
from pose_lib.paths import project_root

__all__ = ["PARAMETERS", "SideBySide", "bring_together", "differences"]

PARAMETERS = ("action", "dataset", "data_root", "preset", "seed", "device")
"""Of the notebook that compares; all papers' runs get the same."""

_SAME = ["subject", "action", "sequence", "camera", "frame"]


@dataclass(frozen=True)
class SideBySide:
    """Several papers' systems on one set of test samples."""

    rows: pd.DataFrame
    """Tidy rows of all runs."""
    predictions: Mapping[str, Tensor]
    """System to its root-relative poses ``(M, J, 3)`` mm."""
    truth: Tensor
    """``(M, J, 3)`` mm, root-relative."""
    test: PoseData
    """The samples, with the crops of the first paper."""

    def errors(self) -> dict[str, npt.NDArray[np.float64]]:
        """MPJPE of each system and sample, ``(M,)`` mm."""
        return {name: mpjpe(p, self.truth).double().numpy() for name, p in self.predictions.items()}


def bring_together(systems: Mapping[str, Sequence[str]], given: Mapping[str, Any]) -> SideBySide:
    """The finished runs of several papers with the same parameters; a missing one is run now.

    Args:
        systems: paper to the systems that are wanted of it. The baselines are taken from the first paper.
        given: the notebook's ``globals()`` with :data:`PARAMETERS`.

    Raises:
        ParameterError: a parameter that the notebook does not have, or a value that it cannot take.
        ValueError: the papers' presets test on different samples, or a run lacks a wanted system.
    """
    check_names(injected_names(given.get("In", ())), PARAMETERS, "this notebook")
    root = check_folder("data_root", given["data_root"])
    rows: list[pd.DataFrame] = []
    predictions: dict[str, Tensor] = {}
    first: PoseData | None = None
    shared = [d for d in DATASETS if all(d in find_paper(name).datasets for name in systems)]
    check_choice("dataset", given["dataset"], shared)
    check_choice("action", given["action"], actions(given["dataset"], root))
    for name, wanted in systems.items():
        row = find_paper(name)
        parameters = {k: given.get(k, False) for k in row.parameters if k != "controls"} | {"controls": False}
        parameters["preset"] = resolve_preset(given["preset"], PRESETS[name])
        parameters["seed"] = check_whole("seed", given["seed"])
        parameters["device"] = check_device(given["device"])
        setup = open_run(name, parameters, root)
        if not (setup.run.complete and (setup.run.folder / "predictions.npz").is_file()):
            _run_notebook(project_root() / find_paper(name).notebook, parameters)
        if first is None:
            first = setup.test
        elif (
            not first.table[_SAME]
            .reset_index(drop=True)
            .equals(setup.test.table[_SAME].reset_index(drop=True))
        ):
            raise ValueError(f"{name} is tested on other samples than the papers before it; see its presets")
        predictions |= _poses(setup.run.folder / "predictions.npz", wanted)
        rows.append(pd.read_csv(setup.run.folder / "rows.csv"))
    assert first is not None
    truth = torch.from_numpy(first.root_relative())
    return SideBySide(pd.concat(rows, ignore_index=True), predictions, truth, first)


def _poses(file: Path, wanted: Sequence[str]) -> dict[str, Tensor]:
    with np.load(file, allow_pickle=False) as arrays:
        missing = [s for s in wanted if s not in arrays.files]
        if missing:
            raise ValueError(f"{file} has no {', '.join(missing)}; it has: {', '.join(arrays.files)}")
        return {s: torch.from_numpy(arrays[s]) for s in wanted}


def _run_notebook(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Run a notebook from within another one: its own thread, because this one's event loop is at work."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(execute, notebook, parameters).result()


def differences(
    errors: Mapping[str, npt.NDArray[np.float64]], pairs: Iterable[tuple[str, str]], test: PoseData
) -> pd.DataFrame:
    """Paired differences of MPJPE, mm: first minus second, with an interval that resamples whole films."""
    groups, lines = groups_of(test), []
    for first, second in pairs:
        interval = paired_interval(errors[first], errors[second], groups=groups)
        lines.append(
            {
                "first": first,
                "second": second,
                "difference": float((errors[first] - errors[second]).mean()),
                "low": interval.low,
                "high": interval.high,
            }
        )
    return pd.DataFrame(lines)
