"""Section 5 of Li & Chan 2014: correlations, co-sparsity and their likeness, against loops."""

from __future__ import annotations

import statistics

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.parts.targets import to_parent_relative
from pose_lib.models.weight_structure import (
    co_sparsity,
    joint_weights,
    largest_magnitude,
    pearson,
    shared_terms,
    similarity,
)


def weights(joints: int = 4, features: int = 9, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(joints, 3, features, generator=generator, dtype=torch.float64)


def test_weights_of_a_layer_are_sorted_by_joint_and_coordinate() -> None:
    layer = torch.nn.Linear(5, 6)
    f = joint_weights(layer.weight)
    assert f.shape == (2, 3, 5)
    assert torch.equal(f[1, 2], layer.weight[5].detach().double())


def test_equation_9_pair_by_pair() -> None:
    f = weights()
    fast = pearson(f)
    for d in range(3):
        for i in range(4):
            for j in range(4):
                slow = statistics.correlation(f[i, d].tolist(), f[j, d].tolist())
                assert float(fast[d, i, j]) == pytest.approx(slow, abs=1e-12)
    for i in range(4):
        for j in range(4):
            assert float(largest_magnitude(fast)[i, j]) == max(abs(float(fast[d, i, j])) for d in range(3))


def test_equation_10_term_by_term() -> None:
    f = weights()
    fast = co_sparsity(f, p=0.2)
    for d in range(3):
        for i in range(4):
            for j in range(4):
                a, b = f[i, d].tolist(), f[j, d].tolist()
                sigma_a, sigma_b = statistics.pstdev(a), statistics.pstdev(b)
                slow = -sum(
                    (abs(x / sigma_a) ** 0.2 + abs(y / sigma_b) ** 0.2) ** (1 / 0.2)
                    for x, y in zip(a, b, strict=True)
                )
                assert float(fast[d, i, j]) == pytest.approx(slow, rel=1e-10)


def test_joints_that_use_different_features_are_sparser_together_than_apart() -> None:
    # Each of the first two joints uses half of the features; the third uses those of the first.
    f = weights(3, 200).abs() + 0.5
    f[0, :, 100:], f[2, :, 100:], f[1, :, :100] = 0, 0, 0
    s = co_sparsity(f)
    assert bool((s <= 0).all())
    # A feature that neither uses adds nothing. One that both use lowers the sum far more than two that only
    # one of them uses.
    assert bool((s[:, 0, 1] > s[:, 0, 2]).all())
    assert torch.allclose(
        shared_terms(torch.tensor([0.0, 1.0]), torch.tensor([0.0, 2.0]))[0], torch.tensor(0.0)
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-5, 5))
def test_neither_measure_knows_the_size_of_the_weights(seed: int, size: float, shift: float) -> None:
    f = weights(seed=seed)
    assert torch.allclose(pearson(size * f + shift), pearson(f), atol=1e-7)
    assert torch.allclose(co_sparsity(size * f), co_sparsity(f), rtol=1e-8)
    assert torch.allclose(pearson(f).mT, pearson(f))
    assert torch.allclose(co_sparsity(f).mT, co_sparsity(f))


def test_of_poses_the_root_has_no_correlation_and_the_hips_are_opposite() -> None:
    joints = weights(17, 300)
    joints[H36M17.root] = (joints[H36M17.index("left_hip")] + joints[H36M17.index("right_hip")]) / 2
    relative = to_parent_relative(joints.permute(2, 0, 1), H36M17).permute(1, 2, 0)
    rho = pearson(relative)
    assert bool(rho[:, H36M17.root].isnan().all())
    assert torch.allclose(
        rho[:, H36M17.index("left_hip"), H36M17.index("right_hip")], -torch.ones(3).double()
    )


def test_a_set_is_like_itself_unlike_its_negative_and_shuffled_at_chance() -> None:
    rho = pearson(weights(8, 6))
    same = similarity(rho, rho, permutations=200)
    assert same.score == pytest.approx(1)
    assert same.p_value == pytest.approx(1 / 201)
    assert similarity(rho, -rho, permutations=1).score == pytest.approx(-1)
    assert abs(float(same.chance.mean())) < 0.1
    other = similarity(rho, pearson(weights(8, 6, seed=1)), permutations=200)
    assert other.p_value > 0.01
    again = similarity(rho, pearson(weights(8, 6, seed=1)), permutations=200)
    assert torch.equal(again.chance, other.chance)


def test_the_score_is_the_correlation_of_the_pairs() -> None:
    a, b = pearson(weights(5, 7)), pearson(weights(5, 7, seed=1))
    pairs = [(d, i, j) for d in range(3) for i in range(5) for j in range(i)]
    slow = statistics.correlation([float(a[p]) for p in pairs], [float(b[p]) for p in pairs])
    assert similarity(a, b, 1).score == pytest.approx(slow)


def test_joints_without_correlation_are_left_out_of_the_score() -> None:
    a, b = pearson(weights(5, 7)), pearson(weights(5, 7, seed=1))
    holed = b.clone()
    holed[:, 2, :] = holed[:, :, 2] = torch.nan
    keep = [0, 1, 3, 4]
    expected = similarity(a[:, keep][:, :, keep], b[:, keep][:, :, keep], 1).score
    assert similarity(a, holed, 1).score == pytest.approx(expected)
    with pytest.raises(ValueError, match="only 2 joints"):
        similarity(a[:, :2, :2], b[:, :2, :2])
