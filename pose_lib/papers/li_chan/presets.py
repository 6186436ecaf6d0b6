"""How much of the Li & Chan chapter is run."""

from dataclasses import replace
from typing import Any

from pose_lib.bench.departures import BATCH, CENTRED, CLIP, FRAMES, HALF, HE, LINKDE, MEANINGLESS, NOISE
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name, fast
from pose_lib.models.parts.layers import GREY_LEVELS
from pose_lib.papers.li_chan.sizes import LiChanPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_DROPOUT = "Dropout is 0.1 instead of 0.25: at this number of training steps the published rate underfits."
_ADAM = (
    "The optimiser is AdamW, at a rate that rises over the first steps and falls to zero, instead of "
    "gradient descent with momentum at one rate."
)
_UNIT = "The regression loss is in units of 30 mm instead of 1200; in those it is small beside detection's."
_UNIT_NORM = (
    "Response normalisation hardly acts: its constants are for grey levels, and images here have a "
    "deviation of one. Where it acts as on grey levels, as at the preset paper, so few steps teach the "
    "network much less."
)
_NORM = (
    "Response normalisation acts as on images of which one unit is 50 grey levels, with a neighbourhood of 5 "
    "by 5 pixels, before the pool; the paper gives no size, and the authors' later code has no such layer."
)
_TANH = (
    "The tanh reaches 1 at 1.1 times the largest training coordinate, instead of at 1200 mm: parent-relative "
    "joints are short."
)
_LENGTH = "100,000 steps at one rate; the authors' code runs 200 epochs, and more at a tenth of the rate."
_DECAY = (
    "Weights are not decayed, and biases learn at the rate of weights; the authors' code decays fully "
    "connected layers and moves biases four times as fast."
)
_WHOLE = "Training windows lie anywhere in the crop; in the authors' code, between its corner and its middle."


def _equal(schedule: Schedule) -> dict[str, Any]:
    """The same schedule for both tasks at once and for each of the two alone."""
    return dict.fromkeys(("joint", "detector", "regressor"), schedule)


_QUICK = LiChanPreset(
    **QUICK,
    **_equal(fast(400)),
    unit=30.0,
    pixel=1.0,
    widths=(1024, 2048),
    dropout=0.1,
    noise=0.4,
    kde_inputs=2000,
    kde_outputs=1000,
    departures=(HALF, _DROPOUT, BATCH, _ADAM, CLIP, _UNIT, _UNIT_NORM, NOISE),
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    joint=Schedule(3, 1e-4, 32),
    detector=Schedule(3, 1e-4, 32),
    regressor=Schedule(3, 1e-4, 32),
    kde_inputs=100,
    kde_outputs=100,
    departures=(HALF, _DROPOUT, _UNIT, _UNIT_NORM, MEANINGLESS),
)
_LONG = replace(_QUICK, **LONG, **_equal(fast(7200)), kde_inputs=3000, kde_outputs=1500)
_PAPER = replace(
    _QUICK,
    **PAPER,
    **_equal(Schedule(100_000, 5e-4, 128, constant=True, momentum=0.9)),
    unit=1200.0,
    pixel=GREY_LEVELS,
    dropout=0.25,
    noise=0.1,
    kde_inputs=8000,
    kde_outputs=4000,
    departures=(_LENGTH, _DECAY, _WHOLE, _NORM, _TANH, CENTRED, HE, FRAMES, LINKDE),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
