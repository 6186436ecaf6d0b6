"""Metrics in words."""

from __future__ import annotations

import pytest

from pose_lib.book.metric_titles import in_words, metric_title


@pytest.mark.parametrize(
    ("metric", "title"),
    [
        ("mpjpe", "MPJPE (mm)"),
        ("limb-ratio-upper", "limb ratios, upper body"),
        ("pcp-lower-arm", "PCP, lower arms (%)"),
        ("pcp-loose-upper-leg", "PCP, loose, upper legs (%)"),
        ("detected-pcp-left-lower-arm", "PCP, left lower arms (%), detected"),
        ("pdj-0.20", "PDJ at 0.2 (%)"),
        ("map-distance-2", "distance of peaks, convolution 2 (window = 1)"),
        ("of-a-new-method", "of-a-new-method"),
    ],
)
def test_metrics_have_titles_in_words(metric: str, title: str) -> None:
    assert metric_title(metric) == title


def test_a_clause_has_the_metric_in_words() -> None:
    clause = (
        "Ours, fine-tuned - CNN, limb-ratio-full: Walking (a run); Ours - CNN, mpjpe (not larger): Eating"
    )
    assert in_words(clause) == (
        "Ours, fine-tuned - CNN, limb ratios, full body: Walking (a run); "
        "Ours - CNN, MPJPE (mm) (not larger): Eating"
    )
