"""What the experiments of all papers share: data on the device, stages, costs, features and rows.

:class:`Experiment` knows no kind of target; :class:`Experiment3D` is that of the 3D papers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from pose_lib.batches import ImageBatches, predict
from pose_lib.bench.claims import comparisons
from pose_lib.bench.cost import cost_rows, milliseconds_an_image, multiply_adds, parameters
from pose_lib.bench.evaluate import Errors, compare, evaluate
from pose_lib.bench.presets import Preset
from pose_lib.bench.runs import Run
from pose_lib.data.poses import PoseData
from pose_lib.metrics.limbs import Reading
from pose_lib.models.baselines import mean_pose, nearest_pose
from pose_lib.models.hog import hog
from pose_lib.models.kde import KernelDependencyEstimation
from pose_lib.models.targets import PoseScale
from pose_lib.training import History, Schedule

__all__ = ["BASELINES", "Experiment", "Experiment3D"]

BASELINES = ("Mean pose", "Nearest pose")
"""Rows that stand beside every learned method."""


@dataclass
class Experiment:
    """Trains and predicts; every stage is kept in the run's folder.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    run: Run
    train: PoseData
    test: PoseData
    preset: Preset
    predictions: dict[str, Tensor] = field(default_factory=dict)
    """Per system, for the test samples: root-relative ``(M, J, 3)`` mm, or ``(M, J, 2)`` crop pixels."""
    histories: dict[str, History] = field(default_factory=dict)
    """Per stage."""
    costs: list[pd.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Name the device and the seed."""
        self.device = torch.device(str(self.run.parameters["device"]))
        self.seed = int(self.run.parameters["seed"])

    @cached_property
    def images(self) -> ImageBatches:
        """The training images on the device."""
        p = self.preset
        return ImageBatches(self.train.images, p.window, device=self.device, noise=p.noise)

    @cached_property
    def test_images(self) -> ImageBatches:
        """The test images on the device, normalised as the training images."""
        return ImageBatches(self.test.images, self.preset.window, device=self.device, like=self.images)

    def fit(
        self,
        name: str,
        net: nn.Module,
        loss: Callable[[Tensor, torch.Generator], Tensor],
        schedule: Schedule,
        watch: Callable[[int], Mapping[str, float] | None] | None = None,
        stream: str | None = None,
    ) -> History:
        """Train a network on the training images as the run's stage ``name``; its history is kept."""
        self.histories[name] = self.run.train(name, net, loss, len(self.train), schedule, watch, stream)
        return self.histories[name]

    def predict(self, net: nn.Module) -> Tensor:
        """Outputs for the centre windows of the test images, ``(M, outputs)``."""
        return predict(net, self.test_images)

    def cost(self, system: str, net: nn.Module, stages: tuple[str, ...]) -> None:
        """Note what a system costs: parameters, multiply-adds, seconds of training, milliseconds an image.

        Args:
            system: the row's name.
            net: as it is used at test time.
            stages: those that had to be trained for it.
        """

        def build() -> dict[str, Any]:
            return {"times": milliseconds_an_image(net, self.test_images)}

        times = self.run.stage(f"cost-{system}".replace(" ", "-").replace(",", ""), build)["times"]
        image = next(self.test_images.centred(1))
        seconds = sum(self.histories[s].seconds for s in stages)
        rows = cost_rows(system, parameters(net), multiply_adds(net, image), seconds, times.tolist())
        self.costs.append(rows)

    def features(self) -> tuple[Tensor, Tensor]:
        """HOG of the training and test crops, ``(N, F)`` and ``(M, F)``."""

        def build() -> dict[str, Any]:
            cell = self.train.size // 8
            images = (torch.from_numpy(np.array(d.images)) for d in (self.train, self.test))
            return dict(zip(("train", "test"), (hog(i, cell) for i in images), strict=True))

        stored = self.run.stage("hog", build)
        return stored["train"], stored["test"]

    def finish(self, rows: pd.DataFrame, errors: dict[str, Errors]) -> pd.DataFrame:
        """Write rows, errors and predictions to the run's folder, and mark it as complete."""
        return self.run.finish(rows, errors, self.predictions)


@dataclass
class Experiment3D(Experiment):
    """Root-relative poses in mm as targets, and the rows of the 3D tables.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    readings: ClassVar[tuple[Reading, ...]] = ("pairs",)
    """Of the limb-length-ratio error: one is enough where the paper does not report it."""

    def __post_init__(self) -> None:
        """Take the targets from the data."""
        super().__post_init__()
        self.poses = torch.from_numpy(self.train.root_relative())
        self.truth = torch.from_numpy(self.test.root_relative())
        self.scale = PoseScale.of(self.poses)

    # --- rows that need no training of a network ----------------------------------------------------------

    def baselines(self) -> None:
        """Mean pose, the pose of the nearest training image by HOG, and the nearest that an oracle finds."""
        self.predictions["Mean pose"] = mean_pose(self.poses, len(self.truth))
        train, test = self.features()
        self.predictions["Nearest pose"] = nearest_pose(test, train, self.poses)
        self.predictions["Nearest pose (oracle)"] = nearest_pose(
            self.truth.flatten(1), self.poses.flatten(1), self.poses
        )

    def kde(self, inputs: int, outputs: int) -> None:
        """Row *KDE*: lifted features to lifted poses, and the pre-image.

        Args:
            inputs: random features of the input kernel.
            outputs: random features of the output kernel.
        """
        train, test = self.features()

        def build() -> dict[str, Any]:
            model = KernelDependencyEstimation(inputs, outputs, seed=self.seed)
            model.fit(train, self.scale.to_vector(self.poses))
            begun = time.monotonic()
            vectors = model.predict(test)
            return {"vectors": vectors, "seconds_a_pose": (time.monotonic() - begun) / len(test)}

        self.predictions["KDE"] = self.scale.to_pose(self.run.stage("kde", build)["vectors"])

    # --- rows ---------------------------------------------------------------------------------------------

    def rows(self) -> tuple[pd.DataFrame, dict[str, Errors]]:
        """Tidy rows of all systems so far, their differences that claims ask for, costs; and the errors."""
        rows, errors = evaluate(self.predictions, self.truth, self.test, self.readings)
        paired = compare(errors, comparisons(self.run.paper), self.test)
        return pd.concat([rows, paired, *self.costs], ignore_index=True), errors
