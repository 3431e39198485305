"""Which runner a simulation has: compiled loops on the CPU, or kernels on a GPU."""

from typing import Any, Literal, Protocol

from neurosparse.engine.device import DeviceRunner, OnDevice, check_device
from neurosparse.engine.plan import Plan
from neurosparse.engine.ranks import Alone
from neurosparse.engine.run import Runner
from neurosparse.engine.sleepers import wake_up
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.network import Network

Backend = Literal["cpu", "gpu"] | OnDevice | Alone


class StepRunner(Protocol):
    """What runs the steps of a plan, on a CPU or a GPU."""

    def load(self, plan: Plan) -> None:
        """Take a plan as it is now."""

    def go(self, first: int, last: int) -> int:
        """Run steps first..last-1, or fewer; returns the first step not run."""

    def phase_seconds(self) -> dict[str, float]:
        """Wall seconds of each phase so far."""

    def close(self) -> None:
        """Let threads and memory go."""


def choose_backend(backend: Any, network: Network, threads: int) -> Any:
    """Give "cpu", or how to run on the device, after checking that this can be.

    >>> choose_backend("cpu", None, 1)
    'cpu'
    """
    if backend == "cpu" or isinstance(backend, Alone):
        return "cpu"
    if backend != "gpu" and not isinstance(backend, OnDevice):
        raise unknown_name("backend", str(backend), ("cpu", "gpu"))
    check_device(network, threads)
    find_device()
    return OnDevice() if backend == "gpu" else backend


def make_runner(backend: Any, plan: Plan, threads: int, states: list[Any]) -> StepRunner:
    """Make what runs the steps of a plan."""
    if backend == "cpu":
        return (plan.ranks.runner or Runner)(plan, threads)
    return DeviceRunner(plan, states, backend)


def check_layout(plan: Plan, written: list[str]) -> None:
    """Refuse a checkpoint of the other backend where spikes waited elsewhere: `written` are the
    projections that had a ring, the CPU's way of short rows whose synapses differ in delay.
    """
    here = [name for name, s in plan.synapses.items() if s.ring is not None]
    if written != here:
        differing = sorted({*written} ^ {*here})
        actual = Said(
            "a checkpoint of the other backend, for a network with delays of each synapse "
            f"in {differing}"
        )
        raise bad_argument(
            "path",
            actual,
            "one written by this backend",
            "or give each projection one delay",
        )


def keep_the_clock(backend: Any, plan: Plan, now: int) -> None:
    """Bring forward what slept when a checkpoint was written on the CPU; on the GPU all neurons
    move in every step.
    """
    for group in plan.groups.values() if backend != "cpu" else ():
        if group.event is not None:
            wake_up(group, now)
