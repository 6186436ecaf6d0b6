"""What the HMLPE chapter's runs do to data and networks: crops, mirror images, costs of both tasks, rows."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib.batches import ImageBatches
from pose_lib.bench.claims import CLAIMS
from pose_lib.bench.hmlpe import RATIOS, HmlpeExperiment, sweep_name
from pose_lib.bench.hmlpe_learning import PoseOnly, multi_task_loss, predict_joints, task_errors
from pose_lib.bench.hmlpe_probes import Maps, map_rows, mean_patches
from pose_lib.bench.presets.hmlpe import HMLPE as PRESETS
from pose_lib.bench.published import published_table
from pose_lib.bench.runs import Run
from pose_lib.data.mapping import TORSO
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.data.upper_body import cut_boxes, upper_bodies
from pose_lib.geometry.boxes import from_crop
from pose_lib.geometry.skeletons import LSP14, STICKMEN8
from pose_lib.models.hmlpe import HMLPE
from pose_lib.models.part_windows import PartWindows


def people(n: int = 40, size: int = 96, seed: int = 0) -> PoseData:
    """Leeds skeletons on noise, with a bright dot on every joint."""
    draw = np.random.default_rng(seed)
    joints = draw.uniform(0.2 * size, 0.8 * size, (n, 14, 2)).astype(np.float32)
    images = draw.integers(0, 80, (n, size, size, 3), dtype=np.uint8)
    for image, pose in zip(images, joints.astype(int), strict=True):
        image[pose[:, 1], pose[:, 0]] = 255
    table = pd.DataFrame(
        {
            "subject": [f"p{i % 5}" for i in range(n)],
            "action": "all",
            "sequence": 1,
            "camera": "",
            "frame": np.arange(n),
            "split": "train",
        }
    )
    boxes = np.tile(np.array([10, 20, 10 + 2 * size, 20 + 2 * size], dtype=np.float32), (n, 1))
    card = DataCard("dots", "drawn for a test", "none")
    return PoseData(images, joints, None, np.ones((n, 14), dtype=bool), boxes, table, LSP14, card)


def test_an_upper_body_is_cut_around_its_eight_joints_and_keeps_its_place_in_the_image() -> None:
    data = people()
    cut = upper_bodies(data, 64)
    assert cut.skeleton == STICKMEN8
    assert cut.size == 64
    assert cut.joints_2d.min() > 0
    assert cut.joints_2d.max() < 64
    wrist = "left_wrist"
    old, new = data.joints_2d[:, LSP14.index(wrist)], cut.joints_2d[:, STICKMEN8.index(wrist)]
    # Sides are the picture's: where somebody is turned around, the other wrist is at that place.
    other = data.joints_2d[:, LSP14.index("right_wrist")]
    left, right, found = (
        from_crop(torch.from_numpy(p[:, None]), torch.from_numpy(d.boxes), d.size)
        for p, d in ((old, data), (other, data), (new, cut))
    )
    straight, turned = ((p - found).abs().amax((1, 2)) < 1e-2 for p in (left, right))
    assert (straight ^ turned).all()
    assert 0 < turned.float().mean() < 0.5
    scale = 64 / ((cut.boxes[:, 2] - cut.boxes[:, 0]) / 2)
    torso = np.linalg.norm(data.joints_2d[:, LSP14.torso[0]] - data.joints_2d[:, LSP14.torso[1]], axis=1)
    assert np.allclose(cut.table[TORSO], torso * scale, rtol=1e-4)


def test_boxes_move_at_random_but_the_same_way_for_a_seed() -> None:
    data = people()
    still, moved, again = (upper_bodies(data, 64, s, 0.1, 3) for s in (0.0, 0.05, 0.05))
    assert np.array_equal(moved.boxes, again.boxes)
    assert not np.allclose(still.boxes, moved.boxes)
    assert not np.array_equal(moved.boxes, upper_bodies(data, 64, 0.05, 0.1, 4).boxes)


def test_people_without_a_whole_part_are_left_out_and_stickmen_are_only_resized() -> None:
    data = people(6)
    data.joints_2d[2] = np.nan
    data.joints_2d[2, LSP14.index("left_elbow")] = 40.0
    cut = upper_bodies(data, 64)
    assert cut.table["frame"].tolist() == [0, 1, 3, 4, 5]
    assert upper_bodies(cut, 64).images is cut.images
    half = upper_bodies(cut, 32)
    assert np.allclose(half.joints_2d, cut.joints_2d / 2, atol=1e-4)
    mean = cut.images.reshape(5, 32, 2, 32, 2, 3).mean((2, 4))
    assert np.abs(half.images - mean).max() <= 1


def test_a_cut_shows_the_pixels_of_its_box() -> None:
    data = people(3)
    boxes = torch.tensor([[10.0, 20, 42, 52]]).expand(3, 4)
    assert np.array_equal(cut_boxes(data, boxes, 32).images, data.images[:, 20:52, 10:42])


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> HmlpeExperiment:
    parameters = {"dataset": "dots", "action": "all", "preset": "smoke", "seed": 0, "device": "cpu"}
    run = Run("hmlpe", parameters, "card", {}, root=Path(tmp_path_factory.mktemp("runs")))
    test = people(30, seed=1)
    test = PoseData(**{**vars(test), "table": test.table.assign(detected=np.arange(30) % 10 > 0)})
    made = HmlpeExperiment(run, people(64), test, PRESETS["smoke"])
    made.baselines()
    made.system("HMLPE")
    made.system("Regression alone", math.inf)
    made.system("Detection alone", 0.0)
    return made


def test_the_rows_hold_both_costs_and_their_paired_differences(experiment: HmlpeExperiment) -> None:
    rows, errors = experiment.rows()
    values = rows.set_index(["system", "metric"])["value"]
    assert values["HMLPE - Regression alone", "test-r"] == pytest.approx(
        values["HMLPE", "test-r"] - values["Regression alone", "test-r"], abs=1e-6
    )
    assert ("Regression alone", "test-d") not in values
    assert ("Detection alone", "test-r") not in values
    assert ("HMLPE - Detection alone", "test-d") in values
    assert "Detection alone" not in experiment.predictions
    # A network that has learned nothing starts at the mean pose.
    assert values["Mean pose", "train-r"] == pytest.approx(values["Regression alone", "train-r"], rel=0.1)
    assert errors["HMLPE"]["pcp"].shape == (30,)
    assert values["HMLPE", "parameters"] < sum(p.numel() for p in experiment.network().parameters())


def test_people_whom_the_detector_missed_count_as_wrong_and_are_left_out_of_the_other_rows(
    experiment: HmlpeExperiment,
) -> None:
    rows, errors = experiment.rows()
    assert (errors["Nearest pose (oracle)"]["pcp"][::10] == 0).all()
    values = rows.set_index(["system", "metric"])["value"]
    for system in ("Mean pose", "HMLPE"):
        whole, found = values[system, "pcp"], values[system, "detected-pcp"]
        assert whole == pytest.approx(found * 27 / 30)
    assert not experiment.predictions["HMLPE"].isnan().any()


def test_table_three_is_the_cost_of_each_sample(experiment: HmlpeExperiment) -> None:
    net, images = experiment.network(), experiment.test_images
    regression, detection = task_errors(net, images, experiment.truth)
    x = torch.cat(list(images.centred()))
    edge = (images.size - images.window) // 2
    with torch.no_grad():
        joints, logits = net(x)
    true = (experiment.truth - edge) / images.window
    assert torch.allclose(regression, (joints - true).square().sum((1, 2)), atol=1e-5)
    labels = net.windows.labels(true * images.window)
    slow = -(labels * logits.sigmoid().log() + (1 - labels) * (1 - logits.sigmoid()).log())
    assert torch.allclose(detection, slow.mean((1, 2)), atol=1e-5)
    torch.manual_seed(0)
    untrained = HMLPE(net.windows, widths=(8, 8), start="published")
    assert task_errors(untrained, images, experiment.truth)[1].mean().item() == pytest.approx(
        math.log(2), abs=1e-3
    )


def test_predictions_are_in_the_pixels_of_the_crops_and_bf16_hardly_moves_them(
    experiment: HmlpeExperiment,
) -> None:
    net, images = experiment.network(), experiment.test_images
    exact, fast = (predict_joints(net, images, fast=f) for f in (False, True))
    mean = experiment.joints.mean(0)
    assert float((exact - mean).abs().max()) < 8
    assert float((exact - fast).abs().max()) < 0.5
    x = next(images.centred(4))
    assert torch.equal(PoseOnly(net)(x), net.pose(x))


def test_the_loss_sees_random_windows_of_images_and_joints_alike() -> None:
    draw = torch.Generator().manual_seed(0)
    pixels = np.zeros((16, 60, 60, 3), dtype=np.uint8)
    joints = torch.randint(20, 40, (16, 8, 2), generator=draw).float()
    for image, pose in zip(pixels, joints.int().tolist(), strict=True):
        image[pose[0][1], pose[0][0]] = 255  # the head
    images = ImageBatches(pixels, 48)
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    class Spy(HMLPE):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            seen.append((x, torch.zeros(0)))
            return torch.zeros(len(x), 8, 2, requires_grad=True), torch.zeros(
                len(x), 7, 64, requires_grad=True
            )

    net = Spy(PartWindows.published(48), maps=(1, 1, 1), widths=(2, 2))
    loss = multi_task_loss(net, images, joints + 0.5, math.inf)
    value = loss(torch.arange(16), torch.Generator().manual_seed(1))
    x = seen[0][0]
    bright = x[:, 0].flatten(1).argmax(1)
    heads = torch.stack([bright % 48, bright // 48], 1) + 0.5
    shifts = heads / 48
    # The head's share of the cost alone says where it was taken to be.
    alone = joints.clone() + 0.5
    alone[:, 1:] = torch.nan
    head_cost = multi_task_loss(net, images, alone, math.inf)(
        torch.arange(16), torch.Generator().manual_seed(1)
    )
    assert head_cost.item() == pytest.approx(shifts.square().sum(1).mean().item(), rel=1e-4)
    assert value.item() > head_cost.item()


def test_peaks_and_patches_of_the_maps(experiment: HmlpeExperiment) -> None:
    net = experiment.network()
    maps = Maps.of(net, experiment.test_images, 2)
    centres = maps.centres()
    assert centres.shape == (30, 64, 2)
    assert 0 < float(centres.min()) < float(centres.max()) < 1
    mean, count = mean_patches(experiment, net, 2)
    assert mean.shape == (64, 20, 20, 3)
    assert int(count.max()) <= len(experiment.sample)
    values = map_rows(experiment, net).set_index(["system", "metric"])["value"]
    assert values["HMLPE - Untrained", "map-distance-3"] == pytest.approx(0, abs=1e-9)


def test_claims_and_printed_numbers_name_systems_that_can_run() -> None:
    named = {s for c in CLAIMS if c.paper == "hmlpe" for t in c.tests for s in (t.first, t.second)}
    swept = {sweep_name(r, s) for r in RATIOS for s in ("he", "published")}
    assert {s for s in named if s.startswith("ratio")} <= swept
    assert sum(c.paper == "hmlpe" for c in CLAIMS) == 12
    table = published_table("hmlpe", "Table 1").set_index(["system", "metric"])["value"]
    lower = table["HMLPE", "pcp-left-lower-arm"] + table["HMLPE", "pcp-right-lower-arm"]
    assert lower / 2 - table["RoDG-Boost", "pcp-left-lower-arm"] == pytest.approx(4.84, abs=0.01)
    sweep = published_table("hmlpe", "Table 3")
    assert set(sweep["system"]) <= {f"ratio {r:g}" for r in RATIOS}
    assert sweep.set_index(["system", "metric"])["value"]["ratio 1e+10", "test-d"] == 0.693
