"""Toshev & Szegedy, CVPR 2014: 2D joints by regression from the whole image, refined by a cascade."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import OURS
from pose_lib.data.catalog import SEQUENCE_SETS

__all__ = ["PAPER"]

PAPER = Paper(
    name="deeppose",
    module=__name__,
    title="DeepPose: Human Pose Estimation via Deep Neural Networks",
    kind="2d",
    year=2014,
    citation="toshev2014deeppose",
    cited_as="Toshev & Szegedy 2014",
    label="deeppose2014",
    datasets=(*SEQUENCE_SETS, "lsp", "lspet", "lsp+lspet", "flic", "flic-full"),
    systems=(*BASELINES, "Stage 1", "Stage 2", "Stage 3"),
    compared=("Stage 1", "Stage 3"),
    ideas=(
        Idea("regression from the whole image", "Stage 1", "Nearest pose", metric="pcp"),
        Idea("first refinement", "Stage 2", "Stage 1", metric="pcp", printed=60 - 54),
        Idea("second refinement", "Stage 3", "Stage 2", metric="pcp", printed=61 - 60),
        Idea("the cascade, at equal training steps", "Stage 3", ("Stage 1", "trained longer"), metric="pcp"),
        Idea(
            "40 simulated crops per joint, not 1",
            ("Stage 2", "40 crops"),
            ("Stage 2", "1 crop"),
            metric="pdj-0.20",
        ),
        Idea("pooling", "Stage 1", ("Stage 1", "no pooling"), metric="pdj-0.20"),
    ),
    looks={
        "Stage 1": {"color": OURS, "linestyle": ":"},
        "Stage 2": {"color": OURS, "linestyle": "--"},
        "Stage 3": {"color": OURS},
    },
)
