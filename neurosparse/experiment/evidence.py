"""`Evidence`: what an experiment gave, as effects with intervals beside those of controls."""

import pathlib
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from neurosparse.connectome import Connectome, load_connectome
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.experiment.effects import (
    Beside,
    Effect,
    among,
    discoveries,
    effect_sizes,
    paired_bootstrap,
    sign_flip,
)
from neurosparse.experiment.results import CONNECTOME, NAME, Results
from neurosparse.recording import SpikeRecord
from neurosparse.typing import Bool, Float32, Float64, Path


class Affected(NamedTuple):
    """A neuron whose rate an arm changes, on the connectome."""

    arm: str
    neuron: int
    id: Any
    type: str
    side: str
    intact: float
    rate: float
    difference: float


class Evidence:
    """The results of an experiment, complete or under way.

    Args:
        results: the store.
        connectome: of the experiment.
    """

    def __init__(self, results: Results, connectome: Connectome) -> None:
        self.results = results
        self.connectome = connectome
        self.about = results.about
        self.arms: list[str] = list(self.about["arms"])
        self.readouts: list[str] = list(self.about["readouts"])
        self.graphs: list[str] = list(self.about["graphs"])

    def __repr__(self) -> str:
        done = self.done
        return f"Evidence({done.sum()} of {done.size} arms on graphs complete)"

    def __str__(self) -> str:
        rows = sorted(self.effects, key=lambda row: -abs(row.effect))[:20]
        head = f"{'arm':<32} {'read-out':<20} {'effect Hz':>10} {'95 %':>18} {'q':>7}"
        lines = [head]
        for row in rows:
            span = f"{row.low:.3g} .. {row.high:.3g}"
            sides = f"{row.effect:>10.3g} {span:>18} {row.q:>7.2g}"
            lines.append(f"{row.arm[:32]:<32} {row.readout[:20]:<20} {sides}")
        return "\n".join(lines)

    @cached_property
    def done(self) -> Bool:
        """Which arms are complete on which graphs, `[graphs, arms]`."""
        return self.results.done()

    @cached_property
    def rates(self) -> Float32:
        """Rates in Hz `[graphs, arms, trials, readouts]`, NaN where not complete."""
        return self.results.rates()

    @cached_property
    def effects(self) -> list[Effect]:
        """One row for each arm and read-out that are complete on the connectome.

        Corrections are over all of these rows together, of each control by itself.
        """
        arms = [k for k in range(1, len(self.arms)) if self.done[0, k] and self.done[0, 0]]
        if not arms:
            return []
        rates = self.rates.astype(np.float64)
        # trials [t], arms [a] and read-outs [r] as t rows of a r columns
        paired = rates[0, arms] - rates[0, :1]
        columns = paired.transpose(1, 0, 2).reshape(paired.shape[1], -1)
        low, high = paired_bootstrap(columns)
        effect = columns.mean(axis=0)
        size = effect_sizes(columns)
        q = discoveries(sign_flip(columns))
        beside = {
            name: self._beside(graphs, arms, effect) for name, graphs in self._controls()
        }
        intact = rates[0, 0].mean(axis=0)
        rows = []
        for row, (arm, r) in enumerate(product(arms, range(len(self.readouts)))):
            nulls = {name: each[row] for name, each in beside.items() if each}
            rows.append(
                Effect(
                    arm=self.arms[arm],
                    readout=self.readouts[r],
                    intact=float(intact[r]),
                    rate=float(rates[0, arm, :, r].mean()),
                    effect=float(effect[row]),
                    low=float(low[row]),
                    high=float(high[row]),
                    size=float(size[row]),
                    q=float(q[row]),
                    beside=nulls,
                )
            )
        return rows

    @cached_property
    def baselines(self) -> list[tuple[str, float, dict[str, Beside]]]:
        """Rate of each read-out in the intact arm, in Hz, beside its rates on controls."""
        if not self.done[0, 0]:
            return []
        mean = self.rates[:, 0].astype(np.float64).mean(axis=1)
        beside = {
            name: _rows(mean[0], mean[[g for g in graphs if self.done[g, 0]]])
            for name, graphs in self._controls()
        }
        return [
            (readout, float(mean[0, r]), {k: rows[r] for k, rows in beside.items() if rows})
            for r, readout in enumerate(self.readouts)
        ]

    def effect(self, arm: str, readout: str) -> Effect:
        """The effect of an arm on a read-out, by their names.

        Raises:
            ValueError: an unknown name, or an arm that is not complete.
        """
        for kind, name, known in (
            ("arm", arm, self.arms[1:]),
            ("readout", readout, self.readouts),
        ):
            if name not in known:
                raise unknown_name(kind, name, known)
        rows = [row for row in self.effects if (row.arm, row.readout) == (arm, readout)]
        if not rows:
            raise bad_argument("arm", Said(f"{arm!r}, under way"), "one that is complete")
        return rows[0]

    def most_affected(self, arm: str | None = None, k: int = 50) -> list[Affected]:
        """The neurons whose rates arms (or one arm) change most, the largest change first."""
        if arm is not None and arm not in self.arms:
            raise unknown_name("arm", arm, self.arms)
        numbers = [a for a in range(1, len(self.arms)) if arm in (None, self.arms[a])]
        rows: list[Affected] = []
        for number in numbers:
            if self.done[0, 0] and self.done[0, number]:
                rows += self._affected(number, k)
        return sorted(rows, key=lambda row: -abs(row.difference))[:k]

    def spikes(self, arm: str = "intact") -> SpikeRecord | None:
        """The spikes of the first trial of an arm on the connectome, where they were kept."""
        if arm not in self.arms:
            raise unknown_name("arm", arm, self.arms)
        kept = self.results.spikes(self.arms.index(arm))
        if kept is None:
            return None
        dt = float(self.about["dt"])
        return SpikeRecord(kept[0].astype(np.int64), kept[1], dt=dt, n=self.connectome.n)

    def _controls(self) -> list[tuple[str, list[int]]]:
        """Each control's name and the numbers of its graphs."""
        first = 1
        listed = []
        for name, count in self.about["controls"].items():
            listed.append((name, list(range(first, first + count))))
            first += count
        return listed

    def _beside(self, graphs: list[int], arms: list[int], effect: Float64) -> list[Beside]:
        """The effects of arms on the graphs of a control that are complete."""
        whole = [g for g in graphs if self.done[g, 0] and self.done[g, arms].all()]
        rates = self.rates[whole].astype(np.float64).mean(axis=2)
        nulls = (rates[:, arms] - rates[:, :1]).reshape(len(whole), effect.size)
        return _rows(effect, nulls)

    def _affected(self, arm: int, k: int) -> list[Affected]:
        seconds = (self.about["duration"] - self.about["warmup"]) / 1000
        scale = 1.0 / (seconds * self.about["trials"])
        intact = self.results.counts(0) * scale
        rate = self.results.counts(arm) * scale
        difference = rate - intact
        table = self.connectome.table
        blank = np.full(self.connectome.n, "")
        kinds, sides = (table.get(name, blank) for name in ("type", "side"))
        order = np.argsort(-np.abs(difference), kind="stable")[:k]
        return [
            Affected(
                self.arms[arm],
                int(i),
                table["id"][i].item(),
                str(kinds[i]),
                str(sides[i]),
                *(float(values[i]) for values in (intact, rate, difference)),
            )
            for i in order
            if difference[i]
        ]


def _rows(values: Float64, nulls: Float64) -> list[Beside]:
    """Values `[k]` beside those of graphs `[graphs, k]`; nothing without graphs."""
    if not len(nulls):
        return []
    near = among(values, nulls)
    columns = zip(near.mean, near.low, near.high, discoveries(near.p), strict=True)
    return [Beside(*(float(value) for value in row)) for row in columns]


def open_evidence(path: Path, connectome: Connectome | None = None) -> Evidence:
    """Open the folder that `Experiment.run` filled, with the connectome it was run on.

    Args:
        path: the folder.
        connectome: of the experiment; read from the folder unless given.

    Raises:
        FileNotFoundError: there are no results.
        ValueError: results of a connectome of another size.
    """
    results = Results(pathlib.Path(path) / NAME)
    if connectome is None:
        connectome = load_connectome(pathlib.Path(path) / CONNECTOME)
    evidence = Evidence(results, connectome)
    n = len(results.counts(0))
    if n != connectome.n:
        fault = Said(f"one of {connectome.n} neurons")
        raise bad_argument("connectome", fault, f"that of the experiment, {n} neurons")
    return evidence
