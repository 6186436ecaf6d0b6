"""Losses over the steps, and filters."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from pose_lib.book.networks import filters, learning_curves
from pose_lib.book.style import description
from pose_lib.training_state import History


def test_each_training_has_a_panel_and_missing_ones_have_none() -> None:
    histories = {"b": History([1, 2], [3.0, 2.0]), "a": History([1, 3], [9.0, 4.0])}
    figure = learning_curves(histories, {"a": "first", "none": "missing", "b": "second"})
    assert [axes.get_title() for axes in figure.axes] == ["first", "second"]
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_xydata(), [[1, 9], [3, 4]])
    assert "first, second" in description(figure)
    with pytest.raises(ValueError, match="no history of c; there are: b, a"):
        learning_curves(histories, {"c": "third"})


def test_each_filter_is_a_patch_over_its_full_range() -> None:
    net = nn.Sequential(nn.Flatten(0, 0), nn.Conv2d(3, 5, 4), nn.ReLU(), nn.Conv2d(5, 2, 1))
    nn.init.normal_(net[1].weight, generator=torch.Generator().manual_seed(0))
    figure = filters(net, columns=3)
    patches = [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]
    assert [patch.shape for patch in patches] == [(4, 4, 3)] * 5
    assert all((patch.min(), patch.max()) == (0.0, 1.0) for patch in patches)
