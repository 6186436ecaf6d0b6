"""The fine-tuned network of Tekin et al. 2016 as it is used: from crops to 3D poses, through the code."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor

from pose_lib.bench.predictor import Answer, Facts, Predictor
from pose_lib.models.parts.targets import PoseScale, root_relative
from pose_lib.models.tekin_ae import AutoEncoder, Decoder, PoseNet
from pose_lib.papers.tekin_ae.recipe import AFTER, TekinExperiment

__all__ = ["PREDICTOR", "TekinPredictor"]

_SYSTEM = "Ours, fine-tuned"


class TekinPredictor(Predictor):
    """The network to the code, with the decoder behind it; too large for an exported file."""

    experiment = TekinExperiment
    released = False
    limits = ("It predicts a pose in space, and no places in the picture.",)
    centre: Tensor

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts)
        joints, code = len(facts.skeleton), facts.number("code")
        net = PoseNet(facts.window, code, dropout=facts.number("dropout"), gain=facts.number("gain"))
        self.net = net.append(Decoder(AutoEncoder((code,), 3 * joints)))
        self.register_buffer("centre", torch.zeros(3 * joints))

    @classmethod
    def of(cls, experiment: TekinExperiment) -> Self:
        """That of a finished experiment."""
        p, y = experiment.preset, experiment.vectors
        model = experiment.auto_encoder()
        with torch.no_grad():
            codes = model.encode(y.to(experiment.device))
        net = experiment.regress("latent", experiment.network(codes), codes, p.latent)
        net.append(Decoder(model).to(experiment.device))
        experiment.regress("tune", net, y, p.tune, AFTER)
        numbers = {
            "code": codes.shape[1],
            "dropout": p.dropout,
            "gain": net.gain,
            "scale": experiment.scale.scale,
        }
        facts = Facts.whole_body(
            "tekin_ae",
            _SYSTEM,
            experiment.train.skeleton,
            experiment.run,
            numbers,
            size=p.size,
            window=p.window,
        )
        made = cls(facts)
        made.normalise_as(experiment.images)
        made.centre.copy_(experiment.scale.mean)
        made.net.load_state_dict(net.state_dict())
        return made.eval()

    def answer(self, x: Tensor) -> Answer:
        """Vectors in units of the training poses' deviation to poses in mm."""
        vectors: Tensor = self.net(x)
        scale = PoseScale(self.centre, self.facts.number("scale"))
        return Answer(None, root_relative(scale.to_pose(vectors.to(torch.float32)), self.facts.skeleton))


PREDICTOR = TekinPredictor
"""What a finished run of the chapter is read as."""
