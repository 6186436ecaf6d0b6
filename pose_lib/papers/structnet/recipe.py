"""What the StructNet chapter trains on what: the score, its inference, and controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from pose_lib.bench.experiment_3d import STREAM, Experiment3D
from pose_lib.bench.rows import Key, label
from pose_lib.models.constant_bones import mean_lengths, with_lengths
from pose_lib.models.li_chan import TanhTargets, regression_loss
from pose_lib.models.retrieval import average_of_best, best, in_blocks
from pose_lib.models.structnet import (
    Embedding,
    StructNet,
    Violators,
    max_margin_loss,
    most_violating,
    pose_distances,
    weight_penalty,
)
from pose_lib.papers.li_chan.recipe import LiChanExperiment
from pose_lib.papers.structnet.sizes import StructNetPreset
from pose_lib.training import autocast

__all__ = ["AFTER", "AVERAGE", "BEST", "BONES", "NO_TASK", "SHARES", "Search", "StructNetExperiment"]

AFTER = f"{STREAM}-after"
"""Name of the random streams of the score, which sees other windows and colours than the convolutions did."""
BEST, AVERAGE = "StructNet-Max", "StructNet-Avg"
SHARES: Mapping[str, float] = {"0.02 %": 0.0002, "": 0.005, "1.5 %": 0.015}
"""Setting to the share of the training poses that is averaged: *Avg(20)*, *Avg(500)* and *Avg(1500)*."""
BONES = "constant bones"
"""Setting of the average of 0.5 % of the poses, projected onto constant bone lengths."""
NO_TASK = "no auxiliary task"
"""Setting of the rows whose network was trained on the margin alone."""
ALPHA = 1e-4
"""Weight of the squares of the weights."""
SCALE = 1200.0
"""mm; poses are divided by it, as in the authors' code."""


