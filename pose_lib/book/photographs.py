"""Drawings and tables of the page about photographs, which shows none: skeletons, sticks, windows, cards."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from pose_lib.book.drawings import example_pose
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.palette import BASELINE, OURS, PUBLISHED
from pose_lib.book.style import describe
from pose_lib.data.mapping import joint_sources, mean_joints
from pose_lib.data.photos.cards import SETS, UNIONS, Facts
from pose_lib.data.photos.people import CONTEXT
from pose_lib.data.photos.stickmen import LOWER, WIDER
from pose_lib.data.photos.sticks import PARTS, reference_windows, sticks_to_joints
from pose_lib.geometry.skeletons import FLIC11, H36M17, LSP14, STICKMEN8, Skeleton

__all__ = ["back_views", "card_text", "sets_table", "skeletons", "sticks", "windows"]


def sets_table() -> pd.DataFrame:
    """One row per data set: its size, its skeleton, and what a crop shows by default."""
    rows = [
        {
            "dataset": f.name,
            "title": f.title,
            "pictures": f"{f.pictures:,}",
            "people": f"{f.people:,}" if f.people else "about six per picture",
            "joints": len(f.skeleton),
            "skeleton": f.skeleton.name,
            "crop": f.crop,
        }
        for f in SETS.values()
    ]
    return pd.DataFrame(rows)


def card_text(facts: Facts) -> str:
    """The card of a data set in Markdown."""
    users = ", ".join(f"`{u.name}`" for u in UNIONS.values() if facts.name in u.members)
    counted = f"{facts.people:,} people" if facts.people else "about six people per picture"
    layout = "\n".join(f"    {line}" for line in facts.layout.splitlines())
    lines = [
        f"**{facts.title}**, `-p dataset {facts.name}`\n",
        f"- *From* <{facts.origin.split(' ')[0]}>: {', '.join(f'`{a}`' for a in facts.archives)}",
        f"- *Licence:* {facts.licence}.",
        f"- *Counts:* {counted}, {facts.pictures:,} pictures.",
        f"- *Split:* {facts.split}",
        f"- *Sides:* {facts.sides}",
        f"- *Labels:* {facts.labels}",
        f"- *Boxes:* {facts.box}",
    ]
    lines += [f"- *Checksum:* {', '.join(facts.checksums)}."] if facts.checksums else []
    lines += [f"- *Part of* {users}."] if users else []
    return "\n".join([*lines, "", "Layout, below `data_root`:", "", layout])


def skeletons() -> Figure:
    """The three skeletons of the photographs with the names of their joints."""
    figure, panels = plt.subplots(1, 3, figsize=(9.0, 4.2))
    for axes, skeleton in zip(panels, (LSP14, FLIC11, STICKMEN8), strict=True):
        joints = _example_joints(skeleton)
        _frame(axes, 410 if skeleton == LSP14 else 220)
        draw_pose_2d(axes, joints, skeleton)
        for name, (x, y) in zip(skeleton.joints, joints, strict=True):
            side = "right" if name.startswith("right") else "left"
            offset = {"shoulder": (0, 5), "hip": (0, -10), "neck": (4, 9), "nose": (5, -9)}
            beside = offset.get(name.split("_")[-1], (-5 if side == "right" else 5, 0))
            across = "center" if name.endswith(("shoulder", "hip")) else side
            options = {"textcoords": "offset points", "ha": across, "fontsize": 6.5}
            axes.annotate(name.replace("_", " "), (x, y), beside, **options)
        axes.set_title(f"{skeleton.name}: {len(skeleton)} joints")
    names = "fourteen joints of Leeds Sports Pose, eleven of FLIC, eight of the stickmen"
    return describe(figure, f"One waving person drawn with three skeletons: {names}")


def sticks() -> Figure:
    """Six sticks as they are in a file, with their directions, and the joints that follow from them."""
    six = _example_sticks()
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 3.6))
    for axes in (left, right):
        _frame(axes, 220)
    for part, (a, b) in zip(PARTS, six, strict=True):
        left.annotate("", b, a, arrowprops={"arrowstyle": "-|>", "color": PUBLISHED, "linewidth": 1.8})
        outside = part.startswith("left")
        x, y = (a + b) / 2 + (0, 14 if part == "left upper arm" else 0)
        left.text(x + (-6 if outside else 6), y, part, fontsize=7, ha="right" if outside else "left")
    left.set_title("in the file: from first end to second")
    for a, b in six:
        right.plot(*np.stack([a, b]).T, color=PUBLISHED, linewidth=5, alpha=0.3, solid_capstyle="round")
    draw_pose_2d(right, sticks_to_joints(six[None])[0], STICKMEN8)
    right.set_title("joints where sticks meet")
    text = "Six arrows in arbitrary directions, and beside them eight joints where the ends of sticks meet"
    return describe(figure, text)


def back_views() -> Figure:
    """A person seen from behind: with the person's own sides, and with those that an observer gives."""
    joints = _example_joints(LSP14, back=True)
    figure, panels = plt.subplots(1, 2, figsize=(6.0, 3.6))
    views = {"the person's own sides": joints, "an observer's sides": joints[list(LSP14.mirror)]}
    for axes, (title, points) in zip(panels, views.items(), strict=True):
        _frame(axes, 410)
        draw_pose_2d(axes, points, LSP14)
        axes.set_title(title)
    text = "A person seen from behind, twice: with the left arm at the left, and with the sides exchanged"
    return describe(figure, text)


