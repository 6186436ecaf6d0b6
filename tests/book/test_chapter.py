"""The calls that every chapter makes: what they show, and of which samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from IPython.display import HTML
from pandas.io.formats.style import Styler
from samples import make

from pose_lib.bench.evidence import Evidence, joined
from pose_lib.bench.experiment_3d import Experiment3D
from pose_lib.bench.paper import Idea, Paper
from pose_lib.bench.presets import DEFAULT_PRESETS
from pose_lib.bench.rows import Key, constant_row, frame
from pose_lib.bench.run import Run
from pose_lib.bench.setup import Setup
from pose_lib.book import chapter
from pose_lib.book.palette import OURS
from pose_lib.book.style import description
from pose_lib.metrics import accuracy_over_threshold, mpjpe, per_joint_error
from pose_lib.training_state import History

ROOM = """
from pose_lib.bench.claim import Claim, Comparison

CLAIMS = (
    Claim("fewer", "Ours is better than the CNN.", "10 and 12", (Comparison("Ours", "CNN", "mpjpe"),)),
    Claim("more", "The plain one is better.", "none", (Comparison("Plain", "CNN", "mpjpe"),)),
)
"""


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    (tmp_path / "room_of_a_test.py").write_text(ROOM, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    ideas = (
        Idea(name="the code", system="Ours", against="CNN", printed=-2.0),
        Idea(name="the ratio", system=("Ours", "deep"), against="CNN", metric="limb-ratio-full"),
        Idea(name="never run", system="Ours", against="Plain"),
    )
    return Paper(name="made", module="room_of_a_test", title="A test", ideas=ideas)


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment3D:
    """Fifty test samples of five sequences, and two systems whose errors grow with the sample's number."""
    data = make(60, size=16)
    table = data.table.assign(split=["train"] * 10 + ["test"] * 50, sequence=np.arange(60) // 10)
    data = replace(data, table=table.assign(camera="54138969"))
    run = Run("made", {"device": "cpu", "seed": 0, "preset": "smoke"}, "card", root=tmp_path / "runs")
    made = Experiment3D(run, data.split("train"), data.split("test"), DEFAULT_PRESETS["smoke"])
    step = torch.arange(50.0).view(-1, 1, 1)
    made.predictions["CNN"] = made.truth + 2 * step
    made.predictions["Ours", "deep"] = made.truth + step
    return made


def stored(values: dict[Key, tuple[str, float]], against: str, seed: int = 0) -> Evidence:
    """A stored run with paired differences to one system."""
    about: dict[str, object] = {
        "paper": "made",
        "dataset": "synthetic",
        "action": "Walking",
        "preset": "long",
    }
    about |= {"budget": 1.0, "precision": "float32", "seed": seed, "controls": False, "date": "2026-01-02"}
    about |= {"commit": "abc", "processor": "x", "threads": 2, "torch": "2.9", "fingerprint": f"run {seed}"}
    rows = [
        constant_row(key, metric, "p", value, 9, (value - 1, value + 1), against)
        for key, (metric, value) in values.items()
    ]
    return Evidence(frame(rows).assign(**about))


KEPT = joined(
    stored({"Ours": ("mpjpe", v), ("Ours", "deep"): ("limb-ratio-full", 0.2)}, "CNN", seed)
    for seed, v in enumerate((-4.0, -4.4, -3.6))
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """HTML of what is displayed."""
    found: list[str] = []

    def show(table: Styler | HTML) -> None:
        found.append(str(table.data) if isinstance(table, HTML) else table.to_html())

    monkeypatch.setattr(chapter, "display", show)
    return found


def test_the_setup_is_shown_with_parameters_and_counts(experiment: Experiment3D, paper: Paper) -> None:
    made = Setup(paper, experiment.run, experiment.train, experiment.test, experiment.preset)
    html = chapter.setup(made).to_html()
    for words in ("training samples", ">10<", ">50<", experiment.run.fingerprint):
        assert words in html
    assert plt.rcParams["axes.facecolor"] == "none"


def test_samples_are_evenly_spaced_over_the_data(experiment: Experiment3D) -> None:
    sheet = chapter.samples(experiment.test, 5)
    images = [axes.images[0].get_array() for axes in sheet.axes]
    np.testing.assert_array_equal(images, experiment.test.images[[0, 12, 24, 36, 49]])
    assert description(sheet) == "5 crops with labelled joints"
    assert len(chapter.samples(experiment.train).axes) == 10 + 2  # two of the twelve places stay empty
    joints = torch.full((50, 17, 2), 4.5)
    drawn = chapter.samples(experiment.test, 2, joints=joints, alt="Two.")
    assert all((np.asarray(line.get_xdata()) == 4.0).all() for axes in drawn.axes for line in axes.lines)
    assert description(drawn) == "Two."


def test_learning_shows_the_histories_of_the_experiment(experiment: Experiment3D) -> None:
    experiment.histories["cnn"] = History([1, 2], [3.0, 2.0])
    assert chapter.learning(experiment, {"cnn": "the CNN"}).axes[0].get_title() == "the CNN"


def test_departures_are_listed_or_said_to_be_none() -> None:
    preset = replace(DEFAULT_PRESETS["quick"], departures=("Half the size.", "Fewer steps."))
    html = chapter.departures(preset).to_html()
    assert "Half the size." in html
    assert "Fewer steps." in html
    assert "Preset quick" in html
    assert "none beyond" in chapter.departures(replace(preset, departures=())).to_html()


def test_samples_are_picked_by_the_rank_of_their_error() -> None:
    errors = np.random.default_rng(0).permutation(101).astype(float)
    picked = chapter.pick(errors)
    assert [errors[i] for i in picked] == [2, 50, 98]
    assert picked.worst == picked[2]
    gaps = np.concatenate([[np.nan] * 7, errors])
    assert [gaps[i] for i in chapter.at_quantiles(torch.tensor(gaps), (0.0, 0.25, 1.0))] == [0, 25, 100]
    with pytest.raises(ValueError, match="no sample has an error"):
        chapter.pick([np.nan, np.nan])


def test_poses_in_3d_stand_beside_the_truth(experiment: Experiment3D) -> None:
    figure = chapter.poses_3d(experiment, ["CNN", ("Ours", "deep")], 7)
    names = [scene.annotations[0].text for scene in (figure.layout.scene, figure.layout.scene2)]
    assert names == ["truth", "CNN"]
    assert figure.layout.scene3.annotations[0].text == "Ours, deep"
    assert "A sample of median error" in description(figure)
    assert {trace.name for trace in figure.data if trace.scene == "scene2"} >= {"truth"}


def test_an_animation_shows_the_sequence_of_the_sample(experiment: Experiment3D) -> None:
    figure = chapter.one_sequence(experiment, ["CNN"], 23)
    assert len(figure.frames) == 10
    assert len(chapter.one_sequence(experiment, ["CNN"], 23, frames=4).frames) == 4
    root = experiment.test.skeleton.root
    x = experiment.truth[20:30, :, 0] - experiment.truth[20:30, root : root + 1, 0]
    for moment, expected in zip(figure.frames, x, strict=True):
        # The first three traces are the limbs of the first panel, the truth, in three colours.
        drawn = np.concatenate([np.asarray(moment.data[i].x, dtype=float) for i in range(3)])
        found = set(np.round(drawn[np.isfinite(drawn)], 4))
        assert found == set(np.round(expected.numpy().astype(float), 4))


def test_accuracy_and_errors_by_joint_are_those_of_all_test_samples(experiment: Experiment3D) -> None:
    axes = chapter.accuracy(experiment.scores(), ["CNN"], {"CNN": {"color": OURS}}, limit=100.0).axes[0]
    thresholds, share = axes.lines[0].get_data()
    errors = mpjpe(experiment.predictions["CNN"], experiment.truth)
    np.testing.assert_allclose(share, 100 * accuracy_over_threshold(errors, thresholds))
    axes = chapter.joint_errors(experiment, ["CNN"]).axes[0]
    expected = per_joint_error(experiment.predictions["CNN"], experiment.truth).mean(0)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), expected, rtol=1e-5)


