"""Every table and figure of Li et al. 2014, and what makes it again."""

from pose_lib.bench.reproduction import PrintedItem

__all__ = ["REPRODUCTION"]

REPRODUCTION = (
    PrintedItem(name="Figure 1", shows="one picture, shared features, two tasks", cell="hmlpe-18d"),
    PrintedItem(name="Figure 2", shows="joints and sticks, and the map of one arm", cell="hmlpe-07"),
    PrintedItem(name="Figure 3", shows="the network", cell="hmlpe-17e"),
    PrintedItem(
        name="Table 1",
        shows="arms found on Buffy, of all people and of those detected, beside other methods",
        cell="hmlpe-21",
        metric="pcp-lower-arm",
        printed_on=("buffy",),
    ),
    PrintedItem(
        name="Figure 4",
        shows="elbows and wrists found on FLIC, by radius, beside MODEC",
        cell="hmlpe-26",
        metric="pdj-0.20-wrist",
        printed_on=("flic",),
        lacks="MODEC's points are counted in the errors that its authors distribute.",
    ),
    PrintedItem(
        name="Table 2",
        shows="arms found on FLIC",
        cell="hmlpe-24",
        metric="pcp-lower-arm",
        printed_on=("flic",),
    ),
    PrintedItem(
        name="Table 3",
        shows="errors of both tasks over the ratio of their weights",
        cell="hmlpe-30",
        metric="test-r",
        printed_on=("buffy", "flic"),
    ),
    PrintedItem(
        name="Figure 5",
        shows="the errors of Table 3 as curves",
        cell="hmlpe-29",
        metric="test-r",
        printed_on=("buffy", "flic"),
        lacks="The paper has an error for each epoch, this page that at the end of the training.",
    ),
    PrintedItem(name="Algorithm 1", shows="from a neuron back to its pixels", cell="hmlpe-40"),
    PrintedItem(name="Figure 6 (a)", shows="filters of the first convolution", cell="hmlpe-38"),
    PrintedItem(name="Figure 6 (b)", shows="average patches of the second convolution", cell="hmlpe-42"),
    PrintedItem(name="Figure 6 (c)", shows="average patches of the third convolution", cell="hmlpe-43"),
    PrintedItem(name="Figure 7", shows="patches that the last maps respond to", cell="hmlpe-45"),
)
"""In the order of the paper."""
