"""Claims of Toshev & Szegedy 2014. Margins are half of the smallest effect that the paper prints, or less."""

from pose_lib.bench.claim import Claim, above, below
from pose_lib.bench.ledger import Remark
from pose_lib.bench.rows import Key
from pose_lib.data.catalog import SEQUENCE_SETS
from pose_lib.papers.deeppose.sweeps import HELD, crops_key, sigma_key

__all__ = ["CLAIMS", "REMARKS"]

_1, _2, _3 = "Stage 1", "Stage 2", "Stage 3"
_FITTED: Key = (_1, "moved and scaled")
_LONGER: Key = (_1, "trained longer")
_OTHER_LIMBS = ("upper-arm", "lower-leg", "upper-leg")
_LEEDS, _FILMS = ("lsp", "lspet", "lsp+lspet"), ("flic", "flic-full")
_WHOLE = (*SEQUENCE_SETS, *_LEEDS)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "DP-1",
        "A generic network that regresses from the whole image to coordinates finds limbs.",
        "PCP at stage 1 on Leeds Sports: 0.54 over the limbs of arms and legs.",
        (above(_1, "Mean pose", "pcp", check=True), above(_1, "Nearest pose", "pcp", check=True)),
        "Asked here: more than the mean pose and the nearest training pose, not as much as printed.",
    ),
    Claim(
        "DP-2",
        "The cascade finds more limbs, more than stage 1 would by training as long, and its first refinement "
        "brings most of that.",
        "PCP 0.54, 0.60, 0.61 over the three stages.",
        (
            above(_3, _1, "pcp", 0.06),
            above(_2, _1, "pcp", 0.04, less=(_3, _2, "pcp")),
            above(_3, _LONGER, "pcp"),
        ),
        "Brings most: gains more than the second. The last test, which needs the controls, compares the "
        "cascade with stage 1 trained for as many steps as all three stages.",
    ),
    Claim(
        "DP-3",
        "Lower arms gain in both refinements, and most of all limbs; upper legs do not gain in the second.",
        "Lower arms 0.27, 0.36, 0.38; upper arms gain 0.06 in all, lower legs 0.06, upper legs 0.03.",
        (
            above(_2, _1, "pcp-lower-arm", 0.16),
            above(_3, _2, "pcp-lower-arm", 0.027),
            *(above(_3, _1, "pcp-lower-arm", 0.09, less=(_3, _1, f"pcp-{limb}")) for limb in _OTHER_LIMBS),
            below(_3, _2, "pcp-upper-leg", 0.006),
        ),
        "Printed: upper legs 0.78, then 0.77.",
    ),
    Claim(
        "DP-4",
        "Refinement gains more at small thresholds, 0.15 to 0.2 of the torso, than at half of it.",
        "Curves on FLIC, for elbows and wrists; no numbers printed.",
        (
            above(_2, _1, "pdj-0.15"),
            above(_2, _1, "pdj-0.20"),
            above(_2, _1, "pdj-0.15", less=(_2, _1, "pdj-0.50")),
            above(_2, _1, "pdj-0.20", less=(_2, _1, "pdj-0.50")),
        ),
        "All joints, not elbows and wrists alone.",
    ),
    Claim(
        "DP-5",
        "The gain over other methods is larger at large thresholds.",
        "Leeds Sports: about +0.1 at half of the torso, equal or less at 0.2.",
        (),
        "The other methods are not re-run here, and their curves are not printed as numbers.",
    ),
    Claim(
        "DP-6",
        "Stage 1 often has the right shape at the wrong place or size.",
        "Shown by examples.",
        (above(_FITTED, _1, "pdj-0.20", check=True), above(_FITTED, _2, "pdj-0.20")),
        "An oracle moves and scales each pose of stage 1 to fit the truth best; what is left is shape. That "
        "this helps is a consistency check; the verdict is on whether it finds more joints than stage 2.",
    ),
    Claim(
        "DP-7",
        "Later stages see finer detail, but less of the surroundings.",
        "Argued.",
        (above(sigma_key(2.0), sigma_key(1.0), "pdj-0.50"),),
        "Asked here: boxes half as wide lose joints that are far off.",
    ),
    Claim(
        "DP-8",
        "More simulated crops help: 40 per joint are essential.",
        "Argued; 12 million samples.",
        (above(crops_key(40), crops_key(1), "pdj-0.20"), above(crops_key(40), crops_key(10), "pdj-0.20")),
        "The same number of training steps for all; with few steps, few crops are seen twice.",
    ),
    Claim(
        "DP-9",
        "What was learned on one data set holds on another.",
        "Trained on Leeds Sports, best on Image Parse (0.69); trained on FLIC, state of the art on Buffy.",
        (
            above((_3, "on parse"), ("Mean pose", "on parse"), "pcp", datasets=_LEEDS, check=True),
            above((_3, "on buffy"), ("Mean pose", "on buffy"), "pdj-0.20", datasets=_FILMS, check=True),
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
        "The best joint boxes measure two diameters of the pose on Leeds Sports, and one on FLIC.",
        "Chosen from 1.5, 1.7, 2 and 2.3 (0.8, 1 and 1.2) on 50 held-out images by PDJ at 0.2.",
        (
            *(above(sigma_key(2.0), sigma_key(s), HELD, datasets=_WHOLE) for s in (1.5, 1.7, 2.3)),
            *(above(sigma_key(1.0), sigma_key(s), HELD, datasets=_FILMS) for s in (0.8, 1.2)),
        ),
        "On training images that no network here has seen, as in the paper, never on the test images; each "
        "size is trained for half of the steps of stage 2. Rendered people, seen whole, count as Leeds "
        "Sports.",
    ),
    Claim(
        "DP-12",
        "Pooling helps although it costs resolution.",
        "Claimed.",
        (above(_1, (_1, "no pooling"), "pdj-0.20"),),
        "Without pooling, every second pixel of a map is kept instead.",
    ),
)

