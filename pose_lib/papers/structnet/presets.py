"""How much of the StructNet chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import BATCH, CENTRED, CLIP, FRAMES, HALF, HE, LINKDE, MEANINGLESS, NOISE
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name, fast
from pose_lib.models.parts.layers import GREY_LEVELS
from pose_lib.papers.structnet.sizes import StructNetPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_DROPOUT = (
    "Dropout is 0.1 instead of 0.75, and 0.1 instead of 0.25 in the multi-task network: at this number of "
    "training steps the published rates underfit."
)
_ADAM = (
    "The optimiser is AdamW, at a rate that rises over the first steps and falls to zero, instead of "
    "gradient descent whose step length is sought on a line."
)
_UNIT = (
    "Margin and auxiliary task are in units of 100 mm instead of 1200, and the regression of the multi-task "
    "network in units of 30."
)
_UNIT_NORM = (
    "Response normalisation hardly acts: its constants are for grey levels, and images here have a "
    "deviation of one."
)
_LINE = (
    "The rate is constant: gradient descent without momentum as in the paper, which seeks the length of each "
    "step on a line. The multi-task network is trained without momentum too, at ten times its published "
    "rate, which moves weights as far."
)
_LENGTH = "200,000 steps, half of them for the multi-task network; the paper's number of steps is not known."
_SCALE = (
    "The unit of the margin is taken to be that of the poses in the authors' code, 1200 mm; the paper names "
    "none that we know of."
)
_CANDIDATES = (
    "All images of a batch have the same randomly drawn candidates, and the frequent violators are those "
    "counted since the start of the training."
)
_SHARES = (
    "Numbers of averaged poses are shares of the training poses, 0.02, 0.5 and 1.5 %, for the 20, 500 and "
    "1500 of the paper, whose 500 are about 0.5 %."
)
_FILTER = (
    "No particle filter turns the average into a skeleton, because the paper does not specify it. In its "
    "place is a projection onto the training people's mean bone lengths."
)
_OURS = (_CANDIDATES, _SHARES, _FILTER)

_QUICK = StructNetPreset(
    **QUICK,
    joint=fast(240),
    margin=fast(240),
    joint_dropout=0.1,
    joint_unit=30.0,
    unit=100.0,
    pixel=1.0,
    sampled=2000,
    kept=10,
    dropout=0.1,
    noise=0.4,
    kde_inputs=2000,
    kde_outputs=1000,
    departures=(HALF, _DROPOUT, BATCH, _ADAM, CLIP, _UNIT, _UNIT_NORM, NOISE, *_OURS),
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    joint=Schedule(3, 1e-4, 32),
    margin=Schedule(3, 1e-4, 32),
    kde_inputs=100,
    kde_outputs=100,
    departures=(HALF, _DROPOUT, _UNIT, _UNIT_NORM, *_OURS, MEANINGLESS),
)
_LONG = replace(_QUICK, **LONG, joint=fast(3600), margin=fast(3600), kde_inputs=3000, kde_outputs=1500)
_PAPER = replace(
    _QUICK,
    **PAPER,
    joint=Schedule(100_000, 5e-3, 128, constant=True, momentum=0.0),
    margin=Schedule(100_000, 1e-2, 128, constant=True, momentum=0.0),
    joint_dropout=0.25,
    joint_unit=1200.0,
    unit=1200.0,
    pixel=GREY_LEVELS,
    dropout=0.75,
    noise=0.1,
    kde_inputs=8000,
    kde_outputs=4000,
    departures=(_LINE, _LENGTH, _SCALE, *_OURS, CENTRED, HE, FRAMES, LINKDE),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
