"""The Li & Chan chapter's stages, rows and printed numbers, on a handful of made-up samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib.bench import li_chan_probes as probes
from pose_lib.bench import li_chan_weights as weights_of
from pose_lib.bench.claims import CLAIMS
from pose_lib.bench.li_chan import LiChanExperiment
from pose_lib.bench.presets.li_chan import LI_CHAN
from pose_lib.bench.published import published_table
from pose_lib.bench.runs import Run
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import H36M17
from pose_lib.models.weight_structure import co_sparsity, joint_weights
from pose_lib.models.windows import detection_loss
from pose_lib.training import Schedule

PRESET = replace(
    LI_CHAN["smoke"],
    joint=Schedule(2, 1e-3, 8),
    detector=Schedule(2, 1e-3, 8),
    regressor=Schedule(2, 1e-3, 8),
    widths=(16, 12),
    noise=0.1,
)


def made_up(count: int, subject: str) -> PoseData:
    draw = np.random.default_rng(count)
    joints = draw.normal(0, 250, (count, 17, 3)).astype(np.float32)
    joints[:, 0] = (joints[:, 1] + joints[:, 4]) / 2
    table = pd.DataFrame(
        {
            "subject": subject,
            "action": "Walking",
            "sequence": [f"take {i % 4}" for i in range(count)],
            "camera": "one",
            "frame": range(count),
            "split": "train",
        }
    )
    return PoseData(
        images=draw.integers(0, 256, (count, 64, 64, 3), dtype=np.uint8),
        joints_2d=draw.uniform(0, 64, (count, 17, 2)).astype(np.float32),
        joints_3d=joints,
        visible=draw.random((count, 17)) > 0.3,
        boxes=np.tile(np.array([0, 0, 64, 64], dtype=np.float32), (count, 1)),
        table=table,
        skeleton=H36M17,
        card=DataCard("made up", "random numbers", "none"),
    )


@pytest.fixture
def experiment(tmp_path: Path) -> LiChanExperiment:
    run = Run("li_chan", {"device": "cpu", "seed": 0}, "card", root=tmp_path)
    return LiChanExperiment(run, made_up(24, "S1"), made_up(12, "S9"), PRESET)


def test_both_recipes_start_alike_and_keep_only_the_convolutions(experiment: LiChanExperiment) -> None:
    fresh = experiment.network()
    detector = experiment.train_detector("detector", experiment.network())
    carried = experiment.network(trunk=detector.trunk.state_dict())
    for (name, a), (_, b), (_, c) in zip(
        fresh.named_parameters(), detector.named_parameters(), carried.named_parameters(), strict=True
    ):
        assert torch.equal(c, b if name.startswith("trunk") else a)
    changed = any(
        not torch.equal(a, b)
        for a, b in zip(fresh.trunk.parameters(), detector.trunk.parameters(), strict=True)
    )
    assert changed


def test_regression_alone_leaves_the_detectors_as_they_were(experiment: LiChanExperiment) -> None:
    fresh, alone = experiment.network(), experiment.train_regressor("alone", experiment.network())
    for a, b in zip(fresh.detectors.parameters(), alone.detectors.parameters(), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(fresh.output.bias, alone.output.bias)


def test_a_missing_joint_and_one_outside_the_crop_teach_the_detectors_nothing_false(
    experiment: LiChanExperiment,
) -> None:
    joints = experiment.train.joints_2d
    joints[0, 3] = np.nan
    joints[0, 4] = (-40, 20)
    x, labels, known = experiment.labelled(
        torch.tensor([0]), torch.Generator().manual_seed(0), experiment.windows
    )
    assert x.shape == (1, 3, 56, 56)
    assert labels[0, 3:5].sum() == 0
    assert known[0].tolist() == [j != 3 for j in range(17)]
    logits = torch.zeros(1, 17, 100).requires_grad_()
    detection_loss(logits, labels, known).backward()
    assert logits.grad is not None
    # Unknown: no opinion. Known to be outside: in no window.
    assert bool((logits.grad[0, 3] == 0).all())
    assert bool((logits.grad[0, 4] > 0).all())


def test_rows_hold_what_the_claims_ask_for(experiment: LiChanExperiment) -> None:
    experiment.baselines()
    experiment.kde(20, 20)
    experiment.pretrained()
    net = experiment.multi_task()
    experiment.controls()
    rows, errors = experiment.rows()
    rows = pd.concat([rows, probes.probe_rows(experiment, net, errors)], ignore_index=True)
    asked = {(t.system, t.metric) for c in CLAIMS if c.paper == "li_chan" for t in c.tests}
    assert asked <= set(zip(rows["system"], rows["metric"], strict=True))
    by = rows.set_index(["system", "metric"])["value"]
    for first, second, metric in (
        ("DconvMP", "DconvMP-HML", "recipe-seconds"),
        ("DconvMP-HML", "KDE", "mpjpe-std"),
        ("Parent-relative targets", "Root-relative targets", "target-deviation"),
    ):
        assert by[f"{first} - {second}", metric] == pytest.approx(
            by[first, metric] - by[second, metric], rel=1e-4
        )
    assert by["DconvMP-HML", "mpjpe-std"] == pytest.approx(errors["DconvMP-HML"]["mpjpe"].std())
    weights, _, likeness = weights_of.structure(experiment, net)
    left, right = H36M17.index("left_hip"), H36M17.index("right_hip")
    assert by["Left and right hip - nothing shared", "weight-correlation"] == pytest.approx(
        float(weights[:, left, right].mean())
    )
    found = rows[(rows["metric"] == "weight-correlation") & ~rows["system"].str.contains("z - ")]
    assert len(found) == 4
    assert found["low"].min() >= -1
    assert found["high"].max() <= 1
    shoulder = {s: [H36M17.index(f"{s}_{part}") for part in ("hip", "shoulder")] for s in ("left", "right")}
    assert by["Hip and shoulder, x and z", "weight-correlation"] == pytest.approx(
        np.mean([float(weights[d, a, b]) for a, b in shoulder.values() for d in (0, 2)])
    )
    assert by["Weights like poses", "structure-similarity"] == pytest.approx(likeness.score)
    seconds = probes.step_seconds(experiment)
    assert all(bool((s > 0).all()) for s in seconds.values())


def test_co_sparsity_rows_are_means_of_equation_10(experiment: LiChanExperiment) -> None:
    net = experiment.network()
    rows = pd.DataFrame(weights_of.weight_rows(experiment, net)).set_index(["system", "metric"])["value"]
    f = joint_weights(net.output.weight)
    s = co_sparsity(f).mean(0) / f.shape[2]
    ends = {i for i, name in enumerate(H36M17.joints) if name.endswith(("wrist", "ankle"))}
    pairs = [(i, j) for i in range(1, 17) for j in range(1, i)]
    extreme = [float(s[p]) for p in pairs if ends & set(p)]
    other = [float(s[p]) for p in pairs if not ends & set(p)]
    assert rows["Pairs with a wrist or ankle", "co-sparsity"] == pytest.approx(np.mean(extreme))
    assert rows["Other pairs", "co-sparsity"] == pytest.approx(np.mean(other))


def test_hidden_joints_and_worst_tenth_are_counted_as_they_say(experiment: LiChanExperiment) -> None:
    truth = experiment.truth
    moved = truth.clone()
    seen = torch.from_numpy(experiment.test.visible)
    moved[~seen] += torch.tensor([30.0, 0.0, 40.0])
    moved[:, 0] = 0
    experiment.predictions = {"moved": moved, "right": truth}
    table = probes.hidden_joints(experiment, ("moved", "right"))
    assert table.loc["moved"].tolist() == pytest.approx([0, 50], abs=1e-3)
    assert table.loc["right"].tolist() == pytest.approx([0, 0], abs=1e-3)
    limbs = probes.worst_tenth(experiment, ("moved", "right"))
    assert limbs.loc["right", "mean error of the worst tenth (mm)"] == pytest.approx(0, abs=1e-3)
    worst = limbs.loc["moved", "mean error of the worst tenth (mm)"]
    assert worst >= 50 * float((~seen).float().mean())


def test_every_stage_takes_the_same_number_of_steps_beyond_smoke() -> None:
    for name in ("quick", "long", "paper"):
        preset = LI_CHAN[name]
        assert preset.joint.steps == preset.detector.steps == preset.regressor.steps
        assert preset.test_step % preset.step == 0


def test_the_printed_table_improves_on_linkde_as_the_paper_says() -> None:
    table = published_table("li_chan", "Table 1").set_index(["system", "action", "metric"])["value"]
    assert len(table) == 2 * (3 + 6 + 6)
    actions = ("Walking", "Discussion", "Eating", "TakingPhoto", "WalkingDog", "Greeting")
    better = [100 * (1 - table["DconvMP-HML", a, "mpjpe"] / table["LinKDE", a, "mpjpe"]) for a in actions]
    assert better == pytest.approx([20.1, 18.7, 21.5, 8.4, 17.6, 21.6], abs=0.05)
    assert all(table["DconvMP-HML", a, "mpjpe-std"] < table["LinKDE", a, "mpjpe-std"] for a in actions)
