"""The figures and tables of the DeepPose chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle
from torch import Tensor

from pose_lib.bench.deeppose import STAGES, DeepPoseExperiment
from pose_lib.bench.evaluate import Errors
from pose_lib.bench.evaluate_2d import compare_2d, joint_groups
from pose_lib.bench.published import published_table
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.paper_tables import cell, columns, with_bounds
from pose_lib.book.style import BASELINE, CYCLE, GHOST, OURS, PUBLISHED, RIGHT, describe
from pose_lib.metrics import relative_distance
from pose_lib.models.deeppose import joint_boxes

__all__ = [
    "LIMBS",
    "LOOK",
    "elsewhere_table",
    "gain_table",
    "limb_table",
    "pdj_curves",
    "second_look",
    "simulated_places",
    "stage_moves",
    "sweep_figure",
    "systems_table",
    "worth_showing",
]

LIMBS = {
    "pcp-upper-arm": "upper arms",
    "pcp-lower-arm": "lower arms",
    "pcp-upper-leg": "upper legs",
    "pcp-lower-leg": "lower legs",
    "pcp": "mean",
}
"""Columns of the paper's Tables 1 and 2."""

LOOK: Mapping[str, Mapping[str, Any]] = {
    "Mean pose": {"color": BASELINE, "linestyle": ":"},
    "Nearest pose": {"color": BASELINE, "linestyle": "--"},
    "Stage 1": {"color": OURS, "linestyle": ":"},
    "Stage 2": {"color": OURS, "linestyle": "--"},
    "Stage 3": {"color": OURS},
}
"""Colour and line of each system, the same in every figure."""


def limb_table(
    rows: pd.DataFrame,
    systems: Sequence[str],
    table: str = "Table 1",
    stored: pd.DataFrame | None = None,
    loose: bool = False,
) -> pd.DataFrame:
    """PCP at 0.5 by limb, in per cent: this run, stored runs, and a table as printed.

    Args:
        rows: of this run.
        systems: lines, in their order; the printed methods that are not re-run follow.
        table: the printed one.
        stored: rows kept under ``results/``.
        loose: the loose reading, without printed lines.
    """
    metrics = {name.replace("pcp", "pcp-loose") if loose else name: title for name, title in LIMBS.items()}
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for title, part in columns(rows, stored, everywhere=True):
        for system in systems:
            lines[title, system] = {word: cell(part, system, name) for name, word in metrics.items()}
    if not loose:
        printed = published_table("deeppose", table)
        for name in printed["system"].unique():
            values = printed[printed["system"] == name].set_index("metric")["value"]
            lines["printed", str(name)] = {word: f"{values[limb]:g}" for limb, word in LIMBS.items()}
    return pd.DataFrame(lines).T.rename_axis(["", "method"])


def elsewhere_table(rows: pd.DataFrame, why: str) -> pd.DataFrame:
    """Table 2 beside the PDJ of Figure 7, for the rows of another data set; else why there are none."""
    if not len(rows):
        return pd.DataFrame({"Table 2, Figure 7": [why]})
    rates = systems_table(rows).drop(columns="PCP")
    return limb_table(rows, list(rates.index.get_level_values(1)), "Table 2").join(rates).fillna("–")


def gain_table(rates: Mapping[str, Errors], experiment: DeepPoseExperiment) -> pd.DataFrame:
    """What each stage finds more than the one before, by the precision that is asked for; with intervals."""
    pairs = {"stage 2 after 1": STAGES[1::-1], "stage 3 after 2": STAGES[:0:-1]}
    lines: dict[str, dict[str, str]] = {}
    for fraction in (0.05, 0.1, 0.15, 0.2, 0.3, 0.5):
        metric = f"pdj-{fraction:.2f}"
        found = compare_2d(rates, [(a, b, metric) for a, b in pairs.values()], experiment.test)
        lines[f"within {fraction:g} of the torso"] = {
            title: with_bounds(r["value"], r["low"], r["high"], "+.2f")
            for title, r in zip(pairs, found.to_dict("records"), strict=True)
        }
    return pd.DataFrame(lines).T


