"""N-MNIST: handwritten digits seen by a moving event camera, the first thousand recordings."""

import zipfile

import numpy as np

from neurosparse.datasets.bs2 import EventSet, decode_numbered
from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.locate import find, members

RECORDINGS = 1_000
SIDE = 34

CARD = Dataset(
    name="nmnist_small",
    title=(
        "N-MNIST, the first 1,000 recordings: "
        "digits before an event camera, 34 x 34 pixels, 0.3 s each"
    ),
    arrays="events: 1000 arrays of (x, y, t in us, p); label int64 [1000]",
    files=(
        DataFile(
            name="nmnist_small.zip",
            sha256="c0fefeb546e5714a7e8f3a5230fe38d1e0987b1a65e24266b888b3721b506974",
            size=20_673_064,
            zipped=True,
        ),
    ),
    licence="CC BY-SA 4.0 as commonly stated; check before you pass it on",
    citation="Orchard et al. (2015), Front. Neurosci. 9, 437, doi:10.3389/fnins.2015.00437",
    homepage="https://www.garrickorchard.com/datasets/n-mnist",
    loader="neurosparse.datasets.n_mnist()",
    fetch=(
        "git clone --no-checkout https://github.com/bamsumit/slayerPytorch\n"
        "git -C slayerPytorch checkout 01beeeb6a181546d6c6830382ce6086bfc587836 -- "
        "test/test_files/NMNISTsmall\n"
        "mkdir -p '{folder}'\n"
        "(cd slayerPytorch/test/test_files/NMNISTsmall && \\\n"
        "  python3 -m zipfile -c '{folder}/nmnist_small.zip' train1K.txt \\\n"
        "  [0-9].bs2 [0-9][0-9].bs2 [0-9][0-9][0-9].bs2 1000.bs2)"
    ),
)


def n_mnist() -> EventSet:
    """Load a thousand recordings of digits (Orchard et al. 2015, doi:10.3389/fnins.2015.00437).

    Recording i is image i of MNIST's training set, both counted from 0; there is no test set.

    Raises:
        FileNotFoundError: the files are not on this machine; the message has the commands that
            fetch them.
        ValueError: they have other content.
    """
    path = find(CARD, CARD.files[0])
    with zipfile.ZipFile(path) as archive:
        named = members(archive)
        lines = archive.read(named["train1K.txt"]).decode("ascii").splitlines()[1:]
        classes = {
            int(line.split()[0]): int(line.split()[1]) for line in lines if line.strip()
        }
        events = decode_numbered(archive, RECORDINGS, SIDE)
    label = np.array([classes[i] for i in range(1, RECORDINGS + 1)], np.int64)
    return EventSet(events, label, SIDE, SIDE)
