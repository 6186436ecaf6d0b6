"""A grid on a SLURM of one node, which the test starts: Debian's slurmctld, slurmd and slurm-client."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from workflow_runs import SNAKEMAKE, ended, grid_in, started, workflow

from pose_lib.bench.stored import stored

_NEEDED = ("slurmctld", "slurmd", "slurmstepd", "sbatch", "scontrol")
_MISSING = [name for name in _NEEDED if not shutil.which(name)]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SNAKEMAKE, reason="Snakemake is not installed; `make grid` installs it"),
    pytest.mark.skipif(bool(_MISSING), reason=f"SLURM is not installed: no {', '.join(_MISSING)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="slurmd is started as root"),
]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _commands(place: Path, conf: Path) -> Path:
    """SLURM's commands, bound to one cluster: the executor takes all variables ``SLURM_...`` out of a job."""
    folder = place / "bin"
    folder.mkdir()
    for name in ("sbatch", "srun", "squeue", "sinfo", "sacct", "sacctmgr", "scancel", "scontrol"):
        file = folder / name
        file.write_text(
            f'#!/bin/sh\nSLURM_CONF="{conf}" exec "{shutil.which(name)}" "$@"\n', encoding="utf-8"
        )
        file.chmod(0o755)
    return folder


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A running SLURM, as the environment in which its commands find it."""
    place, host = tmp_path / "slurm", socket.gethostname().partition(".")[0]
    (place / "state").mkdir(parents=True)
    (place / "spool").mkdir()
    controller = Path(str(shutil.which("slurmctld"))).resolve()
    (plugins,) = {found.parent for found in controller.parents[1].glob("lib*/**/slurm-wlm/auth_none.so")}
    settings = {
        "ClusterName": "test",
        "SlurmctldHost": f"{host}(127.0.0.1)",
        "SlurmUser": "root",
        "AuthType": "auth/none",
        "CredType": "cred/none",
        "PluginDir": plugins,
        "ProctrackType": "proctrack/linuxproc",
        "TaskPlugin": "task/none",
        "SelectType": "select/cons_tres",
        "SelectTypeParameters": "CR_Core",
        "JobAcctGatherType": "jobacct_gather/none",
        "ReturnToService": 2,
        "SlurmctldPort": free_port(),
        "SlurmdPort": free_port(),
        "StateSaveLocation": place / "state",
        "SlurmdSpoolDir": place / "spool",
        "SlurmctldPidFile": place / "controller.pid",
        "SlurmdPidFile": place / "node.pid",
        "NodeName": f"{host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory=16000 State=UNKNOWN",
        "PartitionName": f"main Nodes={host} Default=YES MaxTime=INFINITE State=UP",
    }
    conf = place / "slurm.conf"
    conf.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")
    environment = {**os.environ, "SLURM_CONF": str(conf)}
    commands = (["slurmctld", "-D"], ["slurmd", "-D", "-d", str(shutil.which("slurmstepd")), "-N", host])
    with (place / "log").open("wb") as log:
        running = [
            subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
            for command in commands
        ]
        try:
            for _ in range(300):
                idle = subprocess.run(
                    ["sinfo", "-h", "-o", "%T"], env=environment, capture_output=True, text=True, check=False
                )
                if idle.stdout.strip() == "idle":
                    break
                dead = [process.args for process in running if process.poll() is not None]
                assert not dead, f"{dead}: {(place / 'log').read_text()[-3000:]}"
                time.sleep(0.2)
            else:
                pytest.fail(f"the node is not idle: {idle.stdout}{idle.stderr}{(place / 'log').read_text()}")
            yield {"PATH": f"{_commands(place, conf)}{os.pathsep}{os.environ['PATH']}"}
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(30)


def test_a_grid_runs_on_a_cluster_and_resumes(tmp_path: Path, cluster: dict[str, str]) -> None:
    place = tmp_path / "grid"
    options = (
        "--default-resources",
        "mem_mb=2000",
        "runtime=30",
        "slurm_partition=main",
        "--latency-wait",
        "10",
        "--slurm-init-seconds-before-status-checks",
        "5",
        "--slurm-status-command",
        "squeue",
    )
    said = ended(workflow(place, grid_in(place), *options, profile="slurm", environment=cluster))
    assert said.count("has been submitted with SLURM jobid") == 1 + 3, "the data set, and three runs"
    assert sorted(started(place)) == ["0", "1", "2"]
    assert set(stored("direct", place / "results").rows["seed"]) == {0, 1, 2}
    again = ended(workflow(place, grid_in(place), *options, profile="slurm", environment=cluster))
    assert "Nothing to be done" in again
    assert len(started(place)) == 3
