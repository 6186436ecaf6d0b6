"""What a run took is noted in its rows, also where parts were read back."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from pose_lib.bench.run import Run
from pose_lib.bench.work import RUN_SYSTEM, WORK
from pose_lib.training import Schedule


def worked(root: Path) -> dict[str, float]:
    run = Run("method", {"seed": 0, "device": "cpu"}, "card", root=root)
    run.cached("features", lambda: {"x": torch.zeros(1000), "seconds": 7.0})
    for name, net in (("sees", nn.Sequential(nn.Conv2d(1, 1, 1), nn.Flatten())), ("poses", nn.Linear(1, 1))):

        def loss(which: torch.Tensor, _: torch.Generator, net: nn.Module = net) -> torch.Tensor:
            shape = (len(which), 1, 1, 1) if isinstance(net, nn.Sequential) else (len(which), 1)
            return torch.as_tensor(net(torch.ones(shape)).square().mean())

        run.train(name, net, loss, 16, Schedule(5, 1e-3, 8))
    rows = run.finish([]).rows
    own = rows[rows["system"] == RUN_SYSTEM]
    assert tuple(own["metric"]) == WORK
    return dict(zip(own["metric"], own["value"], strict=True))


def test_images_seconds_and_bytes_are_counted_and_read_back(tmp_path: Path) -> None:
    first = worked(tmp_path)
    assert first["network-images"] == 5 * 8
    assert first["network-seconds"] > 0
    assert first["training-seconds"] > 0
    assert first["other-seconds"] == 7.0
    files = (tmp_path / "method").rglob("*.pt")
    assert first["run-megabytes"] == pytest.approx(sum(f.stat().st_size for f in files) / 1e6)
    assert worked(tmp_path) == pytest.approx(first)
