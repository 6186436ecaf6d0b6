"""Pieces that several papers share, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.baselines import mean_pose, nearest_pose
from pose_lib.models.hog import hog
from pose_lib.models.kde import FourierFeatures, KernelDependencyEstimation, median_distance
from pose_lib.models.targets import from_parent_relative, root_relative, to_parent_relative
from pose_lib.models.windows import Windows, detection_loss


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


def test_the_published_grid_covers_the_image_with_ten_by_ten_windows() -> None:
    windows = Windows.published(112)
    assert (len(windows), windows.window, windows.stride) == (100, 30, 10)
    assert windows.starts()[0] == pytest.approx(-4)
    assert windows.starts()[-1] + 30 == pytest.approx(116)
    assert Windows.published(56).window == 15


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-20, 132), st.floats(-20, 132)), min_size=1, max_size=4))
def test_equation_3_window_by_window(points: list[tuple[float, float]]) -> None:
    windows = Windows.published(112)
    labels = windows.labels(torch.tensor([points], dtype=torch.float32))
    starts = [float(s) for s in windows.starts()]
    for j, point in enumerate(np.float32(points)):
        inside = [
            x0 <= point[0] < np.float32(x0 + 30)
            and y0 <= point[1] < np.float32(y0 + 30)
            and min(point) >= 0
            and max(point) < 112
            for y0 in starts
            for x0 in starts
        ]
        assert labels[0, j].tolist() == [float(i) for i in inside]


@settings(deadline=None, max_examples=30)
@given(st.floats(-20, 132), st.floats(-20, 132))
def test_the_windows_of_the_text_tile_the_image(x: float, y: float) -> None:
    windows = Windows.literal(112)
    assert (len(windows), windows.window, windows.stride) == (144, 10, 10)
    in_image = 0 <= np.float32(x) < 112 and 0 <= np.float32(y) < 112
    assert windows.labels(torch.tensor([[[x, y]]], dtype=torch.float32)).sum() == in_image


def test_equation_4_term_by_term() -> None:
    logits = torch.randn(2, 3, 4, generator=seeded())
    labels = (torch.rand(2, 3, 4, generator=seeded(1)) > 0.7).float()
    total = 0.0
    for z, h in zip(logits.flatten().tolist(), labels.flatten().tolist(), strict=True):
        p = 1 / (1 + math.exp(-z))
        total -= h * math.log(p) + (1 - h) * math.log(1 - p)
    assert float(detection_loss(logits, labels)) == pytest.approx(total / 2, rel=1e-5)


def test_a_joint_whose_place_is_not_known_is_in_no_window_and_in_no_loss() -> None:
    joints = torch.tensor([[[50.0, 50.0], [float("nan"), float("nan")]]])
    windows = Windows.published(112)
    labels, known = windows.labels(joints), ~joints.isnan().any(-1)
    assert labels[0, 0].sum() > 0
    assert labels[0, 1].sum() == 0
    logits = torch.randn(1, 2, 100, generator=seeded()).requires_grad_()
    detection_loss(logits, labels, known).backward()
    assert logits.grad is not None
    assert bool((logits.grad[0, 1] == 0).all())
    alone = detection_loss(logits[:, :1], labels[:, :1])
    assert torch.allclose(detection_loss(logits, labels, known), alone)


def slow_hog(image: np.ndarray, cell: int, bins: int, epsilon: float) -> np.ndarray:
    grey = image.astype(np.float64).mean(-1) / 255
    side = len(grey)
    cells = np.zeros((side // cell, side // cell, bins))
    for y in range(side):
        for x in range(side):
            dx = grey[y, min(x + 1, side - 1)] - grey[y, max(x - 1, 0)]
            dy = grey[min(y + 1, side - 1), x] - grey[max(y - 1, 0), x]
            place = (math.atan2(dy, dx) % math.pi) * bins / math.pi
            low = math.floor(place)
            share = place - low
            cells[y // cell, x // cell, low % bins] += math.hypot(dx, dy) * (1 - share)
            cells[y // cell, x // cell, (low + 1) % bins] += math.hypot(dx, dy) * share
    n = side // cell - 1
    out = np.zeros((4, bins, n, n))
    for y in range(n):
        for x in range(n):
            block = [cells[y, x], cells[y, x + 1], cells[y + 1, x], cells[y + 1, x + 1]]
            norm = math.sqrt(sum((c**2).sum() for c in block) + epsilon**2)
            for k, c in enumerate(block):
                out[k, :, y, x] = c / norm
    return out.ravel()


def test_hog_is_that_of_the_loops() -> None:
    images = torch.randint(0, 256, (3, 16, 16, 3), generator=seeded(), dtype=torch.uint8)
    fast = hog(images, cell=4, bins=9, epsilon=0.1)
    for image, row in zip(images.numpy(), fast.numpy(), strict=True):
        # A direction at a bin's edge may fall on either side of it in float32; its share there is nil.
        assert np.allclose(row, slow_hog(image, 4, 9, 0.1), atol=2e-4)
    with pytest.raises(ValueError, match="cells of 5"):
        hog(images, cell=5)


def test_hog_does_not_see_brightness_and_is_still_on_flat_images() -> None:
    images = torch.randint(0, 100, (2, 16, 16, 3), generator=seeded(), dtype=torch.uint8)
    assert torch.allclose(hog(images, 4), hog(images + 100, 4), atol=1e-4)
    assert float(hog(torch.full((1, 16, 16, 3), 80, dtype=torch.uint8), 4).abs().max()) == 0


def test_baselines_are_what_they_say() -> None:
    poses = torch.randn(20, 17, 3, generator=seeded())
    keys = torch.randn(20, 5, generator=seeded(1))
    assert torch.equal(nearest_pose(keys[[3, 7]], keys, poses), poses[[3, 7]])
    queries = torch.randn(9, 5, generator=seeded(2))
    slow = [min(range(20), key=lambda k: float((q - keys[k]).norm())) for q in queries]
    assert torch.equal(nearest_pose(queries, keys, poses), poses[slow])
    constant = mean_pose(poses, 4)
    assert constant.shape == (4, 17, 3)
    assert torch.allclose(constant[2], poses.mean(0))


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


def test_the_pre_image_search_lowers_the_cost_and_its_gradient_is_autograds() -> None:
    model, x, _ = fitted()
    lifts = model.lifted(x[:20])
    start = model.start(lifts)
    before, gradient = model.cost(start, lifts)
    after, _ = model.cost(model.pre_image(lifts, 40), lifts)
    assert bool((after <= before + 1e-6).all())
    assert float(after.mean()) < float(before.mean())
    variable = start.clone().requires_grad_()
    cost = (model.lift_y(variable.clone()) - lifts).square().sum()
    (slow,) = torch.autograd.grad(cost, variable)
    assert torch.allclose(gradient, slow, atol=1e-4)


def test_the_pre_image_of_an_exact_lift_is_the_pose() -> None:
    model, _, _ = fitted()
    poses = model.poses[:15]
    found = model.pre_image(model.lift_y(poses), 200)
    assert float((found - poses).norm(dim=1).median()) < 0.15
