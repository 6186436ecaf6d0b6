"""Departures from a paper that several presets share, in words for the page."""

from __future__ import annotations

__all__ = [
    "BATCH",
    "CENTRED",
    "CLIP",
    "DECAY",
    "DROPOUT",
    "FRAMES",
    "HALF",
    "HE",
    "LINKDE",
    "MEANINGLESS",
    "NOISE",
    "RATE",
]

HALF = "Images are 64 pixels wide, and the network sees windows of 56: half of the paper's resolution."
DROPOUT = "Dropout is 0.1 instead of 0.5: at this number of training steps the published rate underfits."
BATCH = "Batches are of 64 samples instead of 128: the same samples in twice as many steps learn more."
CLIP = "Gradients whose norm is above 1 are scaled to it: without that, some networks stop learning."
DECAY = (
    "The learning rate rises over the first steps and falls to zero, instead of staying at its first value."
)
NOISE = (
    "Colours are jittered (Eq. 7 of Li and Chan, with a larger deviation): five training subjects have too "
    "little variety of clothing."
)
RATE = (
    "The highest learning rate is 2e-3 instead of 1e-3; the paper gives none for fine-tuning, and this one "
    "is our choice."
)
MEANINGLESS = "There are only a few training steps: the numbers mean nothing."
CENTRED = (
    "An untrained network predicts the mean of its targets: the last layer's bias starts there and its "
    "weights near zero."
)
HE = (
    "Layers start from He's initial weights, and images have their mean and deviation per colour taken out; "
    "papers of the time start from small Gaussian weights, and subtract the mean alone."
)
FRAMES = "Every second frame is a training sample, and every tenth a test sample, instead of all frames."
LINKDE = (
    "Kernel dependency estimation is a version of ours on histograms of oriented gradients of the whole "
    "crop, in place of the data set's own code and its masks."
)
