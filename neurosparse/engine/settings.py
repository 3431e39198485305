"""What a simulator is given besides its network, checked before anything is built."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.network import Network
from neurosparse.recording import RunStore

PRECISIONS = {"float64": np.float64, "float32": np.float32}


def check_settings(network: Network, seed: int, threads: int, precision: str) -> None:
    """Refuse a network, seed, number of threads or precision that cannot be."""
    if not isinstance(network, Network):
        raise bad_type(
            "network",
            network,
            "a Network",
            "write Network(Population(...), Projection(...), ...)",
        )
    if precision not in PRECISIONS:
        raise unknown_name("precision", str(precision), PRECISIONS)
    check_seed(seed)
    whole_number("threads", threads, 1, 256)


def one_answer(name: str, answer: Any) -> bool:
    """Take what a condition says, one yes or no.

    >>> one_answer("condition", np.True_)
    True
    """
    if answer is None or isinstance(answer, str) or np.size(answer) != 1:
        remedy = "write (... > 5).any() or .all()"
        raise bad_argument(name, answer, "a function that gives one True or False", remedy)
    return bool(np.all(answer))


def check_seed(seed: Any) -> None:
    """Refuse what is no seed.

    >>> check_seed(7)
    """
    whole_number("seed", seed, 0, 2**63 - 1)


def open_store(
    store: str | Path | RunStore | None,
    network: Network,
    threads: int,
    *,
    dt: float,
    seed: int,
) -> RunStore | None:
    """Begin a run at a path, or take the one that the caller made if its time step is the same."""
    if store is None:
        return None
    if not isinstance(store, RunStore | str | os.PathLike):
        raise bad_type("store", store, "a path, or a RunStore")
    if not isinstance(store, RunStore):
        return RunStore.create(
            store, dt=dt, seed=seed, config={"network": repr(network), "threads": threads}
        )
    if store.dt != dt:
        raise bad_argument(
            "store",
            Said(f"a RunStore made for dt = {store.dt} ms"),
            f"one for dt = {dt} ms, as here",
        )
    return store


def refuse_copies(simulator: Any) -> Any:
    """Say what to do in the place of pickling or copying a simulator."""
    raise TypeError(
        "a Simulator is not copied or pickled: save() writes a checkpoint, and restore() takes it "
        "up in another Simulator of the same network"
    )
