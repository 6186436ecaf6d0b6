"""Bodies of cones: every part is there, around its joints, and left is left."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from pose_lib.data.synthetic.anatomy import person, things
from pose_lib.data.synthetic.bodies import BODY_POINTS, body
from pose_lib.data.synthetic.flesh import JOINT_PARTS, MATERIALS, PARTS, Clay, Paint, Solids, join
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.people import SUBJECTS
from pose_lib.data.synthetic.props import Prop
from pose_lib.data.synthetic.wardrobe import outfit
from pose_lib.geometry.skeletons import H36M17


def walking(subject: str) -> tuple[Tensor, Solids]:
    motion = generate("Walking", subject, 1, seconds=1.0)
    points = torch.from_numpy(motion.points[::10])
    return points, person(points, motion.body, motion.outfit)


def depth_inside(points: Tensor, solids: Solids, which: Tensor) -> Tensor:
    """How deep (T, K) in mm points (T, K, 3) lie under the surface of the nearest of some solids."""
    a, b = solids.ends[:, which, 0], solids.ends[:, which, 1]
    t = torch.linspace(0, 1, 60)[:, None, None, None]
    centres = a + t * (b - a)  # (steps, T, P, 3)
    radii = solids.radii[which, 0] + t[..., 0] * (solids.radii[which, 1] - solids.radii[which, 0])
    distance = (points.float()[None, :, :, None] - centres[:, :, None]).norm(dim=-1)
    return (radii[:, :, None] - distance).amax((0, 3))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_joints_lie_within_the_flesh_of_the_parts_that_meet_in_them(subject: str) -> None:
    points, solids = walking(subject)
    for j, joint in enumerate(H36M17.joints):
        parts = torch.tensor([PARTS.index(part) for part in JOINT_PARTS[joint]])
        which = torch.isin(solids.part.long(), parts).nonzero().squeeze(1)
        deep = depth_inside(points[:, j : j + 1], solids, which)
        # The top of the head and the nose lie on the skin.
        assert float(deep.min()) > (-6 if joint in ("head", "nose") else 10), joint


@pytest.mark.parametrize("subject", SUBJECTS)
def test_flesh_reaches_the_tips_of_hands_and_feet_and_not_far_beyond(subject: str) -> None:
    points, solids = walking(subject)
    for tip, part in (("left_toe", "left_foot"), ("right_hand", "right_hand")):
        which = (solids.part == PARTS.index(part)).nonzero().squeeze(1)
        deep = depth_inside(points[:, BODY_POINTS.index(tip), None], solids, which)
        assert float(deep.min()) > -15
        assert float(deep.max()) < 40


def test_every_part_is_made_and_no_solid_is_of_the_room() -> None:
    _, solids = walking("S5")
    made = {PARTS[i] for i in solids.part.tolist()}
    assert made == set(PARTS) - {"background", "prop", "companion"}


def test_soles_stand_on_the_floor() -> None:
    for subject in SUBJECTS:
        _, solids = walking(subject)
        lowest = (solids.ends[..., 2] - solids.radii).amin((1, 2))
        assert float(lowest.min()) > -30
        assert float(lowest.max()) < 15


def test_a_mirrored_body_is_made_of_mirrored_flesh() -> None:
    points, solids = walking("S8")
    flip = torch.tensor([-1.0, 1.0, 1.0])
    extra = [BODY_POINTS.index(n) for n in ("right_toe", "left_toe", "right_hand", "left_hand")]
    mirrored = person(points[:, [*H36M17.mirror, *extra]] * flip, body("S8"), outfit("S8", 1))
    for part in PARTS[1:-2]:
        other = part.replace("left", "*").replace("right", "left").replace("*", "right")
        here = solids.ends[:, solids.part == PARTS.index(part)] * flip
        there = mirrored.ends[:, mirrored.part == PARTS.index(other)]
        low, high = here.amin((1, 2)), here.amax((1, 2))
        torch.testing.assert_close(low, there.amin((1, 2)), atol=3.0, rtol=0)
        torch.testing.assert_close(high, there.amax((1, 2)), atol=3.0, rtol=0)


def test_the_face_is_in_front_and_the_hair_behind() -> None:
    motion = generate("Walking", "S1", 1, seconds=0.2)
    points = torch.from_numpy(motion.points)
    solids = person(points, motion.body, motion.outfit)
    p = dict(zip(BODY_POINTS, points.float().unbind(1), strict=True))
    forward = torch.linalg.cross(p["left_shoulder"] - p["right_shoulder"], p["thorax"] - p["spine"])
    hair = (solids.material == MATERIALS.index("hair")).nonzero().squeeze(1)
    ahead = ((p["nose"][:, None, None] - solids.ends[:, hair]) * forward[:, None, None]).sum(-1)
    assert bool((ahead > 0).all())


def test_sleeves_and_trouser_legs_end_where_the_outfit_says() -> None:
    points = torch.from_numpy(generate("Walking", "S5", 1, seconds=0.1).points)
    bare = torch.tensor(body("S5").skin)
    for take in (1, 2):
        wear = outfit("S5", take)
        solids = person(points, body("S5"), wear)
        for part, covered in (("left_upper_arm", wear.sleeves), ("left_shank", wear.legs - 1)):
            mine = solids.part == PARTS.index(part)
            skin = (solids.colours[mine, 0] == bare).all(-1)
            assert bool(skin.any()) == (covered < 1)
            assert bool((~skin).any()) == (covered > 0)


def test_a_companion_is_one_part_and_groups_join() -> None:
    points = torch.from_numpy(generate("Walking", "S1", 1, seconds=0.1).points)
    first, second = (person(points, body("S1"), outfit("S1", 1), part=p) for p in (None, "companion"))
    assert set(second.part.tolist()) == {PARTS.index("companion")}
    stick = Prop("stick", np.zeros((len(points), 2, 3)), (9.0, 5.0), (0.1, 0.2, 0.3))
    both = join([first, second, things([stick])])
    assert both.ends.shape == (len(points), 2 * first.ends.shape[1] + 1, 2, 3)
    assert both.radii[-1].tolist() == [9.0, 5.0]
    assert PARTS[int(both.part[-1])] == "prop"
    assert len(both.at(slice(0, 2))) == 2


def test_texture_coordinates_are_continuous_where_cones_share_a_frame() -> None:
    a, b, c = (torch.tensor([[0.0, 0.0, z]]) for z in (0.0, 100.0, 250.0))
    frame = (a, torch.tensor([[0.0, 0.0, 1.0]]), torch.tensor([[1.0, 0.0, 0.0]]))
    clay = Clay()
    clay.chain("torso", [(a, 50.0), (b, 60.0), (c, 50.0)], Paint((1.0, 0.0, 0.0), "stripes"), frame)
    made = clay.solids()
    end_of_first = made.phase[0, 0] + made.grain[0, 0] @ (b - a)[0]
    torch.testing.assert_close(end_of_first, made.phase[0, 1])


def test_points_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(4, 17, 3\), expected \(T, 21, 3\)"):
        person(torch.zeros(4, 17, 3), body("S1"), outfit("S1", 1))
