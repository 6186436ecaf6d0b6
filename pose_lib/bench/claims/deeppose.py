"""Claims of Toshev & Szegedy 2014."""

from __future__ import annotations

from pose_lib.bench.claims.claim import Claim, Comparison

__all__ = ["DEEPPOSE"]

_1, _2, _3 = "Stage 1", "Stage 2", "Stage 3"

DEEPPOSE: tuple[Claim, ...] = (
    Claim(
        "DP-1",
        "deeppose",
        "A generic network that regresses from the whole image to coordinates finds limbs.",
        "PCP at stage 1 on Leeds Sports: 0.54 over the limbs of arms and legs.",
        (Comparison(_1, "Mean pose", "pcp", "above"), Comparison(_1, "Nearest pose", "pcp", "above")),
        "Asked here: more than the mean pose and the nearest training pose. The printed height is not.",
    ),
    Claim(
        "DP-2",
        "deeppose",
        "The cascade finds more limbs, and its first refinement brings most of that.",
        "PCP 0.54, 0.60, 0.61 over the three stages.",
        (Comparison(_2, _1, "pcp", "above"), Comparison(_3, _2, "pcp", "near", 0.05)),
        "Near means within 5 % of stage 2.",
    ),
    Claim(
        "DP-3",
        "deeppose",
        "Lower arms gain in both refinements; upper legs do not in the second.",
        "Lower arms 0.27, 0.36, 0.38; upper legs 0.74, 0.78, 0.77.",
        (
            Comparison(_2, _1, "pcp-lower-arm", "above"),
            Comparison(_3, _2, "pcp-lower-arm", "above"),
            Comparison(_3, _2, "pcp-upper-leg", "near", 0.03),
        ),
        "Near means within 3 % of stage 2.",
    ),
    Claim(
        "DP-4",
        "deeppose",
        "Refinement gains where precision is asked for: within 0.15 to 0.2 of the torso; not at half of it.",
        "Curves on FLIC, for elbows and wrists; no numbers printed.",
        (
            Comparison(_2, _1, "pdj-0.15", "above"),
            Comparison(_2, _1, "pdj-0.20", "above"),
            Comparison(_2, _1, "pdj-0.50", "near", 0.03),
        ),
        "All joints, not elbows and wrists alone. Near means within 3 % of stage 1.",
    ),
    Claim(
        "DP-5",
        "deeppose",
        "Against other methods, the gain is larger where little precision is asked for.",
        "Leeds Sports: about +0.1 at half of the torso, equal or less at 0.2.",
        (),
        "The other methods are not re-run here.",
    ),
    Claim(
        "DP-6",
        "deeppose",
        "Stage 1 often has the right shape at the wrong place or size.",
        "Shown by examples.",
        (
            Comparison(f"{_1}, moved and scaled", _1, "pdj-0.20", "above"),
            Comparison(f"{_1}, moved and scaled", _2, "pdj-0.20", "above"),
        ),
        "An oracle moves and scales each pose of stage 1 to fit the truth best: what is left is shape.",
    ),
    Claim(
        "DP-7",
        "deeppose",
        "Later stages see finer detail, but less of the surroundings.",
        "Argued.",
        (Comparison("Stage 2, sigma 2", "Stage 2, sigma 1", "pdj-0.50", "above"),),
        "Asked here: boxes half as wide lose joints that are far off.",
    ),
    Claim(
        "DP-8",
        "deeppose",
        "More simulated crops help: 40 a joint are essential.",
        "Argued; 12 million samples.",
        (
            Comparison("Stage 2, 40 crops", "Stage 2, 1 crop", "pdj-0.20", "above"),
            Comparison("Stage 2, 40 crops", "Stage 2, 10 crops", "pdj-0.20", "above"),
        ),
        "The same number of training steps for all; with few steps, few crops are seen twice.",
    ),
    Claim(
        "DP-9",
        "deeppose",
        "What was learned on one data set holds on another.",
        "Trained on Leeds Sports, best on Image Parse (0.69); trained on FLIC, state of the art on Buffy.",
        (
            Comparison(f"{_3} on parse", "Mean pose on parse", "pcp", "above"),
            Comparison(f"{_3} on buffy", "Mean pose on buffy", "pdj-0.20", "above"),
        ),
        "Asked here: more than the mean training pose. Needs the photographs of both.",
    ),
    Claim(
        "DP-10",
        "deeppose",
        "A common error is left for right where a person shows the back.",
        "Shown by an example.",
        (Comparison(f"{_3}, back views", f"{_3}, front views", "sides-exchanged", "above"),),
        "A back view is one whose left arm lies left of the right arm in the picture.",
    ),
    Claim(
        "DP-11",
        "deeppose",
        "The best joint boxes measure two diameters of the pose on Leeds Sports (one on FLIC).",
        "Chosen on 50 held-out images by PDJ at 0.2.",
        (
            Comparison("Stage 2, sigma 2", "Stage 2, sigma 1", "pdj-0.20", "above"),
            Comparison("Stage 2, sigma 2", "Stage 2, sigma 1.5", "pdj-0.20", "above"),
        ),
        "Only for whole bodies; each size is trained for half of the steps of stage 2.",
    ),
    Claim(
        "DP-12",
        "deeppose",
        "Pooling helps although it costs resolution.",
        "Claimed.",
        (Comparison(_1, f"{_1}, no pooling", "pdj-0.20", "above"),),
        "Without pooling, every second pixel of a map is kept instead.",
    ),
)
