"""A grid's file names its jobs, each once, and is refused by the place that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pose_lib.bench.grid.configuration import GridError, read_grid
from pose_lib.bench.grid.job import Job
from pose_lib.bench.paper import Paper
from pose_lib.cli import main
from pose_lib.data.request import sources_of
from pose_lib.papers import _grid, all_papers

ROOT = Path(__file__).resolve().parents[2]
GRIDS = sorted(file for file in (ROOT / "workflow").glob("*.yaml") if file.name != "rates.yaml")
PAPERS = {paper.name: paper for paper in all_papers()}


def jobs(folder: Path, text: str) -> list[Job]:
    file = folder / "some.yaml"
    file.write_text(text, encoding="utf-8")
    return list(read_grid(file, all_papers()).jobs)


@pytest.mark.parametrize("file", GRIDS, ids=lambda file: file.stem)
def test_the_grids_of_the_repository_can_be_read(file: Path) -> None:
    grid = read_grid(file, all_papers())
    assert grid.name == file.stem
    assert len({job.name for job in grid.jobs}) == len(grid.jobs) > 1
    for job in grid.jobs:
        assert job.preset in PAPERS[job.paper].presets
        assert job.dataset in PAPERS[job.paper].datasets


def test_the_grid_of_all_actions_has_every_3d_paper_with_three_seeds_on_each() -> None:
    grid = read_grid(ROOT / "workflow" / "actions.yaml", all_papers())
    rooms = [paper for paper in all_papers() if paper.kind == "3d"]
    assert len(grid.jobs) == 15 * 3 * len(rooms)
    assert len({job.data(PAPERS) for job in grid.jobs if job.paper == "direct"}) == 15
    assert "all" not in {job.action for job in grid.jobs}


def test_axes_are_multiplied_and_a_job_of_two_groups_is_one(tmp_path: Path) -> None:
    found = jobs(
        tmp_path,
        """
runs:
  - papers: [park]
    actions: [Walking, sitting down]
    presets: [quick, long]
    seeds: [0, 1]
    budgets: [1, 0.5]
  - {papers: [park, direct], actions: Walking, presets: long, seeds: 1}
