"""Neo objects of what was recorded: spike trains and signals with their units, for Elephant and its
kin.

Neo builds one object a neuron, which takes a few seconds for ten thousand of them; name the neurons
you need with `record.select(indices=…)`. Files are written by `write_nwb` and
`write_sonata_spikes`.

Source: S. Garcia et al., Front. Neuroinform. 8 (2014), doi:10.3389/fninf.2014.00010.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.checks import positive
from neurosparse.errors import Said, bad_argument, bad_type, missing_extra
from neurosparse.grid import round_steps
from neurosparse.recording import RateRecord, SpikeRecord, StateRecord

if TYPE_CHECKING:
    from neurosparse.recording import Run


def to_neo_trains(
    record: SpikeRecord, *, stop: float, neurons: Iterable[int] | None = None
) -> Any:
    """Return a `neo.core.spiketrainlist.SpikeTrainList`, one train a neuron in ms, silent neurons
    among them.

    Args:
        record: spikes of a population.
        stop: end of the recording in ms.
        neurons: which neurons, all unless said; each train carries its number as the annotation
            `channel_id`.

    Raises:
        ImportError: neo is missing.
        ValueError: a spike is later than `stop`, or a neuron is not of the population.

    >>> record = SpikeRecord(np.array([0, 5, 5]), np.array([2, 0, 2]), dt=0.1, n=3)
    >>> trains = to_neo_trains(record, stop=1.0)
    >>> [train.magnitude.tolist() for train in trains], str(trains[0].units.dimensionality)
    ([[0.5], [], [0.0, 0.5]], 'ms')
    """
    neo = _neo()
    chosen = np.arange(record.n) if neurons is None else np.asarray(list(neurons))
    part = record if neurons is None else record.select(indices=chosen)
    time = part.t
    if not np.isfinite(stop) or (time.size and time[-1] > stop):
        raise bad_argument(
            "stop",
            stop,
            f"the end of the recording in ms, at least {time.max(initial=0.0):g}",
        )
    return neo.core.spiketrainlist.SpikeTrainList.from_spike_time_array(
        time,
        part.i.astype(np.int64),
        all_channel_ids=chosen.tolist(),
        units="ms",
        t_start=0.0,
        t_stop=float(stop),
        name=record.name,
    )


def to_neo_signal(record: StateRecord | RateRecord) -> Any:
    """Return a `neo.AnalogSignal` `[rows, columns]` in the unit of the record.

    The numbers of the neurons (or synapses, with `pre` and `post` where known) are array
    annotations.

    Raises:
        ImportError: neo is missing.
        ValueError: the record's unit is none that `quantities` knows.

    >>> about = {"dt": 0.1, "every": 5, "variable": "v", "unit": "mV"}
    >>> signal = to_neo_signal(StateRecord(np.zeros((4, 2)), np.array([3, 8]), **about))
    >>> signal.shape, str(signal.sampling_period), signal.array_annotations["neuron"].tolist()
    ((4, 2), '0.5 ms', [3, 8])
    """
    neo = _neo()
    if isinstance(record, RateRecord):
        values = record.rate[:, None]
        unit = "Hz"
        name = f"{record.name} rate"
        columns = {}
    else:
        values = record.values
        unit = record.unit
        name = f"{record.name} {record.variable}".strip()
        columns = {record.label: record.i, **record.along}
    return neo.AnalogSignal(
        values,
        units=_unit(unit),
        sampling_period=_ms(record.dt * record.every),
        name=name,
        t_start=_ms(record.dt * record.first_step),
        array_annotations=columns,
    )


def to_neo_block(run: "Run", *, stop: float) -> Any:
    """Return a `neo.Block` of one segment: all trains, variables, rates and weights.

    Args:
        run: what `open_run` gives.
        stop: end of the recording in ms.

    Raises:
        ImportError: neo is missing.
        ValueError: a spike is later than `stop`, or a unit is unknown.
    """
    neo = _neo()
    block = neo.Block(name=run.path.name, seed=str(run.seed), dt_ms=run.dt)
    segment = neo.Segment(name="run")
    for name, record in run.spikes.items():
        trains = to_neo_trains(record, stop=stop)
        for train in trains:
            train.annotate(population=name)
        segment.spiketrains.extend(trains)
    records: list[StateRecord | RateRecord] = [
        *run.states.values(),
        *run.rates.values(),
        *run.weights.values(),
    ]
    segment.analogsignals.extend([to_neo_signal(record) for record in records])
    block.segments.append(segment)
    return block


def from_neo_trains(
    trains: Iterable[Any], *, dt: float, n: int | None = None
) -> SpikeRecord:
    """Take spike trains of anyone; times are rounded to the nearest step of `dt` ms, halves up.

    A neuron fires at most once in a step.

    Args:
        trains: `neo.SpikeTrain`s; neuron k is the k-th.
        dt: length of a step in ms.
        n: neurons of the population; as many as trains unless said.

    Raises:
        ValueError: a time is negative or not finite, two spikes of a neuron fall in one step, or
            there are more trains than `n`.

    >>> record = SpikeRecord(np.array([0, 5]), np.array([2, 0]), dt=0.1, n=3)
    >>> from_neo_trains(to_neo_trains(record, stop=1.0), dt=0.1).step.tolist()
    [0, 5]
    """
    dt = positive("dt", dt, "ms")
    several = list(trains) if isinstance(trains, Iterable) else None
    if several is None or not all(hasattr(train, "rescale") for train in several):
        remedy = "write block.segments[0].spiketrains"
        raise bad_type("trains", trains, "several SpikeTrains of Neo", remedy)
    times = [np.asarray(train.rescale("ms").magnitude) for train in several]
    n = len(times) if n is None else n
    if len(times) > n:
        raise bad_argument("n", n, f"at least {len(times)}, the number of trains")
    index = np.repeat(np.arange(len(times), dtype=np.int32), [len(time) for time in times])
    # 32 bits stay: what is halfway between two steps depends on them
    flat = np.concatenate(times) if times else np.empty(0)
    if not np.isfinite(flat).all() or flat.min(initial=0.0) < 0:
        raise bad_argument(
            "trains", Said("negative or infinite times"), "times of 0 ms or later"
        )
    step = round_steps(flat, dt).astype(np.int64)
    order = np.lexsort((index, step))
    step = step[order]
    index = index[order]
    twice = np.flatnonzero((np.diff(step) == 0) & (np.diff(index) == 0))
    if len(twice):
        time = flat[order][twice[0]]
        fault = Said(f"two spikes of train {index[twice[0]]} in one step, near {time:g} ms")
        raise bad_argument("trains", fault, f"one a step of dt={dt:g} ms", "lower dt")
    return SpikeRecord(step, index, dt, n)


def _unit(unit: str) -> Any:
    import quantities

    try:
        return quantities.Quantity(1.0, unit or "dimensionless").units
    except (LookupError, ValueError, TypeError, SyntaxError) as error:
        raise bad_argument(
            "unit", unit, "a unit that the package quantities knows, such as mV or pA"
        ) from error


def _ms(value: float) -> Any:
    import quantities

    # steps are decimal: 5 · 0.1 is meant, not 0.5000000000000001
    return quantities.Quantity(round(value, 9), "ms")


def _neo() -> Any:
    try:
        import neo
        import neo.core.spiketrainlist
    except ImportError:
        raise missing_extra("neo", "io") from None
    return neo
