"""Li, Zhang & Chan, ICCV 2015: the pose whose learned score with the image is highest (*StructNet*)."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import CONTROL, OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="structnet",
    module=__name__,
    title="Maximum-Margin Structured Learning with Deep Networks for 3D Human Pose Estimation",
    year=2015,
    citation="li2015structnet",
    cited_as="Li, Zhang & Chan 2015",
    systems=(
        *BASELINES,
        "KDE",
        "DconvMP-HML",
        "StructNet-Pred",
        "StructNet-Max",
        ("StructNet-Avg", "0.02 %"),
        "StructNet-Avg",
        ("StructNet-Avg", "1.5 %"),
        ("StructNet-Avg", "constant bones"),
    ),
    compared=("StructNet-Max", "StructNet-Avg"),
    ideas=(
        Idea(
            "a score to search with instead of regression",
            "StructNet-Avg",
            "StructNet-Pred",
            printed=69.75 - 84.85,
        ),
        Idea(
            "the mean of the best poses instead of the best",
            "StructNet-Avg",
            "StructNet-Max",
            printed=69.75 - 83.64,
        ),
        Idea(
            "an auxiliary task",
            "StructNet-Max",
            ("StructNet-Max", "no auxiliary task"),
            printed=83.64 - 87.15,
        ),
        Idea(
            "two layers that embed the pose instead of one",
            "StructNet-Max",
            ("StructNet-Max", "1 layer"),
            printed=135.63 - 142.04,
        ),
        Idea("constant bones", ("StructNet-Avg", "constant bones"), "StructNet-Avg"),
        Idea(
            "constant bones: limb ratios",
            ("StructNet-Avg", "constant bones"),
            "StructNet-Avg",
            metric="limb-ratio-full",
        ),
    ),
    looks={
        "DconvMP-HML": {"color": CONTROL},
        "StructNet-Pred": {"color": CONTROL, "linestyle": "--"},
        "StructNet-Max": {"color": OURS, "linestyle": "--"},
        "StructNet-Avg": {"color": OURS},
    },
)
