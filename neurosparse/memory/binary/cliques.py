"""The clique network of Gripon and Berrou: a message is a clique, one unit in each cluster."""

from math import prod
from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.memory.bit_rows import merge_rows
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.memory.binary.clique_decoders import (
    CliqueDecoder,
    Elimination,
    packed,
    unpacked,
)
from neurosparse.memory.binary.patterns import refuse_empty
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Bool, Int32, Path, UInt64

NOTHING = -1
SUM_OF_MAX = Elimination()
BLOCK = 4096  # messages that are stored at once


class CliqueRecall(NamedTuple):
    """What a retrieval gives.

    Attributes:
        messages: symbol of each cluster, -1 where no unit or more than one is on, `[q, clusters]`.
        active: units that are on, `[q, clusters, alphabet]`.
        steps: updates that each cue took, `[q]`.
    """

    messages: Int32
    active: Bool
    steps: Int32


class CliqueMemory:
    """Store messages of symbols as cliques of binary links between clusters of units.

    Each cluster spells one symbol of an alphabet of units / clusters. A message `[clusters]` has a
    symbol from 0 in `used` of its clusters and -1 elsewhere; storing it links its units pairwise.
    `links` is one bit a synapse, uint64 `[clusters, alphabet, clusters, words]`. Sources: Gripon &
    Berrou 2011, doi:10.1109/TNN.2011.2146789; sparse messages: Aliabadi et al. 2014,
    doi:10.1109/TNNLS.2013.2285253.

    Args:
        units: a multiple of the clusters.
        clusters: length of a message.
        used: symbols of a message, all clusters when None.

    Raises:
        ValueError: more clusters than units, or units that do not divide.

    >>> memory = CliqueMemory(units=12, clusters=3)
    >>> memory.store([[0, 1, 2], [3, 1, 0]])
    >>> memory.retrieve([[0, -1, -1], [-1, 1, 0]]).messages.tolist()
    [[0, 1, 2], [3, 1, 0]]
    """

    def __init__(self, units: int, clusters: int, used: int | None = None) -> None:
        self.units = whole_number("units", units, 1)
        self.clusters = whole_number("clusters", clusters, 1)
        if self.clusters > self.units:
            expected = f"at most one a unit, and there are {units} units"
            raise bad_argument("clusters", clusters, expected)
        if self.units % self.clusters:
            remedy = f"write units={self.units // self.clusters * self.clusters}"
            raise bad_argument(
                "units", units, f"a multiple of clusters = {clusters}", remedy
            )
        self.used = self.clusters if used is None else whole_number("used", used, 1)
        if self.used > self.clusters:
            raise bad_argument(
                "used", used, f"at most the {clusters} clusters that there are"
            )
        self.alphabet = self.units // self.clusters
        words = (self.alphabet + 63) // 64
        shape = (self.clusters, self.alphabet, self.clusters, words)
        refuse_beyond_memory("units", 8 * prod(shape), f"links of {self.units:,} units")
        self.links = np.zeros(shape, np.uint64)
        self.stored = 0

    def store(self, messages: Any, *, backend: str = "cpu") -> None:
        """Add messages.

        Args:
            messages: symbols from 0, -1 in clusters that a message does not use, `[m, clusters]`.
            backend: "cpu" or "naive".

        Raises:
            ValueError: symbols outside the alphabet, or another number of them.
        """
        symbols = self._symbols("messages", messages)
        sizes = (symbols >= 0).sum(axis=1)
        wrong = sizes != self.used
        if wrong.any():
            received = Said(
                f"message {int(np.argmax(wrong))} with {sizes[np.argmax(wrong)]} symbols"
            )
            remedy = "give used= where messages are sparse"
            raise bad_argument("messages", received, f"{self.used} symbols each", remedy)
        blocks = np.array_split(symbols, -(-len(symbols) // BLOCK))
        # interrupted between blocks, the memory is as it was
        links = self.links.copy() if len(blocks) > 1 else self.links
        for block in blocks:
            self._store(links, block, backend)
        self.links = links
        self.stored += len(symbols)

    def _store(self, links: UInt64, messages: Int32, backend: str) -> None:
        """Link the units of messages in place: into the row of each goes the whole message."""
        message, cluster = np.nonzero(messages >= 0)
        symbol = messages[message, cluster]
        words = np.zeros((len(messages), *links.shape[2:]), np.uint64)
        words[message, cluster, symbol >> 6] = np.uint64(1) << (symbol & 63).astype(
            np.uint64
        )
        rows = (cluster * self.alphabet + symbol).astype(np.int32)
        flat = links.reshape(self.units, words.shape[1] * words.shape[2])
        sources = words.reshape(len(words), flat.shape[1])
        merge_rows(flat, rows, sources, message.astype(np.int32), backend=backend)
        # no links within a cluster, those of a unit with itself included
        every = np.arange(self.clusters)
        links[every, :, every] = 0

    def units_of(self, messages: Int32) -> Bool:
        """Units of messages `[m, clusters]`, `[m, clusters, alphabet]`; none for a symbol -1."""
        return np.asarray(messages[:, :, None] == np.arange(self.alphabet))

    def retrieve(self, cue: Any, decoder: CliqueDecoder = SUM_OF_MAX) -> CliqueRecall:
        """Complete cues.

        Args:
            cue: symbols, -1 for what is not known, `[q, clusters]`.
            decoder: how.

        Raises:
            ValueError: an empty memory, symbols outside the alphabet, cues of another length or
                without any symbol, or a decoder that cannot serve sparse messages.
        """
        refuse_empty(self)
        if not callable(decoder):
            raise bad_type(
                "decoder", decoder, "a decoder", "as Elimination() or Iterated()"
            )
        known = self._symbols("cue", cue)
        blank = (known < 0).all(axis=1)
        if blank.any():
            received = Said(f"no symbol in cue {int(np.argmax(blank))}")
            raise bad_argument("cue", received, "cues with at least one known symbol")
        active, steps = decoder(self.links, self.units_of(known), self.used)
        sure = active.sum(axis=2) == 1
        messages = np.where(sure, active.argmax(axis=2), NOTHING).astype(np.int32)
        return CliqueRecall(messages, active, steps)

    def accepts(self, messages: Any) -> Bool:
        """Tell which messages `[m, clusters]` are cliques: all stored ones, and some by chance."""
        symbols = self._symbols("messages", messages)
        units = self.units_of(symbols)
        rows = self.links.reshape(self.units, self.clusters * self.links.shape[3])
        words = packed(units).reshape(len(symbols), rows.shape[1])
        links = overlap(words, rows).reshape(units.shape)
        inside = (links * units).sum(axis=(1, 2))
        size = (symbols >= 0).sum(axis=1)
        return np.asarray(inside == size * (size - 1))

    @property
    def density(self) -> float:
        """Share of links that are on, of those between units of different clusters."""
        possible = self.units * (self.units - self.alphabet)
        return float(np.bitwise_count(self.links).sum()) / possible if possible else 0.0

    @property
    def dense(self) -> Bool:
        """The symmetric matrix of links `[units, units]`.

        Unit a · alphabet + j is symbol j of cluster a.
        """
        words = self.links.reshape(self.units, self.clusters, self.links.shape[3])
        return unpacked(words, self.alphabet).reshape(self.units, self.units)

    @property
    def connectivity(self) -> Connectivity:
        """The links as synapses of weight 1, both directions, `[units, units]`."""
        post, pre = np.nonzero(self.dense)
        return Connectivity.from_edges(pre, post, n_pre=self.units, n_post=self.units)

    def save(self, path: Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {
            "units": self.units,
            "clusters": self.clusters,
            "used": self.used,
            "stored": self.stored,
        }
        save_arrays(path, "CliqueMemory", config, {"links": self.links})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote.

        Raises:
            ValueError: anything else.
        """
        config, arrays = load_arrays(path, "CliqueMemory")
        memory = cls(
            *(loaded_number(config, name) for name in ("units", "clusters", "used"))
        )
        memory.links = loaded_array(arrays, "links", np.uint64, memory.links.shape)
        memory.stored = loaded_number(config, "stored")
        _ = memory.dense  # refuses bits beyond the alphabet
        return memory

    def _symbols(self, name: str, messages: Any) -> Int32:
        """Return messages `[m, clusters]`, or say which symbol is wrong."""
        symbols = np.asarray(messages)
        if symbols.ndim != 2 or symbols.shape[1] != self.clusters or not len(symbols):
            received = Said(f"shape {list(symbols.shape)}")
            expected = f"one message or more, whole numbers [m, {self.clusters}]"
            raise bad_argument(name, received, expected)
        if symbols.dtype.kind not in "iu":
            raise bad_argument(name, symbols, "whole numbers", "-1 stands for nothing")
        bad = (symbols < NOTHING) | (symbols >= self.alphabet)
        if bad.any():
            row, cluster = np.argwhere(bad)[0]
            received = Said(
                f"symbol {symbols[row, cluster]} in cluster {cluster} of message {row}"
            )
            raise bad_argument(
                name, received, f"symbols from 0 to {self.alphabet - 1}, -1 for nothing"
            )
        return symbols.astype(np.int32)