def windows() -> Figure:
    """The window that sticks imply, the paper's test window, and what a crop shows of it."""
    six = _example_sticks()
    x0, y0, x1, y1 = reference_windows(six[None])[0]
    middle, half = (x0 + x1) / 2, (x1 - x0) / 2 * WIDER
    wide, high = 2 * half, (y1 - y0) * LOWER
    side = max(wide, high) * CONTEXT
    figure, axes = plt.subplots(figsize=(6.4, 4.0))
    _frame(axes, 400)
    draw_pose_2d(axes, sticks_to_joints(six[None])[0], STICKMEN8)
    boxes = {
        "head and shoulders": (x0, y0, x1 - x0, y1 - y0, BASELINE),
        "the paper's test window": (middle - half, y0, wide, high, PUBLISHED),
        "the crop": (middle - side / 2, y0 + high / 2 - side / 2, side, side, OURS),
    }
    for name, (x, y, width, height, colour) in boxes.items():
        box = Rectangle((x, y), width, height, fill=False, edgecolor=colour, linewidth=1.6, label=name)
        axes.add_patch(box)
    axes.set(xlim=(x - 12, x + side + 12), ylim=(y + side + 12, y - 12))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    text = "A window around head and shoulders, a larger one down to the hips, and a square around that"
    return describe(figure, text)


def _example_joints(skeleton: Skeleton, *, back: bool = False) -> NDArray[np.float64]:
    """A person who waves, ``(J, 2)`` in pixels of a picture 400 high, with the joints of a skeleton."""
    pose = example_pose()
    # Seen from the front, or from behind: left and right of the picture are exchanged.
    flat = np.stack([pose[:, 0] * (-1 if back else 1), -pose[:, 2]], axis=1)
    flat = (flat - flat.min(0)) / 4.5 + [60.0, 25.0]
    if skeleton != FLIC11:
        return np.asarray(mean_joints(flat[None], joint_sources(H36M17, skeleton))[0])
    nose, apart = flat[H36M17.index("nose")], -9.0 if back else 9.0
    joints = dict(zip(H36M17.joints, flat, strict=True)) | {"nose": nose}
    joints["left_eye"], joints["right_eye"] = nose + np.array([[apart, -8.0], [-apart, -8.0]])
    return np.array([joints[name] for name in FLIC11.joints])


def _example_sticks() -> NDArray[np.float64]:
    """The same person as six sticks ``(6, 2, 2)``, each with its ends in random order, as in the files."""
    joints = dict(zip(H36M17.joints, _example_joints(H36M17), strict=True))
    hips = (joints["left_hip"] + joints["right_hip"]) / 2
    ends = [(joints["thorax"] + [0, 8], hips)]
    ends += [(joints[f"{s}_shoulder"], joints[f"{s}_elbow"] + [0, -3]) for s in ("right", "left")]
    ends += [(joints[f"{s}_elbow"] + [2, 3], joints[f"{s}_wrist"]) for s in ("right", "left")]
    ends += [(joints["head"], joints["thorax"] + [0, -8])]
    turned = np.random.default_rng(3).integers(0, 2, len(PARTS)).astype(bool)
    sticks = np.array(ends, dtype=np.float64)
    sticks[turned] = sticks[turned, ::-1]
    return sticks


def _frame(axes: Axes, bottom: float) -> None:
    axes.set(xlim=(-30, 250), ylim=(bottom, 0), aspect="equal")
    axes.set_axis_off()
