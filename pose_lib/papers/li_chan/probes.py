"""Measurements of the Li & Chan chapter beside MPJPE: recipes, targets, hidden joints, worst poses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.measures import sequences_of
from pose_lib.bench.rows import Key, Row, Values, compared_rows, constant_row, label
from pose_lib.bench.timing import timed
from pose_lib.metrics import limb_lengths, paired_interval, per_joint_error
from pose_lib.models.li_chan import LiChanNet, TanhTargets
from pose_lib.papers.li_chan.recipe import LiChanExperiment
from pose_lib.papers.li_chan.robustness import worst_limb_rows
from pose_lib.papers.li_chan.weights import weight_rows
from pose_lib.training import Loss, Schedule

__all__ = ["SPREAD_PAIRS", "hidden_joints", "probe_rows", "step_seconds", "worst_tenth"]

SPREAD_PAIRS = (("DconvMP-HML", "KDE"), ("DconvMP", "KDE"))
"""Systems whose standard deviations are compared."""

_RECIPES = "seconds per step, the kinds of steps timed in turns, times the steps of the recipe; rounds"
_SPREAD = "standard deviation of the samples' MPJPE (mm)"
_TARGETS = "root mean square deviation of a training sample's coordinates from their means (mm)"


def step_seconds(experiment: LiChanExperiment, rounds: int = 7) -> dict[str, Tensor]:
    """Seconds of one training step of each kind with the optimiser, float64 ``(rounds,)``, timed in turns."""
    e, p = experiment, experiment.preset

    def build() -> dict[str, Any]:
        net = e.network().train()
        detector, regressor = net.detector(), net.regressor()
        kinds: dict[str, tuple[nn.Module, Loss, Schedule]] = {
            "joint": (net, e.joint_loss(net, e.targets, e.windows), p.joint),
            "detector": (detector, e.detector_loss(detector), p.detector),
            "regressor": (regressor, e.regressor_loss(regressor), p.regressor),
        }
        steps = {name: _training_step(e, *kind) for name, kind in kinds.items()}
        return dict(timed(steps, rounds, device=e.device))

    stored = e.run.cached("recipes", build)
    return {name: value for name, value in stored.items() if isinstance(value, Tensor)}


def _training_step(
    e: LiChanExperiment, model: nn.Module, loss: Loss, schedule: Schedule
) -> Callable[[], None]:
    """One step of a training per call, always on the same samples."""
    optimiser, generator = schedule.optimiser(list(model.parameters())), torch.Generator()
    which = torch.arange(schedule.batch) % len(e.poses)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        loss(which, generator).backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    return step


def probe_rows(experiment: LiChanExperiment, net: LiChanNet, scores: Scores) -> list[Row]:
    """Rows that the claims need beside MPJPE; ``net`` is the network of the row *DconvMP-HML*."""
    rows = _recipe_rows(experiment) + _spread_rows(scores) + _target_rows(experiment)
    return rows + weight_rows(experiment, net) + worst_limb_rows(experiment)


def _recipe_rows(e: LiChanExperiment) -> list[Row]:
    """Seconds of the two recipes, and the difference."""
    seconds, p = {kind: s.numpy() for kind, s in step_seconds(e).items()}, e.preset
    joint = p.joint.steps * seconds["joint"]
    apart = p.detector.steps * seconds["detector"] + p.regressor.steps * seconds["regressor"]
    return compared_rows("DconvMP", "DconvMP-HML", "recipe-seconds", _RECIPES, apart, joint)


def _spread_rows(scores: Scores) -> list[Row]:
    """Standard deviations over the test samples, as the paper has in brackets, and their differences."""
    errors, count = scores.metric("mpjpe"), len(scores.groups)
    rows = [constant_row(key, "mpjpe-std", _SPREAD, values.std(), count) for key, values in errors.items()]
    for first, second in SPREAD_PAIRS:
        if first in errors and second in errors:
            a, b = errors[first], errors[second]
            interval = paired_interval(a, b, np.std, groups=scores.groups)
            gap = a.std() - b.std()
            rows.append(constant_row(first, "mpjpe-std", _SPREAD, gap, count, interval, against=second))
    return rows


def _target_rows(e: LiChanExperiment) -> list[Row]:
    """How far the coordinates that a network is to predict lie from their means."""

    def deviation(targets: TanhTargets) -> Values:
        joints = targets.to_vector(e.poses).double() * targets.scale
        return np.asarray((joints - joints.mean(0)).square().mean(1).sqrt().numpy())

    parent, root = deviation(e.targets), deviation(TanhTargets(e.train.skeleton, 1.0, "root"))
    names = ("Parent-relative targets", "Root-relative targets")
    return compared_rows(*names, "target-deviation", _TARGETS, parent, root, sequences_of(e.train))


def hidden_joints(experiment: LiChanExperiment, systems: Sequence[Key]) -> pd.DataFrame:
    """Mean error (mm) over the joints that the camera sees and over those it does not, the root left out."""
    seen = torch.from_numpy(np.array(experiment.test.visible))
    rest = torch.arange(seen.shape[1]) != experiment.test.skeleton.root
    lines = {}
    for key in systems:
        error = per_joint_error(experiment.predictions[key], experiment.truth)
        lines[label(key)] = {
            "seen (mm)": float(error[seen & rest].mean()),
            "hidden (mm)": float(error[~seen & rest].mean()),
        }
    return pd.DataFrame(lines).T


def worst_tenth(experiment: LiChanExperiment, systems: Sequence[Key]) -> pd.DataFrame:
    """Limb lengths in the tenth of samples with the largest errors of each system.

    A limb's length is compared with the mean of that limb over the training poses.
    """
    skeleton = experiment.train.skeleton
    usual = limb_lengths(experiment.poses, skeleton).mean(0)
    lines = {}
    for key in systems:
        predicted = experiment.predictions[key]
        error = per_joint_error(predicted, experiment.truth).mean(1)
        off = (limb_lengths(predicted, skeleton) / usual - 1).abs().mean(1)
        worst = error >= error.quantile(0.9)
        lines[label(key)] = {
            "mean error of the worst tenth (mm)": float(error[worst].mean()),
            "limbs off their usual length there (%)": 100 * float(off[worst].mean()),
            "in all samples (%)": 100 * float(off.mean()),
        }
    return pd.DataFrame(lines).T
