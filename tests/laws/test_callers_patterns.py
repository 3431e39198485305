"""Memories, codes, encoders and poolers do not follow what they were given, nor change it."""

import pickle

import numpy as np
import pandas as pd
import pytest
import torch

from neurosparse.encoders import CategoryEncoder, DateEncoder
from neurosparse.htm import SDRClassifier, SpatialPooler, TemporalMemory
from neurosparse.memory import (
    CliqueMemory,
    CovarianceMemory,
    DenseMemory,
    HopfieldMemory,
    HopfieldNetwork,
    RaceUnit,
    SparseDistributedMemory,
    Willshaw,
    free_recall,
)
from neurosparse.models import CodeHierarchy, HopfieldStore, ImageFields
from neurosparse.sdr import SDR, ActivationFrequency, dense_batch, pack

RNG = np.random.default_rng(0)
BITS = RNG.random((5, 20)) < 0.3
BITS[:, 0] = True
SIGNS = 2.0 * BITS - 1
MESSAGES = RNG.integers(0, 5, (6, 4))
TRUTHS = (np.bool_, np.uint8, np.int64, np.float32, np.float64)
NUMBERS = (np.int8, np.int64, np.float32, np.float64)


def stored(memory, x):
    memory.store(x)
    return memory


def updated(x):
    memory = HopfieldMemory(np.eye(5, 20))
    memory.update(np.arange(5), x)
    return memory.patterns


# name -> (what is made of an array, the array, the types it may have)
MADE = {
    "SDR": (lambda x: SDR(x, 20), np.arange(5), (np.int32, np.int64)),
    "SDR.from_dense": (SDR.from_dense, BITS, TRUTHS),
    "pack": (pack, BITS, TRUTHS),
    "dense_batch": (lambda x: dense_batch(x, 20), BITS, TRUTHS),
    "Willshaw": (lambda x: stored(Willshaw(20), x), BITS, TRUTHS),
    "CovarianceMemory": (lambda x: stored(CovarianceMemory(20, 0.3), x), BITS, TRUTHS),
    "SparseDistributedMemory": (
        lambda x: stored(SparseDistributedMemory(20, 50, 8, rng=0), x),
        BITS,
        TRUTHS,
    ),
    "CliqueMemory": (
        lambda x: stored(CliqueMemory(20, 4), x),
        MESSAGES,
        (np.int32, np.int64),
    ),
    "HopfieldNetwork": (lambda x: stored(HopfieldNetwork(20), x), SIGNS, NUMBERS),
    "DenseMemory": (lambda x: stored(DenseMemory(20), x), SIGNS, NUMBERS),
    "HopfieldMemory": (lambda x: HopfieldMemory(x).patterns, SIGNS, NUMBERS),
    "HopfieldMemory, 64 bits": (
        lambda x: HopfieldMemory(x, dtype=np.float64).patterns,
        SIGNS,
        NUMBERS,
    ),
    "its update": (updated, SIGNS, NUMBERS),
    "its tensor": (
        lambda x: HopfieldMemory(torch.from_numpy(x)).patterns,
        SIGNS,
        (np.float32, np.float64),
    ),
    "its table": (
        lambda x: HopfieldMemory(pd.DataFrame(x, copy=False)).patterns,
        SIGNS,
        NUMBERS,
    ),
    "its memory view": (lambda x: HopfieldMemory(memoryview(x)).patterns, SIGNS, NUMBERS),
    "HopfieldStore": (
        lambda x: HopfieldStore(torch.from_numpy(x)).array.patterns,
        SIGNS,
        (np.float32, np.float64),
    ),
    "RaceUnit": (lambda x: RaceUnit(x, 9, 3), np.arange(9), NUMBERS),
    "ActivationFrequency": (lambda x: ActivationFrequency(5, 9, x), SIGNS[0], NUMBERS),
    "CategoryEncoder": (lambda x: CategoryEncoder(x, 2), np.arange(3), NUMBERS),
    "DateEncoder": (
        lambda x: DateEncoder(holiday=2, holidays=x.tolist(), custom=(2, x[0].tolist())),
        np.array([[1, 2], [3, 4]]),
        (np.int64,),
    ),
    "SpatialPooler": (lambda x: SpatialPooler(x, x), np.array([8, 9]), (np.int64,)),
    "TemporalMemory": (lambda x: TemporalMemory(x, 2), np.array([8, 9]), (np.int64,)),
    "a segment": (
        lambda x: TemporalMemory(9, 2).create_segment(3, [1, 2, 4], x).listing(),
        np.array([0.5, 0.25, 0.75]),
        (np.float32, np.float64),
    ),
    "SDRClassifier": (
        lambda x: SDRClassifier(20).fit(BITS, x),
        np.array([3, 1, 2, 3, 1]),
        NUMBERS,
    ),
    "CodeHierarchy": (
        lambda x: CodeHierarchy(ImageFields(x, 2, 2), modules=2, units=3, above=x, rng=0),
        np.array([4, 6]),
        (np.int64,),
    ),
}
CASES = [(name, kind) for name, (_, _, kinds) in MADE.items() for kind in kinds]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_what_is_made_does_not_follow_the_array(name, kind):
    make, array, _ = MADE[name]
    mine = array.astype(kind)
    value = make(mine)
    before = pickle.dumps(value)
    mine[...] = np.flip(mine).copy()
    assert pickle.dumps(value) == before


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_cues_stay_as_they_are(kind):
    signs = SIGNS.astype(kind)
    network = stored(HopfieldNetwork(20), signs)
    dense = stored(DenseMemory(20), signs)
    vectors = HopfieldMemory(signs, dtype=kind)
    bits = stored(Willshaw(20), BITS)
    words = stored(SparseDistributedMemory(20, 50, 8, rng=0), BITS)
    for ask, cue in [
        (lambda x: network.retrieve(x, rng=0), -signs),
        (lambda x: dense.retrieve(x, rng=0), -signs),
        (lambda x: vectors.retrieve(x, 1.0, steps=3), signs / 2),
        (lambda x: free_recall(vectors, x, 2, beta=2.0), signs[0]),
        (lambda x: bits.retrieve(x, steps=3), BITS.astype(kind)),
        (lambda x: words.retrieve(x, steps=3), BITS.copy()),
    ]:
        mine = cue.copy()
        ask(mine)
        np.testing.assert_array_equal(mine, cue)
