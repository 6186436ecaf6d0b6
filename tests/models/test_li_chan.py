"""The equations of Li & Chan 2014 against slow, direct transcriptions, and the network around them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pose_lib.data.augment import colour_axes, colour_noise
from pose_lib.geometry.skeletons import H36M17
from pose_lib.metrics import mpjpe
from pose_lib.models.li_chan import (
    LiChanNet,
    TanhTargets,
    average_gradients,
    multi_task_loss,
    regression_loss,
)
from pose_lib.models.parts.layers import GREY_LEVELS
from pose_lib.models.parts.spatial_norm import SpatialNorm
from pose_lib.models.parts.windows import Windows, detection_loss


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small(side: int = 48, **options: object) -> LiChanNet:
    torch.manual_seed(0)
    settings = {"maps": (2, 3, 2), "widths": (6, 7), "dropout": 0.0} | options
    return LiChanNet(side, 17, Windows.published(side), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("relative", ["parent", "root"])
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_targets_go_there_and_back_and_lie_within_one(relative: str, seed: int) -> None:
    poses = 400 * torch.randn(4, 17, 3, generator=seeded(seed), dtype=torch.float64)
    poses -= poses[:, :1].clone()
    targets = TanhTargets.of(poses, H36M17, relative)  # type: ignore[arg-type]
    vectors = targets.to_vector(poses)
    assert float(vectors.abs().max()) == pytest.approx(1 / 1.1)
    assert torch.allclose(targets.to_pose(vectors), poses, atol=1e-8)


def test_equation_1_joint_by_joint_and_its_sum_along_the_chain() -> None:
    poses = 400 * torch.randn(2, 17, 3, generator=seeded(), dtype=torch.float64)
    relative = TanhTargets(H36M17, 1200.0).to_vector(poses).view(2, 17, 3) * 1200
    for i, parent in enumerate(H36M17.parents):
        assert torch.allclose(relative[:, i], poses[:, i] - poses[:, parent], atol=1e-9)
    for i in range(17):
        place, joint = torch.zeros(2, 3, dtype=torch.float64), i
        while joint != H36M17.root:
            place = place + relative[:, joint]
            joint = H36M17.parents[joint]
        assert torch.allclose(place, poses[:, i] - poses[:, H36M17.root], atol=1e-9)


def test_equation_2_joint_by_joint() -> None:
    a, b = (torch.randn(3, 51, generator=seeded(s)) for s in (0, 1))
    total = 0.0
    for t in range(3):
        for i in range(17):
            total += sum(float(a[t, 3 * i + d] - b[t, 3 * i + d]) ** 2 for d in range(3))
    assert float(regression_loss(a, b)) == pytest.approx(total / 3, rel=1e-5)
    assert float(regression_loss(a, b, unit=0.5)) == pytest.approx(4 * total / 3, rel=1e-5)


def test_an_unknown_joint_has_no_loss_and_no_gradient() -> None:
    predicted = torch.randn(2, 51, generator=seeded()).requires_grad_()
    true = torch.randn(2, 51, generator=seeded(1))
    true[0, 6:9] = torch.nan
    loss = regression_loss(predicted, true)
    loss.backward()
    assert bool(loss.isfinite())
    assert predicted.grad is not None
    assert bool((predicted.grad[0, 6:9] == 0).all())
    assert bool((predicted.grad[1] != 0).all())
    poses = torch.randn(5, 17, 3, generator=seeded(2))
    poses[1, 4] = torch.nan
    assert math.isfinite(TanhTargets.of(poses, H36M17).scale)


def test_equation_6_term_by_term() -> None:
    r, r_hat = (torch.randn(2, 6, generator=seeded(s)) for s in (0, 1))
    z = torch.randn(2, 2, 5, generator=seeded(2))
    h = (torch.rand(2, 2, 5, generator=seeded(3)) > 0.6).float()
    regression = sum(float((r[t, k] - r_hat[t, k]) ** 2) for t in range(2) for k in range(6))
    detection = 0.0
    for t in range(2):
        for i in range(2):
            for l_ in range(5):
                p = 1 / (1 + math.exp(-float(z[t, i, l_])))
                detection -= math.log(p) if h[t, i, l_] else math.log(1 - p)
    loss = multi_task_loss(r_hat, r, z, h)
    # The paper sums over the samples; a batch's mean is the same loss at another learning rate.
    assert float(loss) == pytest.approx((0.5 * regression + 0.5 * detection) / 2, rel=1e-5)
    only_first = torch.tensor([[True, False], [True, False]])
    masked = multi_task_loss(r_hat, r, z, h, known=only_first)
    expected = 0.5 * regression_loss(r_hat, r) + 0.5 * detection_loss(z[:, :1], h[:, :1])
    assert float(masked) == pytest.approx(float(expected), rel=1e-5)


def test_equation_7_pixel_by_pixel() -> None:
    images = torch.randint(0, 256, (6, 8, 8, 3), generator=seeded(), dtype=torch.uint8)
    axes = colour_axes(images)
    shift = colour_noise(2, axes, 0.1, seeded(5))
    g = torch.randn((2, 3), generator=seeded(5)) * 0.1
    # The columns of the axes are e_c sqrt(alpha_c).
    alphas = axes.square().sum(0).sqrt()
    for t in range(2):
        for channel in range(3):
            added = sum(float(axes[channel, c] / alphas[c] * g[t, c] * alphas[c]) for c in range(3))
            assert float(shift[t, channel]) == pytest.approx(added, abs=1e-4)
    pixels = images.reshape(-1, 3)[::7].double()
    covariance = torch.cov(pixels.T)
    for c in range(3):
        e = axes[:, c].double()
        assert torch.allclose(covariance @ e, e * alphas[c].double() ** 2, rtol=1e-3, atol=1e-2)


def test_equation_8_frame_by_frame() -> None:
    a, b = (500 * torch.randn(3, 17, 3, generator=seeded(s), dtype=torch.float64) for s in (0, 1))
    slow = 0.0
    for t in range(3):
        for i in range(17):
            slow += math.dist((a[t, i] - a[t, 0]).tolist(), (b[t, i] - b[t, 0]).tolist()) / 17 / 3
    assert float(mpjpe(a, b).mean()) == pytest.approx(slow)


def test_the_trunk_gets_the_average_of_the_gradients_that_each_head_sends() -> None:
    net = small().double()
    x = torch.randn(2, 3, 48, 48, generator=seeded(), dtype=torch.float64)

    def trunk_gradients(loss: torch.Tensor) -> list[torch.Tensor]:
        return list(torch.autograd.grad(loss, list(net.trunk.parameters())))

    poses, logits = net.both(x)
    together = trunk_gradients(poses.sin().sum() + logits.cos().sum())
    alone = zip(
        trunk_gradients(net(x).sin().sum()), trunk_gradients(net.detector()(x).cos().sum()), strict=True
    )
    for fast, (a, b) in zip(together, alone, strict=True):
        assert torch.allclose(fast, (a + b) / 2, rtol=1e-9, atol=1e-12)
    assert torch.equal(poses, net(x))
    assert torch.equal(logits, net.detector()(x))


def test_the_heads_own_gradients_are_not_divided() -> None:
    features = torch.randn(2, 5, generator=seeded()).requires_grad_()
    head = torch.nn.Linear(5, 1)
    (head(average_gradients(features, 2)).sum() + head(average_gradients(features, 2)).sum()).backward()
    assert head.weight.grad is not None
    assert torch.allclose(head.weight.grad[0], 2 * features.detach().sum(0))
    assert features.grad is not None
    assert torch.allclose(features.grad, head.weight.detach().expand(2, 5))


def test_the_network_has_the_layers_of_the_authors_code() -> None:
    net = LiChanNet(112, 17, Windows.published(112))
    layers = net.trunk.layers
    kernels = [m.kernel_size[0] for m in layers if isinstance(m, torch.nn.Conv2d)]
    assert kernels == [9, 5, 5]
    sides, x = [], torch.zeros(1, 3, 112, 112)
    for layer in layers:
        x = layer(x)
        sides.append(x.shape[-1])
    assert sides == [104, 52, 52, 48, 48, 48, 24, 20, 10]
    kinds = [type(m) for m in layers]
    assert kinds[3:7] == [torch.nn.Conv2d, torch.nn.ReLU, SpatialNorm, torch.nn.MaxPool2d]
    assert kinds[-1] == torch.nn.MaxPool2d
    assert net.trunk.features(112) == 6400
    linear = [m.out_features for m in net.modules() if isinstance(m, torch.nn.Linear)]
    assert linear == [1024, 2048, 51, 1024, 2048, 1700]
    for head in (net.hidden, net.detectors.hidden):
        linear, relu, dropout = torch.nn.Linear, torch.nn.ReLU, torch.nn.Dropout
        assert [type(m) for m in head] == [linear, relu, dropout, linear, relu]
    assert sum(p.numel() for p in net.parameters()) == pytest.approx(21e6, rel=0.05)
    norm = next(m for m in layers if isinstance(m, SpatialNorm))
    assert (norm.alpha, norm.beta, norm.pixel) == (0.0025, 0.75, GREY_LEVELS)


def test_the_first_output_is_the_mean_and_none_reaches_one() -> None:
    net = small()
    mean = torch.rand(51, generator=seeded()) - 0.5
    net.start_at(mean)
    x = torch.rand(4, 3, 48, 48, generator=seeded(1))
    assert torch.allclose(net(x), mean.expand(4, 51), atol=0.05)
    with torch.no_grad():
        net.output.weight.fill_(100)
        assert float(net(1000 * x).abs().max()) <= 1


def test_the_published_start_is_far_smaller_than_ours() -> None:
    net = LiChanNet(56, 17, Windows.published(56))
    first = next(m for m in net.modules() if isinstance(m, torch.nn.Conv2d))
    before = float(first.weight.detach().std())
    net.start_as_published()
    assert float(first.weight.detach().std()) == pytest.approx(5e-5 * GREY_LEVELS, rel=0.1)
    # In grey levels, ours would be `before / GREY_LEVELS`.
    assert 0.03 * before / GREY_LEVELS > 5e-5
    others = [m for m in net.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Linear) if m is not first]
    for layer in others:
        assert float(layer.weight.detach().std()) == pytest.approx(1e-3, rel=0.05)
        assert layer.bias is not None
        assert bool((layer.bias == 0).all())
    norm = next(m for m in net.modules() if isinstance(m, SpatialNorm))
    assert norm.pixel == 1  # the responses are those of the authors' network to grey levels


def test_the_convolutions_answer_as_they_would_to_grey_levels() -> None:
    """The same weights on an input in grey levels, with the published constants as they are."""
    net, grey = small(), small()
    for layer in grey.modules():
        if isinstance(layer, SpatialNorm):
            layer.pixel = 1.0
    x = torch.randn(2, 3, 48, 48, generator=seeded())
    assert torch.allclose(GREY_LEVELS * net.trunk(x), grey.trunk(GREY_LEVELS * x), rtol=1e-4, atol=1e-4)


def test_both_recipes_train_what_they_should() -> None:
    net = small()
    x = torch.rand(2, 3, 48, 48, generator=seeded())
    labels = torch.zeros(2, 17, 100)
    poses, logits = net.both(x)
    multi_task_loss(poses, torch.full((2, 51), 0.1), logits, labels).backward()
    assert [n for n, p in net.named_parameters() if p.grad is None] == []
    net.zero_grad()
    detection_loss(net.detector()(x), labels).backward()
    untouched = {n.split(".")[0] for n, p in net.named_parameters() if p.grad is None}
    assert untouched == {"hidden", "output"}


def test_the_naive_script_is_the_same_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    from benchmarks.naive_li_chan import LabelledCrops, NaiveLiChan
    from benchmarks.train_li_chan import multiply_adds

    ours, naive = LiChanNet(56, 17, Windows.published(56)).eval(), NaiveLiChan(56).eval()
    with torch.no_grad():
        for a, b in zip(ours.parameters(), naive.parameters(), strict=True):
            assert a.shape == b.shape
            b.copy_(a)
        x = torch.rand(2, 3, 56, 56, generator=seeded())
        poses, logits = ours.both(x)
        theirs, windows = naive(x)
    assert torch.allclose(poses, theirs, atol=1e-5)
    assert torch.allclose(logits.flatten(1).sigmoid(), windows, atol=1e-5)
    joints = 64 * torch.rand(3, 17, 2, generator=seeded()).numpy()
    crops = LabelledCrops(np.zeros((3, 56, 56, 3), np.uint8), np.zeros((3, 51), np.float32), joints, 56)
    labels = Windows.published(56).labels(torch.from_numpy(joints))
    inside = torch.from_numpy(((joints >= 0) & (joints < 56)).all(-1))
    for i in range(3):
        assert torch.equal(crops[i][2][inside[i]], labels[i][inside[i]])
    convolutions = 48**2 * 32 * 243 + 20**2 * 64 * 800 + 6**2 * 64 * 1600
    assert multiply_adds(56) == convolutions + 2 * (576 * 1024 + 1024 * 2048) + 2048 * 1751
