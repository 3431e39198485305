"""What the arguments of a recurrent scan must be before compiled code reads them."""

from typing import Any

import numpy as np

from neurosparse.kernels.layers.recurrent_scan.parts import Neurons, State, Synapses

Shapes = dict[str, tuple[Any, tuple[int, ...]]]


def arguments(
    synapses: Synapses, values: Any, neurons: Neurons, x: Any, state: State
) -> None:
    """Refuse arrays that do not fit each other.

    Raises:
        ValueError: another shape or dtype than the population asks for.
    """
    n = synapses.n
    nnz = len(synapses.indices)
    if x.ndim != 3 or x.shape[2] != n:
        expected = f"[time, batch, {n}]; one sample is x[:, None]"
        raise ValueError(f"x: got shape {x.shape}, wants {expected}")
    if x.dtype not in (np.float32, np.float64):
        raise ValueError(
            f"x: got {x.dtype}, wants float32 or float64; convert it with astype"
        )
    if nnz and not (synapses.indices.min() >= 0 and synapses.indices.max() < n):
        span = f"{synapses.indices.min()}..{synapses.indices.max()}"
        expected = f"0..{n - 1}, the neurons of the population itself"
        raise ValueError(f"synapses: got targets {span}, wants {expected}")
    shapes: Shapes = {"values": (values, (nnz,))}
    shapes |= {name: (array, (n,)) for name, array in neurons._asdict().items()}
    shapes |= {"state.v": (state.v, x.shape[1:]), "state.i": (state.i, x.shape[1:])}
    shapes["state.z"] = (state.z, (synapses.memory, *x.shape[1:]))
    for name, (array, shape) in shapes.items():
        if array.shape != shape:
            expected = f"{shape}, for x of shape {x.shape}"
            raise ValueError(f"{name}: got shape {array.shape}, wants {expected}")
        if array.dtype != x.dtype:
            expected = f"{x.dtype}, as x; convert one with astype"
            raise ValueError(f"{name}: got {array.dtype}, wants {expected}")


def tensors(
    x: Any,
    values: Any,
    neurons: Neurons,
    synapses: Synapses,
    state: State,
    readout: Any = None,
) -> None:
    """Refuse tensors that do not fit the population; x `[time, batch, any width]` is right already.

    Raises:
        ValueError: another shape, dtype or device than the population and x ask for.
    """
    n = synapses.n
    batch = int(x.shape[1])
    past = tuple(state.z.shape) == (synapses.memory, batch, n)
    if not past or any(part.shape != (batch, n) for part in (state.v, state.i)):
        expected = f"{[synapses.memory, batch, n]}: [longest delay + 1, batch, n]"
        raise ValueError(
            f"state: got spikes of shape {list(state.z.shape)}, wants {expected}"
        )
    shapes: Shapes = {"values": (values, (len(synapses.indices),))}
    shapes |= {name: (part, (n,)) for name, part in neurons._asdict().items()}
    shapes |= {
        f"state.{name}": (part, tuple(part.shape)) for name, part in state._asdict().items()
    }
    if readout is not None:
        shapes["readout"] = (
            readout,
            (n, int(readout.shape[1]) if readout.dim() == 2 else 1),
        )
    for name, (part, shape) in shapes.items():
        if tuple(part.shape) != shape:
            kind = f"[{n}, n_out]" if name == "readout" else f"{list(shape)}"
            of = f"a population of {n} neurons and {len(synapses.indices)} synapses"
            raise ValueError(
                f"{name}: got shape {list(part.shape)}, wants {kind}, for {of}"
            )
        if part.dtype != x.dtype or part.device != x.device:
            kind = f"{part.dtype} on {part.device}"
            expected = f"{x.dtype} on {x.device}, as x; convert it with {name}.to(...)"
            raise ValueError(f"{name}: got {kind}, wants {expected}")
