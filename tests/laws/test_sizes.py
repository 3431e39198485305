"""Sizes: small integers of NumPy act as Python's, and what no memory holds is refused at once."""

import tracemalloc
from datetime import datetime

import numpy as np
import pytest

from neurosparse.encoders import (
    CategoryEncoder,
    CoordinateEncoder,
    DateEncoder,
    DeltaEncoder,
    RandomScalarEncoder,
    RateEncoder,
    ScalarEncoder,
    raster,
)
from neurosparse.htm import PotentialPool, SDRClassifier, SpatialPooler, TemporalMemory
from neurosparse.memory import (
    CliqueMemory,
    DenseMemory,
    Emergence,
    HopfieldNetwork,
    SparseDistributedMemory,
    Willshaw,
    dense_memory_one_step_error,
    sdm_active_share,
    sdm_intersection,
)
from neurosparse.models import (
    CodeHierarchy,
    CodeSelectionMemory,
    ImageFields,
    ProductKeyMemory,
    ProductKeys,
)
from neurosparse.sdr import SDR, from_spikes, random_codes

NO_SPIKES = (np.zeros(0, np.int64), np.zeros(0, np.int32))
NOON = datetime(2020, 1, 1, 12)


def code(encoder, value):
    return encoder.encode(value).indices.tolist()


def stored(memory, n):
    memory.store(np.eye(2, n) * 2 - 1)
    return memory.retrieve(np.ones((1, n)), rng=0).states.tolist()


# what is made of three numbers up to 255; with uint8 any sum or product of them overflows
MADE = {
    "RandomScalarEncoder": lambda a, b, c: code(RandomScalarEncoder(a, b, 0.1), 3.0),
    "its radius": lambda a, b, c: RandomScalarEncoder.from_radius(a, b, c).resolution,
    "its decode": lambda a, b, c: RandomScalarEncoder(a, b, c).decode(SDR([1], 250), 0, 9),
    "ScalarEncoder": lambda a, b, c: code(ScalarEncoder(c, a, b, a), 230),
    "its resolution": lambda a, b, c: ScalarEncoder.from_resolution(c, a, b, c).size,
    "its range": lambda a, b, c: ScalarEncoder.from_radius(c, a, b, c).size,
    "CategoryEncoder": lambda a, b, c: code(CategoryEncoder("abc", a), "c"),
    "CoordinateEncoder": lambda a, b, c: code(CoordinateEncoder(a, c, c), [b, a]),
    "DateEncoder": lambda a, b, c: code(DateEncoder(season=b, custom=(a, (0,))), NOON),
    "SpatialPooler": lambda a, b, c: SpatialPooler(
        (a, c), (b, c), pool=PotentialPool(c)
    ).step(SDR([1], 2500)),
    "TemporalMemory": lambda a, b, c: TemporalMemory((a, c), b).n_cells,
    "Willshaw": lambda a, b, c: Willshaw(a, b).bits.shape,
    "CliqueMemory": lambda a, b, c: CliqueMemory(a, c).links.shape,
    "HopfieldNetwork": lambda a, b, c: stored(HopfieldNetwork(a), 250),
    "DenseMemory": lambda a, b, c: stored(DenseMemory(a), 250),
    "SparseDistributedMemory": lambda a, b, c: (
        SparseDistributedMemory(a, b, b, rng=0).counters.shape
    ),
    "CodeSelectionMemory": lambda a, b, c: CodeSelectionMemory(a, b, c).below.words.shape,
    "CodeHierarchy": lambda a, b, c: (
        CodeHierarchy(ImageFields((c, c), c, c), modules=b, units=a, above=(b, a)).size
    ),
    "sdm_active_share": lambda a, b, c: sdm_active_share(a, b),
    "sdm_intersection": lambda a, b, c: sdm_intersection(a, b, c),
    "dense_memory_one_step_error": lambda a, b, c: dense_memory_one_step_error(a, b, a),
}


@pytest.mark.parametrize("name", MADE)
def test_small_integers_of_numpy_act_as_those_of_python(name):
    make = MADE[name]
    sizes = (250, 200, 10)
    assert make(*map(np.uint8, sizes)) == make(*sizes)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda n: Willshaw(n), "n_pre"),
        (lambda n: Willshaw(9, n * n), "n_pre"),
        (lambda n: CliqueMemory(n, 10), "units"),
        (lambda n: HopfieldNetwork(n), "n"),
        (lambda n: SparseDistributedMemory(n, n, 3), "locations"),
        (lambda n: CodeSelectionMemory(n, n, 3), "in_features, modules, units"),
        (lambda n: TemporalMemory(2**30, 1), "cells_per_column"),
        (lambda n: SpatialPooler(9, n, pool=PotentialPool(n, 1.0)), "pool"),
        (lambda n: CoordinateEncoder(n, 3, n).encode([1, 2]), "radius"),
        (lambda n: RateEncoder(n).encode(np.zeros(200)), "n_steps"),
        (lambda n: raster((np.zeros(0, int), np.zeros(0, int)), n, 300), "n_steps"),
        (lambda n: DeltaEncoder(1.0).decode(NO_SPIKES, n, np.zeros(50)), "n_steps"),
        (lambda n: SDRClassifier(100).learn(SDR([1], 100), n), "labels"),
        (lambda n: from_spikes(*NO_SPIKES, 9, window=(0, 10 * n)), "window"),
        (lambda n: random_codes(n, n, 3), "count"),
        (lambda n: Emergence(n, 10, 3.0), "units"),
        (lambda n: ImageFields((n, n), 3, 3).cells(), "fields"),
        (lambda n: ProductKeyMemory(8, ProductKeys(n)), "keys"),
    ],
)
def test_what_no_memory_holds_is_refused_before_it_is_asked_for(make, name, monkeypatch):
    monkeypatch.setattr("neurosparse.available.available_memory", lambda: 10**9)
    with pytest.raises(
        ValueError, match=rf"^{name}: got .* GB\), wants what fits the 1\.0 GB"
    ):
        make(10**6 if name != "pool" else 10**8)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ScalarEncoder(0, 1, 21, 10**5).decode(SDR([7], 10**5)),
        lambda: SpatialPooler(64, 20, pool=PotentialPool(10**9)),
        lambda: sdm_of_many_locations().retrieve(np.ones((200, 8))),
    ],
)
def test_little_work_takes_little_memory(call):
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300e6


def sdm_of_many_locations():
    memory = SparseDistributedMemory(8, 200_000, 2, rng=0)
    memory.store(np.ones((1, 8)))
    return memory
