"""Every table and figure of Park et al. 2016, and what makes it again."""

from pose_lib.bench.reproduction import PrintedItem

__all__ = ["REPRODUCTION"]

_CAPTURED = ("human3.6m",)

REPRODUCTION = (
    PrintedItem(name="Figure 1", shows="the baseline network", cell="park-64b"),
    PrintedItem(name="Figure 2", shows="the fully connected layers of the full method", cell="park-64c"),
    PrintedItem(name="Figure 3", shows="joints measured from one root, and from six", cell="park-07"),
    PrintedItem(
        name="Table 1",
        shows="errors on fifteen actions, beside six methods",
        cell="park-28",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks="Two of the other methods see several frames; they are quoted, not run.",
    ),
    PrintedItem(
        name="Table 2",
        shows="what each of the two ideas changes, on six actions",
        cell="park-24",
        metric="mpjpe",
        printed_on=_CAPTURED,
    ),
    PrintedItem(
        name="Figure 4",
        shows="3D losses of training and test samples, with and without the probabilities",
        cell="park-22",
        metric="loss-3d-test",
        printed_on=_CAPTURED,
    ),
    PrintedItem(name="Figure 5", shows="predicted poses beside those of the baseline", cell="park-32"),
)
"""In the order of the paper."""
