"""The networks of the Park chapter: the four of Table 2, and the controls that the paper lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from pose_lib.bench.rows import Key, label, split_key
from pose_lib.models.park import ROOTS, Fusion, ParkNet

__all__ = ["ALL_TORSO_BONES", "CONTROLS", "ORACLE", "VARIANTS", "Trained", "Variant", "with_setting"]


@dataclass(frozen=True)
class Variant:
    """What tells one network of the chapter from another; everything else is the same for all."""

    roots: tuple[int, ...] = (0,)
    fusion: Fusion = "none"
    separate: bool = True
    """Each root has its own *fc2 3D*."""
    parents: bool = False
    """Joints are measured from their parents, instead of from roots."""
    unit: bool = True
    """Targets have norm one; otherwise they are in mm, divided by one constant for all poses."""
    places: bool = True
    """The 2D branch is trained."""
    weight: float = 1.0
    """Of the 3D loss, as a multiple of the preset's."""


VARIANTS: Mapping[Key, Variant] = {
    "Baseline": Variant(),
    "Multi-reg": Variant(ROOTS),
    "2D-cls": Variant(fusion="raw"),
    "Multi-reg + 2D-cls": Variant(ROOTS, "raw"),
}
"""Table 2 of the paper. All four learn the 2D task; *2D-cls* also reads its probabilities, as they are."""

CONTROLS: Mapping[Key, Variant] = {
    ("Baseline", "no 2D loss"): Variant(places=False),
    ("Baseline", "targets in mm"): Variant(unit=False),
    ("Baseline", "parent-relative"): Variant(parents=True),
    ("Baseline", "six times the 3D loss"): Variant(weight=len(ROOTS)),
    ("Multi-reg", "shared layers"): Variant(ROOTS, separate=False),
    ("2D-cls", "layer on probabilities"): Variant(fusion="layer"),
}
"""What makes the paper's claims testable, each with the training steps of the four variants."""

ORACLE = "oracle scale"
"""Setting of poses that have the torso length of the true pose."""
ALL_TORSO_BONES = "size by all torso bones"
"""Setting of poses that are scaled by the spine, shoulders and hips, instead of the spine alone."""


def with_setting(key: Key, setting: str) -> Key:
    """The key of a system with one more setting."""
    system, before = split_key(key)
    return system, label((before, setting))


@dataclass
class Trained:
    """A trained variant, and its predictions for the test samples."""

    variant: Variant
    net: ParkNet
    places: Tensor
    """``(M, J, 2)`` 2D joints in pixels of the stored crops."""
    heads: Tensor
    """``(M, R, J, 3)`` mm: the pose of every root about its mean, each in the size of the final one."""
    degenerate: int
    """Number of predicted torsos that are too short to give a size."""
    losses: dict[str, Tensor]
    """3D loss of single samples, summed over joints, mean over roots: ``train`` and ``test``."""
