"""The equations of Li et al. 2014 against slow, direct transcriptions, and the network they train."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.metrics import pcp, torso_accuracy
from pose_lib.models.hmlpe import (
    HMLPE,
    Head,
    detection_loss,
    mirrored,
    multi_task_loss,
    regression_loss,
    task_weights,
)
from pose_lib.models.part_windows import PARTS, PartWindows
from pose_lib.models.parts.layers import GREY_LEVELS


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small(**more: object) -> HMLPE:
    torch.manual_seed(0)
    return HMLPE(PartWindows.published(48), maps=(2, 3, 4), widths=(6, 5), **more)  # type: ignore[arg-type]


def batch(missing: bool = True) -> tuple[torch.Tensor, torch.Tensor]:
    joints = torch.rand(3, 8, 2, generator=seeded(1), dtype=torch.float64)
    if missing:
        joints[0, 3] = torch.nan
        joints[2, 6, 1] = torch.nan
    return joints, PartWindows.published(112).labels(joints * 112)


def test_equation_one_and_three_in_loops_without_what_is_missing() -> None:
    joints, labels = batch()
    predicted = torch.rand(3, 8, 2, generator=seeded(2), dtype=torch.float64)
    logits = torch.randn(3, 7, 64, generator=seeded(3), dtype=torch.float64)
    e_r, e_d = regression_loss(predicted, joints), detection_loss(logits, labels)
    assert e_r.shape == (3, 8)
    assert e_d.shape == (3, 7, 64)
    for t in range(3):
        for i in range(8):
            true, guess = joints[t, i].tolist(), predicted[t, i].tolist()
            slow = 0.0 if any(map(math.isnan, true)) else math.dist(true, guess) ** 2
            assert float(e_r[t, i]) == pytest.approx(slow, abs=1e-6)
        for p in range(7):
            for window in range(64):
                y, chance = float(labels[t, p, window]), 1 / (1 + math.exp(-float(logits[t, p, window])))
                slow = 0.0 if math.isnan(y) else -y * math.log(chance) - (1 - y) * math.log(1 - chance)
                assert float(e_d[t, p, window]) == pytest.approx(slow, rel=1e-4, abs=1e-6)
    assert float(e_r[0, 3]) == 0
    assert not labels[0].isnan().all()


@pytest.mark.parametrize("ratio", [0.0, 0.5, 4.0, math.inf])
def test_equation_four_is_the_weighted_sum_over_images(ratio: float) -> None:
    joints, labels = batch()
    predicted = torch.rand(3, 8, 2, generator=seeded(2), dtype=torch.float64)
    logits = torch.randn(3, 7, 64, generator=seeded(3), dtype=torch.float64)
    weights = task_weights(ratio)
    total = 0.0
    for t in range(3):
        for i in range(8):
            total += weights[0] * float(regression_loss(predicted, joints)[t, i])
        for p in range(7):
            for window in range(64):
                total += weights[1] * float(detection_loss(logits, labels)[t, p, window])
    loss = multi_task_loss(predicted, logits, joints, labels, weights)
    assert float(loss) == pytest.approx(total / 3, rel=1e-5)


@pytest.mark.parametrize("ratio", [0.0, 0.25, 1.0, 4.0, 1e10, math.inf])
def test_a_ratio_of_weights_is_kept_and_the_larger_is_one(ratio: float) -> None:
    first, second = task_weights(ratio)
    assert max(first, second) == 1
    if 0 < ratio < math.inf:
        assert first / second == pytest.approx(ratio)
    else:
        assert min(first, second) == 0


def test_a_ratio_that_is_none_is_refused() -> None:
    for ratio in (-1.0, math.nan):
        with pytest.raises(ValueError, match="lambda_r / lambda_d"):
            task_weights(ratio)


def test_the_gradients_of_the_losses_leave_out_what_is_missing() -> None:
    joints, labels = batch()
    predicted = torch.rand(3, 8, 2, generator=seeded(2), requires_grad=True)
    logits = torch.randn(3, 7, 64, generator=seeded(3), requires_grad=True)
    multi_task_loss(predicted, logits, joints.float(), labels.float(), (1.0, 0.5)).backward()
    assert predicted.grad is not None
    assert logits.grad is not None
    known = ~joints.isnan().any(-1)
    slow = (2 * (predicted.detach() - joints.float().nan_to_num()) / 3)[known]
    assert torch.allclose(predicted.grad[known], slow, atol=1e-6)
    assert (predicted.grad[~known] == 0).all()
    slow = 0.5 * (logits.detach().sigmoid() - labels.float().nan_to_num()) / 3
    assert torch.allclose(logits.grad, slow.masked_fill(labels.isnan(), 0), atol=1e-6)


def test_equation_five_for_single_neurons_of_a_head() -> None:
    torch.manual_seed(0)
    head = Head(4, (3, 3), 2, dropout=0.5).double().eval()
    with torch.no_grad():
        for p in head.parameters():
            p.normal_()
    features = torch.randn(2, 4, generator=seeded(), dtype=torch.float64)
    for given, out in zip(features.tolist(), head(features), strict=True):
        v = given
        for depth, layer in enumerate(head.layers):
            sums = [
                sum(w * x for w, x in zip(row, v, strict=True)) + bias
                for row, bias in zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
            ]
            v = [max(0.0, s) for s in sums] if depth < 2 else sums
        assert out.tolist() == pytest.approx(v)


def test_equation_five_for_a_neuron_of_a_convolution_and_its_receptive_field() -> None:
    net = small().double()
    x = torch.randn(1, 3, 48, 48, generator=seeded(), dtype=torch.float64)
    conv = net.trunk.layers[0]
    assert isinstance(conv, nn.Conv2d)
    field = x[0, :, 7:16, 4:13].flatten().tolist()
    slow = sum(w * v for w, v in zip(conv.weight[1].flatten().tolist(), field, strict=True))
    assert conv(x)[0, 1, 7, 4].item() == pytest.approx(slow + conv.bias.tolist()[1])
    pooled = net.trunk.layers[:3](x)
    assert torch.equal(pooled, nn.functional.max_pool2d(conv(x).relu(), 2))


def test_at_the_branch_the_gradients_of_the_two_tasks_are_summed() -> None:
    net = small(dropout=0.0).double()
    x = torch.randn(3, 3, 48, 48, generator=seeded(), dtype=torch.float64)
    joints, labels = batch()

    def gradient(weights: tuple[float, float]) -> torch.Tensor:
        net.zero_grad()
        multi_task_loss(*net(x), joints, labels, weights).backward()
        weight = net.trunk.layers[0].weight
        assert isinstance(weight, nn.Parameter)
        assert weight.grad is not None
        return weight.grad.clone()

    both, regression, detection = (gradient(w) for w in ((1.0, 1.0), (1.0, 0.0), (0.0, 1.0)))
    assert float(regression.abs().max()) > 0
    assert float(detection.abs().max()) > 0
    assert torch.allclose(both, regression + detection, rtol=1e-4, atol=1e-7)


def test_the_network_has_the_layers_of_the_paper() -> None:
    net = HMLPE(PartWindows.published(112))
    assert net.trunk.features(112) == 6400
    joints, logits = net(torch.zeros(2, 3, 112, 112))
    assert joints.shape == (2, 8, 2)
    assert logits.shape == (2, 7, 64)
    for head, outputs in ((net.regression, 16), (net.detection, 448)):
        assert [layer.out_features for layer in head.layers] == [1024, 2048, outputs]
    assert sum(isinstance(m, nn.Dropout) for m in net.modules()) == 2
    assert all(m.p == 0.5 for m in net.modules() if isinstance(m, nn.Dropout))


def test_dropout_is_on_the_first_layer_and_expectations_stay() -> None:
    torch.manual_seed(0)
    head = Head(3, (2000, 7), 1, dropout=0.5)
    seen: list[torch.Tensor] = []
    head.layers[1].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    v = torch.rand(1, 3, generator=seeded())
    head.train()(v)
    head.eval()(v)
    dropped, whole = seen
    alive = whole > 0
    assert float((dropped[alive] == 0).float().mean()) == pytest.approx(0.5, abs=0.05)
    # The paper halves activations at test time; doubling them in training is the same network.
    assert torch.allclose(dropped[dropped > 0], 2 * whole[dropped > 0])


def test_the_joints_are_the_same_without_the_detector_and_lie_within_tanh() -> None:
    net = small().eval()
    x = torch.randn(2, 3, 48, 48, generator=seeded())
    joints, _ = net(x)
    assert torch.equal(joints, net.pose(x))
    with torch.no_grad():
        net.regression.output.bias.fill_(50.0)
    assert net.pose(x).max().item() <= 1


def test_the_first_pose_is_the_mean_that_it_is_given() -> None:
    net = small(start="published").eval()
    mean = torch.rand(8, 2, generator=seeded())
    net.start_at(mean)
    assert torch.allclose(net.pose(torch.randn(2, 3, 48, 48)), mean.expand(2, 8, 2), atol=1e-3)


def test_the_published_start_gives_the_responses_that_it_gives_to_grey_levels() -> None:
    torch.manual_seed(0)
    net = HMLPE(PartWindows.published(56), start="published")
    layers = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    x = torch.randn(4, 3, 56, 56, generator=seeded())
    published = 5e-5 * torch.randn(layers[0].weight.shape, generator=seeded(1))
    theirs = nn.functional.conv2d(GREY_LEVELS * x, published, padding=layers[0].padding)
    assert layers[0](x).std().item() == pytest.approx(theirs.std().item(), rel=0.2)
    for layer in layers[1:]:
        assert layer.weight.std().item() == pytest.approx(1e-3, rel=0.1)
        assert not layer.bias.any()


def test_a_mirrored_sample_has_its_sides_exchanged_and_mirrored_labels() -> None:
    joints = torch.rand(2, 8, 2, generator=seeded())
    images = torch.rand(2, 3, 10, 10, generator=seeded(1))
    flip = torch.tensor([True, False])
    other_images, other = mirrored(images, joints, flip)
    assert torch.equal(other[1], joints[1])
    assert torch.equal(other_images[1], images[1])
    assert torch.equal(other_images[0], images[0].flip(-1))
    left, right = STICKMEN8.index("left_wrist"), STICKMEN8.index("right_wrist")
    assert float(other[0, left, 0]) == pytest.approx(1 - float(joints[0, right, 0]))
    assert float(other[0, left, 1]) == float(joints[0, right, 1])
    again = mirrored(other_images, other, flip)
    assert torch.allclose(again[0], images)
    assert torch.allclose(again[1], joints, atol=1e-6)


def test_a_few_steps_lower_the_loss_of_one_batch() -> None:
    net = small(dropout=0.0).train()
    x = torch.randn(3, 3, 48, 48, generator=seeded())
    joints, labels = (v.float() for v in batch())
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3)
    losses = []
    for _ in range(25):
        loss = multi_task_loss(*net(x), joints, labels, (1.0, 1.0))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


def test_equation_six_accepts_a_part_whose_ends_are_exchanged() -> None:
    draw = torch.rand(2, 30, 8, 2, generator=seeded(5), dtype=torch.float64)
    true = draw[0] * 100
    guess = true + 40 * (draw[1] - 0.5)
    guess[::3] = guess[::3][:, list(STICKMEN8.mirror)]
    guess[1, [1, 4]] = true[1, [4, 1]]  # the left upper arm, upside down
    hits = pcp(guess, true, PARTS, 0.5, strict=True, swapped=True)
    for t in range(30):
        for part, (i, j) in enumerate(PARTS):
            g, e = (true[t, [i, j]].tolist(), guess[t, [i, j]].tolist())
            allowed = 0.5 * math.dist(*g)
            straight = math.dist(e[0], g[0]) <= allowed and math.dist(e[1], g[1]) <= allowed
            crossed = math.dist(e[1], g[0]) <= allowed and math.dist(e[0], g[1]) <= allowed
            assert float(hits[t, part]) == float(straight or crossed)
    assert 0.1 < hits.mean().item() < 0.9
    assert hits[1, PARTS.index((1, 4))] == 1


def test_equation_seven_in_a_loop_over_joints_and_radii() -> None:
    draw = torch.rand(2, 20, 8, 2, generator=seeded(6), dtype=torch.float64)
    true, guess = draw[0] * 100, draw[0] * 100 + 30 * (draw[1] - 0.5)
    torso = 30 + 40 * torch.rand(20, generator=seeded(7), dtype=torch.float64)
    true[3, 2] = torch.nan
    radii = [0.0, 6.0, 12.0, 20.0, 50.0]
    accuracy = torso_accuracy(guess, true, torso, radii)
    for k, r in enumerate(radii):
        for joint in range(8):
            known = [t for t in range(20) if not true[t, joint].isnan().any()]
            near = [
                100 * math.dist(guess[t, joint].tolist(), true[t, joint].tolist()) / float(torso[t]) <= r
                for t in known
            ]
            assert accuracy[k, joint] == pytest.approx(100 * sum(near) / len(known))
