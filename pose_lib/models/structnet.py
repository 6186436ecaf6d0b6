"""Li, Zhang & Chan, ICCV 2015 (*StructNet*): a score of an image and a pose, learned with a maximum margin.

Image and pose are embedded in one space, and their score is the dot product there. In training, the score of
the true pose must exceed that of every other pose by their distance. The pose of an image is then looked up
among the training poses (:mod:`pose_lib.models.retrieval`). Layer sizes are those of the authors' code.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor, nn

from pose_lib.losses import at_least_float32
from pose_lib.models.parts.layers import GREY_LEVELS, ConvTrunk, fully_connected, output_layer
from pose_lib.models.parts.spatial_norm import SpatialNorm

__all__ = [
    "Embedding",
    "PoseEmbedding",
    "StructNet",
    "Violators",
    "max_margin_loss",
    "most_violating",
    "pose_distances",
    "scores",
    "weight_penalty",
]

Embedding = Literal["raw", "random layer", "1 layer", "2 layers"]
"""How poses are embedded: the published two layers, or one of the paper's simpler forms."""


class PoseEmbedding(nn.Module):
    """Poses ``(N, 3 J)`` to ``(N, E)``: fully connected layers with ReLU, or the poses themselves.

    Args:
        inputs: coordinates of a pose, ``3 J``.
        form: the number of layers; the weights of ``random layer`` are never trained.
        width: of each layer.

    Raises:
        ValueError: there is no such form; lists those that exist.
    """

    def __init__(self, inputs: int, form: Embedding = "2 layers", width: int = 1024) -> None:
        super().__init__()
        if form not in get_args(Embedding):
            raise ValueError(f"no embedding {form!r} of poses; there are: {', '.join(get_args(Embedding))}")
        depth = {"raw": 0, "random layer": 1, "1 layer": 1, "2 layers": 2}[form]
        self.width = width if depth else inputs
        self.layers = fully_connected((inputs, *(width,) * depth), 0.0) if depth else nn.Identity()
        if form == "random layer":
            self.layers.requires_grad_(requires_grad=False)

    def forward(self, poses: Tensor) -> Tensor:
        """Poses ``(N, 3 J)`` to their embeddings ``(N, E)``."""
        embedded: Tensor = self.layers(poses)
        return embedded


