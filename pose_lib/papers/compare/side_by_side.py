"""Runs of several papers on the same samples, brought together; one that is missing is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.evidence import Evidence, joined
from pose_lib.bench.measures import measure_named, measures_3d
from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.parameters import PARAMETERS, check_names, injected_names
from pose_lib.bench.presets import EQUAL
from pose_lib.bench.rows import Key, label
from pose_lib.bench.run import load_predictions
from pose_lib.bench.setup import Setup, checked, open_run
from pose_lib.bench.stored import run_evidence
from pose_lib.data.poses import PoseData
from pose_lib.papers import execute
from pose_lib.papers.compare import shown_by
from pose_lib.paths import project_root

__all__ = ["NOTEBOOK", "OF_NOTEBOOK", "SideBySide", "bring_together", "compared_at", "finished", "pairs_of"]

NOTEBOOK = "side_by_side"
OF_NOTEBOOK = tuple(name for name in PARAMETERS if name != "controls")
"""Parameters of the notebook that compares; all papers' runs get the same, without their controls."""

_SAME = ["subject", "action", "sequence", "camera", "frame"]


@dataclass(frozen=True)
class SideBySide:
    """Several papers' systems on one set of test samples."""

    evidence: Evidence
    """Of all runs."""
    papers: Mapping[Key, Paper]
    """System to the paper whose run it is taken from; the baselines are those of the first."""
    scores: Scores
    """MPJPE of each system and sample."""
    predictions: Mapping[Key, Tensor]
    """System to its root-relative poses ``(M, J, 3)`` mm."""
    truth: Tensor
    """``(M, J, 3)`` mm, root-relative."""
    test: PoseData
    """The samples, with the crops of the first paper."""
    folders: Mapping[str, Path] = field(default_factory=dict)
    """Name of a paper to the folder of its run, which keeps its trained networks."""

    @property
    def rooms(self) -> list[Paper]:
        """The papers, each once."""
        return list({paper.name: paper for paper in self.papers.values()}.values())


def bring_together(given: Mapping[str, Any], papers: Sequence[Paper] | None = None) -> SideBySide:
    """The finished runs of several papers at one preset; a missing one is run now.

    A preset's equal setting, ``quick-equal`` of ``quick``, gives all networks the same crops, windows,
    batches and number of images; at the preset itself the chapters' own runs are taken.

    Args:
        given: the notebook's ``globals()`` with :data:`OF_NOTEBOOK`.
        papers: those to compare; by default all of the notebook whose own notebook is in the checkout and
            that take the data set.

    Raises:
        ParameterError: a parameter that the notebook does not have, or a value that it cannot take.
        ValueError: a paper has no equal setting, the papers' presets test on different samples, a run lacks a
            wanted system, or two papers call a system the same.
    """
    check_names(injected_names(given.get("In", ())), OF_NOTEBOOK, "this notebook")
    every = shown_by(NOTEBOOK) if papers is None else papers
    # A data set that no paper takes is refused by the first one, with a list of those that exist.
    chosen = [p for p in every if p.compared and given["dataset"] in p.datasets] or list(every[:1])
    if papers is None:
        chosen = [p for p in chosen if (project_root() / p.notebook).is_file()]
    parts: list[Evidence] = []
    predictions: dict[Key, Tensor] = {}
    owners: dict[Key, Paper] = {}
    folders: dict[str, Path] = {}
    first: PoseData | None = None
    for paper in chosen:
        setup = finished(paper, given)
        if first is None:
            first = setup.test
        elif not _samples(first).equals(_samples(setup.test)):
            raise ValueError(
                f"{paper.name} is tested on other samples than {chosen[0].name}; see its presets"
            )
        found = load_predictions(setup.run.folder)
        for key in (*(() if owners else BASELINES), *paper.compared):
            if key not in found:
                there = ", ".join(map(label, found))
                raise ValueError(f"{setup.run.folder} has no poses of {label(key)}; it has: {there}")
            if key in owners:
                raise ValueError(f"{paper.name} and {owners[key].name} both have a system {label(key)!r}")
            predictions[key], owners[key] = found[key], paper
        parts.append(run_evidence(setup.run.folder))
        folders[paper.name] = setup.run.folder
    assert first is not None
    truth = torch.from_numpy(first.root_relative())
    measure = measure_named(measures_3d(first, ()), "mpjpe")
    scores = evaluate(predictions, truth, first, {"mpjpe": measure})
    return SideBySide(joined(parts), owners, scores, predictions, truth, first, folders)


def finished(paper: Paper, given: Mapping[str, Any]) -> Setup:
    """A paper's finished run at the preset at which it is compared; it is made now if it is missing.

    Raises:
        ParameterError: a value that it cannot take.
        ValueError: as for :func:`compared_at`.
    """
    parameters, root = checked(paper, {name: given[name] for name in OF_NOTEBOOK} | {"controls": False})
    parameters["preset"] = compared_at(paper, parameters["preset"])
    setup = open_run(paper, parameters, root)
    if not setup.run.complete:
        _run_notebook(project_root() / paper.notebook, parameters)
    return setup


def compared_at(paper: Paper, preset: str) -> str:
    """The preset at which a paper is compared: its own where the asked equal setting is no other than that.

    So a run that a chapter has made is not made again.

    Raises:
        ValueError: an equal setting is asked for, and the paper has none.
    """
    plain = preset.removesuffix(EQUAL)
    if plain == preset:
        return preset
    if preset not in paper.presets:
        raise ValueError(
            f"{paper.name} has no preset {preset!r}: name the schedules of its compared networks in the "
            f"field `networks` of its presets, and call a preset as one of direct regression is called"
        )
    same = paper.presets[preset].settings() == paper.presets[plain].settings()
    return plain if same else preset


def _samples(data: PoseData) -> pd.DataFrame:
    return data.table[_SAME].reset_index(drop=True)


def _run_notebook(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Run a notebook from within another one: in a thread, because this one's event loop is running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(execute, notebook, parameters).result()


def pairs_of(papers: Sequence[Paper]) -> list[tuple[Key, Key]]:
    """What is worth comparing: each full method with its own plain network, and the full methods in pairs."""
    own = [(p.compared[-1], p.compared[0]) for p in papers if len(p.compared) > 1]
    return own + list(combinations([p.compared[-1] for p in papers if p.compared], 2))
