"""Ensembles of units that stand for classes: which they are, how large, what they share."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.checks import finite
from neurosparse.errors import Said, bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.typing import Bool, Float64, Int64


class ClassEnsembles(NamedTuple):
    """Ensembles of all classes.

    Attributes:
        labels: the classes, ascending, `[classes]`.
        means: activity of each unit over the samples of a class, `[classes, units]`.
        members: whether a unit belongs to the ensemble of a class, `[classes, units]`.
        sizes: units of each ensemble, `[classes]`.
        overlap: units that two ensembles share over those of either, `[classes, classes]`; NaN
            where both are empty.
        shared: units that belong to more than one ensemble over those that belong to any.
    """

    labels: Int64
    means: Float64
    members: Bool
    sizes: Int64
    overlap: Float64
    shared: float


def class_ensembles(
    activity: npt.ArrayLike, labels: npt.ArrayLike, level: float = 1.0
) -> ClassEnsembles:
    """Find the units whose mean activity for a class is above `level` times that of all units.

        member_cu = mean of h_u over class c  >  level · mean of h over all samples and units

    Args:
        activity: of units, `[samples, units]`, 0 or more.
        labels: the class of each sample, whole numbers `[samples]`.
        level: how far above the mean.

    Raises:
        ValueError: tables of other shapes, activity that is negative or not finite.

    Source: after Tosato et al. 2023, arXiv 2305.18353.

    >>> grouped = class_ensembles([[4, 0, 1], [4, 0, 1], [0, 4, 4]], [0, 0, 1])
    >>> grouped.members.tolist(), grouped.sizes.tolist()
    ([[True, False, False], [False, True, True]], [1, 2])
    """
    h = real_numbers("activity", activity, "finite numbers [samples, neurons]")
    y = np.asarray(labels)
    if h.ndim != 2 or not h.size:
        shape = Said(f"shape {list(h.shape)}")
        raise bad_argument("activity", shape, "[samples, units], one or more of each")
    if not np.isfinite(h).all() or h.min() < 0:
        raise bad_argument("activity", Said("values below 0 or not finite"), "rates")
    if y.shape != (len(h),) or y.dtype.kind not in "iu":
        raise bad_argument("labels", y, f"whole numbers [{len(h)}], one a sample")
    known, place = np.unique(y, return_inverse=True)
    sums = np.zeros((len(known), h.shape[1]))
    np.add.at(sums, place, h)
    means = sums / np.bincount(place)[:, None]
    members = means > finite("level", level) * h.mean()
    both = (members[:, None] & members).sum(-1)
    either = (members[:, None] | members).sum(-1)
    times = members.sum(0)
    overlap = np.full(both.shape, np.nan)
    np.divide(both, either, out=overlap, where=either > 0)
    shared = float((times > 1).sum() / max((times > 0).sum(), 1))
    sizes = members.sum(1)
    return ClassEnsembles(known.astype(np.int64), means, members, sizes, overlap, shared)
