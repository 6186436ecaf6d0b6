"""Figures draw what they are given, upright, in the colours of the sides."""

from __future__ import annotations

import json

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from pose_lib.book import figures, style
from pose_lib.book.drawings import draw_all, example_pose, flip_forearm
from pose_lib.geometry.skeletons import H36M17, LSP14, SKELETONS

mpl.use("agg")


def camera_pose() -> np.ndarray:
    """The example in a camera's frame: x right, y down, z forward, five metres away."""
    x, y, z = example_pose().T
    return np.stack([x, -z + 900, y + 5000], axis=-1)


def traces_of(figure, scene="scene"):
    return {trace.name: trace for trace in figure.data if trace.scene == scene}


def test_a_pose_in_the_camera_frame_stands_upright() -> None:
    drawn = figures.skeleton_3d({"pose": camera_pose()})
    top = max(np.nanmax(trace.z) for trace in drawn.data)
    low = min(np.nanmin(trace.z) for trace in drawn.data)
    height = example_pose()[:, 2]
    root = height[H36M17.root]
    assert top == pytest.approx(height.max() - root, abs=1e-3)
    assert low == pytest.approx(height.min() - root, abs=1e-3)


def test_left_limbs_are_drawn_in_the_colour_of_the_left() -> None:
    drawn = traces_of(figures.skeleton_3d({"pose": camera_pose()}))
    assert drawn["left"].line.color == style.LEFT
    assert drawn["right"].line.color == style.RIGHT
    wrist = camera_pose()[H36M17.index("left_wrist")] - camera_pose()[H36M17.root]
    along = np.asarray(drawn["left"].x)
    assert np.nanmin(np.abs(along - wrist[0])) < 1e-3
    assert np.nanmin(along) >= 0  # this person's left lies at positive x


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_each_limb_takes_one_colour(skeleton) -> None:
    colours = style.limb_colours(skeleton)
    assert len(colours) == len(skeleton.limbs)
    for (_, child), colour in zip(skeleton.limbs, colours, strict=True):
        mirrored = style.limb_colours(skeleton)[[c for _, c in skeleton.limbs].index(skeleton.mirror[child])]
        swap = {style.LEFT: style.RIGHT, style.RIGHT: style.LEFT, style.CENTRE: style.CENTRE}
        assert mirrored == swap[colour]


def test_all_panels_share_view_ranges_and_proportions() -> None:
    drawn = figures.skeleton_3d({"one": camera_pose(), "two": 1.3 * camera_pose()}, title="two").layout
    one, two = drawn.scene.to_plotly_json(), drawn.scene2.to_plotly_json()
    for scene in (one, two):
        scene.pop("domain")
        scene.pop("annotations")
    assert json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    spans = [np.ptp(drawn.scene[axis].range) for axis in ("xaxis", "yaxis", "zaxis")]
    ratios = [drawn.scene.aspectratio[axis] for axis in "xyz"]
    assert np.ptp(np.divide(spans, ratios)) == pytest.approx(0.0, abs=1e-6)
    assert drawn.scene.aspectmode == "manual"


def test_a_reference_stands_behind_every_other_pose() -> None:
    poses = {"true": camera_pose(), "ours": camera_pose() + 10.0}
    drawn = figures.skeleton_3d(poses, reference="true")
    assert "true" not in traces_of(drawn)
    assert traces_of(drawn, "scene2")["true"].line.color == style.GHOST
    with pytest.raises(ValueError, match="not one of the poses: true, ours"):
        figures.skeleton_3d(poses, reference="truth")


def test_frames_of_an_animation_move_all_traces() -> None:
    moving = np.stack([camera_pose(), camera_pose() * 1.1, camera_pose() * 1.2])
    drawn = figures.animation_3d({"a": moving, "b": moving}, reference="a")
    assert len(drawn.frames) == 3
    assert all(len(frame.data) == len(drawn.data) for frame in drawn.frames)
    assert not np.array_equal(drawn.frames[0].data[0].z, drawn.frames[2].data[0].z, equal_nan=True)
    assert len(drawn.layout.sliders[0].steps) == 3


def test_poses_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"pose 'a': expected joints \(17, 3\) of h36m17, got \(14, 3\)"):
        figures.skeleton_3d({"a": np.zeros((14, 3))})
    with pytest.raises(ValueError, match="at least one name"):
        figures.skeleton_3d({})
    with pytest.raises(ValueError, match="one length"):
        figures.animation_3d({"a": np.zeros((3, 17, 3)), "b": np.zeros((4, 17, 3))})


