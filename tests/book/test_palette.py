"""Colours that can be seen on every page, and a look for every system."""

from __future__ import annotations

import numpy as np
import pytest

from pose_lib.book.palette import BASELINE, CONTROL, CYCLE, OURS, TEXT, looks_of, marker_of


def contrast(colour: str, background: str) -> float:
    """WCAG's contrast ratio of two colours."""

    def luminance(value: str) -> float:
        channels = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [*CYCLE, TEXT])
@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_colours_can_be_seen_on_light_and_dark_pages(colour, page) -> None:
    assert contrast(colour, page) >= (4.0 if colour == TEXT else 3.0)


def test_systems_without_a_look_take_the_colours_that_are_left() -> None:
    looks = looks_of(["Mean pose", "CNN", "new", "newer"], {"CNN": {"color": OURS, "linestyle": "--"}})
    assert looks["Mean pose"] == {"color": BASELINE, "linestyle": ":"}
    assert looks["CNN"] == {"color": OURS, "linestyle": "--"}
    assert [looks[name]["color"] for name in ("new", "newer")] == [CONTROL, CYCLE[3]]
    many = looks_of([f"system {i}" for i in range(20)]).values()
    assert len({(look["color"], look["linestyle"]) for look in many}) == 20
    assert len({(look["color"], marker_of(look)) for look in many}) == 20
    own = {name: {"color": colour} for name, colour in zip("abcdefg", CYCLE, strict=True)}
    whole = looks_of([*own, "new", "newer"], own).values()
    assert len({(look["color"], look["linestyle"]) for look in whole}) == 9, "where all colours are taken"
    assert marker_of({"color": OURS, "linestyle": (0, (3, 2))}) == "o", "of a method with a line of its own"


def test_a_chapter_may_change_the_look_of_a_baseline() -> None:
    assert looks_of(["KDE"])["KDE"] == {"color": BASELINE, "linestyle": "-"}
    assert looks_of(["KDE"], {"KDE": {"color": TEXT}})["KDE"] == {"color": TEXT, "linestyle": "-"}
