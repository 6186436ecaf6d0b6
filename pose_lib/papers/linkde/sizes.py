"""What a preset of the LinKDE chapter holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from pose_lib.bench.presets import KernelPreset
from pose_lib.training import Schedule

__all__ = ["NO_SILHOUETTE", "LinKDEPreset"]

NO_SILHOUETTE = (
    "The data set has no silhouettes: the pyramid lies on the whole crop, and all of its gradients count."
)
"""The departure of a run on data without silhouettes."""


@dataclass(frozen=True, kw_only=True)
class LinKDEPreset(KernelPreset):
    """Numbers of random features.

    The method is fitted in closed form on whole crops: windows, dropout and colour noise have no part in it.
    """

    networks = ((),)
    """What is compared is one regression, which has no schedule."""

    inputs: int
    """Random features of the image."""
    outputs: int
    """Random features of the pose."""

    def trial(self) -> Self:
        """With few random features as well; see :meth:`.Preset.trial`."""
        few = {name: min(getattr(self, name), 100) for name in ("inputs", "outputs")}
        return replace(super().trial(), **few)

    def _divided(self, network: tuple[str, ...], whole: Schedule) -> dict[str, Any]:
        """Nothing: there is no schedule to divide the samples between."""
        return {}
