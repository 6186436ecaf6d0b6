"""Tekin et al., BMVC 2016: regression into the latent space of an over-complete auto-encoder."""

from pose_lib.bench.paper import BASELINES, Idea, Paper
from pose_lib.book.palette import CONTROL, OURS

__all__ = ["PAPER"]

PAPER = Paper(
    name="tekin_ae",
    module=__name__,
    title="Structured Prediction of 3D Human Pose with Deep Neural Networks",
    year=2016,
    citation="tekin2016structured",
    cited_as="Tekin et al. 2016",
    label="tekin2016",
    systems=(*BASELINES, "KDE", "CNN", "Ours, no fine-tuning", "Ours, fine-tuned"),
    compared=("CNN", "Ours, fine-tuned"),
    ideas=(
        Idea("auto-encoder and fine-tuning", "Ours, fine-tuned", "CNN"),
        Idea("fine-tuning", "Ours, fine-tuned", "Ours, no fine-tuning"),
        Idea(
            "auto-encoder: limb ratios",
            "Ours, fine-tuned",
            "CNN",
            metric="limb-ratio-full",
            printed=11.90 - 14.97,
        ),
        Idea(
            "fine-tuning: limb ratios",
            "Ours, fine-tuned",
            "Ours, no fine-tuning",
            metric="limb-ratio-full",
            printed=11.90 - 11.99,
        ),
    ),
    looks={
        "CNN": {"color": CONTROL},
        "Ours, no fine-tuning": {"color": OURS, "linestyle": "--"},
        "Ours, fine-tuned": {"color": OURS},
    },
)
