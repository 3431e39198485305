"""Scale-free: the more inputs, the more inputs."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs import wire
from neurosparse.wiring._rule import Rows, WiringRule, key, square


@dataclass(frozen=True, eq=False)
class BarabasiAlbert(WiringRule):
    """Let neurons come one by one, each with m outputs to earlier ones that have many inputs.

    P(target j) is proportional to in-degree(j) + appeal; in-degrees follow a power law of exponent
    2 + appeal / m, which is 3 by default. The first m + 1 neurons all know each other, so every
    out-degree is m. For hubs that send, use `.build(n, n).transpose()`.

    Args:
        m: outputs of each neuron.
        appeal: of a neuron without inputs, above 0; m unless given.

    Sources: A.-L. Barabási, R. Albert, Science 286, 509 (1999), doi:10.1126/science.286.5439.509;
    S. N. Dorogovtsev, J. F. F. Mendes, A. N. Samukhin, Phys. Rev. Lett. 85, 4633 (2000),
    doi:10.1103/PhysRevLett.85.4633.

    >>> c = BarabasiAlbert(2).build(500, 500, rng=1)
    >>> bool((c.out_degree == 2).all()), bool(c.in_degree.max() > 20)
    (True, True)
    """

    m: int
    appeal: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.whole_number("m", self.m, 1)
        if self.appeal is not None:
            checks.positive("appeal", self.appeal)

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """m for each neuron."""
        return float(self.m) * n_pre

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Rows of length m each."""
        square("BarabasiAlbert", n_pre, n_post)
        if n_pre < self.m + 1:
            raise bad_argument("m", self.m, f"fewer than n = {n_pre} outputs a neuron")
        appeal = float(self.m if self.appeal is None else self.appeal)
        return wire.preferential(n_pre, self.m, appeal, key(rng))
