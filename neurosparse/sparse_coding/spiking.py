"""Sparse codes as firing rates: a network in which atoms inhibit each other by spikes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, truth
from neurosparse.errors import bad_argument
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import IntegrateFire
from neurosparse.sparse_coding.coder import a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array
from neurosparse.wiring import FromData


@dataclass(frozen=True)
class SpikingLca:
    """Locally competitive algorithm of spiking neurons: rates are the code of the lasso.

    Unit i gathers `(b_i - λ)/period` and what the spikes of the others take from it, `G_ij` each,
    spread over tau_syn. Its spikes in T ms times period/T tend to the coefficient with an error of
    order 1/T. Coefficients are never negative; with `signed` there is a second unit for -d_i.

    Args:
        lam: λ, 0 or more.
        period: ms between the spikes of a coefficient of 1; keep it some 20 steps long.
        tau_syn: time constant of inhibition, ms.
        signed: whether a second set of units stands for the atoms of opposite sign.
        cut: products |G_ij| up to which two units are not joined.

    Source: Shapero, Zhu, Hasler & Rozell 2014, https://doi.org/10.1142/S0129065714400012; Tang, Lin
    & Davies 2017, arXiv:1705.05475.

    >>> from neurosparse.engine import Simulator
    >>> from neurosparse.sparse_coding import Dictionary
    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> lca = SpikingLca(0.1)
    >>> simulation = Simulator(lca.network([[1.0, 1.0, 0.5]], dictionary), dt=0.1)
    >>> simulation.run(1000.0)
    >>> counts = np.bincount(simulation.spikes("units").i, minlength=2)[None]
    >>> lca.codes(counts, 1000.0, dictionary).to_dense().tolist()
    [[0.19, 1.18]]
    """

    lam: float
    period: float = 10.0
    tau_syn: float = 10.0
    signed: bool = False
    cut: float = 0.0

    def __post_init__(self) -> None:
        not_negative("lam", self.lam)
        positive("period", self.period, "ms")
        positive("tau_syn", self.tau_syn, "ms")
        truth("signed", self.signed)
        not_negative("cut", self.cut)

    def network(self, x: Any, dictionary: Dictionary) -> Network:
        """Build a network that codes signals `[batch, d]`, a group of neurons each.

        The population is called "units": n (signed: 2 n) for each sample, one after the other. The
        delay is one step of any length.
        """
        from scipy.sparse import block_diag

        b = a_dictionary(dictionary).drive(x).astype(np.float64)
        gram = np.array(dictionary.gram, np.float64)
        if not len(b):
            raise bad_argument("x", b, "one signal or more")
        if self.signed:
            b = np.hstack([b, -b])
            gram = np.block([[gram, -gram], [-gram, gram]])
        np.fill_diagonal(gram, 0)
        gram[np.abs(gram) <= self.cut] = 0
        drive = ((b - self.lam) / self.period).ravel()
        cell = IntegrateFire(i_ext=drive, tau_syn=self.tau_syn)
        units = Population("units", drive.size, cell)
        if not gram.any():
            return Network(units)
        weights = block_diag([-gram / self.tau_syn] * len(b), format="csr")
        wiring = FromData(weights, delay_steps=1)
        return Network(units, Projection("units", "units", wiring, receptor="current"))

    def codes(self, counts: Any, duration: float, dictionary: Dictionary) -> SparseCodes:
        """Read codes from the spikes of each unit, `[batch, n]` or signed `[batch, 2 n]`.

        Args:
            counts: spikes; any shape of as many numbers, in the order of the units.
            duration: of the run in which they were counted, ms.
            dictionary: the atoms.
        """
        units = dictionary.n * (2 if self.signed else 1)
        spikes = np.asarray(counts, np.float64)
        if spikes.size % units:
            expected = f"[batch, {units}], a number a unit"
            raise bad_argument("counts", spikes, expected, "np.bincount(i, minlength=...)")
        rates: Array = spikes.reshape(-1, units) * (
            self.period / positive("duration", duration)
        )
        if self.signed:
            rates = rates[:, : dictionary.n] - rates[:, dictionary.n :]
        return SparseCodes.from_dense(rates)
