"""The batch loss, the predictions and the errors of Table 3, each beside a slow computation of the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hmlpe_runs import opened

from pose_lib.batches import ImageBatches
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PartWindows
from pose_lib.papers.hmlpe.objectives import PoseOnly, predict_joints, task_errors, training_loss
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> HmlpeExperiment:
    return opened(tmp_path_factory.mktemp("runs"))


def test_table_three_is_the_error_of_each_sample(experiment: HmlpeExperiment) -> None:
    net, images = experiment.network(), experiment.test_images
    regression, detection = task_errors(net, images, experiment.truth)
    x = torch.cat(list(images.centred()))
    edge = (images.size - images.window) // 2
    with torch.no_grad():
        joints, logits = net(x)
    true = (experiment.truth - edge) / images.window
    assert torch.allclose(regression, (joints - true).square().sum((1, 2)), atol=1e-5)
    labels = net.windows.labels(true * images.window)
    slow = -(labels * logits.sigmoid().log() + (1 - labels) * (1 - logits.sigmoid()).log())
    assert torch.allclose(detection, slow.mean((1, 2)), atol=1e-5)
    torch.manual_seed(0)
    untrained = HMLPE(net.windows, widths=(8, 8), start="published")
    assert task_errors(untrained, images, experiment.truth)[1].mean().item() == pytest.approx(
        math.log(2), abs=1e-3
    )


def test_a_missing_joint_scales_the_sum_over_the_others_up(experiment: HmlpeExperiment) -> None:
    net, images = experiment.network(), experiment.test_images
    whole, _ = task_errors(net, images, experiment.truth)
    truth = experiment.truth.clone()
    truth[0, 0] = truth[1] = torch.nan
    found, detection = task_errors(net, images, truth)
    side = images.window
    edge = (images.size - side) // 2
    with torch.no_grad():
        joints = net.eval()(torch.cat(list(images.centred())))[0]
    first = (joints[0, 1:] - (truth[0, 1:] - edge) / side).square().sum()
    assert float(found[0]) == pytest.approx(float(first) * 8 / 7, rel=1e-4)
    assert found[1].isnan()
    assert detection[1].isnan()
    assert torch.equal(found[2:], whole[2:])


def test_predictions_are_in_the_pixels_of_the_crops_and_bf16_hardly_moves_them(
    experiment: HmlpeExperiment,
) -> None:
    net, images = experiment.network(), experiment.test_images
    exact, fast = (predict_joints(net, images, fast=f) for f in (False, True))
    mean = experiment.joints.mean(0)
    assert float((exact - mean).abs().max()) < 8
    assert float((exact - fast).abs().max()) < 0.5
    x = next(images.centred(4))
    assert torch.equal(PoseOnly(net)(x), net.pose(x))


def test_the_loss_sees_random_windows_of_images_and_joints_alike() -> None:
    generator = torch.Generator().manual_seed(0)
    pixels = np.zeros((16, 60, 60, 3), dtype=np.uint8)
    joints = torch.randint(20, 40, (16, 8, 2), generator=generator).float()
    for image, pose in zip(pixels, joints.int().tolist(), strict=True):
        image[pose[0][1], pose[0][0]] = 255  # the head
    images = ImageBatches(pixels, 48)
    seen: list[torch.Tensor] = []

    class Spy(HMLPE):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            seen.append(x)
            return torch.zeros(len(x), 8, 2, requires_grad=True), torch.zeros(
                len(x), 7, 64, requires_grad=True
            )

    net = Spy(PartWindows.published(48), maps=(1, 1, 1), widths=(2, 2))
    loss = training_loss(net, images, joints + 0.5, math.inf)
    value = loss(torch.arange(16), torch.Generator().manual_seed(1))
    bright = seen[0][:, 0].flatten(1).argmax(1)
    heads = torch.stack([bright % 48, bright // 48], 1) + 0.5
    shifts = heads / 48
    # The head's share of the loss alone says where it was taken to be.
    alone = joints.clone() + 0.5
    alone[:, 1:] = torch.nan
    head_loss = training_loss(net, images, alone, math.inf)(
        torch.arange(16), torch.Generator().manual_seed(1)
    )
    assert head_loss.item() == pytest.approx(shifts.square().sum(1).mean().item(), rel=1e-4)
    assert value.item() > head_loss.item()
