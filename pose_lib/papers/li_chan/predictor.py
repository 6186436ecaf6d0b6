"""The multi-task network of Li & Chan 2014 as it is used: from crops to 3D poses, without its detectors."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn

from pose_lib.bench.predictor import Answer, Facts, Predictor
from pose_lib.models.li_chan import LiChanNet, TanhTargets
from pose_lib.models.parts.windows import Windows
from pose_lib.papers.li_chan.recipe import LiChanExperiment

__all__ = ["PREDICTOR", "LiChanPredictor"]

_SYSTEM = "DconvMP-HML"


class LiChanPredictor(Predictor):
    """3D joints; the detectors, which only the training needs, are left out."""

    experiment = LiChanExperiment
    limits = ("It predicts a pose in space, and no places in the picture.",)

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        net = LiChanNet(
            facts.window,
            len(facts.skeleton),
            Windows.published(facts.window),
            widths=facts.number("widths"),
            dropout=0.0,
            pixel=facts.number("pixel"),
        )
        self.net: nn.Sequential = net.regressor()
        self.targets = TanhTargets(facts.skeleton, facts.number("scale"))

    @classmethod
    def of(cls, experiment: LiChanExperiment) -> Self:
        """That of a finished experiment."""
        p = experiment.preset
        trained = experiment.train_both("hml", experiment.network())
        numbers = {"widths": p.widths, "pixel": p.pixel, "scale": experiment.targets.scale}
        facts = Facts.whole_body(
            "li_chan",
            _SYSTEM,
            experiment.train.skeleton,
            experiment.run,
            numbers,
            size=p.size,
            window=p.window,
        )
        made = cls(facts)
        made.normalise_as(experiment.images)
        # Dropout has no weights, but a place among the layers: names differ where the rate is 0.
        weights = trained.regressor().state_dict().values()
        made.net.load_state_dict(dict(zip(made.net.state_dict(), weights, strict=True)))
        return made.eval()

    def answer(self, x: Tensor) -> Answer:
        """Eq. (1), Li & Chan 2014, the other way round: targets to poses in mm."""
        vectors: Tensor = self.net(x)
        return Answer(None, self.targets.to_pose(vectors.to(torch.float32)))


PREDICTOR = LiChanPredictor
"""What a finished run of the chapter is read as."""
