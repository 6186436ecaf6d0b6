"""A reference point of today: find the joints in the image first, then lift them into space."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="lifting",
    module=__name__,
    title="Lifting",
    citation="martinez2017simple",
    cited_as="after Martinez et al. 2017",
    systems=(*BASELINES, ("Lifting", "linear map"), "Lifting", ("Lifting", "true joints")),
    compared=(("Lifting", "true joints"), "Lifting"),
    ideas=(
        Idea("true joints in place of predicted ones", ("Lifting", "true joints"), "Lifting"),
        Idea("a network instead of a linear map", "Lifting", ("Lifting", "linear map")),
        Idea(
            "a network instead of a linear map, on true joints",
            ("Lifting", "true joints"),
            ("Lifting", "linear map, true joints"),
        ),
        Idea("blocks that add their input", "Lifting", ("Lifting", "no residual")),
        Idea("trained on predicted joints", "Lifting", ("Lifting", "trained on true joints")),
    ),
    looks={
        "Lifting": {"color": OURS},
        "Lifting, true joints": {"color": OURS, "linestyle": "--"},
        "Lifting, linear map": {"color": OURS, "linestyle": ":"},
    },
)
