"""Bodies have human proportions, and no two people or outfits are alike."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pose_lib.data.synthetic.bodies import ARM_AND_LEG, BODY_PARENTS, BODY_POINTS, SPREAD, _lengths, body
from pose_lib.data.synthetic.people import PEOPLE, SUBJECTS, TAKES, TEST, TRAIN
from pose_lib.data.synthetic.wardrobe import outfit
from pose_lib.geometry.skeletons import H36M17

# Winter, Biomechanics and Motor Control of Human Movement, Fig. 4.1, as fractions of the stature; of the
# upper arm, which begins at the acromion there (0.186), the part below the joint's centre. Men's hands.
WINTER = {"thigh": 0.245, "shank": 0.246, "ankle": 0.039, "upper_arm": 0.172, "forearm": 0.146, "hand": 0.108}


def test_points_are_the_joints_and_the_tips_of_hands_and_feet() -> None:
    assert BODY_POINTS[:17] == H36M17.joints
    assert BODY_PARENTS[:17] == H36M17.parents
    assert [BODY_POINTS[BODY_PARENTS[i]] for i in range(17, 21)] == [
        "left_ankle",
        "right_ankle",
        "left_wrist",
        "right_wrist",
    ]


def test_training_people_are_those_of_human36m_and_test_people_are_others() -> None:
    assert TRAIN == ("S1", "S5", "S6", "S7", "S8")
    assert TEST[:2] == ("S9", "S11")
    assert len(TEST) >= 8
    assert (*TRAIN, *TEST) == SUBJECTS == tuple(PEOPLE)
    assert len(set(SUBJECTS)) == len(SUBJECTS)
    assert not any(re.fullmatch(r"S\d+", name) for name in TEST[2:]), "no other is one of Human3.6M's"
    for split in (TRAIN, TEST):
        assert {PEOPLE[name].female for name in split} == {True, False}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_proportions_are_published_ones(subject: str) -> None:
    person = body(subject)
    means = WINTER | ({"hand": 0.104} if person.female else {})
    for name, fraction in means.items():
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
    assert len({(p.skin, p.hair) for p in people}) == len(SUBJECTS)


@pytest.mark.parametrize("split", [TRAIN, TEST])
def test_proportions_of_people_vary_as_measured(split: tuple[str, ...]) -> None:
    people = [body(s).lengths for s in split]
    for far, near in (("shank", "thigh"), ("forearm", "upper_arm")):
        ratios = np.log([n[far] / n[near] for n in people])
        assert 0.5 < ratios.std(ddof=1) / SPREAD[far] < 1.6
        assert np.abs(ratios - ratios.mean()).max() < 4 * SPREAD[far]
    ratio = [body(s).lengths["thigh"] / body(s).stature for s in split]
    assert 0.01 < np.std(ratio) / np.mean(ratio) < 0.05


def test_the_mean_of_many_bodies_is_the_published_one() -> None:
    drawn = [_lengths(f"somebody {i}", PEOPLE["S9"]) for i in range(400)]
    for name, fraction in WINTER.items():
        mean = np.mean([n[name] for n in drawn]) / PEOPLE["S9"].stature
        assert mean == pytest.approx(fraction, rel=0.01)
    leg = np.array([n["thigh"] + n["shank"] for n in drawn])
    arm = np.array([n["upper_arm"] + n["forearm"] for n in drawn])
    assert leg.std() / leg.mean() == pytest.approx(SPREAD["leg"], rel=0.15)
    assert np.corrcoef(leg, arm)[0, 1] == pytest.approx(ARM_AND_LEG, abs=0.1)


def test_no_two_outfits_are_alike() -> None:
    clothes = [outfit(s, k) for s in SUBJECTS for k in TAKES]
    assert len({(c.shirt, c.shirt_pattern, c.trousers, c.legs) for c in clothes}) == len(clothes) == 26
    assert len({c.shirt_pattern for c in clothes}) == 4
    for c in clothes:
        for colour in (c.shirt, c.accent, c.trousers, c.shoes):
            assert all(0.0 <= channel <= 1.0 for channel in colour)


def test_unknown_subject_or_take_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'S2'.*S1, S5, S6, S7, S8, S9, S11, T1"):
        body("S2")
    with pytest.raises(ValueError, match="subjects are S1"):
        outfit("S2", 1)
    with pytest.raises(ValueError, match="takes 1 and 2"):
        outfit("S1", 3)