def systems_table(rows: pd.DataFrame, stored: pd.DataFrame | None = None) -> pd.DataFrame:
    """PCP and PDJ of all systems, controls included: of this run, and of stored ones on any data set."""
    metrics = {"pcp": "PCP", "pdj-0.10": "PDJ at 0.1", "pdj-0.20": "PDJ at 0.2", "pdj-0.50": "PDJ at 0.5"}
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for title, part in columns(rows, stored, everywhere=True):
        for system in part.loc[part["metric"] == "pcp", "system"].unique():
            if " - " not in system:
                lines[title, system] = {word: cell(part, system, name) for name, word in metrics.items()}
    return pd.DataFrame(lines).T.rename_axis(["", "method"])


def pdj_curves(
    predictions: Mapping[str, Tensor],
    experiment: DeepPoseExperiment,
    kinds: Sequence[str] = ("elbow", "wrist", "knee", "ankle"),
    limit: float = 0.5,
) -> Figure:
    """Share of joints within a fraction of the torso's diameter, by kind of joint: Figures 3 to 5 and 7.

    Args:
        predictions: system to ``(M, K, 2)``.
        experiment: whose test samples they are of.
        kinds: of joints, both sides together; those that the skeleton lacks are left out.
        limit: of the fraction.
    """
    truth = experiment.truth
    a, b = (truth[:, joint] for joint in experiment.skeleton.torso)
    diameter = torch.linalg.vector_norm(a - b, dim=-1)
    groups = joint_groups(experiment.skeleton)
    kinds = [kind for kind in kinds if kind in groups]
    thresholds = torch.linspace(0, limit, 101)
    figure, grid = plt.subplots(1, len(kinds), figsize=(2.4 * len(kinds), 2.7), sharey=True, squeeze=False)
    for axes, kind in zip(grid[0], kinds, strict=True):
        for system, predicted in predictions.items():
            distance = relative_distance(predicted, truth, diameter)[:, list(groups[kind])].flatten()
            distance = distance[~distance.isnan()]
            share = 100 * (distance[:, None] <= thresholds).float().mean(0)
            axes.plot(thresholds, share, label=system, **LOOK.get(system, {}))
        axes.set_title(f"{kind}s", fontsize=9)
        axes.set(xlabel="of the torso", xlim=(0, limit), ylim=(0, 100))
    grid[0][0].set_ylabel("joints within it (%)")
    grid[0][-1].legend(fontsize=7)
    return describe(
        figure,
        f"Rising curves: the share of {', '.join(kinds)} found within a distance, {', '.join(predictions)}",
    )


def _show(axes: Axes, image: Any, title: str = "") -> None:
    axes.imshow(np.asarray(image))
    axes.axis("off")
    axes.set_title(title, fontsize=9)


def second_look(experiment: DeepPoseExperiment, sample: int, joints: Sequence[str]) -> Figure:
    """Figure 2 of the paper with real values: the first pose, boxes around some joints, and what they show.

    Args:
        experiment: with the rows *Stage 1* and *Stage 2*.
        sample: index of a test sample.
        joints: names.
    """
    skeleton, image = experiment.skeleton, experiment.test.images[sample]
    first, second = (experiment.predictions[s][sample] for s in STAGES[:2])
    sides = experiment.sigma * experiment.diameter(first[None])
    boxes = joint_boxes(first[None], sides)[0]
    figure, grid = plt.subplots(1, 1 + len(joints), figsize=(1.9 * (1 + len(joints)), 2.2), squeeze=False)
    _show(grid[0][0], image, "stage 1")
    draw_pose_2d(grid[0][0], first, skeleton, linewidth=1.4)
    which = torch.full((len(joints),), sample)
    chosen = [skeleton.index(joint) for joint in joints]
    images = experiment.test_images
    seen = images.look(which, boxes[chosen]).permute(0, 2, 3, 1) * images.std + images.mean
    for axes, joint, colour, crop in zip(
        grid[0][1:], chosen, CYCLE[3:] * len(joints), seen.cpu(), strict=False
    ):
        x0, y0, x1, y1 = (boxes[joint] - 0.5).tolist()
        grid[0][0].add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, color=colour))
        _show(axes, crop.clamp(0, 255).byte(), skeleton.joints[joint].replace("_", " "))
        side = images.side
        start = np.array([side, side]) / 2 - 0.5
        move = ((second - first)[joint] / float(sides[0]) * side).numpy()
        axes.annotate(
            "", start + move, start, arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 2.0}
        )
        axes.plot(*start, "o", color=colour, markersize=4)
    return describe(
        figure,
        "A pose of stage 1 with boxes around some of its joints; and each box enlarged, with an arrow from "
        "its middle to where stage 2 moves the joint",
    )


