"""The tables of Li, Zhang & Chan 2015, and what makes them again."""

from pose_lib.bench.reproduction import PrintedItem
from pose_lib.papers.structnet.published import ABLATIONS, HIDDEN

__all__ = ["REPRODUCTION"]

_CAPTURED = ("human3.6m",)

REPRODUCTION = (
    PrintedItem(
        name="Table 1",
        shows="errors on six actions by the kind of inference, beside two methods",
        cell="structnet-28",
        metric="mpjpe",
        printed_on=_CAPTURED,
        lacks="The particle filter is not described in enough detail to be run: its two rows are quoted.",
    ),
    PrintedItem(
        name=ABLATIONS,
        shows="errors by the embedding of the pose",
        cell="structnet-30",
        metric="mpjpe",
        printed_on=_CAPTURED,
    ),
    PrintedItem(
        name=HIDDEN,
        shows="errors on people whose poses are not published",
        lacks="Only the server of the data set can measure it; the printed numbers stand in the chapter.",
    ),
)
"""Of what could be read of the paper: a description of its tables; its figures were not at hand."""
