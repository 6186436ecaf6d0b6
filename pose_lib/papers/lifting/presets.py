"""How much of the chapter on lifting is run."""

from dataclasses import replace

from pose_lib.bench.departures import FRAMES, MEANINGLESS, NOISE
from pose_lib.bench.presets import DEFAULT_PRESETS, LONG, PAPER, QUICK, SMOKE, by_name, fast, resized
from pose_lib.papers.lifting.sizes import LiftingPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_JOINTS = (
    "The joints in the image come from a small network of heat maps, trained here on the same images alone. "
    "The source takes a stacked hourglass network, trained on photographs and then on Human3.6M."
)
_CROP = "Joints are in pixels of the crop, so that their place in the whole picture is lost."
_CONSTRAINT = "Weights have no largest norm."
_SHORT = "It is trained for a small part of the epochs of its source."
_DROPOUT = "Dropout is 0.1 instead of 0.5: at this number of training steps the published rate underfits."
_WIDTH = "Layers of the lifting network have 512 units instead of 1024."
_RATE = "The learning rate rises over the first steps and falls to zero along a half cosine."
_ALWAYS = (_JOINTS, _CROP, _CONSTRAINT, _SHORT, _RATE)
_PUBLISHED = LiftingPreset.published

_QUICK = LiftingPreset(
    **QUICK,
    widths=(24, 48, 96),
    up=48,
    sigma=1.0,
    width=512,
    detect=DEFAULT_PRESETS["quick"].learn,
    lift=replace(fast(600, 2e-3), batch=128),
    dropout=0.1,
    noise=0.4,
    departures=(resized(QUICK["size"], QUICK["window"], _PUBLISHED), *_ALWAYS, _DROPOUT, _WIDTH, NOISE),
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    widths=(8, 8, 16),
    up=8,
    width=32,
    detect=DEFAULT_PRESETS["smoke"].learn,
    lift=Schedule(3, 1e-4, 32),
    departures=(resized(QUICK["size"], QUICK["window"], _PUBLISHED), *_ALWAYS, _DROPOUT, MEANINGLESS),
)
_LONG = replace(
    _QUICK, **LONG, detect=DEFAULT_PRESETS["long"].learn, lift=replace(fast(15_000, 1e-3), batch=128)
)
_PAPER = replace(
    _QUICK,
    **PAPER,
    widths=(64, 128, 256, 512),
    up=256,
    width=1024,
    detect=DEFAULT_PRESETS["paper"].learn,
    lift=Schedule(200_000, 1e-3, 64),
    dropout=0.5,
    noise=0.1,
    departures=(resized(PAPER["size"], PAPER["window"], _PUBLISHED), *_ALWAYS, FRAMES),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
