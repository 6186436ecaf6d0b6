"""The DeepPose chapter's runs on small pictures of dots: stages, controls, probes, tables and figures."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib.bench import deeppose_probes as probes
from pose_lib.bench.claims import CLAIMS
from pose_lib.bench.deeppose import STAGES, SYSTEMS, DeepPoseExperiment
from pose_lib.bench.presets.deeppose import DEEPPOSE
from pose_lib.bench.published import published_table
from pose_lib.bench.runs import Run
from pose_lib.book import deeppose as pictures
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.geometry.skeletons import LSP14
from pose_lib.models.cascade import Cascade
from pose_lib.training import Schedule

SIZE = 48
PRESET = replace(
    DEEPPOSE["smoke"],
    size=SIZE,
    window=SIZE,
    stages=(Schedule(3, 1e-4, 32),) * 3,
    observed=16,
    photographs=(3.0, 2.0, 1.0),
)


def dots(n: int, seed: int) -> PoseData:
    """People made of fourteen dots, each of its own grey; one joint in ten is missing."""
    draw = np.random.default_rng(seed)
    middle = np.linspace(0.2, 0.8, 14)[:, None] * [0.0, 1.0] + [0.5, 0.0]
    joints = (SIZE * (middle + 0.12 * draw.standard_normal((n, 14, 2)))).clip(2, SIZE - 3).astype(np.float32)
    images = draw.integers(0, 40, (n, SIZE, SIZE, 3), dtype=np.uint8)
    for i in range(14):
        x, y = joints[:, i].astype(int).T
        images[np.arange(n), y, x] = 100 + 10 * i
    joints[draw.random((n, 14)) < 0.1] = np.nan
    table = pd.DataFrame(
        {
            "subject": [f"p{i}" for i in range(n)],
            "action": "all",
            "sequence": 1,
            "camera": "",
            "frame": range(n),
            "split": "train",
        }
    )
    return PoseData(
        images=images,
        joints_2d=joints,
        joints_3d=None,
        visible=np.isfinite(joints).all(-1),
        boxes=np.tile(np.array([0, 0, SIZE, SIZE], np.float32), (n, 1)),
        table=table,
        skeleton=LSP14,
        card=DataCard("dots", "a test", "MIT"),
    )


def start(root: Path) -> DeepPoseExperiment:
    parameters = {"dataset": "dots", "action": "all", "preset": "smoke", "seed": 0, "device": "cpu"}
    run = Run("deeppose", parameters, "dots", asdict(PRESET), root=root)
    return DeepPoseExperiment(run, dots(80, 0), dots(24, 1), PRESET)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[DeepPoseExperiment, Cascade, Path]:
    root = tmp_path_factory.mktemp("runs")
    experiment = start(root)
    experiment.baselines()
    cascade = experiment.cascade()
    experiment.costs_of(cascade, repetitions=1)
    probes.controls(experiment, cascade)
    probes.fit_by_oracle(experiment)
    return experiment, cascade, root


Trained = tuple[DeepPoseExperiment, Cascade, Path]


def test_photographs_get_more_steps_and_a_second_look_at_the_run_trains_nothing(trained: Trained) -> None:
    experiment, _, root = trained
    assert [s.steps for s in experiment.schedules] == [9, 6, 3]
    assert PRESET.stages_on("synthetic") == PRESET.stages
    again = start(root)
    stages = sorted((again.run.folder / "stages").iterdir())
    before = [(f.name, f.stat().st_mtime_ns) for f in stages]
    again.cascade()
    assert [(f.name, f.stat().st_mtime_ns) for f in stages] == before
    for system in STAGES:
        assert torch.equal(again.predictions[system], experiment.predictions[system])


def test_every_system_that_the_claims_compare_has_rows(trained: Trained) -> None:
    experiment, _, _ = trained
    rows, rates = experiment.rows()
    systems = set(rows["system"])
    assert set(SYSTEMS) <= systems
    asked = {
        t.system for c in CLAIMS if c.paper == "deeppose" and c.key not in ("DP-9", "DP-10") for t in c.tests
    }
    assert asked <= systems
    assert rows.loc[rows["metric"] == "pcp", "value"].between(-100, 100).all()
    costs = rows[rows["system"] == "Stage 3"].set_index("metric")["value"]
    first = rows[rows["system"] == "Stage 1"].set_index("metric")["value"]
    assert costs["multiply-adds"] == pytest.approx(29 * first["multiply-adds"])
    assert costs["parameters"] == 3 * first["parameters"]
    finished = experiment.finish(rows, rates)
    assert len(finished) >= len(rows)


def test_the_first_step_of_a_later_stage_answers_with_the_mean_error(trained: Trained) -> None:
    experiment, cascade, _ = trained
    errors = experiment.errors["stage-2"]
    fresh = experiment.next_stage(
        cascade.nets[:1],  # type: ignore[arg-type]
        "stage-untrained",
        Schedule(0, 1e-4, 32),
    )
    with torch.no_grad():
        out = fresh(torch.randn(4, 3, PRESET.side, PRESET.side))
    assert torch.allclose(out, (-errors.mean / experiment.sigma).expand_as(out), atol=0.05)


def test_the_oracle_undoes_any_move_and_size_and_leaves_the_shape() -> None:
    truth = torch.randn(6, 14, 2, generator=torch.Generator().manual_seed(0))
    moved = truth * torch.linspace(0.3, 4, 6)[:, None, None] + torch.randn(6, 1, 2)
    truth[0, :3] = torch.nan
    fitted = probes.moved_and_scaled(moved, truth)
    known = truth.isfinite()
    assert torch.allclose(fitted[known], truth[known], atol=1e-4)
    opposite = probes.moved_and_scaled(-truth[1:], truth[1:])
    assert torch.allclose(opposite.mean(1), truth[1:].mean(1), atol=1e-5)
    better = probes.moved_and_scaled(moved + 0.5, truth)
    assert torch.allclose(better, fitted, atol=1e-4)


def test_exchanged_sides_are_counted_for_back_and_front_views() -> None:
    experiment = DeepPoseExperiment.__new__(DeepPoseExperiment)
    data = dots(12, 3)
    joints = np.nan_to_num(data.joints_2d, nan=20.0)
    for side, x in (("left", 30.0), ("right", 10.0)):
        for joint in ("shoulder", "elbow", "wrist"):
            joints[:6, LSP14.index(f"{side}_{joint}"), 0] = x
            joints[6:, LSP14.index(f"{side}_{joint}"), 0] = 40 - x
    data = replace(data, joints_2d=joints)
    truth = torch.from_numpy(joints)
    predicted = truth.clone()
    predicted[6:9] = truth[6:9][:, list(LSP14.mirror)]
    experiment.test, experiment.truth, experiment.skeleton = data, truth, LSP14
    experiment.predictions = {"Stage 3": predicted}
    table = probes.side_rows(experiment).set_index("system")["value"]
    assert table["Stage 3, back views"] == pytest.approx(50)
    assert table["Stage 3, front views"] == 0
    assert table["Stage 3, back views - Stage 3, front views"] == pytest.approx(50)


def test_a_network_that_answers_every_image_alike_has_no_spread(trained: Trained) -> None:
    experiment, _, _ = trained
    table = probes.spread_table(experiment, ("Mean pose", "Nearest pose"))["spread"]
    assert table["Mean pose"] == pytest.approx(0, abs=1e-6)
    assert 0.5 < table["Nearest pose"] < 1.5


def test_another_data_set_needs_its_folder(trained: Trained, tmp_path: Path) -> None:
    experiment, cascade, _ = trained
    for root in (None, tmp_path):
        rows, _, why = probes.elsewhere(experiment, cascade, root)
        assert rows.empty
        assert why.startswith("not run: ")


def test_the_cascade_is_measured_on_another_data_set_by_its_own_split(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment, cascade, _ = trained
    other = dots(30, 5)
    split = ["train"] * 10 + ["test"] * 20
    asked: dict[str, object] = {}

    def load(name: str, action: str, **arguments: object) -> PoseData:
        asked.update(arguments, name=name)
        return replace(other, table=other.table.assign(split=split))

    monkeypatch.setattr(probes.catalog, "load", load)
    rows, rates, why = probes.elsewhere(experiment, cascade, tmp_path)
    assert why == ""
    assert (asked["name"], asked["size"], asked["crop"]) == ("parse", SIZE, PRESET.crop)
    assert set(rates) == {f"{s} on parse" for s in ("Mean pose", *STAGES)}
    assert rows["samples"].max() == 20
    assert "Stage 3 on parse - Mean pose on parse" in set(rows["system"])


def test_tables_and_figures_of_the_page(trained: Trained) -> None:
    experiment, _, _ = trained
    rows, rates = experiment.rows()
    rows["dataset"] = "dots"
    table = pictures.limb_table(rows, SYSTEMS, stored=pd.DataFrame())
    assert table.loc[("printed", "DeepPose-st3"), "mean"] == "61"
    assert ("this run", "Stage 3") in table.index
    assert (
        not pictures.limb_table(rows, SYSTEMS, loose=True).index.get_level_values(0).isin(["printed"]).any()
    )
    assert list(pictures.gain_table(rates, experiment).columns) == ["stage 2 after 1", "stage 3 after 2"]
    assert ("this run", "Stage 2, 1 crop") in pictures.systems_table(rows).index
    kept = rows.assign(dataset="photographs", preset="long", seed=0)
    everywhere = pictures.systems_table(rows, kept)
    assert (everywhere.loc["this run"] == everywhere.loc["photographs, long, 1 seed"]).all(axis=None)
    assert pictures.elsewhere_table(pd.DataFrame(), "not run").iloc[0, 0] == "not run"
    there = rows[rows["system"].isin(STAGES)]
    both = pictures.elsewhere_table(there, "")
    assert both.loc[("printed", "DeepPose-st3"), "lower arms"] == "75"
    assert both.loc[("printed", "DeepPose-st3"), "PDJ at 0.2"] == "–"
    assert both.loc[("this run", "Stage 2"), "PDJ at 0.2"] != "–"
    sweep = probes.sweep_table(rows)
    assert len(sweep) == len(probes.sigmas(experiment)) + len(probes.CROPS)
    shown = pictures.worth_showing(experiment, 2)
    figures = [
        pictures.pdj_curves({s: experiment.predictions[s] for s in SYSTEMS}, experiment),
        pictures.second_look(experiment, shown[0], ("left_wrist", "right_ankle")),
        pictures.simulated_places(experiment, shown[0]),
        pictures.stage_moves(experiment, shown),
        pictures.sweep_figure(sweep, 10.0),
    ]
    for figure in figures:
        figure.canvas.draw()
        plt.close(figure)


@pytest.mark.parametrize("name", ["Table 1", "Table 2"])
def test_the_printed_mean_is_that_of_the_four_limbs(name: str) -> None:
    table = published_table("deeppose", name).pivot(index="system", columns="metric", values="value")
    ours = table[table.index.str.startswith("DeepPose")]
    limbs = ours.drop(columns="pcp").mean(axis=1)
    assert (limbs - ours["pcp"]).abs().max() <= 0.5