def test_a_pose_over_an_image_keeps_the_image_and_marks_hidden_limbs() -> None:
    axes = mpl.figure.Figure().add_subplot()
    axes.imshow(np.zeros((50, 50, 3), dtype=np.uint8))
    limits = axes.get_xlim(), axes.get_ylim()
    visible = np.ones(14, dtype=bool)
    visible[LSP14.index("left_wrist")] = False
    joints = np.random.default_rng(3).uniform(0, 200, (14, 2))
    figures.draw_pose_2d(axes, joints, LSP14, visible)
    assert (axes.get_xlim(), axes.get_ylim()) == limits
    dotted = [line for line in axes.lines if line.get_linestyle() not in ("-", "None")]
    assert len(dotted) == 1
    ends = np.stack(dotted[0].get_data(), axis=-1) + 0.5
    np.testing.assert_allclose(ends, joints[[LSP14.index("left_elbow"), LSP14.index("left_wrist")]])
    assert to_hex(dotted[0].get_color()) == style.LEFT


def test_a_contact_sheet_has_one_panel_an_image() -> None:
    images = np.zeros((5, 16, 16, 3), dtype=np.uint8)
    sheet = figures.contact_sheet(images, titles=list("abcde"), ncols=3)
    assert [axes.get_title() for axes in sheet.axes] == [*"abcde", ""]
    assert style.description(sheet) == "A sheet of 5 image crops: a, b, c, d, e"
    mpl.pyplot.close(sheet)
    with pytest.raises(ValueError, match="expects images"):
        figures.contact_sheet(np.zeros((5, 16, 16)))


def test_a_figure_describes_itself_where_nobody_did() -> None:
    figure = mpl.figure.Figure()
    figure.add_subplot().set(title="Errors", xlabel="joint", ylabel="mm")
    assert style.description(figure) == "Errors: mm against joint"
    assert style.description(style.describe(figure, "Bars.")) == "Bars."
    with pytest.raises(ValueError, match="empty"):
        style.describe(figure, " ")


def contrast(colour: str, background: str) -> float:
    """WCAG's contrast ratio of two colours."""

    def luminance(value: str) -> float:
        channels = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [*style.CYCLE, style.TEXT])
@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_colours_can_be_seen_on_light_and_dark_pages(colour, page) -> None:
    assert contrast(colour, page) >= (4.0 if colour == style.TEXT else 3.0)


def test_a_table_marks_the_best_and_tells_published_numbers_apart() -> None:
    table = pd.DataFrame(
        {"ours": [3.04, 1.0, np.nan], "paper": [1.0, 2.0, 3.0]}, index=["mean pose", "CNN", "<b>"]
    )
    html = figures.results_table(table, best="min", published=["paper"], caption="mm").to_html()
    assert ">3.0<" in html
    assert "–" in html
    assert "&lt;b&gt;" in html
    bold = [rule for rule in html.split("}") if "font-weight: bold" in rule]
    assert len(bold) == 1
    assert "row1_col0" in bold[0]
    assert "row0_col1" in next(rule for rule in html.split("}") if "italic" in rule)
    assert html == figures.results_table(table, best="min", published=["paper"], caption="mm").to_html()
    with pytest.raises(KeyError, match="no column 'papers'"):
        figures.results_table(table, published=["papers"])


def test_the_two_poses_of_the_drawing_give_one_picture_and_have_one_length() -> None:
    pose = camera_pose()
    elbow, wrist = H36M17.index("right_elbow"), H36M17.index("right_wrist")
    other = flip_forearm(pose, elbow, wrist)
    np.testing.assert_allclose(other[:, :2] / other[:, 2:], pose[:, :2] / pose[:, 2:], atol=1e-12)
    bones = [np.linalg.norm(p[wrist] - p[elbow]) for p in (pose, other)]
    assert bones[0] == pytest.approx(bones[1])
    assert abs(other[wrist, 2] - pose[wrist, 2]) > 100


def test_drawings_are_the_same_each_time(tmp_path) -> None:
    for run in ("one", "two"):
        draw_all(tmp_path / run)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["ambiguity.svg", "frames.svg"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
