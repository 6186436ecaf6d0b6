"""Metrics in words: what stands in the heads of tables and on axes in place of their names in rows."""

from __future__ import annotations

import re

__all__ = ["in_words", "metric_title"]

_TITLES = {
    "mpjpe": "MPJPE (mm)",
    "pa-mpjpe": "PA-MPJPE (mm)",
    "mpjpe-std": "deviation of MPJPE (mm)",
    "mpjpe-by-action": "MPJPE, by action (mm)",
    "pa-mpjpe-by-action": "PA-MPJPE, by action (mm)",
    "mpjpe-without-hip": "MPJPE, without hip (mm)",
    "mpjpe-far": "MPJPE of wrists and ankles (mm)",
    "mpjpe-hidden": "MPJPE of hidden joints (mm)",
    "degenerate": "degenerate poses (%)",
    "pcp": "PCP (%)",
    "pcp-loose": "PCP, loose (%)",
    "read-out-ms": "time to read out a pose (ms)",
    "recipe-seconds": "training time (s)",
    "code-change": "change of the code",
    "sides-exchanged": "poses nearer with sides exchanged (%)",
    "limbs-off-worst": "limbs off their length, worst poses (%)",
    "target-deviation": "deviation of the targets (mm)",
    "weight-correlation": "correlation of weights",
    "structure-similarity": "similarity of weights to poses",
    "co-sparsity": "co-sparsity of weights",
    "loss-3d-train": "3D loss of training samples",
    "loss-3d-test": "3D loss of test samples",
    "head-spread": "distance of the roots' poses from their mean (mm)",
    "joint-spread": "spread of predictions (truth = 1)",
    "train-r": "error of training poses",
    "test-r": "error of test poses",
    "train-d": "error of training windows",
    "test-d": "error of test windows",
}
_FAMILIES = (
    (re.compile(r"limb-ratio-(\w+)"), "limb ratios, {0} body"),
    (re.compile(r"pdj-0?\.(\d)0"), "PDJ at 0.{0} (%)"),
    (re.compile(r"pdj-([\d.]+)"), "PDJ at {0} (%)"),
    (re.compile(r"map-distance-(\d)"), "distance of peaks, convolution {0} (window = 1)"),
    (re.compile(r"(pdj-[\d.]+)-([a-z]+)"), "{0}, {1}s"),
    (re.compile(r"(detected|observer)-(pcp.*)"), "{1}, {0}"),
    (re.compile(r"held-(pdj.*)"), "{0}, kept from training"),
    (re.compile(r"pcp-loose-([\w-]+)"), "PCP, loose, {0}s (%)"),
    (re.compile(r"pcp-([\w-]+)"), "PCP, {0}s (%)"),
)
"""Names of metrics that differ in one part, and how they are written."""
_METRIC = re.compile(r", ([a-z][\w.-]*)(?=:| \()")
"""A metric in the words of a clause: ``first - second, metric: actions``."""


def metric_title(metric: str) -> str:
    """A metric with its unit, for the head of a column or an axis; its own name if there is no other."""
    if metric in _TITLES:
        return _TITLES[metric]
    for family, title in _FAMILIES:
        if found := family.fullmatch(metric):
            return title.format(*(metric_title(part).replace("-", " ") for part in found.groups()))
    return metric


def in_words(clause: str) -> str:
    """A clause of a verdict, ``first - second, metric: actions``, with the metric's title."""
    return _METRIC.sub(lambda found: f", {metric_title(found[1])}", clause)
