"""The systems of the HMLPE chapter: every row of its tables, its controls, and what they are trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.claims import comparisons
from pose_lib.bench.evaluate import Errors, compare, groups_of, row
from pose_lib.bench.evaluate_2d import evaluate_2d
from pose_lib.bench.experiment_2d import Experiment2D, labelled_mean
from pose_lib.bench.hmlpe_learning import PoseOnly, multi_task_loss, predict_joints, task_errors
from pose_lib.bench.presets.hmlpe import HmlpePreset
from pose_lib.bench.runs import Run
from pose_lib.data.photos import dataset as photos
from pose_lib.data.poses import PoseData
from pose_lib.data.upper_body import upper_bodies
from pose_lib.geometry.skeletons import STICKMEN8, Skeleton
from pose_lib.models.hmlpe import HMLPE, Start
from pose_lib.models.part_windows import PartWindows
from pose_lib.training import Schedule

__all__ = ["MIXED", "RATIOS", "SYSTEMS", "TASKS", "HmlpeExperiment", "sweep_name", "union_of"]

SYSTEMS = ("Mean pose", "Nearest pose", "Regression alone", "HMLPE")
"""Rows of the main table: the two baselines, the control, the method."""

RATIOS = (0.0, 0.5, 1.0, 2.0, 4.0, 100.0, 1e10, math.inf)
"""``lambda_r / lambda_d`` of Table 3, Li et al. 2014, and 100, at which the sums of both costs are alike."""

TASKS = {
    "r": "squared error of the joints in units of the box, summed over the joints",
    "d": "cross-entropy of the detector, mean over parts and windows",
}
"""The two costs of Table 3."""

MIXED = ("buffy", "flic")
"""Target sets that the paper trains on after their union with others."""

UNION_ZOOM = 0.5
"""Random change of size of a union's boxes: people fill them differently from one data set to another."""

DETECTED = "detected"
"""Column of a table that tells whom a detector found; where there is none, everybody is found."""

_MEASURED = 2000
"""So many training samples are enough for the training error."""


def union_of(run: Run, preset: HmlpePreset) -> PoseData | None:
    """What a run's network is pre-trained on: for some photographs the mixture of those that are there.

    Raises:
        FileNotFoundError: the run's data set needs ``data_root``.
    """
    dataset, root = str(run.parameters["dataset"]), str(run.parameters["data_root"])
    if dataset not in MIXED:
        return None
    return photos.load("hmlpe-mixture", root, size=preset.size).split("train")


def sweep_name(ratio: float, start: Start) -> str:
    """A cell of the sweep as a system's name."""
    return f"ratio {ratio:g}, {'He' if start == 'he' else start} start"


