"""What the Li & Chan chapter measures beside MPJPE, and the tables that are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from li_chan_runs import experiment

from pose_lib.bench.evaluate import Scores
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.pooling import effect_of
from pose_lib.bench.rows import Key, frame, pick
from pose_lib.book.result_tables import differences_table
from pose_lib.geometry.skeletons import H36M17
from pose_lib.metrics import limb_lengths
from pose_lib.models.li_chan import LiChanNet
from pose_lib.models.weight_structure import co_sparsity, joint_weights
from pose_lib.papers.li_chan import PAPER, probes, tables
from pose_lib.papers.li_chan.claims import CLAIMS
from pose_lib.papers.li_chan.recipe import LiChanExperiment
from pose_lib.papers.li_chan.robustness import robustness_scores, worst_limb_rows
from pose_lib.papers.li_chan.weights import NOTHING_SHARED, RANDOM_ORDER, STRUCTURE, structure, weight_rows


@dataclass
class Ran:
    """A complete run with its controls."""

    experiment: LiChanExperiment
    net: LiChanNet
    scores: Scores
    evidence: Evidence

    def value(self, key: Key, metric: str, against: Key | None = None) -> float:
        """The value of the one row with these names."""
        (found,) = pick(self.evidence.rows, key, metric, against)["value"]
        return float(found)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    made = experiment(tmp_path_factory.mktemp("runs"))
    made.baselines()
    made.kde(20, 20)
    made.pretrained()
    net = made.multi_task()
    made.controls()
    scores = made.scores()
    rows, more = probes.probe_rows(made, net, scores), robustness_scores(made)
    return Ran(made, net, scores, made.finish(rows=rows, scores=[more]))


def test_a_run_has_every_difference_that_claims_and_ideas_ask_for(ran: Ran) -> None:
    for test in (test for claim in CLAIMS for test in claim.comparisons):
        if not (test.of or test.actions):
            assert effect_of(test, ran.evidence) is not None, test.title
    asked = [(idea.system, idea.against, idea.metric) for idea in PAPER.ideas]
    for names in asked:
        assert len(ran.evidence.difference(*names)) == 1, names


@pytest.mark.parametrize(
    ("first", "second", "metric"),
    [
        ("DconvMP", "DconvMP-HML", "recipe-seconds"),
        ("DconvMP-HML", "KDE", "mpjpe-std"),
        ("DconvMP", "KDE", "mpjpe-std"),
        ("Parent-relative targets", "Root-relative targets", "target-deviation"),
        ("Hip and shoulder, x and z", "Hip and shoulder, y", "weight-correlation"),
        ("Pairs with a wrist or ankle", "Other pairs", "co-sparsity"),
    ],
)
def test_a_difference_is_that_of_the_two_plain_rows(ran: Ran, first: str, second: str, metric: str) -> None:
    gap = ran.value(first, metric, against=second)
    assert gap == pytest.approx(ran.value(first, metric) - ran.value(second, metric), rel=1e-4)


def test_deviations_are_those_of_the_samples_in_every_system(ran: Ran) -> None:
    errors = ran.scores.metric("mpjpe")
    assert len(errors) == 12
    for key, values in errors.items():
        assert ran.value(key, "mpjpe-std") == pytest.approx(values.std())
    row = pick(ran.evidence.rows, "DconvMP", "mpjpe-std", against="KDE").iloc[0]
    assert row["low"] < row["value"] < row["high"]


def test_rows_of_the_weights_are_entries_of_the_two_figures(ran: Ran) -> None:
    weights, _, similarity = structure(ran.experiment, ran.net)
    for part in ("hip", "shoulder"):
        left, right = (H36M17.index(f"{side}_{part}") for side in ("left", "right"))
        found = ran.value(f"Left and right {part}", "weight-correlation", against=NOTHING_SHARED)
        assert found == pytest.approx(float(weights[:, left, right].mean()))
    pairs = [[H36M17.index(f"{s}_{part}") for part in ("hip", "shoulder")] for s in ("left", "right")]
    assert ran.value("Hip and shoulder, x and z", "weight-correlation") == pytest.approx(
        np.mean([float(weights[d, a, b]) for a, b in pairs for d in (0, 2)])
    )
    assert ran.value("Weights like poses", "structure-similarity") == pytest.approx(similarity.score)
    above = ran.value("Weights like poses", "structure-similarity", against=RANDOM_ORDER)
    assert above == pytest.approx(similarity.score - float(similarity.chance.mean()))


def test_intervals_of_correlations_lie_within_one(ran: Ran) -> None:
    rows = ran.evidence.rows
    plain = rows["against"].isin(["", NOTHING_SHARED]) & (rows["metric"] == "weight-correlation")
    assert plain.sum() == 4
    assert rows.loc[plain, "low"].min() >= -1
    assert rows.loc[plain, "high"].max() <= 1
    assert (rows.loc[plain, "low"] < rows.loc[plain, "high"]).all()


def test_co_sparsity_rows_are_means_of_equation_10(ran: Ran) -> None:
    rows = frame(weight_rows(ran.experiment, ran.net))
    f = joint_weights(ran.net.output.weight)
    s = co_sparsity(f).mean(0) / f.shape[2]
    ends = {i for i, name in enumerate(H36M17.joints) if name.endswith(("wrist", "ankle"))}
    pairs = [(i, j) for i in range(1, 17) for j in range(1, i)]
    extreme = [float(s[p]) for p in pairs if ends & set(p)]
    other = [float(s[p]) for p in pairs if not ends & set(p)]
    for key, values in (("Pairs with a wrist or ankle", extreme), ("Other pairs", other)):
        assert pick(rows, key, "co-sparsity")["value"].tolist() == pytest.approx([np.mean(values)])


def test_steps_of_three_kinds_are_timed_once_and_read_back(ran: Ran) -> None:
    seconds = probes.step_seconds(ran.experiment)
    assert list(seconds) == ["joint", "detector", "regressor"]
    assert all(s.shape == (7,) and bool((s > 0).all()) for s in seconds.values())
    again = probes.step_seconds(ran.experiment)
    assert all(torch.equal(again[kind], seconds[kind]) for kind in seconds)
    table = tables.step_table(seconds)
    assert table.loc["joint", "milliseconds per step"] == pytest.approx(
        1000 * float(seconds["joint"].median())
    )


def test_hidden_joints_and_worst_tenth_are_counted_as_they_say(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    moved = made.truth.clone()
    seen = torch.from_numpy(made.test.visible)
    moved[~seen] += torch.tensor([30.0, 0.0, 40.0])
    moved[:, 0] = 0
    made.predictions.update({"moved": moved, "right": made.truth})
    table = probes.hidden_joints(made, ("moved", "right"))
    assert table.loc["moved"].tolist() == pytest.approx([0, 50], abs=1e-3)
    assert table.loc["right"].tolist() == pytest.approx([0, 0], abs=1e-3)
    limbs = probes.worst_tenth(made, ("moved", "right"))
    assert limbs.loc["right", "mean error of the worst tenth (mm)"] == pytest.approx(0, abs=1e-3)
    worst = limbs.loc["moved", "mean error of the worst tenth (mm)"]
    assert worst >= 50 * float((~seen).float().mean())


def test_table_1_has_deviations_in_brackets_as_printed(ran: Ran) -> None:
    table = tables.table_1(ran.evidence, Evidence(pd.DataFrame()))
    assert list(table.index) == [*PAPER.systems, "LinKDE"]
    errors = ran.scores.of("DconvMP", "mpjpe")
    assert table.loc["DconvMP", "this run"] == f"{errors.mean():.1f} ({errors.std():.1f}) (collapsed)"
    assert table.loc["DconvMP", "Walking, printed"] == "80.09 (23.45)"
    assert table.loc["LinKDE", "TakingPhoto, printed"] == "206.45 (112.61)"
    assert table.loc["KDE", "TakingPhoto, printed"] == "–", "a version of ours, that nobody printed"
    assert table.loc["DconvMP", "Discussion, printed"] == "–"


def test_tables_of_probes_name_both_sides_of_a_difference(ran: Ran) -> None:
    table = tables.probe_table(ran.evidence, ["recipe-seconds"])
    assert list(table.index) == ["DconvMP", "DconvMP-HML", "DconvMP - DconvMP-HML"]
    assert list(table.columns) == ["value", "low", "high"]
    several = tables.probe_table(ran.evidence, STRUCTURE)
    assert several.loc["Left and right hip - nothing shared", "metric"] == "weight-correlation"
    assert several.index.is_unique
    differences = differences_table(ran.evidence, tables.DIFFERENCES)
    assert len(differences) == len(tables.DIFFERENCES) == len(set(tables.DIFFERENCES))
    assert "DconvMP-HML - DconvMP-HML, root-relative" in differences.index
    _, _, similarity = structure(ran.experiment, ran.net)
    (line,) = tables.similarity_table(similarity).to_numpy()
    low, high = np.quantile(similarity.chance.numpy(), [0.025, 0.975])
    assert line.tolist() == pytest.approx([similarity.score, low, high])


def test_hidden_joints_and_exchanged_sides_are_counted_per_sample(ran: Ran) -> None:
    made = ran.experiment
    scores = robustness_scores(made)
    hidden = ~np.asarray(made.test.visible)
    hidden[:, made.test.skeleton.root] = False
    predicted, truth = made.predictions["DconvMP-HML"].numpy(), made.truth.numpy()
    error = np.linalg.norm(predicted - truth, axis=-1)
    found, weight = scores.of("DconvMP-HML", "mpjpe-hidden"), scores.weights["mpjpe-hidden"]
    assert (weight == hidden.sum(1)).all()
    some = weight > 0
    assert some.any()
    expected = [error[m, hidden[m]].mean() for m in some.nonzero()[0]]
    np.testing.assert_allclose(found[some], expected, rtol=1e-5)
    exchanged = predicted[:, list(made.test.skeleton.mirror)]
    nearer = np.linalg.norm(exchanged - truth, axis=-1).mean(1) < error.mean(1)
    assert (scores.of("DconvMP-HML", "sides-exchanged") == 100 * nearer).all()


def test_the_true_poses_exchange_no_side_and_twice_their_size_is_off_by_all(ran: Ran) -> None:
    made = ran.experiment
    usual = limb_lengths(made.poses, made.train.skeleton).mean(0)
    made.predictions["truth"], made.predictions["twice"] = made.truth, 2 * made.truth
    try:
        rows = {row.system: row for row in worst_limb_rows(made)}
        assert not robustness_scores(made).of("truth", "sides-exchanged").any()
    finally:
        del made.predictions["truth"], made.predictions["twice"]
    error = made.truth.norm(dim=-1).mean(1)  # of the pose of twice the size
    worst = error >= error.quantile(0.9)
    off = (limb_lengths(2 * made.truth[worst], made.train.skeleton) / usual - 1).abs().mean()
    assert rows["twice"].value == pytest.approx(100 * float(off), rel=1e-5)
    assert rows["truth"].value < rows["twice"].value
