"""What the experiments of all papers share: data on the device, training, costs and features.

:class:`Experiment` knows no kind of target; :mod:`pose_lib.bench.experiment_3d` and
:mod:`pose_lib.bench.experiment_2d` do. What comes out is held by :class:`pose_lib.bench.results.Results`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import torch
from torch import Tensor, nn

from pose_lib.batches import ImageBatches, predict
from pose_lib.bench.collapse import spread_rows
from pose_lib.bench.cost import cost_rows, milliseconds_per_image, multiply_adds, parameters
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.presets import Preset
from pose_lib.bench.results import Results
from pose_lib.bench.rows import Key, Row, label
from pose_lib.bench.run import Run
from pose_lib.data.poses import PoseData
from pose_lib.paths import slug
from pose_lib.training import Loss, Schedule
from pose_lib.training_state import History

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup

__all__ = ["Experiment"]


@dataclass
class Experiment(ABC):
    """Trains and predicts; what takes long is kept in the run's folder.

    Args:
        run: where it is kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
    """

    run: Run
    train: PoseData
    test: PoseData
    preset: Preset
    truth: Tensor = field(init=False)
    """Poses of the test samples ``(M, J, D)``."""
    results: Results = field(default_factory=Results)
    stream: ClassVar[str | None] = None
    """Name of the random streams of its trainings; each has those of its own name if there is none."""

    @classmethod
    def of(cls, setup: Setup) -> Self:
        """The experiment of a notebook."""
        return cls(setup.run, setup.train, setup.test, setup.preset)

    def __post_init__(self) -> None:
        """Name the device and the seed."""
        self.device, self.seed = torch.device(self.run.device), self.run.seed

    @property
    def predictions(self) -> dict[Key, Tensor]:
        """System to its poses for the test samples."""
        return self.results.predictions

    @property
    def histories(self) -> dict[str, History]:
        """Training histories by name."""
        return self.results.histories

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
        loss: Loss,
        schedule: Schedule,
        *,
        samples: int | None = None,
        watch: Callable[[int], Mapping[str, float] | None] | None = None,
        stream: str | None = None,
    ) -> History:
        """Train a network, and keep it and its history under ``name``.

        Args:
            name: of the training; part of its seed if no ``stream`` is given.
            net: the network.
            loss: from the indices of a batch and a seeded generator to a scalar.
            schedule: how long and how fast.
            samples: that batches are taken from; the training images if missing.
            watch: as for :func:`pose_lib.training.fit`.
            stream: networks with the same stream see the same batches; :attr:`stream` if missing.
        """
        count = len(self.train) if samples is None else samples
        ahead = self.images.announce if samples is None else None
        self.histories[name] = self.run.train(
            name, net, loss, count, schedule, watch, stream or self.stream, ahead
        )
        return self.histories[name]

    def predict(self, net: nn.Module) -> Tensor:
        """Outputs for the centre windows of the test images, ``(M, outputs)``."""
        return predict(net, self.test_images)

    def cost(self, key: Key, net: nn.Module, trained: Sequence[str]) -> None:
        """Note what a system costs: parameters, multiply-adds, seconds of training, milliseconds per image.

        Args:
            key: the system.
            net: as it is used at test time.
            trained: names of all trainings that it needs.
        """

        def build() -> dict[str, Any]:
            return {"times": milliseconds_per_image(net, self.test_images)}

        times = self.run.cached(f"cost-{slug(label(key))}", build)["times"]
        image = next(self.test_images.centred(1))
        seconds = sum(self.histories[name].seconds for name in trained)
        self.results.costs += cost_rows(
            key, parameters(net), multiply_adds(net, image), seconds, times.tolist()
        )

    @abstractmethod
    def scores(self) -> Scores:
        """Every metric of every system on the test samples."""

    def finish(self, rows: Sequence[Row] = (), scores: Sequence[Scores] = ()) -> Evidence:
        """Write rows and predictions to the run's folder, and mark it as complete.

        Args:
            rows: further rows, of probes.
            scores: further scores, on other samples or of other metrics.
        """
        several = [self.scores(), *scores]
        found = [row for part in several for row in part.rows()]
        spreads = spread_rows(self.predictions, self.truth)
        return self.run.finish([*found, *self.results.costs, *spreads, *rows], several, self.predictions)
