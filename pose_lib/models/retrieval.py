"""Looking up training poses by their scores, with memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["average_of_best", "best", "in_blocks"]


@torch.no_grad()
def in_blocks(embed: Callable[[Tensor], Tensor], vectors: Tensor, block: int = 4096) -> Tensor:
    """Embeddings ``(N, E)`` of poses ``(N, P)``, ``block`` of them at a time, in float32."""
    return torch.cat([embed(part).float() for part in torch.split(vectors, block)])


@torch.no_grad()
def best(images: Tensor, poses: Tensor, count: int, block: int = 4096) -> Tensor:
    """The ``count`` poses with the highest scores for each image, the best first.

    Scores are computed for a block of images and a block of poses at a time, and only the best so far are
    kept: no matrix of all scores is formed.

    Args:
        images: embeddings ``(M, E)``.
        poses: embeddings ``(N, E)``.
        count: ``A``, at most ``N``.
        block: poses, and a quarter as many images, whose scores are held at once.

    Returns:
        Indices ``(M, A)``.

    Raises:
        ValueError: there are fewer poses than are asked for, or none is.
    """
    if not 1 <= count <= len(poses):
        raise ValueError(f"the best {count} of {len(poses)} poses: ask for 1 to {len(poses)}")
    return torch.cat([_best(part, poses, count, block) for part in torch.split(images, max(1, block // 4))])


def _best(images: Tensor, poses: Tensor, count: int, block: int) -> Tensor:
    value = images.new_empty((len(images), 0))
    index = torch.empty((len(images), 0), dtype=torch.long, device=images.device)
    for start in range(0, len(poses), block):
        score = images @ poses[start : start + block].T
        number = torch.arange(start, start + score.shape[1], device=images.device).expand_as(score)
        value, index = torch.cat([value, score], 1), torch.cat([index, number], 1)
        value, place = value.topk(min(count, value.shape[1]), dim=1)
        index = index.gather(1, place)
    return index


def average_of_best(ranked: Tensor, poses: Tensor, counts: Sequence[int]) -> list[Tensor]:
    """Means of the best poses of each image: *Avg(A)* of Li, Zhang & Chan 2015; of one pose, *Max*.

    Args:
        ranked: indices ``(M, A)`` of :func:`best`.
        poses: ``(N, J, 3)``.
        counts: how many of the best are averaged, each at most ``A``.

    Returns:
        ``(M, J, 3)`` for each count.

    Raises:
        ValueError: more poses are to be averaged than are ranked, or none.
    """
    if not all(1 <= count <= ranked.shape[1] for count in counts):
        raise ValueError(f"means of {tuple(counts)} poses: {ranked.shape[1]} are ranked, and 1 is the least")
    flat = poses.flatten(1)
    # An embedding bag averages rows without a copy of each.
    means = [functional.embedding_bag(ranked[:, :count].contiguous(), flat, mode="mean") for count in counts]
    return [mean.view(len(ranked), *poses.shape[1:]) for mean in means]
