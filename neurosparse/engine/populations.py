"""Populations as arrays, and the operations that advance them."""

import math
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.engine.program import Program
from neurosparse.engine.slices import padded, slices
from neurosparse.engine.sources import list_words, poisson_words
from neurosparse.engine.spike_log import SpikeLog
from neurosparse.engine.units import refractory_steps
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.base.machine.memory import cleared
from neurosparse.kernels.base.machine.words import Block
from neurosparse.network import Population
from neurosparse.neurons import PoissonSource, SpikeSource
from neurosparse.neurons.base import check_length, stored
from neurosparse.typing import Array, Int32, Int64, UInt8

NEVER = np.iinfo(np.int32).max
SCRATCH = 4096  # bytes of scratch for each thread
LINE = 8  # numbers of a cache line


@dataclass
class Group:
    """One population's arrays: state rows [n_state, n_alloc], coefficients, refractoriness, spike
    log.

    `resting` [n_alloc] is the coefficient that currents move, as it is without them, `moved` a line
    for each thread that tells whether they did; `block` holds the words of a source.

    `rows` and `ready` are the columns of `base` and `readiness` from `first` on, which the others
    of its `crowd` share; where they are `pinned`, for good.
    """

    population: Population
    bounds: Int64
    log: SpikeLog
    rows: Array
    coefficients: Array
    each: tuple[str, ...]
    ready: Int32
    refractory: Int32
    scratch: UInt8
    sections: Int64
    log_blocks: list[tuple[Any, str, slice]] = field(default_factory=list)
    event: Any = None
    sleepy: bool = False
    may_sleep: bool = False
    resting: Array | None = None
    moved: Int64 = field(default_factory=lambda: np.zeros((0, LINE), np.int64))
    block: Block | None = None
    base: Array = field(init=False)
    readiness: Int32 = field(init=False)
    first: int = 0
    pinned: bool = False
    crowd: Any = None

    def __post_init__(self) -> None:
        self.base = self.rows
        self.readiness = self.ready

    @property
    def model(self) -> Any:
        """The model of its neurons, or a source: code that asks knows which."""
        return self.population.model

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.population.n

    @property
    def n_alloc(self) -> int:
        """Number of neurons padded to whole lanes."""
        return padded(self.n)

    @property
    def per_neuron(self) -> bool:
        """Whether some coefficients differ between neurons."""
        return bool(self.each)

    def row(self, variable: str) -> Array:
        """The row of a state variable [n_alloc]."""
        row: Array = self.rows[self.model.State._fields.index(variable)]
        return row

    def driven_row(self) -> Array:
        """The row of the coefficient that currents add to."""
        model = self.model
        row: Array = self.coefficients[model.Coefficients._fields.index(model.drive[0])]
        return row

    def receptor(self, name: str | None) -> Array:
        """The row that a receptor adds to."""
        receptors = self.model.receptors
        return self.row(
            receptors[name] if name is not None else next(iter(receptors.values()))
        )

    def watch(self, block: Any, prefix: str = "", parts: slice | None = None) -> None:
        """Remember a block whose words of these parts of the log, named with a prefix, must follow
        when it grows.
        """
        self.log_blocks.append((block, prefix, self.log.own if parts is None else parts))

    def retell(self) -> None:
        """Tell every operation where the grown log is."""
        for block, prefix, parts in self.log_blocks:
            block.put(**self.log.words(prefix, parts))


def build_group(
    population: Population,
    dt: float,
    n_threads: int,
    history: int,
    real: type,
    widen: bool,
    shares: tuple[Int64, Int64] | None = None,
) -> Group:
    """Lay out a population; `widen` gives each neuron a level of its own for currents to move.

    `shares` are where the neurons of each thread here begin, and those of each part of the log;
    None where all neurons are here.
    """
    n = population.n
    n_alloc = padded(population.n)
    _weigh(population, real)
    bounds = slices(n, n_threads)
    sections = bounds
    if shares is not None:
        bounds, sections = shares
    own = slice(None) if len(sections) == len(bounds) else slice(1, n_threads + 1)
    log = SpikeLog(np.diff(sections), history, own)
    scratch = np.zeros((n_threads, SCRATCH), dtype=np.uint8)
    ready = np.zeros(n_alloc, dtype=np.int32)
    ready[n:] = NEVER
    if isinstance(population.model, (PoissonSource, SpikeSource)):
        none: Array = np.zeros((0, n_alloc), dtype=real)
        return Group(
            population,
            bounds,
            log,
            none,
            none,
            (),
            ready,
            np.zeros(1, np.int32),
            scratch,
            sections,
        )
    rows = _state_rows(population, n_alloc, real)
    each, coefficients = coefficient_rows(population, dt, n_alloc, real, widen)
    refractory = refractory_row(population, dt, n_alloc)
    group = Group(
        population,
        bounds,
        log,
        rows,
        coefficients,
        each,
        ready,
        refractory,
        scratch,
        sections,
    )
    if widen:
        group.resting = group.driven_row().copy()
        group.moved = np.zeros((n_threads, LINE), np.int64)
    return group


