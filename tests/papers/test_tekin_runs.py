"""Tekin's experiment on a few random samples: both auto-encoders of the paper fill both of its tables."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from li_chan_runs import data

from pose_lib.bench.evidence import Evidence
from pose_lib.bench.run import Run
from pose_lib.models.tekin_ae import PoseNet
from pose_lib.papers.tekin_ae import schematics, tables
from pose_lib.papers.tekin_ae.presets import PRESETS
from pose_lib.papers.tekin_ae.recipe import DEEP, TekinExperiment
from pose_lib.training import Schedule

_SHORT = Schedule(2, 1e-3, 8)
TINY = replace(PRESETS["smoke"], auto_encoder=_SHORT, detector=_SHORT, latent=_SHORT, tune=_SHORT)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> TekinExperiment:
    run = Run(
        "tekin_ae",
        {"preset": "smoke", "device": "cpu", "seed": 0, "dataset": "synthetic", "action": "Walking"},
        "card",
        root=tmp_path_factory.mktemp("tekin"),
    )
    made = TekinExperiment(run, data(24, "S1"), data(12, "S9"), TINY)
    made.baselines()
    made.deep_code()
    return made


def test_the_second_auto_encoder_has_errors_and_limb_ratios_of_its_own(experiment: TekinExperiment) -> None:
    model = experiment.deep_auto_encoder()
    assert [tuple(weight.shape) for weight in model.weights] == [(300, 51), (300, 300)]
    rows = pd.DataFrame([vars(row) for row in experiment.scores().rows()])
    for system in ("Ours, no fine-tuning", "Ours, fine-tuned"):
        own = rows[(rows["system"] == system) & (rows["setting"] == DEEP)]
        assert {"mpjpe", "limb-ratio-lower", "limb-ratio-upper", "limb-ratio-full"} <= set(own["metric"])


def test_both_tables_have_rows_for_it(experiment: TekinExperiment) -> None:
    evidence = experiment.finish()
    for table in (tables.table_1, tables.table_2):
        found = table(evidence, Evidence(pd.DataFrame()))
        column = found["this run"]
        for system in ("Ours, no fine-tuning, 300-300", "Ours, fine-tuned, 300-300"):
            lines = [v for key, v in column.items() if key == system or system in tuple(key)]
            assert lines, system
            assert "–" not in lines, system


def test_fine_tuning_sees_other_windows_than_the_stage_before(
    experiment: TekinExperiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams: dict[str, str | None] = {}

    def fit(name: str, *given: object, stream: str | None = "3d", **more: object) -> None:
        streams[name] = stream

    monkeypatch.setattr(experiment, "fit", fit)
    net: PoseNet = experiment.network(experiment.vectors)
    experiment.regress("cnn", net, experiment.vectors, TINY.cnn)
    experiment.fine_tuned(net, "again")
    assert streams == {"cnn": "3d", "tune, again": "3d-after"}


def test_the_idea_is_shown_without_a_network(experiment: TekinExperiment) -> None:
    figure = schematics.idea_figure(experiment, 0)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles.count("the code") == 2
    assert {"a pose with noise", "an image", "the pose"} <= set(titles)
