"""A reference point of today: one heat map per joint, on the crops of DeepPose and of HMLPE."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import OURS
from pose_lib.data.catalog import SEQUENCE_SETS

__all__ = ["PAPER"]

PAPER = Paper(
    name="heat_maps",
    module=__name__,
    title="Heat maps",
    kind="2d",
    citation="xiao2018simple",
    cited_as="after Xiao et al. 2018",
    datasets=(*SEQUENCE_SETS, "lsp", "lspet", "lsp+lspet", "flic", "flic-full"),
    systems=(*BASELINES, ("Heat maps", "best cell"), "Heat maps"),
    compared=("Heat maps",),
    ideas=(
        Idea(
            "a map per joint instead of coordinates: limbs",
            "Heat maps",
            ("Heat maps", "regression head"),
            metric="pcp",
        ),
        Idea(
            "a map per joint instead of coordinates: joints at 0.1",
            "Heat maps",
            ("Heat maps", "regression head"),
            metric="pdj-0.10",
        ),
        Idea(
            "a quarter of a cell towards the neighbour",
            "Heat maps",
            ("Heat maps", "best cell"),
            metric="pdj-0.05",
        ),
    ),
    looks={"Heat maps": {"color": OURS}, "Heat maps, best cell": {"color": OURS, "linestyle": "--"}},
)
