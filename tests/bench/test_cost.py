"""Costs of a network: counted by hand for one small enough, and rows for each."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from pose_lib.batches import ImageBatches
from pose_lib.bench.cost import COSTS, cost_rows, milliseconds_per_image, multiply_adds, parameters
from pose_lib.bench.rows import frame
from pose_lib.bench.timing import timed


def small() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 5))


def test_parameters_and_products_agree_with_a_count_by_hand() -> None:
    net = small()
    assert parameters(net) == 4 * 3 * 9 + 4 + 36 * 5 + 5
    assert multiply_adds(net, torch.rand(1, 3, 8, 8)) == 6 * 6 * 4 * 3 * 9 + 36 * 5
    net[0].requires_grad_(False)
    assert parameters(net) == 36 * 5 + 5


def test_times_are_positive_and_rows_hold_the_middle_one() -> None:
    images = np.random.default_rng(0).integers(0, 256, (4, 10, 10, 3), dtype=np.uint8)
    times = milliseconds_per_image(small(), ImageBatches(images, 8), repetitions=3)
    assert times.shape == (3,)
    assert (times > 0).all()
    rows = frame(cost_rows("CNN", 10, 20, 30.0, [3.0, 1.0, 2.0])).set_index("metric")
    assert tuple(rows.index) == COSTS
    assert list(rows["value"]) == [10, 20, 30, 2]
    assert (rows.loc["ms-per-image", "low"], rows.loc["ms-per-image", "high"]) == (1, 3)
    assert set(rows["system"]) == {"CNN"}


def test_jobs_take_turns_and_the_first_round_is_not_counted() -> None:
    calls: list[str] = []
    times = timed({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 2)
    assert calls == ["a", "b"] * 3
    assert {name: t.shape for name, t in times.items()} == {"a": (2,), "b": (2,)}
