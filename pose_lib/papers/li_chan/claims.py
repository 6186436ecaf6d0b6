"""Claims of Li & Chan 2014."""

from pose_lib.bench.claim import Claim, above, below, near
from pose_lib.bench.rows import Key

__all__ = ["CLAIMS"]

_HML, _PRE, _ALONE = "DconvMP-HML", "DconvMP", "Regression alone"
_ROOT: Key = (_HML, "root-relative")

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "LC-1",
        "A network trained on both tasks has a lower error than kernel dependency estimation.",
        "On all six actions, by 8 to 22 %.",
        (below(_HML, "KDE", "mpjpe"),),
        "KDE is re-run on gradients of the crop; the printed rows also had silhouettes of the person.",
    ),
    Claim(
        "LC-2",
        "Pre-training on detection reaches the same error as training on both tasks.",
        "Within 2.5 mm (3 %) on the three actions that have both; neither is always lower.",
        (near(_PRE, _HML, "mpjpe", 0.05),),
        "Near means within 5 %. Every stage takes as many steps as the joint training does.",
    ),
    Claim(
        "LC-3",
        "Pre-training takes longer.",
        "Said without numbers; for this reason the paper has it for three actions only.",
        (above(_PRE, _HML, "recipe-seconds"),),
        "Steps of all three kinds are timed in turns; each recipe's steps are as many as it takes here.",
    ),
    Claim(
        "LC-4",
        "Walking is easiest, then Eating, Greeting, Walking Dog and Discussion; Taking Photo is hardest.",
        "77.60, 104.01, 127.17, 146.59, 148.79, 189.08 mm.",
        (),
        "A run has one action: see the table by action. Generated ones need not be as hard as filmed ones.",
    ),
    Claim(
        "LC-5",
        "Its errors vary less from sample to sample than those of kernel dependency estimation.",
        "The standard deviation is lower on all six actions: 23.54 against 37.14 mm for Walking.",
        (below(_HML, "KDE", "mpjpe-std"),),
    ),
    Claim(
        "LC-6",
        "Learning to detect improves the regression, in either of the two ways.",
        "Argued; the paper trains no regression alone.",
        (below(_HML, _ALONE, "mpjpe"), below(_PRE, _ALONE, "mpjpe")),
        "Regression alone takes as many steps as each recipe's regression, from the same initial weights.",
    ),
    Claim(
        "LC-7",
        "Joints relative to their parents vary less than relative to the root, and are easier to learn.",
        "Argued; not measured.",
        (
            below("Parent-relative targets", "Root-relative targets", "target-deviation"),
            below(_HML, _ROOT, "mpjpe"),
        ),
        "Parent-relative predictions are summed along the chain, and their errors add up.",
    ),
    Claim(
        "LC-8",
        "Weights of left and right hip are negatively correlated, and so are those of the shoulders.",
        "Read off Figure 6.",
        (
            below("Left and right hip", "nothing shared", "weight-correlation"),
            below("Left and right shoulder", "nothing shared", "weight-correlation"),
        ),
        "The two hips are opposite by definition: their middle is the root.",
    ),
    Claim(
        "LC-9",
        "Hip and shoulder of one side share features in x and z more than in y.",
        "Read off Figure 6.",
        (above("Hip and shoulder, x and z", "Hip and shoulder, y", "weight-correlation"),),
        "Depends on how people stand and turn before the camera.",
    ),
    Claim(
        "LC-10",
        "Correlations of the weights look like those of the true joints.",
        "Said of Figure 6, with no measure.",
        (above("Weights like poses", "joints in random order", "structure-similarity"),),
        "Correlation of the entries off the diagonals, against joints in random order.",
    ),
    Claim(
        "LC-11",
        "Pairs with a wrist or an ankle share fewest features.",
        "Read off Figure 7.",
        (above("Pairs with a wrist or ankle", "Other pairs", "co-sparsity"),),
        "The measure is high for any joint whose weights are sparse, shared or not.",
    ),
)
