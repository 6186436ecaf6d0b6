"""Anybody's poses: measured as the book measures, and refused with the file, the key and the shape."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from samples import make

from pose_lib import metrics
from pose_lib.bench.own_poses import PoseFileError, read_poses
from pose_lib.bench.protocols import PROTOCOLS, protocol_named
from pose_lib.book.own_tables import own_tables, summary

N = 40
RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.normal(0, 300, (N, 17, 3))
PREDICTED = TRUTH + RANDOM.normal(0, 40, TRUTH.shape)
ABOUT: dict[str, Any] = {
    "subject": np.repeat(["S9", "S11"], N // 2),
    "action": np.array(["Walking", "Eating", "Walking", "Walking"] * (N // 4)),
    "sequence": np.arange(N) % 2,
    "frame": np.arange(N),
}


def write(file: Path, **arrays: Any) -> Path:
    np.savez(file, **arrays)
    return file


def with_nan(poses: np.ndarray, *place: int) -> np.ndarray:
    changed = poses.copy()
    changed[place] = np.nan
    return changed


def values(file: Path, protocol: str, **given: Any) -> dict[str, float]:
    poses = read_poses(file, **given)
    rows = poses.scores(protocol_named(protocol, poses.dimensions)).rows()
    return {row.metric: row.value for row in rows}


def test_3d_numbers_are_those_of_the_metrics(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.npz", predictions=PREDICTED, truth=TRUTH, **ABOUT)
    errors = metrics.mpjpe(PREDICTED, TRUTH)
    found = values(file, "3d")
    assert found["mpjpe"] == pytest.approx(float(errors.mean()), rel=1e-4)
    assert found["pa-mpjpe"] == pytest.approx(float(metrics.pa_mpjpe(PREDICTED, TRUTH)[0].mean()), rel=1e-4)
    assert {"degenerate", "limb-ratio-lower", "limb-ratio-full"} <= set(found)
    without = values(file, "3d-without-root")
    assert without["mpjpe-without-hip"] == pytest.approx(found["mpjpe"] * 17 / 16, rel=1e-4)
    poses = read_poses(file)
    titles = summary(poses.scores(protocol_named("3d-by-action", 3))).index
    assert list(titles) == ["MPJPE, by action (mm)", "PA-MPJPE, by action (mm)"]
    by_action = values(file, "3d-by-action")
    walking = ABOUT["action"] == "Walking"
    expected = float((errors[walking].mean() + errors[~walking].mean()) / 2)
    assert by_action["mpjpe-by-action"] == pytest.approx(expected, rel=1e-4)
    assert by_action["mpjpe-by-action"] != pytest.approx(found["mpjpe"], rel=1e-4)


def test_poses_need_not_be_relative_to_their_root(tmp_path: Path) -> None:
    moved = PREDICTED + RANDOM.normal(0, 1000, (N, 1, 3))
    near, far = (
        write(tmp_path / f"{name}.npz", predictions=poses, truth=TRUTH + 5000, **ABOUT)
        for name, poses in (("near", PREDICTED), ("far", moved))
    )
    assert values(near, "3d") == pytest.approx(values(far, "3d"), rel=1e-3)


def test_2d_numbers_are_those_of_the_metrics_and_unlabelled_joints_do_not_count(tmp_path: Path) -> None:
    truth = RANDOM.uniform(0, 100, (N, 14, 2))
    truth[3, 6] = np.nan
    predicted = np.nan_to_num(truth) + RANDOM.normal(0, 8, truth.shape)
    file = write(tmp_path / "flat.npz", predictions=predicted, truth=truth, **ABOUT)
    found = values(file, "2d")
    skeleton = read_poses(file).data.skeleton
    assert skeleton.name == "lsp14"
    arms = tuple((skeleton.index(f"{s}_elbow"), skeleton.index(f"{s}_wrist")) for s in ("left", "right"))
    hits = metrics.pcp(torch.tensor(predicted), torch.tensor(truth), limbs=arms, alpha=0.5)
    assert found["pcp-lower-arm"] == pytest.approx(100 * float(hits.nanmean()), abs=0.5)
    titles = summary(read_poses(file).scores(protocol_named("", 2))).index
    assert list(titles)[-3:] == ["PCP, lower legs (%)", "PDJ at 0.1 (%)", "PDJ at 0.2 (%)"]
    curve = values(file, "2d-curve")
    assert len(curve) == 10
    assert list(curve.values()) == sorted(curve.values())
    assert values(file, "2d-loose")["pcp-loose-lower-arm"] >= found["pcp-lower-arm"]
    assert values(file, "2d-exchanged")["pcp-lower-arm"] >= found["pcp-lower-arm"]


def test_systems_truths_and_samples_may_lie_apart(tmp_path: Path) -> None:
    both = write(tmp_path / "two.npz", predictions_good=PREDICTED, predictions_exact=TRUTH)
    truth = write(tmp_path / "truth.npz", truth=TRUTH, skeleton="h36m17", **ABOUT)
    poses = read_poses(both, truth)
    assert list(poses.systems) == ["good", "exact"]
    tables = own_tables(poses, poses.scores(protocol_named("", 3)))
    every, by_action, by_joint = tables.values()
    assert list(every.columns) == ["good", "exact"]
    assert every.loc["MPJPE (mm)", "exact"].startswith("0.0 [")
    assert list(by_action.index) == ["Walking", "Eating"]
    assert by_joint.loc["right hip", "exact"] == 0
    data = make(8)
    assert data.joints_3d is not None
    own = write(tmp_path / "own.npz", predictions=data.joints_3d)
    assert values(own, "3d", truth=data)["mpjpe"] == pytest.approx(0, abs=1e-3)
    flat = write(tmp_path / "flat.npz", predictions=data.joints_2d)
    assert read_poses(flat, data).dimensions == 2


def test_two_systems_cannot_share_a_name(tmp_path: Path) -> None:
    given = {"predictions": PREDICTED, "predictions_ours": TRUTH, "truth": TRUTH}
    for first in ("predictions", "predictions_ours"):
        file = write(tmp_path / "ours.npz", **{first: given[first], **given})
        with pytest.raises(
            PoseFileError, match=r"ours\.npz: predictions .* predictions_ours is called 'ours'"
        ):
            read_poses(file)
    assert set(read_poses(write(tmp_path / "mine.npz", **given)).systems) == {"mine", "ours"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"predictions": None}, r"has no key 'predictions' .*it has: truth"),
        ({"truth": None}, r"has no key 'truth' .*--truth, or the data set"),
        (
            {"predictions": PREDICTED[:-1]},
            r"predictions has shape \(39, 17, 3\); 'truth' of .* has \(40, 17, 3\)",
        ),
        (
            {"predictions": PREDICTED[..., 0]},
            r"predictions is float64 \(40, 17\); expected numbers \(N, J, 2\)",
        ),
        ({"predictions": PREDICTED.astype(str)}, r"predictions is <U\d+ \(40, 17, 3\)"),
        (
            {"predictions": with_nan(PREDICTED, 2, 3, 1)},
            r"predictions\[2, 3, 1\]",
        ),
        ({"predictions": PREDICTED * 1e9}, "a value beyond 1e"),
        ({"truth": with_nan(TRUTH, 0, 0, 0)}, "truth has joints that are not finite"),
        ({"truth": TRUTH[:, :5], "predictions": PREDICTED[:, :5]}, r"truth has 5 joints; expected one of 17"),
        ({"skeleton": "lsp14"}, "skeleton is 'lsp14' and poses have 17 joints"),
        ({"action": np.array(["Walking"])}, r"action is <U7 \(1,\); expected text or whole numbers \(40,\)"),
        ({"frame": np.linspace(0, 1, N)}, r"frame is float64 \(40,\); expected whole numbers"),
    ],
)
def test_what_cannot_be_measured_names_file_key_and_shape(
    tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    given = {"predictions": PREDICTED, "truth": TRUTH, **changed}
    file = write(tmp_path / "mine.npz", **{name: array for name, array in given.items() if array is not None})
    with pytest.raises(PoseFileError, match=rf"mine\.npz.*{words}"):
        read_poses(file)


def test_files_of_another_kind_are_refused_and_nothing_is_unpickled(tmp_path: Path) -> None:
    with pytest.raises(PoseFileError, match=r"none\.npz: no such file"):
        read_poses(tmp_path / "none.npz")
    text = tmp_path / "text.npz"
    text.write_text("hello")
    with pytest.raises(PoseFileError, match=r"text\.npz cannot be read as \.npz"):
        read_poses(text)
    np.save(tmp_path / "one.npy", PREDICTED)
    with pytest.raises(PoseFileError, match="one array without a name"):
        read_poses(tmp_path / "one.npy")
    objects = write(tmp_path / "objects.npz", predictions=np.array([{"a": 1}], dtype=object))
    with pytest.raises(
        PoseFileError, match=r"key 'predictions' of .*objects\.npz cannot be read .*astype\(str\)"
    ):
        read_poses(objects)
    whole = write(tmp_path / "cut.npz", predictions=PREDICTED, truth=TRUTH).read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PoseFileError, match=r"cut\.npz cannot be read"):
        read_poses(tmp_path / "cut.npz")


def test_damaged_arrays_are_refused_by_their_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    np.savez_compressed(file, predictions=PREDICTED, truth=TRUTH)
    content = file.read_bytes()
    packed = content.index(b"predictions.npy") + len(b"predictions.npy")
    file.write_bytes(content[:packed] + b"\xff" * 60 + content[packed + 60 :])
    with pytest.raises(PoseFileError, match=r"key 'predictions' of .*mine\.npz cannot be read as \.npz"):
        read_poses(file)
    whole = io.BytesIO()
    np.save(whole, PREDICTED)
    for before, after in ((b"'shape': (", b"'shape': (("), (b"NUMPY", b"NUMPI")):
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("predictions.npy", whole.getvalue().replace(before, after))
        with pytest.raises(PoseFileError, match=r"key 'predictions' of .*mine\.npz cannot be read as \.npz"):
            read_poses(file)


def test_protocols_have_names_of_their_own_and_say_what_they_measure() -> None:
    assert len({p.name for p in PROTOCOLS}) == len(PROTOCOLS)
    assert all(p.words and (p.metrics or p.errors) for p in PROTOCOLS)
    assert protocol_named("", 2).name == "2d"
    with pytest.raises(KeyError, match="no protocol '2d' for poses in 3D; there are: 3d, 3d-without-root"):
        protocol_named("2d", 3)


def test_a_small_file_of_immense_arrays_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bomb.npz"
    np.savez_compressed(file, predictions=np.zeros((10_000, 17, 3)), truth=np.zeros((10_000, 17, 3)))
    assert file.stat().st_size < 100_000
    monkeypatch.setattr("pose_lib.bench.own_poses._LARGEST_FILE", 1_000_000)
    with pytest.raises(PoseFileError, match=r"bomb\.npz cannot be read .*are too much"):
        read_poses(file)
