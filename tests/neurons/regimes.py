"""Parameters of firing regimes, and the spike times of a run."""

from neurosparse.neurons import AdEx, Izhikevich
from tests.neurons.harness import alone, spikes

ADEX = {
    "tonic": AdEx(a=0.0, b=0.0, i_ext=800.0),
    "adapting": AdEx(i_ext=1000.0),
    "bursting": AdEx(v_reset=-47.2, tau_w=40.0, a=4.0, b=100.0, i_ext=800.0),
    "resting": AdEx(i_ext=500.0),
}


IZHIKEVICH = {
    "regular": Izhikevich(i_ext=10.0),
    "chattering": Izhikevich(c=-50.0, d=2.0, i_ext=10.0),
    "fast": Izhikevich(a=0.1, d=2.0, i_ext=10.0),
    "resting": Izhikevich(i_ext=3.0),
}


def our_times(model, ms, dt):
    sim = alone(model, dt=dt)
    sim.run(ms)
    return (spikes(sim)[0] + 1) * dt  # a spike of step k is seen at its end
