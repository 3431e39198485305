"""How the weights of a sparse layer begin: scaled by the inputs a neuron really has."""

import math
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from neurosparse.checks import positive
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.typing import Float32, Seed


class Initial(Protocol):
    """A rule that gives each synapse its first weight."""

    def __call__(self, connectivity: Connectivity, rng: Seed = None) -> Float32:
        """Draw weights `[nnz]` in the order of the rows."""
        ...


def first_weights(
    initial: Initial | None, connectivity: Connectivity, rng: Seed = None
) -> Float32:
    """Ask a rule for the first weights `[nnz]`; None takes over those of the connectivity.

    Raises:
        TypeError: `initial` is no rule, or gives no numbers.
        ValueError: it gives not one finite number for each synapse.

    >>> first_weights(None, Connectivity.from_dense([[0.5, 0.0]])).tolist()
    [0.5]
    """
    if initial is None:
        return connectivity.weights_array()
    if isinstance(initial, type) or not callable(initial):
        raise bad_type("initial", initial, "a rule such as ActiveFanIn(), or None")
    weights = np.asarray(initial(connectivity, rng))
    expected = f"one weight for each synapse, [{connectivity.nnz}]"
    if weights.dtype.kind not in "iuf":
        raise bad_type("initial", weights, expected)
    if weights.shape != (connectivity.nnz,):
        received = weights if weights.ndim else Said("one number")
        raise bad_argument("initial", received, expected)
    with np.errstate(over="ignore"):
        weights = weights.astype(np.float32, copy=False)
    if not np.isfinite(weights).all():
        at = int(np.flatnonzero(~np.isfinite(weights))[0])
        received = Said(f"{weights[at]:g} at position {at}")
        raise bad_argument("initial", received, "finite numbers within float32")
    return weights


@dataclass(frozen=True)
class ActiveFanIn:
    """Independent weights of variance `gain² / k_j`, k_j the number of inputs of neuron j.

    With dense fan-in in place of k_j, activity would fade by the density in every layer.

    Args:
        gain: √2 keeps the variance of ReLU layers (He et al. 2015, arXiv 1502.01852); 1/√3 with
            "uniform" is what `torch.nn.Linear` does.
        shape: "normal" or "uniform".

    Raises:
        ValueError: gain is not a finite positive number, or the shape is unknown.

    >>> c = Connectivity.from_dense(np.ones((400, 3)))
    >>> weights = ActiveFanIn(gain=1.0)(c, rng=0)
    >>> bool(abs(weights.std() * 20 - 1) < 0.1)
    True
    """

    gain: float = math.sqrt(2)
    shape: Literal["normal", "uniform"] = "normal"

    def __post_init__(self) -> None:
        positive("gain", self.gain)
        if self.shape not in ("normal", "uniform"):
            raise unknown_name("shape", self.shape, ["normal", "uniform"])

    def __call__(self, connectivity: Connectivity, rng: Seed = None) -> Float32:
        """Draw weights `[nnz]`, in the order of the rows."""
        generator = np.random.default_rng(rng)
        fan_in = np.maximum(connectivity.in_degree, 1)[connectivity.indices]
        deviation: Float32 = (self.gain / np.sqrt(fan_in)).astype(np.float32)
        if self.shape == "normal":
            deviation *= generator.standard_normal(connectivity.nnz, np.float32)
        else:
            centred = generator.random(connectivity.nnz, np.float32) - 0.5
            # a uniform number in ±1/2 has variance 1/12
            deviation *= np.float32(math.sqrt(12)) * centred
        return deviation
