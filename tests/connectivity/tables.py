"""Connectivities as tables and as full matrices."""

import numpy as np


def table(c, order="csr"):
    """One tuple (pre, post, weight, delay) a synapse."""
    columns = (*c.edges(order), c.weights_array(order), c.delay_steps_array(order))
    return list(zip(*(column.tolist() for column in columns), strict=True))


def full(c, values):
    dense = np.zeros(c.shape)
    np.add.at(dense, c.edges(), values)
    return dense
