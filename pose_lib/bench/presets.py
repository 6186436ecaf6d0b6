"""How much of an experiment is run: smoke for tests, quick by default, long for verdicts, paper for a GPU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pose_lib.training import Schedule

__all__ = ["PRESETS", "TEKIN", "TekinPreset"]


@dataclass(frozen=True)
class TekinPreset:
    """Sizes and schedules of the Tekin chapter."""

    name: str
    size: int
    """Side of the stored crops in pixels; the paper's 128."""
    window: int
    """Side of the network's input; the paper's 112."""
    seconds: float
    """Length of each generated take."""
    step: int
    """Every how many frames (at 50 Hz) there is a training sample."""
    test_step: int
    """Every how many frames there is a test sample; a multiple of ``step``."""
    auto_encoder: Schedule
    detector: Schedule
    latent: Schedule
    tune: Schedule
    dropout: float
    noise: float
    """Standard deviation of the colour noise, in principal components of RGB."""
    kde_inputs: int
    kde_outputs: int
    departures: tuple[str, ...] = ()
    """What differs from the paper at this preset, in words for the page."""

    @property
    def probe(self) -> Schedule:
        """A shorter schedule for the many auto-encoders of a sweep."""
        return replace(self.auto_encoder, steps=max(1, self.auto_encoder.steps // 3), batch=64)

    @property
    def cnn(self) -> Schedule:
        """Direct regression gets the samples that the latent path gets in its two stages together."""
        return Schedule(
            self.latent.steps + self.tune.steps,
            self.latent.lr,
            self.latent.batch,
            constant=self.latent.constant,
        )


_HALF = "Images are 64 pixels wide, and the network sees windows of 56: half of the paper's resolution."
_DROPOUT = "Dropout is 0.1 instead of 0.5: at this number of training steps the published rate underfits."
_BATCH = "Batches are of 64 samples instead of 128: the same samples in twice as many steps learn more."
_DECAY = (
    "The learning rate rises over the first steps and falls to zero, instead of staying at its first value."
)
_NOISE = "Colours are jittered (Eq. 7 of Li and Chan, stronger): five people do not wear enough clothes."


_RATE = (
    "The highest learning rate is 2e-3 instead of 1e-3; that of fine-tuning, left open there, is our choice."
)


def _fast(steps: int, lr: float = 2e-3) -> Schedule:
    return Schedule(steps, lr, 64, warmup=0.2)


TEKIN = {
    preset.name: preset
    for preset in (
        TekinPreset(
            "smoke",
            size=64,
            window=56,
            seconds=4,
            step=20,
            test_step=40,
            auto_encoder=Schedule(10, 1e-3, 64),
            detector=Schedule(2, 1e-4, 32),
            latent=Schedule(3, 1e-4, 32),
            tune=Schedule(2, 1e-4, 32),
            dropout=0.1,
            noise=0.4,
            kde_inputs=100,
            kde_outputs=100,
            departures=(_HALF, _DROPOUT, _DECAY, "A handful of training steps: the numbers mean nothing."),
        ),
        TekinPreset(
            "quick",
            size=64,
            window=56,
            seconds=60,
            step=10,
            test_step=50,
            auto_encoder=Schedule(1000, 1e-3),
            detector=_fast(100, 1e-3),
            latent=_fast(300),
            tune=Schedule(80, 1e-3, 64, warmup=0.1),
            dropout=0.1,
            noise=0.4,
            kde_inputs=2000,
            kde_outputs=1000,
            departures=(_HALF, _DROPOUT, _BATCH, _RATE, _DECAY, _NOISE),
        ),
        TekinPreset(
            "long",
            size=64,
            window=56,
            seconds=60,
            step=5,
            test_step=25,
            auto_encoder=Schedule(3000, 1e-3),
            detector=_fast(400, 1e-3),
            latent=_fast(700),
            tune=_fast(200, 2e-4),
            dropout=0.1,
            noise=0.4,
            kde_inputs=3000,
            kde_outputs=1500,
            departures=(_HALF, _DROPOUT, _BATCH, _RATE, _DECAY, _NOISE),
        ),
        TekinPreset(
            "paper",
            size=128,
            window=112,
            seconds=120,
            step=2,
            test_step=10,
            auto_encoder=Schedule(40_000, 1e-3, constant=True),
            detector=Schedule(20_000, 1e-3),
            latent=Schedule(100_000, 1e-3, constant=True),
            tune=Schedule(20_000, 1e-4, constant=True),
            dropout=0.5,
            noise=0.0,
            kde_inputs=8000,
            kde_outputs=4000,
        ),
    )
}

PRESETS: Mapping[str, Mapping[str, Any]] = {"tekin_ae": TEKIN}
"""For each paper its presets by name."""
