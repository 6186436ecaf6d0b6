"""Schematics say what an image passes through in the network itself, in its order and with its sizes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from pose_lib.book.schematics import Block, Part, blocks_of, schematic
from pose_lib.book.style import description
from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.deeppose import DeepPoseNet
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.park import ROOTS, ParkNet
from pose_lib.models.part_windows import PartWindows
from pose_lib.models.parts.windows import Windows
from pose_lib.models.weight_structure import joint_weights
from pose_lib.papers.deeppose import schematics as deeppose
from pose_lib.papers.hmlpe import schematics as hmlpe
from pose_lib.papers.li_chan import schematics as li_chan
from pose_lib.papers.park import schematics as park


class Two(nn.Module):
    """A trunk and two heads."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(3, 4, 5, 2), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
        self.left = nn.Sequential(nn.Linear(36, 7), nn.ReLU(), nn.Dropout(0.5), nn.Linear(7, 2))
        self.right = nn.Linear(36, 5)
        self.unused = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.trunk(x).flatten(1)
        return self.left(maps), self.right(maps)


@pytest.fixture
def net() -> Two:
    return Two().eval()


def test_layers_without_weights_belong_to_the_one_before(net: Two) -> None:
    parts = (Part("trunk", (net.trunk,)), Part("left", (net.left,), ("trunk",), "two\nnumbers"))
    found = blocks_of(lambda: net(torch.zeros(1, 3, 16, 16)), parts)
    assert found == {
        "trunk": (
            Block("convolution", ("conv 5 × 5 / 2", "batch norm", "ReLU", "pool 2 × 2 / 2"), (4, 3, 3)),
        ),
        "left": (
            Block("full", ("full", "ReLU", "dropout 0.5"), (7,)),
            Block("full", ("full",), (2,)),
            Block("", ("two\nnumbers",)),
        ),
    }
    # The hooks are gone.
    assert not any(layer._forward_hooks for layer in net.modules())
    with pytest.raises(ValueError, match="no image passed through the layers of 'unused'"):
        blocks_of(lambda: net(torch.zeros(1, 3, 16, 16)), (Part("unused", (net.unused,)),))


def test_branches_have_lanes_of_their_own_and_meet_in_the_middle(net: Two) -> None:
    parts = (
        Part("trunk", (net.trunk,)),
        Part("left", (net.left,), ("trunk",)),
        Part("right", (net.right,), ("trunk",)),
        Part("both", (), ("left", "right"), "sum"),
    )
    figure = schematic(lambda: net(torch.zeros(1, 3, 16, 16)), parts, (3, 16, 16), "A test")
    (axes,) = figure.axes
    boxes = [p for p in axes.patches if isinstance(p, Rectangle) and p.get_fill()]
    centres = [(round(p.get_x() + 0.4, 6), round(p.get_y() + 0.5, 6)) for p in boxes]
    assert centres == [(0, 0), (1, 0), (2, 0.95), (3, 0.95), (2, -0.95), (4, 0)]
    words = [text.get_text() for text in axes.texts]
    assert {"trunk", "left", "right", "both", "4 × 3 × 3", "3 × 16 × 16", "sum"} <= set(words)
    assert description(figure).startswith("A test. trunk: conv 5 × 5 / 2 and batch norm")
    with pytest.raises(ValueError, match="'x' comes after nothing"):
        schematic(lambda: net(torch.zeros(1, 3, 16, 16)), (Part("x", (), ("nothing",), "y"),), (3,), "A test")
    plt.close("all")


def test_the_papers_networks_are_drawn_with_their_own_sizes() -> None:
    said = description(
        deeppose.network_figure(DeepPoseNet(14, side=64, widths=(32, 16), maps=(4, 5, 6, 7, 8)))
    )
    assert "to 32, full and ReLU and dropout 0.6 to 16, full to 28, x and y of 14 joints" in said
    windows = PartWindows.published(56)
    said = description(hmlpe.network_figure(HMLPE(windows, widths=(20, 30))))
    assert "regression: full and dropout 0.5 to 20, full to 30, full to 16" in said
    assert f"full to {7 * len(windows)}, logistic: 7 parts in {len(windows)} windows" in said
    net = LiChanNet(56, 17, Windows.published(56), widths=(20, 30))
    said = description(li_chan.network_figure(net, 56))
    assert "64 × 3 × 3" in said
    assert "full to 51, tanh: 17 joints; detection:" in said
    base = ParkNet(86, width=16, first=1)
    assert "3D branch" in description(park.baseline_figure(base, 86))
    roots = tuple((root,) * 17 for root in ROOTS)
    for fusion, words in (("raw", "both: full to 288"), ("layer", "both: full and batch norm and ReLU")):
        both = ParkNet(86, roots, fusion=fusion, width=16, first=1)  # type: ignore[arg-type]
        said = description(park.branches_figure(both, 86))
        assert words in said
        assert "16 joints from 6 roots" in said
    with pytest.raises(ValueError, match="feeds no probabilities back"):
        park.branches_figure(base, 86)
    plt.close("all")


def test_lines_of_weights_have_their_sign_and_size() -> None:
    net = LiChanNet(56, 17, Windows.published(56), widths=(20, 30))
    figure = li_chan.weights_figure(net, H36M17, "left_hip", "right_hip", count=6)
    lines = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert len(lines) == 12
    f = joint_weights(net.output.weight).detach()
    pair = f[[H36M17.index("left_hip"), H36M17.index("right_hip")], 0]
    chosen = pair[:, pair.square().sum(0).topk(6).indices]
    first = chosen[0].sort().values
    widths = torch.tensor([float(line.get_linewidth()) for line in lines[:6]])
    torch.testing.assert_close(widths.double(), 2.2 * (first.abs() / chosen.abs().max()).double())
    colours = [line.get_color() for line in lines[:6]]
    assert [colour == colours[-1] for colour in colours] == (first.sign() == first[-1].sign()).tolist()
    plt.close(figure)
