"""Neo: spikes and states with their units, taken by Elephant, and back."""

import numpy as np
import pytest

from neurosparse.io import from_neo_trains, to_neo_block, to_neo_signal, to_neo_trains
from neurosparse.recording import SpikeRecord, StateRecord

pytest.importorskip("neo", reason="neo is not installed")


STOP = 50.0


def test_trains_have_every_spike_in_ms(run):
    trains = to_neo_trains(run.spikes["E"], stop=STOP)
    assert len(trains) == 6
    assert trains[5].size == 0
    for neuron, train in enumerate(trains):
        assert str(train.units.dimensionality) == "ms"
        assert float(train.t_stop) == STOP
        np.testing.assert_array_equal(
            train.magnitude, run.spikes["E"].t[run.spikes["E"].i == neuron]
        )
    some = to_neo_trains(run.spikes["E"], stop=STOP, neurons=[4, 1])
    np.testing.assert_array_equal(some[0].magnitude, trains[4].magnitude)
    back = from_neo_trains(trains, dt=0.1)
    key = np.lexsort((run.spikes["E"].i, run.spikes["E"].step))
    np.testing.assert_array_equal(back.step, run.spikes["E"].step[key])
    np.testing.assert_array_equal(back.i, run.spikes["E"].i[key])


def test_a_block_holds_everything_with_units(run):
    segment = to_neo_block(run, stop=STOP).segments[0]
    assert [train.annotations["population"] for train in segment.spiketrains] == [
        "E"
    ] * 6 + ["I"] * 3
    signals = {signal.name: signal for signal in segment.analogsignals}
    v = signals["E v"]
    assert (v.shape, str(v.units.dimensionality), str(v.sampling_period)) == (
        (100, 2),
        "mV",
        "0.5 ms",
    )
    np.testing.assert_array_equal(v.magnitude, run.states["E", "v"].values)
    assert v.array_annotations["neuron"].tolist() == [1, 4]
    assert str(signals["E rate"].units.dimensionality) == "Hz"
    weights = next(signal for name, signal in signals.items() if "weight" in name)
    assert weights.array_annotations["pre"].tolist() == [2, 3]
    assert float(signals["E v"].rescale("V")[0, 0]) == pytest.approx(
        run.states["E", "v"].values[0, 0] / 1000
    )


@pytest.mark.filterwarnings("ignore")
def test_elephant_takes_our_trains(run):
    statistics = pytest.importorskip(
        "elephant.statistics", reason="elephant is not installed"
    )
    trains = to_neo_trains(run.spikes["E"], stop=STOP)
    rate = statistics.mean_firing_rate(trains[0]).rescale("Hz")
    assert float(rate) == pytest.approx(run.spikes["E"].count()[0] / STOP * 1000)


def test_bad_neo_input_is_named():
    record = SpikeRecord(np.array([0, 50]), np.array([0, 1]), dt=0.1, n=2)
    with pytest.raises(ValueError, match=r"stop: got 1.0.*at least 5"):
        to_neo_trains(record, stop=1.0)
    with pytest.raises(ValueError, match="indices"):
        to_neo_trains(record, stop=9.0, neurons=[7])
    with pytest.raises(ValueError, match="unit: got 'parsnips'"):
        to_neo_signal(StateRecord(np.zeros((2, 1)), np.array([0]), dt=0.1, unit="parsnips"))
    with pytest.raises(ValueError, match="n: got 1"):
        from_neo_trains(to_neo_trains(record, stop=9.0), dt=0.1, n=1)
    with pytest.raises(ValueError, match="stop: got nan"):
        to_neo_trains(record, stop=np.nan)
    for dt in (0.0, np.nan):
        with pytest.raises(ValueError, match="dt: got"):
            from_neo_trains([], dt=dt)


def test_a_block_is_no_list_of_trains():
    import neo

    for what in (neo.Block(), 3, ["a"]):
        with pytest.raises(TypeError, match="trains: got .*spiketrains"):
            from_neo_trains(what, dt=0.1)


def trains_of(*times, units="ms"):
    import neo

    return [neo.SpikeTrain(part, units=units, t_stop=1e6) for part in times]


def test_two_spikes_in_one_step_are_refused():
    for times in ([0.42, 0.38], [0.1, 0.1], [5.0, 0.44, 0.36]):
        with pytest.raises(
            ValueError, match=r"trains: got two spikes of train 1 in one step.*; lower dt"
        ):
            from_neo_trains(trains_of([0.4], times), dt=0.1)
    # different neurons may
    record = from_neo_trains(trains_of([0.4], [0.38]), dt=0.1)
    assert (record.step.tolist(), record.i.tolist()) == ([4, 4], [0, 1])
    assert from_neo_trains([], dt=0.1, n=3).n == 3


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("units", ["ms", "s"])
def test_times_go_to_the_nearest_step_and_halves_up(kind, units):
    step = np.arange(0, 40_000, 37)
    scale = 1.0 if units == "ms" else 1e-3
    half = ((step + 0.5) * 0.1 * scale).astype(kind)
    whole = (step * 0.1 * scale).astype(kind)
    found = from_neo_trains(trains_of(half, whole, units=units), dt=0.1)
    np.testing.assert_array_equal(found.step[found.i == 1], step)
    np.testing.assert_array_equal(found.step[found.i == 0], step + 1)
