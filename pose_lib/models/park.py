"""Park, Hwang & Kwak, ECCV workshops 2016: 2D class probabilities as features, and several root joints.

One trunk of convolutions feeds two branches of fully connected layers. The 2D branch classifies in which cell
of the image each joint lies (:mod:`pose_lib.models.soft_grid`). The 3D branch predicts joints relative to a
root, once for every root; with *2D-cls* its input includes the probabilities of the 2D branch. Targets are
shapes of :mod:`pose_lib.models.unit_shape`. The layers are named as in Figures 1 and 2 of the paper.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from pose_lib.geometry.skeletons import H36M17
from pose_lib.losses import squared_error
from pose_lib.models.parts.layers import fully_connected, initialise
from pose_lib.models.soft_grid import classification_loss

__all__ = [
    "ROOTS",
    "Fusion",
    "ParkNet",
    "ParkOutput",
    "ParkTrunk",
    "average_pose",
    "overall_loss",
    "regression_loss",
    "relative_to",
]

ROOTS = tuple(
    H36M17.index(name) for name in ("hip", "thorax", "right_knee", "left_knee", "right_elbow", "left_elbow")
)
"""Six roots. The paper shows them in a figure only, and says that most joints are a root or next to one: with
these six, all are but the top of the head."""

Fusion = Literal["none", "layer", "raw"]
"""How the probabilities reach the 3D branch: not at all; through a layer of their own, *fc probs 2D* (a label
in Figure 2 of the paper's later version); or directly (the paper's text)."""


class ParkTrunk(nn.Module):
    """Five convolutions, each with batch normalisation and ReLU; max-pooling after 1, 2 and 5.

    For images of 225 pixels the maps are 110, 55, 26, 13, 13, 13, 13 and 6 pixels wide, which gives 6912
    features.

    Args:
        maps: their numbers in the five convolutions.
        first: stride of the first convolution, 2 as published; 1 gives images of half the resolution the same
            map sizes.
    """

    kernels = (7, 5, 3, 3, 3)

    def __init__(self, maps: tuple[int, ...] = (64, 128, 192, 192, 192), first: int = 2) -> None:
        super().__init__()
        self.maps = maps
        strides, pads, pooled = (first, 2, 1, 1, 1), (0, 0, 1, 1, 1), (True, True, False, False, True)
        layers: list[nn.Module] = []
        before = 3
        for after, kernel, stride, pad, pool in zip(maps, self.kernels, strides, pads, pooled, strict=True):
            layers += [nn.Conv2d(before, after, kernel, stride, pad, bias=False), nn.BatchNorm2d(after)]
            if pool:
                # Windows cut off at the border count, as in Caffe. Pooling before ReLU gives the same numbers
                # for a quarter of the ReLU's work.
                layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
            layers.append(nn.ReLU(inplace=True))
            before = after
        self.layers = nn.Sequential(*layers)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        initialise(self)

    def features(self, side: int) -> int:
        """Length of the output for images of ``side`` pixels.

        Raises:
            ValueError: the image is too small for the five convolutions.
        """
        left = side
        for layer in self.layers:
            if isinstance(layer, nn.Conv2d):
                pad, kernel, stride = int(layer.padding[0]), layer.kernel_size[0], layer.stride[0]
                left = (left + 2 * pad - kernel) // stride + 1
            elif isinstance(layer, nn.MaxPool2d):
                left = -(-(left - 3) // 2) + 1
            if left < 1:
                raise ValueError(f"images of {side} pixels are too small for convolutions of {self.kernels}")
        return self.maps[-1] * left * left

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to flat features."""
        maps: Tensor = self.layers(x)
        return maps.flatten(1)


class ParkOutput(NamedTuple):
    """Outputs of both branches."""

    logits: Tensor
    """``(B, J, G)``; their softmax over the cells is the paper's ``p_j(g_i)``."""
    relative: Tensor
    """``(B, R, J - 1, 3)``: the paper's ``R_j`` for every root; joints in their order, without the root."""


