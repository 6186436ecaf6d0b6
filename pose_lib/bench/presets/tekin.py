"""How much of the Tekin chapter is run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_lib.bench.presets.common import BATCH, DECAY, DROPOUT, HALF, NOISE, RATE, Preset, fast
from pose_lib.training import Schedule

__all__ = ["TEKIN", "TekinPreset"]


@dataclass(frozen=True, kw_only=True)
class TekinPreset(Preset):
    """Sizes and schedules of the Tekin chapter."""

    auto_encoder: Schedule
    detector: Schedule
    latent: Schedule
    tune: Schedule
    kde_inputs: int
    kde_outputs: int

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


TEKIN = {
    preset.name: preset
    for preset in (
        TekinPreset(
            name="smoke",
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
            departures=(HALF, DROPOUT, DECAY, "A handful of training steps: the numbers mean nothing."),
        ),
        TekinPreset(
            name="quick",
            size=64,
            window=56,
            seconds=60,
            step=10,
            test_step=50,
            auto_encoder=Schedule(1000, 1e-3),
            detector=fast(100, 1e-3),
            latent=fast(300),
            tune=Schedule(80, 1e-3, 64, warmup=0.1),
            dropout=0.1,
            noise=0.4,
            kde_inputs=2000,
            kde_outputs=1000,
            departures=(HALF, DROPOUT, BATCH, RATE, DECAY, NOISE),
        ),
        TekinPreset(
            name="long",
            size=64,
            window=56,
            seconds=60,
            step=5,
            test_step=25,
            auto_encoder=Schedule(3000, 1e-3),
            detector=fast(400, 1e-3),
            latent=fast(700),
            tune=fast(200, 2e-4),
            dropout=0.1,
            noise=0.4,
            kde_inputs=3000,
            kde_outputs=1500,
            departures=(HALF, DROPOUT, BATCH, RATE, DECAY, NOISE),
        ),
        TekinPreset(
            name="paper",
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
