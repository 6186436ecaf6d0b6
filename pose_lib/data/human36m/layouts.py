"""Which layout of Human3.6M a folder holds, and its views."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pose_lib.data.human36m.coco import is_coco, read_coco
from pose_lib.data.human36m.fetched import is_fetched, read_fetched
from pose_lib.data.human36m.mmpose import is_mmpose, read_mmpose
from pose_lib.data.human36m.official import read_official
from pose_lib.data.human36m.videopose3d import is_videopose3d, read_videopose3d
from pose_lib.data.human36m.views import Source

__all__ = ["LAYOUTS", "missing_lines", "recognise", "require_source"]

_SHOWN = 40


def _is_official(root: Path) -> bool:
    return any(
        (folder / name).is_dir()
        for folder in root.glob("S[0-9]*")
        for name in (
            "Videos",
            "MyPoseFeatures",
            "Poses_D3_Positions",
            "D3_Positions",
            "Poses_D3_Positions_mono",
        )
    )


_READERS: dict[str, tuple[str, Callable[[Path], bool], Callable[[Path], Source]]] = {
    "official": (
        "the official download, unpacked: S1/Videos/*.mp4, S1/MyPoseFeatures/D3_Positions/*.cdf, "
        "metadata.xml",
        _is_official,
        read_official,
    ),
    "mmpose": (
        "mmpose's: annotation_body3d/fps50/h36m_train.npz, annotation_body3d/cameras.pkl, images/S1/...",
        is_mmpose,
        read_mmpose,
    ),
    "h36m-fetch": (
        "h36m-fetch's: S1/Directions-1/annot.h5, S1/Directions-1/imageSequence/54138969/img_000001.jpg",
        is_fetched,
        read_fetched,
    ),
    "coco": (
        "of Pose2Mesh and 3DMPPE: annotations/Human36M_subject1_data.json, images/s_01_act_02_...",
        is_coco,
        read_coco,
    ),
    "videopose3d": (
        "VideoPose3D's, without pictures: data_3d_h36m.npz, metadata.xml",
        is_videopose3d,
        read_videopose3d,
    ),
}

LAYOUTS = tuple(_READERS)
"""Names of the layouts that are recognised, in the order in which they are tried."""


def recognise(root: str | Path | None) -> Source:
    """The views in a folder, or in one inside it.

    Raises:
        FileNotFoundError: the folder is not there, or of none of the layouts; says what each looks like.
        Human36mError: the files that describe the layout are damaged.
    """
    if not root or not Path(root).expanduser().is_dir():
        given = f"there is no folder {root}" if root else "it is not given"
        raise FileNotFoundError(f"the data set human3.6m needs data_root, the folder with its files; {given}")
    top = Path(root).expanduser().absolute()
    for folder in (top, *sorted(f for f in top.iterdir() if f.is_dir())):
        for _, is_there, read in _READERS.values():
            if is_there(folder):
                return read(folder)
    known = "\n".join(f"  {name}: {words}" for name, (words, _, _) in _READERS.items())
    raise FileNotFoundError(f"{top} does not hold Human3.6M; it would look like one of\n{known}")


def require_source(root: str | Path | None) -> Source:
    """The views in a folder that has at least one with pictures.

    Raises:
        FileNotFoundError: there is no such folder, or nothing to cut crops from; lists all that is missing.
        Human36mError: the files that describe the layout are damaged.
    """
    source = recognise(root)
    if not source.pictures:
        raise FileNotFoundError(
            f"{source.root} is of the layout {source.layout}, which has poses and no pictures; crops need "
            "the official download, mmpose's, h36m-fetch's or the COCO-style copies"
        )
    if not source.views:
        raise FileNotFoundError(f"{source.root}: no view is complete; missing are\n{missing_lines(source)}")
    return source


def missing_lines(source: Source) -> str:
    """What is missing, one line each, at most a screen of them."""
    lines = [f"  {line}" for line in source.missing[:_SHOWN]]
    more = len(source.missing) - len(lines)
    return "\n".join([*lines, *([f"  and {more} more"] if more > 0 else [])])
