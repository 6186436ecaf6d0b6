"""Every table and figure of Tekin et al. 2016, and what makes it again."""

from pose_lib.bench.reproduction import PrintedItem

__all__ = ["REPRODUCTION"]

REPRODUCTION = (
    PrintedItem(name="Figure 1", shows="the three steps of the method", cell="tekin-17"),
    PrintedItem(name="Figure 2", shows="predicted poses beside the truth", cell="tekin-24"),
    PrintedItem(
        name="Table 1",
        shows="errors on six actions, beside four methods",
        cell="tekin-19",
        metric="mpjpe",
        printed_on=("human3.6m",),
    ),
    PrintedItem(
        name="Table 2",
        shows="errors of the ratios of limbs' lengths",
        cell="tekin-20",
        metric="limb-ratio-full",
        printed_on=("human3.6m",),
        lacks="The paper states no formula: the page has the most likely reading, the stored rows all three.",
    ),
)
"""In the order of the paper."""
