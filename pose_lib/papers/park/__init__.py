"""Park, Hwang & Kwak, ECCV workshops 2016: 2D class probabilities as features, and several root joints."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import CONTROL, OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="park",
    module=__name__,
    title="3D Human Pose Estimation Using Convolutional Neural Networks with 2D Pose Information",
    year=2016,
    citation="park2016pose",
    cited_as="Park et al. 2016",
    label="park2016",
    systems=(*BASELINES, "Baseline", "Multi-reg", "2D-cls", "Multi-reg + 2D-cls"),
    compared=("Baseline", "Multi-reg + 2D-cls"),
    ideas=(
        Idea("several roots", "Multi-reg", "Baseline", printed=71.19 - 72.55),
        Idea(
            "several roots, at the same weight of the 3D loss",
            "Multi-reg",
            ("Baseline", "six times the 3D loss"),
        ),
        Idea("2D probabilities", "2D-cls", "Baseline", printed=64.27 - 72.55),
        Idea("several roots and 2D probabilities", "Multi-reg + 2D-cls", "Baseline", printed=62.64 - 72.55),
        Idea("targets without size", "Baseline", ("Baseline", "targets in mm")),
    ),
    # The colour says whether the 3D branch sees the 2D probabilities.
    looks={
        "Baseline": {"color": CONTROL},
        "Multi-reg": {"color": CONTROL, "linestyle": "--"},
        "2D-cls": {"color": OURS, "linestyle": "--"},
        "Multi-reg + 2D-cls": {"color": OURS},
    },
)
