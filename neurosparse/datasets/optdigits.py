"""Digits 8 x 8: a set small enough to come with the package and to train on in seconds."""

import numpy as np

from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.idx import ImageSet
from neurosparse.datasets.layout import Layout, load_layout
from neurosparse.datasets.locate import find

SAMPLES = 1797

CARD = Dataset(
    name="digits",
    title="Digits: 1,797 handwritten digits, 8 x 8, 17 levels of grey",
    arrays="train_x uint8 [1438, 8, 8] (0 to 16), train_y uint8 [1438], test_x, test_y [359]",
    files=(
        DataFile(
            name="digits_8x8.npz",
            sha256="6f801551877abf69fbf3711373bb642a18dc933430a3385cd6febc235225ea6f",
            size=45_374,
            url="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
        ),
    ),
    licence="CC BY 4.0 (UCI Machine Learning Repository)",
    citation="Alpaydin, Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49",
    homepage="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    loader="neurosparse.datasets.digits_8x8()",
    embedded=True,
)

_LAYOUT: Layout = {"x": ("|u1", (SAMPLES, 8, 8)), "y": ("|u1", (SAMPLES,))}


def digits_8x8() -> ImageSet:
    """Load the digits that come with the package; every fifth sample is a test sample.

    Source: Alpaydin & Kaynak 1998, doi:10.24432/C50P49; the images scikit-learn's `load_digits`
    gives.

    >>> digits = digits_8x8()
    >>> digits.train_x.shape, digits.test_x.shape, int(digits.train_x.max())
    ((1438, 8, 8), (359, 8, 8), 16)
    """
    stored = load_layout(find(CARD, CARD.files[0]), _LAYOUT)
    x = stored["x"].astype(np.uint8)
    y = stored["y"].astype(np.uint8)
    test = np.arange(SAMPLES) % 5 == 4
    return ImageSet(x[~test], y[~test], x[test], y[test])
