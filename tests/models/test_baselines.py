"""The mean pose and the nearest pose, against loops."""

from __future__ import annotations

import torch

from pose_lib.models.baselines import mean_pose, nearest_pose


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_nearest_pose_is_that_of_the_closest_key_and_the_mean_pose_is_constant() -> None:
    poses = torch.randn(20, 17, 3, generator=seeded())
    keys = torch.randn(20, 5, generator=seeded(1))
    assert torch.equal(nearest_pose(keys[[3, 7]], keys, poses), poses[[3, 7]])
    queries = torch.randn(9, 5, generator=seeded(2))
    slow = [min(range(20), key=lambda k: float((q - keys[k]).norm())) for q in queries]
    assert torch.equal(nearest_pose(queries, keys, poses), poses[slow])
    constant = mean_pose(poses, 4)
    assert constant.shape == (4, 17, 3)
    assert torch.allclose(constant[2], poses.mean(0))
