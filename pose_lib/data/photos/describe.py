"""The card of a set of photographs: origin, terms and labels, in words that decide no sample."""

from __future__ import annotations

from collections.abc import Collection

from pose_lib.data.photos.cards import SETS, UNIONS, Facts
from pose_lib.data.photos.people import CONTEXT, MARGIN, People
from pose_lib.data.poses import DataCard

__all__ = ["card"]


def card(
    name: str, people: People, members: Collection[str], sources: str, **parameters: str | int | float | bool
) -> DataCard:
    """The card of a data set.

    Args:
        name: of the data set.
        people: those who are cropped.
        members: the data sets of a union that are there; for another data set its own name.
        sources: hash of the code that made the samples.
        parameters: what was asked for; with ``crop``.
    """
    crop = parameters["crop"]
    shown = {
        "image": "A crop shows the whole picture, in the middle of a black square.",
        "person": f"A crop shows the labelled joints, {MARGIN:.0%} free on each side.",
        "upper": f"A crop shows the upper body: its labelled joints, {MARGIN:.0%} free on each side, or the "
        f"window of a detector enlarged by {CONTEXT:.3f}. Windows become squares of their longer side.",
    }[str(crop)]
    counts = people.table["split"].value_counts()
    found = f"{len(people)} people: " + ", ".join(f"{counts[s]} {s}" for s in sorted(counts.index)) + "."
    if name in SETS:
        facts = SETS[name]
        notes = (facts.split, facts.sides, facts.labels, *((facts.box,) if crop == "upper" else ()))
        origin, licence, sides = f"{facts.title}, {facts.origin}", facts.licence, facts.centric
    else:
        union = UNIONS[name]
        present: list[Facts] = [SETS[m] for m in union.members if m in members]
        notes, sides = (union.rule,), union.centric
        origin = f"{union.title}: " + "; ".join(f"{f.title}, {f.origin}" for f in present)
        licence = "; ".join(dict.fromkeys(f.licence for f in present))
    pixels = (
        "Pixel coordinates in the files start at 1 and are moved by half a pixel. They belong to the picture "
        "as it is shown: turned, if its EXIF data say so."
    )
    words = (*notes, shown, pixels, found, *people.notes)
    return DataCard(name, origin, licence, words, parameters, sources=sources, sides=sides)
