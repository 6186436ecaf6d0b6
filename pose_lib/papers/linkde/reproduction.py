"""What is printed of LinKDE in the papers that compare with it, and what makes it again."""

from pose_lib.bench.reproduction import PrintedItem

__all__ = ["REPRODUCTION"]

_CAPTURED = ("human3.6m",)
_ONE = "One row of that table. The tables of Ionescu et al. 2014 were not at hand."

REPRODUCTION = (
    PrintedItem(
        name="Table 1, Li & Chan 2014",
        shows="errors on six actions, and their deviation",
        cell="linkde-19",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks=_ONE,
    ),
    PrintedItem(
        name="Table 1, Li, Zhang & Chan 2015",
        shows="the same numbers, and their mean over frames",
        cell="linkde-21",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks=_ONE,
    ),
    PrintedItem(
        name="Hidden test set, Li, Zhang & Chan 2015",
        shows="errors on people whose poses are not published",
        lacks="Only the server of the data set can measure it; the printed numbers stand in the chapter.",
    ),
    PrintedItem(
        name="Table 1, Park et al. 2016",
        shows="errors on fifteen actions, of another run",
        cell="linkde-21",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks=_ONE,
    ),
    PrintedItem(
        name="Table 1, Tekin et al. 2016",
        shows="errors on six actions, quoted",
        cell="linkde-21",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks=_ONE,
    ),
    PrintedItem(
        name="Table 2, Tekin et al. 2016",
        shows="errors of the ratios of limbs' lengths, of kernel dependency estimation",
        cell="linkde-32",
        metric="limb-ratio-full",
        printed_on=_CAPTURED,
        lacks="Which form of the method and which action it is of is not stated.",
    ),
)
"""By year of the paper that prints it."""
