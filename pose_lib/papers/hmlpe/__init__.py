"""Li, Liu & Chan, CVPR workshop 2014: 2D joints by regression, trained with part detectors (HMLPE)."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import OURS
from pose_lib.data.catalog import SEQUENCE_SETS
from pose_lib.data.photos.cards import PHOTO_SETS

__all__ = ["PAPER"]

PAPER = Paper(
    name="hmlpe",
    module=__name__,
    title=(
        "Heterogeneous Multi-task Learning for Human Pose Estimation with Deep Convolutional Neural Network"
    ),
    kind="2d",
    year=2014,
    citation="li2014hmlpe",
    cited_as="Li et al. 2014",
    label="hmlpe2014",
    datasets=(*SEQUENCE_SETS, *PHOTO_SETS),
    systems=(*BASELINES, "Regression alone", "HMLPE"),
    compared=("Regression alone", "HMLPE"),
    ideas=(
        Idea(name="detection beside regression", system="HMLPE", against="Regression alone", metric="pcp"),
        Idea(
            name="detection beside regression: test poses",
            system="HMLPE",
            against="Regression alone",
            metric="test-r",
            printed=0.131 - 0.284,
        ),
        Idea(
            name="regression beside detection: test windows",
            system="HMLPE",
            against="Detection alone",
            metric="test-d",
            printed=0.064 - 0.069,
        ),
        Idea(name="dropout: test poses", system="HMLPE", against="HMLPE, no dropout", metric="test-r"),
        Idea(name="pre-training", system="HMLPE", against="HMLPE, no pre-training", metric="pcp"),
    ),
    looks={"Regression alone": {"color": OURS, "linestyle": "--"}, "HMLPE": {"color": OURS}},
)
