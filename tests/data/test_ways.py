"""Wrists, elbows and hands move evenly, past shoulder and floor."""

from __future__ import annotations

import numpy as np
import pytest

from pose_lib.data.synthetic.timing import Array, ease
from pose_lib.data.synthetic.ways import arc, elbow_side, level, off_shoulder, steady, way, within

UP = np.array([0.0, 0.0, 1.0])


def unit(*v: float) -> Array:
    return np.array(v) / np.linalg.norm(v)


def turns(v: Array) -> Array:
    """Angles (T - 1,) in radians between successive unit vectors."""
    return np.asarray(np.arccos(np.clip((v[1:] * v[:-1]).sum(-1), -1.0, 1.0)))


def test_an_elbow_turns_evenly_where_the_examples_disagree() -> None:
    weight = ease(np.arange(100) / 100)
    wrist = arc(unit(-0.77, 0.22, 0.6), unit(-0.55, 0.8, -0.2), weight)
    raw = elbow_side(wrist)
    assert turns(raw).max() > 0.5, "radians within a frame"
    even = steady(raw, wrist, 0.12)
    assert turns(even).max() < 0.25
    assert np.abs((even * wrist).sum(-1)).max() < 1e-9
    assert np.linalg.norm(even, axis=-1) == pytest.approx(1.0)
    np.testing.assert_allclose(even[[0, -1]], raw[[0, -1]], atol=0.05)


def test_an_elbow_that_rests_is_left_alone() -> None:
    wrist = np.broadcast_to(unit(0.6, -0.5, 0.6), (20, 3))
    np.testing.assert_allclose(steady(elbow_side(wrist), wrist, 0.12), elbow_side(wrist), atol=1e-12)


def test_a_wrist_takes_its_way_at_an_even_rate() -> None:
    a, b = 250 * unit(-0.3, -0.3, 0.9), 300 * unit(-0.15, 0.1, -1.0)
    length, share = way(a, b)
    path = arc(a, b, share(np.linspace(0, 1, 200)))
    rates = turns(path / np.linalg.norm(path, axis=-1, keepdims=True))
    assert rates.sum() == pytest.approx(length, rel=0.02)
    assert rates.max() < 2 * rates.mean()
    np.testing.assert_allclose(path[[0, -1]], [a, b], atol=1e-9)


def test_a_wrist_goes_past_the_front_of_the_shoulder() -> None:
    across = np.linspace(-400, 400, 161)
    straight = np.stack([0 * across, across, 0 * across], -1)
    led = off_shoulder(straight, 150.0)
    assert np.linalg.norm(led, axis=-1).min() > 100.0
    np.testing.assert_allclose(led[[0, -1]], straight[[0, -1]], atol=0.01)
    assert led[80, 0] > 100.0, "in front"
    assert turns(led / np.linalg.norm(led, axis=-1, keepdims=True)).max() < 0.1


def test_a_hand_over_the_floor_swings_round_evenly() -> None:
    lean = np.linspace(-0.6, 0.6, 60)
    hand = np.stack([np.sin(lean), np.full(60, 0.01), -np.cos(lean)], -1)  # almost through straight down
    hand /= np.linalg.norm(hand, axis=-1, keepdims=True)
    flat = level(hand, np.full(60, -0.5))
    assert flat[:, 2].min() > -0.5 - 1e-9
    assert np.linalg.norm(flat, axis=-1) == pytest.approx(1.0)
    assert turns(flat).max() < 0.25
    high = hand * [1.0, 1.0, -1.0]
    np.testing.assert_allclose(level(high, np.full(60, -0.5)), high, atol=1e-3)


def test_a_hand_keeps_within_an_angle_of_the_forearm() -> None:
    angle = np.linspace(0, 3, 50)
    hand = np.stack([np.sin(angle), 0 * angle, np.cos(angle)], -1)
    kept = within(hand, np.broadcast_to(UP, hand.shape), np.radians(98))
    bend = np.degrees(np.arccos(np.clip(kept @ UP, -1, 1)))
    assert bend.max() <= 98.0 + 1e-6
    np.testing.assert_allclose(bend[angle < 1.2], np.degrees(angle[angle < 1.2]), atol=0.3)
