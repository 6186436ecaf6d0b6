"""A metric carries its protocol: "MPJPE" alone is not a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from numpy.typing import ArrayLike
from torch import Tensor

from pose_lib.geometry.skeletons import H36M17, Skeleton
from pose_lib.metrics.layout import Poses, check_pair
from pose_lib.metrics.mpjpe import mpjpe, per_joint_error
from pose_lib.metrics.procrustes import pa_mpjpe
from pose_lib.metrics.tables import action_weighted_mean, frame_weighted_mean

__all__ = ["Protocol"]

Alignment = Literal["root", "procrustes", "none"]
Mean = Literal["frames", "actions"]


@dataclass(frozen=True)
class Protocol:
    """How an error in mm was measured, in a form that measures it: the label cannot drift from the number.

    The default is that of Eq. (8), Li & Chan 2014: all 17 joints with the root among them, aligned at the
    root, every frame of S9 and S11 from all cameras, averaged over frames.
    """

    alignment: Alignment = "root"
    root: str = "hip"
    without: tuple[str, ...] = ()
    """Joints that are not counted; published numbers that divide by 16 leave out the root."""
    mean: Mean = "frames"
    subjects: tuple[str, ...] = ("S9", "S11")
    frame_step: int = 1
    skeleton: Skeleton = H36M17

    def __post_init__(self) -> None:
        """Refuse names that the skeleton does not have, and words that choose nothing."""
        for name, valid in (("alignment", get_args(Alignment)), ("mean", get_args(Mean))):
            if getattr(self, name) not in valid:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it can be: {', '.join(valid)}")
        for name in ("without", "subjects"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be a tuple of names")
        for joint in (self.root, *self.without):
            self.skeleton.index(joint)
        if set(self.without) >= set(self.skeleton.joints):
            raise ValueError("without names all joints, and none is left to be counted")
        if (
            isinstance(self.frame_step, bool)
            or int(self.frame_step) != self.frame_step
            or self.frame_step < 1
        ):
            raise ValueError(f"frame_step is {self.frame_step!r}; it must be a whole number, 1 or more")

    @property
    def name(self) -> str:
        """``PA-MPJPE`` or ``MPJPE``."""
        return "PA-MPJPE" if self.alignment == "procrustes" else "MPJPE"

    def label(self) -> str:
        """The metric's full name, as it stands on pages and in result files."""
        joints = f"{len(self.skeleton) - len(self.without)} joints"
        if self.root in self.without:
            joints += " without the root"
        aligned = {
            "root": f"aligned at the {self.root}",
            "procrustes": "aligned by similarity Procrustes",
            "none": "not aligned",
        }[self.alignment]
        step = "every frame" if self.frame_step == 1 else f"every {self.frame_step}th frame"
        mean = f"mean over {self.mean}"
        return f"{self.name} (mm; {joints}, {aligned}; {'+'.join(self.subjects)}, {step}, {mean})"

    def errors(self, pred: Poses, true: Poses) -> Tensor:
        """One error a pose ``(N,)``, mm, of poses ``(N, J, 3)``.

        Raises:
            ValueError: the poses do not fit together or to the skeleton.
        """
        a, b = check_pair(pred, true, dimensions=(3,))
        if a.shape[1] != len(self.skeleton):
            raise ValueError(f"poses have {a.shape[1]} joints, {self.skeleton.name} has {len(self.skeleton)}")
        counted = [i for i, joint in enumerate(self.skeleton.joints) if joint not in self.without]
        if self.alignment == "procrustes":
            return pa_mpjpe(a[:, counted], b[:, counted])[0]
        root = self.skeleton.index(self.root) if self.alignment == "root" else None
        if not self.without:
            return mpjpe(a, b, root)
        return per_joint_error(a, b, root)[:, counted].mean(1)

    def mean_of(self, errors: Tensor, actions: ArrayLike) -> float:
        """The one number, from errors ``(N,)`` and the action of each."""
        return (
            action_weighted_mean(errors, actions) if self.mean == "actions" else frame_weighted_mean(errors)
        )
