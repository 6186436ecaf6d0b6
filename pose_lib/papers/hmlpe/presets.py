"""How much of the HMLPE chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import CENTRED, CLIP, DECAY, DROPOUT, HE, MEANINGLESS, NOISE
from pose_lib.bench.presets import by_name
from pose_lib.papers.hmlpe.sizes import HmlpePreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_HALF = (
    "Crops of upper bodies are 64 pixels wide, and the network sees windows of 56: half of the paper's size."
)
_NARROW = (
    "The first two layers of each head are narrower: at most 512 and 1024 units instead of 1024 and 2048."
)
_LAYERS = (
    "The figure with the sizes of the layers is unreadable in the copies that we know: kernels, maps and "
    "widths are those of the 3D network that two of the authors built in the same year."
)
_SQUARE = (
    "Crops are square, so that lengths do not depend on the direction; the paper stretches boxes to squares."
)
_AROUND = (
    "Where a data set has no detector's windows, boxes lie around the annotated joints, moved and resized at "
    "random, at test time too."
)
_RATES = "The paper gives no learning rates: they are those of the same authors' 3D network."
_ALWAYS = (_LAYERS, _SQUARE, _AROUND, HE, CENTRED)
_OPTIMISER = (
    "AdamW instead of gradient descent with momentum, whose rate the paper does not give; in Table 3 that "
    "stands beside it."
)
_ADAMW_BESIDE = "In Table 3, AdamW stands beside the paper's gradient descent with momentum."
_BATCH = "Batches are of 32 samples instead of 128: the same samples in four times as many steps learn more."


def _fast(steps: int, lr: float = 1.5e-3) -> Schedule:
    """Small batches at a rate that rises and falls to zero; of those tried, it learned most in a minute."""
    return Schedule(steps, lr, 32, warmup=0.1, clip=1.0)


def _as_published(steps: int, lr: float) -> Schedule:
    return Schedule(steps, lr, constant=True, momentum=0.9)


_BESIDE = Schedule(20_000, 1e-3, 128)

_QUICK = HmlpePreset(
    name="quick",
    size=128,
    window=128,
    side=64,
    view=56,
    seconds=20,
    step=100,
    test_step=400,
    shift=0.05,
    zoom=0.1,
    widths=(512, 1024),
    learn=_fast(1000),
    tune=_fast(300, 5e-4),
    sweep=_fast(150),
    sweep_published=_fast(150),
    sweep_momentum=_as_published(150, 5e-4),
    dropout=0.1,
    noise=0.4,
    departures=(*_ALWAYS, _HALF, _NARROW, DROPOUT, _BATCH, _OPTIMISER, CLIP, DECAY, NOISE),
)
_SMOKE = replace(
    _QUICK,
    name="smoke",
    size=96,
    window=96,
    seconds=2,
    step=50,
    test_step=50,
    widths=(64, 64),
    learn=Schedule(3, 1e-4, 32),
    tune=Schedule(2, 1e-4, 32),
    sweep=Schedule(2, 1e-4, 32),
    sweep_published=Schedule(2, 1e-4, 32),
    sweep_momentum=Schedule(2, 5e-4, 32, constant=True, momentum=0.9),
    departures=(*_QUICK.departures, MEANINGLESS),
)
_LONG = replace(
    _QUICK,
    name="long",
    seconds=60,
    learn=_fast(14_400),
    tune=_fast(3600, 5e-4),
    sweep=_fast(500),
    sweep_published=_fast(2000),
    sweep_momentum=_as_published(1000, 5e-4),
)
_PAPER = replace(
    _QUICK,
    name="paper",
    size=256,
    window=256,
    side=128,
    view=112,
    seconds=60,
    step=50,
    widths=(1024, 2048),
    learn=_as_published(100_000, 5e-4),
    tune=_as_published(20_000, 5e-5),
    sweep=_BESIDE,
    sweep_published=_BESIDE,
    sweep_momentum=_as_published(20_000, 5e-4),
    dropout=0.5,
    noise=0.0,
    departures=(*_ALWAYS, _RATES, _ADAMW_BESIDE),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
