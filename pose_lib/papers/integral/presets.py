"""How much of the chapter on integral regression is run."""

from dataclasses import fields, replace

from pose_lib.bench.departures import FRAMES, MEANINGLESS, NOISE
from pose_lib.bench.presets import DEFAULT_PRESETS, DirectPreset, by_name, resized
from pose_lib.papers.integral.sizes import IntegralPreset

__all__ = ["PRESETS"]

_ENCODER = (
    "The encoder is a small residual network that starts from random weights, instead of one of 50 layers "
    "and more that was trained on the photographs of ImageNet before."
)
_MILLIMETRES = (
    "The network is trained on poses in millimetres as well as on places in the image. Its own estimate of "
    "the perspective turns one into the other; the source takes the root's distance from the true pose."
)
_CLASSES = (
    "Beside the errors of the mean, the probabilities along each axis are trained as classes: under a flat "
    "volume the mean alone has small gradients, and a network from random weights learns slowly. A control "
    "trains the mean alone."
)
_CENTRE = (
    "An untrained network predicts the centre of its volume for every joint, not the mean of its targets."
)
_NO_PHOTOGRAPHS = "No photographs with joints in the image alone are mixed into the training."
_SHORT = "It is trained on as many images as direct regression, a small part of the epochs of its source."
_RATE = "The learning rate rises over the first steps and falls to zero along a half cosine."
_ALWAYS = (_ENCODER, _MILLIMETRES, _CLASSES, _CENTRE, _NO_PHOTOGRAPHS, _SHORT, _RATE)


def _of(name: str, **more: object) -> IntegralPreset:
    """The preset of direct regression of a name, and the sizes of this network."""
    common = DEFAULT_PRESETS[name]
    values = {field.name: getattr(common, field.name) for field in fields(DirectPreset)}
    sizes = {"widths": (24, 48, 96), "up": 32, "depth": 16, "reach": 1000.0, "classes": 1.0, "dropout": 0.0}
    words = (resized(common.size, common.window, IntegralPreset.published), *_ALWAYS)
    made: dict[str, object] = {**values, **sizes, "departures": words, **more}
    return IntegralPreset(**made)  # type: ignore[arg-type]


_QUICK = _of("quick")
_SMOKE = _of("smoke", widths=(8, 8, 16), up=8, depth=8)
_LONG = _of("long")
_PAPER = _of("paper", widths=(64, 128, 256, 512), up=256, depth=28)
PRESETS = by_name(
    replace(_SMOKE, departures=(*_SMOKE.departures, MEANINGLESS)),
    replace(_QUICK, departures=(*_QUICK.departures, NOISE)),
    replace(_LONG, departures=(*_LONG.departures, NOISE)),
    replace(_PAPER, departures=(*_PAPER.departures, FRAMES)),
)
"""Name to sizes and schedules."""