REMARKS = {
    "DP-2": Remark(
        "Each refinement starts from poses that the stage before has left, and with few training steps it "
        "learns mostly to undo the errors of training poses, which are smaller than those of test poses. "
        "A first stage that is trained longer uses the same steps where more is to gain. Stored runs of more "
        "than one budget show how much of it is the length of the training; a cascade whose samples are "
        "drawn from errors of held-out poses would test the rest.",
    ),
    "DP-3": Remark(
        "With less than a third of the paper's input a forearm is a few pixels wide, so that a box around "
        "the wrist shows little more than the whole picture did, and a refinement that was trained briefly "
        "gains little on any limb. Crops that are read from photographs at their own resolution, and more "
        "steps, would tell.",
    ),
    "DP-4": Remark(
        "Where the first stage is far off, a box around its joint misses the true one, and a refinement "
        "can gain at no threshold. The gain at each threshold, separately for joints whose true place "
        "lies in the box and for the others, would test that.",
    ),
    "DP-6": Remark(
        "Moving and scaling a whole pose cannot correct a single limb; a refinement that sees each joint by "
        "itself can. Which of the two finds more joints depends on how well the refinement was trained as "
        "much as on the errors of stage 1, so that a short training favours the oracle. The paper shows "
        "only examples. The same oracle with a move for each limb would tell errors of place from errors of "
        "shape without the refinement.",
        shown="Look inside",
    ),
    "DP-7": Remark(
        "A refinement that does not see its joint can learn to leave it where stage 1 has put it, so that "
        "a narrow box loses little. The clause asked of joints outside of the narrow box alone would show "
        "what they lose.",
    ),
    "DP-8": Remark(
        "With few steps hardly any simulated crop is seen twice, whatever their number, so one crop per "
        "joint over-fits no more than forty. The same comparison over many more steps would test it.",
    ),
    "DP-10": Remark(
        "A rendered back shows hair and no face, which can make it easy to tell from a front; and where "
        "exchanges are rare, their difference is small. Photographs with few back views in the training "
        "set, as the paper's, would tell.",
        shown="Look inside",
    ),
    "DP-11": Remark(
        "Among sizes that are close to each other the differences are smaller than those between seeds, "
        "and each was trained for half of the steps of a stage. More seeds, and a full stage for each "
        "size, would decide; the best size may also follow the size of the input.",
    ),
    "DP-12": Remark(
        "Every second pixel of a map keeps the resolution that pooling keeps: what is taken away is only "
        "the maximum over neighbours. It makes a network indifferent to small shifts, which the random "
        "crops of the training teach it anyway. Training without random crops would test that.",
    ),
}
"""Why a claim may fail here, and what would test that; and where its chapter shows it."""
