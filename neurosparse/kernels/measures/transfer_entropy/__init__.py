"""Transfer entropy between all pairs of series of few symbols.

    T_(j → i) = Σ p(y, x, z) ln [ p(y | x, z) / p(y | x) ]
    y = x_i(t + lag),    x = x_i(t),    z = x_j(t)

with the frequencies of the T - lag triples in the place of probabilities, so that independent
series have not 0 but about (levels - 1)² levels / (2 (T - lag)).

Source: T. Schreiber, Phys. Rev. Lett. 85 (2000), doi:10.1103/PhysRevLett.85.461.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64, UInt8


def transfer_entropy(
    symbols: UInt8,
    levels: int,
    lag: int,
    threads: int = 1,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Float64:
    """Transfer entropy in nats `[n, n]`, entry [i, j] from j to i, of symbols < levels `[n, time]`.

    >>> import numpy as np
    >>> x = np.array([0, 1, 1, 0, 0], np.uint8)
    >>> follows = np.stack([x, np.roll(x, 1)])
    >>> transfer_entropy(follows, 2, 1, backend="naive")[1, 0].round(3)
    np.float64(0.693)
    """
    run = implementation(__name__, backend).transfer_entropy
    return cast(Float64, run(symbols, levels, lag, threads))
