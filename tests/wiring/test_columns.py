"""Some columns of a rule: what all of it has there, whoever draws them."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.distributed.columns import of_own
from neurosparse.network import Projection
from neurosparse.wiring import (
    AllToAll,
    Bernoulli,
    Between,
    Copies,
    Disc,
    DistanceDependent,
    FixedInDegree,
    FixedOutDegree,
    FixedTotal,
    Gaussian,
    Groups,
    LogNormal,
    Normal,
    OneToOne,
    Uniform,
    WattsStrogatz,
)

N = 150
PLACES = np.random.default_rng(1).random((N, 2)) * 100.0
DRAWS = {"weight": Normal(1.0, 0.2), "delay_steps": Uniform(0.5, 9.5)}
RULES = [
    AllToAll(allow_self=False, **DRAWS),
    Bernoulli(0.2, weight=LogNormal(1.0, 0.3)),
    Bernoulli(0.02, allow_self=False),
    Between(FixedInDegree(4, multapses=True, **DRAWS), slice(0, 60), slice(1, None, 3)),
    Between(WattsStrogatz(4, 0.3), slice(0, 90), slice(60, None)),
    Copies(Bernoulli(0.3, weight=DRAWS["weight"]), 3, weight=[1.0, 2.0, 3.0]),
    Copies(Connectivity.from_dense(np.eye(50)), 3),
    DistanceDependent(PLACES, Gaussian(0.5, 8.0), allow_self=False, **DRAWS),
    DistanceDependent(PLACES, Disc(0.3, 40.0), box=[100.0, 100.0]),
    FixedInDegree(7, multapses=True, **DRAWS),
    FixedOutDegree(6, multapses=True, **DRAWS),
    FixedTotal(900, **DRAWS),
    Groups(3, 0.3, 0.02, weight=DRAWS["weight"]),
    OneToOne(delay_steps=DRAWS["delay_steps"]),
    WattsStrogatz(4, 0.3, **DRAWS),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize(("low", "high"), [(0, 64), (64, 128), (128, 192), (192, 192)])
def test_columns_are_those_of_the_whole(rule, low, high):
    whole = rule.build(N, N, rng=3)
    own = of_own(Projection("E", "E", rule), N, low, high).wiring.build(N, N, 3)
    pre = np.repeat(np.arange(N), np.diff(whole.indptr))
    here = (whole.indices >= low) & (whole.indices < high)
    assert np.bincount(pre[here], minlength=N).tolist() == np.diff(own.indptr).tolist()
    assert own.indices.tolist() == whole.indices[here].tolist()
    assert own.weights_array().tolist() == whole.weights_array()[here].tolist()
    assert own.delay_steps_array().tolist() == whole.delay_steps_array()[here].tolist()
    assert high > N or here.sum() > 0


def test_what_was_given_for_each_synapse_is_cut_when_it_is_whole():
    weights = np.arange(600.0)
    for given in ({"weight": weights}, {"weight": lambda n, rng: weights}):
        projection = Projection("E", "E", FixedInDegree(4), **given)
        assert of_own(projection, N, 0, 64) is projection
    rule = FixedInDegree(4, weight=weights)
    own = of_own(Projection("E", "E", rule), N, 64, 128).wiring.build(N, N, 3)
    whole = rule.build(N, N, 3)
    here = (whole.indices >= 64) & (whole.indices < 128)
    assert own.weight.tolist() == weights[here].tolist()
