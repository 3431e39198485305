"""What every estimator and system refuses."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.lyapunov import (
    DiscreteLif,
    LinearMap,
    Lorenz63,
    PhaseLif,
    RateNetwork,
    event_separation_rate,
    local_exponents,
    separation_rate,
    spectrum,
)
from neurosparse.wiring import FixedOutDegree

BAD = {
    "a bounded trajectory": lambda: spectrum(LinearMap([[10.0]]), [1.0], 400),
    "one state": lambda: spectrum(LinearMap([[1.0]]), [[1.0]], 4),
    "the size of the state": lambda: spectrum(LinearMap([[1.0]]), [1.0], 4, k=2),
    "every: got 0": lambda: spectrum(LinearMap([[1.0]]), [1.0], 4, every=0),
    "a square matrix": lambda: LinearMap([[1.0, 2.0]]),
    "size: got 0": lambda: separation_rate(LinearMap([[1.0]]), [1.0], 4, size=0.0),
    "recurrent synapses": lambda: RateNetwork(Connectivity.empty(2, 3)),
    "use connectivity.with_delay_steps": lambda: RateNetwork(
        Connectivity.from_edges([0], [0], n_pre=1, n_post=1, delay_steps=2)
    ),
    "a step in": lambda: RateNetwork(Connectivity.empty(2, 2), dt=3.0),
    "beta: got 1.5": lambda: DiscreteLif(Connectivity.empty(2, 2), beta=1.5),
    "one for each of 2": lambda: DiscreteLif(
        Connectivity.empty(2, 2), threshold=np.ones(3)
    ),
    "drive: got": lambda: DiscreteLif(Connectivity.empty(2, 2), drive=np.ones((3, 4))),
    "finite input": lambda: DiscreteLif(
        Connectivity.empty(2, 2), drive=np.array([np.nan, 0])
    ),
    "inhibition, 0 or more": lambda: PhaseLif(
        Connectivity.from_dense([[0, -1], [0, 0]]), 1.0, 0.1
    ),
    "omega: got 0": lambda: PhaseLif(Connectivity.empty(2, 2), 0, 0.1),
    "2 phases, at most 1": lambda: PhaseLif(Connectivity.empty(2, 2), 1.0, 0.1).run(
        [2.0, 0.0], 3
    ),
    "the order of spikes": lambda: event_separation_rate(
        PhaseLif(FixedOutDegree(3).build(9, 9, np.random.default_rng(0)), 1.0, 0.2),
        np.linspace(0, 0.9, 9),
        200,
        size=0.5,
        rng=0,
    ),
    "entries of the state": lambda: local_exponents(LinearMap([[1.0]]), [1.0], neurons=[1]),
}


@pytest.mark.parametrize("said", BAD)
def test_bad_input_is_refused(said):
    with pytest.raises(ValueError, match=said):
        BAD[said]()


@pytest.mark.parametrize(
    ("system", "n"),
    [
        (Lorenz63(), 2),
        (LinearMap(np.eye(3)), 2),
        (RateNetwork(Connectivity.empty(4, 4)), 2),
        (DiscreteLif(Connectivity.empty(4, 4), alpha=0.5), 4),
    ],
)
def test_a_state_of_another_size_is_named(system, n):
    for estimate in (spectrum, separation_rate, local_exponents):
        more = {} if estimate is local_exponents else {"steps": 5}
        with pytest.raises(
            ValueError,
            match=rf"state: got {n} numbers, wants as many as a {type(system).__name__}",
        ):
            estimate(system, np.ones(n), **more)


def test_a_matrix_or_a_wiring_in_the_place_of_a_system_is_named():
    for make in (RateNetwork, DiscreteLif):
        with pytest.raises(TypeError, match=r"connectivity: got an array .*from_dense"):
            make(np.eye(3))
    with pytest.raises(TypeError, match="system: got Connectivity"):
        spectrum(Connectivity.empty(2, 2), [1.0, 1.0], 5)
