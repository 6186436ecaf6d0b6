"""How much of the Li & Chan chapter is run."""

from dataclasses import replace
from typing import Any

from pose_lib.bench.departures import BATCH, HALF, MEANINGLESS, NOISE
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name, fast
from pose_lib.papers.li_chan.sizes import LiChanPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_DROPOUT = "Dropout is 0.1 instead of 0.25: at this number of training steps the published rate underfits."
_ADAM = (
    "The optimiser is AdamW, at a rate that rises over the first steps and falls to zero, instead of "
    "gradient descent with momentum at one rate."
)
_UNIT = "The regression loss is in units of 30 mm instead of 1200; in those it is small beside detection's."


def _equal(schedule: Schedule) -> dict[str, Any]:
    """The same schedule for both tasks at once and for each of the two alone."""
    return dict.fromkeys(("joint", "detector", "regressor"), schedule)


_QUICK = LiChanPreset(
    **QUICK,
    **_equal(fast(400)),
    unit=30.0,
    widths=(1024, 2048),
    dropout=0.1,
    noise=0.4,
    kde_inputs=2000,
    kde_outputs=1000,
    departures=(HALF, _DROPOUT, BATCH, _ADAM, _UNIT, NOISE),
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    joint=Schedule(3, 1e-4, 32),
    detector=Schedule(2, 1e-4, 32),
    regressor=Schedule(3, 1e-4, 32),
    kde_inputs=100,
    kde_outputs=100,
    departures=(HALF, _DROPOUT, _UNIT, MEANINGLESS),
)
_LONG = replace(_QUICK, **LONG, **_equal(fast(1000)), kde_inputs=3000, kde_outputs=1500)
_PAPER = replace(
    _QUICK,
    **PAPER,
    **_equal(Schedule(100_000, 5e-4, 128, constant=True, momentum=0.9)),
    unit=1200.0,
    dropout=0.25,
    noise=0.1,
    kde_inputs=8000,
    kde_outputs=4000,
    departures=(),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
