"""How much of the Tekin chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import (
    BATCH,
    CENTRED,
    CLIP,
    DECAY,
    DROPOUT,
    FRAMES,
    HALF,
    HE,
    LINKDE,
    MEANINGLESS,
    NOISE,
    RATE,
)
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name, fast
from pose_lib.papers.tekin_ae.sizes import TekinPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_LENGTHS = (
    "All trainings have fixed lengths. The paper gives none, nor the rate of fine-tuning, which is 1e-4 here."
)
_SEPARATE = (
    "The joint detector that the convolutions come from has the windows and widths of Li and Chan's code; "
    "the paper names only the task."
)

_QUICK = TekinPreset(
    **QUICK,
    auto_encoder=Schedule(1000, 1e-3),
    detector=fast(100, 1e-3),
    latent=fast(300),
    tune=fast(80, 1e-3),
    dropout=0.1,
    noise=0.4,
    kde_inputs=2000,
    kde_outputs=1000,
    departures=(HALF, DROPOUT, BATCH, RATE, CLIP, DECAY, NOISE),
)
_SMOKE = replace(
    _QUICK,
    **SMOKE,
    auto_encoder=Schedule(10, 1e-3, 64),
    detector=Schedule(2, 1e-4, 32),
    latent=Schedule(3, 1e-4, 32),
    tune=Schedule(2, 1e-4, 32),
    kde_inputs=100,
    kde_outputs=100,
    departures=(HALF, DROPOUT, DECAY, MEANINGLESS),
)
_LONG = replace(
    _QUICK,
    **LONG,
    auto_encoder=Schedule(3000, 1e-3),
    detector=fast(2200, 1e-3),
    latent=fast(3900),
    tune=fast(1100, 2e-4),
    kde_inputs=3000,
    kde_outputs=1500,
)
_PAPER = replace(
    _QUICK,
    **PAPER,
    auto_encoder=Schedule(40_000, 1e-3, constant=True),
    detector=Schedule(20_000, 1e-3, constant=True),
    latent=Schedule(100_000, 1e-3, constant=True),
    tune=Schedule(20_000, 1e-4, constant=True),
    dropout=0.5,
    noise=0.0,
    kde_inputs=8000,
    kde_outputs=4000,
    departures=(_LENGTHS, _SEPARATE, CENTRED, HE, FRAMES, LINKDE),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
