"""The network and the equations of Park et al. 2016 against slow, direct transcriptions."""

from __future__ import annotations

import pytest
import torch

from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.park import (
    ROOTS,
    Fusion,
    ParkNet,
    ParkOutput,
    ParkTrunk,
    average_pose,
    differences,
    overall_loss,
    regression_loss,
    relative_to,
)
from pose_lib.models.parts.targets import from_parent_relative
from pose_lib.models.soft_grid import SoftGrid, classification_loss
from pose_lib.models.unit_shape import centred, unit_shape

MAPS = (4, 4, 4, 4, 4)
SIX = tuple((root,) * 17 for root in ROOTS)


def small(references: tuple[tuple[int, ...], ...] = SIX, **options: object) -> ParkNet:
    torch.manual_seed(0)
    return ParkNet(64, references, cells=16, maps=MAPS, width=12, dropout=0.0, **options)  # type: ignore[arg-type]


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_most_joints_are_a_root_or_next_to_one() -> None:
    covered = set(ROOTS)
    for parent, child in H36M17.limbs:
        if {parent, child} & set(ROOTS):
            covered |= {parent, child}
    assert len(set(ROOTS)) == 6
    assert {H36M17.joints[j] for j in range(17)} - {H36M17.joints[j] for j in covered} == {"head"}


def test_the_trunk_has_the_layers_of_the_table() -> None:
    trunk = ParkTrunk()
    x, sizes = torch.zeros(1, 3, 225, 225), []
    trunk.eval()
    with torch.no_grad():
        for layer in trunk.layers:
            x = layer(x)
            if isinstance(layer, torch.nn.Conv2d | torch.nn.MaxPool2d):
                sizes.append(tuple(x.shape[1:3]))
    assert sizes == [
        (64, 110), (64, 55), (128, 26), (128, 13), (192, 13), (192, 13), (192, 13), (192, 6)
    ]  # fmt: skip
    assert trunk.features(225) == x.numel() == 6 * 6 * 192
    kinds = [type(m).__name__ for m in trunk.layers]
    assert kinds.count("BatchNorm2d") == kinds.count("Conv2d") == 5


@pytest.mark.parametrize(("side", "first"), [(64, 2), (56, 1), (115, 2), (86, 2)])
def test_the_count_of_features_is_that_of_the_maps(side: int, first: int) -> None:
    trunk = ParkTrunk(MAPS, first)
    assert trunk(torch.zeros(2, 3, side, side)).shape == (2, trunk.features(side))


def test_an_image_too_small_for_the_convolutions_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        ParkTrunk().features(12)


def test_the_published_sizes_of_the_branches() -> None:
    with torch.device("meta"):
        net = ParkNet(225, SIX, fusion="layer")
    shapes = {name: tuple(p.shape) for name, p in net.named_parameters() if p.dim() > 1}
    assert shapes["hidden_2d.0.weight"] == (2048, 6912)
    assert shapes["hidden_2d.4.weight"] == (2048, 2048)
    assert shapes["output_2d.weight"] == (16 * 16 * 17, 2048)
    assert shapes["fc1_3d.0.weight"] == (2048, 6912)
    assert shapes["fc2_3d.0.weight"] == (6 * 2048, 2048)
    assert shapes["weight_3d"] == (6, 2048, 48)
    assert shapes["fc_probs.0.weight"] == (2048, 4352)


@pytest.mark.parametrize("fusion", ["none", "layer", "raw"])
@pytest.mark.parametrize("separate", [True, False])
def test_the_heads_side_by_side_are_six_heads_on_a_concatenation(fusion: Fusion, separate: bool) -> None:
    net = small(fusion=fusion, separate=separate, gain=0.5).double()
    for p in net.parameters():
        p.data.add_(0.3 * draw(*p.shape))
    x = draw(4, 3, 64, 64, seed=1)
    fast = net(x)
    features = net.trunk(x)
    logits = net.output_2d(net.hidden_2d(features)).view(4, 17, 16)
    fc1 = net.fc1_3d(features)
    linear, norm = net.fc2_3d[0], net.fc2_3d[1]
    for head in range(6):
        own = slice(12 * head, 12 * head + 12) if separate else slice(0, 12)
        fc2 = fc1 @ linear.weight[own].T
        fc2 = (fc2 - fc2.mean(0)) / (fc2.var(0, unbiased=False) + norm.eps).sqrt()
        fc2 = (fc2 * norm.weight[own] + norm.bias[own]).relu()
        joined, weights = [fc2], [net.weight_3d[head]]
        if fusion != "none":
            probabilities = logits.softmax(-1).flatten(1)
            if fusion == "layer":
                probabilities = net.fc_probs(probabilities)
            joined.append(probabilities)
            weights.append(net.output_probs.weight[48 * head : 48 * head + 48].T)
        out = torch.cat(joined, 1) @ torch.cat(weights) + net.bias_3d[head]
        assert torch.allclose(fast.relative[:, head], out.view(4, 16, 3) * 0.5)
    assert torch.allclose(fast.logits, logits)


def test_equation_4_joint_by_joint() -> None:
    shapes = draw(3, 17, 3)
    relative = draw(3, 6, 16, 3, seed=1)
    fast = regression_loss(relative, relative_to(shapes, differences(SIX)))
    for b in range(3):
        for r, root in enumerate(ROOTS):
            others = [j for j in range(17) if j != root]
            for k, j in enumerate(others):
                slow = sum(
                    float(relative[b, r, k, c] - (shapes[b, j, c] - shapes[b, root, c])) ** 2
                    for c in range(3)
                )
                assert float(fast[b, r, k]) == pytest.approx(slow)