""",
    )
    assert len(found) == 2 * 2 * 2 * 2 + 1
    names = [job.name for job in found]
    assert "park/synthetic-Walking-long-s1" in names
    assert "park/synthetic-SittingDown-quick-budget0.5-s0" in names
    assert names[-1] == "direct/synthetic-Walking-long-s1"


def test_each_action_stands_beside_others_that_are_named(tmp_path: Path) -> None:
    each = [job.action for job in jobs(tmp_path, "runs: [{papers: [park], actions: each}]")]
    for given, expected in (("[each, all]", [*each, "all"]), ("[all, each, Walking]", ["all", *each])):
        found = jobs(tmp_path, f"runs: [{{papers: [park], actions: {given}}}]")
        assert [job.action for job in found] == expected
    with pytest.raises(GridError, match="actions is 'Wolking'"):
        jobs(tmp_path, "runs: [{papers: [park], actions: [each, Wolking]}]")


def test_papers_of_a_kind_leave_out_what_they_do_not_take(tmp_path: Path) -> None:
    found = jobs(tmp_path, "runs: [{papers: all, datasets: [lsp, synthetic], presets: [long-equal, long]}]")
    assert {job.paper for job in found if job.dataset == "lsp"} == {
        paper.name for paper in all_papers() if "lsp" in paper.datasets
    }
    assert {job.paper for job in found if job.preset == "long-equal"} == {
        paper.name for paper in all_papers() if "long-equal" in paper.presets
    }


def test_a_job_is_what_a_user_types(tmp_path: Path) -> None:
    (job,) = jobs(
        tmp_path,
        "device: cuda\nruns: [{papers: [deeppose], datasets: lsp, controls: true, data_root: my data}]",
    )
    assert job.name == "deeppose/lsp-all-quick-s0-controls"
    words = job.arguments()
    assert words[:3] == ["deeppose", "-p", "dataset"]
    given = dict(zip(words[2::3], words[3::3], strict=True))
    assert given == {
        "dataset": "lsp",
        "action": "all",
        "preset": "quick",
        "budget": "1.0",
        "seed": "0",
        "controls": "true",
        "device": "cuda",
        "data_root": "my data",
    }


def test_jobs_share_a_data_set_where_they_ask_for_the_same(tmp_path: Path) -> None:
    found = jobs(
        tmp_path,
        "runs: [{papers: [direct, tekin_ae], actions: [Walking, Eating], seeds: [0, 1], "
        "presets: [quick, long]}]",
    )
    assert len({job.data(PAPERS) for job in found}) == 2 * 2
    assert all(job.data(PAPERS).startswith(f"synthetic-{job.action}-64px-") for job in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a mapping with the keys device, threads, results, runs"),
        ("runs: [", "cannot be read as YAML"),
        ("runs: []", "runs must be a list of groups, each with the keys papers, datasets"),
        ("rums: []", "unknown key rums; there are: device, threads"),
        ("device: auto\nruns: [{papers: all}]", "device is 'auto'; it can be: cpu, cuda"),
        ("threads: 0\nruns: [{papers: all}]", "threads is 0"),
        ("results: 7\nruns: [{papers: all}]", "results is 7"),
        ("runs: [7]", "group 1 of runs: is 7; it must be a mapping"),
        ("runs: [{papers: all}, {}]", "group 2 of runs: papers is None"),
        ("runs: [{papers: [parc]}]", "papers is 'parc'; it can be: .*did you mean 'park'"),
        ("runs: [{papers: [park], seed: 1}]", "group 1 of runs: unknown key seed; there are: papers"),
        ("runs: [{papers: [park], seeds: []}]", "seeds is an empty list"),
        ("runs: [{papers: [park], seeds: [one]}]", "seeds is 'one'; it must be a whole number"),
        ("runs: [{papers: [park], budgets: 0}]", "budgets is 0; it must be a number above 0"),
        ("runs: [{papers: [park], controls: 1}]", "controls is 1; it can be: true, false"),
        ("runs: [{papers: [park], actions: Wolking}]", "actions is 'Wolking'; it can be: .*'Walking'"),
        (
            "runs: [{papers: [park], datasets: lsp}]",
            "a data set of park is 'lsp'; it can be: synthetic, mocap",
        ),
        ("runs: [{papers: [park], presets: lang}]", "a preset of park is 'lang'; it can be: .*'long'"),
        ("runs: [{papers: [park], data_root: 1}]", "data_root is 1; it must be the path"),
        ("runs: [{papers: 3d, datasets: lsp}]", "no paper takes any of its data sets and presets"),
        (
            "runs: [{papers: [deeppose], datasets: lsp, data_root: a}, "
            "{papers: [deeppose], datasets: lsp, data_root: b}]",
            "group 2 of runs: deeppose/lsp-all-quick-s0 is there with another data_root",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(GridError, match=message) as caught:
        jobs(tmp_path, text)
    assert "some.yaml" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grid", "jobs", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml cannot be read as YAML" in capsys.readouterr().err


def test_jobs_are_listed_for_a_workflow_manager(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grid", "jobs", str(ROOT / "workflow" / "small.yaml")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["device"], told["threads"]) == ("small", "cpu", 1)
    assert [job["name"] for job in told["jobs"]] == [
        f"{paper}/synthetic-Walking-smoke-s{seed}" for paper in ("direct", "tekin_ae") for seed in (0, 1)
    ]
    assert len({job["data"] for job in told["jobs"]}) == 1
    assert len({job["code"] for job in told["jobs"]}) == 2, (
        "one for each paper: it is what a job is repeated for"
    )
    assert {job["data_code"] for job in told["jobs"]} == {sources_of("synthetic")}


def test_data_that_no_job_needs_are_refused_with_the_names_of_those_that_are_needed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = str(ROOT / "workflow" / "small.yaml")
    assert main(["grid", "jobs", file]) == 0
    name = json.loads(capsys.readouterr().out)["jobs"][0]["data"]
    for asked, message in (
        (["--name", "mine"], "no job needs the data 'mine'"),
        ([], "no data set is named with --name"),
    ):
        assert main(["grid", "data", file, *asked]) == 1
        assert f"{message}; its jobs need {name}" in capsys.readouterr().err


def test_data_of_a_grid_are_made_for_a_job_that_needs_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[tuple[str, dict[str, object]]] = []

    def make(paper: Paper, given: dict[str, object]) -> Path:
        made.append((paper.name, given))
        return Path("somewhere")

    monkeypatch.setattr(_grid, "make_data", make)
    file = ROOT / "workflow" / "eighth.yaml"
    known = {paper.name: paper for paper in all_papers()}
    for job in read_grid(file, all_papers()).jobs[::60]:
        assert main(["grid", "data", str(file), "--name", job.data(known)]) == 0
        assert capsys.readouterr().out == "somewhere\n"
        paper, given = made[-1]
        assert replace(job, paper=paper, **given).data(known) == job.data(known)


def test_a_grid_without_its_runs_cannot_be_merged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(ROOT / "workflow" / "small.yaml")
    assert main(["grid", "merge", file]) == 1
    assert "--runs" in capsys.readouterr().err
    assert main(["grid", "merge", file, "--runs", str(tmp_path)]) == 1
    assert "synthetic-Walking-smoke-s0.zip is no file of `pose-lib run --out`" in capsys.readouterr().err
