"""The figures of the DeepPose chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle
from torch import Tensor

from pose_lib.bench.experiment_2d import filled, labelled_mean
from pose_lib.bench.pooling import once_a_seed, pooled
from pose_lib.bench.rows import Key, label, pick, split_key
from pose_lib.book import comparison_2d
from pose_lib.book.curves import draw_sweep
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import CENTRE, GHOST, OURS, PUBLISHED, looks_of
from pose_lib.book.style import describe, limb_colours
from pose_lib.models.deeppose import joint_boxes
from pose_lib.papers.deeppose import PAPER
from pose_lib.papers.deeppose.probes import Elsewhere
from pose_lib.papers.deeppose.recipe import STAGES, DeepPoseExperiment
from pose_lib.papers.deeppose.sweeps import CROPS, crops_key, sigma_key

__all__ = [
    "elsewhere_curves",
    "most_improved",
    "pdj_curves",
    "pose_errors",
    "second_look",
    "simulated_places",
    "stage_moves",
    "sweep_figure",
    "sweep_frame",
]


def pdj_curves(
    predictions: Mapping[Key, Tensor],
    experiment: DeepPoseExperiment,
    kinds: Sequence[str] = ("elbow", "wrist", "knee", "ankle"),
) -> Figure:
    """Share of joints within a fraction of the torso's diameter, by kind of joint: Figures 3 to 5 and 7.

    Predictions are ``(M, K, 2)``; bands are 95 % intervals over sequences. Kinds that the skeleton lacks are
    left out.
    """
    return comparison_2d.pdj_curves(predictions, experiment.test, kinds, PAPER.looks)


def elsewhere_curves(there: Elsewhere, kinds: Sequence[str] = ("elbow", "wrist")) -> Figure | None:
    """Figure 7: :func:`pdj_curves` on the other data set, without other methods; None where it was not run.

    A system is drawn as on its own data set. Where people are annotated with sticks, the torso is its stick.
    """
    if there.test is None:
        return None
    systems = {label(key): split_key(key)[0] for key in there.predictions}
    own = looks_of(list(systems.values()), PAPER.looks)
    looks = {name: own[system] for name, system in systems.items()}
    return comparison_2d.pdj_curves(there.predictions, there.test, kinds, looks)


def second_look(experiment: DeepPoseExperiment, sample: int, joints: Sequence[str]) -> Figure:
    """Figure 2 with real values: a pose of stage 1, boxes around some of its joints, and what they show."""
    skeleton, image = experiment.skeleton, experiment.test.images[sample]
    first, second = (experiment.predictions[s][sample] for s in STAGES[:2])
    sides = experiment.sigma * experiment.diameter(first[None])
    boxes = joint_boxes(first[None], sides)[0]
    figure, grid = plt.subplots(1, 1 + len(joints), figsize=(1.9 * (1 + len(joints)), 2.2), squeeze=False)
    draw_crop(grid[0][0], image, "stage 1")
    draw_pose_2d(grid[0][0], first, skeleton, linewidth=1.4)
    which = torch.full((len(joints),), sample)
    chosen = [skeleton.index(joint) for joint in joints]
    images = experiment.test_images
    seen = images.look(which, boxes[chosen]).permute(0, 2, 3, 1) * images.std + images.mean
    ends = (child for _, child in skeleton.limbs)
    side = dict(zip(ends, limb_colours(skeleton), strict=True))
    for axes, joint, crop in zip(grid[0][1:], chosen, seen.cpu(), strict=True):
        colour = side.get(joint, CENTRE)
        x0, y0, x1, y1 = (boxes[joint] - 0.5).tolist()
        grid[0][0].add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, color=colour))
        draw_crop(axes, crop.clamp(0, 255).byte(), skeleton.joints[joint].replace("_", " "))
        start = np.array([images.side, images.side]) / 2 - 0.5
        move = ((second - first)[joint] / float(sides[0]) * images.side).numpy()
        arrow = {"arrowstyle": "->", "color": colour, "linewidth": 2.0}
        axes.annotate("", start + move, start, arrowprops=arrow)
        axes.plot(*start, "o", color=colour, markersize=4)
    return describe(
        figure,
        "A pose of stage 1 with boxes around some of its joints; and each box enlarged, with an arrow from "
        "its middle to where stage 2 moves the joint",
    )


def simulated_places(experiment: DeepPoseExperiment, sample: int) -> Figure:
    """Where stage 2's simulated predictions of each joint lie around a true pose: one standard deviation."""
    errors, truth = experiment.errors["stage-2"], _whole_truth(experiment)[sample]
    figure, axes = plt.subplots(figsize=(3.6, 3.6))
    draw_crop(axes, experiment.test.images[sample])
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


