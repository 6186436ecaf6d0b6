"""Claims of Li et al. 2014."""

from math import inf

from pose_lib.bench.claim import Claim, above, below, near
from pose_lib.papers.hmlpe.sweep import sweep_key

__all__ = ["CLAIMS"]

_ALONE = "Regression alone"
_NOT_RERUN = "The other method is not re-run here, so nothing decides this."

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "H-1",
        "Regression alone does badly, on training images too; learning detection beside it helps on both.",
        "Error of training and test poses 0.241 and 0.284 alone, 0.039 and 0.131 together.",
        (
            near(_ALONE, "Mean pose", "train-r", 0.25),
            below("HMLPE", _ALONE, "train-r"),
            below("HMLPE", _ALONE, "test-r"),
            above("HMLPE", _ALONE, "pcp"),
        ),
        "With He's initial weights; the sweep has the paper's. Badly: within 25 % of the mean pose's error.",
    ),
    Claim(
        "H-2",
        "Even a tiny weight on detection is enough for regression to train, whatever the initial weights.",
        "At a ratio of 1e10 the training error is 0.036 against 0.241 without detection.",
        (
            below(sweep_key(1e10, "published"), sweep_key(inf, "published"), "train-r"),
            below(sweep_key(1e10, "he"), sweep_key(inf, "he"), "train-r"),
        ),
        "The initial weights of the authors' code are tried beside He's.",
    ),
    Claim(
        "H-3",
        "Test poses get better as the weight of detection rises, and worse again when it dominates.",
        "Ratios 4, 1, 0.5: 0.137, 0.131, 0.149.",
        (
            below(sweep_key(1, "he"), sweep_key(4, "he"), "test-r"),
            below(sweep_key(1, "he"), sweep_key(0.5, "he"), "test-r"),
        ),
    ),
    Claim(
        "H-4",
        "Regression helps detection a little.",
        "Cross-entropy on test images 0.064 together, 0.069 alone.",
        (below("HMLPE", "Detection alone", "test-d"),),
    ),
    Claim(
        "H-5",
        "Lower arms are better than RoDG-Boost's, upper arms a little worse, on all of Buffy.",
        "+4.8 and -1.1 points of PCP.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-6",
        "Among the detected people of Buffy both are a little better than a mixture of parts.",
        "+0.7 and +0.5 points of PCP.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-7",
        "A mixture with twelve kinds of each part is better on lower arms and worse on upper ones.",
        "+4.0 and -4.5 points of PCP.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-8",
        "Against MODEC on FLIC: more joints roughly right, fewer exactly right.",
        "About +6 points within 20 hundredths of the torso, -5 to -7 within 6.",
        (),
        "Needs the pictures of FLIC; MODEC's own accuracy is among the published numbers.",
    ),
    Claim(
        "H-9",
        "Without dropout the network over-fits severely.",
        "Said, without a number.",
        (below("HMLPE", "HMLPE, no dropout", "test-r"),),
        "At the dropout rate of the preset, which is below the paper's in the shorter ones.",
    ),
    Claim(
        "H-10",
        "Pre-training on the union of data sets helps on the target set.",
        "Argued.",
        (above("HMLPE", "HMLPE, no pre-training", "pcp"),),
        "Only where there is a union: not on rendered people.",
    ),
    Claim(
        "H-11",
        "MODEC does not gain from the full training set.",
        "Said, without a number.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-12",
        "Maps of the middle and last convolution respond to parts of the body at their place.",
        "Shown by average patches.",
        (below("HMLPE", "Untrained", "map-distance-2"), below("HMLPE", "Untrained", "map-distance-3")),
        "How far each map's strongest neuron is from the joint that it is nearest to on training images.",
    ),
)
