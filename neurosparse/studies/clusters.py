"""Where the trials of a study run: in this process, on this machine, on a cluster."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from neurosparse.checks import positive, text, whole_number
from neurosparse.errors import Said, bad_argument, mapping, missing_extra
from neurosparse.studies.crew import spread

if TYPE_CHECKING:
    from distributed import Client

LEASE = 600
"""Seconds before the end of a job in which a worker takes no more trials."""


class Workers:
    """Workers of a dask scheduler; a place for studies, comparisons and experiments."""

    def open(self) -> contextlib.AbstractContextManager["Client"]:
        """A client, as long as the block lasts."""
        raise NotImplementedError

    def each(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Generator[tuple[Any, Any]]:
        """Yield each item with what the function made of it on a worker, as they end.

        Raises:
            ImportError: dask is not installed.
            RuntimeError: an item lost its worker three times.

        >>> from neurosparse.studies import Local
        >>> def square(x):
        ...     return x * x
        >>> if __name__ == "__main__":
        ...     sorted(Local(2).each(square, [1, 2, 3]))  # doctest: +SKIP
        [(1, 1), (2, 4), (3, 9)]
        """
        with self.open() as client:
            yield from spread(client, function, items)


@dataclass(frozen=True)
class Here:
    """In this process, one trial after the other: nothing to install, and a debugger works."""

    def each(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Generator[tuple[Any, Any]]:
        """Yield each item with what the function made of it.

        >>> list(Here().each(abs, [-1, 2]))
        [(-1, 1), (2, 2)]
        """
        for item in items:
            yield item, function(item)


@dataclass(frozen=True)
class Local(Workers):
    """In processes of this machine, by dask on the loopback address.

    Args:
        workers: processes; by default as many as there are processors.
        memory: bytes that a worker may take before it is ended, as 4e9; by default no limit.
        threads: threads of one trial.
    """

    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory: float | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        whole_number("Local.workers", self.workers, 1)
        whole_number("Local.threads", self.threads, 1)
        if self.memory is not None:
            positive("Local.memory", self.memory, "bytes")

    @contextlib.contextmanager
    def open(self) -> "Iterator[Client]":
        """Start the workers; they end with the block."""
        distributed = dask_distributed()
        limit = 0 if self.memory is None else int(self.memory)
        with settings(), self._environment():
            cluster = distributed.LocalCluster(
                n_workers=self.workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=limit,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs=50,
            )
            with cluster, distributed.Client(cluster) as client:
                yield client

    @contextlib.contextmanager
    def _environment(self) -> Iterator[None]:
        """Let workers, which take over this environment, use so many threads each."""
        names = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS")
        before = {name: os.environ.get(name) for name in names}
        os.environ.update(dict.fromkeys(names, str(self.threads)))
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


@dataclass(frozen=True)
class Address(Workers):
    """On workers of a dask scheduler that runs already.

    Args:
        url: as "tcp://login1:8786", or "tls://…" with `security`.
        seconds: how long to wait for its answer.
        security: keys and certificates, a `distributed.Security`.
    """

    url: str
    seconds: float = 10.0
    security: Any = None

    def __post_init__(self) -> None:
        text("Address.url", self.url, "the address of a scheduler, as 'tcp://login1:8786'")
        positive("Address.seconds", self.seconds, "s")

    @contextlib.contextmanager
    def open(self) -> "Iterator[Client]":
        """Join the scheduler.

        Raises:
            ValueError: nobody answers.
        """
        distributed = dask_distributed()
        options = {"timeout": self.seconds, "security": self.security}
        with settings():
            try:
                client = distributed.Client(self.url, **options)
            except (OSError, ValueError) as error:
                fault = Said(f"{self.url!r}, where nobody answered in {self.seconds:g} s")
                remedy = "start one with `dask scheduler`"
                wants = "the address of a dask scheduler that runs"
                raise bad_argument("Address.url", fault, wants, remedy) from error
            with client:
                yield client


@dataclass(frozen=True)
class Slurm(Workers):
    """On jobs that SLURM starts, by dask-jobqueue; lost jobs are replaced, TLS between hosts.

    Args:
        jobs: at most so many at a time.
        cores: of a job; each runs one trial of so many threads.
        memory: of a job, as "8GB".
        walltime: of a job, as "02:00:00".
        more: further arguments of `dask_jobqueue.SLURMCluster`, as {"queue": "short"}.
    """

    jobs: int
    cores: int = 1
    memory: str = "4GB"
    walltime: str = "01:00:00"
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole_number("Slurm.jobs", self.jobs, 1)
        whole_number("Slurm.cores", self.cores, 1)
        seconds(self.walltime, "Slurm.walltime")
        text("Slurm.memory", self.memory, "memory of a job, as '8GB'")
        mapping("Slurm.more", self.more, "a dictionary of arguments")

    def options(self) -> dict[str, Any]:
        """The arguments of `SLURMCluster`, but for the keys of TLS."""
        threads = (f"export {name}_NUM_THREADS={self.cores}" for name in ("OMP", "NUMBA"))
        lifetime = max(seconds(self.walltime, "Slurm.walltime") - LEASE, 60)
        return {
            "cores": 1,
            "processes": 1,
            "job_cpu": self.cores,
            "memory": self.memory,
            "walltime": self.walltime,
            "job_script_prologue": list(threads),
            "worker_extra_args": [
                "--lifetime",
                f"{lifetime}s",
                "--lifetime-stagger",
                "60s",
            ],
            **self.more,
        }

    @contextlib.contextmanager
    def open(self) -> "Iterator[Client]":
        """Ask SLURM for jobs; they end with the block."""
        distributed = dask_distributed()
        try:
            from dask_jobqueue.slurm import SLURMCluster
        except ImportError as error:
            raise missing_extra("dask_jobqueue", "sweep") from error
        security = distributed.Security.temporary()
        with settings():
            options = {"security": security, **self.options()}
            cluster = SLURMCluster(**options)
            with cluster, distributed.Client(cluster, security=security) as client:
                cluster.adapt(minimum_jobs=1, maximum_jobs=self.jobs)
                yield client


def seconds(walltime: str, name: str) -> int:
    """The seconds of a time as SLURM writes it: minutes, m:s, h:m:s, d-h, d-h:m or d-h:m:s.

    >>> seconds("02:00:00", "walltime"), seconds("1-12", "walltime"), seconds("30", "walltime")
    (7200, 129600, 1800)
    """
    text(name, walltime, "a time as '02:00:00'")
    days, dash, rest = walltime.rpartition("-")
    parts = rest.split(":")
    if not all(part.isdigit() for part in [*parts, days or "0"]) or len(parts) > 3:
        raise bad_argument(name, walltime, "a time as '02:00:00' or '1-12:00:00'")
    numbers = [int(part) for part in parts]
    # after days the first number is hours; alone, it is minutes
    if dash or len(numbers) == 3:
        hours, minutes, rest_seconds = [*numbers, 0, 0][:3]
    else:
        hours, (minutes, rest_seconds) = 0, [*numbers, 0][:2]
    return ((int(days or 0) * 24 + hours) * 60 + minutes) * 60 + rest_seconds


@contextlib.contextmanager
def settings() -> Iterator[None]:
    """Let no trial wait on a busy worker, and none be repeated or blamed by dask itself."""
    import dask

    names = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.scheduler.work-stealing": False,
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
        # a trial of a comparison is a process of its own, which a daemon may not begin
        "distributed.worker.daemon": False,
    }
    with dask.config.set(names):
        yield


def dask_distributed() -> Any:
    """The package `distributed`.

    Raises:
        ImportError: it is not installed.
    """
    try:
        import distributed
    except ImportError as error:
        raise missing_extra("distributed", "sweep") from error
    return distributed
