"""Kanerva's sparse distributed memory: words of bits in counters of locations near to them."""

from math import comb
from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.memory.binary.patterns import bit_patterns, refuse_empty
from neurosparse.sdr import pack
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Bool, Int32, Path, Seed

ROWS = 1024  # words at a time: sums of as many signs are exact in float32
PLACES = 2**24  # words times locations at a time: 12 bytes each


class KanervaRecall(NamedTuple):
    """What a retrieval gives.

    Attributes:
        patterns: bits read, `[q, n]`.
        steps: reads of each query, `[q]`.
        settled: whether the last read gave its own cue, `[q]`.
        active: locations that took part in it, `[q]`.
    """

    patterns: Bool
    steps: Int32
    settled: Bool
    active: Int32


class SparseDistributedMemory:
    """Store words by adding their signs to counters of all locations within a Hamming distance.

    Location l is active for an address a if |a - l| <= radius. Writing adds 2x - 1 to the counters
    of the active locations; reading sums them and takes the sign of each bit. Locations are drawn
    evenly from all words. Source: Kanerva, "Sparse Distributed Memory", MIT Press 1988.

    Args:
        n: bits of a word.
        locations: rows of counters.
        radius: Hamming distance within which a location is active; `sdm_active_share` tells how
            many are.
        rng: draws the locations.

    Attributes:
        counters: int32 `[locations, n]`.

    >>> memory = SparseDistributedMemory(256, 2000, radius=112, rng=0)
    >>> words = np.random.default_rng(1).random((5, 256)) < 0.5
    >>> memory.store(words)
    >>> noisy = words.copy()
    >>> noisy[:, :20] ^= True
    >>> bool((memory.retrieve(noisy, steps=5).patterns == words).all())
    True
    """

    def __init__(self, n: int, locations: int, radius: int, rng: Seed = None) -> None:
        self.n = whole_number("n", n, 1)
        self.radius = whole_number("radius", radius, 0, self.n)
        rows = whole_number("locations", locations, 1)
        size = f"{rows:,} locations of {self.n:,} counters"
        refuse_beyond_memory("locations", 14 * rows * self.n, size)
        generator = np.random.default_rng(rng)
        self.addresses = pack(generator.integers(0, 2, (rows, self.n), dtype=np.int8) > 0)
        self.counters = np.zeros((rows, self.n), np.int32)
        self.stored = 0

    def store(self, x: Any, y: Any = None) -> None:
        """Write words at addresses.

        Args:
            x: addresses, bits `[m, n]`.
            y: words, bits `[m, n]`; the addresses themselves when None.

        Raises:
            ValueError: another size, none, or numbers other than 0 and 1.
        """
        addresses = bit_patterns("x", x, self.n)
        words = addresses if y is None else bit_patterns("y", y, self.n)
        if len(words) != len(addresses):
            raise ValueError(f"y: got {len(words)} words, wants {len(addresses)}, as x has")
        rows = self._rows()
        for first in range(0, len(words), rows):
            active = self.active(addresses[first : first + rows]).astype(np.float32)
            signs = 2 * words[first : first + rows].astype(np.float32) - 1
            self.counters += (active.T @ signs).astype(np.int32)
        self.stored += len(words)

    def active(self, x: Bool) -> Bool:
        """Tell the locations within the radius of addresses `[m, n]`, as `[m, locations]`."""
        common = overlap(pack(x), self.addresses)
        ones = np.bitwise_count(self.addresses).sum(axis=1, dtype=np.int32)
        distance = x.sum(axis=1, dtype=np.int32)[:, None] + ones - 2 * common
        return np.asarray(distance <= self.radius)

    def retrieve(self, cue: Any, *, steps: int = 1) -> KanervaRecall:
        """Read at the cues, and again at what was read, up to `steps` times or until it stays.

        A bit whose sum is 0 stays as the cue has it, and so does a cue with no location near.

        Args:
            cue: bits `[q, n]`.
            steps: most reads.
        """
        refuse_empty(self)
        whole_number("steps", steps, 1)
        patterns = bit_patterns("cue", cue, self.n)
        taken = np.zeros(len(patterns), np.int32)
        settled = np.zeros(len(patterns), np.bool_)
        number = np.zeros(len(patterns), np.int32)
        rows = self._rows()
        for _ in range(steps):
            going = np.flatnonzero(~settled)
            for first in range(0, len(going), rows):
                at = going[first : first + rows]
                near = self.active(patterns[at])
                # exact: whole numbers below 2^53
                sums = near.astype(np.float64) @ self.counters
                word = np.where(sums == 0, patterns[at], sums > 0)
                settled[at] = (word == patterns[at]).all(axis=1)
                number[at] = near.sum(axis=1)
                taken[at] += 1
                patterns[at] = word
        return KanervaRecall(patterns, taken, settled, number)

    def _rows(self) -> int:
        """Words at a time, so that their sums over all locations stay small."""
        return max(1, min(ROWS, PLACES // len(self.addresses)))

    def save(self, path: Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {"n": self.n, "radius": self.radius, "stored": self.stored}
        arrays = {"addresses": self.addresses, "counters": self.counters}
        save_arrays(path, "SparseDistributedMemory", config, arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote.

        Raises:
            ValueError: anything else.
        """
        config, arrays = load_arrays(path, "SparseDistributedMemory")
        memory = cls(loaded_number(config, "n"), 1, loaded_number(config, "radius"), 0)
        memory.counters = loaded_array(arrays, "counters", np.int32, (None, memory.n))
        shape = (len(memory.counters), memory.addresses.shape[1])
        memory.addresses = loaded_array(arrays, "addresses", np.uint64, shape)
        memory.stored = loaded_number(config, "stored")
        return memory


def sdm_active_share(n: int, radius: int) -> float:
    """Share of locations within `radius` of an address: Σ_{i<=d} C(n, i) / 2^n.

    >>> round(sdm_active_share(1000, 451), 12)
    0.001071850049
    """
    n = whole_number("n", n, 1)
    radius = whole_number("radius", radius, 0, n)
    return float(sum(comb(n, i) for i in range(radius + 1)) / 2**n)


def sdm_intersection(n: int, radius: int, distance: int) -> int:
    """Words within `radius` of both of two words that lie `distance` apart.

    I = Σ_c Σ_a [a + c <= d] [a + v - c <= d] C(v, c) C(n - v, a), with distance v and radius d.

    >>> sdm_intersection(12, 5, 3), sdm_intersection(10, 3, 7)
    (872, 0)
    """
    n = whole_number("n", n, 1)
    radius = whole_number("radius", radius, 0, n)
    distance = whole_number("distance", distance, 0, n)
    total = 0
    for c in range(distance + 1):
        most = min(radius - c, radius - distance + c, n - distance)
        total += comb(distance, c) * sum(comb(n - distance, a) for a in range(most + 1))
    return total
