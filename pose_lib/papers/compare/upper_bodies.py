"""The 2D papers on the same people: one set of joints, one meaning of left and right, one frame, one metric.

*HMLPE* finds eight joints of the upper body in a crop of it, and its left is the observer's. *DeepPose* finds
the joints of the whole body in a crop of the person, with the person's own left. Here all poses are brought
to the eight joints, the observer's sides and the pixels of the crop of the upper body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.evidence import Evidence, joined
from pose_lib.bench.experiment_2d import Experiment2D
from pose_lib.bench.measures import measures_2d
from pose_lib.bench.paper import BASELINES, Paper
from pose_lib.bench.parameters import check_names, injected_names
from pose_lib.bench.rows import Key
from pose_lib.bench.run import load_predictions
from pose_lib.bench.setup import Setup
from pose_lib.bench.stored import run_evidence
from pose_lib.data.mapping import backwards, joint_sources, mean_joints, sides_changed, to_skeleton
from pose_lib.data.poses import PoseData
from pose_lib.data.resample import from_box, to_box
from pose_lib.data.upper_body import upper_bodies
from pose_lib.geometry.skeletons import STICKMEN8, Sides, Skeleton
from pose_lib.papers import find
from pose_lib.papers.compare.side_by_side import OF_NOTEBOOK, finished

__all__ = ["UpperBodies", "bring_upper_bodies", "in_frame"]

UPPER, WHOLE = "hmlpe", "deeppose"
_SAME = ["subject", "action", "sequence", "camera", "frame"]
_NEAR = 0.02  # of the crop's side: the truths of both papers are the same joints


@dataclass(frozen=True)
class UpperBodies:
    """The systems of both papers on the samples that both were tested on."""

    evidence: Evidence
    """Of both runs, each under its own protocol."""
    papers: Mapping[Key, Paper]
    """System to its paper; the baselines are those of the upper bodies."""
    predictions: Mapping[Key, Tensor]
    """System to poses ``(M, 8, 2)`` in pixels of :attr:`test`."""
    truth: Tensor
    """``(M, 8, 2)``"""
    test: PoseData
    """Crops of upper bodies, with the observer's sides."""
    scores: Scores
    """PCP and PDJ of each system and sample."""
    away: NDArray[np.bool_]
    """``(M,)`` who is seen from behind."""
    away_by: Mapping[Key, NDArray[np.bool_]]
    """System to ``(M,)`` who is seen from behind by its own pose, before sides are renamed by it; without
    systems whose sides are an observer's from the start."""


def bring_upper_bodies(given: Mapping[str, Any]) -> UpperBodies:
    """The finished runs of both 2D papers at one preset, brought to one frame; a missing one is run now.

    Args:
        given: the notebook's ``globals()`` with the parameters of a notebook that compares.

    Raises:
        ParameterError: a parameter that the notebook does not have, or a value that a paper cannot take.
        ValueError: the papers were tested on different people.
    """
    check_names(injected_names(given.get("In", ())), OF_NOTEBOOK, "this notebook")
    upper, whole = finished(find(UPPER), given), finished(find(WHOLE), given)
    shift, zoom = (0.0, 0.0) if upper.test.skeleton == STICKMEN8 else (upper.preset.shift, upper.preset.zoom)
    test = upper_bodies(upper.test, upper.preset.side, shift, zoom)
    here, there = _shared(test, whole.test)
    test, crops = test.select(here), whole.test.select(there)
    skeleton, sides = Experiment2D.skeleton_of(crops.skeleton), crops.card.sides
    truth = torch.from_numpy(np.array(test.joints_2d))

    def moved(joints: Tensor) -> Tensor:
        return in_frame(joints, skeleton, sides, crops, test)

    labelled = moved(torch.from_numpy(np.array(to_skeleton(crops, skeleton).joints_2d)))
    same = ~((labelled - truth).norm(dim=-1) > _NEAR * test.size).any(1).numpy()
    if not same.any():
        raise ValueError(
            f"{UPPER} and {WHOLE} are tested on different people at this preset ({upper.preset.name}); "
            "choose one at which both have takes of the same length, such as quick"
        )
    predictions: dict[Key, Tensor] = {}
    away_by: dict[Key, NDArray[np.bool_]] = {}
    papers: dict[Key, Paper] = {}
    for setup, chosen in ((upper, here), (whole, there)):
        found = load_predictions(setup.run.folder)
        for key in (*(BASELINES if setup is upper else ()), *setup.paper.compared):
            poses = found[key][torch.tensor(chosen)]
            predictions[key] = (poses if setup is upper else moved(poses))[torch.tensor(same)]
            if setup is whole and sides == "person":
                away_by[key] = backwards(poses.float().numpy(), skeleton)[same]
            papers[key] = setup.paper
    test, truth = test.select(same), truth[torch.tensor(same)]
    scores = evaluate(predictions, truth, test, measures_2d(test, swapped=True))
    evidence = joined([run_evidence(setup.run.folder) for setup in (upper, whole)])
    away = _away(upper, here)[same]
    return UpperBodies(evidence, papers, predictions, truth, test, scores, away, away_by)


def in_frame(joints: Tensor, skeleton: Skeleton, sides: Sides, crops: PoseData, test: PoseData) -> Tensor:
    """Poses of whole people as the eight joints of the upper body, in the pixels of its crop.

    Args:
        joints: ``(M, J, 2)`` true or predicted, in pixels of ``crops``. The pose itself tells who is seen
            from behind, so that a prediction is not helped by the truth.
        skeleton: the meaning of ``J``.
        sides: what left and right mean in them.
        crops: the samples that they are of.
        test: the same samples as crops of upper bodies.

    Returns:
        ``(M, 8, 2)``, with the observer's sides.
    """
    observed = sides_changed(joints.float().numpy(), skeleton, sides, "observer")
    eight = torch.from_numpy(mean_joints(observed, joint_sources(skeleton, STICKMEN8)))
    pixels = from_box(eight, torch.from_numpy(np.array(crops.boxes)), crops.size)
    return to_box(pixels, torch.from_numpy(np.array(test.boxes)), test.size).float()


def _shared(first: PoseData, second: PoseData) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of the samples that both have, in the order of the first."""
    tables = [
        data.table[_SAME].astype(str).assign(**{name: np.arange(len(data))})
        for name, data in (("first", first), ("second", second))
    ]
    both = tables[0].merge(tables[1], on=_SAME)
    return both["first"].to_numpy(np.intp), both["second"].to_numpy(np.intp)


def _away(setup: Setup, chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Who is seen from behind, from labels that have the person's own sides."""
    data = setup.test.select(chosen)
    if data.card.sides == "observer":
        return np.zeros(len(data), dtype=bool)
    return backwards(np.asarray(data.joints_2d), data.skeleton)
