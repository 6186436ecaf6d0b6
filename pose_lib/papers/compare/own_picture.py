"""The page on a reader's own picture: a trained network, a picture, and how much the box matters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.prediction import Prediction
from pose_lib.bench.predictor import Predictor
from pose_lib.bench.rows import pick
from pose_lib.bench.setup import USUAL, Setup
from pose_lib.bench.stored import run_evidence
from pose_lib.book.figures import draw_pose_2d
from pose_lib.book.overlays import draw_crop
from pose_lib.book.palette import BASELINE, OURS
from pose_lib.book.style import describe
from pose_lib.data.photos.own import Box, OwnPicture
from pose_lib.data.poses import PoseData
from pose_lib.data.request import SyntheticRequest
from pose_lib.data.resample import crop_boxes
from pose_lib.data.synthetic import dataset
from pose_lib.metrics import mpjpe
from pose_lib.papers import find
from pose_lib.papers.compare import side_by_side

__all__ = [
    "as_table",
    "box_error_figure",
    "box_errors",
    "box_of",
    "finished",
    "shortened",
    "steps_figure",
    "write_rendered",
]

FACTORS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5)
"""Sides of boxes, as multiples of the right one."""


def finished(name: str, preset: str, device: str = "auto") -> Setup:
    """A chapter's own run at a preset; it is made now if there is none.

    Raises:
        ParameterError: no such preset or device; the valid ones are listed.
    """
    return side_by_side.finished(find(name), {**USUAL, "preset": preset, "device": device})


def write_rendered(file: Path, size: int) -> PoseData:
    """Write a picture of a rendered test person, stored on its side with an EXIF note of that; its sample.

    Args:
        file: ends in ``.jpg``.
        size: of its sides in pixels.
    """
    request = SyntheticRequest(action="Walking", size=size, step=50, seconds=1.0)
    found = dataset.load(request, subjects=["S9"], cameras=["54138969"])
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.fromarray(np.rot90(found.images[0]).copy()).save(file, quality=92, exif=exif)
    return found.select(np.array([0]))


def box_of(text: str) -> Box | None:
    """A box written as ``x0 y0 x1 y1``; nothing stands for the whole picture.

    Raises:
        ParameterError: another text.
    """
    if not text.strip():
        return None
    try:
        x0, y0, x1, y1 = (float(word) for word in text.replace(",", " ").split())
    except ValueError as error:
        raise ParameterError(f"box is {text[:100]!r}; it must be four numbers: x0 y0 x1 y1") from error
    return x0, y0, x1, y1


def steps_figure(picture: OwnPicture, found: Prediction, predictor: Predictor) -> Figure:
    """The picture, what the network sees of it, and the joints that it predicts."""
    scale = picture.shown.width / picture.width
    facts = predictor.facts
    crop = picture.crop(np.array(found.box, dtype=np.float32), facts.size)
    edge = (facts.size - facts.window) // 2
    inside = slice(edge, edge + facts.window)
    figure, (first, second, third) = plt.subplots(1, 3, figsize=(8.4, 3.0))
    draw_crop(first, np.asarray(picture.shown), "the picture, upright")
    draw_crop(second, crop[inside, inside], f"the network's {facts.window} pixels")
    draw_crop(third, np.asarray(picture.shown), "the joints")
    if found.joints_2d is not None:
        draw_pose_2d(third, scale * np.asarray(found.joints_2d), found.skeleton)
    return describe(
        figure,
        "A picture of a person, the part of it that the network sees at few pixels, and the picture with the "
        "joints that the network predicts",
    )


def box_errors(predictor: Predictor, data: PoseData, factors: Sequence[float] = FACTORS) -> pd.Series:
    """MPJPE (mm) over samples whose boxes are made larger or smaller about their middle, by the factor.

    Beyond the stored crop its border is repeated.
    """
    images, size = torch.from_numpy(np.array(data.images)), predictor.facts.size
    truth = torch.from_numpy(data.root_relative())

    def error(factor: float) -> float:
        half = factor * data.size / 2
        boxes = torch.tensor([[data.size / 2 - half] * 2 + [data.size / 2 + half] * 2]).expand(len(data), 4)
        shown = crop_boxes(images, torch.arange(len(data)), boxes, size).round().to(torch.uint8)
        predicted: Tensor | None = predictor(shown).joints_3d
        assert predicted is not None
        return float(mpjpe(predicted, truth).mean())

    return pd.Series({factor: error(factor) for factor in factors}, name="MPJPE (mm)")


def box_error_figure(errors: pd.Series, setup: Setup) -> Figure:
    """Errors of :func:`box_errors` against the factor, beside the error of the mean pose in the same run."""
    rows = run_evidence(setup.run.folder).rows
    mean = float(pick(rows, "Mean pose", "mpjpe")["value"].iloc[0])
    figure, axes = plt.subplots(figsize=(5.6, 3.2))
    axes.plot(errors.index, errors, "o-", color=OURS, label="this network")
    axes.axhline(mean, color=BASELINE, linestyle=":", label="the mean pose, whatever the picture")
    axes.set(xlabel="side of the box, as a multiple of the right one", ylabel=errors.name)
    axes.set_ylim(0, 1.3 * max(mean, float(errors.max())))
    axes.legend()
    return describe(
        figure,
        "The error in millimetres against the size of the box around the person, and that of the mean pose",
    )


def as_table(facts: Mapping[str, str]) -> pd.DataFrame:
    """Facts by name as a table of one column."""
    return pd.DataFrame({"of this network": dict(facts)})


def shortened(found: Prediction) -> str:
    """The JSON of a prediction with the first two joints of each list, for a page."""
    content = json.loads(found.to_json())
    skeleton = content["skeleton"]
    skeleton["joints"], skeleton["parents"] = ([*skeleton[name][:2], "..."] for name in ("joints", "parents"))
    for name in ("joints_2d", "joints_3d"):
        if content[name] is not None:
            content[name]["values"] = [*map(str, content[name]["values"][:2]), "..."]
    content["box"]["x0_y0_x1_y1"] = str(content["box"]["x0_y0_x1_y1"])
    return json.dumps(content, indent=1)
