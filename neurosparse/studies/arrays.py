"""Trials as one SLURM array: no process that waits, no scheduler beside SLURM."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neurosparse.checks import positive, whole_number
from neurosparse.errors import bad_argument, mapping, missing_extra
from neurosparse.studies.attempt import Function, attempt
from neurosparse.studies.clusters import seconds
from neurosparse.studies.study import Trial


@dataclass(frozen=True)
class SlurmArray:
    """In an array of jobs, by submitit; job k takes the trials k, k + jobs, k + 2 jobs …

    Args:
        jobs: of the array.
        cores: of a job; each runs one trial at a time, of so many threads.
        memory: of a job in GB.
        walltime: of a job, as "02:00:00".
        more: further settings of SLURM as submitit calls them, as {"slurm_partition": "short"}.
        kind: "slurm"; "local" runs the jobs as processes of this machine.
    """

    jobs: int
    cores: int = 1
    memory: float = 4.0
    walltime: str = "01:00:00"
    more: dict[str, Any] = field(default_factory=dict)
    kind: str = "slurm"

    def __post_init__(self) -> None:
        whole_number("SlurmArray.jobs", self.jobs, 1)
        whole_number("SlurmArray.cores", self.cores, 1)
        seconds(self.walltime, "SlurmArray.walltime")
        positive("SlurmArray.memory", self.memory, "GB")
        mapping("SlurmArray.more", self.more, "a dictionary of settings")
        if self.kind not in ("slurm", "local"):
            raise bad_argument("SlurmArray.kind", self.kind, "'slurm' or 'local'")

    def run(
        self,
        path: str,
        function: Function,
        waiting: list[Trial],
        note: Callable[[Trial, dict[str, Any]], None],
    ) -> None:
        """Hand in the array and wait for its jobs, whose trials end up in the folder.

        Raises:
            ImportError: submitit is not installed.
        """
        try:
            import submitit
        except ImportError as error:
            raise missing_extra("submitit", "sweep") from error
        executor = submitit.AutoExecutor(folder=Path(path) / "jobs", cluster=self.kind)
        minutes = max(seconds(self.walltime, "SlurmArray.walltime") // 60, 1)
        executor.update_parameters(
            timeout_min=minutes,
            cpus_per_task=self.cores,
            mem_gb=self.memory,
            **self.more,
        )
        shares = [waiting[k :: self.jobs] for k in range(min(self.jobs, len(waiting)))]
        place = str(Path(path).absolute())
        with executor.batch():
            jobs = [executor.submit(run_share, place, function, share) for share in shares]
        for job, share in zip(jobs, shares, strict=True):
            answers = _answers(job, share)
            for trial in share:
                note(trial, answers[trial.key])


def run_share(
    path: str, function: Function, share: list[Trial]
) -> dict[str, dict[str, Any]]:
    """Run the trials of one job, one after the other."""
    return {trial.key: attempt(path, function, trial) for trial in share}


def _answers(job: Any, share: list[Trial]) -> dict[str, dict[str, Any]]:
    try:
        return dict(job.result())
    except Exception as error:
        words = f"the job ended: {type(error).__name__}: {error}"
        return {trial.key: {"error": words} for trial in share}
