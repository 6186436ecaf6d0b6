"""How much of the Park chapter is run."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.bench.presets.common import BATCH, NOISE, Preset
from pose_lib.training import Schedule

__all__ = ["PARK", "ParkPreset"]


@dataclass(frozen=True, kw_only=True)
class ParkPreset(Preset):
    """Sizes and schedules of the Park chapter: one schedule, the same for every variant."""

    learning: Schedule
    """Of every variant; with ``epochs``, its steps are counted in those instead."""
    epochs: int = 0
    """Of the training samples; 0 to take the schedule's own number of steps."""
    width: int = 2048
    """Of the hidden fully connected layers."""
    first: int = 2
    """Stride of the first convolution."""
    lambda_2d: tuple[float, float] = (0.1, 0.01)
    """Weight of the classification before and after 16 of 28 parts of the training."""
    lambda_3d: float = 0.5
    looks: int = 7
    """How often the 3D losses are measured while a network learns."""
    seen: int = 512
    """At how many training samples, and at most how many test samples."""

    def schedule(self, samples: int) -> Schedule:
        """The schedule for so many training samples; published, its rate halves every four epochs."""
        if not self.epochs:
            return self.learning
        s = self.learning
        epoch = max(1, samples // s.batch)
        return Schedule(
            self.epochs * epoch,
            s.lr,
            s.batch,
            weight_decay=s.weight_decay,
            momentum=s.momentum,
            halve_every=4 * epoch,
        )

    def weight_2d(self, step: int, steps: int) -> float:
        """lambda_2D at a step: it falls after 16 of 28 epochs."""
        return self.lambda_2d[0] if 28 * step < 16 * steps else self.lambda_2d[1]


_SMALL = "Images are 96 pixels wide, and the network sees windows of 86, instead of 250 and 225."
_WIDTH = "Fully connected layers have 256 units instead of 2048."
_DROPOUT = "Dropout is 0.1 instead of 0.3: at this number of training steps the published rate underfits."
_ADAM = (
    "AdamW with a rate that rises to 5e-3 and falls to zero, instead of gradient descent with momentum and a "
    "rate that halves; the 3D outputs are in units of their targets' deviation."
)
_WEIGHT = (
    "lambda_3D is 10 instead of 0.5: in so few steps the convolutions would learn little else than places in "
    "the picture. Six roots weigh it six times; 10 suits one root and six about equally well."
)


def _fast(steps: int) -> Schedule:
    return Schedule(steps, 5e-3, 64, warmup=0.2)


_SHORT = (_SMALL, _WIDTH, _DROPOUT, BATCH, _ADAM, _WEIGHT, NOISE)

PARK = {
    preset.name: preset
    for preset in (
        ParkPreset(
            name="smoke",
            size=96,
            window=86,
            seconds=4,
            step=20,
            test_step=40,
            learning=Schedule(4, 1e-3, 32),
            width=64,
            dropout=0.1,
            noise=0.4,
            lambda_3d=10.0,
            looks=2,
            seen=32,
            departures=(*_SHORT, "A handful of training steps: the numbers mean nothing."),
        ),
        ParkPreset(
            name="quick",
            size=96,
            window=86,
            seconds=60,
            step=10,
            test_step=50,
            learning=_fast(260),
            width=256,
            dropout=0.1,
            noise=0.4,
            lambda_3d=10.0,
            looks=6,
            seen=256,
            departures=_SHORT,
        ),
        ParkPreset(
            name="long",
            size=96,
            window=86,
            seconds=60,
            step=5,
            test_step=25,
            learning=_fast(600),
            width=256,
            dropout=0.1,
            noise=0.4,
            lambda_3d=10.0,
            looks=8,
            departures=_SHORT,
        ),
        ParkPreset(
            name="paper",
            size=250,
            window=225,
            seconds=120,
            step=2,
            test_step=10,
            learning=Schedule(0, 0.01, 128, weight_decay=0.001, momentum=0.9),
            epochs=28,
            dropout=0.3,
            noise=0.1,
            seen=2048,
        ),
    )
}
