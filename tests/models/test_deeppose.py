"""The equations of Toshev & Szegedy 2014 against slow transcriptions, and the network's published sizes."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from pose_lib.data.resample import mirrored
from pose_lib.models.deeppose import (
    DeepPoseNet,
    Diameter,
    denormalise,
    displacement_loss,
    first_pose,
    joint_boxes,
    normalise,
    normalised_sample,
    pose_loss,
    refined,
)
from pose_lib.models.parts.channel_norm import CrossChannelNorm


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=seeded(seed), dtype=torch.float64)


def some_boxes(n: int, seed: int = 0) -> Tensor:
    corner = 40 * random(n, 2, seed=seed)
    return torch.cat([corner, corner + 5 + 30 * random(n, 2, seed=seed + 1).abs()], 1)


def test_equations_1_and_2_joint_by_joint() -> None:
    boxes, joints = some_boxes(3), 50 * random(3, 4, 2)
    for b, (x0, y0, x1, y1) in enumerate(boxes.tolist()):
        centre, extent = ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0, y1 - y0)
        for i in range(4):
            slow = [(float(joints[b, i, a]) - centre[a]) / extent[a] for a in (0, 1)]
            assert normalise(joints, boxes)[b, i].tolist() == pytest.approx(slow)
            back = [slow[a] * extent[a] + centre[a] for a in (0, 1)]
            assert denormalise(normalise(joints, boxes), boxes)[b, i].tolist() == pytest.approx(back)
    assert torch.equal(first_pose(joints, boxes), denormalise(joints, boxes))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.1, 50), st.tuples(*[st.floats(-99, 99)] * 2))
def test_normalised_joints_do_not_know_where_the_box_was_or_how_large(
    seed: int, factor: float, move: tuple[float, float]
) -> None:
    boxes, joints = some_boxes(2, seed), 30 * random(2, 5, 2, seed=seed)
    shift = torch.tensor(move, dtype=torch.float64)
    moved = normalise(joints * factor + shift, boxes * factor + shift.repeat(2))
    assert torch.allclose(moved, normalise(joints, boxes), atol=1e-8)


def test_a_mirrored_box_mirrors_the_normalised_pose() -> None:
    boxes, joints = some_boxes(3), 50 * random(3, 4, 2)
    there = normalise(joints, mirrored(boxes, torch.tensor([True] * 3)))
    assert torch.allclose(there, normalise(joints, boxes) * torch.tensor([-1.0, 1.0]))


def test_equation_3_normalises_image_and_pose_by_the_same_box() -> None:
    boxes, joints, which = some_boxes(3), 50 * random(3, 4, 2), torch.tensor([4, 0, 2])
    seen: list[Tensor] = []

    def look(samples: Tensor, windows: Tensor) -> Tensor:
        seen.extend([samples, windows])
        return windows.sum(1)

    x, y = normalised_sample(look, which, boxes, joints)
    assert torch.equal(x, boxes.sum(1))
    assert torch.equal(seen[0], which)
    assert torch.equal(seen[1], boxes)
    assert torch.equal(y, normalise(joints, boxes))


def test_equation_4_sums_over_labelled_joints_and_leaves_out_the_others() -> None:
    predicted, target = random(5, 4, 2).requires_grad_(), random(5, 4, 2, seed=1)
    target[1, 2], target[3] = torch.nan, torch.nan
    target[4, 0, 1] = torch.nan
    total = 0.0
    for b in range(5):
        for i in range(4):
            if not any(math.isnan(v) for v in target[b, i].tolist()):
                total += sum((float(target[b, i, a]) - predicted.tolist()[b][i][a]) ** 2 for a in (0, 1))
    loss = pose_loss(predicted, target)
    assert loss.item() == pytest.approx(total / 5, rel=1e-5)
    loss.backward()
    assert predicted.grad is not None
    assert predicted.grad.isfinite().all()
    assert (predicted.grad[3] == 0).all()
    assert (predicted.grad[4, 0] == 0).all()


def test_equations_5_to_7_run_as_a_cascade_written_out() -> None:
    torso, sigma = (0, 2), 1.5
    output, boxes = 0.3 * random(2, 3, 2), some_boxes(2)
    pose = first_pose(output, boxes)
    diameter = Diameter(torso, typical=1e-6)
    around = joint_boxes(pose, sigma * diameter(pose))
    displacement = 0.2 * random(2, 3, 2, seed=5)
    next_pose = refined(pose, displacement, around)
    for b in range(2):
        x0, y0, x1, y1 = boxes[b].tolist()
        y = [
            (
                float(output[b, i, 0]) * (x1 - x0) + (x0 + x1) / 2,
                float(output[b, i, 1]) * (y1 - y0) + (y0 + y1) / 2,
            )
            for i in range(3)
        ]
        diam = math.dist(y[torso[0]], y[torso[1]])
        for i in range(3):
            box = [y[i][a] + side * sigma * diam / 2 for side in (-1, 1) for a in (0, 1)]
            assert around[b, i].tolist() == pytest.approx(box)
            slow = [y[i][a] + float(displacement[b, i, a]) * sigma * diam for a in (0, 1)]
            assert next_pose[b, i].tolist() == pytest.approx(slow)


def test_the_displacement_of_equation_6_is_what_undoes_the_target_of_the_training_set() -> None:
    truth, previous = 30 * random(2, 3, 2), 30 * random(2, 3, 2, seed=1)
    boxes = joint_boxes(previous, torch.tensor([7.0, 11.0], dtype=torch.float64))
    target = torch.stack([normalise(truth[:, i : i + 1], boxes[:, i])[:, 0] for i in range(3)], 1)
    assert torch.allclose(refined(previous, target, boxes), truth)


def test_equation_8_asks_only_the_joint_that_the_crop_was_made_for() -> None:
    output, target = random(4, 3, 2).requires_grad_(), random(4, 2, seed=1)
    joint = torch.tensor([2, 0, 0, 1])
    target[3] = torch.nan
    loss = displacement_loss(output, joint, target)
    total = sum(
        (float(target[b, a]) - output.tolist()[b][joint[b]][a]) ** 2 for b in range(3) for a in (0, 1)
    )
    assert loss.item() == pytest.approx(total / 4, rel=1e-5)
    loss.backward()
    assert output.grad is not None
    asked = torch.zeros(4, 3, dtype=torch.bool)
    asked[torch.arange(3), joint[:3]] = True
    assert torch.equal(output.grad.abs().sum(-1) > 0, asked)


def test_diameters_are_guarded_where_they_degenerate_and_where_a_joint_is_missing() -> None:
    poses = torch.zeros(5, 3, 2)
    poses[:, 1, 0] = torch.tensor([10.0, 12, 1, 0, 8])
    poses[4, 0] = torch.nan
    diameter = Diameter.of(poses, (0, 1))
    assert diameter.typical == pytest.approx(1.0)
    diameter = Diameter((0, 1), typical=10.0, least=0.4)
    assert diameter(poses).tolist() == [10, 12, 4, 4, 10]
    assert diameter.guarded(poses) == 3
    with pytest.raises(ValueError, match="no training pose"):
        Diameter.of(torch.full((2, 3, 2), torch.nan), (0, 1))


def test_the_network_has_the_published_layers() -> None:
    with torch.device("meta"):
        net = DeepPoseNet(14)
        x, sides = torch.zeros(1, 3, 220, 220), []
    for layer in net.convolutions:
        x = layer(x)
        if isinstance(layer, torch.nn.Conv2d):
            sides.append((x.shape[2], x.shape[1], layer.kernel_size[0]))
    assert sides == [(55, 96, 11), (27, 256, 5), (13, 384, 3), (13, 384, 3), (13, 256, 3)]
    assert x.shape[1:] == (256, 6, 6)
    kinds = [type(m) for m in net.convolutions if not isinstance(m, torch.nn.ReLU)]
    assert kinds[:6] == [torch.nn.Conv2d, CrossChannelNorm, torch.nn.MaxPool2d] * 2
    widths = [m.out_features for m in net.hidden if isinstance(m, torch.nn.Linear)]
    assert widths == [4096, 4096]
    assert {m.p for m in net.hidden if isinstance(m, torch.nn.Dropout)} == {0.6}
    assert sum(p.numel() for p in net.parameters()) == pytest.approx(58.4e6, rel=1e-2)


def small(**changes: int) -> DeepPoseNet:
    torch.manual_seed(0)
    return DeepPoseNet(
        3, side=32, first=(5, 2), maps=(4, 6, 8, 8, 4), widths=(16, 16), dropout=0.0, **changes
    )


def test_a_small_network_starts_at_the_mean_and_every_weight_learns() -> None:
    mean = torch.tensor([[0.1, -0.2], [0.0, 0.3], [-0.4, 0.2]])
    net = small().start_at(mean)
    x = torch.rand(2, 3, 32, 32, generator=seeded())
    assert torch.allclose(net(x), mean.expand(2, 3, 2), atol=0.05)
    pose_loss(net(x), torch.zeros(2, 3, 2)).backward()
    assert [name for name, p in net.named_parameters() if p.grad is None] == []
    assert small(pool=1)(x).shape == (2, 3, 2)
    with pytest.raises(ValueError, match="too small"):
        DeepPoseNet(14, side=24)


def test_images_are_seen_alone_at_test_time_however_many_come_at_once() -> None:
    net = small().eval()
    x = random(19, 3, 32, 32).float()
    assert torch.allclose(net(x), torch.cat([net(image[None]) for image in x]), atol=1e-6)
