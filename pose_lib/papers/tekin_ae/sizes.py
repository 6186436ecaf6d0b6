"""What a preset of the Tekin chapter holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_lib.bench.presets import Preset
from pose_lib.training import Schedule

__all__ = ["TekinPreset"]


@dataclass(frozen=True, kw_only=True)
class TekinPreset(Preset):
    """Sizes and schedules of the Tekin chapter."""

    auto_encoder: Schedule
    detector: Schedule
    latent: Schedule
    """Of the network that predicts the code, Eq. (2)."""
    tune: Schedule
    """Of fine-tuning, Eq. (3)."""
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
