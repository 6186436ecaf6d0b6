"""What a run took: images, seconds and bytes, as rows from which the cost of other runs is planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from torch import nn

from pose_lib.bench.rows import Row, constant_row
from pose_lib.training import Schedule

__all__ = ["RUN_SYSTEM", "TIMES", "WORK", "Work"]

RUN_SYSTEM = "Run"
"""System of the rows that are of a run as a whole."""
WORK = ("network-images", "network-seconds", "training-seconds", "other-seconds", "run-megabytes")
"""Metrics of :meth:`Work.rows`."""
TIMES = tuple(name for name in WORK if name.endswith("-seconds"))
_WORDS = (
    "images that convolutional networks were trained on, counted once for each network and step",
    "wall-clock seconds of these trainings",
    "wall-clock seconds of all other trainings, such as those on poses",
    "wall-clock seconds of what else the run keeps, such as features; without start, data and figures",
    "megabytes of the run's trained weights and features",
)


@dataclass
class Work:
    """Seconds and images of the parts of a run, those that were read back included."""

    seconds: dict[str, float] = field(default_factory=dict)
    """By the name of the part."""
    images: dict[str, int] = field(default_factory=dict)
    """By the name of the training; 0 where its model has no convolution."""

    def train(self, name: str, model: nn.Module, schedule: Schedule) -> None:
        """Note that a part is a training of ``model``."""
        sees = any(isinstance(module, nn.Conv2d) for module in model.modules())
        self.images[name] = schedule.steps * schedule.batch if sees else 0

    def rows(self, folder: Path) -> list[Row]:
        """The rows of a run whose parts are kept in ``folder``."""
        networks = {name for name, count in self.images.items() if count}
        values = (
            sum(self.images.values()),
            self._sum(networks),
            self._sum(set(self.images) - networks),
            self._sum(set(self.seconds) - set(self.images)),
            sum(file.stat().st_size for file in folder.glob("*.pt")) / 1e6,
        )
        return [
            constant_row(RUN_SYSTEM, metric, words, value, 1)
            for metric, words, value in zip(WORK, _WORDS, values, strict=True)
        ]

    def _sum(self, names: set[str]) -> float:
        return sum(self.seconds.get(name, 0.0) for name in names)
