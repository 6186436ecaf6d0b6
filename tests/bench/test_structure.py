"""Whether poses are bodies, on poses that are and on some that are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.bench.structure import (
    bone_variation,
    correlations_of,
    structure_table,
    weights_like_poses,
)
from pose_lib.data.poses import PoseData
from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import H36M17

COUNT = 40
COLUMNS = ["limb ratios, full", "left and right differ (%)", "bones vary (%)"]


def bodies() -> tuple[PoseData, torch.Tensor]:
    """Symmetric people whose limbs turn and keep their lengths, one person 20 % larger than the other."""
    draw = rng("bodies")
    poses = np.zeros((COUNT, 17, 3))
    size = np.repeat([1.0, 1.2], COUNT // 2)[:, None]
    for joint in H36M17.chain:
        parent = H36M17.parents[joint]
        if parent != joint:
            way = draw.normal((0, 3, 0), size=(COUNT, 3))
            length = 100.0 + 20 * len(H36M17.joints[joint].removeprefix("left_").removeprefix("right_"))
            poses[:, joint] = poses[:, parent] + size * length * way / np.linalg.norm(way, axis=1)[:, None]
    data = make(COUNT)
    table = data.table.assign(subject=np.repeat(["S1", "S5"], COUNT // 2))
    return replace(data, table=table, joints_3d=poses.astype(np.float32)), torch.from_numpy(poses)


def test_a_turned_and_resized_body_is_a_body() -> None:
    test, truth = bodies()
    table = structure_table(test, truth, {"A": 0.9 * truth[:, :, [2, 0, 1]]})
    assert table.loc["Truth", COLUMNS].tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    assert table.loc["A", COLUMNS].tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    assert table.loc["Truth", "joints move together"] == pytest.approx(1)


def test_noise_breaks_limbs_symmetry_and_correlations() -> None:
    test, truth = bodies()
    noise = torch.from_numpy(rng("noise").normal(0, 60, truth.shape))
    noise[:, 0] = 0
    table = structure_table(test, truth, {"A": truth + noise, "B": truth + 5 * noise})
    for column in COLUMNS:
        assert 1 < table.loc["A", column] < table.loc["B", column], column
    alike = table["joints move together"]
    assert 0 < alike["B"] < alike["A"] < 0.99


def test_bones_vary_within_a_person_not_between_people() -> None:
    test, truth = bodies()
    assert bone_variation(test, truth) == pytest.approx(0, abs=1e-9)
    alone = replace(test, table=test.table.assign(subject="S1"))
    assert bone_variation(alone, truth) == pytest.approx(100 * 0.1 / 1.1)


def test_a_pose_that_never_changes_has_no_correlations() -> None:
    test, truth = bodies()
    table = structure_table(test, truth, {"Mean pose": truth.mean(0).expand_as(truth)})
    assert np.isnan(table.loc["Mean pose", "joints move together"])


def test_weights_that_are_poses_are_like_poses() -> None:
    _, truth = bodies()
    weights = truth.permute(1, 2, 0).flatten(0, 1)
    found = weights_like_poses(weights, truth)
    assert found.score == pytest.approx(1)
    assert float(found.chance.max()) < 0.9
    shuffled = weights[torch.from_numpy(rng("rows").permutation(len(weights)))]
    assert weights_like_poses(shuffled, truth).score < 0.6
    assert correlations_of(truth).shape == (3, 17, 17)
