"""The data set as a whole: samples that agree with each other, the same ones for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from pose_lib.data.poses import TABLE_COLUMNS, DataCard, PoseData
from pose_lib.data.request import SyntheticRequest
from pose_lib.data.synthetic.bodies import body
from pose_lib.data.synthetic.dataset import CAMERAS, load, request_card, shards
from pose_lib.data.synthetic.flesh import BODY_PARTS, PARTS
from pose_lib.data.synthetic.motion import ACTIONS, generate
from pose_lib.data.synthetic.people import SUBJECTS, TEST, TRAIN
from pose_lib.data.synthetic.render import visible_joints
from pose_lib.data.synthetic.rig import RIG, camera
from pose_lib.data.synthetic.shots import from_shots, render_motion
from pose_lib.data.synthetic.wardrobe import outfit
from pose_lib.geometry.boxes import to_crop


def request(action: str = "Walking", **changes: float) -> SyntheticRequest:
    wanted = {"size": 48, "step": 50, "seconds": 3.0} | changes
    return SyntheticRequest(action=action, **wanted)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def walking() -> PoseData:
    return load(request(), subjects=("S6", "S9"))


def test_there_is_a_sample_for_every_take_camera_and_step(walking: PoseData) -> None:
    table = walking.table
    assert len(walking) == 2 * 2 * 4 * 3
    assert len(table.drop_duplicates(["subject", "sequence", "camera", "frame"])) == len(walking)
    assert sorted(table["frame"].unique()) == [0, 50, 100]
    assert tuple(table["camera"].unique()) == CAMERAS
    assert set(table.loc[table["split"] == "test", "subject"]) == {"S9"}
    assert set(table.loc[table["split"] == "train", "subject"]) == {"S6"}
    assert walking.card.parameters["size"] == walking.size == 48


def test_test_people_are_rendered_at_a_step_of_their_own() -> None:
    wanted = request(size=16, step=20, test_step=60)
    data = load(wanted, cameras=CAMERAS[:2])
    table = data.table
    assert len(data) == len(TRAIN) * 2 * 2 * 8 + len(TEST) * 2 * 2 * 3
    assert sum(part.samples for part in shards(wanted, cameras=CAMERAS[:2])) == len(data)
    for split, people, step in (("train", TRAIN, 20), ("test", TEST, 60)):
        rows = table[table["split"] == split]
        assert tuple(rows["subject"].unique()) == people
        assert sorted(rows["frame"].unique()) == list(range(0, 150, step))
    assert (data.card.parameters["step"], data.card.parameters["test_step"]) == (20, 60)
    assert tuple(table["subject"].unique()) == SUBJECTS
    same = load(request(size=16, step=60), subjects=("S9",), cameras=CAMERAS[:2])
    np.testing.assert_array_equal(same.images, data.images[(table["subject"] == "S9").to_numpy()])


def test_2d_joints_are_the_3d_joints_through_camera_and_box(walking: PoseData) -> None:
    assert walking.joints_3d is not None
    for name in CAMERAS:
        rows = (walking.table["camera"] == name).to_numpy()
        pixels = camera(name).project(torch.from_numpy(walking.joints_3d[rows]).double())
        expected = to_crop(pixels, torch.from_numpy(walking.boxes[rows]).double(), walking.size)
        np.testing.assert_allclose(walking.joints_2d[rows], expected, atol=2e-3)
    assert walking.joints_2d.min() > 0
    assert walking.joints_2d.max() < walking.size


def test_the_four_cameras_see_the_same_pose_in_the_world(walking: PoseData) -> None:
    assert walking.joints_3d is not None
    world = np.stack(
        [
            camera(name).to_world(
                torch.from_numpy(walking.joints_3d[walking.table["camera"] == name]).double()
            )
            for name in CAMERAS
        ]
    )
    assert float(np.abs(world - world[0]).max()) < 2e-2
    motion = generate("Walking", "S6", 1, seconds=3.0)
    np.testing.assert_allclose(world[0, :3], motion.points[::50, :17], atol=2e-2)


def test_the_same_seed_gives_the_same_samples_and_another_does_not() -> None:
    def again(seed: int) -> PoseData:
        wanted = request(size=32, step=60, seconds=2.0, seed=seed)
        return load(wanted, subjects=("S1",), cameras=CAMERAS[:1])

    first, second, other = again(0), again(0), again(1)
    for name in ("images", "joints_2d", "joints_3d", "visible", "boxes", "masks"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.card.fingerprint() == second.card.fingerprint() != other.card.fingerprint()
    assert not np.array_equal(first.joints_3d, other.joints_3d)
    assert not np.array_equal(first.images, other.images)


def test_a_part_of_the_set_has_the_samples_of_the_whole(walking: PoseData) -> None:
    part = load(request(), subjects=("S9",), cameras=CAMERAS[2:3])
    rows = ((walking.table["subject"] == "S9") & (walking.table["camera"] == CAMERAS[2])).to_numpy()
    np.testing.assert_array_equal(part.images, walking.images[rows])
    np.testing.assert_array_equal(part.joints_2d, walking.joints_2d[rows])


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_can_be_rendered(action: str) -> None:
    seen: list[tuple[int, int]] = []
    data = load(
        request(action, size=32, step=100, seconds=4.0),
        subjects=("S11",),
        cameras=CAMERAS[1:3],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert len(data) == 8
    assert seen == [(4, 8), (8, 8)]
    assert np.isfinite(data.joints_2d).all()
    assert (data.images.reshape(8, -1).std(1) > 8).all()
    assert 0.4 < data.visible.mean() <= 1
    sides = data.boxes[:, 2:] - data.boxes[:, :2]
    np.testing.assert_allclose(sides[:, 0], sides[:, 1], rtol=1e-5)


def test_a_companion_hides_but_does_not_widen_the_box() -> None:
    motion = generate("WalkingTogether", "S5", 1, seconds=8.0)
    assert motion.companion is not None
    frames = slice(0, None, 40)
    friend = replace(
        motion.companion,
        points=motion.companion.points[frames],
        planted=motion.companion.planted[frames],
        props=(),
    )
    hidden = 0
    for eye in RIG:
        together, alone = (
            render_motion(
                motion.points[frames], motion.body, motion.outfit, eye, companion=other, size=64, names=("x",)
            )
            for other in (friend, None)
        )
        np.testing.assert_array_equal(together.boxes, alone.boxes)
        assert not (together.visible & ~alone.visible).any()
        hidden += int((alone.visible & ~together.visible).sum())
    assert hidden > 10


def test_masks_agree_with_the_visibility_of_joints(walking: PoseData) -> None:
    assert walking.masks is not None
    assert walking.masks.shape == walking.images.shape[:3]
    assert set(np.unique(walking.masks)) == set(range(len(BODY_PARTS))), "and no other"
    seen = visible_joints(torch.from_numpy(walking.masks), torch.from_numpy(walking.joints_2d))
    np.testing.assert_array_equal(seen, walking.visible)


@pytest.mark.parametrize("action", ["WalkingTogether", "WalkingDog", "Sitting"])
def test_a_mask_is_the_silhouette_less_what_hides_it(action: str) -> None:
    motion = generate(action, "T1", 1, seconds=8.0).at(np.arange(0, 400, 50))
    assert motion.props or motion.companion
    names = (action, "T1", 1)
    masks, parts = [], []
    for eye in RIG:
        shots = render_motion(
            motion.points, motion.body, motion.outfit, eye,
            props=motion.props, companion=motion.companion, size=64, names=names,
        )  # fmt: skip
        alone = render_motion(motion.points, motion.body, motion.outfit, eye, size=64, names=names)
        table = pd.DataFrame(dict.fromkeys(TABLE_COLUMNS, 0), index=range(8))
        mask = from_shots([shots], [table], walking_card()).masks
        assert mask is not None
        shown, silhouette = mask > 0, alone.parts > 0
        hidden = np.isin(shots.parts, [PARTS.index("prop"), PARTS.index("companion")])
        np.testing.assert_array_equal(mask[shown], alone.parts[shown])
        np.testing.assert_array_equal(shown, silhouette & ~hidden)
        outside = (alone.parts == 0) & (shots.parts == 0)
        assert not mask[outside].any()
        masks.append(mask)
        parts.append(hidden)
    assert np.concatenate(parts).any(), "something else is seen"
    assert 0.05 < (np.concatenate(masks) > 0).mean() < 0.6


def walking_card() -> DataCard:
    return request_card(request())


def test_all_actions_follow_each_other() -> None:
    seen: list[tuple[int, int]] = []
    data = load(
        request("all", size=16, step=100, seconds=2.0),
        subjects=("S9",),
        cameras=CAMERAS[:1],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert tuple(dict.fromkeys(data.table["action"])) == ACTIONS
    assert data.card.parameters["action"] == "all"
    assert seen == [(i + 1, len(data)) for i in range(len(data))]
    one = load(request(size=16, step=100, seconds=2.0), subjects=("S9",), cameras=CAMERAS[:1])
    rows = (data.table["action"] == "Walking").to_numpy()
    np.testing.assert_array_equal(data.images[rows], one.images)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subjects": ("S2",)}, "unknown subject 'S2'; choose from S1, S5"),
        ({"subjects": ()}, "no subject given"),
        ({"cameras": ("top",)}, "unknown camera 'top'; choose from 54138969"),
    ],
)
def test_what_does_not_exist_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(request(seconds=0.1), **change)  # type: ignore[arg-type]


def test_motion_that_cannot_be_rendered_is_refused() -> None:
    points = generate("Walking", "S1", 1, seconds=0.1).points
    one, wear = body("S1"), outfit("S1", 1)
    with pytest.raises(ValueError, match="must be finite"):
        render_motion(points * np.nan, one, wear, RIG[0])
    with pytest.raises(ValueError, match="frame 0: the body reaches behind camera 54138969"):
        render_motion(points + 2.5 * RIG[0].T.numpy() * [1, 1, 0], one, wear, RIG[0])
