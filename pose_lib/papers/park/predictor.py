"""The full network of Park et al. 2016 as it is used: from crops to 2D joints and a 3D pose."""

from __future__ import annotations

from typing import Self

from torch import Tensor

from pose_lib.bench.predictor import Answer, Facts, Predictor
from pose_lib.bench.rows import label
from pose_lib.models.park import ROOTS, ParkNet, average_pose
from pose_lib.models.parts.targets import root_relative
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.models.unit_shape import TorsoScale
from pose_lib.papers.park.recipe import ParkExperiment, Weights
from pose_lib.papers.park.variants import VARIANTS
from pose_lib.paths import slug

__all__ = ["PREDICTOR", "ParkPredictor"]

_SYSTEM = "Multi-reg + 2D-cls"


class ParkPredictor(Predictor):
    """Both branches: the expected place of each joint in the picture, and the average pose of the roots."""

    experiment = ParkExperiment
    limits = ("Places in the picture are means over cells of a sixteenth of the window, so they are coarse.",)

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        skeleton = facts.skeleton
        self.grid = SoftGrid(facts.window)
        self.torso = TorsoScale(facts.number("torso"), facts.number("norm"))
        self.net = ParkNet(
            facts.window,
            tuple((root,) * len(skeleton) for root in ROOTS),
            cells=len(self.grid),
            fusion="raw",
            width=facts.number("width"),
            dropout=facts.number("dropout"),
            first=facts.number("first"),
            gain=facts.number("gain"),
        )

    @classmethod
    def of(cls, experiment: ParkExperiment) -> Self:
        """That of a finished experiment."""
        p, variant = experiment.preset, VARIANTS[_SYSTEM]
        net, weights = experiment.network(variant), Weights(p.lambda_2d[0], p.lambda_3d)
        # The run is complete, so that the loss is not computed and the weights are read.
        loss, schedule = experiment.batch_loss(net, variant, weights), p.schedule(len(experiment.train))
        experiment.fit(slug(label(_SYSTEM)), net, loss, schedule)
        numbers = {
            "width": p.width,
            "first": p.first,
            "dropout": p.dropout,
            "gain": net.gain,
            "torso": experiment.torso.torso,
            "norm": experiment.torso.norm,
        }
        facts = Facts.whole_body(
            "park", _SYSTEM, experiment.train.skeleton, experiment.run, numbers, size=p.size, window=p.window
        )
        made = cls(facts)
        made.normalise_as(experiment.images)
        made.net.load_state_dict(net.state_dict())
        return made.eval()

    def answer(self, x: Tensor) -> Answer:
        """Expected cells, and Eq. (7), Park et al. 2016, in the size of the training torsos."""
        output = self.net(x)
        places = self.grid.expected(output.logits.float().softmax(-1))
        poses, _ = self.torso.recover(average_pose(self.net.poses(output.relative.float())))
        return Answer(places, root_relative(poses, self.facts.skeleton))


PREDICTOR = ParkPredictor
"""What a finished run of the chapter is read as."""
