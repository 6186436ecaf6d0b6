"""Feet that stand, roll from heel to toe, and swing to the next place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pose_lib.data.synthetic.bodies import Body
from pose_lib.data.synthetic.kinematics import SIDES, rotate, rotation, sole
from pose_lib.data.synthetic.timing import Array, Mask, bump, hermite, lower, soften, track

__all__ = ["Feet", "Treads", "feet", "settle", "stances", "support"]


_FLAT = 1e-9  # radians


@dataclass(frozen=True)
class Treads:
    """The K places of one foot, and when it goes from one to the next."""

    place: Array
    """(K, 2) mm, where the ankle is over a flat foot."""
    yaw: Array
    """(K,) radians."""
    lift: Array
    """(K - 1,) s, when the toe leaves place k."""
    land: Array
    """(K - 1,) s, when the heel meets place k + 1."""


@dataclass(frozen=True)
class Feet:
    """Both feet: left, right on the second axis."""

    ankle: Array
    """(T, 2, 3) mm."""
    frame: Array
    """(T, 2, 3, 3), x to the toe along a flat sole."""
    planted: Mask
    """(T, 2) whether the whole sole rests on the floor."""


def feet(body: Body, t: Array, treads: tuple[Treads, Treads], tiptoe: Array | float = 0.0) -> Feet:
    """Move both feet through their places.

    A foot lands on its heel, lies flat, rises about its toe, and swings; heel and toe rise less on short
    steps. ``tiptoe`` (T,) radians raises the heels of feet that stand.
    """
    both = [_foot(body, t, tread, np.broadcast_to(tiptoe, t.shape)) for tread in treads]
    ankle, frame, planted = zip(*both, strict=True)
    return Feet(np.stack(ankle, 1), np.stack(frame, 1), np.stack(planted, 1))


def _foot(body: Body, t: Array, tread: Treads, tiptoe: Array) -> tuple[Array, Array, Mask]:
    place, yaw, lift, land = tread.place, tread.yaw, tread.lift, tread.land
    ground = np.column_stack([place, np.full(len(place), body.lengths["ankle"])])
    if not len(lift):
        frame = rotation(np.full(t.shape, yaw[0]), tiptoe)
        return _over_pivot(body, ground[:1], yaw[:1], -tiptoe), frame, tiptoe < _FLAT

    stride = np.minimum(np.linalg.norm(np.diff(place, axis=0), axis=1) / (0.8 * body.stature), 1.0)
    swing, stance = land - lift, lift[1:] - land[:-1]
    rise = np.minimum(0.35, 0.5 * np.append(np.inf, stance))  # s from heel off to toe off
    settling = np.minimum(0.11, 0.2 * np.append(stance, np.inf))  # s from heel strike to foot flat
    off, strike = -np.radians(12.0 + 38.0 * stride), np.radians(20.0 * stride)
    spin, zero = 1.6 * off / rise, np.zeros_like(off)

    knots = np.stack([lift - rise, lift, lift + 0.55 * swing, land, land + settling], 1)
    angles = np.stack([zero, off, 0.15 * off + 0.5 * strike, strike, zero], 1)
    slopes = np.stack([zero, spin, (strike - off) / swing, zero, zero], 1)
    pitch = hermite(t, knots.ravel(), angles.ravel(), slopes.ravel())
    rests = np.searchsorted(lift - rise, t, "right") == np.searchsorted(land + settling, t, "right")
    raised = tiptoe * lower(rests.astype(np.float64), 0.3)
    pitch = pitch - raised
    frame = rotation(track(t, lift, swing, yaw), -pitch)
    nearest = np.searchsorted(0.5 * (lift + land), t)
    standing = _over_pivot(body, ground[nearest], yaw[nearest], pitch)

    # In the air: start with the speed of the roll-off, arrive at rest, clear the floor in between.
    leave, arrive = (
        _over_pivot(body, ground[:-1], yaw[:-1], off),
        _over_pivot(body, ground[1:], yaw[1:], strike),
    )
    tiny = 1e-5
    speed = (leave - _over_pivot(body, ground[:-1], yaw[:-1], off - tiny)) / tiny * spin[:, None]
    points = np.stack([leave, arrive], 1).reshape(-1, 3)
    speeds = np.stack([speed, np.zeros_like(speed)], 1).reshape(-1, 3)
    flying = hermite(t, np.stack([lift, land], 1).ravel(), points, speeds)
    step = np.clip(np.searchsorted(lift, t, "right") - 1, 0, len(lift) - 1)
    clearance = (0.030 - 0.022 * stride) * body.stature
    flying[:, 2] += clearance[step] * bump((t - lift[step]) / swing[step])
    aloft = (t > lift[step]) & (t < land[step])
    return np.where(aloft[:, None], flying, standing), frame, rests & (raised < _FLAT)


def _over_pivot(body: Body, ground: Array, yaw: Array, pitch: Array) -> Array:
    """Ankle (..., 3) of a foot on its place, turned about its toe (pitch < 0) or its heel (pitch > 0)."""
    toe = sole(body)
    heel = np.array([-0.25 * body.lengths["foot"], 0.0, body.girths["heel"] - body.lengths["ankle"]])
    pivot = np.where((pitch > 0)[..., None], heel, toe)
    flat = rotation(yaw)
    turned = rotation(yaw, -pitch)
    return ground + rotate(flat, pivot) - rotate(turned, pivot)


def stances(
    body: Body,
    spots: Array,
    yaws: Array,
    times: Array,
    spread: float,
    splay: float,
    pace: float,
) -> tuple[Treads, Treads]:
    """Treads of someone who stands and now and then turns or steps to another spot.

    Args:
        body: the width of its hips sets the width of the stance.
        spots: (K, 2) mm on the floor between the feet.
        yaws: (K,) radians, where the person faces at each spot.
        times: (K - 1,) s, when each change begins, or as soon as the steps before it are done.
        spread: distance between the feet, in hip widths.
        splay: how far the feet point outwards, radians.
        pace: seconds per step.
    """
    half = body.lengths["hip"] * spread
    lists: list[dict[str, list[Array | float]]] = [
        {"place": [], "yaw": [], "lift": [], "land": []} for _ in SIDES
    ]

    def put(side: int, spot: Array, yaw: float) -> None:
        across = np.array([-np.sin(yaw), np.cos(yaw)])
        back = -0.25 * body.lengths["foot"] * np.array([np.cos(yaw), np.sin(yaw)])
        lists[side]["place"].append(spot + SIDES[side] * half * across + back)
        lists[side]["yaw"].append(yaw + SIDES[side] * splay)

    for side in (0, 1):
        put(side, spots[0], yaws[0])
    free = -np.inf  # s, when the steps of the last change are done
    for k, time in enumerate(times):
        start = max(float(time), free)
        way, turn = spots[k + 1] - spots[k], yaws[k + 1] - yaws[k]
        distance = float(np.hypot(*way))
        count = max(2, int(np.ceil(max(distance / (0.2 * body.stature), abs(turn) / np.radians(35)))) + 1)
        course = yaws[k] + turn * 0.5
        if distance > 0.35 * body.stature:  # far enough to face the direction of the walk
            course = yaws[k] + _wrap(np.arctan2(way[1], way[0]) - yaws[k])
        first = 0 if turn > 0 else 1
        for step in range(count):
            fraction = min(1.0, (step + 1) / (count - 1))
            blend = np.interp(fraction, [0.0, 0.35, 0.65, 1.0], [yaws[k], course, course, yaws[k + 1]])
            side = (first + step) % 2
            put(side, spots[k] + fraction * way, float(blend))
            lists[side]["lift"].append(start + step * pace)
            lists[side]["land"].append(start + (step + 0.8) * pace)
        free = start + (count + 0.5) * pace
    return tuple(Treads(*(np.array(d[key]) for key in ("place", "yaw", "lift", "land"))) for d in lists)  # type: ignore[return-value]


def _wrap(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)


def support(
    body: Body, t: Array, treads: tuple[Treads, Treads], left: Array | float, calm: float
) -> tuple[Array, Array]:
    """Where the feet support a body: (T, 2) mm on the floor, and its heading (T,) in radians.

    Args:
        body: gives the length of the foot.
        t: times, s.
        treads: where the feet go.
        left: (T,) share of the left foot while both stand.
        calm: seconds by which the body's motion is smoothed.
    """
    share = np.broadcast_to(left, t.shape)
    spots, headings, loads = [], [], []
    for tread, load in zip(treads, (share, 1 - share), strict=True):
        k = np.searchsorted(0.5 * (tread.lift + tread.land), t)
        forward = 0.25 * body.lengths["foot"] * np.stack([np.cos(tread.yaw), np.sin(tread.yaw)], 1)
        spots.append((tread.place + forward)[k])
        headings.append(tread.yaw[k])
        aloft = np.searchsorted(tread.lift - 0.1, t) - np.searchsorted(tread.land, t)
        loads.append(np.where(aloft > 0, 0.02, load)[:, None])
    spot = (spots[0] * loads[0] + spots[1] * loads[1]) / (loads[0] + loads[1])
    return soften(spot, calm), soften(0.5 * (headings[0] + headings[1]), 1.3 * calm)


def settle(
    body: Body,
    spot: Array,
    height: Array | float,
    pelvis: Array,
    ankle: Array,
    calm: float = 0.16,
    flexion: float = 7.0,
) -> Array:
    """Hip (T, 3) over spots (T, 2) at ``height``, but no higher than legs allow.

    ``calm`` (s) is the time over which the height is smoothed, ``flexion`` (degrees) the least of a knee.
    """
    a, b = body.lengths["thigh"], body.lengths["shank"]
    longest = np.sqrt(a * a + b * b + 2 * a * b * np.cos(np.radians(flexion)))
    ceiling = np.broadcast_to(height, spot.shape[:1]).astype(np.float64)
    for side, sign in enumerate(SIDES):
        joint = rotate(pelvis, np.array([0.0, sign * body.lengths["hip"], 0.0]))
        across = ((spot + joint[:, :2] - ankle[:, side, :2]) ** 2).sum(-1)
        legs = np.sqrt(np.maximum(longest**2 - across, (0.3 * longest) ** 2))
        ceiling = np.minimum(ceiling, ankle[:, side, 2] + legs - joint[:, 2])
    return np.column_stack([spot, lower(ceiling, calm)])
