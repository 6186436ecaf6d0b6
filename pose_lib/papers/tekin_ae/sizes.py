"""What a preset of the Tekin chapter holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pose_lib.bench.presets import KernelPreset
from pose_lib.training import Schedule

__all__ = ["TekinPreset"]


@dataclass(frozen=True, kw_only=True)
class TekinPreset(KernelPreset):
    """Sizes and schedules of the Tekin chapter."""

    networks = (("detector", "latent", "tune"),)

    auto_encoder: Schedule
    detector: Schedule
    latent: Schedule
    """Of the network that predicts the code, Eq. (2)."""
    tune: Schedule
    """Of fine-tuning, Eq. (3)."""

    @property
    def probe(self) -> Schedule:
        """A shorter schedule for the many auto-encoders of a sweep."""
        return replace(self.auto_encoder, steps=max(1, self.auto_encoder.steps // 3), batch=64)

    @property
    def cnn(self) -> Schedule:
        """Direct regression has the schedule of the latent path, with the steps of both its stages."""
        return replace(self.latent, steps=self.latent.steps + self.tune.steps)
