"""The experiment of the Park chapter: variants on the same batches, sizes, losses, cached networks."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from park_runs import experiment

from pose_lib.bench.published import published_table
from pose_lib.bench.rows import split_key
from pose_lib.models.park import ROOTS
from pose_lib.models.unit_shape import torso_length
from pose_lib.papers.park import PAPER
from pose_lib.papers.park.published import PUBLISHED
from pose_lib.papers.park.recipe import ParkExperiment, outputs
from pose_lib.papers.park.variants import CONTROLS, ORACLE, VARIANTS, Variant, with_setting

MM = ("Baseline", "targets in mm")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> ParkExperiment:
    found = experiment(tmp_path_factory.mktemp("runs"))
    for name in ("Baseline", "Multi-reg"):
        found.learn(name, VARIANTS[name])
    found.learn(MM, CONTROLS[MM])
    return found


def test_the_variants_are_the_four_of_table_2_and_each_control_changes_one_thing() -> None:
    assert list(VARIANTS) == published_table(PUBLISHED, "Table 2")["system"].unique().tolist()
    assert PAPER.systems[2:] == tuple(VARIANTS)
    for key, control in CONTROLS.items():
        base = VARIANTS[split_key(key)[0]]
        differing = [k for k in vars(base) if vars(base)[k] != vars(control)[k]]
        assert len(differing) == 1, key
    assert VARIANTS["Multi-reg + 2D-cls"].roots == ROOTS


def test_all_variants_see_the_same_batches_and_start_from_the_same_trunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = experiment(tmp_path)
    seen: list[torch.Tensor] = []
    original = found.images.random

    def spy(which: torch.Tensor, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        x, offsets = original(which, generator)
        seen.append(x)
        return x, offsets

    monkeypatch.setattr(found.images, "random", spy)
    trunks = [found.network(v).trunk.state_dict() for v in VARIANTS.values()]
    for trunk in trunks[1:]:
        assert all(torch.equal(a, b) for a, b in zip(trunks[0].values(), trunk.values(), strict=True))
    found.learn("Baseline", VARIANTS["Baseline"])
    found.learn("2D-cls", VARIANTS["2D-cls"])
    assert len(seen) == 8
    assert torch.equal(torch.stack(seen[:4]), torch.stack(seen[4:]))


def test_sizes_come_from_the_training_torso_an_oracle_or_the_target_itself(ran: ParkExperiment) -> None:
    predicted = ran.predictions["Baseline"]
    assert torch.equal(predicted[:, 0], torch.zeros(10, 3))
    assert ran.trained["Baseline"].degenerate == 0
    assert torso_length(predicted).tolist() == pytest.approx([ran.torso.torso] * 10, rel=1e-4)
    oracle = ran.predictions["Baseline", ORACLE]
    assert torch.allclose(torso_length(oracle), torso_length(ran.truth), rtol=1e-4)
    assert with_setting(MM, ORACLE) == ("Baseline", "targets in mm, oracle scale")
    assert with_setting(MM, ORACLE) not in ran.predictions
    assert torch.allclose(
        ran.targets(ran.poses, ran.trained[MM].variant) * ran.torso.norm,
        ran.poses - ran.poses.mean(1, keepdim=True),
        atol=1e-2,
    )


def test_shapes_without_a_torso_get_the_mean_size_and_are_counted(ran: ParkExperiment) -> None:
    shapes = ran.targets(ran.poses[:3], VARIANTS["Baseline"])
    for joint in ("spine", "thorax"):
        shapes[1, ran.train.skeleton.index(joint)] = shapes[1, ran.train.skeleton.root]
    poses, degenerate = ran.sized(shapes, VARIANTS["Baseline"])
    assert degenerate.tolist() == [False, True, False]
    assert torch.allclose(poses[1], shapes[1] * ran.torso.norm)
    in_mm, none = ran.sized(shapes, CONTROLS[MM])
    assert torch.allclose(in_mm, shapes * ran.torso.norm)
    assert not none.any()


def test_the_3d_losses_are_measured_while_a_network_learns(ran: ParkExperiment) -> None:
    watched = ran.histories["Multi-reg"].watched
    assert {name: [step for step, _ in values] for name, values in watched.items()} == {
        "train": [2.0, 4.0],
        "test": [2.0, 4.0],
    }
    net, variant = ran.trained["Multi-reg"].net, VARIANTS["Multi-reg"]
    last = float(ran.loss_3d(net, outputs(net, ran.seen_images), ran.poses[ran.seen], variant).mean())
    assert watched["train"][-1][1] == pytest.approx(last, rel=1e-5)


def test_a_second_experiment_reads_the_trained_networks_back(
    ran: ParkExperiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = ParkExperiment(ran.run, ran.train, ran.test, ran.preset)
    monkeypatch.setattr(again.images, "random", lambda *_: pytest.fail("trained once more"))
    again.learn("Baseline", VARIANTS["Baseline"])
    assert torch.equal(again.predictions["Baseline"], ran.predictions["Baseline"])
    assert again.histories["Baseline"] == ran.histories["Baseline"]


def test_histories_bear_the_names_of_their_systems(ran: ParkExperiment) -> None:
    assert list(ran.histories) == ["Baseline", "Multi-reg", "Baseline, targets in mm"]


def test_without_the_2d_loss_the_2d_branch_stays_as_it_was(tmp_path: Path) -> None:
    found = experiment(tmp_path)
    before = found.network(Variant(places=False)).output_2d.weight.detach().clone()
    after = found.learn("alone", Variant(places=False)).net.output_2d.weight
    assert torch.equal(before, after)
    trained = found.learn("both", Variant()).net.output_2d.weight
    assert not torch.equal(before, trained)


def test_the_whole_experiment_with_its_controls(tmp_path: Path) -> None:
    found = experiment(tmp_path)
    found.baselines()
    found.variants()
    found.controls()
    assert set(VARIANTS) | set(CONTROLS) == set(found.trained)
    assert {key for key in VARIANTS if (key, "size by all torso bones") in found.predictions} == set(VARIANTS)
    assert set(PAPER.systems) <= set(found.predictions)
    costs = [row.system for row in found.results.costs if row.metric == "parameters"]
    assert costs == list(VARIANTS)
    assert all(torch.isfinite(poses).all() for poses in found.predictions.values())
