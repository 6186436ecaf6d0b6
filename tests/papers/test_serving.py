"""Networks of finished runs: loaded, they answer as the run did; exported, they need neither run nor data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib import papers
from pose_lib.bench.archive import write_archive
from pose_lib.bench.complete import RunError
from pose_lib.bench.evidence import Evidence
from pose_lib.bench.finished import reopened
from pose_lib.bench.parameters import PARAMETERS
from pose_lib.bench.release import LARGEST_RELEASE, read_card
from pose_lib.bench.run import load_predictions
from pose_lib.bench.setup import Setup, checked, open_run
from pose_lib.bench.work import TIMES
from pose_lib.cli import main
from pose_lib.papers import _serving
from pose_lib.papers._serving import load_release, part_of, servable, training_time

ROOT = Path(__file__).resolve().parents[2]
RELEASED = {"li_chan": "DconvMP-HML", "park": "Multi-reg + 2D-cls", "hmlpe": "HMLPE"}
SYSTEMS = {**RELEASED, "tekin_ae": "Ours, fine-tuned", "deeppose": "Stage 3"}
_USUAL: dict[str, Any] = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "smoke",
    "budget": 5e-4,
    "precision": "float32",
    "seed": 0,
    "device": "cpu",
    "controls": False,
}


def train(name: str) -> Setup:
    """Make a finished run with the one network that is loaded."""
    assert set(_USUAL) == set(PARAMETERS)
    paper = papers.find(name)
    setup = open_run(paper, *checked(paper, _USUAL))
    experiment: Any = part_of(paper).experiment.of(setup)
    if name == "li_chan":
        experiment.multi_task()
    elif name == "park":
        from pose_lib.papers.park.variants import VARIANTS

        experiment.learn(SYSTEMS[name], VARIANTS[SYSTEMS[name]])
    elif name == "tekin_ae":
        experiment.fine_tuned(experiment.latent(experiment.auto_encoder()))
    elif name == "deeppose":
        nets = [experiment.first_stage()]
        while len(nets) < 3:
            nets.append(experiment.next_stage(nets))
        experiment.cascade(nets)
    else:
        experiment.both_tasks()
    experiment.finish()
    return setup


@pytest.fixture(scope="module", params=SYSTEMS)
def setup(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    """A finished run of a few steps on a few samples, with runs and cache in folders of their own."""
    place = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSE_RUNS", str(place / "runs"))
        patch.setenv("POSE_CACHE", str(place / "cache"))
        yield train(request.param)


def crops(setup: Setup) -> np.ndarray:
    """Of the test samples, as the experiment cuts them."""
    experiment = part_of(setup.paper).experiment.of(setup)
    return np.array(experiment.test.images)


@pytest.mark.slow
def test_a_run_serves_from_its_folder_from_its_file_and_from_an_export(
    setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, folder = setup.paper.name, setup.run.folder
    images = crops(setup)
    expected = load_predictions(folder)[SYSTEMS[name]]

    network = papers.load_network(folder)
    answer = network(images)
    found = answer.joints_2d if answer.joints_3d is None else answer.joints_3d
    assert found is not None
    if answer.joints_3d is not None:
        expected = expected - expected[:, :1]
    if name == "deeppose":  # pixels are normalised before they are resized, not after
        assert float((found - expected).abs().max()) < 0.01
    else:
        assert torch.equal(found, expected), "bit for bit what the run has kept"
    assert network.facts.system == SYSTEMS[name]

    if name == "tekin_ae":
        assert main(["export", str(folder), "--out", str(tmp_path / "net.pt")]) == 1
        assert "more than 10" in capsys.readouterr().err
        return
    archive = write_archive(folder, tmp_path / "run.zip")
    file = tmp_path / "net.pt"
    assert main(["export", str(archive), "--out", str(file)]) == 0
    assert [Path(p).name for p in capsys.readouterr().out.split()] == ["net.pt", "net.json", "net.md"]
    assert file.stat().st_size < LARGEST_RELEASE
    shutil.copytree(tmp_path, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("elsewhere"))
    read = load_release(tmp_path / "elsewhere" / "net.pt")
    again = read(images)
    near = again.joints_2d if again.joints_3d is None else again.joints_3d
    assert near is not None
    assert not torch.equal(near, found), "the weights are in bf16"
    assert float((near - found).abs().max()) < 0.02 * float(found.abs().max())

    card = read_card(file)
    assert card["run"]["fingerprint"] == setup.run.fingerprint
    assert card["run"]["commit"]
    assert card["data"]["licence"] in (tmp_path / "net.md").read_text(encoding="utf-8")
    assert {m["metric"] for m in card["metrics"]} & {"mpjpe", "pcp"}
    assert any("not one photograph" in limit for limit in card["limits"])


@pytest.mark.slow
def test_the_margin_of_a_box_is_that_of_the_crops(setup: Setup) -> None:
    facts = papers.load_network(setup.run.folder).facts
    if facts.skeleton_name == "stickmen8":  # around joints; boxes are moved and resized at random
        joints = part_of(setup.paper).experiment.of(setup).test.joints_2d
        longer = (np.nanmax(joints, axis=1) - np.nanmin(joints, axis=1)).max(-1)
        assert np.median(longer) == pytest.approx(facts.size / (1 + 2 * facts.margin), rel=0.1)
        return
    masks = setup.test.masks
    assert masks is not None
    sides = [(np.ptp(np.nonzero(mask)[0]) + 1, np.ptp(np.nonzero(mask)[1]) + 1) for mask in masks]
    margins = (facts.size / np.array(sides).max(1) - 1) / 2
    assert np.median(margins) == pytest.approx(facts.margin, abs=0.01)


@pytest.mark.slow
def test_a_run_that_is_not_what_it_was_is_refused(setup: Setup, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(setup.run.folder, folder)
    about = json.loads((folder / "run.json").read_text(encoding="utf-8"))

    def rewritten(**changed: Any) -> None:
        (folder / "run.json").write_text(json.dumps({**about, **changed}), encoding="utf-8")

    rewritten(data="another")
    with pytest.raises(RunError, match="its data are no longer those"):
        papers.load_network(folder)
    rewritten(settings={**about["settings"], "noise": 7})
    with pytest.raises(RunError, match="the preset smoke has changed"):
        papers.load_network(folder)
    rewritten(parameters={**about["parameters"], "preset": "old"})
    with pytest.raises(RunError, match="its parameters are no longer valid"):
        papers.load_network(folder)
    rewritten(paper="direct")
    with pytest.raises(KeyError, match="direct has no predictor"):
        papers.load_network(folder)
    rewritten()
    with pytest.raises(RunError, match="not of direct"):
        reopened(papers.find("direct"), folder)
    for file in (folder / "cached").glob("*.pt"):
        file.unlink()
    with pytest.raises(RunError, match="is missing: the run was made by other code"):
        papers.load_network(folder)
    (folder / "run.json").write_text("{")
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        papers.load_network(folder)
    (folder / "complete.json").unlink()
    with pytest.raises(FileNotFoundError, match="holds no complete run"):
        papers.load_network(folder)


def test_the_grid_of_the_release_trains_each_network_that_can_be_exported_once() -> None:
    from pose_lib.bench.grid.configuration import read_grid

    jobs = read_grid(ROOT / "workflow" / "release.yaml", papers.all_papers()).jobs
    released = [paper.name for paper in servable() if part_of(paper).released]
    assert sorted(job.paper for job in jobs) == sorted(released) == sorted(RELEASED)


@pytest.mark.parametrize("name", RELEASED)
def test_the_networks_of_the_release_fit_into_its_files(name: str) -> None:
    from pose_lib.bench.predictor import Facts

    preset: Any = papers.find(name).presets["long"]
    numbers = {
        "li_chan": lambda: {"widths": preset.widths, "pixel": preset.pixel, "scale": 1.0},
        "park": lambda: {
            **{k: getattr(preset, k) for k in ("width", "first", "dropout")},
            **dict.fromkeys(("gain", "torso", "norm"), 1.0),
        },
        "hmlpe": lambda: {"widths": preset.widths, "gain": 1.0},
    }[name]()
    size, window = (preset.side, preset.view) if name == "hmlpe" else (preset.size, preset.window)
    skeleton = "stickmen8" if name == "hmlpe" else "h36m17"
    predictor = part_of(papers.find(name))(
        Facts(name, SYSTEMS[name], skeleton, "person", size, window, "the whole body", 0.1, numbers)
    )
    assert 2 * sum(value.numel() for value in predictor.state_dict().values()) < 0.98 * LARGEST_RELEASE


def test_the_time_of_a_training_is_that_of_all_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*runs: tuple[float, float]) -> str:
        """Of runs of a share of the steps, each with its seconds."""
        rows = [
            {
                **{"fingerprint": f"f{n}", "preset": "long", "dataset": "synthetic", "controls": False},
                **{"metric": TIMES[0], "value": seconds, "budget": budget, "action": "all"},
                **{"threads": 1, "processor": "a processor"},
            }
            for n, (budget, seconds) in enumerate(runs)
        ]
        monkeypatch.setattr(_serving, "collected", lambda _: Evidence(pd.DataFrame(rows)))
        return training_time("park")

    assert "(synthetic all, long) takes about 60 minutes, to train" in told((1.0, 3600.0), (0.125, 60.0))
    of_two = told((0.125, 600.0), (0.01, 30.0))
    assert "takes about 80 minutes, of which 0.125 was run and the rest is reckoned from it, to" in of_two
