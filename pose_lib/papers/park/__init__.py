"""Park, Hwang & Kwak, ECCV workshops 2016: 2D class probabilities as features, and several root joints."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import OURS, PUBLISHED

__all__ = ["PAPER"]

PAPER = Paper(
    name="park",
    module=__name__,
    title="3D Human Pose Estimation Using Convolutional Neural Networks with 2D Pose Information",
    kind="3d",
    year=2016,
    citation="park2016pose",
    cited_as="Park et al. 2016",
    label="park2016",
    systems=(*BASELINES, "Baseline", "Multi-reg", "2D-cls", "Multi-reg + 2D-cls"),
    compared=("Baseline", "Multi-reg + 2D-cls"),
    ideas=(
        Idea(name="several roots", system="Multi-reg", against="Baseline", printed=71.19 - 72.55),
        Idea(
            name="several roots, at the same weight of the 3D loss",
            system="Multi-reg",
            against=("Baseline", "six times the 3D loss"),
        ),
        Idea(name="2D probabilities", system="2D-cls", against="Baseline", printed=64.27 - 72.55),
        Idea(
            name="several roots and 2D probabilities",
            system="Multi-reg + 2D-cls",
            against="Baseline",
            printed=62.64 - 72.55,
        ),
        Idea(name="targets without size", system="Baseline", against=("Baseline", "targets in mm")),
    ),
    # The colour says whether the 3D branch sees the 2D probabilities.
    looks={
        "Baseline": {"color": PUBLISHED},
        "Multi-reg": {"color": PUBLISHED, "linestyle": "--"},
        "2D-cls": {"color": OURS, "linestyle": "--"},
        "Multi-reg + 2D-cls": {"color": OURS},
    },
)