class Search(nn.Module):
    """A network as it is used at test time, from images to the mean of the best scoring training poses.

    Args:
        net: the network.
        keys: embeddings of the training poses ``(N, E)``.
        poses: the training poses ``(N, J, 3)``.
        count: ``A``; of one pose, the mean is *Max*.
    """

    def __init__(self, net: StructNet, keys: Tensor, poses: Tensor, count: int = 1) -> None:
        super().__init__()
        self.net, self.keys, self.poses, self.count = net, keys, poses, count

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to poses ``(B, J, 3)`` mm."""
        ranked = best(self.net(x).float(), self.keys, self.count)
        return average_of_best(ranked, self.poses, (self.count,))[0]


@dataclass
class StructNetExperiment(Experiment3D):
    """Trains and predicts; what takes long is kept in the run's folder."""

    preset: StructNetPreset

    @cached_property
    def targets(self) -> TanhTargets:
        """Joints relative to the root, divided by :data:`SCALE`."""
        return TanhTargets(self.train.skeleton, SCALE, "root")

    @cached_property
    def vectors(self) -> Tensor:
        """The training poses ``(N, 3 J)`` in that unit, on the device."""
        return self.targets.to_vector(self.poses).to(self.device)

    # --- the convolutions that every network has ----------------------------------------------------------

    @cached_property
    def convolutions(self) -> dict[str, Tensor]:
        """Row *DconvMP-HML*, Li & Chan's network on both tasks, and the weights of its convolutions."""
        p = self.preset.multi_task
        other = LiChanExperiment(self.run, self.train, self.test, p, results=self.results, crops=self.crops)
        return {name: weight.clone() for name, weight in other.multi_task().trunk.state_dict().items()}

    def network(self, form: Embedding = "2 layers") -> StructNet:
        """A fresh network, always from the same weights, on these convolutions."""
        p, trunk = self.preset, self.convolutions
        torch.manual_seed(self.seed + 1)
        joints = len(self.train.skeleton)
        net = StructNet(p.window, joints, form, dropout=p.dropout, pixel=p.pixel)
        net.trunk.load_state_dict(trunk)
        net.start_at(self.vectors.cpu())
        return net.to(self.device)

    # --- the score ----------------------------------------------------------------------------------------

    def learn(self, name: str, net: StructNet, auxiliary: float = 1.0) -> Violators:
        """Train all that is above the convolutions on margin, auxiliary task and size of the weights.

        Args:
            name: of the training.
            net: the network.
            auxiliary: ``lambda``, the weight of the auxiliary task.

        Returns:
            How often each training pose was the most violating one.
        """
        p, vectors, poses = self.preset, self.vectors, self.poses.to(self.device)
        memory = Violators(len(poses), p.kept).to(self.device)
        size = p.unit / SCALE

        def loss(which: Tensor, generator: torch.Generator) -> Tensor:
            x, _ = self.images.random(which, generator)
            chosen = memory.candidates(p.sampled, generator)
            with autocast(self.device):
                images, predicted = net.both(x)
            # A context of its own: torch may keep weights that are cast without gradients until its end.
            with torch.no_grad(), autocast(self.device):
                margins = pose_distances(poses[which], poses[chosen]) / p.unit
                place = most_violating(images, net.pose(vectors[chosen]), margins)
            found = chosen[place]
            with autocast(self.device):
                true, violating = net.pose(vectors[which]), net.pose(vectors[found])
            memory.add(found)
            cost = max_margin_loss(images, true, violating, margins.gather(1, place[:, None])[:, 0])
            if auxiliary:
                cost = cost + auxiliary * regression_loss(predicted, vectors[which], size)
            return cost + ALPHA * weight_penalty(net)

        both = nn.ModuleList([net, memory])
        self.fit(name, both, loss, self.preset.margin, stream=AFTER)
        return memory

    # --- inference ----------------------------------------------------------------------------------------

    def search(self, net: StructNet, count: int = 1) -> Search:
        """The network with the embeddings of all training poses."""
        net.eval()
        return Search(net, in_blocks(net.pose, self.vectors), self.poses.to(self.device), count)

    def ranked(self, net: StructNet, count: int) -> Tensor:
        """Indices of the ``A`` best scoring training poses of each test image, the best first, ``(M, A)``."""
        keys = self.search(net).keys
        return best(self.predict(net).to(self.device), keys, count).cpu()

    def count(self, share: float) -> int:
        """How many training poses a share of them is, at least one."""
        return max(1, round(share * len(self.poses)))

    def keep(self, net: StructNet, setting: str = "", shares: Sequence[str] = ("",)) -> None:
        """Note *Max*, the best scoring training pose, and *Avg(A)* for some of the :data:`SHARES`."""
        counts = [self.count(SHARES[share]) for share in shares]
        first, *means = average_of_best(self.ranked(net, max(counts)), self.poses, (1, *counts))
        self.predictions[_key(BEST, setting)] = first
        for share, mean in zip(shares, means, strict=True):
            self.predictions[_key(AVERAGE, share or setting)] = mean

    # --- rows of the tables -------------------------------------------------------------------------------

    def structnet(self) -> tuple[StructNet, Violators]:
        """Rows *Max*, *Avg(A)* and *Pred*, and the average with bones of constant length."""
        net = self.network()
        memory = self.learn("structnet", net)
        self.keep(net, shares=tuple(SHARES))
        skeleton, mean = self.train.skeleton, self.predictions[AVERAGE]
        lengths = mean_lengths(self.poses, skeleton)
        self.predictions[AVERAGE, BONES] = with_lengths(mean, lengths, skeleton)
        self.auxiliary(net)
        for key, count in ((BEST, 1), (AVERAGE, self.count(SHARES[""]))):
            self.cost(key, self.search(net, count), ("hml", "structnet"))
        return net, memory

    def auxiliary(self, net: StructNet) -> None:
        """Row *Pred*: what the auxiliary head predicts, with no search."""
        head = Prediction(net)
        self.predictions["StructNet-Pred"] = self.targets.to_pose(self.predict(head))

    # --- controls, all of them of the paper ---------------------------------------------------------------

    def controls(self) -> None:
        """The margin alone, and the simpler embeddings of poses."""
        net = self.network()
        self.learn("no-auxiliary", net, auxiliary=0.0)
        self.keep(net, NO_TASK)
        forms: tuple[Embedding, ...] = ("raw", "random layer", "1 layer")
        for form in forms:
            net = self.network(form)
            self.learn(label(("structnet", form)), net)
            self.keep(net, form)


class Prediction(nn.Module):
    """The auxiliary head of a network, from images to poses."""

    def __init__(self, net: StructNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to predictions ``(B, 3 J)``, each within [-1, 1]."""
        return self.net.both(x)[1]


def _key(system: str, setting: str) -> Key:
    return (system, setting) if setting else system