class ParkNet(nn.Module):
    """The whole network: *Baseline* with one root and no fusion, *Multi-reg* with six, *2D-cls* with fusion.

    Args:
        side: of the images, pixels.
        references: for every 3D head and joint, the joint that it is measured from; a joint measured from
            itself is left out. ``((r,) * J for r in roots)`` for roots, ``(skeleton.parents,)`` for parents.
        cells: number of cells in the grid, ``G``.
        fusion: whether and how the 3D heads use the 2D probabilities.
        separate: each head has its own *fc2 3D*, as in the paper; otherwise all share one.
        maps: their numbers in the five convolutions.
        width: of every hidden fully connected layer.
        dropout: after each of them.
        first: stride of the first convolution.
        gain: unit of the 3D outputs, best the standard deviation of their targets.
    """

    def __init__(
        self,
        side: int,
        references: tuple[tuple[int, ...], ...] = ((0,) * 17,),
        *,
        cells: int = 256,
        fusion: Fusion = "none",
        separate: bool = True,
        maps: tuple[int, ...] = (64, 128, 192, 192, 192),
        width: int = 2048,
        dropout: float = 0.3,
        first: int = 2,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        self.heads, self.joints, self.cells = len(references), len(references[0]), cells
        self.fusion, self.separate, self.gain = fusion, separate, gain
        self.trunk = ParkTrunk(maps, first)
        features = self.trunk.features(side)
        self.hidden_2d = fully_connected((features, width, width), dropout, batch_norm=True)
        self.output_2d = nn.Linear(width, self.joints * cells)
        self.fc1_3d = fully_connected((features, width), dropout, batch_norm=True)
        # The heads' own layers all have fc1 3D as input: side by side they are one wide layer.
        copies = self.heads if separate else 1
        self.fc2_3d = fully_connected((width, copies * width), dropout, batch_norm=True)
        outputs = 3 * (self.joints - 1)
        self.weight_3d = nn.Parameter(torch.empty(self.heads, width, outputs))
        self.bias_3d = nn.Parameter(torch.zeros(self.heads, outputs))
        if fusion == "layer":
            self.fc_probs = fully_connected((self.joints * cells, width), dropout, batch_norm=True)
        if fusion != "none":
            read = width if fusion == "layer" else self.joints * cells
            # A linear layer on a concatenation is the sum of one on each part.
            self.output_probs = nn.Linear(read, self.heads * outputs, bias=False)
            nn.init.normal_(self.output_probs.weight, std=0.01 * width**-0.5)
        nn.init.normal_(self.output_2d.weight, std=0.01)
        nn.init.zeros_(self.output_2d.bias)
        nn.init.normal_(self.weight_3d, std=0.01 * width**-0.5)
        matrices = differences(references)
        self.differences: Tensor
        self.back: Tensor
        self.register_buffer("differences", matrices, persistent=False)
        self.register_buffer("back", torch.linalg.pinv(matrices), persistent=False)

    def start_at(self, shapes: Tensor) -> None:
        """Set the 3D biases so that an untrained network predicts the mean of the shapes ``(N, J, 3)``."""
        with torch.no_grad():
            mean = relative_to(shapes.to(self.bias_3d).mean(0, keepdim=True), self.differences)
            self.bias_3d.copy_(mean[0].flatten(1) / self.gain)

    def forward(self, x: Tensor) -> ParkOutput:
        """Images ``(B, 3, H, H)`` to logits and relative joints."""
        features = self.trunk(x)
        logits = self.output_2d(self.hidden_2d(features)).view(-1, self.joints, self.cells)
        hidden = self.fc2_3d(self.fc1_3d(features))
        hidden = hidden.view(len(x), -1, self.weight_3d.shape[1]).transpose(0, 1)
        out = torch.bmm(hidden.expand(self.heads, -1, -1), self.weight_3d).transpose(0, 1) + self.bias_3d
        if self.fusion != "none":
            probabilities = logits.softmax(-1).flatten(1)
            seen = self.fc_probs(probabilities) if self.fusion == "layer" else probabilities
            out = out + self.output_probs(seen).view(len(x), self.heads, -1)
        return ParkOutput(logits, out.view(len(x), self.heads, -1, 3) * self.gain)

    def poses(self, relative: Tensor) -> Tensor:
        """``X^(r)``: joints about their mean, ``(B, R, J, 3)``, from every head's ``(B, R, J - 1, 3)``."""
        return self.back.to(relative) @ relative


def differences(references: tuple[tuple[int, ...], ...]) -> Tensor:
    """``(R, J - 1, J)`` matrices that turn joints into joints relative to others.

    Differences do not depend on the position of the whole pose, so the pseudo-inverses give back the joints
    about their mean.

    Args:
        references: for every head and joint, the joint that it is measured from.

    Raises:
        ValueError: a head does not have exactly one joint that is measured from itself.
    """
    eye = torch.eye(len(references[0]))
    rows = [[eye[j] - eye[r] for j, r in enumerate(head) if j != r] for head in references]
    if any(len(head) != len(eye) - 1 for head in rows):
        raise ValueError("each head needs exactly one joint that is measured from itself, its root")
    return torch.stack([torch.stack(head) for head in rows])


def relative_to(shapes: Tensor, matrices: Tensor) -> Tensor:
    """``J_j - J_r`` of shapes ``(B, J, 3)`` for the matrices of :func:`differences`: ``(B, R, J - 1, 3)``."""
    return matrices.to(shapes) @ shapes[:, None]


def regression_loss(relative: Tensor, wanted: Tensor) -> Tensor:
    """Eq. (4), Park et al. 2016: ``||R_j - (J_j - J_r)||^2`` of every root and joint.

    Args:
        relative: ``R_j``, ``(B, R, J - 1, 3)``.
        wanted: ``J_j - J_r``, the same shape.

    Returns:
        ``(B, R, J - 1)``.
    """
    return squared_error(relative, wanted).sum(-1)


def overall_loss(
    output: ParkOutput, labels: Tensor, wanted: Tensor, lambda_2d: float, lambda_3d: float
) -> Tensor:
    """The weighted sum of both losses, summed over joints and roots, mean over the batch.

    With one root this is Eq. (5), Park et al. 2016; with several, Eq. (6), Park et al. 2016.

    Args:
        output: of the network.
        labels: ``(B, J, G)``, Eq. (1) of the paper.
        wanted: ``(B, R, J - 1, 3)``, the true differences.
        lambda_2d: weight of the classification.
        lambda_3d: weight of the regression.
    """
    place = classification_loss(output.logits, labels).sum(1)
    pose = regression_loss(output.relative, wanted).sum((1, 2))
    return (lambda_2d * place + lambda_3d * pose).mean()


def average_pose(poses: Tensor) -> Tensor:
    """Eq. (7), Park et al. 2016: the mean of the roots' poses ``(B, R, J, 3)``, each about its own mean.

    Returns:
        ``(B, J, 3)`` of mean zero.
    """
    return (poses - poses.mean(2, keepdim=True)).mean(1)
