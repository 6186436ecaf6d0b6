"""A finished run's network on samples of other sets, and cells that say what they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from samples import make

from pose_lib.bench.paper import Paper
from pose_lib.bench.parameters import ParameterError
from pose_lib.bench.run import Run
from pose_lib.bench.setup import Setup, request_of
from pose_lib.checkpoints import CheckpointError
from pose_lib.data.mocap.recording import MocapError
from pose_lib.data.poses import PoseData
from pose_lib.data.seeds import rng
from pose_lib.geometry.skeletons import LSP14
from pose_lib.papers import find
from pose_lib.papers.compare import shown_by, transfer
from pose_lib.papers.compare.transfer import Source, Trained, by_action_table, matrix, sources
from pose_lib.papers.direct import Method

PRESET = find("direct").presets["smoke"]
GIVEN = {
    "action": "Walking",
    "dataset": "synthetic",
    "data_root": "",
    "preset": "smoke",
    "budget": 1.0,
    "precision": "auto",
    "seed": 0,
    "device": "cpu",
}


def samples(offset: float = 0.0, actions: tuple[str, ...] = ("Walking",)) -> PoseData:
    data = make(12, PRESET.size)
    assert data.joints_3d is not None
    table = data.table.assign(action=np.resize(actions, 12))
    moved = data.joints_3d.copy()
    moved[:, 1:, 0] += offset
    return replace(data, joints_3d=moved, table=table)


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """A run whose network is kept as the recipe keeps it, with its last weights set to predict one pose."""
    data = samples()
    run = Run("direct", {**GIVEN, "controls": False}, "card", root=tmp_path)
    made = Setup(find("direct"), run, data, data, PRESET)
    method = Method.of(made)
    net = method.network()
    with torch.no_grad():
        net[-1].weight.zero_()
        net[-1].bias.copy_(method.scale.to_vector(method.poses[:1])[0])
    run.cached("direct", lambda: {"model": net.state_dict(), "history": {}})
    return made


def test_the_network_that_was_kept_predicts_samples_of_any_set(setup: Setup) -> None:
    trained = Trained.of(setup)
    expected = torch.from_numpy(setup.train.root_relative())[:1]
    for test in (setup.test, samples(offset=90.0)):
        found = trained.poses(test)
        torch.testing.assert_close(found, expected.expand_as(found), atol=1.0, rtol=0)
    network, mean = trained.errors(setup.test)
    assert network[0] == pytest.approx(0, abs=1.0)
    assert mean[0] > 100
    away = trained.errors(samples(offset=90.0))[0]
    assert away[0] == pytest.approx(90 * 16 / 17, abs=1.0)


def test_images_are_normalised_as_those_of_the_training(setup: Setup) -> None:
    trained = Trained.of(setup)
    with torch.no_grad():
        weight = trained.net[-1].weight  # type: ignore[index]
        weight.copy_(torch.from_numpy(rng("weights").normal(0, 0.1, weight.shape)))
    dark = replace(setup.test, images=(setup.test.images // 3).astype(np.uint8))
    same, other = trained.poses(setup.test), trained.poses(dark)
    assert float((same - other).abs().max()) > 1e-3, "dark pictures stay dark"


def test_other_joints_and_damaged_networks_are_refused(setup: Setup) -> None:
    trained = Trained.of(setup)
    test = setup.test
    few = replace(
        test,
        skeleton=LSP14,
        joints_2d=test.joints_2d[:, :14],
        joints_3d=test.joints_3d[:, :14],
        visible=test.visible[:, :14],
    )
    with pytest.raises(ValueError, match=r"joints of lsp14, and the network knows those of h36m17"):
        trained.poses(few)
    (setup.run.folder / "cached" / "direct.pt").write_bytes(b"half a file")
    with pytest.raises(CheckpointError, match=r"direct\.pt"):
        Trained.of(setup)


def test_each_cell_has_a_number_or_says_what_it_needs(setup: Setup) -> None:
    found = [
        Source("rendered", "", setup, setup.test),
        Source("all actions", "a run", None, samples(50.0)),
        Source("captured", "a folder"),
    ]
    table = matrix(found)
    assert list(table.index) == ["trained on rendered", "trained on all actions", "trained on captured"]
    assert list(table.columns) == ["on rendered", "on all actions", "on captured"]
    numbers = table.loc["trained on rendered"]
    assert float(numbers["on rendered"].split(" (")[0]) < float(numbers["on all actions"].split(" (")[0])
    assert numbers["on captured"] == "needs a folder"
    assert set(table.loc["trained on all actions"]) == {"needs a run"}
    assert set(table.loc["trained on captured"]) == {"needs a folder"}


def test_actions_are_told_apart(setup: Setup) -> None:
    tested = Source("all", "", None, samples(actions=("Walking", "Sitting", "Eating")))
    table = by_action_table(Source("rendered", "", setup, setup.test), tested)
    assert set(table.index) == {"Walking", "Sitting", "Eating"}
    assert table["share"].is_monotonic_increasing
    assert table["share"].tolist() == pytest.approx((100 * table["network"] / table["mean pose"]).tolist())
    assert by_action_table(tested, tested).empty
    assert by_action_table(Source("rendered", "", setup), Source("none")).empty


def test_crops_are_resized_with_their_joints() -> None:
    data = make(3, 16)
    small = transfer._resized(data, 8)
    assert small.images.shape == (3, 8, 8, 3)
    np.testing.assert_allclose(small.joints_2d, data.joints_2d / 2)
    assert small.masks is None
    assert transfer._resized(data, 16) is data


def test_the_sources_are_those_that_are_there(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def finished(paper: Paper, given: Mapping[str, Any]) -> Setup:
        assert given["data_root"] == ""
        return setup

    monkeypatch.setattr(transfer, "finished", finished)
    monkeypatch.setenv("POSE_CACHE", str(tmp_path / "empty"))
    found = sources(GIVEN)
    assert [source.title for source in found] == [
        "rendered people, Walking", "rendered people, all actions", "captured motion", "Human3.6M",
        "MPI-INF-3DHP",
    ]  # fmt: skip
    assert found[1].test is None
    assert found[1].needs == "pose-lib run direct -p action all"
    assert found[2].needs == "a folder mocap in data_root"
    (tmp_path / "sets" / "mocap").mkdir(parents=True)
    with pytest.raises(MocapError, match=r"no \*\.bvh and no \*\.amc below .*mocap"):
        sources(GIVEN | {"data_root": str(tmp_path / "sets")})


def test_a_finished_run_on_all_actions_is_found(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(transfer, "finished", lambda paper, given: setup)
    monkeypatch.setenv("POSE_CACHE", str(tmp_path))
    asked: list[Mapping[str, Any]] = []

    def opened(paper: Paper, given: Mapping[str, Any]) -> Setup:
        asked.append(given)
        return setup

    monkeypatch.setattr(transfer, "open_run", opened)
    assert sources(GIVEN)[1].setup is None
    assert not asked, "nothing is rendered for a run that nobody has made"
    preset = setup.preset
    given = {**setup.run.parameters, "dataset": "synthetic", "action": "all"}
    request_of(given, preset, None, preset.size).folder.mkdir(parents=True)
    assert sources(GIVEN)[1].setup is None, "it was not finished"
    monkeypatch.setattr(Run, "complete", True)
    found = sources(GIVEN)[1]
    assert (found.title, found.needs, found.setup) == ("rendered people, all actions", "", setup)
    assert [given["action"] for given in asked] == ["all", "all"]


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(ParameterError, match="leave it 'synthetic'"):
        sources(GIVEN | {"dataset": "mocap"})
    with pytest.raises(ParameterError, match="sede"):
        sources(GIVEN | {"In": ["# Parameters\nsede = 1"]})


def test_the_page_belongs_to_the_method_whose_network_it_runs() -> None:
    assert [paper.name for paper in shown_by("across_data")] == ["direct"]
