"""A reference point of today: each joint is the mean of its place under a volume of probabilities."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import CONTROL, OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="integral",
    module=__name__,
    title="Integral regression",
    citation="sun2018integral",
    cited_as="after Sun et al. 2018",
    systems=(*BASELINES, "Integral"),
    compared=("Integral",),
    ideas=(
        Idea("a volume instead of a vector", "Integral", ("Integral", "regression head")),
        Idea(
            "a volume instead of a vector: limb ratios",
            "Integral",
            ("Integral", "regression head"),
            metric="limb-ratio-full",
        ),
        Idea("classes along each axis beside the mean", "Integral", ("Integral", "mean alone")),
        Idea("the mean instead of the best cell", "Integral", ("Integral", "best cell")),
    ),
    looks={
        "Integral": {"color": OURS},
        "Integral, best cell": {"color": OURS, "linestyle": "--"},
        "Integral, regression head": {"color": CONTROL},
    },
)
