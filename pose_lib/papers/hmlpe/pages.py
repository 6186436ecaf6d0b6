"""The figures of the HMLPE chapter."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.measures import joint_groups, sequences_of
from pose_lib.bench.published import published_table
from pose_lib.bench.rows import Key, label
from pose_lib.book.comparison_2d import torso_distances
from pose_lib.book.curves import draw_accuracy, draw_sweep
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.palette import GHOST, OURS, PUBLISHED, RIGHT
from pose_lib.book.style import describe
from pose_lib.data.references import TORSO
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PART_NAMES, PARTS
from pose_lib.models.receptive import backtrack, patches
from pose_lib.papers.hmlpe import PAPER
from pose_lib.papers.hmlpe.probes import Maps, mean_patches
from pose_lib.papers.hmlpe.published import MODEC_RADII
from pose_lib.papers.hmlpe.published import PUBLISHED as PRINTED_NUMBERS
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment
from pose_lib.papers.hmlpe.sweep import RATIOS, WAYS
from pose_lib.papers.hmlpe.sweep_tables import PRINTED, sweep_frame

__all__ = [
    "accuracy_over_radius",
    "average_patch_sheet",
    "backtracked_patches",
    "examples",
    "sweep_figure",
    "windows_and_labels",
]


def _window(experiment: HmlpeExperiment, sample: int) -> tuple[np.ndarray, np.ndarray]:
    """The centre window of a test image, and its joints in the pixels of that window."""
    p = experiment.preset
    edge = (p.side - p.view) // 2
    image = experiment.test.images[sample, edge : edge + p.view, edge : edge + p.view]
    return np.asarray(image), np.asarray(experiment.test.joints_2d[sample]) - edge


def _alone(experiment: HmlpeExperiment, sample: int) -> ImageBatches:
    """One test image as the network sees it."""
    image = experiment.test.images[sample : sample + 1]
    return ImageBatches(image, experiment.preset.view, device=experiment.device, like=experiment.images)


def windows_and_labels(
    experiment: HmlpeExperiment, sample: int, net: HMLPE | None = None, part: str = "left upper arm"
) -> Figure:
    """Figure 2, Li et al. 2014: the windows that contain a part, its labels, and the network's probabilities.

    Args:
        experiment: whose test samples they are.
        sample: index of a test sample.
        net: a trained network; without one the probabilities are left out.
        part: one of :data:`~pose_lib.models.part_windows.PART_NAMES`.

    Raises:
        ValueError: no such part; lists those that exist.
    """
    image, joints = _window(experiment, sample)
    if part not in PART_NAMES:
        raise ValueError(f"no part {part!r}; there are: {', '.join(PART_NAMES)}")
    windows, which = experiment.windows, PART_NAMES.index(part)
    points, grid = torch.from_numpy(joints)[None], (windows.per_side, windows.per_side)
    labels = windows.labels(points)[0, which].view(grid)
    maps = {"share inside": windows.shares(points)[0, which].view(grid), "label": labels}
    if net is not None:
        with torch.no_grad():
            _, logits = net.eval()(next(_alone(experiment, sample).centred()))
        maps["detected"] = logits[0, which].sigmoid().float().cpu().view(grid)
    figure, axes = plt.subplots(1, 1 + len(maps), figsize=(2.25 * (1 + len(maps)), 2.6))
    axes[0].imshow(image)
    draw_pose_2d(axes[0], joints, STICKMEN8, linewidth=1.5)
    starts = windows.starts()
    for row, column in labels.nonzero().tolist():
        corner = (float(starts[column]) - 0.5, float(starts[row]) - 0.5)
        axes[0].add_patch(
            Rectangle(corner, windows.window, windows.window, fill=False, color="white", linewidth=0.8)
        )
    a, b = (joints[i] - 0.5 for i in PARTS[which])
    axes[0].plot(*np.stack([a, b]).T, color="white", linewidth=3)
    axes[0].set_title(part, fontsize=9)
    for panel, (title, values) in zip(axes[1:], maps.items(), strict=True):
        panel.imshow(values.numpy(), cmap="viridis", vmin=0, vmax=1)
        panel.set_title(title, fontsize=9)
    for panel in axes:
        panel.set(xticks=[], yticks=[])
    return describe(
        figure,
        f"An image with the windows that contain the {part}; then maps with one cell per window: "
        f"{', '.join(maps)}",
    )


def accuracy_over_radius(
    experiment: HmlpeExperiment,
    systems: Sequence[Key],
    kinds: Sequence[str] = ("elbow", "wrist"),
    limit: float = 50.0,
) -> Figure:
    """Figure 4, Li et al. 2014: per cent of joints within ``r`` hundredths of the torso, Eq. (7).

    Both sides are counted together; bands are 95 % intervals over sequences. MODEC's accuracy on FLIC, which
    is other people in other pictures, is shown as well where hips are known.

    Args:
        experiment: that has predictions.
        systems: in the order of the legend; those without predictions are left out.
        kinds: of joints, one panel each.
        limit: largest radius, hundredths.
    """
    predictions = {key: experiment.predictions[key] for key in systems if key in experiment.predictions}
    distances, unit = torso_distances(predictions, experiment.test)
    printed = published_table(PRINTED_NUMBERS, "Figure 4").set_index(["system", "metric"])["value"]
    members, groups = joint_groups(STICKMEN8), sequences_of(experiment.test)
    figure, grid = plt.subplots(1, len(kinds), figsize=(4.4 * len(kinds), 3.0), sharey=True, squeeze=False)
    for axes, kind in zip(grid[0], kinds, strict=True):
        shown = {key: 100 * values[:, list(members[kind])] for key, values in distances.items()}
        draw_accuracy(axes, shown, np.linspace(0, limit, 101), PAPER.looks, groups, legend=False)
        if TORSO in experiment.test.table.columns:
            modec = [printed["MODEC", f"accuracy-{r}-{kind}"] for r in MODEC_RADII]
            axes.plot(MODEC_RADII, modec, color=PUBLISHED, marker="o", ms=3, label="MODEC on FLIC")
        axes.set(xlabel=f"r (hundredths of {unit})")
        axes.set_title(f"{kind}s", fontsize=9)
    grid[0][0].set_ylabel("joints within r (%)")
    grid[0][0].legend(fontsize=8)
    names = ", ".join(map(label, distances))
    return describe(figure, f"Accuracy of {' and '.join(kinds)} rising with the radius, for {names}")


def sweep_figure(evidence: Evidence, title: str = "") -> Figure:
    """Figure 5, Li et al. 2014: both errors over the ratio of the weights, for each way of training.

    Args:
        evidence: of runs that trained the controls, and differ in their seeds.
        title: which runs they are.
    """
    colours = {**dict(zip(WAYS.values(), (OURS, GHOST, RIGHT), strict=True)), PRINTED: PUBLISHED}
    splits = {"train": "--", "test": "-"}
    looks = {
        f"{way}, {split}": {"color": colour, "linestyle": line}
        for split, line in splits.items()
        for way, colour in colours.items()
    }
    found = sweep_frame(evidence).dropna(subset=["value"])
    split, kind = (found["metric"].str.split("-").str[i] for i in (0, 1))
    found = found.assign(line=found["way"] + ", " + split)
    figure, grid = plt.subplots(1, 2, figsize=(9.0, 3.6))
    figure.suptitle(title, fontsize=9)
    for axes, which, task in zip(grid, "rd", ("regression", "detection"), strict=True):
        draw_sweep(axes, found[kind == which], "ratio", by="line", looks=looks, legend=False)
        axes.set(xlabel=r"$\lambda_r / \lambda_d$", ylabel="", xlim=(-0.4, len(RATIOS) - 0.6), ylim=(0, None))
        axes.set_title(f"{task} error", fontsize=9)
    handles, names = grid[1].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, fontsize=7, handlelength=3.5)
    return describe(
        figure, "Regression and detection error over the ratio of the tasks' weights, training and test"
    )


def average_patch_sheet(
    experiment: HmlpeExperiment, net: HMLPE, convolution: int, columns: int = 16
) -> Figure:
    """Figure 6 b and c, Li et al. 2014: the mean of the patches behind each map's peaks.

    Each is stretched to its own range; a map that is active on no image stays empty.
    """
    mean, count = mean_patches(experiment, net, convolution)
    rows = -(-len(mean) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(0.58 * columns, 0.58 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, patch, alive in zip(grid.flat, mean.numpy(), count.tolist(), strict=False):
        if alive:
            axes.imshow((patch - patch.min()) / max(float(np.ptp(patch)), 1e-6))
    return describe(figure, f"Blurred average patches of the {len(mean)} maps of convolution {convolution}")


def backtracked_patches(experiment: HmlpeExperiment, net: HMLPE, sample: int, columns: int = 16) -> Figure:
    """Figure 7, Li et al. 2014: the patch behind each map's peak after convolution 3, and where it lies."""
    image, _ = _window(experiment, sample)
    maps = Maps.of(net, _alone(experiment, sample), 3)
    value, position = maps.found.value[0], maps.found.position[0]
    found = patches(
        torch.from_numpy(image.copy())[None], torch.zeros(len(value), dtype=torch.long), position, maps.layers
    )
    rows = -(-len(value) // columns)
    figure = plt.figure(figsize=(9.0, 2.6))
    left, right = np.asarray(figure.subfigures(1, 2, width_ratios=[1, 3]))
    _draw_spans(left.subplots(), image, backtrack(maps.layers, position[value > 0]))
    grid = right.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, patch, strength in zip(grid.flat, found.numpy(), value.tolist(), strict=False):
        if strength > 0:
            axes.imshow(patch)
    return describe(
        figure,
        "A test image with the outlines of the patches that excite each map of the last convolution most, "
        "and the patches themselves, map by map",
    )


def _draw_spans(axes: Axes, image: np.ndarray, spans: Tensor) -> None:
    axes.imshow(image)
    axes.axis("off")
    for x0, y0, x1, y1 in torch.unique(spans, dim=0).tolist():
        axes.add_patch(
            Rectangle((x0 - 0.5, y0 - 0.5), x1 - x0 + 1, y1 - y0 + 1, fill=False, color=OURS, linewidth=0.6)
        )


def examples(experiment: HmlpeExperiment, system: Key, samples: Sequence[int]) -> Figure:
    """Test crops with the truth in grey and a system's joints in the colours of the sides."""
    figure, grid = plt.subplots(1, len(samples), figsize=(1.5 * len(samples), 1.6), squeeze=False)
    for axes, sample in zip(grid[0], samples, strict=True):
        axes.imshow(experiment.test.images[sample])
        axes.axis("off")
        draw_pose_2d(axes, experiment.test.joints_2d[sample], STICKMEN8, colour=GHOST, linewidth=3.0)
        draw_pose_2d(axes, experiment.predictions[system][sample], STICKMEN8, linewidth=1.4)
    return describe(figure, f"Test crops with true poses in grey and those of {label(system)} in colour")
