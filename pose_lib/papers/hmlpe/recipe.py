"""What the HMLPE chapter trains on what: both tasks together, each alone, and the sweep of their weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import torch
from torch import Tensor

from pose_lib.batches import ImageBatches
from pose_lib.bench.evaluate import Scores, evaluate
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.experiment_2d import Experiment2D, labelled_mean
from pose_lib.bench.measures import measures_2d
from pose_lib.bench.rows import Key, Row, label
from pose_lib.data.photos.unions import MEMBER
from pose_lib.data.poses import PoseData
from pose_lib.data.upper_body import upper_bodies
from pose_lib.geometry.skeletons import STICKMEN8, Skeleton
from pose_lib.models.hmlpe import HMLPE, Start
from pose_lib.models.part_windows import PartWindows
from pose_lib.papers.hmlpe.objectives import PoseOnly, predict_joints, training_loss
from pose_lib.papers.hmlpe.sizes import HmlpePreset
from pose_lib.papers.hmlpe.sweep import RATIOS, WAYS, Way, sweep_key
from pose_lib.papers.hmlpe.task_errors import TaskErrors
from pose_lib.papers.hmlpe.union import UNION_ZOOM, union_of
from pose_lib.paths import slug
from pose_lib.training import Schedule

if TYPE_CHECKING:
    from pose_lib.bench.setup import Setup

__all__ = ["DETECTED", "HmlpeExperiment"]

DETECTED = "detected"
"""Column of a table that tells whom a detector found; where there is none, everybody is found."""


@dataclass
class HmlpeExperiment(Experiment2D):
    """Trains and predicts; what takes long is kept in the run's folder.

    Args:
        run: where it is kept; its parameters name seed and device.
        train: training samples.
        test: test samples.
        preset: sizes and schedules.
        union: training and test samples of all data sets, for the pre-training and for Table 3; without them
            there is no pre-training, and Table 3 is of the target set.
    """

    preset: HmlpePreset
    union: PoseData | None = None

    swapped: ClassVar[bool] = True

    @classmethod
    def of(cls, setup: Setup) -> Self:
        """The experiment of a notebook."""
        return cls(setup.run, setup.train, setup.test, setup.preset, union=union_of(setup))

    def __post_init__(self) -> None:
        """Cut out the upper bodies, and bring everything to the eight joints."""
        p = self.preset
        # Stickmen come in boxes of their own, those of a detector: nothing has to be imitated.
        shift, zoom = (0.0, 0.0) if self.train.skeleton == STICKMEN8 else (p.shift, p.zoom)
        self.train, self.test = (upper_bodies(d, p.side, shift, zoom) for d in (self.train, self.test))
        super().__post_init__()
        self.errors: list[TaskErrors] = []
        """Of the target set, and of the union where Table 3 is measured there."""
        self.windows = PartWindows.published(p.view)
        self.found = np.ones(len(self.test), dtype=bool)
        """``(M,)`` whether the detector found the person; who was missed counts as wrong."""
        if DETECTED in self.test.table.columns:
            self.found = np.array(self.test.table[DETECTED], dtype=bool)

    @staticmethod
    def skeleton_of(given: Skeleton) -> Skeleton:
        """The eight joints of the paper, whatever the data have."""
        return STICKMEN8

    @cached_property
    def images(self) -> ImageBatches:
        """The training crops of upper bodies on the device."""
        p = self.preset
        return ImageBatches(self.train.images, p.view, device=self.device, noise=p.noise)

    @cached_property
    def tasks(self) -> TaskErrors:
        """The errors of both tasks on the target set."""
        return self._noted(TaskErrors(self.train, self.test, self.images))

    @property
    def test_images(self) -> ImageBatches:
        """The test crops, normalised as the training crops."""
        return self.tasks.images["test"]

    @property
    def sample(self) -> PoseData:
        """The training samples on which errors and features are measured."""
        return self.tasks.sample

    @property
    def trained_images(self) -> ImageBatches:
        """Their images."""
        return self.tasks.images["train"]

    # --- the union of data sets ---------------------------------------------------------------------------

    @cached_property
    def mixed(self) -> PoseData | None:
        """The union's training samples: upper bodies in boxes moved and resized at random."""
        p = self.preset
        return self.union and upper_bodies(self.union.split("train"), p.side, p.shift, UNION_ZOOM)

    @cached_property
    def mixed_images(self) -> ImageBatches:
        """Their images, normalised as those of the target set."""
        p = self.preset
        assert self.mixed is not None
        return ImageBatches(self.mixed.images, p.view, device=self.device, noise=p.noise, like=self.images)

    @cached_property
    def swept(self) -> TaskErrors:
        """The errors of Table 3: on the union, with the tests of Buffy and FLIC; else on the target set."""
        if self.union is None or self.mixed is None:
            return self.tasks
        test = upper_bodies(self.union.split("test"), self.preset.side)
        learned, tested = (" and ".join(data.table[MEMBER].unique()) for data in (self.mixed, test))
        where = f"; trained on the union of {learned}, tested on {tested}"
        return self._noted(TaskErrors(self.mixed, test, self.mixed_images, where))

    def _noted(self, errors: TaskErrors) -> TaskErrors:
        self.errors.append(errors)
        return errors

    # --- learning -----------------------------------------------------------------------------------------

    def network(self, start: Start = "he", dropout: float | None = None) -> HMLPE:
        """A fresh network; with He's initial weights its first pose is the mean of the training poses."""
        p = self.preset
        torch.manual_seed(self.seed + 1)
        dropout = p.dropout if dropout is None else dropout
        joints = (self.joints - (p.side - p.view) / 2) / p.view
        mean = labelled_mean(joints)
        # The step length of AdamW does not depend on the unit of the output; that of gradient descent does.
        scaled = start == "he" and p.learn.momentum is None
        gain = float((joints - mean).square().nanmean().sqrt()) if scaled else 1.0
        net = HMLPE(self.windows, widths=p.widths, dropout=dropout, gain=gain, start=start)
        if start == "he":
            net.start_at(mean)
        return net.to(self.device)

    def learn_union(self, name: str, net: HMLPE, ratio: float, schedule: Schedule, stream: str) -> None:
        """Minimise Eq. (4), Li et al. 2014, on the union of data sets; as :meth:`learn`."""
        union = self.mixed
        assert union is not None
        loss = training_loss(net, self.mixed_images, torch.from_numpy(np.array(union.joints_2d)), ratio)
        kept = f"{name}-{union.card.fingerprint()[:6]}"
        self.histories[name] = self.run.train(kept, net, loss, len(union), schedule, stream=stream)

    def learn(self, name: str, net: HMLPE, ratio: float, schedule: Schedule, stream: str) -> None:
        """Minimise Eq. (4), Li et al. 2014, on the target set.

        Trainings of one stream see the same batches.
        """
        loss = training_loss(net, self.images, self.joints, ratio)
        self.fit(name, net, loss, schedule, stream=stream)

    def system(
        self, key: Key, ratio: float = 1.0, *, dropout: float | None = None, alone: bool = False
    ) -> HMLPE:
        """Train one row of the tables, measure it, and predict the test samples.

        Args:
            key: of the row.
            ratio: ``lambda_r / lambda_d``: 0 for detection alone, infinity for regression alone.
            dropout: the preset's by default.
            alone: train on the target set alone, without the union.
        """
        p, net, name = self.preset, self.network(dropout=dropout), slug(label(key))
        trained = [name]
        if self.union is None:
            self.learn(name, net, ratio, p.learn, "learn")
        elif alone:
            self.learn(name, net, ratio, p.learn, "pretrain")
        else:
            trained = [f"{name}-pretrain", name]
            self.learn_union(trained[0], net, ratio, p.learn, "pretrain")
            self.learn(name, net, ratio, p.tune, "tune")
        self.tasks.measure(key, net, ratio)
        if ratio > 0:
            self.predictions[key] = predict_joints(net, self.test_images)
            self.cost(key, PoseOnly(net), trained)
        return net

    # --- rows of the tables -------------------------------------------------------------------------------

    def both_tasks(self) -> HMLPE:
        """Row *HMLPE*: both losses with the same weight."""
        return self.system("HMLPE", 1.0)

    def regression_alone(self) -> HMLPE:
        """Row *Regression alone*: the same network and batches, and no detection."""
        return self.system("Regression alone", math.inf)

    def baselines(self) -> None:
        """Mean and nearest pose; and the error of the mean pose in Table 3, which needs no image to reach."""
        super().baselines()
        self.tasks.measure_pose("Mean pose", labelled_mean(self.joints))

    def controls(self) -> None:
        """What makes the paper's claims testable beyond the main rows."""
        self.system("Detection alone", 0.0)
        self.system("HMLPE, no dropout", dropout=0.0)
        if self.union is not None:
            self.system("HMLPE, no pre-training", alone=True)
        for way in WAYS:
            self.sweep(way)

    def sweep(self, way: Way) -> None:
        """Table 3, Li et al. 2014: one network per ratio of the weights, all on the same batches.

        As in the paper they learn from the union of data sets, where there is one, and are tested on Buffy
        and FLIC; and one of the ways has the paper's optimiser and initial weights.
        """
        p = self.preset
        start: Start = "he" if way == "he" else "published"
        schedule = {"he": p.sweep, "published": p.sweep_published, "momentum": p.sweep_momentum}[way]
        learn = self.learn if self.union is None else self.learn_union
        for ratio in RATIOS:
            net = self.network(start)
            learn(f"sweep-{way}-{ratio:g}", net, ratio, schedule, "sweep")
            self.swept.measure(sweep_key(ratio, way), net, ratio)

    # --- scores -------------------------------------------------------------------------------------------

    def scores(self) -> Scores:
        """Every metric of every system; people whom the detector missed count as wrong."""
        missed = torch.from_numpy(~self.found)[:, None, None]
        counted: dict[Key, Tensor] = {
            key: poses.masked_fill(missed, torch.nan) for key, poses in self.predictions.items()
        }
        return evaluate(counted, self.truth, self.test, measures_2d(self.test, swapped=self.swapped))

    def detected_scores(self) -> Scores:
        """The same on those people alone whom the detector found, as metrics ``detected-...``."""
        found, test = torch.from_numpy(self.found), self.test.select(self.found)
        measures = {
            f"detected-{name}": replace(
                measure, name=f"detected-{name}", protocol=f"people found by the detector; {measure.protocol}"
            )
            for name, measure in measures_2d(test, swapped=self.swapped).items()
        }
        chosen: dict[Key, Tensor] = {key: poses[found] for key, poses in self.predictions.items()}
        return evaluate(chosen, self.truth[found], test, measures)

    def finish(self, rows: Sequence[Row] = (), scores: Sequence[Scores] = ()) -> Evidence:
        """Write all rows, as :meth:`.Experiment.finish` does; arguments as there."""
        detected = [] if self.found.all() else [self.detected_scores()]
        measured = [scores for errors in self.errors for scores in errors.scores.values()]
        return super().finish(rows, [*measured, *detected, *scores])
