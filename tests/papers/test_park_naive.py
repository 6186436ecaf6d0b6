"""The naive script that Park's training is timed beside computes the same network and the same labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pose_lib.models.park import ROOTS, ParkNet
from pose_lib.models.soft_grid import SoftGrid


def test_the_naive_script_is_the_same_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    from benchmarks.naive_park import Crops, NaiveNetwork

    torch.manual_seed(0)
    ours = ParkNet(64, tuple((r,) * 17 for r in ROOTS), fusion="layer", width=8).eval()
    naive = NaiveNetwork(64, 8).eval()
    convolutions = zip(
        (m for m in ours.trunk.layers if isinstance(m, torch.nn.Conv2d)),
        (m for m in naive.trunk if isinstance(m, torch.nn.Conv2d)),
        strict=True,
    )
    with torch.no_grad():
        for a, b in convolutions:
            b.weight.copy_(a.weight)
            assert b.bias is not None
            b.bias.zero_()
        pairs = [(ours.hidden_2d[0], naive.branch_2d[0][0]), (ours.hidden_2d[4], naive.branch_2d[1][0])]
        pairs += [(ours.fc1_3d[0], naive.fc1_3d[0]), (ours.fc_probs[0], naive.fc_probs[0])]
        for a, b in pairs:
            b.weight.copy_(a.weight)
            b.bias.zero_()
        naive.branch_2d[2].load_state_dict(ours.output_2d.state_dict())
        for r in range(6):
            naive.fc2_3d[r][0].weight.copy_(ours.fc2_3d[0].weight[8 * r : 8 * r + 8])
            naive.fc2_3d[r][0].bias.zero_()
            mine, probs = ours.weight_3d[r].T, ours.output_probs.weight[48 * r : 48 * r + 48]
            naive.outputs[r].weight.copy_(torch.cat([mine, probs], 1))
            naive.outputs[r].bias.copy_(ours.bias_3d[r])
        x = torch.rand(2, 3, 64, 64)
        output, (logits, poses) = ours(x), naive(x)
    assert torch.allclose(output.logits, logits, atol=1e-5)
    assert torch.allclose(output.relative, torch.stack(poses, 1), atol=1e-5)
    joints = 64 * torch.rand(3, 17, 2)
    crops = Crops(np.zeros((3, 64, 64, 3), np.uint8), joints.numpy(), np.zeros((3, 17, 3), np.float32), 64)
    labels = SoftGrid(64).labels(joints)
    assert all(torch.allclose(crops[i][1], labels[i], atol=1e-4) for i in range(3))
