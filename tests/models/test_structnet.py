"""StructNet's cost and its search for violators against slow, direct transcriptions; shapes; memory."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
import torch
from torch import Tensor

from pose_lib.metrics import mpjpe
from pose_lib.models.structnet import (
    Embedding,
    PoseEmbedding,
    StructNet,
    Violators,
    max_margin_loss,
    most_violating,
    pose_distances,
    scores,
    weight_penalty,
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=seeded(seed), dtype=torch.float64)


def net(form: Embedding = "2 layers") -> StructNet:
    torch.manual_seed(0)
    return StructNet(40, 5, form, maps=(4, 6, 8), widths=(7, 9, 12, 11), dropout=0.5)


def slow_cost(images: Tensor, embedded: Tensor, true: Tensor, margins: Tensor) -> float:
    """``max(0, max_y' f(x, y') + Delta(y', y) - f(x, y))``, mean over the batch, one number at a time."""
    total = 0.0
    for i, image in enumerate(images):
        found = [float(image @ pose + margin) for pose, margin in zip(embedded, margins[i], strict=True)]
        total += max(0.0, max(found) - float(image @ true[i]))
    return total / len(images)


def test_the_cost_of_the_most_violating_pose_is_the_slow_one() -> None:
    images, embedded, true = numbers(6, 4), numbers(9, 4, seed=1), numbers(6, 4, seed=2)
    margins = numbers(6, 9, seed=3).abs()
    found = most_violating(images, embedded, margins)
    fast = max_margin_loss(images, true, embedded[found], margins[torch.arange(6), found])
    assert float(fast) == pytest.approx(slow_cost(images, embedded, true, margins), rel=1e-12)
    # The margin takes part in the choice: without it, another pose would be found for some of the images.
    assert not torch.equal(found, scores(images, embedded).argmax(1))


def test_a_true_pose_that_wins_by_its_margin_costs_nothing() -> None:
    images = numbers(3, 4)
    none = torch.zeros(3, dtype=torch.float64)
    assert float(max_margin_loss(images, images, -images, none)) == 0.0
    assert float(max_margin_loss(images, images, images, none + 0.25)) == 0.25


def test_gradients_of_the_cost() -> None:
    images, true, violating = (numbers(5, 4, seed=i).requires_grad_() for i in range(3))
    margins = numbers(5, seed=3).abs()
    found = torch.autograd.grad(max_margin_loss(images, true, violating, margins), (images, true, violating))
    active = ((images * (violating - true)).sum(1) + margins > 0).double()[:, None] / 5
    assert 0 < int((active > 0).sum()) < 5
    expected = (active * (violating - true), -active * images, active * images)
    for a, b in zip(found, expected, strict=True):
        assert torch.allclose(a, b, rtol=1e-12)


def test_a_step_changes_neither_the_convolutions_nor_a_random_embedding() -> None:
    model = net("random layer").train()
    x, y = torch.randn(4, 3, 40, 40, generator=seeded()), torch.randn(4, 15, generator=seeded(1))
    images, predicted = model.both(x)
    cost = max_margin_loss(images, model.pose(y), model.pose(-y), torch.ones(4))
    (cost + predicted.square().sum() + weight_penalty(model)).backward()
    trained = {name.split(".")[0] for name, w in model.named_parameters() if w.grad is not None}
    assert trained == {"pool2", "pool3", "hidden", "image", "output"}
    assert all(w.grad is None for w in [*model.trunk.parameters(), *model.pose.parameters()])


def test_distances_are_the_mpjpe_of_every_pair() -> None:
    first, second = 100 * numbers(4, 5, 3), 100 * numbers(6, 5, 3, seed=1)
    first, second = (poses - poses[:, :1] for poses in (first, second))
    slow = torch.stack([mpjpe(pose.expand_as(second), second) for pose in first])
    assert torch.allclose(pose_distances(first, second), slow.to(first.dtype), rtol=1e-12)
    near = first.float() + 1e-3
    assert torch.allclose(pose_distances(first.float(), near).diagonal(), torch.tensor(3e-6**0.5), rtol=1e-2)


@pytest.mark.parametrize("form", get_args(Embedding))
def test_shapes_of_embeddings_scores_and_predictions(form: Embedding) -> None:
    model = net(form).eval()
    x, y = torch.randn(4, 3, 40, 40, generator=seeded()), torch.randn(7, 15, generator=seeded(1))
    images, predicted = model.both(x)
    width = 15 if form == "raw" else 11
    assert images.shape == (4, width)
    assert torch.equal(images, model(x))
    assert model.pose(y).shape == (7, width)
    assert scores(images, model.pose(y)).shape == (4, 7)
    assert predicted.shape == (4, 15)
    assert float(predicted.detach().abs().max()) <= 1
    assert bool((images < 0).any()) == (form == "raw")


def test_scores_of_half_precision_are_computed_in_float32() -> None:
    a, b = torch.full((1, 500), 1.0), torch.full((1, 500), 1.0078125)
    assert float(scores(a.bfloat16(), b.bfloat16())) == 500 * 1.0078125


def test_an_untrained_auxiliary_head_predicts_about_the_mean_of_its_targets() -> None:
    model, mean = net().eval(), torch.linspace(-0.5, 0.5, 15)
    model.start_at(mean + 0.1 * torch.randn(500, 15, generator=seeded(1)))
    predicted = model.both(torch.randn(3, 3, 40, 40, generator=seeded()))[1].detach()
    assert 0 < float((predicted - mean).abs().max()) < 0.02


def test_the_penalty_is_the_sum_of_squared_weights_that_are_trained() -> None:
    model = net("random layer")
    expected = 0.0
    for name, weight in model.named_parameters():
        if name.endswith("weight") and not name.startswith(("trunk", "pose")):
            expected += sum(w * w for w in weight.double().flatten().tolist())
    assert float(weight_penalty(model).detach()) == pytest.approx(expected, rel=1e-5)


def test_an_unknown_embedding_is_refused() -> None:
    with pytest.raises(ValueError, match="no embedding '3 layers' of poses; there are: raw, random layer"):
        PoseEmbedding(15, "3 layers")  # type: ignore[arg-type]


def test_the_most_frequent_violators_are_remembered() -> None:
    memory, seen, random = Violators(30, kept=4), Counter[int](), seeded()
    assert memory.frequent().tolist() == []
    for _ in range(20):
        found = (30 * torch.rand(8, generator=random) ** 3).long()
        memory.add(found)
        seen.update(found.tolist())
        expected = sorted(seen, key=lambda pose: (-seen[pose], pose))[:4]
        assert memory.frequent().tolist() == expected
    again = Violators(30, kept=4)
    again.load_state_dict(memory.state_dict())
    assert again.frequent().tolist() == expected


def test_candidates_are_drawn_without_repeats_and_end_in_the_frequent() -> None:
    memory = Violators(30, kept=3)
    memory.add(torch.tensor([5, 5, 5, 9, 9, 21, 2]))
    chosen = memory.candidates(12, seeded())
    assert chosen[12:].tolist() == [5, 9, 2]
    assert len(set(chosen[:12].tolist())) == 12
    assert torch.equal(chosen, memory.candidates(12, seeded()))
    assert not torch.equal(chosen, memory.candidates(12, seeded(1)))
    assert len(memory.candidates(2000, seeded())) == 33
