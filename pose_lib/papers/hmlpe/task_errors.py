"""The two errors of Table 3, Li et al. 2014, of many networks on the same training and test samples."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.evaluate import Scores
from pose_lib.bench.rows import Key
from pose_lib.data.poses import PoseData
from pose_lib.models.hmlpe import HMLPE
from pose_lib.papers.hmlpe.objectives import task_errors

__all__ = ["TASKS", "TaskErrors"]

TASKS = {
    "r": "squared error of the joints in units of the box, summed over the joints",
    "d": "cross-entropy of the detector, mean over parts and windows",
}
"""The two errors of Table 3."""

_MEASURED = 2000
"""So many training samples are enough for the training error."""


class TaskErrors:
    """Errors of both tasks on a part of the training samples, and on all test samples.

    Args:
        train: the training samples, upper bodies.
        test: the test samples, upper bodies.
        images: the images that the networks were trained on; their normalisation and window are used.
        where: on what these samples are, for the protocols; nothing for the target set of a run.
    """

    def __init__(self, train: PoseData, test: PoseData, images: ImageBatches, where: str = "") -> None:
        step = max(1, len(train) // _MEASURED)
        self.sample = train.select(np.arange(0, len(train), step))
        """The training samples that are measured."""
        self.data = {"train": self.sample, "test": test}
        self.like = images
        self.scores = {
            split: Scores.on(data, {f"{split}-{kind}": words + where for kind, words in TASKS.items()})
            for split, data in self.data.items()
        }
        """Split to the errors of both tasks: ``train-r`` and ``train-d``, ``test-r`` and ``test-d``."""

    @cached_property
    def images(self) -> dict[str, ImageBatches]:
        """Split to its images on the device."""
        like = self.like
        return {
            split: ImageBatches(data.images, like.window, device=like.store.device, like=like)
            for split, data in self.data.items()
        }

    def measure(self, key: Key, net: HMLPE, ratio: float) -> None:
        """Note a network's errors in those tasks that it was trained for."""
        for split, data in self.data.items():
            errors = task_errors(net, self.images[split], torch.from_numpy(np.array(data.joints_2d)))
            for kind, values in zip(TASKS, errors, strict=True):
                if (kind == "r" and ratio > 0) or (kind == "d" and ratio < math.inf):
                    self.scores[split].add(key, f"{split}-{kind}", values.double().numpy())

    def measure_pose(self, key: Key, pose: Tensor) -> None:
        """Note the errors of one pose ``(J, 2)`` in pixels of the crops, whatever the image."""
        for split, data in self.data.items():
            true = torch.from_numpy(np.array(data.joints_2d))
            squares = (pose - true).div(self.like.window).square().sum(-1)
            values = squares.nanmean(1) * true.shape[1]
            self.scores[split].add(key, f"{split}-r", values.double().numpy())
