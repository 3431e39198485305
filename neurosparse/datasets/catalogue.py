"""Every data set that `neurosparse datasets` lists."""

from neurosparse.datasets import (
    celegans,
    digits,
    dvs128,
    fashion,
    fsdd,
    larva,
    mnist1d,
    nmnist,
    optdigits,
    series,
)

DATASETS = (
    larva.CARD,
    celegans.CARD,
    optdigits.CARD,
    nmnist.CARD,
    dvs128.CARD,
    digits.CARD,
    fashion.CARD,
    fsdd.CARD,
    mnist1d.CARD,
    series.ETT,
    series.EXCHANGE,
)
