"""What the choices of LinKDE's authors say, as claims: the text of the paper was not at hand."""

from pose_lib.bench.claim import Claim, below
from pose_lib.bench.ledger import Remark

__all__ = ["CLAIMS", "REMARKS"]

_TEXT = (
    "The paper's text was not at hand; the choice is that of the code that came with Human3.6M, as recalled."
)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "LK-1",
        "Regression by kernels beats looking up the most similar image.",
        "That code has a look-up among its baselines. The later papers print LinKDE alone.",
        (below("LinKDE", "Nearest pose", "mpjpe"), below("LinKRR", "Nearest pose", "mpjpe")),
        "The look-up here compares histograms of the whole crop, and takes one pose, not the mean of some.",
    ),
    Claim(
        "LK-2",
        "A kernel on the pose, and a search for the pre-image, beat ridge regression to the pose itself.",
        "LinKRR and LinKDE are both in that code; the later papers compare with LinKDE.",
        (below("LinKDE", "LinKRR", "mpjpe"), below("LinKDE", "LinKRR", "limb-ratio-full")),
        "Both are one regression on the same features, and the search starts from the pose of LinKRR.",
    ),
    Claim(
        "LK-3",
        "The search for the pre-image beats the mean of the training poses that the regression points to.",
        _TEXT,
        (below("LinKDE", ("LinKDE", "mean of nearest poses"), "mpjpe"),),
        "The mean is over 20 poses with weights, as the row KDE begins its search.",
    ),
    Claim(
        "LK-4",
        "The silhouette helps: gradients of the background mislead.",
        "Tables of later papers call the row LinKDE (BS), for background subtraction.",
        (below("LinKDE", ("LinKDE", "no silhouette"), "mpjpe"),),
        "Without it the pyramid lies on the whole crop. The renderer's silhouettes have no errors.",
    ),
    Claim(
        "LK-5",
        "Coarse levels of the pyramid add to the finest.",
        _TEXT,
        (below("LinKDE", ("LinKDE", "one level"), "mpjpe"),),
    ),
    Claim(
        "LK-6",
        "Histograms call for a chi-square kernel rather than a Gaussian one.",
        _TEXT,
        (below("LinKDE", ("LinKDE", "Gaussian kernel"), "mpjpe"),),
        "Each kernel has the median distance of its own as bandwidth.",
    ),
)

REMARKS = {
    "LK-1": Remark(
        "A look-up takes a pose that exists, in the direction of a person who exists; a regression takes "
        "a mean of several. Where two directions are alike in the picture, the mean is worse than either. "
        "The error without samples that are turned around would test it.",
        shown="What each part is worth",
    ),
    "LK-2": Remark(
        "The search starts at the pose of ridge regression and moves little, so the two differ by less "
        "than seeds do. A start at other poses, and a narrower kernel on the pose, would give the search "
        "room.",
        shown="What each part is worth",
    ),
    "LK-3": Remark(
        "The search starts at the pose of ridge regression and minimises the distance between feature "
        "vectors, not the error of the pose. The predicted vector is itself an estimate, and the pose that "
        "fits it best need not be the best pose; a mean of several poses averages part of that error out. "
        "The distance and the error over the steps of the search, from both starts, show which it is.",
        shown="Look inside",
    ),
    "LK-4": Remark(
        "Our rooms are plain, so their gradients mislead little, and a silhouette without errors on them "
        "adds little. Photographs, or rooms with more furniture, would test it.",
        shown="What each part is worth",
    ),
    "LK-5": Remark(
        "The finest level contains what the coarse ones sum up, and a kernel over all of them may weigh "
        "the coarse ones too much or too little. Weights for the levels, chosen on training people, would "
        "test it.",
        shown="What each part is worth",
    ),
    "LK-6": Remark(
        "With a bandwidth at the median distance both kernels are nearly linear over most pairs. The "
        "comparison at narrower bandwidths would show where they part.",
        shown="What each part is worth",
    ),
}
"""Why a claim may fail here, and what would test that; and where its chapter shows it."""
