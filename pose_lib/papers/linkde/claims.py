"""What the choices of LinKDE's authors say, as claims: the text of the paper was not at hand."""

from pose_lib.bench.claim import Claim, below

__all__ = ["CLAIMS"]

_TEXT = "The paper's text was not at hand; the choice is that of the code that came with Human3.6M."

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
