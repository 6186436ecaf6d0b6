"""What the maps respond to: peaks, patches and distances; and the figures that show them."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hmlpe_runs import trained

from pose_lib.book.comparison_2d import torso_unit
from pose_lib.book.style import description
from pose_lib.geometry.skeletons import STICKMEN8
from pose_lib.metrics import torso_accuracy
from pose_lib.papers.hmlpe import PAPER, pages, tables
from pose_lib.papers.hmlpe.probes import MAP_DISTANCES, Maps, map_scores, mean_patches
from pose_lib.papers.hmlpe.recipe import HmlpeExperiment


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> HmlpeExperiment:
    return trained(tmp_path_factory.mktemp("runs"))


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


def test_peaks_and_patches_of_the_maps(experiment: HmlpeExperiment) -> None:
    net = experiment.network()
    maps = Maps.of(net, experiment.test_images, 2)
    centres = maps.centres()
    assert centres.shape == (30, 64, 2)
    assert 0 < float(centres.min()) < float(centres.max()) < 1
    mean, count = mean_patches(experiment, net, 2)
    assert mean.shape == (64, 20, 20, 3)
    assert int(count.max()) <= len(experiment.sample)


def test_distances_of_the_maps_are_zero_apart_for_the_same_network(experiment: HmlpeExperiment) -> None:
    untrained = map_scores(experiment, experiment.network())
    for metric in MAP_DISTANCES.values():
        assert np.array_equal(untrained.of("HMLPE", metric), untrained.of("Untrained", metric))
        assert (untrained.of("HMLPE", metric) > 0).all()
    evidence = experiment.finish(scores=[untrained])
    table = tables.map_distances_table(evidence)
    assert table.index.tolist() == ["HMLPE", "Untrained"]
    assert table.loc["HMLPE", "convolution 3"] == pytest.approx(
        untrained.of("HMLPE", "map-distance-3").mean()
    )
    nearest = tables.maps_table(experiment, experiment.network(), 2)
    assert nearest["distance (window = 1)"].is_monotonic_increasing


def test_the_curves_are_equation_seven(experiment: HmlpeExperiment) -> None:
    torso, unit = torso_unit(experiment.test)
    assert unit == "the distance left hip to right shoulder"
    figure = pages.accuracy_over_radius(experiment, PAPER.systems, limit=40)
    labels = [line.get_label() for line in figure.axes[1].lines]
    assert labels == [*PAPER.systems, "MODEC on FLIC"]
    drawn = figure.axes[1].lines[labels.index("HMLPE")]
    wrists = [STICKMEN8.index(f"{side}_wrist") for side in ("left", "right")]
    radii = np.asarray(drawn.get_xdata())
    accuracy = torso_accuracy(experiment.predictions["HMLPE"], experiment.truth, torso, radii)
    assert np.allclose(drawn.get_ydata(), accuracy[:, wrists].mean(1), atol=1e-6)
    assert 0 < accuracy[:, wrists].mean() < 100


def test_a_part_is_shown_with_its_windows(experiment: HmlpeExperiment) -> None:
    part = "right lower arm"
    for net, panels in ((None, 3), (experiment.network(), 4)):
        figure = pages.windows_and_labels(experiment, 3, net, part)
        assert len(figure.axes) == panels
        label = np.asarray(figure.axes[2].images[0].get_array())
        assert len(figure.axes[0].patches) == label.sum() > 0
        assert part in description(figure)
    with pytest.raises(ValueError, match="leg"):
        pages.windows_and_labels(experiment, 3, None, "leg")


def test_patches_and_examples_are_drawn(experiment: HmlpeExperiment) -> None:
    net = experiment.network()
    sheet = pages.average_patch_sheet(experiment, net, 2)
    assert len(sheet.axes) == 64
    traced = pages.backtracked_patches(experiment, net, 0)
    assert 0 < len(traced.axes[0].patches) <= 64
    shown = pages.examples(experiment, "HMLPE", [0, 5])
    assert len(shown.axes) == 2
    assert "HMLPE" in description(shown)