def test_verdicts_show_each_claim_and_its_comparisons(paper: Paper, shown: list[str]) -> None:
    chapter.verdicts(paper, KEPT)
    claims, reasons, details = shown
    assert "Ours is better than the CNN." in claims
    assert "reproduced" in claims
    assert "no stored run has measured it" in reasons
    for folded in (reasons, details):
        assert folded.startswith('<details class="evidence"><summary>')
    assert "Ours - CNN" in details
    assert "-4 [" in details


def test_stored_runs_are_listed() -> None:
    html = str(chapter.stored_runs(KEPT).data)
    assert html.count("2026-01-02") == 3
    assert "<summary>3 stored runs" in html


def test_ideas_are_pooled_gains_in_a_forest_and_a_table(paper: Paper, shown: list[str]) -> None:
    chapter.ideas(paper, KEPT)
    (table,) = shown
    assert "above zero is better with it" in table
    assert ">+4 [" in table
    assert ">+2<" in table
    assert ">-0.2 [" in table
    assert "never run: Ours against Plain" in table
    assert "not measured" in table
    mm, ratio = plt.gcf().axes
    assert mm.get_xlabel() == "mm of MPJPE; to the right: better with the idea"
    assert ratio.get_xlabel() == "sum of log limb ratios; to the right: better with the idea"
    assert [label.get_text() for label in mm.get_yticklabels()] == ["Walking", "no stored run"]


def test_without_a_stored_run_ideas_and_verdicts_say_so(paper: Paper, shown: list[str]) -> None:
    chapter.ideas(paper, Evidence(pd.DataFrame()))
    told = description(plt.gcf())
    assert "No stored run measures any of the ideas" in told
    assert "pose-lib run made --preset long -p controls true --keep" in told
    chapter.verdicts(paper, Evidence(pd.DataFrame()))
    assert "no stored run decides any claim" in shown[-1]
