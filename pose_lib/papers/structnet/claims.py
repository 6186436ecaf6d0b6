"""Claims of Li, Zhang & Chan 2015."""

from pose_lib.bench.claim import Claim, below, near

__all__ = ["CLAIMS"]

_MAX, _AVG = "StructNet-Max", "StructNet-Avg"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "SN-1",
        "The mean of the best scoring poses has a lower error than regression and kernel dependency "
        "estimation.",
        "On all six actions; over all of them 121.46 against 133.54 and 162.25 mm.",
        (below(_AVG, "DconvMP-HML", "mpjpe"), below(_AVG, "KDE", "mpjpe")),
        "The network's convolutions are those of DconvMP-HML, so it has seen more samples.",
    ),
    Claim(
        "SN-2",
        "The mean of several of the best scoring poses has a lower error than the best one.",
        "Max 135.63, Avg(20) 128.11, Avg(500) 121.46 mm over all six actions.",
        (below((_AVG, "0.02 %"), _MAX, "mpjpe"), below(_AVG, _MAX, "mpjpe")),
        "20 poses are a share of 0.02 % here, which on few training poses is one or two of them.",
    ),
    Claim(
        "SN-3",
        "Learning to predict the pose as an auxiliary task improves the score.",
        "Max 135.63 mm with it, 145.74 mm without it.",
        (below(_MAX, (_MAX, "no auxiliary task"), "mpjpe"),),
    ),
    Claim(
        "SN-4",
        "The more layers embed the pose, the lower the error; trained layers are better than random ones.",
        "Raw poses 166.86, one random layer 145.95, one layer 142.04, two layers 135.63 mm.",
        (
            below(_MAX, (_MAX, "1 layer"), "mpjpe"),
            below((_MAX, "1 layer"), (_MAX, "random layer"), "mpjpe"),
            below((_MAX, "random layer"), (_MAX, "raw"), "mpjpe"),
        ),
    ),
    Claim(
        "SN-5",
        "Around half a per cent of the training poses, it matters little how many are averaged.",
        "Flat from 500 to 1000 poses; Avg(500) 121.46, Avg(1500) 123.04 mm.",
        (near((_AVG, "1.5 %"), _AVG, "mpjpe", 0.02),),
        "Near means within 2 %; the printed numbers differ by 1.3 %.",
    ),
    Claim(
        "SN-6",
        "The mean of the best scoring poses is better than what the network's own auxiliary head predicts.",
        "121.46 against 137.88 mm, the frame-weighted mean of the six actions; lower on each of them.",
        (below(_AVG, "StructNet-Pred", "mpjpe"),),
        "Not claimed in words: it is in its table.",
    ),
    Claim(
        "SN-7",
        "A skeleton of constant bone lengths instead of the mean itself hardly changes the error.",
        "Avg(500) 121.46, and 121.31 mm after the particle filter.",
        (
            near((_AVG, "constant bones"), _AVG, "mpjpe", 0.02),
            below((_AVG, "constant bones"), _AVG, "limb-ratio-full"),
        ),
        "The paper's filter is not specified; this is a projection of ours. Near means within 2 %.",
    ),
)
