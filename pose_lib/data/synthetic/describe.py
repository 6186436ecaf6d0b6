"""The card of the generated people: what they are and are not, in words that decide no sample."""

from __future__ import annotations

from pose_lib.data.poses import DataCard

__all__ = ["card"]


def card(sources: str, **parameters: str | int | float | bool) -> DataCard:
    """The card of the data set.

    Args:
        sources: hash of the code that made the samples.
        parameters: what was asked for.
    """
    return DataCard(
        name="synthetic",
        origin=(
            "Rendered by this package: thirteen people with proportions after published anthropometry, one "
            "motion generator for each action, four cameras with the image size, focal length and distortion "
            "model of Human3.6M."
        ),
        licence="MIT, like the package; no recording of a person was used",
        notes=(
            "Joints are exact: the points around which the bodies are built, projected by the same cameras.",
            "A joint is visible where one of the body parts that meet in it is in front, there or within a "
            "pixel; it may be hidden by another limb, by a prop or by a companion.",
            "Five training people, two test people and all actions have the names of Human3.6M because they "
            "play the same roles; six more test people, T1 to T6, have none there. They are not its "
            "people, its motion or its images: no number measured here compares with one measured there.",
            "Masks name the part of the subject's body that a pixel shows; 0 is everything else.",
            "Easier than photographs: smooth bodies without folds or fingers, one person, plain rooms.",
            "Room, light and the colours of the clothes change every ten seconds and with the camera, "
            "so that the training and test splits share no background and no shirt.",
        ),
        parameters=parameters,
        sources=sources,
    )