def simulated_places(experiment: DeepPoseExperiment, sample: int, name: str = "stage-2") -> Figure:
    """Where simulated predictions of each joint are drawn from, around a true pose: one standard deviation.

    Args:
        experiment: whose stages are trained.
        sample: index of a test sample.
        name: the stage whose training set is simulated.
    """
    errors, truth = experiment.errors[name], experiment.whole_truth()[sample]
    figure, axes = plt.subplots(figsize=(3.6, 3.6))
    _show(axes, experiment.test.images[sample])
    draw_pose_2d(axes, truth, experiment.skeleton, colour=GHOST, linewidth=1.2)
    unit = float(experiment.diameter(truth[None]))
    for place, shift, std in zip(truth, errors.mean, errors.std, strict=True):
        x, y = (place + shift * unit - 0.5).tolist()
        width, height = (2 * std * unit).tolist()
        axes.add_patch(Ellipse((x, y), width, height, fill=False, color=PUBLISHED, linewidth=1.4))
    return describe(
        figure,
        "A true pose on its image, and around each joint an ellipse: one standard deviation of the errors of "
        "the stage before",
    )


def worth_showing(experiment: DeepPoseExperiment, count: int = 3) -> list[int]:
    """Test samples that stages 2 and 3 bring nearest to the truth, of those that stage 1 had far off."""
    truth = experiment.truth
    error = {s: (experiment.predictions[s] - truth).square().sum(-1).sqrt().nanmean(1) for s in STAGES}
    gain = (error[STAGES[0]] - error[STAGES[-1]]) / experiment.diameter(truth)
    return [int(i) for i in gain.nan_to_num(nan=-1.0).topk(count).indices]


def stage_moves(experiment: DeepPoseExperiment, samples: Sequence[int]) -> Figure:
    """Figure 6: what each stage moved; the truth in green, the prediction in orange.

    Args:
        experiment: with the rows of all stages.
        samples: test samples, one a row.
    """
    figure, grid = plt.subplots(len(samples), 3, figsize=(6.0, 2.0 * len(samples)), squeeze=False)
    truth = experiment.whole_truth()
    for number, (row, sample) in enumerate(zip(grid, samples, strict=True)):
        for axes, stage in zip(row, STAGES, strict=True):
            _show(axes, experiment.test.images[sample], "" if number else stage)
            draw_pose_2d(axes, truth[sample], experiment.skeleton, colour=OURS, linewidth=1.6)
            predicted = experiment.predictions[stage][sample]
            draw_pose_2d(axes, predicted, experiment.skeleton, colour=RIGHT, linewidth=1.6)
    return describe(
        figure, f"{len(samples)} images in rows, three stages in columns: true and predicted stick figures"
    )


def sweep_figure(rows: pd.DataFrame, stage_1: float, title: str = "") -> Figure:
    """PDJ at 0.2 of stage 2 over the size of the joints' boxes and over the number of simulated crops.

    Args:
        rows: of :func:`~pose_lib.bench.deeppose_probes.sweep_table`.
        stage_1: that of stage 1, for comparison.
        title: whose rows they are.
    """
    figure, grid = plt.subplots(1, 2, figsize=(7.0, 2.8), sharey=True)
    figure.suptitle(title, fontsize=9)
    for axes, word, label in (
        (grid[0], "sigma", "side of the boxes in diameters"),
        (grid[1], "crop", "crops a joint"),
    ):
        found = rows[rows.index.str.contains(word)]
        place = [
            float(name.removeprefix("Stage 2, ").replace("sigma ", "").split()[0]) for name in found.index
        ]
        bars = [found["value"] - found["low"], found["high"] - found["value"]]
        if word == "crop":
            axes.set_xscale("log")
            axes.minorticks_off()
        axes.errorbar(place, found["value"], yerr=bars, fmt="o-", color=OURS, capsize=3)
        axes.axhline(stage_1, color=PUBLISHED, linestyle="--")
        axes.set_xticks(place, [f"{x:g}" for x in place])
        axes.set(xlabel=label)
    grid[1].annotate("stage 1", (4, stage_1), (0, 3), textcoords="offset points", color=PUBLISHED)
    grid[0].set_ylabel("PDJ at 0.2 (%), stage 2")
    return describe(figure, "Joints found by stage 2 over the size of its boxes, and over the crops a joint")