@dataclass
class HmlpeExperiment(Experiment2D):
    """Trains and predicts on upper bodies that are cut from the given crops.

    Args:
        run: where stages are kept; its parameters name seed and device.
        train: training samples of the target set.
        test: test samples.
        preset: sizes and schedules.
        union: what the network is pre-trained on; None for no pre-training.
    """

    preset: HmlpePreset
    union: PoseData | None = None
    task: dict[str, Errors] = field(default_factory=dict)
    """System to ``train-r``, ``test-r``, ``train-d``, ``test-d`` of the single samples."""

    swapped: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Cut out the upper bodies, and bring everything to the eight joints."""
        p = self.preset
        # Stickmen come in boxes of their own, those of a detector: nothing has to be imitated.
        shift, zoom = (0.0, 0.0) if self.train.skeleton == STICKMEN8 else (p.shift, p.zoom)
        self.train, self.test = (upper_bodies(d, p.side, shift, zoom) for d in (self.train, self.test))
        super().__post_init__()
        self.windows = PartWindows.published(p.view)
        self.found = np.ones(len(self.test), dtype=bool)
        if DETECTED in self.test.table.columns:
            self.found = np.array(self.test.table[DETECTED], dtype=bool)
        step = max(1, len(self.train) // _MEASURED)
        self.sample = self.train.select(np.arange(0, len(self.train), step))

    @cached_property
    def images(self) -> ImageBatches:
        """The training crops of upper bodies on the device."""
        p = self.preset
        return ImageBatches(self.train.images, p.view, device=self.device, noise=p.noise)

    @cached_property
    def test_images(self) -> ImageBatches:
        """The test crops, normalised as the training crops."""
        return ImageBatches(self.test.images, self.preset.view, device=self.device, like=self.images)

    @cached_property
    def trained_images(self) -> ImageBatches:
        """The training samples on which errors and features are measured."""
        return ImageBatches(self.sample.images, self.preset.view, device=self.device, like=self.images)

    @staticmethod
    def skeleton_of(given: Skeleton) -> Skeleton:
        """The eight joints of the paper, whatever the data have."""
        return STICKMEN8

    # --- learning -----------------------------------------------------------------------------------------

    def network(self, start: Start = "he", dropout: float | None = None) -> HMLPE:
        """A fresh network; with He's weights its first pose is the mean of the training poses."""
        p = self.preset
        torch.manual_seed(self.seed + 1)
        dropout = p.dropout if dropout is None else dropout
        joints = (self.joints - (p.side - p.view) / 2) / p.view
        mean = labelled_mean(joints)
        gain = float((joints - mean).square().nanmean().sqrt()) if start == "he" else 1.0
        net = HMLPE(self.windows, widths=p.widths, dropout=dropout, gain=gain, start=start)
        if start == "he":
            net.start_at(mean)
        return net.to(self.device)

    def learn(self, name: str, net: HMLPE, ratio: float, schedule: Schedule, stream: str) -> HMLPE:
        """Minimise Eq. (4), Li et al. 2014, on the target set; stages of one stream see the same batches."""
        loss = multi_task_loss(net, self.images, self.joints, ratio)
        self.fit(name, net, loss, schedule, stream=stream)
        return net

    def pretrain(self, name: str, net: HMLPE, ratio: float, union: PoseData) -> HMLPE:
        """The same on the union of data sets."""
        p = self.preset
        bodies = upper_bodies(union, p.side, p.shift, UNION_ZOOM)
        images = ImageBatches(bodies.images, p.view, device=self.device, noise=p.noise, like=self.images)
        loss = multi_task_loss(net, images, torch.from_numpy(np.array(bodies.joints_2d)), ratio)
        stage = f"{name}-{union.card.fingerprint()[:6]}"
        self.histories[name] = self.run.train(stage, net, loss, len(bodies), p.learn, stream="pretrain")
        return net

    def system(
        self, name: str, ratio: float = 1.0, *, dropout: float | None = None, alone: bool = False
    ) -> HMLPE:
        """Train one row of the tables, and measure it.

        Args:
            name: of the row.
            ratio: ``lambda_r / lambda_d``.
            dropout: the preset's by default.
            alone: leave the pre-training out.
        """
        net, key = self.network(dropout=dropout), name.lower().replace(",", "").replace(" ", "-")
        stages: tuple[str, ...] = (key,)
        if self.union is None:
            self.learn(key, net, ratio, self.preset.learn, "learn")
        elif alone:
            self.learn(key, net, ratio, self.preset.learn, "pretrain")
        else:
            stages = (f"{key}-pretrain", key)
            self.pretrain(stages[0], net, ratio, self.union)
            self.learn(key, net, ratio, self.preset.tune, "tune")
        self.measure(name, net, ratio)
        if ratio > 0:
            self.predictions[name] = predict_joints(net, self.test_images)
            self.cost(name, PoseOnly(net), stages)
        return net

    def baselines(self) -> None:
        """Mean pose and nearest pose; and what the mean pose costs, which a blind network can reach."""
        super().baselines()
        mean, side = labelled_mean(self.joints), self.preset.view
        self.task["Mean pose"] = {}
        for split, data in (("train", self.sample), ("test", self.test)):
            true = torch.from_numpy(np.array(data.joints_2d))
            squares = (mean - true).div(side).square().sum(-1)
            values = squares.nanmean(1) * true.shape[1]
            self.task["Mean pose"][f"{split}-r"] = values.double().numpy()

    def controls(self) -> None:
        """What makes the paper's claims testable beyond the main rows."""
        self.system("Detection alone", 0.0)
        self.system("HMLPE, no dropout", dropout=0.0)
        if self.union is not None:
            self.system("HMLPE, no pre-training", alone=True)
        for start in ("he", "published"):
            self.sweep(start)

    def sweep(self, start: Start) -> None:
        """Table 3, Li et al. 2014: one network a ratio of the weights, all on the same batches."""
        p = self.preset
        schedule = p.sweep if start == "he" else p.sweep_published
        for ratio in RATIOS:
            net = self.network(start)
            self.learn(f"sweep-{start}-{ratio:g}", net, ratio, schedule, "sweep")
            self.measure(sweep_name(ratio, start), net, ratio)

    # --- rows ---------------------------------------------------------------------------------------------

    def measure(self, name: str, net: HMLPE, ratio: float) -> None:
        """Both costs of a network on training and test samples, those that it was trained for."""
        self.task[name] = {}
        for split, images, data in (
            ("train", self.trained_images, self.sample),
            ("test", self.test_images, self.test),
        ):
            errors = task_errors(net, images, torch.from_numpy(np.array(data.joints_2d)))
            for kind, values in zip("rd", errors, strict=True):
                if (kind == "r" and ratio > 0) or (kind == "d" and ratio < math.inf):
                    self.task[name][f"{split}-{kind}"] = values.double().numpy()

    def missed(self, predictions: dict[str, Tensor]) -> dict[str, Tensor]:
        """Predictions with NaN, a miss, for people whom the detector did not find."""
        gone = torch.from_numpy(~self.found)[:, None, None]
        return {s: p.masked_fill(gone, torch.nan) for s, p in predictions.items()}

    def rows(self) -> tuple[pd.DataFrame, dict[str, Errors]]:
        """Rows of all systems; where people were missed, ``detected-`` rows are of the others."""
        everybody = self.predictions
        self.predictions = self.missed(everybody)
        rows, errors = super().rows()
        self.predictions = everybody
        parts = [rows, *self._task_rows()]
        if not self.found.all():
            chosen = {s: p[torch.from_numpy(self.found)] for s, p in everybody.items()}
            detected, _ = evaluate_2d(chosen, self.test.select(self.found), swapped=self.swapped)
            protocol = "people found by the detector; " + detected["protocol"]
            parts.append(detected.assign(metric="detected-" + detected["metric"], protocol=protocol))
        return pd.concat(parts, ignore_index=True), errors

    def _task_rows(self) -> list[pd.DataFrame]:
        protocols = {f"{split}-{kind}": words for split in ("train", "test") for kind, words in TASKS.items()}
        parts = []
        for split, data in (("train", self.sample), ("test", self.test)):
            groups = groups_of(data)
            errors = {
                system: {m: v for m, v in metrics.items() if m.startswith(split)}
                for system, metrics in self.task.items()
            }
            rows = [
                row(system, metric, protocols[metric], values, groups)
                for system, metrics in errors.items()
                for metric, values in metrics.items()
            ]
            pairs = [pair for pair in comparisons(self.run.paper) if pair[2] in protocols]
            parts += [pd.DataFrame(rows), compare(errors, pairs, data, protocols)]
        return parts
