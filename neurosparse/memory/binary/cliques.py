"""The clique network of Gripon and Berrou: a message is a clique of one unit in each of its
clusters.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.memory.bit_rows import merge_rows
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.memory.binary import _check, _store
from neurosparse.memory.binary.clique_decoders import Decoder, Elimination, packed, unpacked

Bools = NDArray[np.bool_]
Messages = NDArray[np.int32]
NOTHING = -1
SUM_OF_MAX = Elimination()


class CliqueRecall(NamedTuple):
    """What a retrieval gives.

    `messages` int32 [q, clusters]: the symbol of each cluster, -1 where no unit or more than one is
    on; `active` boolean [q, clusters, alphabet]; `steps` int32 [q].
    """

    messages: Messages
    active: Bools
    steps: NDArray[np.int32]


class CliqueMemory:
    """Store messages of symbols as cliques of binary links between clusters of units.

    `units` units in `clusters` clusters, so that each cluster spells one symbol of an alphabet of
    units / clusters. A message [clusters] has a symbol from 0 in `used` of its clusters (default
    all) and -1 elsewhere; storing it links its units pairwise. `links` is one bit a synapse, uint64
    [clusters, alphabet, clusters, words]. Sources: Gripon &
    Berrou 2011, doi:10.1109/TNN.2011.2146789; sparse messages: Aliabadi et al. 2014,
    doi:10.1109/TNNLS.2013.2285253.

    Raises ValueError for more clusters than units, units that do not divide, symbols outside the
    alphabet.

    >>> memory = CliqueMemory(units=12, clusters=3)
    >>> memory.store([[0, 1, 2], [3, 1, 0]])
    >>> memory.retrieve([[0, -1, -1], [-1, 1, 0]]).messages.tolist()
    [[0, 1, 2], [3, 1, 0]]
    """

    def __init__(self, units: int, clusters: int, used: int | None = None) -> None:
        self.units, self.clusters = _check.count("units", units), _check.count("clusters", clusters)
        if self.clusters > self.units:
            raise bad_argument(
                "clusters", clusters, f"at most one a unit, and there are {units} units"
            )
        if self.units % self.clusters:
            near = self.units // self.clusters * self.clusters
            raise bad_argument(
                "units", units, f"a multiple of clusters = {clusters}", f"write units={near}"
            )
        self.used = self.clusters if used is None else _check.count("used", used)
        if self.used > self.clusters:
            raise bad_argument("used", used, f"at most the {clusters} clusters that there are")
        self.alphabet = self.units // self.clusters
        words = (self.alphabet + 63) // 64
        self.links = np.zeros((self.clusters, self.alphabet, self.clusters, words), np.uint64)
        self.stored = 0

    def store(self, messages: Any, *, backend: str = "cpu") -> None:
        """Add messages [m, clusters] of symbols from 0 to alphabet - 1, -1 in clusters that a message does not use."""
        given = self._symbols("messages", messages)
        sizes = (given >= 0).sum(axis=1)
        if (wrong := sizes != self.used).any():
            got = Said(f"message {int(np.argmax(wrong))} with {sizes[np.argmax(wrong)]} symbols")
            raise bad_argument(
                "messages", got, f"{self.used} symbols each", "give used= where messages are sparse"
            )
        blocks = np.array_split(given, -(-len(given) // 4096))
        # interrupted between blocks, the memory is as it was
        links = self.links.copy() if len(blocks) > 1 else self.links
        for block in blocks:
            self._store(links, block, backend)
        self.links, self.stored = links, self.stored + len(given)

    def _store(self, links: NDArray[np.uint64], messages: Messages, backend: str) -> None:
        which, cluster = np.nonzero(messages >= 0)
        symbol = messages[which, cluster]
        words = np.zeros((len(messages), *links.shape[2:]), np.uint64)
        words[which, cluster, symbol >> 6] = np.uint64(1) << (symbol & 63).astype(np.uint64)
        rows = cluster * self.alphabet + symbol
        flat = links.reshape(self.units, words.shape[1] * words.shape[2])
        sources = words.reshape(len(words), flat.shape[1])
        merge_rows(flat, rows.astype(np.int32), sources, which.astype(np.int32), backend=backend)
        own = np.arange(self.clusters)
        links[own, :, own] = 0  # no links within a cluster, itself included

    def units_of(self, messages: Messages) -> Bools:
        """The units of messages [m, clusters], boolean [m, clusters, alphabet]; none where a symbol is -1."""
        return np.asarray(messages[:, :, None] == np.arange(self.alphabet))

    def retrieve(self, cue: Any, decoder: Decoder = SUM_OF_MAX) -> CliqueRecall:
        """Complete cues [q, clusters] in which -1 stands for what is not known.

        Raises: ValueError for an empty memory, symbols outside the alphabet, cues of another length
            or without any
        symbol, and a decoder that cannot serve sparse messages.
        """
        _check.stored(self)
        if not callable(decoder):
            raise bad_type("decoder", decoder, "a decoder", "as Elimination() or Iterated()")
        known = self._symbols("cue", cue)
        if (blank := (known < 0).all(axis=1)).any():
            got = Said(f"no symbol in cue {int(np.argmax(blank))}")
            raise bad_argument("cue", got, "cues with at least one known symbol")
        active, steps = decoder(self.links, self.units_of(known), self.used)
        one = active.sum(axis=2) == 1
        return CliqueRecall(
            np.where(one, active.argmax(axis=2), NOTHING).astype(np.int32), active, steps
        )

    def accepts(self, messages: Any) -> Bools:
        """Tell which messages [m, clusters] are cliques: all stored ones, and by chance some
        others.
        """
        given = self._symbols("messages", messages)
        words = packed(self.units_of(given)).reshape(
            len(given), self.clusters * self.links.shape[3]
        )
        rows = self.links.reshape(self.units, words.shape[1])
        links = overlap(words, rows).reshape(len(given), self.clusters, self.alphabet)
        inside = (links * self.units_of(given)).sum(axis=(1, 2))
        size = (given >= 0).sum(axis=1)
        return np.asarray(inside == size * (size - 1))

    def density(self) -> float:
        """Share of links that are on, of those between units of different clusters."""
        possible = self.units * (self.units - self.alphabet)
        return float(np.bitwise_count(self.links).sum()) / possible if possible else 0.0

    def dense(self) -> Bools:
        """The symmetric matrix of links, boolean [units, units]; unit a·alphabet + j is symbol j of
        cluster a.
        """
        words = self.links.reshape(self.units, self.clusters, self.links.shape[3])
        return unpacked(words, self.alphabet).reshape(self.units, self.units)

    def connectivity(self, weight: float = 1.0) -> Connectivity:
        """The links as synapses of one weight, both directions, [units, units]."""
        post, pre = np.nonzero(self.dense())
        return Connectivity.from_edges(
            pre, post, n_pre=self.units, n_post=self.units, weight=weight
        )

    def save(self, path: str | Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {
            "units": self.units,
            "clusters": self.clusters,
            "used": self.used,
            "stored": self.stored,
        }
        _store.save(path, "CliqueMemory", config, {"links": self.links})

    @classmethod
    def load(cls, path: str | Path) -> CliqueMemory:
        """Read a memory that `save` wrote; ValueError for anything else."""
        config, arrays = _store.load(path, "CliqueMemory")
        made = cls(*(_store.number(config, name) for name in ("units", "clusters", "used")))
        made.links = _store.take(arrays, "links", np.uint64, made.links.shape)
        made.stored = _store.number(config, "stored")
        made.dense()  # refuses bits beyond the alphabet
        return made

    def _symbols(self, name: str, given: Any) -> Messages:
        """Return messages as int32 [m, clusters], or raise ValueError saying which symbol is
        wrong.
        """
        symbols = np.asarray(given)
        if symbols.ndim != 2 or symbols.shape[1] != self.clusters or not len(symbols):
            got = Said(f"shape {list(symbols.shape)}")
            raise bad_argument(
                name, got, f"one message or more, whole numbers [m, {self.clusters}]"
            )
        if symbols.dtype.kind not in "iu":
            raise bad_argument(name, symbols, "whole numbers", "-1 stands for nothing")
        if (bad := (symbols < NOTHING) | (symbols >= self.alphabet)).any():
            row, cluster = np.argwhere(bad)[0]
            got = Said(f"symbol {symbols[row, cluster]} in cluster {cluster} of message {row}")
            raise bad_argument(name, got, f"symbols from 0 to {self.alphabet - 1}, -1 for nothing")
        return symbols.astype(np.int32)
