"""Claims of Li, Zhang & Chan 2015."""

from pose_lib.bench.claim import Claim, below, near
from pose_lib.bench.ledger import Remark
from pose_lib.bench.published import SIX

__all__ = ["CLAIMS", "REMARKS"]

_MAX, _AVG = "StructNet-Max", "StructNet-Avg"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "SN-1",
        "The mean of the best scoring poses has a lower error than regression and kernel dependency "
        "estimation.",
        "On all six actions; over all of them 121.46 against 133.54 and 162.25 mm.",
        (
            below(_AVG, "DconvMP-HML", "mpjpe", 0.011, of="li_chan"),
            below(_AVG, "KDE", "mpjpe", 0.06),
            below(_AVG, "LinKDE", "mpjpe", 0.06, of="linkde"),
        ),
        "DconvMP-HML is trained as in its own chapter; the one that StructNet takes its convolutions from is "
        "trained for half as many steps.",
        actions=SIX,
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
        "Near means within 2 %; the printed numbers differ by 1.3 %. Asked of three times as many poses, "
        "which is more than the range that the paper calls flat.",
    ),
    Claim(
        "SN-6",
        "The mean of the best scoring poses is better than what the network's own auxiliary head predicts.",
        "121.46 against 137.88 mm, the frame-weighted mean of the six actions; lower on each of them.",
        (below(_AVG, "StructNet-Pred", "mpjpe", 0.03),),
        "Not claimed in words: it is in its table.",
        actions=SIX,
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

REMARKS = {
    "SN-1": Remark(
        "A search returns means of training poses, so it has to rank these poses well. Where the row "
        "*Nearest pose (oracle)* lies far below *StructNet-Max*, good poses are there, and the score does "
        "not find them. A longer training of the score, and more training people, would test it.",
    ),
    "SN-2": Remark(
        "With few training poses the best half per cent is a handful, and the mean of a handful is not "
        "much better than the best. The curve over the share of poses, at several sizes of the training "
        "set, would show it.",
    ),
    "SN-3": Remark(
        "The convolutions are fixed and come from a network that already predicts poses, so the auxiliary "
        "task has little to add to them, and it competes with the margin for the layers that both share. A "
        "smaller weight on the task, and the same margin from random convolutions, would test it.",
    ),
    "SN-4": Remark(
        "More layers need more steps before they are better than random ones, which are good features by "
        "themselves. The four variants over several budgets would tell.",
    ),
    "SN-5": Remark(
        "Where training poses are few, half a per cent and one and a half per cent differ in how unlike "
        "the image the last of them are. The curve over the share at the size of Human3.6M would test it.",
        shown="Look inside",
    ),
    "SN-6": Remark(
        "The auxiliary head interpolates between poses, a mean of training poses cannot leave them. With "
        "little training data the head has the advantage, and it should lose it as the data grow.",
    ),
    "SN-7": Remark(
        "Lengths that are constant for a training person are wrong for a test person, and a projection "
        "moves the joints to keep them. Lengths of the test person, as an oracle, would separate the two "
        "errors.",
        shown="Look inside",
    ),
}
"""Why a claim may fail here, and what would test that; and where its chapter shows it."""
