"""DVS128 Gesture: ten recordings of people waving before an event camera, for throughput."""

import zipfile

import numpy as np

from neurosparse.datasets.bs2 import EventSet, decode_numbered
from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.locate import find

RECORDINGS = 10
SIDE = 128

CARD = Dataset(
    name="dvs_gesture_samples",
    title=(
        "DVS128 Gesture, 10 recordings of 1.45 s: 1.2 million events, 128 x 128 pixels, no labels"
    ),
    arrays="events: 10 arrays of (x, y, t in us, p); label int64 [0]",
    files=(
        DataFile(
            name="dvs_gesture_10.zip",
            sha256="d48425918af06f2b9ade09e41e0882c69c11ab021f2353ca575cf2a0ce571764",
            size=6_033_550,
            zipped=True,
        ),
    ),
    licence="CC BY 4.0 as commonly stated; check before you pass it on",
    citation="Amir et al. (2017), CVPR, 7243, doi:10.1109/CVPR.2017.781",
    homepage="https://research.ibm.com/interactive/dvsgesture/",
    loader="neurosparse.datasets.dvs_gesture()",
    fetch=(
        "git clone --no-checkout https://github.com/bamsumit/slayerPytorch\n"
        "git -C slayerPytorch checkout 01beeeb6a181546d6c6830382ce6086bfc587836 -- "
        "test/test_files/binarySpikeTestFiles\n"
        "mkdir -p '{folder}'\n"
        "(cd slayerPytorch/test/test_files/binarySpikeTestFiles && \\\n"
        "  python3 -m zipfile -c '{folder}/dvs_gesture_10.zip' [1-9].bs2 10.bs2)"
    ),
)


def dvs_gesture() -> EventSet:
    """Load ten recordings of gestures (Amir et al. 2017, doi:10.1109/CVPR.2017.781).

    Raises:
        FileNotFoundError: the files are not on this machine; the message has the commands that
            fetch them.
        ValueError: they have other content.
    """
    with zipfile.ZipFile(find(CARD, CARD.files[0])) as archive:
        events = decode_numbered(archive, RECORDINGS, SIDE)
    return EventSet(events, np.empty(0, np.int64), SIDE, SIDE)
