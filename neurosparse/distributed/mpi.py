"""`Mpi`: ranks that are processes started by mpiexec, on one host or many."""

import atexit
import os
import sys
import threading
import time
from typing import Any

import numpy as np

from neurosparse.distributed.links import RanksError
from neurosparse.distributed.meeting import code_of
from neurosparse.distributed.partitions import Partition
from neurosparse.distributed.ranks import Ranks
from neurosparse.engine.ranks import Alone
from neurosparse.errors import bad_type
from neurosparse.typing import UInt8, UInt32

# where launchers say how many processes they started
SIZES = (
    "PMI_SIZE",
    "OMPI_COMM_WORLD_SIZE",
    "PALS_SIZE",
    "SLURM_STEP_NUM_TASKS",
)
PATIENCE = 30.0  # seconds after which a rank says that it waits


class MpiLink:
    """One process of a communicator.

    It says on standard error when it has waited long, and ends the job when it has waited longer
    than `timeout` seconds, None for never.
    """

    def __init__(self, comm: Any, timeout: float | None = None) -> None:
        self.comm = comm
        self.rank = int(comm.Get_rank())
        self.size = int(comm.Get_size())
        self.timeout = timeout
        self._all: UInt32 = np.zeros((self.size, 0), np.uint32)
        self._turns = 0
        self._waiting = False
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()

    def swap(self, message: UInt32) -> UInt32:
        """Send a message and receive those of all processes."""
        if self._all.shape[1] != message.size:
            self._all = np.zeros((self.size, message.size), np.uint32)
        self._waiting = True
        self.comm.Allgather(message, self._all)
        self._waiting = False
        self._turns += 1
        return self._all

    def pool(self, data: UInt8, sizes: list[int]) -> list[UInt8]:
        """Send bytes and receive those of all processes."""
        from mpi4py import MPI

        every = np.empty(sum(sizes), np.uint8)
        self.comm.Allgatherv(data, [every, sizes, MPI.BYTE])
        return np.split(every, np.cumsum(sizes)[:-1])

    def abort(self, code: int = 1) -> None:
        """End all processes at once."""
        _let_hear()
        self.comm.Abort(code)

    def _watch(self) -> None:
        """Tell of a wait that lasts."""
        idle = threading.Event()
        seen = -1
        waited = 0.0
        pause = min(PATIENCE, self.timeout or PATIENCE)
        while not idle.wait(pause):
            same = self._waiting and self._turns == seen
            waited = waited + pause if same else 0.0
            seen = self._turns
            if not same:
                continue
            words = f"neurosparse: rank {self.rank} of {self.size} has waited {waited:g} s"
            print(f"{words} for the others", file=sys.stderr, flush=True)
            if self.timeout is not None and waited >= self.timeout:
                self.abort()


class Mpi(Ranks):
    """The processes of an MPI communicator: `Simulator(network, backend=Mpi())`.

    Started by `mpiexec -n 4 python script.py`. An error that nothing catches ends all of them.

    Args:
        comm: a communicator of mpi4py; None for all processes of the job.
        partition: who owns what; None for `Contiguous()`.
        timeout: seconds of waiting for others after which the job is ended, None for no end.

    Raises:
        ImportError: mpi4py is not installed, or finds no MPI library.
        RanksError: mpiexec is of another MPI than mpi4py: each process believes to be alone.
        TypeError: `comm` is no communicator.
    """

    def __init__(
        self,
        comm: Any = None,
        partition: Partition | None = None,
        *,
        timeout: float | None = None,
    ) -> None:
        started = 1 if comm is not None else _started()
        by_open_mpi = started > 1 and "OMPI_COMM_WORLD_SIZE" in os.environ
        if by_open_mpi and "Open MPI" not in _library():
            # another one would end without a word
            raise _of_another(started, "is not Open MPI, whose mpiexec it is")
        mpi = _load()
        if not mpi.Is_initialized():
            mpi.Init_thread()
        comm = mpi.COMM_WORLD if comm is None else comm
        if not isinstance(comm, mpi.Comm):
            remedy = "write comm=MPI.COMM_WORLD, or leave it out"
            raise bad_type("comm", comm, "a communicator of mpi4py", remedy)
        super().__init__(MpiLink(comm, timeout), partition)
        atexit.register(_take_leave, mpi)
        if self.size > 1:
            _abort_on_errors(comm)
        elif started > 1:
            raise _of_another(started, "sees 1")


def _started() -> int:
    """How many processes the launcher says that it started."""
    return max((int(os.environ.get(name, "0") or 0) for name in SIZES), default=0)


def launched(partition: Partition | None = None) -> Ranks | Alone:
    """The ranks of the job that mpiexec, srun or the like started, or one process that is alone.

    Raises:
        ImportError: it was started as one of several, but mpi4py is missing.
        RanksError: mpiexec is of another MPI than mpi4py: each process believes to be alone.
    """
    return Mpi(partition=partition) if _started() > 1 else Alone()


def _of_another(n: int, sees: str) -> RanksError:
    remedy = "use the mpiexec beside python, or install mpi4py for yours"
    words = f"it started {n} processes, and {_library()} {sees}; {remedy}"
    return RanksError(f"mpiexec of another MPI: {words}")


def _library() -> str:
    """The MPI library that mpi4py finds, by name and version; it need not be initialised."""
    try:
        import mpi4py

        before = mpi4py.rc.initialize
        mpi4py.rc.initialize = False
        try:
            version = _load().Get_library_version()
        finally:
            mpi4py.rc.initialize = before
    except ImportError:
        version = str(_load())  # says what is missing
    first: str = version.partition("\n")[0]
    return " ".join(first.partition(", package")[0].split())


def _load() -> Any:
    """The module `mpi4py.MPI`; says how to come by what is missing."""
    try:
        from mpi4py import MPI
    except ImportError as error:
        raise ImportError('mpi4py is missing; pip install "neurosparse[mpi]"') from error
    except RuntimeError as error:
        remedy = "pip install mpich, or load your cluster's module"
        raise ImportError(f"mpi4py found no MPI library; {remedy}") from error
    return MPI


def _let_hear() -> None:
    """Wait until mpiexec has passed on what was said: it may drop the last words of who aborts."""
    sys.stderr.flush()
    time.sleep(0.2)


def _take_leave(mpi: Any) -> None:
    """Leave the job in order, also where the interpreter is not taken apart."""
    if not mpi.Is_finalized():
        mpi.Finalize()


def _abort_on_errors(comm: Any) -> None:
    """Let an error that nothing catches end all processes: the others would wait for ever."""
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        before(kind, error, trace)
        _let_hear()
        comm.Abort(code_of(error))

    sys.excepthook = hook
