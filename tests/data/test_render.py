"""Pictures: people on their joints, in front of the room, nearer things before farther ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from pose_lib.data.synthetic import render as module
from pose_lib.data.synthetic.anatomy import person
from pose_lib.data.synthetic.backdrop import backdrop
from pose_lib.data.synthetic.flesh import PARTS, Clay, Paint, Solids, join
from pose_lib.data.synthetic.motion import generate
from pose_lib.data.synthetic.people import SUBJECTS
from pose_lib.data.synthetic.raster import Outlines
from pose_lib.data.synthetic.render import Pictures, render, visible_joints
from pose_lib.data.synthetic.rig import RIG
from pose_lib.data.synthetic.rooms import FLOORS, room
from pose_lib.data.synthetic.shots import subject_boxes
from pose_lib.geometry.boxes import to_crop
from pose_lib.geometry.skeletons import H36M17

EYE = RIG[1]
ROOM = room("tests")


def scene(frames: int = 6) -> tuple[Solids, Tensor, Tensor]:
    """Solids, boxes and image pixels (T, 21, 2) of a short walk."""
    motion = generate("Walking", "S9", 1, seconds=frames * 0.5)
    points = torch.from_numpy(motion.points[::25][:frames])
    pixels = EYE.project(EYE.to_camera(points))
    return person(points, motion.body, motion.outfit), subject_boxes(pixels, "tests"), pixels


def ball(at: Tensor, radius: float, part: str = "prop") -> Solids:
    """A sphere at world points (T, 3)."""
    clay = Clay()
    clay.add(part, at.float(), at.float(), (radius, radius), Paint((0.9, 0.1, 0.9)))
    return clay.solids()


def same(a: Pictures, b: Pictures) -> bool:
    return all(torch.equal(getattr(a, n), getattr(b, n)) for n in ("images", "parts", "depth"))


@pytest.mark.parametrize("size", [33, 64, 128])
def test_pictures_have_the_size_asked_for_and_none_is_empty(size: int) -> None:
    solids, boxes, _ = scene(frames=3)
    seen = render(solids, EYE, boxes, size, ROOM)
    assert seen.images.shape == (3, size, size, 3)
    assert seen.images.dtype == seen.parts.dtype == torch.uint8
    body = seen.parts > 0
    share = body.float().mean((1, 2))
    assert bool((share > 0.04).all() & (share < 0.6).all())
    assert torch.equal(body, seen.depth.isfinite())
    assert bool((seen.images.float().std((1, 2, 3)) > 8).all())


def test_all_sizes_show_the_same_scene() -> None:
    solids, boxes, _ = scene(frames=3)
    small, large = (render(solids, EYE, boxes, size, ROOM) for size in (64, 128))
    shrunk = torch.nn.functional.avg_pool2d(large.images.permute(0, 3, 1, 2).float(), 2).permute(0, 2, 3, 1)
    assert float((small.images.float() - shrunk).abs().mean()) < 9
    agree = (small.parts == large.parts[:, ::2, ::2]) | (small.parts == large.parts[:, 1::2, 1::2])
    assert float(agree.float().mean()) > 0.98


@pytest.mark.parametrize("subject", SUBJECTS)
def test_joints_lie_on_the_pixels_of_the_body(subject: str) -> None:
    walk = generate("Walking", subject, 1, seconds=4.0)
    points = torch.from_numpy(walk.points[::25])
    in_camera = EYE.to_camera(points)
    pixels = EYE.project(in_camera)
    boxes = subject_boxes(pixels, "tests")
    seen = render(person(points, walk.body, walk.outfit), EYE, boxes, 128, ROOM)
    joints = to_crop(pixels, boxes, 128)[:, :17]
    column, row = joints.floor().long().clamp(0, 127).unbind(-1)
    picture = torch.arange(len(points))[:, None]
    assert bool((seen.parts[picture, row, column] > 0).all())
    assert 0.5 < float(visible_joints(seen.parts, joints).float().mean()) < 1
    # Depth is read in the joint's own pixel, so the joint must be seen there. A joint that is seen only next
    # to it counts as visible too, and may itself be behind an arm that swings in front of the hip.
    visible = visible_joints(seen.parts, joints, radius=0)
    below = (in_camera[:, :17, 2] - seen.depth[picture, row, column]).masked_fill(~visible, torch.nan)
    assert float(below.nan_to_num(0.0).min()) > -15, "a pixel covers about 15 mm"
    # No skin is farther from its joint than that of the other side of the trunk, where a shoulder or a hip is
    # seen through its whole breadth. Heads are less deep than the pelvis is broad.
    n, g = walk.body.lengths, walk.body.girths
    for j, joint in enumerate(H36M17.joints):
        shoulder = joint.endswith("shoulder")
        most = n["shoulder"] + g["chest_width"] if shoulder else n["hip"] + g["pelvis_width"]
        assert float(below[:, j].nan_to_num(0.0).max()) < most, joint


def test_a_thing_in_front_of_a_joint_hides_it_and_one_behind_does_not() -> None:
    solids, boxes, pixels = scene(frames=4)
    points = torch.from_numpy(generate("Walking", "S9", 1, seconds=2.0).points[::25][:4])
    joints = to_crop(pixels[:, :17], boxes, 128)
    towards = torch.nn.functional.normalize(EYE.T - points, dim=-1)
    for name in ("head", "hip"):
        j = H36M17.index(name)
        for sign, hidden in ((1, True), (-1, False)):
            place = points[:, j] + sign * 600 * towards[:, j]
            seen = render(join([solids, ball(place, 110)]), EYE, boxes, 128, ROOM)
            prop = seen.parts == PARTS.index("prop")
            assert bool(prop.flatten(1).any(1).all()) or not hidden
            alone = visible_joints(render(solids, EYE, boxes, 128, ROOM).parts, joints)[:, j]
            now = visible_joints(seen.parts, joints)[:, j]
            assert torch.equal(now, torch.zeros_like(now) if hidden else alone)


def test_the_order_of_the_solids_does_not_matter() -> None:
    solids, boxes, _ = scene(frames=2)
    order = torch.randperm(len(solids.part), generator=torch.Generator().manual_seed(3))
    shuffled = Solids(
        ends=solids.ends[:, order],
        radii=solids.radii[order],
        colours=solids.colours[order],
        material=solids.material[order],
        part=solids.part[order],
        grain=solids.grain[:, order],
        phase=solids.phase[:, order],
    )
    one, two = (render(s, EYE, boxes, 64, ROOM) for s in (solids, shuffled))
    torch.testing.assert_close(one.depth, two.depth)
    assert float((one.images != two.images).float().mean()) < 1e-3


def test_the_same_names_give_the_same_picture_whatever_the_batch() -> None:
    solids, boxes, _ = scene(frames=5)
    first = render(solids, EYE, boxes, 64, room("a"), noise=("n",))
    assert same(first, render(solids, EYE, boxes, 64, room("a"), noise=("n",)))
    assert same(first, render(solids, EYE, boxes, 64, room("a"), noise=("n",), batch=2))
    noisy = render(solids, EYE, boxes, 64, room("a"), noise=("m",))
    assert torch.equal(first.parts, noisy.parts)
    assert not torch.equal(first.images, noisy.images)
    assert not torch.equal(first.images, render(solids, EYE, boxes, 64, room("b"), noise=("n",)).images)


def test_no_more_than_a_batch_is_drawn_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    solids, boxes, _ = scene(frames=7)
    drawn: list[int] = []
    original = module.visible_pixels

    def watched(outlines: Outlines, width: int, height: int) -> object:
        drawn.append(len(outlines.xy))
        return original(outlines, width, height)

    monkeypatch.setattr(module, "visible_pixels", watched)
    render(solids, EYE, boxes, 32, ROOM, batch=3)
    assert max(drawn) <= 3
    assert sum(drawn) == 7


def test_threads_draw_the_same_and_leave_torchs_own_alone() -> None:
    solids, boxes, _ = scene(frames=7)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = render(solids, EYE, boxes, 32, ROOM, batch=2)
        torch.set_num_threads(2)
        shared = render(solids, EYE, boxes, 32, ROOM, batch=2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert same(alone, shared)


def test_an_error_in_a_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Tensor:
        raise RuntimeError("no light")

    solids, boxes, _ = scene(frames=3)
    monkeypatch.setattr(module, "shaded", broken)
    before = torch.get_num_threads()
    try:
        for count in (1, 2):
            torch.set_num_threads(count)
            with pytest.raises(RuntimeError, match="no light"):
                render(solids, EYE, boxes, 32, ROOM, batch=1)
    finally:
        torch.set_num_threads(before)


def test_the_person_changes_the_room_only_by_shadow_and_only_nearby() -> None:
    solids, boxes, _ = scene(frames=2)
    quiet = replace(ROOM, noise=0.0)
    away = replace(solids, ends=solids.ends + torch.tensor([0.0, 0.0, 1e5]))
    with_person, empty = (render(s, EYE, boxes, 96, quiet) for s in (solids, away))
    room_only = with_person.parts == 0
    # The outermost pixels of a person are softened into the room.
    inner = -torch.nn.functional.max_pool2d(-room_only.float()[:, None], 5, 1, 2)[:, 0] > 0
    change = with_person.images.int() - empty.images.int()
    assert int(change[inner].max()) <= 0
    assert int(change[inner].min()) < -10
    assert float((change[inner].abs() > 3).float().mean()) < 0.35
    assert float((change[~room_only].abs() > 10).float().mean()) > 0.6


def test_light_from_the_left_brightens_the_left() -> None:
    boxes = torch.tensor([[300.0, 300.0, 700.0, 700.0]])
    centre = EYE.to_world(EYE.unproject(torch.tensor([[500.0, 500.0]]).double(), torch.tensor([4000.0])))
    left = tuple((-EYE.R[0]).tolist())
    lit = replace(ROOM, noise=0.0, light=replace(ROOM.light, towards=(*left[:2], 0.3)))
    seen = render(ball(centre, 400, "torso"), EYE, boxes, 64, lit)
    columns = torch.arange(64).expand(64, 64)[seen.parts[0] > 0]
    bright = seen.images[0].float().mean(-1)[seen.parts[0] > 0]
    middle = float(columns.float().mean())
    assert float(bright[columns < middle - 5].mean()) > 1.3 * float(bright[columns > middle + 5].mean())
    assert middle == pytest.approx(32, abs=1.5)


def test_solids_behind_the_camera_are_not_drawn() -> None:
    boxes = torch.tensor([[300.0, 300.0, 700.0, 700.0]])
    behind = EYE.to_world(torch.tensor([[0.0, 0.0, -3000.0]]).double())
    seen = render(ball(behind, 500), EYE, boxes, 32, ROOM)
    assert not seen.parts.any()


def test_joints_outside_or_without_a_place_are_not_visible() -> None:
    parts = torch.full((1, 32, 32), PARTS.index("head"), dtype=torch.uint8)
    joints = torch.full((1, 17, 2), 16.0)
    head, nose = H36M17.index("head"), H36M17.index("nose")
    assert bool(visible_joints(parts, joints)[0, head])
    assert not bool(visible_joints(parts, joints)[0, H36M17.index("left_knee")])
    joints[0, head], joints[0, nose] = torch.tensor([-0.5, 5.0]), torch.nan
    assert not bool(visible_joints(parts, joints)[0, [head, nose]].any())


def test_boxes_that_do_not_fit_are_refused() -> None:
    solids, boxes, _ = scene(frames=2)
    with pytest.raises(ValueError, match=r"must be finite and \(2, 4\)"):
        render(solids, EYE, boxes[:1], 32, ROOM)
    with pytest.raises(ValueError, match="finite"):
        render(solids, EYE, boxes * torch.nan, 32, ROOM)


def test_rooms_differ_by_name_and_cover_all_floors() -> None:
    rooms = [room("variety", k) for k in range(30)]
    assert {r.floor for r in rooms} == set(FLOORS)
    assert len({r.walls for r in rooms}) == 30
    assert room("variety", 3) == rooms[3]
    for r in rooms:
        assert sum(c * c for c in r.light.towards) == pytest.approx(1)
        assert r.light.towards[2] > 0.7
        assert all(min(h - abs(v) for h, v in zip(r.half, c.T.tolist(), strict=False)) > 300 for c in RIG)


def test_a_backdrop_for_some_crops_shows_in_them_what_the_whole_one_does() -> None:
    _, boxes, _ = scene(frames=2)
    region = (*boxes[:, :2].amin(0).tolist(), *boxes[:, 2:].amax(0).tolist())
    boxes = boxes.float()
    whole = backdrop(ROOM, EYE, region, 2.0)
    part = backdrop(ROOM, EYE, region, 2.0, boxes[:1], 48)
    assert torch.equal(part.crops(boxes[:1], 48), whole.crops(boxes[:1], 48))
    assert part.texels.shape == whole.texels.shape
    drawn = (part.texels > 0).any(-1).sum()
    assert 0 < drawn <= 48 * 48 < len(whole.texels.view(-1, 4))
