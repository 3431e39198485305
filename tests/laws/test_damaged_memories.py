"""A file with a bit flipped, cut short or blanked is refused, or read as what it was."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from neurosparse.htm import (
    Alarm,
    AnomalyDetector,
    DetectorSettings,
    Growth,
    Predictor,
    SDRClassifier,
    SegmentThresholds,
    SpatialPooler,
    TemporalMemory,
)
from neurosparse.memory import (
    CliqueMemory,
    CovarianceMemory,
    DenseMemory,
    HopfieldMemory,
    HopfieldNetwork,
    SparseDistributedMemory,
    Willshaw,
)
from neurosparse.models import CodeHierarchy, CodeSelectionMemory, Fading, ImageFields
from neurosparse.sdr import SDR

RNG = np.random.default_rng(5)
BITS = RNG.random((6, 40)) < 0.3
BITS[:, 0] = True
SIGNS = 2.0 * BITS - 1
SMALL = DetectorSettings(columns=64, cells_per_column=2, alarm=Alarm(period=9))


def stored(memory, x):
    memory.store(x)
    return memory


def predictor():
    made = Predictor(40, [1, 2], 0.5)
    for number, row in enumerate(BITS):
        made.learn(number, SDR.from_dense(row), number % 3)
    return made


def detector():
    made = AnomalyDetector(0, 10, SMALL)
    for hour in range(30):
        made.step(datetime(2020, 1, 1) + timedelta(hours=hour), float(hour % 7))
    return made


def sequences():
    made = TemporalMemory(
        (40,), 3, thresholds=SegmentThresholds(3, 2), growth=Growth(6), seed=1
    )
    return made.partial_fit(list(BITS) * 4)


MADE = {
    "TemporalMemory": sequences,
    "SpatialPooler": lambda: SpatialPooler(40, 60).partial_fit(BITS),
    "SDRClassifier": lambda: SDRClassifier(40, 0.5).fit(BITS, list("ababcc")),
    "Predictor": predictor,
    "AnomalyDetector": detector,
    "CodeSelectionMemory": lambda: CodeSelectionMemory(
        40, 4, 5, temporal=True, fading=Fading(50), rng=0
    ).partial_fit(BITS),
    "CodeHierarchy": lambda: CodeHierarchy(
        ImageFields((5, 8), 3, 2), modules=3, units=4, above=(4, 3), rng=0
    ).partial_fit(BITS),
    "Willshaw": lambda: stored(Willshaw(40), BITS),
    "CovarianceMemory": lambda: stored(CovarianceMemory(40, 0.3), BITS),
    "CliqueMemory": lambda: stored(CliqueMemory(40, 8), RNG.integers(0, 5, (9, 8))),
    "HopfieldMemory": lambda: HopfieldMemory(RNG.standard_normal((6, 40))),
    "SparseDistributedMemory": lambda: stored(
        SparseDistributedMemory(40, 30, 17, rng=0), BITS
    ),
    "HopfieldNetwork": lambda: stored(HopfieldNetwork(40), SIGNS),
    "DenseMemory": lambda: stored(DenseMemory(40), SIGNS),
}


def files(path):
    return [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.is_file())


def saved(thing, path):
    """All bytes that it saves, but those that tell of the saving itself."""
    thing.save(path)
    if path.is_file():
        with np.load(path) as arrays:
            return {name: arrays[name].tobytes() for name in arrays.files}
    parts = {}
    for file in files(path):
        if file.suffix == ".npz":
            with np.load(file) as arrays:
                parts |= {(file.name, n): arrays[n].tobytes() for n in arrays.files}
        elif file.name != "zarr.json":
            parts[file.relative_to(path)] = file.read_bytes()
    return parts


def flipped(data, rng):
    data[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
    return data


def blanked(data, rng):
    at = rng.integers(len(data))
    data[at : at + 64] = bytes(len(data[at : at + 64]))
    return data


def shortened(data, rng):
    return data[: rng.integers(len(data))]


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("damage", [flipped, blanked, shortened])
def test_nothing_damaged_is_read_as_something_else(name, damage, tmp_path):
    thing = MADE[name]()
    path = tmp_path / ("thing.npz" if name not in FOLDERS else "thing")
    before = saved(thing, path)
    refused = 0
    rng = np.random.default_rng(list(MADE).index(name))
    for _ in range(6):
        file = files(path)[rng.integers(len(files(path)))]
        whole = file.read_bytes()
        file.write_bytes(bytes(damage(bytearray(whole), rng)))
        try:
            again = type(thing).load(path)
        except (ValueError, FileNotFoundError):
            refused += 1
        else:
            assert saved(again, tmp_path / f"again{path.suffix}") == before
        file.write_bytes(whole)
    assert refused or damage is not shortened
    assert saved(type(thing).load(path), tmp_path / f"again{path.suffix}") == before


FOLDERS = {
    "AnomalyDetector",
    "Willshaw",
    "CovarianceMemory",
    "CliqueMemory",
    "HopfieldMemory",
    "SparseDistributedMemory",
    "HopfieldNetwork",
    "DenseMemory",
}
