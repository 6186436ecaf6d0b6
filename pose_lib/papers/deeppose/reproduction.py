"""Every table and figure of Toshev & Szegedy 2014, and what makes it again."""

from pose_lib.bench.reproduction import PrintedItem

__all__ = ["REPRODUCTION"]

_RIVALS = "The curves of the other methods are not printed as numbers."

REPRODUCTION = (
    PrintedItem(
        name="Figure 1",
        shows="photographs in which joints are hidden",
        cell="deeppose-05",
        lacks="Its photographs may not be passed on; the crops here are those of the page's data.",
    ),
    PrintedItem(name="Figure 2, left", shows="the network of stage 1", cell="deeppose-16n"),
    PrintedItem(name="Figure 2, right", shows="a refinement: crops around joints", cell="deeppose-19"),
    PrintedItem(
        name="Figure 3",
        shows="elbows and wrists found on FLIC, by precision, beside four methods",
        cell="deeppose-27",
        metric="pdj-0.20",
        printed_on=("flic",),
        lacks=_RIVALS,
    ),
    PrintedItem(
        name="Table 1",
        shows="limbs found on Leeds Sports, stage by stage, beside five methods",
        cell="deeppose-23",
        metric="pcp",
        printed_on=("lsp+lspet",),
    ),
    PrintedItem(
        name="Figure 4",
        shows="arms and legs found on Leeds Sports, by precision, beside one method",
        cell="deeppose-27",
        metric="pdj-0.20",
        printed_on=("lsp+lspet",),
        lacks=_RIVALS,
    ),
    PrintedItem(
        name="Figure 5",
        shows="joints found by each stage on FLIC, by precision",
        cell="deeppose-27",
        metric="pdj-0.20",
        printed_on=("flic",),
    ),
    PrintedItem(name="Figure 6", shows="poses of the three stages beside the truth", cell="deeppose-31"),
    PrintedItem(
        name="Figure 7",
        shows="trained on FLIC, tested on Buffy: elbows and wrists found, by precision",
        cell="deeppose-34b",
        metric="pdj-0.20",
        printed_on=("flic", "buffy"),
        lacks=f"It needs the photographs of both sets. {_RIVALS}",
    ),
    PrintedItem(
        name="Table 2",
        shows="trained on Leeds Sports, tested on Image Parse: limbs found",
        cell="deeppose-33",
        metric="pcp",
        printed_on=("lsp+lspet", "parse"),
        lacks="It needs the photographs of both sets.",
    ),
    PrintedItem(name="Figure 8", shows="poses on photographs of Leeds Sports", cell="deeppose-55"),
    PrintedItem(name="Figure 9", shows="poses on frames of FLIC", cell="deeppose-55"),
)
"""In the order of the paper."""
