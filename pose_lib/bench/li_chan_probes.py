"""Measurements of the Li & Chan chapter beside errors: recipes, targets, weights, hidden joints."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Errors, groups_of, row
from pose_lib.bench.li_chan import LiChanExperiment
from pose_lib.geometry.skeletons import Skeleton
from pose_lib.metrics import limb_lengths, paired_interval, per_joint_error
from pose_lib.models.li_chan import LiChanNet, TanhTargets, multi_task_cost, regression_cost
from pose_lib.models.weight_structure import Similarity, joint_weights, pearson, shared_terms, similarity
from pose_lib.models.windows import detection_loss
from pose_lib.training import autocast

__all__ = ["hidden_joints", "probe_rows", "step_seconds", "structure", "worst_tenth"]


def structure(experiment: LiChanExperiment, net: LiChanNet) -> tuple[Tensor, Tensor, Similarity]:
    """Figure 6, Li & Chan 2014: correlations of weights and of true joints, and how alike they are.

    Returns:
        ``(3, J, J)`` of the weights, ``(3, J, J)`` of the training poses relative to the joints' parents, and
        their likeness. The root is left out of it: it never moves against itself.
    """
    poses = experiment.targets.to_vector(experiment.poses).view(len(experiment.poses), -1, 3)
    truth = pearson(poses.permute(1, 2, 0))
    weights = pearson(joint_weights(net.output.weight))
    return weights, truth, similarity(weights, truth, seed=experiment.seed)


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
    return pd.DataFrame(rows + _weights(experiment, net))


def _recipes(e: LiChanExperiment) -> list[dict[str, object]]:
    seconds, p = {k: v.numpy() for k, v in step_seconds(e).items()}, e.preset
    joint = p.joint.steps * seconds["joint"]
    apart = p.detector.steps * seconds["detector"] + p.regressor.steps * seconds["regressor"]
    protocol = "seconds a step, the kinds of steps timed in turns, times the steps of the recipe; rounds"
    return _pair("DconvMP", "DconvMP-HML", "recipe-seconds", protocol, apart, joint)


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
    return _pair(*names, "target-deviation", protocol, parent, root, groups_of(e.train))


def _weights(e: LiChanExperiment, net: LiChanNet) -> list[dict[str, object]]:
    f, skeleton = joint_weights(net.output.weight), e.train.skeleton
    rows: list[dict[str, object]] = []
    # Products of standardised weights, one a feature: their mean is the correlation of Eq. (9).
    unit = (f - f.mean(2, keepdim=True)) / f.std(2, correction=0, keepdim=True)

    def products(pairs: list[tuple[str, str]], coordinates: list[int]) -> npt.NDArray[np.float64]:
        terms = [
            unit[skeleton.index(a), d] * unit[skeleton.index(b), d] for a, b in pairs for d in coordinates
        ]
        return np.asarray(torch.stack(terms).mean(0).numpy())

    protocol = "correlation of last-layer weights over the features, mean of the named coordinates and pairs"
    for part in ("hip", "shoulder"):
        values = products([(f"left_{part}", f"right_{part}")], [0, 1, 2])
        name = f"Left and right {part}"
        rows.append(row(f"{name} - nothing shared", "weight-correlation", protocol, values))
    sides = [(f"{side}_hip", f"{side}_shoulder") for side in ("left", "right")]
    rows += _pair(
        "Hip and shoulder, x and z",
        "Hip and shoulder, y",
        "weight-correlation",
        protocol,
        products(sides, [0, 2]),
        products(sides, [1]),
    )
    _, _, likeness = structure(e, net)
    low, high = (float(q) for q in likeness.chance.quantile(torch.tensor([0.025, 0.975]).double()))
    for system, value, ends in (
        ("Weights like poses", likeness.score, (likeness.score, likeness.score)),
        (
            "Weights like poses - joints in random order",
            likeness.score - float(likeness.chance.mean()),
            (likeness.score - high, likeness.score - low),
        ),
    ):
        rows.append(
            {
                "system": system,
                "metric": "structure-similarity",
                "protocol": "correlation of entries off the diagonals; interval of random orders of joints",
                "value": value,
                "low": ends[0],
                "high": ends[1],
                "samples": len(likeness.chance),
            }
        )
    return rows + _co_sparsity(f, skeleton)


def _co_sparsity(f: Tensor, skeleton: Skeleton) -> list[dict[str, object]]:
    """Eq. (10) of pairs with a wrist or an ankle, and of the others, a feature; the root is in neither."""
    ends = {skeleton.index(f"{side}_{part}") for side in ("left", "right") for part in ("wrist", "ankle")}
    sums = {kind: torch.zeros(f.shape[2], dtype=torch.float64) for kind in (True, False)}
    counts = dict.fromkeys(sums, 0)
    for i in range(len(skeleton)):
        for j in range(i):
            if skeleton.root not in (i, j):
                kind = bool(ends & {i, j})
                sums[kind] += shared_terms(f[i], f[j]).mean(0)
                counts[kind] += 1
    extreme, other = (np.asarray((sums[kind] / counts[kind]).numpy()) for kind in (True, False))
    protocol = "S_p of Eq. (10) with p = 0.2, mean over the features, coordinates and pairs"
    return _pair("Pairs with a wrist or ankle", "Other pairs", "co-sparsity", protocol, extreme, other)


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


def _pair(
    first: str,
    second: str,
    metric: str,
    protocol: str,
    a: npt.NDArray[np.float64],
    b: npt.NDArray[np.float64],
    groups: npt.NDArray[np.str_] | None = None,
) -> list[dict[str, object]]:
    """Rows of two systems' values and of their paired difference."""
    return [
        row(first, metric, protocol, a, groups),
        row(second, metric, protocol, b, groups),
        row(f"{first} - {second}", metric, f"paired difference; {protocol}", a - b, groups),
    ]
