"""What the arguments of a recurrent scan must be before compiled code reads them."""

from typing import Any

import numpy as np

from neurosparse.kernels.recurrent_scan.parts import Neurons, State, Synapses


def arguments(synapses: Synapses, values: Any, neurons: Neurons, x: Any, state: State) -> None:
    """Refuse arrays that do not fit each other.

    Raises:
        ValueError: another shape or dtype than the population asks for.
    """
    n, nnz = synapses.n, len(synapses.indices)
    if x.ndim != 3 or x.shape[2] != n:
        raise ValueError(f"x: got shape {x.shape}, wants [time, batch, {n}]; one sample is x[:, None]")
    if x.dtype not in (np.float32, np.float64):
        raise ValueError(f"x: got {x.dtype}, wants float32 or float64; convert it with astype")
    if nnz and not (synapses.indices.min() >= 0 and synapses.indices.max() < n):
        found = f"{synapses.indices.min()}..{synapses.indices.max()}"
        raise ValueError(f"synapses: got targets {found}, wants 0..{n - 1}, the neurons of the population itself")
    wanted = {"values": (values, (nnz,)), **{k: (a, (n,)) for k, a in neurons._asdict().items()}}
    wanted |= {"state.v": (state.v, x.shape[1:]), "state.i": (state.i, x.shape[1:])}
    wanted["state.z"] = (state.z, (synapses.memory, *x.shape[1:]))
    for name, (array, shape) in wanted.items():
        if array.shape != shape:
            raise ValueError(f"{name}: got shape {array.shape}, wants {shape}, for x of shape {x.shape}")
        if array.dtype != x.dtype:
            raise ValueError(f"{name}: got {array.dtype}, wants {x.dtype}, as x; convert one with astype")
