"""From one skeleton to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pose_lib.data.mapping import (
    backwards,
    joint_sources,
    observer_sides,
    sides_changed,
    to_skeleton,
)
from pose_lib.data.poses import DataCard, PoseData
from pose_lib.data.references import TORSO
from pose_lib.geometry.skeletons import FLIC11, H36M17, LSP14, STICKMEN8, Skeleton

ARM = ("shoulder", "elbow", "wrist")
ROUTES = [(H36M17, LSP14), (H36M17, STICKMEN8), (LSP14, STICKMEN8), (FLIC11, STICKMEN8)]
each_route = pytest.mark.parametrize(("source", "target"), ROUTES, ids=lambda s: s.name)


def people(skeleton: Skeleton, n: int = 5, seed: int = 0) -> PoseData:
    rng = np.random.default_rng(seed)
    j = len(skeleton)
    table = {"subject": "a", "action": "all", "sequence": 1, "camera": "", "frame": range(n), "split": "test"}
    return PoseData(
        images=rng.integers(0, 255, (n, 8, 8, 3), dtype=np.uint8),
        joints_2d=rng.uniform(0, 8, (n, j, 2)).astype(np.float32),
        joints_3d=rng.normal(size=(n, j, 3)).astype(np.float32) if skeleton == H36M17 else None,
        visible=np.ones((n, j), bool),
        boxes=np.tile(np.float32([0, 0, 8, 8]), (n, 1)),
        table=pd.DataFrame(table, index=range(n)),
        skeleton=skeleton,
        card=DataCard("made up", "here", "none"),
    )


@each_route
def test_joints_of_the_same_name_stay_where_they_are(source: Skeleton, target: Skeleton) -> None:
    data = people(source)
    made = to_skeleton(data, target)
    assert made.skeleton == target
    assert made.images is data.images
    same = [name for name in target.joints if name in source.joints and name not in ("head", "neck")]
    assert len(same) >= 6
    for name in same:
        np.testing.assert_array_equal(
            made.joints_2d[:, target.index(name)], data.joints_2d[:, source.index(name)]
        )
        if data.joints_3d is not None and made.joints_3d is not None:
            np.testing.assert_array_equal(
                made.joints_3d[:, target.index(name)], data.joints_3d[:, source.index(name)]
            )


@pytest.mark.parametrize(
    ("source", "target", "joint", "means"),
    [
        (H36M17, LSP14, "neck", ["thorax"]),
        (H36M17, LSP14, "head", ["head"]),
        (H36M17, STICKMEN8, "head", ["thorax", "head"]),
        (H36M17, STICKMEN8, "neck", ["thorax"]),
        (LSP14, STICKMEN8, "head", ["neck", "head"]),
        (LSP14, STICKMEN8, "neck", ["neck"]),
        (FLIC11, STICKMEN8, "head", ["nose"]),
        (FLIC11, STICKMEN8, "neck", ["left_shoulder", "right_shoulder"]),
    ],
)
def test_head_and_neck_follow_the_rules(
    source: Skeleton, target: Skeleton, joint: str, means: list[str]
) -> None:
    data = people(source)
    expected = np.mean([data.joints_2d[:, source.index(name)] for name in means], axis=0)
    got = to_skeleton(data, target).joints_2d[:, target.index(joint)]
    np.testing.assert_allclose(got, expected, rtol=1e-6)


@each_route
def test_mirroring_before_and_after_is_the_same(source: Skeleton, target: Skeleton) -> None:
    data = people(source)
    mirrored = people(source)
    mirrored.joints_2d[:] = (data.joints_2d * np.float32([-1, 1]))[:, list(source.mirror)]
    first = to_skeleton(mirrored, target).joints_2d
    second = (to_skeleton(data, target).joints_2d * np.float32([-1, 1]))[:, list(target.mirror)]
    np.testing.assert_allclose(first, second, rtol=1e-6)


def test_what_is_made_from_a_missing_joint_is_missing() -> None:
    data = people(FLIC11)
    shoulder = FLIC11.index("left_shoulder")
    data.joints_2d[2, shoulder] = np.nan
    data.visible[2, shoulder] = False
    made = to_skeleton(data, STICKMEN8)
    lost = [STICKMEN8.index(name) for name in ("left_shoulder", "neck")]
    missing = np.isnan(made.joints_2d).all(-1)
    assert sorted(np.flatnonzero(missing[2])) == sorted(lost) == sorted(np.flatnonzero(~made.visible[2]))
    assert not missing[[0, 1, 3, 4]].any()


def test_the_torso_is_kept_where_hips_are_lost() -> None:
    data = people(FLIC11)
    torso = to_skeleton(data, STICKMEN8).table[TORSO]
    a, b = FLIC11.index("left_hip"), FLIC11.index("right_shoulder")  # Eq. (7), Li et al. 2014
    for i in range(len(data)):
        assert torso[i] == pytest.approx(float(np.hypot(*(data.joints_2d[i, a] - data.joints_2d[i, b]))))
    assert TORSO not in to_skeleton(people(H36M17), LSP14).table.columns


def test_the_same_skeleton_changes_nothing_and_an_unknown_route_lists_the_known() -> None:
    data = people(LSP14)
    assert to_skeleton(data, LSP14) is data
    with pytest.raises(ValueError, match=r"stickmen8 to lsp14; there are: h36m17 to lsp14"):
        joint_sources(STICKMEN8, LSP14)


def test_observers_exchange_the_sides_of_those_seen_from_behind() -> None:
    data = people(LSP14, 40)
    seen = sides_changed(data.joints_2d, LSP14, "person", "observer")
    for before, after in zip(data.joints_2d, seen, strict=True):
        arms = [[before[LSP14.index(f"{s}_{j}"), 0] for s in ("left", "right")] for j in ARM]
        turned = all(left < right for left, right in arms)
        np.testing.assert_array_equal(after, before[list(LSP14.mirror)] if turned else before)
    assert 0 < backwards(data.joints_2d, LSP14).sum() < 40
    assert not backwards(seen, LSP14).any()
    np.testing.assert_array_equal(sides_changed(seen, LSP14, "observer", "observer"), seen)
    with pytest.raises(ValueError, match="who is seen from behind"):
        sides_changed(seen, LSP14, "observer", "person")


def test_the_card_says_whose_sides_they_are() -> None:
    data = people(LSP14, 40)
    made = observer_sides(data)
    np.testing.assert_array_equal(made.joints_2d, sides_changed(data.joints_2d, LSP14, "person", "observer"))
    assert (data.card.sides, made.card.sides) == ("person", "observer")
    assert observer_sides(made) is made
    # labels of an observer stay as they are, also where they look as if somebody were turned around
    named = replace(data, card=replace(data.card, sides="observer"))
    assert observer_sides(named) is named
