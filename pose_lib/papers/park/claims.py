"""Claims of Park et al. 2016."""

from pose_lib.bench.claim import Claim, above, below, near
from pose_lib.bench.rows import Key

__all__ = ["CLAIMS"]

_BASE, _MULTI, _CLS, _BOTH = "Baseline", "Multi-reg", "2D-cls", "Multi-reg + 2D-cls"
_MM: Key = (_BASE, "targets in mm")
_PARENT: Key = (_BASE, "parent-relative")
_SHARED: Key = (_MULTI, "shared layers")

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "P-1",
        "Both changes help, alone and together.",
        "In all six actions: Multi-reg by 0.1 to 2 %, 2D-cls by 2 to 11 %, both by 3 to 14 %.",
        (below(_MULTI, _BASE, "mpjpe"), below(_CLS, _BASE, "mpjpe"), below(_BOTH, _BASE, "mpjpe")),
        "One network of each kind per seed, as in the paper, which trains one.",
    ),
    Claim(
        "P-2",
        "Feeding 2D probabilities back helps more than several roots do.",
        "In all six actions; Walking: 64.27 against 71.19 mm.",
        (below(_CLS, _MULTI, "mpjpe"),),
    ),
    Claim(
        "P-3",
        "Together they help a little more than the sum of both.",
        "Said of most actions; by the table it holds in five of six, and not for Discussion.",
        (below(_BOTH, "Multi-reg and 2D-cls, added up", "mpjpe"),),
        "An interaction of two effects: its interval is wider than that of either.",
    ),
    Claim(
        "P-4",
        "With 2D probabilities the training loss is slightly higher and the test loss much lower.",
        "A figure for Walking.",
        (above(_CLS, _BASE, "loss-3d-train"), below(_CLS, _BASE, "loss-3d-test")),
        "Both losses are measured without dropout, on centre windows, at the end of training.",
    ),
    Claim(
        "P-5",
        "Poor 2D estimates early in the training do not keep the 3D loss from converging.",
        "Found by experiment; no number.",
        (near(_CLS, _BASE, "loss-3d-train", 0.5), below(_CLS, "Mean pose", "mpjpe")),
        "Near means within half of the baseline's training loss; and the result must beat the mean pose.",
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
        (above(_MULTI, _SHARED, "head-spread"), near(_SHARED, _BASE, "mpjpe", 0.03)),
        "Needs the controls. Near means within 3 % of the baseline.",
    ),
    Claim(
        "P-8",
        "Best in three actions and second best in nine, of the methods that report all.",
        "Counted again from the printed table on this page.",
        (),
        "A statement on printed numbers: no run here can decide it.",
    ),
    Claim(
        "P-9",
        "Better than all networks before it that see a single image.",
        "By the printed table in all shared actions but WalkingDog: 131.90 against 130.53 of Tekin et al.",
        (),
        "The page that puts the three 3D papers side by side compares them on the same samples.",
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
