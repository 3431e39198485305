"""Stimuli as arrays, and the operations that apply them."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from neurosparse.engine.populations import SCRATCH, Group
from neurosparse.engine.program import Program
from neurosparse.engine.sources import FOREVER_BIN
from neurosparse.engine.units import steps
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base.machine.words import Block
from neurosparse.kernels.spikes.current import NOISE
from neurosparse.neurons.base import stored
from neurosparse.stimuli import PoissonInput
from neurosparse.typing import Array, Float64, UInt32

MOST_A_STEP = 500  # events that a table of chances holds
STREAM_OF_STIMULI = 1 << 16  # random streams below this belong to populations


def noise_states(groups: dict[str, Group], stimuli: Sequence[Any]) -> dict[str, Float64]:
    """The arrays of stimuli that are state, float64 [n_alloc]: they outlive every layout and go
    into checkpoints.
    """
    noisy = {
        k: s
        for k, s in enumerate(stimuli)
        if not isinstance(s, PoissonInput) and s.kind == NOISE
    }
    return {f"stimulus/{k}/x": np.zeros(groups[s.target].n_alloc) for k, s in noisy.items()}


def add_stimuli(
    program: Program,
    groups: dict[str, Group],
    stimuli: Sequence[Any],
    dt: float,
    seed: int,
    state: dict[str, Any],
) -> list[Block]:
    """Append the operations of all stimuli; returns the block of each. `state` is what
    `noise_states` gave.
    """
    blocks = []
    currents = [s for s in stimuli if not isinstance(s, PoissonInput)]
    for name in dict.fromkeys(s.target for s in currents):
        add_reset(program, groups[name])
    for k, stimulus in enumerate(stimuli):
        stream = STREAM_OF_STIMULI + k
        group = groups[stimulus.target]
        if isinstance(stimulus, PoissonInput):
            block = _add_poisson(program, group, stimulus, dt, seed, stream)
        elif stimulus.kind == NOISE:
            x = state[f"stimulus/{k}/x"]
            block = _add_noise(program, group, stimulus, dt, x, seed, stream)
        else:
            block = _add_waveform(program, group, stimulus, dt)
        blocks.append(block)
    return blocks


def _padded(value: Any, group: Group, dtype: Any) -> Array:
    """An array [1] or [n_alloc]."""
    array = np.atleast_1d(np.asarray(value, dtype=dtype))
    if array.size == 1:
        return array
    return np.concatenate([array, np.zeros(group.n_alloc - group.n, dtype=dtype)])


def _add_poisson(
    program: Program,
    group: Group,
    stimulus: PoissonInput,
    dt: float,
    seed: int,
    stream: int,
) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.poisson.cpu import PoissonInputWords, poisson_input

    real = group.rows.dtype.type
    words = PoissonInputWords(
        seed=seed,
        stream=stream,
        bounds=group.bounds,
        **stimulus_words(group, stimulus, dt),
        start=steps("PoissonInput.start", stimulus.start, dt),
        stop=steps("PoissonInput.stop", stimulus.stop, dt),
        target=group.receptor(stimulus.receptor),
        n_alloc=group.n_alloc,
        scratch=np.zeros((len(group.bounds) - 1, SCRATCH), dtype=np.uint8),
    )
    compiled = operation(poisson_input, real.__name__, REAL=real)
    return program.add(compiled, words, "stimulate", group.population.name, before=False)


def stimulus_words(group: Group, stimulus: Any, dt: float) -> dict[str, Any]:
    """The words that follow from what may change of a stimulus: rate and weight, or amplitude and
    waveform.
    """
    if not isinstance(stimulus, PoissonInput):
        amplitude, shape = current_arrays(group, stimulus, dt)
        return {"amplitude": amplitude, "n_amplitudes": amplitude.size, "shape": shape}
    table = poisson_table(group, stimulus, dt)
    bin_steps = FOREVER_BIN
    if stimulus.bin is not None:
        bin_steps = steps("PoissonInput.bin", stimulus.bin, dt)
    weight = _padded(stimulus.weight, group, group.rows.dtype.type)
    n_bins, n_edges, width = table.shape
    return {
        "table": table,
        "uppers": np.ascontiguousarray(table >> np.uint32(16), dtype=np.uint16),
        "n_bins": n_bins,
        "n_edges": n_edges,
        "width": width,
        "bin_steps": bin_steps,
        "weight": weight,
        "n_weights": weight.size,
    }


def poisson_table(group: Group, stimulus: PoissonInput, dt: float) -> UInt32:
    """Thresholds [n_bins, K, n_alloc or 1] of the number of events in a step."""
    from neurosparse.kernels.spikes.poisson import thresholds

    mean = np.asarray(stimulus.rate, dtype=np.float64) * dt / 1000.0
    if mean.max(initial=0.0) > MOST_A_STEP:
        actual = Said(f"{float(np.max(stimulus.rate)):g} Hz")
        most = f"at most {MOST_A_STEP * 1000.0 / dt:g} Hz"
        raise bad_argument(
            "PoissonInput.rate",
            actual,
            f"{most}, {MOST_A_STEP} events a step",
            "lower the rate or dt",
        )
    profile = mean.reshape(1, -1) if stimulus.bin is None else mean.reshape(len(mean), -1)
    if profile.size == 1:
        return thresholds(float(mean.item())).reshape(1, -1, 1)
    kinds, place = np.unique(profile, return_inverse=True)
    edges = [thresholds(float(m)) for m in kinds]
    tall = max((len(e) for e in edges), default=0)
    # a word reaches 2^32 - 1 once in 2^32 draws: the filling of a shorter list is as good as never
    # reached
    filled = np.full((len(kinds), tall), 2**32 - 1, dtype=np.uint32)
    for row, e in zip(filled, edges, strict=True):
        row[: len(e)] = e
    table = filled[place.reshape(profile.shape)].transpose(0, 2, 1)
    wide = 1 if profile.shape[1] == 1 else group.n_alloc
    result = np.full((len(profile), tall, wide), 2**32 - 1, dtype=np.uint32)
    result[:, :, : profile.shape[1]] = table
    return result


def gain_of(group: Group) -> Array:
    """What an injected current is multiplied by [1 or n_alloc]."""
    model = group.model
    value = getattr(model, model.drive[1]) if model.drive[1] else 1.0
    kind = group.coefficients.dtype
    name = f"{group.population.name}.{model.drive[1]}"
    return _padded(stored(name, value, kind), group, kind)


def current_arrays(group: Group, stimulus: Any, dt: float) -> tuple[Array, Float64]:
    """Amplitudes [1 or n_alloc], and (start, stop, two numbers of the waveform, dt).

    Raises:
        ValueError: a start or stop between two steps.
    """
    for edge in ("start", "stop"):
        steps(f"{type(stimulus).__name__}.{edge}", getattr(stimulus, edge), dt)
    tau = getattr(stimulus, "tau", 0.0)
    if 0 < tau < dt:
        words = f"OUCurrent.tau = {tau:g} ms is shorter than a step: are seconds meant?"
        warnings.warn(words, stacklevel=2)
    kind = group.coefficients.dtype
    name = f"{type(stimulus).__name__}.amplitude"
    amplitude = _padded(stored(name, stimulus.amplitude, kind), group, kind)
    return amplitude, np.array([stimulus.start, stimulus.stop, *stimulus.shape(dt), dt])


def add_reset(program: Program, group: Group) -> None:
    """Append the operation that puts the drive back to what it is without currents."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.current.cpu import ResetWords, reset_drive

    row = group.driven_row()
    compiled = operation(reset_drive, row.dtype.name, REAL=row.dtype.type)
    assert group.resting is not None
    # as a program that was there before left it
    group.moved[:] = 1
    words = ResetWords(
        drive=row,
        base=group.resting,
        n_alloc=group.n_alloc,
        bounds=group.bounds,
        moved=group.moved,
    )
    program.add(compiled, words, "stimulate", group.population.name, before=True)


def _current_words(group: Group, stimulus: Any, dt: float) -> dict[str, Any]:
    """The words that waveforms and noise share, by name."""
    gain = gain_of(group)
    return {
        "drive": group.driven_row(),
        "n_alloc": group.n_alloc,
        "gain": gain,
        "n_gains": gain.size,
        "bounds": group.bounds,
        "moved": group.moved,
    } | stimulus_words(group, stimulus, dt)


def _add_waveform(program: Program, group: Group, stimulus: Any, dt: float) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.current.cpu import CurrentWords, add_current

    real = group.rows.dtype.type
    compiled = operation(add_current, real.__name__, REAL=real)
    words = CurrentWords(**_current_words(group, stimulus, dt), kind=stimulus.kind)
    return program.add(compiled, words, "stimulate", group.population.name, before=True)


def _add_noise(
    program: Program, group: Group, stimulus: Any, dt: float, x: Any, seed: int, stream: int
) -> Block:
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.current.cpu import NoiseWords, add_noise

    real = group.rows.dtype.type
    compiled = operation(add_noise, real.__name__, REAL=real)
    words = NoiseWords(**_current_words(group, stimulus, dt), x=x, seed=seed, stream=stream)
    return program.add(compiled, words, "stimulate", group.population.name, before=True)
