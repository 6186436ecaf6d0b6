"""The cascade: simulated errors follow the previous stage's, and batched stages equal a loop over joints."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pose_lib.batches import BoxBatches
from pose_lib.data.resample import crop_boxes, whole_boxes
from pose_lib.models.cascade import Cascade, ErrorDistribution, simulated
from pose_lib.models.deeppose import DeepPoseNet, Diameter, displacement_loss, normalise

JOINTS = 4


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network(seed: int) -> DeepPoseNet:
    torch.manual_seed(seed)
    net = DeepPoseNet(JOINTS, side=32, first=(5, 2), maps=(4, 4, 4, 4, 4), widths=(8, 8), dropout=0.5)
    nn.init.normal_(net.output.weight, std=0.2)
    return net.start_at(0.2 * torch.randn(JOINTS, 2, generator=seeded(seed)))


def pictures(n: int = 5, size: int = 24) -> BoxBatches:
    images = np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    return BoxBatches(images, 32)


def test_the_errors_of_a_stage_are_observed_joint_by_joint_in_diameters() -> None:
    truth = 50 + 20 * torch.randn(400, JOINTS, 2, generator=seeded())
    diameters = 10 + 5 * torch.rand(400, generator=seeded(1))
    bias = torch.arange(2 * JOINTS).view(JOINTS, 2) / 10
    spread = 0.1 + torch.arange(2 * JOINTS).view(JOINTS, 2) / 5
    off = bias + spread * torch.randn(truth.shape, generator=seeded(2))
    predicted = truth + off * diameters[:, None, None]
    truth[:50, 1] = torch.nan
    errors = ErrorDistribution.of(predicted, truth, diameters)
    for i in range(JOINTS):
        rows = off[50:, i] if i == 1 else off[:, i]
        assert torch.allclose(errors.mean[i], rows.mean(0), atol=1e-4)
        assert torch.allclose(errors.std[i], rows.std(0), atol=1e-4)
    drawn = errors.draw(300, 40, seeded(3)).float()
    assert drawn.shape == (300, JOINTS, 40, 2)
    assert torch.allclose(drawn.mean((0, 2)), errors.mean, atol=0.05)
    assert torch.allclose(drawn.std((0, 2)), errors.std, rtol=0.05)
    assert torch.equal(drawn, errors.draw(300, 40, seeded(3)).float())
    truth[1:, 2] = torch.nan
    with pytest.raises(ValueError, match=r"joints \[2\]"):
        ErrorDistribution.of(predicted, truth, diameters)


def test_a_simulated_prediction_is_where_the_box_is_centred_and_its_target_leads_back() -> None:
    joints, delta = 30 * torch.rand(6, 2, generator=seeded()), torch.randn(6, 2, generator=seeded(1))
    diameters = torch.tensor([5.0, 6, 7, 8, 9, 10])
    boxes, target = simulated(joints, delta, diameters, sigma=2.0)
    centre, extent = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    assert torch.allclose(centre, joints + delta * diameters[:, None], atol=1e-4)
    assert torch.allclose(extent, (2 * diameters)[:, None].expand(6, 2), atol=1e-4)
    assert torch.allclose(target, -delta / 2, atol=1e-4)
    assert torch.allclose(centre + target * extent, joints, atol=1e-4)


def test_the_batched_cascade_is_that_of_one_image_and_one_joint_at_a_time() -> None:
    batches, sigma, torso = pictures(), 1.5, (0, 3)
    nets = [network(seed) for seed in range(3)]
    diameter = Diameter(torso, typical=6.0)
    boxes = whole_boxes(5, 24) + torch.randn(5, 4, generator=seeded())
    stages = Cascade(nets, sigma, diameter, batch=6)(batches.look, boxes)
    assert [tuple(s.shape) for s in stages] == [(5, JOINTS, 2)] * 3
    nets = [net.eval() for net in nets]

    def see(net: nn.Module, image: int, box: Tensor) -> Tensor:
        pixels = crop_boxes(batches.store.every(1), torch.tensor([image]), box[None], 32)
        x = ((pixels - batches.mean) / batches.std).permute(0, 3, 1, 2)
        with torch.no_grad():
            return net(x)[0]

    for image in range(5):
        x0, y0, x1, y1 = boxes[image].tolist()
        pose = see(nets[0], image, boxes[image]) * torch.tensor([x1 - x0, y1 - y0])
        pose = pose + torch.tensor([(x0 + x1) / 2, (y0 + y1) / 2])
        assert torch.allclose(stages[0][image], pose, atol=0.3)
        for number in (1, 2):
            pose = stages[number - 1][image]
            length = max(float((pose[0] - pose[3]).square().sum().sqrt()), 0.4 * 6.0)
            moved = pose.clone()
            for i in range(JOINTS):
                half = sigma * length / 2
                box = torch.cat([pose[i] - half, pose[i] + half])
                moved[i] += see(nets[number], image, box)[i] * 2 * half
            # Half precision, where the machine has units for it.
            assert torch.allclose(stages[number][image], moved, atol=0.3)


def test_samples_in_any_order_and_the_count_of_guarded_diameters() -> None:
    batches, nets = pictures(), [network(0), network(1)]
    cascade = Cascade(nets, 1.0, Diameter((0, 3), typical=6.0))
    every = cascade(batches.look, whole_boxes(5, 24))
    assert cascade.guarded == Diameter((0, 3), typical=6.0).guarded(every[0])
    which = torch.tensor([4, 1])
    some = cascade(batches.look, whole_boxes(2, 24), which)
    for a, b in zip(every, some, strict=True):
        assert torch.allclose(a[which], b, atol=0.3)
    wide = Cascade(nets, 1.0, Diameter((0, 3), typical=1e6))
    wide(batches.look, whole_boxes(5, 24))
    assert wide.guarded == 5


def test_a_perfect_stage_two_would_end_at_the_truth() -> None:
    truth = 24 * torch.rand(5, JOINTS, 2, generator=seeded())
    batches, first = pictures(), network(0)

    class Oracle(nn.Module):
        """Answers with the displacement of every joint of the image from the middle of the box."""

        def forward(self, x: Tensor) -> Tensor:
            return x

    def look(which: Tensor, boxes: Tensor) -> Tensor:
        if len(boxes) == 5:
            return batches.look(which, boxes)
        return normalise(truth[which], boxes)

    poses = Cascade([first, Oracle()], 2.0, Diameter((0, 3), typical=6.0))(look, whole_boxes(5, 24))
    # Not exact: the network's output may have been rounded to half precision on its way.
    assert torch.allclose(poses[1], truth, atol=0.3)
    own = normalise(truth, whole_boxes(5, 24))
    assert displacement_loss(own, torch.tensor([0, 1, 2, 3, 0]), own[torch.arange(5), [0, 1, 2, 3, 0]]) == 0