@pytest.mark.parametrize("roots", [(0,), ROOTS])
def test_equations_5_and_6_are_the_weighted_sums(roots: tuple[int, ...]) -> None:
    references = tuple((r,) * 17 for r in roots)
    grid = SoftGrid(48, 4)
    labels = grid.labels(24 + 8 * draw(3, 17, 2)).double()
    wanted = relative_to(draw(3, 17, 3, seed=1), differences(references))
    output = ParkOutput(draw(3, 17, 16, seed=2), draw(3, len(roots), 16, 3, seed=3))
    place, pose = classification_loss(output.logits, labels), regression_loss(output.relative, wanted)
    total = 0.0
    for b in range(3):
        total += 0.1 * sum(float(place[b, j]) for j in range(17))
        total += 0.5 * sum(float(pose[b, r, k]) for r in range(len(roots)) for k in range(16))
    assert float(overall_loss(output, labels, wanted, 0.1, 0.5)) == pytest.approx(total / 3)


def test_the_gradient_of_the_overall_loss() -> None:
    labels = SoftGrid(48, 4).labels(24 + 8 * draw(2, 17, 2)).double()
    wanted = relative_to(draw(2, 17, 3, seed=1), differences(SIX[:2]))
    logits, relative = draw(2, 17, 16, seed=2), draw(2, 2, 16, 3, seed=3)

    def loss(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return overall_loss(ParkOutput(a, b), labels, wanted, 0.1, 0.5)

    assert torch.autograd.gradcheck(loss, (logits.requires_grad_(), relative.requires_grad_()))


def test_equation_7_moves_every_pose_to_its_mean_and_averages() -> None:
    poses = draw(3, 6, 17, 3) + 5
    fast = average_pose(poses)
    for b in range(3):
        for j in range(17):
            for c in range(3):
                parts = [
                    float(poses[b, r, j, c]) - sum(float(v) for v in poses[b, r, :, c]) / 17 for r in range(6)
                ]
                assert float(fast[b, j, c]) == pytest.approx(sum(parts) / 6, abs=1e-9)


def test_poses_come_back_from_any_root_and_from_parents() -> None:
    shapes, _ = unit_shape(draw(3, 17, 3))
    for references in (SIX, (H36M17.parents,)):
        net = small(references).double()
        net.differences = differences(references).double()
        net.back = torch.linalg.pinv(net.differences)
        poses = net.poses(relative_to(shapes, net.differences))
        assert torch.allclose(poses, shapes[:, None].expand_as(poses), atol=1e-9)
        assert torch.allclose(average_pose(poses), shapes, atol=1e-9)


def test_poses_of_wrong_differences_are_those_of_the_direct_reading() -> None:
    net = small()
    relative = draw(2, 6, 16, 3).float()
    poses = net.poses(relative)
    for r, root in enumerate(ROOTS):
        direct = torch.zeros(2, 17, 3)
        direct[:, [j for j in range(17) if j != root]] = relative[:, r]
        assert torch.allclose(poses[:, r], centred(direct), atol=1e-5)
    chained = torch.zeros(2, 17, 3)
    chained[:, 1:] = relative[:, 0]
    parents = small((H36M17.parents,)).poses(relative[:, :1])[:, 0]
    assert torch.allclose(parents, centred(from_parent_relative(chained, H36M17)), atol=1e-4)


def test_a_head_without_a_root_or_with_two_is_refused() -> None:
    with pytest.raises(ValueError, match="its root"):
        differences(((1, 2, 0),))
    with pytest.raises(ValueError, match="its root"):
        differences(((0, 1, 0),))


def test_the_first_output_is_the_mean_of_the_targets() -> None:
    shapes, _ = unit_shape(draw(50, 17, 3).float())
    net = small(fusion="layer", gain=0.2)
    net.start_at(shapes)
    relative = net(draw(8, 3, 64, 64, seed=4).float()).relative
    wanted = relative_to(shapes, net.differences).mean(0)
    assert float((relative - wanted).detach().abs().max()) < 0.02


def test_the_3d_loss_teaches_the_2d_branch_only_through_fusion() -> None:
    for fusion, reached in (("none", False), ("layer", True), ("raw", True)):
        net = small(fusion=fusion)  # type: ignore[arg-type]
        output = net(draw(4, 3, 64, 64).float())
        output.relative.square().sum().backward()
        gradient = net.output_2d.weight.grad
        assert (gradient is not None and bool(gradient.abs().max() > 0)) == reached


def test_shared_layers_make_all_roots_agree_at_the_optimum() -> None:
    """On features common to all heads the best linear heads give one pose: fitting is linear in targets."""
    hidden, shapes = draw(60, 12), draw(60, 17, 3, seed=1)
    wanted = relative_to(shapes, differences(SIX))
    fitted = [hidden @ torch.linalg.lstsq(hidden, wanted[:, r].flatten(1)).solution for r in range(6)]
    net = small().double()
    poses = net.poses(torch.stack(fitted, 1).view(60, 6, 16, 3))
    assert torch.allclose(poses, poses[:, :1].expand_as(poses), atol=1e-5)
    own = [draw(60, 12, seed=r) for r in range(6)]
    fitted = [h @ torch.linalg.lstsq(h, wanted[:, r].flatten(1)).solution for r, h in enumerate(own)]
    poses = net.poses(torch.stack(fitted, 1).view(60, 6, 16, 3))
    assert float((poses - poses[:, :1]).abs().max()) > 0.1


def test_evaluation_does_not_depend_on_the_rest_of_the_batch() -> None:
    net = small(fusion="layer").eval()
    x = draw(5, 3, 64, 64).float()
    with torch.no_grad():
        together, alone = net(x), net(x[2:3])
    assert torch.allclose(together.relative[2], alone.relative[0], atol=1e-5)
    assert torch.allclose(together.logits[2], alone.logits[0], atol=1e-4)
