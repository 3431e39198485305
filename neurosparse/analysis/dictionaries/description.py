"""Bits that it takes to say a code."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import positive
from neurosparse.errors import bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.sparse_coding import SparseCodes


class DescriptionLength(NamedTuple):
    """Bits of one sample.

    Attributes:
        independent: `Σ_i H₂(p_i) + bits Σ p_i`, latents that fire by themselves.
        bound: `L0 (bits + log₂ n)`, a list of latents and values; absences are not counted, so it
            may lie below.
    """

    independent: float
    bound: float


def description_length(codes: SparseCodes | Any, bits: float = 8.0) -> DescriptionLength:
    """Count the bits that say which latents fire and how much.

    Args:
        codes: of many samples; or how often each latent fires, `[n]`.
        bits: of one value.

    Source: Ayonrinde et al. 2024, "Interpretability as compression", arXiv:2410.11179.

    >>> length = description_length([0.5, 0.1, 0.01])
    >>> round(length.independent, 8), round(length.bound, 8)
    (6.42978873, 5.84682713)
    """
    positive("bits", bits)
    if isinstance(codes, SparseCodes):
        shares = np.bincount(codes.indices, minlength=codes.n) / max(len(codes), 1)
    else:
        shares = real_numbers("codes", codes, "SparseCodes, or shares from 0 to 1, [n]")
    if shares.ndim != 1 or not len(shares) or not ((shares >= 0) & (shares <= 1)).all():
        raise bad_argument("codes", codes, "SparseCodes, or shares from 0 to 1, [n]")
    inside = shares[(shares > 0) & (shares < 1)]
    which = -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside)).sum()
    active = shares.sum()
    return DescriptionLength(
        float(which + bits * active), float(active * (bits + np.log2(len(shares))))
    )
