"""A sparse layer of each kind, 20 inputs to 12 outputs."""

from neurosparse.models import CondensedLinear, SparseLinear
from neurosparse.wiring import FixedInDegree, RandomEdges


def sparse(seed=0):
    return SparseLinear(20, 12, wiring=RandomEdges(0.2), rng=seed)


def condensed(seed=0):
    return CondensedLinear(FixedInDegree(4).build(20, 12, seed), rng=seed)
