"""Ionescu et al., PAMI 2014: *LinKDE*, the best method of the paper that introduced Human3.6M."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import CONTROL, OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="linkde",
    module=__name__,
    title="Human3.6M: Large Scale Datasets and Predictive Methods for 3D Human Sensing",
    year=2014,
    citation="ionescu2014human36m",
    cited_as="Ionescu et al. 2014",
    systems=(*BASELINES, "KDE", "LinKRR", "LinKDE"),
    compared=("LinKDE",),
    ideas=(
        Idea("a kernel on the pose", "LinKDE", "LinKRR"),
        Idea("the search for the pre-image", "LinKDE", ("LinKDE", "mean of nearest poses")),
        Idea("the silhouette", "LinKDE", ("LinKDE", "no silhouette")),
        Idea("a pyramid instead of one level", "LinKDE", ("LinKDE", "one level")),
        Idea("a chi-square kernel instead of a Gaussian one", "LinKDE", ("LinKDE", "Gaussian kernel")),
    ),
    looks={
        "LinKRR": {"color": CONTROL},
        "LinKDE": {"color": OURS},
    },
)
