"""How much of the Tekin chapter is run."""

from dataclasses import replace

from pose_lib.bench.departures import BATCH, DECAY, DROPOUT, HALF, MEANINGLESS, NOISE, RATE
from pose_lib.bench.presets import LONG, PAPER, QUICK, SMOKE, by_name, fast
from pose_lib.papers.tekin_ae.sizes import TekinPreset
from pose_lib.training import Schedule

__all__ = ["PRESETS"]

_QUICK = TekinPreset(
    **QUICK,
    auto_encoder=Schedule(1000, 1e-3),
    detector=fast(100, 1e-3),
    latent=fast(300),
    tune=Schedule(80, 1e-3, 64, warmup=0.1),
    dropout=0.1,
    noise=0.4,
    kde_inputs=2000,
    kde_outputs=1000,
    departures=(HALF, DROPOUT, BATCH, RATE, DECAY, NOISE),
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
    detector=fast(400, 1e-3),
    latent=fast(700),
    tune=fast(200, 2e-4),
    kde_inputs=3000,
    kde_outputs=1500,
)
_PAPER = replace(
    _QUICK,
    **PAPER,
    auto_encoder=Schedule(40_000, 1e-3, constant=True),
    detector=Schedule(20_000, 1e-3),
    latent=Schedule(100_000, 1e-3, constant=True),
    tune=Schedule(20_000, 1e-4, constant=True),
    dropout=0.5,
    noise=0.0,
    kde_inputs=8000,
    kde_outputs=4000,
    departures=(),
)
PRESETS = by_name(_SMOKE, _QUICK, _LONG, _PAPER)
"""Name to sizes and schedules."""
