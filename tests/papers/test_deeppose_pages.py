"""The figures and tables of the DeepPose chapter, on small pictures of dots."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from deeppose_runs import experiment, stages

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.published import published_table
from pose_lib.book.style import description
from pose_lib.papers.deeppose import PAPER, pages, probes, schematics, tables
from pose_lib.papers.deeppose.published import PUBLISHED
from pose_lib.papers.deeppose.recipe import STAGES, DeepPoseExperiment
from pose_lib.papers.deeppose.sweeps import CROPS, crops_key

Trained = tuple[DeepPoseExperiment, Evidence]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    found = experiment(tmp_path_factory.mktemp("runs"))
    found.baselines()
    cascade = stages(found)
    found.cost_of_stages(cascade, repetitions=1)
    found.controls(cascade.nets[0])
    rows = [*probes.side_rows(found), *probes.spread_rows(found, STAGES)]
    return found, found.finish(rows, [probes.oracle_scores(found)])


def as_stored(evidence: Evidence) -> Evidence:
    return Evidence(
        evidence.rows.assign(dataset="photographs", preset="long"),
        evidence.sequences,
    )


def test_limbs_of_this_run_of_stored_runs_and_as_printed(trained: Trained) -> None:
    _, evidence = trained
    table = tables.limb_table(evidence, PAPER.systems, stored=as_stored(evidence))
    assert table.loc[("printed", "DeepPose-st3"), "mean"] == "61"
    titles = list(dict.fromkeys(table.index.get_level_values(0)))
    assert titles[::2] == ["this run", "printed"]
    assert (table.loc["this run"] == table.loc[titles[1]]).all(axis=None)
    loose = tables.limb_table(evidence, PAPER.systems, loose=True)
    assert set(loose.index.get_level_values(0)) == {"this run"}


def test_gains_are_paired_differences_of_neighbouring_stages(trained: Trained) -> None:
    _, evidence = trained
    table = tables.gain_table(evidence)
    assert list(table.columns) == ["stage 2 after 1", "stage 3 after 2"]
    difference = evidence.difference("Stage 2", "Stage 1", "pdj-0.50")["value"].item()
    assert table.loc["within 0.5 of the torso", "stage 2 after 1"].startswith(f"{difference:+.2f} [")


def test_all_systems_controls_included_are_in_one_table(trained: Trained) -> None:
    _, evidence = trained
    table = tables.systems_table(evidence)
    names = list(table.index.get_level_values(1))
    assert {"Stage 2, 1 crop", "Stage 1, trained longer", "Stage 1, moved and scaled"} <= set(names)
    assert len(set(names)) == len(names)
    assert (table != "–").all(axis=None)


def test_the_other_data_set_has_its_rows_or_the_reason_why_not(trained: Trained) -> None:
    _, evidence = trained
    alone = tables.elsewhere_table(evidence, "not run: no photographs")
    assert alone.attrs["note"] == "Our networks: not run: no photographs."
    assert alone.loc[("printed", "Yang et al."), "upper legs"] == "55"
    assert len(alone) == 4
    stage = evidence.rows["system"].isin(STAGES) & (evidence.rows["setting"] == "")
    there = Evidence(evidence.rows.assign(setting=np.where(stage, "on parse", evidence.rows["setting"])))
    both = tables.elsewhere_table(there, "")
    assert both.loc[("printed", "DeepPose-st3"), "lower arms"] == "75"
    assert both.loc[("printed", "DeepPose-st3"), "PDJ at 0.2"] == "–"
    assert both.loc[("this run", "Stage 2, on parse"), "PDJ at 0.2"] != "–"


def test_plain_values_and_sides(trained: Trained) -> None:
    _, evidence = trained
    values = tables.values_table(evidence.rows, STAGES, ("joint-spread", "parameters"))
    assert list(values.index) == list(STAGES)
    assert values.notna().all(axis=None)
    assert tables.values_table(evidence.rows, ["nobody"], ["joint-spread"]).isna().all(axis=None)
    sides = tables.sides_table(evidence.rows)
    assert list(sides.index) == [
        "Stage 3, back views",
        "Stage 3, front views",
        "Stage 3, back views - Stage 3, front views",
    ]


def test_the_sweep_takes_its_settings_from_the_keys(trained: Trained) -> None:
    found, evidence = trained
    keys = {float(count): crops_key(count) for count in (*CROPS, 99)}
    frame = pages.sweep_frame(evidence.rows, keys)
    assert frame["setting"].tolist() == [float(count) for count in CROPS]
    assert (frame["low"] <= frame["high"]).all()
    without = evidence.rows[evidence.rows["setting"] == ""]
    assert pages.sweep_figure(found, without) is None


def test_the_most_improved_samples_are_those_with_the_largest_gain(trained: Trained) -> None:
    found, _ = trained
    (sample,) = pages.most_improved(found, 1)
    first, last = (pages.pose_errors(found, stage) for stage in (STAGES[0], STAGES[-1]))
    gain = (first - last) / found.diameter(found.truth)
    assert gain[sample] == gain[gain.isfinite()].max()
    missing = (found.predictions["Stage 1"] - found.truth).isnan().any(-1)
    some = int(missing.any(1).nonzero()[0])
    distance = (found.predictions["Stage 1"] - found.truth)[some].square().sum(-1).sqrt()
    assert first[some] == pytest.approx(distance[~missing[some]].mean().item())


def test_figures_are_drawn_and_described(trained: Trained) -> None:
    found, evidence = trained
    shown = pages.most_improved(found, 2)
    sweep = pages.sweep_figure(found, evidence.rows, "this run")
    assert sweep is not None
    curves = pages.pdj_curves({s: found.predictions[s] for s in PAPER.systems}, found)
    assert [axes.get_title() for axes in curves.axes] == ["elbows", "wrists", "knees", "ankles"]
    figures = [
        curves,
        sweep,
        pages.second_look(found, shown[0], ("left_wrist", "right_ankle")),
        pages.simulated_places(found, shown[0]),
        pages.stage_moves(found, shown),
    ]
    for figure in figures:
        figure.canvas.draw()
        assert description(figure)
        plt.close(figure)


def test_curves_of_the_truth_itself_are_at_the_top(trained: Trained) -> None:
    found, _ = trained
    whole = torch.where(found.truth.isfinite(), found.truth, 0.0)
    figure = pages.pdj_curves({"Truth": whole}, found, ("wrist",))
    assert np.asarray(figure.axes[0].lines[0].get_ydata()).tolist() == [100.0] * 26
    plt.close(figure)


@pytest.mark.parametrize("name", ["Table 1", "Table 2"])
def test_the_printed_mean_is_that_of_the_four_limbs(name: str) -> None:
    table = published_table(PUBLISHED, name).pivot(index="system", columns="metric", values="value")
    ours = table[table.index.str.startswith("DeepPose")]
    limbs = ours.drop(columns="pcp").mean(axis=1)
    assert (limbs - ours["pcp"]).abs().max() <= 0.5


def test_printed_differences_of_ideas_are_those_of_table_1() -> None:
    printed = published_table(PUBLISHED, "Table 1").set_index(["system", "metric"])["value"]
    names = {"Stage 1": "DeepPose-st1", "Stage 2": "DeepPose-st2", "Stage 3": "DeepPose-st3"}
    found = [idea for idea in PAPER.ideas if idea.printed is not None]
    assert len(found) == 2
    for idea in found:
        first, second = (printed[names[str(key)], idea.metric] for key in (idea.system, idea.against))
        assert idea.printed == first - second


def test_rows_survive_a_table_without_any(trained: Trained) -> None:
    found, _ = trained
    empty = pd.DataFrame(columns=trained[1].rows.columns)
    assert pages.sweep_figure(found, empty) is None


def test_the_idea_is_shown_without_a_network(trained: Trained) -> None:
    found, _ = trained
    figure = schematics.idea_figure(found, 0, found.skeleton.joints[0])
    *_, enlarged = figure.axes
    truth = torch.from_numpy(np.array(found.train.joints_2d[:1])).float()
    side = found.sigma * float(found.diameter(truth)[0])
    assert np.ptp(enlarged.get_xlim()) == pytest.approx(side, rel=1e-4)
    assert "enlarged" in description(figure)
