"""How much of the chapter on heat maps is run: as many images as DeepPose and HMLPE are trained on."""

from dataclasses import replace

from pose_lib.bench.departures import MEANINGLESS, NOISE
from pose_lib.bench.presets import by_name, fast
from pose_lib.papers.heat_maps.sizes import HeatMapPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_SIDE = "The network sees boxes at 64 pixels, and upper bodies at 56, instead of 256."
_NARROW = "It has 16 to 64 maps, in an encoder that halves the side three times instead of five."
_ENCODER = (
    "The encoder is a small residual network that starts from random weights. Xiao et al. take one of 50 "
    "layers and more, trained on the photographs of ImageNet before."
)
_ONE_PASS = (
    "One network gives all maps in one pass. There is no stack of networks that refine each other's maps, as "
    "in Newell et al., and no second resolution and no model of how joints lie to each other, as in Tompson "
    "et al."
)
_LOSS = "A map's squared errors are summed over its cells, not averaged, and its Gaussian is one cell wide."
_FLIP = "A test image is seen once, not a second time mirrored."
_SHORT = (
    "It is trained on as many images as the methods it is compared with, a small part of the epochs of its "
    "sources."
)
_RATE = "The learning rate rises over the first steps and falls to zero along a half cosine."
_ALWAYS = (_ENCODER, _ONE_PASS, _LOSS, _FLIP, _SHORT, _RATE)

_QUICK = HeatMapPreset(
    name="quick",
    size=128,
    window=128,
    seconds=20,
    step=100,
    test_step=400,
    side=64,
    upper_side=64,
    upper_view=56,
    widths=(16, 32, 64),
    up=32,
    sigma=1.0,
    dropout=0.0,
    noise=0.2,
    shift=0.08,
    zoom=0.1,
    upper_shift=0.05,
    upper_zoom=0.1,
    crop="person",
    people=fast(1200),
    upper=fast(500),
    photographs=2.5,
    departures=(*_ALWAYS, _SIDE, _NARROW, NOISE),
)
_SMOKE = replace(
    _QUICK,
    name="smoke",
    size=96,
    window=96,
    seconds=2,
    step=50,
    test_step=50,
    widths=(8, 8, 16),
    up=8,
    people=Schedule(3, 1e-4, 32),
    upper=Schedule(3, 1e-4, 32),
    photographs=1.0,
    departures=(*_ALWAYS, _SIDE, NOISE, MEANINGLESS),
)
_LONG = replace(
    _QUICK,
    name="long",
    seconds=60,
    widths=(24, 48, 96),
    up=48,
    people=fast(7200),
    upper=fast(7200),
    photographs=2.0,
    departures=(*_ALWAYS, _SIDE, _NARROW.replace("16 to 64", "24 to 96"), NOISE),
)
_PAPER = replace(
    _QUICK,
    name="paper",
    size=256,
    window=256,
    seconds=60,
    step=50,
    side=224,
    upper_side=128,
    upper_view=112,
    widths=(64, 128, 256, 512),
    up=256,
    noise=0.0,
    zoom=0.0,
    crop=None,
    people=Schedule(60_000, 1e-3),
    upper=Schedule(100_000, 1e-3),
    photographs=1.0,
    departures=(
        *_ALWAYS,
        "The network sees boxes at 224 pixels, and upper bodies at 112, instead of 256: those of the papers "
        "that it is compared with, or nearly so.",
    ),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
