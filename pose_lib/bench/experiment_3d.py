"""What the experiments of the 3D papers share: poses in mm, baselines, and kernel dependency estimation."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.experiment import Experiment
from pose_lib.bench.measures import measures_3d
from pose_lib.metrics.limbs import Reading
from pose_lib.models.baselines import mean_pose, nearest_pose
from pose_lib.models.hog import hog
from pose_lib.models.kde import KernelDependencyEstimation
from pose_lib.models.parts.targets import PoseScale

__all__ = ["Experiment3D", "hog_cell"]


@dataclass
class Experiment3D(Experiment):
    """Root-relative poses in mm as targets."""

    readings: ClassVar[tuple[Reading, ...]] = ("pairs",)
    """Of the limb-length-ratio error: one is enough where the paper does not report it."""

    def __post_init__(self) -> None:
        """Take the targets from the data."""
        super().__post_init__()
        self.poses = torch.from_numpy(self.train.root_relative())
        self.truth = torch.from_numpy(self.test.root_relative())
        self.scale = PoseScale.of(self.poses)

    @cached_property
    def features(self) -> tuple[Tensor, Tensor]:
        """HOG of the training and test crops, ``(N, F)`` and ``(M, F)``."""

        def build() -> dict[str, Any]:
            cell = hog_cell(self.train.size)
            side = self.train.size // cell * cell
            edge = (self.train.size - side) // 2
            inside = slice(edge, edge + side)
            images = (
                torch.from_numpy(np.array(d.images[:, inside, inside])) for d in (self.train, self.test)
            )
            return dict(zip(("train", "test"), (hog(i, cell) for i in images), strict=True))

        stored = self.run.cached("hog", build)
        return stored["train"], stored["test"]

    def baselines(self) -> None:
        """Mean pose, the pose of the nearest training image by HOG, and the nearest that an oracle finds."""
        self.predictions["Mean pose"] = mean_pose(self.poses, len(self.truth))
        train, test = self.features
        self.predictions["Nearest pose"] = nearest_pose(test, train, self.poses)
        self.predictions["Nearest pose (oracle)"] = nearest_pose(
            self.truth.flatten(1), self.poses.flatten(1), self.poses
        )

    def kde(self, inputs: int, outputs: int) -> None:
        """Row *KDE*: random features of the image to random features of the pose, then its pre-image.

        Args:
            inputs: random features of the input kernel.
            outputs: random features of the output kernel.
        """
        train, test = self.features

        def build() -> dict[str, Any]:
            model = KernelDependencyEstimation(inputs, outputs, seed=self.seed)
            model.fit(train, self.scale.to_vector(self.poses))
            start = time.monotonic()
            vectors = model.predict(test)
            return {"vectors": vectors, "seconds_per_pose": (time.monotonic() - start) / len(test)}

        self.predictions["KDE"] = self.scale.to_pose(self.run.cached("kde", build)["vectors"])

    def scores(self) -> Scores:
        """Every metric of every system on the test samples."""
        return evaluate(self.predictions, self.truth, self.test, measures_3d(self.test, self.readings))


def hog_cell(side: int) -> int:
    """Side of a cell for crops of ``side`` pixels: an eighth of them, rounded down.

    Where eight cells do not fill the crop, as in crops of 250 pixels, as many whole cells as fit are taken
    from its middle.
    """
    return max(1, math.floor(side / 8))
