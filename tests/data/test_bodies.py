"""Bodies have human proportions, and no two people or outfits are alike."""

from __future__ import annotations

import numpy as np
import pytest

from pose_lib.data.synthetic.bodies import (
    BODY_PARENTS,
    BODY_POINTS,
    SUBJECTS,
    TAKES,
    TEST,
    TRAIN,
    body,
    outfit,
)
from pose_lib.geometry.skeletons import H36M17

# Winter, Biomechanics and Motor Control of Human Movement, Fig. 4.1, as fractions of the stature.
WINTER = {"thigh": 0.245, "shank": 0.246, "ankle": 0.039, "upper_arm": 0.186, "forearm": 0.146, "hand": 0.108}


def test_points_are_the_joints_and_the_tips_of_hands_and_feet() -> None:
    assert BODY_POINTS[:17] == H36M17.joints
    assert BODY_PARENTS[:17] == H36M17.parents
    assert [BODY_POINTS[BODY_PARENTS[i]] for i in range(17, 21)] == [
        "left_ankle",
        "right_ankle",
        "left_wrist",
        "right_wrist",
    ]


def test_training_and_test_people_are_disjoint() -> None:
    assert (*TRAIN, *TEST) == SUBJECTS
    assert not set(TRAIN) & set(TEST)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_proportions_are_published_ones(subject: str) -> None:
    person = body(subject)
    for name, fraction in WINTER.items():
        assert person.lengths[name] / person.stature == pytest.approx(fraction, rel=0.10)
    height = sum(person.lengths[name] for name in ("ankle", "shank", "thigh", "spine", "chest"))
    height += person.lengths["neck"] * 0.865 + person.lengths["head"] * 0.910
    assert height == pytest.approx(person.stature, rel=0.01)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_limbs_taper_and_fit_together(subject: str) -> None:
    g, n = body(subject).girths, body(subject).lengths
    assert g["thigh"] > g["knee"] > g["ankle"]
    assert g["deltoid"] > g["elbow"] > g["wrist"] > g["fingers"]
    assert g["pelvis_width"] > n["hip"]
    assert n["toe"] == pytest.approx(g["toe"], abs=4.0)
    assert all(value > 0 for value in (*g.values(), *n.values()))


def test_people_differ() -> None:
    people = [body(s) for s in SUBJECTS]
    assert len({p.stature for p in people}) == len(SUBJECTS)
    shapes = np.array([[p.lengths["thigh"], p.lengths["upper_arm"], p.lengths["shoulder"]] for p in people])
    ratios = shapes / np.array([[p.stature] for p in people])
    assert (ratios.std(0) > 0.001).all()
    assert {p.female for p in people} == {True, False}


def test_no_two_outfits_are_alike() -> None:
    clothes = [outfit(s, k) for s in SUBJECTS for k in TAKES]
    assert len({(c.shirt, c.shirt_pattern, c.trousers, c.legs) for c in clothes}) == 14
    assert len({c.shirt_pattern for c in clothes}) == 4
    for c in clothes:
        for colour in (c.shirt, c.accent, c.trousers, c.shoes):
            assert all(0.0 <= channel <= 1.0 for channel in colour)


def test_unknown_subject_or_take_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'S2'.*S1, S5, S6, S7, S8, S9, S11"):
        body("S2")
    with pytest.raises(ValueError, match="subjects are S1"):
        outfit("S2", 1)
    with pytest.raises(ValueError, match="takes 1 and 2"):
        outfit("S1", 3)