class StructNet(nn.Module):
    """Convolutions whose weights stay as they are, then embeddings of image and pose, and an auxiliary head.

    The image's embedding reads the second and the third pool of the convolutions of Li & Chan 2014. The
    auxiliary head predicts the pose from the layer below the embedding, through a tanh.

    Args:
        side: of the images in pixels.
        joints: their number ``J``.
        form: of the embedding of poses. With ``raw`` the image's embedding has ``3 J`` numbers and no ReLU,
            because coordinates have both signs.
        maps: their numbers in the three convolutions.
        widths: of the layers on the second and on the third pool, of the one above, and of the embeddings.
        dropout: share of units of the first two layers that are dropped.
        pixel: grey levels in one unit of the input, for the response normalisation of the convolutions.
    """

    def __init__(
        self,
        side: int,
        joints: int,
        form: Embedding = "2 layers",
        *,
        maps: tuple[int, int, int] = (32, 64, 64),
        widths: tuple[int, int, int, int] = (256, 1024, 2048, 1024),
        dropout: float = 0.75,
        pixel: float = GREY_LEVELS,
    ) -> None:
        super().__init__()
        self.trunk = ConvTrunk(maps, overlap=True, norm=SpatialNorm(pixel=pixel), linear_last=True)
        self.cut = max(i for i, layer in enumerate(self.trunk.layers) if isinstance(layer, nn.Conv2d))
        pool2, pool3, hidden, width = widths
        with torch.no_grad():
            below, above = (
                maps.shape[1] for maps in self.pools(torch.zeros(1, 3, side, side))
            )  # a forward pass knows the sizes
        self.pool2 = fully_connected((below, pool2), 0.0)
        self.pool3 = fully_connected((above, pool3), 0.0)
        self.drop = nn.Dropout(dropout)
        self.hidden = fully_connected((pool2 + pool3, hidden), 0.0)
        self.output = output_layer(hidden, 3 * joints)
        self.pose = PoseEmbedding(3 * joints, form, width)
        last: nn.Module = nn.Identity() if form == "raw" else nn.ReLU()
        # Scores start near zero: those of He's initial weights would be far above any margin.
        self.image = nn.Sequential(output_layer(hidden, self.pose.width), last)

    def start_at(self, targets: Tensor) -> None:
        """Let the auxiliary head start at the mean of targets ``(N, 3 J)``, in units of their deviation."""
        with torch.no_grad():
            self.output.bias.copy_(targets.mean(0).atanh())
            self.output.weight.mul_(targets.std(0).square().mean().sqrt())

    @torch.no_grad()
    def pools(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images ``(B, 3, H, H)`` to the flattened second and third pool; no gradient reaches the weights."""
        second = self.trunk.layers[: self.cut](x)
        return second.flatten(1), self.trunk.layers[self.cut :](second).flatten(1)

    def features(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to the layer that embedding and auxiliary head read."""
        second, third = self.pools(x)
        hidden: Tensor = self.hidden(self.drop(torch.cat([self.pool2(second), self.pool3(third)], 1)))
        return hidden

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Images to their embeddings ``(B, E)`` and auxiliary predictions ``(B, 3 J)`` within [-1, 1]."""
        hidden = self.features(x)
        return self.image(hidden), self.output(hidden).tanh()

    def forward(self, x: Tensor) -> Tensor:
        """Images ``(B, 3, H, H)`` to their embeddings ``(B, E)``."""
        embedded: Tensor = self.image(self.features(x))
        return embedded


def scores(images: Tensor, poses: Tensor) -> Tensor:
    """The score of each image and each pose, the dot product of their embeddings.

    Args:
        images: ``(B, E)``.
        poses: ``(C, E)``.

    Returns:
        ``(B, C)``, in float32 at least.
    """
    return at_least_float32(images) @ at_least_float32(poses).T


def pose_distances(first: Tensor, second: Tensor) -> Tensor:
    """MPJPE of each pair of root-relative poses, the margin between them.

    Args:
        first: ``(B, J, 3)`` mm.
        second: ``(C, J, 3)`` mm.

    Returns:
        ``(B, C)`` mm.
    """
    # The default goes through squares, which lose the small distances of neighbouring frames.
    exact = "donot_use_mm_for_euclid_dist"
    return torch.cdist(first.transpose(0, 1), second.transpose(0, 1), compute_mode=exact).mean(0)


def most_violating(images: Tensor, poses: Tensor, margins: Tensor) -> Tensor:
    """The candidate whose score and margin together are largest, for each image.

    Args:
        images: embeddings ``(B, E)``.
        poses: embeddings of the candidates ``(C, E)``.
        margins: distance of each candidate from each image's true pose, ``(B, C)``, in units of the score.

    Returns:
        Positions among the candidates ``(B,)``.
    """
    return (scores(images, poses) + margins).argmax(1)


def max_margin_loss(images: Tensor, true: Tensor, violating: Tensor, margins: Tensor) -> Tensor:
    """``max(0, f(x, y^) + Delta(y^, y) - f(x, y))``, mean over the batch.

    Args:
        images: embeddings of ``x``, ``(B, E)``.
        true: embeddings of ``y``, ``(B, E)``.
        violating: embeddings of the most violating poses ``y^``, ``(B, E)``.
        margins: ``Delta``, ``(B,)``, in units of the score.
    """
    images, true, violating = (at_least_float32(part) for part in (images, true, violating))
    return ((images * (violating - true)).sum(1) + margins).relu().mean()


def weight_penalty(net: StructNet) -> Tensor:
    """``||W||^2``: squares of all weights that are trained, biases left out."""
    layers = [part for name, part in net.named_children() if name != "trunk"]
    weights = [w for part in layers for w in part.parameters() if w.ndim > 1 and w.requires_grad]
    return torch.stack([w.square().sum() for w in weights]).sum()


class Violators(nn.Module):
    """How often each training pose was the most violating one; checkpoints keep the counts with the weights.

    Args:
        poses: number of training poses.
        kept: ``K``, the number of most frequent violators that are candidates in every step.
    """

    counts: Tensor

    def __init__(self, poses: int, kept: int = 10) -> None:
        super().__init__()
        self.kept = min(kept, poses)
        self.register_buffer("counts", torch.zeros(poses, dtype=torch.long))

    def frequent(self) -> Tensor:
        """The most frequent violators so far, at most ``K`` indices, the most frequent first."""
        count, index = self.counts.sort(descending=True, stable=True)
        return index[: self.kept][count[: self.kept] > 0]

    def candidates(self, sampled: int, generator: torch.Generator) -> Tensor:
        """Indices of ``C`` training poses drawn at random (all, if there are no more), and the frequent ones.

        Args:
            sampled: ``C``.
            generator: of the CPU.
        """
        drawn = torch.randperm(len(self.counts), generator=generator)[:sampled]
        return torch.cat([drawn.to(self.counts.device), self.frequent()])

    def add(self, found: Tensor) -> None:
        """Count the violators ``(B,)`` of a batch."""
        self.counts += torch.bincount(found, minlength=len(self.counts))
