"""Claims of Park et al. 2016. Margins are half of the smallest effect that the paper prints, or less."""

from pose_lib.bench.claim import Claim, Constant, Recount, above, below, near
from pose_lib.bench.ledger import Remark
from pose_lib.bench.published import SIX
from pose_lib.bench.rows import Key
from pose_lib.papers.park.published import OF_TABLE_2, best_of_single_images, ranks

__all__ = ["CLAIMS", "REMARKS"]

_BASE, _MULTI, _CLS, _BOTH = "Baseline", "Multi-reg", "2D-cls", "Multi-reg + 2D-cls"
_MM: Key = (_BASE, "targets in mm")
_PARENT: Key = (_BASE, "parent-relative")
_SHARED: Key = (_MULTI, "shared layers")


def _best_and_second() -> bool:
    found = ranks().loc[_BOTH]
    return bool(found["best"] == 3 and found["second best"] == 9)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "P-1",
        "Both changes help, alone and together.",
        "In all six actions: Multi-reg by 0.1 to 2 %, 2D-cls by 2 to 11 %, both by 3 to 14 %.",
        (
            below(_MULTI, _BASE, "mpjpe", 0.0007),
            below(_CLS, _BASE, "mpjpe", 0.01),
            below(_BOTH, _BASE, "mpjpe", 0.013),
        ),
        "One network of each kind per seed, as in the paper, which trains one.",
        actions=OF_TABLE_2,
    ),
    Claim(
        "P-2",
        "Feeding 2D probabilities back helps more than several roots do.",
        "In all six actions; Walking: 64.27 against 71.19 mm.",
        (below(_CLS, _MULTI, "mpjpe", 0.006),),
        actions=OF_TABLE_2,
    ),
    Claim(
        "P-3",
        "Together they help a little more than the sum of both.",
        "Said of most actions; by the table it holds in five of six, and not for Discussion.",
        (below(_BOTH, "Multi-reg and 2D-cls, added up", "mpjpe", 0.0004),),
        "An interaction of two effects: its interval is wider than that of either.",
        actions=OF_TABLE_2,
        most=True,
    ),
    Claim(
        "P-4",
        "With 2D probabilities the training loss is slightly higher and the test loss much lower.",
        "A figure for Walking.",
        (above(_CLS, _BASE, "loss-3d-train"), below(_CLS, _BASE, "loss-3d-test")),
        "Both losses are measured without dropout, on centre windows, at the end of training.",
        actions=("Walking",),
    ),
    Claim(
        "P-5",
        "Poor 2D estimates early in the training do not keep the 3D loss from converging.",
        "Found by experiment; no number.",
        (
            near(_CLS, _BASE, "loss-3d-train", 0.5, check=True),
            below(_CLS, "Mean pose", "mpjpe", check=True),
        ),
        "Near means within half of the baseline's training loss; and the result must beat the mean pose. Any "
        "training that works passes.",
    ),
    Claim(
        "P-6",
        "Several roots lower the error of joints far from the root.",
        "Argued; no number.",
        (
            below(_MULTI, _BASE, "mpjpe-far"),
            below(_BOTH, _CLS, "mpjpe-far"),
            below(_MULTI, (_BASE, "six times the 3D loss"), "mpjpe-far"),
        ),
        "Far joints are wrists and ankles. By Eq. 6 six roots also give the 3D loss six times its weight; "
        "the last test, which needs the controls, asks for more than that alone brings.",
    ),
    Claim(
        "P-7",
        "If all roots share their hidden layers, they all give the same pose.",
        "Stated; the reason for separate layers.",
        (above(_MULTI, _SHARED, "head-spread"), below(_SHARED, Constant(1.0, "1 mm"), "head-spread")),
        "Needs the controls. The same pose: the poses of the roots differ by less than a millimetre in the "
        "mean, and by less than with separate layers.",
    ),
    Claim(
        "P-8",
        "Best in three actions and second best in nine, of the methods that report all.",
        "The printed table, counted again on this page.",
        (Recount("ranks in the printed Table 1", _best_and_second),),
        "A statement on printed numbers: no run here can decide it.",
    ),
    Claim(
        "P-9",
        "Better than all networks before it that see a single image.",
        "By the printed table in all shared actions but WalkingDog: 131.90 against 130.53 of Tekin et al.",
        (
            Recount("lowest in the printed Table 1 on each shared action", best_of_single_images),
            below(_BOTH, "DconvMP-HML", "mpjpe", 0.04, of="li_chan"),
            below(_BOTH, "Ours, fine-tuned", "mpjpe", 0.008, of="tekin_ae"),
            below(_BOTH, "StructNet-Avg", "mpjpe", 0.001, of="structnet"),
        ),
        "Each network is trained as its own chapter does; the page side by side has equal schedules. The "
        "printed row of StructNet averages three times as many poses as ours, and has a particle filter.",
        actions=SIX,
    ),
    Claim(
        "P-10",
        "Targets without place and size make the task less ambiguous.",
        "Argued; no number.",
        (below(_BASE, _MM, "pa-mpjpe"), below(_BASE, _MM, "mpjpe")),
        "Needs the controls. PA-MPJPE asks for the shape alone, MPJPE also for the recovered size.",
    ),
    Claim(
        "P-11",
        "Errors of targets relative to the parent joint add up along the chain.",
        "Argued against Li and Chan; no number.",
        (below(_BASE, _PARENT, "mpjpe"), below(_BASE, _PARENT, "mpjpe-far"), below(_MULTI, _PARENT, "mpjpe")),
        "Needs the controls.",
    ),
)

