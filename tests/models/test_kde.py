"""Kernel dependency estimation: kernels, pre-images and their gradient, against autograd and loops."""

from __future__ import annotations

import pytest
import torch

from pose_lib.models.kde import FourierFeatures, KernelDependencyEstimation, median_distance


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_fourier_features_approach_the_gaussian_kernel() -> None:
    x = torch.randn(12, 6, generator=seeded())
    lift = FourierFeatures.draw(6, 20_000, 2.0, "test")
    z = lift(x)
    kernel = torch.exp(-torch.cdist(x, x).square() / (2 * 2.0**2))
    assert torch.allclose(z @ z.T, kernel, atol=0.05)


def test_median_distance_is_the_median_of_the_pairs() -> None:
    x = torch.randn(9, 4, generator=seeded())
    pairs = sorted(float((x[i] - x[j]).norm()) for i in range(9) for j in range(i))
    assert median_distance(x) == pytest.approx(pairs[(len(pairs) - 1) // 2], rel=1e-5)


def fitted() -> tuple[KernelDependencyEstimation, torch.Tensor, torch.Tensor]:
    x = torch.randn(300, 4, generator=seeded())
    y = torch.stack([x[:, 0] * 30, x[:, 1].sin() * 50, (x[:, 0] + x[:, 2]) * 20], 1)
    return KernelDependencyEstimation(400, 300, ridge=1e-3, seed=1).fit(x, y), x, y


def test_kde_learns_a_smooth_map_much_better_than_the_mean() -> None:
    model, x, y = fitted()
    error = (model.predict(x) - y).norm(dim=1).mean()
    assert float(error) < 0.5 * float((y - y.mean(0)).norm(dim=1).mean())


def test_the_pre_image_search_lowers_the_distance_and_its_gradient_is_autograds() -> None:
    model, x, _ = fitted()
    lifts = model.lifted(x[:20])
    start = model.start(lifts)
    before, gradient = model.distance(start, lifts)
    after, _ = model.distance(model.pre_image(lifts, 40), lifts)
    assert bool((after <= before + 1e-6).all())
    assert float(after.mean()) < float(before.mean())
    variable = start.clone().requires_grad_()
    distance = (model.lift_y(variable.clone()) - lifts).square().sum()
    (slow,) = torch.autograd.grad(distance, variable)
    assert torch.allclose(gradient, slow, atol=1e-4)


def test_the_pre_image_of_an_exact_lift_is_the_pose() -> None:
    model, _, _ = fitted()
    poses = model.poses[:15]
    found = model.pre_image(model.lift_y(poses), 200)
    assert float((found - poses).norm(dim=1).median()) < 0.15
