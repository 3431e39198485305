"""Which runner a simulation has: compiled loops on the CPU, or kernels on a GPU."""

from typing import Any, Literal, Protocol

import numpy as np

from neurosparse.engine.device import DeviceRunner, OnDevice, check_device
from neurosparse.engine.plan import Plan
from neurosparse.engine.run import Runner
from neurosparse.engine.sleepers import wake_up
from neurosparse.engine.synapses import Synapses
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.network import Network

Backend = Literal["cpu", "gpu"] | OnDevice


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
    if backend == "cpu":
        return backend
    if backend != "gpu" and not isinstance(backend, OnDevice):
        raise unknown_name("backend", str(backend), ("cpu", "gpu"))
    check_device(network, threads)
    find_device()
    return OnDevice() if backend == "gpu" else backend


def make_runner(backend: Any, plan: Plan, threads: int, states: list[Any]) -> StepRunner:
    """Make what runs the steps of a plan."""
    if backend == "cpu":
        return Runner(plan, threads)
    return DeviceRunner(plan, states, backend)


def layout(backend: Any) -> str:
    """Name where spikes wait for delays of each synapse: rings (cpu), or logs for rows sorted by
    delay.

    >>> layout("cpu")
    'rings'
    """
    return "rings" if backend == "cpu" else "rows"


def check_layout(backend: Any, plan: Plan, written: str) -> None:
    """Refuse a checkpoint of the other backend where spikes waited elsewhere."""
    mixed = [name for name, s in plan.synapses.items() if isinstance(s.delay, np.ndarray)]
    if mixed and written != layout(backend):
        actual = Said(
            "a checkpoint of the other backend, for a network with delays of each synapse "
            f"in {mixed}"
        )
        raise bad_argument(
            "path", actual, "one written by this backend", "or give each projection one delay"
        )


def keep_the_clock(backend: Any, plan: Plan, now: int) -> None:
    """Bring forward what slept when a checkpoint was written on the CPU; on the GPU all neurons
    move in every step.
    """
    for group in plan.groups.values() if backend != "cpu" else ():
        if group.event is not None:
            wake_up(group, now)


def check_rewiring(backend: Any, synapses: Synapses) -> None:
    """Refuse to edit synapses where the backend cannot: on the GPU those that differ in delay."""
    if backend != "cpu" and isinstance(synapses.delay, np.ndarray):
        name = synapses.projection.name
        actual = Said(f"'gpu' to rewire {name!r}, whose synapses differ in delay")
        raise bad_argument(
            "backend",
            actual,
            "one delay for all synapses of the projection",
            "or backend='cpu'",
        )
