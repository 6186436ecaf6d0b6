"""Joint localisation as classification between the cells of a grid: soft labels and their cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["SoftGrid", "classification_loss"]


@dataclass(frozen=True)
class SoftGrid:
    """A square image of ``side`` pixels cut into ``per_side`` x ``per_side`` cells, row by row.

    Park et al. 2016 use 16 per side (their ``N_g``): 256 classes per joint.
    """

    side: int
    per_side: int = 16

    def __len__(self) -> int:
        return self.per_side**2

    @property
    def cell(self) -> float:
        """``w_g``, the width of a cell in pixels."""
        return self.side / self.per_side

    def centres(self) -> Tensor:
        """``c_i``: ``(G, 2)`` x and y of the cells' centres in pixels."""
        along = self.cell * (torch.arange(self.per_side, dtype=torch.float32) + 0.5)
        y, x = torch.meshgrid(along, along, indexing="ij")
        return torch.stack([x.flatten(), y.flatten()], 1)

    def labels(self, joints: Tensor) -> Tensor:
        """Eq. (1), Park et al. 2016: probabilities proportional to the inverse distance to a cell's centre.

        Args:
            joints: ``(B, J, 2)`` in pixels of the image that the grid covers; NaN where a joint is missing.

        Returns:
            float32 ``(B, J, G)``. Each joint's labels sum to 1. Those of a joint that is missing or outside
            the image are all 0, which removes it from Eq. (3). A joint on a centre has that cell alone.
        """
        distance = torch.linalg.vector_norm(joints[:, :, None] - self.centres().to(joints), dim=-1)
        inside = ((joints >= 0) & (joints < self.side)).all(-1)
        near = self.neighbours(distance) & inside[..., None]
        # d = 0 would divide by zero; a millionth of a cell's width gives the same labels.
        weight = torch.where(near, 1 / distance.clamp_min(1e-6 * self.cell), 0.0)
        total = weight.sum(-1, keepdim=True)
        return torch.where(total > 0, weight / total.clamp_min(1e-12), 0.0).float()

    def neighbours(self, distance: Tensor) -> Tensor:
        """``I(g_i)``: the cells whose centre is nearer than a cell's width. Eq. (2), Park et al. 2016.

        The text says the four nearest. By the formula there are up to four, and one for a joint on a centre.
        """
        return distance < self.cell

    def expected(self, probabilities: Tensor) -> Tensor:
        """Joints in pixels, ``(B, J, 2)``: the centres averaged with probabilities ``(B, J, G)``."""
        return probabilities @ self.centres().to(probabilities)

    def best(self, probabilities: Tensor) -> Tensor:
        """Joints in pixels, ``(B, J, 2)``: the centre of the cell with the largest of ``(B, J, G)``."""
        return self.centres().to(probabilities)[probabilities.argmax(-1)]


def classification_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Eq. (3), Park et al. 2016: cross-entropy of softmax and soft labels, one value per joint.

    Args:
        logits: ``(B, J, G)``.
        labels: ``(B, J, G)``; all 0 for a joint without a position, whose loss and gradient are then 0.

    Returns:
        ``(B, J)``.
    """
    return -(labels * logits.log_softmax(-1)).sum(-1)
