"""The best scoring poses, block by block, against a full sort."""

from __future__ import annotations

import pytest
import torch

from pose_lib.models.retrieval import average_of_best, best, in_blocks
from pose_lib.models.structnet import PoseEmbedding


def made(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("block", [1, 4, 7, 1000])
def test_the_best_of_all_blocks_are_those_of_a_full_sort(block: int) -> None:
    images, poses = made(11, 6), made(50, 6, seed=1)
    expected = (images @ poses.T).sort(dim=1, descending=True).indices
    for count in (1, 5, 50):
        assert torch.equal(best(images, poses, count, block), expected[:, :count])


def test_no_matrix_of_all_scores_is_formed(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    whole = torch.Tensor.topk

    def topk(self: torch.Tensor, *given: object, **more: object) -> object:
        sizes.append(self.numel())
        return whole(self, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(torch.Tensor, "topk", topk)
    best(made(40, 6), made(900, 6, seed=1), 3, block=20)
    assert max(sizes) == 5 * (20 + 3)


def test_averages_are_means_of_the_best() -> None:
    ranked = torch.tensor([[3, 1, 0], [2, 2, 4]])
    poses = made(5, 4, 3)
    one, three = average_of_best(ranked, poses, (1, 3))
    assert torch.equal(one, poses[[3, 2]])
    assert torch.allclose(three[0], (poses[3] + poses[1] + poses[0]) / 3)
    assert torch.allclose(three[1], (2 * poses[2] + poses[4]) / 3)


def test_embeddings_in_blocks_are_those_of_all_at_once() -> None:
    embed, vectors = PoseEmbedding(12, width=8), made(23, 12).float()
    found = in_blocks(embed, vectors, block=5)
    assert not found.requires_grad
    assert torch.allclose(found, embed(vectors), atol=1e-6)


def test_too_many_or_no_poses_are_refused() -> None:
    with pytest.raises(ValueError, match="the best 9 of 8 poses: ask for 1 to 8"):
        best(made(2, 3), made(8, 3), 9)
    with pytest.raises(ValueError, match="the best 0 of 8"):
        best(made(2, 3), made(8, 3), 0)
    with pytest.raises(ValueError, match=r"means of \(4,\) poses: 3 are ranked"):
        average_of_best(torch.zeros(2, 3, dtype=torch.long), made(5, 4, 3), (4,))
