"""What the presets of all papers have in common."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.training import Schedule

__all__ = ["BATCH", "DECAY", "DROPOUT", "HALF", "NOISE", "RATE", "Preset", "fast"]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Sizes of data and images; each paper adds its schedules."""

    name: str
    size: int
    """Side of the stored crops in pixels."""
    window: int
    """Side of the network's input in pixels."""
    seconds: float
    """Length of each generated take."""
    step: int
    """Every how many frames (at 50 Hz) there is a training sample."""
    test_step: int
    """Every how many frames there is a test sample; a multiple of ``step``."""
    dropout: float
    noise: float
    """Standard deviation of the colour noise, in principal components of RGB."""
    crop: str | None = None
    """What a crop of a photograph shows, where it is not what its data set says."""
    departures: tuple[str, ...] = ()
    """What differs from the paper at this preset, in words for the page."""


HALF = "Images are 64 pixels wide, and the network sees windows of 56: half of the paper's resolution."
DROPOUT = "Dropout is 0.1 instead of 0.5: at this number of training steps the published rate underfits."
BATCH = "Batches are of 64 samples instead of 128: the same samples in twice as many steps learn more."
DECAY = (
    "The learning rate rises over the first steps and falls to zero, instead of staying at its first value."
)
NOISE = "Colours are jittered (Eq. 7 of Li and Chan, stronger): five people do not wear enough clothes."
RATE = (
    "The highest learning rate is 2e-3 instead of 1e-3; that of fine-tuning, left open there, is our choice."
)


def fast(steps: int, lr: float = 2e-3) -> Schedule:
    """Small batches at a high rate that rises long and falls to zero: what learns most in few samples."""
    return Schedule(steps, lr, 64, warmup=0.2)
