"""Printed numbers of LinKDE: all are from the papers that compare with it, which ran it or quote it."""

from dataclasses import replace

from pose_lib.bench.published import SIX, Published
from pose_lib.papers.li_chan.published import PUBLISHED as LI_CHAN
from pose_lib.papers.park.published import PUBLISHED as PARK
from pose_lib.papers.tekin_ae.published import PUBLISHED as TEKIN

__all__ = ["PUBLISHED"]

_STRUCTNET = (183.09, 132.50, 162.27, 206.45, 97.07, 177.84)
_HIDDEN = {
    "Discussion": 108, "Eating": 91, "Greeting": 129, "Phoning": 104, "Posing": 130, "Purchases": 134,
    "Sitting": 135, "SittingDown": 200, "Smoking": 117, "TakingPhoto": 195, "Waiting": 132, "Walking": 115,
    "WalkingDog": 162, "WalkingTogether": 156, "Average": 133.81,
}  # fmt: skip


def _quoted(numbers: tuple[Published, ...], paper: str) -> tuple[Published, ...]:
    """The numbers of LinKDE among those of another paper, under the name of that paper's table."""
    return tuple(
        replace(n, table=f"{n.table}, {paper}", system="LinKDE")
        for n in numbers
        if n.system in ("LinKDE", "KDE")
    )


PUBLISHED: tuple[Published, ...] = (
    *_quoted(LI_CHAN, "Li & Chan 2014"),
    *(
        Published("Table 1, Li, Zhang & Chan 2015", "LinKDE", action, "mpjpe", value, "mm")
        for action, value in zip(SIX, _STRUCTNET, strict=True)
    ),
    Published("Table 1, Li, Zhang & Chan 2015", "LinKDE", "all six", "mpjpe", 162.25, "mm", "mean of frames"),
    Published(
        "Table 1, Li, Zhang & Chan 2015",
        "LinKDE",
        "all six",
        "mpjpe-std",
        104.43,
        "mm",
        "standard deviation over the test samples",
    ),
    *(
        Published(
            "Hidden test set, Li, Zhang & Chan 2015",
            "LinKDE",
            action,
            "mpjpe",
            value,
            "mm",
            "of the data set's server, on people whose poses are not published",
        )
        for action, value in _HIDDEN.items()
    ),
    *_quoted(PARK, "Park et al. 2016"),
    *_quoted(TEKIN, "Tekin et al. 2016"),
)
