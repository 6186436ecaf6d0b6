"""The experiment of the Li & Chan chapter: two recipes from the same start, labels, controls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from li_chan_runs import TINY, experiment

from pose_lib.models.parts.windows import detection_loss
from pose_lib.papers.li_chan.recipe import LiChanExperiment


@pytest.fixture
def fresh(tmp_path: Path) -> LiChanExperiment:
    return experiment(tmp_path)


def test_both_recipes_start_alike_and_keep_only_the_convolutions(fresh: LiChanExperiment) -> None:
    untrained = fresh.network()
    detector = fresh.train_detector("detector", fresh.network())
    carried = fresh.network(trunk=detector.trunk.state_dict())
    for (name, a), (_, b), (_, c) in zip(
        untrained.named_parameters(), detector.named_parameters(), carried.named_parameters(), strict=True
    ):
        assert torch.equal(c, b if name.startswith("trunk") else a)
    assert any(
        not torch.equal(a, b)
        for a, b in zip(untrained.trunk.parameters(), detector.trunk.parameters(), strict=True)
    )


def test_regression_alone_leaves_the_detectors_as_they_were(fresh: LiChanExperiment) -> None:
    untrained, alone = fresh.network(), fresh.train_regressor("alone", fresh.network())
    for a, b in zip(untrained.detectors.parameters(), alone.detectors.parameters(), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(untrained.output.bias, alone.output.bias)


def test_a_missing_joint_and_one_outside_the_crop_teach_the_detectors_nothing_false(
    fresh: LiChanExperiment,
) -> None:
    joints = fresh.train.joints_2d
    joints[0, 3] = np.nan
    joints[0, 4] = (-40, 20)
    x, labels, known = fresh.labelled(torch.tensor([0]), torch.Generator().manual_seed(0), fresh.windows)
    assert x.shape == (1, 3, 56, 56)
    assert labels[0, 3:5].sum() == 0
    assert known[0].tolist() == [j != 3 for j in range(17)]
    logits = torch.zeros(1, 17, 100).requires_grad_()
    detection_loss(logits, labels, known).backward()
    assert logits.grad is not None
    # A joint of unknown position has no gradient; one known to be outside belongs to no window.
    assert bool((logits.grad[0, 3] == 0).all())
    assert bool((logits.grad[0, 4] > 0).all())


def test_the_joint_loss_is_the_sum_of_the_two_single_ones(fresh: LiChanExperiment) -> None:
    """On the same images, Eq. (6) is half of Eq. (2) and half of Eq. (4)."""
    net, which = fresh.network(dropout=0.0), torch.arange(8)
    unit = TINY.unit / fresh.targets.scale
    both, detector, regressor = (
        float(loss(which, torch.Generator().manual_seed(1)).detach())
        for loss in (
            fresh.joint_loss(net, fresh.targets, fresh.windows, unit),
            fresh.detector_loss(net.detector()),
            fresh.regressor_loss(net.regressor(), unit),
        )
    )
    assert min(detector, regressor) > 0.01 * both
    assert both == pytest.approx(detector + regressor, rel=1e-5)


def test_the_loss_of_a_recipe_counts_lengths_in_the_unit_of_its_preset(
    fresh: LiChanExperiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root-relative targets have another scale, so the unit in mm has to be divided by that."""
    units: list[float] = []
    original = fresh.joint_loss

    def spy(net, targets, windows, unit=1.0):
        units.append(unit * targets.scale)
        return original(net, targets, windows, unit)

    monkeypatch.setattr(fresh, "joint_loss", spy)
    fresh.multi_task()
    fresh.root_relative()
    assert units == pytest.approx([TINY.unit, TINY.unit])


def test_the_controls_differ_from_the_method_in_one_thing_each(fresh: LiChanExperiment) -> None:
    fresh.multi_task()
    fresh.controls()
    assert list(fresh.predictions) == [
        "DconvMP-HML",
        "Regression alone",
        ("DconvMP-HML", "root-relative"),
        ("DconvMP-HML", "10/10 windows"),
        ("DconvMP-HML", "dropout 0.25"),
        ("DconvMP-HML", "dropout 0.75"),
        ("DconvMP-HML", "published start"),
    ]
    # The names of the trainings are part of the files they are kept in.
    trained = "hml alone root-relative 10-10-windows dropout-0.25 dropout-0.75 published-start"
    assert list(fresh.histories) == trained.split()
    poses = list(fresh.predictions.values())
    assert all(not torch.equal(a, b) for i, a in enumerate(poses) for b in poses[:i])
    assert all(torch.equal(p[:, fresh.train.skeleton.root], torch.zeros(12, 3)) for p in poses)
