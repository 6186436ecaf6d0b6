"""What a preset of the StructNet chapter holds."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pose_lib.bench.presets import KernelPreset
from pose_lib.papers.li_chan.sizes import LiChanPreset
from pose_lib.training import Schedule

__all__ = ["StructNetPreset"]


@dataclass(frozen=True, kw_only=True)
class StructNetPreset(KernelPreset):
    """Sizes and schedules of the StructNet chapter."""

    networks = (("joint", "margin"),)

    joint: Schedule
    """Of the multi-task network of Li & Chan 2014, whose convolutions are kept."""
    margin: Schedule
    """Of all that is above these convolutions."""
    joint_dropout: float
    """Of the multi-task network."""
    joint_unit: float
    """mm that count as one in the regression loss of the multi-task network."""
    unit: float
    """mm that count as one in the margin and in the auxiliary task."""
    pixel: float
    """Grey levels that response normalisation takes one unit of the images for."""
    sampled: int
    """``C``, the training poses drawn at random among which the most violating one is sought."""
    kept: int
    """``K``, the most frequent violators that are candidates too."""

    @property
    def multi_task(self) -> LiChanPreset:
        """That of the multi-task network; its other schedules are not used."""
        shared = {field.name: getattr(self, field.name) for field in fields(KernelPreset)}
        return LiChanPreset(
            **shared | {"dropout": self.joint_dropout},
            joint=self.joint,
            detector=self.joint,
            regressor=self.joint,
            unit=self.joint_unit,
            pixel=self.pixel,
            widths=(1024, 2048),
        )
