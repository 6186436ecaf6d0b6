"""Targets of the 3D networks: relative joints and scaled poses, there and back."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.parts.targets import PoseScale, from_parent_relative, root_relative, to_parent_relative


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_parent_relative_targets_sum_back_to_the_pose(seed: int) -> None:
    joints = torch.randn(3, 17, 3, generator=seeded(seed), dtype=torch.float64) * 500
    relative = to_parent_relative(joints, H36M17)
    for i, parent in enumerate(H36M17.parents):
        assert torch.equal(relative[:, i], joints[:, i] - joints[:, parent])
    assert torch.allclose(from_parent_relative(relative, H36M17), root_relative(joints, H36M17), atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 20), st.floats(1, 1e3), st.floats(-1e3, 1e3))
def test_the_scale_goes_there_and_back(n: int, spread: float, shift: float) -> None:
    poses = torch.randn(n + 1, 17, 3, generator=seeded(n)) * spread + shift
    scale = PoseScale.of(poses)
    vectors = scale.to_vector(poses)
    assert torch.allclose(scale.to_pose(vectors), poses, rtol=1e-4, atol=1e-3 * (spread + abs(shift)))
    assert float(vectors.square().mean()) == pytest.approx(1, rel=1e-2)
