"""Poses with bones of given lengths: the properties of the projection."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from pose_lib.geometry.skeletons import H36M17, LSP14
from pose_lib.metrics.limbs import limb_lengths
from pose_lib.models.constant_bones import mean_lengths, with_lengths

LENGTHS = torch.linspace(80, 450, 16, dtype=torch.float64)


def made(count: int = 40, seed: int = 0) -> Tensor:
    poses = 250 * torch.randn(
        (count, 17, 3), generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    return poses - poses[:, :1]


def distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).square().sum((1, 2))


def start(poses: Tensor) -> Tensor:
    """Each bone in its own direction at its given length, joined from the root on."""
    found = poses.clone()
    length = dict(zip((child for _, child in H36M17.limbs), LENGTHS, strict=True))
    for joint in H36M17.chain[1:]:
        bone = poses[:, joint] - poses[:, H36M17.parents[joint]]
        found[:, joint] = found[:, H36M17.parents[joint]] + length[joint] * bone / bone.norm(
            dim=1, keepdim=True
        )
    return found


def test_bones_have_the_lengths_and_the_root_its_place() -> None:
    found = with_lengths(made() + 7, LENGTHS, H36M17)
    assert torch.allclose(limb_lengths(found, H36M17), LENGTHS.expand(40, 16), rtol=1e-12)
    assert torch.equal(found[:, 0], made()[:, 0] + 7)


def test_poses_that_have_the_lengths_stay_as_they_are() -> None:
    once = with_lengths(made(), LENGTHS, H36M17)
    assert torch.allclose(with_lengths(once, LENGTHS, H36M17), once, atol=1e-9)
    straight = start(made())
    assert torch.allclose(with_lengths(straight, LENGTHS, H36M17), straight, atol=1e-9)


def test_every_sweep_comes_closer_and_the_last_ones_hardly_move() -> None:
    poses = made()
    found = [with_lengths(poses, LENGTHS, H36M17, sweeps) for sweeps in (0, 1, 2, 5, 50, 51)]
    assert torch.allclose(found[0], start(poses), rtol=1e-12)
    gaps = [distance(poses, pose) for pose in found]
    for before, after in pairwise(gaps):
        assert bool((after <= before * (1 + 1e-12)).all())
    assert bool((gaps[1] < 0.9 * gaps[0]).any())
    assert float((found[5] - found[4]).abs().max()) < 1.0


def test_no_turn_of_one_bone_comes_closer() -> None:
    poses = made(6)
    found = with_lengths(poses, LENGTHS, H36M17, 500)
    shoulder = H36M17.index("left_shoulder")
    hanging = [shoulder, H36M17.index("left_elbow"), H36M17.index("left_wrist")]
    bone = found[:, shoulder] - found[:, H36M17.parents[shoulder]]
    random = torch.Generator().manual_seed(3)
    for size in (1e-3, 1e-1, 1.0):
        turned = bone + size * bone.norm(dim=1, keepdim=True) * torch.randn(
            bone.shape, generator=random, dtype=torch.float64
        )
        turned *= bone.norm(dim=1, keepdim=True) / turned.norm(dim=1, keepdim=True)
        other = found.clone()
        other[:, hanging] += (turned - bone)[:, None]
        assert bool((distance(poses, other) >= distance(poses, found) - 1e-6).all())


def test_it_turns_with_the_pose() -> None:
    rotation = torch.linalg.qr(made(1)[0, 1:4]).Q
    found = with_lengths(made(), LENGTHS, H36M17)
    assert torch.allclose(with_lengths(made() @ rotation, LENGTHS, H36M17), found @ rotation, atol=1e-6)


def test_the_mean_of_two_poses_gets_its_length_back() -> None:
    """Two straight arms in different directions have a short mean, which points between them."""
    lengths = mean_lengths(made(), H36M17)
    poses = with_lengths(made(), lengths, H36M17)
    mean = (poses[:20] + poses[20:]) / 2
    assert bool((limb_lengths(mean, H36M17) < lengths).all())
    assert torch.allclose(limb_lengths(with_lengths(mean, lengths, H36M17), H36M17), lengths.expand(20, 16))


def test_a_bone_without_a_direction_gets_one() -> None:
    found = with_lengths(torch.zeros(2, 17, 3), LENGTHS.float(), H36M17)
    assert bool(found.isfinite().all())
    assert torch.allclose(limb_lengths(found, H36M17), LENGTHS.float().expand(2, 16), rtol=1e-5)


def test_lengths_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="lsp14 needs 13, each above 0"):
        with_lengths(torch.zeros(1, 14, 3), LENGTHS, LSP14)
    with pytest.raises(ValueError, match=r"the least 0: h36m17 needs 16"):
        with_lengths(made(), LENGTHS - 80, H36M17)
