"""How much of the Park chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import BATCH, CENTRED, CLIP, FRAMES, HE, MEANINGLESS, NOISE
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name, fast, resized
from pose_lib.papers.park.sizes import ParkPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_SMALL = resized(96, 86, ParkPreset.published)
_WIDTH = "Fully connected layers have 256 units instead of 2048."
_DROPOUT = "Dropout is 0.1 instead of 0.3: at this number of training steps the published rate underfits."
_ADAM = (
    "AdamW with a rate that rises to 5e-3 and falls to zero, instead of gradient descent with momentum and a "
    "rate that halves; the 3D outputs are in units of their targets' deviation."
)
_WEIGHT = (
    "lambda_3D is 10 instead of 0.5: in so few steps the convolutions would learn little more than 2D "
    "positions. Six roots give the 3D loss six times the weight of one; 10 suits one root and six about "
    "equally well."
)
_BOX = "Crops are squares around the person's joints with a margin, instead of around the data set's masks."
_SHORT = (_SMALL, _WIDTH, _DROPOUT, BATCH, _ADAM, CLIP, _WEIGHT, NOISE)

_QUICK = ParkPreset(
    **{**QUICK, "size": 96, "window": 86},
    learning=fast(260, 5e-3),
    width=256,
    dropout=0.1,
    noise=0.4,
    lambda_3d=10.0,
    looks=6,
    seen=256,
    departures=_SHORT,
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    learning=Schedule(4, 1e-3, 32),
    width=64,
    looks=2,
    seen=32,
    departures=(*_SHORT, MEANINGLESS),
)
_LONG = replace(_QUICK, **LONG, learning=fast(7200, 5e-3), looks=8, seen=512)
_PAPER = ParkPreset(
    **{**PAPER, "size": 250, "window": 225},
    learning=Schedule(0, 0.01, 128, weight_decay=0.001, momentum=0.9),
    epochs=28,
    dropout=0.3,
    noise=0.1,
    seen=2048,
    departures=(_BOX, CENTRED, HE, FRAMES),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
