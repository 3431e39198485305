"""Weights dealt out anew so that every target receives a sum it had before: by annealing.

Two edges of one segment (a row, or a class in it) swap weights, so that what a segment sends never
changes. With r_v = Σ_(e → v) w_e - goal_v and d = w_f - w_e for edges e → p, f → q, a swap changes

    E = Σ_v r_v²    by    2 d (r_p - r_q + d)    (p ≠ q)

and is accepted with probability min(1, exp(-ΔE / T)). At one temperature the states are those of
Boltzmann, exp(-E / T); a falling list of temperatures ends near the least E.

Source: F. Milisav et al., Nat. Comput. Sci. 5 (2025), doi:10.1038/s43588-024-00735-z.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.match_strengths.values import Sending as Sending
from neurosparse.typing import Float64, Int64


def match_strengths(
    sending: Sending,
    goal: Float64,
    temperatures: Float64,
    seed: int,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Int64:
    """Return the edge whose weight each edge takes `[nnz]`, after nnz proposals a temperature.

    Args:
        sending: edges in segments, with targets and weights.
        goal: sum that each target should receive `[n]`.
        temperatures: one a sweep, ≥ 0, in units of weight².
        seed: below 2^63; the two backends draw different random numbers.
        backend: "naive" is the law.

    >>> import numpy as np
    >>> sending = Sending(np.array([0, 2]), np.array([0, 1], np.int32), np.array([1.0, 5.0]))
    >>> match_strengths(sending, np.array([5.0, 1.0]), np.zeros(20), 1, "naive").tolist()
    [1, 0]
    """
    run = implementation(__name__, backend).match_strengths
    return cast(Int64, run(sending, goal, temperatures, seed))
