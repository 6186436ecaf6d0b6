"""What is fitted to what in the LinKDE chapter, in the order of the method."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.rows import constant_row, label
from pose_lib.data.poses import PoseData
from pose_lib.models.hog_pyramid import LEVELS, hog_pyramid
from pose_lib.models.linkde import InputKernel, LinKDE
from pose_lib.papers.linkde.sizes import NO_SILHOUETTE, LinKDEPreset

__all__ = ["NEAREST", "TRACED", "LinKDEExperiment", "described"]

NEAREST = "mean of nearest poses"
"""Setting of the row that takes the mean of the training poses with the closest lifts, without a search."""
TRACED = (0, 2, 5, 10, 20, 40, 60)
"""Numbers of steps after which the pre-image search is looked at."""
_LOOKED_AT = 256
_CHUNK = 4096


def described(data: PoseData, *, silhouette: bool = True, levels: tuple[int, ...] = LEVELS) -> Tensor:
    """The pyramids of all samples, ``(N, F)``; read from the disk in parts.

    Args:
        data: the samples.
        silhouette: count gradients within the person's silhouette alone, where the data have silhouettes.
        levels: of the pyramid.
    """
    parts = []
    for first in range(0, len(data), _CHUNK):
        some = slice(first, first + _CHUNK)
        masks = None
        if silhouette and data.masks is not None:
            masks = torch.from_numpy(np.array(data.masks[some]))
        parts.append(hog_pyramid(torch.from_numpy(np.array(data.images[some])), masks, levels))
    return torch.cat(parts)


@dataclass
class LinKDEExperiment(Experiment3D):
    """Fits and predicts; what takes long is kept in the run's folder."""

    preset: LinKDEPreset

    def __post_init__(self) -> None:
        """Take the targets from the data, and note where these have no silhouettes."""
        super().__post_init__()
        if not self.silhouettes:
            words = (*self.preset.departures, NO_SILHOUETTE)
            self.preset = replace(self.preset, departures=words)

    @property
    def silhouettes(self) -> bool:
        """Whether training and test samples have masks of the person."""
        return self.train.masks is not None and self.test.masks is not None

    # --- the method ---------------------------------------------------------------------------------------

    def linkde(self) -> None:
        """Rows *LinKRR* and *LinKDE*, and the mean of nearest poses: one regression, and three ways on."""
        found = self.fitted()
        for key, name in (("LinKRR", "regressed"), ("LinKDE", "found"), (("LinKDE", NEAREST), "nearest")):
            self.predictions[key] = self.scale.to_pose(found[name])
        self.costs(found)

    def fitted(
        self,
        setting: str = "",
        *,
        silhouette: bool = True,
        levels: tuple[int, ...] = LEVELS,
        kernel: InputKernel = "chi-square",
    ) -> dict[str, Any]:
        """Describe the crops, fit the regression, and search for the pre-images of the test samples.

        Returns:
            ``regressed``, ``found`` and ``nearest``, vectors of poses ``(M, P)``; what :meth:`trace` gives;
            and counts and times.
        """

        def build() -> dict[str, Any]:
            begin = time.monotonic()
            masked = silhouette and self.silhouettes
            train = described(self.train, silhouette=masked, levels=levels)
            model = LinKDE(self.preset.inputs, self.preset.outputs, kernel=kernel, seed=self.seed)
            model.fit(train, self.scale.to_vector(self.poses))
            fitted = time.monotonic()
            test = described(self.test, silhouette=masked, levels=levels)
            regressed, found = model.pre_images(test)
            ended = time.monotonic()
            times = {"fit-seconds": fitted - begin, "seconds-per-pose": (ended - fitted) / len(test)}
            products = model.lift_x.weights.numel() + model.map.numel()
            counts = {"numbers": model.map.numel() + len(model.offset), "products": products}
            model.starts_at = "nearest"
            nearest = model.pre_images(test, steps=0).found
            vectors = {"regressed": regressed, "found": found, "nearest": nearest}
            return vectors | self.trace(model, test) | times | counts

        return self.run.cached(label(("linkde", setting)), build)

    def trace(self, model: LinKDE, test: Tensor) -> dict[str, Tensor]:
        """Poses ``(K, M', P)`` and distances ``(K, M')`` of the search after each of :data:`TRACED` steps.

        On some of the test samples, from both starts; distances are those that it lowers.
        """
        lifts = model.lifted(test[:: -(-len(test) // _LOOKED_AT)])
        kept: dict[str, Tensor] = {}
        for start in ("regression", "nearest"):
            model.starts_at = start
            found = [model.pre_image(lifts, steps) for steps in TRACED]
            kept[f"poses-{start}"] = torch.stack(found) * model.scale + model.mean
            kept[f"distances-{start}"] = torch.stack([model.distance(y, lifts)[0] for y in found])
        return kept

    def costs(self, found: dict[str, Any]) -> None:
        """Note what LinKDE costs: fitted numbers, products, seconds of the fit, and ms per image."""
        search = 2 * TRACED[-1] * self.preset.outputs * self.poses[0].numel()
        self.results.costs += [
            constant_row("LinKDE", metric, words, value, 1)
            for metric, words, value in (
                ("parameters", "numbers that the regression has fitted", found["numbers"]),
                ("multiply-adds", "of lift, regression and search, one image", found["products"] + search),
                ("train-seconds", "wall-clock seconds of descriptors and fit", found["fit-seconds"]),
                ("ms-per-image", "from crop to pose, all test samples", 1000 * found["seconds-per-pose"]),
            )
        ]

    # --- what each part is worth --------------------------------------------------------------------------

    def controls(self) -> None:
        """LinKDE without its silhouette, its pyramid and its kernel on the image, one at a time."""
        if self.silhouettes:
            self.without("no silhouette", silhouette=False)
        self.without("one level", levels=LEVELS[-1:])
        self.without("Gaussian kernel", kernel="Gaussian")

    def without(self, setting: str, **changed: Any) -> None:
        """The row of *LinKDE* with one part changed."""
        found = self.fitted(setting, **changed)["found"]
        self.predictions["LinKDE", setting] = self.scale.to_pose(found)