REMARKS = {
    "P-1": Remark(
        "Six roots give the 3D loss six times its weight, at the cost of the 2D branch: where that gets "
        "worse, or people turn in more ways, several roots can lose more than they gain. Probabilities from "
        "a briefly trained branch say little that the shared layers do not know. The page of ideas draws the "
        "gains over the budget; the accuracy of the 2D branch on each action, and true 2D probabilities as "
        "an oracle, would be other tests.",
    ),
    "P-2": Remark(
        "The probabilities come from layers that the 3D branch shares, so after a short training they add "
        "little to it, while several roots raise the weight of the 3D loss at once. The page of ideas draws "
        "the gains of both over the budget, and has that of several roots at the same weight of the 3D loss.",
    ),
    "P-3": Remark(
        "Both ideas mend the same error, that of far joints, so their gains overlap. The error by "
        "distance from the root, for each of them and for both, shows whether they act on the same "
        "joints. An interaction this small also needs more seeds than a difference does.",
    ),
    "P-4": Remark(
        "The probabilities are inputs that are more certain on training images than on test images, so a "
        "network can rely on them too much: the training loss falls and the test loss does not. "
        "Probabilities from a 2D branch that was trained on other people would test it.",
        shown="Look inside",
    ),
    "P-6": Remark(
        "The far joints of one root are the near joints of another, but the mean over the roots adds what "
        "each of them gets wrong. What is left may be the larger weight of the 3D loss, which the control "
        "with six times that weight has too. A mean that weighs each root by its distance from the joint "
        "would test it.",
        shown="Look inside",
    ),
    "P-7": Remark(
        "Roots that share their hidden layers still have output weights of their own, which start at random "
        "and are trained on different targets: their poses come close, and are not the same. The spread of "
        "the roots over the training would show whether it vanishes.",
        shown="Look inside",
    ),
    "P-9": Remark(
        "The first clause counts the printed table alone, and there one action speaks against it: the "
        "other network's number for Walking Dog is lower. It follows from the table and from no run of "
        "ours. The other clauses compare networks that were each trained as its own chapter does; the "
        "equal setting compares them on the same pictures and steps.",
        shown="Do its claims hold?",
    ),
    "P-10": Remark(
        "Dividing by the length of the torso makes the torso an error of its own: where the predicted one "
        "is too short, the pose is scaled up. The oracle scale in the chapter's table tells how much of "
        "the error that is.",
    ),
    "P-11": Remark(
        "Bones are short and vary little, so their errors are small, and summed along three or four bones "
        "they may still be smaller than the error of one long vector. The error by the number of bones to "
        "the root, for both kinds of targets, would test it.",
        shown="Look inside",
    ),
    "P-8": Remark(
        shown="Do its claims hold?",
    ),
}
"""Why a claim may fail here, and what would test that; and where its chapter shows it."""
