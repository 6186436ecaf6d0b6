"""The page of all ideas: what is gathered from stored rows, what is at a glance, and the empty case."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.merge import merge
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.rows import Key, constant_row
from pose_lib.bench.run import Run
from pose_lib.bench.stored import run_evidence
from pose_lib.book.style import description
from pose_lib.papers import all_papers, find
from pose_lib.papers.compare import ideas, shown_by

GIVEN = {
    "action": "Walking", "dataset": "synthetic", "preset": "long", "budget": 1.0, "precision": "float32",
    "seed": 0, "device": "cpu", "controls": False,
}  # fmt: skip
ROOMS = (find("tekin_ae"), find("hmlpe"))


def keep_run(root: Path, paper: str, gaps: dict[tuple[Key, Key, str], float], **changed: object) -> None:
    """Store a run with these paired differences, idea minus control, and the control's own value of 100."""
    run = Run(paper, GIVEN | changed, "card", root=root / "runs")  # type: ignore[arg-type]
    rows = [constant_row(b, metric, "p", 100.0, 8) for _, b, metric in gaps]
    rows += [constant_row(a, m, "p", v, 8, (v - 0.1, v + 0.1), b) for (a, b, m), v in gaps.items()]
    run.finish(list({(r.system, r.against, r.metric): r for r in rows}.values()))
    merge([run_evidence(run.folder)], (), root, other=True)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stored runs of two papers: three seeds that help, one short run, and one at half the budget."""
    monkeypatch.setenv("POSE_RUNS", str(tmp_path / "runs"))
    code = ("Ours, fine-tuned", "CNN", "mpjpe")
    ratios = ("Ours, fine-tuned", "CNN", "limb-ratio-full")
    for seed in range(3):
        keep_run(tmp_path, "tekin_ae", {code: -3.0 - seed / 100, ratios: 0.5 + seed / 100}, seed=seed)
        keep_run(tmp_path, "hmlpe", {("HMLPE", "Regression alone", "pcp"): 9.0 + seed / 100}, seed=seed)
    keep_run(tmp_path, "tekin_ae", {code: 2.0}, budget=0.5)
    keep_run(tmp_path, "tekin_ae", {code: 8.0}, preset="quick", action="Eating")
    return tmp_path


def test_all_papers_with_ideas_are_gathered_the_2d_ones_first(tmp_path: Path) -> None:
    gains = ideas.all_gains(root=tmp_path)
    names = list(dict.fromkeys(gains["paper"]))
    assert names[:2] == ["deeppose", "hmlpe"]
    assert set(names) == {paper.name for paper in all_papers() if paper.ideas}
    assert len(gains) == sum(len(paper.ideas) for paper in all_papers()), "one row each, as none was run"
    assert not gains["seeds"].any()


def test_gains_of_stored_runs_are_pooled_over_seeds_with_better_above_zero(root: Path) -> None:
    gains = ideas.all_gains(ROOMS, root)
    assert list(dict.fromkeys(gains["paper"])) == ["hmlpe", "tekin_ae"]
    pooled = gains[gains["seeds"] == 3].set_index("idea")
    assert pooled["value"].to_dict() == pytest.approx(
        {
            "detection beside regression": 9.01,
            "auto-encoder and fine-tuning": 3.01,
            "auto-encoder: limb ratios": -0.51,
        }
    )
    assert pooled["unit"].tolist() == ["points of PCP", "mm of MPJPE", "sum of log limb ratios"]
    assert pooled.loc["auto-encoder: limb ratios", "printed"] == pytest.approx(14.97 - 11.90)
    assert (pooled["control"] == 100.0).all()
    assert gains.loc[gains["seeds"] > 0, "stale"].unique().tolist() == ["other code"]


def test_the_score_counts_what_intervals_say_and_what_print_says(root: Path) -> None:
    score = ideas.score(ideas.all_gains(ROOMS, root))
    assert score.index.tolist() == ["Li et al. 2014", "Tekin et al. 2016"]
    tekin = score.loc["Tekin et al. 2016"]
    assert tekin[["better with it", "worse with it", "undecided", "open", "not measured"]].tolist() == [
        1, 1, 0, 0, 2
    ]  # fmt: skip
    assert tekin["against print"] == 1, "limb ratios are printed as better"
    assert tekin["stale"] == 2
    assert score.loc["Li et al. 2014", "not measured"] == len(find("hmlpe").ideas) - 1


def test_the_headline_has_decisive_runs_and_metrics_of_poses_alone(root: Path) -> None:
    gains = ideas.all_gains(ROOMS, root)
    found = ideas.headline_gains(gains)
    assert list(zip(found["idea"], found["action"], found["budget"], strict=True)) == [
        ("detection beside regression", "Walking", 1.0),
        ("auto-encoder and fine-tuning", "Walking", 1.0),
    ]
    points, mm = ideas.headline_forest(gains).axes
    assert points.get_xlabel().startswith("points of PCP")
    assert mm.get_xlabel().startswith("mm of MPJPE")
    told = "+3 mm of MPJPE"
    assert told in description(plt.gcf())
    assert description(ideas.headline_forest(gains, alt="All ideas.")) == "All ideas."


def test_with_nothing_stored_the_figures_say_which_commands_make_runs(tmp_path: Path) -> None:
    gains = ideas.all_gains(ROOMS, tmp_path)
    told = description(ideas.headline_forest(gains))
    assert "No stored run measures any idea yet." in told
    for name in ("hmlpe", "tekin_ae"):
        assert f"pose-lib run {name} --preset long -p controls true --keep" in told
    shown, few = ideas.by_budget(gains)
    assert not len(shown)
    assert few["budgets"].tolist() == [0] * len(gains)
    assert "-p budget 0.25" in description(ideas.budget_figure(shown))
    assert ideas.score(gains)["not measured"].tolist() == [
        len(room.ideas) for room in sorted(ROOMS, key=lambda r: r.kind)
    ]


def test_ideas_without_a_decisive_run_are_listed_with_their_command(root: Path) -> None:
    missing = ideas.unmeasured(ideas.all_gains(ROOMS[:1], root))
    assert missing.to_numpy().tolist() == [
        [
            "Tekin et al. 2016",
            "fine-tuning; fine-tuning: limb ratios",
            "pose-lib run tekin_ae --preset long -p controls true --keep",
        ]
    ]
    assert ideas.unmeasured(ideas.all_gains(ROOMS[:1], root).query("seeds > 0")).empty


def test_ideas_of_two_budgets_at_one_place_have_curves(root: Path) -> None:
    gains = ideas.all_gains(ROOMS, root)
    shown, few = ideas.by_budget(gains)
    assert set(shown["idea"]) == {"auto-encoder and fine-tuning"}
    assert set(shown["action"]) == {"Walking"}, "Eating was run once"
    half, whole = shown.sort_values("budget")["images"]
    assert half == pytest.approx(whole / 2)
    counts = few.set_index("idea")["budgets"]
    assert (counts["auto-encoder: limb ratios"], counts["fine-tuning"]) == (1, 0)
    assert description(ideas.budget_figure(shown)).startswith("Gain over training images")


def test_images_that_are_not_known_are_not_drawn(root: Path) -> None:
    gains = ideas.all_gains(ROOMS[:1], root).assign(images=math.nan)
    shown, few = ideas.by_budget(gains)
    assert not len(shown)
    assert len(few) == len(ROOMS[0].ideas)


def test_a_method_without_ideas_adds_nothing(root: Path) -> None:
    plain = replace(find("direct"), ideas=())
    pd.testing.assert_frame_equal(ideas.all_gains((*ROOMS, plain), root), ideas.all_gains(ROOMS, root))


def test_the_page_has_one_parameter_and_shows_every_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ideas, "stored", lambda name, root: Evidence(pd.DataFrame()))
    assert not ideas.begin({"preset": ""})["seeds"].any()
    with pytest.raises(ParameterError, match="huge"):
        ideas.begin({"preset": "huge"})
    with pytest.raises(ParameterError, match="action"):
        ideas.begin({"preset": "", "In": ["# Parameters\naction = 'Walking'"]})
    assert shown_by("ideas") == all_papers()


@pytest.fixture(autouse=True)
def _close() -> None:
    plt.close("all")
