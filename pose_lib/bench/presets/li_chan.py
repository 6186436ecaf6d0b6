"""How much of the Li & Chan chapter is run."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.bench.presets.common import BATCH, HALF, NOISE, Preset, fast
from pose_lib.training import Schedule

__all__ = ["LI_CHAN", "LiChanPreset"]


@dataclass(frozen=True, kw_only=True)
class LiChanPreset(Preset):
    """Sizes and schedules of the Li & Chan chapter."""

    joint: Schedule
    """Both tasks at once, *DconvMP-HML*."""
    detector: Schedule
    """The first stage of *DconvMP*."""
    regressor: Schedule
    """Its second stage, and regression alone."""
    unit: float
    """mm that count as one in the regression cost: the authors' code has 1200, the paper names none."""
    widths: tuple[int, int]
    """Of the hidden layers of each head."""
    kde_inputs: int
    kde_outputs: int


_DROPOUT = "Dropout is 0.1 instead of 0.25: at this number of training steps the published rate underfits."
_ADAM = (
    "AdamW takes the steps, at a rate that rises over the first of them and falls to zero, "
    "instead of gradient descent with momentum at one rate."
)
_UNIT = (
    "Regression is counted in units of 30 mm instead of 1200, so that the trunk hears it beside detection."
)
_FEW = "A handful of training steps: the numbers mean nothing."

LI_CHAN = {
    preset.name: preset
    for preset in (
        LiChanPreset(
            name="smoke",
            size=64,
            window=56,
            seconds=4,
            step=20,
            test_step=40,
            joint=Schedule(3, 1e-4, 32),
            detector=Schedule(2, 1e-4, 32),
            regressor=Schedule(3, 1e-4, 32),
            unit=30.0,
            widths=(1024, 2048),
            dropout=0.1,
            noise=0.4,
            kde_inputs=100,
            kde_outputs=100,
            departures=(HALF, _DROPOUT, _UNIT, _FEW),
        ),
        LiChanPreset(
            name="quick",
            size=64,
            window=56,
            seconds=60,
            step=10,
            test_step=50,
            joint=fast(400),
            detector=fast(400),
            regressor=fast(400),
            unit=30.0,
            widths=(1024, 2048),
            dropout=0.1,
            noise=0.4,
            kde_inputs=2000,
            kde_outputs=1000,
            departures=(HALF, _DROPOUT, BATCH, _ADAM, _UNIT, NOISE),
        ),
        LiChanPreset(
            name="long",
            size=64,
            window=56,
            seconds=60,
            step=5,
            test_step=25,
            joint=fast(1000),
            detector=fast(1000),
            regressor=fast(1000),
            unit=30.0,
            widths=(1024, 2048),
            dropout=0.1,
            noise=0.4,
            kde_inputs=3000,
            kde_outputs=1500,
            departures=(HALF, _DROPOUT, BATCH, _ADAM, _UNIT, NOISE),
        ),
        LiChanPreset(
            name="paper",
            size=128,
            window=112,
            seconds=120,
            step=2,
            test_step=10,
            joint=Schedule(100_000, 5e-4, 128, constant=True, momentum=0.9),
            detector=Schedule(100_000, 5e-4, 128, constant=True, momentum=0.9),
            regressor=Schedule(100_000, 5e-4, 128, constant=True, momentum=0.9),
            unit=1200.0,
            widths=(1024, 2048),
            dropout=0.25,
            noise=0.1,
            kde_inputs=8000,
            kde_outputs=4000,
        ),
    )
}
