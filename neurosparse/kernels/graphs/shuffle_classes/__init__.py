"""Random graphs that keep degrees class by class: signs, groups of neurons, distances.

Rows trade targets as in `shuffle_directed`, but only inside classes. For rows a, b and a target v
that one of them has, the class is

    (label of the edge, group of v, bin of |a v|, bin of |b v|)

and only rows of one group meet. Every row then keeps how many of its edges have each label, lead
to each group and lie in each bin of distance; every target keeps its edges of each label from each
group of rows. Inside a class every deal is equally likely, so rounds converge to the uniform
distribution over the graphs that such trades can reach.

Source of trades: G. Strona et al., Nat. Commun. 5 (2014), doi:10.1038/ncomms5114; classes are ours.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.shuffle_classes.values import Classes as Classes
from neurosparse.kernels.graphs.shuffle_classes.values import Labelled as Labelled
from neurosparse.typing import Int64


def shuffle_classes(
    indptr: Int64,
    edges: Labelled,
    classes: Classes,
    rounds: int,
    seed: int,
    *,
    loops: bool = False,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Labelled:
    """Return new targets, ascending in each row, with the labels that moved with them `[nnz]`.

    Rows may hold no target twice. `seed` (below 2^63) fixes the outcome; the two backends draw from
    the same distribution with different random numbers.

    >>> import numpy as np
    >>> edges = Labelled(np.array([2, 3], np.int32), np.array([0, 1], np.int32))
    >>> classes = Classes.of_one(4)
    >>> indptr = np.array([0, 1, 2, 2, 2])
    >>> shuffle_classes(indptr, edges, classes, 5, seed=1, backend="naive").target.tolist()
    [2, 3]
    """
    run = implementation(__name__, backend).shuffle_classes
    return cast(Labelled, run(indptr, edges, classes, rounds, seed, loops))
