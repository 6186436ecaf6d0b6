"""Measurements of the Li & Chan chapter beside errors: recipes, targets, hidden joints, worst poses."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Errors, groups_of, paired_rows
from pose_lib.bench.li_chan import LiChanExperiment
from pose_lib.bench.li_chan_weights import weight_rows
from pose_lib.metrics import limb_lengths, paired_interval, per_joint_error
from pose_lib.models.li_chan import LiChanNet, TanhTargets, multi_task_cost, regression_cost
from pose_lib.models.windows import detection_loss
from pose_lib.training import autocast

__all__ = ["hidden_joints", "probe_rows", "step_seconds", "worst_tenth"]


def step_seconds(experiment: LiChanExperiment, rounds: int = 7) -> dict[str, Tensor]:
    """Seconds of one training step of each kind, float64 ``(rounds,)`` each, timed in turns.

    A stage of the run, so that a second look shows the same numbers. The optimiser's own work is part of it.
    """
    e, p = experiment, experiment.preset

    def build() -> dict[str, Any]:
        net = e.network().train()
        vectors = e.targets.to_vector(e.poses).to(e.device)

        def joint(which: Tensor, g: torch.Generator) -> Tensor:
            x, labels, known = e.labelled(which, g, e.windows)
            with autocast(e.device):
                predicted, logits = net.both(x)
            return multi_task_cost(predicted, vectors[which], logits, labels, known)

        def detector(which: Tensor, g: torch.Generator) -> Tensor:
            x, labels, known = e.labelled(which, g, e.windows)
            with autocast(e.device):
                logits = net.detector()(x)
            return 0.5 * detection_loss(logits.float(), labels, known)

        def regressor(which: Tensor, g: torch.Generator) -> Tensor:
            x, _ = e.images.random(which, g)
            with autocast(e.device):
                predicted = net.regressor()(x)
            return 0.5 * regression_cost(predicted, vectors[which])

        jobs = {
            "joint": (joint, net, p.joint),
            "detector": (detector, net.detector(), p.detector),
            "regressor": (regressor, net.regressor(), p.regressor),
        }
        optimisers = {name: s.optimiser(list(part.parameters())) for name, (_, part, s) in jobs.items()}
        times: dict[str, list[float]] = {name: [] for name in jobs}
        for turn in range(-1, rounds):  # the first one warms up and is not counted
            for name, (loss, _, schedule) in jobs.items():
                which = torch.arange(schedule.batch) % len(e.poses)
                begun = time.perf_counter()
                optimisers[name].zero_grad(set_to_none=True)
                loss(which, torch.Generator().manual_seed(turn + 1)).backward()  # type: ignore[no-untyped-call]
                optimisers[name].step()
                if e.device.type == "cuda":
                    torch.cuda.synchronize(e.device)
                if turn >= 0:
                    times[name].append(time.perf_counter() - begun)
        return {name: torch.tensor(t, dtype=torch.float64) for name, t in times.items()}

    stored = e.run.stage("recipes", build)
    return {name: value for name, value in stored.items() if isinstance(value, Tensor)}


def probe_rows(experiment: LiChanExperiment, net: LiChanNet, errors: Mapping[str, Errors]) -> pd.DataFrame:
    """Rows of what the claims ask for beside errors.

    Args:
        experiment: whose recipes and targets are measured.
        net: the network of the row *DconvMP-HML*, whose weights are looked at.
        errors: of the single test samples.
    """
    rows = _recipes(experiment) + _spread(experiment, errors) + _targets(experiment)
    return pd.DataFrame(rows + weight_rows(experiment, net))


def _recipes(e: LiChanExperiment) -> list[dict[str, object]]:
    seconds, p = {k: v.numpy() for k, v in step_seconds(e).items()}, e.preset
    joint = p.joint.steps * seconds["joint"]
    apart = p.detector.steps * seconds["detector"] + p.regressor.steps * seconds["regressor"]
    protocol = "seconds a step, the kinds of steps timed in turns, times the steps of the recipe; rounds"
    return paired_rows("DconvMP", "DconvMP-HML", "recipe-seconds", protocol, apart, joint)


def _spread(e: LiChanExperiment, errors: Mapping[str, Errors]) -> list[dict[str, object]]:
    """Standard deviations over the test samples, as the paper has in brackets."""
    found, groups = [], groups_of(e.test)
    protocol = "standard deviation of the samples' MPJPE (mm)"
    for first, second in (("DconvMP-HML", "KDE"), ("DconvMP", "KDE")):
        if first in errors and second in errors:
            a, b = errors[first]["mpjpe"], errors[second]["mpjpe"]
            low, high = paired_interval(a, b, np.std, groups=groups)
            difference = {"value": float(a.std() - b.std()), "low": low, "high": high}
            found.append({"system": f"{first} - {second}", **difference})
    for system, values in errors.items():
        spread = float(values["mpjpe"].std())
        found.append({"system": system, "value": spread, "low": spread, "high": spread})
    return [f | {"metric": "mpjpe-std", "protocol": protocol, "samples": len(e.test)} for f in found]


def _targets(e: LiChanExperiment) -> list[dict[str, object]]:
    """How far the coordinates that a network is asked for lie from their means."""

    def deviation(targets: TanhTargets) -> npt.NDArray[np.float64]:
        joints = targets.to_vector(e.poses).double() * targets.scale
        return np.asarray((joints - joints.mean(0)).square().mean(1).sqrt().numpy())

    skeleton = e.train.skeleton
    parent, root = deviation(e.targets), deviation(TanhTargets(skeleton, 1.0, "root"))
    protocol = "root mean square deviation of a training sample's coordinates from their means (mm)"
    names = ("Parent-relative targets", "Root-relative targets")
    return paired_rows(*names, "target-deviation", protocol, parent, root, groups_of(e.train))


def hidden_joints(experiment: LiChanExperiment, systems: tuple[str, ...]) -> pd.DataFrame:
    """Mean error (mm) over the joints that the camera sees and over those it does not, the root left out."""
    seen = torch.from_numpy(np.array(experiment.test.visible))
    rest = torch.arange(seen.shape[1]) != experiment.test.skeleton.root
    lines = {}
    for system in systems:
        error = per_joint_error(experiment.predictions[system], experiment.truth)
        lines[system] = {
            "seen (mm)": float(error[seen & rest].mean()),
            "hidden (mm)": float(error[~seen & rest].mean()),
        }
    return pd.DataFrame(lines).T


def worst_tenth(experiment: LiChanExperiment, systems: tuple[str, ...]) -> pd.DataFrame:
    """What the limbs look like in the tenth of samples with the largest errors of each system.

    A limb's length is compared with the mean of that limb over the training poses.
    """
    skeleton = experiment.train.skeleton
    usual = limb_lengths(experiment.poses, skeleton).mean(0)
    lines = {}
    for system in systems:
        predicted = experiment.predictions[system]
        error = per_joint_error(predicted, experiment.truth).mean(1)
        off = (limb_lengths(predicted, skeleton) / usual - 1).abs().mean(1)
        worst = error >= error.quantile(0.9)
        lines[system] = {
            "mean error of the worst tenth (mm)": float(error[worst].mean()),
            "limbs off their usual length there (%)": 100 * float(off[worst].mean()),
            "in all samples (%)": 100 * float(off.mean()),
        }
    return pd.DataFrame(lines).T
