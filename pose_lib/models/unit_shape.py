"""Poses without size: shapes of mean zero and norm one, and how the size is recovered."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pose_lib.geometry.skeletons import H36M17

__all__ = ["TORSO", "WIDE_TORSO", "TorsoScale", "centred", "torso_length", "unit_shape"]


def _bones(*names: tuple[str, str]) -> tuple[tuple[int, int], ...]:
    return tuple((H36M17.index(a), H36M17.index(b)) for a, b in names)


TORSO = _bones(("hip", "spine"), ("spine", "thorax"))
"""The bones whose length gives a shape its size. Park et al. 2016 say *the torso*, because its length is
stable, and list no bones. The spine is stable: it is upright in most images, whichever way a person faces."""

WIDE_TORSO = TORSO + _bones(
    ("thorax", "left_shoulder"), ("thorax", "right_shoulder"), ("hip", "right_hip"), ("hip", "left_hip")
)
"""The other reading: all bones of the torso. Where a network cannot tell front from back, it predicts hips
and shoulders near the middle. Their bones are then too short, and the recovered pose is too large."""


def centred(poses: Tensor) -> Tensor:
    """Poses ``(..., J, 3)`` with the mean of the joints at the origin."""
    return poses - poses.mean(-2, keepdim=True)


def unit_shape(poses: Tensor) -> tuple[Tensor, Tensor]:
    """Shapes of mean zero and Frobenius norm one, ``(N, J, 3)``, and the norms ``(N,)`` in mm.

    Raises:
        ValueError: all joints of a pose lie in one point; says which.
    """
    shapes = centred(poses)
    norms = torch.linalg.vector_norm(shapes, dim=(1, 2))
    flat = torch.nonzero(norms < 1e-6)[:, 0].tolist()
    if flat:
        raise ValueError(f"all joints of the poses {flat[:5]} lie in one point, so they have no shape")
    return shapes / norms[:, None, None], norms


def torso_length(poses: Tensor, bones: tuple[tuple[int, int], ...] = TORSO) -> Tensor:
    """``(N,)`` mean length of the torso's bones, in the unit of the poses ``(N, J, 3)``."""
    a, b = (list(ends) for ends in zip(*bones, strict=True))
    lengths: Tensor = torch.linalg.vector_norm(poses[:, a] - poses[:, b], dim=-1)
    return lengths.mean(-1)


@dataclass(frozen=True)
class TorsoScale:
    """Size from the training set: each predicted shape is scaled to the mean torso length of the training
    poses.

    Legs and arms are left out, since their predicted lengths vary most. The torsos of test subjects have
    other lengths, so that even a perfect shape becomes too large or too small.
    """

    torso: float
    """mm: mean torso length of the training poses"""
    norm: float
    """mm: mean Frobenius norm of the training poses about their means"""
    bones: tuple[tuple[int, int], ...] = TORSO
    floor: float = 0.25
    """A predicted torso below this share of the mean shape's is degenerate."""

    @classmethod
    def of(cls, poses: Tensor, bones: tuple[tuple[int, int], ...] = TORSO) -> TorsoScale:
        """Lengths of training poses ``(N, J, 3)`` in mm."""
        torso, norm = torso_length(poses, bones), unit_shape(poses)[1]
        return cls(float(torso.mean()), float(norm.mean()), bones)

    def recover(self, shapes: Tensor, torso: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Shapes ``(N, J, 3)`` to poses in mm, and which of them ``(N,)`` had a degenerate torso.

        Scaling by a degenerate torso would make the pose arbitrarily large. Such a shape gets the mean norm
        of the training poses instead.

        Args:
            shapes: of about unit norm.
            torso: ``(N,)`` mm, known torso lengths to use instead of the training mean (an oracle).
        """
        length = torso_length(shapes, self.bones)
        degenerate = length < self.floor * self.torso / self.norm
        wanted = torch.full_like(length, self.torso) if torso is None else torso.to(length)
        scale = torch.where(degenerate, self.norm, wanted / length.clamp_min(1e-12))
        return shapes * scale[:, None, None], degenerate
