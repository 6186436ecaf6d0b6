"""The registry of papers: tests, tables of contents and smoke runs are driven from these rows."""

from __future__ import annotations

from dataclasses import dataclass

from pose_lib.data.photos.cards import PHOTO_SETS

__all__ = ["PAPERS", "Paper", "paper"]


@dataclass(frozen=True)
class Paper:
    """One paper and the notebook that re-runs it."""

    name: str
    """The notebook's file name without its ending, and the key of every stored row."""
    title: str
    citation: str
    """Key in ``book/references.bib``."""
    cited_as: str
    """How a docstring names the paper, as in ``Eq. (2), Tekin et al. 2016``."""
    label: str
    """How labels of its equations begin on its page, as in ``tekin2016-eq2``."""
    parameters: tuple[str, ...]
    datasets: tuple[str, ...]

    @property
    def notebook(self) -> str:
        """Path of the notebook from the top of the checkout."""
        return f"notebooks/{self.name}.ipynb"


PAPERS: tuple[Paper, ...] = (
    Paper(
        "deeppose",
        "DeepPose: Human Pose Estimation via Deep Neural Networks",
        "toshev2014deeppose",
        "Toshev & Szegedy 2014",
        "deeppose2014",
        ("action", "dataset", "data_root", "preset", "seed", "device", "controls"),
        ("synthetic", "mocap", "lsp", "lspet", "lsp+lspet", "flic", "flic-full"),
    ),
    Paper(
        "tekin_ae",
        "Structured Prediction of 3D Human Pose with Deep Neural Networks",
        "tekin2016structured",
        "Tekin et al. 2016",
        "tekin2016",
        ("action", "dataset", "data_root", "preset", "seed", "device", "controls"),
        ("synthetic", "mocap"),
    ),
    Paper(
        "li_chan",
        "3D Human Pose Estimation from Monocular Images with Deep Convolutional Neural Network",
        "li2014monocular",
        "Li & Chan 2014",
        "lichan2014",
        ("action", "dataset", "data_root", "preset", "seed", "device", "controls"),
        ("synthetic", "mocap"),
    ),
    Paper(
        "park",
        "3D Human Pose Estimation Using Convolutional Neural Networks with 2D Pose Information",
        "park2016pose",
        "Park et al. 2016",
        "park2016",
        ("action", "dataset", "data_root", "preset", "seed", "device", "controls"),
        ("synthetic", "mocap"),
    ),
    Paper(
        "hmlpe",
        "Heterogeneous Multi-task Learning for Human Pose Estimation with Deep Convolutional Neural Network",
        "li2014hmlpe",
        "Li et al. 2014",
        "hmlpe2014",
        ("action", "dataset", "data_root", "preset", "seed", "device", "controls"),
        ("synthetic", "mocap", *PHOTO_SETS),
    ),
)


def paper(name: str) -> Paper:
    """A paper by name.

    Raises:
        KeyError: lists the names that exist.
    """
    for row in PAPERS:
        if row.name == name:
            return row
    raise KeyError(f"no paper {name!r}; there are: {', '.join(p.name for p in PAPERS)}")
