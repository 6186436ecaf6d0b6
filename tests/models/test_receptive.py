"""Algorithm 1 of Li et al. 2014 against a probe: which pixels change a neuron when they are changed."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pose_lib.models.parts.layers import ConvTrunk
from pose_lib.models.receptive import (
    LocalLayer,
    Peaks,
    average_patches,
    backtrack,
    local_layers,
    maps_of,
    patch_size,
    patches,
    peaks,
)


def probe(trunk: nn.Sequential, side: int, x: int, y: int) -> tuple[int, int, int, int]:
    """First and last column and row in which a pixel that is made bright changes the neuron."""
    base = torch.rand(1, 1, side, side, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    # One bright pixel an image; with positive weights it wins every pooling.
    bright = base.repeat(side * side, 1, 1, 1)
    every = torch.arange(side * side)
    bright[every, 0, every // side, every % side] = 1e6
    with torch.no_grad():
        changed = (trunk(bright)[:, 0, y, x] != trunk(base)[0, 0, y, x]).nonzero()[:, 0]
    columns, rows = changed % side, changed // side
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def positive(*layers: nn.Module) -> nn.Sequential:
    trunk = nn.Sequential(*layers).double()
    for p in trunk.parameters():
        nn.init.uniform_(p, 0.1, 1.0, generator=torch.Generator().manual_seed(1))
    return trunk


@pytest.mark.parametrize(
    "trunk",
    [
        positive(nn.Conv2d(1, 1, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(1, 1, 3), nn.MaxPool2d(2)),
        positive(nn.Conv2d(1, 1, 4, stride=2), nn.ReLU(), nn.MaxPool2d(3, stride=2)),
        positive(nn.MaxPool2d(2), nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 2)),
    ],
)
def test_the_span_is_that_of_the_pixels_which_change_the_neuron(trunk: nn.Sequential) -> None:
    side = 22
    layers = local_layers(trunk)
    with torch.no_grad():
        last = trunk(torch.zeros(1, 1, side, side, dtype=torch.float64)).shape[-1] - 1
    for x, y in ((0, 0), (last, 0), (1, last)):
        span = backtrack(layers, torch.tensor([[x, y]]))[0]
        assert tuple(span.tolist()) == probe(trunk, side, x, y)


def test_algorithm_one_in_a_loop_on_the_trunk_of_the_papers() -> None:
    layers = local_layers(ConvTrunk().layers)
    assert layers == tuple(
        LocalLayer(stride, size) for stride, size in ((1, 9), (2, 2), (1, 5), (2, 2), (1, 5), (2, 2))
    )
    mx, my = 4, 7
    low, high = [mx, my], [mx, my]
    for layer in layers[::-1]:
        for axis in (0, 1):
            low[axis] = low[axis] * layer.stride
            high[axis] = high[axis] * layer.stride + layer.filter_size - 1
    assert backtrack(layers, torch.tensor([[mx, my]])).tolist() == [[*low, *high]]
    # The last neuron's span ends inside the image: no pads.
    assert int(backtrack(layers, torch.tensor([[9, 9]])).max()) < 112
    assert patch_size(layers) == high[0] - low[0] + 1


def test_layers_that_cannot_be_tracked_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match="Linear"):
        local_layers([nn.Linear(2, 2)])
    with pytest.raises(ValueError, match="padding"):
        local_layers([nn.Conv2d(1, 1, 3, padding=1)])
    with pytest.raises(ValueError, match="square"):
        local_layers([nn.Conv2d(1, 1, (3, 5))])


def test_peaks_are_the_strongest_neurons() -> None:
    maps = torch.rand(3, 4, 5, 6, generator=torch.Generator().manual_seed(0))
    found = peaks(maps)
    for b in range(3):
        for c in range(4):
            x, y = found.position[b, c].tolist()
            assert maps[b, c, y, x] == maps[b, c].max() == found.value[b, c]


def test_patches_are_what_the_neuron_sees_and_their_mean_leaves_silent_maps_out() -> None:
    layers = (LocalLayer(1, 3), LocalLayer(2, 2))
    images = torch.randint(0, 256, (2, 12, 12, 3), generator=torch.Generator().manual_seed(0))
    position = torch.tensor([[[1, 2], [0, 0]], [[3, 0], [0, 0]]])
    cut = patches(images, torch.tensor([0, 1]), position[:, 0], layers)
    assert torch.equal(cut[0], images[0, 4:8, 2:6])
    assert torch.equal(cut[1], images[1, 0:4, 6:10])
    value = torch.tensor([[1.0, 0.0], [2.0, 0.0]])
    mean, count = average_patches(images, Peaks(value, position), layers)
    assert count.tolist() == [2, 0]
    assert torch.allclose(mean[0], cut.float().mean(0))
    assert float(mean[1].abs().max()) == 0


def test_the_maps_of_a_depth_are_those_of_the_layers_before() -> None:
    trunk = ConvTrunk((2, 3, 4)).layers
    x = torch.rand(1, 3, 56, 56, generator=torch.Generator().manual_seed(0))
    assert torch.equal(maps_of(trunk, x, 3), trunk[2](trunk[1](trunk[0](x))))
    assert maps_of(trunk, x, 9).shape == (1, 4, 3, 3)
    assert not maps_of(trunk, x, 9).requires_grad
