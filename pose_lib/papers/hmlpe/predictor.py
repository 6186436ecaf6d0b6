"""The network of Li, Liu & Chan 2014 as it is used: from crops of upper bodies to eight 2D joints."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor

from pose_lib.bench.predictor import Answer, Facts, Predictor
from pose_lib.data.upper_body import MARGIN
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PartWindows
from pose_lib.papers.hmlpe.objectives import PoseOnly
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment

__all__ = ["PREDICTOR", "HmlpePredictor"]

_SYSTEM = "HMLPE"


class HmlpePredictor(Predictor):
    """2D joints; the detectors, which only the training needs, are left out."""

    experiment = HmlpeExperiment
    limits = (
        "Left and right are those of the picture, as if everybody faced the camera: of a person seen from "
        "behind they are exchanged.",
    )

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        net = HMLPE(
            PartWindows.published(facts.window),
            widths=facts.number("widths"),
            dropout=0.0,
            gain=facts.number("gain"),
        )
        self.trunk, self.regression = net.trunk, net.regression
        self.gain = net.gain

    @classmethod
    def of(cls, experiment: HmlpeExperiment) -> Self:
        """That of a finished experiment."""
        p, net = experiment.preset, experiment.network()
        experiment.learn("hmlpe", net, 1.0, p.learn if experiment.union is None else p.tune, "learn")
        facts = Facts(
            paper="hmlpe",
            system=_SYSTEM,
            skeleton_name=experiment.skeleton.name,
            sides="observer",
            size=p.side,
            window=p.view,
            shows="the head, the shoulders and both arms",
            margin=MARGIN,
            numbers={"widths": p.widths, "gain": net.gain},
        )
        made = cls(facts)
        made.normalise_as(experiment.images)
        weights = PoseOnly(net).state_dict()
        made.load_state_dict({**weights, "mean": made.mean, "std": made.std})
        return made.eval()

    def answer(self, x: Tensor) -> Answer:
        """Joints in units of the box, in which the network answers, to pixels."""
        out: Tensor = (self.regression(self.trunk(x)) * self.gain).tanh()
        return Answer(out.view(len(x), -1, 2).to(torch.float32) * self.facts.window, None)


PREDICTOR = HmlpePredictor
"""What a finished run of the chapter is read as."""
