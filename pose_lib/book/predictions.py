"""A predicted pose as files to look at: drawn over its picture, and as a page with the pose in 3D."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from pose_lib.bench.prediction import Prediction
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.markup import html_text
from pose_lib.book.palette import GHOST
from pose_lib.book.policy import PLOTLY_CONFIG, policy_tag
from pose_lib.book.scenes import skeleton_3d
from pose_lib.book.style import describe, description
from pose_lib.storage import written

__all__ = ["FORMATS", "overlay", "pose_page", "save_overlay", "save_page"]

FORMATS = ("png", "webp")
"""Of pictures that are written."""
SCRIPT = "plotly.min.js"
"""Name of the script beside a page that does not hold it itself."""


def overlay(prediction: Prediction, picture: Image.Image) -> Figure:
    """The 2D joints over the picture, as a figure of its pixels; the box that was cut out is a thin line.

    Args:
        prediction: with 2D joints.
        picture: what it was made from, at any size.

    Raises:
        ValueError: the network predicts no 2D joints.
    """
    if prediction.joints_2d is None:
        raise ValueError(
            f"{prediction.system} predicts no places in the picture, so there is nothing to draw"
        )
    scale = picture.width / prediction.width
    figure = Figure(figsize=(picture.width / 100, picture.height / 100), dpi=100)
    FigureCanvasAgg(figure)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.imshow(np.asarray(picture), aspect="auto")
    axes.set_axis_off()
    x0, y0, x1, y1 = (scale * value - 0.5 for value in prediction.box)
    width = max(1.0, max(picture.size) / 300)
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, color=GHOST, linewidth=width / 2))
    points = scale * np.asarray(prediction.joints_2d)
    draw_pose_2d(axes, points, prediction.skeleton, colour="white", linewidth=1.8 * width)
    draw_pose_2d(axes, points, prediction.skeleton, linewidth=width)
    side = (
        "the person's own"
        if prediction.sides == "person"
        else "the picture's, as of somebody who faces the camera"
    )
    return describe(
        figure,
        f"{prediction.picture} with the joints that {prediction.system} predicts; blue is left and orange is "
        f"right, {side}",
    )


def save_overlay(prediction: Prediction, picture: Image.Image, file: Path) -> Path:
    """Write :func:`overlay` as PNG or WebP, by the file's ending; no data of the original but its pixels.

    Raises:
        ValueError: another ending, or no 2D joints.
        StorageError: the file cannot be written.
    """
    kind = file.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise ValueError(f"{file}: pictures are written as {' or '.join(FORMATS)}")
    figure = overlay(prediction, picture)
    figure.canvas.draw()
    pixels = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")  # type: ignore[attr-defined]
    return written(file, lambda part: pixels.save(part, format=kind.upper()))


def pose_page(prediction: Prediction, *, whole: bool = False) -> str:
    """The 3D pose as an HTML page that asks no other host; it can be turned.

    Args:
        prediction: with 3D joints.
        whole: the page holds plotly's script (some 5 MB); else it expects it beside itself.

    Raises:
        ValueError: the network predicts no 3D joints.
    """
    from plotly.offline import get_plotlyjs

    if prediction.joints_3d is None:
        raise ValueError(f"{prediction.system} predicts no pose in space, so there is nothing to turn")
    title = f"{prediction.system}: {prediction.picture}"
    figure = skeleton_3d({prediction.system: prediction.joints_3d}, prediction.skeleton, title)
    drawn = figure.to_html(full_html=False, include_plotlyjs=False, config=dict(PLOTLY_CONFIG))
    script = f"<script>{get_plotlyjs()}</script>" if whole else f'<script src="{SCRIPT}"></script>'
    name, words = html_text(title), html_text(description(figure))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{policy_tag()}<title>{name}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{margin:0;background:#fff}</style>'
        f'{script}</head>\n<body><main role="img" aria-label="{words}">{drawn}</main></body></html>\n'
    )


def save_page(prediction: Prediction, file: Path, *, whole: bool = False) -> Path:
    """Write :func:`pose_page`, and plotly's script beside it unless the page holds it or it is there.

    Raises:
        ValueError: no 3D joints.
        StorageError: a file cannot be written.
    """
    from plotly.offline import get_plotlyjs

    text, script = pose_page(prediction, whole=whole), file.with_name(SCRIPT)
    if not whole and not script.is_file():
        written(script, lambda part: part.write_text(get_plotlyjs(), encoding="utf-8"))
    return written(file, lambda part: part.write_text(text, encoding="utf-8"))
