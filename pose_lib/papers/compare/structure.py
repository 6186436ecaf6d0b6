"""The last layers of all networks that have one, in one frame, and how much they are like true poses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from pose_lib import checkpoints
from pose_lib.bench.paper import BASELINES
from pose_lib.bench.rows import Key, label
from pose_lib.bench.structure import weights_like_poses
from pose_lib.geometry.skeletons import H36M17, Skeleton
from pose_lib.models.parts.targets import from_parent_relative
from pose_lib.papers.compare.side_by_side import SideBySide

__all__ = ["LAST_LAYERS", "last_layer", "weights_table"]


def _of_joints(weight: Tensor, skeleton: Skeleton) -> Tensor:
    """Weights of root-relative joints as they are."""
    return weight


def _of_parents(weight: Tensor, skeleton: Skeleton) -> Tensor:
    """Of joints relative to their parents: summed along the chain, as the predictions are."""
    each = weight.reshape(len(skeleton), 3, -1).permute(2, 0, 1)
    return from_parent_relative(each, skeleton).permute(1, 2, 0).flatten(0, 1)


def _of_first_head(weight: Tensor, skeleton: Skeleton) -> Tensor:
    """Of ``(R, m, 3 (J - 1))`` for several roots: of the first one, which is the skeleton's root."""
    each = weight[0].T.reshape(len(skeleton) - 1, 3, -1)
    return torch.cat([torch.zeros_like(each[:1]), each]).flatten(0, 1)


LAST_LAYERS: Mapping[tuple[str, Key], tuple[str, str, Callable[[Tensor, Skeleton], Tensor]]] = {
    ("li_chan", "DconvMP"): ("pretrained", "2.weight", _of_parents),
    ("li_chan", "DconvMP-HML"): ("hml", "output.weight", _of_parents),
    ("tekin_ae", "CNN"): ("cnn", "output.weight", _of_joints),
    ("tekin_ae", "Ours, fine-tuned"): ("tune", "decoder.layers.0.weight", _of_joints),
    ("park", "Baseline"): ("baseline", "weight_3d", _of_first_head),
    ("park", "Multi-reg + 2D-cls"): ("multi-reg-2d-cls", "weight_3d", _of_first_head),
    ("direct", "Direct"): ("direct", "2.weight", _of_joints),
}
"""Room and system to the training in its run's folder, the layer, and what the layer's outputs are."""


def last_layer(folder: Path, room: str, key: Key, skeleton: Skeleton = H36M17) -> Tensor | None:
    """Weights ``(3 J, m)`` from the last features to root-relative joints; None where a system has no such.

    Args:
        folder: of the finished run.
        room: the paper.
        key: its system.
        skeleton: of the poses.

    Raises:
        FileNotFoundError, CheckpointError: the run has no such training, or its file is damaged; names it.
    """
    if (room, key) not in LAST_LAYERS:
        return None
    training, name, change = LAST_LAYERS[room, key]
    weight = checkpoints.load(folder / "cached" / f"{training}.pt", "model")["model"][name]
    return change(weight.float(), skeleton)


def weights_table(together: SideBySide) -> pd.DataFrame:
    """Similarity of each network's last weights to the true poses, and that of joints in random order.

    A system without a last layer to joints, such as one that looks up training poses, has no line.
    """
    lines = {}
    for key, paper in together.papers.items():
        if key in BASELINES or paper.name not in together.folders:
            continue
        weight = last_layer(together.folders[paper.name], paper.name, key, together.test.skeleton)
        if weight is not None:
            found = weights_like_poses(weight, together.truth)
            low, high = found.chance.quantile(torch.tensor([0.025, 0.975]).double()).tolist()
            lines[label(key)] = {
                "features": str(weight.shape[1]),
                "weights like poses": found.score,
                "by chance, low": low,
                "by chance, high": high,
            }
    return pd.DataFrame.from_dict(lines, orient="index")
