"""The runs of the Park chapter: variants under one budget, sizes, curves, probes, claims, printed tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib.bench import park_probes
from pose_lib.bench.claims import CLAIMS, comparisons
from pose_lib.bench.park import CONTROLS, SYSTEMS, VARIANTS, ParkExperiment, Variant
from pose_lib.bench.presets.park import PARK, ParkPreset
from pose_lib.bench.published import published_table
from pose_lib.bench.published.park import FIFTEEN
from pose_lib.bench.runs import Run
from pose_lib.book.park import printed_ranks
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.park import ROOTS, ParkNet
from pose_lib.models.soft_grid import SoftGrid
from pose_lib.models.unit_shape import torso_length
from pose_lib.training import Schedule

TINY = ParkPreset(
    name="tiny", size=68, window=64, seconds=1, step=1, test_step=1, learning=Schedule(4, 1e-3, 8), width=8,
    dropout=0.1, noise=0.1, looks=2, seen=6,
)  # fmt: skip


def data(n: int, seed: int) -> PoseData:
    draw = np.random.default_rng(seed)
    joints = draw.normal(0, 300, (n, 17, 3)).astype(np.float32)
    places = draw.uniform(4, 64, (n, 17, 2)).astype(np.float32)
    places[0, 3] = np.nan
    table = pd.DataFrame(
        {
            "subject": f"S{seed}",
            "action": "Walking",
            "sequence": 1,
            "camera": ["a", "b"] * (n // 2),
            "frame": range(n),
            "split": "x",
        }
    )
    return PoseData(
        draw.integers(0, 256, (n, 68, 68, 3), dtype=np.uint8), places, joints, np.isfinite(places[..., 0]),
        np.tile(np.array([0, 0, 68, 68], np.float32), (n, 1)), table, H36M17, DataCard("tiny", "", ""),
    )  # fmt: skip


def experiment(folder: Path, preset: ParkPreset = TINY) -> ParkExperiment:
    run = Run("park", {"preset": "tiny", "seed": 0, "device": "cpu"}, "card", {}, root=folder)
    return ParkExperiment(run, data(24, 0), data(10, 1), preset)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> ParkExperiment:
    found = experiment(tmp_path_factory.mktemp("runs"))
    for name in ("Baseline", "Multi-reg"):
        found.learn(name, VARIANTS[name])
    found.learn("mm", CONTROLS["Baseline, targets in mm"])
    return found


def test_the_variants_are_the_four_of_table_2_and_each_control_changes_one_thing() -> None:
    assert list(VARIANTS) == published_table("park", "Table 2")["system"].unique().tolist()
    assert SYSTEMS[2:] == tuple(VARIANTS)
    for name, control in CONTROLS.items():
        base = VARIANTS[name.split(",")[0]]
        differing = [k for k in vars(base) if vars(base)[k] != vars(control)[k]]
        assert len(differing) == 1, name
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
    if not ran.trained["Baseline"].degenerate:
        assert torso_length(predicted).tolist() == pytest.approx([ran.torso.torso] * 10, rel=1e-4)
        oracle = ran.predictions["Baseline, oracle scale"]
        assert torch.allclose(torso_length(oracle), torso_length(ran.truth), rtol=1e-4)
    assert "mm, oracle scale" not in ran.predictions
    variant = ran.trained["mm"].variant
    assert torch.allclose(
        ran.targets(ran.poses, variant) * ran.torso.norm,
        ran.poses - ran.poses.mean(1, keepdim=True),
        atol=1e-2,
    )


def test_the_3d_losses_are_looked_at_while_a_network_learns(ran: ParkExperiment) -> None:
    watched = ran.histories["Multi-reg"].watched
    assert {name: [step for step, _ in values] for name, values in watched.items()} == {
        "train": [2.0, 4.0],
        "test": [2.0, 4.0],
    }
    net, variant = ran.trained["Multi-reg"].net, VARIANTS["Multi-reg"]
    last = float(ran.loss_3d(net, ran.seen_images, ran.poses[ran.seen], variant).mean())
    assert watched["train"][-1][1] == pytest.approx(last, rel=1e-5)


def test_a_second_experiment_reads_the_stages_back(ran: ParkExperiment) -> None:
    again = ParkExperiment(ran.run, ran.train, ran.test, ran.preset)
    again.learn("Baseline", VARIANTS["Baseline"])
    assert torch.equal(again.predictions["Baseline"], ran.predictions["Baseline"])
    assert again.histories["Baseline"] == ran.histories["Baseline"]


def test_without_the_2d_cost_the_2d_branch_stays_as_it_was(tmp_path: Path) -> None:
    found = experiment(tmp_path)
    before = found.network(Variant(places=False)).output_2d.weight.detach().clone()
    after = found.learn("alone", Variant(places=False)).net.output_2d.weight
    assert torch.equal(before, after)
    trained = found.learn("both", Variant()).net.output_2d.weight
    assert not torch.equal(before, trained)


def test_probes_and_their_paired_rows(ran: ParkExperiment) -> None:
    rows, errors = ran.rows()
    assert set(errors) == set(ran.predictions)
    extra = park_probes.probe_rows(ran, errors)
    found = extra.set_index(["system", "metric"])["value"]
    assert found["Multi-reg", "head-spread"] > 0
    assert ("Baseline", "head-spread") not in found.index
    assert found["Baseline", "degenerate-torsos"] == ran.trained["Baseline"].degenerate
    far = (ran.predictions["Baseline"] - ran.truth)[:, [3, 6, 13, 16]].norm(dim=-1).mean()
    assert found["Baseline", "mpjpe-far"] == pytest.approx(float(far), rel=1e-5)
    near = (ran.predictions["Baseline"] - ran.truth)[:, [1, 4, 7]].norm(dim=-1).mean()
    assert found["Baseline", "mpjpe-near"] == pytest.approx(float(near), rel=1e-5)
    difference = found["Multi-reg - Baseline", "mpjpe-far"]
    assert difference == pytest.approx(found["Multi-reg", "mpjpe-far"] - found["Baseline", "mpjpe-far"])
    assert len(extra[extra["metric"] == "loss-3d-train"]) == 3
    assert extra["value"].notna().all()
    assert rows["metric"].isin(["mpjpe"]).any()


def test_gains_that_add_up_are_the_reference_of_the_third_claim(ran: ParkExperiment) -> None:
    whole = replace(ran, trained={}, predictions={})
    whole.predictions = {name: ran.truth + i for i, name in enumerate(VARIANTS)}
    errors = {
        name: {"mpjpe": np.full(10, value)}
        for name, value in zip(VARIANTS, (9.0, 7.0, 6.0, 3.0), strict=True)
    }
    extra = park_probes.probe_rows(whole, errors)
    both = extra[extra["system"] == f"Multi-reg + 2D-cls - {park_probes.ADDED}"]
    assert both["value"].tolist() == [3.0 - (7.0 + 6.0 - 9.0)]


def test_bones_to_the_root_and_the_spread_of_heads() -> None:
    bones = dict(zip(H36M17.joints, park_probes.hops(H36M17).tolist(), strict=True))
    assert [bones[j] for j in ("hip", "spine", "left_knee", "thorax", "left_wrist", "head")] == [
        0,
        1,
        2,
        2,
        5,
        4,
    ]
    heads = torch.randn(3, 6, 17, 3, generator=torch.Generator().manual_seed(0))
    slow = [
        sum(
            float((heads[m, r, j] - heads[m, :, j].mean(0)).square().sum())
            for r in range(6)
            for j in range(17)
        )
        / 102
        for m in range(3)
    ]
    assert park_probes.head_spread(heads).square().tolist() == pytest.approx(slow, rel=1e-5)
    assert float(park_probes.head_spread(heads[:, :1]).max()) == 0


def test_the_published_schedule() -> None:
    schedule = PARK["paper"].schedule(12_800)
    assert (schedule.steps, schedule.batch, schedule.momentum, schedule.weight_decay) == (
        2800,
        128,
        0.9,
        0.001,
    )
    assert [schedule.rate(100 * epoch) for epoch in (0, 3, 4, 8, 27)] == [
        pytest.approx(0.01 * 0.5 ** (epoch // 4)) for epoch in (0, 3, 4, 8, 27)
    ]
    weights = [PARK["paper"].weight_2d(100 * epoch, 2800) for epoch in (0, 15, 16, 27)]
    assert weights == [0.1, 0.1, 0.01, 0.01]
    assert PARK["quick"].schedule(12_800) == PARK["quick"].learning
    assert (PARK["paper"].size, PARK["paper"].window, PARK["paper"].lambda_3d) == (250, 225, 0.5)
    assert PARK["paper"].departures == ()


def test_every_comparison_of_the_claims_names_systems_that_run() -> None:
    known = {*SYSTEMS, *CONTROLS, park_probes.ADDED}
    assert {s for first, second, _ in comparisons("park") for s in (first, second)} <= known
    assert [c.key for c in CLAIMS if c.paper == "park"] == [f"P-{i}" for i in range(1, 12)]


def test_the_printed_table_counted_again() -> None:
    table = published_table("park", "Table 1")
    ranks = printed_ranks()
    assert ranks.loc["Multi-reg + 2D-cls", ["best", "second best"]].tolist() == [3, 9]
    assert set(table["action"]) == {*FIFTEEN, "Average"}
    ours = table[(table["system"] == "Multi-reg + 2D-cls") & (table["action"] != "Average")]
    assert ours["value"].mean() == pytest.approx(117.47, abs=0.005)
    assert ranks.loc["Multi-reg + 2D-cls", "printed average (mm)"] == 117.34


def test_the_naive_script_is_the_same_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1]))
    from benchmarks.naive_park import Crops, NaiveNetwork

    torch.manual_seed(0)
    ours = ParkNet(64, tuple((r,) * 17 for r in ROOTS), fusion="layer", width=8).eval()
    naive = NaiveNetwork(64, 8).eval()
    convolutions = zip(
        (m for m in ours.trunk.layers if isinstance(m, torch.nn.Conv2d)),
        (m for m in naive.trunk if isinstance(m, torch.nn.Conv2d)),
        strict=True,
    )
    with torch.no_grad():
        for a, b in convolutions:
            b.weight.copy_(a.weight)
            assert b.bias is not None
            b.bias.zero_()
        pairs = [(ours.hidden_2d[0], naive.branch_2d[0][0]), (ours.hidden_2d[4], naive.branch_2d[1][0])]
        pairs += [(ours.fc1_3d[0], naive.fc1_3d[0]), (ours.fc_probs[0], naive.fc_probs[0])]
        for a, b in pairs:
            b.weight.copy_(a.weight)
            b.bias.zero_()
        naive.branch_2d[2].load_state_dict(ours.output_2d.state_dict())
        for r in range(6):
            naive.fc2_3d[r][0].weight.copy_(ours.fc2_3d[0].weight[8 * r : 8 * r + 8])
            naive.fc2_3d[r][0].bias.zero_()
            mine, probs = ours.weight_3d[r].T, ours.output_probs.weight[48 * r : 48 * r + 48]
            naive.outputs[r].weight.copy_(torch.cat([mine, probs], 1))
            naive.outputs[r].bias.copy_(ours.bias_3d[r])
        x = torch.rand(2, 3, 64, 64)
        output, (logits, poses) = ours(x), naive(x)
    assert torch.allclose(output.logits, logits, atol=1e-5)
    assert torch.allclose(output.relative, torch.stack(poses, 1), atol=1e-5)
    joints = 64 * torch.rand(3, 17, 2)
    crops = Crops(np.zeros((3, 64, 64, 3), np.uint8), joints.numpy(), np.zeros((3, 17, 3), np.float32), 64)
    labels = SoftGrid(64).labels(joints)
    assert all(torch.allclose(crops[i][1], labels[i], atol=1e-4) for i in range(3))
