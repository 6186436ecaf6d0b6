"""How much of the HMLPE chapter is run."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.bench.presets.common import DECAY, DROPOUT, NOISE, Preset
from pose_lib.training import Schedule

__all__ = ["HMLPE", "HmlpePreset"]


@dataclass(frozen=True, kw_only=True)
class HmlpePreset(Preset):
    """Sizes and schedules of the HMLPE chapter.

    Crops of upper bodies are cut out of the stored crops, of which any part may be shown: their ``window`` is
    the whole.
    """

    side: int
    """Side of the crops of upper bodies in pixels; the paper's 128."""
    view: int
    """Side of the network's input; the paper's 112."""
    shift: float
    """Largest random move of a box around the joints, in parts of its side."""
    zoom: float
    """Largest random change of its size."""
    widths: tuple[int, int]
    """Of the first two layers of each head."""
    learn: Schedule
    """On the union of data sets, or on the only one."""
    tune: Schedule
    """On the target set, where there is a union."""
    sweep: Schedule
    """For each ratio of Table 3, from He's first weights."""
    sweep_published: Schedule
    """The same from the published first weights."""


_HALF = (
    "Crops of upper bodies are 64 pixels wide, and the network sees windows of 56: half of the paper's size."
)
_OPTIMISER = "AdamW instead of gradient descent with momentum, whose rate the paper does not give."
_BATCH = "Batches are of 32 samples instead of 128: the same samples in four times the steps learn more."
_FEW = "A handful of training steps: the numbers mean nothing."


def _fast(steps: int, lr: float = 1.5e-3) -> Schedule:
    """Steps of few samples each, at a rate that rises and falls to zero: what learned most in a minute."""
    return Schedule(steps, lr, 32, warmup=0.1)


HMLPE = {
    preset.name: preset
    for preset in (
        HmlpePreset(
            name="smoke",
            size=96,
            window=96,
            side=64,
            view=56,
            seconds=2,
            step=50,
            test_step=50,
            shift=0.05,
            zoom=0.1,
            widths=(64, 64),
            learn=Schedule(3, 1e-4, 32),
            tune=Schedule(2, 1e-4, 32),
            sweep=Schedule(2, 1e-4, 32),
            sweep_published=Schedule(2, 1e-4, 32),
            dropout=0.1,
            noise=0.4,
            departures=(_HALF, DROPOUT, _OPTIMISER, DECAY, _FEW),
        ),
        HmlpePreset(
            name="quick",
            size=128,
            window=128,
            side=64,
            view=56,
            seconds=20,
            step=100,
            test_step=200,
            shift=0.05,
            zoom=0.1,
            widths=(512, 1024),
            learn=_fast(1000),
            tune=_fast(300, 5e-4),
            sweep=_fast(150),
            sweep_published=_fast(150),
            dropout=0.1,
            noise=0.4,
            departures=(_HALF, DROPOUT, _BATCH, _OPTIMISER, DECAY, NOISE),
        ),
        HmlpePreset(
            name="long",
            size=128,
            window=128,
            side=64,
            view=56,
            seconds=60,
            step=100,
            test_step=200,
            shift=0.05,
            zoom=0.1,
            widths=(512, 1024),
            learn=_fast(2500),
            tune=_fast(600, 5e-4),
            sweep=_fast(500),
            sweep_published=_fast(2000),
            dropout=0.1,
            noise=0.4,
            departures=(_HALF, DROPOUT, _BATCH, _OPTIMISER, DECAY, NOISE),
        ),
        HmlpePreset(
            name="paper",
            size=256,
            window=256,
            side=128,
            view=112,
            seconds=60,
            step=50,
            test_step=200,
            shift=0.05,
            zoom=0.1,
            widths=(1024, 2048),
            learn=Schedule(100_000, 5e-4, constant=True, momentum=0.9),
            tune=Schedule(20_000, 5e-5, constant=True, momentum=0.9),
            sweep=Schedule(20_000, 5e-4, constant=True, momentum=0.9),
            sweep_published=Schedule(20_000, 5e-4, constant=True, momentum=0.9),
            dropout=0.5,
            noise=0.0,
        ),
    )
}
