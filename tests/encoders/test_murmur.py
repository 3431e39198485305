"""The hash against its standard vectors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.encoders import (
    murmur3_32,
)
from neurosparse.encoders.murmur import murmur3_words


def test_hash_gives_the_standard_vectors() -> None:
    vectors = [
        (b"", 1, "514e28b7"),
        (b"test", 0, "ba6bd213"),
        (b"Hello, world!", 0, "c0363e43"),
        (b"\xff" * 4, 0, "76293b50"),
        (b"\0" * 4, 0, "2362f9de"),
    ]
    for data, seed, expected in vectors:
        assert f"{murmur3_32(data, seed):08x}" == expected
    words = np.arange(4, dtype=np.uint32)
    assert murmur3_words(words, 42).tolist() == [
        933211791,
        3735386339,
        1765031574,
        2471885347,
    ]


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_both_forms_of_the_hash_agree(word: int, seed: int) -> None:
    one = int(murmur3_words(np.array([word], np.uint32), seed)[0])
    assert one == murmur3_32(word.to_bytes(4, "little"), seed)
