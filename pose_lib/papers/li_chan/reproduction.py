"""Every table and figure of Li & Chan 2014, and what makes it again."""

from pose_lib.bench.reproduction import PrintedItem

__all__ = ["REPRODUCTION"]

_CAPTURED = ("human3.6m",)

REPRODUCTION = (
    PrintedItem(
        name="Figure 1", shows="the windows of detection, and the joints of regression", cell="lichan-07"
    ),
    PrintedItem(name="Figure 2", shows="the network with its two heads", cell="lichan-19b"),
    PrintedItem(
        name="Table 1",
        shows="errors on six actions, and their deviation",
        cell="lichan-24",
        metric="mpjpe",
        printed_on=_CAPTURED,
    ),
    PrintedItem(
        name="Figure 3",
        shows="share of poses within an error, for the six actions",
        cell="lichan-28",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks="A page shows the curve of one action.",
    ),
    PrintedItem(name="Figure 4", shows="predicted poses beside the truth", cell="lichan-31"),
    PrintedItem(name="Figure 5", shows="weights that two joints have in common", cell="lichan-48a"),
    PrintedItem(
        name="Figure 6",
        shows="correlations of weights, and of joints",
        cell="lichan-49",
        metric="structure-similarity",
        printed_on=_CAPTURED,
    ),
    PrintedItem(
        name="Figure 7",
        shows="which pairs of joints share few features",
        cell="lichan-54",
        metric="co-sparsity",
        printed_on=_CAPTURED,
    ),
)
"""In the order of the paper."""
