"""The claims of Li et al. 2014."""

from __future__ import annotations

from pose_lib.bench.claims.claim import Claim, Comparison

__all__ = ["HMLPE"]

_ALONE = "Regression alone"
_NOT_RERUN = "The other method is not re-run here, so nothing decides this."

HMLPE: tuple[Claim, ...] = (
    Claim(
        "H-1",
        "hmlpe",
        "Regression alone does badly, on training images too; learning detection beside it cures both.",
        "Error of training and test poses 0.241 and 0.284 alone, 0.039 and 0.131 together.",
        (
            Comparison(_ALONE, "Mean pose", "train-r", "near", 0.25),
            Comparison("HMLPE", _ALONE, "train-r"),
            Comparison("HMLPE", _ALONE, "test-r"),
            Comparison("HMLPE", _ALONE, "pcp", "above"),
        ),
        "With He's first weights; the sweep has the paper's. Badly: a quarter around the mean pose's error.",
    ),
    Claim(
        "H-2",
        "hmlpe",
        "Even a tiny weight on detection restores training, whatever the first weights.",
        "At a ratio of 1e10 the training error is 0.036 against 0.241 without detection.",
        (
            Comparison("ratio 1e+10, published start", "ratio inf, published start", "train-r"),
            Comparison("ratio 1e+10, He start", "ratio inf, He start", "train-r"),
        ),
        "The first weights of the authors' code are tried beside He's.",
    ),
    Claim(
        "H-3",
        "hmlpe",
        "Test poses get better as detection weighs more, and worse again when it dominates.",
        "Ratios 4, 1, 0.5: 0.137, 0.131, 0.149.",
        (
            Comparison("ratio 1, He start", "ratio 4, He start", "test-r"),
            Comparison("ratio 1, He start", "ratio 0.5, He start", "test-r"),
        ),
    ),
    Claim(
        "H-4",
        "hmlpe",
        "Regression helps detection a little.",
        "Cross-entropy on test images 0.064 together, 0.069 alone.",
        (Comparison("HMLPE", "Detection alone", "test-d"),),
    ),
    Claim(
        "H-5",
        "hmlpe",
        "Lower arms are better than RoDG-Boost's, upper arms a little worse, on all of Buffy.",
        "+4.8 and -1.1 points of PCP.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-6",
        "hmlpe",
        "Among the detected people of Buffy both are a little better than a mixture of parts.",
        "+0.7 and +0.5 points of PCP.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-7",
        "hmlpe",
        "A mixture with twelve kinds of each part is better on lower arms and worse on upper ones.",
        "+4.0 and -4.5 points of PCP.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-8",
        "hmlpe",
        "Against MODEC on FLIC: more joints roughly right, fewer exactly right.",
        "About +6 points within 20 hundredths of the torso, -5 to -7 within 6.",
        (),
        "Needs the pictures of FLIC; MODEC's own accuracy is among the published numbers.",
    ),
    Claim(
        "H-9",
        "hmlpe",
        "Without dropout the network over-fits severely.",
        "Said, without a number.",
        (Comparison("HMLPE", "HMLPE, no dropout", "test-r"),),
        "At the dropout rate of the preset, which is below the paper's in the shorter ones.",
    ),
    Claim(
        "H-10",
        "hmlpe",
        "Pre-training on the union of data sets is a prior that helps on the target set.",
        "Argued.",
        (Comparison("HMLPE", "HMLPE, no pre-training", "pcp", "above"),),
        "Only where there is a union: not on rendered people.",
    ),
    Claim(
        "H-11",
        "hmlpe",
        "MODEC does not gain from the full training set.",
        "Said, without a number.",
        (),
        _NOT_RERUN,
    ),
    Claim(
        "H-12",
        "hmlpe",
        "Maps of the middle and last convolution respond to parts of the body at their place.",
        "Shown by average patches.",
        (
            Comparison("HMLPE", "Untrained", "map-distance-2"),
            Comparison("HMLPE", "Untrained", "map-distance-3"),
        ),
        "How far each map's strongest neuron is from the joint that it is nearest to on training images.",
    ),
)
