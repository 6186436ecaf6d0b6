"""A kind of input to damage, and what counts as a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

__all__ = ["Kind", "Outcome", "damaged", "try_case"]

Outcome = str
"""``read``, ``refused``, or what went wrong."""


@dataclass(frozen=True)
class Kind:
    """One reader of the package and the inputs that it is tried with.

    Args:
        name: for the table.
        make: writes one malformed (or, by chance, still valid) input into an empty folder and returns its
            place: a file, or the folder.
        read: gives it to the package; returns the arrays that came out, which must be finite.
        refuses: the package's own errors; any other exception is a fault.
        places: whether messages must contain the name of the file or folder.
    """

    name: str
    make: Callable[[Random, Path], Path]
    read: Callable[[Path], Sequence[np.ndarray]]
    refuses: tuple[type[Exception], ...]
    places: bool = True


def try_case(kind: Kind, seed: int, folder: Path) -> Outcome:
    """Make the input of a seed, read it, and say what happened."""
    place = kind.make(Random(f"{kind.name} {seed}"), folder)
    try:
        arrays = kind.read(place)
    except kind.refuses as error:
        if not str(error).strip():
            return "refused without a message"
        if kind.places and place.name not in str(error) and folder.name not in str(error):
            return f"refused without naming the place: {error}"[:200]
        return "refused"
    except Exception as error:
        return f"another exception: {type(error).__name__}: {error}"[:200]
    if not all(np.isfinite(array).all() for array in arrays):
        return "silent NaN or infinity"
    return "read"


def damaged(rng: Random, data: bytes) -> bytes:
    """Bytes with one to three faults: a flipped bit, a cut, a part lost or twice, zeros, other bytes."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(out) + 1)
        length = rng.choice((1, 2, 8, 64, 512))
        match rng.randrange(7):
            case 0:
                if at < len(out):
                    out[at] ^= 1 << rng.randrange(8)
            case 1:
                del out[at:]
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length]
            case 4:
                out[at : at + length] = bytes(len(out[at : at + length]))
            case 5:
                out[at:at] = rng.choice((b"nan", b"inf", b"-", b"1e999", b"\n", b"\xff", b"{", b"}", b'"'))
            case _:
                out[at : at + length] = rng.randbytes(len(out[at : at + length]))
    return bytes(out)
