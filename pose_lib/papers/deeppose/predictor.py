"""The cascade of Toshev & Szegedy 2014 as it is used: from crops to 2D joints, through all of its stages."""

from __future__ import annotations

from typing import Self

from torch import Tensor, nn

from pose_lib.bench.predictor import Answer, Facts, Predictor
from pose_lib.data.resample import crop_boxes, whole_boxes
from pose_lib.models.cascade import Cascade
from pose_lib.models.deeppose import DeepPoseNet, Diameter
from pose_lib.papers.deeppose.recipe import DeepPoseExperiment

__all__ = ["PREDICTOR", "DeepPosePredictor"]


class DeepPosePredictor(Predictor):
    """Stage after stage on one crop, whose joints' boxes are read from it."""

    experiment = DeepPoseExperiment
    released = False
    limits = ("It predicts places in the picture, and no pose in space.",)

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        skeleton = facts.skeleton
        self.nets = nn.ModuleList(
            DeepPoseNet(
                len(skeleton),
                side=facts.number("side"),
                first=facts.number("first"),
                maps=facts.number("maps"),
                widths=facts.number("widths"),
                dropout=facts.number("dropout"),
                gain=gain,
                norm="batch" if facts.number("batch_norm") else "response",
            )
            for gain in facts.number("gains")
        )
        self.diameter = Diameter(skeleton.torso, facts.number("typical"))

    @classmethod
    def of(cls, experiment: DeepPoseExperiment) -> Self:
        """That of a finished experiment."""
        p = experiment.preset
        nets = [experiment.first_stage()]
        while len(nets) < len(experiment.schedules):
            nets.append(experiment.next_stage(nets))
        numbers = {
            "side": p.side,
            "first": p.first,
            "maps": p.maps,
            "widths": p.widths,
            "dropout": p.dropout,
            "batch_norm": int(p.norm == "batch"),
            "gains": tuple(net.gain for net in nets),
            "sigma": experiment.sigma,
            "typical": experiment.diameter.typical,
        }
        facts = Facts.whole_body(
            "deeppose",
            f"Stage {len(nets)}",
            experiment.skeleton,
            experiment.run,
            numbers,
            size=p.size,
            window=p.size,
        )
        made = cls(facts)
        made.normalise_as(experiment.images)
        made.nets.load_state_dict(nn.ModuleList(nets).state_dict())
        return made.eval()

    def answer(self, x: Tensor) -> Answer:
        """Eq. (5) to Eq. (7), Toshev & Szegedy 2014, each box read from the crop."""
        pixels, side = x.permute(0, 2, 3, 1), self.facts.number("side")

        def look(which: Tensor, boxes: Tensor) -> Tensor:
            return crop_boxes(pixels, which, boxes, side).permute(0, 3, 1, 2)

        cascade = Cascade(list(self.nets), self.facts.number("sigma"), self.diameter)
        return Answer(cascade(look, whole_boxes(len(x), self.facts.size))[-1], None)


PREDICTOR = DeepPosePredictor
"""What a finished run of the chapter is read as."""
