"""Trained on one data set, tested on another: the network of a finished run on the samples of other sets.

Direct regression stands for all 3D methods here. Only runs that are finished make a line, and only samples
that are there make a column; every other cell says what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from pose_lib import checkpoints
from pose_lib.batches import ImageBatches, predict
from pose_lib.bench.data_quality import complete_samples
from pose_lib.bench.parameters import ParameterError, check_names, injected_names
from pose_lib.bench.rows import Values
from pose_lib.bench.setup import Setup, checked, open_run, request_of
from pose_lib.data import catalog
from pose_lib.data.poses import ALL, PoseData
from pose_lib.data.resample import crop_boxes, whole_boxes
from pose_lib.metrics import mpjpe
from pose_lib.papers import find
from pose_lib.papers.compare.side_by_side import OF_NOTEBOOK, finished
from pose_lib.papers.direct import Method

__all__ = ["SETS", "Source", "Trained", "by_action_table", "matrix", "sources"]

SETS = {
    "synthetic": "rendered people",
    "mocap": "captured motion",
    "human3.6m": "Human3.6M",
    "mpi-inf-3dhp": "MPI-INF-3DHP",
}
"""Data sets with 3D poses of the seventeen joints, in words."""
_METHOD = "direct"
_CROPS_OF_ALL = ("hmlpe", "deeppose")
"""Chapters whose test crops show all actions of rendered people."""


@dataclass(frozen=True)
class Trained:
    """The network of a finished run, ready for samples of any set."""

    method: Method
    """Gives the scale of poses, and how the training images were normalised."""
    net: nn.Module

    @classmethod
    def of(cls, setup: Setup) -> Trained:
        """Read the network from the folder of a finished run.

        Raises:
            FileNotFoundError, CheckpointError: the run has none, or its file is damaged; names it.
        """
        method = Method.of(setup)
        net, file = method.network(), setup.run.folder / "cached" / f"{_METHOD}.pt"
        checkpoints.load_into(net, checkpoints.load(file, "model")["model"], file)
        return cls(method, net.eval())

    def poses(self, test: PoseData) -> Tensor:
        """What the network predicts for samples of any set, root-relative ``(M, J, 3)`` mm.

        Images are normalised as those that it was trained on.

        Raises:
            ValueError: the samples have other joints than those that it was trained on.
        """
        known = self.method.train.skeleton
        if test.skeleton != known:
            raise ValueError(
                f"{test.card.name} has the joints of {test.skeleton.name}, and the network knows those of "
                f"{known.name}; bring the samples to these first"
            )
        window, device = self.method.preset.window, self.method.device
        images = ImageBatches(test.images, window, device=device, like=self.method.images)
        return self.method.scale.to_pose(predict(self.net, images))

    def errors(self, test: PoseData) -> tuple[Values, Values]:
        """MPJPE (mm) of the network and of its mean training pose on each sample, ``(M,)``."""
        truth = torch.from_numpy(test.root_relative())
        mean = self.method.poses.mean(0).expand(len(test), -1, -1)
        network, alone = (mpjpe(p, truth).double().numpy() for p in (self.poses(test), mean))
        return network, alone


@dataclass(frozen=True)
class Source:
    """A data set of the matrix: what is trained on it, and what can be tested on it."""

    title: str
    needs: str = ""
    """What is missing for a trained network, if anything is."""
    setup: Setup | None = None
    """A finished run of the method, if there is one."""
    test: PoseData | None = None
    """Test samples, if they are there."""

    @cached_property
    def trained(self) -> Trained | None:
        """The network that was trained on it, read once."""
        return None if self.setup is None else Trained.of(self.setup)


def sources(given: Mapping[str, Any]) -> list[Source]:
    """All data sets of the matrix, the page's own first.

    Args:
        given: the notebook's ``globals()`` with the parameters of a notebook that compares. ``data_root`` is
            a folder with one folder per data set, named as the parameter ``dataset`` names it.

    Raises:
        ParameterError: a parameter that the notebook does not have, or a value that it cannot take.
    """
    check_names(injected_names(given.get("In", ())), OF_NOTEBOOK, "this notebook")
    if given["dataset"] != "synthetic":
        raise ParameterError(
            f"dataset is {given['dataset']!r}; this page shows all data sets at once: leave it 'synthetic', "
            "and let data_root be a folder with one folder per data set"
        )
    own = finished(find(_METHOD), {**given, "data_root": ""})
    action = str(own.run.parameters["action"])
    first = Source(f"{SETS['synthetic']}, {action}", "", own, own.test)
    found = [first, _all_actions(own, given)] if action != ALL else [first]
    return found + [_other(name, given) for name in SETS if name != "synthetic"]


def _other(name: str, given: Mapping[str, Any]) -> Source:
    """A set that a reader may have: its samples, and its finished run if there is one."""
    root = Path(given["data_root"] or ".") / name
    if not given["data_root"] or not root.is_dir():
        return Source(SETS[name], f"a folder {name} in data_root")
    asked = {key: given[key] for key in OF_NOTEBOOK} | {"controls": False}
    paper = find(_METHOD)
    try:
        parameters, folder = checked(paper, {**asked, "dataset": name, "data_root": str(root)})
    except ParameterError as error:
        return Source(SETS[name], str(error))
    setup = open_run(paper, parameters, folder)
    title = f"{SETS[name]}, {parameters['action']}"
    if setup.run.complete:
        return Source(title, "", setup, setup.test)
    return Source(title, f"pose-lib run {_METHOD} -p dataset {name} -p data_root FOLDER", None, setup.test)


def _all_actions(own: Setup, given: Mapping[str, Any]) -> Source:
    """All actions of rendered people: a finished run on them, or the crops of a chapter that has made them.

    Nothing is rendered for it: where neither is there, it says which command makes the run.
    """
    title = f"{SETS['synthetic']}, all actions"
    needs = f"pose-lib run {_METHOD} -p action {ALL}"
    asked = {**own.run.parameters, "dataset": "synthetic", "action": ALL}
    if request_of(asked, own.preset, None, own.preset.size).folder.is_dir():
        setup = open_run(find(_METHOD), asked)
        if setup.run.complete:
            return Source(title, "", setup, setup.test)
    for name in _CROPS_OF_ALL:
        paper, preset = find(name), str(own.run.parameters["preset"])
        if preset not in paper.presets:
            continue
        chosen = paper.presets[preset].scaled(float(given["budget"]))
        request = request_of(asked, chosen, None, chosen.size)
        if request.folder.is_dir():
            test = catalog.load(request).split("test")
            test = test.select(np.asarray(test.table["frame"].to_numpy() % chosen.test_step == 0))
            return Source(title, needs, None, _resized(complete_samples(test), own.preset.size))
    return Source(title, needs)


def _resized(data: PoseData, size: int) -> PoseData:
    """The same crops at another size, with their 2D joints; without masks."""
    if data.size == size:
        return data
    images = np.empty((len(data), size, size, 3), dtype=np.uint8)
    for start in range(0, len(data), 512):
        pixels = torch.from_numpy(np.array(data.images[start : start + 512]))
        boxes = whole_boxes(len(pixels), data.size)
        shown = crop_boxes(pixels, torch.arange(len(pixels)), boxes, size)
        images[start : start + 512] = shown.round().to(torch.uint8).numpy()
    joints = (data.joints_2d * (size / data.size)).astype(np.float32)
    return replace(data, images=images, joints_2d=joints, masks=None)


def matrix(found: Sequence[Source]) -> pd.DataFrame:
    """MPJPE (mm) of each trained network on each set, in brackets that of the mean pose it was trained with.

    Lines are sets to train on, columns sets to test on. A cell without a number says what it needs.
    """
    lines = {}
    for trained in found:
        line = {}
        for tested in found:
            if trained.trained is None:
                line[f"on {tested.title}"] = f"needs {trained.needs}"
            elif tested.test is None:
                line[f"on {tested.title}"] = f"needs {tested.needs}"
            else:
                network, mean = trained.trained.errors(tested.test)
                line[f"on {tested.title}"] = f"{network.mean():.1f} ({mean.mean():.1f})"
        lines[f"trained on {trained.title}"] = line
    return pd.DataFrame(lines).T


def by_action_table(trained: Source, tested: Source) -> pd.DataFrame:
    """MPJPE (mm) of a trained network and its mean pose on each action of a set; empty if one is missing."""
    if trained.trained is None or tested.test is None:
        return pd.DataFrame()
    network, mean = trained.trained.errors(tested.test)
    table = pd.DataFrame(
        {"action": tested.test.table["action"].to_numpy(), "network": network, "mean pose": mean}
    )
    found = table.groupby("action").mean()
    return found.assign(share=100 * found["network"] / found["mean pose"]).sort_values("share")
