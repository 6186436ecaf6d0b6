"""How much of the DeepPose chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import BATCH, CENTRED, CLIP, DECAY, HE, MEANINGLESS, NOISE
from pose_lib.bench.presets import by_name, fast
from pose_lib.papers.deeppose.sizes import DeepPosePreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_SIDE = (
    "The network sees boxes at 64 pixels instead of 220. Its first convolution has kernels of 5 pixels and a "
    "stride of 2."
)
_NARROW = "It has 32 to 96 maps and 512 hidden units per layer instead of 96 to 384 and 4096."
_DROPOUT = "Dropout is 0.1 instead of 0.6: at this number of training steps the published rate underfits."
_ADAM = "The optimiser is AdamW at a higher rate, instead of AdaGrad at 5e-4."
_NORM = "Batch normalisation precedes every ReLU and replaces the two layers of response normalisation."
_BOX = (
    "The first box of a photograph is a square around the labelled joints with a margin, not the whole "
    "picture: people fill half of a picture of the extended Leeds set, and nearly all of one of the first."
)
_WARM = (
    "The networks of stages 2 and 3 start from the weights of the stage before, so that minutes are enough "
    "to train them."
)
_SOME = "A stage's errors are observed on some of the training images, not on all."
_ZOOM = "Stage 1's training boxes vary a little in size as well as in place."
_CROPS = "Boxes are cut out of stored crops of twice the input's side, not out of the pictures."
_UNIT = (
    "The network's output is in units of the deviation of its targets, so that a step of the optimiser moves "
    "the last layer less, by that factor."
)
_CHOICES = (
    "The paper does not say how far its random crops move, here by up to 8 % of the box; in what unit the "
    "errors of a stage are modelled, here in diameters; or which constants its normalisation has, here those "
    "of AlexNet."
)
_ALWAYS = (HE, CENTRED, _UNIT, _CHOICES)
_PADDED = (
    "The first box of the Leeds sets is a square around the whole picture, black outside, in 256 pixels; "
    "that of FLIC is the torso box of the data set, enlarged, instead of a detected face's."
)
_SMALL = (
    _SIDE,
    _NARROW,
    _NORM,
    _DROPOUT,
    _ADAM,
    BATCH,
    CLIP,
    DECAY,
    _ZOOM,
    NOISE,
    _SOME,
    _WARM,
    _BOX,
    _CROPS,
)


def _published(steps: int) -> Schedule:
    return Schedule(steps, 5e-4, constant=True, adagrad=True)


_QUICK = DeepPosePreset(
    name="quick",
    size=128,
    window=128,
    seconds=20,
    step=100,
    test_step=400,
    side=64,
    first=(5, 2),
    maps=(32, 64, 96, 96, 64),
    widths=(512, 512),
    norm="batch",
    dropout=0.1,
    noise=0.2,
    shift=0.08,
    zoom=0.1,
    crops=40,
    observed=1000,
    warm=True,
    crop="person",
    stages=(fast(1200), fast(600), fast(300)),
    photographs=(2.5, 4.0, 4.0),
    departures=(*_ALWAYS, *_SMALL),
)
_SMOKE = replace(
    _QUICK,
    name="smoke",
    size=64,
    window=64,
    seconds=0.4,
    step=20,
    test_step=20,
    side=32,
    maps=(8, 8, 8, 8, 8),
    widths=(32, 32),
    crops=4,
    observed=64,
    stages=(Schedule(3, 1e-4, 32), Schedule(3, 1e-4, 32), Schedule(2, 1e-4, 32)),
    photographs=(1.0, 1.0, 1.0),
    departures=(*_ALWAYS, *_SMALL, MEANINGLESS),
)
_LONG = replace(
    _QUICK,
    name="long",
    seconds=60,
    observed=2000,
    stages=(fast(7200), fast(3600), fast(1900)),
    photographs=(2.0, 2.0, 2.0),
)
_PAPER = replace(
    _QUICK,
    name="paper",
    size=256,
    window=256,
    seconds=60,
    step=50,
    side=220,
    first=(11, 4),
    maps=(96, 256, 384, 384, 256),
    widths=(4096, 4096),
    norm="response",
    dropout=0.6,
    noise=0.0,
    zoom=0.0,
    observed=0,
    warm=False,
    crop=None,
    stages=(_published(60_000), _published(100_000), _published(100_000)),
    photographs=(1.0, 1.0, 1.0),
    pictures=True,
    departures=(*_ALWAYS, _PADDED),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
