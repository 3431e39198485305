"""Real data sets: source, checksum, licence, citation, loader.

>>> from neurosparse.datasets import larva_brain
>>> larva_brain().connectivity.shape
(2952, 2952)
"""

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
from neurosparse.datasets.bs2 import EVENT as EVENT
from neurosparse.datasets.bs2 import EventSet as EventSet
from neurosparse.datasets.bs2 import read_bs2 as read_bs2
from neurosparse.datasets.bs2 import write_bs2 as write_bs2
from neurosparse.datasets.celegans import Worm as Worm
from neurosparse.datasets.celegans import c_elegans as c_elegans
from neurosparse.datasets.chaos import Lorenz63 as Lorenz63
from neurosparse.datasets.chaos import MackeyGlass as MackeyGlass
from neurosparse.datasets.chaos import Rossler as Rossler
from neurosparse.datasets.descriptor import Dataset as Dataset
from neurosparse.datasets.digits import mnist as mnist
from neurosparse.datasets.dvs128 import dvs_gesture as dvs_gesture
from neurosparse.datasets.fashion import fashion_mnist as fashion_mnist
from neurosparse.datasets.fsdd import SpokenDigits as SpokenDigits
from neurosparse.datasets.fsdd import spoken_digits as spoken_digits
from neurosparse.datasets.idx import ImageSet as ImageSet
from neurosparse.datasets.larva import LarvaBrain as LarvaBrain
from neurosparse.datasets.larva import larva_brain as larva_brain
from neurosparse.datasets.mnist1d import SignalSet as SignalSet
from neurosparse.datasets.mnist1d import mnist_1d as mnist_1d
from neurosparse.datasets.nmnist import n_mnist as n_mnist
from neurosparse.datasets.optdigits import digits_8x8 as digits_8x8
from neurosparse.datasets.series import Series as Series
from neurosparse.datasets.series import ett_h1 as ett_h1
from neurosparse.datasets.series import exchange_rate as exchange_rate
from neurosparse.datasets.series import illness as illness

# reached through the top-level link this module would exist twice
assert __name__ == "neurosparse.datasets"

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
