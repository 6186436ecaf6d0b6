"""What a reader must know about each data set of photographs: its source, layout and labels."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pose_lib.geometry.skeletons import FLIC11, LSP14, STICKMEN8, Sides, Skeleton

__all__ = ["PAGE", "PHOTO_SETS", "SETS", "UNIONS", "Crop", "Facts", "Union"]

Crop = Literal["image", "person", "upper"]
"""What a crop shows: the whole picture, all labelled joints, or the upper body."""

PAGE = 'the page "Photographs" of the book (notebooks/photographs.ipynb)'
"""Where error messages send the reader for instructions."""

_RESEARCH = "no licence stated; made for research, cite the paper; the pictures belong to their authors"
_SIDES_OF_STICKS = (
    'Sides as they appear in the picture. "Left" in the file is the left of the picture, which is the right '
    "side of a person who faces the camera; it is read as the right side of everybody."
)
_STICKS = (
    "Six sticks per person: torso, left and right upper arm, left and right lower arm, head. The two ends of "
    "a stick come in either order, so joints are found by proximity: where the ends of neighbours meet."
)
_HELD_OUT = "No split of its own: the last tenth of the pictures is held out as the test split."


@dataclass(frozen=True)
class Facts:
    """One data set, as it is published."""

    name: str
    title: str
    cite: str
    """Key in the bibliography."""
    skeleton: Skeleton
    pictures: int
    people: int
    """0 where the number is not known for sure."""
    training: int
    """For splits by the order of pictures: the first ``training`` ones train, the others test. Else 0."""
    split: str
    """The split, in words."""
    sides: str
    labels: str
    """Which joints are labelled, and what visible means."""
    origin: str
    archives: tuple[str, ...]
    """Names of the files that are downloaded."""
    folders: tuple[str, ...]
    """Usual names of the unpacked folder."""
    marker: tuple[str, ...]
    """A folder with one of these files is the data set."""
    layout: str
    crop: Crop = "image"
    """What a crop shows by default."""
    box: str = "Test people are boxed like training people: around their annotated joints."
    licence: str = _RESEARCH
    checksums: tuple[str, ...] = ()
    centric: Sides = "person"
    """What left and right mean in the joints that are read."""


@dataclass(frozen=True)
class Union:
    """Several data sets together."""

    name: str
    title: str
    members: tuple[str, ...]
    skeleton: Skeleton
    crop: Crop
    rule: str
    centric: Sides = "person"


_LSP = Facts(
    name="lsp",
    title="Leeds Sports Pose",
    cite="johnson2010clustered",
    skeleton=LSP14,
    pictures=2000,
    people=2000,
    training=1000,
    split="Images 1 to 1000 train, 1001 to 2000 test.",
    sides="The person's own.",
    labels="Every joint has a position; the third number is 1 where it is hidden (the opposite of LSPET).",
    origin="https://sam.johnson.io/research/lsp.html",
    archives=("lsp_dataset.zip", "lsp_dataset_original.zip"),
    folders=("lsp_dataset", "lsp_dataset_original", "lsp"),
    marker=("joints.mat",),
    layout="lsp_dataset/joints.mat                joints (3, 14, 2000)\n"
    "lsp_dataset/images/im0001.jpg ...     2000 pictures, four digits",
)
_LSPET = Facts(
    name="lspet",
    title="Leeds Sports Pose, extended training set",
    cite="johnson2011learning",
    skeleton=LSP14,
    pictures=10_000,
    people=10_000,
    training=9000,
    split="No split of its own: all images are for training. Here images 9001 to 10000 are the test split.",
    sides="The person's own, by annotators of Mechanical Turk who do not always agree.",
    labels="The third number is 1 where a joint is visible. The positions of hidden joints are meaningless.",
    origin="https://sam.johnson.io/research/lspet.html",
    archives=("lspet_dataset.zip", "hr-lspet.zip"),
    folders=("lspet_dataset", "lspet", "hr-lspet"),
    marker=("joints.mat",),
    layout="lspet_dataset/joints.mat              joints (14, 3, 10000)\n"
    "lspet_dataset/images/im00001.jpg ...  10000 pictures, five digits",
)
_PARSE = Facts(
    name="parse",
    title="Image Parse",
    cite="ramanan2006learning",
    skeleton=LSP14,
    pictures=305,
    people=305,
    training=100,
    split="Images 1 to 100 train, 101 to 305 test.",
    sides="As they appear in the picture: the first joint, called the left ankle, is on the left there. "
    "Joints are mapped to the Leeds order by index, as if everybody faced the camera.",
    labels="Every joint has a position; none is marked as hidden.",
    origin="https://www.ics.uci.edu/~dramanan/papers/parse (people.zip), or with the code of "
    "https://www.ics.uci.edu/~dramanan/software/pose (PARSE/labels.mat)",
    archives=("people.zip",),
    folders=("PARSE", "parse", "people_all"),
    marker=("labels.mat",),
    layout="PARSE/labels.mat                      ptsAll (14, 2, 305)\nPARSE/im0001.jpg ... im0305.jpg",
    centric="observer",
)
_FLIC = Facts(
    name="flic",
    title="Frames Labeled In Cinema",
    cite="sapp2013modec",
    skeleton=FLIC11,
    pictures=4552,
    people=5003,
    training=0,
    split="3987 people train, 1016 test, by the flags in the file. Both splits show the same 30 films.",
    sides="The person's own. The column backwards marks those whose left arm is left of the right arm in the "
    "picture; MODEC swaps their arms before it compares.",
    labels="Eleven points, each with a position. A point outside the frame has one too, and is not visible.",
    origin="https://bensapp.github.io/flic-dataset.html",
    archives=("FLIC.zip",),
    folders=("FLIC", "flic"),
    marker=("examples.mat",),
    layout="FLIC/examples.mat                     examples (1, 5003), a struct\n"
    "FLIC/images/<film>-<frame>.jpg",
    crop="upper",
    box="All people are boxed by the given torso box, with 3.5 times its width and 2.75 times its height.",
)
_FLIC_FULL = Facts(
    name="flic-full",
    title="Frames Labeled In Cinema, all frames",
    cite="sapp2013modec",
    skeleton=FLIC11,
    pictures=20_928,
    people=20_928,
    training=0,
    split="People marked for testing test. All others that are neither bad nor unchecked train; with "
    "tr_plus_indices.mat (FLIC+) only those that it lists, as other frames show scenes of the test split.",
    sides=_FLIC.sides,
    labels=_FLIC.labels,
    origin=_FLIC.origin,
    archives=("FLIC-full.zip", "tr_plus_indices.mat"),
    folders=("FLIC-full", "flic-full"),
    marker=("examples.mat",),
    layout="FLIC-full/examples.mat                examples (1, 20928), a struct\n"
    "FLIC-full/images/<film>-<frame>.jpg\n"
    "FLIC-full/tr_plus_indices.mat         optional",
    crop="upper",
    box=_FLIC.box,
    checksums=("examples.mat: md5 81caf04c08d1a84f8d3a23a23fdf86d1, 4270702 bytes",),
)
_BUFFY = Facts(
    name="buffy",
    title="Buffy Stickmen",
    cite="ferrari2008progressive",
    skeleton=STICKMEN8,
    pictures=748,
    people=748,
    training=0,
    split="Episodes 3 and 4 train (472 frames), 2, 5 and 6 test (276).",
    sides=_SIDES_OF_STICKS,
    labels=f"{_STICKS} No stick is missing.",
    origin="https://www.robots.ox.ac.uk/~vgg/data/stickmen",
    archives=("buffy_stickmen_v3.01.tgz", "buffy_stickmen_v3.0.tgz"),
    folders=("BUFFY", "buffy", "buffy_s5e2", "buffy_stickmen_v3.01"),
    marker=("data/buffy_s5e2_sticks.txt",),
    layout="BUFFY/data/buffy_s5e2_sticks.txt ...  episodes 2 to 6\n"
    "BUFFY/images/buffy_s5e2_original/000063.jpg ...\n"
    "BUFFY/techrep2010_buffy_results.mat   optional: the detection windows",
    crop="upper",
    box="Test people are boxed by their detection window, with 1.7 times its width and, from its top, 2.1 "
    "times its height. The column detected says whether there is one; without one the window that the "
    "annotation implies is used, and a fair evaluation counts such a person as missed. Training people are "
    "boxed by the implied window, enlarged to contain their arms.",
    centric="observer",
)
_ETHZ = Facts(
    name="ethz",
    title="ETHZ PASCAL Stickmen",
    cite="eichner2009better",
    skeleton=STICKMEN8,
    pictures=549,
    people=549,
    training=494,
    split=_HELD_OUT,
    sides=_SIDES_OF_STICKS,
    labels=_STICKS,
    origin="https://groups.inf.ed.ac.uk/calvin/ethz_pascal_stickmen",
    archives=("ETHZ_PASCAL_Stickmen_v1.11.tgz",),
    folders=("ETHZ_PASCAL_Stickmen_v1.11", "ETHZ_PASCAL_Stickmen_v1.1", "ethz"),
    marker=("data/pascal_sticks.txt",),
    layout="ETHZ_PASCAL_Stickmen_v1.11/data/pascal_sticks.txt\nETHZ_PASCAL_Stickmen_v1.11/images/",
    crop="upper",
    centric="observer",
)
_SYNCHRONIC = Facts(
    name="synchronic",
    title="Synchronic Activities Stickmen",
    cite="eichner2012synchronic",
    skeleton=STICKMEN8,
    pictures=357,
    people=1128,
    training=321,
    split=_HELD_OUT,
    sides=_SIDES_OF_STICKS,
    labels=f"{_STICKS} A hidden stick is NaN; its joints are missing.",
    origin="https://groups.inf.ed.ac.uk/calvin/synchronic_activities",
    archives=("SynchronicActivities_Stickmen_v1.0.tgz",),
    folders=("SynchronicActivities_Stickmen_v1.0", "SynchronicActivities", "synchronic"),
    marker=("data/SynchronicActivities.txt",),
    layout="SynchronicActivities/data/SynchronicActivities.txt   header: <file> <people> <parts>\n"
    "SynchronicActivities/images/",
    crop="upper",
    centric="observer",
)
_FAMILY = Facts(
    name="family",
    title="We Are Family Stickmen",
    cite="eichner2010family",
    skeleton=STICKMEN8,
    pictures=525,
    people=0,
    training=350,
    split="Pictures 1 to 350 train, 351 to 525 test.",
    sides=_SIDES_OF_STICKS,
    labels=f"{_STICKS} A hidden stick is NaN or zero; its joints are missing.",
    origin="https://groups.inf.ed.ac.uk/calvin/we_are_family",
    archives=("WeAreFamily_Stickmen_v1.1.tgz",),
    folders=("WeAreFamily_Stickmen_v1.1", "WeAreFamily_Stickmen_v1.02", "WeAreFamily", "family"),
    marker=("data/waf_sticks_all.txt", "data/WeAreFamily.txt"),
    layout="WeAreFamily_Stickmen_v1.1/data/waf_sticks_all.txt    header: <file> <people> <parts>\n"
    "WeAreFamily_Stickmen_v1.1/images/",
    crop="upper",
    centric="observer",
)

SETS: dict[str, Facts] = {
    f.name: f for f in (_LSP, _LSPET, _FLIC, _FLIC_FULL, _BUFFY, _ETHZ, _SYNCHRONIC, _FAMILY, _PARSE)
}
"""Single data sets by name."""

UNIONS = MappingProxyType(
    {
        "lsp+lspet": Union(
            "lsp+lspet",
            "Leeds Sports Pose with its extension",
            ("lsp", "lspet"),
            LSP14,
            "image",
            "LSPET and the training half of LSP train; the test half of LSP tests (Toshev & Szegedy 2014).",
        ),
        "hmlpe-mixture": Union(
            "hmlpe-mixture",
            "The mixture of Li et al. 2014",
            ("buffy", "flic", "lsp", "lspet", "ethz", "synchronic", "family"),
            STICKMEN8,
            "upper",
            "The training parts of Buffy, FLIC and LSP and all of ETHZ PASCAL, Synchronic Activities and We "
            "Are Family train, without people who have a hidden or missing joint; the test parts of Buffy "
            "and FLIC test. Data sets that are not in the folder are left out. LSPET, which the paper does "
            "not use, is also used for training if it is there. Sides are observer-centric.",
            centric="observer",
        ),
    }
)
"""Data sets made of several others, by name."""

PHOTO_SETS = (
    *("lsp", "lspet", "lsp+lspet", "flic", "flic-full", "buffy", "ethz", "synchronic", "family", "parse"),
    "hmlpe-mixture",
)
"""Names that the parameter ``dataset`` can take."""
