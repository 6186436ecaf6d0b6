"""Li & Chan, ACCV 2014: 3D pose regression with joint detection as a second task, or as pre-training."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import CONTROL, OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="li_chan",
    module=__name__,
    title="3D Human Pose Estimation from Monocular Images with Deep Convolutional Neural Network",
    year=2014,
    citation="li2014monocular",
    cited_as="Li & Chan 2014",
    label="lichan2014",
    systems=(*BASELINES, "KDE", "DconvMP", "DconvMP-HML"),
    compared=("DconvMP", "DconvMP-HML"),
    ideas=(
        Idea(
            "a deep network instead of kernel dependency estimation",
            "DconvMP-HML",
            "KDE",
            printed=77.60 - 97.07,
        ),
        Idea("detection as a second task", "DconvMP-HML", "Regression alone"),
        Idea("detection as pre-training", "DconvMP", "Regression alone"),
        Idea("pre-training instead of both tasks at once", "DconvMP", "DconvMP-HML", printed=80.09 - 77.60),
        Idea(
            "joints relative to their parents, not to the root",
            "DconvMP-HML",
            ("DconvMP-HML", "root-relative"),
        ),
    ),
    looks={
        "DconvMP": {"color": CONTROL},
        "DconvMP-HML": {"color": OURS},
        "Regression alone": {"color": CONTROL, "linestyle": "--"},
    },
)
