"""MNIST-1D: ten shapes as signals of 40 samples, small and hard for models blind to shapes."""

from typing import NamedTuple

import numpy as np

from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.layout import Layout, load_layout
from neurosparse.datasets.locate import find
from neurosparse.typing import Float64, Int64

_PICKLE = "https://github.com/greydanus/mnist1d/raw/master/mnist1d_data.pkl"

CARD = Dataset(
    name="mnist1d",
    title="MNIST-1D: 4,000 + 1,000 signals of 40 samples in ten classes",
    arrays="train_x float64 [4000, 40], train_y int64 [4000], test_x, test_y [1000]",
    files=(
        DataFile(
            name="mnist1d_data.npz",
            sha256="d3b3d2f98f5a2df1d022e02120ab55fcdae29071406d90694bb1dda50be294ae",
            size=1_640_960,
            zipped=True,
        ),
    ),
    licence="Apache-2.0",
    citation="Greydanus, Kobak (2020), arXiv:2011.14439",
    homepage="https://github.com/greydanus/mnist1d",
    loader="neurosparse.datasets.mnist_1d()",
    fetch=(
        "mkdir -p '{folder}'\n"
        f"curl --fail --location --output '{{folder}}/mnist1d_data.pkl' '{_PICKLE}'\n"
        "# the published file can run code when it is read: go on only if this says OK\n"
        "echo 'e95257676e9fb04568e46dda007da22cc8664ccba1451456afde55d7f6dd6aa5  "
        "{folder}/mnist1d_data.pkl' "
        "| sha256sum --check && \\\n"
        'python3 -c "import numpy as np; '
        "d = np.load('{folder}/mnist1d_data.pkl', allow_pickle=True); "
        "np.savez_compressed('{folder}/mnist1d_data.npz', "
        "**{{k: d[k] for k in ('x', 'y', 'x_test', 'y_test', 't')}})\""
    ),
)

_LAYOUT: Layout = {
    "x": ("<f8", (4000, 40)),
    "y": ("<i8", (4000,)),
    "x_test": ("<f8", (1000, 40)),
    "y_test": ("<i8", (1000,)),
    "t": ("<f8", (40,)),
}


class SignalSet(NamedTuple):
    """Signals and their classes, split as published.

    Attributes:
        train_x, test_x: float64 `[n, 40]`.
        train_y, test_y: class 0 to 9, int64 `[n]`.
    """

    train_x: Float64
    train_y: Int64
    test_x: Float64
    test_y: Int64


def mnist_1d() -> SignalSet:
    """Load MNIST-1D (Greydanus & Kobak 2020, arXiv:2011.14439) as published.

    Raises:
        FileNotFoundError: the file is not on this machine; the message has the commands that make
            it.
        ValueError: it has other content.
    """
    stored = load_layout(find(CARD, CARD.files[0]), _LAYOUT)
    return SignalSet(
        train_x=stored["x"].astype(np.float64),
        train_y=stored["y"].astype(np.int64),
        test_x=stored["x_test"].astype(np.float64),
        test_y=stored["y_test"].astype(np.int64),
    )