def pose_errors(experiment: DeepPoseExperiment, system: Key) -> Tensor:
    """``(M,)`` mean distance of predicted and labelled joints in crop pixels; NaN without any label."""
    gap = experiment.predictions[system] - experiment.truth
    return gap.square().sum(-1).sqrt().nanmean(1)


def most_improved(experiment: DeepPoseExperiment, count: int = 3) -> list[int]:
    """Test samples whose error stages 2 and 3 reduce most, in units of the person's diameter."""
    first, last = (pose_errors(experiment, stage) for stage in (STAGES[0], STAGES[-1]))
    gain = (first - last) / experiment.diameter(experiment.truth)
    return [int(i) for i in gain.nan_to_num(nan=-1.0).topk(count).indices]


def _whole_truth(experiment: DeepPoseExperiment) -> Tensor:
    """True test poses ``(M, K, 2)``, with the mean's joints where one has no label."""
    return filled(experiment.truth, labelled_mean(experiment.joints))


def stage_moves(experiment: DeepPoseExperiment, samples: Sequence[int]) -> Figure:
    """Figure 6: what each stage moved; the truth in grey, the prediction in green."""
    figure, grid = plt.subplots(len(samples), 3, figsize=(6.0, 2.0 * len(samples)), squeeze=False)
    truth = _whole_truth(experiment)
    for number, (row, sample) in enumerate(zip(grid, samples, strict=True)):
        for axes, stage in zip(row, STAGES, strict=True):
            draw_crop(axes, experiment.test.images[sample], "" if number else stage)
            for poses, colour in ((truth, GHOST), (experiment.predictions[stage], OURS)):
                draw_pose_2d(axes, poses[sample], experiment.skeleton, colour=colour, linewidth=1.6)
    return describe(
        figure, f"{len(samples)} images in rows, three stages in columns: true and predicted stick figures"
    )


def sweep_frame(rows: pd.DataFrame, keys: Mapping[float, Key], metric: str = "pdj-0.20") -> pd.DataFrame:
    """One measure over the values of a sweep: columns ``setting``, ``value``, ``low`` and ``high``.

    Several runs in the rows differ in their seeds, and are pooled; a value that was not measured is left out.
    """
    found = {value: once_a_seed(pick(rows, key, metric)) for value, key in keys.items()}
    lines = [(value, *pooled(part)) for value, part in found.items() if len(part)]
    return pd.DataFrame(lines, columns=["setting", "value", "low", "high"])


def sweep_figure(experiment: DeepPoseExperiment, rows: pd.DataFrame, title: str = "") -> Figure | None:
    """PDJ at 0.2 of stage 2 over the size of the joints' boxes and over the number of simulated crops.

    None if the runs did not train the controls.
    """
    sizes = sweep_frame(rows, {sigma: sigma_key(sigma) for sigma in experiment.sigmas})
    crops = sweep_frame(rows, {float(count): crops_key(count) for count in CROPS})
    if not len(sizes) or not len(crops):
        return None
    first = {"stage 1": pooled(once_a_seed(pick(rows, STAGES[0], "pdj-0.20")))[0]}
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.0, 2.8), sharey=True)
    figure.suptitle(title, fontsize=9)
    draw_sweep(left, sizes, "setting", reference=first)
    draw_sweep(right, crops, "setting", reference=first, scale="log")
    left.set(xlabel="side of the boxes in diameters", ylabel="PDJ at 0.2 (%), stage 2")
    right.set(xlabel="crops per joint")
    return describe(
        figure, "Joints found by stage 2 over the size of its boxes, and over the crops per joint"
    )
