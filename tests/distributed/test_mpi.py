"""Ranks as processes: one job does what a rehearsal does, and an uncaught error ends it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neurosparse.cli import status
from neurosparse.distributed import Mpi, RanksError

MPIEXEC = Path(sys.executable).with_name("mpiexec")
ON_MPI = Path(__file__).with_name("on_mpi.py")


@pytest.mark.skipif(
    not MPIEXEC.exists(), reason="no mpiexec beside python: pip install mpich"
)
def test_processes_give_the_bits_of_one_and_end_together(tmp_path):
    command = [MPIEXEC, "-n", "2", sys.executable, ON_MPI, tmp_path]
    env = os.environ | {"PYTHONPATH": str(ON_MPI.parents[2])}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=ON_MPI.parents[2], env=env
    )
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result.pop("spikes") > 20
    assert result == {"size": 2, "differing": [], "caught": "rank 1 of 2: on purpose"}
    assert done.returncode != 0
    assert "the end of rank 1" in done.stderr


def test_what_is_no_communicator_is_refused():
    pytest.importorskip("mpi4py")
    with pytest.raises(TypeError, match="comm: got 4, wants a communicator"):
        Mpi(comm=4)


@pytest.mark.skipif(
    not MPIEXEC.exists(), reason="no mpiexec beside python: pip install mpich"
)
def test_an_mpiexec_of_another_mpi_is_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "2")
    with pytest.raises(
        RanksError, match=r"started 2 processes, and MPICH .* is not Open MPI"
    ):
        Mpi()
    assert status(["run", "model.toml", "--out", str(tmp_path / "run")]) == 2
    assert "mpiexec of another MPI" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
