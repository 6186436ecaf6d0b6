"""Upper bodies cut out of crops: boxes, sides, random moves, and who is left out."""

from __future__ import annotations

import numpy as np
import torch
from hmlpe_runs import people

from pose_lib.data.references import TORSO
from pose_lib.data.upper_body import cut_boxes, upper_bodies
from pose_lib.geometry.boxes import from_crop
from pose_lib.geometry.skeletons import LSP14, STICKMEN8


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
    # From the left hip to the right shoulder, by the sides of the picture.
    ends = [[LSP14.index(f"{s}_{j}") for j in ("hip", "shoulder")] for s in ("left", "right")]
    (left_hip, left_shoulder), (right_hip, right_shoulder) = ends
    straight_torso, turned_torso = (
        np.linalg.norm(data.joints_2d[:, hip] - data.joints_2d[:, shoulder], axis=1)
        for hip, shoulder in ((left_hip, right_shoulder), (right_hip, left_shoulder))
    )
    torso = np.where(straight, straight_torso, turned_torso)
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
