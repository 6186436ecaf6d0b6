"""What the experiments of the 3D papers share: poses in mm, baselines, and kernel dependency estimation."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.experiment import Experiment
from pose_lib.bench.measures import measures_3d
from pose_lib.data.poses import PoseData
from pose_lib.metrics.limbs import Reading
from pose_lib.models.baselines import mean_pose, nearest_pose
from pose_lib.models.hog import hog
from pose_lib.models.kde import KernelDependencyEstimation
from pose_lib.models.parts.targets import PoseScale

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup

__all__ = ["LOOK", "STREAM", "Experiment3D"]

LOOK = 64
"""Side in pixels of the crops that are compared to find the nearest pose, whatever the network sees: the row
is then the same in all chapters."""
STREAM = "3d"
"""Name of the random streams: networks of all papers see the same windows and colours in the same order,
where their crops and batches are the same."""


@dataclass
class Experiment3D(Experiment):
    """Root-relative poses in mm as targets.

    Args:
        crops: gives the training and test samples in crops of another size; without it, :attr:`features` need
            crops of :data:`LOOK` pixels.
    """

    crops: Callable[[int], tuple[PoseData, PoseData]] | None = None
    stream: ClassVar[str | None] = STREAM
    readings: ClassVar[tuple[Reading, ...]] = ("pairs",)
    """Of the limb-length-ratio error: one is enough where the paper does not report it."""

    @classmethod
    def of(cls, setup: Setup) -> Self:
        """The experiment of a notebook."""
        return cls(setup.run, setup.train, setup.test, setup.preset, crops=setup.crops)

    def __post_init__(self) -> None:
        """Take the targets from the data."""
        super().__post_init__()
        self.poses = torch.from_numpy(self.train.root_relative())
        self.truth = torch.from_numpy(self.test.root_relative())
        self.scale = PoseScale.of(self.poses)

    @cached_property
    def features(self) -> tuple[Tensor, Tensor]:
        """HOG of the training and test samples in crops of :data:`LOOK` pixels, ``(N, F)`` and ``(M, F)``.

        Raises:
            ValueError: the experiment has crops of another size only.
        """

        def build() -> dict[str, Any]:
            if self.crops is None and self.train.size != LOOK:
                raise ValueError(
                    f"{self.run.paper} needs crops of {LOOK} pixels to look up poses, and has only crops of "
                    f"{self.train.size}; give it `crops`"
                )
            parts = self.crops(LOOK) if self.crops else (self.train, self.test)
            found = (hog(torch.from_numpy(np.array(part.images))) for part in parts)
            return dict(zip(("train", "test"), found, strict=True))

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
