"""The colours of the book, and how each system is drawn in every figure.

Colours have one meaning each, and can be told apart on white and on black pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

__all__ = [
    "BASELINE",
    "BASELINE_LOOKS",
    "CENTRE",
    "CONTROL",
    "CYCLE",
    "FULL",
    "GHOST",
    "LEFT",
    "OURS",
    "PLAIN",
    "PUBLISHED",
    "RIGHT",
    "TEXT",
    "Looks",
    "looks_of",
    "marker_of",
]

LEFT = "#2f8fdd"
"""The person's own left side."""
RIGHT = "#d9622b"
"""The person's own right side."""
CENTRE = "#808690"
"""Spine, neck and head."""
OURS = "#1a9e77"
"""Numbers measured by this book."""
PUBLISHED = "#9a63c7"
"""Numbers printed in a paper."""
CONTROL = "#d0508f"
"""What a chapter's method is compared with: the same network without the idea."""
BASELINE = "#a98410"
"""Mean pose, nearest training pose and other baselines."""
GHOST = "#b0b4ba"
"""A reference pose drawn behind another one."""
TEXT = "#777d86"
"""Text, ticks and frames: the same contrast on white as on a dark page."""
CYCLE = (OURS, CONTROL, BASELINE, PUBLISHED, LEFT, RIGHT, CENTRE)
"""The order in which curves take their colours; those of left and right come last."""

FULL = ("-", "-.")
"""The line of a full method where several papers are drawn together; the second where colours are used up."""
PLAIN = ("--", ":")
"""The line of the plain network that it is compared with, in the same order."""
_MARKERS = {"-": "o", "--": "s", "-.": "^", ":": "D"}

Looks = Mapping[str, Mapping[str, Any]]
"""System to its ``color`` and ``linestyle``, as matplotlib takes them."""

BASELINE_LOOKS: Looks = {
    "Mean pose": {"color": BASELINE, "linestyle": ":"},
    "Nearest pose": {"color": BASELINE, "linestyle": "--"},
    "Nearest pose (oracle)": {"color": BASELINE, "linestyle": "-."},
    "KDE": {"color": BASELINE, "linestyle": "-"},
}
"""The baselines look the same in every chapter."""


def looks_of(systems: Sequence[str], looks: Looks | None = None) -> dict[str, dict[str, Any]]:
    """A colour and a line for each system, no two of them alike unless ``looks`` says so.

    Args:
        systems: in the order in which they are drawn.
        looks: of the systems of a chapter. The baselines have theirs already; any other system takes the next
            colour of :data:`CYCLE` that none of these systems has.
    """
    known = {**BASELINE_LOOKS, **(looks or {})}
    taken = [(known[s].get("color"), known[s].get("linestyle", "-")) for s in systems if s in known]
    free = [colour for colour in CYCLE if colour not in dict(taken)] or list(CYCLE)
    spare = (
        {"color": colour, "linestyle": line}
        for line, colour in product(("-", "--", ":", "-."), free)
        if (colour, line) not in taken
    )
    return {
        system: {"linestyle": "-", **known[system]} if system in known else next(spare) for system in systems
    }


def marker_of(look: Mapping[str, Any]) -> str:
    """The mark of a system, which tells it apart where no line is drawn; it follows from the line."""
    return _MARKERS.get(look["linestyle"], "o")
