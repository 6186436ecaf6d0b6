"""A predicted pose as a value and as JSON: with picture, box, and the joints' names, sides and units."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pose_lib.bench.predictor import Predictor
from pose_lib.data.photos.own import Box, OwnPicture, person_square
from pose_lib.geometry.boxes import from_crop
from pose_lib.geometry.skeletons import SKELETONS, Sides, Skeleton

__all__ = ["FRAME", "PIXELS", "SCHEMA", "Prediction", "PredictionError", "predicted"]

SCHEMA = "pose-lib prediction 1"
"""First entry of the JSON; another layout gets another number."""
PIXELS = "pixels of the picture, turned as its EXIF data say; pixel i covers i to i + 1"
"""What the numbers of ``joints_2d`` and of the box are."""
FRAME = "mm from the root joint; x right, y down, z away from the camera"
"""What the numbers of ``joints_3d`` are."""
Points = tuple[tuple[float, ...], ...]


class PredictionError(ValueError):
    """A JSON text that is no prediction; names the entry and what was expected."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a network says of one person in one picture."""

    picture: str
    """Name of the file, without its folder."""
    width: int
    height: int
    box: tuple[float, ...]
    """x0 y0 x1 y1 of the square that was cut out."""
    box_given: bool
    """Whether a user gave the box, or the whole picture was taken."""
    paper: str
    system: str
    sha256: str
    """Of the file of weights; empty for a network that was never exported."""
    skeleton: Skeleton
    sides: Sides
    joints_2d: Points | None
    """``J`` pairs."""
    joints_3d: Points | None
    """``J`` triples."""

    def to_json(self) -> str:
        """As JSON text; :meth:`from_json` reads it back."""
        flat, deep = self.joints_2d, self.joints_3d
        content = {
            "schema": SCHEMA,
            "picture": {"file": self.picture, "width": self.width, "height": self.height},
            "box": {"unit": PIXELS, "given": self.box_given, "x0_y0_x1_y1": self.box},
            "network": {"paper": self.paper, "system": self.system, "sha256": self.sha256},
            "skeleton": {
                "name": self.skeleton.name,
                "sides": self.sides,
                "joints": self.skeleton.joints,
                "parents": self.skeleton.parents,
                "root": self.skeleton.joints[self.skeleton.root],
            },
            "joints_2d": None if flat is None else {"unit": PIXELS, "values": flat},
            "joints_3d": None if deep is None else {"unit": FRAME, "values": deep},
        }
        return json.dumps(content, indent=1, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Prediction:
        """What :meth:`to_json` wrote.

        Raises:
            PredictionError: another schema, or an entry that is missing or cannot be.
        """
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise PredictionError(f"no JSON ({error})") from error
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            raise PredictionError(f"the entry schema must be {SCHEMA!r}")
        try:
            picture, box, network, named = (content[k] for k in ("picture", "box", "network", "skeleton"))
            skeleton = SKELETONS[named["name"]]
            if tuple(named["joints"]) != skeleton.joints or named["sides"] not in ("person", "observer"):
                raise PredictionError(f"skeleton: its joints or sides are not those of {skeleton.name}")
            return cls(
                picture=str(picture["file"]),
                width=int(picture["width"]),
                height=int(picture["height"]),
                box=_points("box", [box["x0_y0_x1_y1"]], 1, 4)[0],
                box_given=bool(box["given"]),
                paper=str(network["paper"]),
                system=str(network["system"]),
                sha256=str(network["sha256"]),
                skeleton=skeleton,
                sides=named["sides"],
                joints_2d=_joints(content["joints_2d"], "joints_2d", PIXELS, len(skeleton), 2),
                joints_3d=_joints(content["joints_3d"], "joints_3d", FRAME, len(skeleton), 3),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise PredictionError(f"an entry is missing or of another type: {error}") from error


def predicted(
    predictor: Predictor, picture: OwnPicture, box: Box | None = None, sha256: str = ""
) -> Prediction:
    """What a network says of a person in a picture.

    Args:
        predictor: the network.
        picture: the picture.
        box: close around what :attr:`.Facts.shows` names, in pixels of the picture; None for all of it.
        sha256: of the file of weights.

    Raises:
        PictureError: a box that cannot be.
    """
    facts = predictor.facts
    square = person_square(picture, box, facts.margin)
    found = predictor(picture.crop(square, facts.size)[None])
    flat = (
        None
        if found.joints_2d is None
        else from_crop(found.joints_2d, torch.from_numpy(square)[None], facts.size)
    )
    return Prediction(
        picture=picture.file.name,
        width=picture.width,
        height=picture.height,
        box=tuple(round(float(edge), 2) for edge in square),
        box_given=box is not None,
        paper=facts.paper,
        system=facts.system,
        sha256=sha256,
        skeleton=facts.skeleton,
        sides=facts.sides,
        joints_2d=_rounded(flat, 2),
        joints_3d=_rounded(found.joints_3d, 1),
    )


def _rounded(joints: Tensor | None, digits: int) -> Points | None:
    if joints is None:
        return None
    return tuple(tuple(round(number, digits) for number in point) for point in joints[0].tolist())


def _joints(entry: Any, name: str, unit: str, count: int, dimensions: int) -> Points | None:
    if entry is None:
        return None
    if entry["unit"] != unit:
        raise PredictionError(f"{name}: unit is {entry['unit']!r}, expected {unit!r}")
    return _points(name, entry["values"], count, dimensions)


def _points(name: str, values: Any, count: int, dimensions: int) -> Points:
    points = tuple(tuple(float(number) for number in point) for point in values)
    finite = all(len(point) == dimensions and all(map(math.isfinite, point)) for point in points)
    if len(points) != count or not finite:
        raise PredictionError(f"{name}: expected {count} times {dimensions} finite numbers")
    return points
