"""Metrics in words."""

from __future__ import annotations

import pytest
from samples import make

from pose_lib.bench.protocols import PROTOCOLS, NamedProtocol
from pose_lib.book.metric_titles import in_words, metric_title


@pytest.mark.parametrize(
    ("metric", "title"),
    [
        ("mpjpe", "MPJPE (mm)"),
        ("pa-mpjpe-by-action", "PA-MPJPE, by action (mm)"),
        ("degenerate", "degenerate poses (%)"),
        ("limb-ratio-upper", "limb ratios, upper body"),
        ("pcp-lower-arm", "PCP, lower arms (%)"),
        ("pcp-loose-upper-leg", "PCP, loose, upper legs (%)"),
        ("detected-pcp-left-lower-arm", "PCP, left lower arms (%), detected"),
        ("pdj-0.20", "PDJ at 0.2 (%)"),
        ("pdj-0.06-wrist", "PDJ at 0.06 (%), wrists"),
        ("held-pdj-0.20", "PDJ at 0.2 (%), kept from training"),
        ("map-distance-2", "distance of peaks, convolution 2 (window = 1)"),
        ("of-a-new-method", "of-a-new-method"),
    ],
)
def test_metrics_have_titles_in_words(metric: str, title: str) -> None:
    assert metric_title(metric) == title


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_every_metric_of_a_protocol_has_a_title(protocol: NamedProtocol) -> None:
    for metric in {*protocol.metrics, *protocol.measures(make())}:
        assert metric_title(metric) != metric


def test_a_clause_has_the_metric_in_words() -> None:
    clause = (
        "Ours, fine-tuned - CNN, limb-ratio-full: Walking (a run); Ours - CNN, mpjpe (not larger): Eating"
    )
    assert in_words(clause) == (
        "Ours, fine-tuned - CNN, limb ratios, full body: Walking (a run); "
        "Ours - CNN, MPJPE (mm) (not larger): Eating"
    )
