"""LinKDE: its kernels against exact ones, the fit against dense algebra, gradients against autograd."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from pose_lib.models.kde import median_distance
from pose_lib.models.linkde import ChiSquareFeatures, LinKDE, chi_square_distance, chi_square_map


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def histograms(n: int, bins: int = 24, seed: int = 0) -> Tensor:
    """Histograms that sum to one, a third of their entries zero."""
    counts = torch.rand(n, bins, generator=seeded(seed)).square()
    counts *= torch.rand(n, bins, generator=seeded(seed + 1)) > 1 / 3
    return counts / counts.sum(1, keepdim=True)


def slow_chi_square(x: Tensor, y: Tensor) -> float:
    total = 0.0
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        if a + b > 0:
            total += (a - b) ** 2 / (a + b)
    return total


def test_the_exact_distance_is_that_of_the_loop() -> None:
    x, y = histograms(5), histograms(4, seed=7)
    found = chi_square_distance(x, y)
    for i in range(5):
        for j in range(4):
            assert float(found[i, j]) == pytest.approx(slow_chi_square(x[i], y[j]), abs=1e-6)
    assert float(chi_square_distance(x, x).diagonal().abs().max()) == 0


def test_the_map_has_the_additive_kernel_as_inner_product_and_the_distance_as_distance() -> None:
    x = histograms(30)
    mapped = chi_square_map(x)
    assert mapped.shape == (30, 5 * 24)
    total = x[:, None] + x
    exact = (2 * x[:, None] * x / torch.where(total > 0, total, 1)).sum(-1)
    assert float((mapped @ mapped.T - exact).abs().max()) < 0.02
    pairs = tuple(torch.triu_indices(30, 30, 1))
    ratio = torch.pdist(mapped).square() / chi_square_distance(x, x)[pairs]
    assert 0.94 < float(ratio.min()) < float(ratio.max()) < 1


def test_the_map_is_that_of_the_definition_entry_by_entry() -> None:
    """Vedaldi & Zisserman 2012: ``sqrt(x L k(0))``, then ``sqrt(2 x L k(jL))`` times cosine and sine."""
    x = torch.tensor([[0.3, 0.0]])
    value, period = torch.tensor(0.3), 0.5
    wanted = [(value * period).sqrt()]
    for j in (1, 2):
        spectrum = 2 / (
            torch.tensor(j * period * torch.pi).exp() + torch.tensor(-j * period * torch.pi).exp()
        )
        size = (2 * value * period * spectrum).sqrt()
        wanted += [size * (j * period * value.log()).cos(), size * (j * period * value.log()).sin()]
    found = chi_square_map(x)
    assert torch.allclose(found[0, ::2], torch.stack(wanted), atol=1e-6)
    assert float(found[0, 1::2].abs().max()) == 0, "an empty entry has no features"


def test_random_features_approach_the_exponentiated_chi_square_kernel() -> None:
    x = histograms(25)
    width = median_distance(chi_square_map(x))
    exact = (-chi_square_distance(x, x) / (2 * width**2)).exp()
    errors = []
    for count in (200, 20_000):
        z = ChiSquareFeatures.draw(5 * 24, count, width, "test")(x)
        errors.append(float((z @ z.T - exact).abs().max()))
    assert errors[1] < 0.05
    assert errors[1] < 0.3 * errors[0]


def problem(n: int = 250) -> tuple[Tensor, Tensor]:
    """Histograms, and poses in mm that follow smoothly from them."""
    x = histograms(n)
    mix = torch.randn(24, 6, generator=seeded(3))
    return x, 400 * torch.tanh(4 * x @ mix)


def test_the_fit_in_chunks_is_ridge_regression_on_centred_features() -> None:
    x, y = problem()
    model = LinKDE(120, 80, ridge=0.02, seed=1).fit(x, y, chunk=64)
    vectors = (y - y.mean(0)) / model.scale
    z, w = model.lift_x(x).double(), torch.cat([model.lift_y(vectors), vectors], 1).double()
    centred, wanted = z - z.mean(0), w - w.mean(0)
    gram = centred.T @ centred
    gram += 0.02 * gram.diagonal().mean() * torch.eye(120)
    dense = torch.linalg.solve(gram, centred.T @ wanted)
    assert torch.allclose(model.lifted(x).double(), centred @ dense + w.mean(0), atol=2e-3)
    assert model.lifted(x).shape == (250, 80 + 6)


def test_it_predicts_nearly_what_ridge_regression_with_the_exact_kernel_does() -> None:
    x, y = problem()
    new, _ = problem(300)
    new = new[250:]
    model = LinKDE(8000, 50, ridge=0.01).fit(x, y)
    width = median_distance(chi_square_map(x))

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (-chi_square_distance(a, b) / (2 * width**2)).exp().double()

    own, across = kernel(x, x), kernel(new, x)
    # The same ridge term: in units of the mean variance of the features, of which there are 8000.
    weight = 0.01 * float((own.diagonal() - own.mean()).mean()) * len(x) / 8000
    centred = own - own.mean(0) - own.mean(1, keepdim=True) + own.mean()
    beside = across - own.mean(0) - across.mean(1, keepdim=True) + own.mean()
    target = (y - y.mean(0)).double()
    exact = beside @ torch.linalg.solve(centred + weight * torch.eye(len(x)), target) + y.mean(0)
    error = (model.pre_images(new).regressed - exact).norm(dim=1).mean()
    assert float(error) < 0.1 * float(exact.std(0).norm())


@pytest.mark.parametrize("start", ["regression", "nearest"])
def test_the_search_lowers_the_distance_and_its_gradient_is_autograds(start: str) -> None:
    x, y = problem()
    model = LinKDE(400, 300, start=start, seed=2).fit(x, y)  # type: ignore[arg-type]
    lifts = model.lifted(x[:20])
    begin = model.start(lifts)
    before, gradient = model.distance(begin, lifts)
    after, _ = model.distance(model.pre_image(lifts, 40), lifts)
    assert bool((after <= before).all())
    assert float(after.mean()) < float(before.mean())
    variable = begin.clone().requires_grad_()
    distance = (model.lift_y(variable.clone()) - lifts[:, :300]).square().sum()
    (slow,) = torch.autograd.grad(distance, variable)
    assert torch.allclose(gradient, slow, atol=1e-4)


def test_starts_are_the_regressed_pose_and_the_weighted_mean_of_the_nearest() -> None:
    x, y = problem(40)
    model = LinKDE(300, 200, neighbours=3, seed=2).fit(x, y)
    lifts = model.lifted(x[:4])
    assert torch.equal(model.start(lifts), lifts[:, 200:])
    assert torch.allclose(
        model.pre_images(x[:4]).regressed, lifts[:, 200:] * model.scale + model.mean, rtol=1e-5, atol=1e-3
    )
    model.starts_at = "nearest"
    vectors = (y - y.mean(0)) / model.scale
    for found, lift in zip(model.start(lifts), lifts[:, :200], strict=True):
        similar = model.lift_y(vectors) @ lift
        three = sorted(range(40), key=lambda i: -float(similar[i]))[:3]
        weights = similar[three].clamp_min(1e-6)
        mean = (weights[:, None] * vectors[three]).sum(0) / weights.sum()
        assert torch.allclose(found, mean, atol=1e-5)


def test_the_pre_image_of_an_exact_lift_is_the_pose() -> None:
    x, y = problem()
    model = LinKDE(300, 2000, seed=2).fit(x, y)
    poses = (y[:15] - y.mean(0)) / model.scale
    lifts = torch.cat([model.lift_y(poses), poses + 0.3], 1)
    found = model.pre_image(lifts, 200)
    assert float((found - poses).norm(dim=1).max()) < 0.05


def test_both_kernels_learn_a_smooth_map_much_better_than_the_mean() -> None:
    x, y = problem(600)
    train, test = slice(0, 500), slice(500, 600)
    spread = (y[test] - y[train].mean(0)).norm(dim=1).mean()
    for kernel in ("chi-square", "Gaussian"):
        model = LinKDE(1500, 500, ridge=1e-3, kernel=kernel).fit(x[train], y[train])  # type: ignore[arg-type]
        for found in model.pre_images(x[test]):
            assert float((found - y[test]).norm(dim=1).mean()) < 0.6 * float(spread), kernel
