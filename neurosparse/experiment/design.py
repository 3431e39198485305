"""What is driven, what is done in each arm, on which graphs, and what is read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

from neurosparse import checks
from neurosparse.connectome import Connectome, NeuronSet
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.experiment.controls import Control
from neurosparse.experiment.interventions import (
    Intervention,
    Stimulate,
    check_set,
    cut_by,
    sets_of,
)

INTACT = "intact"


class Arm(NamedTuple):
    """One thing that is compared with the intact brain, and what is done in it."""

    name: str
    parts: tuple[Intervention, ...]


class Graph(NamedTuple):
    """The connectome, or the k-th graph that a control draws."""

    name: str
    control: Control | None
    k: int


@dataclass(frozen=True, eq=False)
class Design:
    """What an experiment declares; `Experiment` says what each of it means.

    Raises:
        ValueError: sets of another connectome, arms or read-outs of one name, an intervention that
            cuts nothing, times that are no multiples of dt.
    """

    connectome: Connectome
    model: Any
    drive: Sequence[Stimulate]
    interventions: Sequence[Intervention | Sequence[Intervention]] = ()
    controls: Sequence[Control] = ()
    readouts: Mapping[str, NeuronSet] | Sequence[NeuronSet] = ()
    weight: float = 1.0
    delay: float = 1.8
    receptor: str | None = None
    trials: int = 12
    duration: float = 1000.0
    warmup: float = 0.0
    dt: float = 0.1
    seed: int = 0
    arms: tuple[Arm, ...] = field(init=False, repr=False)
    sets: Mapping[str, NeuronSet] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.connectome, Connectome):
            raise bad_type("connectome", self.connectome, "one, as larva_brain()")
        for name in ("drive", "interventions", "controls"):
            if not isinstance(getattr(self, name), Sequence):
                raise bad_type(name, getattr(self, name), "a list")
        if not isinstance(self.readouts, Mapping | Sequence):
            raise bad_type("readouts", self.readouts, "a list of sets, or sets by name")
        if not is_dataclass(self.model) or isinstance(self.model, type):
            raise bad_type("model", self.model, "a neuron model, as LIFExp(...)")
        checks.finite("weight", self.weight)
        checks.not_negative("delay", self.delay, "ms")
        checks.whole_number("trials", self.trials, 1)
        checks.positive("dt", self.dt, "ms")
        checks.positive("duration", self.duration, "ms")
        checks.whole_number("seed", self.seed, 0)
        if not 0 <= checks.not_negative("warmup", self.warmup, "ms") < self.duration:
            raise bad_argument("warmup", self.warmup, f"less than {self.duration:g} ms")
        for name in ("delay", "duration", "warmup"):
            self._check_grid(name, getattr(self, name))
        object.__setattr__(self, "sets", self._readouts())
        object.__setattr__(self, "arms", self._arms())
        for control in self.controls:
            if isinstance(control, type) or not isinstance(control, Control):
                raise bad_type("controls", control, "controls, as Rewired('degrees')")
        _distinct("controls", [control.name for control in self.controls])

    def __repr__(self) -> str:
        graphs = len(self.graphs())
        size = f"{type(self).__name__}({self.connectome.n:,} neurons; {len(self.arms)} arms"
        runs = f"{self.trials} trials of {self.duration:g} ms"
        on = f"{graphs} graph{'s' if graphs > 1 else ''}"
        return f"{size} on {on}, {runs})"

    def graphs(self) -> list[Graph]:
        """The connectome and, after it, the graphs of all controls."""
        rewired = [
            Graph(f"{control.name} {k}", control, k)
            for control in self.controls
            for k in range(control.graphs)
        ]
        return [Graph("connectome", None, 0), *rewired]

    def fingerprint(self) -> str:
        """Hash of all that the results depend on."""
        digest = hashlib.sha256()
        wiring = self.connectome.connectivity
        for array in (wiring.indptr, wiring.indices, wiring.weights_array()):
            digest.update(np.ascontiguousarray(array).data)
        numbers = [self.weight, self.delay, self.receptor, self.trials, self.duration]
        numbers += [self.warmup, self.dt, self.seed, type(self.model).__qualname__]
        digest.update(repr(numbers).encode())
        for parameter in fields(self.model):
            value = np.asarray(getattr(self.model, parameter.name))
            digest.update(
                value.tobytes() if value.dtype != object else repr(value).encode()
            )
        parts = [*self.drive, *(part for arm in self.arms for part in arm.parts)]
        for part in parts:
            values = {k: v for k, v in vars(part).items() if not isinstance(v, NeuronSet)}
            digest.update(repr((type(part).__name__, values)).encode())
            for neurons in sets_of(part):
                digest.update(neurons.indices.data)
        for name, neurons in self.sets.items():
            digest.update(name.encode() + neurons.indices.tobytes())
        for control in self.controls:
            about: Any = (type(control).__qualname__, control.name, control.graphs)
            # what has no fields shows its address, which is another in the next process
            about += (repr(control),) if is_dataclass(control) else ()
            digest.update(repr(about).encode())
        return digest.hexdigest()

    def _readouts(self) -> dict[str, NeuronSet]:
        sets = self.readouts
        if not isinstance(sets, Mapping):
            for part in sets:
                check_set("readouts", part)
            _distinct("readouts", [part.name for part in sets])
            sets = {part.name: part for part in sets}
        for name, part in sets.items():
            check_set(f"readouts[{name!r}]", part)
            self._check_same(f"readouts[{name!r}]", part)
        return dict(sets) or {self.connectome.all.name: self.connectome.all}

    def _arms(self) -> tuple[Arm, ...]:
        for drive in self.drive:
            if not isinstance(drive, Stimulate):
                raise bad_type("drive", drive, "Stimulate(set, rate=..., weight=...)")
            self._check_same("drive", drive.neurons)
            for window in drive.on:
                for time in window:
                    if np.isfinite(time):
                        self._check_grid("drive", time)
        arms = [Arm(INTACT, ())]
        for entry in self.interventions:
            parts = (entry,) if isinstance(entry, Intervention) else tuple(entry)
            for part in parts:
                self._check_part(part)
            arms.append(Arm(" + ".join(part.name for part in parts), parts))
        _distinct("interventions", [arm.name for arm in arms])
        return tuple(arms)

    def _check_part(self, part: Any) -> None:
        if not isinstance(part, Intervention):
            expected = "Silence, Lesion, Stimulate or Inject, or several of them"
            raise bad_type("interventions", part, expected)
        for neurons in sets_of(part):
            self._check_same(part.name, neurons)
        for time in (getattr(part, "start", 0.0), getattr(part, "stop", np.inf)):
            if np.isfinite(time):
                self._check_grid(part.name, time)
        cut = cut_by(part)
        if cut is None:
            return
        wiring = self.connectome.connectivity
        if not np.any(cut[1][wiring.indices] & np.repeat(cut[0], wiring.out_degree)):
            expected = "an intervention that cuts some synapse"
            raise bad_argument("interventions", Said(f"{part.name!r}: none"), expected)

    def _check_same(self, name: str, neurons: NeuronSet) -> None:
        if neurons.connectome.table is not self.connectome.table:
            fault = Said(f"{neurons.name!r}, of another connectome")
            raise bad_argument(name, fault, "a set of the connectome of the experiment")

    def _check_grid(self, name: str, time: float) -> None:
        if abs(round(time / self.dt) * self.dt - time) > 1e-9 * max(1.0, time):
            raise bad_argument(name, time, f"a multiple of dt = {self.dt:g} ms")


def _distinct(name: str, names: Sequence[str]) -> None:
    twice = [one for one in dict.fromkeys(names) if names.count(one) > 1]
    if twice:
        remedy = "give sets other names: set.named('...')"
        raise bad_argument(name, Said(f"{twice[0]!r} twice"), "different names", remedy)
