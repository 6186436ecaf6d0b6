"""Whether predicted poses are bodies: limb ratios, symmetry, constant bones, joints that move together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from torch import Tensor

from pose_lib.bench.rows import Key, label
from pose_lib.data.poses import PoseData
from pose_lib.metrics import limb_lengths, limb_ratio_error
from pose_lib.metrics.axes import limb_asymmetry
from pose_lib.models.weight_structure import Similarity, joint_weights, pearson, similarity

__all__ = ["bone_variation", "correlations_of", "structure_table", "weights_like_poses"]


def structure_table(test: PoseData, truth: Tensor, predictions: Mapping[Key, Tensor]) -> pd.DataFrame:
    """How much like bodies the poses ``(M, J, 3)`` of each system are; the truth is the first line.

    Columns: the limb-length-ratio error (reading *pairs*) of lower, upper and full body; by how many per cent
    left and right limbs differ; how much the bones of one person vary (:func:`bone_variation`); and how
    similar the correlations of joints over the samples are to the true ones, within [-1, 1], NaN for poses
    that never change.
    """
    true = correlations_of(truth)
    lines: dict[str, dict[str, float]] = {}
    for key, poses in {"Truth": truth, **predictions}.items():
        found = correlations_of(poses)
        moves = int((~found.isnan()).all(0).any(1).sum()) > 3
        lines[label(key)] = {
            **{
                f"limb ratios, {part}": float(
                    limb_ratio_error(poses, truth, test.skeleton, "pairs", part).mean()
                )
                for part in ("lower", "upper", "full")
            },
            "left and right differ (%)": 100 * float(limb_asymmetry(poses, test.skeleton).expm1().mean()),
            "bones vary (%)": bone_variation(test, poses),
            "joints move together": similarity(found, true, 1).score if moves else np.nan,
        }
    return pd.DataFrame(lines).T


def bone_variation(test: PoseData, poses: Tensor) -> float:
    """Standard deviation of a bone's length over the samples of one person, in per cent of its mean.

    Mean over bones and people. True bones do not change; 0 for them but for the rounding of the data.
    """
    lengths = limb_lengths(poses, test.skeleton).double().numpy()
    person = test.table["subject"].astype(str).to_numpy()
    parts = [lengths[person == name] for name in np.unique(person)]
    return 100 * float(np.mean([part.std(0) / np.maximum(part.mean(0), 1.0) for part in parts]))


def correlations_of(poses: Tensor) -> Tensor:
    """Correlations ``(3, J, J)`` of joints over root-relative poses ``(M, J, 3)``; NaN of a constant one."""
    return pearson(poses.permute(1, 2, 0))


def weights_like_poses(weights: Tensor, truth: Tensor, permutations: int = 199) -> Similarity:
    """How similar the correlations of last-layer weights are to those of true joints.

    Args:
        weights: ``(3 J, m)`` of the layer that gives root-relative joints.
        truth: ``(M, J, 3)``.
        permutations: random orders of the joints that it is compared with.
    """
    return similarity(pearson(joint_weights(weights)), correlations_of(truth), permutations)