def _weigh(population: Population, real: type) -> None:
    """Refuse a population that memory cannot hold: its states, steps of readiness and log."""
    states = len(getattr(getattr(population.model, "State", None), "_fields", ()))
    each = states * np.dtype(real).itemsize + 12
    what = f"{population.n} neurons {type(population.model).__name__}"
    refuse_beyond_memory(f"{population.name}.n", float(each) * population.n, what)


def refractory_row(population: Population, dt: float, n_alloc: int) -> Int32:
    """Steps of refractoriness [1 or n_alloc]."""
    row = np.atleast_1d(_refractory_steps(population, dt)).astype(np.int32)
    return row if row.size == 1 else np.pad(row, (0, n_alloc - row.size))


def _refractory_steps(population: Population, dt: float) -> Any:
    """Refractoriness in whole steps; warns where there is one but it is shorter than a step."""
    model: Any = population.model
    name = f"{population.name}.t_ref"
    check_length(name, model.t_ref, population.n)
    count = refractory_steps(model.t_ref, dt)
    lost = (count == 0) & (np.asarray(model.t_ref) > 0)
    if lost.any():
        shortest = float(np.min(np.asarray(model.t_ref)[lost]))
        words = f"{name} = {shortest:g} ms is shorter than a step of dt = {dt:g} ms and acts as 0"
        warnings.warn(words + "; write t_ref=0 or choose a smaller dt", stacklevel=2)
    return count


def _state_rows(population: Population, n_alloc: int, real: type) -> Array:
    model: Any = population.model
    first = model.initial()
    _check_fields(
        f"{population.name}: {type(model).__name__}.initial()", first, model.State
    )
    start = first._asdict() | dict(population.initial)
    rows = cleared(
        (len(start), n_alloc),
        real,
        f"{population.name}: states of its neurons",
        "lower its n",
    )
    for row, (name, value) in zip(rows, start.items(), strict=True):
        check_length(f"{population.name}.{name}", value, population.n)
        row[: population.n] = stored(f"{population.name}.{name}", value, real)
    return rows


def _check_fields(name: str, values: Any, kind: Any) -> None:
    """Refuse another tuple than the named one that the compiled loop has room for."""
    if getattr(values, "_fields", None) != kind._fields:
        raise bad_type(name, values, f"{kind.__name__}({', '.join(kind._fields)})")


def coefficient_rows(
    population: Population, dt: float, n_alloc: int, real: type, widen: bool
) -> tuple[tuple[str, ...], Array]:
    """Names of the coefficients that differ between neurons, and all of them [n_coefficients,
    n_alloc or 1].
    """
    _check_time_constants(population, dt)
    model: Any = population.model
    values = model.coefficients(dt)
    name = f"{population.name}: {type(model).__name__}.coefficients({dt:g})"
    _check_fields(name, values, model.Coefficients)
    driven = model.drive[0] if widen else ""
    named = zip(values._fields, values, strict=True)
    each = tuple(name for name, value in named if np.ndim(value) or name == driven)
    rows = cleared((len(values), n_alloc if each else 1), real)
    if not _fill(rows[:, : population.n], values):
        _fill_with_care(rows, population, values, real)
    return each, rows


def _fill(rows: Array, values: Any) -> bool:
    """Write down coefficients [k, n] that are beyond doubt; tells whether all were."""
    with np.errstate(over="ignore"):
        for row, value in zip(rows, values, strict=True):
            single = isinstance(value, float)
            if not (single or getattr(value, "dtype", None) == np.float64):
                return False
            if not (single or value.shape in ((), row.shape)):
                return False
            row[:] = value
            if not (math.isfinite(row.item(0)) if single else np.isfinite(row).all()):
                return False
    return True


def _fill_with_care(rows: Array, population: Population, values: Any, real: type) -> None:
    """Write down coefficients, or say which is no number, of another length, beyond the type."""
    # a coefficient has the length of the parameters it comes from: name the one that does not fit
    arrays = ((k, v) for k, v in vars(population.model).items() if np.ndim(v) == 1)
    odd = next((k for k, v in arrays if np.size(v) != population.n), None)
    for row, (name, value) in zip(rows, values._asdict().items(), strict=True):
        check_length(f"{population.name}.{odd or name}", value, population.n)
        row[: population.n] = stored(f"{population.name}.{name}", value, real)


def _check_time_constants(population: Population, dt: float) -> None:
    for name, value in vars(population.model).items():
        if (
            name.startswith("tau")
            and (value if type(value) is float else np.min(value)) < dt
        ):
            smallest = Said(f"{float(np.min(value)):g} ms")
            remedy = "choose a smaller dt or a longer time constant"
            raise bad_argument(
                f"{population.name}.{name}", smallest, f"at least dt = {dt} ms", remedy
            )


def add_source(
    program: Program, group: Group, dt: float, seed: int, stream: int, control: Any
) -> None:
    """Append the operation of a source, which writes down its spikes."""
    match group.model:
        case PoissonSource():
            compiled, words = poisson_words(group, dt, seed, stream, control)
        case _:
            compiled, words = list_words(group, dt, control)
    group.block = program.add(
        compiled, words, "stimulate", group.population.name, before=True
    )
    group.watch(group.block)
