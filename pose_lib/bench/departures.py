"""Departures from a paper that several presets share, in words for the page."""

from __future__ import annotations

__all__ = ["BATCH", "DECAY", "DROPOUT", "HALF", "MEANINGLESS", "NOISE", "RATE"]

HALF = "Images are 64 pixels wide, and the network sees windows of 56: half of the paper's resolution."
DROPOUT = "Dropout is 0.1 instead of 0.5: at this number of training steps the published rate underfits."
BATCH = "Batches are of 64 samples instead of 128: the same samples in twice as many steps learn more."
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
