"""How much of the LinKDE chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import FRAMES
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name
from pose_lib.papers.linkde.sizes import LinKDEPreset

__all__ = ["PRESETS"]

_OURS = (
    "Silhouettes are the renderer's, without the errors of a silhouette that was found by subtracting the "
    "background.",
    "All gradients of the silhouette count, each for the two directions next to its own; in the code of the "
    "data set those at the edges found by Canny's detector count, for one direction.",
    "The chi-square kernel is approximated at fixed frequencies, in that code by a Chebyshev series; both "
    "have five numbers per entry of the histogram.",
    "The bandwidth of a kernel is the median distance of training samples, and the weight of the ridge term "
    "was chosen on a person of the training set; in that code both are fixed numbers.",
    "The pre-image search takes 60 steps of gradient descent on the squared distance; in that code 50 steps "
    "of a quasi-Newton method on the inner product.",
    "Crops are small; that code works on pictures with a thousand pixels a side.",
)
_FEWER = "There are fewer random features than the 15,000 of the image and 4,000 of the pose in that code."
_MEANINGLESS = "There are only a few random features: the numbers mean nothing."

_QUICK = LinKDEPreset(
    **QUICK,
    dropout=0.0,
    noise=0.4,  # not used; as in the other chapters, so that the equal setting is this one
    inputs=2000,
    outputs=1000,
    kde_inputs=2000,
    kde_outputs=1000,
    departures=(*_OURS, _FEWER),
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    inputs=100,
    outputs=100,
    kde_inputs=100,
    kde_outputs=100,
    departures=(*_OURS, _FEWER, _MEANINGLESS),
)
_LONG = replace(_QUICK, **LONG, inputs=5000, outputs=2000, kde_inputs=3000, kde_outputs=1500)
_PAPER = replace(
    _QUICK,
    **PAPER,
    noise=0.1,
    inputs=15_000,
    outputs=4000,
    kde_inputs=8000,
    kde_outputs=4000,
    departures=(*_OURS, FRAMES),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes."""
