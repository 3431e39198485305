import os

import pytest
from dask_jobqueue.slurm import SLURMJob

from neurosparse.studies import Local, Slurm
from neurosparse.studies.clusters import seconds


def test_the_script_handed_to_slurm():
    more = {"queue": "short", "account": "brain"}
    options = Slurm(20, cores=4, memory="8GB", walltime="02:00:00", more=more).options()
    script = SLURMJob(scheduler="tls://login1:8786", **options).job_script()
    for line in (
        "#SBATCH -p short",
        "#SBATCH -A brain",
        "#SBATCH -n 1",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH -t 02:00:00",
        "export NUMBA_NUM_THREADS=4",
    ):
        assert line in script.splitlines()
    # it takes no more trials ten minutes before its end
    assert "--lifetime 6600s --lifetime-stagger 60s" in script
    assert "--nthreads 1" in script


@pytest.mark.parametrize(
    ("words", "number"),
    [("45", 2700), ("45:30", 2730), ("1:00:01", 3601), ("2-0:30", 174600), ("1-0", 86400)],
)
def test_times_as_slurm_writes_them(words, number):
    assert seconds(words, "walltime") == number


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="Slurm.walltime"):
        Slurm(2, walltime="an hour")
    with pytest.raises(ValueError, match="Local.workers"):
        Local(0)
    with pytest.raises(ValueError, match="Local.memory"):
        Local(1, memory=0)


def test_the_environment_of_this_process_is_as_before(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    with Local(1, threads=2)._environment():
        assert os.environ["NUMBA_NUM_THREADS"] == "2"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "NUMBA_NUM_THREADS" not in os.environ
