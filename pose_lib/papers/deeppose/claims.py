"""Claims of Toshev & Szegedy 2014."""

from pose_lib.bench.claim import Claim, above, near

__all__ = ["CLAIMS"]

_1, _2, _3 = "Stage 1", "Stage 2", "Stage 3"
_FITTED = (_1, "moved and scaled")
_SIGMA_1, _SIGMA_15, _SIGMA_2 = ((_2, f"sigma {sigma}") for sigma in ("1", "1.5", "2"))
_CROPS_1, _CROPS_10, _CROPS_40 = ((_2, crops) for crops in ("1 crop", "10 crops", "40 crops"))

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "DP-1",
        "A generic network that regresses from the whole image to coordinates finds limbs.",
        "PCP at stage 1 on Leeds Sports: 0.54 over the limbs of arms and legs.",
        (above(_1, "Mean pose", "pcp"), above(_1, "Nearest pose", "pcp")),
        "Asked here: more than the mean pose and the nearest training pose, not as much as printed.",
    ),
    Claim(
        "DP-2",
        "The cascade finds more limbs, and its first refinement brings most of that.",
        "PCP 0.54, 0.60, 0.61 over the three stages.",
        (above(_2, _1, "pcp"), near(_3, _2, "pcp", 0.05)),
        "Near means within 5 % of stage 2.",
    ),
    Claim(
        "DP-3",
        "Lower arms gain in both refinements; upper legs do not in the second.",
        "Lower arms 0.27, 0.36, 0.38; upper legs 0.74, 0.78, 0.77.",
        (above(_2, _1, "pcp-lower-arm"), above(_3, _2, "pcp-lower-arm"), near(_3, _2, "pcp-upper-leg", 0.03)),
        "Near means within 3 % of stage 2.",
    ),
    Claim(
        "DP-4",
        "Refinement gains at small thresholds, 0.15 to 0.2 of the torso, and not at half of it.",
        "Curves on FLIC, for elbows and wrists; no numbers printed.",
        (above(_2, _1, "pdj-0.15"), above(_2, _1, "pdj-0.20"), near(_2, _1, "pdj-0.50", 0.03)),
        "All joints, not elbows and wrists alone. Near means within 3 % of stage 1.",
    ),
    Claim(
        "DP-5",
        "The gain over other methods is larger at large thresholds.",
        "Leeds Sports: about +0.1 at half of the torso, equal or less at 0.2.",
        (),
        "The other methods are not re-run here.",
    ),
    Claim(
        "DP-6",
        "Stage 1 often has the right shape at the wrong place or size.",
        "Shown by examples.",
        (above(_FITTED, _1, "pdj-0.20"), above(_FITTED, _2, "pdj-0.20")),
        "An oracle moves and scales each pose of stage 1 to fit the truth best; what is left is shape.",
    ),
    Claim(
        "DP-7",
        "Later stages see finer detail, but less of the surroundings.",
        "Argued.",
        (above(_SIGMA_2, _SIGMA_1, "pdj-0.50"),),
        "Asked here: boxes half as wide lose joints that are far off.",
    ),
    Claim(
        "DP-8",
        "More simulated crops help: 40 per joint are essential.",
        "Argued; 12 million samples.",
        (above(_CROPS_40, _CROPS_1, "pdj-0.20"), above(_CROPS_40, _CROPS_10, "pdj-0.20")),
        "The same number of training steps for all; with few steps, few crops are seen twice.",
    ),
    Claim(
        "DP-9",
        "What was learned on one data set holds on another.",
        "Trained on Leeds Sports, best on Image Parse (0.69); trained on FLIC, state of the art on Buffy.",
        (
            above((_3, "on parse"), ("Mean pose", "on parse"), "pcp"),
            above((_3, "on buffy"), ("Mean pose", "on buffy"), "pdj-0.20"),
        ),
        "Asked here: more than the mean training pose. Needs the photographs of both.",
    ),
    Claim(
        "DP-10",
        "A common error is to exchange left and right where a person is seen from behind.",
        "Shown by an example.",
        (above((_3, "back views"), (_3, "front views"), "sides-exchanged"),),
        "A back view is one whose left arm lies left of the right arm in the picture.",
    ),
    Claim(
        "DP-11",
        "The best joint boxes measure two diameters of the pose on Leeds Sports (one on FLIC).",
        "Chosen on 50 held-out images by PDJ at 0.2.",
        (above(_SIGMA_2, _SIGMA_1, "pdj-0.20"), above(_SIGMA_2, _SIGMA_15, "pdj-0.20")),
        "Only for whole bodies; each size is trained for half of the steps of stage 2.",
    ),
    Claim(
        "DP-12",
        "Pooling helps although it costs resolution.",
        "Claimed.",
        (above(_1, (_1, "no pooling"), "pdj-0.20"),),
        "Without pooling, every second pixel of a map is kept instead.",
    ),
)
