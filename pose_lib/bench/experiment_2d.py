"""What the experiments of the 2D papers share: joints in crop pixels, and baselines that fill gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.experiment import Experiment
from pose_lib.bench.measures import measures_2d
from pose_lib.data.mapping import to_skeleton
from pose_lib.data.poses import PoseData
from pose_lib.data.resample import crop_boxes, whole_boxes
from pose_lib.geometry.skeletons import H36M17, LSP14, Skeleton
from pose_lib.models.baselines import nearest_pose
from pose_lib.models.hog import hog

__all__ = ["Experiment2D", "filled", "labelled_mean"]


@dataclass
class Experiment2D(Experiment):
    """2D joints as targets.

    Train and test data are brought to one skeleton, :meth:`skeleton_of`.
    """

    swapped: ClassVar[bool] = False
    """Whether PCP accepts limbs with their ends exchanged."""

    def __post_init__(self) -> None:
        """Take the joints from the data, in the pixels of the crops; NaN where one is missing."""
        super().__post_init__()
        skeleton = self.skeleton_of(self.train.skeleton)
        self.train, self.test = to_skeleton(self.train, skeleton), to_skeleton(self.test, skeleton)
        self.skeleton = skeleton
        self.joints = torch.from_numpy(np.array(self.train.joints_2d))
        self.truth = torch.from_numpy(np.array(self.test.joints_2d))

    @staticmethod
    def skeleton_of(given: Skeleton) -> Skeleton:
        """The skeleton that is predicted on data of another: Leeds' for Human3.6M's, else the data's own."""
        return LSP14 if given == H36M17 else given

    @cached_property
    def features(self) -> tuple[Tensor, Tensor]:
        """HOG of the crops at 64 pixels, ``(N, F)`` and ``(M, F)``: enough to look up similar poses."""

        def build() -> dict[str, Any]:
            return {"train": _hog(self.train), "test": _hog(self.test)}

        stored = self.run.cached("hog", build)
        return stored["train"], stored["test"]

    def baselines(self) -> None:
        """Mean pose, the pose of the nearest training image by HOG, and the nearest that an oracle finds.

        Joints that the nearest sample lacks are those of the mean pose.
        """
        mean = labelled_mean(self.joints)
        whole = filled(self.joints, mean)
        self.predictions["Mean pose"] = mean.expand(len(self.truth), -1, -1)
        train, test = self.features
        self.predictions["Nearest pose"] = nearest_pose(test, train, whole)
        self.predictions["Nearest pose (oracle)"] = nearest_pose(
            filled(self.truth, mean).flatten(1), whole.flatten(1), whole
        )

    def scores(self) -> Scores:
        """Every metric of every system on the test samples."""
        return evaluate(self.predictions, self.truth, self.test, measures_2d(self.test, swapped=self.swapped))


def _hog(data: PoseData, side: int = 64, chunk: int = 512) -> Tensor:
    found = []
    for start in range(0, len(data), chunk):
        images = torch.from_numpy(np.array(data.images[start : start + chunk]))
        every = torch.arange(len(images))
        found.append(hog(crop_boxes(images, every, whole_boxes(len(images), data.size), side)))
    return torch.cat(found)


def labelled_mean(joints: Tensor) -> Tensor:
    """``(J, 2)`` mean of the labelled joints of ``(N, J, 2)``.

    Raises:
        ValueError: a joint is labelled in no sample; gives its index.
    """
    mean = joints.nanmean(0)
    never = mean.isnan().any(-1).nonzero().flatten().tolist()
    if never:
        raise ValueError(f"joints {never} are labelled in no training sample, so they have no mean")
    return mean


def filled(joints: Tensor, mean: Tensor) -> Tensor:
    """Joints ``(N, J, 2)`` with those of ``mean (J, 2)`` where one is missing."""
    return torch.where(joints.isnan().any(-1, keepdim=True), mean, joints)
