"""In every action bones keep their lengths, feet stand still, and the body does what the name says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from pose_lib.data.synthetic.bodies import BODY_PARENTS, BODY_POINTS, body
from pose_lib.data.synthetic.kinematics import LIMITS, angles
from pose_lib.data.synthetic.motion import ACTIONS, Motion, generate
from pose_lib.data.synthetic.people import SUBJECTS, TAKES, TEST
from pose_lib.data.synthetic.props import SEAT

INDEX = {name: i for i, name in enumerate(BODY_POINTS)}
PEOPLE = tuple((subject, TAKES[i % 2]) for i, subject in enumerate(SUBJECTS))
BRIEF = tuple((action, subject, take, 8.0, 0) for action in ACTIONS for subject, take in PEOPLE)
# Rare in a long take: knees drawn up to the chest, a hand on the floor behind the back, a hand that goes from
# behind the head to the lap or past the shoulder, a turn in many steps with the next one close behind.
LONG = (
    ("Posing", "S8", 1, 60.0, 3),
    ("Posing", "T5", 1, 60.0, 0),
    ("Purchases", "T5", 1, 60.0, 2),
    ("Sitting", "S8", 1, 60.0, 3),
    ("Sitting", "T1", 2, 60.0, 1),
    ("Sitting", "T2", 1, 60.0, 0),
    ("SittingDown", "S9", 2, 60.0, 2),
    ("SittingDown", "T1", 1, 60.0, 1),
    ("SittingDown", "T2", 1, 60.0, 1),
    ("SittingDown", "T6", 1, 60.0, 0),
    ("SittingDown", "T6", 2, 60.0, 0),
)
performances = pytest.mark.parametrize(("action", "subject", "take", "seconds", "seed"), [*BRIEF, *LONG])
SEGMENTS = {
    "right_hip": "hip",
    "left_hip": "hip",
    "right_knee": "thigh",
    "left_knee": "thigh",
    "right_ankle": "shank",
    "left_ankle": "shank",
    "left_toe": "foot",
    "right_toe": "foot",
    "spine": "spine",
    "thorax": "chest",
    "nose": "neck",
    "head": "head",
    "left_shoulder": "shoulder",
    "right_shoulder": "shoulder",
    "left_elbow": "upper_arm",
    "right_elbow": "upper_arm",
    "left_wrist": "forearm",
    "right_wrist": "forearm",
    "left_hand": "hand",
    "right_hand": "hand",
}


# Hip, right ankle, head and right wrist in mm at 3 s of the first take of S1, four seconds long.
REFERENCE = {
    "Directions": (
        (-331.76, 270.36, 905.16),
        (-302.24, 369.15, 64.94),
        (-417.25, 205.82, 1647.6),
        (-755.17, 782.24, 1289.68),
    ),
    "Discussion": (
        (440.75, -145.8, 902.38),
        (379.28, -148.23, 64.93),
        (476.43, -207.98, 1645.26),
        (482.52, -431.1, 1474.95),
    ),
    "Eating": (
        (397.58, -282.49, 533.22),
        (16.75, -731.3, 65.07),
        (380.38, -438.53, 1261.05),
        (214.98, -517.27, 899.56),
    ),
    "Greeting": (
        (93.93, -544.27, 906.42),
        (213.25, -412.35, 102.72),
        (-6.89, -561.6, 1648.87),
        (-18.33, -223.19, 1474.05),
    ),
    "Phoning": (
        (174.99, -162.08, 906.42),
        (-72.7, -171.69, 188.96),
        (208.6, -321.29, 1636.36),
        (137.42, -380.33, 1389.26),
    ),
    "Posing": (
        (76.87, -198.38, 891.04),
        (164.68, 9.96, 64.93),
        (37.31, -126.11, 1637.06),
        (-61.13, 169.79, 1692.41),
    ),
    "Purchases": (
        (414.05, 157.6, 905.1),
        (538.21, 323.32, 85.37),
        (241.8, 194.65, 1620.49),
        (333.67, 351.33, 800.68),
    ),
    "Sitting": (
        (-605.18, 285.16, 534.43),
        (-1059.79, 368.06, 65.07),
        (-890.96, 392.04, 1216.6),
        (-709.43, 412.0, 1128.84),
    ),
    "SittingDown": (
        (-386.0, 299.48, 356.27),
        (-478.93, 422.54, 126.2),
        (-754.19, 223.78, 1003.71),
        (-788.22, 322.16, 401.26),
    ),
    "Smoking": (
        (51.48, -29.44, 529.24),
        (466.1, -81.2, 252.51),
        (6.59, -70.41, 1277.42),
        (177.91, -75.93, 966.06),
    ),
    "TakingPhoto": (
        (498.54, -253.04, 906.42),
        (491.68, -209.01, 64.94),
        (298.15, -371.83, 1616.4),
        (186.84, -278.53, 1395.59),
    ),
    "Waiting": (
        (163.1, 458.67, 904.64),
        (95.96, 401.89, 64.94),
        (192.91, 387.98, 1649.23),
        (270.07, 326.12, 1069.45),
    ),
    "Walking": (
        (-1649.06, 225.27, 890.38),
        (-1721.03, 63.52, 74.85),
        (-1647.18, 156.15, 1638.85),
        (-1849.26, 270.38, 789.41),
    ),
    "WalkingDog": (
        (582.6, 1033.8, 885.08),
        (662.37, 941.66, 72.82),
        (790.17, 970.1, 1587.76),
        (712.22, 774.73, 847.99),
    ),
    "WalkingTogether": (
        (1684.03, -649.7, 895.56),
        (1780.11, -295.2, 165.52),
        (1622.68, -708.21, 1641.88),
        (1422.36, -640.43, 808.76),
    ),
}


@cache
def motion(action: str, subject: str = "S1", take: int = 1, seconds: float = 8.0, seed: int = 0) -> Motion:
    return generate(action, subject, take, seconds, seed)


def at(m: Motion, name: str) -> np.ndarray:
    return m.points[:, INDEX[name]]


def face(m: Motion, forward: float, up: float) -> np.ndarray:
    """A point before the nose, from thorax, nose and head alone."""
    n = m.body.lengths
    a = (at(m, "nose") - at(m, "thorax")) / n["neck"]  # 0.502 x + 0.865 z
    b = (at(m, "head") - at(m, "nose")) / n["head"]  # -0.415 x + 0.910 z
    x, z = 0.91 * a - 0.865 * b, 0.415 * a + 0.502 * b
    x, z = (v / np.linalg.norm(v, axis=-1, keepdims=True) for v in (x, z))
    return at(m, "nose") + forward * x + up * z


def near(m: Motion, target: np.ndarray, share: float) -> np.ndarray:
    """Distance (T, 2) of the left and the right hand, ``share`` from wrist to tip, to a target."""
    hands = [
        at(m, f"{s}_wrist") + share * (at(m, f"{s}_hand") - at(m, f"{s}_wrist")) for s in ("left", "right")
    ]
    return np.stack([np.linalg.norm(hand - target, axis=-1) for hand in hands], -1)


def prop(m: Motion, name: str) -> np.ndarray:
    return next(p.ends for p in m.props if p.name == name)


def named(m: Motion) -> set[str]:
    """First words of the names of the props."""
    return {p.name.split()[0] for p in m.props}


def test_there_are_the_fifteen_actions() -> None:
    assert len(ACTIONS) == 15
    assert list(ACTIONS) == sorted(ACTIONS)


@performances
def test_bones_keep_their_lengths_and_joints_their_ranges(
    action: str, subject: str, take: int, seconds: float, seed: int
) -> None:
    m = motion(action, subject, take, seconds, seed)
    for person in (m, m.companion) if m.companion else (m,):
        p = person.points
        assert p.shape == (round(50 * seconds), 21, 3)
        assert p.dtype == np.float64
        assert np.isfinite(p).all()
        lengths = np.linalg.norm(p - p[:, list(BODY_PARENTS)], axis=-1)
        assert np.ptp(lengths, axis=0).max() < 0.01, "bones have constant length"
        for child, name in SEGMENTS.items():
            assert lengths[0, INDEX[child]] == pytest.approx(person.body.lengths[name], abs=0.01)
        for name, values in angles(p).items():
            low, high = LIMITS[name]
            assert low <= values.min(), f"{name} is within its range"
            assert values.max() <= high, f"{name} is within its range"


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("subject", "take"), PEOPLE)
def test_knees_and_elbows_bend_the_right_way(action: str, subject: str, take: int) -> None:
    m = motion(action, subject, take)
    across = at(m, "left_hip") - at(m, "right_hip")
    for side in ("left", "right"):
        thigh, shank = (
            at(m, f"{side}_knee") - at(m, f"{side}_hip"),
            at(m, f"{side}_ankle") - at(m, f"{side}_knee"),
        )
        hinge = np.cross(shank, thigh)  # to the left where the knee bends backwards as knees do
        flexed = np.linalg.norm(hinge, axis=-1) > 0.3 * np.linalg.norm(thigh, axis=-1) * np.linalg.norm(
            shank, axis=-1
        )
        assert flexed.any()
        opened = (hinge * across).sum(-1) / np.linalg.norm(across, axis=-1) / np.linalg.norm(hinge, axis=-1)
        assert (opened[flexed] < (0.75 if "chair" in named(m) or action == "SittingDown" else 0.35)).all()


@performances
def test_feet_stay_where_they_are_planted(
    action: str, subject: str, take: int, seconds: float, seed: int
) -> None:
    m = motion(action, subject, take, seconds, seed)
    for person in (m, m.companion) if m.companion else (m,):
        for foot, side in enumerate(("left", "right")):
            frames = np.flatnonzero(person.planted[:, foot])
            for run in np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1):
                for tip in (f"{side}_ankle", f"{side}_toe"):
                    if len(run):
                        assert np.ptp(at(person, tip)[run], axis=0).max() < 1.0
                        height = person.body.lengths[tip.split("_")[1]]
                        assert at(person, tip)[run, 2] == pytest.approx(height, abs=0.5)
        if action != "SittingDown" and "chair" not in named(m):
            assert person.planted.any()
        feet = person.points[:, [INDEX[n] for n in ("left_ankle", "right_ankle", "left_toe", "right_toe")], 2]
        assert feet.min() > 10.0, "no foot goes through the floor"


@performances
def test_motion_is_smooth_and_stays_in_the_room(
    action: str, subject: str, take: int, seconds: float, seed: int
) -> None:
    m = motion(action, subject, take, seconds, seed)
    speed = np.linalg.norm(np.diff(m.points, axis=0), axis=-1) * 50 / 1000
    acceleration = np.linalg.norm(np.diff(m.points, 2, axis=0), axis=-1) * 50**2 / 1000
    assert speed.max() < 9.0, "m/s"
    assert acceleration.max() < 200.0, "m/s^2"
    assert np.quantile(acceleration, 0.995) < 50.0
    assert speed.mean() > 0.005, "nobody stands still"
    assert np.abs(m.points[:, 0, :2]).max() < 2200
    assert m.points[:, INDEX["head"], 2].max() < 1.08 * m.body.stature
    assert m.points[..., 2].min() > -60.0


@pytest.mark.parametrize("action", ACTIONS)
def test_same_arguments_same_motion_others_differ(action: str) -> None:
    m = motion(action)
    again = generate(action, "S1", 1, 8.0)
    assert np.array_equal(m.points, again.points)
    assert np.array_equal(m.planted, again.planted)
    others = [motion(action, "S1", 2), motion(action, "S7", 1), motion(action, "S1", 1, 8.0, seed=1)]
    for other in others:
        apart = other.points - other.points[:, :1] - (m.points - m.points[:, :1])
        assert np.linalg.norm(apart, axis=-1).mean() > 30.0


@pytest.mark.parametrize("action", ACTIONS)
def test_poses_are_those_of_every_platform(action: str) -> None:
    frame = motion(action, "S1", 1, 4.0).points[150]
    points = [INDEX[name] for name in ("hip", "right_ankle", "head", "right_wrist")]
    np.testing.assert_allclose(frame[points], REFERENCE[action], atol=0.02)


@pytest.mark.parametrize("action", ACTIONS)
def test_props_last_as_long_as_the_motion(action: str) -> None:
    for take in TAKES:
        m = motion(action, "S1", take)
        for p in m.props:
            assert p.ends.shape == (400, 2, 3)
            assert np.isfinite(p.ends).all()
            assert min(p.radii) > 0
            assert len(p.colour) == 3
            assert p.ends[..., 2].min() > -20.0


@pytest.mark.parametrize("subject", SUBJECTS)
def test_walking_is_human_gait(subject: str) -> None:
    m = motion("Walking", subject, 1, 20.0)
    speed = np.linalg.norm(np.diff(m.points[:, 0, :2], axis=0), axis=-1) * 50 / 1000
    assert 0.8 < speed.mean() < 1.5
    bend = angles(m.points)["knee"]
    assert bend.max() > 50, "the swing leg folds"
    assert 2 < bend.min() < 15, "and stretches before it lands"
    strikes = (np.diff(m.planted[:, 0].astype(int)) == 1).sum()
    assert 0.6 < strikes / 20 < 1.15, "strides/s"
    assert not (~m.planted).all(1)[10:-10].mean() > 0.75
    forward = np.cross(at(m, "left_hip") - at(m, "right_hip"), [0.0, 0.0, 1.0])
    hand, foot = (
        ((at(m, f"left_{tip}") - at(m, f"right_{tip}")) * forward).sum(-1) for tip in ("wrist", "ankle")
    )
    assert np.corrcoef(hand, foot)[0, 1] < -0.6, "arms swing against the legs"
    course = np.unwrap(np.arctan2(forward[:, 1], forward[:, 0]))
    assert np.ptp(course) > np.pi, "cameras see more than one side"
    assert 8 < np.ptp(m.points[200:300, 0, 2]) < 120, "the hip bobs"


@pytest.mark.parametrize("subject", ["S1", "S8", "S11"])
@pytest.mark.parametrize("take", TAKES)
def test_phone_is_at_the_ear(subject: str, take: int) -> None:
    m = motion("Phoning", subject, take)
    phone = prop(m, "phone").mean(1)
    late = slice(250, None)
    assert near(m, phone, 0.62)[late].min(1).max() < 5.0, "a hand holds it"
    assert np.linalg.norm(phone - face(m, -78.0, 0.0), axis=-1)[late].max() < 150.0
    head = face(m, -90.0, 10.0)
    assert np.linalg.norm(phone - head, axis=-1)[late].min() > 0.8 * m.body.girths["skull"], (
        "not inside of it"
    )


@pytest.mark.parametrize(("action", "share", "radius"), [("Smoking", 0.92, 35.0), ("Eating", 0.92, 110.0)])
@pytest.mark.parametrize("take", TAKES)
def test_hand_goes_to_the_mouth_and_away(action: str, share: float, radius: float, take: int) -> None:
    m = motion(action, "S5", take, 20.0)
    distance = near(m, face(m, 12.0, -42.0), share).min(1)
    there = distance < radius
    assert (np.diff(there.astype(int)) == 1).sum() >= 2, "again and again"
    assert 0.05 < there.mean() < 0.7
    assert distance.max() > 200.0


@pytest.mark.parametrize("take", TAKES)
def test_camera_is_before_the_eyes_in_both_hands(take: int) -> None:
    m = motion("TakingPhoto", "S8", take, 20.0)
    camera = prop(m, "camera").mean(1)
    assert near(m, camera, 0.62).max() < 130.0
    up = np.linalg.norm(camera - face(m, 95.0, 12.0), axis=-1) < 40.0
    assert up.mean() > 0.3


@pytest.mark.parametrize("take", TAKES)
def test_dog_is_on_the_leash(take: int) -> None:
    m = motion("WalkingDog", "S7", take)
    leash = prop(m, "leash")
    assert near(m, leash[:, 0], 0.55).min(1).max() < 1.0
    neck = prop(m, "dog neck").mean(1)
    assert np.linalg.norm(leash[:, 1] - neck, axis=-1).max() < 1.0
    assert np.linalg.norm(leash[:, 1] - leash[:, 0], axis=-1).max() < 3000.0


def test_bag_hangs_from_a_hand() -> None:
    m = motion("Purchases", "S6", 1)
    assert near(m, prop(m, "bag handle")[:, 0], 0.6).min(1).max() < 1.0


@pytest.mark.parametrize("take", TAKES)
def test_seated_people_are_on_the_chair(take: int) -> None:
    for action in ("Sitting", "Eating"):
        m = motion(action, "S11", take)
        seat = np.concatenate([p.ends for p in m.props if p.name == "chair seat"], 1).mean(1)
        assert np.linalg.norm((m.points[:, 0] - seat)[:, :2], axis=-1).max() < 150
        assert np.abs(m.points[:, 0, 2] - SEAT - m.body.girths["thigh"]).max() < 45
        knees = m.points[:, [INDEX["left_knee"], INDEX["right_knee"]], 2]
        assert knees.min() > 0.8 * SEAT


def test_sitting_down_ends_on_the_floor() -> None:
    low = [motion("SittingDown", s, 1, 20.0).points[:, 0, 2] / body(s).stature for s in ("S1", "S8", "S9")]
    assert np.median(low) < 0.25
    assert np.max(low) > 0.45, "and starts or ends on the feet"


def test_two_walk_together() -> None:
    for subject in SUBJECTS:
        m = motion("WalkingTogether", subject, 1)
        assert m.companion is not None
        assert m.companion.body.subject != subject
        assert (m.companion.body.subject in TEST) == (subject in TEST), "no train person in a test"
        gap = np.linalg.norm(m.points[:, 0] - m.companion.points[:, 0], axis=-1)
        assert gap.min() > 450.0
        assert gap.max() < 1300.0


def pose_spread(action: str) -> float:
    """Mean distance in mm of poses, turned to face the same way, to their mean."""
    poses = []
    for subject in ("S1", "S5", "S6", "S8"):
        for take in TAKES:
            p = motion(action, subject, take, 20.0).points[::10, :17]
            across = p[:, INDEX["left_hip"]] - p[:, INDEX["right_hip"]]
            c, s = (v[:, None] for v in (across[:, 1], -across[:, 0]) / np.hypot(across[:, 0], across[:, 1]))
            x, y, z = np.moveaxis(p - p[:, :1], -1, 0)
            poses.append(np.stack([c * x + s * y, c * y - s * x, z], -1))
    every = np.concatenate(poses)
    return float(np.linalg.norm(every - every.mean(0), axis=-1).mean())


def test_actions_differ_in_difficulty() -> None:
    spread = {action: pose_spread(action) for action in ("Walking", "Discussion", "Sitting", "SittingDown")}
    assert spread["Walking"] < spread["Discussion"] < spread["Sitting"] < spread["SittingDown"]
    assert spread["SittingDown"] > 1.5 * spread["Walking"]


def test_unknown_names_are_refused_with_the_valid_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown action 'Dancing'.*Directions.*WalkingTogether"):
        generate("Dancing", "S1", 1)
    with pytest.raises(ValueError, match=r"unknown subject 'S2'.*S11"):
        generate("Walking", "S2", 1)
    with pytest.raises(ValueError, match="unknown take 3"):
        generate("Walking", "S1", 3)
    for seconds in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="positive number"):
            generate("Walking", "S1", 1, seconds)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("seconds", [0.02, 0.1, 1.0])
def test_short_motions_work(action: str, seconds: float) -> None:
    assert generate(action, "S6", 2, seconds).points.shape == (round(50 * seconds), 21, 3)
